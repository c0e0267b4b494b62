"""The log of what editors decided at the desk beside articles: on outlets, feeds and forecasts. Rows are added, never changed."""

from __future__ import annotations

from datetime import datetime

from groundwire.clock import to_text
from groundwire.store.database import Database, Row


def note(
    db: Database, at: datetime, by: str, role: str, kind: str, subject: str, action: str, before: str | None, after: str | None
) -> None:
    """Keep one decision; part of the caller's transaction."""
    row = {"at": to_text(at), "by": by, "role": role, "kind": kind, "subject": subject, "action": action, "before": before, "after": after}
    db.insert("decisions", row)


def recent(db: Database, kind: str, n: int = 10) -> list[Row]:
    """The newest decisions of a kind, newest first."""
    return db.rows("SELECT * FROM decisions WHERE kind = ? ORDER BY n DESC LIMIT ?", (kind, n))


def newest(db: Database, kind: str, subject: str) -> Row | None:
    """The last decision on a subject, or None."""
    return db.one("SELECT * FROM decisions WHERE kind = ? AND subject = ? ORDER BY n DESC LIMIT 1", (kind, subject))
