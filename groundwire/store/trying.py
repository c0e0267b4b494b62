"""A copy of the database as if a moment were the last: what editors try on it is never kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from groundwire.clock import from_text, to_text
from groundwire.store.database import Database, Row

OPEN = timedelta(days=14)
"""A story whose last record is older than this at a moment is not open then, whatever the rule."""


def forget_after(db: Database, until: datetime, since: datetime) -> None:
    """Drop from a copy which stories records fetched after `until` are in, and the articles that were written from `since` on.

    Stories with a record that was there at `until` are open again: some have closed since.
    """
    with db.transaction():
        db.execute(
            "UPDATE stories SET state = 'open' WHERE merged_into IS NULL AND id IN"
            " (SELECT s.story_id FROM story_records s JOIN records r ON r.id = s.record_id WHERE r.published >= ? AND r.fetched <= ?)",
            (to_text(until - OPEN), to_text(until)),
        )
        db.execute(
            "DELETE FROM story_records WHERE record_id IN (SELECT id FROM records WHERE fetched > ?)",
            (to_text(until),),
        )
        of = "(SELECT s.id FROM sentences s JOIN articles a ON a.id = s.article_id AND a.version = s.version WHERE a.modified >= ?)"
        for table in ("citations", "findings"):
            db.execute(f'DELETE FROM "{table}" WHERE sentence_id IN {of}', (to_text(since),))
        db.execute(f"DELETE FROM sentences WHERE id IN {of}", (to_text(since),))
        db.execute("DELETE FROM articles WHERE modified >= ?", (to_text(since),))


def last_of_day(db: Database, before: datetime, zone: ZoneInfo) -> datetime | None:
    """The last moment at which a find stage finished on the newest day that ended before a moment's own day; else the newest moment."""
    today = before.astimezone(zone).date()
    moments = [
        from_text(r["derived"]) for r in db.rows("SELECT DISTINCT derived FROM runs WHERE derived IS NOT NULL ORDER BY derived DESC")
    ]
    return next((m for m in moments if m.astimezone(zone).date() < today), moments[0] if moments else None)


def written_between(db: Database, since: datetime, until: datetime) -> list[Row]:
    """The articles that were really written in a time, by when."""
    headline = "(SELECT text FROM sentences h WHERE h.article_id = a.id AND h.version = a.version AND h.section = 'headline')"
    return db.rows(
        f"SELECT slug, version, status, modified, {headline} AS headline FROM articles a WHERE modified >= ? AND modified <= ?"
        " ORDER BY modified, slug",
        (to_text(since), to_text(until)),
    )
