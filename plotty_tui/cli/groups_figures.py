"""The groups of commands about figures: reports, key figures, analyses, benchmarks."""

from __future__ import annotations

from .groups import make_group

_CLI = "plotty_tui.cli"

report_group = make_group(
    "report",
    "Reports: production, daily, client, run, variance.",
    {
        "production": (
            f"{_CLI}.reports:report_production",
            "What was made on a day or in a period.",
        ),
        "daily": (f"{_CLI}.reports:report_daily", "The end-of-day report, without questions."),
        "client": (f"{_CLI}.reports:report_client", "What was made for a client."),
        "run": (f"{_CLI}.reports:report_run", "One production run as a report."),
        "dossier": (
            f"{_CLI}.reports:report_dossier",
            "The dossier of a run for each of its clients, in a folder.",
        ),
        "variance": (
            f"{_CLI}.reports:report_variance",
            "Estimated against actual, by design, plotter, pen and month.",
        ),
    },
    "plotty report production --date today",
)
kpi_group = make_group(
    "kpi",
    "Key figures: dashboard, resources.",
    {
        "dashboard": (
            f"{_CLI}.kpis:dashboard",
            "A dozen key figures, with arrows against the period before.",
        ),
        "resources": (
            f"{_CLI}.kpis:resources",
            "Use of plotters, pens and paper; cost and waste.",
        ),
    },
    "plotty kpi dashboard --daily",
)
analyze_group = make_group(
    "analyze",
    "Analyses of the books: quality, errors, efficiency …",
    {
        "quality": (
            f"{_CLI}.analyses:quality",
            "Success and ratings over time, by pen, paper, complexity and more.",
        ),
        "errors": (
            f"{_CLI}.analyses:errors",
            "Drawings that were cut off: what it was, and how often by hour drawn.",
        ),
        "satisfaction": (
            f"{_CLI}.analyses:satisfaction",
            "Clients' ratings by client and job type, and how they go with our own.",
        ),
        "efficiency": (
            f"{_CLI}.analyses:efficiency",
            "Minutes that drew what was kept, of the minutes that were occupied.",
        ),
        "improvements": (
            f"{_CLI}.analyses:improvements",
            "Every metric before and after a day: as long before it as has passed since.",
        ),
        "batch": (
            f"{_CLI}.analyses_work:batch",
            "A batch or a run: its days, where it lost time, what would have saved it.",
        ),
        "pens": (
            f"{_CLI}.analyses_work:pens",
            "Pens: how they are used, how far they are worn, when to replace them.",
        ),
        "paper": (
            f"{_CLI}.analyses_work:paper",
            "Paper: what each job took, what it cost, what was wasted and why.",
        ),
        "devices": (
            f"{_CLI}.analyses_work:devices",
            "Plotters: their time, their faults, their next service.",
        ),
        "planning": (
            f"{_CLI}.analyses_ahead:planning",
            "Where the time of the present plans goes, and how good estimates were.",
        ),
        "queue": (
            f"{_CLI}.analyses_ahead:queue",
            "What drawing the queue takes, what is in its way, what would help.",
        ),
        "capacity": (
            f"{_CLI}.analyses_ahead:capacity",
            "Hours needed against hours there, and the day on which the queue is empty.",
        ),
    },
    "plotty analyze quality",
)
benchmark_group = make_group(
    "benchmark",
    "The studio against its own past, and a reference.",
    {
        "production": (
            f"{_CLI}.analyses_work:production",
            "The studio against as many days before, its best stretch, and a reference.",
        ),
    },
    "plotty benchmark production",
)
