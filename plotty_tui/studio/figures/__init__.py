"""Analyses, key figures and what reports are made of."""
