"""T1: polite to publishers. Two hundred scripted publishers watch a month of runs; then every row of the corpus' scenarios."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import pytest
from etiquette import AGENT, CONTACT, FORBIDDEN, Watch
from inline import Inline
from outside import needs_corpus, rows
from publishers import DAY, TROUBLES, draw
from scripted_server import Asked, Reply, Scripted

from groundwire.clock import Clock
from groundwire.config import Fetch, Publication, Settings
from groundwire.records import StageReport
from groundwire.store import feeds
from groundwire.store.database import Row, open_database
from ingest import pipeline

START = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
REQUEST_SECONDS = 5.0
SLOW = "silent"
"""A trouble that takes REQUEST_SECONDS of real time at each poll; only the full form has it."""

LONGEST_STEP = timedelta(minutes=62)


def month(root: Path, count: int, days: int, troubles: Sequence[str] = TROUBLES) -> Watch:
    """So many publishers watched for so many days of runs, by cron, by hand and after restarts: nothing is kept but the database."""
    publishers = draw(count, START, days, troubles)
    watch = Watch(publishers, START)
    rng = Random(count)
    with Scripted(watch, keep_log=False) as server:
        fetch = Fetch(allow_loopback=True, hosts=server.hosts(watch.names), host_delay_seconds=0, contact_url=CONTACT)
        publication = Publication(root=root, settings=Settings(fetch=fetch))
        with closing(open_database(publication.database)) as db, db.transaction():
            for publisher in publishers:
                feeds.add(db, publisher.url, START)
        now = START
        while now < START + days * DAY:
            watch.begin(now)
            with closing(open_database(publication.database)) as db:
                pipeline.poll(db, publication, Clock(now), deadline=monotonic() + 600, pool=Inline(), request_seconds=REQUEST_SECONDS)
            by_hand = rng.random() < 0.12
            now += timedelta(seconds=rng.randrange(1, 300)) if by_hand else timedelta(minutes=rng.randrange(20, 61))
    return watch


def told(watch: Watch) -> str:
    return "\n".join(f"{n} x {rule}: {watch.examples[rule]}" for rule, n in watch.breaches.most_common())


def test_no_publisher_has_cause_to_complain(tmp_path: Path) -> None:
    watch = month(tmp_path, 60, 4, [kind for kind in TROUBLES if kind != SLOW])

    assert not watch.breaches, told(watch)
    assert not list(watch.lazy(LONGEST_STEP))
    assert watch.requests > 500


@pytest.mark.proof
def test_no_publisher_has_cause_to_complain_in_a_month(tmp_path: Path) -> None:
    watch = month(tmp_path, 200, 30)
    feeds_watched = list({id(f): f for f in watch.feeds.values()}.values())
    conditional = [f for f in feeds_watched if f.publisher.validators != "none" and f.known]

    print(f"T1: {watch.breaches.total()} breaches, {watch.requests:,} requests, {len(feeds_watched)} feeds, 30 days")
    assert not watch.breaches, told(watch)
    assert not list(watch.lazy(LONGEST_STEP))
    assert {f.unconditional for f in conditional} == {1}
    assert set(TROUBLES) <= set(watch.seen), watch.seen
    assert any(f.adopted for f in feeds_watched)
    assert watch.seen["304"] > watch.seen["200"]
    assert min(watch.seen[kind] for kind in ("page 200", "page 304", "page 404", "page 410", "page 500", "page 503")) > 0


@dataclass
class Unhurried:
    """Two hosts whose feeds and pages lead to each other; when each was answered is kept."""

    answered: list[tuple[str, float]] = field(default_factory=list)
    hurried: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        before = [moment for host, moment in self.answered if host == asked.host]
        if asked.beside or (before and asked.at - before[-1] < 0.99):
            self.hurried.append(asked.url)
        self.answered.append((asked.host, monotonic()))
        return self._reply(asked)

    def _reply(self, asked: Asked) -> Reply:
        other = {"one.example": "two.example", "two.example": "one.example"}[asked.host]
        if asked.path == "/moved":
            return Reply(302, (("Location", f"http://{other}/feed"),))
        if asked.path == "/feed":
            link = f"<item><title>One</title><link>http://{asked.host}/page</link></item>"
            return Reply(200, (), f"<rss version='2.0'><channel><title>F</title>{link}</channel></rss>".encode())
        return Reply(302, (("Location", "/there"),)) if asked.path == "/page" else Reply(404)


def test_a_second_between_two_requests_to_a_host_and_one_at_a_time(tmp_path: Path) -> None:
    publishers = Unhurried()
    with Scripted(publishers) as server:
        fetch = Fetch(allow_loopback=True, hosts=server.hosts(["one.example", "two.example"]))
        publication = Publication(root=tmp_path, settings=Settings(fetch=fetch))
        with closing(open_database(publication.database)) as db:
            with db.transaction():
                for host in fetch.hosts:
                    feeds.add(db, f"http://{host}/moved", START)
            pipeline.poll(db, publication, Clock(START), deadline=monotonic() + 60, pool=Inline())

    assert not publishers.hurried
    assert Counter(host for host, _ in publishers.answered) == {"one.example": 5, "two.example": 5}


FEED = (
    b'<?xml version="1.0"?><rss version="2.0"><channel><title>Scenario</title><link>http://scenario.example/</link>'
    b'<item><title>One</title><guid isPermaLink="false">1</guid></item></channel></rss>'
)
FROM_NOW = re.compile(r"\+(\d+)\s*([smhd]) as HTTP-date")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
VALIDATORS = {"etag", "last-modified"}
PERMANENT, TEMPORARY = (301, 308), (302, 303, 307)


@dataclass
class Scenario:
    """A server that answers the feed's address as a row of the corpus says, the last answer again and again, and others with a feed."""

    responses: list[dict[str, Any]]
    now: datetime = START
    asked: list[tuple[datetime, Asked]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Reply:
        self.asked.append((self.now, asked))
        if asked.path != "/feed":
            return Reply(200, (), FEED)
        said = self.responses[min(len(self.to("/feed")), len(self.responses)) - 1]
        headers = tuple((name, self._filled(value)) for name, value in said.get("headers", {}).items())
        body = said["body"].encode() if "body" in said else FEED if said["status"] == 200 else b""
        if any(name.lower() == "content-encoding" and "gzip" in value for name, value in headers):
            body = gzip.compress(body)
        return Reply(said["status"], (("Date", format_datetime(self.now, usegmt=True)), *headers), body)

    def to(self, path: str) -> list[tuple[datetime, Asked]]:
        return [(moment, asked) for moment, asked in self.asked if asked.path == path]

    def _filled(self, value: str) -> str:
        found = FROM_NOW.fullmatch(value)
        return format_datetime(self.now + timedelta(**{UNITS[found[2]]: int(found[1])}), usegmt=True) if found else value


@dataclass
class Runs:
    """A publication that reads a scenario's feed; each `poll` is a run of its own."""

    scenario: Scenario
    publication: Publication
    reports: list[StageReport] = field(default_factory=list)

    def poll(self) -> None:
        with closing(open_database(self.publication.database)) as db:
            clock = Clock(self.scenario.now)
            self.reports.append(pipeline.poll(db, self.publication, clock, deadline=monotonic() + 60, pool=Inline()))

    def until_asked(self, times: int, longest: timedelta = timedelta(days=9)) -> None:
        """Runs every quarter of an hour, later every two hours, until the feed was asked so often."""
        begun = self.scenario.now
        while len(self.scenario.to("/feed")) < times and self.scenario.now - begun < longest:
            self.scenario.now += timedelta(minutes=15 if self.scenario.now - begun < timedelta(hours=14) else 120)
            self.poll()

    def row(self) -> Row:
        with closing(open_database(self.publication.database)) as db:
            return db.rows("SELECT * FROM feeds WHERE given_url = 'http://scenario.example/feed'")[0]


@pytest.fixture
def runs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runs]:
    scenario = Scenario(request.param["responses"])
    with Scripted(scenario) as server:
        fetch = Fetch(allow_loopback=True, hosts=server.hosts(["scenario.example"]), host_delay_seconds=0, contact_url=CONTACT)
        publication = Publication(root=tmp_path, settings=Settings(fetch=fetch))
        with closing(open_database(publication.database)) as db, db.transaction():
            feeds.add(db, "http://scenario.example/feed", START)
            if request.param["responses"][0]["status"] in (429, 503):
                feeds.add(db, "http://scenario.example/other", START)
        yield Runs(scenario, publication)


SCENARIOS = rows("own/http-scenarios.json")


def having(test: Callable[[dict[str, Any]], bool]) -> pytest.MarkDecorator:
    """The rows that a test is about, with the server that answers as they say."""
    found = [pytest.param(row, row, id=str(row.get("id", n))) for n, row in enumerate(SCENARIOS) if test(row)]
    return pytest.mark.parametrize(("runs", "row"), found, indirect=["runs"])


def statuses(row: dict[str, Any]) -> set[int]:
    return {said["status"] for said in row["responses"]}


@needs_corpus
@having(lambda row: True)
def test_the_first_requests_are_polite(runs: Runs, row: dict[str, Any]) -> None:
    runs.poll()
    _, first = runs.scenario.asked[0]

    assert AGENT.fullmatch(first.headers["user-agent"])
    assert "gzip" in first.headers["accept-encoding"]
    assert not {"if-none-match", "if-modified-since", *FORBIDDEN} & set(first.headers)
    runs.scenario.now += timedelta(minutes=30)
    runs.poll()
    assert len(runs.scenario.to("/feed")) == 1


@needs_corpus
@having(lambda row: "next" in row or "next_absent" in row)
def test_the_next_request_carries_what_it_should(runs: Runs, row: dict[str, Any]) -> None:
    runs.poll()
    runs.until_asked(len(row["responses"]) + 1)
    sent = runs.scenario.to("/feed")[len(row["responses"])][1].headers

    assert {name: sent.get(name.lower()) for name in row.get("next", {})} == row.get("next", {})
    assert not {name.lower() for name in row.get("next_absent", ())} & set(sent)


@needs_corpus
@having(lambda row: row.get("next_not_before_s") is not None)
def test_the_next_request_is_not_too_early(runs: Runs, row: dict[str, Any]) -> None:
    wait = timedelta(seconds=row["next_not_before_s"])
    runs.poll()
    runs.until_asked(len(row["responses"]) + 1, max(timedelta(days=9), 2 * wait))
    asked = runs.scenario.to("/feed")
    told = asked[len(row["responses"]) - 1][0]

    assert asked[len(row["responses"])][0] - told >= min(wait, timedelta(days=7))
    if statuses(row) <= {429, 503}:
        assert all(moment - told >= wait for moment, a in runs.scenario.to("/other")), "the whole host waits"


@needs_corpus
@having(lambda row: "next_not_before_s" in row and row["next_not_before_s"] is None)
def test_what_is_gone_is_not_asked_again(runs: Runs, row: dict[str, Any]) -> None:
    runs.poll()
    runs.until_asked(len(row["responses"]))
    for _ in range(40):
        runs.scenario.now += timedelta(days=1)
        runs.poll()

    assert len(runs.scenario.to("/feed")) == len(row["responses"])
    assert runs.row()["state"] == "off"
    assert len([failure for report in runs.reports for failure in report.failures]) == 1


@needs_corpus
@having(lambda row: statuses(row) == {404})
def test_what_is_not_found_is_asked_less_and_less_and_off_after_a_month(runs: Runs, row: dict[str, Any]) -> None:
    runs.poll()
    runs.until_asked(6)
    moments = [moment for moment, _ in runs.scenario.to("/feed")]
    assert all(later - earlier >= timedelta(hours=2**n) for n, (earlier, later) in enumerate(pairwise(moments)))

    for _ in range(50 * 4):
        runs.scenario.now += timedelta(hours=6)
        runs.poll()
    moments = [moment for moment, _ in runs.scenario.to("/feed")]
    assert max(later - earlier for earlier, later in pairwise(moments)) < timedelta(days=9)
    assert runs.row()["state"] == "off"
    assert timedelta(days=30) <= moments[-1] - moments[0] < timedelta(days=40)


@needs_corpus
@having(lambda row: statuses(row) <= {*PERMANENT, *TEMPORARY} and "Location" in row["responses"][-1].get("headers", {}))
def test_a_redirect_is_followed_and_adopted_only_when_it_is_for_good(runs: Runs, row: dict[str, Any]) -> None:
    target = row["responses"][-1]["headers"]["Location"]
    firsts = []
    for _ in range(6):
        before = len(runs.scenario.asked)
        runs.poll()
        firsts.append([asked.path for _, asked in runs.scenario.asked[before:]])
        runs.scenario.now += timedelta(hours=30)

    follows = ["/feed", target]
    if statuses(row) <= set(PERMANENT) and len({said["headers"].get("Location") for said in row["responses"]}) == 1:
        assert firsts == [follows] * 3 + [[target]] * 3
        assert runs.row()["url"].endswith(target)
        assert any(target in note for report in runs.reports for note in report.notes)
    else:
        assert firsts == [follows] * 6
        assert runs.row()["url"] == "http://scenario.example/feed"


@needs_corpus
@having(lambda row: statuses(row) == {200} and not VALIDATORS & {h.lower() for said in row["responses"] for h in said.get("headers", {})})
def test_the_same_body_without_validators_is_asked_for_once_a_day(runs: Runs, row: dict[str, Any]) -> None:
    runs.poll()
    runs.until_asked(5)
    moments = [moment for moment, _ in runs.scenario.to("/feed")]

    assert all(later - earlier >= timedelta(hours=24) for earlier, later in pairwise(moments[2:]))
    assert len(moments) == 5


@needs_corpus
@having(lambda row: 200 in statuses(row))
def test_a_good_answer_is_read_whatever_its_encoding(runs: Runs, row: dict[str, Any]) -> None:
    runs.poll()
    runs.until_asked(len(row["responses"]))
    with closing(open_database(runs.publication.database)) as db:
        assert [r["title"] for r in db.rows("SELECT title FROM items")] == ["One"]
    assert runs.row()["state"] == "ok"
