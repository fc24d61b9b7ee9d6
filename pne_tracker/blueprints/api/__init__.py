"""The API: JSON for programs, with a token."""
