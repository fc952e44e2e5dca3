"""config production, config quality-gates, config complexity."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.planning import limits

from .output import emit_json, json_option, say, table, with_examples


def _typed(given: dict[str, str | None]) -> dict[str, str]:
    return {key: text.strip() for key, text in given.items() if text is not None}


@with_examples(
    "plotty config production --max-daily-time 6h --max-pen-changes 80 --paper-budget 100 "
    "--quality-threshold 95",
    "plotty config production",
)
@click.command("production")
@click.option("--max-daily-time", "max_daily_seconds", default=None, help="Drawing in a day: 6h.")
@click.option("--max-pen-changes", default=None, help="Pen changes in a day.")
@click.option("--paper-budget", "paper_budget_sheets", default=None, help="Sheets in a day.")
@click.option(
    "--quality-threshold", default=None, help="Warn below so many percent of good sheets (0-100)."
)
@click.option("--hours", default=None, help="When people are there: 9:00-18:00; none: always.")
@click.option("--quiet-hours", default=None, help="No sheet is begun: 22:00-7:00; none: no such.")
@json_option
def config_production(
    hours: str | None, quiet_hours: str | None, as_json: bool, **given: str | None
) -> int:
    """What a day may take.

    Without flags it shows the limits; `none` takes one back. `plan-all --respect-constraints` obeys
    them. Outside the hours of work, and in quiet hours, the engine begins no sheet; one that is
    begun is finished.
    """
    store, typed = open_studio(), _typed(given)
    old = new = limits.production_limits(store)
    if typed:
        old, new = limits.set_production(store, typed)
    if hours is not None:
        limits.set_working_hours(store, hours)
    if quiet_hours is not None:
        limits.set_quiet_hours(store, quiet_hours)
    there, quiet = (
        "-".join(times) if times[1] else None
        for times in (limits.working_hours(store), limits.quiet_hours(store))
    )
    words = {
        "max_daily_seconds": ("max daily time", values.rough),
        "max_pen_changes": ("max pen changes", _number),
        "paper_budget_sheets": ("paper budget", lambda sheets: values.plural(sheets, "sheet")),
        "quality_threshold": ("quality threshold", lambda part: f"{part:g} %"),
        "hours": ("hours", str),
        "quiet_hours": ("quiet hours", str),
    }
    both = {"hours": there, "quiet_hours": quiet}
    return _show({**old.to_json(), **both}, {**new.to_json(), **both}, words, as_json)


@with_examples(
    "plotty config quality-gates --min-success-rate 98 --max-replot-rate 2 "
    "--min-customer-satisfaction 4.5",
    "plotty config quality-gates",
)
@click.command("quality-gates")
@click.option("--min-success-rate", default=None, help="Good of attempted sheets, percent (0-100).")
@click.option("--max-replot-rate", default=None, help="Extra attempts of copies, percent (0-100).")
@click.option("--min-customer-satisfaction", default=None, help="Stars of clients, 1 to 5.")
@click.option("--min-sheets", default=None, help="A gate judges from so many sheets on.")
@json_option
def config_quality_gates(as_json: bool, **given: str | None) -> int:
    """Gates that hold work when they are broken.

    Without flags it shows them; `none` takes one back. `plot-all --enforce-quality-gates` judges by
    them.
    """
    store, typed = open_studio(), _typed(given)
    old = new = limits.quality_gates(store)
    if typed:
        old, new = limits.set_quality_gates(store, typed)
    words = {
        "min_success_rate": ("min success rate", lambda part: f"{part:g} %"),
        "max_replot_rate": ("max replot rate", lambda part: f"{part:g} %"),
        "min_customer_satisfaction": ("min customer satisfaction", lambda stars: f"{stars:g} of 5"),
        "min_sheets": ("judged from", lambda sheets: values.plural(sheets, "sheet")),
    }
    return _show(old.to_json(), new.to_json(), words, as_json)


@with_examples(
    "plotty config complexity",
    "plotty config complexity --low paths=200,metres=5 --high lifts=4000",
)
@click.command("complexity")
@click.option("--low", default="", help="A job is low with at most: paths=300,metres=10,lifts=300.")
@click.option("--high", default="", help="A job is high with more than any of these.")
@json_option
def config_complexity(low: str, high: str, as_json: bool) -> int:
    """Where jobs of low and high complexity begin.

    Judged by paths, metres, lifts and layers. `plan-all --complexity-low` goes by it.
    """
    store = open_studio()
    found = limits.thresholds(store)
    if low or high:
        _, found = limits.set_thresholds(store, low, high)
    if as_json:
        emit_json(found.to_json())
        return 0
    table(
        ["measure", "low: at most", "high: more than"],
        [(key, f"{found.low[key]:g}", f"{found.high[key]:g}") for key in found.low],
        [1, 2],
    )
    return 0


def _number(value: float) -> str:
    return f"{value:g}"


def _show(
    old: dict[str, Any], new: dict[str, Any], words: dict[str, tuple[str, Any]], as_json: bool
) -> int:
    if as_json:
        emit_json(new)
        return 0
    for key, (name, show) in words.items():
        now = "none" if new[key] is None else show(new[key])
        before = "none" if old[key] is None else show(old[key])
        say(f"{name:26} {now}" + (f"  (was {before})" if before != now else ""))
    return 0
