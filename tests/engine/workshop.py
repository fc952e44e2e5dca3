"""A studio with real plotters: the engine's process, worker processes, simulated machines."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable

from plotty_tui.devices.ink import read_ink
from plotty_tui.domain.papers import turn_for_device
from plotty_tui.domain.strokes import decode_layers
from plotty_tui.store.database import Store
from plotty_tui.studio import engine_process, watching
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.jobs import intake
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.machines.setup_devices import add_plotter
from plotty_tui.studio.planning import plans
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import run_detail

DEADLINE = 30.0
# As fast as the journal lets no stroke be ahead of the books: for what has to be met on the way.
BRISK = 9.9
# For what comes by itself.
FAST = 200.0
# For what must not be over before it is looked at.
SLOW = 2.0

Line = tuple[int, list[tuple[float, float]]]


def until(what: Callable[[], object], seconds: float = DEADLINE) -> object:
    """The first truthy answer of `what`; fails when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        begun = time.monotonic()
        answer = what()
        if answer:
            return answer
        now = time.monotonic()
        assert now < deadline, "it did not happen in time"
        # Whoever waits leaves the processor to those who are waited for.
        time.sleep(max(0.005, 3 * (now - begun)))


def same_line(one: Line, other: Line, within: float = 0.05) -> bool:
    """Both ends of two straight strokes of a layer are at the same place."""
    return one[0] == other[0] and all(
        math.dist(a, b) <= within
        for a, b in zip((one[1][0], one[1][-1]), (other[1][0], other[1][-1]), strict=True)
    )


def times_drawn(ink: list[Line], planned: list[Line]) -> list[int]:
    """How often each planned stroke is on the paper as a whole."""
    return [sum(same_line(drawn, stroke) for drawn in ink) for stroke in planned]


class Workshop:
    """A studio under test, and the words to work in it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def plotter(
        self, name: str, speed: float = 20.0, model: str = "v3", **settings: object
    ) -> None:
        """A simulated plotter."""
        add_plotter(self.store, name, "simulator", model, speed, settings)

    def pens(self, *colors: str) -> None:
        """A pen of each colour."""
        for color in colors:
            stock.add_pen(self.store, {"name": color, "color": color, "life_mm": 100_000.0})

    def design(self, name: str, strokes: int = 12, colors: tuple[str, ...] = ("#000000",)) -> None:
        """Add and plan a drawing of parallel lines, so many of each colour."""
        lines = [
            f'<path d="M 10 {10 + 3 * k} h 40" stroke="{color}"/>'
            for part, color in enumerate(colors)
            for k in range(part * strokes, (part + 1) * strokes)
        ]
        file = self.store.home.data / f"{name}.svg"
        file.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="148mm" '
            f'viewBox="0 0 100 148" fill="none">{"".join(lines)}</svg>'
        )
        (added,) = intake.add_designs(self.store, [str(file)], intake.Wish(name=name, paper="a6"))
        assert not added.error
        (planned,) = plans.plan_jobs(self.store, intake.open_jobs(self.store, [name]), "none")
        assert not planned.error

    def start(self, *names: str, devices: tuple[str, ...] = (), copies: int = 1) -> int:
        """Plot these designs; the run's number."""
        wanted = intake.open_jobs(self.store, names)
        return plotting.start_plot(self.store, wanted, devices, copies).number

    def view(self, device: str) -> watching.DeviceView:
        """A plotter now."""
        return next(one for one in watching.device_views(self.store) if one.name == device)

    def ready(self, device: str) -> None:
        """Wait until a plotter asks for something, and put it in."""
        until(lambda: any(h.device == device and h.answerable for h in self.hands()))
        plotting.ready(self.store, device)

    def hands(self) -> list[watching.HandView]:
        """What is asked of people."""
        return watching.hand_views(self.store)

    def faster(self, device: str) -> None:
        """From its next start on a plotter is as fast as a test may be."""
        plotters.edit_plotter(self.store, device, {"speed": FAST})

    def until_state(self, device: str, state: str) -> watching.DeviceView:
        """Wait until a plotter is in this state."""
        until(lambda: self.view(device).state == state)
        return self.view(device)

    def until_stroke(self, device: str, stroke: int) -> None:
        """Wait until a plotter has drawn so many strokes of its sheet."""
        until(lambda: self.view(device).strokes_done >= stroke)

    def until_awaiting(self, number: int) -> run_detail.RunDetail:
        """Wait until every sheet of a run is drawn."""
        until(lambda: any(run.number == number for run in watching.runs_awaiting(self.store)))
        return run_detail.run_detail(self.store, number)

    def cut_off(self, device: str, stroke: int) -> watching.DeviceView:
        """Kill the only worker when so many strokes are drawn, and wait for what is said."""
        self.until_stroke(device, stroke)
        (worker,) = self.worker_pids()
        os.kill(worker, signal.SIGKILL)
        return self.until_state(device, "interrupted")

    def kill_engine(self) -> None:
        """Kill the engine as nothing can catch, and wait until it is gone."""
        pid = engine_process.engine_status(self.store).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: not engine_process.engine_runs(self.store.home))

    def restart_engine(self) -> None:
        """A new engine after a kill."""
        engine_process.ensure_engine(self.store)

    def worker_pids(self) -> dict[int, str]:
        """The engine's worker processes."""
        import psutil

        pid = engine_process.engine_status(self.store).pid
        return {
            child.pid: " ".join(child.cmdline())
            for child in psutil.Process(pid).children()
            if "plotty_tui.devices.worker" in " ".join(child.cmdline())
        }

    def ink(self, device: str) -> list[Line]:
        """What a plotter drew: (layer, line in sheet coordinates), in order."""
        turn = turn_for_device((105, 148), (300.0, 217.9))
        assert turn is not None
        path = self.store.home.ink_file(device)
        if not path.exists():
            return []
        return [
            (row["tag"]["layer"], [turn.undo(x, y) for x, y in row["line"]])
            for row in read_ink(path)
        ]

    def planned(self, name: str) -> list[Line]:
        """What the plan wants drawn: (layer, line in sheet coordinates), in order."""
        (job,) = intake.open_jobs(self.store, [name])
        data = self.store.home.plan_file(job.plan.key).read_bytes()
        return [
            (number, line)
            for number, layer in enumerate(decode_layers(data))
            for line in layer.strokes
        ]
