"""What other thresholds would have made of a day: find, write and gate on a copy of the database; nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from groundwire.config import Publication
from groundwire.records import Article
from groundwire.store import derived, trying
from groundwire.store.database import Database
from synth import pipeline


@dataclass(frozen=True, slots=True)
class Tried:
    """What one theme would have come to: an article with its status, or none, and why."""

    status: str | None
    headline: str
    reasons: tuple[str, ...]
    independent: int


def tried(db: Database, publication: Publication, until: datetime, since: datetime) -> tuple[Tried, ...]:
    """What the ledger writer would make at `until` if nothing had been written from `since` on, the strongest theme first.

    `db` is a copy, which this changes. Records are grouped into the stories that are known by now.
    """
    trying.forget_after(db, until, since)
    pipeline.find_stage(db, publication, until, None)
    made: list[Article] = []
    notes = pipeline.write(db, publication, None, until, None, dry_run=True, seen=made.append).left
    written = {a.theme.id for a in made}
    left = {t.id: next((n for n in notes if n.endswith(t.reason)), t.reason) for t in derived.themes(db) if t.id not in written}
    themes = {t.id: t for t in derived.themes(db)}
    return (
        *(Tried(a.status.value, a.headline.text, a.reasons, a.theme.independent) for a in made),
        *(Tried(None, "", (why,), themes[i].independent) for i, why in left.items()),
    )
