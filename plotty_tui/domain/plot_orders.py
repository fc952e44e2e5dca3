"""What a run was told when it was started. It is kept with the run, and the engine heeds it whether
or not the command that started it is still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from .presets import MotionSettings

# Under this key of a run's settings.
ORDERS = "orders"
# Whom `--notify-client` may name instead of an address: each client at its own.
EACH = "each"
DEFAULT_RETRIES = 3
DEFAULT_REPLOTS = 2

# Faults after which the same plotter may go on at the place, once it answers again. Others (a lost
# position, an order, a file that cannot be read) want a person.
PASSING_FAULTS = frozenset(
    {"usb_lost", "no_connection", "worker_lost", "hung", "stall", "garbled", "closed"}
)
# Seconds to wait before each further attempt; the last one repeats.
PAUSES = (1.0, 3.0, 10.0, 30.0, 60.0)


def pause_before(attempt: int) -> float:
    """Seconds to wait before this further attempt, counted from 1."""
    return PAUSES[min(max(attempt, 1), len(PAUSES)) - 1]


@dataclass(frozen=True, slots=True)
class PlotOrders:
    """The options of `plot` and `plot-all` that outlive their command.

    presets          plotter -> preset; an empty name: of all that are not named
    motions          the same, with what these presets said when the run was started
    max_seconds      no sheet is taken after so long on the clock
    pause_at_limit   what is being drawn then pauses at the end of its stroke
    retry            a fault before the pen touched the paper: tried again
    recover          a fault that allows it: the sheet goes on at its place
    max_retries      further attempts of either kind for a job
    quality_checks   a verdict is asked after each sheet
    max_replots      further attempts for a copy that was spoiled
    gates            quality gates are judged after each verdict
    hold             what a broken gate judges is held
    strict_order     within a priority what is due first
    pen_by_pen       each pen over all sheets, which are set aside between their pens
    notify           kinds of notices that are wanted
    unattended       nobody sits at the command that started it
    notify_client    whom to tell when it is ready: an address, or EACH
    document         a dossier is made for each client
    """

    presets: Mapping[str, str] = field(default_factory=dict)
    motions: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    max_seconds: float | None = None
    pause_at_limit: bool = False
    retry: bool = False
    recover: bool = False
    max_retries: int = DEFAULT_RETRIES
    quality_checks: bool = False
    max_replots: int = 0
    gates: bool = False
    hold: bool = False
    strict_order: bool = False
    pen_by_pen: bool = False
    notify: tuple[str, ...] = ()
    unattended: bool = False
    notify_client: str = ""
    document: bool = False

    def motion(self, device: str, planned: MotionSettings) -> MotionSettings | None:
        """How this plotter is to move for the run; None: as its plans and its own preset say.
        `planned` stands in for what is not told."""
        told = self.motions.get(device) or self.motions.get("")
        return None if told is None else replace(planned, **told)

    def to_json(self) -> dict[str, Any]:
        """What differs from the defaults."""
        usual = PlotOrders()
        said = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(usual, one.name)
        }
        whole = asdict(replace(usual, **said))
        return {name: list(value) if isinstance(value, tuple) else value
                for name, value in whole.items() if name in said}  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PlotOrders:
        known = {one.name: data[one.name] for one in fields(cls) if one.name in data}
        if "notify" in known:
            known["notify"] = tuple(known["notify"])
        return cls(**known)


def orders_of(settings: Mapping[str, Any]) -> PlotOrders:
    """The orders among a run's settings."""
    return PlotOrders.from_json(settings.get(ORDERS, {}))
