"""The cluster: topics, brokers, configs, ids, features."""
