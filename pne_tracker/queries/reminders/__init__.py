"""Reads about reminders: rules, what is due, and what became of it."""
