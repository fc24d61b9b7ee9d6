"""Reminders as staff see them, and the addresses that messages lead back to."""
