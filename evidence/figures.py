"""Quantities in a text: value, unit, hedge, and what they are said of.

No two overlap. The quote covers the number with its unit and not the hedge. A range ("1.2 to 1.4 GW") gives two figures: the
low end takes the unit of the high one and the hedge "from", the high end the hedge "to". Years, dates, times, versions,
addresses, telephone numbers, scores and ordinal labels are no quantities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from evidence import hedges
from evidence.context import Owners, owner_after
from evidence.counts import counted_after, fraction_at, is_label, multiples, votes
from evidence.dates import dates
from evidence.language import language_by_words
from evidence.measures import direction_of, measure_near
from evidence.numbers import AMBIGUOUS_SCALES, Number, language_of, numbers
from evidence.passages import passages
from evidence.periods import as_of_near, period_near
from evidence.quantities import render, same_quantity
from evidence.safety import foreign_matter
from evidence.units import DURATIONS, currency_after, currency_before, price_unit, unit_after
from groundwire.records import Figure, short_id

__all__ = ["Quantity", "figures", "quantities", "render", "same_quantity"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as read, before it is tied to a record: offsets are the text's."""

    start: int
    end: int
    value: Decimal
    unit: str
    currency: str | None = None
    step: Decimal = Decimal(1)
    hedge: str | None = None
    noun: str | None = None
    """For counts: the words that are counted ("permanent jobs")."""


_RANGE_GAP = re.compile(r"\s?(?:[-–—‑]|\bto\b|\band\b|\bbis\b|\bà\b|\ba\b|\bauf\b|\bund\b|\bet\b|\by\b|\bor\b)\s?")
_BETWEEN = re.compile(r"\b(?:between|from|zwischen|entre|von|de)\s+\S{0,3}$", re.IGNORECASE)


def figures(
    text: str, *, record_id: str, record_version: int, published: datetime, title_entity: str | None = None, language: str | None = "en"
) -> tuple[Figure, ...]:
    """The figures of a record's text in order; counts have the unit "count:" and the plural noun, sums the unit "money" and a currency.

    Without a language, the text is read in the one that its words are in, else in English.
    """
    language = language or language_by_words(text)
    found: list[Figure] = []
    spans_of_text = passages(text, language_of(language))
    owners = Owners.of(text, spans_of_text, title_entity, language_of(language))
    for start, end in spans_of_text:
        sentence = text[start:end]
        read = _completed(sentence, quantities(sentence, language), [figure for figure in found[-NEAR:] if _close(text, figure, start)])
        spans = [(quantity.start, quantity.end) for quantity in read]
        before = {figure.unit: figure.measure for figure in found[-NEAR:] if _close(text, figure, start)}
        made = [_figure(sentence, quantity, start, record_id, record_version, published, owners, spans, before) for quantity in read]
        found.extend(_coupled(sentence, made, start))
        owners = owners.after(sentence)
    return tuple(found)


NEAR = 6
"""How many figures back the last one of a unit is looked for."""


def _close(text: str, figure: Figure, start: int) -> bool:
    """Whether a figure stands in the sentence right before an offset, or in its paragraph."""
    between = text[figure.sentence_end : start]
    return "\n" not in between or not between.strip()


def _figure(
    sentence: str,
    quantity: Quantity,
    offset: int,
    record_id: str,
    version: int,
    published: datetime,
    owners: Owners,
    spans: list[tuple[int, int]],
    before: Mapping[str, str | None],
) -> Figure:
    start, end = quantity.start + offset, quantity.end + offset
    period = period_near(sentence, quantity.start, quantity.end, spans)
    return Figure(
        id=short_id(record_id, str(version), str(start), str(end)),
        record_id=record_id,
        record_version=version,
        start=start,
        end=end,
        quote=sentence[quantity.start : quantity.end],
        value=quantity.value,
        unit=quantity.unit,
        currency=quantity.currency,
        entity=_name(owner_after(sentence, quantity.start, quantity.end)) or _name(owners.at(sentence, quantity.start)),
        measure=quantity.noun or measure_near(sentence, quantity.start, quantity.end, quantity.unit, before.get(quantity.unit)),
        period=period,
        as_of=as_of_near(sentence, quantity.start, quantity.end, published, period, spans),
        hedge=_hedge(sentence, quantity),
        sentence_start=offset,
        sentence_end=offset + len(sentence),
        direction=direction_of(sentence, quantity.start, quantity.end, quantity.unit),
    )


def _name(found: str | None) -> str | None:
    """A name that may be printed: no code, address or order that a page holds where names stand."""
    return None if found and foreign_matter(found) else found


_IN_PLACE_OF = re.compile(
    r"[^.;]{0,60}\b(?:in\s+place\s+of|instead\s+of|rather\s+than|not|from|to|against|compared\s+with|compared\s+to|statt|anstelle\s+von|gegenüber|auf|von|"
    r"au\s+lieu\s+de|contre|en\s+lugar\s+de|frente\s+a)\s+(?:(?:about|around|roughly|nearly|almost|just|the|etwa|rund)\s+){0,2}",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"\d+[.,]\d{1,2}")
_SIZED = frozenset({"W", "Wh", "VA", "V", "money", "t", "m", "m³", "%"})
ELLIPTIC_REACH = 50
"""A number without a unit that is more than this many times off the one before is not in its unit."""


def _completed(sentence: str, read: Sequence[Quantity], before: Sequence[Figure]) -> tuple[Quantity, ...]:
    """Numbers whose unit stands with the figure before them ("1.8 gigawatts in place of 1.2", "$2,300 per kilowatt, from $1,100") get it."""
    done: list[Quantity] = []
    for quantity in read:
        last = done[-1] if done else None
        if last and _IN_PLACE_OF.fullmatch(sentence[last.end : quantity.start]):
            quantity = _in_unit_of(quantity, last, sentence[last.start : last.end])
        elif not last and before and _continues(sentence, quantity):
            quantity = _in_unit_of(quantity, before[-1], before[-1].quote)
        done.append(quantity)
    return tuple(done)


_LIKE_BEFORE = re.compile(
    r"\b(?:comparable|similar|estimates?|averages?|elsewhere|others?|rivals?|the\s+figure|vergleichbare\w*|anderswo|comparables?|ailleurs)\b",
    re.IGNORECASE,
)


def _continues(sentence: str, quantity: Quantity) -> bool:
    """Whether the first number of a sentence can have its unit in the sentence before: a bare decimal, or a sum for something alike."""
    if quantity.unit == "money":
        return bool(_LIKE_BEFORE.search(sentence)) and not re.match(r"\s+(?:an?|per|each|every)\s", sentence[quantity.end :])
    return bool(_DECIMAL.fullmatch(sentence[quantity.start : quantity.end]))


def _in_unit_of(quantity: Quantity, last: Quantity | Figure, quote: str) -> Quantity:
    """A bare number in the unit of another, a sum for the same thing as another; the quantity itself where neither is near."""
    if quantity.unit == "money" and last.unit.startswith("money/") and quantity.currency == last.currency:
        return replace(quantity, unit=last.unit) if _in_reach(quantity.value, last.value) else quantity
    if quantity.unit != "count" or last.unit not in _SIZED:
        return quantity
    written = re.search(r"\d[\d.,]*\d|\d", quote)
    bare = numbers(written[0]) if written else ()
    if not bare or not bare[0].value or not _in_reach(quantity.value, bare[0].value):
        return quantity
    factor = last.value / bare[0].value
    return replace(quantity, value=quantity.value * factor, unit=last.unit, currency=last.currency, step=quantity.step * factor)


def _in_reach(one: Decimal, other: Decimal) -> bool:
    low, high = sorted((abs(one), abs(other)))
    return low > 0 and high / low <= ELLIPTIC_REACH


_FROM_BEFORE = re.compile(
    r"[^.;]{0,90}(?:\b(?:(?:up|down)\s+from|compared\s+with|against|gegenüber|contre|frente\s+a|in\s+place\s+of|instead\s+of|rather\s+than|statt)|,\s+from)\s+(?:\w+\s+){0,3}$|[^.;\w]{0,3}\s?from\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)


def _coupled(sentence: str, made: list[Figure], offset: int) -> Iterator[Figure]:
    """A figure that is set against the one before it ("up from $38 billion"), and both ends of a range, measure one thing of one entity."""
    seen: dict[str, Figure] = {}
    for index, figure in enumerate(made):
        last = seen.get(figure.unit)
        after = made[index + 1] if index + 1 < len(made) else None
        if last and _FROM_BEFORE.fullmatch(sentence[last.end - offset : figure.start - offset]):
            own = _name(owner_after(sentence, figure.start - offset, figure.end - offset))
            figure = replace(figure, measure=last.measure, entity=own or last.entity)
        elif last and last.hedge == "from" and figure.hedge == "to" and not figure.measure:
            figure = replace(figure, measure=last.measure)
        elif after and figure.hedge == "from" and after.hedge == "to" and after.unit == figure.unit:
            made[index + 1] = replace(after, direction=after.direction or ("to" if figure.direction else None))
            rate = after.period if (after.period or "").startswith("per ") else None
            moved = "to" if figure.direction == "to" else None
            figure = replace(figure, measure=figure.measure or after.measure, period=rate or figure.period or after.period, direction=moved)
        yield figure
        seen[figure.unit] = figure


def _hedge(sentence: str, quantity: Quantity) -> str | None:
    bound = quantity.hedge
    found = hedges.bound_before(sentence, quantity.start)
    if found and quantity.unit in DURATIONS and found[0].lower() in hedges.OVER_A_TIME:
        found = None
    if bound is None:
        bound = found[0].lower() if found else hedges.bound_after(sentence, quantity.end)
    modality = hedges.modality_before(sentence, 0, found[1] if found else quantity.start)
    if modality and bound and modality in bound:
        modality = None
    return ", ".join(part for part in (modality, bound) if part) or None


def quantities(sentence: str, language: str | None = "en") -> tuple[Quantity, ...]:
    """The quantities of one sentence in order, none overlapping."""
    tongue = language_of(language)
    closed = [(mention.start, mention.end) for mention in dates(sentence)] + [match.span() for match in _NO_QUANTITY.finditer(sentence)]
    found: list[Quantity] = []
    for quantity in _halves(sentence):
        if not _touches(quantity.start, quantity.end, closed):
            found.append(quantity)
            closed.append((quantity.start, quantity.end))
    for start, end, value, step, unit, noun in (*votes(sentence), *fraction_at(sentence), *multiples(sentence)):
        if not _touches(start, end, closed):
            found.append(Quantity(start, end, value, unit, step=step, noun=noun))
            closed.append((start, end))
    read = [number for number in numbers(sentence, tongue) if not _touches(number.start, number.end, closed)]
    for quantity in _read_all(sentence, read, tongue):
        if not _touches(quantity.start, quantity.end, closed):
            found.append(quantity)
            closed.append((quantity.start, quantity.end))
    return tuple(sorted(found, key=lambda quantity: quantity.start))


_HALF = re.compile(r"\b(?:half|(?P<quarter>a\s+quarter\s+of))\s+an?(?=\s)", re.IGNORECASE)


def _halves(sentence: str) -> Iterator[Quantity]:
    """Half or a quarter of one unit: "half a gigawatt", "a quarter of a percentage point", "half a year"."""
    for match in _HALF.finditer(sentence):
        share = Decimal("0.25") if match["quarter"] else Decimal("0.5")
        found = unit_after(sentence, match.end())
        if found and found[0].name not in {"x", "%"}:
            yield Quantity(match.start(), found[1], share * found[0].factor, found[0].name, None, share * found[0].factor / 5)


_NO_QUANTITY = re.compile(
    r"(?=[\d#№Nn\[vV+(hotA-Z])(?:"  # what any of them begins with: most places are passed over at once
    r"\b24/7\b|\b9/11\b|\b\d{1,3}/\d{1,3}\b|(?<!\w)[#№]\s?\d+|\bNos?\.\s?\d+|\bNr\.\s?\d+|\bn[°º]\s?\d+|\[\d+\]|"
    r"\b\d+(?:st|nd|rd|th|ème|er|º|ª)\b|\bv?\d+\.\d+\.\d[\w.]*|\b[vV]\d[\w.]*|"
    r"(?<!\w)\+\d[\d\s().-]{6,}\d|\(\d{3}\)\s?\d{3}[-\s]\d{4}|\b\d{3}[-.\s]\d{3}[-.\s]\d{4}\b|"
    r"\b\d{1,5}\s(?:[A-Z][\w’'-]+\s){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Drive|Way|Square|Place)\b|"
    r"https?://\S+|\b(?:one|two|three)\s+of\s+the\b(?=\s+\w+(?:est|st)\b)|\b[A-Z]{1,6}-?\d+\w*|\b\d+(?:G|D|K)\b(?!\s?\$)|\b\d{1,2}:\d{2}(?::\d{2})?\b)",
)


def _touches(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < b and a < end for a, b in spans)


def _read_all(sentence: str, read: list[Number], language: str) -> Iterator[Quantity]:
    """Each number with its unit; the low end of a range takes the unit of the high end."""
    done: set[int] = set()
    for index, number in enumerate(read):
        if index in done:
            continue
        high = read[index + 1] if index + 1 < len(read) else None
        gap = sentence[number.end : high.start] if high else ""
        own = _read(sentence, number, language)
        if high and _RANGE_GAP.fullmatch(_without_currency(gap)) and _is_range(sentence, number, gap, own):
            top = _in_same_money(own, high, _read(sentence, high, language))
            if top and top.unit != "count":
                yield _low_end(sentence, number, high, own, top)
                yield replace(top, hedge="to")
                done.add(index + 1)
                continue
        if own:
            yield own


def _in_same_money(low: Quantity | None, high: Number, top: Quantity | None) -> Quantity | None:
    """The high end of "$3-4 million": a bare number takes the currency of the low end."""
    if low and low.unit == "money" and low.currency and (top is None or top.unit == "count"):
        return Quantity(high.start, high.end, high.value, "money", low.currency, high.step)
    return top


def _without_currency(gap: str) -> str:
    return re.sub(r"(?:US|A|C)?[$€£¥]\s?$", "", gap)


def _is_range(sentence: str, low: Number, gap: str, own: Quantity | None) -> bool:
    """A joint is a range when the low end lacks its unit, or "between" or "from" leads to it and both ends are whole."""
    led = bool(_BETWEEN.search(sentence[: low.start]))
    joint = _without_currency(gap).strip()
    if joint in {"and", "und", "et", "y"}:
        return led and sentence[: low.start].rstrip(" $€£").casefold().endswith(("between", "zwischen", "entre"))
    if joint == "or":
        return own is None or own.unit == "count"
    return own is None or own.unit in {"count", "money"}


def _low_end(sentence: str, low: Number, high: Number, own: Quantity | None, top: Quantity) -> Quantity:
    start = own.start if own else low.start
    factor = top.value / high.value if high.value else Decimal(1)
    if high.scaled and not low.scaled:
        bare = _bare(sentence, high)
        factor = top.value / bare if bare else factor
    if own and own.unit == top.unit == "money" and low.scaled:
        factor = Decimal(1)
    currency = own.currency if own and own.currency else top.currency
    return Quantity(start, low.end, low.value * factor, top.unit, currency, low.step * factor, "from", top.noun)


def _bare(sentence: str, number: Number) -> Decimal | None:
    """The value of a scaled number without its scale word."""
    mantissa = re.match(r"[\d.,\u00a0\u202f]*\d", sentence[number.start : number.end])
    inner = numbers(mantissa[0]) if mantissa else ()
    return inner[0].value if inner else None


def _read(sentence: str, number: Number, language: str) -> Quantity | None:
    """A number as money, with a physical unit or as a count; None when it labels rather than counts."""
    return _money(sentence, number) or _physical(sentence, number, language) or _count(sentence, number, language)


def _money(sentence: str, number: Number) -> Quantity | None:
    before = currency_before(sentence, number.start)
    value, step, end, start = number.value, number.step, number.end, number.start
    if before:
        currency: str | None = before[0]
        start = before[1]
        named = re.match(r"\s(?:US |U\.S\. )?dollars\b", sentence[end:])
        end += named.end() if named else 0
    else:
        after = currency_after(sentence, end, number.scaled)
        if after is None:
            return None
        currency, worth, end = after
        value, step = value * worth, step * worth
    price = price_unit(sentence, end)
    if price:
        return Quantity(start, price[1], value, f"money/{price[0]}", currency, step)
    return Quantity(start, end, value, "money", currency, step)


def _physical(sentence: str, number: Number, language: str) -> Quantity | None:
    found = unit_after(sentence, number.end)
    if found is None:
        return None
    unit, end = found
    if number.in_words and number.value == 1 and unit.name in {"%", "x", "days", "quarters"}:
        return None
    if unit.name == "quarters" and re.match(r"\s+of\b", sentence[end:]):
        return None
    if is_label(sentence, number.start, language, noun_follows=True) and unit.name not in {"%", "W", "Wh"} and not number.scaled:
        return None
    return Quantity(number.start, end, number.value * unit.factor, unit.name, None, number.step * unit.factor)


def _count(sentence: str, number: Number, language: str) -> Quantity | None:
    counted = counted_after(sentence, number.end, language)
    if is_label(sentence, number.start, language, noun_follows=counted is not None) or (number.in_words and number.value == 1):
        return None
    after = sentence[number.end : number.end + 1]
    written = sentence[number.start : number.end]
    if written[-1:].lower() in AMBIGUOUS_SCALES and number.scaled and not counted:
        return Quantity(number.start, number.end, number.value / 10**6, "m") if written.endswith("m") else None
    if after.isalpha() or (after in {"-", "‑"} and not counted):
        return None
    if counted:
        plural, phrase, end = counted
        return Quantity(number.start, end, number.value, f"count:{plural}", None, number.step, noun=phrase)
    if (
        (number.in_words and number.value < 13)
        or re.search(r"\d[-–:/]\s?$|^[-–/:]\s?\d", sentence[number.start - 2 : number.start])
        or after in {"/", ":"}
        or (number.start == 0 and re.match(r"\d{1,2}[.)]?\s+[A-Z]", sentence))
    ):
        return None
    return Quantity(number.start, number.end, number.value, "count", None, number.step)
