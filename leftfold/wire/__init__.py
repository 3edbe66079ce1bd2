"""What Kafka's clients say and hear, as Python values."""
