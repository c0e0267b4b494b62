"""What a figure is said of: the entity, the measure, the period and the day it holds for, read from its own sentence."""

from __future__ import annotations

import re
from datetime import datetime

from evidence.dates import as_datetime, dates
from evidence.names import Name, is_opening_word, names
from evidence.text import fold

_PLACE_LEAD = re.compile(
    r"\b(?:in|at|near|outside|around|from|off|between|across|to|by|with|of|for|than|via|led\s+by|north|south|east|west)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:—–]|,\s+(?:and|but|while|which|who|after|when|where|although|though)\b|\bbut\b|\bwhile\b")

_MONEY = ("money",)
_ANY = ("",)
_MEASURES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("spending forecast", r"(?:capital\s+)?spending\s+(?:forecast|plan|guidance)|capex\s+(?:forecast|guidance)", _MONEY),
    ("capital spending", r"capital\s+(?:spending|expenditures?|outlays?)|capex", _MONEY),
    ("investment", r"invest(?:s|ed|ing|ments?)?|investiert|investissements?|inversión|Investition(?:en)?", _MONEY),
    ("round", r"(?:funding|financing|investment|seed|series\s[a-z])?\s?\bround\b|rais(?:ed|es|ing)(?=\s+(?:an?\s+)?(?:more|about|up|nearly|over|[$€£\d]))|funding", _MONEY),
    ("valuation", r"valu(?:ation|ed|ing|es)", _MONEY),
    ("revenue", r"revenues?|sales|turnover|Umsatz|chiffre\s+d['’]affaires|ingresos", _MONEY),
    ("profit", r"(?:net\s+|operating\s+)?(?:profits?|earnings|income)|Gewinn|bénéfice", _MONEY),
    ("loss", r"loss(?:es)?", _MONEY),
    ("debt", r"debt|bonds?|loans?|notes\s+offering|credit\s+facility|borrow(?:ed|ing)", _MONEY),
    ("contract", r"contracts?|deals?|agreements?|orders?|Auftrag", _MONEY),
    ("acquisition", r"acqui(?:re[sd]?|ring|sitions?)|takeover|bought|buy(?:s|ing)?|purchase[sd]?", _MONEY),
    ("grant", r"grants?|subsid(?:y|ies)|tax\s+(?:break|credit)s?|incentives?", _MONEY),
    ("fine", r"fined?|penalt(?:y|ies)|settlement", _MONEY),
    ("tariff", r"tariffs?|rates?\s+(?:of|to|at)", ("money",)),
    ("price", r"pric(?:e[ds]?|ing)|charges?|fees?", _MONEY),
    ("spending", r"spend(?:s|ing)?|spent|outlay|budget", _MONEY),
    ("cost", r"costs?|coût|Kosten|coste", _MONEY),
    ("stake", r"stakes?|shareholding", ("money", "%")),
    ("share", r"(?:market\s+)?share", ("%",)),
    ("capacity", r"capacity|Leistung|capacité|capacidad", ("W", "Wh", "t", "VA", "%", "B")),
    ("demand", r"demand|loads?", ("W", "Wh", "%")),
    ("consumption", r"consum(?:e[sd]?|ing|ption)|us(?:e[sd]?|ing|age)\b|draw(?:s|ing)?|drew", ("W", "Wh", "L", "gal", "acre-foot", "m³", "%")),
    ("generation", r"generat(?:e[sd]?|ing|ion)|output|produc(?:e[sd]?|tion)", ("W", "Wh", "t", "%", "bbl", "count")),
    ("supply", r"suppl(?:y|ies|ied)|deliver(?:s|ed|y|ies)?", ("W", "Wh", "count")),
    ("water use", r"water(?:\s+use)?", ("L", "gal", "acre-foot", "m³")),
    ("energy used", r"energy(?:\s+used)?|electricity", ("Wh",)),
    ("emissions", r"emissions?|carbon|CO2", ("t", "ton", "%")),
    ("memory", r"memory|HBM|storage", ("B",)),
    ("bandwidth", r"bandwidth|throughput", ("B/s", "bit/s")),
    ("efficiency", r"efficien(?:cy|t)", ("%", "x")),
    ("term", r"terms?|contract|agreement|lease|sign(?:ed|s)?", ("years", "months")),
    ("delay", r"delay(?:s|ed)?|later|late\b", ("years", "months", "weeks", "quarters", "days")),
    ("outage", r"outage|downtime", ("hours", "minutes", "days")),
    ("depth", r"depth|deep", ("m", "ft")),
    ("distance", r"long|length|distance|away", ("m", "mi")),
    ("site", r"site|campus|land|plot", ("acre", "ha", "m²", "sq ft", "km²")),
    ("growth", r"gr(?:ew|own?|owth|ows)|ris(?:e[ns]?|ing)|rose|increas(?:e[ds]?|ing)|climb(?:s|ed)?|jump(?:s|ed)?|surg(?:e[ds]?|ing)", ("%", "x", "pp")),
    ("decline", r"fell|fall(?:s|en|ing)?|drop(?:s|ped)?|declin(?:e[ds]?|ing)|cuts?|cutting|reduc(?:e[ds]?|ing|tion)|slump(?:s|ed)?|shr[aiu]nk", ("%", "x", "pp")),
    ("plan", r"plans?|pledge[ds]?|commit(?:ted|ments?)", _MONEY),
)  # fmt: skip
_COMPILED = tuple((name, re.compile(rf"\b(?:{pattern})", re.IGNORECASE), units) for name, pattern, units in _MEASURES)

_PERIOD_AFTER = re.compile(
    r"[\s,]*(?P<period>(?:(?:per|an?|each|every|pro|par|por)\s+(?:year|month|week|day|hour|quarter|annum|Jahr|Monat|an|mois|año|mes)|annually|yearly|monthly|a\s+year|"
    r"jährlich|im\s+Jahr))\b",
    re.IGNORECASE,
)
_PERIOD_BEFORE = re.compile(
    r"\b(annual(?:ly)?|yearly|monthly|quarterly|daily|jährlich\w*|annuel\w*|anual\w*)\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)
_PERIOD_WORDS = re.compile(
    r"\b(?P<period>(?:in|by|for|over|during|through|until|since|within)\s+(?:the\s+)?(?:(?:next|last|past|first|second|third|fourth|coming|current)\s+)?"
    r"(?:(?:\w+\s+)?(?:years?|months?|quarters?|decades?|weeks?|half)(?:\s+of\s+(?:19|20)\d\d)?|(?:fiscal\s+)?(?:19|20)\d\d|\w+\s+(?:19|20)\d\d|(?:the\s+)?(?:full\s+)?year)|"
    r"(?:this|next|last)\s+(?:year|month|quarter|week|decade)|Q[1-4](?:\s+(?:19|20)\d\d)?)\b",
    re.IGNORECASE,
)
_PER_YEAR = {"a year": "per year", "an year": "per year", "each year": "per year", "every year": "per year", "annually": "per year", "yearly": "per year",
             "annual": "per year", "per annum": "per year", "pro jahr": "per year", "im jahr": "per year", "jährlich": "per year", "par an": "per year",
             "por año": "per year", "a month": "per month", "each month": "per month", "monthly": "per month", "pro monat": "per month", "a day": "per day",
             "daily": "per day", "a week": "per week", "an hour": "per hour", "a quarter": "per quarter", "quarterly": "per quarter"}  # fmt: skip
_AS_OF = re.compile(r"\b(?:as\s+of|at\s+the\s+end\s+of|as\s+at|stand|on)\s+$", re.IGNORECASE)


def entity_of(sentence: str, at: int, previous: str | None, *, subject: bool = False, known: frozenset[str] = frozenset()) -> str | None:
    """The name a figure at an offset is said of: the nearest before it that is no place of action, else the one before the sentence.

    A plain word that opens the sentence counts when `known` has it (see `sure_names`), or when there is nothing else.
    """
    before = [name for name in names(sentence) if name.end <= at and not _is_common(sentence, name)]
    sure = [name for name in before if not is_opening_word(sentence, name) or name.text in known]
    before = sure if sure or previous else before
    if subject:
        return before[0].text if before else None
    acting = [name for name in before if not _PLACE_LEAD.search(sentence[: name.start])]
    if acting:
        return acting[-1].text
    return previous or (before[-1].text if before else None)


def sure_names(text: str) -> frozenset[str]:
    """The words of a text's names that are capitalised where a plain word is not."""
    return frozenset(token for name in names(text) if not is_opening_word(text, name) for token in (name.text, *name.text.split()))


def _is_common(sentence: str, name: Name) -> bool:
    """A name of no two letters in a row, a unit, or a single plain plural at the start of a sentence ("Technicians")."""
    if not re.search(r"[^\W\d_]{2}", name.text) or name.text.casefold() in {
        "prozent",
        "megawatt",
        "gigawatt",
        "kilowatt",
        "megawattstunden",
        "euro",
        "no.",
    }:
        return True
    if name.text.endswith(("ly", "-based", "-led", "-backed", "-owned")):
        return True
    return is_opening_word(sentence, name) and name.text.endswith("s") and not re.match(r"[’']s\b", sentence[name.end :])


def clause_at(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a span."""
    before = [match.end() for match in _CLAUSE.finditer(sentence, 0, start)]
    after = _CLAUSE.search(sentence, end)
    return (before[-1] if before else 0), (after.start() if after else len(sentence))


def measure_near(sentence: str, start: int, end: int, unit: str) -> str | None:
    """The measure head of the same clause that suits the unit and stands nearest to the figure, or None."""
    low, high = clause_at(sentence, start, end)
    family = unit.partition("/")[0].partition(":")[0]
    best: tuple[int, str] | None = None
    for name, pattern, units in _COMPILED:
        if family not in units:
            continue
        for match in pattern.finditer(sentence, low, high):
            if match.start() < end and start < match.end():
                continue
            distance = start - match.end() if match.end() <= start else (match.start() - end) + 8
            if best is None or distance < best[0]:
                best = (distance, name)
    return best[1] if best else None


def period_near(sentence: str, start: int, end: int) -> str | None:
    """The period a figure is for ("per year", "in the third quarter", "by 2030"), lower case, or None."""
    after = _PERIOD_AFTER.match(sentence, end)
    before = _PERIOD_BEFORE.search(sentence[max(0, start - 40) : start])
    if after or before:
        found = " ".join((after["period"] if after else before[1] if before else "").lower().split())
        return _PER_YEAR.get(found, found)
    low, high = clause_at(sentence, start, end)
    words = [
        match for match in _PERIOD_WORDS.finditer(sentence, low, high) if not (match.start("period") < end and start < match.end("period"))
    ]
    nearest = min(words, key=lambda match: match.start() - end if match.start() >= end else start - match.end() + 20, default=None)
    return fold(nearest["period"]).text.lower() if nearest else None


def as_of_near(sentence: str, published: datetime) -> datetime | None:
    """The day that the sentence says its figures hold for, or None."""
    for mention in dates(sentence):
        if mention.month and _AS_OF.search(sentence[: mention.start]) and (mention.day or "on " not in sentence[: mention.start][-4:]):
            found = as_datetime(mention, published)
            if found and found <= published:
                return found
    return None
