"""What a sentence gives of the calculations that it cites: their values, and no figure in the place of one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from evidence.dates import DateMention, agrees, dates
from evidence.figures import Quantity
from evidence.grounds import CheckContext, StatedIn, stated_dates, stated_quantities
from evidence.numbers import numbers
from evidence.passages import Span
from evidence.quantities import supports
from groundwire.records import Target


@dataclass(frozen=True, slots=True)
class _Told:
    """A figure or number of a sentence, with the cited values that it gives."""

    span: Span
    stated: StatedIn | None
    value: Decimal
    gives: tuple[Decimal, ...]


def has_calculation(context: CheckContext) -> bool:
    """Whether a sentence cites a calculation, from which its reckoned figures come then."""
    return any(ground.target is Target.CALCULATION for ground in context.grounds)


def is_value(claim: Quantity, values: Iterable[str], sources: Sequence[StatedIn]) -> bool:
    """Whether a quantity is a cited calculation's value, in a currency of what it was made from, or rounds it to the precision that it shows."""
    currencies = {other.quantity.currency for other in sources} - {None}
    if claim.currency and currencies and claim.currency not in currencies:
        return False
    return any(_gives(claim, value) for value in _numeric(values))


def _gives(claim: Quantity, value: Decimal) -> bool:
    if value == claim.value or abs(value - claim.value) <= claim.step / 2:
        return True
    return supports(Quantity(0, 0, value, claim.unit, claim.currency), Decimal(0), claim, claim.step)


def _numeric(values: Iterable[str]) -> Iterator[Decimal]:
    for text in values:
        try:
            yield Decimal(text)
        except InvalidOperation:
            continue


def replaced(plain: str, context: CheckContext) -> Iterator[tuple[str, str]]:
    """The figures that stand in the place of a cited calculation's value, which the sentence does not give, each with that value.

    Such a figure is borne by no cited passage and no other value, or has a value that another figure of the sentence gives already.
    """
    values = Counter(_numeric(ground.value or "" for ground in context.grounds if ground.target is Target.CALCULATION))
    told = tuple(_told(plain, tuple(values))) if values else ()
    lacking = [value for value in values if not any(value in one.gives for one in told)]
    given: Counter[Decimal] = Counter()
    for one in told if lacking else ():
        given.update(one.gives)
        twice = bool(one.gives) and all(given[value] > values[value] for value in one.gives)
        instead = [value for value in lacking if not _is_small(one) or value == value.to_integral_value()]
        if instead and (twice or not (one.gives or _stands(one, context))):
            yield plain[slice(*one.span)], f"{instead[0]:f}"


def _is_small(told: _Told) -> bool:
    """Whether a figure counts things, and so stands for no share and no size."""
    return told.stated is None or told.stated.quantity.unit.startswith("count")


def _told(plain: str, values: Sequence[Decimal]) -> Iterator[_Told]:
    closed = [(mention.start, mention.end) for mention in dates(plain)]
    for stated in stated_quantities(plain):
        claim = replace(stated.quantity, hedge=stated.hedge)
        closed.append((claim.start, claim.end))
        yield _Told((claim.start, claim.end), stated, claim.value, tuple(value for value in values if _gives(claim, value)))
    for number in numbers(plain):
        if number.value >= 2 and not any(a < number.end and number.start < b for a, b in closed):
            yield _Told((number.start, number.end), None, number.value, tuple(value for value in values if value == number.value))


def _stands(told: _Told, context: CheckContext) -> bool:
    """Whether a cited passage has a figure as it stands; a size also what the calculation was made from."""
    texts = [ground.passage for ground in context.grounds if ground.passage]
    texts += [] if _is_small(told) else [text for ground in context.grounds for text in ground.inputs]
    texts += [text for ground in context.grounds if ground.target is Target.REFERENCE for text in ground.inputs]
    if told.stated is None:
        return any(number.value == told.value for text in texts for number in numbers(text))
    claim = replace(told.stated.quantity, hedge=told.stated.hedge)
    return any(
        supports(replace(other.quantity, hedge=other.hedge), other.quantity.step, claim, claim.step)
        for text in texts
        for other in stated_quantities(text)
    )


def replaced_dates(plain: str, context: CheckContext) -> Iterator[DateMention]:
    """The dates that stand in the place of a cited calculation's, which the sentence does not give: they repeat another one."""
    values = [mention for ground in context.grounds if ground.target is Target.CALCULATION for mention in dates(ground.value or "")]
    mentions = dates(plain)
    if not any(not any(agrees(mention, value) for mention in mentions) for value in values):
        return
    seen: list[DateMention] = []
    for mention in mentions:
        borne = any(agrees(mention, other) for text in context.near for other in stated_dates(text))
        if not borne and any(agrees(mention, other) for other in seen) and not re.search(r"\bthat\s+(?:same\s+)?$", plain[: mention.start]):
            yield mention
        seen.append(mention)
