"""Real clients whose history the checker judges."""
