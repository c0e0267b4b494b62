"""Cited pages that changed or went: a dated notice on every article whose cited passage can no longer be read there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from evidence.diff import locate
from evidence.figures import quantities
from evidence.matching import best_passages
from groundwire.records import Article, Citation, Correction, Record, RecordState, Target
from groundwire.store import articles, records
from groundwire.store.database import Database
from synth.write.gate import standing
from synth.write.wording import day


@dataclass(frozen=True, slots=True)
class Change:
    """A cited passage that a newer version of its page no longer has."""

    article: Article
    quote: str
    newest: Record
    now_says: str | None
    """The sentence that stands in its place, when one does."""


def notice(db: Database, now: datetime) -> tuple[str, ...]:
    """Put a dated notice on each live article whose cited page changed or went under it, once; returns a line about each."""
    said = []
    for article in articles.live(db):
        changed = (_correction(db, change, now) for change in _changes(db, article))
        for correction in (*changed, *_gone(db, article, now)):
            with db.transaction():
                new = articles.correct(db, article.id, article.version, correction)
            if new:
                said.append(f"{article.slug}: {correction.text}")
        said += [f"{article.slug}: {notice.text}" for notice in _quarantined(db, article, now)]
    return tuple(said)


def _quarantined(db: Database, article: Article, now: datetime) -> Iterator[Correction]:
    """The new notices about cited records that were found to be altered copies since."""
    for record in records.many(db, _cited(article)):
        if record.state is not RecordState.QUARANTINED:
            continue
        title = f"“{record.title}” ({record.outlet})"
        text = f"A source of this article differs from the text that it was copied from: {title} {record.reason}. The sentences that rest on it are under review."
        correction = Correction(now, "notice", text, None, None, record.id)
        with db.transaction():
            new = articles.correct(db, article.id, article.version, correction)
        if new:
            yield correction


def waiting(db: Database) -> tuple[str, ...]:
    """The slugs of live articles on which a notice stands that no later version has taken up."""
    return tuple(a.slug for a in articles.live(db) if any(c.kind == "notice" and c.at >= a.modified for c in a.corrections))


def _changes(db: Database, article: Article) -> Iterator[Change]:
    cited = _cited(article)
    for old_id, newest in records.newer_versions(db, cited):
        old = records.get(db, old_id)
        gone = next((c for c in cited[old_id] if c.quote and locate(c.quote, newest.text, c.start or 0) is None), None)
        if old and gone and gone.quote:
            yield Change(article, gone.quote, newest, _in_its_place(gone.quote, newest))


def _gone(db: Database, article: Article, now: datetime) -> Iterator[Correction]:
    """A notice for each cited page that is not there any more."""
    for record, since in records.gone(db, _cited(article)):
        text = (
            f"A source of this article is no longer at its address: “{record.title}” ({record.outlet}) was not there when it was asked"
            f" for again on {day(since)}. What was cited from it stands here as it was read on {day(record.fetched)}."
        )
        yield Correction(now, "notice", text, record_id=record.id)


def _cited(article: Article) -> dict[str, list[Citation]]:
    found: dict[str, list[Citation]] = {}
    for sentence in standing(article):
        for citation in sentence.citations:
            if citation.target is Target.PASSAGE and citation.record_id:
                found.setdefault(citation.record_id, []).append(citation)
    return found


def _in_its_place(quote: str, newest: Record) -> str | None:
    spans = best_passages(quote, newest.text, 1, newest.language or "en")
    return newest.text[spans[0][0] : spans[0][1]] if spans else None


def _correction(db: Database, change: Change, now: datetime) -> Correction:
    """The notice in words: which page, what it said when it was cited and what it says now where that is a figure."""
    was, now_is = _figures(change.quote, change.now_says)
    title = f"“{change.newest.title}” ({change.newest.outlet})"
    moved = f" It now gives {now_is} where it gave {was}." if was and now_is else ""
    own = records.correction_of(db, change.newest.id)
    stated = " The page carries a correction." if own else ""
    text = f"A source of this article has changed since it was cited: {title}, read again on {day(change.newest.fetched)}.{moved}{stated} The sentences that rest on it are under review."
    return Correction(now, "notice", text, was, now_is, change.newest.id)


def _figures(before: str, after: str | None) -> tuple[str | None, str | None]:
    """The first figure that a passage gave and the page no longer gives in its place, and the one that it gives instead."""
    old, new = quantities(before), quantities(after or "")
    lost = [q for q in old if (q.value, q.unit) not in {(n.value, n.unit) for n in new}]
    fresh = [q for q in new if (q.value, q.unit) not in {(o.value, o.unit) for o in old}]
    pair = next(((o, n) for o in lost for n in fresh if o.unit == n.unit), None)
    return (before[pair[0].start : pair[0].end], (after or "")[pair[1].start : pair[1].end]) if pair else (None, None)
