"""Consumer groups: who is in them, how far they have read."""
