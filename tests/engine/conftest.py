"""A studio whose engine is ended, with its workers, when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from workshop import Workshop

from plotty_tui.studio import engine_process
from plotty_tui.studio.opening import open_studio


@pytest.fixture(scope="module", autouse=True)
def read_by_one(read_by_one: None) -> None:
    """Each module here."""


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A studio in a folder of its own."""
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    monkeypatch.setenv("PLOTTY_ENGINE_IDLE", "60")
    store = open_studio()
    yield Workshop(store)
    if engine_process.engine_runs(store.home):
        engine_process.stop_engine(store, force=True)
    store.close()
