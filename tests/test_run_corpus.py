"""Real and hostile input: every feed and page of the corpus behind loopback, polled ten times an hour apart, by the real workers."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import newsrooms
import pytest
from outside import CORPUS, needs_corpus, rows
from scripted_server import Asked, Reply, Scripted

from groundwire import newsroom
from groundwire.clock import Clock
from groundwire.config import Fetch, Publication, Settings
from groundwire.store.database import Row, open_database
from groundwire.workers import WorkerPool
from ingest import pipeline

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
POLLS = 10
TYPES = {"json": "application/feed+json", "html": "text/html; charset=utf-8", "atom": "application/atom+xml", "rss": "application/rss+xml"}
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]|[\U000e0000-\U000e007f]")
TEXTS = (
    "SELECT title AS t FROM items UNION ALL SELECT summary FROM items UNION ALL SELECT author FROM items UNION ALL SELECT title FROM feeds"
    " UNION ALL SELECT title FROM records UNION ALL SELECT text FROM records UNION ALL SELECT author FROM records"
    " UNION ALL SELECT outlet FROM records UNION ALL SELECT reason FROM feeds UNION ALL SELECT reason FROM records"
)
ROOT = "SELECT DISTINCT f.given_url AS url FROM items i JOIN feeds f ON f.id = i.feed_id WHERE instr(i.title || i.summary, 'root:')"
LINKS = "SELECT url AS t FROM items UNION ALL SELECT url FROM records UNION ALL SELECT canonical_url FROM records UNION ALL SELECT html_url FROM feeds"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One file of the corpus, where it is served, and what its row says."""

    file: Path
    url: str
    reply: Reply
    row: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.row["file"])


def fetched_feeds() -> list[Exhibit]:
    """The feeds of public repositories, with the headers that they are to be served with."""
    return [_feed("fetched/feeds", row, n, _listed(row.get("headers", []))) for n, row in enumerate(rows("fetched/feeds/index.json"))]


def hostile_feeds() -> list[Exhibit]:
    return [
        _feed("own", row, 1000 + n, row.get("serve_headers", {}))
        for n, row in enumerate(rows("own/hostile-index.json"))
        if row["kind"] == "feed"
    ]


def _listed(lines: Sequence[str]) -> dict[str, str]:
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _feed(folder: str, row: dict[str, Any], n: int, headers: dict[str, str]) -> Exhibit:
    assert CORPUS is not None
    file = CORPUS / folder / row["file"]
    kept = {k: v for k, v in headers.items() if k.lower() not in ("content-length", "transfer-encoding", "content-encoding")}
    if not any(name.lower() == "content-type" for name in kept):
        kept["Content-Type"] = TYPES.get(file.suffix[1:], "text/xml")
    url = f"http://feed{n}.example/{file.name}".replace(" ", "%20")
    return Exhibit(file, url, Reply(200, tuple(kept.items()), file.read_bytes()), row)


def hostile_pages() -> list[Exhibit]:
    """Pages at the addresses that their rows name, else each on a host of its own; there is no TLS here, so http throughout."""
    found = []
    for n, row in enumerate(r for r in rows("own/hostile-index.json") if r["kind"] == "page"):
        assert CORPUS is not None
        file = CORPUS / "own" / row["file"]
        url = row.get("fetched_as", f"http://page{n}.example/{file.name}").replace("https://", "http://")
        host = urlsplit(url).netloc
        body = file.read_bytes().replace(f"https://{host}".encode(), f"http://{host}".encode())
        found.append(Exhibit(file, url, Reply(200, tuple(row["serve_headers"].items()), body), row))
    return found


FEEDS = [*fetched_feeds(), *hostile_feeds()]
PAGES = hostile_pages()
LEADS = "http://leads.example/feed"


def leads() -> bytes:
    """A feed that leads to every hostile page."""
    items = "".join(
        f"<item><title>{e.file.stem}</title><link>{e.url.replace('&', '&amp;')}</link><description>What the feed says of {e.file.stem}.</description>"
        f"<pubDate>Fri, 20 Nov 2026 05:00:00 GMT</pubDate></item>"
        for e in PAGES
    )
    return f"<rss version='2.0'><channel><title>Leads</title><link>http://leads.example/</link>{items}</channel></rss>".encode()


@dataclass
class Outcome:
    """What ten polls left, and where they tried to go."""

    feeds: dict[str, Row]
    items: Counter[str]
    texts: list[str]
    links: list[str]
    records: dict[str, list[Row]]
    pages: list[Row]
    doubles: list[Row]
    counts: list[tuple[int, int]] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    files_read: list[str] = field(default_factory=list)
    """Feeds whose items hold "root:", as the first line of /etc/passwd does, and whose files do not."""
    seconds: float = 0.0


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    answers = {e.url: e.reply for e in (*FEEDS, *PAGES)} | {LEADS: Reply(200, (("Content-Type", "application/rss+xml"),), leads())}
    outside: list[str] = []

    def answer(asked: Asked) -> Reply:
        return answers.get(asked.url, Reply(404))

    patch = pytest.MonkeyPatch()
    with Scripted(answer) as server:
        _watched(patch, outside)
        names = {urlsplit(url).netloc for url in answers}
        fetch = Fetch(allow_loopback=True, hosts=server.hosts(names), host_delay_seconds=0)
        publication = Publication(root=tmp_path_factory.mktemp("corpus"), settings=Settings(fetch=fetch))
        listed = {e.url: e.file.name for e in FEEDS} | {LEADS: "Leads"}
        publication.feeds_file.write_text(newsrooms.opml(listed), encoding="utf-8")
        began = monotonic()
        counts = polled(publication)
        patch.undo()
        yield _outcome(publication, counts, outside, monotonic() - began)


def polled(publication: Publication) -> list[tuple[int, int]]:
    """How many items and records there were after each of ten runs, an hour and a bit apart."""
    counts = []
    with WorkerPool() as pool:
        for n in range(POLLS):
            clock = Clock(START + n * timedelta(minutes=70))
            with newsroom.work(publication, clock, "poll") as doing:
                doing.add(pipeline.poll(doing.db, publication, clock, deadline=monotonic() + 600, pool=pool))
                counts.append(tuple(doing.db.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in ("items", "records")))
    return counts  # type: ignore[return-value]


def _watched(patch: pytest.MonkeyPatch, outside: list[str]) -> None:
    """Note every address that is connected to or looked up beyond loopback, and refuse it."""
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def spy(sock: socket.socket, place: Any) -> None:
        if isinstance(place, tuple) and not ipaddress.ip_address(place[0]).is_loopback:
            outside.append(f"connection to {place[0]}:{place[1]}")
            raise ConnectionRefusedError("nothing leaves this machine")
        connect(sock, place)

    def nobody(host: Any, *rest: Any, **named: Any) -> Any:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise socket.gaierror(socket.EAI_NONAME, "no names are looked up here") from None
        return lookup(host, *rest, **named)

    patch.setattr(socket.socket, "connect", spy)
    patch.setattr(socket.socket, "connect_ex", spy)
    patch.setattr(socket, "getaddrinfo", nobody)


def _outcome(publication: Publication, counts: list[tuple[int, int]], outside: list[str], seconds: float) -> Outcome:
    with closing(open_database(publication.database)) as db:
        records: dict[str, list[Row]] = {}
        for row in db.rows("SELECT r.*, p.url AS asked, p.same_as FROM records r JOIN pages p ON p.id = r.page_id"):
            records.setdefault(row["asked"], []).append(row)
        return Outcome(
            feeds={row["given_url"]: row for row in db.rows("SELECT * FROM feeds")},
            items=Counter(r["url"] for r in db.rows("SELECT f.given_url AS url FROM items i JOIN feeds f ON f.id = i.feed_id")),
            texts=[row["t"] for row in db.rows(TEXTS) if row["t"]],
            links=[row["t"] for row in db.rows(LINKS) if row["t"]],
            records=records,
            pages=db.rows("SELECT * FROM pages"),
            doubles=db.rows(
                "SELECT feed_id, url, title, summary, published, count(*) FROM items GROUP BY feed_id, url, title, summary, published, first_seen != ("
                "SELECT min(first_seen) FROM items) HAVING count(*) > 1 AND url IS NOT NULL"
            ),
            counts=counts,
            outside=outside,
            files_read=[r["url"] for r in db.rows(ROOT) if b"root:" not in next(e.reply.body for e in FEEDS if e.url == r["url"])],
            seconds=seconds,
        )


def named(exhibits: list[Exhibit]) -> list[Any]:
    return [pytest.param(e, id=e.name) for e in exhibits]


@needs_corpus
@pytest.mark.parametrize("exhibit", named(FEEDS))
def test_every_feed_ends_in_a_state_with_its_reason(outcome: Outcome, exhibit: Exhibit) -> None:
    row = outcome.feeds[exhibit.url]

    assert row["state"] in ("ok", "malformed", "failed")
    assert (row["reason"] is None) == (row["state"] == "ok")
    assert row["requested"] is None
    assert row["last_polled"] is not None
    if row["state"] == "failed":
        assert outcome.items[exhibit.url] == 0


@needs_corpus
@pytest.mark.parametrize("exhibit", named([e for e in FEEDS if "still be usable" in e.row["correct"]]))
def test_what_must_be_usable_gives_items(outcome: Outcome, exhibit: Exhibit) -> None:
    assert outcome.items[exhibit.url] > 0, outcome.feeds[exhibit.url]["reason"]


@needs_corpus
@pytest.mark.parametrize("exhibit", named([e for e in FEEDS if re.search(r"feed (?:is )?(?:marked )?failed\b(?! or)", e.row["correct"])]))
def test_what_is_no_feed_is_marked_failed(outcome: Outcome, exhibit: Exhibit) -> None:
    if not re.search(r"\bor item|or malformed", exhibit.row["correct"]):
        assert outcome.feeds[exhibit.url]["state"] == "failed"


@needs_corpus
def test_ten_polls_add_nothing_twice(outcome: Outcome) -> None:
    items = [n for n, _ in outcome.counts]

    assert items[0] > 0
    assert items == [items[0]] * POLLS
    assert all(len(versions) == 1 for versions in outcome.records.values())
    assert not outcome.doubles, [tuple(row) for row in outcome.doubles]


@needs_corpus
def test_every_page_is_waiting_or_has_its_record(outcome: Outcome) -> None:
    without = [row["url"] for row in outcome.pages if row["url"] not in outcome.records and not row["same_as"]]
    states = {row["url"]: (row["state"], row["reason"]) for row in outcome.pages}

    assert all(states[url][0] in ("queued", "skipped") for url in without), {url: states[url] for url in without}
    assert all(state == "queued" or reason for url in without for state, reason in [states[url]])


@needs_corpus
def test_nothing_goes_out(outcome: Outcome) -> None:
    assert not outcome.outside


@needs_corpus
def test_nothing_unseen_and_no_file_is_in_the_store(outcome: Outcome) -> None:
    assert not [text for text in outcome.texts if UNSEEN.search(text)]
    assert not outcome.files_read


@needs_corpus
def test_links_are_http(outcome: Outcome) -> None:
    assert not [link for link in outcome.links if urlsplit(link).scheme not in ("http", "https")]
    assert not [link for link in outcome.links if urlsplit(link).username or urlsplit(link).fragment]


@needs_corpus
@pytest.mark.parametrize("exhibit", named(PAGES))
def test_every_page_ends_in_the_record_that_is_right(outcome: Outcome, exhibit: Exhibit) -> None:
    correct = exhibit.row["correct"]
    page = next(row for row in outcome.pages if row["url"] == exhibit.url)
    found = outcome.records.get(exhibit.url, [])
    if page["same_as"]:
        assert "same record" in correct
        target = next(row for row in outcome.pages if row["id"] == page["same_as"])
        found = outcome.records[target["url"]]
    assert len(found) == 1
    [record] = found

    if "paywalled" in correct:
        assert (record["state"], bool(record["reason"])) == ("paywalled", True)
        assert record["text"] == f"{exhibit.file.stem}\nWhat the feed says of {exhibit.file.stem}."
    elif "reservation" in correct:
        assert (record["state"], bool(record["reason"])) == ("reserved", True)
        assert record["text"] == f"{exhibit.file.stem}\nWhat the feed says of {exhibit.file.stem}."
    elif "for correction" in correct:
        assert record["state"] == "read"
        assert record["correction"]
    else:
        assert record["state"] in ("read", "failed")
        assert record["reason"] is None or record["state"] == "failed"


@needs_corpus
def test_variants_of_one_page_are_one_record(outcome: Outcome) -> None:
    variants = [e for e in PAGES if "same record" in e.row["correct"]]
    merged = {row["url"]: row["same_as"] for row in outcome.pages}

    assert all(merged[e.url] for e in variants)
    assert not [e.url for e in variants if e.url in outcome.records]


@pytest.mark.proof
@needs_corpus
def test_the_figure(outcome: Outcome) -> None:
    assert outcome.counts[-1] == outcome.counts[0] and not outcome.outside
    states = Counter(row["state"] for row in outcome.feeds.values())
    print(
        f"Real input: {len(outcome.feeds)} feeds and {len(PAGES)} pages polled {POLLS} times in {outcome.seconds:.0f} s: 0 exceptions,"
        f" {dict(states)}, {outcome.counts[0][0]:,} items, {outcome.counts[-1][0] - outcome.counts[0][0]} added twice,"
        f" {len(outcome.outside)} connections beyond loopback"
    )
