"""Notices: what a studio tells people who are not looking, by which channel, and when a message
that could not be delivered is tried again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import Refused

# What a notice is about.
COMPLETE, ERROR, HAND, LOW_STOCK = "complete", "error", "hand", "low_stock"
CLIENT, REPORT, TEST = "client", "report", "test"
KINDS = (COMPLETE, ERROR, HAND, LOW_STOCK, CLIENT, REPORT, TEST)

# How it goes out.
MAIL, APPRISE, HOOK = "mail", "apprise", "hook"
SECURITIES = ("starttls", "ssl", "none")

# Pauses before the next attempt, in seconds; the last one repeats.
PAUSES = (10, 30, 120, 600, 3600, 6 * 3600)

_ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """How the studio sends.

    smtp_host      mail goes out here; empty: there is no mail
    smtp_security  starttls, ssl or none
    password_file  holds the password alone; never in the books
    sender         the From address
    studio_email   where the studio's own notices and reports go
    hand_minutes   a hand that nobody sits at is told after so long
    channels       URLs as apprise takes them (ntfy, Slack, Telegram, desktop, …)
    hooks          argument lists of commands that get the notice as JSON on standard input
    """

    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    password_file: str = ""
    sender: str = ""
    studio_email: str = ""
    hand_minutes: float = 5.0
    channels: list[str] = field(default_factory=list)
    hooks: list[list[str]] = field(default_factory=list)

    @property
    def mails(self) -> bool:
        """Whether mail can be sent at all."""
        return bool(self.smtp_host and (self.sender or self.studio_email))

    def studio_channels(self) -> list[tuple[str, str]]:
        """(channel, recipient) of everything that the studio itself is told by."""
        mail = [(MAIL, self.studio_email)] if self.studio_email and self.smtp_host else []
        # A hook is named by its place in the settings: its arguments may be secret.
        hooks = [(HOOK, str(number)) for number in range(1, len(self.hooks) + 1)]
        return [*mail, *((APPRISE, url) for url in self.channels), *hooks]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> NotifySettings:
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as it is handed to a channel. `key` is the same at every attempt."""

    key: str
    channel: str
    recipient: str
    subject: str
    body: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    attachments: list[str] = field(default_factory=list)


def check_settings(settings: NotifySettings) -> None:
    """Refuse settings that could never send."""
    if settings.smtp_security not in SECURITIES:
        raise Refused(f"no mail security {settings.smtp_security!r}: {', '.join(SECURITIES)}")
    if not 1 <= settings.smtp_port <= 65535:
        raise Refused(f"mail port {settings.smtp_port}: give 1 to 65535")
    for address in (settings.sender, settings.studio_email):
        if address:
            check_address(address, "address")
    if settings.smtp_host and not (settings.sender or settings.studio_email):
        raise Refused("mail needs a sender: --sender studio@example.org, or --studio-email")


def check_address(address: str, flag: str) -> str:
    """The address, without spaces around it; Refused when it is none."""
    found = address.strip()
    if not _ADDRESS.fullmatch(found):
        shown = repr(address) if address else "an empty value"
        raise Refused(f"{flag}: {shown} is no mail address: write name@example.org")
    return found


def pause_after(attempts: int) -> int:
    """Seconds to wait after so many failed attempts."""
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]


def one_line(text: str) -> str:
    """Text for a header: without line breaks and control characters, so that no name can add a
    header of its own."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()[:200]


def message_id(key: str, recipient: str, host: str) -> str:
    """The mail's Message-ID: the same at every attempt, so that a mail server or reader knows a
    repeated one."""
    digest = hashlib.sha256(f"{key}\n{recipient}".encode()).hexdigest()[:32]
    clean = re.sub(r"[^A-Za-z0-9.-]", "", host) or "localhost"
    return f"<{digest}@{clean}>"
