"""Pages waiting to be read, read, or given up, and what robots.txt says about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from groundwire.clock import to_text
from groundwire.records import short_id
from groundwire.store.database import Database, Row

_DUE = (
    "state IN ('queued', 'read') AND (next_fetch IS NULL OR next_fetch <= :now OR requested IS NOT NULL)"
    " AND NOT (state = 'read' AND next_fetch IS NULL AND requested IS NULL)"
)


def page_id(identity: str) -> str:
    """The id of the page with this canonical address."""
    return short_id("page", identity)


def add(db: Database, identity: str, url: str, host: str, published: datetime, *, queued: bool, reason: str | None = None) -> str:
    """A page with this identity exists; a page that was skipped is queued once something newer asks for it."""
    identifier = page_id(identity)
    sql = "INSERT OR IGNORE INTO pages (id, identity, url, host, state, reason, published) VALUES (?, ?, ?, ?, ?, ?, ?)"
    row = (identifier, identity, url, host, "queued" if queued else "skipped", reason, to_text(published))
    if db.execute(sql, row).rowcount == 0:
        if queued:
            db.execute("UPDATE pages SET state = 'queued', reason = NULL WHERE id = ? AND state = 'skipped'", (identifier,))
        db.execute("UPDATE pages SET published = max(published, ?) WHERE id = ? AND state = 'queued'", (to_text(published), identifier))
    return identifier


def get(db: Database, identifier: str) -> Row | None:
    return db.one("SELECT * FROM pages WHERE id = ?", (identifier,))


def due(db: Database, now: datetime) -> list[Row]:
    """Pages to ask now: never read ones and re-reads, newest first within each."""
    return db.rows(f"SELECT * FROM pages WHERE {_DUE} ORDER BY published DESC, id", {"now": to_text(now)})


def beyond(db: Database, moment: datetime) -> list[Row]:
    """Pages whose next reading lies after a moment: further ahead than any rule sets it, the clock was wrong when it was set."""
    return db.rows("SELECT * FROM pages WHERE next_fetch > ? ORDER BY id", (to_text(moment),))


def put_off(db: Database, identifier: str, next_fetch: datetime, fetched: datetime | None) -> None:
    """Change when a page is asked next; a noted request stays noted."""
    db.update("pages", {"id": identifier}, {"next_fetch": to_text(next_fetch), "fetched": to_text(fetched) if fetched else None})


def counts(db: Database) -> dict[str, int]:
    """How many pages there are in each state."""
    return {r["state"]: r["n"] for r in db.rows("SELECT state, count(*) AS n FROM pages GROUP BY state ORDER BY state")}


def waiting(db: Database, now: datetime) -> int:
    """How many pages could be asked now and were not yet."""
    return int(db.rows(f"SELECT count(*) AS n FROM pages WHERE {_DUE}", {"now": to_text(now)})[0]["n"])


def note_request(db: Database, identifier: str, now: datetime) -> None:
    """A request is about to be sent; a run that finds this note unanswered asks once more."""
    db.execute("UPDATE pages SET requested = ? WHERE id = ?", (to_text(now), identifier))


def store(db: Database, identifier: str, changes: Mapping[str, Any]) -> None:
    """Store what a fetch changed; the noted request is answered."""
    db.update("pages", {"id": identifier}, {**changes, "requested": None})


def is_target(db: Database, identifier: str) -> bool:
    """Whether another page names this one as its canonical address."""
    return db.one("SELECT 1 FROM pages WHERE same_as = ?", (identifier,)) is not None


def newest_item(db: Database, identifier: str) -> Row | None:
    """The item that speaks for a page: of the feed on the page's own host before others, then by date and address."""
    sql = (
        "SELECT i.*, f.outlet AS feed_outlet, f.title AS feed_title, f.language AS feed_language, f.url AS feed_url,"
        " f.html_url AS feed_html_url FROM items i JOIN feeds f ON f.id = i.feed_id JOIN pages p ON p.id = i.page_id"
        " WHERE i.page_id = :id OR p.same_as = :id"
        " ORDER BY (instr(f.url, '//' || p.host) > 0) DESC, i.estimated, i.published, f.url, i.key LIMIT 1"
    )
    return db.one(sql, {"id": identifier})


def robots(db: Database, origin: str) -> Row | None:
    return db.one("SELECT * FROM robots WHERE origin = ?", (origin,))


def store_robots(db: Database, origin: str, now: datetime, expires: datetime, status: int | None, body: str | None) -> None:
    """Keep an answer to a robots.txt request; a failed one leaves the last good copy."""
    good = body if status is not None and 200 <= status < 300 else None
    db.execute(
        "INSERT INTO robots (origin, fetched, expires, status, body, good_body) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE SET"
        " fetched = excluded.fetched, expires = excluded.expires, status = excluded.status, body = excluded.body,"
        " good_body = coalesce(excluded.good_body, good_body)",
        (origin, to_text(now), to_text(expires), status, body, good),
    )
