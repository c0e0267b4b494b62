"""Fifty feeds, five of them from hell: a run finishes, names what failed in a line each, once, and loses nothing of the others."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import monotonic

import newsrooms
import pytest
from scripted_server import Asked, Reply, Scripted

from groundwire import newsroom
from groundwire.cli.frame import tell
from groundwire.clock import Clock
from groundwire.settings_file import load
from groundwire.store.database import open_database
from ingest import pipeline

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
GOOD = [f"good{n}.example" for n in range(45)]
ITEMS = 3
DEAD, SLOW, LONG, SCRIPT = "http://dead.example/feed", "http://slow.example/feed", "http://long.example/feed", "http://script.example/feed"
JAVASCRIPT = "javascript:alert(1)"
LONG_LINE = b"<rss version='2.0'><channel><title>Long</title><item><title>" + b"a" * 10_000_000 + b"</title></item></channel></rss>"
REQUEST_SECONDS = 4.0
"""Instead of the 30 s that the slow one takes otherwise."""


def feed(host: str, links: list[str]) -> bytes:
    items = "".join(
        f"<item><title>{host} reports {n}</title><link>{link}</link><guid isPermaLink='false'>{host}{n}</guid>"
        f"<description>What {host} says about it.</description><pubDate>{format_datetime(NOW - timedelta(hours=n + 1))}</pubDate></item>"
        for n, link in enumerate(links)
    )
    return f"<rss version='2.0'><channel><title>{host}</title><link>http://{host}/</link>{items}</channel></rss>".encode()


def page(path: str) -> bytes:
    sentences = " ".join(f"The council heard report {n} on {path} and agreed to build shed {n} for 4 trains." for n in range(9))
    return f"<html lang='en'><head><title>On {path}</title></head><body><article><h1>On {path}</h1><p>{sentences}</p></article></body></html>".encode()


def answer(asked: Asked) -> Reply:
    if asked.path == "/robots.txt":
        return Reply(404)
    if asked.url == SLOW:
        return Reply(200, (("Content-Type", "application/rss+xml"),), feed("slow.example", []), "drip")
    if asked.url == LONG:
        return Reply(200, (("Content-Type", "application/rss+xml"),), LONG_LINE)
    if asked.url == SCRIPT:
        return Reply(
            200, (), feed("script.example", ["javascript:alert(document.domain)", "JaVaScRiPt:alert(1)", "http://script.example/page"])
        )
    if asked.path == "/feed":
        return Reply(200, (("ETag", '"1"'),), feed(asked.host, [f"http://{asked.host}/page{n}" for n in range(ITEMS)]))
    return Reply(200, (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"p"')), page(f"{asked.host}{asked.path}"))


@dataclass
class Hell:
    directory: Path
    server: Scripted

    def stored(self, sql: str) -> list[tuple[object, ...]]:
        with closing(open_database(self.directory / "groundwire.db")) as db:
            return [tuple(row) for row in db.rows(sql)]


@pytest.fixture
def hell(tmp_path: Path) -> Iterator[Hell]:
    with socket.socket() as closed, Scripted(answer) as server:
        closed.bind(("127.0.0.1", 0))
        urls = [f"http://{host}/feed" for host in GOOD] + [DEAD, SLOW, LONG, SCRIPT, JAVASCRIPT]
        hosts = server.hosts([*GOOD, "slow.example", "long.example", "script.example"]) | {
            "dead.example": f"127.0.0.1:{closed.getsockname()[1]}"
        }
        yield Hell(newsrooms.make(tmp_path / "p", hosts, newsrooms.opml(dict.fromkeys(urls, ""))), server)


def run(hell: Hell, now: datetime) -> int:
    """`groundwire run`, but for the shorter time that a request may take."""
    publication, clock = load(hell.directory, {}), Clock(now)
    with newsroom.work(publication, clock, "run") as doing:
        doing.add(pipeline.poll(doing.db, publication, clock, deadline=monotonic() + 600, request_seconds=REQUEST_SECONDS))
        newsroom.write(doing)
        newsroom.build(doing)
    tell(doing, verbose=False, terminal=False)
    return doing.exit_code


def complaints(errors: str) -> dict[str, str]:
    """The lines of standard error by the feed that each names; every line names one."""
    names = {name: name for name in ("dead.example", "slow.example", "long.example", JAVASCRIPT)}
    found = {next((name for name in names if name in line), line): line for line in errors.splitlines()}
    assert len(found) == len(errors.splitlines()), errors
    return found


def nothing_is_lost(hell: Hell) -> None:
    stored = dict(hell.stored("SELECT f.url, count(*) FROM items i JOIN feeds f ON f.id = i.feed_id GROUP BY f.url"))
    assert stored == {f"http://{host}/feed": ITEMS for host in GOOD} | {SCRIPT: 3}
    assert hell.stored("SELECT count(*) FROM records WHERE state = 'read'") == [(len(GOOD) * ITEMS + 1,)]
    assert hell.stored("SELECT count(*) FROM pages WHERE state != 'read'") == [(0,)]
    assert hell.stored("SELECT count(*) FROM items WHERE url NOT LIKE 'http%'") == [(0,)]
    assert hell.stored("SELECT count(*) FROM items WHERE url IS NULL AND trouble LIKE 'link dropped%'") == [(2,)]
    states = dict(hell.stored("SELECT url, state FROM feeds"))
    assert {url for url, state in states.items() if state == "failed"} == {DEAD, SLOW, LONG}
    assert {state for url, state in states.items() if url not in (DEAD, SLOW, LONG)} == {"ok"}


def test_a_run_with_five_feeds_from_hell(hell: Hell, capsys: pytest.CaptureFixture[str]) -> None:
    first = run(hell, NOW)
    said = complaints(capsys.readouterr().err)
    nothing_is_lost(hell)
    second = run(hell, NOW + timedelta(minutes=75))

    assert first == 1
    assert set(said) == {"dead.example", "slow.example", "long.example", JAVASCRIPT}
    assert "longer than 5,242,880 bytes" in said["long.example"]
    assert "no complete answer within" in said["slow.example"]
    assert second == 0
    assert capsys.readouterr().err == ""
    assert hell.server.log[-1].path == "/feed", "the second run asked again"
    nothing_is_lost(hell)


@pytest.mark.proof
def test_the_command_line_with_five_feeds_from_hell(hell: Hell) -> None:
    first = newsrooms.groundwire(hell.directory, "run", now=NOW.isoformat())
    nothing_is_lost(hell)
    second = newsrooms.groundwire(hell.directory, "run", now=(NOW + timedelta(minutes=75)).isoformat())

    said = complaints(first.stderr)
    assert (first.returncode, second.returncode) == (1, 0), (first.stderr, second.stderr)
    assert set(said) == {"dead.example", "slow.example", "long.example", JAVASCRIPT}
    assert (first.stdout, second.stdout, second.stderr) == ("", "", "")
    nothing_is_lost(hell)
    print(
        f"Show 5: exit {first.returncode}, then {second.returncode}; {len(said)} failures in a line each; {len(GOOD) * ITEMS + 3} entries and all pages kept"
    )
    print(first.stderr, file=sys.stderr)
