"""The node: everything together, and the process around it."""
