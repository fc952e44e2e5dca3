"""Analyses of what is used up and worn: pens and paper."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from plotty_tui.domain.losses import cure_of
from plotty_tui.domain.values import metres, plural, rough

from .document import (
    COUNT,
    METRES,
    MONEY,
    PERCENT,
    RATE,
    SECONDS,
    Chart,
    Column,
    Lines,
    Part,
    Table,
    sparkline,
)

MOST_ROWS = 20
# Runs of so many copies show what a spare share means.
COPIES = 30


# Pens --------------------------------------------------------------------------------------------


def usage_parts(found: Sequence[Any], span: Sequence[date]) -> list[Part]:
    """Metres by pen, by day and by job."""
    used = [one for one in found if one.days]
    whole = sum(one.mm for one in used)
    columns = [
        Column("pen", "Pen"), Column("name", "Name"), Column("ink_m", "Ink", METRES),
        Column("share_percent", "Share", PERCENT), Column("days", "Days used", COUNT),
        Column("m_per_day", "A day of use", METRES), Column("sheets", "Sheets", COUNT),
        Column("m_per_sheet", "A sheet", METRES), Column("jobs", "Jobs", COUNT),
        Column("primed_m", "Priming", METRES), Column("trend", "Day by day"),
    ]  # fmt: skip
    rows = [
        [
            one.code, one.name, one.mm / 1000, one.mm / whole * 100 if whole else None,
            len(one.days), one.mm / len(one.days) / 1000, one.sheets,
            sum(one.jobs.values()) / one.sheets / 1000 if one.sheets else None, len(one.jobs),
            one.primed_mm / 1000, sparkline([one.days.get(day) for day in _weeks_last(span)]),
        ]
        for one in used
    ]  # fmt: skip
    totals = ["all", "", whole / 1000, None, None, None, None, None, None,
              sum(one.primed_mm for one in used) / 1000, ""]  # fmt: skip
    table = Table("By pen", columns, rows, totals if len(rows) > 1 else ())
    if not used:
        return [table]
    by_day = [sum(one.days.get(day, 0.0) for one in used) / 1000 for day in span]
    chart = Chart("Ink by day", [f"{day.day} {day:%b}" for day in span], by_day, unit="m")
    return [table, chart, _pen_jobs(used)]


def _weeks_last(span: Sequence[date]) -> Sequence[date]:
    """The last two weeks: what a small line has room for."""
    return span[-14:]


def _pen_jobs(used: Sequence[Any]) -> Table:
    rows = [[one.code, job, mm / 1000] for one in used for job, mm in one.jobs.items()]
    rows.sort(key=lambda row: -row[2])
    note = f"the {MOST_ROWS} greatest of {len(rows)}" if len(rows) > MOST_ROWS else ""
    columns = [Column("pen", "Pen"), Column("job", "Job"), Column("ink_m", "Ink", METRES)]
    return Table("By job", columns, rows[:MOST_ROWS], note=note)


def wear_parts(found: Sequence[Any]) -> list[Part]:
    """How far each pen's life is used up, and what it spoiled."""
    columns = [
        Column("pen", "Pen"), Column("name", "Name"), Column("state", "State"),
        Column("drawn_m", "Drawn so far", METRES), Column("life_m", "Life", METRES),
        Column("learned_m", "Learned", METRES), Column("learned_of", "of pens", COUNT),
        Column("used_percent", "Used up", PERCENT), Column("least_percent", "from", PERCENT),
        Column("most_percent", "to", PERCENT), Column("faults", "Faults", COUNT),
        Column("faults_per_km", "per km", RATE),
    ]  # fmt: skip
    rows = []
    for one in found:
        wear, learned = one.wear, one.learned
        rows.append(
            [
                one.code, one.name, one.state, one.used_mm / 1000, _metres(one.life_mm),
                _metres(learned.mm if learned else None), learned.pens if learned else None,
                wear.percent if wear else None, wear.least if wear else None,
                wear.most if wear else None, one.faults, one.faults_per_km,
            ]
        )  # fmt: skip
    note = "faults: sheets of the period that were spoiled by pen_dry, ink_skip or ink_blot"
    parts: list[Part] = [Table("Wear", columns, rows, note=note if rows else "")]
    lines = [
        f"{one.type} pens live {metres(one.learned.mm)} ({plural(one.learned.pens, 'pen')}), "
        f"{one.code} is in the books with {metres(one.life_mm)}: "
        f"plotty pen edit {one.code} --life {one.better_life_mm / 1000:.0f}"
        for one in found
        if one.usable and one.better_life_mm
    ]
    return [*parts, Lines("Lives to correct", lines)] if lines else parts


def _metres(mm: float | None) -> float | None:
    return None if mm is None else mm / 1000


def replacement_parts(found: Sequence[Any], to_buy: Sequence[str]) -> list[Part]:
    """When each pen in stock is to be replaced, the first one first."""
    columns = [
        Column("pen", "Pen"), Column("name", "Name"), Column("left_m", "Left", METRES),
        Column("wanted_m", "Work ahead", METRES), Column("replace_on", "Replace about"),
        Column("why", "Because"),
    ]  # fmt: skip
    usable = [one for one in found if one.usable]
    usable.sort(key=lambda one: (one.ends_on is None, one.ends_on or date.max, one.code))
    rows = [
        [
            one.code, one.name, _metres(one.end.left if one.end else None),
            _metres(one.end.wanted if one.end else None),
            one.ends_on.isoformat() if one.ends_on else "", _why(one),
        ]
        for one in usable
    ]  # fmt: skip
    table = Table("Replacement", columns, rows, empty="no pen is in stock: plotty pen add")
    lines = list(to_buy) or ["nothing: the pens in stock last for the work ahead"]
    return [table, Lines("To buy", lines)]


def _why(one: Any) -> str:
    if one.end is None:
        return f"its life is not known: plotty pen edit {one.code} --life METRES"
    if one.end.sheet is not None:
        return f"{one.end.name}, sheet {one.end.sheet} of {one.end.copies}"
    return "the pace of the last 30 days" if one.ends_on else "not used of late"


# Paper -------------------------------------------------------------------------------------------


def consumption_parts(uses: Sequence[Any], counted: Mapping[str, int]) -> list[Part]:
    """Sheets by job and paper."""
    columns = [
        Column("job", "Job"), Column("paper", "Paper"), Column("used", "Used", COUNT),
        Column("good", "Good", COUNT), Column("second", "Second", COUNT),
        Column("spoiled", "Spoiled", COUNT), Column("proof", "Proof", COUNT),
        Column("wasted", "Wasted", COUNT), Column("wasted_percent", "Of used", PERCENT),
    ]  # fmt: skip
    rows = [_use_row(one.job or "told for a run as a whole", one) for one in uses]
    totals: Sequence[Any] = ()
    if len(uses) > 1:
        sums = [sum(getattr(one, name) for one in uses) for name in _COUNTS]
        totals = ["all", "", *sums, sums[-1] / sums[0] * 100 if sums[0] else None]
    parts: list[Part] = [Table("By job", columns, rows, totals)]
    lines = [
        f"{paper}: the shelf had {plural(abs(sheets), 'sheet')} "
        f"{'fewer' if sheets > 0 else 'more'} than the books"
        for paper, sheets in counted.items()
    ]
    return [*parts, Lines("Counted", lines)] if lines else parts


_COUNTS = ("used", "good", "second", "spoiled", "proof", "wasted")


def _use_row(job: str, one: Any) -> list[Any]:
    counts = [getattr(one, name) for name in _COUNTS]
    return [job, one.paper, *counts, one.wasted / one.used * 100 if one.used else None]


def cost_parts(papers: Sequence[Any]) -> list[Part]:
    """What the paper cost, and what of that was wasted."""
    columns = [
        Column("paper", "Paper"), Column("used", "Used", COUNT), Column("price", "A sheet", MONEY),
        Column("cost", "Cost", MONEY), Column("wasted", "Wasted", COUNT),
        Column("wasted_cost", "Wasted", MONEY), Column("good", "Good", COUNT),
        Column("cost_per_good", "A good sheet", MONEY),
    ]  # fmt: skip
    rows = [
        [
            one.paper, one.used, one.price, one.cost, one.wasted, one.wasted_cost, one.good,
            one.cost_per_good,
        ]
        for one in papers
    ]  # fmt: skip
    priced = [one for one in papers if one.price is not None]
    totals = [
        "all that has a price", sum(one.used for one in priced), None,
        sum(one.cost for one in priced), sum(one.wasted for one in priced),
        sum(one.wasted_cost for one in priced), sum(one.good for one in priced), None,
    ]  # fmt: skip
    parts: list[Part] = [Table("Cost of paper", columns, rows, totals if len(priced) > 1 else ())]
    lines = [
        f"{one.paper}: plotty paper edit {shlex.quote(one.paper)} --price PRICE"
        for one in papers
        if one.price is None
    ]
    return [*parts, Lines("Not priced", lines)] if lines else parts


def waste_parts(losses: Sequence[Any], spares: Sequence[Any], money: Any) -> list[Part]:
    """Why sheets were spoiled, what to do about it, which spares to plan. `money` writes an
    amount."""
    whole = sum(one.sheets for one in losses)
    columns = [
        Column("paper", "Paper"), Column("reason", "Reason"), Column("cause", "Cause"),
        Column("sheets", "Sheets", COUNT), Column("share_percent", "Share", PERCENT),
        Column("cost", "Paper", MONEY), Column("ink_m", "Ink", METRES),
        Column("seconds", "Machine", SECONDS),
    ]  # fmt: skip
    rows = [
        [
            one.paper, one.reason.replace("_", " "), one.cause, one.sheets,
            one.sheets / whole * 100, one.cost, one.mm / 1000, one.seconds,
        ]
        for one in losses
    ]  # fmt: skip
    table = Table("Why sheets were spoiled", columns, rows, empty="no sheet was spoiled")
    return [table, _spares(spares), *_to_do(losses, money)]


def _spares(spares: Sequence[Any]) -> Table:
    columns = [
        Column("paper", "Paper"), Column("spoiled", "Spoiled", COUNT),
        Column("judged", "Judged", COUNT), Column("spare_percent", "Spares", PERCENT),
        Column("for_copies", f"For {COPIES} copies", COUNT), Column("remark", "Remark"),
    ]  # fmt: skip
    rows = [
        [
            one.paper, one.spoiled, one.judged, one.percent, one.for_copies(COPIES),
            "" if one.percent is not None else f"not enough sheets ({one.judged} of 10)",
        ]
        for one in spares
        if one.judged
    ]  # fmt: skip
    note = "of a paper's newest 1,000 sheets; plotty run new proposes them" if rows else ""
    return Table("Spares to plan", columns, rows, note=note, empty="no sheet has a verdict yet")


def _to_do(losses: Sequence[Any], money: Any) -> list[Part]:
    """By reason over all papers, the one that cost most machine time first."""
    reasons: dict[str, list[Any]] = {}
    for one in losses:
        reasons.setdefault(one.reason, []).append(one)
    lines = []
    for reason, mine in sorted(
        reasons.items(), key=lambda one: -sum(loss.seconds for loss in one[1])
    ):
        costs = [one.cost for one in mine if one.cost is not None]
        saved = [
            plural(sum(one.sheets for one in mine), "sheet"),
            *([money(sum(costs))] if costs else []),
            f"{rough(sum(one.seconds for one in mine))} of machine time",
        ]
        see_to, command = cure_of(reason)
        words = f"{reason.replace('_', ' ')}: {', '.join(saved)} saved without it"
        lines.append(": ".join(filter(None, (words, see_to, command))))
    return [Lines("What to do", lines)] if lines else []
