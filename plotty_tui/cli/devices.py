"""device add|list|scan."""

from __future__ import annotations

import dataclasses
from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio import forms, watching
from plotty_tui.studio.machines import setup_devices
from plotty_tui.studio.opening import open_studio

from .materials import form_options
from .output import emit_json, json_option, say, table, with_examples
from .views import device_json


@with_examples(
    "plotty device add left --driver axidraw --model v3/a3 --nickname left",
    "plotty device add fast --speed 20",
)
@click.command("add")
@click.argument("name")
@form_options(forms.DEVICE[1:])
@json_option
def device_add(name: str, as_json: bool, **given: Any) -> int:
    """Set up a plotter."""
    store = open_studio()
    said = {"name": name, **{key: value for key, value in given.items() if value is not None}}
    found = forms.parse_form(forms.DEVICE, said)
    own = (*setup_devices.AXIDRAW_SETTINGS, "pace", "faults")
    settings = {key: found[key] for key in own}
    setup_devices.add_plotter(
        store, found["name"], found["driver"], found["model"], found["speed"], settings
    )
    view = next(one for one in watching.device_views(store) if one.name == found["name"])
    if as_json:
        emit_json(device_json(view))
    else:
        say(
            f"device {view.name}  {view.model} ({view.driver}), "
            f"{view.travel[0]:g} x {view.travel[1]:g} mm"
        )
    return 0


@with_examples("plotty device list", "plotty list devices --json")
@click.command("list")
@json_option
def device_list(as_json: bool) -> int:
    """Plotters and what they do."""
    views = watching.device_views(open_studio())
    if as_json:
        emit_json([device_json(view) for view in views])
        return 0
    if not views:
        say("no plotter is set up: plotty device add NAME --model v3")
        return 0
    table(
        ["device", "model", "driver", "state", "job", "%", "left", "pen", "drawn"],
        [
            (view.name, view.model, view.driver, view.state, view.job,
             f"{view.fraction:.0%}" if view.job else "",
             values.clock(view.left_seconds) if view.job else "", view.pen or view.pen_color,
             values.metres(view.drawn_mm))
            for view in views
        ],
        [5, 6, 8],
    )  # fmt: skip
    return 0


@with_examples("plotty device scan", "plotty device scan --json")
@click.command("scan")
@json_option
def device_scan(as_json: bool) -> int:
    """Boards that are plugged in, with their nicknames.

    PLOTTY_PORTS names further ports to look at, with colons between.
    """
    boards = setup_devices.scan_boards(open_studio())
    if as_json:
        emit_json([dataclasses.asdict(board) for board in boards])
    elif not boards:
        say("no board is plugged in, or none has power")
    else:
        table(
            ["port", "nickname", "firmware", "device", "note"],
            [(one.port, one.nickname, one.firmware, one.device, one.note) for one in boards],
        )
    return 0
