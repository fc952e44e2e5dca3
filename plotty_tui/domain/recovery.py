"""What can become of a sheet that was cut off, each choice with its price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .layer_codes import layer_motion
from .motion import home_seconds
from .papers import Turn
from .places import GoOn, Rest, rest_of_layer
from .plan import Plan
from .presets import MotionSettings
from .strokes import Strokes
from .values import metres, rough

CONTINUE, BACK, REDO, ELSEWHERE, GIVE_UP = "continue", "back", "redo_layer", "elsewhere", "give_up"
# How far back is proposed; any other length will do, and the choice says how far.
BACK_MM = 20.0


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: machine seconds until the sheet (or its replacement) is complete, mm of ink
    for that, sheets of new paper, the command that chooses it, and how far back it goes."""

    key: str
    text: str
    seconds: float
    ink_mm: float
    sheets: int
    command: str
    back_mm: float = 0.0

    @property
    def minutes(self) -> float:
        return self.seconds / 60

    def __str__(self) -> str:
        price = f"{rough(self.seconds)}, {metres(self.ink_mm)}"
        return f"{self.text} ({price}{', a new sheet' if self.sheets else ''})"


@dataclass(frozen=True, slots=True)
class Cut:
    """A sheet that was cut off: where it lies, its plan, its place, the strokes of the layer at
    hand, and how its plotter moves."""

    device: str
    plan: Plan
    layer: int
    stroke: int
    strokes: Strokes
    motion: MotionSettings
    turn: Turn
    position_known: bool = True


def options_for(cut: Cut, others: Sequence[str] = (), back_mm: float = BACK_MM) -> list[Option]:
    """The choices for a sheet, `others` being the plotters that could finish it. A plotter that
    lost its position has to be homed by hand before it draws on a begun sheet."""
    name, lengths = cut.device, cut.strokes.lengths_mm()
    back = GoOn(back_mm).stroke(lengths, cut.stroke)
    first = "" if cut.position_known else f"plotty device home-here {name}; "
    found = [
        _option(cut, CONTINUE, "go on at the place", cut.stroke, f"{first}plotty resume {name}")
    ]
    if back < cut.stroke:
        command = f"{first}plotty resume {name} --back {back_mm:g}mm"
        text = f"go on {back_mm:g} mm back"
        found.append(replace(_option(cut, BACK, text, back, command), back_mm=back_mm))
    if cut.stroke:
        command = f"{first}plotty resume {name} --redo-layer"
        found.append(_option(cut, REDO, "draw the layer again", 0, command))
    for other in others:
        command = f"plotty resume {name} --on {other}"
        found.append(_option(cut, ELSEWHERE, f"finish on {other}", cut.stroke, command))
    plan = cut.plan
    found.append(
        Option(
            GIVE_UP, "give the sheet up", plan.seconds, plan.pen_down_mm, 1, f"plotty cancel {name}"
        )
    )
    return found


def _option(cut: Cut, key: str, text: str, first: int, command: str) -> Option:
    rest = _rest(cut, first)
    return Option(key, text, rest.seconds, rest.ink_mm, 0, command)


def _rest(cut: Cut, first: int) -> Rest:
    """What is left of the sheet from a stroke of its layer on, the way home included."""
    motion = layer_motion(cut.motion, cut.plan.layers[cut.layer].name)
    here = rest_of_layer(cut.strokes, first, motion, cut.turn)
    after = cut.plan.layers[cut.layer + 1 :]
    home = 0.0
    if len(cut.strokes):
        home = home_seconds(cut.turn.apply(*cut.strokes[len(cut.strokes) - 1][-1]), cut.motion)
    return Rest(
        here.seconds + sum(layer.seconds for layer in after) + home,
        here.ink_mm + sum(layer.pen_down_mm for layer in after),
    )
