"""Telling people who are not looking: how the studio sends, what waits in the outbox."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plotty_tui.domain import notices
from plotty_tui.domain.errors import Refused
from plotty_tui.domain.notices import NotifySettings
from plotty_tui.outbox.channels import Undelivered, check_channel, shown_channel
from plotty_tui.outbox.sending import Sent, send_due
from plotty_tui.store import events
from plotty_tui.store import notices as outbox
from plotty_tui.store.database import Row, Store


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice of the outbox as lists show it."""

    id: int
    channel: str
    recipient: str
    subject: str
    created_at: Any
    next_at: Any
    attempts: int
    error: str
    sent_at: Any


def notify_settings(store: Store) -> NotifySettings:
    """How this studio sends."""
    return outbox.notify_settings(store)


def change_settings(
    store: Store,
    add_channels: Sequence[str] = (),
    drop_channels: Sequence[str] = (),
    add_hooks: Sequence[str] = (),
    drop_hooks: Sequence[str] = (),
    **changed: Any,
) -> NotifySettings:
    """Change how the studio sends; what is None stays. Hooks are written as on a command line and
    kept as argument lists. Refused for what could never send; nothing is changed then."""
    settings = replace(
        notify_settings(store), **{key: one for key, one in changed.items() if one is not None}
    )
    channels = [one for one in settings.channels if one not in drop_channels]
    for url in add_channels:
        try:
            check_channel(url)
        except Undelivered as why:
            raise Refused(f"--channel: {why}, like ntfy://topic or slack://…") from None
        if url not in channels:
            channels.append(url)
    dropped = [_arguments(one) for one in drop_hooks]
    hooks = [one for one in settings.hooks if one not in dropped]
    for words in add_hooks:
        arguments = _arguments(words)
        if arguments not in hooks:
            hooks.append(arguments)
    _check_dropped(settings, drop_channels, dropped)
    settings = replace(settings, channels=channels, hooks=hooks)
    notices.check_settings(settings)
    if settings.password_file and not Path(settings.password_file).expanduser().is_file():
        raise Refused(f"--smtp-password-file: there is no file {settings.password_file}")
    events.put_setting(store, outbox.SETTING, settings.to_json())
    return settings


def _check_dropped(
    settings: NotifySettings, channels: Sequence[str], hooks: Sequence[list[str]]
) -> None:
    for url in channels:
        if url not in settings.channels:
            raise Refused(f"--drop-channel: {shown_channel(url)} is not set")
    for one in hooks:
        if one not in settings.hooks:
            raise Refused(f"--drop-hook: {shlex.join(one)!r} is not set")


def _arguments(words: str) -> list[str]:
    try:
        found = shlex.split(words)
    except ValueError as error:
        raise Refused(f"--hook {words!r}: {error}") from None
    if not found:
        raise Refused("--hook: name a command, like --hook '/usr/local/bin/told studio'")
    if not shutil.which(found[0]):
        raise Refused(f"--hook: there is no command {found[0]!r} that may be run")
    return found


def channel_words(settings: NotifySettings) -> list[str]:
    """Where the studio's notices go, one line each, secrets left out; empty when nowhere."""
    words = []
    for channel, recipient in settings.studio_channels():
        if channel == notices.HOOK:
            words.append(f"hook {shlex.join(settings.hooks[int(recipient) - 1])}")
        else:
            words.append(
                f"{channel} {recipient if channel == notices.MAIL else shown_channel(recipient)}"
            )
    return words


def notify_by(store: Store) -> str:
    """Where notices will go, in words: for the commands that promise some."""
    words = channel_words(notify_settings(store))
    if words:
        return "notices go to " + ", ".join(words)
    return (
        "no channel is set, so only the terminal's bell rings: plotty config notify "
        "--studio-email … or --channel …"
    )


def send_test(store: Store) -> Sent:
    """Post a test notice to every channel and send what is due. Refused without a channel."""
    settings = notify_settings(store)
    if not settings.studio_channels():
        raise Refused(
            "no channel is set: plotty config notify --smtp-host mail.example.org "
            "--studio-email studio@example.org, or --channel ntfy://topic"
        )
    stamp = store.clock.now().isoformat()
    with store.write():
        outbox.post_to_studio(
            store, f"test:{stamp}:{os.getpid()}", "plotty: a test notice",
            "If you read this, plotty's notices arrive.", payload={"kind": notices.TEST},
        )  # fmt: skip
    return send_due(store)


def mail_to_studio(
    store: Store, key: str, subject: str, body: str, attachments: Iterable[Path] = ()
) -> Sent:
    """Mail something to the studio's own address, now; what cannot be sent waits in the outbox,
    also when no mail server is set yet. `key`: the same thing is mailed once."""
    with store.write():
        outbox.post(
            store, key, [(notices.MAIL, "")], subject, body,
            payload={"kind": notices.REPORT}, attachments=list(attachments),
        )  # fmt: skip
    return send_due(store)


def outbox_list(store: Store, sent: bool = False) -> list[Waiting]:
    """What waits in the outbox, or what went out, newest first."""
    return [_waiting(row) for row in outbox.notice_rows(store, sent)]


def _waiting(row: Row) -> Waiting:
    from plotty_tui.store.tables import moment

    shown = row.recipient or "the studio"
    if row.channel == notices.APPRISE:
        shown = shown_channel(row.recipient)
    return Waiting(
        row.id, row.channel, shown, row.subject, moment(row.created_at), moment(row.next_at),
        row.attempts, row.error, moment(row.sent_at),
    )  # fmt: skip


def send_now(store: Store) -> Sent:
    """Try everything that waits, now."""
    outbox.try_again_now(store)
    return send_due(store)


def drop_notice(store: Store, number: int) -> str:
    """Take a notice out of the outbox unsent; its subject."""
    return outbox.drop_notice(store, number)
