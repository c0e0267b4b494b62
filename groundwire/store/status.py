"""What `status` and `doctor` read: counted facts about a publication, none of them derived by opening a text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from groundwire.clock import to_text
from groundwire.store.database import Database, Row, open_database


def shadow(db: Database) -> Database:
    """A copy of the database in memory, for trying out what a stage would do."""
    copy = open_database(None)
    db.connection.backup(copy.connection)
    return copy


def integrity(db: Database) -> tuple[str, ...]:
    """What SQLite's own check finds wrong with file and references, or nothing."""
    found = [row[0] for row in db.rows("PRAGMA integrity_check(20)") if row[0] != "ok"]
    found += [f"row {row['rowid']} of {row['table']} refers to nothing in {row['parent']}" for row in db.rows("PRAGMA foreign_key_check")]
    return tuple(found)


def feed_counts(db: Database) -> dict[str, int]:
    """How many feeds there are in each state."""
    return _counts(db, "SELECT state AS k, count(*) AS n FROM feeds GROUP BY state ORDER BY state")


def feeds_due(db: Database, now: datetime) -> int:
    """How many feeds the next run would ask."""
    return _number(db, "SELECT count(*) FROM feeds WHERE state != 'off' AND (next_poll IS NULL OR next_poll <= ?)", (to_text(now),))


def next_poll(db: Database) -> str | None:
    """When the first feed is due, as text; None when no feed waits."""
    row = db.one("SELECT min(next_poll) AS m FROM feeds WHERE state != 'off' AND next_poll IS NOT NULL")
    return row["m"] if row else None


def feeds_in_trouble(db: Database) -> list[Row]:
    """Feeds that are not ok and were not turned off by hand, by address."""
    return db.rows(
        "SELECT url, state, reason, failures, next_poll FROM feeds WHERE state != 'ok' AND reason IS NOT 'turned off' ORDER BY url"
    )


def never_polled(db: Database) -> int:
    """How many feeds have not been asked yet."""
    return _number(db, "SELECT count(*) FROM feeds WHERE last_polled IS NULL AND state != 'off'")


def hosts_waiting(db: Database, now: datetime) -> list[Row]:
    """Hosts that asked us to wait, by name."""
    return db.rows("SELECT host, blocked_until, reason FROM hosts WHERE blocked_until > ? ORDER BY host", (to_text(now),))


def page_counts(db: Database) -> dict[str, int]:
    """How many pages there are in each state."""
    return _counts(db, "SELECT state AS k, count(*) AS n FROM pages GROUP BY state ORDER BY state")


def record_counts(db: Database) -> dict[str, int]:
    """How many records there are in each state."""
    return _counts(db, "SELECT state AS k, count(*) AS n FROM records GROUP BY state ORDER BY state")


def story_counts(db: Database) -> dict[str, int]:
    """How many stories are open and closed; those merged into another are not counted."""
    return _counts(db, "SELECT state AS k, count(*) AS n FROM stories WHERE merged_into IS NULL GROUP BY state ORDER BY state")


def article_counts(db: Database) -> dict[str, int]:
    """How many article versions there are in each status."""
    return _counts(db, "SELECT status AS k, count(*) AS n FROM articles GROUP BY status ORDER BY status")


def waiting_articles(db: Database) -> Iterator[tuple[str, int, str, str, tuple[str, ...]]]:
    """Slug, version, status, headline and reasons of every version that waits for an editor, oldest first.

    A version waits by its status; a published one waits when a page that it cites has changed since it was written.
    """
    headline = "SELECT text FROM sentences s WHERE s.article_id = a.id AND s.version = a.version AND s.section = 'headline'"
    notices = "SELECT json_group_array(text) FROM corrections c WHERE c.article_id = a.id AND c.kind = 'notice' AND c.at >= a.modified"
    rows = db.rows(
        f"SELECT slug, version, status, reasons, ({headline}) AS text, '[]' AS noticed, modified FROM articles a"
        " WHERE status IN ('draft', 'held', 'approved')"
        f" UNION ALL SELECT slug, version, status, '[]', ({headline}), ({notices}), modified FROM articles a WHERE status = 'published'"
        f" AND version = (SELECT max(version) FROM articles n WHERE n.id = a.id AND n.status = 'published') AND ({notices}) != '[]'"
        " ORDER BY modified, slug, version"
    )
    return ((r["slug"], r["version"], r["status"], r["text"] or "", (*json.loads(r["reasons"]), *json.loads(r["noticed"]))) for r in rows)


def refused_since_published(db: Database) -> list[tuple[str, tuple[str, ...]]]:
    """Slug and reasons of what the gate, and no editor, refused after the newest published version, newest first."""
    rows = db.rows(
        "SELECT slug, reasons FROM articles a WHERE status = 'rejected' AND modified >"
        " (SELECT coalesce(max(modified), '') FROM articles WHERE status = 'published')"
        " AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.article_id = a.id AND r.version = a.version) ORDER BY modified DESC, slug"
    )
    return [(r["slug"], tuple(json.loads(r["reasons"]))) for r in rows]


def themes(db: Database) -> list[Row]:
    """The themes of the last look with the kind of signal that is the thesis of each, strongest first."""
    return db.rows(
        "SELECT t.id, t.ready, t.independent, t.reason, s.kind FROM themes t LEFT JOIN signals s ON s.id = t.lead ORDER BY t.rank"
    )


def signal_counts(db: Database) -> dict[str, int]:
    """How many signals of each kind the last look found."""
    return {r["kind"]: r["n"] for r in db.rows("SELECT kind, count(*) AS n FROM signals GROUP BY kind ORDER BY kind")}


def stage_times(db: Database, newest: int = 500) -> dict[str, str]:
    """When each stage last came to its end, as text, looking at the newest runs."""
    times: dict[str, str] = {}
    for row in db.rows("SELECT ended, summary FROM runs WHERE summary IS NOT NULL ORDER BY rowid DESC LIMIT ?", (newest,)):
        for report in _reports(row["summary"]):
            times.setdefault(report["stage"], row["ended"])
    return times


def left(db: Database) -> tuple[str, ...]:
    """What the last writing left, and why."""
    row = db.one('SELECT summary FROM runs WHERE summary LIKE \'%"stage": "write"%\' ORDER BY rowid DESC LIMIT 1')
    return tuple(why for report in _reports(row["summary"]) for why in report.get("left", ())) if row else ()


def _reports(summary: str) -> list[dict[str, Any]]:
    reports: list[dict[str, Any]] = json.loads(summary)
    return reports


def _counts(db: Database, sql: str) -> dict[str, int]:
    return {row["k"]: row["n"] for row in db.rows(sql)}


def _number(db: Database, sql: str, parameters: tuple[Any, ...] = ()) -> int:
    row = db.one(sql, parameters)
    return int(row[0]) if row else 0
