"""Signed visits and their lines."""
