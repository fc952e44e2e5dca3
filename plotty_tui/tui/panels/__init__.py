"""Panels of the dashboard: each is told what there is and sends what differs."""
