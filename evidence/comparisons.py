"""Comparisons and arithmetic: who has more, how many times as much, and what several figures make together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from evidence import hedges
from evidence.figures import Quantity
from evidence.grounds import CheckContext, stated_quantities
from evidence.matching import content, holds, vocabulary
from evidence.quantities import supports
from evidence.quotation import outside_quotes
from evidence.reckoned import follows_from
from evidence.text import stem, words

_MULTIPLE = re.compile(r"\b(?:twice|double[ds]?|doubling|tripl(?:e[ds]?|ing)|quadrupl\w+|half\s+(?:as|the|that)|halv(?:e[ds]?|ing)|(?!half\b)(?:\w+|\d[\d.]*)[\s-]*(?:times|fold)|a\s+(?:third|quarter|fifth|tenth|half)\s+(?:more|less|fewer|larger|smaller|higher|lower|again)|"
                       r"(?:one|two|three|four)[\s-](?:thirds?|quarters?|fifths?)\s+(?:more|less|fewer|larger|smaller|higher|lower))\b", re.IGNORECASE)  # fmt: skip
_COMPARED = re.compile(
    r"\b(?P<word>more|less|fewer|\w{2,}er)\s+(?:[\w’'-]+\s+){0,4}?than\s+(?!(?:\$|€|£|\d|about\b|half\b|a\s+(?:third|quarter|year|month|dozen|hundred|thousand|million|tenth|fifth|decade)|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|"
    r"eight\b|nine\b|ten\b|twelve\b|twenty\b|twice\b|(?:it|they|he|she|first)\s+(?:\w+\s+)?(?:sound|seem|look|appear|thought|hoped|used|was\b|were\b|did\b)\w*|ever\b|before\b|expected|planned|usual|that\b|any\b|just\b|merely|simply|\w+ing\b))|"
    r"\b(?P<verb>exceed(?:s|ed|ing)|outpac(?:e[sd]?|ing)|outstrip(?:s|ped|ping)?|surpass(?:es|ed|ing)?|outweigh(?:s|ed)?|dwarf(?:s|ed|ing)|overtak(?:es|en|ing)|overtook|outspen(?:t|d|ds)|outsell(?:s)?|outsold|lag(?:s|ged)\s+behind|"
    r"trail(?:s|ed)(?=\s+[A-Z])|match(?:es|ed)(?=\s+(?:[A-Z]|that)))(?!\s+(?:expectations|forecasts|\$|€|£|\d))",
    re.IGNORECASE,
)
_NO_COMPARATIVE = frozenset({"other", "rather", "later", "earlier", "sooner", "further", "whether", "never", "number", "power", "water", "order", "transformer", "transformers", "customer", "user", "under", "over", "after", "maker", "operator", "together", "supplier", "paper", "either", "neither"})  # fmt: skip
_COMPARES = re.compile(
    r"\b(?:than|compared|against|versus|from|times|twice|double[ds]?|half|third|percent|%|exceed\w*|below|above|under|over|instead|while|whereas|outpac\w*|surpass\w*|beat|beats|ahead|behind|only|as\s+(?:much|many|\w+)\s+as|\w+er|\w+est|more|less|rose|fell|grew|increase\w*|"
    r"in\s+place\s+of|up|down|larg\w+|previous\w*|earlier)\b",
    re.IGNORECASE,
)  # fmt: skip
_CHANGES = re.compile(
    r"\b(?:more|less|fewer|up|down|ris\w+|rose|gr[eo]w\w*|increas\w+|f[ae]ll\w*|cut\w*|higher|lower|drop\w*|declin\w+|growth|jump\w*|larger|smaller|cheaper|dearer|slump\w*|surg\w+|climb\w*|raise[ds]?|reduc\w+|gain\w*|slip\w*|add(?:s|ed)?)\b",
    re.IGNORECASE,
)
ROUGHLY = Decimal("0.06")
"""How far a ratio in words ("twice", "a third") may lie from that of the figures; a hedged one ("about") twice as far."""


BEYOND = Decimal("1.4")
"""How far a ratio may lie beyond one that is given as a bound: "more than twice" of 2.8."""


def unborne(sentence: str, context: CheckContext, stated: str | None = None) -> tuple[str, ...]:
    """Comparisons of a sentence that neither a cited passage states nor two of its figures bear; a ranking counts in what of it is `stated`."""
    ranked = outside_quotes(sentence if stated is None else stated)
    return tuple(dict.fromkeys((*_multiples(outside_quotes(sentence), context), *_ranks(ranked, context))))


def _quantities(texts: Sequence[str]) -> list[Quantity]:
    return list(dict.fromkeys(stated.quantity for text in texts for stated in stated_quantities(text)))


def _multiples(plain: str, context: CheckContext) -> Iterator[str]:
    """Multiples and fractions that stand in no passage as such and that no two figures of one unit make."""
    source = _quantities(context.cited)
    changes = {stated.quantity for text in context.cited for stated in stated_quantities(text) if _CHANGES.search(stated.sentence)}
    for match in _MULTIPLE.finditer(plain):
        mine = next(
            (stated for stated in stated_quantities(plain) if stated.quantity.start < match.end() and match.start() < stated.quantity.end),
            None,
        )
        if mine is None or mine.quantity.unit not in {"x", "%"} or _is_value(mine.quantity, context):
            continue
        factor = _factor(mine.quantity, match[0])
        if any(_says(other, factor, mine.quantity, other in changes) for other in source) or _ratio_of(factor, source, mine.hedge):
            continue
        if _stands(match[0], context.cited) or follows_from(mine, context.cited):
            continue
        yield f"“{match[0]}” is neither said in a cited passage nor the ratio of two of its figures"


def _stands(phrase: str, texts: Sequence[str]) -> bool:
    wanted = [stem(word.key) for word in words(phrase)]
    return any(all(one in {stem(word.key) for word in words(text)} for one in wanted) for text in texts)


def _is_value(quantity: Quantity, context: CheckContext) -> bool:
    return bool(context.values) and any(str(quantity.value) in value or value in str(quantity.value) for value in context.values)


def _factor(quantity: Quantity, written: str) -> Decimal:
    """What a multiple multiplies by: "a third more" is 1.33, "half as much" 0.5, "a third less" 0.67."""
    if quantity.unit == "x":
        return quantity.value
    share = quantity.value / 100
    low = written.casefold()
    if re.search(r"\b(?:more|larger|higher|again)\b", low):
        return 1 + share
    if re.search(r"\b(?:less|fewer|smaller|lower)\b", low):
        return 1 - share
    return share


def _says(other: Quantity, factor: Decimal, mine: Quantity, changes: bool) -> bool:
    """Whether a source's own multiple or percentage is the same one."""
    if other.unit == "x":
        return abs(other.value - factor) <= ROUGHLY * factor
    if other.unit in {"%", "pp"}:
        share = other.value / 100
        return any(
            abs(value - factor) <= ROUGHLY * factor for value in ((share, 1 + share, 1 - share) if changes else (share,))
        ) or supports(other, other.step, mine, mine.step)
    return False


def _ratio_of(factor: Decimal, source: Sequence[Quantity], hedge: str | None) -> bool:
    """Whether two figures of one unit have this ratio, or lie on that side of it which the hedge names."""
    bound = hedges.meaning(hedge)
    allowed = ROUGHLY * (2 if hedge else 1) * factor
    low = factor / BEYOND if bound == "at most" else factor - allowed
    high = factor * BEYOND if bound == "at least" else factor + allowed
    for one, other in combinations(source, 2):
        if one.unit.partition(":")[0] != other.unit.partition(":")[0] or one.currency != other.currency or not one.value or not other.value:
            continue
        if any(low <= ratio <= high for ratio in (one.value / other.value, other.value / one.value)):
            return True
    return False


def _ranks(plain: str, context: CheckContext) -> Iterator[str]:
    """A comparison with another thing where no cited passage compares and no two of their figures could be compared."""
    for match in _COMPARED.finditer(plain):
        word = (match["word"] or match["verb"]).casefold()
        if word in _NO_COMPARATIVE:
            continue
        if any(_COMPARES.search(text) and _about(plain, match, text) for text in context.near) or _can_be_computed(context):
            continue
        yield f"no cited passage makes the comparison “{' '.join(match[0].split())}”"


def _about(plain: str, match: re.Match[str], text: str) -> bool:
    """Whether a text speaks of what is compared on the right."""
    known = vocabulary(text)
    right = content(plain[match.end() : match.end() + 90])[:6]
    return not right or any(holds(*known, one) for one in right) or match[0].casefold() in text.casefold()


def _can_be_computed(context: CheckContext) -> bool:
    units = [quantity.unit for quantity in _quantities(context.cited)]
    return len(units) != len(set(units))


def multiple(sentence: str) -> str | None:
    """The words by which a sentence gives a multiple of something, or None."""
    found = _MULTIPLE.search(outside_quotes(sentence))
    return found[0] if found else None


def comparing(sentence: str) -> str | None:
    """The words by which a sentence compares, or None."""
    plain = outside_quotes(sentence)
    found = _MULTIPLE.search(plain) or next(
        (one for one in _COMPARED.finditer(plain) if (one["word"] or one["verb"]).casefold() not in _NO_COMPARATIVE), None
    )
    return found[0] if found else None
