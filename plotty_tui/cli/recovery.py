"""recovery list."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import runs, values
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.plots import recovery

from .output import emit_json, json_option, say, with_examples


def interrupted_json(sheet: recovery.Interrupted) -> dict[str, Any]:
    """A sheet that was cut off."""
    return {
        "device": sheet.device,
        "job": sheet.job,
        "run": runs.run_name(sheet.run),
        "copy": sheet.copy,
        "copies": sheet.copies,
        "layer": sheet.layer_name,
        "stroke": sheet.stroke,
        "strokes": sheet.strokes,
        "reason": sheet.reason or None,
        "position_known": sheet.position_known,
        "options": [
            {
                "key": option.key,
                "text": option.text,
                "est_seconds": round(option.seconds, 1),
                "pen_down_m": round(option.ink_mm / 1000, 4),
                "sheets": option.sheets,
                "command": option.command,
            }
            for option in sheet.options
        ],
    }


@with_examples("plotty recovery list", "plotty recovery list --json")
@click.command("list")
@json_option
def recovery_list(as_json: bool) -> int:
    """Interrupted sheets and what can become of them.

    Each choice with its machine time, its ink, the new sheets that it takes, and its command.
    """
    found = recovery.interrupted_sheets(open_studio())
    if as_json:
        emit_json([interrupted_json(sheet) for sheet in found])
        return 3 if found else 0
    if not found:
        say("no sheet lies interrupted")
        return 0
    for sheet in found:
        place = f"layer {sheet.layer_name}, stroke {sheet.stroke} of {sheet.strokes}"
        why = f": {sheet.reason}" if sheet.reason else ""
        say(f"{sheet.device}  {sheet.job} copy {sheet.copy}  {place}{why}")
        if not sheet.position_known:
            say(f"  it was reset: push the carriage home, plotty device home-here {sheet.device}")
        for option in sheet.options:
            price = f"{values.rough(option.seconds)}, {values.metres(option.ink_mm)}"
            price += ", a new sheet" if option.sheets else ""
            say(f"  {option.text:<24} {price:<28} {option.command}")
    return 3
