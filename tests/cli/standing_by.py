"""Somebody who stands by the plotters of a studio, in a process of his own: puts in what is asked
for, and judges sheets as a file says (a verdict a line, then all good)."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path

from plotty_tui.domain import orders
from plotty_tui.domain.errors import PlottyError
from plotty_tui.studio import watching
from plotty_tui.studio.engine_process import engine_runs
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.plots import plotting

LOOK_SECONDS = 0.02


def stand_by(home: Path, verdicts: Path) -> None:
    """Until the process is ended."""
    store = open_studio(home)
    print("there", flush=True)
    while True:
        if engine_runs(store.home):
            for hand in watching.hand_views(store):
                with contextlib.suppress(PlottyError):
                    if hand.kind == orders.HAND_VERDICT:
                        _judge(store, hand.device, verdicts)
                    elif hand.answerable:
                        plotting.ready(store, hand.device)
        time.sleep(LOOK_SECONDS)


def _judge(store: object, device: str, verdicts: Path) -> None:
    lines = verdicts.read_text().split() if verdicts.exists() else []
    fate, _, reason = (lines[0] if lines else "good").partition(":")
    plotting.give_verdict(store, device, fate, reason)  # type: ignore[arg-type]
    if lines:
        verdicts.write_text(" ".join(lines[1:]))


if __name__ == "__main__":
    stand_by(Path(sys.argv[1]), Path(sys.argv[2]))
