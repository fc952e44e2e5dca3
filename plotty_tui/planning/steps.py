"""Where the planning of a design is, told while it goes on."""

from __future__ import annotations

from collections.abc import Callable

from plotty_tui.domain.presets import Preset

Watch = Callable[[str, float], bool]
"""Told the step under way (a key of `domain.plan.DOING`) and how much is done (0 to 1), of all
that was asked for; False ends the search for a better order, and the best so far is taken."""

# What the steps take beside each other, and what of it each kick of the search for each stroke.
SHARES = {"joined": 2.0, "covered": 8.0, "spliced": 1.0, "ordered": 2.0, "begun": 1.0,
          "searched": 0.0, "smoothed": 1.0, "proved": 3.0}  # fmt: skip
KICK = 3.0


def ignore(step: str, part: float) -> bool:
    """A Watch for nobody."""
    return True


class LayerSteps:
    """A Watch for the steps of one layer, told the part of each step. It tells `watch` of the
    whole, of which `before` was done before this layer and `share` is this layer's."""

    def __init__(self, watch: Watch, before: float, share: float, preset: Preset) -> None:
        self._watch, self._before, self._share = watch, before, share
        self._done = 0.0
        self._places: dict[str, tuple[float, float]] = {}
        takes = _takes(preset)
        whole, at = sum(takes.values()), 0.0
        for step, one in takes.items():
            self._places[step] = (at / whole, one / whole)
            at += one

    def __call__(self, step: str, part: float = 0.0) -> bool:
        begins, takes = self._places.get(step, (0.0, 0.0))
        # A step that is tried twice does not go back.
        self._done = max(self._done, begins + takes * part)
        return self._watch(step, self._before + self._share * self._done)


def _takes(preset: Preset) -> dict[str, float]:
    if preset.pipeline or not preset.order.sort:
        return {"piped": 5.0, "proved": SHARES["proved"]}
    order = preset.order
    wanted = {"covered": order.covered, "spliced": order.splice, "begun": order.starts,
              "smoothed": order.smooth_mm > 0}  # fmt: skip
    takes = {step: takes for step, takes in SHARES.items() if wanted.get(step, True)}
    return {**takes, "searched": KICK * order.kicks}
