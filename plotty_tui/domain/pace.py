"""How much longer or shorter a sheet takes than planned, where a plotter moves in its own way."""

from __future__ import annotations

from .plan import Plan
from .presets import MotionSettings

# Pen down and up again.
LIFT_SECONDS = 0.35


def pace_of(plan: Plan, motion: MotionSettings | None) -> float:
    """Times the planned seconds: the proportion of what ink, travel and lifts take at both speeds.
    1 for None, as planned."""
    if motion is None or motion == plan.preset.motion:
        return 1.0
    planned = _rough_seconds(plan, plan.preset.motion)
    return _rough_seconds(plan, motion) / planned if planned else 1.0


def _rough_seconds(plan: Plan, motion: MotionSettings) -> float:
    ink, travel = plan.pen_down_mm / motion.speed_pendown, plan.pen_up_mm / motion.speed_penup
    return (ink + travel) / 2.0 + plan.lifts * LIFT_SECONDS
