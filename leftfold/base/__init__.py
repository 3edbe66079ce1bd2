"""The ground floor: errors, ids, ports, settings."""
