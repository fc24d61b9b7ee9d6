"""What happens by itself: the beat, and what it sets going."""
