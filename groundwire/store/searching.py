"""Search for editors: records by the full-text index, articles by the words of their sentences."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from groundwire.clock import from_text
from groundwire.store.database import Database, Row

MOST_WORDS = 12
PREFIX_LETTERS = 3
"""The last word may be the beginning of one when it has so many letters."""
ON, OFF = "\x02", "\x03"
"""Stand around words that match; no stored text has control characters."""


@dataclass(frozen=True, slots=True)
class RecordHit:
    """A record with the place that matches, matching words between ON and OFF."""

    id: str
    title: str
    outlet: str
    published: datetime
    state: str
    snippet: str


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """An article whose newest version has a sentence with every word asked for."""

    slug: str
    version: int
    status: str
    headline: str
    modified: datetime
    sentences: tuple[tuple[int, str], ...]


def words(text: str, most: int = MOST_WORDS) -> tuple[str, ...]:
    """The words that are looked for."""
    return tuple(dict.fromkeys(re.findall(r"\w+", text.casefold())))[:most]


def _match(found: tuple[str, ...], joined: str) -> str:
    """An expression of the index that means these words and nothing else."""
    named = [f'"{w}"' for w in found]
    if len(found[-1]) >= PREFIX_LETTERS:
        named[-1] += "*"
    return joined.join(named)


def records(db: Database, text: str, limit: int, *, anything: bool = False, since: str = "") -> tuple[RecordHit, ...]:
    """Records that hold every word of a text, or any, the best match first; none without a word. `since` is when they were published."""
    found = words(text)
    if not found:
        return ()
    rows = db.rows(
        "SELECT r.id, r.title, r.outlet, r.published, r.state, snippet(records_fts, 1, ?, ?, '…', 32) AS snippet"
        " FROM records_fts f JOIN records r ON r.seq = f.rowid"
        " WHERE records_fts MATCH ? AND r.state NOT IN ('forgotten', 'pruned', 'failed') AND r.published > ? ORDER BY f.rank, r.id LIMIT ?",
        (ON, OFF, _match(found, " OR " if anything else " AND "), since, limit),
    )
    return tuple(RecordHit(r["id"], r["title"], r["outlet"], from_text(r["published"]), r["state"], r["snippet"]) for r in rows)


def articles(db: Database, text: str, limit: int) -> tuple[ArticleHit, ...]:
    """Articles whose newest version has a sentence with every word of a text, the newest first; none without a word."""
    found = words(text)
    if not found:
        return ()
    every = " AND ".join(["s.text LIKE ?"] * len(found))
    rows = db.rows(
        "SELECT a.slug, a.version, a.status, a.modified, json_group_array(json_array(s.n, s.text)) AS said,"
        " (SELECT text FROM sentences h WHERE h.article_id = a.id AND h.version = a.version AND h.section = 'headline') AS headline"
        " FROM articles a JOIN sentences s ON s.article_id = a.id AND s.version = a.version"
        f" WHERE a.version = (SELECT max(version) FROM articles n WHERE n.id = a.id) AND {every}"
        " GROUP BY a.id, a.version ORDER BY a.modified DESC, a.slug LIMIT ?",
        (*(f"%{w}%" for w in found), limit),
    )
    return tuple(map(_article, rows))


def _article(r: Row) -> ArticleHit:
    said = sorted((n, text) for n, text in json.loads(r["said"]))
    return ArticleHit(r["slug"], r["version"], r["status"], r["headline"] or "", from_text(r["modified"]), tuple(said))
