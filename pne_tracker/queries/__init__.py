"""Reads: each starts at a viewer's scope and returns rows or frozen dataclasses."""
