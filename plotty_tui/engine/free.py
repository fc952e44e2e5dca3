"""What can be asked of a plotter that draws no sheet: single moves, pen heights, a test pattern."""

from __future__ import annotations

import uuid
from typing import Any

from plotty_tui.domain import ledger, orders, patterns
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.store import devices
from plotty_tui.store.database import Store

from .books import Books, SayState
from .hands import Hands
from .machine import Machine
from .sheet_work import SheetWork


async def operate(
    store: Store, db: Books, machine: Machine, kind: str, args: dict[str, Any]
) -> str:
    """Carry out one move; what became of it. Refused with the plotter's own reason."""
    try:
        if kind == orders.HOME_HERE:
            await machine.home_here()
            return f"{machine.name} takes this place for its home corner"
        await machine.open()
        if kind == orders.HOME:
            machine.check_position()
            await machine.do("home", motion=machine.motion().to_json())
            return f"{machine.name} is at home, pen up"
        if kind == orders.JOG:
            dx, dy = float(args["dx"]), float(args["dy"])
            await machine.do("jog", dx=dx, dy=dy)
            return f"{machine.name} moved by {dx:g}, {dy:g} mm"
        return await _move_pen(store, db, machine, kind, args)
    except DeviceFault as fault:
        if fault.code != "travel":
            await machine.close()
        raise Refused(f"{machine.name}: {fault}") from None


async def _move_pen(
    store: Store, db: Books, machine: Machine, kind: str, args: dict[str, Any]
) -> str:
    """The pen up or down, at a height that is being tried or at its own."""
    key = "pen_pos_up" if kind == orders.PEN_UP else "pen_pos_down"
    motion = machine.motion().to_json()
    height = args.get("height")
    if height is not None:
        motion[key] = float(height)
    await machine.do(kind, motion=motion)
    word = "up" if kind == orders.PEN_UP else "down"
    said = f"the pen of {machine.name} is {word} at height {motion[key]:g}"
    if height is None or not args.get("keep"):
        return said
    device = await db(devices.get_device, store, machine.id)
    changed = await db(
        devices.edit_device, store, machine.id, device.revision,
        settings={**device.settings, key: float(height)},
    )  # fmt: skip
    machine.take(changed)  # no new worker: it would raise the pen
    return f"{said}, which is kept"


async def draw_test(
    store: Store,
    db: Books,
    machine: Machine,
    hands: Hands,
    work: SheetWork,
    say: SayState,
    paper: str,
) -> None:
    """The test pattern on a sheet that a person puts on: no production, but its ink and the
    odometer count. Raises GivenUp, DeviceFault."""
    text = f"put {paper or 'any paper'} on {machine.name} for the test pattern, and a pen in it"
    await hands.ask_for_test_sheet(text)
    await machine.renew()
    link = await machine.open()
    if not machine.position_known:
        await hands.ask_for_home(None)
        await machine.home_here()
    await say(orders.DRAWING, "test pattern")
    motion, tag = machine.motion(), await work.tag_of_test()
    parts = [(motion.pen_pos_down, patterns.pattern_lines())]
    parts += [(height, [line]) for height, line in patterns.height_ladder(motion)]
    for height, lines in parts:
        values = {**motion.to_json(), "pen_pos_down": height}
        ink, lifts, seconds = await work.draw_lines(link, lines, type(motion)(**values), tag)
        await db(
            devices.count_odometer, store, machine.id, ink, lifts, seconds,
            kind=ledger.WASTE, key=f"test:{uuid.uuid4().hex}", reason="test pattern",
            note=machine.name,
        )  # fmt: skip
    await machine.do("home", motion=motion.to_json())
