"""The node: everything put together, and the process that runs it."""
