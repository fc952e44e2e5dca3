"""Sheets being plotted: whose turn it is, layer by layer, cut off, set aside, ended."""
