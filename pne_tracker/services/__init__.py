"""Writes: verbs that load, ask the domain, change, audit and flush. They never commit."""
