"""The terminal under the dashboard: noticing that it is gone, leaving it as it was.

A closed terminal sends SIGHUP, but not to a program that ignores it, and Textual reads on for
ever from a terminal that has hung up. Writing to it may block the loop. So a thread watches, asks
the program to leave, and ends it when it does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 0.5
GRACE_SECONDS = 1.5
FAREWELL_SECONDS = 5.0
GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL

# The statuses that a shell gives to programs ended by these.
STATUSES = {signal.SIGTERM: 128 + signal.SIGTERM, signal.SIGHUP: 128 + signal.SIGHUP}
STATUS_GONE = STATUSES[signal.SIGHUP]


def open_terminals() -> list[int]:
    """Those of standard input and error (where Textual reads and draws) that are terminals."""
    found = []
    for stream in (sys.__stdin__, sys.__stderr__):
        try:
            if stream is not None and stream.isatty():
                found.append(stream.fileno())
        except (OSError, ValueError):
            continue
    return found


def hung_up(handles: list[int]) -> bool:
    """Whether one of these terminals is gone. Never waits."""
    looker = select.poll()
    for handle in handles:
        looker.register(handle, 0)
    try:
        return any(event & GONE for _, event in looker.poll(0))
    except OSError:
        return True


def watch_terminal(leave: Callable[[int], None]) -> threading.Event:
    """Call `leave(status)` on the running loop when the terminal is gone, and end the process
    when that does not help. Set the returned event to stop watching."""
    loop = asyncio.get_running_loop()
    over = threading.Event()
    handles = open_terminals()

    def watch() -> None:
        while not over.wait(LOOK_SECONDS):
            if hung_up(handles):
                with contextlib.suppress(RuntimeError):  # the loop is over
                    loop.call_soon_threadsafe(leave, STATUS_GONE)
                if over.wait(GRACE_SECONDS):
                    time.sleep(FAREWELL_SECONDS)  # this thread ends with the process
                # The loop hangs in a write to nobody, or what is left to end does.
                os._exit(STATUS_GONE)

    if handles:
        threading.Thread(target=watch, name="plotty-terminal", daemon=True).start()
    return over


def catch_signals(leave: Callable[[int], None]) -> None:
    """Leave in order when somebody ends this program. A signal that was ignored stays ignored:
    whoever started it so (nohup) meant it."""
    loop = asyncio.get_running_loop()
    for number, status in STATUSES.items():
        if signal.getsignal(number) != signal.SIG_IGN:
            loop.add_signal_handler(number, leave, status)
