"""What a report needs beside its figures: pictures of the designs, the period in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from plotty_tui.domain.errors import NotFound, PlottyError
from plotty_tui.domain.runs import parse_run, run_name
from plotty_tui.store.database import Store
from plotty_tui.store.figures import sheet_figures
from plotty_tui.store.figures.sheet_figures import Wanted

from ..planning.plans import read_strokes

MOST_PICTURES = 12


def design_pictures(
    store: Store, since: datetime | None, until: datetime | None, client: str = "", batch: str = ""
) -> list[tuple[str, str]]:
    """(caption, SVG) of the designs of which most sheets were drawn in the period."""
    from plotty_tui.domain.errors import Refused
    from plotty_tui.planning.thumbnail import thumbnail_svg

    pictures = []
    for row in sheet_figures.drawn_designs(store, Wanted(since, until, client, batch)):
        try:
            layers = read_strokes(store.home.strokes_file(row.sha256), row.name)
        except Refused:
            continue  # the file is gone; the report is of sheets, not of files
        svg = thumbnail_svg(layers, (row.width_mm, row.height_mm))
        pictures.append((f"{row.name} · {row.sheets}", svg))
        if len(pictures) == MOST_PICTURES:
            break
    return pictures


def period_words(since: datetime | None, until: datetime | None) -> str:
    """`21 November 2026`, `1 – 7 November 2026`, `until 7 November 2026`."""
    first = since.astimezone().date() if since else None
    last = (until - timedelta(seconds=1)).astimezone().date() if until else None
    if first and last:
        if first == last:
            return _day(last)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} – {_day(last)}"
        return f"{_day(first)} – {_day(last)}"
    if first:
        return f"since {_day(first)}"
    return f"until {_day(last)}" if last else "all time"


def _day(day: object) -> str:
    return f"{day.day} {day:%B %Y}"  # type: ignore[attr-defined]


def find_client(store: Store, name: str) -> str:
    """The client's name as the books write it; NotFound names the nearest."""
    names = [row.name for row in store.rows("SELECT name FROM client ORDER BY name")]
    for one in names:
        if one.casefold() == name.strip().casefold():
            return one
    raise NotFound.named("client", name, names)


def find_batch(store: Store, name: str) -> str:
    """The name of a batch or a run as the books write it, or its `RUN-042`; NotFound names the
    nearest."""
    rows = store.rows(
        "SELECT name FROM batch UNION SELECT name FROM run WHERE name != '' "
        "UNION SELECT printf('RUN-%03d', number) FROM run ORDER BY 1"
    )
    names = [row.name for row in rows]
    try:
        wanted = run_name(parse_run(name))
    except PlottyError:
        wanted = name.strip()
    for one in names:
        if one.casefold() in (name.strip().casefold(), wanted.casefold()):
            return one
    raise NotFound.named("batch", name, names)


def studio_name(store: Store) -> str:
    """What the studio calls itself on its reports; empty when it was not told."""
    from plotty_tui.store import events

    return str(events.get_setting(store, "studio_name", ""))


def report_file(store: Store, name: str) -> Path:
    """A file of this name in the folder of reports, which is made."""
    folder = store.home.reports
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / name
