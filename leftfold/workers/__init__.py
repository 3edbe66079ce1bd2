"""Workers: slow hands that see a state, do I/O, and report."""
