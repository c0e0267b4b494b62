"""Of what a figure is said: a true figure stands on the wrong thing when the words beside it belong to another figure of the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from evidence.figures import Quantity
from evidence.grounds import StatedIn, stated_quantities
from evidence.matching import content, holds, vocabulary
from evidence.names import is_opening_word, names
from evidence.parts import parts
from evidence.quantities import comparable, supports
from evidence.quotation import outside_quotes
from evidence.text import stem
from evidence.units import DURATIONS

_EDGE = re.compile(r"[;:—–]|,(?=\s)|\s(?:and|but|while|whereas|against|compared\s+with|than|plus)\s", re.IGNORECASE)
_DIGITS = re.compile(r"\d")
LONELY = 1
"""Words of a sentence that the place of another figure has and its own has not, from which it stands on the wrong thing when its own has none."""


APART = 2
"""As LONELY, when the two figures stand in two sentences, where the words around them differ anyhow."""


def misplaced(stated: StatedIn, homes: Sequence[StatedIn], texts: Sequence[str]) -> str | None:
    """The figure of the texts beside which a sentence's words stand, when every home of its own figure lacks them; None when it fits."""
    said = _telling(_clause(outside_quotes(stated.sentence), stated.quantity))
    mine = [quantity for quantity in _quantities(stated.sentence) if quantity != stated.quantity]
    rivals = list(_rivals(stated.quantity, texts, stated.sentence))
    found: list[str] = []
    for home in homes:
        rival = next((other for other in rivals if _fits_better(said, other, home) and not _is_said(other.quantity, home.quantity, mine)), None)
        if rival is None:
            return None
        found.append(rival.sentence[rival.quantity.start : rival.quantity.end])
    return found[0] if found else None


def _quantities(sentence: str) -> list[Quantity]:
    return [other.quantity for other in stated_quantities(sentence)]


def _rivals(claim: Quantity, texts: Sequence[str], said: str) -> Iterator[StatedIn]:
    """The other figures of the same kind."""
    for text in texts:
        for other in stated_quantities(text):
            if (
                comparable(other.quantity, claim)
                and _one_unit(other.quantity.unit, claim.unit)
                and not supports(other.quantity, other.quantity.step, claim, claim.step)
                and _counts_as(other.quantity.unit, claim.unit, said)
            ):
                yield other


def _one_unit(one: str, other: str) -> bool:
    """Whether two units are the same as written: a record's months and years tell of different times."""
    return one == other or not (one in DURATIONS or other in DURATIONS)


def _counts_as(rival: str, claim: str, said: str) -> bool:
    """Whether a figure that counts something by name may be the one that a sentence gives barely: the sentence speaks of what it counts."""
    noun = rival.partition(":")[2]
    return not (claim == "count" and noun) or holds(*vocabulary(said), stem(noun))


def _is_said(rival: Quantity, home: Quantity, mine: Sequence[Quantity]) -> bool:
    """Whether the sentence gives the other figure as well, or what lies between the two, so that the words may be that one's."""
    return any(
        supports(rival, rival.step, one, one.step)
        or (one.unit == "count" and _is_scaled(rival.value, one.value))
        or abs(rival.value - home.value) == one.value
        for one in mine
    )


def _is_scaled(value: Decimal, number: Decimal) -> bool:
    return bool(number) and (value / number).normalize().as_tuple().digits == (1,)


def _fits_better(said: frozenset[str], rival: StatedIn, home: StatedIn) -> bool:
    near, far = _places(home, rival)
    if near == far:
        return False
    own, other = vocabulary(near), vocabulary(far)
    here = [one for one in said if holds(*own, one) and not holds(*other, one)]
    there = [one for one in said if holds(*other, one) and not holds(*own, one)]
    least = LONELY if home.sentence == rival.sentence else APART
    return len(there) >= least and len(there) > 2 * len(here)


def _places(home: StatedIn, rival: StatedIn) -> tuple[str, str]:
    """What is said beside two figures: their sentences, or within one sentence their parts, a subject in front counting for both."""
    if home.sentence != rival.sentence:
        return home.sentence, rival.sentence
    sentence = home.sentence
    near, far = _beside(sentence, home.quantity), _beside(sentence, rival.quantity)
    first = _EDGE.split(sentence, maxsplit=1)[0]
    shared = " ".join(name.text for name in names(first))
    return (near if names(near[: near.find(" ")]) else f"{shared} {near}"), f"{shared} {far}"


def _beside(sentence: str, quantity: Quantity) -> str:
    """The part of a sentence that a figure stands in."""
    before = [cut.end() for cut in _EDGE.finditer(sentence) if cut.end() <= quantity.start]
    after = next((cut.start() for cut in _EDGE.finditer(sentence) if cut.start() >= quantity.end), len(sentence))
    others = [other for other in _quantities(sentence) if other != quantity]
    start = before[-1] if before and any(other.end <= before[-1] for other in others) else 0
    end = after if any(other.start >= after for other in others) else len(sentence)
    return sentence[start : quantity.start] + " " + sentence[quantity.end : end]


_VERB = re.compile(
    r"\b(?:will|would|can|could|may|might|must|has|have|had|is|are|was|were|pays?|paid|spent|spends?|draws?|uses?|takes?|gets?|costs?|needs?|makes?|employs?|owns?|holds?|gives?|runs?|\w{2,}ed)\b"
)
_PRONOUN = re.compile(
    r"\s*(?:It|They|He|She|Its|This|That|These|Those|We|You|(?:The|A|An)\s+(?:company|firm|group|laboratory|lab|agency|board|union|operator|maker|utility|airline|developer))\b"
)
FEW = 3


def _is_named(sentence: str, end: int) -> bool:
    """Whether the subject of a sentence holds a name, which has a check of its own."""
    return any(not is_opening_word(sentence, name) for name in names(sentence[:end]))


def other_subject(stated: StatedIn, homes: Sequence[StatedIn], near: Sequence[str]) -> str | None:
    """The subject of a figure's clause when each home says the same of another one, by the same words, and the sources speak of it elsewhere."""
    verb = _VERB.search(stated.sentence, 1)
    if not verb or verb.end() > stated.quantity.start or _is_named(stated.sentence, verb.start()):
        return None
    subject = content(stated.sentence[: verb.start()])
    rest = [text.replace(home.sentence, " ") for text in near for home in homes]
    known = vocabulary("\n".join(rest))
    if not 0 < len(subject) <= FEW or not all(holds(*known, one) for one in subject):
        return None
    said = content(stated.sentence[verb.start() : stated.quantity.start])
    for home in homes:
        theirs = _VERB.search(home.sentence, 1)
        if not theirs or theirs.end() > home.quantity.start or _PRONOUN.match(home.sentence):
            return None
        if content(home.sentence[theirs.start() : home.quantity.start]) != said or any(
            holds(*vocabulary(home.sentence), one) for one in subject
        ):
            return None
    return stated.sentence[: verb.start()].strip()


def _clause(sentence: str, quantity: Quantity) -> str:
    """The part of a sentence that a figure stands in, within its clause."""
    span = next(((a, b) for a, b in parts(sentence) if a <= quantity.start < b), (0, len(sentence)))
    beside = _beside(sentence, quantity)
    counted = sentence[quantity.start : quantity.end] if quantity.unit.startswith("count:") else ""
    beside = f"{beside} {counted}"
    return (
        beside
        if len(beside) < span[1] - span[0]
        else sentence[span[0] : quantity.start] + " " + sentence[quantity.end : max(span[1], quantity.end)]
    )


def _telling(text: str) -> frozenset[str]:
    return frozenset(one for one in content(text) if not _DIGITS.search(one) and one not in _UNITS)


_UNITS = frozenset(
    map(stem, ["percent", "million", "billion", "trillion", "thousand", "gigawatts", "megawatts", "kilowatts", "dollars", "euros"])
)
