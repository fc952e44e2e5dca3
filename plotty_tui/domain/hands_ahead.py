"""What a person has to do at each plotter and when, if all goes as planned: the engine's own rule
of who draws what next, followed ahead of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .euler import Pen
from .passes import SheetLeft, next_of_edition

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
    block: tuple[Any, ...]
    design: int
    name: str
    paper: str
    layers: tuple[LayerAhead, ...]
    pace: Mapping[str, float]
    pen_by_pen: bool = False
    aside: str = ""  # the plotter on which it was set aside, begun
    pile: int = 0  # its place among those


@dataclass(slots=True)
class PlotterAhead:
    """A plotter: the pen in its holder, the seconds until it is free, what is left of the sheet
    that lies on it, and the sheets of its share (ids, in order) where work was shared out."""

    name: str
    pen: Pen = None
    free: float = 0.0
    lying: SheetAhead | None = None
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
    return _Looking(sheets, plotters, walk_seconds, reach).day_ahead()


class _Looking:
    """A look ahead under way."""

    def __init__(
        self,
        sheets: Sequence[SheetAhead],
        plotters: Sequence[PlotterAhead],
        walk_seconds: float,
        reach: int,
    ) -> None:
        self._day = DayAhead()
        self._plotters, self._walk_seconds, self._reach = plotters, walk_seconds, reach
        lying = [one.lying for one in plotters if one.lying]
        self._places = {sheet.id: place for place, sheet in enumerate([*lying, *sheets])}
        self._waiting = list(sheets)
        self._piled = len(sheets)
        self._at = {one.name: one.free for one in plotters}
        self._pens = {one.name: one.pen for one in plotters}
        self._shares = {one.name: one.share for one in plotters}

    def day_ahead(self) -> DayAhead:
        for one in self._plotters:
            if one.lying is not None:
                self._draw(one.name, one.lying)
        idle = [one.name for one in self._plotters]
        while idle:
            name = min(idle, key=self._at.__getitem__)
            sheet = next_sheet(name, self._waiting, self._pens[name], self._shares, self._reach)
            if sheet is None:
                idle.remove(name)
                continue
            self._waiting.remove(sheet)
            again = " again" if sheet.aside else ""
            self._ask(name, PAPER, f"put {sheet.paper} on{again}", sheet.name)
            self._draw(name, sheet)
        self._day.ends = self._at
        self._day.left = [sheet.name for sheet in self._waiting]
        self._day.hands.sort(key=lambda hand: (hand.seconds, hand.plotter))
        return self._day

    def _ask(self, name: str, kind: str, text: str, sheet: str, pen: Pen = None) -> None:
        self._day.hands.append(HandAhead(name, self._at[name], kind, text, sheet, pen))
        self._at[name] += self._walk_seconds

    def _draw(self, name: str, sheet: SheetAhead) -> None:
        """Its layers, to the end or until another sheet comes first."""
        for number, layer in enumerate(sheet.layers):
            left = replace(sheet, layers=sheet.layers[number:])
            if number and self._is_set_aside(name, left):
                return
            if layer.pen != self._pens[name]:
                self._ask(name, PEN, f"{layer.words} in", sheet.name, layer.pen)
                self._pens[name] = layer.pen
            elif layer.stops:
                self._ask(name, LOOK, "a look", sheet.name)
            self._at[name] += layer.seconds * sheet.pace.get(name, 1.0)
        self._day.hands.append(HandAhead(name, self._at[name], DONE, "sheet done", sheet.name))

    def _is_set_aside(self, name: str, sheet: SheetAhead) -> bool:
        if not sheet.pen_by_pen:
            return False
        others = _edition(name, self._waiting, sheet.block, self._shares)
        chosen = next_of_edition([_left(one) for one in others], self._pens[name], _left(sheet))
        if chosen is None or chosen.id == sheet.id:
            return False
        self._piled += 1
        pace = {name: sheet.pace.get(name, 1.0)}
        self._waiting.append(replace(sheet, aside=name, pile=self._piled, pace=pace))
        self._waiting.sort(key=lambda one: self._places[one.id])
        return True


def _left(sheet: SheetAhead) -> SheetLeft:
    return SheetLeft(sheet.id, tuple(layer.pen for layer in sheet.layers), sheet.pile)


def _edition(
    plotter: str,
    waiting: Sequence[SheetAhead],
    block: tuple[Any, ...],
    shares: Mapping[str, tuple[int, ...]],
) -> list[SheetAhead]:
    """The sheets of a block that this plotter may draw on, pen by pen: those set aside on it, and
    fresh ones; of its share where work was shared out."""
    mine = [one for one in waiting if one.block == block and plotter in one.pace]
    aside = [one for one in mine if one.aside == plotter]
    fresh = [one for one in mine if not one.aside]
    if any(one.id in share for share in shares.values() for one in fresh):
        own = shares.get(plotter, ())
        fresh = [one for one in fresh if one.id in own]
    return [*aside, *fresh]


def next_sheet(
    plotter: str,
    waiting: Sequence[SheetAhead],
    pen: Pen,
    shares: dict[str, tuple[int, ...]],
    reach: int,
) -> SheetAhead | None:
    """The sheet that a plotter takes next: of its share, or the first that fits, or one of the same
    priority and run that begins with the pen that is in."""
    fitting = [sheet for sheet in waiting if plotter in sheet.pace and sheet.aside in ("", plotter)]
    if not fitting:
        return None
    first = fitting[0]
    begun = [sheet for sheet in fitting if sheet.aside and sheet.block == first.block]
    if first.pen_by_pen:
        known = {one.id: one for one in _edition(plotter, fitting, first.block, shares)}
        turn = next_of_edition([_left(one) for one in known.values()], pen)
        if turn is not None:
            return known[turn.id]
    elif begun:
        return max(begun, key=lambda sheet: sheet.pile)
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
