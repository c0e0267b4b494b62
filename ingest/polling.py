"""Polling feeds: each that is due is asked once, and what came is stored with its new polling state in one transaction."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from groundwire.errors import FeedError, WorkerError
from groundwire.http import Response
from groundwire.log import event
from groundwire.records import FeedItem, FeedState, ParsedFeed
from groundwire.store import feeds, pages
from groundwire.store.database import Row
from ingest.entries import usable_date
from ingest.feeds import parse_feed
from ingest.lanes import Turn
from ingest.schedule import (
    FURTHEST,
    LONGEST,
    Answer,
    Decision,
    FeedPolling,
    NoAnswer,
    after_poll,
    changes,
    conditional_headers,
    is_due,
    polling_of,
    settle,
    settle_block,
)
from ingest.session import PARALLEL_HOSTS, Session, said
from ingest.urls import host_of, identity

FEED_BYTES = 5 * 1024 * 1024
BEHIND = timedelta(days=2)
"""A clock that is behind by less makes no feed's pause look wrong."""

_ENDS_WHOLE = re.compile(
    rb"(?:</(?:\w+:)?(?:rss|feed|rdf|channel|html)\s*>|[}\]])\s*(?:<!--.*?-->\s*)*\x00*\s*$", re.IGNORECASE | re.DOTALL
)


async def poll_feeds(session: Session) -> None:
    """Ask every feed that is due, hosts side by side, one request at a time to each."""
    await session.writer.write(lambda: settle_clock(session))
    rows = feeds.due(session.db, session.now)
    hosts = Counter(host_of(row["url"]) for row in rows)
    alone = deque(row for row in rows if hosts[host_of(row["url"])] == 1)
    done = 0

    async def one(row: Row, keep: bool) -> None:
        nonlocal done
        await _poll(session, row, keep=keep)
        done += 1
        session.progress("feeds", done, len(rows))

    async def one_after_another() -> None:
        while alone:
            await one(alone.popleft(), keep=False)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(len(alone), PARALLEL_HOSTS)):
            tasks.create_task(one_after_another())
        for row in rows:
            if hosts[host_of(row["url"])] > 1:
                tasks.create_task(one(row, keep=True))
    await session.writer.write(lambda: None)


def settle_clock(session: Session) -> None:
    """Pull back what a wrong clock set too far ahead, and report it."""
    for row in feeds.beyond(session.db, session.now + FURTHEST + BEHIND):
        before = polling_of(row)
        after, report = settle(before, session.now)
        if report:
            after = replace(after, next_poll=_same_pause(before, after, session.now))
            feeds.store_polling(session.db, row["id"], changes(before, after))
            session.notes.append(report)
    for host, block in list(session.blocks.items()):
        settled, report = settle_block(block, session.now)
        if report:
            session.blocks[host] = settled
            feeds.store_host(session.db, host, settled.blocked_until, settled.reason, settled.blocks)
            session.notes.append(report)


def _same_pause(before: FeedPolling, after: FeedPolling, now: datetime) -> datetime | None:
    """The pause that the feed was given by the wrong clock, counted from now: what the publisher asked for still holds."""
    if before.next_poll is None or before.last_polled is None or after.next_poll is None:
        return after.next_poll
    return max(after.next_poll, now + min(before.next_poll - before.last_polled, LONGEST))


async def _poll(session: Session, row: Row, *, keep: bool) -> None:
    polling = polling_of(row)
    host = host_of(polling.url)
    async with session.lanes.turn(host) as turn:
        if not await session.writer.enter(lambda: _begin(session, row, polling, host, turn)):
            return
        response = await session.ask(polling.url, turn, conditional_headers(polling), FEED_BYTES, keep=keep)
    work, _ = await _settling(session, row, polling, response)
    session.writer.post(work, partial(event, "feed stored", url=polling.url))
    session.writer.leave()


def _begin(session: Session, row: Row, polling: FeedPolling, host: str, turn: Turn) -> bool:
    """Note the request when the feed may be asked; belongs into a write."""
    if not turn.in_time or session.late:
        session.counts["feeds left for the next run"] += 1
        return False
    due = is_due(polling, session.blocks.get(host), session.now) and not unwelcome(polling, session.now)
    if session.waits(host) or not (due or row["requested"]):
        session.counts["feeds waiting"] += 1
        return False
    feeds.note_request(session.db, polling.id, session.now)
    return True


def unwelcome(polling: FeedPolling, now: datetime) -> bool:
    """Whether a feed that is due asks not to be polled at this hour or on this day; runs that never fit are not believed for ever."""
    all_of_it = len(polling.skip_hours) == 24 or len(polling.skip_days) == 7
    if all_of_it or polling.next_poll is None or now - polling.next_poll >= LONGEST:
        return False
    return now.hour in polling.skip_hours or now.weekday() in polling.skip_days


async def settle_poll(session: Session, row: Row, polling: FeedPolling, response: Response | NoAnswer) -> Decision:
    """Read an answer, decide, and store items and polling state together."""
    work, decision = await _settling(session, row, polling, response)
    await session.writer.write(work)
    event("feed stored", url=polling.url)
    return decision


async def _settling(session: Session, row: Row, polling: FeedPolling, response: Response | NoAnswer) -> tuple[Callable[[], None], Decision]:
    """The write that stores an answer, and what was decided."""
    outcome = response if isinstance(response, NoAnswer) else await answer_of(session, response)
    asked = host_of(outcome.url if isinstance(outcome, Answer) else polling.url)
    decision = after_poll(polling, session.block(asked), outcome, session.now)
    return partial(_store, session, row, polling, outcome, decision), decision


async def answer_of(session: Session, response: Response) -> Answer:
    """An answer with the feed that a worker read out of its body, or why there is none."""
    feed, trouble = None, None
    if 200 <= response.status < 300:
        try:
            feed = await read_feed(session, response)
        except FeedError as error:
            trouble = error.reason
        except WorkerError as error:
            trouble = said(error)
    return Answer(
        url=response.url,
        status=response.status,
        headers=response.headers,
        hops=response.hops,
        body_sha256=hashlib.sha256(response.body).hexdigest() if feed else None,
        feed=feed,
        trouble=trouble or (feed.malformed if feed else None),
        cut_short=bool(feed and feed.malformed and cut_short(response.body)),
    )


async def read_feed(session: Session, response: Response) -> ParsedFeed:
    """The feed in an answer, read in a worker; raises FeedError or WorkerError."""
    headers = {
        name: response.headers[name] for name in ("content-type", "content-location", "content-language") if name in response.headers
    }
    return await session.job(parse_feed, response.body, url=response.url, content_type=headers.get("content-type"), headers=headers)


def cut_short(body: bytes) -> bool:
    """Whether a body ends before the document in it does."""
    return _ENDS_WHOLE.search(body[-400:]) is None


def _store(session: Session, row: Row, polling: FeedPolling, outcome: Answer | NoAnswer, decision: Decision) -> None:
    state = changes(polling, decision.polling)
    feed = outcome.feed if isinstance(outcome, Answer) else None
    if decision.moved and feeds.known(session.db, decision.polling.url):
        state |= {
            "url": polling.url,
            "state": FeedState.OFF.value,
            "reason": f"has moved to {decision.polling.url}, which is polled already",
        }
    if feed is not None:
        state |= {"title": feed.title or row["title"], "html_url": feed.html_url or row["html_url"], "language": feed.language}
        _store_items(session, row, feed.items, first=row["first_ok"] is None)
        session.counts["entries without content dropped"] += feed.dropped
    feeds.store_polling(session.db, polling.id, state)
    session.store_block(decision.block)
    session.counts["feeds asked"] += 1
    session.counts["feeds unchanged"] += int(isinstance(outcome, Answer) and outcome.status == 304)
    if decision.failure:
        session.fail(decision.failure)
    elif decision.worked:
        session.works("feed", polling.url)
    if decision.report:
        session.notes.append(decision.report)


def _store_items(session: Session, row: Row, items: Sequence[FeedItem], *, first: bool) -> None:
    """Keep every new entry; queue its page unless this first poll finds it too old."""
    new = feeds.new_items(session.db, row["id"], items)
    days = row["backfill_days"] if row["backfill_days"] is not None else session.settings.fetch.max_age_days
    rows: list[tuple[Any, ...]] = []
    for item in new:
        usable = usable_date(item.published, session.now)
        published = usable or session.now
        too_old = first and usable is not None and usable < session.now - timedelta(days=days)
        page_id = None
        if item.url:
            reason = f"older than {days} days when its feed was first polled" if too_old else None
            same = identity(item.url)
            page_id = pages.add(session.db, same, item.url, host_of(item.url), published, queued=not too_old, reason=reason)
        rows.append(feeds.item_row(row["id"], item, published, usable is None, session.now, page_id))
    feeds.add_items(session.db, rows)
    session.counts["new entries"] += len(new)
