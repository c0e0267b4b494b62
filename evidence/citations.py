"""Proof that a citation leads where it says: passages by their offsets, calculations by doing them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from evidence.dates import dates
from evidence.figures import Quantity, quantities
from evidence.passages import passage_at
from evidence.quantities import comparable
from groundwire.records import CalculationInput, Citation, Target

TextOf = Callable[[str, int], str | None]
"""The text of a record's version, or None when there is none."""
ReferenceOf = Callable[[str], str | None]
"""The value of a row of the reference table by its key, its line (see `reference_values`) by the key and LINE, or None when there is no such row."""
LINE = ":line"

REFERENCE_INPUT = "reference:"
"""What the id of a calculation's input starts with when it is a row of the reference table, before the row's key."""
_LANGUAGES = ("en", "de", "fr", "es")


@dataclass(frozen=True, slots=True)
class Rule:
    """A named calculation: what it does in words, what its inputs are ("figure", "date" or "name"), and the function."""

    description: str
    reads: str
    compute: Callable[[tuple[CalculationInput, ...]], str]
    fewest: int = 1
    most: int | None = None


def exact(value: Decimal, places: int | None = None) -> str:
    """A number as exact decimal text without trailing zeros, rounded half to even when places are given."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places))
    return "0" if value == 0 else f"{value.normalize():f}"


def _values(inputs: tuple[CalculationInput, ...]) -> list[Decimal]:
    return [Decimal(item.value) for item in inputs]


def _count_distinct(inputs: tuple[CalculationInput, ...]) -> str:
    return str(len({item.id for item in inputs}))


def _count_names(inputs: tuple[CalculationInput, ...]) -> str:
    return str(len({item.value for item in inputs}))


def _sum(inputs: tuple[CalculationInput, ...]) -> str:
    return exact(sum(_values(inputs), Decimal(0)))


def _difference(inputs: tuple[CalculationInput, ...]) -> str:
    first, second = _values(inputs)
    return exact(first - second)


def _ratio(inputs: tuple[CalculationInput, ...]) -> str:
    first, second = _values(inputs)
    return exact(first / second, 2)


def _share(inputs: tuple[CalculationInput, ...]) -> str:
    part, whole = _values(inputs)
    return exact(part / whole * 100, 1)


def _two_digits(value: Decimal) -> str:
    return exact(value, 1 - value.adjusted()) if value else "0"


def _times_reference(inputs: tuple[CalculationInput, ...]) -> str:
    figure, row = _values(inputs)
    return _two_digits(figure / row)


def _percent_of_reference(inputs: tuple[CalculationInput, ...]) -> str:
    figure, row = _values(inputs)
    return _two_digits(figure / row * 100)


def _percent_change(inputs: tuple[CalculationInput, ...]) -> str:
    before, after = _values(inputs)
    return exact((after - before) / before * 100, 1)


def _largest(inputs: tuple[CalculationInput, ...]) -> str:
    return exact(max(_values(inputs)))


def _smallest(inputs: tuple[CalculationInput, ...]) -> str:
    return exact(min(_values(inputs)))


def _earliest(inputs: tuple[CalculationInput, ...]) -> str:
    return min(item.value for item in inputs)


def _latest(inputs: tuple[CalculationInput, ...]) -> str:
    return max(item.value for item in inputs)


RULES: dict[str, Rule] = {
    "count-records": Rule("how many different records are named", "name", _count_distinct),
    "count-figures": Rule("how many different figures are named", "name", _count_distinct),
    "count-outlets": Rule("how many different outlets are named, one input for each", "name", _count_names),
    "count-independent": Rule("how many different origins are named: copies, one release and one owner count once", "name", _count_names),
    "share-of": Rule("the first as a percentage of the second, to one decimal", "figure", _share, 2, 2),
    "sum": Rule("the inputs added up", "figure", _sum),
    "difference": Rule("the first less the second", "figure", _difference, 2, 2),
    "ratio": Rule("the first divided by the second, to two decimals", "figure", _ratio, 2, 2),
    "percent-change": Rule(
        "the change from the first to the second as a percentage of the first, to one decimal", "figure", _percent_change, 2, 2
    ),
    "times-reference": Rule("the figure divided by the row of the reference table, to two digits", "figure", _times_reference, 2, 2),
    "percent-of-reference": Rule(
        "the figure as a percentage of the row of the reference table, to two digits", "figure", _percent_of_reference, 2, 2
    ),
    "largest": Rule("the largest of the inputs", "figure", _largest),
    "smallest": Rule("the smallest of the inputs", "figure", _smallest),
    "earliest-date": Rule("the earliest of the dates (ISO 8601)", "date", _earliest),
    "latest-date": Rule("the latest of the dates (ISO 8601)", "date", _latest),
}
"""Every calculation that an article may cite. Rounding is half to even, on the final result alone."""


def calculate(rule: str, inputs: tuple[CalculationInput, ...]) -> str:
    """The result of a rule as exact decimal text; KeyError for an unknown rule, ArithmeticError or ValueError for inputs that do not fit."""
    known = RULES[rule]
    if len(inputs) < known.fewest or (known.most is not None and len(inputs) > known.most):
        raise ValueError(f"{rule} takes {known.fewest}{'' if known.most == known.fewest else ' or more'} inputs, not {len(inputs)}")
    return known.compute(inputs)


def prove(citation: Citation, text_of: TextOf, reference_of: ReferenceOf | None = None) -> str | None:
    """None when a citation leads where it says, else the reason why not."""
    if citation.target is Target.PASSAGE:
        return _prove_span(citation.record_id, citation.record_version, citation.start, citation.end, citation.quote, text_of)
    if citation.target is Target.CALCULATION:
        return _prove_calculation(citation, text_of, reference_of)
    return _prove_reference(citation, reference_of)


def _prove_span(
    record: str | None, version: int | None, start: int | None, end: int | None, quote: str | None, text_of: TextOf
) -> str | None:
    if record is None or version is None or start is None or end is None or quote is None:
        return "the citation names no passage"
    text = text_of(record, version)
    if text is None:
        return f"record {record} version {version} is not stored"
    if not 0 <= start < end <= len(text):
        return f"characters {start} to {end} lie outside record {record} ({len(text)} characters)"
    return None if text[start:end] == quote else f"record {record} does not say {quote!r} at {start} to {end}"


def _prove_calculation(citation: Citation, text_of: TextOf, reference_of: ReferenceOf | None) -> str | None:
    rule = RULES.get(citation.rule or "")
    if rule is None:
        return f"there is no rule {citation.rule!r}"
    if not citation.inputs:
        return "the calculation has no inputs"
    for item in citation.inputs:
        fault = _prove_row(item, citation.rule or "", reference_of) or _prove_input(item, rule, text_of)
        if fault:
            return f"input {item.id}: {fault}"
    if rule.reads == "figure" and (fault := _prove_one_kind(citation.inputs, text_of)):
        return fault
    try:
        value = calculate(citation.rule or "", citation.inputs)
    except (ArithmeticError, ValueError) as error:
        return f"{citation.rule} cannot be computed: {error}"
    return None if value == citation.value else f"{citation.rule} gives {value}, the citation says {citation.value}"


def _prove_input(item: CalculationInput, rule: Rule, text_of: TextOf) -> str | None:
    if rule.reads == "figure":
        try:
            Decimal(item.value)
        except InvalidOperation:
            return f"{item.value!r} is no number"
    if item.quote is None and item.start is None:
        return None
    fault = _prove_span(item.record_id, item.record_version, item.start, item.end, item.quote, text_of)
    if fault or rule.reads == "name":
        return fault
    if rule.reads == "date":
        said = {mention.value for mention in dates(item.quote or "")}
        return None if item.value in said else f"{item.quote!r} does not read as {item.value}"
    value = Decimal(item.value)
    return None if any(quantity.value == value for quantity in _reread(item, text_of)) else f"{item.quote!r} does not read as {item.value}"


def _reread(item: CalculationInput, text_of: TextOf) -> Iterator[Quantity]:
    """What the quote of an input says as a quantity, read in its own sentence, in one notation after another."""
    text = text_of(item.record_id or "", item.record_version or 0) or ""
    if item.start is None or item.end is None:
        return
    start, end = passage_at(text, item.start, item.end)
    for language in _LANGUAGES:
        for quantity in _quantities(text[start:end], language):
            if (quantity.start + start, quantity.end + start) == (item.start, item.end):
                yield quantity


@lru_cache(maxsize=1024)
def _quantities(sentence: str, language: str) -> tuple[Quantity, ...]:
    return quantities(sentence, language)


def _prove_row(item: CalculationInput, rule: str, reference_of: ReferenceOf | None) -> str | None:
    """A row of the reference table has the table's value, and a rule that reads one gets one as its second input only."""
    if not item.id.startswith(REFERENCE_INPUT):
        return None
    if not rule.endswith("reference"):
        return f"{rule} reads no row of the reference table"
    key = item.id.removeprefix(REFERENCE_INPUT)
    value = reference_of(key) if reference_of else None
    return None if value == item.value else f"reference row {key!r} says {value}, the input says {item.value}"


def _prove_one_kind(inputs: tuple[CalculationInput, ...], text_of: TextOf) -> str | None:
    """A calculation joins quantities of one kind: kroner are never added to megawatts."""
    read = [q for item in inputs if (q := next((q for q in _reread(item, text_of) if q.value == Decimal(item.value)), None))]
    for other in read[1:]:
        if not comparable(read[0], other):
            return (
                f"{read[0].unit} and {other.unit} are not of one kind"
                if read[0].unit != other.unit
                else "the sums are in different currencies"
            )
    return None


def reference_line(row: Mapping[str, str]) -> str:
    """A row of the reference table as its marker shows it: what it is, its value, and the page that says so with its date and address."""
    of = row.get("currency") or row.get("unit", "")
    return f"{row.get('statement', '')}: {row['value']} {of} ({row.get('source', '')}, {row.get('date', '')}, {row.get('url', '')})"


def reference_values(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What a ReferenceOf looks up for the rows of a table: each value by its key, each line by the key and LINE."""
    found: dict[str, str] = {}
    for row in rows:
        found |= {row["key"]: row["value"], f"{row['key']}{LINE}": reference_line(row)}
    return found


def _prove_reference(citation: Citation, reference_of: ReferenceOf | None) -> str | None:
    value = reference_of(citation.rule or "") if reference_of else None
    if value is None:
        return f"there is no reference row {citation.rule!r}"
    if citation.quote is not None and reference_of and reference_of(f"{citation.rule}{LINE}") != citation.quote:
        return f"reference row {citation.rule!r} does not say {citation.quote!r}"
    return None if value == citation.value else f"reference row {citation.rule!r} says {value}, the citation says {citation.value}"
