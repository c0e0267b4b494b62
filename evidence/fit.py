"""Of what a figure is said: a true figure stands on the wrong thing when the words beside it belong to another figure of the sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from evidence.figures import Quantity
from evidence.grounds import StatedIn, quantities_of, stated_quantities
from evidence.matching import content, holds, vocabulary
from evidence.names import is_opening_word, names
from evidence.numbers import numbers
from evidence.parts import parts
from evidence.quantities import comparable, supports
from evidence.quotation import outside_quotes
from evidence.text import stem, words
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
    close = _telling(_closest(outside_quotes(stated.sentence), stated.quantity))
    mine = [quantity for quantity in quantities_of(stated.sentence) if quantity != stated.quantity]
    rivals = list(_rivals(stated.quantity, texts, stated.sentence))
    found: list[str] = []
    for home in homes:
        if _one_phrase(stated, home, rivals):
            return None
        rival = next(
            (
                other
                for other in rivals
                if (
                    _fits_better(said, other, home)
                    or (len(close) < len(said) and _fits_only(close, other, home))
                    or _stands_with(stated, other, home, mine)
                )
                and not _is_said(other.quantity, home.quantity, mine)
            ),
            None,
        )
        if rival is None:
            return None
        found.append(rival.sentence[rival.quantity.start : rival.quantity.end])
    return found[0] if found else None


def _one_phrase(stated: StatedIn, home: StatedIn, rivals: Sequence[StatedIn]) -> bool:
    """Whether a figure is followed by a word that follows it in the source, and follows no other figure there."""
    here = _next_words(stated) & _next_words(home)
    return bool(here) and not any(here & _next_words(other) for other in rivals)


def _next_words(stated: StatedIn) -> frozenset[str]:
    """The words of and right after a figure that say what it counts."""
    one = stated.quantity
    counted = stated.sentence[one.start : one.end] if one.unit.startswith("count:") else ""
    following = words(stated.sentence[one.end : one.end + 40])[:2] if not re.match(r"\s*[.,;:]", stated.sentence[one.end :]) else ()
    return _telling(f"{counted} {' '.join(word.text for word in following)}")


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
        or (rival.value == one.value and rival.unit.partition("/")[0] == one.unit.partition("/")[0])
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


def _stands_with(stated: StatedIn, rival: StatedIn, home: StatedIn, mine: Sequence[Quantity]) -> bool:
    """Whether another sentence of the source than a figure's own has the other figures of a sentence and more of its words."""
    if home.sentence == rival.sentence or any(comparable(one, stated.quantity) for one in mine):
        return False
    far = [one for one in mine if any(supports(q, q.step, one, one.step) for q in quantities_of(rival.sentence))]
    near = [one for one in mine if any(supports(q, q.step, one, one.step) for q in quantities_of(home.sentence))]
    said = _telling(outside_quotes(stated.sentence))
    own, other = vocabulary(home.sentence), vocabulary(rival.sentence)
    here = sum(holds(*own, one) and not holds(*other, one) for one in said)
    there = sum(holds(*other, one) and not holds(*own, one) for one in said)
    return bool(far) and not near and there >= APART and there > 2 * here


def _fits_only(close: frozenset[str], rival: StatedIn, home: StatedIn) -> bool:
    """Whether what a sentence says right beside a figure stands beside another figure alone, none of it beside its own."""
    near, far = _places(home, rival)
    if near == far:
        return False
    own, other = vocabulary(near), vocabulary(far)
    least = LONELY if home.sentence == rival.sentence else APART
    there = [one for one in close if holds(*other, one)]
    return not any(holds(*own, one) for one in close) and len(there) >= least and len(there) * 2 >= len(close)


_COMMA = re.compile(r",\s|;\s|:\s|\s[–—]\s")


def _closest(sentence: str, quantity: Quantity) -> str:
    """What stands between the marks next to a figure."""
    before = [cut.end() for cut in _COMMA.finditer(sentence, 0, quantity.start)]
    after = _COMMA.search(sentence, quantity.end)
    start, end = (before[-1] if before else 0), (after.start() if after else len(sentence))
    return f"{sentence[start : quantity.start]} {sentence[quantity.end : end]}"


def _places(home: StatedIn, rival: StatedIn) -> tuple[str, str]:
    """What is said beside two figures: their sentences, or within one sentence their parts, a subject in front counting for both."""
    if home.sentence != rival.sentence:
        return home.sentence, rival.sentence
    sentence = home.sentence
    near, far = _beside(sentence, home.quantity), _beside(sentence, rival.quantity)
    first = _EDGE.split(sentence, maxsplit=1)[0]
    shared = " ".join(name.text for name in names(first))
    if rival.quantity.start > home.quantity.start and not _VERB.search(_beside(sentence, rival.quantity)):
        shared = " ".join((shared, *(word.text for word in words(sentence[: home.quantity.start])[-1:])))
    return (near if names(near[: near.find(" ")]) else f"{shared} {near}"), f"{shared} {far}"


def _beside(sentence: str, quantity: Quantity) -> str:
    """The part of a sentence that a figure stands in."""
    before = [cut.end() for cut in _EDGE.finditer(sentence) if cut.end() <= quantity.start]
    after = next((cut.start() for cut in _EDGE.finditer(sentence) if cut.start() >= quantity.end), len(sentence))
    others = [other for other in quantities_of(sentence) if other != quantity]
    start = before[-1] if before and any(other.end <= before[-1] for other in others) else 0
    end = after if any(other.start >= after for other in others) else len(sentence)
    return sentence[start : quantity.start] + " " + sentence[quantity.end : end]


_VERB = re.compile(
    r"\b(?:will|would|can|could|may|might|must|has|have|had|is|are|was|were|pays?|paid|spent|spends?|draws?|uses?|takes?|gets?|costs?|needs?|makes?|employs?|owns?|holds?|gives?|runs?|\w{2,}ed)\b"
)
_PRONOUN = re.compile(
    r"\s*(?:It|They|He|She|Its|This|That|These|Those|We|You|(?:The|A|An)\s+(?:company|firm|group|laboratory|lab|agency|board|union|operator|maker|utility|airline|developer))\b"
)
_REFERS_BACK = re.compile(r"\b(?:it|they|them|he|she|these|those)\b", re.IGNORECASE)
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
        if (
            not theirs
            or theirs.end() > home.quantity.start
            or _PRONOUN.match(home.sentence)
            or _REFERS_BACK.search(home.sentence, 0, theirs.start())
        ):
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


CROSSED = 2
"""Words that two figures must have exchanged, both sides together, to have changed places."""
_TIMES = frozenset(
    map(stem, ["day", "week", "month", "year", "quarter", "later", "earlier", "ago", "before", "today", "now", "previous", "last"])
)


def swapped(stated: StatedIn, homes: Sequence[StatedIn]) -> str | None:
    """The figure that stands with a sentence's words where two figures of one source sentence have changed places; None when they have not."""
    plain = outside_quotes(stated.sentence)
    mine = [other for other in stated_quantities(stated.sentence) if other.quantity != stated.quantity]
    for home in homes:
        for rival in stated_quantities(home.sentence):
            if rival.quantity == home.quantity or not comparable(rival.quantity, home.quantity):
                continue
            twin = _twin(rival.quantity, [one.quantity for one in mine], plain, stated.quantity)
            if twin is None or supports(rival.quantity, rival.quantity.step, stated.quantity, stated.quantity.step):
                continue
            ours = _own_words(plain, stated.quantity, twin)
            theirs = _own_words(home.sentence, home.quantity, rival.quantity)
            straight, crossed = (
                _shared(ours[0], theirs[0]) + _shared(ours[1], theirs[1]),
                _shared(ours[0], theirs[1]) + _shared(ours[1], theirs[0]),
            )
            if crossed >= CROSSED and crossed > 2 * straight:
                return home.sentence[rival.quantity.start : rival.quantity.end]
    return None


def _twin(rival: Quantity, mine: Sequence[Quantity], plain: str, own: Quantity) -> Quantity | None:
    """The place where a sentence gives another figure as well, its unit perhaps left out."""
    found = next((one for one in mine if supports(rival, rival.step, one, one.step)), None)
    apart = (number for number in numbers(plain) if number.end <= own.start or number.start >= own.end)
    bare = next((one for one in apart if one.value == rival.value or _is_scaled(rival.value, one.value)), None)
    return found or (Quantity(bare.start, bare.end, bare.value, rival.unit) if bare else None)


def _own_words(sentence: str, one: Quantity, other: Quantity) -> tuple[frozenset[str], frozenset[str]]:
    """The words that only one of two figures of a sentence has beside it: the text is cut between them at the clause's edge."""
    first, second = (one, other) if one.start < other.start else (other, one)
    between = [cut for cut in _EDGE.finditer(sentence) if first.end <= cut.start() and cut.end() <= second.start]
    if not between:
        return frozenset(), frozenset()
    cut = between[0] if len(between) == 1 else _main_edge(between)
    before, after = (
        _telling(sentence[: first.start] + " " + sentence[first.end : cut.start()]),
        _telling(sentence[cut.end() : second.start] + " " + sentence[second.end :]),
    )
    before, after = before - _TIMES, after - _TIMES
    return (before - after, after - before) if first is one else (after - before, before - after)


def _main_edge(cuts: Sequence[re.Match[str]]) -> re.Match[str]:
    """The gravest of several edges: a semicolon before a conjunction before a comma."""
    return min(cuts, key=lambda cut: (not cut[0].strip().startswith((";", ":", "—", "–")), not cut[0].strip().isalpha()))


def _shared(mine: frozenset[str], theirs: frozenset[str]) -> int:
    known = vocabulary(" ".join(sorted(theirs)))
    return sum(one in theirs or holds(*known, one) for one in mine)


_SUBJECT_WORDS = 4


def of_another(stated: StatedIn, homes: Sequence[StatedIn], texts: Sequence[str]) -> str | None:
    """The figure that the source gives of a sentence's subject, when the sentence gives it one that the source gives of another subject."""
    said = _subject(outside_quotes(stated.sentence), stated.quantity)
    if not said:
        return None
    rivals = [other for other in _rivals(stated.quantity, texts, stated.sentence) if said <= _subject(other.sentence, other.quantity)]
    if len(rivals) != 1 or _is_said(
        rivals[0].quantity, stated.quantity, [q for q in quantities_of(stated.sentence) if q != stated.quantity]
    ):
        return None
    known = [vocabulary(home.sentence) for home in homes]
    if any(holds(*one, word) for one in known for word in said) or any(_PRONOUN.match(home.sentence) for home in homes):
        return None
    return rivals[0].sentence[rivals[0].quantity.start : rivals[0].quantity.end]


def _subject(sentence: str, quantity: Quantity) -> frozenset[str]:
    """The content words in front of the verb of a sentence that gives one figure after it; none when they are many."""
    verb = _ANY_VERB.search(sentence, 1)
    if not verb or verb.end() > quantity.start or _EDGE.search(sentence, verb.end(), quantity.start):
        return frozenset()
    found = frozenset(content(sentence[: verb.start()]))
    return found if len(found) <= _SUBJECT_WORDS else frozenset()


_ANY_VERB = re.compile(
    rf"{_VERB.pattern}|\b(?:puts?|gives?|gave|counts?|says?|said|shows?|reckons?|lists?|names?|sets?|speaks?|reports?|finds?|found|estimates?|expects?|wants?|asks?|adds?|sees?|saw|took|went|got|made|rose|fell|stands?|stood|comes?|came|reach\w*|weighs?|covers?|carr(?:y|ies)|meets?|met|buys?|bought|sells?|sold|serves?|lasts?|begins?|ends?)\b"
)


_AT_FIRST = re.compile(
    r"\b(?:original(?:ly)?|initial(?:ly)?|at\s+first|(?:as|when)\s+first|first\s+(?:design\w*|plan\w*|version|draft|proposal|announce\w*)|earlier|previous(?:ly)?|former(?:ly)?|predecessor\w*|old(?:er)?|once|used\s+to|before|until\s+now|a\s+year\s+(?:ago|earlier|before))\b",
    re.IGNORECASE,
)


def of_before(stated: StatedIn, homes: Sequence[StatedIn], texts: Sequence[str]) -> str | None:
    """The figure that the source gives as the earlier one, when a sentence gives as the earlier one another that the source does not."""
    if not _AT_FIRST.search(_beside(outside_quotes(stated.sentence), stated.quantity)):
        return None
    if any(_AT_FIRST.search(_beside(home.sentence, home.quantity)) for home in homes):
        return None
    mine = [other for other in quantities_of(stated.sentence) if other != stated.quantity]
    for rival in _rivals(stated.quantity, texts, stated.sentence):
        early = _AT_FIRST.search(_beside(rival.sentence, rival.quantity))
        if early and not any(_is_said(rival.quantity, home.quantity, mine) for home in homes):
            return rival.sentence[rival.quantity.start : rival.quantity.end]
    return None
