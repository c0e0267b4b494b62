"""What became of cited passages when a page changed, and how two texts differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from evidence.passages import Span
from evidence.text import fold

_PIECE = re.compile(r"\s+|\d+(?:[.,]\d+)+|\w+|[^\w\s]")
"""White space, a number with its decimals, a word, a sign."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a word diff: "same", "gone" (only in the old text) or "new"."""

    kind: str
    text: str


def locate(quote: str, text: str, near: int = 0) -> Span | None:
    """Where the words of a passage stand in a text, white space and quotation marks folded; of several places the nearest to an offset."""
    folded, needle = fold(text), fold(quote.strip()).text
    places: list[Span] = []
    at = folded.text.find(needle) if needle else -1
    while at >= 0:
        places.append(folded.original(at, at + len(needle)))
        at = folded.text.find(needle, at + 1)
    return min(places, key=lambda span: (abs(span[0] - near), span), default=None)


def word_diff(old: str, new: str) -> tuple[Mark, ...]:
    """The words of two texts as marks in reading order; joined without the new ones they give the old text, without the gone ones the new."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    marks: list[Mark] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            marks.append(Mark("same", "".join(before[a:b])))
            continue
        marks.extend(Mark(name, "".join(part)) for name, part in (("gone", before[a:b]), ("new", after[c:d])) if part)
    return tuple(marks)
