"""Following a run from a terminal: a live line a plotter, and questions for hands; plain lines,
and no questions, where nobody is there."""

from __future__ import annotations

import select
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from plotty_tui.domain import orders, runs, values
from plotty_tui.domain.errors import Refused
from plotty_tui.studio import engine_process, plotting, production, watching

from .output import can_ask, on_terminal, plain, say, tell

LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Done:
    """How a followed run stands at the end."""

    number: int
    drawn: int = 0
    spoiled: int = 0
    left: int = 0
    interrupted: list[str] = field(default_factory=list)

    @property
    def needs_person(self) -> bool:
        """Something was left that only a person can settle."""
        return bool(self.left or self.interrupted)

    def to_json(self) -> dict[str, Any]:
        return {
            "done": self.drawn,
            "spoiled": self.spoiled,
            "left": self.left,
            "interrupted": self.interrupted,
        }


def follow_run(store: Any, number: int, quiet: bool = False) -> Done:
    """Watch a run until all its sheets are drawn or given up, or only an interrupted sheet is
    left. Asks for hands on a terminal."""
    screen = _Lines(quiet)
    try:
        _follow(store, number, screen, quiet)
    except KeyboardInterrupt:
        screen.end()
        tell("the plot goes on: plotty monitor watches it, plotty pause and plotty cancel stop it")
        raise
    screen.end()
    return _summary(store, number, quiet)


def _follow(store: Any, number: int, screen: _Lines, quiet: bool) -> None:
    asked: set[int] = set()
    last: tuple[int, bool] | None = None
    while True:
        # An engine that dies writes nothing more: it is looked for itself.
        alive = engine_process.engine_runs(store.home)
        seen = (store.version(), alive)
        if seen == last:
            time.sleep(LOOK_SECONDS)
            continue
        last = seen
        views = watching.device_views(store)
        screen.show(views, number)
        row = next(one for one in production.run_list(store) if one.number == number)
        if row.open == 0 or _stuck(row, views, number):
            break
        for hand in watching.hand_views(store):
            if hand.answerable and can_ask() and not quiet:
                _ask(store, hand, screen)
                last = None
            elif hand.id not in asked:
                asked.add(hand.id)
                cure = f" (plotty ready {hand.device})" if hand.answerable else ""
                screen.event(f"hand wanted: {hand.text}{cure}")
        if not alive:
            raise Refused("the engine ended before the run did: plotty engine logs")


def _stuck(row: Any, views: list[Any], number: int) -> bool:
    """Whether only interrupted sheets of this run are left, and nothing else goes on."""
    mine = [view for view in views if view.run == number]
    waiting = row.open - len(mine)
    idle = all(view.state == orders.INTERRUPTED for view in mine)
    return bool(mine) and idle and waiting == 0


def _ask(store: Any, hand: Any, screen: _Lines) -> None:
    screen.end()
    say(f"{hand.text} - enter: it is in, c: give the sheet up")
    answer = _read_answer(store, hand)
    if answer is None:
        return
    try:
        if answer.strip().casefold().startswith("c"):
            say(plotting.cancel(store, hand.device))
        else:
            plotting.ready(store, hand.device)
    except Refused as refusal:
        tell(str(refusal))


def _read_answer(store: Any, hand: Any) -> str | None:
    """A line from the terminal, or None when somebody else answered meanwhile."""
    while True:
        readable, _, _ = select.select([sys.stdin], [], [], 0.2)
        if readable:
            line = sys.stdin.readline()
            if not line:
                raise KeyboardInterrupt
            return line
        if hand.id not in {one.id for one in watching.hand_views(store)}:
            say("answered elsewhere")
            return None


def _summary(store: Any, number: int, quiet: bool) -> Done:
    detail = production.run_detail(store, number)
    done = Done(
        number,
        drawn=sum(item.fine for item in detail.items),
        spoiled=sum(item.spoiled for item in detail.items),
        left=detail.open,
        interrupted=[
            view.name
            for view in watching.device_views(store)
            if view.run == number and view.state == orders.INTERRUPTED
        ],
    )
    if not quiet:
        say(f"done {done.drawn}, spoiled {done.spoiled}, left {done.left}")
        if detail.awaiting:
            say(f"results: plotty run complete {runs.run_name(number)}")
        for device in done.interrupted:
            tell(f"{device} holds an interrupted sheet: plotty resume {device}, or cancel {device}")
    return done


class _Lines:
    """A live line a plotter on a terminal; elsewhere a line for every change of state."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._live: Any = None
        self._last: dict[str, tuple[Any, ...]] = {}

    def show(self, views: list[Any], number: int) -> None:
        """How the plotters of this run stand."""
        mine = [view for view in views if view.run == number or view.name in self._last]
        if self._quiet:
            return
        if on_terminal():
            self._draw(mine)
            return
        for view in mine:
            key = (view.state, view.job, view.copy, view.layer)
            if self._last.get(view.name) != key:
                self._last[view.name] = key
                say(status_line(view))

    def _draw(self, views: list[Any]) -> None:
        from rich.live import Live
        from rich.text import Text

        for view in views:
            self._last.setdefault(view.name, ())
        text = Text("\n".join(plain(status_line(view)) for view in views))
        if self._live is None:
            self._live = Live(text, auto_refresh=False, transient=True)
            self._live.start()
        self._live.update(text, refresh=True)

    def event(self, text: str) -> None:
        """Something that must not be overwritten."""
        if not self._quiet:
            if self._live is not None:
                self.end()
            tell(text)

    def end(self) -> None:
        """Take the live lines away."""
        if self._live is not None:
            self._live.stop()
            self._live = None


def status_line(view: Any) -> str:
    """`left  drawing  Acme: Card copy 2/10  layer black  67 %  4:12 left`."""
    if not view.job:
        return f"{view.name}  {view.state}  {view.message}".rstrip()
    parts = [
        view.name,
        view.state,
        f"{view.job} copy {view.copy}/{view.copies}",
        f"layer {view.layer_name}" if view.layer_name else "",
        f"{view.fraction:.0%}",
        f"{values.clock(view.left_seconds)} left",
    ]
    return "  ".join(part for part in parts if part)
