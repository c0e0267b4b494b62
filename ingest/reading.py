"""Reading pages: through robots.txt, once, then conditionally for corrections; what came is a record, or why there is none."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from groundwire.clock import from_text, to_text
from groundwire.errors import BlockedAddressError, FetchError, PageError, WorkerError
from groundwire.http import Headers, Response
from groundwire.log import event
from groundwire.records import ExtractedPage, Failure, RecordState
from groundwire.store import forgetting, pages, records
from groundwire.store.database import Row
from ingest import robots
from ingest.extract import extract_page
from ingest.freshness import lifetime
from ingest.lanes import Turn
from ingest.recording import Lead, PageIdentity, canonical_elsewhere, read_record, site_of, unread_record
from ingest.revisit import BACK_OFF, FURTHEST, PageDecision, PagePolling, page_headers, page_next, settle_page, unreadable
from ingest.schedule import Answer, NoAnswer
from ingest.session import Session, said
from ingest.urls import host_of, identity, origin_of

PAGE_BYTES = 10 * 1024 * 1024
ROBOTS_BYTES = 2 * 1024 * 1024
"""Read up to here; what counts of it is decided in ingest.robots."""

FORGOTTEN = "forgotten"
"""Why an address is not asked that was removed on demand."""
NO_ROBOTS = "robots-unreachable"
UNREAD = "could not be read, so no page of this host is asked for"
"""Said once for a host, not for each of its pages."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """The robots.txt in force for an origin, as it was last answered, and the last copy that could be read."""

    status: int | None
    body: str | None
    good_body: str | None


def settle_pages(session: Session) -> None:
    """Pull back what a wrong clock set too far ahead; belongs into a write."""
    for row in pages.beyond(session.db, session.now + FURTHEST):
        before = _polling_of(row)
        after = settle_page(before, session.now)
        pause = before.next_fetch - before.fetched if before.next_fetch and before.fetched else BACK_OFF[0]
        pages.put_off(session.db, row["id"], session.now + min(max(pause, BACK_OFF[0]), FURTHEST), after.fetched)


async def read_pages(session: Session) -> None:
    """Ask pages that are due, newest first, hosts in turn, at most `fetch.pages_per_run`; the rest stays queued."""
    await session.writer.write(lambda: settle_pages(session))
    asked: set[str] = set()
    done = 0

    async def one(row: Row) -> None:
        nonlocal done
        await _read(session, row)
        done += 1
        session.progress("pages", done, len(asked))

    while (room := session.settings.fetch.pages_per_run - len(asked)) > 0 and not session.late:
        rows = [r for r in pages.due(session.db, session.now) if r["id"] not in asked and not session.waits(r["host"])]
        if not (chosen := in_turn(rows)[:room]):
            break
        asked |= {r["id"] for r in chosen}
        async with asyncio.TaskGroup() as tasks:
            for row in chosen:
                tasks.create_task(one(row))
    session.counts["pages left in the queue"] = pages.waiting(session.db, session.now)


def in_turn(rows: Sequence[Row]) -> list[Row]:
    """Pages in the order of asking: one of each host in turn, each host's in the given order."""
    lanes: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        lanes[row["host"]].append(row)
    ordered: list[Row] = []
    while lanes:
        for host in list(lanes):
            ordered.append(lanes[host].pop(0))
            if not lanes[host]:
                del lanes[host]
    return ordered


async def _read(session: Session, row: Row) -> None:
    page = _polling_of(row)
    async with session.lanes.turn(row["host"]) as turn, session.places:
        if not turn.in_time or session.waits(row["host"]):
            return None
        refusal = await _refusal(session, turn, row["url"])
        if refusal is not None:
            return await _settle(session, row, page, refusal, None)
        if session.waits(row["host"]):
            return None
        await session.writer.write(lambda: pages.note_request(session.db, row["id"], session.now))
        response = await session.ask(row["url"], turn, page_headers(page), PAGE_BYTES, lambda url: _admit(session, turn, url))
    if isinstance(response, NoAnswer):
        return await _settle(session, row, page, response, None)
    event("page fetched", url=row["url"])
    return await _settle(session, row, page, response, await _extracted(session, response))


async def _admit(session: Session, turn: Turn, url: str) -> None:
    """A page may lead elsewhere only where robots.txt lets us follow."""
    refusal = await _refusal(session, turn, url)
    if refusal is not None:
        raise FetchError(url, refusal.reason, refusal.kind)


async def _extracted(session: Session, response: Response) -> ExtractedPage | str | None:
    """The page that a worker read out of an answer, why it could not, or None when there was nothing to read."""
    if not 200 <= response.status < 300:
        return None
    names = ("content-type", "content-language", "x-robots-tag", "tdm-reservation", "tdm-policy", "content-usage", "content-signal")
    headers = {name: response.headers[name] for name in names if name in response.headers}
    try:
        return await session.job(extract_page, response.body, url=response.url, content_type=headers.get("content-type"), headers=headers)
    except PageError as error:
        return error.reason
    except WorkerError as error:
        return said(error)


async def _settle(
    session: Session, row: Row, page: PagePolling, outcome: Response | NoAnswer, extracted: ExtractedPage | str | None
) -> None:
    answer = outcome if isinstance(outcome, NoAnswer) else Answer(outcome.url, outcome.status, outcome.headers, outcome.hops)
    decision = unreadable(page, extracted, session.now) if isinstance(extracted, str) else page_next(page, answer, session.now)
    await session.writer.write(lambda: _store(session, row, outcome, extracted, decision))
    event("page stored", url=row["url"])


def _store(session: Session, row: Row, outcome: Response | NoAnswer, extracted: ExtractedPage | str | None, decision: PageDecision) -> None:
    if isinstance(outcome, Response):
        answered = host_of(outcome.url)
        session.store_block(session.heard(answered, outcome.status, outcome.headers))
    if isinstance(outcome, NoAnswer) and outcome.kind == "waiting":
        pages.store(session.db, row["id"], {})
        return
    if isinstance(outcome, NoAnswer) and outcome.kind == FORGOTTEN:
        forgetting.follow(session.db, row["id"], session.now)
        return
    canonical = _canonical(session, row, extracted)
    if canonical is not None:
        _store_variant(session, row, canonical)
        return
    pages.store(session.db, row["id"], _columns(decision.page))
    session.counts["pages asked"] += 1
    if isinstance(extracted, ExtractedPage):
        _store_read(session, row, outcome, extracted)
    elif decision.failed:
        unreachable = isinstance(outcome, NoAnswer) and outcome.kind == NO_ROBOTS
        _store_unread(session, row, decision, Failure("robots.txt", row["host"], UNREAD) if unreachable else None)
    else:
        session.works("page", row["url"])


def _canonical(session: Session, row: Row, extracted: ExtractedPage | str | None) -> str | None:
    """The identity of the page that this one is a variant of, unless another page already led here by its own."""
    if not isinstance(extracted, ExtractedPage) or not extracted.canonical_url or pages.is_target(session.db, row["id"]):
        return None
    return canonical_elsewhere(_identity_of(row), identity(extracted.canonical_url))


def _store_variant(session: Session, row: Row, canonical: str) -> None:
    """The page is another address of `canonical`, which is read in its place."""
    target = pages.add(session.db, canonical, canonical, host_of(canonical), from_text(row["published"]), queued=True)
    pages.store(session.db, row["id"], {"state": "done", "same_as": target, "reason": "another address of the same page"})
    if forgetting.is_forgotten(session.db, canonical):
        forgetting.follow(session.db, row["id"], session.now)
    session.counts["pages that are another's variant"] += 1


def _store_read(session: Session, row: Row, outcome: Response | NoAnswer, extracted: ExtractedPage) -> None:
    """A new version when the page says something new."""
    before = records.latest_of_page(session.db, row["id"])
    record = read_record(_identity_of(row), extracted, _lead(session, row), before.version + 1 if before else 1, session.now)
    session.works("page", row["url"])
    if before and (before.text_sha256, before.state) == (record.text_sha256, record.state):
        session.counts["pages unchanged"] += 1
        return
    records.add(session.db, record, extracted.correction)
    session.counts["pages changed" if before and before.state is RecordState.READ else "new records"] += 1


def _store_unread(session: Session, row: Row, decision: PageDecision, instead: Failure | None) -> None:
    """The feed's summary and the reason, once; a page that was read keeps its record."""
    reason = decision.failed or ""
    refused = decision.page.state == "refused"
    if not refused:
        session.fail(instead or Failure("page", row["url"], reason))
    if records.latest_of_page(session.db, row["id"]) is None:
        state = RecordState.SUMMARY_ONLY if refused else RecordState.FAILED
        records.add(session.db, unread_record(_identity_of(row), _lead(session, row), 1, session.now, state, reason))
        session.counts["records with a summary only"] += 1


def _identity_of(row: Row) -> PageIdentity:
    return PageIdentity(row["id"], row["identity"], row["url"], row["host"])


def _lead(session: Session, row: Row) -> Lead | None:
    """What the feeds say about a page."""
    item = pages.newest_item(session.db, row["id"])
    if item is None:
        return None
    hosts = {site_of(host_of(url)) for url in (item["feed_url"], item["feed_html_url"]) if url}
    return Lead(
        title=item["title"],
        summary=item["summary"],
        author=item["author"],
        language=item["language"] or item["feed_language"],
        published=from_text(item["published"]),
        estimated=bool(item["estimated"]),
        outlet=item["feed_outlet"],
        feed_title=item["feed_title"],
        own_feed=site_of(row["host"]) in hosts,
    )


def _polling_of(row: Row) -> PagePolling:
    return PagePolling(
        state=row["state"],
        reason=row["reason"],
        next_fetch=from_text(row["next_fetch"]) if row["next_fetch"] else None,
        fetched=from_text(row["fetched"]) if row["fetched"] else None,
        tries=row["tries"],
        checks=row["checks"],
        etag=row["etag"],
        last_modified=row["last_modified"],
        gone=from_text(row["gone"]) if row["gone"] else None,
    )


def _columns(page: PagePolling) -> dict[str, object]:
    return {
        "state": page.state,
        "reason": page.reason,
        "next_fetch": to_text(page.next_fetch) if page.next_fetch else None,
        "fetched": to_text(page.fetched) if page.fetched else None,
        "tries": page.tries,
        "checks": page.checks,
        "etag": page.etag,
        "last_modified": page.last_modified,
        "gone": to_text(page.gone) if page.gone else None,
    }


async def _refusal(session: Session, turn: Turn, url: str) -> NoAnswer | None:
    """Why a page must not be asked, because it was forgotten or robots.txt keeps us from it, or None; its pause is honoured from here on."""
    if forgetting.is_forgotten(session.db, identity(url)):
        return NoAnswer(FORGOTTEN, "was removed on demand and is never asked for again")
    try:
        origin = origin_of(url)
    except BlockedAddressError as error:
        return NoAnswer(error.kind, error.reason)
    copy = await _robots(session, turn, origin, host_of(url))
    if copy is None:
        return NoAnswer("waiting", "the host asks us to wait")
    session.lanes.slow_down(host_of(url), robots.crawl_delay(copy.body, copy.status, good_body=copy.good_body))
    target = urlsplit(url)._replace(scheme="", netloc="").geturl() or "/"
    if robots.allowed(copy.body, copy.status, target, good_body=copy.good_body):
        return None
    if copy.status is None or copy.status >= 500:
        return NoAnswer(NO_ROBOTS, "robots.txt could not be read, so the page is not asked for")
    return NoAnswer("robots", "robots.txt does not allow this page")


async def _robots(session: Session, turn: Turn, origin: str, host: str) -> _Rules | None:
    """The robots.txt in force for an origin, asked for when the stored one is no longer fresh; None when the host waits."""
    row = pages.robots(session.db, origin)
    if row and session.now < from_text(row["expires"]) <= session.now + robots.FRESH:
        return _Rules(row["status"], row["body"], row["good_body"])
    if session.waits(host):
        return None
    response = await session.ask(f"{origin}/robots.txt", turn, {}, ROBOTS_BYTES)
    await turn.at(host)
    status, headers = (None, Headers()) if isinstance(response, NoAnswer) else (response.status, response.headers)
    body = robots.read(response.body) if isinstance(response, Response) and 200 <= response.status < 300 else None
    expires = robots.expires(session.now, status, round(lifetime(headers, session.now).total_seconds()) or None)

    def store() -> None:
        if status is not None:
            session.store_block(session.heard(host, status, headers))
        if status is not None and status < 500:
            session.works("robots.txt", host)
        pages.store_robots(session.db, origin, session.now, expires, status, body)

    await session.writer.write(store)
    fresh = pages.robots(session.db, origin)
    return None if session.waits(host) or fresh is None else _Rules(fresh["status"], fresh["body"], fresh["good_body"])
