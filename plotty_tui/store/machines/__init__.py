"""Plotters: set up, in service, how they spend their time."""
