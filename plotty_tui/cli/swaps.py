"""The swap list: `next --list`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from plotty_tui.domain import hands_ahead
from plotty_tui.domain.values import iso, plural, rough
from plotty_tui.studio.plots.swap_list import swap_list

from .output import emit_json, say, table, tell


def print_swaps(store: Any, names: Sequence[str], as_json: bool) -> int:
    """Every hand until all is drawn: a table for each plotter, or one JSON document."""
    day, now = swap_list(store, names), store.clock.now()

    def at(seconds: float) -> Any:
        return (now + timedelta(seconds=seconds)).astimezone()

    if as_json:
        emit_json(
            {
                "hands": [
                    {
                        "device": hand.plotter,
                        "at": iso(at(hand.seconds)),
                        "seconds": round(hand.seconds, 1),
                        "kind": hand.kind,
                        "text": hand.text,
                        "sheet": hand.sheet,
                    }
                    for hand in day.hands
                ],
                "ends": {name: iso(at(seconds)) for name, seconds in day.ends.items()},
                "left": day.left,
            }
        )
        return 0
    if not day.hands:
        say("nobody is needed")
    for name, end in day.ends.items():
        hands = [hand for hand in day.hands if hand.plotter == name]
        if hands:
            _print_plotter(name, hands, at, end)
    for name in dict.fromkeys(day.left):
        tell(f"no plotter can draw {name}")
    return 0


def _print_plotter(name: str, hands: Sequence[hands_ahead.HandAhead], at: Any, end: float) -> None:
    swaps = sum(hand.kind == hands_ahead.PEN for hand in hands)
    sheets = sum(hand.kind == hands_ahead.DONE for hand in hands)
    say(f"{name}: {plural(sheets, 'sheet')}, {plural(swaps, 'pen change')}, done in {rough(end)}")
    table(
        ["at", "in", "what", "for"],
        [(f"{at(hand.seconds):%H:%M}", rough(hand.seconds), hand.text, hand.sheet)
         for hand in hands],
        [1],
    )  # fmt: skip
    say()
