"""Analyses and reports from plain rows."""
