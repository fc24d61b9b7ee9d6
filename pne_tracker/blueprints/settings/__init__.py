"""Settings: the own account, the staff's accounts, the clinic."""
