"""Reminders: which reason applies, when it may be said, and when it is better left unsaid."""
