"""Estimates that learn: planned seconds corrected by what plotters, pens and papers really took.

A factor is a ratio of sums, actual by planned, drawn towards what was known before as long as few
layers speak for it: first all layers towards the plan, then each plotter towards all, then each pen
and each paper towards its plotters. The band is where four of five sheets ended.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .values import rough

# So many layers weigh as much as what was believed before them.
BELIEF = 8.0
# Below so many layers there is no band.
FEW = 8
# Four of five of a bell curve lie within so many of its deviations.
FOUR_OF_FIVE = 1.2816

Name = Hashable


@dataclass(frozen=True, slots=True)
class Drawn:
    """Layers that one pen drew on one paper with one plotter: how many, their planned and actual
    seconds, and the sum of (actual squared / planned)."""

    device: Name
    pen: Name
    paper: Name
    layers: int
    planned: float
    actual: float
    squares: float


@dataclass(frozen=True, slots=True)
class Band:
    """Seconds as they are likely; four of five end between `low` and `high`. Over `layers` drawn
    before."""

    low: float
    likely: float
    high: float
    layers: int

    def words(self) -> str:
        """`41-46 min`, `3 h 05-3 h 20`; one value where both are told alike."""
        low, high = rough(self.low), rough(self.high)
        if low == high:
            return low
        number, _, unit = low.rpartition(" ")
        return f"{number}–{high}" if unit and high.endswith(f" {unit}") else f"{low}–{high}"


def sum_bands(bands: Sequence[Band | None]) -> Band | None:
    """Several as one; None of none, or where one is not known."""
    known = [one for one in bands if one is not None]
    if not known or len(known) < len(bands):
        return None
    return Band(
        sum(one.low for one in known), sum(one.likely for one in known),
        sum(one.high for one in known), known[0].layers,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned: a factor for all, and beside it one for each plotter, pen and paper.
    `deviation` is how far single layers are off after that, as a part of their time."""

    layers: int = 0
    whole: float = 1.0
    devices: Mapping[Name, float] = field(default_factory=dict)
    pens: Mapping[Name, float] = field(default_factory=dict)
    papers: Mapping[Name, float] = field(default_factory=dict)
    deviation: float = 0.0

    def factor(self, device: Name = None, pen: Name = None, paper: Name = None) -> float:
        """What planned seconds are multiplied by; what is unknown counts as usual."""
        return (
            self.whole * self.devices.get(device, 1.0) * self.pens.get(pen, 1.0)
            * self.papers.get(paper, 1.0)
        )  # fmt: skip

    def band(
        self, layers: Sequence[tuple[Name, float]], device: Name = None, paper: Name = None
    ) -> Band | None:
        """The seconds of a sheet whose layers are (pen, planned seconds); None while too little was
        drawn to tell."""
        if self.layers < FEW:
            return None
        likely = sum(self.factor(device, pen, paper) * seconds for pen, seconds in layers)
        off = FOUR_OF_FIVE * self.deviation * (1 + 1 / self.layers) ** 0.5
        return Band(likely * max(0.0, 1 - off), likely, likely * (1 + off), self.layers)


def learn(drawn: Iterable[Drawn]) -> Learned:
    """Learn from what was drawn."""
    cells = [one for one in drawn if one.planned > 0 and one.actual > 0]
    if not cells:
        return Learned()
    whole = _factor(cells, lambda one: 1.0)
    devices = _factors(cells, lambda one: one.device, lambda one: whole)
    pens = _factors(cells, lambda one: one.pen, lambda one: whole * devices[one.device])
    papers = _factors(
        cells, lambda one: one.paper, lambda one: whole * devices[one.device] * pens[one.pen]
    )
    learned = Learned(sum(one.layers for one in cells), whole, devices, pens, papers)
    return Learned(
        learned.layers, whole, devices, pens, papers, _deviation(cells, learned)
    )  # fmt: skip


Known = Callable[[Drawn], float]


def _factor(cells: Sequence[Drawn], known: Known) -> float:
    """Actual by planned of these cells, where `known` of each was believed before."""
    planned = sum(one.planned * known(one) for one in cells)
    belief = BELIEF * planned / sum(one.layers for one in cells)
    return (sum(one.actual for one in cells) + belief) / (planned + belief)


def _factors(
    cells: Sequence[Drawn], name: Callable[[Drawn], Name], known: Known
) -> dict[Name, float]:
    groups: dict[Name, list[Drawn]] = {}
    for one in cells:
        groups.setdefault(name(one), []).append(one)
    return {key: _factor(mine, known) for key, mine in groups.items()}


def _deviation(cells: Sequence[Drawn], learned: Learned) -> float:
    """The standard deviation of actual by expected, weighted by planned time."""
    total = off = 0.0
    for one in cells:
        factor = learned.factor(one.device, one.pen, one.paper)
        off += one.squares / factor**2 - 2 * one.actual / factor + one.planned
        total += one.planned
    return (max(0.0, off) / total) ** 0.5


# Was it any good ---------------------------------------------------------------------------------

# (sheet, plotter, pen, paper, planned seconds, actual seconds) of one layer.
LayerTimes = tuple[int, Name, Name, Name, float, float]


@dataclass(frozen=True, slots=True)
class Backtest:
    """Estimates learned from the older sheets and tried on the `sheets` newer ones: how far the
    plans and how far the learned estimates were off on the mean (percent), and how many sheets
    ended within the band."""

    learned_from: int
    sheets: int
    planned_off: float
    learned_off: float
    in_band: int


def backtest(layers: Sequence[LayerTimes]) -> Backtest | None:
    """Learn from the older half of the layers (the oldest first) and try it on the newer; None
    while either is too short."""
    half = len(layers) // 2
    while 0 < half < len(layers) and layers[half][0] == layers[half - 1][0]:
        half += 1  # a sheet is on one side
    older, newer = layers[:half], layers[half:]
    learned = learn(
        Drawn(device, pen, paper, 1, planned, actual, actual * actual / planned)
        for _, device, pen, paper, planned, actual in older
    )
    sheets: dict[int, list[LayerTimes]] = {}
    for layer in newer:
        sheets.setdefault(layer[0], []).append(layer)
    if learned.layers < FEW or len(sheets) < FEW:
        return None
    planned_off = learned_off = 0.0
    inside = 0
    for mine in sheets.values():
        band = learned.band([(one[2], one[4]) for one in mine], mine[0][1], mine[0][3])
        assert band is not None, "enough was drawn"
        actual, planned = sum(one[5] for one in mine), sum(one[4] for one in mine)
        planned_off += abs(actual - planned) / planned * 100
        learned_off += abs(actual - band.likely) / band.likely * 100
        # What is a rounding of the clock off is not outside.
        inside += band.low - 0.5 <= actual <= band.high + 0.5
    count = len(sheets)
    return Backtest(learned.layers, count, planned_off / count, learned_off / count, inside)
