"""Pen by pen: sheets that were set aside for their next pen, and whose turn it is among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import peewee as pw

from plotty_tui.domain import runs, sheets
from plotty_tui.domain.euler import Pen as Ink
from plotty_tui.domain.hands_ahead import choose_shared
from plotty_tui.domain.passes import SheetLeft, next_of_edition

from ..database import Store
from ..tables import Device, Item, Job, Pen, Run, Sheet
from .turns import block_of, fitting_of_block

# What a sheet waits for that is set aside: to be taken off the plotter, then for its turn.
TO_TAKE_OFF, ASIDE = "off", "aside"


def sheets_aside(device: Device, held: bool = False) -> list[Sheet]:
    """The begun sheets that were set aside on this plotter and that it has not taken again, the
    top of the pile first; those of held jobs only with `held`."""
    query = (
        Sheet.select(Sheet, Item, Run, Job)
        .join(Item)
        .switch(Sheet)
        .join(Run, on=(Sheet.run == Run.id))
        .switch(Item)
        .join(Job, pw.JOIN.LEFT_OUTER)
        .where(
            Sheet.aside == device, Sheet.device.is_null(), Sheet.state == sheets.WAITING,
            Run.state == runs.IN_PROGRESS,
        )
        .order_by(Sheet.aside_at.desc(), Sheet.id.desc())
    )  # fmt: skip
    return list(query if held else query.where((Job.id.is_null()) | (Job.held == "")))


def lay_aside_again(device_id: int) -> None:
    """What was to be put on this plotter again and was not is aside as before. Call it in a
    transaction."""
    Sheet.update(device=None, waiting_for=ASIDE).where(
        Sheet.device == device_id, Sheet.aside.is_null(False), Sheet.state == sheets.WAITING
    ).execute()


def next_of_block(
    store: Store, device: Device, block: tuple[Any, ...], here: Sheet | None = None
) -> Sheet | None:
    """The sheet of this block on which the plotter draws next, pen by pen; `here` is the one that
    lies on it, and comes again when it is to stay on. None when there is none."""
    aside = [one for one in sheets_aside(device) if block_of(one) == block]
    fresh = fitting_of_block(store, device, block)
    if any(one.run.settings.get("shares") for one in fresh[:1]):
        fresh = _own_share(device, fresh, helps=here is None and not aside)
    known = {one.id: one for one in (*aside, *fresh, *([here] if here else []))}
    inks = _Inks(known.values())
    waiting = [inks.left(one, pile) for pile, one in enumerate(reversed(aside), 1)]
    waiting += [inks.left(one) for one in fresh]
    chosen = next_of_edition(waiting, inks.held_by(device), inks.left(here) if here else None)
    return known[chosen.id] if chosen else None


def comes_next(store: Store, sheet_id: int) -> str:
    """The sheet that is to be put on when the pen at hand has drawn all it has on the one that
    lies on its plotter, in words; empty when that one stays on, or is drawn to its end."""
    with store.read():
        here = Sheet.get_by_id(sheet_id)
        inks = _Inks([here])
        pens = inks.left(here).pens
        # As it will stand then.
        here.layer += next((k for k, pen in enumerate(pens) if pen != pens[0]), len(pens))
        if here.device_id is None or not inks.left(here).pens:
            return ""
        chosen = next_of_block(store, here.device, block_of(here), here)
        if chosen is None or chosen.id == here.id:
            return ""
        return f"{chosen.item.name} copy {chosen.copy}"


def _own_share(device: Device, fresh: Sequence[Sheet], helps: bool) -> list[Sheet]:
    """The sheets of the plotter's own share; when those are all begun and it has nothing of its own
    left, one of another plotter's."""
    own = set(fresh[0].run.settings["shares"].get(device.name, ()))
    mine = [one for one in fresh if one.id in own]
    if mine or not helps:
        return mine
    chosen = next_shared(device, fresh)
    return [one for one in fresh if one.id == chosen] or list(fresh)


def next_shared(device: Device, fresh: Sequence[Sheet]) -> int | None:
    """Of a run whose work was shared out: what is next in the plotter's own share, or help for the
    one with most to do; None when no share has any of these."""
    plans: dict[int, float] = {}
    seconds: dict[int, float] = {}
    for sheet in fresh:
        if sheet.item_id not in plans:
            plans[sheet.item_id] = sheet.item.plan.seconds
        seconds[sheet.id] = plans[sheet.item_id]
    shares = {name: tuple(ids) for name, ids in fresh[0].run.settings["shares"].items()}
    return choose_shared(device.name, seconds, shares)


class _Inks:
    """The inks of some sheets' layers: pens of one colour and tip stand in for each other."""

    def __init__(self, some: Iterable[Sheet]) -> None:
        self._bodies: dict[int, tuple[int | str, ...]] = {}
        for sheet in some:
            if sheet.item_id not in self._bodies:
                self._bodies[sheet.item_id] = tuple(
                    _planned_pen(layer) for layer in sheet.item.plan.body["layers"]
                )
        self._of_stock: dict[int, Ink] = {
            pen.id: (pen.color, pen.tip_mm) for pen in Pen.select(Pen.id, Pen.color, Pen.tip_mm)
        }

    def _ink(self, pen: int | str) -> Ink:
        return self._of_stock.get(pen, pen) if isinstance(pen, int) else pen

    def held_by(self, device: Device) -> Ink:
        """What is in this plotter's holder."""
        return self._ink(device.loaded_pen_id or device.loaded_color.casefold())

    def left(self, sheet: Sheet, pile: int = 0) -> SheetLeft:
        """A sheet with the inks of the layers that are left."""
        pens = self._bodies[sheet.item_id][sheet.layer :]
        return SheetLeft(sheet.id, tuple(map(self._ink, pens)), pile)


def _planned_pen(layer: dict[str, Any]) -> int | str:
    """The pen of the stock that is planned for a layer, else its colour."""
    pen: int | None = (layer["pen"] or {}).get("pen_id")
    return pen if pen is not None else str(layer["color"]).casefold()
