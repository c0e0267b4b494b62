"""What an editor is told of a theme: its thesis, the records behind each signal, and why each story is in it."""

from __future__ import annotations

from collections.abc import Iterator

from groundwire.records import Signal, Theme
from groundwire.store import derived, records
from groundwire.store.database import Database

LISTED = 12
"""Most records of one signal on a terminal; --json has them all."""


def theses(db: Database, theme: Theme) -> Iterator[str]:
    """A theme's thesis, its further signals with the records that justify each, and why each story is in it."""
    if theme.thesis is None:
        yield f"  thesis: {theme.reason}"
    for signal in theme.signals:
        yield f"  {'thesis' if signal.id == theme.lead else 'signal'} ({signal.kind}, strength {signal.strength:.2f}): {signal.statement}"
        yield from _records(db, signal)
    titles = {s.id: s.title for s in derived.stories(db, theme.story_ids)}
    for story, why in theme.joins:
        yield f"  joined: “{titles.get(derived.current_id(db, story), story)}”: {why}"


def _records(db: Database, signal: Signal) -> Iterator[str]:
    found = sorted(records.many(db, signal.record_ids), key=lambda r: r.order)
    for record in found[:LISTED]:
        yield f"       {record.published:%Y-%m-%d %H:%M} {record.outlet}: “{record.title}” (record {record.id}, {record.url})"
    if len(found) > LISTED:
        yield f"       and {len(found) - LISTED} more records"
