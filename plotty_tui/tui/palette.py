"""The palette: whatever is typed finds actions, jobs, runs, plotters and themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from plotty_tui.domain import runs
from plotty_tui.studio.actions import actions_of
from plotty_tui.studio.commands import OFFERS, today_line

from .panels.runs import run_state
from .screens.base import KEY_SIGNS, BaseScreen
from .screens.jobs import JobsScreen
from .screens.studio import StudioScreen
from .text import plain, state_text

# (what it is called, what choosing it does, a word beside it)
Found = tuple[str, Callable[[], None], str]

MOST_JOBS = 5000


class StudioProvider(Provider):
    """What the studio has to be found."""

    async def discover(self) -> Hits:
        for name, command, help_text in self._actions():
            yield DiscoveryHit(Content(name), command, text=name, help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, command, help_text in self._everything():
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, _highlight(matcher, name), command, text=name, help=help_text)

    @property
    def _studio(self) -> StudioScreen:
        return self.app.studio  # type: ignore[attr-defined]

    def _everything(self) -> Iterator[Found]:
        yield from self._actions()
        yield from self._commands()
        yield from self._devices()
        yield from self._runs()
        yield from self._jobs()
        yield from self._designs()
        yield from self._themes()

    def _actions(self) -> Iterator[Found]:
        here = self.screen if isinstance(self.screen, BaseScreen) else self._studio
        doings = here.doings
        for action in actions_of(here.kind):
            if action.id in ("find.palette", "app.back", "open"):
                continue
            if action.id == f"screen.{here.kind}":
                continue
            key = action.keys.split(",")[0]
            why = doings.why_not(action.id)
            said = f"{action.help}   {KEY_SIGNS.get(key, key)}" + (f"   ({why})" if why else "")
            title = f"{action.title} screen" if _is_screen(action.id) else action.title
            yield title, _then(doings.do, action.id), plain(said)

    def _commands(self) -> Iterator[Found]:
        """Commands that have no key everywhere; the `:` line takes them up."""
        here = self.screen if isinstance(self.screen, BaseScreen) else self._studio
        if here.read_only:
            return
        for offer in OFFERS:
            line = today_line(offer.line)
            said = f"{offer.help}   : {line}"
            yield offer.title, _then(here.doings.offer_command, line, offer.at_once), said

    def _devices(self) -> Iterator[Found]:
        for panel in self._studio.device_panels:
            said = f"plotter, {state_text(panel.state)}"
            yield plain(panel.device), _then(self._go_to_device, panel.device), said

    def _runs(self) -> Iterator[Found]:
        for row in self._studio.feed.shot.runs:
            name = runs.run_name(row.number)
            said = plain(f"run, {state_text(run_state(row))}: {row['items'] or ''}", 100)
            yield name, _then(self._studio.doings.show_run, row.number), said

    def _jobs(self) -> Iterator[Found]:
        for row in self._studio.feed.shot.queue[:MOST_JOBS]:
            yield plain(row.name), _then(self._go_to_job, row.id), "job"

    def _designs(self) -> Iterator[Found]:
        """Files that were added, each with its first job."""
        seen: set[str] = set()
        for row in self._studio.feed.shot.queue[:MOST_JOBS]:
            if row.sha256 not in seen:
                seen.add(row.sha256)
                yield plain(row.filename), _then(self._go_to_job, row.id), f"design of {row.name}"

    def _go_to_device(self, name: str) -> None:
        if self.screen is self._studio:
            for panel in self._studio.device_panels:
                if panel.device == name:
                    panel.focus()
        else:
            self.app.show_screen("devices").choose(name)  # type: ignore[attr-defined]

    def _go_to_job(self, job_id: Any) -> None:
        """The job in the queue: of the Studio when that is shown, else of the Queue screen."""
        app: Any = self.app
        here = app.shown_place
        screen = here if isinstance(here, JobsScreen) else app.show_screen("queue")
        screen.go_to_job(job_id)

    def _themes(self) -> Iterator[Found]:
        for name in self.app.theme_choice():  # type: ignore[attr-defined]
            yield f"Theme {name}", _then(self.app.choose_theme, name), "colours"  # type: ignore[attr-defined]


def _then(call: Callable[..., Any], *args: Any) -> Callable[[], None]:
    def run() -> None:
        call(*args)

    return run


def _highlight(matcher: Any, name: str) -> Content:
    """The name with what was found marked. Not `matcher.highlight`: it reads names as markup, and
    names come from files."""
    _, offsets = matcher.fuzzy_search.match(matcher.query, name)
    content = Content(name)
    for offset in offsets:
        content = content.stylize(matcher.match_style, offset, offset + 1)
    return content


def _is_screen(action: str) -> bool:
    return action.startswith("screen.")
