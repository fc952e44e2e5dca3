"""monitor, next."""

from __future__ import annotations

import time
from typing import Any

import click

from plotty_tui.domain.values import iso, local_time, parse_duration, rough
from plotty_tui.studio import watching
from plotty_tui.studio.opening import open_studio

from .following import LOOK_SECONDS, status_line
from .output import emit_json, json_option, on_terminal, say, with_examples
from .views import device_json


@with_examples("plotty monitor", "plotty monitor --plain", "plotty monitor --json")
@click.command()
@click.option("--plain", is_flag=True, help="One line per change, for logs and screen readers.")
@click.option("--for", "duration", default="", help="Stop after this time (30s, 5m).")
@json_option
def monitor(plain: bool, duration: str, as_json: bool) -> int:
    """Watch all plotters (read-only).

    A live picture on a terminal; one snapshot on a pipe.
    """
    store = open_studio()
    if as_json:
        emit_json(_snapshot_json(store))
        return 0
    seconds = parse_duration(duration) if duration else None
    if plain:
        return _lines(store, seconds)
    if not on_terminal():
        _print_once(store)
        return 0
    from plotty_tui.tui.app import run_monitor

    return run_monitor(seconds)


def _snapshot_json(store: Any) -> dict[str, Any]:
    shot = watching.snapshot(store, queue_limit=0)
    return {
        "devices": [device_json(view) for view in shot.devices],
        "hands": [
            {
                "device": hand.device,
                "kind": hand.kind,
                "text": hand.text,
                "pen": hand.pen or None,
                "paper": hand.paper or None,
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


def _print_once(store: Any) -> None:
    views = watching.device_views(store)
    for view in views:
        say(status_line(view))
    if not views:
        say("no plotter is set up: plotty device add NAME --model v3")
    for hand in watching.hand_views(store):
        say(f"hand wanted: {hand.text}")


def _lines(store: Any, seconds: float | None) -> int:
    """A line for every change of state, sheet or layer."""
    begun = time.monotonic()
    last: dict[str, tuple[Any, ...]] = {}
    version = -1
    while seconds is None or time.monotonic() - begun < seconds:
        seen = store.version()
        if seen == version:
            time.sleep(LOOK_SECONDS)
            continue
        version = seen
        for view in watching.device_views(store):
            key = (view.state, view.message, view.job, view.copy, view.layer)
            if last.get(view.name) != key:
                last[view.name] = key
                say(f"{local_time(store.clock.now())}  {status_line(view)}")
    return 0


@with_examples("plotty next", "plotty next --json")
@click.command("next")
@json_option
def next_command(as_json: bool) -> int:
    """Who needs a hand next, and when."""
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
            say(f"in {rough(one.seconds):7}{one.device}: {one.text}")
    return 0
