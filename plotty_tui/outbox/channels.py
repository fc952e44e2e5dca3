"""One message out by one channel. Each function returns when the message was taken over by the
other side, and raises Undelivered with the reason otherwise."""

from __future__ import annotations

import json
import mimetypes
import smtplib
import socket
import ssl
import subprocess
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from plotty_tui.domain import notices
from plotty_tui.domain.errors import PlottyError
from plotty_tui.domain.notices import Message, NotifySettings

TIMEOUT_SECONDS = 30
PASSWORD_VARIABLE = "PLOTTY_SMTP_PASSWORD"


class Undelivered(PlottyError):
    """The message is still ours; the sentence says why."""


def deliver(message: Message, settings: NotifySettings) -> None:
    """Send a message by its channel."""
    if message.channel == notices.MAIL:
        send_mail(message, settings)
    elif message.channel == notices.APPRISE:
        send_by_apprise(message)
    elif message.channel == notices.HOOK:
        run_hook(message, settings)
    else:
        raise Undelivered(f"no channel {message.channel!r}")


def send_mail(message: Message, settings: NotifySettings) -> None:
    """By SMTP, with the attachments, under a Message-ID that is the same at every attempt. A
    message without a recipient goes to the studio, wherever that is by now."""
    recipient = message.recipient or settings.studio_email
    if not settings.mails or not recipient:
        raise Undelivered(
            "no mail server or address is set: plotty config notify --smtp-host mail.example.org "
            "--studio-email studio@example.org"
        )
    letter = _letter(message, settings, recipient)
    try:
        with _connected(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, _password(settings))
            server.send_message(letter)
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        where = f"{settings.smtp_host}:{settings.smtp_port}"
        raise Undelivered(f"mail server {where}: {_smtp_reason(error)}") from error


def _letter(message: Message, settings: NotifySettings, recipient: str) -> EmailMessage:
    sender = settings.sender or settings.studio_email
    letter = EmailMessage()
    letter["Subject"] = notices.one_line(message.subject)
    letter["From"] = sender
    letter["To"] = notices.one_line(recipient)
    letter["Date"] = formatdate(localtime=True)
    letter["Message-ID"] = notices.message_id(
        message.key, message.recipient, sender.rpartition("@")[2]
    )
    letter.set_content(message.body or message.subject)
    for name in message.attachments:
        path = Path(name)
        kind, _ = mimetypes.guess_type(path.name)
        main, _, sub = (kind or "application/octet-stream").partition("/")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Undelivered(f"attachment {path.name}: {error.strerror or error}") from error
        letter.add_attachment(content, maintype=main, subtype=sub, filename=path.name)
    return letter


def _connected(settings: NotifySettings) -> smtplib.SMTP:
    where = (settings.smtp_host, settings.smtp_port)
    secure = ssl.create_default_context()
    if settings.smtp_security == "ssl":
        return smtplib.SMTP_SSL(*where, timeout=TIMEOUT_SECONDS, context=secure)
    server = smtplib.SMTP(*where, timeout=TIMEOUT_SECONDS)
    if settings.smtp_security == "starttls":
        try:
            server.starttls(context=secure)
        except BaseException:
            server.close()
            raise
    return server


def _password(settings: NotifySettings) -> str:
    import os

    if settings.password_file:
        try:
            return Path(settings.password_file).expanduser().read_text().strip()
        except OSError as error:
            raise Undelivered(
                f"password file {settings.password_file}: {error.strerror or error}"
            ) from error
    return os.environ.get(PASSWORD_VARIABLE, "")


def _smtp_reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(
            f"{address}: {code} {text.decode(errors='replace')}"
            for address, (code, text) in error.recipients.items()
        )
    if isinstance(error, socket.timeout):
        return f"no answer within {TIMEOUT_SECONDS} s"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def check_channel(url: str) -> None:
    """Refuse a URL that apprise does not know."""
    import apprise

    if not apprise.Apprise().add(url):
        raise Undelivered(f"{shown_channel(url)!r} is no address that apprise knows")


def shown_channel(url: str) -> str:
    """A channel's URL without what is secret in it."""
    scheme, found, rest = url.partition("://")
    return f"{scheme}://{rest[:3]}…" if found and len(rest) > 3 else url


def send_by_apprise(message: Message) -> None:
    """To everything that apprise knows: desktop, ntfy, Slack, Telegram, …"""
    import logging

    import apprise

    sender = apprise.Apprise()
    if not sender.add(message.recipient):
        raise Undelivered(f"{shown_channel(message.recipient)!r} is no address that apprise knows")
    with apprise.LogCapture(level=logging.WARNING) as told:
        done = sender.notify(
            body=message.body or message.subject,
            title=notices.one_line(message.subject),
            attach=message.attachments or None,
        )
        why = told.getvalue().strip().splitlines()
    if not done:
        raise Undelivered(f"{shown_channel(message.recipient)}: {why[-1] if why else 'not taken'}")


def run_hook(message: Message, settings: NotifySettings) -> None:
    """Run the studio's own command: an argument list, no shell, the notice as JSON on its input."""
    try:
        arguments = settings.hooks[int(message.recipient) - 1]
    except (IndexError, ValueError):
        raise Undelivered(f"hook {message.recipient} is no longer set") from None
    told = {
        "key": message.key,
        "subject": message.subject,
        "body": message.body,
        "attachments": message.attachments,
        **message.payload,
    }
    try:
        done = subprocess.run(
            arguments, input=json.dumps(told), text=True, capture_output=True,
            timeout=TIMEOUT_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Undelivered(f"{arguments[0]} did not end within {TIMEOUT_SECONDS} s") from None
    except OSError as error:
        raise Undelivered(f"{arguments[0]}: {error.strerror or error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        why = f": {said[-1]}" if said else ""
        raise Undelivered(f"{arguments[0]} ended with {done.returncode}{why}")
