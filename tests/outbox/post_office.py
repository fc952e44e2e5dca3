"""A clock that is moved by hand, and a real mail server that can be told to fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

from plotty_tui.store.database import Store
from plotty_tui.studio.upkeep import notices as studio


class HandClock:
    """Wall time that stands until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2025, 11, 7, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def pass_by(self, **time: float) -> None:
        self.time += timedelta(**time)


class MailServer:
    """What arrived, and the answers it gives first: SMTP replies that refuse a message."""

    def __init__(self) -> None:
        self.arrived: list[Message] = []
        self.refusals: list[str] = []
        self.attempts: list[Message] = []
        self.port = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content)
        self.attempts.append(letter)
        if self.refusals:
            return self.refusals.pop(0)
        self.arrived.append(letter)
        return "250 taken"


def use_server(store: Store, mail: MailServer) -> None:
    studio.change_settings(
        store, smtp_host="127.0.0.1", smtp_port=mail.port,
        smtp_security="none", studio_email="studio@example.org",
    )  # fmt: skip
