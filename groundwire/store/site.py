"""What pages say about the whole publication, counted from the published tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from groundwire.clock import from_text
from groundwire.records import Forecast
from groundwire.store import derived
from groundwire.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one outlet: records with text, how many of them are copies of others' texts, and when the newest appeared."""

    outlet: str
    records: int
    copies: int
    last: datetime


def article_counts(db: Database) -> dict[str, int]:
    """How many articles there are by the status of their newest version."""
    rows = db.rows(
        "SELECT status, count(*) AS n FROM articles a WHERE version = (SELECT max(version) FROM articles n WHERE n.id = a.id)"
        " GROUP BY status ORDER BY status"
    )
    return {row["status"]: row["n"] for row in rows}


def origins(db: Database, record_ids: Iterable[str]) -> dict[str, str]:
    """The origin of each of these records that is a copy."""
    return {record: copy.origin_id for record, copy in derived.copies(db, record_ids).items()}


@dataclass(frozen=True, slots=True)
class Out:
    """An article that is on the site, as far as the build has to know it before it reads it."""

    id: str
    slug: str
    version: int
    thread_id: str
    published: str
    row: str
    """Everything of it that can change without a new version: the status of each version, notes, what came of its forecasts, a
    retraction."""


def out(db: Database) -> tuple[Out, ...]:
    """For each article that is out or was retracted its newest such version, by publication, then slug."""
    states: dict[str, list[str]] = {}
    newest: dict[str, Row] = {}
    for row in db.rows("SELECT id, slug, version, status, thread_id, published, modified FROM articles ORDER BY id, version"):
        if row["status"] in ("published", "retracted"):
            states.setdefault(row["id"], []).append(f"{row['version']}{row['status']}{row['modified']}")
            newest[row["id"]] = row
    for row in db.rows("SELECT article_id, id, at FROM corrections ORDER BY article_id, id"):
        states.get(row["article_id"], []).append(f"{row['id']}{row['at']}")
    for row in db.rows("SELECT article_id, id, outcome, evidence FROM forecasts ORDER BY article_id, id"):
        states.get(row["article_id"], []).append(f"{row['id']}{row['outcome']}{row['evidence']}")
    for row in db.rows("SELECT article_id, id FROM reviews WHERE action = 'retract' ORDER BY article_id, id"):
        states.get(row["article_id"], []).append(row["id"])
    found = (Out(r["id"], r["slug"], r["version"], r["thread_id"], r["published"], " ".join(states[r["id"]])) for r in newest.values())
    return tuple(sorted(found, key=lambda o: (o.published, o.slug)))


def copies(db: Database) -> dict[str, str]:
    """For each record that is a copy its origin, with what it altered."""
    return {r["record_id"]: f"{r['origin_id']}{r['altered'] or ''}" for r in db.rows("SELECT record_id, origin_id, altered FROM copies")}


def gone(db: Database) -> frozenset[str]:
    """The records whose text is no longer there."""
    return frozenset(r["id"] for r in db.rows("SELECT id FROM records WHERE state IN ('forgotten', 'pruned')"))


def forgotten(db: Database) -> tuple[str, ...]:
    """What was removed on demand: texts of any version may have been changed for it, which else never happens."""
    return tuple(f"{r['id']}{r['at']}{r['records']}" for r in db.rows("SELECT id, at, records FROM forgotten ORDER BY id"))


def layer_hours(db: Database, days: int) -> list[tuple[str, datetime, int]]:
    """Accounts by their strongest layer and the hour they were published, for the last `days` before the newest; copies never."""
    rows = db.rows(
        "SELECT layer, substr(published, 1, 13) AS hour, count(*) AS n FROM ("
        " SELECT r.published, (SELECT l.layer FROM layers l WHERE l.record_id = r.id ORDER BY l.score DESC, l.layer LIMIT 1) AS layer"
        " FROM records r WHERE r.version = 1 AND r.published >= strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(published) FROM records), ?)"
        " AND NOT EXISTS (SELECT 1 FROM copies c WHERE c.record_id = r.id))"
        " WHERE layer IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2",
        (f"-{days} days",),
    )
    return [(r["layer"], from_text(f"{r['hour']}:00:00Z"), r["n"]) for r in rows]


def outlets_read(db: Database) -> tuple[Read, ...]:
    """What was read of every outlet, most records first."""
    rows = db.rows(
        "SELECT r.outlet, count(*) AS n, count(c.record_id) AS copies, max(r.published) AS last"
        " FROM records r LEFT JOIN copies c ON c.record_id = r.id WHERE r.state IN ('read', 'summary_only', 'pruned')"
        " GROUP BY r.outlet ORDER BY n DESC, r.outlet"
    )
    return tuple(Read(r["outlet"], r["n"], r["copies"], from_text(r["last"])) for r in rows)


def forecasts(db: Database) -> tuple[Forecast, ...]:
    """Every forecast of articles, decided ones too, by when it falls due, then identity."""
    rows = db.rows("SELECT * FROM forecasts ORDER BY due, id")
    return tuple(
        Forecast(
            r["id"], r["article_id"], r["statement"], from_text(r["made"]), from_text(r["due"]), r["wrong_if"], r["outcome"], r["evidence"]
        )
        for r in rows
    )
