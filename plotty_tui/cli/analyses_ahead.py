"""analyze planning|queue|capacity: what is still to be drawn."""

from __future__ import annotations

import click

from plotty_tui.reports import ahead
from plotty_tui.reports.analysis import analysis
from plotty_tui.reports.document import Document, Part
from plotty_tui.studio.figures import reporting
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.opening import Store, open_studio

from .analyses import period_option, span_of
from .output import json_option, with_examples
from .reporting import give
from .reports import export_option


def _told(store: Store, title: str, parts: list[Part]) -> Document:
    """The parts as a document of now."""
    now = store.clock.now()
    words = f"{reporting.period_words(now, now)}, {now.astimezone():%H:%M}"
    return analysis(title, words, now, parts, prices.prices(store).currency)


@with_examples(
    "plotty analyze planning --show-bottlenecks --suggest-improvements",
    "plotty analyze planning --json",
)
@click.command("planning")
@click.option("--show-bottlenecks", is_flag=True, help="What costs most, and the longest jobs.")
@click.option("--suggest-improvements", is_flag=True, help="Ranked, with the time each saves.")
@period_option
@export_option
@json_option
def planning(
    show_bottlenecks: bool, suggest_improvements: bool, period: str, export: str, as_json: bool
) -> int:
    """Where the time of the present plans goes, and how good estimates were.

    Estimates are those of the period's sheets. Bottlenecks and suggestions too when neither is
    named.
    """
    from plotty_tui.studio.figures.planning_analysis import estimate_quality, planning_time

    store = open_studio()
    every = not (show_bottlenecks or suggest_improvements)
    span = span_of(period)
    suggest = suggest_improvements or every
    found = planning_time(store, suggest)
    parts = ahead.planning_parts(found, show_bottlenecks or every, suggest)
    parts += ahead.estimates_parts(estimate_quality(store, *span))
    return give(_told(store, "Planning", parts), export, as_json)


@with_examples(
    "plotty analyze queue --efficiency --bottlenecks --optimization-suggestions",
    "plotty analyze queue --json",
)
@click.command("queue")
@click.option("--efficiency", is_flag=True, help="Drawing as a share of all time.")
@click.option("--bottlenecks", is_flag=True, help="What costs most, what is blocked or late.")
@click.option("--optimization-suggestions", is_flag=True, help="With the command that does each.")
@export_option
@json_option
def queue(
    efficiency: bool, bottlenecks: bool, optimization_suggestions: bool, export: str, as_json: bool
) -> int:
    """What drawing the queue takes, what is in its way, what would help.

    All three parts when none is named.
    """
    from plotty_tui.studio.figures.queue_analysis import queue_time

    store = open_studio()
    every = not (efficiency or bottlenecks or optimization_suggestions)
    suggest = optimization_suggestions or every
    found = queue_time(store, suggest)
    parts = ahead.queue_parts(found, efficiency or every, bottlenecks or every, suggest)
    return give(_told(store, "Queue", parts), export, as_json)


@with_examples(
    "plotty analyze capacity --current --projected --growth-scenarios",
    "plotty analyze capacity --json",
)
@click.command("capacity")
@click.option("--current", is_flag=True, help="The queue against the week from now.")
@click.option("--projected", is_flag=True, help="With what comes in as of late.")
@click.option("--growth-scenarios", is_flag=True, help="If 25, 50, 100 % more came in.")
@export_option
@json_option
def capacity(
    current: bool, projected: bool, growth_scenarios: bool, export: str, as_json: bool
) -> int:
    """Hours needed against hours there, and the day on which the queue is empty.

    All three parts when none is named. Hours of work, quiet hours and a day's limits are those of
    `config production`; without hours of work the day has what `config stock` says.
    """
    from plotty_tui.studio.figures.capacity import capacity_of

    store = open_studio()
    every = not (current or projected or growth_scenarios)
    parts = ahead.capacity_parts(
        capacity_of(store), current or every, projected or every, growth_scenarios or every
    )
    return give(_told(store, "Capacity", parts), export, as_json)
