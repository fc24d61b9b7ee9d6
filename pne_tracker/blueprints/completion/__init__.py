"""How far everybody is, for those who lead."""
