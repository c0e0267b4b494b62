"""Feeds, their polling state and their items; hosts that asked us to wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from groundwire.clock import to_text
from groundwire.errors import NotFoundError
from groundwire.records import FeedItem, FeedState, short_id
from groundwire.store import forgetting
from groundwire.store.database import Database, Row

_TITLE, _AUTHOR, _PAGE = 4, 6, 12
"""Where title, author and page stand in a row of `items`."""


def add(
    db: Database, url: str, now: datetime, *, outlet: str | None = None, html_url: str | None = None, backfill_days: int | None = None
) -> str | None:
    """Remember a feed; its id when it is new, None when its address is already known."""
    if known(db, url):
        return None
    row = {"id": short_id("feed", url), "url": url, "given_url": url, "outlet": outlet, "html_url": html_url, "added": to_text(now)}
    db.insert("feeds", row | {"backfill_days": backfill_days})
    return str(row["id"])


def every(db: Database) -> list[Row]:
    """Every feed, by address."""
    return db.rows("SELECT * FROM feeds ORDER BY url")


def due(db: Database, now: datetime) -> list[Row]:
    """Feeds that may be asked now, or whose noted request was never answered, by address; hosts that wait are left out by the caller."""
    sql = "SELECT * FROM feeds WHERE state != 'off' AND (next_poll IS NULL OR next_poll <= ? OR requested IS NOT NULL) ORDER BY url"
    return db.rows(sql, (to_text(now),))


def beyond(db: Database, moment: datetime) -> list[Row]:
    """Feeds whose next poll lies after a moment: further ahead than any rule sets it, the clock was wrong when it was set."""
    return db.rows("SELECT * FROM feeds WHERE next_poll > ? ORDER BY url", (to_text(moment),))


def known(db: Database, url: str) -> bool:
    """Whether an address, asked now or first given, is that of a feed."""
    return db.one("SELECT 1 FROM feeds WHERE url = :u OR given_url = :u", {"u": url}) is not None


def entries(db: Database, feed_id: str) -> int:
    """How many items a feed has brought."""
    return int(db.rows("SELECT count(*) AS n FROM items WHERE feed_id = ?", (feed_id,))[0]["n"])


def by_url(db: Database, url: str) -> Row:
    """The feed at an address, asked now or first given; raises NotFoundError."""
    row = db.one("SELECT * FROM feeds WHERE url = :u OR given_url = :u", {"u": url})
    if row is None:
        raise NotFoundError(f"feed '{url}': not in this publication; `groundwire feeds` lists them")
    return row


def note_request(db: Database, feed_id: str, now: datetime) -> None:
    """A request is about to be sent; a run that finds this note unanswered asks once more."""
    db.execute("UPDATE feeds SET requested = ? WHERE id = ?", (to_text(now), feed_id))


def store_polling(db: Database, feed_id: str, changes: Mapping[str, Any]) -> None:
    """Store what a poll changed in a feed's state; the noted request is answered."""
    db.update("feeds", {"id": feed_id}, {**changes, "requested": None})


def switch(db: Database, url: str, *, on: bool, now: datetime) -> None:
    """Turn a feed on or off; turned on, it keeps its validators and its pause."""
    row = by_url(db, url)
    changes = (
        {"state": FeedState.OK.value, "reason": None, "failures": 0, "failing_since": None}
        if on
        else {"state": FeedState.OFF.value, "reason": "turned off"}
    )
    with db.transaction():
        db.update("feeds", {"id": row["id"]}, changes)
        if on:
            db.execute("UPDATE failures SET cleared = ? WHERE kind = 'feed' AND subject = ?", (to_text(now), row["url"]))


def again(db: Database, url: str, earliest: datetime) -> None:
    """Ask a feed that failed again from a moment on, if that is before its turn; what its host asked for still holds."""
    row = by_url(db, url)
    if row["next_poll"] and row["next_poll"] > to_text(earliest):
        db.update("feeds", {"id": row["id"]}, {"next_poll": to_text(earliest)})


def remove(db: Database, url: str) -> None:
    """Forget a feed and its items; pages and records stay, they are evidence."""
    row = by_url(db, url)
    with db.transaction():
        db.execute("DELETE FROM items WHERE feed_id = ?", (row["id"],))
        db.execute("DELETE FROM feeds WHERE id = ?", (row["id"],))
        db.execute("DELETE FROM failures WHERE kind = 'feed' AND subject = ?", (row["url"],))


def new_items(db: Database, feed_id: str, items: Sequence[FeedItem]) -> list[FeedItem]:
    """Those of the items that are not stored yet, in the given order."""
    known = {r["key"] for r in db.rows("SELECT key FROM items WHERE feed_id = ?", (feed_id,))}
    return [item for item in items if item.key not in known]


def add_items(db: Database, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store new items; columns in the order of the table's definition. Of a page that was forgotten nothing is kept but that it came."""
    gone = forgetting.among(db, (row[_PAGE] for row in rows if row[_PAGE]))
    kept = [(*row[:_TITLE], "", "", None, *row[_AUTHOR + 1 : -1], None) if row[_PAGE] in gone else row for row in rows]
    db.executemany("INSERT OR IGNORE INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", kept)


def item_row(feed_id: str, item: FeedItem, published: datetime, estimated: bool, now: datetime, page_id: str | None) -> tuple[Any, ...]:
    """One row of `items` for `add_items`."""
    stated = to_text(item.published) if item.published and estimated else None
    return (
        *(short_id("item", feed_id, item.key), feed_id, item.key, item.url, item.title, item.summary, item.author, item.language),
        *(to_text(published), int(estimated), stated, to_text(now), page_id, item.trouble),
    )


def blocked_hosts(db: Database, now: datetime) -> dict[str, Row]:
    """Hosts that asked us to wait beyond now, by name."""
    return {r["host"]: r for r in db.rows("SELECT * FROM hosts WHERE blocked_until > ? ORDER BY host", (to_text(now),))}


def hosts(db: Database) -> list[Row]:
    """Every host that has asked us to wait and has not answered well since, by name."""
    return db.rows("SELECT * FROM hosts WHERE blocks > 0 ORDER BY host")


def store_host(db: Database, host: str, blocked_until: datetime | None, reason: str | None, blocks: int) -> None:
    """Keep how long a host wants us to wait, or that it no longer does."""
    until = to_text(blocked_until) if blocked_until else None
    db.execute("INSERT OR REPLACE INTO hosts (host, blocked_until, reason, blocks) VALUES (?, ?, ?, ?)", (host, until, reason, blocks))
