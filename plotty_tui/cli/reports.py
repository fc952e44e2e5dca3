"""report production|daily|client|run|dossier|variance."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain.periods import parse_period
from plotty_tui.domain.runs import parse_run
from plotty_tui.domain.values import plural
from plotty_tui.reports.production import Sections, production_report, variance_report
from plotty_tui.studio.figures import reporting
from plotty_tui.studio.figures.period_figures import period_figures
from plotty_tui.studio.figures.report_files import save_report
from plotty_tui.studio.inventory import prices
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.production import run_detail, run_stats
from plotty_tui.studio.upkeep import notices

from .output import emit_json, json_option, say, tell, with_examples
from .reporting import give

export_option = click.option("--export", default="", help="A file: .pdf, .html, .csv, .json, .md.")


def _made(
    store: Any,
    title: str,
    period: tuple[Any, Any],
    sections: Sections,
    export: str = "",
    client: str = "",
) -> Any:
    """A production report of a period, with pictures only where a file can show them."""
    since, until = period
    with_pictures = export.endswith((".pdf", ".html"))
    return production_report(
        title,
        reporting.period_words(since, until),
        store.clock.now(),
        period_figures(store, since, until, client),
        sections,
        reporting.design_pictures(store, since, until, client) if with_pictures else (),
        prices.prices(store).currency,
        reporting.studio_name(store),
    )


@with_examples(
    "plotty report production --date today",
    "plotty report production --date 2025-11-01:2025-11-07 --include-time-analysis",
    'plotty report production --include-resource-usage --export "report.pdf"',
)
@click.command("production")
@click.option("--date", "period", default="today", show_default=True, help="A day or A:B.")
@click.option("--include-time-analysis", is_flag=True, help="Planned, machine, human, waiting.")
@click.option("--include-resource-usage", is_flag=True, help="Pens, paper, plotters.")
@click.option("--include-cost-analysis", is_flag=True, help="Cost line by line.")
@click.option("--include-quality-metrics", is_flag=True, help="Success, ratings, reasons.")
@export_option
@json_option
def report_production(period: str, export: str, as_json: bool, **sections: bool) -> int:
    """What was made on a day or in a period.

    Summary and jobs always; a section for each --include flag, and all of them when none is given.
    """
    store = open_studio()
    wanted = _sections(sections)
    document = _made(store, "Production report", parse_period(period), wanted, export=export)
    return give(document, export, as_json)


def _sections(given: dict[str, bool]) -> Sections:
    if not any(given.values()):
        return Sections()
    return Sections(
        time=given.get("include_time_analysis", False),
        resources=given.get("include_resource_usage", False),
        cost=given.get("include_cost_analysis", False),
        quality=given.get("include_quality_metrics", False),
    )


@with_examples(
    'plotty report client --name "Acme"',
    'plotty report client --name "Acme" --date-range 2025-11-01:2025-11-07 --include-cost-analysis',
    'plotty report client --name "Acme" --include-quality-metrics --export acme.html',
)
@click.command("client")
@click.option("--name", required=True, help="The client.")
@click.option("--date-range", "period", default="", help="A day or A:B; everything without it.")
@click.option("--include-time-analysis", is_flag=True, help="Planned, machine, human, waiting.")
@click.option("--include-resource-usage", is_flag=True, help="Pens, paper, plotters.")
@click.option("--include-cost-analysis", is_flag=True, help="Cost line by line.")
@click.option("--include-quality-metrics", is_flag=True, help="Success, ratings, reasons.")
@export_option
@json_option
def report_client(name: str, period: str, export: str, as_json: bool, **sections: bool) -> int:
    """What was made for a client."""
    store = open_studio()
    client = reporting.find_client(store, name)
    span = parse_period(period) if period else (None, None)
    wanted = _sections(sections)
    document = _made(store, f"Report for {client}", span, wanted, export=export, client=client)
    return give(document, export, as_json)


@with_examples(
    "plotty report daily --auto-generate",
    "plotty report daily --date yesterday --export yesterday.md",
)
@click.command("daily")
@click.option("--date", "day", default="today", show_default=True)
@click.option("--auto-generate", is_flag=True, help="Write the PDF into the studio's reports.")
@click.option("--email-studio", is_flag=True, help="Mail it to the studio's own address.")
@export_option
@json_option
def report_daily(
    day: str, auto_generate: bool, email_studio: bool, export: str, as_json: bool
) -> int:
    """The end-of-day report, without questions.

    Exit 3 when it could not be mailed yet: it then waits in the outbox.
    """
    store = open_studio()
    since, until = parse_period(day)
    path = export
    if not export and (auto_generate or email_studio):
        stamp = since.astimezone().strftime("%Y%m%d") if since else "all"
        path = str(reporting.report_file(store, f"daily_{stamp}.pdf"))
    document = _made(store, "Daily report", (since, until), Sections(), export=path)
    if not email_studio:
        return give(document, path, as_json)
    return _mail(store, document, path, as_json)


def _mail(store: Any, document: Any, path: str, as_json: bool) -> int:
    from pathlib import Path

    from plotty_tui.reports.export import check_format, render

    file = Path(path).expanduser()
    save_report(file, render(document, check_format(file)))
    good = document.parts[0].figures[0].value
    body = f"{document.period}: {plural(good, 'good sheet')}. The report is attached."
    key = f"report:{file.name}:{store.clock.now().isoformat()}"
    subject = f"{document.title}, {document.period}"
    sent = notices.mail_to_studio(store, key, subject, body, [file])
    if as_json:
        emit_json({"file": str(file), "sent": sent.sent, "kept": sent.kept})
    else:
        say(f"{subject}: {file}, {'sent' if not sent.kept else 'kept in the outbox'}")
    for why in sent.kept:
        tell(f"kept: {why}")
    return 3 if sent.kept else 0


@with_examples("plotty report run RUN-001", "plotty report run 1 --export run.pdf")
@click.command("run")
@click.argument("number", metavar="RUN")
@export_option
@json_option
def report_run(number: str, export: str, as_json: bool) -> int:
    """One production run as a report."""
    from plotty_tui.reports.run_report import run_report

    store = open_studio()
    run = run_detail.run_detail(store, parse_run(number))
    document = run_report(
        run, store.clock.now(), prices.prices(store).currency, reporting.studio_name(store)
    )
    return give(document, export, as_json)


@with_examples("plotty report dossier RUN-001", "plotty report dossier 1 --json")
@click.command("dossier")
@click.argument("number", metavar="RUN")
@click.option("--due", is_flag=True, hidden=True)  # the engine asks: only if it is still wanted
@json_option
def report_dossier(number: str, due: bool, as_json: bool) -> int:
    """The dossier of a run for each of its clients, in a folder.

    PDF and JSON with settings, sheets, times, pens and pictures, and a certificate with the numbers
    of the edition. A run that was started with --document-for-client gets it by itself.
    """
    from plotty_tui.reports.dossier import certificate, dossier_report
    from plotty_tui.reports.export import render
    from plotty_tui.studio.figures import dossier as dossiers

    store, run = open_studio(), parse_run(number)
    if due and not dossiers.is_due(store, run):
        return 0
    now = store.clock.now()
    made: dict[str, list[Any]] = {}
    for one in dossiers.collect_dossiers(store, run):
        report, paper, data = one.file_names
        whole = dossier_report(one, now)
        files = {
            report: render(whole, "pdf"),
            paper: render(certificate(one, now), "pdf"),
            data: render(whole, "json"),
        }
        made[one.client] = dossiers.keep_dossier(store, one, files)
    dossiers.note_made(store, run, made)
    if as_json:
        emit_json(
            [
                {"client": client or None, "folder": str(paths[0].parent),
                 "files": [str(path.relative_to(paths[0].parent)) for path in paths]}
                for client, paths in made.items()
            ]
        )  # fmt: skip
        return 0
    for client, paths in made.items():
        say(f"{client or 'without client'}: {paths[0].parent} ({plural(len(paths), 'file')})")
    return 0


@with_examples(
    "plotty report variance", "plotty report variance --date last_30_days --export variance.csv"
)
@click.command("variance")
@click.option("--date", "period", default="", help="A day or A:B; everything without it.")
@click.option("--device", default="", help="Only runs of this plotter.")
@click.option("--client", default="", help="Only runs of this client.")
@export_option
@json_option
def report_variance(period: str, device: str, client: str, export: str, as_json: bool) -> int:
    """Estimated against actual, by design, plotter, pen and month."""
    store = open_studio()
    since, until = parse_period(period) if period else (None, None)
    stats = run_stats.run_stats(store, since, until, device, client)
    words = reporting.period_words(since, until)
    document = variance_report(words, store.clock.now(), stats, prices.prices(store).currency)
    return give(document, export, as_json)
