"""Source records: writing them once, reading them in canonical order. No function here changes a text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from groundwire.clock import from_text, to_text
from groundwire.records import Record, RecordState
from groundwire.store.database import Database, Row

_COLUMNS = "id, page_id, version, url, canonical_url, outlet, title, author, language, published, fetched, text, text_sha256, state, reason"
_ORDER = "published, page_id, version"


def _record(row: Row) -> Record:
    return Record(
        id=row["id"],
        page_id=row["page_id"],
        version=row["version"],
        url=row["url"],
        canonical_url=row["canonical_url"],
        outlet=row["outlet"],
        title=row["title"],
        author=row["author"],
        language=row["language"],
        published=from_text(row["published"]),
        fetched=from_text(row["fetched"]),
        text=row["text"],
        text_sha256=row["text_sha256"],
        state=RecordState(row["state"]),
        reason=row["reason"],
    )


def add(db: Database, record: Record, correction: str | None = None) -> bool:
    """Store a new record; False when this version of the page is already there."""
    row = {
        "id": record.id,
        "page_id": record.page_id,
        "version": record.version,
        "url": record.url,
        "canonical_url": record.canonical_url,
        "outlet": record.outlet,
        "title": record.title,
        "author": record.author,
        "language": record.language,
        "published": to_text(record.published),
        "fetched": to_text(record.fetched),
        "text": record.text,
        "text_sha256": record.text_sha256,
        "state": record.state.value,
        "reason": record.reason,
        "correction": correction,
    }
    return db.insert("records", row, or_ignore=True)


def get(db: Database, record_id: str) -> Record | None:
    """The record with this id, or None."""
    row = db.one(f"SELECT {_COLUMNS} FROM records WHERE id = ?", (record_id,))
    return _record(row) if row else None


def many(db: Database, record_ids: Iterable[str]) -> tuple[Record, ...]:
    """The records with these ids, in canonical order."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM records WHERE id IN (SELECT value FROM json_each(?)) ORDER BY {_ORDER}",
        (json.dumps(sorted(set(record_ids))),),
    )
    return tuple(_record(row) for row in rows)


def text_of(db: Database, record_id: str, version: int) -> str | None:
    """The stored text of a record's version, or None."""
    row = db.one("SELECT text FROM records WHERE id = ? AND version = ?", (record_id, version))
    return row["text"] if row else None


def latest_of_page(db: Database, page_id: str) -> Record | None:
    """The newest version of a page, or None."""
    row = db.one(f"SELECT {_COLUMNS} FROM records WHERE page_id = ? ORDER BY version DESC LIMIT 1", (page_id,))
    return _record(row) if row else None


def current(db: Database, since: datetime, until: datetime, states: Sequence[RecordState] = (RecordState.READ,)) -> tuple[Record, ...]:
    """The newest versions, as fetched by `until`, of pages published from `since` on, in canonical order."""
    rows = db.rows(
        f"SELECT {_COLUMNS} FROM records r WHERE published >= :since AND published <= :until AND fetched <= :until"
        " AND state IN (SELECT value FROM json_each(:states))"
        " AND version = (SELECT max(version) FROM records n WHERE n.page_id = r.page_id AND n.fetched <= :until)"
        f" ORDER BY {_ORDER}",
        {"since": to_text(since), "until": to_text(until), "states": json.dumps([s.value for s in states])},
    )
    return tuple(_record(row) for row in rows)


def quarantine(db: Database, open_ids: Iterable[str], reasons: Mapping[str, str]) -> None:
    """Put those of the open records that have a reason into quarantine, and let out those that no longer have one, in one transaction."""
    with db.transaction():
        release(db, set(open_ids) - set(reasons))
        for record_id, reason in sorted(reasons.items()):
            db.execute(
                "UPDATE records SET state = 'quarantined', reason = ? WHERE id = ? AND state IN ('read', 'quarantined')",
                (reason, record_id),
            )


def release(db: Database, record_ids: Iterable[str] | None = None) -> None:
    """Let records out of quarantine, or all of them."""
    with db.transaction():
        chosen = "" if record_ids is None else " AND id IN (SELECT value FROM json_each(?))"
        given = () if record_ids is None else (json.dumps(sorted(set(record_ids))),)
        db.execute(f"UPDATE records SET state = 'read', reason = NULL WHERE state = 'quarantined'{chosen}", given)


def quarantined(db: Database) -> tuple[Record, ...]:
    """The records in quarantine, in canonical order; `reason` says what each altered."""
    return tuple(_record(row) for row in db.rows(f"SELECT {_COLUMNS} FROM records WHERE state = 'quarantined' ORDER BY {_ORDER}"))


def outlets(db: Database) -> tuple[str, ...]:
    """The names of the outlets of records, in order."""
    return tuple(row["outlet"] for row in db.rows("SELECT DISTINCT outlet FROM records ORDER BY outlet"))


def newer_versions(db: Database, record_ids: Iterable[str]) -> tuple[tuple[str, Record], ...]:
    """Pairs (cited record id, newest version of its page) for every cited record that has a newer version whose text is there."""
    pairs = []
    for cited in many(db, record_ids):
        newest = latest_of_page(db, cited.page_id)
        if newest and newest.version > cited.version and newest.state is not RecordState.PRUNED:
            pairs.append((cited.id, newest))
    return tuple(pairs)


def gone(db: Database, record_ids: Iterable[str]) -> tuple[tuple[Record, datetime], ...]:
    """The given records whose page answered, when it was read again, that it is not there any more, with that moment."""
    found = ((r, db.one("SELECT gone FROM pages WHERE id = ?", (r.page_id,))) for r in many(db, record_ids))
    return tuple((record, from_text(row["gone"])) for record, row in found if row and row["gone"])


def correction_of(db: Database, record_id: str) -> str | None:
    """The correction notice that the page itself carried in this version, or None."""
    row = db.one("SELECT correction FROM records WHERE id = ?", (record_id,))
    return row["correction"] if row else None


def counts(db: Database) -> dict[str, int]:
    """How many records there are in each state."""
    return {row["state"]: row["n"] for row in db.rows("SELECT state, count(*) AS n FROM records GROUP BY state ORDER BY state")}
