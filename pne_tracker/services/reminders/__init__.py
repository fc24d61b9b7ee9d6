"""Reminders: planned with the change that causes them, taken when due, sent once."""
