"""The ingest stage: feeds become items, items' pages become records."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TypeVar

from groundwire.clock import Clock
from groundwire.config import Publication
from groundwire.errors import FeedError, WorkerError
from groundwire.http import DEADLINE_SECONDS, Client, Response, user_agent
from groundwire.log import Progress, silent
from groundwire.records import Failure, StageReport
from groundwire.store import failures, feeds
from groundwire.store.database import Database
from groundwire.workers import WorkerPool
from ingest.discover import feed_links, guesses
from ingest.lanes import Lanes
from ingest.opml import read_opml
from ingest.polling import FEED_BYTES, poll_feeds, read_feed, settle_poll
from ingest.reading import read_pages
from ingest.schedule import NoAnswer, polling_of
from ingest.session import PARALLEL_HOSTS, Session, said, stored_blocks, stored_failing
from ingest.urls import clean_link, host_of
from ingest.writing import GroupWriter

T = TypeVar("T")

LIST = "list"
EMPTY_LIST = "holds no feeds"
"""What is no failure in a publication whose feeds came by `add`."""


def poll(
    db: Database,
    publication: Publication,
    clock: Clock,
    *,
    progress: Progress = silent,
    deadline: float,
    pool: Executor | None = None,
    request_seconds: float = DEADLINE_SECONDS,
) -> StageReport:
    """Ask every feed and page that is due, and store what came; what failed is in the report once.

    `deadline` is on the monotonic clock: what is left then stays queued. A pool that is passed in stays open.
    `request_seconds` is the whole time that one request may take.
    """

    unusable = _import_list(db, publication, clock.now())

    async def work(session: Session) -> StageReport:
        session.failures += unusable
        await poll_feeds(session)
        await read_pages(session)
        return _report(session)

    return _within(db, publication, clock, work, progress=progress, deadline=deadline, pool=pool, request_seconds=request_seconds)


def _import_list(db: Database, publication: Publication, now: datetime) -> list[Failure]:
    """Add what is new in the publication's own list; its entries that cannot be used, when they are seen for the first time."""
    file = publication.feeds_file
    lines = import_opml(db, file, now) if file.is_file() else []
    unusable = [_unusable(line) for line in lines if line.startswith(f"{file.name}: ") and EMPTY_LIST not in line]
    with db.transaction():
        for failure, _, _ in failures.current(db):
            if failure.kind == LIST and failure.subject not in {f.subject for f in unusable}:
                failures.clear(db, LIST, failure.subject, now)
        return [failure for failure in unusable if failures.note(db, failure, now)]


def _unusable(line: str) -> Failure:
    entry, _, reason = line.partition("; ")
    return Failure(LIST, entry, reason)


def import_opml(db: Database, file: Path, now: datetime) -> list[str]:
    """Add every feed of an OPML file that is not known yet, for the next run to poll; a line for each."""
    found = read_opml(file.read_bytes(), file.name)
    lines = list(found.trouble)
    with db.transaction():
        for feed in found.feeds:
            added = feeds.add(db, feed.url, now, outlet=feed.title, html_url=feed.html_url)
            lines.append(f"{feed.url}: {'added' if added else 'is there already'}")
    return lines


def add(
    db: Database,
    publication: Publication,
    clock: Clock,
    urls: Sequence[str],
    backfill_days: int | None = None,
    pool: Executor | None = None,
) -> StageReport:
    """Add feeds, or the feeds of sites, and store what was fetched as their first poll.

    The report has a note for each address that is a feed now, and a failure for each that is not.
    """

    async def work(session: Session) -> StageReport:
        for url in urls:
            try:
                session.notes.append(await _add(session, url, backfill_days))
            except FeedError as error:
                session.failures.append(Failure("add", error.url, error.reason))
        return StageReport("add", failures=tuple(session.failures), notes=tuple(session.notes))

    deadline = monotonic() + publication.settings.run.max_minutes * 60
    return _within(db, publication, clock, work, progress=silent, deadline=deadline, pool=pool)


def _within(
    db: Database,
    publication: Publication,
    clock: Clock,
    work: Callable[[Session], Awaitable[T]],
    *,
    progress: Progress,
    deadline: float,
    pool: Executor | None,
    request_seconds: float = DEADLINE_SECONDS,
) -> T:
    async def main() -> T:
        settings = publication.settings
        with WorkerPool() if pool is None else nullcontext(pool) as workers:
            async with Client(
                settings.fetch, user_agent(settings.fetch.contact_url), environment_proxy=publication.environment_proxy
            ) as client:
                session = Session(
                    db=db,
                    settings=settings,
                    now=clock.now(),
                    client=client,
                    pool=workers,
                    progress=progress,
                    deadline=deadline,
                    request_seconds=request_seconds,
                    lanes=Lanes(settings.fetch.host_delay_seconds, deadline),
                    writer=GroupWriter(db, PARALLEL_HOSTS),
                    blocks=stored_blocks(db),
                    failing=stored_failing(db),
                )
                return await work(session)

    with _rare_collections(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(main())


@contextmanager
def _rare_collections() -> Iterator[None]:
    """What is loaded by now is not looked through for garbage again and again while thousands of answers come and go."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(20_000, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed: half the time of a poll that finds nothing new."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _report(session: Session) -> StageReport:
    counts = tuple((name, n) for name, n in sorted(session.counts.items()) if n)
    failures = tuple(sorted(session.failures, key=lambda f: (f.kind, f.subject)))
    return StageReport("poll", counts, failures, tuple(sorted(session.notes)))


async def _add(session: Session, url: str, backfill_days: int | None) -> str:
    """Add the feed at an address, or the first feed that the page there names; raises FeedError. A known feed is not asked."""
    address = clean_link(url if "://" in url else f"https://{url}", "https://invalid.example/")
    if address is None:
        raise FeedError(url, "is not a web address; write it like https://news.example/")
    if feeds.known(session.db, address):
        return f"{address}: is there already"
    answer = await _ask(session, address)
    if isinstance(answer, NoAnswer):
        raise FeedError(url, f"could not be fetched ({answer.reason}); nothing was added")
    trouble = await _first_poll(session, address, answer, backfill_days)
    if trouble is None:
        return _added(session, address)
    for link in (*await _links(session, answer), *guesses(answer.url)):
        if feeds.known(session.db, link):
            return f"{link}: is there already"
        found = await _ask(session, link)
        if isinstance(found, Response) and await _first_poll(session, link, found, backfill_days) is None:
            return _added(session, link)
    raise FeedError(url, f"{trouble}, and no feed was found there; give the address of its feed")


async def _links(session: Session, answer: Response) -> tuple[str, ...]:
    """The feeds that a page names; none when a worker could not read it."""
    try:
        return await session.job(feed_links, answer.body, answer.url)
    except WorkerError:
        return ()


async def _ask(session: Session, url: str) -> Response | NoAnswer:
    async with session.lanes.turn(host_of(url)) as turn:
        if session.waits(host_of(url)):
            return NoAnswer("waiting", "the host asks us to wait")
        return await session.ask(url, turn, {}, FEED_BYTES)


async def _first_poll(session: Session, url: str, answer: Response, backfill_days: int | None) -> str | None:
    """Store an answer as the first poll of a new feed; why it is none, else None."""
    if not 200 <= answer.status < 300:
        return f"HTTP {answer.status}"
    try:
        await read_feed(session, answer)
    except FeedError as error:
        return error.reason
    except WorkerError as error:
        return said(error)
    if feeds.known(session.db, url):
        return None
    await session.writer.write(lambda: feeds.add(session.db, url, session.now, backfill_days=backfill_days))
    row = feeds.by_url(session.db, url)
    await settle_poll(session, row, polling_of(row), answer)
    return None


def _added(session: Session, url: str) -> str:
    row = feeds.by_url(session.db, url)
    return f"{url}: added ({row['title'] or host_of(url)}, {feeds.entries(session.db, row['id'])} entries)"
