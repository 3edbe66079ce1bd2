"""Machines decide; each folds its topic and knows no other."""
