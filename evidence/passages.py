"""Sentences with their offsets: the grain of evidence."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from evidence.text import listed

Span = tuple[int, int]

_TITLES = listed(
    "mr mrs ms dr prof gov sen rep gen lt col sgt capt cmdr adm rev hon pres st mt ft messrs hr fr mme mlle dra vs approx est dept fig eq sec "
    "art nr núm núms pp vol ca bzw mio mrd"
)
_NUMBERED = listed("no nos p pp art fig sec ch vol nr eq pt para")
_MONTHS = listed("jan feb mar apr jun jul aug sep sept oct nov dec")
_LAST_WORD = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.[\"”’»)\]]*$")
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:jan|feb|mar|apr|may|june|july|aug|sep|oct|nov|dec)\w*\.?\s+\d|[A-Z]{1,2}[SD]?T\b|UTC|GMT|Eastern|Pacific|Central|local)",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"(?:^|[\s(“\"])[A-Z]\.$")
_INITIALS_FOLLOW = re.compile(r"(?!(?:The|It|He|She|We|They|This|That|A|An|In|On|At|But|And|I|If|No|Its)\b(?!\.))[A-Z](?:\.|[^\W\d_]+)")
_ORDINAL_DATE = re.compile(r"\b\d{1,2}\.$")
_MONTH_FOLLOWS = re.compile(r"(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|oct|nov|dez|dec|quartal|jahrhundert)\w*\b", re.IGNORECASE)
_ENDS_QUOTE_WITH_COMMA = re.compile(r"[,][\"”»“’']$")
_NEAR = 8
"""Characters at the end of a piece that hold whatever of it is looked at there, but its last word."""

_WORDLESS = re.compile(r"^(?:[\W_]|\[\d+\])*$")


@lru_cache(maxsize=512)
def passages(text: str, language: str = "en") -> tuple[Span, ...]:
    """The sentences of a text as (start, end), trimmed, in order; each non-space character lies in exactly one."""
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        spans.extend((start + a, start + b) for a, b in _sentences(line, language[:2].lower() or "en"))
        start += len(line) + 1
    return tuple(spans)


def _sentences(line: str, language: str) -> list[Span]:
    from sentencex import get_sentence_boundaries

    cuts = sorted({int(found["start_index"]) for found in get_sentence_boundaries(language, line)} | {0, len(line)}) if line.strip() else []
    joined: list[Span] = []
    for a, b in pairwise(cuts):
        a, b = _trimmed(line, a, b)
        if a == b:
            continue
        if joined and _belongs(line[joined[-1][0] : joined[-1][1]], line[a:b], line[joined[-1][1] : a]):
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return joined


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _belongs(before: str, after: str, gap: str) -> bool:
    """Whether a cut between two pieces is no end of a sentence."""
    if not gap or after[0].islower() or _WORDLESS.match(after):
        return True
    near = max(0, len(before) - _NEAR)
    if _ENDS_QUOTE_WITH_COMMA.search(before, near):
        return True
    if _CLOCK.search(before, near):
        return bool(_AFTER_CLOCK.match(after))
    if _INITIAL.search(before, near):
        return bool(_INITIALS_FOLLOW.match(after))
    if _ORDINAL_DATE.search(before, near) and _MONTH_FOLLOWS.match(after):
        return True
    last = _LAST_WORD.search(before, before.rfind(" ") + 1)
    word = last[1].lower() if last else ""
    return word in _TITLES or (after[0].isdigit() and word in _NUMBERED | _MONTHS)


def passage_at(text: str, start: int, end: int, language: str = "en") -> Span:
    """The whole sentences that a span touches; the span itself when it touches none."""
    touched = [span for span in passages(text, language) if span[0] < end and start < span[1]]
    return (touched[0][0], touched[-1][1]) if touched else (start, end)


def window(text: str, start: int, end: int, before: int = 1, after: int = 1, language: str = "en") -> Span:
    """The sentences that a span touches, with so many sentences before and after it."""
    spans = passages(text, language)
    touched = [index for index, span in enumerate(spans) if span[0] < end and start < span[1]]
    if not touched:
        return start, end
    return spans[max(0, touched[0] - before)][0], spans[min(len(spans) - 1, touched[-1] + after)][1]


def paragraph_at(text: str, start: int, end: int) -> Span:
    """The lines that a span touches, trimmed."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(start, end - 1))
    return _trimmed(text, first, len(text) if last < 0 else last)
