"""A full disk stops the pen between strokes and loses nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from workshop import BRISK, Workshop, times_drawn, until

from plotty_tui.domain.errors import PlottyError
from plotty_tui.store.production import runs as books
from plotty_tui.studio import engine_process
from plotty_tui.studio.inventory import stock
from plotty_tui.studio.opening import open_studio


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A studio on a disk of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    monkeypatch.setenv("PLOTTY_HOME", str(disk / "studio"))
    store = open_studio()
    yield Workshop(store)
    engine_process.stop_engine(store, force=True)
    store.close()
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(folder: Path) -> Path:
    """A file that takes all the room there is."""
    filler = folder.parent / "filler"
    with filler.open("wb") as out:
        while True:
            try:
                out.write(b"\0" * 65536)
                out.flush()
            except OSError:
                break
    return filler


def test_a_plot_outlives_a_full_disk(small_disk: Workshop) -> None:
    shop = small_disk
    shop.plotter("left", BRISK)
    shop.pens("#000000")
    shop.design("lines", 16)
    number = shop.start("lines")
    shop.ready("left")
    shop.until_stroke("left", 2)

    filler = fill(shop.store.home.data)
    log = shop.store.home.engine_log
    until(lambda: not shop.store.home.reserve.exists())
    with pytest.raises(PlottyError, match="disk"):
        # What the engine gave away is little: a command soon finds no room.
        for number_ in range(2000):
            stock.add_pen(shop.store, {"name": f"pen {number_}" * 50, "color": "#000000"})
    filler.unlink()

    shop.until_awaiting(number)
    drawn = times_drawn(shop.ink("left"), shop.planned("lines"))
    assert drawn == [1] * 16
    assert books.check_books(shop.store) == []
    assert "Traceback" not in log.read_text()
