"""What the application writes to people: templates without health information, in two languages."""
