"""What clinic leads read: how far everybody is, from the read models that each change keeps."""
