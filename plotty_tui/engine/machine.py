"""A plotter as its station drives it: its settings, its worker, single moves."""

from __future__ import annotations

import asyncio
from typing import Any

from plotty_tui.domain import papers
from plotty_tui.domain.errors import DeviceFault, Refused
from plotty_tui.domain.plan import Plan
from plotty_tui.domain.presets import MotionSettings, device_motion
from plotty_tui.store.database import Store
from plotty_tui.store.machines import devices
from plotty_tui.store.tables import Device

from .books import Books
from .link import WorkerLink

# Faults after which the carriage may stand anywhere.
POSITION_LOST = ("brown_out",)


class Machine:
    """One plotter and the worker process that drives it, started when it is needed."""

    def __init__(self, store: Store, db: Books, device: Device) -> None:
        self.store = store
        self._db = db
        self._opening = asyncio.Lock()
        self.link: WorkerLink | None = None
        self.position_known = bool(device.position_known)
        self.take(device)

    def take(self, device: Device) -> None:
        """The plotter's row, as it is now."""
        self.id: int = device.id
        self.name: str = device.name
        self.driver: str = device.driver
        self.preset: MotionSettings | None = device.preset_motion
        self.revision: int = device.revision
        self.travel = (device.travel_x_mm, device.travel_y_mm)
        self.settings: dict[str, Any] = {
            "model": device.model,
            "name": device.name,
            **device.settings,
        }

    async def renew(self) -> None:
        """Take settings that were changed, and what is changed while the worker ends; it is started
        anew with them."""
        while True:
            device = await self._db(devices.get_device, self.store, self.id)
            if device.revision == self.revision:
                return
            await self.close()
            self.take(device)

    def motion(
        self, planned: MotionSettings | None = None, told: MotionSettings | None = None
    ) -> MotionSettings:
        """How it moves for a plan, or by itself; as it is `told`, whatever its own preset."""
        if told is not None:
            return device_motion(told, None, self.settings)
        return device_motion(planned or MotionSettings(), self.preset, self.settings)

    def turn(self, plan: Plan) -> papers.Turn:
        """How a sheet of this plan lies on it."""
        turn = papers.turn_for_device((plan.sheet_width, plan.sheet_height), self.travel)
        assert turn is not None, "a claim fits its device"
        return turn

    @property
    def speed(self) -> float:
        """Machine seconds in a second: more than one only for a simulator."""
        return float(self.settings.get("speed", 1.0)) if self.driver == "simulator" else 1.0

    def journal_window(self) -> int:
        """How many strokes the pen may be ahead of the books: one, so that a crash makes at most
        one stroke be drawn again; more only where a simulator runs much faster than life."""
        return 1 + int(float(self.settings.get("speed", 1.0)) // 10)

    async def open(self) -> WorkerLink:
        """The worker, started and its plotter opened. Raises DeviceFault."""
        async with self._opening:
            if self.link is None:
                link = await WorkerLink.start(self.name)
                settings = dict(self.settings)
                if self.driver == "simulator":
                    settings.setdefault("ink", str(self.store.home.ink_file(self.name)))
                link.send("open", driver=self.driver, settings=settings)
                try:
                    facts = await link.until("facts")
                except DeviceFault:
                    await link.close()
                    raise
                self.link = link
                await self.note_position(facts.get("position_known", True))
            return self.link

    async def note_position(self, known: bool) -> None:
        """Whether it knows where its carriage stands, for the books too."""
        self.position_known = known
        await self._db(devices.note_position, self.store, self.id, known)

    def check_position(self) -> None:
        """Refused when it does not know where its carriage stands."""
        if not self.position_known:
            raise Refused(self.lost_words)

    @property
    def lost_words(self) -> str:
        return (
            f"{self.name} was reset and does not know where its carriage stands: push it to the "
            f"home corner by hand, then plotty device home-here {self.name}"
        )

    async def do(self, what: str, **values: Any) -> dict[str, Any]:
        """One move, to its end; the worker's answer. Raises DeviceFault."""
        link = await self.open()
        link.send(what, **values)
        return await link.until("ok")

    async def home_here(self) -> None:
        """The carriage was pushed to its home corner."""
        await self.do("home_here")
        await self.note_position(True)

    async def close(self) -> None:
        link, self.link = self.link, None
        if link is not None:
            await link.close()
