"""Removal on demand: what pages said is erased from every table; hash, address and reason stay.

The one place, with pruning, where a stored text is changed. Everything here belongs into the caller's transaction but
`compact`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from groundwire.clock import to_text
from groundwire.errors import StoreError
from groundwire.records import ArticleStatus, Record, short_id
from groundwire.store import judgements, records
from groundwire.store.database import Database, Row

Holds = Callable[[str], bool]
"""Whether a stored text holds words of what is forgotten."""
Emptied = Callable[[str], str]
"""A JSON text without what it holds of what is forgotten."""

REMOVED = "[removed on demand]"
CHECK = "forgotten"
MESSAGE = "what this sentence rested on was removed on demand"
_IN = "IN (SELECT value FROM json_each(?))"


def _listed(ids: Iterable[str]) -> tuple[str]:
    return (json.dumps(sorted(set(ids))),)


def pages_of(db: Database, name: str) -> tuple[str, ...]:
    """The page with this identity, or of the record with this id, and every other address of the same page."""
    seeds = db.rows(
        "SELECT id FROM pages WHERE identity = :n OR url = :n UNION SELECT page_id FROM records WHERE id = :n OR canonical_url = :n OR url = :n",
        {"n": name},
    )
    found = {r["id"] for r in seeds}
    while True:
        near = db.rows(
            f"SELECT id FROM pages WHERE same_as {_IN} UNION SELECT same_as FROM pages WHERE same_as IS NOT NULL AND id {_IN}",
            _listed(found) * 2,
        )
        more = {r["id"] for r in near} - found
        if not more:
            return tuple(sorted(found))
        found |= more


def records_of(db: Database, page_ids: Iterable[str]) -> tuple[Record, ...]:
    """Every version of these pages, in canonical order."""
    return records.many(db, (r["id"] for r in db.rows(f"SELECT id FROM records WHERE page_id {_IN}", _listed(page_ids))))


def texts_of(db: Database, page_ids: Iterable[str]) -> tuple[str, ...]:
    """Every text that is stored of these pages: titles, texts, correction notices, and what the feeds say of them."""
    ids = _listed(page_ids)
    rows = db.rows(
        f"SELECT title AS t FROM records WHERE page_id {_IN} UNION SELECT text FROM records WHERE page_id {_IN}"
        f" UNION SELECT correction FROM records WHERE page_id {_IN} UNION SELECT title FROM items WHERE page_id {_IN}"
        f" UNION SELECT summary FROM items WHERE page_id {_IN}",
        ids * 5,
    )
    return tuple(sorted(r["t"] for r in rows if r["t"]))


def citing(db: Database, record_ids: Iterable[str]) -> tuple[tuple[str, str, int, ArticleStatus], ...]:
    """Every sentence that cites or counts one of these records: its id, and the article, version and status it belongs to."""
    ids = _listed(record_ids)
    rows = db.rows(
        "SELECT DISTINCT s.id, s.article_id, s.version, a.status FROM citations c JOIN sentences s ON s.id = c.sentence_id"
        f" JOIN articles a ON a.id = s.article_id AND a.version = s.version WHERE c.record_id {_IN}"
        f" OR (c.inputs IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(c.inputs) i WHERE json_extract(i.value, '$.record_id') {_IN}"
        f" OR json_extract(i.value, '$.id') {_IN})) ORDER BY s.article_id, s.version, s.n",
        ids * 3,
    )
    return tuple((r["id"], r["article_id"], r["version"], ArticleStatus(r["status"])) for r in rows)


def rows_of(db: Database, page_ids: Iterable[str]) -> list[Row]:
    """The rows of these pages, by address."""
    return db.rows(f"SELECT * FROM pages WHERE id {_IN} ORDER BY identity", _listed(page_ids))


def note(db: Database, page: Row, found: Sequence[Record], reason: str, now: datetime) -> None:
    """Keep that a page was forgotten: address, reason, hashes."""
    known = db.one("SELECT records FROM forgotten WHERE id = ?", (page["id"],))
    kept = json.loads(known["records"]) if known else [[r.id, r.version, r.text_sha256] for r in found if r.page_id == page["id"]]
    row = (page["id"], page["identity"], reason, to_text(now), json.dumps(kept))
    db.execute("INSERT OR REPLACE INTO forgotten (id, address, reason, at, records) VALUES (?, ?, ?, ?, ?)", row)


def add_page(db: Database, identity: str, url: str, host: str, now: datetime) -> str:
    """A page that was never seen, so that its address can be kept from being asked."""
    page_id = short_id("page", identity)
    row = {"id": page_id, "identity": identity, "url": url, "host": host, "state": "forgotten", "published": to_text(now)}
    db.insert("pages", row, or_ignore=True)
    return page_id


def among(db: Database, page_ids: Iterable[str]) -> frozenset[str]:
    """Those of the pages that were forgotten."""
    return frozenset(r["id"] for r in db.rows(f"SELECT id FROM pages WHERE state = 'forgotten' AND id {_IN}", _listed(page_ids)))


def is_forgotten(db: Database, identity: str) -> bool:
    """Whether an address is never to be asked again."""
    return db.one("SELECT 1 FROM pages WHERE identity = ? AND state = 'forgotten'", (identity,)) is not None


def erase_pages(db: Database, page_ids: Sequence[str], reason: str) -> None:
    """Empty everything that was read of these pages or that feeds say of them; they are never asked again."""
    ids = _listed(page_ids)
    said = f"forgotten: {reason}"
    db.execute(
        f"INSERT INTO records_fts(records_fts, rowid, title, text) SELECT 'delete', seq, title, text FROM records WHERE page_id {_IN}"
        " AND state NOT IN ('pruned', 'forgotten')",
        ids,
    )
    db.execute(
        f"UPDATE records SET title = '', text = '', author = NULL, correction = NULL, state = 'forgotten', reason = ? WHERE page_id {_IN}",
        (said, *ids),
    )
    db.execute(
        "UPDATE pages SET state = 'forgotten', reason = ?, next_fetch = NULL, requested = NULL, etag = NULL, last_modified = NULL,"
        f" gone = NULL WHERE id {_IN}",
        (said, *ids),
    )
    empty_items(db, page_ids)


def empty_items(db: Database, page_ids: Iterable[str]) -> None:
    """Empty what feeds say of these pages; the entries stay known, so that they do not come again."""
    db.execute(f"UPDATE items SET title = '', summary = '', author = NULL, trouble = NULL WHERE page_id {_IN}", _listed(page_ids))


def follow(db: Database, page_id: str, now: datetime) -> None:
    """A page turned out to be another address of a forgotten one: it is forgotten with it."""
    reason = "leads to a page that was removed on demand"
    erase_pages(db, (page_id,), reason)
    for page in rows_of(db, (page_id,)):
        note(db, page, (), reason, now)


def drop_derived(db: Database, record_ids: Sequence[str]) -> None:
    """Drop what was derived from these records alone; what they share with others goes on without them."""
    ids = _listed(record_ids)
    for table in ("passages", "figures", "layers", "passage_layers"):
        db.execute(f'DELETE FROM "{table}" WHERE record_id {_IN}', ids)
    for table in ("signals", "themes"):
        db.execute(f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM json_each({table}.records) e WHERE e.value {_IN})", ids)
    _drop_copies(db, ids)
    _drop_from_stories(db, ids)


def _drop_copies(db: Database, ids: tuple[str]) -> None:
    """The copies of an origin that is gone are copies of the first among them."""
    db.execute(f"DELETE FROM copies WHERE record_id {_IN}", ids)
    rows = db.rows(
        f"SELECT c.record_id, c.origin_id FROM copies c JOIN records r ON r.id = c.record_id WHERE c.origin_id {_IN}"
        " ORDER BY r.published, r.page_id, r.version",
        ids,
    )
    heirs: dict[str, str] = {}
    for row in rows:
        heir = heirs.setdefault(row["origin_id"], row["record_id"])
        if heir == row["record_id"]:
            db.execute("DELETE FROM copies WHERE record_id = ?", (heir,))
        else:
            db.update("copies", {"record_id": row["record_id"]}, {"origin_id": heir})


def _drop_from_stories(db: Database, ids: tuple[str]) -> None:
    """A story is called after the first record that it still has."""
    told = [r["story_id"] for r in db.rows(f"SELECT DISTINCT story_id FROM story_records WHERE record_id {_IN}", ids)]
    db.execute(f"DELETE FROM story_records WHERE record_id {_IN}", ids)
    for story in sorted(told):
        first = db.one(
            "SELECT r.title FROM story_records s JOIN records r ON r.id = s.record_id WHERE s.story_id = ?"
            " ORDER BY r.published, r.page_id, r.version LIMIT 1",
            (story,),
        )
        db.execute("UPDATE stories SET title = ? WHERE id = ? OR merged_into = ?", (first["title"] if first else "", story, story))
        judgements.untitle(db, story)


def erase_sentences(db: Database, sentence_ids: Iterable[str]) -> None:
    """Strike out these sentences and empty them, with what they cite and what was found on them."""
    for sentence in sentence_ids:
        db.update("sentences", {"id": sentence}, {"text": REMOVED, "cut": 1, "verdict": None, "lead": 0})
        db.execute("DELETE FROM citations WHERE sentence_id = ?", (sentence,))
        db.execute("DELETE FROM findings WHERE sentence_id = ?", (sentence,))
        db.insert("findings", {"sentence_id": sentence, "n": 1, "check": CHECK, "severity": "cut", "message": MESSAGE})


def drop_figures(db: Database, record_ids: Iterable[str]) -> None:
    """Take the figures of these records out of the tables that article versions show."""
    gone = set(record_ids)
    of = f"EXISTS (SELECT 1 FROM json_each(articles.body, '$.figures') f WHERE json_extract(f.value, '$.figure.record_id') {_IN})"
    for row in db.rows(f"SELECT id, version, body FROM articles WHERE {of}", _listed(gone)):
        body = json.loads(row["body"])
        body["figures"] = [f for f in body["figures"] if f["figure"]["record_id"] not in gone]
        changed = json.dumps(body, ensure_ascii=False, sort_keys=True)
        db.update("articles", {"id": row["id"], "version": row["version"]}, {"body": changed})


def erase_calls(db: Database, holds: Holds) -> int:
    """Empty the model calls that hold such a text; tokens and costs stay. How many there were."""
    found = [
        r["id"]
        for r in db.execute("SELECT id, request, answer, error FROM calls WHERE state NOT IN ('erased', 'pruned') ORDER BY id")
        if any(holds(text) for text in (r["request"], r["answer"], r["error"]) if text)
    ]
    db.execute(f"UPDATE calls SET request = '', answer = NULL, error = NULL, state = 'erased' WHERE id {_IN}", _listed(found))
    return len(found)


_SAID = (
    ("articles", "body"),
    ("articles", "reasons"),
    ("runs", "summary"),
    ("failures", "reason"),
    ("findings", "message"),
    ("stories", "title"),
    ("threads", "title"),
    ("copies", "altered"),
    ("records", "reason"),
    ("forecasts", "statement"),
    ("forecasts", "wrong_if"),
    ("forecasts", "evidence"),
    ("judgements", "reason"),
    ("review_events", "before"),
    ("review_events", "after"),
    ("review_records", "record"),
    ("decisions", "before"),
    ("decisions", "after"),
)
"""Columns in which the program says something that may hold a title or a passage."""


def erase_said(db: Database, record_ids: Iterable[str], holds: Holds, emptied: Emptied) -> None:
    """Empty what the program said in such words, and drop the notices about these records."""
    db.execute(f"DELETE FROM corrections WHERE kind = 'notice' AND record_id {_IN}", _listed(record_ids))
    judgements.untitle_where(db, holds)
    _drop_working(db, set(record_ids), holds)
    for table, column in _SAID:
        rows = db.execute(f"SELECT rowid AS at, {column} AS said FROM {table} WHERE {column} IS NOT NULL")
        changed = [(emptied(r["said"]) or REMOVED, r["at"]) for r in rows if holds(r["said"])]
        db.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", changed)


def _drop_working(db: Database, record_ids: Iterable[str], holds: Holds) -> None:
    """Drop the working copies of versions that cite one of these records or hold such words, every revision of them."""
    ids = tuple(record_ids)
    rows = db.execute("SELECT article_id, version, state FROM drafts")
    found = {(r["article_id"], r["version"]) for r in rows if any(i in r["state"] for i in ids) or holds(r["state"])}
    db.executemany("DELETE FROM drafts WHERE article_id = ? AND version = ?", sorted(found))


def unswept(db: Database) -> tuple[Row, ...]:
    """What was forgotten and may still stand in old trees, in free pages of the file, or on the site, by address."""
    return tuple(db.rows("SELECT * FROM forgotten WHERE swept IS NULL ORDER BY address"))


def swept(db: Database, now: datetime) -> None:
    """Note that nothing is left of what was forgotten."""
    db.execute("UPDATE forgotten SET swept = ? WHERE swept IS NULL", (to_text(now),))


def compact(db: Database) -> None:
    """Write the file anew, so that nothing erased is left in its free pages, its index or its log; raises StoreError when a reader is in the way."""
    with db.transaction():
        db.execute("INSERT INTO records_fts(records_fts) VALUES ('optimize')")
    db.execute("VACUUM")
    busy = db.rows("PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
    if busy:
        raise StoreError("the database's log could not be emptied, because something reads it; the next run tries again")
