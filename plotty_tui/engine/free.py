"""What can be asked of a plotter that draws no sheet: single moves, pen heights, a test pattern."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plotty_tui.domain import orders, patterns
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices

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
        if kind == orders.NICKNAME:
            return await _write_nickname(store, db, machine, str(args["nickname"]))
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


async def _write_nickname(store: Store, db: Books, machine: Machine, nickname: str) -> str:
    """A name into the board; a real plotter is found by it from now on, whatever its port."""
    await machine.do("nickname", name=nickname)
    if machine.driver != "simulator":
        device = await db(devices.get_device, store, machine.id)
        settings = {**device.settings, "nickname": nickname}
        settings.pop("port", None)
        changed = await db(
            devices.edit_device, store, machine.id, device.revision, settings=settings
        )
        machine.take(changed)
        await machine.close()  # whoever looks for boards may ask it
    return f"the board of {machine.name} is called {nickname}"


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
    motion = machine.motion()
    parts = [(motion.pen_pos_down, patterns.pattern_lines())]
    parts += [(height, [line]) for height, line in patterns.height_ladder(motion)]
    with work.at_drawing():
        for height, lines in parts:
            lowered = replace(motion, pen_pos_down=height)
            await work.draw_lines(link, lines, lowered, patterns.TEST)
    await machine.do("home", motion=motion.to_json())
