"""The outbox: notices that must go out, kept until they are sent.

A notice is posted in the transaction of what it tells, under a key that keeps it from being posted
twice. Whoever sends it claims it first, so that the engine and a command never send the same one at
the same time; a sender that died gives its claim back by running late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from plotty_tui.domain import notices
from plotty_tui.domain.errors import NotFound
from plotty_tui.domain.notices import Message, NotifySettings

from .database import Row, Store
from .events import get_setting
from .home import write_files
from .tables import Notice

SETTING = "notify"
CLAIM_SECONDS = 120


def notify_settings(store: Store) -> NotifySettings:
    """How this studio sends."""
    return NotifySettings.from_json(get_setting(store, SETTING, {}))


def post(
    store: Store,
    key: str,
    channels: Iterable[tuple[str, str]],
    subject: str,
    body: str = "",
    payload: dict[str, Any] | None = None,
    attachments: Sequence[Path] = (),
) -> int:
    """Put a notice into the outbox, once for each (channel, recipient); how many were new. Files
    are copied, so that they may be moved or removed afterwards. Call it inside a transaction."""
    now = store.clock.now()
    new = 0
    kept = [str(_keep_file(store, path)) for path in attachments]
    for channel, recipient in channels:
        whole = f"{key}:{channel}:{hashlib.sha256(recipient.encode()).hexdigest()[:12]}"
        new += (
            Notice.insert(
                key=whole, channel=channel, recipient=recipient,
                subject=notices.one_line(subject), body=body, payload=payload or {},
                attachments=kept, created_at=now, next_at=now,
            )
            .on_conflict_ignore()
            .as_rowcount()
            .execute()
        )  # fmt: skip
    return new


def post_to_studio(store: Store, key: str, subject: str, body: str = "", **more: Any) -> int:
    """Put a notice into the outbox for every channel of the studio; 0 when it has none."""
    return post(store, key, notify_settings(store).studio_channels(), subject, body, **more)


def _keep_file(store: Store, path: Path) -> Path:
    content = path.read_bytes()
    folder = store.home.outbox / hashlib.sha256(content).hexdigest()[:16]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / path.name
    write_files({kept: content})
    return kept


def _drop_files(paths: Iterable[str]) -> None:
    """Remove kept files that no waiting notice takes along."""
    wanted: set[str] = set()
    for (attachments,) in (
        Notice.select(Notice.attachments).where(Notice.sent_at.is_null()).tuples()
    ):
        wanted |= set(attachments)
    for path in set(paths) - wanted:
        Path(path).unlink(missing_ok=True)
        with suppress(OSError):  # another file lies there
            Path(path).parent.rmdir()


def claim_due(store: Store, limit: int = 1) -> list[tuple[int, Message]]:
    """Notices whose time has come, claimed for this sender for CLAIM_SECONDS: (id, message)."""
    now = store.clock.now()
    until = now + timedelta(seconds=CLAIM_SECONDS)
    waiting = (Notice.sent_at.is_null()) & (Notice.next_at <= now)
    if not Notice.select().where(waiting).exists():
        return []
    with store.write():
        due = list(Notice.select().where(waiting).order_by(Notice.next_at, Notice.id).limit(limit))
        Notice.update(next_at=until).where(Notice.id.in_([one.id for one in due])).execute()
    return [
        (one.id, Message(one.key, one.channel, one.recipient, one.subject, one.body,
                         one.payload, one.attachments))
        for one in due
    ]  # fmt: skip


def mark_sent(store: Store, notice_id: int) -> None:
    """It is out."""
    with store.write():
        Notice.update(sent_at=store.clock.now(), error="", attempts=Notice.attempts + 1).where(
            Notice.id == notice_id
        ).execute()
    _drop_files(Notice.get_by_id(notice_id).attachments)


def mark_failed(store: Store, notice_id: int, why: str) -> None:
    """It could not be delivered: it is tried again after a pause that grows."""
    with store.write():
        one = Notice.get_by_id(notice_id)
        pause = notices.pause_after(one.attempts + 1)
        Notice.update(
            attempts=one.attempts + 1,
            error=notices.one_line(why),
            next_at=store.clock.now() + timedelta(seconds=pause),
        ).where(Notice.id == notice_id).execute()


def try_again_now(store: Store) -> None:
    """Every notice that waits is due at once."""
    with store.write():
        Notice.update(next_at=store.clock.now()).where(Notice.sent_at.is_null()).execute()


def drop_notice(store: Store, notice_id: int) -> str:
    """Take a notice that is not sent out of the outbox; its subject. NotFound for another id."""
    with store.write():
        one = Notice.get_or_none((Notice.id == notice_id) & Notice.sent_at.is_null())
        if one is None:
            raise NotFound(f"no notice {notice_id} waits in the outbox: plotty outbox list")
        one.delete_instance()
    _drop_files(one.attachments)
    return one.subject


def notice_rows(store: Store, sent: bool = False, limit: int = 100) -> list[Row]:
    """Notices that wait (or, with `sent`, those that went out, newest first)."""
    which, order = ("NOT NULL", "sent_at DESC") if sent else ("NULL", "id")
    return store.rows(
        "SELECT id, key, channel, recipient, subject, created_at, next_at, attempts, error, "
        f"sent_at FROM notice WHERE sent_at IS {which} ORDER BY {order} LIMIT ?",
        limit,
    )


def next_due(store: Store) -> int | None:
    """When the next notice is due, in milliseconds since 1970; None for an empty outbox."""
    row = store.row("SELECT min(next_at) AS due FROM notice WHERE sent_at IS NULL")
    return row.due if row else None
