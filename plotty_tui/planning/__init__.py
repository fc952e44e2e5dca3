"""From SVG to a plan: guarded reading, ordering, time, rasters for the canvas."""
