"""What is not kept: what was removed on demand, down to old trees and free pages of the file; and what is old and unused."""

from __future__ import annotations

from datetime import datetime, timedelta

from groundwire.config import Keep, Publication
from groundwire.records import StageReport
from groundwire.store import backups, forgetting, pruning
from groundwire.store.database import Database

LEAST_DAYS = 14
"""Texts of the last days are never pruned: stories are open for ten, and an article is continued for fourteen."""


def sweep(db: Database, publication: Publication, now: datetime) -> StageReport | None:
    """Drop old trees and the backups of migrations, and write the file anew; None when nothing was forgotten since the last time.

    Belongs after a build that was switched in. Raises StoreError when something reads the database the whole time; the
    next build does it then.
    """
    from publish.dropping import drop_old

    waiting = forgetting.unswept(db)
    if not waiting:
        return None
    trees = drop_old(publication.output)
    old = backups.made_before_migrations(publication.database)
    for path in old:
        path.unlink()
    forgetting.compact(db)
    with db.transaction():
        forgetting.swept(db, now)
    return StageReport("sweep", (("pages forgotten", len(waiting)), ("old trees dropped", trees), ("old backups dropped", len(old))))


def prune(db: Database, keep: Keep, now: datetime) -> StageReport | None:
    """Empty what is older than the settings keep; None when there was nothing. 0 days keeps everything."""
    counts = {"texts pruned": 0, "summaries pruned": 0, "calls pruned": 0}
    if keep.unused_days:
        days = max(keep.unused_days, LEAST_DAYS)
        before = now - timedelta(days=days)
        reason = f"pruned on {now:%Y-%m-%d}: no article cites it and it is older than {days} days (keep.unused_days)"
        counts["texts pruned"] = pruning.texts(db, before, reason)
        counts["summaries pruned"] = pruning.summaries(db, before)
    if keep.calls_days:
        counts["calls pruned"] = pruning.calls(db, now - timedelta(days=keep.calls_days))
    return StageReport("keep", tuple(counts.items())) if any(counts.values()) else None
