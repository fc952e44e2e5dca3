"""config notify, outbox list|send|drop."""

from __future__ import annotations

from typing import Any

import click

from plotty_tui.domain import values
from plotty_tui.studio.opening import open_studio
from plotty_tui.studio.upkeep import notices

from .output import emit_json, json_option, say, table, tell, with_examples


@with_examples(
    "plotty config notify",
    "plotty config notify --smtp-host mail.example.org --studio-email studio@example.org",
    "plotty config notify --channel ntfy://ntfy.example.org/studio",
    "plotty config notify --json",
)
@click.command("notify")
@click.option("--smtp-host", help="The mail server.")
@click.option("--smtp-port", type=int, help="Its port (587).")
@click.option("--smtp-security", help="starttls, ssl or none.")
@click.option("--smtp-user", help="Who logs in; empty: nobody.")
@click.option(
    "--smtp-password-file", "password_file",
    help="A file with the password alone; else PLOTTY_SMTP_PASSWORD of the environment.",
)  # fmt: skip
@click.option("--sender", help="The From address, when it is not the studio's.")
@click.option("--studio-email", help="Where the studio's own notices and reports go.")
@click.option("--hand-after", help="A hand that nobody sits at is told after so long (5m).")
@click.option("--channel", "add_channels", multiple=True, help="A URL as apprise takes it.")
@click.option("--drop-channel", "drop_channels", multiple=True, help="Take that URL out.")
@click.option("--hook", "add_hooks", multiple=True, help="A command; the notice is its input.")
@click.option("--drop-hook", "drop_hooks", multiple=True, help="Take that command out.")
@click.option("--test", is_flag=True, help="Send a test notice by every channel.")
@json_option
def config_notify(test: bool, as_json: bool, hand_after: str | None, **given: Any) -> int:
    """How the studio tells people who are not looking.

    Without flags it shows the settings. Notices wait in an outbox until they are sent.
    """
    store = open_studio()
    given["hand_minutes"] = values.parse_duration(hand_after) / 60 if hand_after else None
    changed = any(value not in (None, ()) for value in given.values())
    settings = (
        notices.change_settings(store, **given) if changed else notices.notify_settings(store)
    )
    sent = notices.send_test(store) if test else None
    if as_json:
        emit_json(
            {
                **settings.to_json(),
                "channels": notices.channel_words(settings),
                "hooks": len(settings.hooks),
                **({"sent": sent.sent, "kept": sent.kept} if sent else {}),
            }
        )
    else:
        _show(settings, notices.channel_words(settings))
        if sent:
            say(f"sent {sent.sent}, kept in the outbox {len(sent.kept)}")
    return _told_kept(sent)


def _show(settings: Any, words: list[str]) -> None:
    server = f"{settings.smtp_host}:{settings.smtp_port} ({settings.smtp_security})"
    say(f"mail server    {server if settings.smtp_host else 'not set'}")
    say(f"sender         {settings.sender or settings.studio_email or 'not set'}")
    say(f"hands          told after {values.rough(settings.hand_minutes * 60)}")
    say(f"studio         {settings.studio_email or 'not set'}")
    say(f"notices go to  {', '.join(words) if words else 'nobody: only the terminal bell rings'}")


def _told_kept(sent: Any) -> int:
    if sent is None or not sent.kept:
        return 0
    for why in sent.kept:
        tell(f"kept: {why}")
    tell("it is tried again by itself while the engine runs; now: plotty outbox send")
    return 3


@with_examples("plotty outbox list", "plotty outbox list --sent --json")
@click.command("list")
@click.option("--sent", is_flag=True, help="What went out, newest first.")
@json_option
def outbox_list(sent: bool, as_json: bool) -> int:
    """Notices that wait to be sent, and why they still wait."""
    rows = notices.outbox_list(open_studio(), sent)
    if as_json:
        emit_json(
            [
                {
                    "id": row.id,
                    "channel": row.channel,
                    "recipient": row.recipient,
                    "subject": row.subject,
                    "created_at": row.created_at,
                    "next_attempt_at": None if row.sent_at else row.next_at,
                    "attempts": row.attempts,
                    "error": row.error or None,
                    "sent_at": row.sent_at,
                }
                for row in rows
            ]
        )
        return 0
    if not rows:
        say("nothing was sent yet" if sent else "the outbox is empty")
        return 0
    table(
        ["id", "channel", "to", "subject", "sent" if sent else "next attempt", "tries", "why"],
        [
            [
                row.id, row.channel, row.recipient, row.subject,
                values.local_time(row.sent_at if sent else row.next_at), row.attempts, row.error,
            ]
            for row in rows
        ],
        [0, 5],
    )  # fmt: skip
    return 0


@with_examples("plotty outbox send")
@click.command("send")
@json_option
def outbox_send(as_json: bool) -> int:
    """Try everything that waits, now. Exit 3 when something stays."""
    sent = notices.send_now(open_studio())
    if as_json:
        emit_json({"sent": sent.sent, "kept": sent.kept})
    else:
        say(f"sent {sent.sent}, kept in the outbox {len(sent.kept)}")
    return _told_kept(sent)


@with_examples("plotty outbox drop 1")
@click.command("drop")
@click.argument("number", type=int, metavar="ID")
def outbox_drop(number: int) -> int:
    """Take a notice out of the outbox without sending it."""
    say(f"dropped: {notices.drop_notice(open_studio(), number)}")
    return 0
