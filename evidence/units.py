"""The units and currencies that figures are read in, and the canonical form of each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit and how many of it one written unit is worth."""

    name: str
    factor: Decimal = Decimal(1)


def _metric(base: str, symbol: str, words: tuple[str, ...], prefixes: str) -> dict[str, Unit]:
    known = {"n": ("nano", -9), "u": ("micro", -6), "m": ("milli", -3), "c": ("centi", -2), "": ("", 0), "k": ("kilo", 3), "M": ("mega", 6),
             "G": ("giga", 9), "T": ("tera", 12), "P": ("peta", 15), "E": ("exa", 18)}  # fmt: skip
    made: dict[str, Unit] = {}
    for letter in ["", *prefixes]:
        word, power = known[letter]
        unit = Unit(base, Decimal(10) ** power)
        made[("µ" if letter == "u" else letter) + symbol] = unit
        made.update({spelling + name: unit for name in words for spelling in {word, word.replace("me", "mé").replace("te", "té")}})
    return made


_CASED: dict[str, Unit] = {
    **_metric("W", "W", ("watt", "watts", "vatio", "vatios"), "kMGT"),
    **_metric("Wh", "Wh", ("watt-hour", "watt-hours", "watt hour", "watt hours", "watthours", "wattstunde", "wattstunden", "wattheure", "wattheures", "vatio hora", "vatios hora", "vatio-hora", "vatios-hora"), "kMGT"),
    **_metric("VA", "VA", ("volt-ampere", "volt-amperes", "volt-amps"), "kM"),
    **_metric("V", "V", ("volt", "volts"), "k"),
    **_metric("Hz", "Hz", ("hertz",), "kMGT"),
    **_metric("B", "B", ("byte", "bytes"), "kMGTPE"),
    **_metric("bit/s", "bps", ("bits per second", "bit per second", "bits a second"), "kMGT"),
    **_metric("B/s", "B/s", ("bytes per second", "bytes a second"), "kMGTP"),
    **_metric("FLOPS", "FLOPS", ("flops", "flop/s"), "kMGTPE"),
    **_metric("m", "m", ("metre", "metres", "meter", "meters", "mètres", "metros"), "numck"),
    **_metric("g", "g", ("gram", "grams", "gramme", "grammes"), "mk"),
    **_metric("L", "L", ("litre", "litres", "liter", "liters", "litern", "litros"), "mM"),
    "kilómetros": Unit("m", Decimal(1000)), "kilómetro": Unit("m", Decimal(1000)), "milímetros": Unit("m", Decimal("0.001")),
    "MWe": Unit("W", Decimal(10) ** 6), "MWp": Unit("W", Decimal(10) ** 6), "GWp": Unit("W", Decimal(10) ** 9), "GWe": Unit("W", Decimal(10) ** 9),
    "MWth": Unit("Wth", Decimal(10) ** 6), "KB": Unit("B", Decimal(1000)), "KW": Unit("W", Decimal(1000)), "KWh": Unit("Wh", Decimal(1000)),
    "gw": Unit("W", Decimal(10) ** 9), "mw": Unit("W", Decimal(10) ** 6), "kw": Unit("W", Decimal(10) ** 3), "kwh": Unit("Wh", Decimal(10) ** 3),
    "Gbit/s": Unit("bit/s", Decimal(10) ** 9), "Tbit/s": Unit("bit/s", Decimal(10) ** 12), "Mbit/s": Unit("bit/s", Decimal(10) ** 6),
    "Gb/s": Unit("bit/s", Decimal(10) ** 9), "Tb/s": Unit("bit/s", Decimal(10) ** 12), "Mb/s": Unit("bit/s", Decimal(10) ** 6),
    "°C": Unit("°C"), "°F": Unit("°F"), "K/s": Unit("K/s"), "mph": Unit("mph"), "km/h": Unit("km/h"), "bp": Unit("bp"), "bps of": Unit("bp"),
    "ha": Unit("ha"), "m²": Unit("m²"), "m2": Unit("m²"), "km²": Unit("km²"), "sq m": Unit("m²"), "sq km": Unit("km²"), "sq ft": Unit("sq ft"),
    "m³": Unit("m³"), "ft": Unit("ft"), "mi": Unit("mi"), "lb": Unit("lb"), "lbs": Unit("lb"), "oz": Unit("oz"), "pp": Unit("pp"),
    "Mtpa": Unit("t", Decimal(10) ** 6), "Mt": Unit("t", Decimal(10) ** 6), "kt": Unit("t", Decimal(1000)), "Gt": Unit("t", Decimal(10) ** 9), "t": Unit("t"),
    "ms": Unit("s", Decimal("0.001")), "Bcm": Unit("m³", Decimal(10) ** 9), "bcm": Unit("m³", Decimal(10) ** 9),
}  # fmt: skip

_WORDS: dict[str, Unit] = {
    **{word: unit for word, unit in _CASED.items() if len(word) > 4 and word.islower()},
    **{word: Unit("t") for word in ("tonne", "tonnes", "metric ton", "metric tons", "metric tonnes", "tonnen", "toneladas")},
    **{word: Unit("ton") for word in ("ton", "tons", "short tons")},
    **{word: Unit("lb") for word in ("pounds of", "lb", "lbs")},
    **{word: Unit("mi") for word in ("mile", "miles")}, **{word: Unit("ft") for word in ("foot", "feet")},
    **{word: Unit("in") for word in ("inch", "inches")}, **{word: Unit("yd") for word in ("yard", "yards")},
    **{word: Unit("acre") for word in ("acre", "acres")}, **{word: Unit("ha") for word in ("hectare", "hectares", "hektar")},
    **{word: Unit("acre-foot") for word in ("acre-foot", "acre-feet", "acre foot", "acre feet")},
    **{word: Unit("m²") for word in ("square metre", "square metres", "square meter", "square meters", "quadratmeter", "mètres carrés", "metros cuadrados")},
    **{word: Unit("km²") for word in ("square kilometre", "square kilometres", "square kilometer", "square kilometers")},
    **{word: Unit("sq ft") for word in ("square foot", "square feet", "square-foot", "square-feet")},
    **{word: Unit("sq mi") for word in ("square mile", "square miles")},
    **{word: Unit("m³") for word in ("cubic metre", "cubic metres", "cubic meter", "cubic meters")},
    **{word: Unit("cu ft") for word in ("cubic foot", "cubic feet")},
    **{word: Unit("gal") for word in ("gallon", "gallons")}, **{word: Unit("bbl") for word in ("barrel", "barrels")},
    **{word: Unit("°C") for word in ("degrees celsius", "degree celsius", "degrees c", "grad celsius", "degrés celsius")},
    **{word: Unit("°F") for word in ("degrees fahrenheit", "degree fahrenheit")},
    **{word: Unit("mph") for word in ("miles per hour", "miles an hour")},
    **{word: Unit("km/h") for word in ("kilometres per hour", "kilometers per hour", "kilometres an hour")},
    **{word: Unit("dB") for word in ("decibel", "decibels", "dezibel", "décibels", "decibelios", "db", "db(a)")},
    **{word: Unit("bp") for word in ("basis point", "basis points", "basispunkte", "points de base", "puntos básicos")},
    **{word: Unit("%") for word in ("%", "percent", "per cent", "pct", "prozent", "pour cent", "por ciento")},
    **{word: Unit("pp") for word in ("percentage point", "percentage points", "percentage-point", "prozentpunkte", "points de pourcentage", "puntos porcentuales")},
    **{word: Unit("x") for word in ("x", "×", "-fold", "fold", "times as", "times more", "times the", "times its", "times larger", "times higher", "times bigger")},
    **{word: Unit("s") for word in ("second", "seconds", "sekunde", "sekunden", "secondes", "segundos")},
    **{word: Unit("s", Decimal("0.001")) for word in ("millisecond", "milliseconds")},
    **{word: Unit("minutes") for word in ("minute", "minutes", "minuten", "minutos")},
    **{word: Unit("hours") for word in ("hour", "hours", "stunde", "stunden", "heure", "heures", "hora", "horas")},
    **{word: Unit("days") for word in ("day", "days", "tag", "tage", "tagen", "jour", "jours", "día", "días")},
    **{word: Unit("weeks") for word in ("week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas")},
    **{word: Unit("months") for word in ("month", "months", "monat", "monate", "monaten", "mois", "mes", "meses")},
    **{word: Unit("quarters") for word in ("quarter", "quarters", "quartale", "trimestres")},
    **{word: Unit("years") for word in ("year", "years", "year-old", "years-old", "jahr", "jahre", "jahren", "an", "ans", "années", "año", "años")},
    **{word: Unit("years", Decimal(10)) for word in ("decade", "decades")},
}  # fmt: skip

DURATIONS = frozenset({"s", "minutes", "hours", "days", "weeks", "months", "quarters", "years"})
_PERIODS_ONLY = frozenset({"an", "fold", "x"})


def _pattern(surfaces: list[str]) -> str:
    return "|".join(re.escape(surface) for surface in sorted(surfaces, key=len, reverse=True))


_SYMBOL = re.compile(rf"[\s\u00a0\u202f-]?(?P<unit>{_pattern(list(_CASED))})(?![^\W_]|[-‑]\d)")
_WORD_UNIT = re.compile(rf"[\s\u00a0\u202f‑-]?(?:de\s|d['’])?(?P<unit>{_pattern(list(_WORDS))})(?![^\W_])", re.IGNORECASE)
_QUALIFIED = re.compile(
    r"\s(?:working|business|calendar|full|whole|more|further|additional|extra|straight|consecutive|successive|long|short|weitere[nrs]?|volle[nrs]?|ganze[nrs]?)"
    r"(?=\s(?P<unit>[^\W\d_]+))",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\s(?P<unit>times|fois|veces|Mal)(?=\s+(?!(?:a|an|per|in|since|this|last|before|during|on|at|by|for|with|when|while|after|and|or|to|from|over|until|"
    r"between|now|so|par|por|pro|en|et|y|im|und|already|already|he|she|it|they|we|you|I|that\s+(?:year|month|week|day))\b)[^\W\d_])"
)
_DECIMAL_TIMES = re.compile(r"\s(?P<unit>times|fois|veces|Mal)(?![^\W_])")


def unit_after(text: str, at: int) -> tuple[Unit, int] | None:
    """The unit written right after a number that ends at an offset, with where the unit ends; the longer reading wins."""
    found: list[tuple[int, Unit]] = []
    symbol = _SYMBOL.match(text, at)
    if symbol and _may_stand(symbol, text, at):
        found.append((symbol.end(), _CASED[symbol["unit"]]))
    word = _WORD_UNIT.match(text, at)
    if (word and word["unit"].lower() not in _PERIODS_ONLY) or (word and text[at] in "x-f×"):
        found.append((word.end(), _WORDS[word["unit"].lower()]))
    found.extend(_qualified_or_times(text, at))
    if not found:
        return None
    end, unit = max(found, key=lambda pair: pair[0])
    return unit, end


def _qualified_or_times(text: str, at: int) -> list[tuple[int, Unit]]:
    """A length of time after one adjective ("three working days"), and a multiple of something ("2.2 times operating profit")."""
    qualified = _QUALIFIED.match(text, at)
    if qualified and (unit := _WORDS.get(qualified["unit"].lower())) and unit.name in DURATIONS and qualified["unit"].lower() != "an":
        return [(qualified.end("unit"), unit)]
    decimal = re.search(r"\d[.,]\d+$", text[:at])
    times = (_DECIMAL_TIMES if decimal else _TIMES).match(text, at)
    return [(times.end(), Unit("x"))] if times else []


def _may_stand(match: re.Match[str], text: str, at: int) -> bool:
    """A short symbol stands right after its number or one space; a lone letter only without a word after it that it could count."""
    symbol = match["unit"]
    if symbol in {"m", "t", "g", "V", "L", "B"}:
        return text[at] not in "-" and not (
            symbol in {"m", "t", "B"} and re.match(r"\s+[a-z]+s\b", text[match.end() :]) and text[at] == symbol
        )
    return True


CURRENCY_BEFORE = re.compile(
    r"(?P<sign>US\s?\$|A\$|C\$|CA\$|AU\$|NZ\$|HK\$|S\$|R\$|\$|€|£|¥|₹|₩|₽|₺|₪|(?:USD|EUR|GBP|JPY|CNY|RMB|INR|KRW|CHF|SEK|NOK|DKK|CAD|AUD|NZD|SGD|HKD|TWD|BRL|SAR|AED|Rs\.?|kr\.?|NT\$)[\s\u00a0]?)[\s\u00a0\u202f]?$"
)
_SIGNS = {
    "US$": "USD", "$": "USD", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "R$": "BRL", "NT$": "TWD",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS", "RS": "INR", "RS.": "INR", "RMB": "CNY",
    "KR": "kroner", "KR.": "kroner",
}  # fmt: skip
_CURRENCY_WORDS: dict[str, str | None] = {
    "dollar": "USD", "dollars": "USD", "us dollars": "USD", "u.s. dollars": "USD", "canadian dollars": "CAD", "australian dollars": "AUD",
    "euro": "EUR", "euros": "EUR", "€": "EUR", "$": "USD", "£": "GBP", "pounds sterling": "GBP", "pounds": "GBP", "pound": "GBP", "yen": "JPY", "yuan": "CNY",
    "renminbi": "CNY", "rupees": "INR", "won": "KRW", "swiss francs": "CHF", "francs": "CHF", "francs suisses": "CHF", "franken": "CHF",
    "norwegian kroner": "NOK", "norwegian crowns": "NOK", "danish kroner": "DKK", "danish crowns": "DKK", "swedish kronor": "SEK", "swedish crowns": "SEK",
    "kroner": "kroner", "kronor": "SEK", "crowns": "kroner", "reais": "BRL", "pesos": "pesos", "dólares": "USD", "us-dollar": "USD", "dirhams": "AED",
    "riyals": "SAR", "usd": "USD", "eur": "EUR", "gbp": "GBP", "nok": "NOK", "sek": "SEK", "dkk": "DKK", "chf": "CHF", "jpy": "JPY", "cny": "CNY",
    "cents": None, "cent": None, "pence": "GBP", "us cents": "USD", "u.s. cents": "USD", "euro cents": "EUR", "eurocents": "EUR", "øre": "NOK",
}  # fmt: skip
_HUNDREDTHS = frozenset({"cents", "cent", "pence", "us cents", "u.s. cents", "euro cents", "eurocents", "øre"})
_NEEDS_SCALE = frozenset({"pounds", "pound", "won", "crowns", "francs"})
_CURRENCY_AFTER = re.compile(rf"[\s\u00a0\u202f-]?(?:de\s|d['’])?(?P<word>{_pattern(list(_CURRENCY_WORDS))})(?![^\W_])", re.IGNORECASE)
_EACH = re.compile(
    r"\s(?:(?:per|for\s+(?:each|every))\s(?!(?:year|month|week|day|quarter|annum|night|cent|decade|half|of|the|other)\b)|"
    r"an?\s(?=(?:call|visit|pupil|student|worker|passenger|ticket|page|room|site|plant|home|request|query|head|hectare|card|server|litre|bottle|case|vehicle|car)\b))"
    r"(?P<unit>(?:million\s|thousand\s)?[a-z]+(?:-[a-z]+)?)(?![^\W_])"
)
_PER = re.compile(
    r"(?:\s(?:per|an?|pro|par|por|je|le|la|for\s+each|for\s+every)\s|\s?/\s?)(?P<unit>kilowatt[\s-]hours?|megawatt[\s-]hours?|kWh|MWh|GWh|TWh|Kilowattstunde|Megawattstunde|m[ée]gawattheure|kilowattheure|[mk](?:ega|ilo)vatio[\s-]hora|"
    r"MW|kW|GW|megawatt|kilowatt|gigawatt|watt|gallon|barrel|tonne|ton|kilogram|kg|pound|litre|liter|acre|hectare|square\s(?:foot|metre|meter)|"
    r"share|chip|unit|user|household|customer|person|employee|token|million\stokens|hour|GPU[\s-]hour|GPU|rack|seat|kilometre|kilometer|mile|wafer)(?![^\W_])",
    re.IGNORECASE,
)
_PER_NAMES = {
    "kilowatt-hour": "kWh", "kilowatt hour": "kWh", "kwh": "kWh", "megawatt-hour": "MWh", "megawatt hour": "MWh", "mwh": "MWh", "gwh": "GWh",
    "twh": "TWh", "kilowattstunde": "kWh", "megawattstunde": "MWh", "megawattheure": "MWh", "mégawattheure": "MWh", "kilowattheure": "kWh", "megavatio hora": "MWh",
    "megavatio-hora": "MWh", "kilovatio hora": "kWh", "kilovatio-hora": "kWh", "mw": "MW", "megawatt": "MW", "kw": "kW", "kilowatt": "kW", "gw": "GW",
    "gigawatt": "GW", "kilogram": "kg", "liter": "litre", "square meter": "square metre", "kilometer": "kilometre",
}  # fmt: skip


def currency_before(text: str, at: int) -> tuple[str, int] | None:
    """The currency sign or code right before an offset, with where it starts."""
    match = CURRENCY_BEFORE.search(text, max(0, at - 8), at)
    if not match or (match.start() and text[match.start() - 1].isalpha() and match["sign"][0].isalpha()):
        return None
    sign = match["sign"].strip().upper().replace(" ", "")
    return _SIGNS.get(sign, sign), match.start()


def currency_after(text: str, at: int, scaled: bool) -> tuple[str | None, Decimal, int] | None:
    """The currency word right after an offset: its code (None for bare cents), its worth in the main unit, and where it ends."""
    match = _CURRENCY_AFTER.match(text, at)
    if not match:
        return None
    word = match["word"].lower()
    if word in _NEEDS_SCALE and not scaled:
        return None
    return _CURRENCY_WORDS[word], Decimal("0.01") if word in _HUNDREDTHS else Decimal(1), match.end()


def price_unit(text: str, at: int) -> tuple[str, int] | None:
    """What a sum of money is paid for ("per kilowatt-hour", "a share"), by its canonical name, with where it ends."""
    match = _PER.match(text, at) or _EACH.match(text, at)
    if not match:
        return None
    name = " ".join(match["unit"].lower().split())
    singular = name[:-1] if name.endswith("hours") else name
    return _PER_NAMES.get(singular, singular if singular != "gpu" else "GPU"), match.end()
