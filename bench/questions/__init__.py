"""The questions that the bench asks, one file each."""
