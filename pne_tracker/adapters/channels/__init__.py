"""The ways out: mail, text messages, push, the portal. Each says what it knows after an attempt."""
