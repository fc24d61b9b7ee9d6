"""The demo clinic: invented people whose weeks of care are acted out through the real services."""
