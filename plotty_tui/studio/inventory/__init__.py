"""Pens and paper: stock, prices, what to buy."""
