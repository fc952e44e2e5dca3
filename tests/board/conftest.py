"""Boards to talk to, and ports that are closed after the test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cable import Bench, Host

from plotty_tui.devices.board import BoardServer


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def connect() -> Iterator[Callable[[str], Host]]:
    """Opens ports, and closes them after the test."""
    hosts: list[Host] = []

    def open_host(port: str) -> Host:
        hosts.append(Host(port))
        return hosts[-1]

    yield open_host
    for host in hosts:
        host.close()


@pytest.fixture
def server() -> Iterator[BoardServer]:
    """A board on an instant clock."""
    with BoardServer(speed=0) as served:
        yield served


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path: the name of a socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="board-") as path:
        yield Path(path)
