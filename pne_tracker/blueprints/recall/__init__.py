"""The patient's recall question: one now and then, about what was understood."""
