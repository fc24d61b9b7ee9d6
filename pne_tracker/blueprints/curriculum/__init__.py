"""A clinic's curriculum: its weights, its wording, its versions, and how its suggestions fare."""
