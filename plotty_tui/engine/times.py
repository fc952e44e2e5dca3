"""How long a plotter still needs."""

from __future__ import annotations

from plotty_tui.domain.layer_codes import wants_person
from plotty_tui.domain.plan import PlanLayer
from plotty_tui.store.drawing import Claim


class TimeLeft:
    """Machine time that is left: of the sheet, and until a person is wanted. `here` is what the
    layer at hand takes from its place on."""

    def __init__(self, claim: Claim, layer: PlanLayer, here: float) -> None:
        layers = claim.plan.layers
        self._layer = here
        rest = layers[layer.index + 1 :]
        self._rest = sum(one.seconds for one in rest)
        self._to_hand = 0.0
        for before, after in zip(layers[layer.index :], rest, strict=False):
            if wants_person(before, after):
                break
            self._to_hand += after.seconds

    def after(self, seconds: float) -> dict[str, float]:
        """left_seconds and hand_seconds after `seconds` of this part of the layer."""
        here = max(0.0, self._layer - seconds)
        return {"left_seconds": here + self._rest, "hand_seconds": here + self._to_hand}
