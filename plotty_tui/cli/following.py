"""Following a run from a terminal: a live line a plotter, and questions for hands; plain lines,
and no questions, where nobody is there."""

from __future__ import annotations

import select
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import click

from plotty_tui.domain import orders, runs, sheets, values
from plotty_tui.domain.errors import Refused
from plotty_tui.studio import engine_process, watching
from plotty_tui.studio.plots import plotting
from plotty_tui.studio.production import run_standing
from plotty_tui.studio.production.run_standing import Standing

from .output import can_ask, on_terminal, plain, say, tell

LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Done:
    """How a followed run stands at the end; `kept` are notices that could not be sent."""

    standing: Standing
    kept: list[str] = field(default_factory=list)

    @property
    def needs_person(self) -> bool:
        """Something was left that only a person can settle."""
        one = self.standing
        return bool(
            one.left or one.interrupted or one.held or one.broken or self.kept
            or one.dossier == "failed"
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        one = self.standing
        return {
            "done": one.drawn,
            "spoiled": one.spoiled,
            "left": one.left,
            "interrupted": one.interrupted,
            "stopped": one.stopped or None,
            "held": [{"name": name, "reason": why} for name, why in one.held],
            "attempts": one.attempts,
            "replots": one.replots,
            "gates": [
                {"gate": gate.name, "client": gate.scope or None, "state": gate.state,
                 "value": gate.value, "limit": gate.limit, "sheets": gate.sheets,
                 "sheets_needed": gate.needed}
                for gate in one.gates
            ],
            "broken_gates": one.broken,
            "dossier": one.dossier if isinstance(one.dossier, list) else None,
            "notices_kept": self.kept,
        }  # fmt: skip


def follow_run(store: Any, number: int, quiet: bool = False) -> Done:
    """Watch a run until all its sheets are drawn or given up, or nothing of it goes on without a
    person. Asks for hands on a terminal."""
    screen = _Lines(quiet)
    try:
        found = _follow(store, number, screen, quiet)
    except KeyboardInterrupt:
        screen.end()
        tell("the plot goes on: plotty monitor watches it, plotty pause and plotty cancel stop it")
        raise
    screen.end()
    done = Done(found, run_standing.kept_notices(store, number))
    if not quiet:
        _tell_end(done)
    return done


def _follow(store: Any, number: int, screen: _Lines, quiet: bool) -> Standing:
    asked: set[int] = set()
    told = run_standing.last_event(store)
    last: tuple[int, bool] | None = None
    facts: tuple[dict[str, int], bool] | None = None
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
        now = {name: count for name, count in store.topics().items() if name != "progress"}
        if (now, alive) == facts:
            continue
        facts = (now, alive)
        for event in run_standing.run_events(store, number, told):
            told = event.id
            screen.event(event.text)
        found = run_standing.standing(store, number)
        if not found.goes_on:
            return found
        for hand in watching.hand_views(store):
            if _asks(hand) and can_ask() and not quiet:
                _ask(store, hand, screen)
                last = facts = None
            elif hand.id not in asked:
                asked.add(hand.id)
                screen.event(f"hand wanted: {hand.text}{_cure(hand)}")
        if not alive:
            raise Refused("the engine ended before the run did: plotty engine logs")


def _asks(hand: Any) -> bool:
    return bool(hand.answerable) or hand.kind == orders.HAND_VERDICT


def _cure(hand: Any) -> str:
    if hand.kind == orders.HAND_VERDICT:
        return f" (plotty ready {hand.device} --verdict good|second|spoiled --reason …)"
    return f" (plotty ready {hand.device})" if hand.answerable else ""


def _ask(store: Any, hand: Any, screen: _Lines) -> None:
    screen.end()
    if hand.kind == orders.HAND_VERDICT:
        _ask_verdict(store, hand)
        return
    say(f"{hand.text} - enter: it is in, c: give the sheet up")
    answer = _read_answer(store, hand)
    if answer is None:
        return
    try:
        if answer.strip().casefold().startswith("c"):
            say(plotting.cancel(store, plotting.plotter_word(hand.device)))
        else:
            plotting.ready(store, hand.device)
    except Refused as refusal:
        tell(str(refusal))


_FATES = {"": sheets.GOOD, "g": sheets.GOOD, "s": sheets.SECOND, "x": sheets.SPOILED}


def _ask_verdict(store: Any, hand: Any) -> None:
    say(f"{hand.text} - enter: good, s: second, x: spoiled")
    answer = _read_answer(store, hand)
    if answer is None:
        return
    fate = _FATES.get(answer.strip().casefold()[:1])
    if fate is None:
        tell(f"{answer.strip()!r} is no answer: enter, s or x")
        return
    reason = notes = ""
    if fate == sheets.SPOILED:
        say(f"why? {', '.join(sheets.REASONS)}")
        reason, _, notes = (_read_answer(store, hand) or "").strip().partition(" ")
    try:
        say(plotting.give_verdict(store, hand.device, fate, reason, notes))
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


def _tell_end(done: Done) -> None:
    one = done.standing
    say(f"done {one.drawn}, spoiled {one.spoiled}, left {one.left}")
    counted = [values.plural(one.attempts, "further attempt")] * bool(one.attempts)
    counted += [values.plural(one.replots, "replot")] * bool(one.replots)
    if counted:
        say(", ".join(counted))
    if one.orders.max_seconds is not None:
        used = values.rough(one.elapsed_seconds)
        say(one.stopped or f"{used} of {values.rough(one.orders.max_seconds)} used")
    for gate in one.gates:
        say(f"gate {gate}")
    for name, why in one.held:
        say(f"held: {name}: {why} (plotty queue release {name!r})")
    if one.awaiting:
        say(f"results: plotty run complete {runs.run_name(one.number)}")
    if isinstance(one.dossier, list):
        for folder in one.dossier:
            say(f"dossier: {folder}")
    elif one.dossier:
        name = runs.run_name(one.number)
        tell(f"the dossier could not be made: plotty report dossier {name}, plotty engine logs")
    for device in one.interrupted:
        tell(f"{device} holds an interrupted sheet: plotty resume {device}, or cancel {device}")
    for device, why in one.faults if one.open else ():
        tell(f"{device}: {why}: plotty resume {device} when it is mended")
    for why in done.kept:
        tell(f"kept in the outbox: {why}")
    if one.orders.notify and sys.stderr.isatty():
        click.echo("\a", err=True, nl=False)


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
