"""Follows each patient through the fourteen sections of pain neuroscience education."""
