"""Sending what is due, by whoever is there: the engine while it runs, else a command."""

from __future__ import annotations

from dataclasses import dataclass, field

from plotty_tui.store import notices as outbox
from plotty_tui.store.database import Store

from .channels import Undelivered, deliver


@dataclass(slots=True)
class Sent:
    """What became of the notices that were due: how many went out, and the sentences of those that
    stay in the outbox."""

    sent: int = 0
    kept: list[str] = field(default_factory=list)


def send_due(store: Store) -> Sent:
    """Send everything whose time has come. What cannot be delivered stays, and is tried again
    after a pause that grows."""
    result = Sent()
    while claimed := outbox.claim_due(store):
        settings = outbox.notify_settings(store)
        for notice_id, message in claimed:
            try:
                deliver(message, settings)
            except Undelivered as why:
                outbox.mark_failed(store, notice_id, str(why))
                result.kept.append(f"{message.subject}: {why}")
            else:
                outbox.mark_sent(store, notice_id)
                result.sent += 1
    return result
