"""What a model said on a closed question of the find stage: kept, with the moment from which it holds, so that `derive` needs no model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from groundwire.clock import to_text
from groundwire.records import short_id
from groundwire.store.database import Database

SAME, SPLIT, TITLE, THEME = "same", "split", "title", "theme"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One answer: on what (`subject`: ids with a space between), what was said, and why in the model's words."""

    kind: str
    subject: str
    verdict: str
    reason: str = ""


def add(db: Database, found: Iterable[Judgement], now: datetime) -> None:
    """Keep answers; a question that has one already keeps it."""
    with db.transaction():
        for j in found:
            row = {"id": short_id("judgement", j.kind, j.subject), "as_of": to_text(now), "kind": j.kind, "subject": j.subject}
            db.insert("judgements", row | {"verdict": j.verdict, "reason": j.reason}, or_ignore=True)


def until(db: Database, now: datetime) -> tuple[Judgement, ...]:
    """The answers that hold at `now`, by kind and subject."""
    rows = db.rows("SELECT kind, subject, verdict, reason FROM judgements WHERE as_of <= ? ORDER BY kind, subject", (to_text(now),))
    return tuple(Judgement(r["kind"], r["subject"], r["verdict"], r["reason"]) for r in rows)


def untitle(db: Database, story_id: str) -> None:
    """Drop the title that a story was given, so that it is asked about again; part of the caller's transaction."""
    db.execute("DELETE FROM judgements WHERE kind = ? AND subject = ?", (TITLE, story_id))


def untitle_where(db: Database, holds: Callable[[str], bool]) -> None:
    """Drop every given title for which this holds; part of the caller's transaction."""
    for row in db.rows("SELECT subject, verdict FROM judgements WHERE kind = ?", (TITLE,)):
        if holds(row["verdict"]):
            untitle(db, row["subject"])
