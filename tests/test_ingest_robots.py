"""T2: robots.txt by RFC 9309, and reservations of rights."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import needs_corpus, rows

from groundwire.http import Headers
from ingest import robots


@needs_corpus
@pytest.mark.parametrize("row", rows("own/robots.json"), ids=lambda r: f"{r['status']} {r['path']} {r['allowed']}")
def test_t2_robots(row: dict) -> None:
    assert robots.allowed(row["robots"], row["status"], row["path"]) is row["allowed"]
    assert robots.allowed(row["robots"], row["status"], f"https://news.example{row['path']}") is row["allowed"]


@pytest.mark.parametrize(
    ("body", "path", "allowed"),
    [
        ("User-agent: *\nAllow: /p\nDisallow: /p", "/p", True),
        ("User-agent: *\nDisallow: /p\nAllow: /p/ok", "/p/ok", True),
        ("User-agent: ground\nDisallow: /", "/a", True),
        ("User-agent: Groundwire/1.0\nDisallow: /", "/a", False),
        ("User-agent: other\nUser-agent: GROUNDWIRE\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: groundwire\nDisallow:", "/a", True),
        ("User-agent: groundwire\nDisallow: /a\n\nUser-agent: groundwire\nDisallow: /b", "/a", False),
        ("User-agent: *\nDisallow: /%7Euser", "/~user", False),
        ("User-agent: *\nDisallow: /caf\u00e9", "/caf%C3%A9", False),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: //x", "//x", False),
        ("User-agent: *\r\nDisallow: /a # not this\r\n", "/a", False),
        ("", "/a", True),
        ("<html>not found</html>", "/a", True),
    ],
)
def test_rules(body: str, path: str, allowed: bool) -> None:
    assert robots.allowed(body, 200, path) is allowed


@pytest.mark.parametrize(
    ("status", "allowed"), [(200, True), (301, True), (401, True), (404, True), (429, True), (500, False), (503, False), (None, False)]
)
def test_statuses(status: int | None, allowed: bool) -> None:
    assert robots.allowed("", status, "/a") is allowed


@pytest.mark.parametrize("status", [None, 500, 503])
def test_the_last_good_copy_serves_while_the_server_is_away(status: int | None) -> None:
    good = "User-agent: *\nDisallow: /b\nCrawl-delay: 5"
    assert robots.allowed(None, status, "/a", good_body=good)
    assert not robots.allowed(None, status, "/b", good_body=good)
    assert robots.crawl_delay(None, status, good_body=good) == 5.0


def test_a_good_copy_does_not_outlive_a_404() -> None:
    assert robots.allowed(None, 404, "/b", good_body="User-agent: *\nDisallow: /b")


@pytest.mark.parametrize(
    ("value", "seconds"), [("2", 2.0), ("0.5", 0.5), ("600", 60.0), ("-1", 0.0), ("nan", 0.0), ("inf", 0.0), ("soon", 0.0)]
)
def test_crawl_delay_is_at_most_a_minute(value: str, seconds: float) -> None:
    assert robots.crawl_delay(f"User-agent: *\nCrawl-delay: {value}", 200) == seconds


def test_answers_serve_between_an_hour_and_a_day(now: datetime) -> None:
    hours = [robots.expires(now, 200, age) - now for age in (None, 60, 7200, 10**9)]
    assert hours == [timedelta(hours=h) for h in (24, 1, 2, 24)]
    assert robots.expires(now, None) - now == robots.expires(now, 500, 86400) - now == timedelta(hours=1)


def test_only_so_much_is_read_and_only_whole_lines() -> None:
    body = b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 60_000 + b"Disallow: /b\n"
    text = robots.read(body)
    assert len(text) <= robots.MAX_BYTES
    assert text.endswith("\n")
    assert not robots.allowed(text, 200, "/a")
    assert robots.allowed(text, 200, "/b")
    assert robots.read(b"\xef\xbb\xbfUser-agent: *\nDisallow: /\xff") == "User-agent: *\nDisallow: /\ufffd"


@pytest.mark.parametrize(
    ("body", "path", "words"),
    [
        ("User-agent: *\nContent-Signal: search=yes, ai-input=no, ai-train=no\nAllow: /", "/", "Content-Signal: ai-input=no"),
        ("User-agent: *\nContent-Signal: ai-train=no\nAllow: /", "/", None),
        ("User-agent: *\nContent-Usage: /news/ ai-use=n\nAllow: /", "/news/1", "Content-Usage: ai-use=n"),
        ("User-agent: *\nContent-Usage: /news/ ai-use=n\nAllow: /", "/other", None),
        ("User-agent: other\nContent-Signal: ai-input=no", "/", None),
        ("User-agent: groundwire\nAllow: /\n\nUser-agent: *\nContent-Signal: ai-input=no", "/", None),
        ("Content-Signal: ai-input=no\nUser-agent: *\nAllow: /", "/", "Content-Signal: ai-input=no"),
        ("User-agent: *\nContent-Signal: AI-INPUT = NO", "/", "Content-Signal: AI-INPUT = NO"),
    ],
)
def test_signals_in_robots_txt(body: str, path: str, words: str | None) -> None:
    assert robots.signal(body, 200, path) == words
    assert robots.signal(body, 200, f"https://news.example{path}") == words


@pytest.mark.parametrize(
    ("fields", "metas", "words"),
    [
        ([("x-robots-tag", "noai")], [], "X-Robots-Tag: noai"),
        ([("X-Robots-Tag", "noindex, nosnippet")], [], "X-Robots-Tag: nosnippet"),
        ([("X-Robots-Tag", "otherbot: noai, nosnippet")], [], None),
        ([("X-Robots-Tag", "otherbot: noindex"), ("X-Robots-Tag", "groundwire: noai")], [], "X-Robots-Tag: noai"),
        ([("X-Robots-Tag", "max-snippet: 0")], [], "X-Robots-Tag: max-snippet:0"),
        ([("X-Robots-Tag", "max-snippet: 50, noindex")], [], None),
        ([("TDM-Reservation", "1")], [], "tdm-reservation: 1"),
        ([("TDM-Reservation", "0")], [], None),
        ([("Content-Usage", "train-ai=n, ai-use=n")], [], "Content-Usage: ai-use=n"),
        ([], [("ROBOTS", "noai, noimageai")], "robots: noai"),
        ([], [("groundwire", "noai")], "groundwire: noai"),
        ([], [("tdm-reservation", " 1 ")], "tdm-reservation: 1"),
        ([], [("description", "noai")], None),
    ],
)
def test_reservations(fields: list[tuple[str, str]], metas: list[tuple[str, str]], words: str | None) -> None:
    assert robots.reservation(Headers(fields), metas) == words


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_robots_txt_is_read(body: bytes, path: str) -> None:
    text = robots.read(b"User-agent: *\nDisallow: " + body)
    assert robots.allowed(text, 200, f"/{path}") in (True, False)
    assert 0 <= robots.crawl_delay(text, 200) <= 60
    robots.signal(text, 200, f"/{path}")
    robots.reservation(Headers([("X-Robots-Tag", path)]), [("robots", path)])
