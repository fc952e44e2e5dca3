"""What a person has to do at each plotter and when, if all goes as planned: the engine's own rule
of who draws what next, followed ahead of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .euler import Pen

PAPER, PEN, LOOK, DONE = "paper", "pen", "look", "done"


@dataclass(frozen=True, slots=True)
class LayerAhead:
    """A layer still to be drawn: its pen (and that in words), its machine seconds, and whether it
    stops for a person first."""

    pen: Pen
    words: str
    seconds: float
    stops: bool = False


@dataclass(frozen=True, slots=True)
class SheetAhead:
    """A sheet that nobody has taken: its place in the queue is its place in the list. `block`:
    priority and run; `design`: copies of one are alike; `pace`: the plotters that may draw it, and
    how many times the planned seconds each takes."""

    id: int
    block: tuple[int, int]
    design: int
    name: str
    paper: str
    layers: tuple[LayerAhead, ...]
    pace: Mapping[str, float]


@dataclass(slots=True)
class PlotterAhead:
    """A plotter: the pen in its holder, the seconds until it is free, the rest of the sheet that
    lies on it, and the sheets of its share (ids, in order) where work was shared out."""

    name: str
    pen: Pen = None
    free: float = 0.0
    lying: str = ""
    rest: tuple[LayerAhead, ...] = ()
    share: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class HandAhead:
    """Somebody is wanted: seconds from now, for what kind of thing, in words, for which sheet."""

    plotter: str
    seconds: float
    kind: str
    text: str
    sheet: str
    pen: Pen = None


@dataclass(slots=True)
class DayAhead:
    """All hands in their order, when each plotter is done, and the sheets that none can draw."""

    hands: list[HandAhead] = field(default_factory=list)
    ends: dict[str, float] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def look_ahead(
    sheets: Sequence[SheetAhead], plotters: Sequence[PlotterAhead], walk_seconds: float, reach: int
) -> DayAhead:
    """Follow the engine's rule: the plotter that is free first takes its next sheet. `reach`:
    designs that are looked at for one whose first pen is in. Each hand takes `walk_seconds`."""
    day = DayAhead()
    waiting = list(sheets)
    at = {one.name: one.free for one in plotters}
    pens = {one.name: one.pen for one in plotters}
    for one in plotters:
        if one.rest:
            _draw(day, one.name, one.lying, one.rest, at, pens, walk_seconds)
    idle = {one.name: one for one in plotters}
    shares = {one.name: one.share for one in plotters}
    while idle:
        plotter = min(idle.values(), key=lambda one: at[one.name])
        sheet = next_sheet(plotter.name, waiting, pens[plotter.name], shares, reach)
        if sheet is None:
            del idle[plotter.name]
            continue
        waiting.remove(sheet)
        text = f"put {sheet.paper} on"
        day.hands.append(HandAhead(plotter.name, at[plotter.name], PAPER, text, sheet.name))
        at[plotter.name] += walk_seconds
        pace = sheet.pace[plotter.name]
        layers = [replace(layer, seconds=layer.seconds * pace) for layer in sheet.layers]
        _draw(day, plotter.name, sheet.name, layers, at, pens, walk_seconds)
    day.ends = at
    day.left = [sheet.name for sheet in waiting]
    day.hands.sort(key=lambda hand: (hand.seconds, hand.plotter))
    return day


def _draw(
    day: DayAhead,
    name: str,
    sheet: str,
    layers: Sequence[LayerAhead],
    at: dict[str, float],
    pens: dict[str, Pen],
    walk_seconds: float,
) -> None:
    for layer in layers:
        if layer.pen != pens[name]:
            text = f"{layer.words} in"
            day.hands.append(HandAhead(name, at[name], PEN, text, sheet, layer.pen))
            at[name] += walk_seconds
            pens[name] = layer.pen
        elif layer.stops:
            day.hands.append(HandAhead(name, at[name], LOOK, "a look", sheet))
            at[name] += walk_seconds
        at[name] += layer.seconds
    day.hands.append(HandAhead(name, at[name], DONE, "sheet done", sheet))


def next_sheet(
    plotter: str,
    waiting: Sequence[SheetAhead],
    pen: Pen,
    shares: dict[str, tuple[int, ...]],
    reach: int,
) -> SheetAhead | None:
    """The sheet that a plotter takes next: of its share, or the first that fits, or one of the same
    priority and run that begins with the pen that is in."""
    fitting = [sheet for sheet in waiting if plotter in sheet.pace]
    if not fitting:
        return None
    first = fitting[0]
    block = [sheet for sheet in fitting if sheet.block == first.block]
    if any(sheet.id in share for share in shares.values() for sheet in block):
        chosen = choose_shared(
            plotter, {sheet.id: sum(x.seconds for x in sheet.layers) for sheet in block}, shares
        )
        return next((sheet for sheet in block if sheet.id == chosen), first)
    seen: list[int] = []
    for sheet in block:
        if sheet.design not in seen:
            seen.append(sheet.design)
            if sheet.layers and sheet.layers[0].pen == pen:
                return sheet
            if len(seen) >= reach:
                break
    return first


def choose_shared(
    plotter: str, waiting: dict[int, float], shares: dict[str, tuple[int, ...]]
) -> int | None:
    """The waiting sheet (id, seconds of each) that a plotter takes where work was shared out: the
    next of its own share; when that is done, the last of the one that has most left to do. None
    when no share holds any."""
    for sheet in shares.get(plotter, ()):
        if sheet in waiting:
            return sheet
    left = {name: [one for one in share if one in waiting] for name, share in shares.items()}
    busiest = max(left, key=lambda name: sum(waiting[one] for one in left[name]), default="")
    return left[busiest][-1] if busiest and left[busiest] else None
