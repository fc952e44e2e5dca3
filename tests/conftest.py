"""What all tests have: the planner's compiled code, made once per machine and version, and engines
that start soon."""

import contextlib
import fcntl
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest
from engine_nursery import Nursery
from hypothesis import HealthCheck, settings

from plotty_tui.planning import reading
from plotty_tui.planning.order import compiled
from plotty_tui.studio import engine_process

# Where the environment forbids Python to keep what it has compiled, every one of the thousand
# processes that the tests start would compile the whole program anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A day's work must not begin before midnight and be looked at after it: where midnight is near, it
# is noon here.
NEAR_S = 1800
if time.localtime().tm_yday != time.localtime(time.time() + NEAR_S).tm_yday:
    os.environ["TZ"] = f"NOON{time.gmtime().tm_hour - 12:+d}"
    time.tzset()

# A change must not fail by luck, or because the machine is slow: the same examples every time.
# `pytest --hypothesis-profile=default` looks for others.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


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


@pytest.fixture(scope="session")
def one_reader():
    """One child that reads designs: what its start takes is seldom a test's matter."""
    with reading.DesignReader() as reader:
        yield reader


@pytest.fixture(scope="module")
def read_by_one(one_reader):
    """Whoever reads designs within this process has that child read them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "DesignReader", lambda: contextlib.nullcontext(one_reader))
        yield


@pytest.fixture(scope="session", autouse=True)
def nursery():
    """Engines that the test processes themselves need start in a moment."""
    made = Nursery()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_process, "_spawn", made.spawn)
        yield
    made.close()
