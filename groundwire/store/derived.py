"""What the find stage derived: passages, figures, layers, copies, stories, signals, themes.

Every row carries the version of the rule that made it. Rows of a record are written once; copies and stories of open
records, signals and themes are replaced as a whole at every moment, so that they are a function of the kept rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pydantic import TypeAdapter

from groundwire.clock import from_text, to_text
from groundwire.records import Copy, Figure, Signal, Story, Theme
from groundwire.store.database import Database, Row
from groundwire.store.schema import DERIVED_TABLES

_SIGNALS = TypeAdapter(tuple[Signal, ...])
_IN = "IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one record holds: its passages as offsets, its figures, and its layers with scores, strongest first."""

    record_id: str
    passages: tuple[tuple[int, int], ...]
    figures: tuple[Figure, ...]
    layers: tuple[tuple[str, float], ...]
    passage_layers: tuple[tuple[int, str, float], ...] = ()
    """Number of a passage, from 1, layer and score, for passages that have a layer of their own."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is there as of a moment: copies and stories of the open records, and what follows from them."""

    as_of: datetime
    rule: str
    record_ids: tuple[str, ...]
    """Every open record; what was stored on their copies before is replaced."""
    copies: tuple[Copy, ...]
    stories: tuple[Story, ...]
    """The open stories, with their records that are no longer open."""
    closed: tuple[str, ...]
    """Stories whose last record is no longer open."""
    merged: Mapping[str, str]
    """Stories that became part of another, with that other's id."""
    before: Mapping[str, str]
    """Record to story as of the moment before, records of open stories only."""
    signals: tuple[Signal, ...]
    themes: tuple[Theme, ...]


def clear(db: Database) -> None:
    """Drop every derived row."""
    with db.transaction():
        for table in DERIVED_TABLES:
            db.execute(f'DELETE FROM "{table}"')


def _listed(ids: Iterable[str]) -> tuple[str]:
    return (json.dumps(sorted(set(ids))),)


def not_read(db: Database, record_ids: Sequence[str], rule: str) -> tuple[str, ...]:
    """Those of the records whose passages were not made by this rule, in the order given."""
    done = {
        r["record_id"]
        for r in db.rows(f"SELECT DISTINCT record_id FROM passages WHERE rule = ? AND record_id {_IN}", (rule, *_listed(record_ids)))
    }
    return tuple(r for r in record_ids if r not in done)


def add_reading(db: Database, reading: Reading, rule: str) -> None:
    """Store what one record holds, in place of what an older rule found, in one transaction."""
    with db.transaction():
        for table in ("passages", "figures", "layers", "passage_layers"):
            db.execute(f'DELETE FROM "{table}" WHERE record_id = ?', (reading.record_id,))
        passages = [(reading.record_id, n, start, end, rule) for n, (start, end) in enumerate(reading.passages, 1)]
        db.executemany('INSERT INTO passages (record_id, n, start, "end", rule) VALUES (?, ?, ?, ?, ?)', passages)
        for figure in reading.figures:
            db.insert("figures", _figure_row(figure) | {"rule": rule})
        layers = [(reading.record_id, layer, score, rule) for layer, score in reading.layers]
        db.executemany("INSERT INTO layers (record_id, layer, score, rule) VALUES (?, ?, ?, ?)", layers)
        by_passage = [(reading.record_id, n, layer, score, rule) for n, layer, score in reading.passage_layers]
        db.executemany("INSERT INTO passage_layers (record_id, n, layer, score, rule) VALUES (?, ?, ?, ?, ?)", by_passage)


def _figure_row(figure: Figure) -> dict[str, object]:
    return {
        "id": figure.id,
        "record_id": figure.record_id,
        "record_version": figure.record_version,
        "start": figure.start,
        "end": figure.end,
        "quote": figure.quote,
        "value": str(figure.value),
        "unit": figure.unit,
        "currency": figure.currency,
        "entity": figure.entity,
        "measure": figure.measure,
        "period": figure.period,
        "as_of": to_text(figure.as_of) if figure.as_of else None,
        "hedge": figure.hedge,
        "sentence_start": figure.sentence_start,
        "sentence_end": figure.sentence_end,
        "direction": figure.direction,
    }


def _figure(row: Row) -> Figure:
    return Figure(
        id=row["id"],
        record_id=row["record_id"],
        record_version=row["record_version"],
        start=row["start"],
        end=row["end"],
        quote=row["quote"],
        value=Decimal(row["value"]),
        unit=row["unit"],
        currency=row["currency"],
        entity=row["entity"],
        measure=row["measure"],
        period=row["period"],
        as_of=from_text(row["as_of"]) if row["as_of"] else None,
        hedge=row["hedge"],
        sentence_start=row["sentence_start"],
        sentence_end=row["sentence_end"],
        direction=row["direction"],
    )


def passages(db: Database, record_id: str) -> tuple[tuple[int, int], ...]:
    """The offsets of a record's passages, in reading order."""
    return tuple((r["start"], r["end"]) for r in db.rows('SELECT start, "end" FROM passages WHERE record_id = ? ORDER BY n', (record_id,)))


def figures(db: Database, record_ids: Iterable[str]) -> tuple[Figure, ...]:
    """The figures of the records, by record in canonical order, then in reading order."""
    rows = db.rows(
        f"SELECT f.* FROM figures f JOIN records r ON r.id = f.record_id WHERE f.record_id {_IN} ORDER BY r.published, r.page_id, r.version, f.start, f.id",
        _listed(record_ids),
    )
    return tuple(_figure(r) for r in rows)


def layers(db: Database, record_ids: Iterable[str]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Layers with scores by record, strongest first; a record without any is absent."""
    found: dict[str, tuple[tuple[str, float], ...]] = {}
    for r in db.rows(
        f"SELECT record_id, layer, score FROM layers WHERE record_id {_IN} ORDER BY record_id, score DESC, layer", _listed(record_ids)
    ):
        found[r["record_id"]] = (*found.get(r["record_id"], ()), (r["layer"], r["score"]))
    return found


def passage_layers(db: Database, record_ids: Iterable[str]) -> dict[tuple[str, int], str]:
    """The strongest layer of each passage that has one of its own, by record and the offset where the passage starts."""
    rows = db.rows(
        "SELECT l.record_id, p.start, l.layer FROM passage_layers l JOIN passages p ON p.record_id = l.record_id AND p.n = l.n"
        f" WHERE l.record_id {_IN} ORDER BY l.record_id, p.start, l.score, l.layer DESC",
        _listed(record_ids),
    )
    return {(r["record_id"], r["start"]): r["layer"] for r in rows}


def copies(db: Database, record_ids: Iterable[str]) -> dict[str, Copy]:
    """The copies among the records, by record; an origin and a text of its own are absent."""
    rows = db.rows(
        f"SELECT record_id, origin_id, similarity, altered FROM copies WHERE record_id {_IN} ORDER BY record_id", _listed(record_ids)
    )
    return {r["record_id"]: Copy(r["record_id"], r["origin_id"], r["similarity"], r["altered"]) for r in rows}


def quarantined(db: Database, record_ids: Iterable[str]) -> dict[str, str]:
    """Why records must be neither cited nor counted, by record: near-copies that differ from their origin in a figure."""
    return {i: c.altered for i, c in copies(db, record_ids).items() if c.altered}


def stories(db: Database, story_ids: Iterable[str]) -> tuple[Story, ...]:
    """The stories with these ids, or those they were merged into, by first record, each once."""
    ids = {current_id(db, i) for i in story_ids}
    rows = db.rows(f"SELECT id, title, first, last FROM stories WHERE id {_IN} AND merged_into IS NULL ORDER BY first, id", _listed(ids))
    return tuple(Story(r["id"], r["title"], _members(db, r["id"]), from_text(r["first"]), from_text(r["last"])) for r in rows)


def open_stories(db: Database) -> int:
    """How many stories are open as of the last moment."""
    return int(db.rows("SELECT count(*) AS n FROM stories WHERE state = 'open'")[0]["n"])


def current_id(db: Database, story_id: str) -> str:
    """The story that this one was merged into in the end, or itself."""
    seen = {story_id}
    while (
        (row := db.one("SELECT merged_into FROM stories WHERE id = ?", (story_id,)))
        and row["merged_into"]
        and row["merged_into"] not in seen
    ):
        story_id = row["merged_into"]
        seen.add(story_id)
    return story_id


def _members(db: Database, story_id: str) -> tuple[str, ...]:
    rows = db.rows(
        "SELECT s.record_id FROM story_records s JOIN records r ON r.id = s.record_id WHERE s.story_id = ? ORDER BY r.published, r.page_id, r.version",
        (story_id,),
    )
    return tuple(r["record_id"] for r in rows)


def story_of(db: Database, record_ids: Iterable[str]) -> dict[str, str]:
    """The story of each record that has one."""
    rows = db.rows(f"SELECT record_id, story_id FROM story_records WHERE record_id {_IN} ORDER BY record_id", _listed(record_ids))
    return {r["record_id"]: r["story_id"] for r in rows}


def open_story_of(db: Database, now: datetime) -> dict[str, str]:
    """Record to story over the open stories as they stood before `now`, whatever was stored at `now` itself."""
    rows = db.rows(
        "SELECT record_id, story_id, as_of, prior FROM story_records WHERE story_id IN (SELECT id FROM stories WHERE state = 'open') ORDER BY record_id"
    )
    stood = {r["record_id"]: r["prior"] if r["as_of"] == to_text(now) else r["story_id"] for r in rows}
    return {record: story for record, story in stood.items() if story}


def signals(db: Database) -> tuple[Signal, ...]:
    """The signals of the last moment, strongest first."""
    rows = db.rows('SELECT id, kind, strength, statement, records, stories, "values" FROM signals ORDER BY strength DESC, id')
    return tuple(
        Signal(
            r["id"],
            r["kind"],
            r["strength"],
            r["statement"],
            tuple(json.loads(r["records"])),
            tuple(json.loads(r["stories"])),
            _pairs(r["values"]),
        )
        for r in rows
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))


def themes(db: Database) -> tuple[Theme, ...]:
    """The themes of the last moment, strongest first, ready or not."""
    rows = db.rows("SELECT * FROM themes ORDER BY rank, id")
    return tuple(
        Theme(
            r["id"],
            tuple(json.loads(r["stories"])),
            tuple(json.loads(r["records"])),
            _SIGNALS.validate_json(r["signals"]),
            tuple(json.loads(r["layers"])),
            r["independent"],
            bool(r["ready"]),
            r["reason"],
            r["lead"],
            _pairs(r["joins"]),
        )
        for r in rows
    )


def replace(db: Database, found: Found) -> None:
    """Put what is there as of a moment in place of what was stored on the open records before, in one transaction."""
    with db.transaction():
        _replace_copies(db, found)
        _replace_stories(db, found)
        _replace_signals(db, found)
        _replace_themes(db, found)


def _replace_copies(db: Database, found: Found) -> None:
    db.execute(f"DELETE FROM copies WHERE record_id {_IN}", _listed(found.record_ids))
    rows = [(c.record_id, c.origin_id, c.similarity, c.altered, found.rule) for c in found.copies]
    db.executemany("INSERT INTO copies (record_id, origin_id, similarity, altered, rule) VALUES (?, ?, ?, ?, ?)", rows)


def _replace_stories(db: Database, found: Found) -> None:
    for story_id in found.closed:
        db.update("stories", {"id": story_id}, {"state": "closed"})
    db.execute("DELETE FROM story_records WHERE story_id IN (SELECT id FROM stories WHERE state = 'open')")
    db.execute("DELETE FROM stories WHERE state = 'open'")
    for story in found.stories:
        _write_story(db, story, "open", None, found.rule)
        rows = [(story.id, r, to_text(found.as_of), found.before.get(r)) for r in story.record_ids]
        db.executemany("INSERT INTO story_records (story_id, record_id, as_of, prior) VALUES (?, ?, ?, ?)", rows)
    for old, new in sorted(found.merged.items()):
        _write_story(db, next(s for s in found.stories if s.id == new), "closed", old, found.rule)


def _write_story(db: Database, story: Story, state: str, pointer: str | None, rule: str) -> None:
    row = (pointer or story.id, story.title, to_text(story.first), to_text(story.last), state, story.id if pointer else None, rule)
    db.execute("INSERT OR REPLACE INTO stories (id, title, first, last, state, merged_into, rule) VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def _replace_signals(db: Database, found: Found) -> None:
    db.execute("DELETE FROM signals")
    for s in found.signals:
        lists = {
            "records": json.dumps(s.record_ids),
            "stories": json.dumps(s.story_ids),
            "values": json.dumps(s.values, ensure_ascii=False),
        }
        row = {"id": s.id, "kind": s.kind, "strength": s.strength, "statement": s.statement, **lists}
        db.insert("signals", row | {"as_of": to_text(found.as_of), "rule": found.rule})


def _replace_themes(db: Database, found: Found) -> None:
    db.execute("DELETE FROM themes")
    for rank, t in enumerate(found.themes, 1):
        lists = {"stories": json.dumps(t.story_ids), "records": json.dumps(t.record_ids), "layers": json.dumps(t.layers)}
        row = {"id": t.id, "rank": rank, **lists, "signals": _SIGNALS.dump_json(t.signals).decode(), "independent": t.independent}
        thesis = {"ready": int(t.ready), "reason": t.reason, "lead": t.lead, "joins": json.dumps(t.joins, ensure_ascii=False)}
        db.insert("themes", row | thesis | {"as_of": to_text(found.as_of), "rule": found.rule})
