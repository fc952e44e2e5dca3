"""A studio whose engine is ended, with its workers, when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from workshop import Workshop

from plotty_tui.planning import reading
from plotty_tui.studio import engine_process
from plotty_tui.studio.opening import open_studio


@pytest.fixture(scope="session", autouse=True)
def one_reader() -> Iterator[None]:
    """One child reads the designs of all tests here: what its start takes is not their matter."""
    with reading.DesignReader() as reader, pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "DesignReader", lambda: nullcontext(reader))
        yield


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
