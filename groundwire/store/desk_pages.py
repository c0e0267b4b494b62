"""What the desk's lists read: threads with their articles, dated notes, outlets with what rests on them, runs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from groundwire.store.database import Database, Row

_NEWEST = "a.version = (SELECT max(version) FROM articles n WHERE n.id = a.id)"
_HEADLINE = "(SELECT text FROM sentences h WHERE h.article_id = a.id AND h.version = a.version AND h.section = 'headline')"


def threads(db: Database, limit: int, offset: int) -> list[Row]:
    """Threads, the one that moved last first."""
    return db.rows("SELECT * FROM threads ORDER BY moved DESC, slug LIMIT ? OFFSET ?", (limit, offset))


def articles_of(db: Database, thread_ids: Sequence[str]) -> list[Row]:
    """The newest version of every article of these threads, the newest first."""
    return db.rows(
        f"SELECT a.thread_id, a.id, a.slug, a.version, a.status, a.modified, {_HEADLINE} AS headline FROM articles a"
        f" WHERE {_NEWEST} AND a.thread_id IN (SELECT value FROM json_each(?)) ORDER BY a.modified DESC, a.slug",
        (json.dumps(list(thread_ids)),),
    )


def notes(db: Database, limit: int, offset: int) -> list[Row]:
    """Corrections and notices, newest first, each with its article and with what an editor said led to it."""
    return db.rows(
        f"SELECT c.*, a.slug, {_HEADLINE} AS headline, e.before AS origin, e.after AS told, e.by FROM corrections c"
        f" JOIN articles a ON a.id = c.article_id AND {_NEWEST}"
        " LEFT JOIN review_events e ON c.kind = 'correction' AND e.rowid = (SELECT max(rowid) FROM review_events x"
        " WHERE x.article_id = c.article_id AND x.at = c.at AND x.action = 'report')"
        " ORDER BY c.at DESC, c.id LIMIT ? OFFSET ?",
        (limit, offset),
    )


def articles_out(db: Database, limit: int) -> list[Row]:
    """Slug and headline of the articles that are out, the newest first."""
    return db.rows(
        f"SELECT a.slug, {_HEADLINE} AS headline FROM articles a WHERE a.status = 'published' AND a.version ="
        " (SELECT max(version) FROM articles n WHERE n.id = a.id AND n.status = 'published') ORDER BY a.modified DESC, a.slug LIMIT ?",
        (limit,),
    )


def cited_outlets(db: Database) -> dict[str, tuple[int, int, int]]:
    """Citations, records and articles that rest on each outlet, counted over what readers see of the articles that are out."""
    rows = db.rows(
        "SELECT r.outlet, count(*) AS citations, count(DISTINCT r.id) AS records, count(DISTINCT a.id) AS articles"
        " FROM articles a JOIN sentences s ON s.article_id = a.id AND s.version = a.version AND s.cut = 0"
        " JOIN citations c ON c.sentence_id = s.id JOIN records r ON r.id = c.record_id"
        " WHERE a.status = 'published' AND a.version = (SELECT max(version) FROM articles n WHERE n.id = a.id AND n.status = 'published')"
        " GROUP BY r.outlet"
    )
    return {r["outlet"]: (r["citations"], r["records"], r["articles"]) for r in rows}


def first_records(db: Database, outlets: Sequence[str]) -> tuple[str, ...]:
    """The id of the first record of each of these outlets."""
    rows = db.rows(
        "SELECT (SELECT id FROM records r WHERE r.outlet = o.value ORDER BY published, page_id, version LIMIT 1) AS id FROM json_each(?) o",
        (json.dumps(list(outlets)),),
    )
    return tuple(r["id"] for r in rows if r["id"])


def citing(db: Database, record_id: str) -> list[Row]:
    """The articles whose newest version cites a record, with the numbers of the sentences."""
    return db.rows(
        f"SELECT a.slug, a.version, a.status, {_HEADLINE} AS headline, json_group_array(DISTINCT s.n) AS sentences FROM articles a"
        " JOIN sentences s ON s.article_id = a.id AND s.version = a.version JOIN citations c ON c.sentence_id = s.id"
        f" WHERE {_NEWEST} AND c.record_id = ? GROUP BY a.id ORDER BY a.modified DESC, a.slug",
        (record_id,),
    )


def versions_of_page(db: Database, page_id: str) -> list[Row]:
    """Id, version, state and moment of every version of a page, oldest first."""
    return db.rows("SELECT id, version, state, fetched FROM records WHERE page_id = ? ORDER BY version", (page_id,))


def runs(db: Database, limit: int, offset: int) -> list[Row]:
    """Runs, newest first."""
    return db.rows("SELECT * FROM runs ORDER BY started DESC, rowid DESC LIMIT ? OFFSET ?", (limit, offset))


def forecast(db: Database, forecast_id: str) -> Row | None:
    """One forecast with the newest version of its article, or None."""
    return db.one(
        f"SELECT f.*, a.slug, a.version, {_HEADLINE} AS headline FROM forecasts f LEFT JOIN articles a ON a.id = f.article_id AND {_NEWEST}"
        " WHERE f.id = ?",
        (forecast_id,),
    )


def forecasts(db: Database) -> list[Row]:
    """Every forecast with the newest version of its article, by when it falls due."""
    return db.rows(
        f"SELECT f.*, a.slug, a.version, {_HEADLINE} AS headline,"
        " EXISTS (SELECT 1 FROM articles o WHERE o.id = f.article_id AND o.status = 'published') AS is_out"
        f" FROM forecasts f LEFT JOIN articles a ON a.id = f.article_id AND {_NEWEST} ORDER BY f.due, f.id"
    )
