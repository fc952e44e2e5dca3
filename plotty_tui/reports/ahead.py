"""Analyses of what is still to be drawn: planning, queue, capacity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from plotty_tui.domain import capacity
from plotty_tui.domain.figures import share_percent
from plotty_tui.domain.values import percent, plural, rough

from .document import (
    CHANGE,
    COUNT,
    DAY,
    MOMENT,
    NUMBER,
    PERCENT,
    SECONDS,
    Chart,
    Column,
    Figure,
    Figures,
    Lines,
    Part,
    Table,
)

MOST_JOBS = 12
RESOURCES = {
    capacity.PLOTTERS: "plotter hours",
    capacity.PERSON: "a person's hours",
    capacity.DRAWING: "drawing of a day",
    capacity.CHANGES: "pen changes of a day",
    capacity.SHEETS: "sheets of a day",
}
TIMED = (capacity.PLOTTERS, capacity.PERSON, capacity.DRAWING)


def shares_part(title: str, found: Any) -> Table:
    """What the time goes into: likely, and as planned. `found` has the two as TimeParts, and
    `learned`, of how many layers."""
    total, planned = found.parts.total, found.planned
    rows = [
        [name, seconds, before, share_percent(seconds, total)]
        for (name, seconds), (_, before) in zip(found.parts.named(), planned.named(), strict=True)
    ]
    how = "; lifts as the machine takes them, travel as hops of the mean length"
    return Table(
        title,
        [Column("part", "Part"), Column("seconds", "Time", SECONDS),
         Column("planned_seconds", "Planned", SECONDS), Column("share_percent", "Share", PERCENT)],
        rows if total else [],
        ["all", total, planned.total, 100.0] if total else (),
        note=learned_words(found.learned) + how if total else "",
        empty="nothing is planned to be drawn: plotty plan-all",
    )  # fmt: skip


def learned_words(layers: int) -> str:
    """Of what the times of the work ahead are reckoned."""
    return f"by what {plural(layers, 'layer')} took before" if layers else "as planned"


def plan_jobs_part(jobs: Sequence[Any]) -> Table:
    """The lines of the work ahead that take longest, and where their time goes."""
    longest = sorted(jobs, key=lambda one: -one.parts.total)
    columns = [
        Column("job", "Job"), Column("copies", "Copies", COUNT), Column("preset", "Preset"),
        Column("seconds", "Time", SECONDS), Column("planned_seconds", "Planned", SECONDS),
        *(Column(f"{key}_percent", key.capitalize(), PERCENT)
          for key in ("drawing", "travel", "lifts")),
        Column("swaps_percent", "Pens", PERCENT), Column("paper_percent", "Paper", PERCENT),
    ]  # fmt: skip
    rows = []
    for job in longest[:MOST_JOBS]:
        total = job.parts.total
        shares = [share_percent(seconds, total) for _, seconds in job.parts.named()]
        rows.append([job.name, job.copies, job.preset, total, job.planned.total, *shares])
    more = len(longest) - len(rows)
    note = f"and {plural(more, 'shorter job')}" if more > 0 else ""
    return Table("Longest jobs", columns, rows, note=note, empty="nothing is planned")


def planning_parts(found: Any, bottlenecks: bool, suggestions: bool) -> list[Part]:
    """Shares, and what the planner saved; the longest jobs and suggestions where wanted."""
    parts: list[Part] = [shares_part("Where the time goes", found)]
    if found.as_drawn_seconds:
        saved = found.as_drawn_seconds - found.planned_seconds
        parts.append(
            Figures(
                "What planning saved",
                [
                    Figure("as_drawn", "As the files have it", found.as_drawn_seconds, SECONDS),
                    Figure("planned", "As planned", found.planned_seconds, SECONDS),
                    Figure("saved", "Saved", share_percent(saved, found.as_drawn_seconds), PERCENT),
                ],
            )
        )  # fmt: skip
    if bottlenecks:
        causes = [one for one in found.parts.named() if one[0] != "drawing" and one[1] > 0]
        causes.sort(key=lambda one: -one[1])
        parts += [causes_part(causes, found.parts.total), plan_jobs_part(found.jobs)]
    if suggestions:
        parts.append(suggestions_part(found.suggestions))
    if found.unplanned:
        line = f"{plural(found.unplanned, 'job')} without a plan: plotty plan-all"
        parts.append(Lines("Not reckoned", [line]))
    return parts


def causes_part(causes: Sequence[tuple[str, float]], total: float) -> Table:
    """What costs most beside drawing."""
    return Table(
        "Bottlenecks",
        [Column("cause", "Cause"), Column("seconds", "Time", SECONDS),
         Column("share_percent", "Share", PERCENT)],
        [[name, seconds, share_percent(seconds, total)] for name, seconds in causes],
        empty="nothing but drawing",
    )  # fmt: skip


def suggestions_part(found: Sequence[Any]) -> Part:
    """What would save time, the most first, with the command that does it."""
    rows = [[one.text, one.saved_seconds, one.saved_sheets or None, one.command] for one in found]
    return Table(
        "Suggestions",
        [Column("what", "What"), Column("saved_seconds", "Saves", SECONDS),
         Column("saved_sheets", "Sheets", COUNT), Column("command", "Command")],
        rows,
        empty="nothing found that would save half a minute",
    )  # fmt: skip


def estimates_parts(found: Any) -> list[Part]:
    """How good the estimates of the period were, and what could be learned."""
    n = found.sheets
    figures = [
        Figure("time_percent", "Actual against planned", found.percent, CHANGE, n=n),
        Figure("mean_off", "Off on the mean sheet", found.mean_off, PERCENT, n=n),
        Figure("within_5", "Within 5 %", share_percent(found.within_5, n), PERCENT, n=n),
        Figure("within_10", "Within 10 %", share_percent(found.within_10, n), PERCENT, n=n),
    ]
    learned = found.learned
    if learned is not None:
        figures += [
            Figure(
                "learned_off", "Learned: off on the mean", learned.learned_off, PERCENT,
                n=learned.sheets, before=learned.planned_off,
                note=f"from {learned.learned_from} layers before",
            ),
            Figure(
                "in_band", "Learned: within the band",
                share_percent(learned.in_band, learned.sheets), PERCENT, n=learned.sheets,
                note="four of five are meant to be",
            ),
        ]  # fmt: skip
    parts: list[Part] = [Figures("How good estimates were", figures)]
    if found.proposals:
        lines = [
            f"{one.design}: {one.figure} was "
            f"{', '.join(percent(value, sign=True) for value in one.percents)}; {one.command}"
            for one in found.proposals
        ]
        parts.append(Lines("Estimates to correct", lines))
    return parts


# The queue ---------------------------------------------------------------------------------------


def queue_parts(found: Any, efficiency: bool, bottlenecks: bool, suggestions: bool) -> list[Part]:
    """Efficiency, bottlenecks with what is blocked or late, and suggestions, as wanted."""
    parts: list[Part] = []
    if efficiency:
        parts += [_efficiency(found), shares_part("Where the time goes", found)]
    if bottlenecks:
        parts += _bottlenecks(found)
    if suggestions:
        parts.append(suggestions_part(found.suggestions))
    return parts


def _efficiency(found: Any) -> Figures:
    total = found.parts.total
    return Figures(
        "The queue",
        [
            Figure("drawing_percent", "Drawing of all time", found.drawing_percent, PERCENT),
            Figure("jobs", "Jobs that can be drawn", len(found.lines), COUNT),
            Figure("sheets", "Sheets", found.sheets, COUNT),
            Figure("swaps", "Pen changes", found.swaps, COUNT),
            Figure("avoidable_swaps", "of them avoidable", found.avoidable_swaps, COUNT,
                   n=found.swaps),
            Figure("seconds", "Plotters and hands", total, SECONDS),
            Figure("plotter_seconds", "for each plotter", total / found.plotters, SECONDS,
                   n=found.plotters),
            Figure("done", "All drawn", found.done if total else None, MOMENT),
        ],
    )  # fmt: skip


def _bottlenecks(found: Any) -> list[Part]:
    parts: list[Part] = [
        Table(
            "Bottlenecks",
            [Column("cause", "Cause"), Column("seconds", "Time", SECONDS),
             Column("share_percent", "Share", PERCENT), Column("what", "What")],
            [[one.cause, one.seconds, one.percent, one.words] for one in found.bottlenecks],
            empty="nothing but drawing",
        )
    ]  # fmt: skip
    if found.blocked:
        columns = [Column("job", "Job"), Column("why", "Why"), Column("command", "Command")]
        rows = [[one.name, one.why, one.command] for one in found.blocked[:MOST_JOBS]]
        more = len(found.blocked) - len(rows)
        note = f"and {more} more" if more > 0 else ""
        parts.append(Table("Blocked", columns, rows, note=note))
    if found.late:
        columns = [
            Column("job", "Job"), Column("due", "Due", MOMENT), Column("done", "Done", MOMENT),
            Column("late_seconds", "Late by", SECONDS),
        ]  # fmt: skip
        rows = [[one.name, one.due, one.done, one.seconds] for one in found.late[:MOST_JOBS]]
        more = len(found.late) - len(rows)
        note = f"and {more} more" if more > 0 else ""
        parts.append(Table("Late as it stands", columns, rows, note=note))
    return parts


# Capacity ----------------------------------------------------------------------------------------


def capacity_parts(found: Any, current: bool, projected: bool, growth: bool) -> list[Part]:
    """The week's load as the queue stands, with what comes in, and with more of it, as wanted."""
    parts: list[Part] = []
    if current:
        parts += [_loads("The queue against the week from now", found.now, found)]
        if found.short:
            parts.append(Lines("Short", list(found.short)))
    if projected:
        parts.append(_loads("With what comes in", found.projected, None))
        parts.append(_incoming(found))
    if growth:
        parts += _growth(found)
    if found.unplanned:
        line = f"{plural(found.unplanned, 'job')} without a plan: plotty plan-all"
        parts.append(Lines("Not reckoned", [line]))
    return parts


def _loads(title: str, loads: Sequence[Any], found: Any) -> Table:
    columns = [
        Column("resource", "Resource"), Column("needed", "Needed"), Column("there", "There"),
        Column("load_percent", "Load", PERCENT), Column("clear", "Through on", DAY),
    ]  # fmt: skip
    rows = [
        [
            RESOURCES[one.resource], _amount(one.resource, one.needed),
            _amount(one.resource, one.there), one.percent, one.clear,
        ]
        for one in loads
    ]  # fmt: skip
    most = capacity.limiting(loads)
    note = f"limited by {RESOURCES[most.resource]}" if most else "nothing is wanted"
    if found is not None:
        note += f"; {plural(found.plotters, 'plotter')}, {found.hours}"
        if found.rates.attempts > 1:
            note += f"; {found.rates.attempts:.2f} sheets for a good one (n {found.rates.judged})"
        note += f"; drawing {rough(found.work.draw_seconds)} {learned_words(found.learned)}"
        note += f", {rough(found.planned_seconds)} planned" if found.learned else ""
    return Table(title, columns, rows, note=note)


def _amount(resource: str, value: float) -> str:
    return rough(value) if resource in TIMED else f"{value:,.0f}"


def _incoming(found: Any) -> Figures:
    days = found.past_days
    work = found.incoming
    return Figures(
        f"What comes in, a day, of {plural(days, 'day')} past",
        [
            Figure("jobs", "Jobs", found.incoming_jobs if days else None, NUMBER),
            Figure("sheets", "Sheets", work.sheets if days else None, NUMBER),
            Figure("draw_seconds", "Drawing", work.draw_seconds if days else None, SECONDS),
            Figure("hands_seconds", "By hand", work.hands_seconds if days else None, SECONDS),
        ],
    )


def _growth(found: Any) -> list[Part]:
    columns = [
        Column("growth", "Demand"), Column("load_percent", "Load", PERCENT),
        Column("limiting", "Limited by"), Column("empty_on", "Queue empty on", DAY),
        Column("verdict", ""),
    ]  # fmt: skip
    rows = [
        [
            f"+{one.percent} %" if one.percent else "as it is", one.load_percent,
            RESOURCES.get(one.limiting, ""), one.clear, _verdict(one.clear, found),
        ]
        for one in found.growth
    ]  # fmt: skip
    chart = Chart(
        "Load of the week",
        [str(row[0]) for row in rows],
        [one.load_percent for one in found.growth],
        unit="%",
    )
    return [Table("If more came in", columns, rows), chart]


def _verdict(clear: date | None, found: Any) -> str:
    if not found.past_days:
        return "no data: nothing came in yet"
    return "never empty: more comes in than is done" if clear is None else ""
