"""FHIR R4 for programs, with a token: read and search."""
