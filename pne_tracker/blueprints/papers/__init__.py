"""Papers: superbill, discharge packet, progress report, the patient's summary."""
