"""A figure that a passage bears in other words: its unit left out or said elsewhere, a difference, a part, a ratio of two of its figures."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from evidence.figures import Quantity
from evidence.grounds import CheckContext, StatedIn, quantities_of
from evidence.matching import content, holds, vocabulary
from evidence.numbers import numbers
from evidence.passages import passages
from evidence.quantities import supports
from evidence.text import words

SMALL_COUNT = 12
"""A count of so few may be told from what stands around the cited passage: "the four units"."""


def in_other_words(stated: StatedIn, sources: list[StatedIn], context: CheckContext) -> bool:
    """Whether a passage has the same value and only the words around it differ: its unit is left out or said elsewhere, another noun is counted."""
    claim = stated.quantity
    if any(_alike(claim, other.quantity, context) for other in sources):
        return True
    if claim.unit in {"months", "years"} and claim.value in {1, 12} and any(_A_YEAR.search(text) for text in context.cited):
        return True
    if any(
        as_many[1].rstrip("s") == claim.unit.rstrip("s") and _says_number(claim.value, text)
        for text in context.cited
        for as_many in _AS_MANY.finditer(text)
    ):
        return True
    if claim.unit == "count" and any(_number_of(other) == claim.value for other in sources):
        return True
    if _IN_A_QUARTER.search(stated.sentence[: claim.end]) and any("quarter" in text.casefold() for text in context.cited):
        return True
    if claim.unit == "x" and claim.value == Decimal("1.5") and any(_HALF_AGAIN.search(text) for text in context.cited):
        return True
    bare = (
        {value for text in context.cited for value in bare_numbers(text)}
        if claim.unit not in {"pp", "x"} and not (claim.currency and claim.value <= SMALL_COUNT)
        else set()
    )
    return claim.value in bare or (claim.unit in _SCALED and _number_of(stated) in bare)


def _says_number(value: Decimal, text: str) -> bool:
    return any(number.value == value for number in numbers(text)) or any(ORDINALS.get(word.key) == value for word in words(text))


_AS_MANY = re.compile(r"\bas\s+many\s+(\w+)")
_IN_A_QUARTER = re.compile(r"\b(?:in|per|each|every|for|within|over|during|than)\s+a\s+quarter$", re.IGNORECASE)
_HALF_AGAIN = re.compile(r"\bhalf\s+as\s+(?:much|many|large|big|long)\s+(?:[\w-]+\s+){0,2}again\b|\bhalf\s+(?:more|again)\b", re.IGNORECASE)


def _number_of(stated: StatedIn) -> Decimal | None:
    """The number of a quantity as its digits have it, whatever its scale."""
    digits = re.search(r"\d[\d,]*(?:\.\d+)?", stated.sentence[stated.quantity.start : stated.quantity.end])
    return Decimal(digits[0].replace(",", "")) if digits else None


_A_YEAR = re.compile(
    r"\b(?:a|one|last|previous|prior)\s+year\b|\byear[\s-](?:ago|earlier|on[\s-]year)|\byearly\b|\bannual(?:ly)?\b", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def bare_numbers(text: str) -> frozenset[Decimal]:
    """The numbers of a text that have no unit: counts of anything, and numbers in words by themselves ("four of them")."""
    found: set[Decimal] = set()
    for start, end in passages(text):
        sentence = text[start:end]
        bound = [q for q in quantities_of(sentence) if not q.unit.startswith("count")]
        found.update(number.value for number in numbers(sentence) if not any(q.start <= number.start < q.end for q in bound))
        found.update(Decimal(_PAIRS[word.key]) for word in words(sentence) if word.key in _PAIRS)
    return frozenset(found)


_SCALED = frozenset({"W", "Wh", "VA", "B", "money"})
_PAIRS = {"both": 2, "pair": 2, "couple": 2, "trio": 3, "halves": 2, "twice": 2}


ORDINALS = {
    "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip


def _alike(claim: Quantity, other: Quantity, context: CheckContext) -> bool:
    """Whether two quantities have one value and units that differ only in a word: the thing that is counted, or what a price is for."""
    if claim.value != other.value:
        return False
    mine, theirs = claim.unit.partition("/")[0], other.unit.partition("/")[0]
    if mine == theirs == "money" and claim.currency == other.currency:
        known = vocabulary("\n".join(context.near))
        return all(holds(*known, one) for unit in (claim.unit,) for one in content(unit.partition("/")[2]))
    if mine.startswith("count") and theirs.startswith("count"):
        return True
    return (theirs == "count" and mine not in {"pp", "x"}) or (mine == "count" and claim.value > SMALL_COUNT)


_MORE = re.compile(
    r"\b(?:more|less|fewer|higher|lower|better|worse|above|below|rise|rose|up|down|fell|fall|gap|difference|points?|apart|ahead|behind|longer|shorter|later|earlier|extra|additional|further|increase\w*|"
    r"decrease\w*|improv\w+|gain\w*|drop\w*|cut|added|adding|trails?|leads?|remaining|rest|other)\b",
    re.IGNORECASE,
)


def says_more(text: str) -> bool:
    """Whether a text says anywhere that one thing is more, less or otherwise apart from another."""
    return bool(_MORE.search(text))


_PART_OF = re.compile(r"\s*(?:of|the|less|more|lower|higher|fewer|smaller|larger|as|what)\b", re.IGNORECASE)


def is_part(stated: StatedIn) -> bool:
    """Whether a share is said as a part of another figure: "a quarter of the $4.80"."""
    return bool(_PART_OF.match(stated.sentence, stated.quantity.end))


_MORE_BY = re.compile(r"\s*(?:more|higher|larger|bigger|longer|dearer)\b", re.IGNORECASE)
_LESS_BY = re.compile(r"\s*(?:less|lower|fewer|smaller|shorter|cheaper)\b", re.IGNORECASE)


def as_ratio(stated: StatedIn, claim: Quantity) -> Quantity:
    """A percentage as what one thing is of the other: 18 percent more is 118 percent of it, a third less two thirds."""
    if claim.unit != "%":
        return claim
    if _MORE_BY.match(stated.sentence, claim.end):
        return replace(claim, value=100 + claim.value)
    return replace(claim, value=100 - claim.value) if _LESS_BY.match(stated.sentence, claim.end) else claim


def is_ratio(claim: Quantity, sources: list[StatedIn]) -> bool:
    """Whether two figures of one unit in the passages have this ratio, within what its hedge allows."""
    for one, other in combinations([o.quantity for o in sources], 2):
        if (
            one.unit in {"%", "x", "pp"}
            or one.unit.partition("/")[0] != other.unit.partition("/")[0]
            or one.currency != other.currency
            or not one.value
            or not other.value
        ):
            continue
        for ratio in (one.value / other.value, other.value / one.value):
            found = Quantity(0, 0, ratio * (100 if claim.unit == "%" else 1), claim.unit)
            if supports(found, Decimal(0), claim, claim.step):
                return True
    return False
