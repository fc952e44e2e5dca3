"""A draw command of a worker, and what was ordered meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

# Of two orders the higher one counts.
RANK = {"": 0, "pause": 1, "cancel": 2, "stop": 3}


@dataclass(slots=True)
class Drawing:
    """The draw command at hand. `order` is what was asked for and not taken back; it reaches the
    driver once the drawing is `active`."""

    id: int
    window: int
    acked: int
    order: str = ""
    active: bool = False
    paused: bool = False
    resume_wanted: bool = False

    def may_lower(self, stroke: int) -> bool:
        return stroke - self.acked <= self.window
