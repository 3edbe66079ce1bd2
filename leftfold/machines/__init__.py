"""Machines decide: each folds its own topic and knows no other."""
