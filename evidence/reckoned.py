"""A figure that one calculation makes of the cited figures: a gap, a sum, a part, a ratio, a rate, a product, what was before a change.

A sentence that tells its reader so much may round as its words allow. It must say that it reckons, and a figure that looks like a cited one
with a slip of the pen (a digit changed, two exchanged, another scale) is never taken for a result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, permutations

from evidence.dates import dates
from evidence.figures import Quantity
from evidence.grounds import StatedIn, stated_quantities
from evidence.names import names
from evidence.numbers import numbers
from evidence.passages import passages
from evidence.quantities import comparable, in_unit, supports
from evidence.units import DURATIONS

REACH = 60
"""Characters on either side of a figure in which a word must say that it was reckoned."""
MOST = 24
"""Cited figures that are calculated with; a passage with more is a table, in which chance finds anything."""

_APART = (
    r"more|less|fewer|\w+er\s+than|higher|lower|larger|smaller|bigger|longer|shorter|later|earlier|sooner|cheaper|dearer|better|worse|another|above|below|under|over|beyond|short|exceed\w*|"
    r"gap|difference|margin|apart|ahead|behind|by|remain\w*|left|rest|other|too|grown|grew|ris\w+|rose|fell|fall\w*|up|down|add\w*|further|extra|lead|shortfall|saving\w*|increase\w*|drop\w*|cut\w*|lost|loses?|gain\w*|slip\w*|beat\w*|miss\w*|out\s+of|all\s+but|in|not"
)
_WHOLE = r"together|total\w*|combined|combin\w+|all|both|sum|sums|altogether|jointly|plus|between\s+them|make[sn]?|made|count\w*|includ\w*|aggregate|adding|in\s+all"
_RATE = r"per|an?\s+(?:year|month|week|day|quarter|hour|minute)|each|apiece|every|average|annual\w*|yearly|monthly|daily|weekly|hourly|a\s+head|over|for|years?|months?|hours?|minutes?"
_RECKONS = r"about|some|roughly|around|nearly|almost|approximately|just|close\s+to|or\s+so|works?\s+out|com(?:es|ing|e)\s+to|amount\w*|equal\w*|impl\w+|would|means?|suggest\w*|equivalent|represent\w*|share|half|of|then|once|earlier|before|ago|last|after|previous\w*|since"
_SAYS = re.compile(rf"\b(?:{_APART}|{_WHOLE}|{_RATE}|{_RECKONS})\b", re.IGNORECASE)
_PARTS = re.compile(
    r"\b(?:of|up|down|ris\w+|rose|gr[eo]w\w*|increas\w*|f[ae]ll\w*|cut\w*|more|less|fewer|higher|lower|larger|smaller|above|below|than|as|equal\w*|com(?:es|e)\s+to|about|some|close|nearly|lift\w*|rais\w*|double[ds]?|doubling|tripl\w+|halv\w+|times|share|in|by|again|leaves?|takes?|total\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Term:
    """A cited figure, with the sentence that it stands in."""

    quantity: Quantity
    written: str
    sentence: str


def follows_from(stated: StatedIn, texts: Sequence[str]) -> bool:
    """Whether a figure is what one calculation makes of the cited figures, its sentence says that it reckons, and it is no slip of a cited one."""
    claim = replace(stated.quantity, hedge=stated.hedge)
    pattern = _PARTS if claim.unit in {"%", "x"} else _SAYS
    beside = stated.sentence[max(0, claim.start - REACH) : claim.start] + " # " + stated.sentence[claim.end : claim.end + REACH]
    known = _terms((*texts, _without(stated)))
    if not pattern.search(beside + " " + stated.sentence[claim.start : claim.end]) or len(known) > MOST or _is_slip(stated, known):
        return False
    if claim.unit in {"%", "x"}:
        return any(_fits(stated, value, changes) for value, changes in _shares(known, stated.sentence))
    beside_it = {one.quantity.unit for one in stated_quantities(_without(stated))}
    return any(_is_it(claim, result, beside_it) for result in _results(known))


def _without(stated: StatedIn) -> str:
    """The sentence of a figure with the figure blanked: what else it gives is held to its own sources."""
    one = stated.quantity
    return stated.sentence[: one.start] + " " * (one.end - one.start) + stated.sentence[one.end :]


_TIMES = re.compile(r"[^;,]{0,25}?\btimes\s+(?!out\b|in\b)")


def bare_follows(value: Decimal, span: tuple[int, int], sentence: str, texts: Sequence[str]) -> bool:
    """As `follows_from`, for a number without a unit, which may have that of a figure beside it."""
    step = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))
    unit = "x" if _TIMES.match(sentence, span[1]) else "count"
    return follows_from(StatedIn(Quantity(*span, value, unit, None, step), None, sentence), texts)


def _terms(texts: Sequence[str]) -> tuple[_Term, ...]:
    found: list[_Term] = []
    before: Sequence[Quantity] = ()
    for text in texts:
        for start, end in passages(text):
            sentence = text[start:end]
            read = [stated.quantity for stated in stated_quantities(sentence)]
            joined = tuple(_Term(one, "", sentence) for one in in_two_units(read, sentence))
            closed = [(name.start, name.end) for name in names(sentence)] + [(date.start, date.end) for date in dates(sentence)]
            found += joined
            found += [
                _Term(one, sentence[one.start : one.end], sentence)
                for one in read
                if not any(whole.quantity.start <= one.start < whole.quantity.end for whole in joined)
            ]
            found += [
                _Term(Quantity(one.start, one.end, one.value, "count", None, one.step), sentence[one.start : one.end], sentence)
                for one in numbers(sentence)
                if not any(q.start <= one.start < q.end and (q.unit != "%" or not one.in_words) for q in read)
                and not any(a <= one.start < b for a, b in closed)
            ]
            found += _with_another(read, sentence, before)
            before = read
    return tuple(dict.fromkeys(found))


_ANOTHER = re.compile(r"\b(?:another|a\s+further|an\s+additional)\s+$", re.IGNORECASE)


def _with_another(read: Sequence[Quantity], sentence: str, before: Sequence[Quantity]) -> Iterator[_Term]:
    """What "another 66" makes with the count before it."""
    for index, one in enumerate(read):
        if one.unit.startswith("count") and _ANOTHER.search(sentence[: one.start]):
            for other in (*before, *read[:index])[-1:]:
                if other.unit.startswith("count"):
                    yield _Term(Quantity(one.start, one.end, one.value + other.value, "count", None, one.step), "", sentence)


def in_two_units(read: Sequence[Quantity], sentence: str) -> Iterator[Quantity]:
    """The lengths of time that a sentence gives in two units: "five hours and 40 minutes"."""
    for one, other in pairwise(read):
        if (
            one.unit != other.unit
            and one.unit in DURATIONS
            and comparable(one, other)
            and re.fullmatch(r"\s+(?:and\s+)?", sentence[one.end : other.start])
        ):
            yield Quantity(one.start, other.end, in_unit(one, other.unit) + other.value, other.unit, None, other.step)


def _is_it(claim: Quantity, result: Quantity, units: set[str]) -> bool:
    """Whether a result is the figure that a sentence claims, rounded as it is written, in its unit or, for a bare number, in one of the sentence's."""
    if result.unit in {"%", "x"}:
        return False
    if result.unit == "pp" or claim.unit == "pp":
        return claim.unit in {"count:points", "count", "pp"} and result.unit == "pp" and result.value == claim.value
    if claim.unit == "count":
        if not result.unit.startswith("count") and result.unit not in units:
            return False
        scaled = (replace(result, value=result.value / 10**power, unit="count", currency=None) for power in (0, 3, 6, 9, 12))
        return any(_is_near(claim, one) for one in scaled)
    if claim.unit.startswith("count:") and result.unit.startswith("count"):
        result = replace(result, unit="count")
    if claim.unit.startswith("money") and result.unit.startswith("money"):
        result = replace(result, unit=claim.unit)
    return _is_near(claim, result)


NEAR = Decimal("1.15")
"""How far a result may lie beyond a figure that is given as a bound."""


def _is_near(claim: Quantity, result: Quantity) -> bool:
    if not supports(result, Decimal(0), claim, claim.step):
        return False
    value = in_unit(result, claim.unit)
    return claim.value / NEAR <= value <= claim.value * NEAR


def _results(known: Sequence[_Term]) -> Iterator[Quantity]:
    """What one calculation makes of two cited figures, in the unit of the first."""
    for first, second in permutations(known, 2):
        yield from _calculated(first.quantity, second.quantity)


def _calculated(one: Quantity, other: Quantity) -> Iterator[Quantity]:
    made = _maker(one)
    if one.unit == other.unit == "%":
        yield replace(made(abs(one.value - other.value)), unit="pp")
    if one.unit in {"%", "x", "pp"}:
        return
    if other.unit == "%":
        share = other.value / 100
        yield from (made(one.value * factor) for factor in (share, 1 - share, 1 + share))
        yield from (made(one.value / factor) for factor in (share, 1 - share, 1 + share) if factor)
    elif other.unit == "x" and other.value:
        yield made(one.value * other.value)
        yield made(one.value / other.value)
    elif _alike(one, other):
        value = in_unit(other, one.unit)
        yield made(abs(one.value - value))
        yield made(one.value + value)
        if value:
            yield Quantity(0, 0, one.value / value, "years")
    if (other.unit.startswith("count") or other.unit in DURATIONS) and other.value > 1 and not one.unit.startswith("money/"):
        yield made(one.value * other.value)
        yield made(one.value / other.value)
    yield from _priced(one, other)


def _alike(one: Quantity, other: Quantity) -> bool:
    """Whether two figures may be set against each other: of one kind, whatever is counted and whatever a price is for."""
    return comparable(
        *(
            replace(each, unit=each.unit.partition("/")[0] if each.unit.startswith("money") else each.unit.partition(":")[0])
            for each in (one, other)
        )
    )


def _maker(one: Quantity) -> Callable[[Decimal], Quantity]:
    return lambda value: Quantity(0, 0, value, one.unit, one.currency)


_PER = {"kW": ("W", 3), "MW": ("W", 6), "GW": ("W", 9), "kWh": ("Wh", 3), "MWh": ("Wh", 6), "GWh": ("Wh", 9)}


def _priced(one: Quantity, other: Quantity) -> Iterator[Quantity]:
    """A sum for each of so many: what they cost together; a sum and what it pays for: what each costs."""
    kind, _, per = one.unit.partition("/")
    if kind != "money":
        return
    unit, power = _PER.get(per, ("", 0))
    if unit and other.unit == unit:
        yield Quantity(0, 0, one.value * other.value / 10**power, "money", one.currency)
    elif per and other.unit.startswith("count"):
        yield Quantity(0, 0, one.value * other.value, "money", one.currency)
    for name, (size, power) in _PER.items() if not per else ():
        if other.unit == size and other.value:
            yield Quantity(0, 0, one.value / other.value * 10**power, f"money/{name}", one.currency)


def _shares(known: Sequence[_Term], sentence: str) -> Iterator[tuple[Decimal, bool]]:
    """What share one cited figure is of another and by how much they differ, each with whether the second is a change; the two stand in one sentence or the claim has one."""
    mine = {one.quantity.value for one in stated_quantities(sentence)} | {one.value for one in numbers(sentence)}
    for first, second in permutations(known, 2):
        one, other = first.quantity, second.quantity
        if one.unit in {"%", "x", "pp"} or not one.value or not other.value or not _alike(one, other) or one.value == other.value:
            continue
        other = replace(other, value=in_unit(other, one.unit))
        if first.sentence == second.sentence or {one.value, other.value} & mine or one.unit == "money":
            yield 100 * one.value / other.value, False
            yield 100 * abs(one.value - other.value) / other.value, True
    for one_, in_ in ((a.quantity, b.quantity) for a, b in permutations(known, 2)):
        if one_.unit == in_.unit == "x" and in_.value:
            yield 100 * one_.value / in_.value, False
    for term in known:
        if term.quantity.unit == "%" and term.quantity.value < 100:
            yield 100 - term.quantity.value, False


_OF = re.compile(r"\s*(?:\w+\s+)?(?:of|as)\b", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:by|up|down|ris\w+|rose|gr[eo]w\w*|increas\w*|f[ae]ll\w*|cut|lift\w*|rais\w*|lower\w*|more|less|fewer|higher|larger|smaller|above|below|than|again)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\s*as\s+\w+\s+(?:\w+\s+){0,2}again\b", re.IGNORECASE)
_BOUND = re.compile(r"\b(?:more|less|fewer|higher|lower)\s+than\s*$|\b(?:over|under|above|below|up\s+to)\s*$", re.IGNORECASE)
BESIDE = 25
FAIR = Decimal("1.25")
"""How far a share may lie beyond one that is given as a bound: "more than half" of 0.62."""


def _fits(stated: StatedIn, value: Decimal, changes: bool) -> bool:
    """Whether a claimed percentage, fraction or multiple is a share or change that was found, rounded as it is written."""
    claim = replace(stated.quantity, hedge=stated.hedge)
    after = stated.sentence[claim.end : claim.end + BESIDE]
    if claim.unit == "x":
        return not changes and supports(Quantity(0, 0, value / 100, "x"), Decimal(0), claim, claim.step)
    before = _BOUND.sub("", stated.sentence[max(0, claim.start - BESIDE) : claim.start])
    if _OF.match(after) and not _AGAIN.match(after):
        moves = False
    elif _MOVED.search(before + " " + after):
        moves = True
    else:
        moves = changes
    near = claim.value / FAIR <= value <= claim.value * FAIR
    return moves == changes and near and supports(Quantity(0, 0, value, "%"), Decimal(0), claim, claim.step)


def _is_slip(stated: StatedIn, known: Sequence[_Term]) -> bool:
    """Whether a figure looks like a cited one of its kind, which the sentence does not give, with a digit or the scale altered."""
    claim = stated.quantity
    mine = [one.quantity for one in stated_quantities(stated.sentence) if one.quantity.start != claim.start]
    mine += [Quantity(one.start, one.end, one.value, "count", None, one.step) for one in numbers(_without(stated))]
    written = _digits(stated.sentence[claim.start : claim.end], claim.value)
    return any(
        _of_a_kind(claim, term.quantity)
        and term.quantity.value != 1
        and not any(supports(term.quantity, term.quantity.step, one, one.step) for one in mine)
        and (_both_in_words(stated, term) or _nearly(written, _digits(term.written, term.quantity.value)))
        for term in known
    )


def _both_in_words(stated: StatedIn, term: _Term) -> bool:
    """Whether two numbers in words count the same: neither has digits by which a slip could be told."""
    written = stated.sentence[stated.quantity.start : stated.quantity.end]
    return stated.quantity.unit == term.quantity.unit not in {"%", "x"} and not re.search(r"\d", written + term.written)


def _of_a_kind(claim: Quantity, other: Quantity) -> bool:
    return (
        comparable(claim, other) or {claim.unit, other.unit} <= {"%", "pp"} or claim.unit.partition(":")[0] == other.unit.partition(":")[0]
    )


def _digits(written: str, value: Decimal) -> str:
    """The digits of a figure as they are written, without a scale word."""
    found = re.sub(r"\D", "", "".join(re.findall(r"\d[\d.,]*", written)[:1]))
    return found or "".join(map(str, value.normalize().as_tuple().digits))


def _nearly(one: str, other: str) -> bool:
    if one.strip("0") == other.strip("0") or sorted(one) == sorted(other):
        return True
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) == 1
    return abs(len(one) - len(other)) == 1 and (one.startswith(other) or other.startswith(one))
