"""monitor, next."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import click

from plotty_tui.domain.values import iso, local_time, parse_duration, rough
from plotty_tui.studio import watching
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning.estimates import band_json
from plotty_tui.studio.plots.consolidated import consolidated as consolidated_status

from .following import LOOK_SECONDS, status_line
from .output import emit_json, json_option, on_terminal, say, with_examples
from .views import device_json


@with_examples(
    "plotty monitor",
    "plotty monitor --plain",
    "plotty monitor --json",
    "plotty monitor --all-devices --consolidated-status --json",
)
@click.command()
@click.option("--all-devices", is_flag=True, help="Also the plotters that are switched off.")
@click.option(
    "--consolidated-status",
    "consolidated",
    is_flag=True,
    help="With pens, who is wanted next, and a line of totals.",
)
@click.option("--plain", is_flag=True, help="One line per change, for logs and screen readers.")
@click.option("--for", "duration", default="", help="Stop after this time (30s, 5m).")
@json_option
def monitor(
    all_devices: bool, consolidated: bool, plain: bool, duration: str, as_json: bool
) -> int:
    """Watch all plotters (read-only).

    A live picture on a terminal; one snapshot on a pipe.
    """
    store = open_studio()
    if as_json:
        emit_json(_snapshot_json(store, all_devices, consolidated))
        return 0
    seconds = parse_duration(duration) if duration else None
    if plain:
        return _lines(store, seconds, all_devices, consolidated)
    if not on_terminal():
        _print_once(store, all_devices, consolidated)
        return 0
    from plotty_tui.tui.app import run_monitor

    return run_monitor(seconds)


def _snapshot_json(store: Any, all_devices: bool, consolidated: bool) -> dict[str, Any]:
    shot = watching.snapshot(store, queue_limit=0)
    totals = {"totals": _totals_json(store, all_devices)} if consolidated else {}
    return {
        "devices": [device_json(view) for view in _shown(shot.devices, all_devices)],
        **totals,
        "hands": [
            {
                "device": hand.device,
                "kind": hand.kind,
                "text": hand.text,
                "pen": hand.pen or None,
                "paper": hand.paper or None,
                "off": hand.off or None,
                "back": hand.back or None,
                "since": iso(hand.since),
            }
            for hand in shot.hands
        ],
        "queue": shot.counts,
        "today": {
            "good": shot.today.good,
            "spoiled": shot.today.spoiled,
            "drawn": shot.today.drawn,
            "ink_m": round(shot.today.ink_mm / 1000, 4),
            "machine_seconds": round(shot.today.seconds, 1),
            "success_percent": shot.today.success_percent,
        },
    }


def _shown(views: Sequence[Any], all_devices: bool) -> list[Any]:
    return [view for view in views if view.enabled or all_devices]


def _totals_json(store: Any, all_devices: bool) -> dict[str, Any]:
    whole = consolidated_status(store, all_devices)
    return {
        "devices": len(whole.devices),
        "states": dict(whole.states),
        "sheets_left": whole.sheets,
        "machine_seconds_left": round(whole.seconds, 1),
        "ends_at": iso(whole.ends),
        "next_hands": [
            {"device": one.device, "text": one.text, "waiting": one.waiting,
             "seconds": round(one.seconds, 1)}
            for one in whole.hands
        ],
    }  # fmt: skip


def _print_once(store: Any, all_devices: bool, consolidated: bool) -> None:
    views = _shown(watching.device_views(store), all_devices)
    for view in views:
        pen = f"  pen {view.pen}" if consolidated and view.pen else ""
        say(f"{status_line(view)}{pen}")
    if not views:
        say("no plotter is set up: plotty device add NAME --model v3")
    for hand in watching.hand_views(store):
        say(f"hand wanted: {hand.text}")
    if consolidated:
        whole = consolidated_status(store, all_devices)
        for one in whole.hands:
            if not one.waiting:
                say(f"in {rough(one.seconds)}: {one.device}: {one.text}")
        say(str(whole))


def _lines(store: Any, seconds: float | None, all_devices: bool, consolidated: bool) -> int:
    """A line for every change of state, sheet or layer; with totals after each where they are
    wanted."""
    begun = time.monotonic()
    last: dict[str, tuple[Any, ...]] = {}
    version = -1
    while seconds is None or time.monotonic() - begun < seconds:
        seen = store.version()
        if seen == version:
            time.sleep(LOOK_SECONDS)
            continue
        version = seen
        changed = False
        for view in _shown(watching.device_views(store), all_devices):
            key = (view.state, view.message, view.job, view.copy, view.layer)
            if last.get(view.name) != key:
                last[view.name] = key
                changed = True
                say(f"{local_time(store.clock.now())}  {status_line(view)}")
        if changed and consolidated:
            say(str(consolidated_status(store, all_devices)))
    return 0


@with_examples("plotty next", "plotty next --list", "plotty next --json")
@click.command("next")
@click.option(
    "--list",
    "whole",
    is_flag=True,
    help="The swap list, to print: every hand until all is drawn, plotter by plotter.",
)
@click.option("--devices", default="", help="With --list: only these, comma separated.")
@json_option
def next_command(whole: bool, devices: str, as_json: bool) -> int:
    """Who needs a hand next, and when.

    The swap list follows the engine's own rule from what the books say now; a plotter that fails
    counts no more, and its work is on the others' lists when you ask again. Without an open run it
    tells what plot-all would want.
    """
    if whole:
        from .swaps import print_swaps

        names = [name.strip() for name in devices.split(",") if name.strip()]
        return print_swaps(open_studio(), names, as_json)
    if devices:
        raise click.UsageError("--devices goes with --list")
    found = watching.next_hands(open_studio())
    if as_json:
        emit_json(
            [
                {
                    "device": one.device,
                    "text": one.text,
                    "waiting": one.waiting,
                    "seconds": round(one.seconds, 1),
                    "at": iso(one.at),
                    "learned": band_json(one.band),
                }
                for one in found
            ]
        )
        return 0
    if not found:
        say("nobody is needed")
    for one in found:
        if one.waiting:
            say(f"now       {one.text} (waiting since {rough(one.seconds)})")
        else:
            soon = one.band.words() if one.band else rough(one.seconds)
            say(f"in {soon:9} {one.device}: {one.text}")
    return 0
