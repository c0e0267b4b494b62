"""What editors were told, and what there is to tell."""

from __future__ import annotations

from datetime import datetime, timedelta

from groundwire.clock import to_text
from groundwire.store.database import Database

WAITING, REFUSING = "waiting", "refusing"


def told(db: Database, kind: str, channel: str) -> frozenset[str]:
    """The subjects that a channel has carried."""
    return frozenset(r["subject"] for r in db.rows("SELECT subject FROM notices WHERE kind = ? AND channel = ?", (kind, channel)))


def tell(db: Database, kind: str, channel: str, subjects: tuple[str, ...], now: datetime) -> None:
    """Note that a channel has carried these."""
    with db.transaction():
        for subject in subjects:
            db.insert("notices", {"kind": kind, "channel": channel, "subject": subject, "at": to_text(now)}, or_ignore=True)


def refusing_since(db: Database, now: datetime, pause: timedelta) -> str | None:
    """Since when nothing was published although something was tried: the moment of the last publication, or of the first refusal.

    None when something was published within the pause, or nothing was refused by the gate within it.
    """
    after = to_text(now - pause)
    published = db.rows("SELECT max(modified) AS m FROM articles WHERE status IN ('published', 'retracted')")[0]["m"]
    refused = db.rows(
        "SELECT min(modified) AS first, max(modified) AS last FROM articles a WHERE status = 'rejected' AND modified > ?"
        " AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.article_id = a.id AND r.version = a.version)",
        (published or "",),
    )[0]
    since: str | None = published or refused["first"]
    if since is None or refused["last"] is None or since > after or refused["last"] <= after:
        return None
    return since
