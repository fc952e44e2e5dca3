"""Use cases, called by both faces: add designs, plan, plot, settle a run."""
