"""Comparisons that give a figure its scale, from the rows of a reference table: "about 1.3 times the output of one EPR reactor"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from evidence.citations import REFERENCE_INPUT, calculate, reference_line
from evidence.hedges import meaning
from evidence.quantities import large
from groundwire.records import CalculationInput, Citation, Figure, Target

LEAST, MOST = Decimal("0.2"), Decimal(20)
"""Between these a comparison with one thing helps; beyond them the other is too large or too small to picture."""
LEAST_COUNTED, MOST_COUNTED = Decimal(100), Decimal(50_000_000)
"""The same for rows that are counted ("as 1.2 million US homes")."""
ALIKE = (Decimal("0.95"), Decimal("1.05"))
"""Between these, rounded to two digits, two values are "about as much"."""


class Row(Protocol):
    """What a comparison needs of a row of the reference table (synth.find.lens.Reference)."""

    @property
    def key(self) -> str: ...
    @property
    def statement(self) -> str: ...
    @property
    def value(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def date(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def measures(self) -> str: ...
    @property
    def counted(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure: its words after the figure, and what they rest on, a calculation and the row of the table that it reads."""

    figure: Figure
    key: str
    words: str
    """ "about 1.3 times the net output of one EPR reactor"; every number in it is the calculation's value."""
    citations: tuple[Citation, Citation]


def comparison(figure: Figure, table: Iterable[Row]) -> Comparison | None:
    """The most telling comparison of a figure with a row of the same unit, currency and measure, or None when none is sensible.

    A figure that is a bound, a size of a change, one end of a range, or energy without a period is not compared.
    """
    if figure.value <= 0 or figure.direction in {"up", "down"} or meaning(figure.hedge) in {"at most", "at least"} or _is_end(figure):
        return None
    fitting = [row for row in table if _fits(figure, row)]
    best = min(fitting, key=lambda row: (bool(row.counted), _distance(figure, row), row.key), default=None)
    return _made(figure, best) if best else None


def _is_end(figure: Figure) -> bool:
    return bool(figure.hedge) and (figure.hedge or "").rpartition(", ")[2] == "from"


def _fits(figure: Figure, row: Row) -> bool:
    if (
        figure.unit != row.unit
        or (figure.currency or "") != row.currency
        or (figure.measure or "").replace(" ", "-") not in row.measures.split()
    ):
        return False
    if "per-year" in row.measures.split() and figure.period != "per year":
        return False
    ratio = figure.value / Decimal(row.value)
    return LEAST_COUNTED <= ratio <= MOST_COUNTED if row.counted else LEAST <= ratio <= MOST


def _distance(figure: Figure, row: Row) -> Decimal:
    """How far a ratio is from one, on a scale of factors."""
    ratio = figure.value / Decimal(row.value)
    return ratio if ratio >= 1 else 1 / ratio


def _made(figure: Figure, row: Row) -> Comparison:
    said = CalculationInput(
        figure.id, f"{figure.value.normalize():f}", figure.record_id, figure.record_version, figure.start, figure.end, figure.quote
    )
    inputs = (said, CalculationInput(f"{REFERENCE_INPUT}{row.key}", row.value))
    ratio = figure.value / Decimal(row.value)
    rule = "percent-of-reference" if not row.counted and ratio < ALIKE[0] else "times-reference"
    value = calculate(rule, inputs)
    names = ("statement", "value", "unit", "currency", "source", "date", "url")
    shown = reference_line({name: str(getattr(row, name)) for name in names})
    calculation = Citation(Target.CALCULATION, rule=rule, value=value, inputs=inputs)
    reference = Citation(Target.REFERENCE, rule=row.key, value=row.value, quote=shown)
    return Comparison(figure, row.key, _words(row, rule, Decimal(value)), (calculation, reference))


def _words(row: Row, rule: str, value: Decimal) -> str:
    if row.counted:
        return f"about as much as {large(value)} {row.counted}"
    if rule == "percent-of-reference":
        return f"about {large(value)}% of {row.statement}"
    return f"about as much as {row.statement}" if ALIKE[0] <= value <= ALIKE[1] else f"about {large(value)} times {row.statement}"
