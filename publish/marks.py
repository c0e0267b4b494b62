"""What of a record is shown as evidence: at most two sentences, few words in all, the matching ones marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from evidence.passages import passages
from evidence.text import WORDS_KEPT, normalise, stem, word_key, word_texts, words_between
from groundwire.records import Record

WORDS_PER_RECORD = 200
"""Most words of one record on one page (PROMISES, "Safe to publish")."""

SENTENCES = 2
_WORTH_SHOWING = 6
"""Fewer words than this are not worth cutting a passage down to."""

_FEW = 0.6
"""A citation of less than this share of what is shown is marked as it stands."""

_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by for from had has have he her his if in into is it its more no not of on or our over said say says she "
        "so than that the their them then there they this to under up was we were what when which who will with would you",
    )
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a passage; `marked` when its words are those that the sentence rests on."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as a page shows it; no parts when the page shows as much of the record as it may."""

    parts: tuple[Part, ...]
    cut: bool = False
    """Whether it goes on in the record."""
    elsewhere: int | None = None
    """The number of the note that shows the same words, when there is no room to show them again."""


class Allowance:
    """The words of each record that one page may still show, and where it shows which."""

    def __init__(self) -> None:
        self._shown: dict[str, list[tuple[int, int, int]]] = {}
        self._words: dict[str, int] = {}

    def left(self, record_id: str) -> int:
        return WORDS_PER_RECORD - self._words.get(record_id, 0)

    def take(self, record_id: str, start: int, end: int, words: int, number: int) -> None:
        self._shown.setdefault(record_id, []).append((start, end, number))
        self._words[record_id] = self._words.get(record_id, 0) + words

    def where(self, record_id: str, start: int, end: int) -> int | None:
        """The number of the note that shows a span already, or None."""
        return next((n for a, b, n in self._shown.get(record_id, ()) if a <= start and end <= b), None)


def shown(record: Record, start: int, end: int, citing: Iterable[str], allowance: Allowance, number: int) -> Shown:
    """The passage around a citation as note `number` shows it, marked where it agrees with the sentences that cite it."""
    a, b, cut = _span(record, start, end)
    size, left = len(record.text[a:b].split()), allowance.left(record.id)
    if size > left:
        if elsewhere := allowance.where(record.id, start, end):
            return Shown((), elsewhere=elsewhere)
        a, b, size = _shortened(record.text, max(a, start), min(b, end), left)
        cut = True
    if not size:
        return Shown(())
    allowance.take(record.id, a, b, size, number)
    few = a <= start and end <= b and end - start < _FEW * (b - a)
    spans = [(start, end)] if few else _matching(record.text, a, b, citing)
    return Shown(_parts(record.text, a, b, spans), cut)


def _span(record: Record, start: int, end: int) -> tuple[int, int, bool]:
    """The first sentences that a citation touches, and whether that leaves some of it out."""
    touched = [s for s in passages(record.text, record.language or "en") if s[0] < end and start < s[1]]
    if not touched:
        return start, end, False
    return touched[0][0], touched[:SENTENCES][-1][1], len(touched) > SENTENCES


def _shortened(text: str, start: int, end: int, limit: int) -> tuple[int, int, int]:
    """The first `limit` words of a span: its start, its end, its words; nothing when that says too little."""
    pieces = text[start:end].split()
    if len(pieces) <= limit:
        return start, end, len(pieces)
    if limit < _WORTH_SHOWING:
        return start, start, 0
    at = start
    for piece in pieces[:limit]:
        at = text.index(piece, at) + len(piece)
    return start, at, limit


def _matching(text: str, a: int, b: int, citing: Iterable[str]) -> list[tuple[int, int]]:
    """Runs of words that the citing sentences share, small words between them included."""
    wanted = frozenset().union(*map(_stems, citing))
    runs: list[tuple[int, int]] = []
    open_run = False
    for word in words_between(text, a, b):
        said = _said(word[0])
        if said is None:
            continue
        if said not in wanted:
            open_run = False
        elif open_run:
            runs[-1] = (runs[-1][0], word.end())
        else:
            runs.append(word.span())
            open_run = True
    return runs


@lru_cache(maxsize=1024)
def _stems(sentence: str) -> frozenset[str]:
    """The words of a sentence that say something, by their stems."""
    return frozenset(said for word in word_texts(sentence) if (said := _said(word)))


@lru_cache(maxsize=WORDS_KEPT)
def _said(word: str) -> str | None:
    """The stem of a word that says something, None for a small one."""
    return None if word_key(word) in _COMMON else stem(word)


def _parts(text: str, a: int, b: int, spans: list[tuple[int, int]]) -> tuple[Part, ...]:
    parts, at = [], a
    for start, end in spans:
        parts += [Part(_line(text[at:start]), False), Part(_line(text[start:end]), True)]
        at = end
    parts.append(Part(_line(text[at:b]), False))
    return tuple(p for p in parts if p.text)


def _line(text: str) -> str:
    return text if text.isascii() and text.isprintable() else normalise(text).replace("\n", " ")
