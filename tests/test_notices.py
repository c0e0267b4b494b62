"""Notices to editors: what waits, and a gate that lets nothing through, told once by each channel."""

from __future__ import annotations

import json
import socketserver
import sys
import threading
import types
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_string
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import newsrooms
import pytest
from calling import call
from publish_sample import DAY, earlier, fill, sample, says
from scripted_server import Reply, Scripted

from groundwire.clock import to_text
from groundwire.errors import ConfigError
from groundwire.records import Article, ArticleStatus
from groundwire.settings_file import load
from groundwire.store import articles
from groundwire.store.database import Database, open_database

SLUG = sample().slug


@dataclass
class Mailbox:
    """What a mail server on loopback got: its port, the logins, and the mails."""

    port: int = 0
    said: list[str] = field(default_factory=list)
    mails: list[Message] = field(default_factory=list)


@contextmanager
def mail_server(refuse: bool = False) -> Iterator[Mailbox]:
    """A mail server that speaks enough of RFC 5321."""
    box = Mailbox()

    class Talk(socketserver.StreamRequestHandler):
        def answer(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.answer("220 mail.example")
            while line := self.rfile.readline().decode().strip():
                box.said.append(line)
                word = line.split(" ")[0].upper()
                if word == "EHLO":
                    self.answer("250-mail.example\r\n250 AUTH PLAIN")
                elif word == "AUTH":
                    self.answer("235 welcome")
                elif word == "RCPT" and refuse:
                    self.answer("550 nobody here")
                elif word == "DATA":
                    self.answer("354 go on")
                    self.mail()
                elif word == "QUIT":
                    self.answer("221 bye")
                    return
                else:
                    self.answer("250 ok")

        def mail(self) -> None:
            lines = []
            while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
                lines.append(line)
            box.mails.append(message_from_string("".join(lines)))
            self.answer("250 kept")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


def held(article: Article, *reasons: str) -> Article:
    return replace(article, status=ArticleStatus.HELD, reasons=reasons)


def room(root: Path, notify: str, *made: Article) -> Path:
    newsrooms.make(root, {}, newsrooms.opml({}), f"[notify]\n{notify}\n")
    with closing(open_database(root / "groundwire.db")) as db:
        fill(db, *made)
    return root


def test_drafts_that_wait_are_told_once_by_webhook_and_by_mail(tmp_path: Path) -> None:
    with Scripted(lambda asked: Reply(204)) as hook, mail_server() as box:
        target = f"smtp://desk:pass%20word@127.0.0.1:{box.port}/?from=wire+desk@news.example&to=editors@news.example"
        notify = f'webhook = "http://127.0.0.1:{hook.port}/told"\nsmtp = "{target}"'
        root = room(tmp_path / "p", notify, earlier(), held(sample(), "two accounts differ"))
        for _ in range(2):
            done = call(root, "run")
            assert (done.exit_code, done.stderr) == (0, "")
        assert [asked.path for asked in hook.log] == ["/told"]
        (mail,) = box.mails
        with closing(open_database(root / "groundwire.db")) as db:
            articles.add(db, replace(held(sample(), "again"), version=2), None)
        assert call(root, "run").exit_code == 0
        assert (len(hook.log), len(box.mails)) == (2, 2)
    assert mail["Subject"] == "Groundwire: 1 draft waits for an editor"
    assert (mail["From"], mail["To"]) == ("wire+desk@news.example", "editors@news.example")
    text = mail.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert f"{SLUG} version 1, held: two accounts differ" in text
    assert any(line.startswith("AUTH PLAIN") for line in box.said)


def test_the_webhook_gets_an_object_that_programs_and_people_can_read(tmp_path: Path) -> None:
    bodies: list[bytes] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        root = room(tmp_path / "p", f'webhook = "http://127.0.0.1:{server.server_port}/"', held(sample(), "two accounts differ"))
        assert call(root, "run").exit_code == 0
        server.shutdown()
        thread.join()
    body = json.loads(bodies[0])
    assert (body["kind"], body["publication"]) == ("waiting", "Groundwire")
    assert body["articles"] == [
        {"slug": SLUG, "version": 1, "status": "held", "headline": sample().headline.text, "reasons": ["two accounts differ"]}
    ]
    assert body["text"].startswith("Groundwire: 1 draft waits for an editor\n\nPower was signed for")


def test_a_channel_that_fails_is_reported_once_and_tried_again_while_the_other_is_done(tmp_path: Path) -> None:
    answers = [500, 500, 200]
    with Scripted(lambda asked: Reply(answers.pop(0))) as hook, mail_server() as box:
        target = f"smtp://127.0.0.1:{box.port}/?from=a@news.example&to=b@news.example"
        root = room(tmp_path / "p", f'webhook = "http://127.0.0.1:{hook.port}/"\nsmtp = "{target}"', held(sample(), "why"))
        done = [call(root, "run") for _ in range(4)]
    assert [d.exit_code for d in done] == [1, 0, 0, 0]
    assert done[0].stderr == "notify notify.webhook: answered 500\n"
    assert (len(hook.log), len(box.mails)) == (3, 1)


@pytest.mark.parametrize("what", ["refused", "nobody listens", "password without TLS elsewhere"])
def test_mail_that_cannot_be_sent_is_a_failure_that_names_no_password(tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(refuse=what == "refused") as box:
        port = 1 if what == "nobody listens" else box.port
        if what == "password without TLS elsewhere":
            monkeypatch.setattr("groundwire.notices._is_local", lambda host: False)
        root = room(tmp_path / "p", f'smtp = "smtp://u:secret@127.0.0.1:{port}/?from=a@x.example&to=b@x.example"', held(sample(), "why"))
        done = call(root, "run")
    assert (done.exit_code, done.stderr.startswith("notify notify.smtp: ")) == (1, True)
    assert "secret" not in done.stderr
    assert box.mails == []
    assert what != "password without TLS elsewhere" or not [s for s in box.said if s.startswith("AUTH")]


@pytest.mark.parametrize("published", [True, False])
def test_a_gate_that_refuses_everything_for_a_day_is_told_once(tmp_path: Path, published: bool) -> None:
    now = DAY + timedelta(days=3)

    def refused(n: int, hours: float) -> Article:
        text = says(f"Refused {n}")
        at = now - timedelta(hours=hours)
        return replace(
            sample(), id=f"refused{n}", slug=f"refused-{n}", status=ArticleStatus.REJECTED, headline=text, modified=at, published=at
        )

    made = (sample(),) if published else ()
    with Scripted(lambda asked: Reply(200)) as hook:
        root = room(tmp_path / "p", f'webhook = "http://127.0.0.1:{hook.port}/"', *made, refused(1, 30), refused(2, 2))
        assert call(root, "run", now=to_text(DAY + timedelta(hours=23))).exit_code == 0
        assert hook.log == []
        for hours in (0, 1, 2):
            assert call(root, "run", now=to_text(now + timedelta(hours=hours))).exit_code == 0
        assert len(hook.log) == 1


def test_what_an_editor_rejected_is_no_refusal_of_the_gate(tmp_path: Path) -> None:
    with Scripted(lambda asked: Reply(200)) as hook:
        root = room(tmp_path / "p", f'webhook = "http://127.0.0.1:{hook.port}/"', replace(sample(), status=ArticleStatus.REJECTED))
        with closing(open_database(root / "groundwire.db")) as db:
            articles.review(db, sample(), "reject", "R. Editor", "no", DAY)
        assert call(root, "run", now=to_text(DAY + timedelta(hours=23))).exit_code == 0
        assert call(root, "run", now=to_text(DAY + timedelta(days=2))).exit_code == 0
    assert hook.log == []


def test_without_a_channel_nobody_is_told(tmp_path: Path, db: Database) -> None:
    root = room(tmp_path / "p", "", held(sample(), "why"))
    assert call(root, "run").exit_code == 0
    with closing(open_database(root / "groundwire.db")) as own:
        assert own.rows("SELECT * FROM notices") == []


def test_apprise_is_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = room(tmp_path / "p", 'apprise = ["json://localhost", "mailto://a:b@x.example"]', held(sample(), "why"))
    monkeypatch.setitem(sys.modules, "apprise", None)
    missing = call(root, "run")
    assert (missing.exit_code, "pip install 'groundwire[notify]'" in missing.stderr) == (1, True)
    told: list[tuple[str, str]] = []

    class Apprise:
        def __init__(self) -> None:
            self.to: list[str] = []

        def add(self, address: str) -> bool:
            self.to.append(address)
            return True

        def notify(self, *, title: str, body: str) -> bool:
            told.append((title, body))
            return len(self.to) == 2

    monkeypatch.setitem(sys.modules, "apprise", types.SimpleNamespace(Apprise=Apprise))
    assert [call(root, "run").exit_code for _ in range(2)] == [0, 0]
    assert [title for title, _ in told] == ["Groundwire: 1 draft waits for an editor"]


@pytest.mark.parametrize(
    "target",
    [
        "mail.example",
        "http://mail.example/?from=a@x&to=b@x",
        "smtp://mail.example",
        "smtp://mail.example/?from=a@x",
        "smtp://h:x/?from=a@x&to=b@x",
    ],
)
def test_a_mail_address_that_cannot_be_used_is_refused_when_it_is_read(tmp_path: Path, target: str) -> None:
    root = newsrooms.make(tmp_path / "p", {}, newsrooms.opml({}), f'[notify]\nsmtp = "{target}"\n')
    with pytest.raises(ConfigError, match="should be a mail server"):
        load(root, {})
