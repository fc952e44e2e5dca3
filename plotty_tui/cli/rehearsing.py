"""What a rehearsal says: the day's hands, plotters, pens and paper, and what will be short."""

from __future__ import annotations

from typing import Any

from plotty_tui.domain import values
from plotty_tui.domain.errors import WrongUsage
from plotty_tui.studio.plots import rehearsal

from .output import emit_json, say, table, tell


def rehearse(
    store: Any,
    names: tuple[str, ...],
    devices: list[str],
    copies: int | None,
    strict: bool,
    walk: str,
    as_json: bool,
    balance: bool = False,
    **more: Any,
) -> int:
    """Rehearse and tell; 3 when something will be short or was left out."""
    walk_seconds = values.parse_duration(walk)
    if walk_seconds > 86_400:
        raise WrongUsage(f"a walk of {walk}: give up to 1 day")
    told = rehearsal.rehearse(store, names, devices, copies, strict, walk_seconds, balance, **more)
    short = told.short()
    for note in told.notes:
        tell(note)
    for name, why in told.left_out:
        tell(f"left out: {name}: {why}")
    if as_json:
        emit_json(_json(told))
    else:
        _print(told)
    return 3 if short or told.left_out else 0


def _print(told: rehearsal.Rehearsal) -> None:
    clock = values.clock
    say(
        f"rehearsal of {values.plural(told.sheets, 'sheet')}, as if begun at "
        f"{told.begun.astimezone():%H:%M}, {clock(told.walk_seconds)} a hand; nothing was changed"
    )
    say()
    table(
        ["after", "at", "plotter", "a person is wanted"],
        [
            (clock(hand.seconds), f"{told.at(hand.seconds).astimezone():%H:%M}", hand.device,
             hand.text)
            for hand in told.hands
        ],
        right=[0],
    )  # fmt: skip
    say()
    table(
        ["plotter", "sheets", "machine", "person", "hands", "done after"],
        [
            (day.name, day.sheets, clock(day.machine_seconds), clock(day.human_seconds), day.hands,
             clock(day.end_seconds))
            for day in told.plotters
        ],
        right=[1, 2, 3, 4, 5],
    )  # fmt: skip
    if told.pens:
        say()
        table(["pen", "name", "takes", "left", "dry after"], map(_pen_cells, told.pens), [2, 3, 4])
    if told.papers:
        say()
        table(
            ["paper", "takes", "left", "ends after"],
            [
                (one.name, one.used, one.before - one.used, clock(one.ends_seconds))
                for one in told.papers
            ],
            right=[1, 2, 3],
        )
    say()
    say(f"the last sheet is done after {clock(told.seconds)}, "
        f"{values.local_time(told.at(told.seconds))}")  # fmt: skip
    for line in told.short():
        say(f"short: {line}")


def _pen_cells(pen: rehearsal.PenUse) -> tuple[str, ...]:
    metres = values.metres
    return (pen.code, pen.name, metres(pen.used_mm), metres(pen.after_mm),
            values.clock(pen.dry_seconds))  # fmt: skip


def _json(told: rehearsal.Rehearsal) -> dict[str, Any]:
    return {
        "begun": told.begun,
        "walk_seconds": told.walk_seconds,
        "sheets": told.sheets,
        "seconds": round(told.seconds, 1),
        "done_at": told.at(told.seconds),
        "hands": [
            {"seconds": round(hand.seconds, 1), "at": told.at(hand.seconds), "device": hand.device,
             "kind": hand.kind, "text": hand.text}
            for hand in told.hands
        ],
        "plotters": [
            {"name": day.name, "sheets": day.sheets, "machine_s": round(day.machine_seconds, 1),
             "human_s": round(day.human_seconds, 1), "hands": day.hands,
             "end_seconds": round(day.end_seconds, 1)}
            for day in told.plotters
        ],
        "pens": [
            {"code": pen.code, "name": pen.name, "before_mm": pen.before_mm,
             "used_mm": round(pen.used_mm, 1), "dry_seconds": pen.dry_seconds,
             "device": pen.dry_device or None}
            for pen in told.pens
        ],
        "papers": [
            {"name": one.name, "before": one.before, "used": one.used, "missing": one.missing,
             "ends_seconds": one.ends_seconds}
            for one in told.papers
        ],
        "left_out": [{"name": name, "reason": why} for name, why in told.left_out],
        "short": told.short(),
    }  # fmt: skip
