"""Pruning: texts that no article cites, and what was said to models, are emptied when they are old; the rows stay.

A pruned record keeps its address, title, hash and the reason; a pruned call its hash, tokens and costs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from groundwire.clock import to_text
from groundwire.store.database import Database

AT_ONCE = 5_000
"""Most rows of a kind in one run, so that the first pruning of a large publication does not hold the run up."""

_IN = "IN (SELECT value FROM json_each(?))"

_UNUSED = (
    "SELECT r.id FROM records r JOIN pages p ON p.id = r.page_id"
    " WHERE r.state NOT IN ('pruned', 'forgotten') AND r.fetched < :before AND r.text != ''"
    " AND NOT (p.state IN ('queued', 'read') AND p.next_fetch IS NOT NULL)"  # it will be compared with what the page says then
    " AND NOT EXISTS (SELECT 1 FROM citations c WHERE c.record_id = r.id)"
    " AND r.id NOT IN (SELECT json_extract(i.value, '$.record_id') FROM citations c, json_each(c.inputs) i"
    " WHERE c.inputs IS NOT NULL AND json_extract(i.value, '$.record_id') IS NOT NULL)"
    " ORDER BY r.fetched, r.id LIMIT :most"
)


def texts(db: Database, before: datetime, reason: str) -> int:
    """Empty texts that were read before a moment and that no version of any article cites; how many there were."""
    with db.transaction():
        if db.one("SELECT 1 FROM records WHERE state NOT IN ('pruned', 'forgotten') AND fetched < ? LIMIT 1", (to_text(before),)) is None:
            return 0
        ids = [r["id"] for r in db.rows(_UNUSED, {"before": to_text(before), "most": AT_ONCE})]
        _empty(db, ids, reason)
    return len(ids)


def _empty(db: Database, ids: Sequence[str], reason: str) -> None:
    listed = (json.dumps(ids),)
    db.execute(
        f"INSERT INTO records_fts(records_fts, rowid, title, text) SELECT 'delete', seq, title, text FROM records WHERE id {_IN}", listed
    )
    db.execute(f"UPDATE records SET text = '', correction = NULL, state = 'pruned', reason = ? WHERE id {_IN}", (reason, *listed))
    for table in ("passages", "figures", "layers", "passage_layers"):
        db.execute(f'DELETE FROM "{table}" WHERE record_id {_IN}', listed)


def summaries(db: Database, before: datetime) -> int:
    """Empty what feeds said before a moment of pages of which no text is kept; how many there were."""
    with db.transaction():
        return db.execute(
            "UPDATE items SET summary = '' WHERE rowid IN (SELECT i.rowid FROM items i WHERE i.summary != '' AND i.first_seen < ?"
            " AND NOT EXISTS (SELECT 1 FROM pages p WHERE p.id = i.page_id AND p.state = 'queued')"
            " AND NOT EXISTS (SELECT 1 FROM records r WHERE r.page_id = i.page_id AND r.text != '')"
            " ORDER BY i.first_seen, i.id LIMIT ?)",
            (to_text(before), AT_ONCE),
        ).rowcount


def calls(db: Database, before: datetime) -> int:
    """Empty requests and answers of the calls that were asked before a moment; how many there were."""
    with db.transaction():
        return db.execute(
            "UPDATE calls SET request = '', answer = NULL, state = 'pruned' WHERE rowid IN"
            " (SELECT rowid FROM calls WHERE request != '' AND asked < ? ORDER BY asked, id LIMIT ?)",
            (to_text(before), AT_ONCE),
        ).rowcount
