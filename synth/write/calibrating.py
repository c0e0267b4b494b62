"""What editors decided sentence by sentence, read from the store, as the score's calibration needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.calibration import Decided
from evidence.checks import context_of, support
from evidence.text import word_keys
from groundwire.records import Article, Record, Sentence, SentenceKind, Severity, Target
from groundwire.store import articles, records
from groundwire.store.database import Database

NAMED_WORDS = 4
"""Words in a row of a reason that name a sentence."""
_NUMBERED = re.compile(r"\bsentences?\s+(?P<n>\d+(?:\s*(?:,|and|&)\s*\d+)*)", re.IGNORECASE)


def decisions(db: Database) -> tuple[Decided, ...]:
    """Every report sentence on which an editor decided, in the order of the articles: accepted with an approved version, or struck.

    Struck are the sentences that an editor cut, that the reason of a rejection or retraction names by number or by four of its words in a row,
    and those that had to be corrected.
    """
    return tuple(
        Decided(support(sentence, context_of(sentence.citations, lambda i, v: _record(db, i, v))).margin, accepted)
        for article in _reviewed(db)
        for sentence, accepted in _judged(db, article)
        if any(citation.target is Target.PASSAGE for citation in sentence.citations)
    )


def _record(db: Database, record_id: str, version: int) -> Record | None:
    found = records.get(db, record_id)
    return found if found is not None and found.version == version else None


def _reviewed(db: Database) -> Iterator[Article]:
    for article_id, version in articles.reviewed(db):
        yield articles.get(db, article_id, version)


def _judged(db: Database, article: Article) -> Iterator[tuple[Sentence, bool]]:
    rows = [row for row in articles.reviews(db, article.id) if row["version"] == article.version]
    last = rows[-1]["action"] if rows else ""
    against = [str(row["reason"]) for row in rows if row["action"] in {"reject", "retract"}]
    against += [correction.was for correction in articles.corrections(db, article.id) if correction.was]
    for n, _, sentence in articles.numbered(article):
        if sentence.kind is not SentenceKind.REPORT or not sentence.text:
            continue
        by_check = any(finding.severity is Severity.CUT for finding in sentence.findings)
        if any(_names(reason, n, sentence.text) for reason in against) or (sentence.cut and not by_check):
            yield sentence, False
        elif last == "approve" and not sentence.cut:
            yield sentence, True


def _names(reason: str, n: int, text: str) -> bool:
    """Whether a reason speaks of a sentence, by its number or in its own words."""
    numbers = {int(number) for found in _NUMBERED.finditer(reason) for number in re.findall(r"\d+", found["n"])}
    said, words = word_keys(reason), word_keys(text)
    runs = {tuple(words[at : at + NAMED_WORDS]) for at in range(len(words) - NAMED_WORDS + 1)}
    return n in numbers or any(tuple(said[at : at + NAMED_WORDS]) in runs for at in range(len(said) - NAMED_WORDS + 1))
