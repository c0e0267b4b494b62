"""What was told and forecast before a moment: threads with their stories, forecasts that nobody has decided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta

from groundwire.clock import from_text, to_text
from groundwire.records import Forecast
from groundwire.store.database import Database, Row

THREAD_DAYS = 60
"""A thread whose last article is older than this runs no more."""


def threads(db: Database, now: datetime) -> tuple[tuple[str, str, tuple[str, ...], datetime], ...]:
    """Threads with an article published in the time before `now`: slug, title, story ids as told, first record; by slug."""
    rows = db.rows(
        "SELECT t.slug, t.title, t.opened, told.value AS story, s.first"
        " FROM articles a JOIN threads t ON t.id = a.thread_id, json_each(a.stories) told LEFT JOIN stories s ON s.id = told.value"
        " WHERE a.status = 'published' AND a.modified < ? AND a.modified >= ? ORDER BY t.slug, told.value",
        (to_text(now), to_text(now - timedelta(days=THREAD_DAYS))),
    )
    found: dict[str, tuple[str, list[str], datetime]] = {}
    for row in rows:
        first = from_text(row["first"] or row["opened"])
        title, stories, opened = found.get(row["slug"], (row["title"], [], first))
        found[row["slug"]] = (title, [*stories, row["story"]], min(opened, first))
    return tuple((slug, title, tuple(dict.fromkeys(stories)), opened) for slug, (title, stories, opened) in found.items())


def expect(db: Database, found: Iterable[Forecast]) -> None:
    """Keep forecasts; one that is known already stays as it is. Part of the caller's transaction."""
    for f in found:
        row = {"id": f.id, "article_id": f.article_id, "statement": f.statement, "made": to_text(f.made), "due": to_text(f.due)}
        db.insert("forecasts", row | {"wrong_if": f.wrong_if, "outcome": f.outcome, "evidence": f.evidence}, or_ignore=True)


def forecasts(db: Database, since: datetime, now: datetime) -> tuple[tuple[Forecast, tuple[str, ...], tuple[str, ...]], ...]:
    """Open forecasts, not those of articles that never went out, made before `now` that fall due after `since` and not after `now`: each with its article's records and stories."""
    rows = db.rows(
        "SELECT f.*, a.stories FROM forecasts f LEFT JOIN articles a ON a.id = f.article_id AND a.version ="
        " (SELECT max(version) FROM articles WHERE id = f.article_id AND modified < ?1)"
        " WHERE (f.outcome = 'open' OR f.decided >= ?1) AND (a.id IS NULL OR EXISTS (SELECT 1 FROM articles p WHERE p.id = f.article_id AND p.status = 'published'))"
        " AND f.made < ?1 AND f.due > ?2 AND f.due <= ?1 ORDER BY f.due, f.id",
        (to_text(now), to_text(since)),
    )
    return tuple((_forecast(r), _records(db, r["article_id"]), tuple(json.loads(r["stories"] or "[]"))) for r in rows)


def undecided(db: Database, article_ids: Iterable[str], now: datetime) -> tuple[Forecast, ...]:
    """The open forecasts that these articles made before `now`, the first due first."""
    return tuple(f for f in of_articles(db, article_ids) if f.outcome == "open" and f.made < now)


def of_articles(db: Database, article_ids: Iterable[str]) -> tuple[Forecast, ...]:
    """Every forecast that these articles made, the first due first."""
    rows = db.rows(
        "SELECT * FROM forecasts WHERE article_id IN (SELECT value FROM json_each(?)) ORDER BY due, id",
        (json.dumps(list(article_ids)),),
    )
    return tuple(map(_forecast, rows))


def decide(db: Database, found: Iterable[Forecast], now: datetime) -> None:
    """Record what came of forecasts, with the evidence; what was decided before stays. Part of the caller's transaction."""
    for f in found:
        db.execute(
            "UPDATE forecasts SET outcome = ?, evidence = ?, decided = ? WHERE id = ? AND outcome = 'open'",
            (f.outcome, f.evidence, to_text(now), f.id),
        )


def settle(db: Database, forecast_id: str, outcome: str, evidence: str | None, now: datetime) -> None:
    """Record what an editor says came of a forecast, in the place of what was said before; part of the caller's transaction."""
    changes = {"outcome": outcome, "evidence": evidence, "decided": None if outcome == "open" else to_text(now)}
    db.update("forecasts", {"id": forecast_id}, changes)


def _forecast(r: Row) -> Forecast:
    return Forecast(
        r["id"], r["article_id"], r["statement"], from_text(r["made"]), from_text(r["due"]), r["wrong_if"], r["outcome"], r["evidence"]
    )


def _records(db: Database, article_id: str) -> tuple[str, ...]:
    """The records that an article's sentences cite."""
    rows = db.rows(
        "SELECT DISTINCT c.record_id FROM citations c JOIN sentences s ON s.id = c.sentence_id"
        " WHERE s.article_id = ? AND c.record_id IS NOT NULL ORDER BY c.record_id",
        (article_id,),
    )
    return tuple(r["record_id"] for r in rows)
