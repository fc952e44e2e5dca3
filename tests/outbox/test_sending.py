"""Notices leave the outbox once, and stay in it until they have."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from post_office import HandClock, MailServer, use_server

from plotty_tui.domain import notices as rules
from plotty_tui.domain.errors import Refused
from plotty_tui.outbox.sending import send_due
from plotty_tui.store import notices as outbox
from plotty_tui.store.database import Store
from plotty_tui.studio.upkeep import notices as studio

Post = Callable[..., int]


def texts(letter: Message) -> str:
    body = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    return body.get_payload(decode=True).decode()


def test_a_notice_arrives_by_mail(store: Store, mailing: MailServer, post: Post) -> None:
    post(subject="RUN-042 is drawn", body="20 of 20 sheets")
    assert send_due(store).sent == 1
    (letter,) = mailing.arrived
    assert letter["Subject"] == "RUN-042 is drawn"
    assert letter["To"] == "studio@example.org"
    assert "20 of 20 sheets" in texts(letter)


def test_the_same_notice_is_posted_once(store: Store, mailing: MailServer, post: Post) -> None:
    assert post(key="run:1:done") == 1
    assert post(key="run:1:done") == 0
    send_due(store)
    assert post(key="run:1:done") == 0
    assert send_due(store).sent == 0
    assert len(mailing.arrived) == 1


def test_a_refused_mail_waits_longer_each_time_and_keeps_its_id(
    store: Store, mailing: MailServer, post: Post, clock: HandClock
) -> None:
    mailing.refusals = ["451 try later", "554 no room"]
    post()
    first = send_due(store)
    assert first.sent == 0
    assert "451" in first.kept[0]
    clock.pass_by(seconds=9)
    assert send_due(store).kept == []  # not due yet
    clock.pass_by(seconds=2)
    assert "554" in send_due(store).kept[0]
    clock.pass_by(seconds=11)
    assert send_due(store).sent == 0
    clock.pass_by(seconds=20)
    assert send_due(store).sent == 1
    assert len({letter["Message-ID"] for letter in mailing.attempts}) == 1
    assert len(mailing.arrived) == 1


def test_without_a_mail_server_a_report_waits_until_there_is_one(
    store: Store, mail: MailServer, clock: HandClock, tmp_path: Path
) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.7 a report")
    kept = studio.mail_to_studio(store, "report:2025-11-07", "Report", "See the file.", [report])
    assert "plotty config notify" in kept.kept[0]
    report.unlink()  # the outbox has its own copy
    use_server(store, mail)
    assert studio.send_now(store).sent == 1
    (letter,) = mail.arrived
    (attached,) = (part for part in letter.walk() if part.get_filename())
    assert attached.get_filename() == "report.pdf"
    assert attached.get_payload(decode=True) == b"%PDF-1.7 a report"
    assert list(store.home.outbox.iterdir()) == []


def test_a_name_cannot_add_a_header(store: Store, mailing: MailServer, post: Post) -> None:
    post(subject="Acme\r\nBcc: everybody@example.org\x1b[2J")
    send_due(store)
    (letter,) = mailing.arrived
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Acme Bcc:")


def test_a_sender_that_died_gives_its_claim_back(
    store: Store, mailing: MailServer, post: Post, clock: HandClock
) -> None:
    post()
    assert len(outbox.claim_due(store)) == 1
    assert send_due(store).sent == 0  # somebody else has it
    clock.pass_by(seconds=outbox.CLAIM_SECONDS + 1)
    assert send_due(store).sent == 1


def test_a_hook_gets_json_and_no_shell(store: Store, post: Post, tmp_path: Path) -> None:
    heard = tmp_path / "heard.json"
    script = tmp_path / "hook.py"
    script.write_text("import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(sys.stdin.read())")
    studio.change_settings(store, add_hooks=[f"{sys.executable} {script} '{heard}' $HOME;ls"])
    post(subject="done", payload={"kind": rules.COMPLETE, "run": "RUN-001"})
    assert send_due(store).sent == 1
    told = json.loads(heard.read_text())
    assert told["subject"] == "done"
    assert told["run"] == "RUN-001"


def test_a_failing_hook_says_its_last_line(store: Store, post: Post, tmp_path: Path) -> None:
    script = tmp_path / "hook.py"
    script.write_text("import sys; sys.exit('no lamp connected')")
    studio.change_settings(store, add_hooks=[f"{sys.executable} {script}"])
    post()
    assert "no lamp connected" in send_due(store).kept[0]


def test_apprise_reaches_a_web_hook(store: Store, post: Post) -> None:
    heard: list[bytes] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    studio.change_settings(store, add_channels=[f"json://127.0.0.1:{server.server_port}/told"])
    post(subject="RUN-007 is drawn")
    assert send_due(store).sent == 1
    server.shutdown()
    server.server_close()
    assert b"RUN-007" in heard[0]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"studio_email": "nobody"}, "no mail address"),
        ({"smtp_host": "mail.example.org"}, "needs a sender"),
        ({"smtp_security": "tls"}, "starttls, ssl, none"),
        ({"smtp_port": 0}, "1 to 65535"),
        ({"password_file": "/nowhere/password"}, "there is no file"),
        ({"add_channels": ["nonsense"]}, "apprise"),
        ({"add_hooks": ["no-such-command"]}, "no command"),
        ({"drop_channels": ["json://x"]}, "is not set"),
    ],
)
def test_settings_that_could_never_send_are_refused(
    store: Store, wrong: dict[str, object], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        studio.change_settings(store, **wrong)  # type: ignore[arg-type]
    assert studio.notify_settings(store) == rules.NotifySettings()


def test_secrets_of_a_channel_are_not_shown(store: Store) -> None:
    studio.change_settings(store, add_channels=["slack://TokenA/TokenB/TokenC"])
    (words,) = studio.channel_words(studio.notify_settings(store))
    assert "TokenB" not in words


def test_a_dropped_notice_is_gone(store: Store, mailing: MailServer, post: Post) -> None:
    post(subject="old news")
    (waiting,) = studio.outbox_list(store)
    assert studio.drop_notice(store, waiting.id) == "old news"
    assert send_due(store).sent == 0
    with pytest.raises(Refused, match="outbox list"):
        studio.drop_notice(store, waiting.id)
