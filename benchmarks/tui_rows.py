"""RowList against Textual's stock DataTable: CPU and bytes for one change, in the same run.

    python benchmarks/tui_rows.py [--rows 10000] [--size 200x60] [--changes 60]

Both show the same cells in a program with a real writer behind it that only counts. CPU is
process time from the change until it is painted; the least third of all rounds is averaged, so
that other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from rich.text import Text
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.theme import Theme
from textual.widgets import DataTable

from plotty_tui.domain.raster import InkCells, Raster
from plotty_tui.studio.jobs.queue_lists import Row
from plotty_tui.tui.canvas import PlotCanvas
from plotty_tui.tui.panels.queue import QueuePanel
from plotty_tui.tui.rows import Column, ColumnRows, RowList
from plotty_tui.tui.text import state_span
from plotty_tui.tui.themes import load_theme, variable_defaults

COLUMNS = [
    Column("#", 5, "right"),
    Column("name", 20, flex=1),
    Column("pens", 5),
    Column("time", 8, "right"),
    Column("state", 14),
]
SENT = [0]


class CountingDriver(HeadlessDriver):
    """A driver whose terminal takes everything and counts it."""

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        SENT[0] += len(data.encode())


class Measured(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rows: int) -> None:
        super().__init__(driver_class=CountingDriver)
        self.seconds = [600 + i for i in range(rows)]
        self.register_theme(load_theme("studio-dark"))
        self.theme = "studio-dark"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        theme: Theme = self.current_theme
        return variable_defaults(theme)

    def cells(self, i: int) -> list:
        minutes, seconds = divmod(self.seconds[i], 60)
        return [
            str(i + 1),
            f"Acme: Logo {i:05}",
            (("●", "#d02020"), ("●", "#2040d0"), ("●", "#20a040")),
            f"{minutes}:{seconds:02}",
            state_span("drawing" if i % 7 == 0 else "planned"),
        ]

    async def cost(self, change: Callable[[int], object], rounds: int) -> tuple[float, float]:
        """(CPU ms, bytes) of a change, painting included."""
        for i in range(5):
            change(i)
            await self.settle()
        cpu, sent = [], []
        for i in range(rounds):
            before, start = SENT[0], time.process_time()
            change(i + 5)
            await self.settle()
            cpu.append((time.process_time() - start) * 1000)
            sent.append(SENT[0] - before)
        least = sorted(cpu)[: max(1, rounds // 3)]
        return sum(least) / len(least), sum(sent) / len(sent)

    async def settle(self) -> None:
        """Until everything that waits is painted."""
        for _ in range(3):
            done = asyncio.Event()
            self.screen.call_after_refresh(done.set)
            await done.wait()


class OurRows(Measured):
    def compose(self) -> ComposeResult:
        keys = [f"job-{i}" for i in range(len(self.seconds))]
        yield RowList(ColumnRows(keys, self.cells, COLUMNS))

    def change_cell(self, i: int) -> None:
        self.seconds[3] += 1
        self.query_one(RowList).refresh_row("job-3")

    def change_hidden(self, i: int) -> None:
        self.seconds[-1] += 1
        self.query_one(RowList).refresh_row(f"job-{len(self.seconds) - 1}")

    def cursor(self, i: int) -> None:
        rows = self.query_one(RowList)
        rows.move_to(10 + i % 2)

    def page(self, i: int) -> None:
        self.query_one(RowList).action_page(1)


class StockTable(Measured):
    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in COLUMNS:
            table.add_column(column.title, key=column.title, width=column.width + 10)
        for i in range(len(self.seconds)):
            number, name, _, span, state = self.cells(i)
            dots = Text("●●●", style="#d02020")
            table.add_row(number, Text(name), dots, span, Text(state[0]), key=f"job-{i}")

    def change_cell(self, i: int) -> None:
        self.seconds[3] += 1
        self.query_one(DataTable).update_cell("job-3", "time", self.cells(3)[3])

    def change_hidden(self, i: int) -> None:
        self.seconds[-1] += 1
        last = len(self.seconds) - 1
        self.query_one(DataTable).update_cell(f"job-{last}", "time", self.cells(last)[3])

    def cursor(self, i: int) -> None:
        self.query_one(DataTable).move_cursor(row=10 + i % 2)

    def page(self, i: int) -> None:
        self.query_one(DataTable).action_page_down()


class Queue(Measured):
    """The queue with its filter; the first key, which makes the texts, is not counted."""

    def compose(self) -> ComposeResult:
        yield QueuePanel()

    def on_mount(self) -> None:
        rows = [
            Row(
                {
                    "id": i, "revision": 1, "name": f"{'Acme' if i % 5 else 'Studio'}: Logo {i:05}",
                    "priority": 2, "copies": 1 + i % 3, "seconds": 600.0 + i, "state": "planned",
                    "held": "", "refusal": "", "sheets": [], "paper": "a4", "client": "Acme",
                    "due_at": None, "preset": "fast", "pen_down_mm": 9000.0, "ink_mm": 9000.0,
                    "group": "", "batch": None, "tags": '["approved"]', "layers": "[]",
                    "plan": None, "category": "", "filename": "logo.svg",
                }.items()
            )
            for i in range(len(self.seconds))
        ]  # fmt: skip
        self.query_one(QueuePanel).show_queue(rows, len(rows))

    def filter_key(self, i: int) -> None:
        typed = ("a", "ac", "acm", "acme", "acme 0", "acme 01", "acme 012", "acme 0123")
        self.query_one(QueuePanel).use_filter(typed[i % len(typed)])


class Canvas(Measured):
    def compose(self) -> ComposeResult:
        yield PlotCanvas()

    seconds_to_cells = 0.0

    def sheet(self) -> InkCells:
        """100,000 short strokes over the whole canvas, in two colours."""
        wide, high = self.query_one(PlotCanvas).dots
        raster = Raster(wide, high, layer_starts=[0, 50_000], colors=["#d02020", "#101010"])
        for i in range(100_000):
            x, y = i * 7 % (wide - 8), i * 7 // (wide - 8) % high
            raster.dots.extend(range(y * wide + x, y * wide + x + 6))
            raster.starts.append(len(raster.dots))
        start = time.perf_counter()
        ink = InkCells(raster)
        self.seconds_to_cells = time.perf_counter() - start
        return ink

    def step(self, i: int) -> None:
        wide, _ = self.query_one(PlotCanvas).dots
        self.query_one(PlotCanvas).mark(20 * (i + 1), (i * 9 % wide, 8))

    def jump(self, i: int) -> None:
        self.query_one(PlotCanvas).mark(100_000 if i % 2 else 0)


async def measured(app: Measured, size: tuple[int, int], names: list[str], rounds: int) -> dict:
    """What each change costs in this program."""
    costs: dict[str, tuple[float, float]] = {}

    async def script() -> None:
        await asyncio.sleep(0.3)
        if isinstance(app, Canvas):
            app.query_one(PlotCanvas).show(app.sheet())
            await asyncio.sleep(0.3)
        for name in names:
            costs[name] = await app.cost(getattr(app, name), rounds)
        app.exit()

    task: list[asyncio.Task] = []

    async def started(_: object) -> None:
        task.append(asyncio.create_task(script()))

    await app.run_async(size=size, auto_pilot=started)
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--size", default="200x60")
    parser.add_argument("--changes", type=int, default=60)
    said = parser.parse_args()
    wide, high = (int(part) for part in said.size.split("x"))
    names = ["change_cell", "change_hidden", "cursor", "page"]
    ours = asyncio.run(measured(OurRows(said.rows), (wide, high), names, said.changes))
    stock = asyncio.run(measured(StockTable(said.rows), (wide, high), names, said.changes))
    print(f"{said.rows} rows at {wide}x{high}, {Path(__file__).name}")
    print(f"{'change':16}{'ms':>9}{'stock':>9}{'ratio':>8}{'bytes':>10}{'stock':>9}{'ratio':>8}")
    for name in names:
        (ms, sent), (stock_ms, stock_sent) = ours[name], stock[name]
        fewer = f"{stock_sent / sent:7.1f}x" if sent else f"{'all':>8}"
        print(
            f"{name:16}{ms:9.2f}{stock_ms:9.2f}{stock_ms / ms:7.1f}x"
            f"{sent:10.0f}{stock_sent:9.0f}{fewer}"
        )
    queue = asyncio.run(measured(Queue(said.rows), (wide, high), ["filter_key"], said.changes))
    for name, (ms, sent) in queue.items():
        print(f"{name:16}{ms:9.2f}{'':17}{sent:10.0f}")
    sheet = Canvas(0)
    canvas = asyncio.run(measured(sheet, (wide, high), ["step", "jump"], said.changes))
    print(f"100,000 strokes (600,000 dots) into cells: {sheet.seconds_to_cells:.3f} s")
    for name, (ms, sent) in canvas.items():
        print(f"canvas {name:9}{ms:9.2f}{'':17}{sent:10.0f}")


if __name__ == "__main__":
    main()
