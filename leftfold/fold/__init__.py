"""The fold: one shape for what decides, one shell for its I/O."""
