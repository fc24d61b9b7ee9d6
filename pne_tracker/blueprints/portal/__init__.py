"""The patient's own pages: today, the path, logs, messages, homework, and the way in."""
