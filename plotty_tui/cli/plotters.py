"""device show|edit|remove|test|home|home-here|jog|pen-up|pen-down|service."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.domain.values import iso, local_time
from plotty_tui.studio import forms
from plotty_tui.studio.machines import plotters
from plotty_tui.studio.opening import open_studio

from .materials import form_options
from .output import emit_json, json_option, say, with_examples
from .views import device_json

_device = click.argument("name", metavar="DEVICE")


def detail_json(detail: plotters.PlotterDetail) -> dict[str, Any]:
    """A plotter in full."""
    return {
        **device_json(detail.view),
        "preset": detail.preset or None,
        "settings": detail.settings,
        "motion": detail.motion.to_json(),
        "position_known": detail.position_known,
        "odometer": _odometer_json(detail.odometer),
        "since_service": _odometer_json(detail.since_service),
        "service_limits": detail.limits.to_json(),
        "service_due": detail.due or None,
        "service_log": [_entry_json(row) for row in detail.log],
    }


def _odometer_json(odometer: Any) -> dict[str, Any]:
    return {
        "drawn_m": round(odometer.drawn_mm / 1000, 3),
        "lifts": odometer.lifts,
        "seconds": round(odometer.seconds, 1),
    }


def _entry_json(row: Any) -> dict[str, Any]:
    return {
        "at": iso(row.at),
        "text": row.text,
        "actor": row.actor,
        "drawn_m": round(row.drawn_mm / 1000, 3),
        "lifts": row.lifts,
        "seconds": round(row.drawn_seconds, 1),
    }


@with_examples("plotty device show left", "plotty device show left --json")
@click.command("show")
@_device
@json_option
def show(name: str, as_json: bool) -> int:
    """All about one plotter.

    What it does, its settings, how it moves, its odometer and its service log.
    """
    detail = plotters.plotter_detail(open_studio(), name)
    if as_json:
        emit_json(detail_json(detail))
        return 0
    view = detail.view
    state = f"{view.state}: {view.message}" if view.message else view.state
    lines = [
        (view.name, f"{view.model} ({view.driver}), {view.travel[0]:g} x {view.travel[1]:g} mm"),
        ("state", state if view.enabled else "switched off"),
        ("pen", view.pen or view.pen_color or "none known"),
        ("position", "known" if detail.position_known else "lost: home by hand"),
        ("preset", detail.preset or "as planned"),
        ("motion", ", ".join(f"{key} {value:g}" for key, value in detail.motion.to_json().items())),
        ("settings", ", ".join(f"{key} {value}" for key, value in _own(detail)) or "none"),
        ("odometer", str(detail.odometer)),
        ("since service", str(detail.since_service)),
        ("limits", str(detail.limits)),
    ]
    if detail.due:
        lines.append(("due", detail.due))
    for key, text in lines:
        say(f"{key:<14} {text}")
    _say_log(detail)
    return 0


def _own(detail: plotters.PlotterDetail) -> list[tuple[str, Any]]:
    return [(key, value) for key, value in detail.settings.items() if key != "service"]


def _say_log(detail: plotters.PlotterDetail) -> None:
    for row in detail.log:
        when = local_time(row.at)
        say(f"{when:<14} {row.text} (at {values.metres(row.drawn_mm)}, by {row.actor or 'nobody'})")


@with_examples(
    "plotty device edit left --preset safe",
    "plotty device edit left --service '500m, 40h' --block",
    "plotty device edit left --disable",
)
@click.command("edit")
@_device
@form_options(forms.DEVICE_EDIT)
@click.option("--enable/--disable", "enabled", default=None, help="May it draw?")
@click.option("--block/--warn", "blocks", default=None, help="What a service limit does.")
@json_option
def edit(
    name: str, enabled: bool | None, blocks: bool | None, as_json: bool, **given: str | None
) -> int:
    """Change a plotter's settings.

    The value none takes a setting back. A plotter that is at work takes them when it is free.
    """
    store = open_studio()
    said = {key: value for key, value in given.items() if value is not None}
    changes = forms.parse_changes(forms.DEVICE_EDIT, said)
    device, remark = plotters.edit_plotter(store, name, changes, enabled, blocks)
    if as_json:
        emit_json(detail_json(plotters.plotter_detail(store, device.name)))
    else:
        say(f"device {device.name} changed" + (f"; {remark}" if remark else ""))
    return 0


@with_examples("plotty device remove right")
@click.command("remove")
@_device
def remove(name: str) -> int:
    """Take a plotter out of the studio.

    One that has drawn stays in the books; `plotty device edit NAME --enable` brings it back.
    """
    say(plotters.remove_plotter(open_studio(), name))
    return 0


@with_examples("plotty device test left", "plotty device test left --paper a5")
@click.command("test")
@_device
@click.option("--paper", default="", help="What to ask for; empty: any.")
def test(name: str, paper: str) -> int:
    """Draw a test pattern.

    Hatching, a square, a circle, and strokes at pen heights around the one that is set. It is no
    production; its ink and the odometer count.
    """
    say(plotters.draw_test(open_studio(), name, paper))
    return 0


@with_examples("plotty device nickname left", "plotty device nickname left big-table")
@click.command("nickname")
@_device
@click.argument("nickname", default="")
def nickname(name: str, nickname: str) -> int:
    """Write a nickname into the plotter's board.

    The board keeps it, and the plotter is found by it whatever port it is plugged into. Left out,
    it is the plotter's own name. The system may show the old one until the plotter is plugged in
    anew.
    """
    say(plotters.write_nickname(open_studio(), name, nickname))
    return 0


@with_examples("plotty device home left")
@click.command("home")
@_device
def home(name: str) -> int:
    """Pen up and to the home corner."""
    say(plotters.home(open_studio(), name))
    return 0


@with_examples("plotty device home-here left")
@click.command("home-here")
@_device
def home_here(name: str) -> int:
    """The carriage was pushed to its home corner.

    After a reset a plotter does not know where its carriage stands: push it home by hand, then say
    so.
    """
    say(plotters.home_here(open_studio(), name))
    return 0


@with_examples("plotty device jog left --x 10mm", "plotty device jog left --x 5 --y 20")
@click.command("jog")
@_device
@click.option("--x", "dx", default="0", help="Along the long axis, away from home.")
@click.option("--y", "dy", default="0", help="Along the short axis, away from home.")
def jog(name: str, dx: str, dy: str) -> int:
    """Move the carriage a little.

    The pen stays as it is: lowered, it draws.
    """
    steps = values.parse_length(dx), values.parse_length(dy)
    if steps == (0, 0):
        raise click.UsageError("nowhere to go: give --x or --y, like --x 10mm")
    say(plotters.jog(open_studio(), name, *steps))
    return 0


_height = click.option("--height", default=None, type=float, help="Try this height, 0 to 100.")
_keep = click.option("--keep", is_flag=True, help="Keep the height as the plotter's own.")


@with_examples("plotty device pen-up left", "plotty device pen-up left --height 62")
@click.command("pen-up")
@_device
@_height
@_keep
def pen_up(name: str, height: float | None, keep: bool) -> int:
    """Raise the pen."""
    say(plotters.move_pen(open_studio(), name, False, height, keep))
    return 0


@with_examples("plotty device pen-down left", "plotty device pen-down left --height 32 --keep")
@click.command("pen-down")
@_device
@_height
@_keep
def pen_down(name: str, height: float | None, keep: bool) -> int:
    """Lower the pen."""
    say(plotters.move_pen(open_studio(), name, True, height, keep))
    return 0


@with_examples(
    "plotty device service left", "plotty device service left --log 'belts tightened, rails oiled'"
)
@click.command("service")
@_device
@click.option("--log", default=None, help="What was done: the limits count anew.")
@json_option
def service(name: str, log: str | None, as_json: bool) -> int:
    """The service log, and what is due."""
    store = open_studio()
    if log is not None:
        said = plotters.log_service(store, name, log)
        if not as_json:
            say(said)
            return 0
    detail = plotters.plotter_detail(store, name)
    if as_json:
        document = detail_json(detail)
        keys = ("name", "odometer", "since_service", "service_limits", "service_due", "service_log")
        emit_json({key: document[key] for key in keys})
        return 0
    say(detail.due or f"{detail.view.name} has drawn {detail.since_service} since its last service")
    say(f"limits: {detail.limits}")
    _say_log(detail)
    return 0
