"""Production runs: made, moved, settled, corrected, listed."""
