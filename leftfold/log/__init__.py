"""The log as Python sees it: append, read, wait."""
