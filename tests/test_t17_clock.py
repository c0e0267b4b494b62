"""T17: a clock that is wrong, stepped or in another zone causes no burst of requests and no date in the future."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import newsrooms
import pytest
from etiquette import CONTACT, Watch
from inline import Inline
from publishers import DAY, HOUR, TROUBLES, Publisher, draw
from scripted_server import Scripted

from groundwire import newsroom
from groundwire.clock import Clock, parse_time, to_text
from groundwire.config import Fetch, Publication, Settings, Site
from groundwire.records import StageReport
from groundwire.store import feeds, runs
from groundwire.store.database import open_database
from ingest import pipeline

START = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
AHEAD = timedelta(days=3652)
STEP = timedelta(minutes=30)
HARMLESS = {"robots.txt", "adopted too early, or never", "freshness"}
"""After a clock that was ten years ahead: its robots.txt is not trusted, the day it showed counts as one, and Expires was past to it."""

QUICK = [kind for kind in TROUBLES if kind != "silent"]
DATES = (
    *(("records", "published"), ("records", "fetched"), ("items", "published"), ("items", "first_seen")),
    *(("articles", "published"), ("articles", "modified"), ("pages", "published"), ("feeds", "last_polled")),
)


@dataclass(frozen=True)
class SystemClock(Clock):
    """The system's clock as it shows the time, right or wrong."""

    shows: datetime = START

    def now(self) -> datetime:
        return self.shows


@dataclass
class World:
    """Publishers who know the right time, and a publication that knows what its clock shows."""

    watch: Watch
    publication: Publication
    publishers: list[Publisher]
    reports: list[StageReport] = field(default_factory=list)
    now: datetime = START

    def run(self, clock: Clock) -> None:
        self.watch.begin(self.now)
        with newsroom.work(self.publication, clock, "poll") as doing:
            doing.add(pipeline.poll(doing.db, doing.publication, clock, deadline=monotonic() + 600, pool=Inline()))
            self.reports += doing.reports

    def hours(self, hours: float, clock: Callable[[datetime], Clock], step: timedelta = STEP) -> int:
        """Runs every half hour for so long, by what the clock shows at each right moment; how many requests there were."""
        before, end = self.watch.requests, self.now + timedelta(hours=hours)
        while self.now < end:
            self.run(clock(self.now))
            self.now += step
        return self.watch.requests - before

    def latest(self) -> datetime:
        """The latest date in the store."""
        with closing(open_database(self.publication.database)) as db:
            found = [db.rows(f"SELECT max({column}) AS m FROM {table}")[0]["m"] for table, column in DATES]
        return max(datetime.fromisoformat(moment) for moment in found if moment)

    def clock_reports(self) -> int:
        return len([f for report in self.reports for f in report.failures if f.kind == "clock"])


def world_at(root: Path, start: datetime, count: int, timezone: str = "UTC") -> Iterator[World]:
    publishers = draw(count, start, 20, QUICK)
    watch = Watch(publishers, start)
    with Scripted(watch, keep_log=False) as server:
        fetch = Fetch(allow_loopback=True, hosts=server.hosts(watch.names), host_delay_seconds=0, contact_url=CONTACT)
        publication = Publication(root=root, settings=Settings(fetch=fetch, site=Site(timezone=timezone)))
        with closing(open_database(publication.database)) as db, db.transaction():
            for publisher in publishers:
                feeds.add(db, publisher.url, start)
        yield World(watch, publication, publishers, now=start)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from world_at(tmp_path, START, 12)


def right(now: datetime) -> Clock:
    return SystemClock(shows=now)


def told(watch: Watch) -> str:
    return "\n".join(f"{n} x {rule}: {watch.examples[rule]}" for rule, n in watch.breaches.most_common())


def test_a_clock_a_day_behind_asks_nothing_early_and_is_reported_once(world: World) -> None:
    world.hours(4, right)
    behind = world.hours(5, lambda now: SystemClock(shows=now - DAY))
    latest = world.latest()
    world.hours(4, right)

    assert not world.watch.breaches, told(world.watch)
    assert behind == 0
    assert latest <= world.now - 4 * HOUR
    assert world.clock_reports() == 1
    assert world.watch.requests > 40


def test_a_clock_ten_years_ahead_asks_each_once_and_recovers(world: World) -> None:
    world.hours(3, right)
    asked = {f.publisher.url: f.polls for f in world.watch.feeds.values()}
    world.run(SystemClock(shows=world.now + AHEAD))
    ahead = {f.publisher.url: f.polls for f in world.watch.feeds.values()}
    assert all(ahead[url] - asked[url] <= 1 for url in asked)
    assert world.latest() <= world.now + AHEAD

    world.watch.forgive()
    back = world.hours(0.9, right)
    assert back == 0, "nothing becomes due at once by setting the clock right"
    later = world.hours(30, right)
    assert not set(world.watch.breaches) - HARMLESS, told(world.watch)
    assert later > 100, "and nothing waits ten years"
    assert world.clock_reports() == 1


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", datetime(2026, 10, 24, 21, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 28, 22, 0, tzinfo=UTC)),
        ("America/St_Johns", datetime(2026, 11, 1, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_change_to_or_from_summer_time_is_no_step(tmp_path: Path, zone: str, start: datetime) -> None:
    for world in world_at(tmp_path, start, 12, zone):
        asked = world.hours(8, lambda now: Clock(parse_time(now.astimezone(ZoneInfo(zone)).isoformat())))
        assert not world.watch.breaches, told(world.watch)
        assert asked > 40
        assert world.latest() < world.now


def test_a_moment_before_the_last_run_is_refused(tmp_path: Path) -> None:
    newsrooms.make(tmp_path, {}, newsrooms.opml({}))
    first = newsrooms.groundwire(tmp_path, "poll", now="2026-11-06T18:00:00+00:00")
    earlier = newsrooms.groundwire(tmp_path, "run", now="2026-11-06T18:59:59+01:00")
    again = newsrooms.groundwire(tmp_path, "poll", now="2026-11-06T19:00:00+01:00")

    assert first.returncode == 0, first.stderr
    assert earlier.returncode == 2
    assert len(earlier.stderr.splitlines()) == 1
    assert "--now 2026-11-06T17:59:59Z" in earlier.stderr
    assert "earlier than the last run (2026-11-06T18:00:00Z)" in earlier.stderr
    assert again.returncode == 0, "the same moment again is no step back"


def test_a_run_in_the_future_is_reported_once_and_nothing_is_asked_ahead(world: World) -> None:
    with closing(open_database(world.publication.database)) as db:
        ended = runs.start(db, "run", START + 3 * DAY, fixed_clock=False)
        runs.finish(db, ended, START + 3 * DAY, 0, [])
        db.execute("UPDATE feeds SET next_poll = ?", (to_text(START + 3 * DAY),))
        db.connection.commit()
    asked = world.hours(2, right)

    assert asked == 0
    assert world.clock_reports() == 1


@pytest.mark.proof
def test_wrong_clocks_for_a_fortnight(tmp_path: Path) -> None:
    breaches = requests = 0
    for offset in (-DAY, -HOUR, HOUR, DAY, AHEAD):
        (tmp_path / str(offset)).mkdir()
        for world in world_at(tmp_path / str(offset), START, 40):
            world.hours(24, right)
            before = {f.publisher.url: f.polls for f in world.watch.feeds.values()}
            world.run(SystemClock(shows=world.now + offset))
            polls = {f.publisher.url: f.polls for f in world.watch.feeds.values()}
            breaches += sum(polls[url] - before[url] > 1 for url in polls)
            world.watch.forgive()
            world.hours(12 * 24, right)
            breaches += sum(n for rule, n in world.watch.breaches.items() if rule not in HARMLESS)
            requests += world.watch.requests
            assert not set(world.watch.breaches) - HARMLESS, f"{offset}: {told(world.watch)}"
            assert not [url for url in polls if not world.watch.feeds[url].gone and world.watch.feeds[url].polls == polls[url]]
    print(f"T17: {breaches} requests too early, {requests:,} requests, clocks wrong by -1 day, -1 h, +1 h, +1 day, +10 years")
    assert breaches == 0
