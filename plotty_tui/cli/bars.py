"""A bar of how far a long command is, on standard error of a terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from .output import on_terminal, plain

if TYPE_CHECKING:
    from plotty_tui.studio.planning.plan_progress import Progress

PLANNING_WIDTH = 24


@contextmanager
def bars(
    label: str, wanted: bool = True
) -> Iterator[Callable[[int], Callable[[object], None] | None]]:
    """What to call when so much work is begun; it gives what to call after each piece. Without a
    terminal nothing is shown."""
    if not (wanted and on_terminal()):
        yield lambda count: None
        return
    from click.termui import progressbar

    with ExitStack() as stack:

        def begin(count: int) -> Callable[[object], None] | None:
            if count < 2:
                return None
            bar = stack.enter_context(
                progressbar(length=count, label=label, file=sys.stderr, show_pos=True)
            )
            return lambda one: bar.update(1)

        yield begin


@contextmanager
def planning_bar(wanted: bool = True) -> Iterator[Callable[[Progress], None] | None]:
    """What to tell how far planning is; None where nobody would see it. The bar comes up with the
    first word, so what is planned at once has none, and is gone afterwards."""
    if not (wanted and on_terminal() and sys.stderr.isatty()):
        yield None
        return
    shown = _PlanningBar()
    try:
        yield shown.show
    finally:
        shown.wipe()


class _PlanningBar:
    """One line that is written over; its end is cut off where the terminal ends."""

    def __init__(self) -> None:
        self._shown = False

    def show(self, progress: Progress) -> None:
        filled = round(PLANNING_WIDTH * progress.part)
        words = [progress.count, progress.left, progress.under_way]
        line = (
            f"planning [{'#' * filled:-<{PLANNING_WIDTH}}] {progress.part:4.0%}  "
            f"{'  '.join(filter(None, words))}"
        )
        self._write(plain(line)[: shutil.get_terminal_size().columns - 1])

    def wipe(self) -> None:
        """The line is as it was before."""
        if self._shown:
            self._write("")

    def _write(self, line: str) -> None:
        sys.stderr.write(f"\r{line}\x1b[K")
        sys.stderr.flush()
        self._shown = bool(line)
