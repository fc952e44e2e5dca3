"""How long a plotter still needs."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain.layer_codes import wants_person
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.store.plots.claims import Claim


class TimeLeft:
    """Machine time that is left: of the sheet, and until a person is wanted. `here` is what the
    layer at hand takes from its place on; the later ones take `pace` times what is planned.
    `comes_next` is the sheet that is to be put on then in the place of this one, not done yet."""

    def __init__(
        self, claim: Claim, layer: PlanLayer, here: float, pace: float, comes_next: str = ""
    ) -> None:
        self._comes_next = comes_next
        layers = claim.plan.layers
        self._layer = here
        rest = layers[layer.index + 1 :]
        self._rest = sum(one.seconds for one in rest) * pace
        self._to_hand = 0.0
        for before, after in zip(layers[layer.index :], rest, strict=False):
            if wants_person(before, after):
                break
            self._to_hand += after.seconds * pace

    def after(self, seconds: float) -> dict[str, Any]:
        """left_seconds, hand_seconds and comes_next after `seconds` of this part of the layer."""
        here = max(0.0, self._layer - seconds)
        return {
            "left_seconds": here + self._rest,
            "hand_seconds": here + self._to_hand,
            "comes_next": self._comes_next,
        }
