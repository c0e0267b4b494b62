"""When a feed or a page is asked next, and with which validators: the etiquette of polling, decided without I/O.

Times are aware and in UTC. Each rule is one of "Polite to publishers" (RFC 9110, RFC 9111, RSS 2.0). A decision never
looks at a clock: `now` is the moment of the answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any

from groundwire.clock import from_text, to_text
from groundwire.http import PERMANENT, Headers
from groundwire.records import Failure, FeedState, ParsedFeed
from ingest.freshness import lifetime, retry_after

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SHORTEST = HOUR
LONGEST = timedelta(days=7)
JITTER = 0.15
"""Share of a pause that is added, never subtracted, so that feeds do not move in step."""

SAME_BODIES = 3
"""So many identical bodies in a row from a server without validators, and it is asked once a day."""

FAILURE_LONGEST = DAY
BLOCK_FIRST = timedelta(hours=4)
NOT_FOUND_DAYS = timedelta(days=30)
NOT_FOUND_POLLS = 8
"""Polls that must have said 404 as well before a feed is turned off: a clock that jumped makes days, not polls."""

MOVE_DAYS = 3
FURTHEST = LONGEST * (1 + JITTER)
"""Further ahead than this no rule here ever sets a poll: the clock was wrong when it was set."""

BLOCK_FURTHEST = timedelta(days=366)
WAITING = "waiting"
_ALL_HOURS, _ALL_DAYS = frozenset(range(24)), frozenset(range(7))
SLOW_KINDS = frozenset({"address", "redirects", "http"})
"""Failures that will not pass by themselves: they double up to seven days, like a 404."""


@dataclass(frozen=True, slots=True)
class FeedPolling:
    """The polling state of a feed, as the columns of the same names in `feeds` hold it."""

    id: str
    url: str
    state: FeedState = FeedState.OK
    reason: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    same_bodies: int = 0
    ttl_seconds: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    next_poll: datetime | None = None
    last_polled: datetime | None = None
    last_ok: datetime | None = None
    first_ok: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    moved_to: str | None = None
    moved_days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostBlock:
    """A host that asked us to wait; the columns of the same names in `hosts`."""

    host: str
    blocked_until: datetime | None = None
    reason: str | None = None
    blocks: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a poll: `url` answered, after `hops` of (status, absolute target).

    For a 200, `feed` is what was read out of the body, or None with `trouble` saying why; `cut_short` marks a body that
    ends before the feed does, whose items are kept and whose validators are not.
    """

    url: str
    status: int
    headers: Headers
    hops: tuple[tuple[int, str], ...] = ()
    body_sha256: str | None = None
    feed: ParsedFeed | None = None
    trouble: str | None = None
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A poll without an answer: `kind` and `reason` of the FetchError; "waiting" when a redirect led to a host that asked us to wait."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The new state, what failed (kept and reported once by the store), and what is to be told now (`report`)."""

    polling: FeedPolling
    block: HostBlock
    failure: Failure | None = None
    kind: str | None = None
    """The failure in one stable word: "http-404", "timeout", "dns", "not-a-feed", "short", ..."""
    report: str | None = None
    worked: bool = False
    """The feed answered as it should: earlier failures are over."""
    moved: bool = False
    """The address asked has changed."""


def polling_of(row: Any) -> FeedPolling:
    """The polling state in a row of `feeds`."""
    values = tuple(row)
    return FeedPolling(*[convert(values[place]) if convert else values[place] for place, convert in _places(tuple(row.keys()))])


@lru_cache(maxsize=8)
def _places(columns: tuple[str, ...]) -> tuple[tuple[int, Callable[[Any], Any] | None], ...]:
    """Where the fields stand in a row of these columns: looking each up by name takes longer than everything else about a row."""
    return tuple((columns.index(name), convert) for name, convert in _COLUMNS)


def block_of(host: str, row: Any) -> HostBlock:
    """The block in a row of `hosts`, or none when there is no row."""
    if row is None:
        return HostBlock(host)
    return HostBlock(host, _moment(row["blocked_until"]), row["reason"], row["blocks"])


def changes(before: FeedPolling, after: FeedPolling) -> dict[str, Any]:
    """The columns of `feeds` in which two states differ, with the later values as the table holds them."""
    pairs = zip(_COLUMNS, _values(before), _values(after), strict=True)
    return {name: _to_column(new) for (name, _), old, new in pairs if new != old}


def _moment(value: str | None) -> datetime | None:
    return from_text(value) if value is not None else None


def _numbers(value: str | None) -> frozenset[int]:
    return frozenset(json.loads(value)) if value else frozenset()


def _days(value: str | None) -> tuple[str, ...]:
    return tuple(json.loads(value)) if value else ()


_UNSENDABLE = re.compile("[\r\n\0\ud800-\udfff]")

_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("next_poll", "last_polled", "last_ok", "first_ok", "failing_since"), _moment),
    "state": {state.value: state for state in FeedState}.__getitem__,
    "skip_hours": _numbers,
    "skip_days": _numbers,
    "moved_days": _days,
}
_COLUMNS = tuple((f.name, _READ.get(f.name)) for f in fields(FeedPolling))
_values = attrgetter(*(name for name, _ in _COLUMNS))


def _to_column(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    if isinstance(value, frozenset | tuple):
        return json.dumps(sorted(value)) if value else None
    return value.value if isinstance(value, FeedState) else value


def conditional_headers(polling: FeedPolling) -> dict[str, str]:
    """The validators to send, byte for byte as received."""
    return validators(polling.etag, polling.last_modified)


def validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """If-None-Match and If-Modified-Since for stored validators."""
    named = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in named.items() if value is not None}


def usable_validator(validator: str | None) -> str | None:
    """A validator that can be stored and sent back as it came, or None."""
    return validator if validator and not _UNSENDABLE.search(validator) else None


def is_due(polling: FeedPolling, block: HostBlock | None, now: datetime) -> bool:
    """Whether a feed may be asked now."""
    if polling.state is FeedState.OFF or (polling.next_poll is not None and polling.next_poll > now):
        return False
    return block is None or block.blocked_until is None or block.blocked_until <= now


def next_allowed(polling: FeedPolling, block: HostBlock | None) -> datetime | None:
    """When a feed may be asked next; None for never (it is off), or for at once when it was never polled."""
    if polling.state is FeedState.OFF:
        return None
    moments = [m for m in (polling.next_poll, block.blocked_until if block else None) if m is not None]
    return max(moments, default=None)


def settle(polling: FeedPolling, now: datetime) -> tuple[FeedPolling, str | None]:
    """The state with times that a wrong clock left far ahead pulled back to one pause from now, and what to report.

    Nothing becomes due at once by this, so a clock that was wrong causes no burst.
    """
    if polling.next_poll is None or polling.next_poll - now <= FURTHEST:
        return polling, None
    report = f"{polling.url}: next poll was set for {to_text(polling.next_poll)}, as if by a clock that was wrong; it is polled after the usual pause"
    earlier: dict[str, Any] = {
        name: _not_after(getattr(polling, name), now) for name in ("last_polled", "last_ok", "first_ok", "failing_since")
    }
    return replace(polling, next_poll=_after(polling, SHORTEST, now), **earlier), report


def settle_block(block: HostBlock, now: datetime) -> tuple[HostBlock, str | None]:
    """The same for a host that waits longer than any server is believed."""
    if block.blocked_until is None or block.blocked_until - now <= BLOCK_FURTHEST:
        return block, None
    report = (
        f"{block.host}: was to wait until {to_text(block.blocked_until)}, as if by a clock that was wrong; it waits {_hours(BLOCK_FIRST)}"
    )
    return replace(block, blocked_until=now + BLOCK_FIRST), report


def after_poll(polling: FeedPolling, block: HostBlock, outcome: Answer | NoAnswer, now: datetime) -> Decision:
    """What a poll's outcome changes; `block` is the state of the host that answered (the last one, after redirects)."""
    if isinstance(outcome, Answer) and outcome.status == 304 and (polling.etag is not None or polling.last_modified is not None):
        return _unchanged(polling, _unblocked(block, now), outcome, now)
    asked = replace(polling, last_polled=now)
    if isinstance(outcome, NoAnswer) and outcome.kind == WAITING:
        return Decision(replace(asked, next_poll=_after(asked, SHORTEST, now)), block)
    if isinstance(outcome, NoAnswer):
        return _failed(asked, block, outcome.kind, outcome.reason, now)
    if 200 <= outcome.status < 300:
        return _read(asked, _unblocked(block, now), outcome, now)
    if outcome.status in (429, 503):
        return _told_to_wait(asked, block, outcome, now)
    if outcome.status == 410:
        return _turned_off(asked, block, "HTTP 410: the feed is gone for good", "http-410", now)
    if outcome.status == 404:
        return _not_found(asked, block, now)
    return _failed(asked, block, f"http-{outcome.status}", f"HTTP {outcome.status}", now)


def after_host_answer(block: HostBlock, status: int, headers: Headers, now: datetime) -> HostBlock:
    """The state of a host after any answer of it, pages and robots.txt included.

    429 and 503 block it: Retry-After, else 4 hours doubling to 7 days; never less than an hour, so that the same run
    does not ask again. Any other answer below 500 ends the row of blocks.
    """
    if status not in (429, 503):
        return _unblocked(block, now) if status < 500 else block
    wished = retry_after(headers, now)
    pause = max(wished, SHORTEST) if wished is not None else _doubled(BLOCK_FIRST, block.blocks, LONGEST)
    until = now + min(pause, BLOCK_FURTHEST)
    return HostBlock(block.host, max(until, block.blocked_until or until), f"HTTP {status}", block.blocks + 1)


def _read(polling: FeedPolling, block: HostBlock, answer: Answer, now: datetime) -> Decision:
    """A 200: new validators, hints and hash, when a whole feed came with it."""
    fresh = lifetime(answer.headers, now)
    if answer.feed is None:
        return _failed(polling, block, "not-a-feed", answer.trouble or "the answer is not a feed", now, at_least=fresh)
    if answer.cut_short:
        reason = answer.trouble or "the feed is cut short"
        return _failed(replace(polling, state=FeedState.MALFORMED), block, "short", reason, now, at_least=fresh, state=FeedState.MALFORMED)
    etag, modified = usable_validator(answer.headers.first("etag")), usable_validator(answer.headers.first("last-modified"))
    same = 0 if etag or modified else 1
    if same and answer.body_sha256 is not None and answer.body_sha256 == polling.body_sha256:
        same = polling.same_bodies + 1
    state = FeedState.MALFORMED if answer.feed.malformed else FeedState.OK
    hinted = replace(polling, **_hints(answer.feed), same_bodies=same)
    read = {
        **_healthy(polling, state, answer.feed.malformed, now),
        "etag": etag,
        "last_modified": modified,
        "body_sha256": answer.body_sha256,
    }
    return _agreeing(polling, hinted, read, block, answer, now, fresh)


def _unchanged(polling: FeedPolling, block: HostBlock, answer: Answer, now: datetime) -> Decision:
    """A 304: validators that came with it replace their own kind (RFC 9111, 4.3.4); the feed's own pause still counts."""
    state = FeedState.MALFORMED if polling.state is FeedState.MALFORMED else FeedState.OK
    read = {
        **_healthy(polling, state, polling.reason if state is FeedState.MALFORMED else None, now),
        "etag": usable_validator(answer.headers.first("etag")) or polling.etag,
        "last_modified": usable_validator(answer.headers.first("last-modified")) or polling.last_modified,
    }
    return _agreeing(polling, polling, read, block, answer, now, lifetime(answer.headers, now))


def _agreeing(
    before: FeedPolling, hinted: FeedPolling, read: dict[str, Any], block: HostBlock, answer: Answer, now: datetime, fresh: timedelta
) -> Decision:
    """The decision after a good answer: what was `read` is kept, where the feed has moved, and when it is asked next."""
    placed, moved = _placed(hinted, answer, now)
    pauses = [SHORTEST, fresh, timedelta(seconds=min(placed.ttl_seconds or 0, LONGEST.total_seconds()))]
    if placed.same_bodies >= SAME_BODIES:
        pauses.append(DAY)
    reports = [moved] if moved else []
    if _skips_all(placed) and not _same_skips(before, placed):
        reports.append(f"{placed.url}: asks to be skipped at every hour or on every day; that is ignored")
    scheduled = replace(placed, **read, next_poll=_after(placed, max(pauses), now))
    return Decision(scheduled, block, report="; ".join(reports) or None, worked=True, moved=moved is not None)


def _placed(polling: FeedPolling, answer: Answer, now: datetime) -> tuple[FeedPolling, str | None]:
    """The state with the target of permanent redirects noted, or adopted after three agreeing polls on different days."""
    target = _permanent_target(answer.hops)
    if target is None or target == polling.url:
        return (polling if polling.moved_to is None else replace(polling, moved_to=None, moved_days=())), None
    days = polling.moved_days if target == polling.moved_to else ()
    today = now.date().isoformat()
    days = days if today in days else (*days, today)
    if len(days) < MOVE_DAYS:
        return replace(polling, moved_to=target, moved_days=days), None
    report = f"{polling.url}: has moved for good; it is asked at {target} from now on"
    return replace(polling, url=target, moved_to=None, moved_days=()), report


def _permanent_target(hops: Sequence[tuple[int, str]]) -> str | None:
    """Where the leading 301s and 308s end; a temporary redirect after them moves nothing."""
    target = None
    for status, location in hops:
        if status not in PERMANENT:
            break
        target = location
    return target


def _told_to_wait(polling: FeedPolling, block: HostBlock, answer: Answer, now: datetime) -> Decision:
    waiting = after_host_answer(block, answer.status, answer.headers, now)
    until = to_text(waiting.blocked_until or now)
    reason = f"HTTP {answer.status}: the host asks us to wait; nothing is asked of it before {until}"
    failing = _failing(polling, f"http-{answer.status}", reason, FeedState.FAILED, now)
    scheduled = replace(failing, next_poll=_after(failing, SHORTEST, now))
    return Decision(scheduled, waiting, Failure("feed", polling.url, reason), f"http-{answer.status}")


def _not_found(polling: FeedPolling, block: HostBlock, now: datetime) -> Decision:
    failing = _failing(polling, "http-404", "HTTP 404: the feed is not there", FeedState.FAILED, now)
    since = failing.failing_since or now
    if now - since >= NOT_FOUND_DAYS and failing.failures >= NOT_FOUND_POLLS:
        return _turned_off(failing, block, f"HTTP 404 for {NOT_FOUND_DAYS.days} days", "http-404", now)
    pause = _doubled(HOUR, failing.failures - 1, LONGEST)
    scheduled = replace(failing, next_poll=_after(failing, pause, now))
    return Decision(scheduled, _unblocked(block, now), Failure("feed", polling.url, failing.reason or ""), "http-404")


def _turned_off(polling: FeedPolling, block: HostBlock, reason: str, kind: str, now: datetime) -> Decision:
    told = f"{reason}; it is off until `groundwire feeds on {polling.url}`"
    off = replace(polling, state=FeedState.OFF, reason=reason, next_poll=None, failures=polling.failures + 1)
    return Decision(off, _unblocked(block, now), Failure("feed", polling.url, told), kind, report=f"{polling.url}: {told}")


def _failed(
    polling: FeedPolling,
    block: HostBlock,
    kind: str,
    reason: str,
    now: datetime,
    *,
    at_least: timedelta = SHORTEST,
    state: FeedState = FeedState.FAILED,
) -> Decision:
    """Any other failure: 1, 2, 4 ... hours up to a day, or up to seven for what will not pass; validators stay."""
    failing = _failing(polling, kind, reason, state, now)
    slow = kind in SLOW_KINDS or kind.startswith(("http-4", "http-3"))
    pause = max(_doubled(HOUR, failing.failures - 1, LONGEST if slow else FAILURE_LONGEST), at_least)
    scheduled = replace(failing, next_poll=_after(failing, pause, now))
    return Decision(scheduled, block, Failure("feed", polling.url, reason), kind)


def _failing(polling: FeedPolling, kind: str, reason: str, state: FeedState, now: datetime) -> FeedPolling:
    """One failure more; a row of 404s counts by itself, so that other trouble before it turns nothing off."""
    same_row = polling.failing_since is not None and (kind == "http-404") == (polling.reason or "").startswith("HTTP 404")
    return replace(
        polling,
        state=state,
        reason=reason,
        failures=polling.failures + 1 if same_row else 1,
        failing_since=_not_after(polling.failing_since, now) if same_row else now,
    )


def _healthy(polling: FeedPolling, state: FeedState, reason: str | None, now: datetime) -> dict[str, Any]:
    first = _not_after(polling.first_ok, now) or now
    return {"state": state, "reason": reason, "last_polled": now, "last_ok": now, "first_ok": first, "failures": 0, "failing_since": None}


def _hints(feed: ParsedFeed) -> dict[str, Any]:
    return {"ttl_seconds": feed.ttl_seconds, "skip_hours": feed.skip_hours, "skip_days": feed.skip_days}


def _after(polling: FeedPolling, pause: timedelta, now: datetime) -> datetime:
    """`now` plus a pause between an hour and seven days, plus jitter, at an hour and on a day the feed does not exclude.

    Where the excluded days leave nothing before the longest pause ends, the last moment before it is taken.
    """
    capped = min(max(pause, SHORTEST), LONGEST)
    earliest, wished = now + capped, now + capped * (1 + JITTER * _fraction(polling.id, now))
    wished = _whole_second(wished)
    if _skips_all(polling) or not (polling.skip_hours or polling.skip_days):
        return wished
    for start in (wished, earliest):
        moment = _first_allowed(polling, start)
        if moment <= now + FURTHEST:
            return moment
    return _last_allowed(polling, earliest)


def _first_allowed(polling: FeedPolling, moment: datetime) -> datetime:
    while _skipped(polling, moment):
        moment = moment.replace(minute=0, second=0, microsecond=0) + HOUR
    return moment


def _last_allowed(polling: FeedPolling, moment: datetime) -> datetime:
    moment = moment.replace(minute=59, second=59, microsecond=0)
    while _skipped(polling, moment):
        moment -= HOUR
    return moment


def _skipped(polling: FeedPolling, moment: datetime) -> bool:
    return moment.hour in polling.skip_hours or moment.weekday() in polling.skip_days


def _skips_all(polling: FeedPolling) -> bool:
    return polling.skip_hours >= _ALL_HOURS or polling.skip_days >= _ALL_DAYS


def _same_skips(one: FeedPolling, other: FeedPolling) -> bool:
    return (one.skip_hours, one.skip_days) == (other.skip_hours, other.skip_days)


def _fraction(identity: str, now: datetime) -> float:
    """A number from 0 to 1 that depends on the feed and the moment alone."""
    digest = hashlib.blake2b(f"{identity}\x1f{now.timestamp():.0f}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 0xFFFFFFFF


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0) + timedelta(seconds=1) if moment.microsecond else moment


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    doublings: int = 1 << min(max(times, 0), 20)
    return min(first * doublings, longest)


def _unblocked(block: HostBlock, now: datetime) -> HostBlock:
    """The end of a row of blocks; one that still runs was set by another request, and stays."""
    running = block.blocked_until is not None and block.blocked_until > now
    return HostBlock(block.host) if block.blocks and not running else block


def _not_after(moment: datetime | None, now: datetime) -> datetime | None:
    return min(moment, now) if moment is not None else None


def _hours(pause: timedelta) -> str:
    return f"{pause / HOUR:g} h"
