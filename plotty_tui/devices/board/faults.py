"""Faults on demand: what goes wrong between the board and its host."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

GARBAGE = b"\xff\xfe\x00?\r\n"


@dataclass(slots=True)
class ReplyFault:
    """What happens to the next `count` answers to commands that begin with `match`: they are
    withheld (`data` empty) or replaced, or (`data` None) come `seconds` late."""

    match: str
    count: int
    data: bytes | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class Trigger:
    """Calls `action` when `left` more commands that begin with `match` have been read."""

    match: str
    left: int
    action: Callable[[], None]


class Faults:
    """What has been dialled in. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._replies: list[ReplyFault] = []
        self._triggers: list[Trigger] = []
        self.awake = threading.Event()
        self.awake.set()

    def add_reply(self, fault: ReplyFault) -> None:
        with self._lock:
            self._replies.append(fault)

    def add_trigger(self, trigger: Trigger) -> None:
        with self._lock:
            self._triggers.append(trigger)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._replies.clear()
            self._triggers.clear()
        self.awake.set()

    def heard(self, text: str) -> None:
        """A command was read: set off what waited for it."""
        due: list[Trigger] = []
        with self._lock:
            for trigger in self._triggers:
                trigger.left -= _matches(text, trigger.match)
                if trigger.left <= 0:
                    due.append(trigger)
            self._triggers = [trigger for trigger in self._triggers if trigger not in due]
        for trigger in due:
            trigger.action()

    def treat(self, text: str, answer: bytes) -> tuple[bytes, float]:
        """The answer as the host gets it, and how many seconds late."""
        with self._lock:
            for fault in self._replies:
                if _matches(text, fault.match):
                    fault.count -= 1
                    if fault.count <= 0:
                        self._replies.remove(fault)
                    return (answer if fault.data is None else fault.data), fault.seconds
        return answer, 0.0


def _matches(text: str, match: str) -> bool:
    return text.upper().startswith(match.upper())
