"""The `:` line: the command line's own words, completed as they are typed, and what they print."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from rich.cells import cell_len, set_cell_size
from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio import commands
from plotty_tui.studio.opening import Store
from plotty_tui.studio.typed_commands import keep_typed, typed_before
from plotty_tui.tui.completion import Candidate, Completion, complete
from plotty_tui.tui.lines import Line, LinePanel
from plotty_tui.tui.text import pad, plain

from .fields import TextLine
from .frame import Dialog, LineScroll, off_loop

MOST_LINES = 5000
SHOWN_CANDIDATES = 5
PAINT_SECONDS = 0.1
END_SECONDS = 3.0
# What a command ends with that did its work: done, or done and a person is needed.
STATUS_WORDS = {0: "done", 3: "done; a person is needed"}


class CommandLine(TextLine):
    """Where the command is typed: tab completes, up and down go through what was typed before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "screen.complete(1)", "Complete", show=False),
        Binding("shift+tab", "screen.complete(-1)", "Complete back", show=False),
        Binding("up", "screen.history(-1)", "Typed before", show=False),
        Binding("down", "screen.history(1)", "Typed after", show=False),
        Binding("pageup", "screen.scroll_output(-1)", "Page up", show=False),
        Binding("pagedown", "screen.scroll_output(1)", "Page down", show=False),
        Binding("ctrl+c", "screen.stop", "Stop", show=False),
    ]


class CommandDialog(Dialog[None]):
    """Type a command, see what it prints. It runs in a process of its own; leaving interrupts what
    still runs, as ctrl-C would: plots go on. `line` stands there already, and with `at_once` it is
    run."""

    DEFAULT_CSS = """
    CommandDialog {
        align: center bottom;
        & > #box { max-width: 100%; padding: 0 1; }
        & CommandLine { margin-bottom: 0; }
        & #line { height: 1; }
        & #prompt { width: 2; }
        & #candidates { height: 5; }
    }
    """
    CHROME: ClassVar[int] = 13

    def __init__(self, store: Store, line: str = "", at_once: bool = False) -> None:
        super().__init__("Command")
        self._store, self._history = store, typed_before(store)
        self._at = len(self._history)
        self._line, self._at_once = line, at_once
        self._words: Mapping[str, Any] | None = None
        self._names: Mapping[str, Sequence[str]] = {}
        self._completion = Completion(0)
        self._chosen = -1
        self._taken = ""
        self._process: asyncio.subprocess.Process | None = None
        self._output: list[Line | str] = []
        self._width = 80
        self._keys = [
            ("enter", "run"), ("tab", "complete"), ("↑ ↓", "typed before"), ("pgup pgdn", "scroll"),
            ("esc", "close"),
        ]  # fmt: skip

    def body(self) -> Iterable[Widget]:
        scroll = LineScroll(classes="body")
        scroll.can_focus = False
        scroll.display = False
        yield scroll
        with Horizontal(id="line"):
            yield LinePanel([((":", "accent bold"),)], id="prompt", can_focus=False)
            yield CommandLine(placeholder="as in a terminal: list queue, plan 12 --preset hq")
        yield LinePanel(id="candidates", can_focus=False)

    def on_mount(self) -> None:
        self.query_one(CommandLine).focus()
        self._learn()
        if self._at_once:
            self._submit(self._line)
        elif self._line:
            self._put(f"{self._line} ")

    # Completion

    @work
    async def _learn(self) -> None:
        """Read every word of the command line and the names there are."""
        try:
            self._names = await off_loop(self._store, lambda: commands.known_names(self._store))
        except PlottyError as error:
            self.fail(str(error))
        process = await asyncio.create_subprocess_exec(
            *commands.words_process(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=commands.command_environment(self._store, 100),
        )
        try:
            printed, _ = await process.communicate()
        finally:
            await _end(process, signal.SIGKILL)
        try:
            self._words = json.loads(printed)
        except ValueError:
            self.fail("tab completes nothing: the words of the command line cannot be read")
            return
        if self.is_attached:
            self._find_candidates()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.value != self._taken:
            self._taken = ""
            self._find_candidates()

    def _find_candidates(self) -> None:
        line = self.query_one(CommandLine)
        if self._words is not None:
            typed = line.value[: line.cursor_position]
            self._completion = complete(typed, self._words, self._names)
        self._chosen = -1
        self._show_candidates()

    def action_complete(self, step: int) -> None:
        """Take what all candidates begin with; then one after the other."""
        found = self._completion.candidates
        if not found:
            return
        line = self.query_one(CommandLine)
        start = self._completion.start
        common = self._completion.common()
        if self._chosen < 0 and len(common) > len(line.value) - start and len(found) > 1:
            self._put(line.value[:start] + common)
            self._find_candidates()
            return
        self._chosen = (self._chosen + step) % len(found)
        self._put(line.value[:start] + found[self._chosen].word + (" " if len(found) == 1 else ""))
        if len(found) == 1:
            self._find_candidates()
        self._show_candidates()

    def _put(self, text: str) -> None:
        line = self.query_one(CommandLine)
        self._taken = line.value = text
        line.cursor_position = len(text)

    def _show_candidates(self) -> None:
        found = self._completion.candidates
        first = max(0, min(self._chosen - 2, len(found) - SHOWN_CANDIDATES))
        shown = found[first : first + SHOWN_CANDIDATES]
        width = max((cell_len(plain(one.word)) for one in shown), default=0)
        lines = [
            self._candidate_line(one, first + i == self._chosen, min(width, 48))
            for i, one in enumerate(shown)
        ]
        if len(found) > len(shown):
            count = f"  {len(found)} words fit"
            lines[-1] = (*lines[-1], (count, "hint"))
        self.query_one("#candidates", LinePanel).show(lines)

    def _candidate_line(self, one: Candidate, chosen: bool, width: int) -> Line:
        style = "accent bold" if chosen else ""
        return ((f" {pad(plain(one.word), width)}  ", style), (plain(one.help), "hint"))

    def action_history(self, step: int) -> None:
        """What was typed before, or after."""
        if not self._history:
            return
        self._at = max(0, min(self._at + step, len(self._history)))
        self._put(self._history[self._at] if self._at < len(self._history) else "")
        self._find_candidates()

    # Running

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._submit(event.value.strip())

    def _submit(self, text: str) -> None:
        if not text:
            return
        if self._process is not None:
            self.say("a command runs: ctrl+c stops it", "state-hand")
            return
        if self._history[-1:] != [text]:
            self._history.append(text)
            keep_typed(self._store, text)
        self._at = len(self._history)
        try:
            words = commands.split_command(text)
        except PlottyError as refusal:
            self.fail(str(refusal))
            return
        self.unsay()
        self._put("")
        self._find_candidates()
        self._run(text, words)

    @work
    async def _run(self, text: str, words: list[str]) -> None:
        self._output += [*([""] if self._output else []), ((f": {plain(text)}", "accent bold"),)]
        self._show_output()
        self._width = max(40, self.query_one("#line").size.width - 1)
        self._process = process = await asyncio.create_subprocess_exec(
            *commands.command_process(words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=commands.command_environment(self._store, self._width),
        )
        self.say("running: ctrl+c stops it")
        try:
            await self._read(process)
            status = await process.wait()
        finally:
            self._process = None
            await _end(process, signal.SIGINT)
        style = "state-done" if status in STATUS_WORDS else "state-fault"
        self.say(STATUS_WORDS.get(status, f"exit status {status}"), style)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Show what is printed, a few times a second at most."""
        assert process.stdout is not None
        fresh, loop = True, asyncio.get_running_loop()
        shown = 0.0
        while True:
            with suppress(TimeoutError):
                raw = await asyncio.wait_for(process.stdout.readline(), PAINT_SECONDS)
                if not raw:
                    break
                self._output += printed_lines(raw.decode("utf-8", "replace"), self._width)
                fresh = True
            if fresh and loop.time() - shown >= PAINT_SECONDS:
                fresh, shown = False, loop.time()
                self._show_output()
        self._show_output()

    def _show_output(self) -> None:
        del self._output[:-MOST_LINES]
        scroll = self.query_one(LineScroll)
        scroll.display = bool(self._output)
        scroll.tell(self._output)
        scroll.call_after_refresh(scroll.scroll_end, animate=False)

    @property
    def output(self) -> str:
        """What commands have printed."""
        return self.query_one(LineScroll).text

    def action_scroll_output(self, pages: int) -> None:
        scroll = self.query_one(LineScroll)
        scroll.scroll_relative(y=pages * max(1, scroll.size.height - 1), animate=False)

    def action_stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)

    def action_leave(self) -> None:
        self.action_stop()
        self.dismiss(None)


async def _end(process: asyncio.subprocess.Process, how: signal.Signals) -> None:
    """End a process that still runs, and wait for it a moment."""
    for one in (how, signal.SIGKILL):
        if process.returncode is None:
            with suppress(ProcessLookupError, TimeoutError):
                process.send_signal(one)
                await asyncio.wait_for(process.wait(), END_SECONDS)


def printed_lines(text: str, width: int) -> list[Line]:
    """A printed line as it stands, harmless, in pieces of so many cells: its columns stay."""
    rest = plain(text.rstrip("\r\n").expandtabs())
    pieces = []
    while cell_len(rest) > width:
        piece = set_cell_size(rest, width).rstrip()
        pieces.append(piece)
        rest = rest[len(piece) :].lstrip()
    # Two spans: such a line is not wrapped once more.
    return [((piece, ""), ("", "")) for piece in [*pieces, rest]]
