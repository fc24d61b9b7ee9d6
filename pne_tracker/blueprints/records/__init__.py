"""A patient's whole record, and what a patient or the law asks of it."""
