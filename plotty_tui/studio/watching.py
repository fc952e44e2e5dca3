"""What there is to see: the studio at this moment, for the dashboard, `monitor` and `next`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plotty_tui.domain import figures, orders, runs
from plotty_tui.domain.layer_codes import read_codes
from plotty_tui.domain.learned import Band, Learned
from plotty_tui.domain.plan import Plan, needs_pen_change, pen_words
from plotty_tui.domain.raster import Raster
from plotty_tui.store import events
from plotty_tui.store.database import Row, Store
from plotty_tui.store.jobs import queue
from plotty_tui.store.machines import devices
from plotty_tui.store.production import run_lists
from plotty_tui.store.tables import moment

from .engine_process import engine_runs
from .planning.estimates import learned, one_device


@dataclass(slots=True)
class DeviceView:
    """One plotter as a panel shows it. Times are machine seconds."""

    name: str
    driver: str
    model: str
    enabled: bool
    state: str
    message: str
    since: datetime | None
    pen: str
    pen_color: str
    travel: tuple[float, float] = (0.0, 0.0)
    speed: float = 1.0
    job: str = ""
    run: int | None = None
    copy: int = 0
    copies: int = 0
    sheet: int | None = None
    sheet_state: str = ""
    plan_key: str = ""
    plan: Plan | None = None
    layer: int = 0
    stroke: int = 0
    fraction: float = 0.0
    ink_mm: float = 0.0
    left_seconds: float | None = None
    hand_seconds: float | None = None
    comes_next: str = ""  # the sheet that is to be put on at the next stop instead of this one
    x_mm: float = 0.0
    y_mm: float = 0.0
    pen_down: bool = False
    drawn_mm: float = 0.0
    lifts: int = 0
    drawn_seconds: float = 0.0

    @property
    def layer_name(self) -> str:
        """The layer being drawn, as it is called in the design."""
        if self.plan is None or self.layer >= len(self.plan.layers):
            return ""
        return self.plan.layers[self.layer].name

    @property
    def strokes_done(self) -> int:
        """Strokes of the whole plan that are on the paper."""
        if self.plan is None:
            return 0
        return sum(one.strokes for one in self.plan.layers[: self.layer]) + self.stroke


@dataclass(frozen=True, slots=True)
class HandView:
    """Somebody is wanted: where, for what, since when."""

    id: int
    device: str
    kind: str
    text: str
    since: datetime | None
    pen: str
    color: str
    paper: str
    off: str = ""  # the begun sheet that is to be taken off and kept
    back: str = ""  # the begun sheet that is to be put on

    @property
    def answerable(self) -> bool:
        """Whether `ready` answers it; the others want `resume` or `cancel`."""
        return self.kind in orders.ANSWERED_BY_READY


@dataclass(frozen=True, slots=True)
class Today:
    """Figures of the local day. `by_hour` is how many sheets were drawn in each hour, from the
    first one with any to now."""

    good: int = 0
    spoiled: int = 0
    drawn: int = 0
    ink_mm: float = 0.0
    seconds: float = 0.0
    by_hour: tuple[int, ...] = ()

    @property
    def success_percent(self) -> float | None:
        """Good of the judged sheets; None without any."""
        return figures.success_percent(self.good, self.good + self.spoiled)


@dataclass(slots=True)
class Snapshot:
    """The studio at one moment."""

    devices: list[DeviceView] = field(default_factory=list)
    hands: list[HandView] = field(default_factory=list)
    queue: list[Row] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    runs: list[Row] = field(default_factory=list)
    today: Today = field(default_factory=Today)
    events: list[Row] = field(default_factory=list)


def device_views(store: Store) -> list[DeviceView]:
    """Every plotter now. Where no engine runs, what was in motion is cut off, and says so before
    the next engine has written it down."""
    views = [_device_view(row) for row in devices.device_rows(store)]
    if not engine_runs(store.home):
        for view in views:
            if view.state in (orders.DRAWING, orders.WAITING, orders.PAUSED):
                view.state = orders.INTERRUPTED if view.job else orders.OFF
                view.message = "the engine ended: plotty engine start"
    return views


def _device_view(row: Row) -> DeviceView:
    view = DeviceView(
        name=row.name,
        driver=row.driver,
        model=row.model,
        enabled=bool(row.enabled),
        state=row.state,
        message=row.message,
        since=moment(row.state_since),
        pen=f"{row.pen_code} {row.pen_name}" if row.pen_code else "",
        pen_color=row.pen_color or row.loaded_color,
        travel=(row.travel_x_mm, row.travel_y_mm),
        speed=float(json.loads(row.settings).get("speed", 1.0)),
        drawn_mm=row.drawn_mm,
        lifts=row.lifts,
        drawn_seconds=row.drawn_seconds,
    )
    if row.sheet is not None:
        _add_sheet(view, row)
    return view


def _add_sheet(view: DeviceView, row: Row) -> None:
    plan = Plan.from_json(json.loads(row.plan))
    view.job, view.run, view.copy, view.copies = row.job, row.run, row.copy, row.copies
    view.sheet, view.sheet_state = row.sheet, row.sheet_state
    view.plan, view.plan_key = plan, row.plan_key
    view.layer, view.stroke = row.sheet_layer, row.sheet_stroke
    live = row.at is not None and row.layer == row.sheet_layer
    if live:
        view.stroke = max(row.stroke, row.sheet_stroke)
        view.ink_mm, view.x_mm, view.y_mm = row.ink_mm, row.x_mm, row.y_mm
        view.pen_down = bool(row.pen_down)
        view.hand_seconds, view.comes_next = row.hand_seconds, row.comes_next
        view.left_seconds = row.left_seconds
    else:
        view.left_seconds = max(0.0, plan.seconds - row.sheet_seconds)
    total = plan.seconds
    if total:
        view.fraction = min(1.0, max(0.0, 1 - view.left_seconds / total))


def hand_views(store: Store) -> list[HandView]:
    """Who waits for a person, longest first."""
    return [
        HandView(
            row.id, row.device, row.kind, row.text, moment(row.since),
            f"{row.pen} {row.pen_name}" if row.pen else "", row.color, row.paper, row.off, row.back,
        )
        for row in devices.open_hands(store)
    ]  # fmt: skip


def today(store: Store) -> Today:
    """Figures since local midnight."""
    now = store.clock.now().astimezone()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    begun = round(midnight.timestamp() * 1000)
    row = store.row(
        "SELECT coalesce(sum(state IN ('good', 'second')), 0) AS good, "
        "coalesce(sum(state = 'spoiled'), 0) AS spoiled, count(*) AS drawn, "
        "coalesce(sum(ink_mm), 0) AS ink_mm, coalesce(sum(seconds), 0) AS seconds "
        "FROM sheet WHERE ended_at >= ? AND state != 'cancelled'",
        begun,
    )
    return Today(**row, by_hour=_by_hour(store, begun, now.hour)) if row else Today()


def _by_hour(store: Store, begun: int, hour_now: int) -> tuple[int, ...]:
    rows = store.rows(
        "SELECT (ended_at - ?) / 3600000 AS hour, count(*) AS number FROM sheet "
        "WHERE ended_at >= ? AND state != 'cancelled' GROUP BY hour ORDER BY hour",
        begun, begun,
    )  # fmt: skip
    found = {row.hour: row.number for row in rows}
    return tuple(found.get(hour, 0) for hour in range(min(found), hour_now + 1)) if found else ()


def snapshot(store: Store, queue_limit: int | None = None) -> Snapshot:
    """The whole picture, consistent in itself."""
    with store.read():
        return Snapshot(
            device_views(store),
            hand_views(store),
            queue.job_rows(store, limit=queue_limit),
            queue.count_jobs(store),
            run_lists.run_rows(store, limit=20),
            today(store),
            newest_events(store),
        )


def newest_events(store: Store) -> list[Row]:
    """The last things that happened, newest first."""
    return events.recent_events(store, 8)


def log_after(store: Store, last: int, limit: int) -> list[Row]:
    """What happened after event number `last`, oldest first, as `store.events.events_after`."""
    return events.events_after(store, last, limit)


@dataclass(frozen=True, slots=True)
class NextHand:
    """Who is wanted next: now (`waiting`), or in so many seconds, and the band in which that is
    likely by what was drawn before."""

    device: str
    text: str
    waiting: bool
    seconds: float
    at: datetime | None
    band: Band | None = None


def next_hands(store: Store, now: datetime | None = None) -> list[NextHand]:
    """When each plotter wants a person next, soonest first. Those that wait come first, the one
    that has waited longest at the top; `seconds` is then how long."""
    now = now or store.clock.now()
    found = [
        NextHand(
            hand.device, hand.text, True,
            (now - hand.since).total_seconds() if hand.since else 0.0, hand.since,
        )
        for hand in hand_views(store)
    ]  # fmt: skip
    waiting = {one.device for one in found}
    coming = []
    known: Learned | None = None
    for view in device_views(store):
        if view.name in waiting or view.state != orders.DRAWING or view.hand_seconds is None:
            continue
        seconds = view.hand_seconds / view.speed
        band = _hand_band(store, known or (known := learned(store)), view)
        at = now + timedelta(seconds=band.likely if band else seconds)
        coming.append(NextHand(view.name, _what_next(view), False, seconds, at, band))
    return found + sorted(coming, key=lambda one: one.seconds)


def _hand_band(store: Store, known: Learned, view: DeviceView) -> Band | None:
    """When the plotter is likely to want a hand: what is left until then, drawn with its pen."""
    plan, device = view.plan, one_device([view.name])
    if plan is None or view.hand_seconds is None or view.layer >= len(plan.layers):
        return None
    pen = plan.layers[view.layer].pen
    left = view.hand_seconds / view.speed
    return known.band([(pen.pen_id if pen else None, left)], device, plan.paper_name)


def _what_next(view: DeviceView) -> str:
    assert view.plan is not None
    if view.comes_next:
        return f"{view.comes_next} in the place of {view.job} copy {view.copy}"
    layers = view.plan.layers
    for before, after in zip(layers[view.layer :], layers[view.layer + 1 :], strict=False):
        if needs_pen_change(before, after):
            return f"{pen_words(after)} for {view.job}"
        if read_codes(after.name).pause:
            return f"layer {after.name} of {view.job} stops for a look"
    return f"{view.job} copy {view.copy} of {view.copies} is drawn"


def plan_raster(store: Store, plan_key: str, wide: int, high: int) -> Raster:
    """The dots of a plan on a grid of braille dots. Heavy: call it off the event loop."""
    from plotty_tui.planning.raster_beside import raster_file

    row = store.row("SELECT body FROM plan WHERE key = ?", plan_key)
    plan = Plan.from_json(json.loads(row.body)) if row else None
    page = (plan.sheet_width, plan.sheet_height) if plan else (210.0, 297.0)
    return raster_file(store.home.plan_file(plan_key), page, wide, high)


def runs_awaiting(store: Store) -> list[Row]:
    """Runs whose sheets are all drawn and whose results nobody has told."""
    return [row for row in run_lists.run_rows(store, [runs.IN_PROGRESS]) if row.awaiting]
