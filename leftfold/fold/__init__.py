"""The fold: one shape for everything that decides, one shell for its I/O."""
