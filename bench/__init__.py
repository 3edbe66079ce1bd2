"""Leftfold beside the real Apache Kafka, one file a question."""
