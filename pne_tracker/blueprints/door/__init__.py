"""The door: signing in and out, and every other way in."""
