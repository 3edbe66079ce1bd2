//! Kafka frames and the hot requests.
