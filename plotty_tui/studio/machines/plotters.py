"""One plotter: all about it, its settings, its service, what is asked of it while it is free."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from plotty_tui.domain import orders, papers, sheets
from plotty_tui.domain.care import Odometer, ServiceLimits, parse_limits
from plotty_tui.domain.errors import NotFound, Refused
from plotty_tui.domain.models import MODELS
from plotty_tui.domain.patterns import TEST_PAPER_MM
from plotty_tui.domain.presets import MotionSettings, device_motion
from plotty_tui.store.database import Row, Store
from plotty_tui.store.machines import devices, service
from plotty_tui.store.presets import find_preset, preset_motion
from plotty_tui.store.tables import Device, Sheet, moment

from .. import forms
from ..engine_process import engine_runs, ensure_engine, order
from ..forms import CLEAR, Field
from ..opening import actor
from ..watching import DeviceView, device_views
from .setup_devices import (
    AXIDRAW_SETTINGS,
    FoundBoard,
    add_plotter,
    check_own_board,
    check_simulated,
)

# A move may take the carriage across the machine, and the plotter may have to be opened first.
MOVE_SECONDS = 40.0


@dataclass(slots=True)
class PlotterDetail:
    """All about one plotter."""

    view: DeviceView
    settings: dict[str, Any]
    preset: str
    motion: MotionSettings
    position_known: bool
    odometer: Odometer
    since_service: Odometer
    limits: ServiceLimits
    due: str
    log: list[Row]
    faults: list[Row]


def plotter_detail(store: Store, name: str) -> PlotterDetail:
    """Settings, what it does, odometer and service log of one plotter."""
    device = devices.find_device(name)
    return PlotterDetail(
        next(view for view in device_views(store) if view.name == device.name),
        {key: value for key, value in device.settings.items() if key != DIALLED},
        device.preset,
        device_motion(MotionSettings(), preset_motion(device.preset), device.settings),
        bool(device.position_known),
        Odometer(device.drawn_mm, device.lifts, device.drawn_seconds),
        service.since_service(device),
        ServiceLimits.of_settings(device.settings),
        service.service_due(device),
        service.service_rows(store, device.id),
        _last_faults(store, device),
    )


def _last_faults(store: Store, device: Device, limit: int = 5) -> list[Row]:
    """What went wrong at a plotter, newest first: at (aware UTC), text."""
    found = store.rows(
        "SELECT at, text FROM event WHERE device_id = ? AND kind = 'interrupted' "
        "UNION ALL SELECT since AS at, text FROM hand WHERE device_id = ? AND kind = ? "
        "ORDER BY at DESC LIMIT ?",
        device.id, device.id, orders.HAND_FAULT, limit,
    )  # fmt: skip
    for row in found:
        row["at"] = moment(row.at)
    return found


# The form ----------------------------------------------------------------------------------------

SIMULATED_SETTINGS = frozenset(("speed", "pace", "faults"))
# Beside the faults of a simulator stands when they were dialled: those that have struck strike
# again when somebody dials them again, not because a cable was pulled.
DIALLED = "faults_dialled"
WARN, BLOCK = "warn", "block"


def add_typed(store: Store, typed: Mapping[str, str]) -> str:
    """Set up a plotter as typed in the form; what was set up."""
    found = forms.parse_form(forms.DEVICE, typed)
    settings = {key: found[key] for key in (*AXIDRAW_SETTINGS, "pace", "faults")}
    device = add_plotter(
        store, found["name"], found["driver"], found["model"], found["speed"], settings
    )
    return device.name


def fields_for(board: FoundBoard) -> list[Field]:
    """The form that sets up a plotter, filled with what is known of a board that was found."""
    where = {"nickname": board.nickname} if board.nickname else {"port": board.port}
    known = {"driver": "axidraw", "name": board.nickname.casefold(), **where}
    return [replace(field, value=known.get(field.key, field.value)) for field in forms.DEVICE]


def edit_fields(detail: PlotterDetail) -> list[Field]:
    """The form of a plotter's settings, filled with what they are; only those it can have."""
    simulated = detail.view.driver == "simulator"
    foreign = AXIDRAW_SETTINGS if simulated else SIMULATED_SETTINGS
    known = {
        **detail.settings, "model": detail.view.model, "preset": detail.preset,
        "service": _limits_text(detail.limits),
    }  # fmt: skip
    fields = []
    for field in forms.DEVICE_EDIT:
        if field.key not in foreign:
            value = known.get(field.key, "")
            text = f"{value:g}" if isinstance(value, float) else str(value)
            fields.append(replace(field, value=text))
    reached = BLOCK if detail.limits.blocks else WARN
    return [*fields, Field("blocks", "Limit reached", value=reached, choices=(WARN, BLOCK))]


def _limits_text(limits: ServiceLimits) -> str:
    words = [
        f"{number:g}{unit}"
        for number, unit in (
            (limits.metres, "m"), (limits.lifts, " lifts"), (limits.hours, "h"),
        )
        if number is not None
    ]  # fmt: skip
    return ", ".join(words)


def edit_typed(
    store: Store, name: str, fields: Sequence[Field], typed: Mapping[str, str]
) -> str | None:
    """Save what differs from what the form was filled with; an emptied field takes its setting
    back. What is to be said; None when nothing differs."""
    before = {field.key: field.value for field in fields}
    said = {key: text.strip() or CLEAR for key, text in typed.items() if text != before[key]}
    reached = said.pop("blocks", None)
    changes = forms.parse_changes(forms.DEVICE_EDIT, said)
    if not changes and reached is None:
        return None
    blocks = None if reached is None else reached == BLOCK
    device, remark = edit_plotter(store, name, changes, blocks=blocks)
    return f"{device.name} changed" + (f"; {remark}" if remark else "")


def switch_plotter(store: Store, name: str, on: bool) -> str:
    """Let a plotter draw, or not."""
    device, remark = edit_plotter(store, name, {}, enabled=on)
    said = f"{device.name} is switched {'on' if on else 'off'}"
    return said + (f"; {remark}" if remark else "")


def edit_plotter(
    store: Store,
    name: str,
    changes: dict[str, Any],
    enabled: bool | None = None,
    blocks: bool | None = None,
) -> tuple[Device, str]:
    """Change settings (`none` takes one back), switch it on or off. The plotter, and a remark when
    it takes them later because it is at work."""
    device = devices.find_device(name, removed=True)
    if device.archived_at is not None and not enabled:
        raise NotFound(f"{device.name} was removed: plotty device edit {device.name} --enable")
    values: dict[str, Any] = {}
    settings = dict(device.settings)
    for key, value in changes.items():
        if key == "model":
            values |= _model(store, device, value)
        elif key == "preset":
            values["preset"] = "" if value == CLEAR else find_preset(store, value).name
        elif key != "service":
            _set(settings, key, value)
    if "faults" in changes:
        dialled = "faults" in settings
        _set(settings, DIALLED, store.clock.now().isoformat() if dialled else CLEAR)
    _set_limits(settings, changes.get("service"), blocks)
    _check_settings(store, device, values.get("model", device.model), settings)
    if settings != device.settings:
        values["settings"] = settings
    if enabled is not None and (enabled != device.enabled or device.archived_at is not None):
        values |= {"enabled": enabled, "archived_at": None}
    if not values:
        raise Refused(f"nothing to change at {device.name}: plotty device edit --help")
    changed = devices.edit_device(store, device.id, device.revision, **values)
    held = _held(device)
    return changed, f"{device.name} takes it after {held.item.name}" if held else ""


def _set(settings: dict[str, Any], key: str, value: Any) -> None:
    if value == CLEAR:
        settings.pop(key, None)
    else:
        settings[key] = value


def _model(store: Store, device: Device, word: str) -> dict[str, Any]:
    model = MODELS.get(word.casefold())
    if model is None:
        raise NotFound.named("model", word, MODELS)
    held = _held(device)
    if held is not None:
        raise Refused(f"{device.name} holds {held.item.name}: change its model when it is free")
    return {
        "model": word.casefold(),
        "travel_x_mm": model.travel_x_mm,
        "travel_y_mm": model.travel_y_mm,
    }


def _set_limits(settings: dict[str, Any], text: str | None, blocks: bool | None) -> None:
    known = ServiceLimits.of_settings(settings)
    if text is not None:
        known = parse_limits(text, known.blocks)
    if blocks is not None:
        if known == ServiceLimits():
            raise Refused("no service limit is set: give --service '500m, 20000 lifts, 40h' too")
        known = ServiceLimits(known.metres, known.lifts, known.hours, blocks)
    if known == ServiceLimits():
        settings.pop("service", None)
    else:
        settings["service"] = known.to_json()


def _check_settings(store: Store, device: Device, model: str, settings: dict[str, Any]) -> None:
    check_simulated(
        device.driver, settings.get("speed"), settings.get("faults"), settings.get("pace")
    )
    if device.driver == "axidraw":
        from plotty_tui.devices.vendor import read_setup

        read_setup({**settings, "model": model})
        check_own_board(store, settings.get("port"), settings.get("nickname"), device.name)
    elif foreign := settings.keys() & AXIDRAW_SETTINGS:
        raise Refused(f"{min(foreign)} is for real plotters: {device.name} is simulated")


def _held(device: Device) -> Sheet | None:
    found: Sheet | None = Sheet.get_or_none(
        Sheet.device == device, Sheet.state.in_(sheets.ON_DEVICE)
    )
    return found


def remove_plotter(store: Store, name: str) -> str:
    """Take a plotter out of the studio. Refused while it holds a sheet or an open run has drawn on
    it; one that has drawn stays in the books."""
    device = devices.find_device(name)
    moving = (orders.DRAWING, orders.WAITING, orders.PAUSED)
    if engine_runs(store.home) and device.state in moving:
        what = f"{device.name} is {device.state}"
        raise Refused(f"{what}: finish that, or plotty cancel {device.name}")
    if devices.remove_device(store, device.id):
        return f"{device.name} is removed; what it has drawn stays in the books"
    return f"{device.name} is removed"


# Service -----------------------------------------------------------------------------------------


def log_service(store: Store, name: str, text: str) -> str:
    """Write down what was done at a plotter: its limits count anew."""
    if not text.strip():
        raise Refused("the service log needs a text that says what was done")
    device = devices.find_device(name)
    service.log_service(store, device, text.strip(), actor())
    return f"{device.name} serviced: {text.strip()}"


# Orders to a free plotter ------------------------------------------------------------------------


def move_pen(
    store: Store, name: str, down: bool, height: float | None = None, keep: bool = False
) -> str:
    """The pen up or down, at a height that is being tried; `keep` makes it the plotter's own."""
    if keep and height is None:
        raise Refused("--keep needs a height: --height 32")
    if height is not None and not 0 <= height <= 100:
        raise Refused(f"pen height {height:g}: give 0 (lowest) to 100 (highest)")
    kind = orders.PEN_DOWN if down else orders.PEN_UP
    return _ask(store, kind, name, height=height, keep=keep)


_NICKNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,15}")


def write_nickname(store: Store, name: str, nickname: str = "") -> str:
    """Store a nickname (the plotter's own name when left out) in its board, to find it by."""
    device = devices.find_device(name)
    nickname = nickname or device.name
    if not _NICKNAME.fullmatch(nickname):
        raise Refused(f"nickname {nickname!r}: 3 to 16 letters, digits, - and _")
    check_own_board(store, "", nickname, besides=device.name)
    return _ask(store, orders.NICKNAME, device.name, nickname=nickname)


def home(store: Store, name: str) -> str:
    """Pen up and to the home corner."""
    return _ask(store, orders.HOME, name)


def home_here(store: Store, name: str) -> str:
    """The carriage was pushed to the home corner by hand."""
    return _ask(store, orders.HOME_HERE, name)


def jog(store: Store, name: str, dx: float, dy: float) -> str:
    """Move the carriage by so many mm, the pen as it is."""
    return _ask(store, orders.JOG, name, dx=dx, dy=dy)


def draw_test(store: Store, name: str, paper: str = "") -> str:
    """Draw the test pattern on a sheet that a person puts on first."""
    if paper and min(papers.paper_size(paper)) < TEST_PAPER_MM:
        size = f"{TEST_PAPER_MM:g} x {TEST_PAPER_MM:g} mm"
        raise Refused(f"paper {paper} is too small for the test pattern: it needs {size}")
    return _ask(store, orders.TEST, name, paper=paper)


def _ask(store: Store, kind: str, name: str, **args: object) -> str:
    device = devices.find_device(name)
    if not engine_runs(store.home):
        if not device.enabled:
            raise Refused(f"{device.name} is off: plotty device edit {device.name} --enable")
        ensure_engine(store)
    return order(store, kind, device.name, MOVE_SECONDS, **args)
