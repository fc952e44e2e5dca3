"""Pens and paper: the ledger, reservations, care, what runs low."""
