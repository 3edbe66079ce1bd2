"""The cluster: its topics, brokers, configs, producer ids, features."""
