"""What Kafka clients ask for, one file an API family."""
