"""Planning over jobs: presets, pens, limits, plan sets, schedules, estimates."""
