"""What is shown in full: lines of text, a job, a run's card."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from plotty_tui.domain import jobs, values
from plotty_tui.domain.design import LOST, Finding
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.plan import Plan
from plotty_tui.reports.cards import result_card
from plotty_tui.studio.jobs import looking, queue_lists
from plotty_tui.studio.opening import Store
from plotty_tui.studio.production import run_detail
from plotty_tui.tui.bar import pen_dots
from plotty_tui.tui.lines import Line
from plotty_tui.tui.text import pad, plain, state_span

from .drawing import StillDrawing
from .frame import Dialog, LineScroll

CLOSE_KEYS = (("j k", "scroll"), ("esc enter", "close"))


class ShowLines(Dialog[None]):
    """Lines to read, until enter or esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,q", "leave", "Close", show=False, id="show.close"),
    ]

    def __init__(self, title: str, lines: Sequence[Line | str]) -> None:
        super().__init__(title)
        self._lines = list(lines)
        self._keys = list(CLOSE_KEYS)

    def body(self) -> Iterable[Widget]:
        yield LineScroll(self._lines, classes="body")


class JobDetail(Dialog[None]):
    """All about one job, with its drawing."""

    DEFAULT_CSS = """
    JobDetail {
        & > #box { max-width: 120; }
        & #sides { height: 40; }
        & LineScroll { width: 3fr; height: 100%; margin-right: 2; }
        & StillDrawing { width: 2fr; height: 100%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,escape,q", "leave", "Close", show=False, id="show.close"),
    ]

    def __init__(self, store: Store, job_id: int) -> None:
        super().__init__("Job")
        self._store, self._job_id = store, job_id
        self._keys = list(CLOSE_KEYS)

    def body(self) -> Iterable[Widget]:
        with Horizontal(id="sides", classes="body"):
            yield LineScroll()
            yield StillDrawing(self._store)

    def on_mount(self) -> None:
        try:
            job = looking.job_detail(self._store, self._job_id)
        except PlottyError as error:
            self.fail(str(error))
            return
        self.retitle(job.name)
        self.query_one(LineScroll).tell(job_lines(job))
        self.query_one(StillDrawing).draw(
            lambda wide, high: looking.job_raster(self._store, job, wide, high)
        )
        self.query_one(LineScroll).focus()


def job_lines(job: Any) -> list[Line | str]:
    """A job of `looking.job_detail` in words."""
    state = queue_lists.job_state(job)
    word = jobs.PRIORITY_WORDS[job.priority]
    lines: list[Line | str] = [
        (state_span(state), (f"   {word} priority", "hint")),
        *(["held: " + job.held] if job.held else []),
        *([((job.refusal, "state-fault"),)] if job.refusal else []),
        "",
        _pair("client", job.client or "–"),
        _pair("copies", f"{job.copies} on {job.paper}"),
        _pair("page", f"{job.width_mm:g} × {job.height_mm:g} mm"),
        _pair("file", f"{job.filename}, {size_words(job.size_bytes)}"),
    ]
    devices = queue_lists.job_devices(job)
    if devices:
        lines.append(_pair("on", ", ".join(devices)))
    return [*lines, *_plan_lines(job.frozen, job.layers), *finding_lines(job.findings)]


def _pair(name: str, said: str) -> Line:
    return ((pad(name, 8), "hint"), (said, ""))


def _plan_lines(plan: Plan | None, layers: Any) -> list[Line | str]:
    if plan is None:
        import json

        told = json.loads(layers) if isinstance(layers, str) else layers
        return [
            "",
            (("Layers", "accent bold"), ("  no plan yet", "hint")),
            *(layer_line(one["name"], one["color"], one["length_mm"]) for one in told),
        ]
    total = f"  preset {plan.preset.name}, {values.plural(plan.pen_changes, 'pen change')}"
    sums = f"{values.clock(plan.seconds)} · {values.metres(plan.pen_down_mm)} of ink"
    lines: list[Line | str] = ["", (("Plan", "accent bold"), (total, "hint"))]
    lines.append(_pair("takes", sums + f" · {values.plural(plan.lifts, 'lift')}"))
    for layer in plan.layers:
        code = layer.pen.code if layer.pen and layer.pen.code else "–"
        lines.append(layer_line(layer.name, layer.color, layer.pen_down_mm, code, layer.seconds))
    return lines


def layer_line(
    name: str, color: str, ink_mm: float, pen: str = "", seconds: float | None = None
) -> Line:
    """A layer: its colour, pen, ink and time before its name, which may be long."""
    dot = pen_dots([color])
    ink = pad(values.metres(ink_mm), 8, "right")
    if seconds is None:
        return (*dot, (f"{ink}  ", "hint"), (name, ""))
    time = pad(values.clock(seconds), 8, "right")
    return (*dot, (" " + pad(pen, 5), "bold"), (f"{ink}{time}  ", "hint"), (name, ""))


def finding_lines(findings: Sequence[Finding]) -> list[Line | str]:
    """The preflight report: what will not be drawn first."""
    if not findings:
        return []
    ranked = sorted(findings, key=lambda one: one.kind != LOST)
    lines: list[Line | str] = ["", (("Preflight", "accent bold"),)]
    for one in ranked:
        style = "state-fault" if one.kind == LOST else "state-hand"
        lines.append(
            (("! " + plain(one.text), style if one.kind in (LOST, "changed") else "hint"),)
        )
    return lines


def size_words(size: int) -> str:
    """`12 kB`, `1.4 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


def card_lines(detail: run_detail.RunDetail) -> list[Line | str]:
    """The result card with its headings in the accent colour."""
    lines: list[Line | str] = []
    for number, text in enumerate(result_card(detail)):
        heading = number == 0 or (text.endswith(":") and not text.startswith(" "))
        if text and not text.strip("─"):
            continue
        lines.append(((text, "accent bold" if heading else ""),))
    return lines
