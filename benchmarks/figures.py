"""How long figures take: commands as processes, on 90 days of history and on 100,000 sheets.

    python benchmarks/figures.py [--history FOLDER] [--books FOLDER] [--calls 5]

The history is drawn by the real engine (minutes); the books get their rows directly. A folder that
exists is used again. Each figure is the fastest (and the median) of some calls, in seconds of the
process' CPU time from its start to its end: other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from history import make_history
from runs import make_books

from plotty_tui.store.database import Store
from plotty_tui.store.tables import database

COMMANDS = {
    "report production, 90 days, PDF": "report production --date last_90_days --export {pdf}",
    "report production, today, PDF": "report production --date today --export {pdf}",
    "report production, 90 days, JSON": "report production --date last_90_days --json",
    "report production, all, JSON": "report production --date 2000-01-01:today --json",
    "kpi dashboard --daily --show-trends": "kpi dashboard --daily --show-trends",
    "kpi dashboard, 90 days": "kpi dashboard --period last_90_days",
    "kpi dashboard, all": "kpi dashboard --period 2000-01-01:today",
    "kpi resources": "kpi resources",
    "analyze quality": "analyze quality --trends",
    "analyze quality, all": "analyze quality --period 2000-01-01:today",
    "analyze planning": "analyze planning",
    "analyze queue": "analyze queue",
    "analyze capacity": "analyze capacity",
}

# What the rows of `runs.make_books` lack: ends, layers as drawn, hands, time by state.
FILL = (
    "UPDATE sheet SET ended_at = started_at + 60000 * (copy + 1), "
    "human_seconds = 45 WHERE state IN ('drawn', 'good', 'second', 'spoiled')",
    "INSERT INTO sheet_layer (sheet_id, layer, part, name, pen_id, first_stroke, last_stroke, "
    "ink_mm, seconds, drawn_at, skipped) "
    "SELECT s.id, n.layer, 0, 'ink', (s.id + n.layer) % 12 + 1, "
    "0, 39, s.ink_mm / 2, s.seconds / 2, s.ended_at, 0 FROM sheet s JOIN (SELECT 0 AS layer UNION "
    "SELECT 1) n WHERE s.ended_at IS NOT NULL",
    "INSERT INTO hand (device_id, kind, text, color, paper, since, answered_at, answer) "
    "SELECT s.device_id, 'pen', 'put pen in', '', '', s.started_at, s.started_at + 40000, 'ready' "
    "FROM sheet s WHERE s.ended_at IS NOT NULL",
    "INSERT INTO spell (device_id, state, since, until) "
    "SELECT s.device_id, 'drawing', s.started_at, s.ended_at FROM sheet s "
    "WHERE s.ended_at IS NOT NULL",
)


def make_full_books(folder: Path) -> Store:
    """100,000 sheets with all that figures read."""
    store = make_books(folder, 10_000, 10)
    with store.write():
        for sql in FILL:
            database.execute_sql(sql)
    return store


def measure(folder: Path, calls: int) -> dict[str, tuple[float, float]]:
    """Command -> (fastest, median) seconds."""
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, words in COMMANDS.items():
            line = words.format(pdf=Path(scratch) / "report.pdf").split()
            took = []
            for _ in range(calls):
                begun = os.times()
                subprocess.run(
                    [sys.executable, "-m", "plotty_tui", *line],
                    env={**os.environ, "PLOTTY_HOME": str(folder)},
                    check=True, stdout=subprocess.DEVNULL,
                )  # fmt: skip
                ended = os.times()
                took.append(
                    ended.children_user + ended.children_system
                    - begun.children_user - begun.children_system
                )  # fmt: skip
            found[name] = (min(took), statistics.median(took))
    return found


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--history", type=Path)
    words.add_argument("--books", type=Path)
    words.add_argument("--calls", type=int, default=5)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        history = given.history or Path(scratch) / "history"
        books = given.books or Path(scratch) / "books"
        if not history.exists():
            make_history(history, 90)
        if not books.exists():
            make_full_books(books).close()
        told = [measure(folder, given.calls) for folder in (history, books)]
    print(f"{'CPU seconds, fastest (median)':36} {'90 days':>14} {'100,000 sheets':>16}")
    for name in COMMANDS:
        cells = [f"{found[name][0]:6.2f} ({found[name][1]:.2f})" for found in told]
        print(f"{name:36} {cells[0]:>14} {cells[1]:>16}")


if __name__ == "__main__":
    main()
