"""Pens over the jobs of one planning: which pen a layer gets, in which order pens and jobs go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain import layer_codes, values
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.pen_choice import PenChoice, StockPen, lightness
from plotty_tui.domain.pen_order import (
    PenJob,
    PenOrder,
    count_changes,
    has_circle,
    order_alike,
    order_pens,
)
from plotty_tui.domain.strokes import LayerStrokes
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Job

from .edition_prices import edition_prices

AUTO = "auto"
# What speaks for one pen before another within a job.
NUMBERS, LIGHT, BACK, NONE = "numbers", "light", "back", "none"
PRECEDENCES = (NUMBERS, LIGHT, BACK, NONE)

Key = int | str


@dataclass(frozen=True, slots=True)
class PenWish:
    """How pens are to be ordered: `optimize` each job's for the fewest changes over all jobs,
    `alike` one order for all jobs, `order` that order (words of the stock)."""

    optimize: bool = False
    alike: bool = False
    order: tuple[str, ...] = ()
    precedence: str = NUMBERS

    @property
    def asked(self) -> bool:
        """Whether anything is to be ordered."""
        return self.optimize or self.alike or bool(self.order)


@dataclass(frozen=True, slots=True)
class JobPens:
    """A job with the layers that are drawn, and their pens."""

    job: Job
    layers: Sequence[LayerStrokes]
    choices: Sequence[PenChoice]

    def keys(self) -> list[Key]:
        """Each layer's pen; without one of the stock, its colour."""
        return [
            choice.pen_id if choice.pen_id is not None else layer.color.casefold()
            for layer, choice in zip(self.layers, self.choices, strict=True)
        ]


@dataclass(slots=True)
class PensLaid:
    """Jobs in their order (ids), the order of each one's layers, pen changes before and after, the
    number that no order goes below, and sentences about it."""

    jobs: list[int] = field(default_factory=list)
    sequences: dict[int, tuple[int, ...]] = field(default_factory=dict)
    before: int = 0
    after: int = 0
    bound: int = 0
    notes: list[str] = field(default_factory=list)


def read_pens(words: Sequence[str], stock: Sequence[StockPen]) -> list[StockPen]:
    """Pens by slot, sticker, name, or the number on their sticker. NotFound for one that is none
    of these; Refused for one that is named twice."""
    found = [_read_pen(word, stock) for word in words]
    for k, pen in enumerate(found):
        if pen in found[:k]:
            raise Refused(f"{words[k]} is {pen.code}, which is named already: name each pen once")
    return found


def pen_words(text: str) -> tuple[str, ...]:
    """The words of a comma list of pens."""
    words = tuple(filter(None, (word.strip() for word in text.split(","))))
    if not words:
        raise Refused(f"no pens in {text!r}: write slots or stickers, 2,1,3, or auto")
    return words


def _read_pen(word: str, stock: Sequence[StockPen]) -> StockPen:
    usable = [pen for pen in stock if pen.state != "retired"]
    number = int(word) if word.isdecimal() and len(word) < 9 else None
    for fits in (
        lambda pen: number is not None and pen.slot == number,
        lambda pen: pen.code.casefold() == word.casefold(),
        lambda pen: pen.name.casefold() == word.casefold(),
        lambda pen: number is not None and _number_of(pen.code) == number,
    ):
        for pen in usable:
            if fits(pen):
                return pen
    raise NotFound.named("pen", word, [pen.code for pen in usable])


def _number_of(code: str) -> int | None:
    found = re.search(r"(\d+)$", code)
    return int(found[1]) if found else None


def map_pens(
    layers: Sequence[LayerStrokes], chosen: Sequence[PenChoice], mapping: Sequence[StockPen]
) -> list[PenChoice]:
    """The first layer drawn by the first pen of the mapping, and so on; layers beyond it keep what
    was chosen for them."""
    given = [PenChoice(pen.id, pen.code, f"mapped: layer {k}") for k, pen in enumerate(mapping, 1)]
    return [*given[: len(layers)], *chosen[len(given) :]]


def lay_pens(
    found: Sequence[JobPens],
    wish: PenWish,
    stock: Sequence[StockPen],
    store: Store | None = None,
) -> PensLaid:
    """The order of jobs and pens that the wish wants, and what it saves. Jobs keep their place in
    the queue, and their layers in their order, where nothing is asked. With the `store`, what it
    would save to draw them pen by pen."""
    lightness_of = {pen.id: lightness(pen.color) for pen in stock}
    loaded = loaded_pen()
    natural = [key for one in found for key in _copies(one.keys(), one.job.copies)]
    laid = PensLaid([one.job.id for one in found], before=count_changes([natural], loaded))
    if not wish.asked:
        laid.after = laid.bound = laid.before
        return laid
    jobs = [pen_job(one, wish.precedence, lightness_of, laid.notes) for one in found]
    order, alike = _ordered(jobs, wish, stock, loaded, laid.notes)
    laid.jobs = [found[k].job.id for k, _ in order.sequence]
    for k, pens in order.sequence:
        laid.sequences[found[k].job.id] = layer_order(found[k].keys(), pens, jobs[k].fixed)
    again = sum(_again(found[k], pens) for k, pens in order.sequence)
    laid.after, laid.bound = order.changes + again, order.bound + again
    if alike:
        laid.notes.insert(0, f"pens in all jobs: {_names(alike, stock)}")
    if store is not None:
        _tell_pen_by_pen(store, [(pens, found[k].job.copies) for k, pens in order.sequence], laid)
    return laid


def _ordered(
    jobs: Sequence[PenJob],
    wish: PenWish,
    stock: Sequence[StockPen],
    loaded: Key | None,
    notes: list[str],
) -> tuple[PenOrder, tuple[Key, ...]]:
    if not (wish.alike or wish.order):
        return order_pens(jobs, loaded), ()
    given: list[Key] = [pen.id for pen in read_pens(wish.order, stock)]
    order, chosen = order_alike(jobs, loaded, given)
    pens: tuple[Any, ...] = tuple(pen for pen in chosen if any(pen in job.pens for job in jobs))
    beyond = [pen for pen in pens if given and pen not in given]
    if beyond:
        notes.append(f"not in --pen-order, so drawn after it: {_names(beyond, stock)}")
    unused = [pen for pen in given if pen not in pens]
    if unused:
        notes.append(f"no layer wants {_names(unused, stock)}")
    return order, pens


def _tell_pen_by_pen(store: Store, lines: Sequence[tuple[Any, int]], laid: PensLaid) -> None:
    prices = edition_prices(store, lines, loaded=loaded_pen())
    if prices.saved_seconds > 0:
        laid.notes.append(
            f"pen by pen over all sheets it is {prices.words(True)} instead of "
            f"{prices.words(False)}; plotty plot-all --pen-by-pen saves "
            f"{values.rough(prices.saved_seconds)}"
        )


def _names(pens: Iterable[Key], stock: Sequence[StockPen]) -> str:
    codes = {pen.id: pen.code for pen in stock}
    return ", ".join(codes.get(pen, str(pen)) if isinstance(pen, int) else pen for pen in pens)


def pen_job(
    one: JobPens, precedence: str, lightness_of: dict[int, float], notes: list[str]
) -> PenJob:
    """A job as its pens go, with what speaks for one pen before another; `notes` are told why a
    job keeps its layers' order."""
    keys = tuple(one.keys())
    codes = [layer_codes.read_codes(layer.name) for layer in one.layers]
    priority = one.job.priority
    if precedence == BACK or any(code.pause for code in codes):
        return PenJob(keys, fixed=True, priority=priority)
    if precedence == LIGHT:
        light = {
            key: lightness_of.get(key, 0.0) if isinstance(key, int) else lightness(key)
            for key in keys
        }
        ordered = sorted(dict.fromkeys(keys), key=lambda key: -light[key])
        return PenJob(tuple(ordered), fixed=True, priority=priority)
    before: set[tuple[Key, Key]] = set()
    if precedence == NUMBERS:
        numbered = [(c.number, key) for c, key in zip(codes, keys, strict=True) if c.number]
        before = {(a, b) for n, a in numbered for m, b in numbered if n < m and a != b}
    if has_circle(before):
        notes.append(f"{one.job.name} keeps its layers' order: their numbers want a pen twice")
        return PenJob(keys, fixed=True, priority=priority)
    return PenJob(tuple(dict.fromkeys(keys)), frozenset(before), priority=priority)


def layer_order(keys: Sequence[Key], pens: Sequence[object], fixed: bool) -> tuple[int, ...]:
    """Numbers of the layers as the pens come; layers of one pen in their own order. A job that
    needs a pen twice keeps its layers as they are."""
    if fixed and len(set(pens)) < len(pens):
        return ()
    order = tuple(k for pen in pens for k, key in enumerate(keys) if key == pen)
    return () if order == tuple(range(len(keys))) else order


def _copies(keys: Sequence[Key], copies: int) -> list[Key]:
    return list(keys) * copies


def _again(one: JobPens, pens: Sequence[Key] | Sequence[object]) -> int:
    """Changes of the copies after the first: from the last pen back to the first, and through."""
    if not pens:
        return 0
    each = count_changes([tuple(pens)])
    return (one.job.copies - 1) * (each + (pens[0] != pens[-1]))


def loaded_pen() -> Key | None:
    """The pen that is in the holder, where there is only one plotter that draws."""
    enabled = devices.enabled_devices()
    if len(enabled) != 1:
        return None
    device = enabled[0]
    return device.loaded_pen_id or device.loaded_color.casefold() or None
