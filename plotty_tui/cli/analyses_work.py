"""analyze batch|pens|paper|devices, benchmark production, config benchmark."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from plotty_tui.domain.benchmarks import Reference
from plotty_tui.reports import analysis_stock, analysis_work
from plotty_tui.reports.benchmark import METRICS, comparison
from plotty_tui.reports.document import Document, Part
from plotty_tui.studio.figures import (
    analysis,
    batch_figures,
    benchmark,
    device_figures,
    paper_figures,
    pen_figures,
    reporting,
)
from plotty_tui.studio.figures.period_figures import period_figures, whole_days
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.opening import Store, open_studio

from .analyses import period_option, span_of, told
from .output import emit_json, json_option, say, with_examples
from .reporting import give
from .reports import export_option


def _all_without(**flags: bool) -> list[str]:
    """The parts that are named; all of them when none is."""
    return [name for name, given in flags.items() if given] or list(flags)


def _asked(period: str, **flags: bool) -> tuple[Store, tuple[datetime, datetime], list[str]]:
    """The studio, begin and end of the period, and the parts that are wanted."""
    return open_studio(), span_of(period), _all_without(**flags)


@with_examples(
    "plotty analyze batch --name RUN-001 --show-efficiency-trends --identify-improvements",
    "plotty analyze batch --name RUN-001 --json",
)
@click.command("batch")
@click.option("--name", required=True, help="A batch, or a run by its name or RUN-042.")
@click.option("--show-efficiency-trends", "trends", is_flag=True, help="Its figures day by day.")
@click.option("--identify-improvements", "improvements", is_flag=True, help="Where it lost.")
@export_option
@json_option
def batch(name: str, trends: bool, improvements: bool, export: str, as_json: bool) -> int:
    """A batch or a run: its days, where it lost time, what would have saved it.

    Both parts when none is named.
    """
    store = open_studio()
    known = reporting.find_batch(store, name)
    found = batch_figures.batch_figures(store, known)
    wanted = _all_without(trends=trends, improvements=improvements)
    parts = analysis_work.batch_parts(found, "trends" in wanted, "improvements" in wanted)
    days = [one.name for one in found.figures.days]
    period = " – ".join(dict.fromkeys((days[0], days[-1]))) if days else "nothing is drawn yet"
    document = Document(f"Batch {known}", period, store.clock.now(), parts=parts)
    return give(document, export, as_json)


@with_examples(
    "plotty analyze pens --usage-patterns --wear-analysis --replacement-schedule",
    "plotty analyze pens --period last_7_days --json",
)
@click.command("pens")
@period_option
@click.option("--usage-patterns", is_flag=True, help="Metres by pen, day and job.")
@click.option("--wear-analysis", is_flag=True, help="Share of each pen's life, faults by km.")
@click.option("--replacement-schedule", is_flag=True, help="When each is to be replaced.")
@export_option
@json_option
def pens(
    period: str,
    usage_patterns: bool,
    wear_analysis: bool,
    replacement_schedule: bool,
    export: str,
    as_json: bool,
) -> int:
    """Pens: how they are used, how far they are worn, when to replace them.

    All three parts when none is named.
    """
    store, span, wanted = _asked(
        period, usage=usage_patterns, wear=wear_analysis, replacement=replacement_schedule
    )
    found = pen_figures.pen_figures(store, *span)
    parts: list[Part] = []
    if "usage" in wanted:
        parts += analysis_stock.usage_parts(found, whole_days(*span))
    if "wear" in wanted:
        parts += analysis_stock.wear_parts(found)
    if "replacement" in wanted:
        parts += analysis_stock.replacement_parts(found, pen_figures.pens_to_buy(store))
    return give(told(store, "Pens", span, parts), export, as_json)


@with_examples(
    "plotty analyze paper --consumption-by-job --cost-analysis --waste-reduction",
    "plotty analyze paper --period last_7_days --json",
)
@click.command("paper")
@period_option
@click.option("--consumption-by-job", is_flag=True, help="Sheets of each job.")
@click.option("--cost-analysis", is_flag=True, help="What it cost; what has no price.")
@click.option("--waste-reduction", is_flag=True, help="Why sheets were spoiled, spares to plan.")
@export_option
@json_option
def paper(
    period: str,
    consumption_by_job: bool,
    cost_analysis: bool,
    waste_reduction: bool,
    export: str,
    as_json: bool,
) -> int:
    """Paper: what each job took, what it cost, what was wasted and why.

    All three parts when none is named.
    """
    store, span, wanted = _asked(
        period, consumption=consumption_by_job, cost=cost_analysis, waste=waste_reduction
    )
    uses = paper_figures.paper_use(store, *span)
    parts: list[Part] = []
    if "consumption" in wanted:
        counted = paper_figures.counted_away(store, *span)
        parts += analysis_stock.consumption_parts(uses, counted)
    if "cost" in wanted:
        parts += analysis_stock.cost_parts(paper_figures.by_paper(uses))
    if "waste" in wanted:
        parts += analysis_stock.waste_parts(
            paper_figures.paper_losses(store, *span),
            paper_figures.spares(store),
            prices.prices(store).money,
        )
    return give(told(store, "Paper", span, parts), export, as_json)


@with_examples(
    "plotty analyze devices --uptime --error-rates --maintenance-schedule",
    "plotty analyze devices --period last_7_days --json",
)
@click.command("devices")
@period_option
@click.option("--uptime", is_flag=True, help="Drawing, waiting, in fault, idle.")
@click.option("--error-rates", is_flag=True, help="Faults by hour drawn and by 1000 lifts.")
@click.option("--maintenance-schedule", is_flag=True, help="Next service by the odometer.")
@export_option
@json_option
def devices(
    period: str,
    uptime: bool,
    error_rates: bool,
    maintenance_schedule: bool,
    export: str,
    as_json: bool,
) -> int:
    """Plotters: their time, their faults, their next service.

    All three parts when none is named.
    """
    store, span, wanted = _asked(
        period, uptime=uptime, errors=error_rates, service=maintenance_schedule
    )
    parts: list[Part] = []
    if "uptime" in wanted:
        parts.append(analysis_work.uptime_table(device_figures.plotter_times(store, *span)))
    if "errors" in wanted:
        parts.append(analysis_work.fault_table(device_figures.plotter_faults(store, *span)))
    if "service" in wanted:
        parts += analysis_work.service_parts(device_figures.upkeep(store))
    return give(told(store, "Plotters", span, parts), export, as_json)


@with_examples(
    "plotty benchmark production --period last_30_days --industry-comparison",
    "plotty benchmark production --period last_7_days --json",
)
@click.command("production")
@period_option
@click.option("--industry-comparison", is_flag=True, help="Against the reference file you named.")
@export_option
@json_option
def production(period: str, industry_comparison: bool, export: str, as_json: bool) -> int:
    """The studio against as many days before, its best stretch, and a reference.

    There are no public figures of plotter studios: the reference is a file of your own.
    """
    store = open_studio()
    since, until = span_of(period)
    days = len(whole_days(since, until))
    given = benchmark.reference(store, METRICS) if industry_comparison else None
    parts = comparison(
        period_figures(store, since, until, whole_only=True),
        period_figures(store, since - (until - since), since, whole_only=True),
        benchmark.past_windows(store, days, until),
        days,
        analysis.enough_sheets(store),
        given,
        industry_comparison,
    )
    return give(told(store, "Benchmark", (since, until), parts), export, as_json)


@with_examples("plotty config benchmark", "plotty config benchmark --reference none")
@click.command("benchmark")
@click.option("--reference", "file", default=None, help="A .toml or .json file; none: forget it.")
@json_option
def config_benchmark(file: str | None, as_json: bool) -> int:
    """The file of reference figures that the studio is compared with.

    It holds a name, and under [figures] any of the key figures: name = "Print shops 2025", success
    = 96.5, first_pass = 93, cost_good = 2.1.
    """
    store = open_studio()
    if file is not None:
        given: Reference | None = benchmark.set_reference(store, file, METRICS)
    else:
        given = benchmark.reference(store, METRICS)
    path = benchmark.reference_file(store)
    if as_json:
        figures: dict[str, Any] = dict(given.figures) if given else {}
        emit_json({"file": path or None, "name": given.name if given else None, "figures": figures})
    elif given is None:
        say(f"no reference file is named; it may hold {', '.join(METRICS)}")
    else:
        say(f"{given.name}: {path}")
        for key, value in given.figures.items():
            say(f"  {key:<18} {value:g}")
    return 0
