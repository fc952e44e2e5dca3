"""A bar of how far a long command is, on standard error of a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from .output import on_terminal


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
