"""The lines at the top and the bottom of the screen: header, hand bar, footer, and today."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.message import Message

from plotty_tui.domain import orders, runs
from plotty_tui.domain.values import metres, percent, rough
from plotty_tui.studio.actions import BY_ID, Action
from plotty_tui.studio.watching import HandView, Snapshot

from ..bar import Line, Span, sparkline
from ..lines import FILL, LinePanel
from ..text import plain, state_symbol, symbols
from .told import dot, soonest_hand, waited

# From so many cells on there is room for the names of all screens.
ALL_PLACES_FROM = 150


def screen_actions() -> list[Action]:
    """The actions that open a screen by a number, in their order."""
    found = [one for one in BY_ID.values() if one.id.startswith("screen.") and one.keys.isdigit()]
    return sorted(found, key=lambda one: one.keys)


class Header(LinePanel):
    """One line: the run under way, today, who is wanted next, the time."""

    def show_studio(self, shot: Snapshot, marks: Sequence[Span], where: str) -> None:
        """The studio is like this now; `where` is the screen that is shown, `marks` are words of
        the dashboard itself (muted …)."""
        parts: list[Line] = [self._run(shot), self._today(shot)]
        line: list[Span] = [(" plotty", "accent bold")]
        line += self._places(where)
        for part in parts:
            if part:
                line += [("   " if part is parts[0] else dot(), "hint"), *part]
        line += [FILL, (" ", ""), *marks]
        coming = soonest_hand(shot.devices, shot.hands, short=self.app.size.width < 100)
        if coming and self.app.size.width >= 60:
            line += [("next hand: ", "hint"), (coming, ""), ("   ", "")]
        line += [(time.strftime("%H:%M "), "bold")]
        self.show([tuple(line)])

    def _places(self, where: str) -> list[Span]:
        """The screen that is shown; with room for it among the others, with their keys."""
        width = self.app.size.width
        if width < ALL_PLACES_FROM:
            return [(f"{dot()}{where}", "bold")] if width >= 60 else []
        line: list[Span] = []
        for action in screen_actions():
            here = action.title == where
            line += [("   ", ""), (action.keys, "accent bold" if here else "hint")]
            line.append((f" {action.title}", "bold" if here else "hint"))
        return line

    def _run(self, shot: Snapshot) -> Line:
        awaiting = [row for row in shot.runs if row.awaiting]
        if awaiting:
            name = runs.run_name(awaiting[-1].number)
            return ((f"{name} awaits its results ", "state-hand"), ("c", "accent bold"))
        under_way = [row for row in shot.runs if row.state == runs.IN_PROGRESS]
        if not under_way:
            return ()
        row = under_way[-1]
        done = f"{row.sheets - row.open} of {row.sheets} sheets"
        return ((runs.run_name(row.number), "bold"), (f"{dot()}{done}", ""))

    def _today(self, shot: Snapshot) -> Line:
        today = shot.today
        if self.app.size.width < 100 or not (today.good or today.spoiled):
            return ()
        text = f"today {today.good} good"
        return ((text + (f" {today.spoiled} spoiled" if today.spoiled else ""), ""),)


class HandBar(LinePanel, can_focus=True):
    """Who waits for a person: on top until handled. Enter answers the one that waits longest."""

    def show_hands(self, hands: Sequence[HandView], now: datetime) -> None:
        """These wait now."""
        self.set_class(bool(hands), "-wanted")
        if not hands:
            return
        first, more = hands[0], hands[1:]
        rest = f"{dot()}{waited(first.since, now)}"
        if more:
            rest += f"{dot()}then {', '.join(dict.fromkeys(hand.device for hand in more))}"
        key = f" {'enter' if self.has_focus else 'H'} {answer_words(first)} "
        room = self.app.size.width - cell_len(f" {state_symbol('hand')} {rest}{key}") - 1
        text = next((one for one in wanted_words(first) if cell_len(one) <= room), "")
        text = text or wanted_words(first)[-1]
        self.show([((f" {state_symbol('hand')} {text}", ""), (rest, ""), FILL, (key, ""))])


def wanted_words(hand: HandView) -> list[str]:
    """What is wanted, in full and, where a pen or a paper is, shortly."""
    found = [hand.text if hand.device in hand.text else f"{hand.device}: {hand.text}"]
    parts = (("take off", hand.off), ("put back", hand.back), ("lay on", hand.paper),
             ("put in", hand.pen))  # fmt: skip
    wanted = [f"{do} {what}" for do, what in parts if what]
    if hand.answerable and wanted:
        found.append(f"{hand.device}: {', '.join(wanted)}")
    return [plain(text) for text in found]


def answer_words(hand: HandView) -> str:
    """What the key says that answers a hand."""
    if hand.kind == orders.HAND_HOME:
        return "it is home"
    return "it is in" if hand.answerable else "what to do"


class KeyHint(NamedTuple):
    """A key in the footer: what it is called, what it does, and whether it does it now."""

    action: str
    key: str
    title: str
    ready: bool


class Footer(LinePanel):
    """The keys that make sense here; those that do nothing now are grey. A notice takes their
    place for some seconds."""

    class Chosen(Message):
        """A key of the footer was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, can_focus=False)
        self._hints: Sequence[KeyHint] = ()
        self._places: list[tuple[int, int, str]] = []
        self._notice: Line | None = None
        self._until = 0.0

    def show_keys(self, hints: Sequence[KeyHint]) -> None:
        """These are the keys now, the most wanted first."""
        self._hints = hints
        self._paint()

    def say(self, text: str, style: str, seconds: float) -> None:
        """Say this for so many seconds."""
        self._notice = ((f" {text}", style),)
        self._until = time.monotonic() + seconds
        self._paint()

    def tick(self) -> None:
        """Time has passed: a notice may have to go."""
        if self._notice and time.monotonic() >= self._until:
            self._notice = None
            self._paint()

    def on_resize(self) -> None:
        self._paint()

    def on_click(self, event: events.Click) -> None:
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Chosen(action))

    def _paint(self) -> None:
        if self._notice:
            self._places = []
            self.show([self._notice])
            return
        line: list[Span] = []
        self._places, at, width = [], 1, self.size.width
        for hint in self._hints:
            size = cell_len(hint.key) + 1 + cell_len(hint.title)
            if at + size > width:
                break
            key_style = "footer-key-foreground bold" if hint.ready else "state-idle dim"
            line += [
                (" " if not line else "  ", ""), (hint.key, key_style),
                (f" {hint.title}", "" if hint.ready else "state-idle dim"),
            ]  # fmt: skip
            self._places.append((at, at + size, hint.action))
            at += size + 2
        self.show([tuple(line)])


TREND = 12  # hours of the day that the trend shows


class TodayPanel(LinePanel):
    """Today's figures, and what happened last."""

    _shot: Snapshot | None = None

    def on_resize(self) -> None:
        if self._shot is not None:
            self.show_today(self._shot)

    def show_today(self, shot: Snapshot) -> None:
        """The day so far, as many lines as there is room for."""
        self._shot, today = shot, shot.today
        lines: list[Line] = []
        if today.drawn:
            lines.append(self._sheets(shot))
            trend: Line = ()
            if len(today.by_hour) > 1:
                trend = (("   by the hour ", "hint"), sparkline(today.by_hour, TREND))
            lines.append(
                (
                    (metres(today.ink_mm), "bold"), (" of ink", "hint"),
                    (f"{dot()}{rough(today.seconds)}", "bold"), (" at the machine", "hint"),
                    *trend,
                )
            )  # fmt: skip
        room = max(0, (self.size.height or 4) - len(lines))
        for event in shot.events[:room]:
            at = datetime.fromtimestamp(event.at / 1000, UTC).astimezone()
            lines.append(((f"{at:%H:%M} ", "hint"), (plain(event.text), "")))
        self.show(lines)

    def _sheets(self, shot: Snapshot) -> Line:
        today = shot.today
        line: list[Span] = [(f"{today.drawn} drawn", "bold")]
        if today.good:
            line += [(f"  {state_symbol('good')} {today.good} good", "state-done")]
        if today.spoiled:
            line += [(f"  {state_symbol('spoiled')} {today.spoiled} spoiled", "state-fault")]
        if today.success_percent is not None:
            line += [(f"  {percent(today.success_percent)}", "")]
        return tuple(line)


def welcome_lines(devices: int) -> list[Line]:
    """The first screen of an empty studio: what to press."""
    plotters = (
        "plotty device add NAME --model v3 sets up a plotter; else one is simulated"
        if not devices
        else f"{devices} plotter{'' if devices == 1 else 's'} ready"
    )
    sign = symbols().pen
    return [
        (("Nothing is queued yet.", "bold"),),
        (),
        ((" a ", "accent bold"), ("add SVG files to the queue", "")),
        ((" P ", "accent bold"), ("plan them: order of strokes, pens, time", "")),
        ((" S ", "accent bold"), ("plot: a run opens, the engine draws", "")),
        ((" c ", "accent bold"), ("tell a run's results: sheets, pens and paper are booked", "")),
        ((" ? ", "accent bold"), ("every key", "")),
        (),
        ((f" {sign} ", "hint"), (plotters, "hint")),
        ((f" {sign} ", "hint"), ("plotty demo opens a studio in which two plotters draw", "hint")),
    ]
