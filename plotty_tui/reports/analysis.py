"""Analyses of sheets by key: quality, satisfaction, efficiency, errors, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from plotty_tui.domain import figures
from plotty_tui.domain.interruptions import PASSING, fault_kind
from plotty_tui.domain.losses import Saving, ranked
from plotty_tui.domain.values import plural

from .benchmark import changed, verdict
from .document import (
    CHANGE,
    COUNT,
    MIXED,
    NUMBER,
    PERCENT,
    POINTS,
    RATE,
    RATING,
    SECONDS,
    Chart,
    Column,
    Document,
    Figure,
    Figures,
    Lines,
    Part,
    Table,
    Value,
)

MIN_PAIRS = 8  # a correlation over fewer says nothing


def quality_part(
    title: str, groups: Sequence[Any], changes: Mapping[Any, float | None], enough: int
) -> Table:
    """Success and rating by one key; a rate over fewer sheets than `enough` says so."""
    columns = [
        Column("name", title.removeprefix("By ").capitalize()), Column("good", "Good", COUNT),
        Column("attempted", "Attempted", COUNT), Column("success_percent", "Success", PERCENT),
        Column("change_points", "Points", POINTS), Column("rating", "Rating", RATING),
        Column("rated", "Rated", COUNT), Column("remark", "Remark"),
    ]  # fmt: skip
    rows = [
        [
            one.name, one.good, one.attempted, one.success_percent, changes.get(one.name),
            one.quality, one.rated, remark(one.attempted, enough),
        ]
        for one in sorted(groups, key=lambda one: (-one.attempted, str(one.name)))
    ]  # fmt: skip
    note = "points: the second half of the period against the first"
    return Table(title, columns, rows, note=note if rows else "")


def remark(sheets: int, enough: int) -> str:
    """`not enough sheets (7 of 20)`, or nothing."""
    return "" if sheets >= enough else f"not enough sheets ({sheets} of {enough})"


def trend_parts(weeks: Sequence[Any]) -> list[Part]:
    """Success and rating by week, and where success goes."""
    labels = [str(one.name)[5:] for one in weeks]
    parts: list[Part] = [
        Chart("Success by week", labels, [one.success_percent for one in weeks], "line", "%")
    ]
    if any(one.rated for one in weeks):
        ratings = [one.quality for one in weeks]
        parts.append(Chart("Rating by week", labels, ratings, "line", "stars"))
    known = [one.success_percent for one in weeks if one.success_percent is not None]
    if len(known) >= 2:
        change = known[-1] - known[0]
        words = "better" if change > 0.5 else "worse" if change < -0.5 else "level"
        line = f"from {known[0]:.1f} % in the first week to {known[-1]:.1f} % in the last: {words}"
        parts.append(Lines("Direction", [line]))
    return parts


def weakest(tables: Iterable[tuple[str, Sequence[Any]]], enough: int) -> list[str]:
    """The groups that fall short of the whole by most sheets, as sentences with a command."""
    found = []
    for what, groups in tables:
        judged = [one for one in groups if one.attempted >= enough]
        attempted = sum(one.attempted for one in judged)
        good = sum(one.good for one in judged)
        if len(judged) < 2 or not attempted:
            continue
        worst = min(judged, key=lambda one: one.good - good / attempted * one.attempted)
        lost = good / attempted * worst.attempted - worst.good
        if lost >= 1:
            found.append(
                f"{what} {worst.name}: {worst.success_percent:.1f} % against "
                f"{good / attempted * 100:.1f} %; at the mean {lost:.0f} sheets more would have "
                "been good: plotty recovery quality --replot-failed --adjust-parameters"
            )
    return found


def analysis(
    title: str, period: str, made_at: datetime, parts: Sequence[Part], currency: str = ""
) -> Document:
    """The parts under one title."""
    return Document(title, period, made_at, parts=list(parts), currency=currency)


def errors_part(
    title: str, key: str, faults: Mapping[str, int], hours: Mapping[str, float]
) -> Table:
    """Faults by one key, with their rate by the hours drawn."""
    columns = [
        Column(key, title.removeprefix("By ").capitalize()), Column("faults", "Faults", COUNT),
        Column("hours", "Hours drawn", RATE), Column("per_hour", "Per hour", RATE),
    ]  # fmt: skip
    names = sorted({*faults, *hours}, key=lambda name: (-faults.get(name, 0), str(name)))
    rows = [
        [
            name or "none", faults.get(name, 0), hours.get(name, 0.0),
            faults.get(name, 0) / hours[name] if hours.get(name) else None,
        ]
        for name in names
    ]  # fmt: skip
    total, drawn = sum(faults.values()), sum(hours.values())
    totals = ["all", total, drawn, total / drawn if drawn else None] if len(rows) > 1 else ()
    return Table(title, columns, rows, totals)


def fault_kinds(rows: Sequence[Any]) -> list[Part]:
    """What the faults were, how long plotters stood still for them, and what would have helped."""
    counts = Counter(fault_kind(row.text) for row in rows)
    total = sum(counts.values())
    seconds = {
        kind: sum(row.seconds or 0.0 for row in rows if fault_kind(row.text) == kind)
        for kind in counts
    }
    table = Table(
        "What it was",
        [Column("kind", "Fault"), Column("number", "Times", COUNT),
         Column("share", "Share", PERCENT), Column("seconds", "Stood still", SECONDS)],
        [[kind, number, number / total * 100, seconds[kind]]
         for kind, number in counts.most_common()],
        empty="no drawing was cut off in this period",
    )  # fmt: skip
    savings = [
        Saving(
            f"{kind}, {plural(number, 'time')}: a run that goes on by itself waits for nobody",
            "plotty plot-all --auto-recovery",
            seconds[kind],
        )
        for kind, number in counts.items()
        if kind in PASSING
    ]
    lines = [str(one) for one in ranked(savings)]
    return [table, *([Lines("What to do", lines)] if lines else [])]


def satisfaction_part(title: str, ratings: Mapping[str, Sequence[float]]) -> Table:
    """Clients' ratings by one key."""
    columns = [
        Column("name", title.removeprefix("By ").capitalize()), Column("rating", "Mean", RATING),
        Column("n", "Ratings", COUNT), Column("lowest", "Lowest", RATING),
    ]  # fmt: skip
    rows = [
        [name or "none", sum(stars) / len(stars), len(stars), min(stars)]
        for name, stars in sorted(ratings.items(), key=lambda one: -len(one[1]))
    ]
    return Table(
        title, columns, rows, empty="no ratings yet: plotty rate RUN 5 --client-rating 4.5"
    )


def correlation_part(pairs: Sequence[tuple[float, float]]) -> Part:
    """How the clients' ratings go with the studio's own."""
    value = figures.correlation(pairs) if len(pairs) >= MIN_PAIRS else None
    if len(pairs) < MIN_PAIRS:
        line = f"not enough runs with both ratings ({len(pairs)} of {MIN_PAIRS})"
        return Lines("Own and client's rating", [line])
    note = "1: they go together, 0: not at all" if value is not None else "one of them never varies"
    return Figures(
        "Own and client's rating",
        [Figure("correlation", "Correlation", value, RATE, n=len(pairs), note=note)],
    )


def efficiency_part(title: str, groups: Sequence[Any]) -> Table:
    """Drawing minutes of occupied ones, by one key: the sheet's own machine time on good sheets
    against machine and operator time on all."""
    columns = [
        Column("name", title.removeprefix("By ").capitalize()), Column("sheets", "Sheets", COUNT),
        Column("good_seconds", "Drawing", SECONDS), Column("occupied", "Occupied", SECONDS),
        Column("efficiency", "Share", PERCENT), Column("per_hour", "Sheets an hour", NUMBER),
    ]  # fmt: skip
    rows = [_efficiency_row(one) for one in groups]
    return Table(title, columns, rows, note="drawing: sheets drawn to their end" if rows else "")


def _efficiency_row(one: Any) -> list[Any]:
    occupied = one.seconds + one.human_seconds
    return [
        one.name, one.sheets, one.made_seconds, occupied,
        figures.share_percent(one.made_seconds, occupied),
        one.sheets / occupied * 3600 if occupied else None,
    ]  # fmt: skip


def before_after(
    before: Sequence[Figure], after: Sequence[Figure], enough: int, sheets: tuple[int, int]
) -> Table:
    """Each metric before and after a day: what is in percent changes by points, all else by percent
    of what it was."""
    columns = [
        Column("metric", "Metric"), Column("before", "Before", MIXED),
        Column("n_before", "n", COUNT), Column("after", "After", MIXED),
        Column("n_after", "n", COUNT), Column("change_percent", "Change", CHANGE),
        Column("change_points", "Points", POINTS), Column("remark", "Remark"),
    ]  # fmt: skip
    rows = [
        [
            new.label, Value(old.value, old.kind), old.n, Value(new.value, new.kind), new.n,
            *changed(new, old),
            "not enough before" if old.value is None else verdict(new, old),
        ]
        for old, new in zip(before, after, strict=True)
    ]  # fmt: skip
    note = ""
    if min(sheets) < enough:
        note = f"{sheets[0]} sheets before, {sheets[1]} after: below {enough} a rate says little"
    return Table("By metric", columns, rows, note=note)
