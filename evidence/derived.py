"""A figure that follows from two cited ones: their difference, sum, remainder or share, where the sentence says that it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from evidence import hedges
from evidence.dates import dates
from evidence.grounds import StatedIn, stated_quantities
from evidence.names import names
from evidence.numbers import Number, numbers
from evidence.passages import Span, passages
from evidence.units import DURATIONS

BESIDE = 25
"""Characters beside a figure in which a word must say that it was reckoned."""
NEAR_SHARE = Decimal("0.06")
"""How far a share in words may lie from that of the figures, as a share of it; one that is hedged twice as far."""

_APART = re.compile(
    r"\b(?:more|less|fewer|higher|lower|better|worse|ahead|behind|longer|shorter|later|earlier|sooner|larger|smaller|bigger|cheaper|dearer|extra|additional|further|another|short\s+of|above|below|apart)\b",
    re.IGNORECASE,
)
_GAP = re.compile(
    r"\b(?:gap|difference|margin|lead|shortfall|remainder|rest|remaining|balance|saving|increase|rise|cut|reduction)\s+(?:is\s+|was\s+|of\s+)*(?:about\s+|some\s+)?$",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_TO = re.compile(r"\b(?:to|from)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:together|add(?:s|ing|ed)?\s+up|combined|combin\w+|total\w*|in\s+all|altogether|all\s+told|sum|sums|between\s+them|jointly|plus|aggregate)\b",
    re.IGNORECASE,
)
_LEFT = re.compile(r"\b(?:remain\w*|rest|left|others?|still|yet|outstanding|missing|unsold|unspent|unused|balance)\b", re.IGNORECASE)
_LISTED = re.compile(r"[:—–(]|\bof\s+which\b|\bmade\s+up\s+of\b|\bconsist\w*\b")
_BEFORE = re.compile(
    r"\b(?:used\s+to|before|earlier|previous(?:ly)?|formerly|former|until|had|once|original(?:ly)?|initial(?:ly)?|old|predecessor|from)\b",
    re.IGNORECASE,
)
_OF = re.compile(r"\s*(?:out\s+)?of\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Term:
    """A cited figure; `apart` when its own text says that it is a difference."""

    value: Decimal
    kind: str
    currency: str | None
    apart: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure of a sentence, by value, kind and place."""

    value: Decimal
    kind: str
    currency: str | None
    span: Span
    sentence: str


def terms(texts: Sequence[str]) -> tuple[Term, ...]:
    """The figures of cited texts, with their numbers that count nothing by name."""
    return tuple(dict.fromkeys(term for text in texts for term in _terms(text)))


def _terms(text: str) -> Iterator[Term]:
    for stated in stated_quantities(text):
        one = stated.quantity
        yield Term(one.value, kind_of(one.unit), one.currency, _says(_APART, stated.sentence, (one.start, one.end)))
    for number in _bare(text):
        yield Term(number.value, "count", None, _says(_APART, text, (number.start, number.end)))


def _bare(text: str) -> Iterator[Number]:
    """The numbers of a text that belong to no quantity and no name."""
    taken = [(name.start, name.end) for name in names(text)] + [(date.start, date.end) for date in dates(text)]
    for start, end in passages(text):
        taken += [(start + one.quantity.start, start + one.quantity.end) for one in stated_quantities(text[start:end])]
    yield from (number for number in numbers(text) if not any(a < number.end and number.start < b for a, b in taken))


def kind_of(unit: str) -> str:
    """The kind of figures that may be added to one of a unit: whatever is counted, money, points with percentages."""
    return "%" if unit in {"pp", "count:points"} else unit.partition(":")[0].partition("/")[0]


def claim_of(stated: StatedIn) -> Claim:
    one = stated.quantity
    return Claim(one.value, kind_of(one.unit), one.currency, (one.start, one.end), stated.sentence)


def follows(claim: Claim, cited: Sequence[Term]) -> bool:
    """Whether a figure is the sum or difference of two cited ones, exactly, and the sentence says so or gives the other figures."""
    mine = frozenset(_given(claim))
    fitting = [
        term
        for term in cited
        if term.kind == claim.kind or (claim.kind not in _ALONE and "count" in {term.kind, claim.kind} and term.kind not in _ALONE)
    ]
    return any(_makes(one, other, claim, mine) for one, other in combinations(fitting, 2) if _addable(one, other, claim))


_ALONE = DURATIONS | {"%", "x"}
"""Kinds of figures that a bare number never stands for."""


def _addable(one: Term, other: Term, claim: Claim) -> bool:
    currencies = {one.currency, other.currency} - {None}
    alike = one.kind == other.kind or "count" in {one.kind, other.kind}
    return alike and (currencies <= {claim.currency} if currencies or claim.currency else True) and one.value != other.value


def _makes(one: Term, other: Term, claim: Claim, mine: frozenset[Decimal]) -> bool:
    both, either = {one.value, other.value} <= mine, bool({one.value, other.value} & mine)
    if one.value + other.value == claim.value:
        listed = both and bool(_LISTED.search(claim.sentence, claim.span[1]))
        return listed or _says(_TOGETHER, claim.sentence, claim.span) or _undoes(one, other, claim, either)
    if abs(one.value - other.value) != claim.value:
        return False
    left = _OF.match(claim.sentence, claim.span[1]) or _says(_LEFT, claim.sentence, claim.span)
    remainder = bool(left) and max(one.value, other.value) in mine
    return remainder or _is_said_apart(claim, either) or _undoes(one, other, claim, either)


def _is_said_apart(claim: Claim, either: bool) -> bool:
    """Whether a sentence gives a figure as a difference: "13 points more", "a gap of 13 points", "up by 4.4 to 41.6"."""
    before, after = claim.sentence[: claim.span[0]], claim.sentence[claim.span[1] : claim.span[1] + BESIDE]
    by = either and bool(_BY.search(before)) and bool(_TO.search(claim.sentence, claim.span[1], claim.span[1] + BESIDE))
    return bool(_APART.search(re.split(r"[,.;:]", after)[0])) or bool(_GAP.search(before)) or by


def _undoes(one: Term, other: Term, claim: Claim, either: bool) -> bool:
    """Whether a sentence gives what was before or after a difference that the source gives: "14, four more than before" read as 14 and ten."""
    return either and (one.apart or other.apart) and _says(_BEFORE, claim.sentence, claim.span)


def _given(claim: Claim) -> Iterator[Decimal]:
    """The other figures of a sentence."""
    for stated in stated_quantities(claim.sentence):
        if stated.quantity.end <= claim.span[0] or stated.quantity.start >= claim.span[1]:
            yield stated.quantity.value
    for number in _bare(claim.sentence):
        if number.end <= claim.span[0] or number.start >= claim.span[1]:
            yield number.value


def _says(wanted: re.Pattern[str], sentence: str, span: Span) -> bool:
    return bool(wanted.search(sentence, max(0, span[0] - BESIDE), span[1] + BESIDE))


def is_share_of_two(stated: StatedIn, cited: Sequence[Term]) -> bool:
    """Whether a percentage or fraction is that of two cited figures of one kind, of which the sentence gives the whole."""
    claim = claim_of(stated)
    if claim.kind != "%":
        return False
    mine = frozenset(_given(claim))
    of_it = bool(_OF.match(claim.sentence, claim.span[1]))
    pairs = (
        (a, b)
        for a in cited
        for b in cited
        if a.kind == b.kind != "%" and a.value < b.value and b.value in mine and (of_it or a.value in mine)
    )
    return any(_near(100 * part.value / whole.value, stated) for part, whole in pairs if whole.value)


def _near(share: Decimal, stated: StatedIn) -> bool:
    claim = stated.quantity
    if any(char.isdigit() for char in stated.sentence[claim.start : claim.end]):
        return abs(share - claim.value) <= claim.step / 2
    bound = hedges.meaning(stated.hedge)
    allowed = NEAR_SHARE * claim.value * (2 if bound else 1)
    return (
        (bound != "at least" or share >= claim.value)
        and (bound != "at most" or share <= claim.value)
        and abs(share - claim.value) <= allowed
    )
