"""The planner's compiled code is there before any test runs: made once per machine and version."""

import fcntl
import tempfile
from pathlib import Path

import pytest

from plotty_tui.planning.order import compiled


@pytest.fixture(scope="session", autouse=True)
def compiled_planner():
    """Compiled by one of the test processes while the others wait."""
    if not compiled.available():
        yield
        return
    from plotty_tui.planning.order.warm import compile_kernels

    with (Path(tempfile.gettempdir()) / f"{compiled.folder().name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not compiled.ready():
            compile_kernels()
    yield
