"""The engine empties the outbox while it runs."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

from plotty_tui.outbox.channels import Undelivered, deliver
from plotty_tui.store import notices as outbox
from plotty_tui.store.database import Store

log = logging.getLogger("plotty.engine")

LOOK_SECONDS = 1.0
# A notice that is due within so long keeps the engine; what waits longer is sent by the next one.
STAY = timedelta(minutes=15)


async def keep_sending(store: Store, db: Any) -> None:
    """Send every notice whose time has come, one after the other, until cancelled. Mail servers may
    take half a minute to say no: that happens in a thread of its own."""
    while True:
        try:
            while claimed := await db(outbox.claim_due, store):
                for notice_id, message in claimed:
                    await _send(store, db, notice_id, message)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("the outbox could not be looked through")
        await asyncio.sleep(LOOK_SECONDS)


async def _send(store: Store, db: Any, notice_id: int, message: Any) -> None:
    settings = await db(outbox.notify_settings, store)
    try:
        await asyncio.to_thread(deliver, message, settings)
    except Undelivered as why:
        log.warning("%s is not sent yet: %s", message.subject, why)
        await db(outbox.mark_failed, store, notice_id, str(why))
    except Exception as error:
        log.exception("%s could not be sent", message.subject)
        await db(outbox.mark_failed, store, notice_id, repr(error))
    else:
        await db(outbox.mark_sent, store, notice_id)


def has_mail_soon(store: Store) -> bool:
    """Whether a notice will be due before long."""
    due = outbox.next_due(store)
    return due is not None and due <= round((store.clock.now() + STAY).timestamp() * 1000)
