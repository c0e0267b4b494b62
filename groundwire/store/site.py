"""What pages say about the whole publication, counted from the published tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from groundwire.store import derived
from groundwire.store.database import Database, Row


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
    """Everything of it that can change without a new version: the status of each version, notes, a retraction."""


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
