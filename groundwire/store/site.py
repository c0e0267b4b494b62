"""What pages say about the whole publication, counted from the published tables."""

from __future__ import annotations

from collections.abc import Iterable

from groundwire.store import derived
from groundwire.store.database import Database


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
