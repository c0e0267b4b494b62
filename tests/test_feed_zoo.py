"""T5, feed zoo, and T4, resource limits: every outside file through the parsers; nothing but typed errors comes out."""

from __future__ import annotations

import importlib.util
import io
import json
import re
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from feed_expectations import expected_titles, plain, unequal
from outside import CORPUS, needs_corpus, rows

from groundwire.errors import FeedError, GroundwireError, PageError
from groundwire.records import ExtractedPage, ParsedFeed
from groundwire.workers import WorkerPool
from ingest.clean import TITLE_LIMIT
from ingest.extract import extract_page
from ingest.feeds import parse_feed

FETCHED = rows("fetched/feeds/index.json")
HOSTILE = rows("own/hostile-index.json")
HOSTILE_FEEDS = [row for row in HOSTILE if row["kind"] == "feed"]
HOSTILE_PAGES = [row for row in HOSTILE if row["kind"] == "page"]
URL = "https://news.example/feed"
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
REPLACEMENT = "\ufffd"


def body(part: str, row: dict[str, Any]) -> bytes:
    assert CORPUS is not None
    return (CORPUS / part / row["file"]).read_bytes()


def headers(row: dict[str, Any]) -> dict[str, str]:
    served = dict(row.get("serve_headers") or {})
    for line in row.get("headers") or []:
        name, _, value = line.partition(":")
        served[name.strip()] = value.strip()
    return {name.lower(): value for name, value in served.items()}


def read(data: bytes, sent: Mapping[str, str], url: str = URL) -> ParsedFeed | FeedError:
    try:
        return parse_feed(data, url=url, content_type=sent.get("content-type"), headers=sent)
    except FeedError as error:
        return error


def texts(feed: ParsedFeed) -> list[str]:
    return [feed.title, *(text for item in feed.items for text in (item.title, item.summary, item.author or "", item.key))]


def check(data: bytes, sent: Mapping[str, str]) -> ParsedFeed | FeedError:
    """Read twice: the same both times, ids distinct, texts clean, links of the web only."""
    feed = read(data, sent)
    again = read(data, sent)
    if isinstance(feed, FeedError):
        assert isinstance(again, FeedError)
        assert again.reason == feed.reason
        return feed
    assert feed == again
    keys = [item.key for item in feed.items]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    for text in texts(feed):
        assert not FORBIDDEN.search(text), text
        assert REPLACEMENT not in text or REPLACEMENT.encode() in data or "&#" in data.decode("latin-1"), text
    for item in feed.items:
        assert item.url is None or item.url.startswith(("http://", "https://"))
        assert len(item.title) <= TITLE_LIMIT
        assert "\n" not in item.title
        assert item.published is None or item.published.tzinfo is not None
    return feed


@needs_corpus
@pytest.mark.parametrize("row", FETCHED, ids=lambda row: row["file"])
def test_a_collected_feed_gives_items_or_a_reason(row: dict[str, Any]) -> None:
    feed = check(body("fetched/feeds", row), headers(row))
    expect = row.get("expect") or ""
    if isinstance(feed, ParsedFeed):
        assert not list(unequal(expect, feed))
        if "expected_file" in row:
            assert CORPUS is not None
            expected = json.loads((CORPUS / "fetched/feeds" / row["expected_file"]).read_text(encoding="utf-8"))
            got = {plain(item.title) for item in feed.items}
            assert {plain(title) for title in expected_titles(expected)} <= got


@needs_corpus
@pytest.mark.parametrize("row", [row for row in FETCHED if (row.get("expect") or "").strip() == "bozo"], ids=lambda row: row["file"])
def test_an_ill_formed_feed_is_marked_or_refused(row: dict[str, Any]) -> None:
    feed = check(body("fetched/feeds", row), headers(row))
    assert isinstance(feed, FeedError) or feed.malformed


@needs_corpus
@pytest.mark.parametrize("row", HOSTILE_FEEDS, ids=lambda row: row["file"])
def test_a_hostile_feed_does_as_is_stated(row: dict[str, Any]) -> None:
    started = time.process_time()
    feed = check(body("own/feeds-hostile/..", row), headers(row))
    correct = row["correct"]
    if "still be usable" in correct:
        assert isinstance(feed, ParsedFeed), feed
        assert feed.items
    if "true_title" in row:
        assert isinstance(feed, ParsedFeed)
        assert row["true_title"] in [item.title for item in feed.items] or feed.malformed
    if "not a feed" in correct:
        assert isinstance(feed, FeedError)
        assert "not a feed" in feed.reason
    if "no file read" in correct and isinstance(feed, ParsedFeed):
        assert not any("root:" in text for text in texts(feed))
    if "entity expansion" in correct:
        assert isinstance(feed, FeedError) or all(len(text) <= 5_000 for text in texts(feed))
    assert time.process_time() - started < 10


@needs_corpus
@pytest.mark.parametrize("row", [row for row in HOSTILE_FEEDS if "payloads" in row], ids=lambda row: row["file"])
def test_payloads_of_hostile_feeds_are_text_and_never_links(row: dict[str, Any]) -> None:
    feed = check(body("own/feeds-hostile/..", row), headers(row))
    assert isinstance(feed, ParsedFeed)
    for item in feed.items:
        assert item.url is None or not re.search(r"""["'<>\s\\]|@""", item.url)
        assert not re.search(r"<(?:script|img|svg|iframe)\b[^>]*>", item.summary, re.IGNORECASE)


def page(data: bytes, sent: Mapping[str, str], url: str = URL) -> ExtractedPage | PageError:
    try:
        return extract_page(data, url=url, content_type=sent.get("content-type"), headers=sent)
    except PageError as error:
        return error


@needs_corpus
@pytest.mark.parametrize("row", HOSTILE_PAGES, ids=lambda row: row["file"])
def test_a_hostile_page_does_as_is_stated(row: dict[str, Any]) -> None:
    found = page(body("own/pages-hostile/..", row), headers(row), row.get("fetched_as", "https://news.example/page"))
    if isinstance(found, PageError):
        assert found.reason
        return
    for text in (found.title or "", found.text, found.author or "", found.site_name or ""):
        assert not FORBIDDEN.search(text)
    assert not re.search(r"[<>]|https?:", found.author or "")
    assert found.paywalled or "paywalled" not in row["correct"]
    assert found.reserved or "reservation" not in row["correct"]


@needs_corpus
@pytest.mark.parametrize("row", [row for row in FETCHED if row["file"].endswith(".html")], ids=lambda row: row["file"])
def test_a_collected_page_is_read_or_refused(row: dict[str, Any]) -> None:
    found = page(body("fetched/feeds", row), headers(row))
    assert isinstance(found, PageError) or found.text or found.paywalled or found.reserved


INJECTED = (rows("own/injection/index.json") or {"pages": []})["pages"]
UNSEEN = re.compile(
    r"hidden|comment|alt$|meta|json-ld|white|font-size|attribute|noscript|off-screen|zero-width|aria|iframe|css-content|og-"
)


@needs_corpus
@pytest.mark.parametrize("row", [row for row in INJECTED if UNSEEN.search(row["vector"])], ids=lambda row: row["file"])
def test_what_a_reader_cannot_see_does_not_reach_the_text(row: dict[str, Any]) -> None:
    found = page(body("own/injection", row), {}, row["url"])
    assert isinstance(found, ExtractedPage)
    assert row["canary"].lower() not in found.text.lower()
    assert len(found.text.split()) > 20


def generators() -> ModuleType:
    assert CORPUS is not None
    path = CORPUS / "own/generators/make_big.py"
    spec = importlib.util.spec_from_file_location("make_big", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


KINDS = sorted(generators().KINDS) if CORPUS is not None and Path(CORPUS, "own/generators/make_big.py").is_file() else []


def made(kind: str, limit: int | None) -> bytes:
    """What a generator writes, unpacked as far as the fetcher would let it through."""
    target = io.BytesIO()
    make: Callable[[io.BytesIO], None] = generators().KINDS[kind]
    if kind == "gzip-bomb":
        generators().KINDS[kind](target, 5)
        import gzip

        return gzip.decompress(target.getvalue())[: limit or 5 * 1024 * 1024]
    make(target)
    return target.getvalue()[:limit]


def parser_for(data: bytes) -> tuple[Callable[..., object], str]:
    return (parse_feed, "application/rss+xml") if data.startswith(b"<?xml") else (extract_page, "text/html")


def judged(pool: WorkerPool, data: bytes) -> str:
    job, kind = parser_for(data)
    try:
        return type(pool.submit(job, data, url=URL, content_type=kind, headers={}).result()).__name__
    except GroundwireError as error:
        return str(error)[:120]


@needs_corpus
@pytest.mark.parametrize("kind", KINDS)
def test_big_input_ends_in_a_result_or_a_reason_and_the_pool_goes_on(kind: str) -> None:
    with WorkerPool(1) as pool:
        assert judged(pool, made(kind, 300_000))
        assert pool.submit(len, b"abc").result() == 3


@needs_corpus
@pytest.mark.proof
@pytest.mark.parametrize("limit", [None, 5 * 1024 * 1024], ids=["whole", "at the limit"])
@pytest.mark.parametrize("kind", KINDS)
def test_proof_resource_limits(kind: str, limit: int | None) -> None:
    data = made(kind, limit)
    with WorkerPool(1) as pool:
        judged(pool, b"<p>A page to import the parser with.</p>")
        base = pool.submit(peak_kib).result()
        started = time.monotonic()
        outcome = judged(pool, data)
        seconds = time.monotonic() - started
        above = (pool.submit(peak_kib).result() - base) // 1024
        print(f"T4 {kind}: {len(data):,} bytes, {seconds:.2f} s, {above} MiB above base: {outcome}", file=sys.stderr)
        assert seconds <= 10
        assert above <= 256


def peak_kib() -> int:
    """The greatest memory of this process so far, in KiB on Linux."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
