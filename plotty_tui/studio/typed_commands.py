"""Commands that were typed in dashboards: kept for the next time, without what is secret."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from plotty_tui.store.database import Store

MOST_KEPT = 200
# A line with one of these in it may hold what nobody else should read.
_SECRET = re.compile(r"passw|token|secret|credential|api.?key|hook|://", re.IGNORECASE)


def typed_before(store: Store) -> list[str]:
    """What was typed in this studio's dashboards, the oldest first, at most 200 lines; empty when
    it cannot be read."""
    try:
        text = _file(store).read_text("utf-8", "replace")
    except OSError:
        return []
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-MOST_KEPT:]


def keep_typed(store: Store, line: str) -> None:
    """Keep one more, unless it may hold a password, a token or an address with one, or is the last
    one again. What cannot be written is not kept: no command fails for that."""
    line = " ".join(line.split())
    before = typed_before(store)
    if not line or _SECRET.search(line) or before[-1:] == [line]:
        return
    with suppress(OSError):
        _append(_file(store), line)
        if len(before) >= MOST_KEPT:
            _shorten(_file(store), [*before, line][-MOST_KEPT:])


def _file(store: Store) -> Path:
    return store.home.data / "typed-commands"


def _append(path: Path, line: str) -> None:
    # One write of one line: two dashboards do not mix theirs.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


def _shorten(path: Path, lines: list[str]) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    fresh.unlink(missing_ok=True)
    _append(fresh, "\n".join(lines))
    fresh.replace(path)
