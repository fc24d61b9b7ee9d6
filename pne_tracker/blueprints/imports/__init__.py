"""Bringing patients in by upload."""
