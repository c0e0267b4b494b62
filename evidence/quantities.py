"""Comparing quantities by what they say, and writing them again in one house style."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Protocol

from evidence.hedges import OPPOSED, meaning
from evidence.numbers import numbers
from groundwire.records import Figure

ABOUT_TOLERANCE = Decimal("0.05")
"""How far a figure that says "about" may be from its source when its own rounding allows more."""
BOUND_REACH = Decimal("1.5")
"""A bound is fair up to here: "more than $1 billion" for 1.4 billion, not for 2."""
NEARLY_REACH = Decimal("0.1")


class Stated(Protocol):
    """What a comparison needs of a figure or a quantity."""

    @property
    def value(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def hedge(self) -> str | None: ...


_SECONDS = {"s": Decimal(1), "minutes": Decimal(60), "hours": Decimal(3600), "days": Decimal(86400), "weeks": Decimal(604800)}
_MONTHS = {"months": Decimal(1), "quarters": Decimal(3), "years": Decimal(12)}
_PER_WATT_HOUR = {"money/kWh": Decimal(1000), "money/MWh": Decimal(10**6), "money/GWh": Decimal(10**9), "money/TWh": Decimal(10**12)}
_MEASURES = {
    "yd": ("m", "0.9144"), "ft": ("m", "0.3048"), "in": ("m", "0.0254"), "mi": ("m", "1609.344"),
    "acre": ("m²", "4046.86"), "ha": ("m²", "10000"), "km²": ("m²", "1000000"), "sq ft": ("m²", "0.092903"), "sq mi": ("m²", "2589988"),
    "gal": ("L", "3.78541"), "bbl": ("L", "158.987"), "m³": ("L", "1000"), "cu ft": ("L", "28.3168"), "acre-foot": ("L", "1233482"),
    "lb": ("g", "453.592"), "ton": ("g", "907185"), "t": ("g", "1000000"), "km/h": ("mph", "0.621371"),
}  # fmt: skip
"""Units of length, area, volume and weight in the one that all of their kind are compared in."""
_VAGUE_CURRENCY = {"kroner": {"NOK", "DKK", "SEK"}}


@dataclass(frozen=True, slots=True)
class _Common:
    """A value in a unit that both sides share, with half of what its last digit is worth."""

    value: Decimal
    half: Decimal
    unit: str
    written: Decimal
    """The value in the unit that it was written in."""


def step_of(figure: Figure) -> Decimal:
    """What one unit of the last digit written in a figure's quote is worth, in the figure's unit."""
    if figure.unit == "x" or (figure.unit == "%" and not any(char.isdigit() for char in figure.quote)):
        return Decimal(5) if figure.unit == "%" else Decimal("0.5")
    for language in ("en", "de"):
        for number in numbers(figure.quote, language):
            ratio = figure.value / number.value if number.value else Decimal(1)
            if _is_power_of_ten(ratio) or language == "de" or number.in_words:
                return number.step * ratio
    return Decimal(1)


def _is_power_of_ten(ratio: Decimal) -> bool:
    return ratio > 0 and ratio.normalize().as_tuple().digits == (1,)


def _common(stated: Stated, step: Decimal) -> _Common:
    unit, value = stated.unit, stated.value
    factor, name = Decimal(1), unit
    if unit in _SECONDS:
        factor, name = _SECONDS[unit], "s"
    elif unit in _MONTHS:
        factor, name = _MONTHS[unit], "months"
    elif unit in _PER_WATT_HOUR:
        factor, name = 1 / _PER_WATT_HOUR[unit], "money/Wh"
    elif unit in _MEASURES:
        factor, name = Decimal(_MEASURES[unit][1]), _MEASURES[unit][0]
    return _Common(value * factor, step * factor / 2, name, value)


def comparable(a: Stated, b: Stated) -> bool:
    """Whether two quantities are of one kind: unit and currency agree, where both say them; counts compare whatever they count."""
    if a.unit.startswith("count") and b.unit.startswith("count"):
        return a.unit == b.unit or "count" in {a.unit, b.unit} or _same_noun(a.unit, b.unit)
    if _common(a, Decimal(1)).unit != _common(b, Decimal(1)).unit:
        return False
    return (
        a.currency == b.currency or None in {a.currency, b.currency} or _vaguely(a.currency, b.currency) or _vaguely(b.currency, a.currency)
    )


def in_unit(stated: Stated, unit: str) -> Decimal:
    """The value of a quantity in another unit of its kind; its own value when the kinds differ."""
    here = _common(stated, Decimal(1))
    one = _common(replace(stated, value=Decimal(1), unit=unit), Decimal(1))  # type: ignore[type-var]
    return here.value / one.value if here.unit == one.unit else stated.value


def _vaguely(a: str | None, b: str | None) -> bool:
    return b in _VAGUE_CURRENCY.get(a or "", set())


_NOUNS = (
    {"jobs", "positions", "roles", "posts", "workers", "employees", "people", "staff", "personnel", "technicians", "engineers", "members"},
    {"centres", "centers", "halls", "sites", "facilities", "buildings", "campuses", "projects", "schemes"},
    {"homes", "households", "houses"},
    {"chips", "gpus", "accelerators", "processors", "modules", "units", "cards", "systems"},
    {"outlets", "sources", "publishers"},
    {"records", "reports", "articles", "pages"},
    {"customers", "users", "subscribers", "clients", "accounts", "people"},
    {"votes", "members", "people", "commissioners", "supervisors", "technicians", "workers", "employees"},
)


def _same_noun(a: str, b: str) -> bool:
    left, right = a.partition(":")[2], b.partition(":")[2]
    return any(left in group and right in group for group in _NOUNS)


def same_quantity(a: Figure, b: Figure) -> bool:
    """Whether two figures state one quantity, to the precision they are written in; a bound agrees with what it fairly bounds."""
    if not comparable(a, b):
        return False
    left, right = _common(a, step_of(a)), _common(b, step_of(b))
    if left.value == right.value or abs(left.value - right.value) <= max(left.half, right.half):
        return True
    if meaning(a.hedge) == meaning(b.hedge) or (meaning(a.hedge), meaning(b.hedge)) in OPPOSED:
        return False
    return _bounded(left, right, meaning(a.hedge)) or _bounded(right, left, meaning(b.hedge))


def supports(source: Stated, source_step: Decimal, claim: Stated, claim_step: Decimal) -> bool:
    """Whether a source's quantity bears a claimed one: equal, or rounded by the claim to the precision it shows, or fairly bounded."""
    if not comparable(source, claim):
        return False
    said, known = _common(claim, claim_step), _common(source, source_step)
    if said.value == known.value or (abs(said.value - known.value) <= said.half and known.half <= said.half):
        return True
    converted = source.unit != claim.unit and bool({source.unit, claim.unit} & _MEASURES.keys())
    if converted and meaning(claim.hedge) is None:
        return _bounded(said, known, "about")
    if (meaning(source.hedge) == meaning(claim.hedge) and not converted) or (meaning(source.hedge), meaning(claim.hedge)) in OPPOSED:
        return False
    return _bounded(said, known, meaning(claim.hedge))


def _bounded(said: _Common, known: _Common, sense: str | None) -> bool:
    """Whether "more than", "up to", "nearly" or "about" a value is a fair way to say another."""
    if said.value <= 0 or sense is None:
        return False
    ratio = known.value / said.value
    if sense == "at least":
        return 1 <= ratio <= BOUND_REACH
    if sense == "at most":
        return 1 / BOUND_REACH <= ratio <= 1
    if sense == "nearly":
        return 1 - NEARLY_REACH <= ratio <= 1
    return abs(ratio - 1) <= min(ABOUT_TOLERANCE, _rounding(said.written) / said.written / 2)


def _rounding(value: Decimal) -> Decimal:
    """What the last digit that is not a trailing zero is worth."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


_SIGNS = {
    "USD": "$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "CAD": "C$",
    "AUD": "A$",
    "NZD": "NZ$",
    "HKD": "HK$",
    "SGD": "S$",
    "BRL": "R$",
}
_MONEY_WORDS = {
    "NOK": "Norwegian kroner",
    "DKK": "Danish kroner",
    "SEK": "Swedish kronor",
    "CHF": "Swiss francs",
    "kroner": "kroner",
    "pesos": "pesos",
    "CNY": "yuan",
}
_LARGE = ((Decimal(10) ** 12, "trillion"), (Decimal(10) ** 9, "billion"), (Decimal(10) ** 6, "million"))
_PREFIXED = {"W": "W", "Wh": "Wh", "B": "B", "B/s": "B/s", "bit/s": "bit/s", "Hz": "Hz", "V": "V", "VA": "VA", "FLOPS": "FLOPS"}
_POWERS = (
    (Decimal(10) ** 18, "E"),
    (Decimal(10) ** 15, "P"),
    (Decimal(10) ** 12, "T"),
    (Decimal(10) ** 9, "G"),
    (Decimal(10) ** 6, "M"),
    (Decimal(10) ** 3, "k"),
)
_LENGTHS = (
    (Decimal(1000), "km"),
    (Decimal(1), "metres"),
    (Decimal("0.01"), "cm"),
    (Decimal("0.001"), "mm"),
    (Decimal("0.000001"), "µm"),
    (Decimal(0), "nm"),
)
_NAMES = {"t": "tonnes", "ton": "tons", "g": "grams", "L": "litres", "acre": "acres", "acre-foot": "acre-feet", "ha": "hectares", "mi": "miles", "ft": "feet",
          "in": "inches", "gal": "gallons", "bbl": "barrels", "s": "seconds", "bp": "basis points", "sq ft": "square feet", "pp": "percentage points",
          "m²": "square metres", "km²": "square kilometres", "sq mi": "square miles", "m³": "cubic metres", "lb": "lb"}  # fmt: skip
_FRACTION_WORDS = {
    Decimal("33.3333"): "a third",
    Decimal("66.6666"): "two-thirds",
    Decimal("66.6667"): "two-thirds",
    Decimal("16.6667"): "a sixth",
}
_SINGULAR = {"years": "year", "months": "month", "weeks": "week", "days": "day", "hours": "hour", "minutes": "minute", "seconds": "second", "quarters": "quarter",
             "metres": "metre", "tonnes": "tonne", "acres": "acre", "miles": "mile", "hectares": "hectare", "people": "person", "tons": "ton", "inches": "inch",
             "percentage points": "percentage point", "basis points": "basis point", "feet": "foot", "acre-feet": "acre-foot"}  # fmt: skip


def render(figure: Figure) -> str:
    """A figure in house style, without its hedge: "$1.2 billion", "340 MW", "18,000 training jobs", "4.1 cents per kWh"."""
    unit, value = figure.unit, figure.value
    if unit == "money" or unit.startswith("money/"):
        return _render_money(value, figure.currency, unit.partition("/")[2])
    if unit == "%":
        return _FRACTION_WORDS.get(value, f"{plain(value)}%")
    if unit == "x":
        return f"{plain(value)}x"
    if unit in _PREFIXED:
        size, prefix = next(((size, prefix) for size, prefix in _POWERS if abs(value) >= size), (Decimal(1), ""))
        return f"{plain(value / size)} {prefix}{_PREFIXED[unit]}"
    if unit == "m":
        size, name = next((size, name) for size, name in _LENGTHS if abs(value) >= size)
        return _counted(value / (size or Decimal("1E-9")), name)
    if unit.startswith("count"):
        noun = figure.measure if figure.measure and unit != "count" and figure.measure in figure.quote else unit.partition(":")[2]
        return _counted(value, noun or "")
    return f"{plain(value)} {unit}" if unit.startswith("°") else _counted(value, _NAMES.get(unit, unit))


def _counted(value: Decimal, noun: str) -> str:
    if value == 1 and noun in _SINGULAR:
        noun = _SINGULAR[noun]
    elif value == 1 and noun.endswith("s"):
        noun = noun[:-1]
    return f"{large(value)} {noun}".strip()


def _render_money(value: Decimal, currency: str | None, per: str) -> str:
    tail = f" per {per}" if per else ""
    if currency is None:
        return f"{plain(value * 100)} cents{tail}"
    sign = _SIGNS.get(currency)
    if sign:
        written = large(value)
        if value < 100 and "." in written and len(written.partition(".")[2]) == 1:
            written += "0"
        return f"{sign}{written}{tail}"
    return f"{large(value)} {_MONEY_WORDS.get(currency, currency)}{tail}"


def large(value: Decimal) -> str:
    """A number with a scale word from a million on, when that loses nothing and shows at most three decimals."""
    for size, name in _LARGE:
        scaled = value / size
        if abs(scaled) >= 1 and scaled == scaled.quantize(Decimal("0.001"), ROUND_HALF_EVEN):
            return f"{plain(scaled)} {name}"
        if abs(scaled) >= 1:
            break
    return plain(value)


def plain(value: Decimal) -> str:
    """A number with commas between thousands and no trailing zeros."""
    value = value.normalize()
    return f"{value:,f}"
