"""The demo: a real year of flights through a real broker."""
