"""The studio against its own past, and against a reference file that it names."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path

from plotty_tui.domain.benchmarks import Reference, read_reference
from plotty_tui.domain.errors import Refused
from plotty_tui.store import events
from plotty_tui.store.database import Store
from plotty_tui.store.figures import sheet_figures
from plotty_tui.store.figures.sheet_figures import SheetGroup, Wanted

from .period_figures import PeriodFigures

REFERENCE = "benchmark_reference"


def past_windows(store: Store, days: int, until: datetime) -> list[tuple[date, PeriodFigures]]:
    """Every stretch of so many days up to `until` within the books, by its first day, with its
    sheets; none when the books are shorter."""
    groups = {
        date.fromisoformat(one.name): one
        for one in sheet_figures.sheet_groups(store, "day", Wanted(None, until))
    }
    if not groups:
        return []
    first, last = min(groups), (until - timedelta(microseconds=1)).astimezone().date()
    found = []
    for number in range((last - first).days - days + 2):
        begin = first + timedelta(days=number)
        span = (begin + timedelta(days=k) for k in range(days))
        found.append((begin, _figures([groups[day] for day in span if day in groups])))
    return found


def _figures(groups: list[SheetGroup]) -> PeriodFigures:
    figures = PeriodFigures(None, None)
    figures.sheets = sheet_figures.merged("", groups)
    return figures


def set_reference(store: Store, file: str, keys: Iterable[str]) -> Reference | None:
    """Name the file of reference figures; `none` forgets it. Refused for a file that is none."""
    if file.casefold() == "none":
        events.put_setting(store, REFERENCE, "")
        return None
    path = Path(file).expanduser().absolute()
    reference = _read(path, keys)
    events.put_setting(store, REFERENCE, str(path))
    return reference


def reference_file(store: Store) -> str:
    """The file that is named; empty: none."""
    return str(events.get_setting(store, REFERENCE, ""))


def reference(store: Store, keys: Iterable[str]) -> Reference | None:
    """The reference figures; None when no file is named. Refused when it cannot be read."""
    file = reference_file(store)
    return _read(Path(file), keys) if file else None


def _read(path: Path, keys: Iterable[str]) -> Reference:
    if path.suffix.casefold() not in (".toml", ".json"):
        raise Refused(f"{path}: reference figures come in a .toml or a .json file")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Refused(f"{path}: {why}: plotty config benchmark --reference FILE, or none") from None
    try:
        document = tomllib.loads(text) if path.suffix.casefold() == ".toml" else json.loads(text)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise Refused(f"{path}: a reference file has a name and a table of figures")
    return read_reference(document, keys)
