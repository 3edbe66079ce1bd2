"""A streaming log that any Kafka client can use, in one process and one folder."""
