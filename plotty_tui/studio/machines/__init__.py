"""Plotters: set up, moved by hand, in service, checked."""
