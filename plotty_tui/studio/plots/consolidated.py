"""All plotters as one: what is left to draw, until when, and who is wanted next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plotty_tui.domain import orders, sheets, values
from plotty_tui.store.database import Store

from ..watching import DeviceView, NextHand, Today, device_views, next_hands, today


@dataclass(slots=True)
class Totals:
    """`states` counts the plotters by what they do; sheets and machine seconds are those of open
    runs that are not drawn yet; `ends` is when the plotters at work could be through with them."""

    devices: list[DeviceView]
    states: Counter[str] = field(default_factory=Counter)
    sheets: int = 0
    seconds: float = 0.0
    ends: datetime | None = None
    hands: list[NextHand] = field(default_factory=list)
    today: Today = field(default_factory=Today)

    def __str__(self) -> str:
        """`2 plotters: 1 drawing, 1 waiting; 12 sheets left, 3 h 10 at the machine; …`."""
        states = ", ".join(f"{number} {state}" for state, number in self.states.items())
        words = [f"{values.plural(len(self.devices), 'plotter')}: {states}"]
        if self.sheets:
            left = f"{values.plural(self.sheets, 'sheet')} left"
            end = f", done {values.local_time(self.ends)} at the soonest" if self.ends else ""
            words.append(f"{left}, {values.rough(self.seconds)} at the machine{end}")
        else:
            words.append("nothing left to draw")
        words.append(self.next_words)
        day = self.today
        ink = values.metres(day.ink_mm)
        words.append(f"today {day.good} good, {day.spoiled} spoiled of {day.drawn}, {ink}")
        return "; ".join(words)

    @property
    def next_words(self) -> str:
        """Who is wanted next."""
        if not self.hands:
            return "nobody is needed"
        first = self.hands[0]
        if first.waiting:
            return f"{first.device} waits for a hand since {values.rough(first.seconds)}"
        return f"next hand in {values.rough(first.seconds)} at {first.device}"


def consolidated(store: Store, all_devices: bool = True) -> Totals:
    """Every plotter (without `all_devices` those that are switched on), with totals."""
    with store.read():
        views = [view for view in device_views(store) if view.enabled or all_devices]
        found = Totals(views, Counter(view.state for view in views))
        row = store.row(
            "SELECT count(*) AS sheets, coalesce(sum(max(0, coalesce(i.sheet_seconds, p.seconds) "
            "- s.seconds)), 0) AS seconds FROM sheet s JOIN item i ON i.id = s.item_id "
            "JOIN plan p ON p.id = i.plan_id JOIN run r ON r.id = s.run_id "
            f"WHERE r.state = 'in_progress' AND s.state IN {sheets.OPEN}"
        )
        if row:
            found.sheets, found.seconds = row.sheets, row.seconds
        found.hands = next_hands(store)
        found.today = today(store)
    able = [view for view in views if view.state not in (orders.FAULT, orders.OFF)]
    speed = sum(view.speed for view in able)
    if found.sheets and speed:
        found.ends = store.clock.now() + timedelta(seconds=found.seconds / speed)
    return found
