"""What failed, kept as values: each is reported once, until it has worked again."""

from __future__ import annotations

from datetime import datetime

from groundwire.clock import to_text
from groundwire.records import Failure
from groundwire.store.database import Database


def note(db: Database, failure: Failure, now: datetime) -> bool:
    """Keep a failure; True when it is new, that is, not known since the subject last worked."""
    row = db.one("SELECT cleared FROM failures WHERE kind = ? AND subject = ?", (failure.kind, failure.subject))
    moment = to_text(now)
    if row is None:
        db.insert("failures", {"kind": failure.kind, "subject": failure.subject, "reason": failure.reason, "first": moment, "last": moment})
        return True
    if row["cleared"] is not None:
        changes = {"reason": failure.reason, "first": moment, "last": moment, "times": 1, "cleared": None}
        db.update("failures", {"kind": failure.kind, "subject": failure.subject}, changes)
        return True
    db.execute(
        "UPDATE failures SET reason = ?, last = ?, times = times + 1 WHERE kind = ? AND subject = ?",
        (failure.reason, moment, failure.kind, failure.subject),
    )
    return False


def clear(db: Database, kind: str, subject: str, now: datetime) -> None:
    """The subject works again."""
    db.execute("UPDATE failures SET cleared = ? WHERE kind = ? AND subject = ? AND cleared IS NULL", (to_text(now), kind, subject))


def current(db: Database) -> tuple[tuple[Failure, str, int], ...]:
    """Everything that fails now, with since when and how often, by kind and subject."""
    rows = db.rows("SELECT kind, subject, reason, first, times FROM failures WHERE cleared IS NULL ORDER BY kind, subject")
    return tuple((Failure(r["kind"], r["subject"], r["reason"]), r["first"], r["times"]) for r in rows)
