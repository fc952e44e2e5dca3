"""Where reports lie."""

from __future__ import annotations

from pathlib import Path

from plotty_tui.domain.errors import Refused
from plotty_tui.store.home import write_file


def save_report(path: Path, content: bytes) -> int:
    """Write a report, whole or not at all; its size in bytes. Refused for a folder that does not
    exist or cannot be written."""
    if not path.parent.is_dir():
        raise Refused(f"--export {path}: there is no folder {path.parent}")
    write_file(path, content)
    return len(content)
