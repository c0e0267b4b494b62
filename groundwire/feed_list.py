"""The list of feeds for people: reading it, turning one on or off, removing one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from groundwire.log import one_line
from groundwire.store import feeds
from groundwire.store.database import Database


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed as it stands; times are text in UTC."""

    url: str
    title: str | None
    outlet: str | None
    state: str
    reason: str | None
    last_polled: str | None
    last_ok: str | None
    next_poll: str | None
    failures: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def gather(db: Database) -> tuple[ListedFeed, ...]:
    """Every feed, by address."""
    names = ListedFeed.__slots__
    return tuple(ListedFeed(**{name: row[name] for name in names}) for row in feeds.every(db))


def lines(listed: Sequence[ListedFeed]) -> Iterator[str]:
    """One line for each feed: state, address, name, and what is wrong with it."""
    if not listed:
        yield "no feeds yet; `groundwire add YOUR-SITE` or `groundwire import FILE.opml`"
    for feed in listed:
        name = feed.outlet or feed.title
        trouble = f" - {feed.reason}" if feed.reason else ""
        yield one_line(f"{feed.state:<9}  {feed.url}" + (f"  ({name})" if name else "") + trouble)


def switch(db: Database, url: str, to: str, now: datetime) -> str:
    """Turn a feed "on" or "off", or "remove" it; says what was done. Raises NotFoundError when there is no such feed."""
    if to == "remove":
        feeds.remove(db, url)
        return f"{url}: removed; its pages and records stay. If feeds.opml lists it, take it out there too, or the next run adds it again"
    feeds.switch(db, url, on=to == "on", now=now)
    return f"{url}: turned {to}"
