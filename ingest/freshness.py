"""What the headers of an answer say about time: how long it stays fresh (RFC 9111, 4.2), and when to come again (RFC 9110, 10.2.3)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from groundwire.http import Headers

NOTHING = timedelta(0)
_LONGEST = timedelta(days=3650)
"""What numbers beyond any sense are read as, so that they do not overflow."""

_BELIEVED = timedelta(days=1)
"""A server's Date that is further off than this is a wrong clock, and our own counts."""

_SET_SINCE = 2020
"""A Date before this year is a clock that starts at its epoch."""

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_SECONDS = re.compile(r"\s*(\d+)\s*")


def lifetime(headers: Headers, now: datetime) -> timedelta:
    """How long an answer stays fresh: max-age less Age, else Expires; zero when neither can be read."""
    left = _left(headers["cache-control"], headers.first("age") or "") if "cache-control" in headers else None
    if left is not None:
        return left
    expires = http_date(headers.first("expires"))
    # Both by the server's own clock (RFC 9111, 4.2.1): ours may be the wrong one, unless the server's was never set.
    stated = http_date(headers.first("date"))
    answered = stated if stated is not None and stated.year >= _SET_SINCE else now
    return min(max(expires - answered, NOTHING), _LONGEST) if expires else NOTHING


@lru_cache(maxsize=1024)
def _left(cache_control: str, age: str) -> timedelta | None:
    """max-age less Age, or None when there is no max-age."""
    ages = [_seconds(text) for text in _MAX_AGE.findall(cache_control)]
    found = _SECONDS.fullmatch(age)
    return max(max(ages) - (_seconds(found[1]) if found else NOTHING), NOTHING) if ages else None


def retry_after(headers: Headers, now: datetime) -> timedelta | None:
    """How long a server asks us to wait, or None when it does not say, or names a moment that is past."""
    text = headers.first("retry-after")
    if text is None:
        return None
    if found := _SECONDS.fullmatch(text):
        return _seconds(found[1])
    moment = http_date(text)
    if moment is None:
        return None
    pause = max(moment - now, moment - _server_time(headers, now))
    return min(pause, _LONGEST) if pause > NOTHING else None


def http_date(text: str | None) -> datetime | None:
    """An HTTP-date in any of its three forms (RFC 9110, 5.6.7), in UTC, or None."""
    try:
        moment = parsedate_to_datetime(text or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _server_time(headers: Headers, now: datetime) -> datetime:
    stated = http_date(headers.first("date"))
    return stated if stated is not None and abs(stated - now) <= _BELIEVED else now


def _seconds(digits: str) -> timedelta:
    return timedelta(seconds=int(digits)) if len(digits) < 9 else _LONGEST
