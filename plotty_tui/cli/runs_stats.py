"""run stats: figures over many runs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from plotty_tui.domain import runs, values
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.production import run_stats as studio

from .output import emit_json, json_option, say, table, with_examples

MOST = 10


@with_examples(
    "plotty run stats",
    "plotty run stats --since 2025-11-01 --device left --by week",
    "plotty run stats --client Acme --json",
)
@click.command("stats")
@click.option("--since", default="", help="First day (YYYY-MM-DD).")
@click.option("--until", default="", help="Last day (YYYY-MM-DD).")
@click.option("--device", default="", help="Runs that this plotter drew.")
@click.option("--client", default="", help="Runs for this client.")
@click.option("--by", default="month", show_default=True, help="day, week or month.")
@click.option("--adopt", default="", metavar="DESIGN", help="Take the new figures proposed for it.")
@json_option
def run_stats(
    since: str, until: str, device: str, client: str, by: str, adopt: str, as_json: bool
) -> int:
    """Figures over many runs."""
    store = open_studio()
    if adopt:
        taken = studio.adopt_figures(store, adopt)
        if as_json:
            emit_json([_proposal_json(one) for one in taken])
        for one in () if as_json else taken:
            say(f"{one.design}: {one.figure} is estimated {one.factor:.3f} times as before")
        return 0
    last = values.parse_day(until)
    found = studio.run_stats(
        store, values.parse_day(since), last + timedelta(days=1) if last else None, device,
        client, by,
    )  # fmt: skip
    if as_json:
        emit_json(_stats_json(found))
    else:
        _say_stats(found)
    return 0


def _stats_json(found: studio.RunStats) -> dict[str, Any]:
    plain = {
        key: value
        for key, value in asdict(found).items()
        if key not in ("designs", "devices", "pens", "months", "replots", "proposals", "reasons")
    }
    renamed = {"completed": "runs_completed", "failed": "runs_failed",
               "cancelled": "runs_cancelled", "in_progress": "runs_in_progress",
               "pending": "runs_pending", "ink_percent": "ink_variance_percent",
               "time_percent": "time_variance_percent", "ink_runs": "ink_variance_runs",
               "time_runs": "time_variance_runs"}  # fmt: skip
    return {
        **{renamed.get(key, key): value for key, value in plain.items()},
        "designs": [asdict(one) for one in found.designs],
        "devices": [asdict(one) for one in found.devices],
        "pens": [asdict(one) for one in found.pens],
        "spans": [asdict(one) for one in found.months],
        "replots": [asdict(one) for one in found.replots],
        "reasons": [{"reason": reason, "sheets": number} for reason, number in found.reasons],
        "proposals": [_proposal_json(one) for one in found.proposals],
    }


def _proposal_json(one: studio.NewFigures) -> dict[str, Any]:
    return {
        "design": one.design, "figure": one.figure, "factor": one.factor,
        "last_percents": list(one.percents), "command": one.command,
    }  # fmt: skip


def _say_stats(found: studio.RunStats) -> None:
    if not found.runs:
        say("no data: no runs yet (plotty run new, or plotty plot-all, makes one)")
        return
    states = [
        f"{number} {word}"
        for number, word in (
            (found.completed, "completed"), (found.failed, "failed"),
            (found.in_progress, "in progress"), (found.pending, "pending"),
            (found.cancelled, "cancelled"),
        )
        if number
    ]  # fmt: skip
    say(f"Runs: {found.runs} ({', '.join(states)})")
    say(
        f"Sheets: {found.sheets} ({found.good} good, {found.second} second, "
        f"{found.spoiled} spoiled, {found.proofs} proofs)"
    )
    say(f"Success: {_percent(found.success_percent)}")
    say(f"First pass: {_percent(found.first_pass_percent)} of {_copies(found.copies)}")
    say(f"Replot rate: {_percent(found.replot_percent)}")
    for word, percent, number in (
        ("ink", found.ink_percent, found.ink_runs), ("time", found.time_percent, found.time_runs)
    ):  # fmt: skip
        of = f" (n={number})" if number else ""
        say(f"Average variance, {word}: {_percent(percent, True)}{of}")
    if found.quality is not None:
        say(f"Quality: {runs.stars(found.quality)} {found.quality:.1f} (n={found.rated})")
    if found.client_rating is not None:
        say(f"Clients: {found.client_rating:.1f} of 5 (n={found.client_rated})")
    _say_shares("Most plotted designs", "design", found.designs)
    _say_shares("Busiest plotters", "plotter", found.devices)
    _say_shares("Pens", "pen", found.pens)
    if found.replots:
        say("\nReplot rate over time".strip())
        table(
            ["when", "copies", "attempts", "success", "replots"],
            [
                (one.name, one.copies, one.attempts, _percent(one.success_percent),
                 _percent(one.replot_percent))
                for one in found.replots
            ],
            [1, 2, 3, 4],
        )  # fmt: skip
    if found.reasons:
        say(f"Spoiled by: {', '.join(f'{name} {number}' for name, number in found.reasons)}")
    for one in found.proposals:
        last = ", ".join(values.percent(percent, sign=True) for percent in one.percents)
        say(f"{one.design} was off in {one.figure} three runs in a row ({last}): {one.command}")


def _percent(value: float | None, sign: bool = False) -> str:
    return "no data" if value is None else values.percent(value, sign)


def _copies(number: int) -> str:
    return values.plural(number, "copy", "copies")


def _say_shares(title: str, what: str, shares: list[studio.Share]) -> None:
    if not shares:
        return
    say(title)
    table(
        [what, "runs", "sheets", "success", "ink", "ink var.", "time", "time var."],
        [
            (one.name, one.runs, one.sheets or "", _percent(one.success_percent),
             f"{one.ink_m:.1f} m", _banded(one.ink_percent, one.ink_band),
             values.clock(one.seconds) if one.seconds else "",
             _banded(one.time_percent, one.time_band))
            for one in shares[:MOST]
        ],
        [1, 2, 3, 4, 5, 6, 7],
    )  # fmt: skip


def _banded(percent: float | None, band: str | None) -> str:
    text = values.percent(percent, sign=True)
    return f"{text} !" if band == "flagged" else text
