"""Plotting: started, watched, interrupted, recovered, rehearsed."""
