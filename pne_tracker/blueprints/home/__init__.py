"""The way in, and the two questions a machine may ask."""
