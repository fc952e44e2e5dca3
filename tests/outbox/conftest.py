"""A studio that can send."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from post_office import HandClock, MailServer, use_server

from plotty_tui.store.database import Store, open_store
from plotty_tui.store.home import Home


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def store(tmp_path: Path, clock: HandClock) -> Iterator[Store]:
    opened = open_store(Home.at(tmp_path / "studio"), clock)
    yield opened
    opened.close()


@pytest.fixture
def mail() -> Iterator[MailServer]:
    server = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        server.port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def mailing(store: Store, mail: MailServer) -> MailServer:
    """The studio mails through this server."""
    use_server(store, mail)
    return mail


@pytest.fixture
def post(store: Store) -> Callable[..., int]:
    """Post a notice to the studio's channels."""

    def posted(key: str = "run:1:done", subject: str = "RUN-001 is drawn", **more: Any) -> int:
        from plotty_tui.store import notices

        with store.write():
            return notices.post_to_studio(store, key, subject, **more)

    return posted
