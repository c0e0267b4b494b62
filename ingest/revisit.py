"""When a page is asked next: once, then conditionally for corrections on days 1, 3 and 7; decided without I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ingest.freshness import retry_after
from ingest.schedule import SHORTEST, Answer, NoAnswer, usable_validator, validators

CHECK_DAYS = (1, 3, 7)
"""Days after the first reading on which a page is asked again."""

GONE = frozenset({"http-404", "http-410"})
"""Answers that say a page is not there any more."""

BACK_OFF = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""Pauses after a page's first, second and third failure; the next one gives it up."""

FOR_GOOD = frozenset({401, 402, 403, 410, 451})
"""Answers that another try will not change."""

REFUSED_KINDS = frozenset({"address", "robots"})
"""Failures that are ours: the page must not be asked."""

FURTHEST = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class PagePolling:
    """The fetching state of a page, as the columns of the same names in `pages` hold it; `fetched` is its first reading.

    `gone` is when a page that had been read answered that it is not there any more; an answer with the page takes it back.
    """

    state: str = "queued"
    reason: str | None = None
    next_fetch: datetime | None = None
    fetched: datetime | None = None
    tries: int = 0
    checks: int = 0
    etag: str | None = None
    last_modified: str | None = None
    gone: datetime | None = None


@dataclass(frozen=True, slots=True)
class PageDecision:
    """The new state, and the reason when this outcome gave the page up for good (`given_up`) or failed for now."""

    page: PagePolling
    failed: str | None = None
    given_up: bool = False


def page_headers(page: PagePolling) -> dict[str, str]:
    """The validators to send for a page, byte for byte as received."""
    return validators(page.etag, page.last_modified)


def page_next(page: PagePolling, outcome: Answer | NoAnswer, now: datetime) -> PageDecision:
    """What an outcome changes for a page: read, unchanged, later, or given up with the reason.

    A page that was read once is never failed by a later check; its days go on. Hosts that ask us to wait are in
    `schedule.after_host_answer`; here the page waits as long, and the try is not counted.
    """
    if isinstance(outcome, NoAnswer):
        return _page_failed(page, outcome.kind, outcome.reason, now)
    if outcome.status == 304 and page_headers(page):
        return PageDecision(_checked(replace(page, **_newer(page, outcome), gone=None), now))
    if 200 <= outcome.status < 300:
        held: dict[str, Any] = {
            "etag": usable_validator(outcome.headers.first("etag")),
            "last_modified": usable_validator(outcome.headers.first("last-modified")),
        }
        return PageDecision(_checked(replace(page, **held, tries=0, reason=None, gone=None), now))
    if outcome.status in (429, 503):
        pause = max(retry_after(outcome.headers, now) or BACK_OFF[1], SHORTEST)
        return PageDecision(replace(page, next_fetch=now + min(pause, FURTHEST)), f"HTTP {outcome.status}: the host asks us to wait")
    return _page_failed(page, f"http-{outcome.status}", f"HTTP {outcome.status}", now)


def unreadable(page: PagePolling, reason: str, now: datetime) -> PageDecision:
    """A page that answered, whose text could not be read out: another try may find it whole; validators stay as they were."""
    return _page_failed(page, "unreadable", reason, now)


def settle_page(page: PagePolling, now: datetime) -> PagePolling:
    """The state with a moment that a wrong clock left far ahead pulled back to one pause from now."""
    if page.next_fetch is None or page.next_fetch - now <= FURTHEST:
        return page
    return replace(page, next_fetch=now + BACK_OFF[0], fetched=min(page.fetched, now) if page.fetched else None)


def _newer(page: PagePolling, answer: Answer) -> dict[str, Any]:
    return {
        "etag": usable_validator(answer.headers.first("etag")) or page.etag,
        "last_modified": usable_validator(answer.headers.first("last-modified")) or page.last_modified,
    }


def _checked(page: PagePolling, now: datetime) -> PagePolling:
    """The page after a good answer: its next day to be checked, or done after the last; missed days are not made up."""
    first = min(page.fetched or now, now)
    days = [day for day in CHECK_DAYS if first + timedelta(days=day) > now]
    checks = len(CHECK_DAYS) - len(days)
    if not days:
        return replace(page, state="done", next_fetch=None, fetched=first, checks=checks, tries=0)
    return replace(page, state="read", next_fetch=first + timedelta(days=days[0]), fetched=first, checks=checks, tries=0)


def _page_failed(page: PagePolling, kind: str, reason: str, now: datetime) -> PageDecision:
    if page.fetched is not None:
        gone = (page.gone or now) if kind in GONE else page.gone
        return PageDecision(replace(_checked(page, now), gone=gone), reason)
    if kind in REFUSED_KINDS:
        return PageDecision(replace(page, state="refused", reason=reason, next_fetch=None, tries=page.tries + 1), reason, given_up=True)
    if page.tries >= len(BACK_OFF) or kind in {f"http-{status}" for status in FOR_GOOD}:
        return PageDecision(replace(page, state="failed", reason=reason, next_fetch=None, tries=page.tries + 1), reason, given_up=True)
    return PageDecision(replace(page, reason=reason, next_fetch=now + BACK_OFF[page.tries], tries=page.tries + 1), reason)
