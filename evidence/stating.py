"""Whether a passage states the figures of a sentence itself, of the thing that the sentence says them of: nothing is reckoned here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from evidence.dates import dates
from evidence.figures import Quantity
from evidence.grounds import StatedIn, stated_quantities
from evidence.matching import content, holds, vocabulary
from evidence.measures import clause_at
from evidence.names import names
from evidence.numbers import numbers
from evidence.passages import passages
from evidence.quantities import supports
from evidence.quotation import outside_quotes

SHARED = 0.5
"""More than this share of the telling words of a sentence stands beside the figure in the passage, too: a loan that runs for 15 years is no contract."""


def states_figures(sentence: str, passage: str, language: str = "en") -> bool:
    """Whether every figure of a sentence stands in a passage, in a sentence of it that speaks of the same thing.

    A difference, sum or share that could be reckoned from the passage's figures is not stated there. Of a sentence without figures,
    the passage has most words.
    """
    figures = tuple(_figures(outside_quotes(sentence)))
    if not figures:
        return _speaks_of(_telling(sentence), passage)
    return all(_is_said(stated, passage, language) for stated in figures)


def _figures(plain: str) -> Iterator[StatedIn]:
    """The figures of a text, and those of its numbers that count nothing by name, in their sentences."""
    for start, end in passages(plain):
        one = plain[start:end]
        closed = [(name.start, name.end) for name in names(one)] + [(day.start, day.end) for day in dates(one)]
        read = [s for s in stated_quantities(one) if not _inside(s.quantity.start, closed)]
        yield from read
        closed += [(s.quantity.start, s.quantity.end) for s in read]
        for number in numbers(one):
            if not _inside(number.start, closed) and not (number.in_words and number.value < 2):
                yield StatedIn(Quantity(number.start, number.end, number.value, "count", None, number.step), None, one)


def _inside(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in spans)


def _is_said(claim: StatedIn, passage: str, language: str) -> bool:
    return any(_gives(claim, home) and _is_of_it(claim, home) for home in _homes(passage, language))


def _homes(passage: str, language: str) -> Iterator[StatedIn]:
    """The figures of a passage, and its numbers by themselves."""
    for start, end in passages(passage, language):
        one = passage[start:end]
        yield from stated_quantities(one, language)
        for number in numbers(one, language):
            yield StatedIn(Quantity(number.start, number.end, number.value, "count", None, number.step), None, one)


def _gives(claim: StatedIn, home: StatedIn) -> bool:
    """Whether one figure is the other, as far as both are rounded; counts are compared whatever noun they count."""
    mine, theirs = claim.quantity, home.quantity
    if mine.unit.startswith("count") and theirs.unit.startswith("count"):
        mine, theirs = replace(mine, unit="count"), replace(theirs, unit="count")
    said, known = replace(mine, hedge=claim.hedge), replace(theirs, hedge=home.hedge)
    return supports(known, theirs.step, said, mine.step)


def _is_of_it(claim: StatedIn, home: StatedIn) -> bool:
    """Whether the passage speaks of what the clause of a figure does: by the words that are neither figures nor, where there are others, names."""
    start, end = clause_at(claim.sentence, claim.quantity.start, claim.quantity.end)
    wanted = _telling(claim.sentence[start:end]) or _telling(claim.sentence) or frozenset(content(claim.sentence))
    return _speaks_of(wanted, home.sentence)


def _speaks_of(wanted: frozenset[str], passage: str) -> bool:
    stems, groups = vocabulary(_without_figures(passage))
    return not wanted or sum(holds(stems, groups, word) for word in wanted) > SHARED * len(wanted)


_SAYING = frozenset(content("report say state announce write note"))
"""Words by which a sentence only names who said it."""


def _telling(sentence: str) -> frozenset[str]:
    """The content words of a sentence that are neither figures nor names."""
    bare = _without_figures(sentence)
    return frozenset(content(bare)) - _SAYING - {word for name in names(bare) for word in content(name.text)}


def _without_figures(sentence: str) -> str:
    """A text with blanks in the places of its figures and dates."""
    spans = [(a + s.quantity.start, a + s.quantity.end) for a, b in passages(sentence) for s in stated_quantities(sentence[a:b])]
    for start, end in (*spans, *((day.start, day.end) for day in dates(sentence))):
        sentence = sentence[:start] + " " * (end - start) + sentence[end:]
    return sentence
