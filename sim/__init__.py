"""The house's own judges, and worlds to judge it in."""
