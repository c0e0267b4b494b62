"""Numbers in digits and words, with the precision they are written in; English first, German, French and Spanish notation by language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from evidence.text import listed, one_of


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: `step` is what one unit of its last written digit is worth."""

    start: int
    end: int
    value: Decimal
    step: Decimal
    in_words: bool = False
    scaled: bool = False
    """A scale word ("billion", "bn") belongs to it."""


CONTINENTAL = frozenset({"de", "fr", "es", "it", "nl", "pt", "nb", "no", "da", "sv", "fi", "pl"})

_ENGLISH_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_CONTINENTAL_DIGITS = r"(?:\d{1,3}(?:[.\u00a0\u202f ’']\d{3})+(?!\d)|\d+)(?:,\d+)?"

_SCALES: dict[str, dict[str, int]] = {
    "en": {
        "hundred": 2, "thousand": 3, "thousands": 3, "k": 3, "million": 6, "millions": 6, "mn": 6, "mln": 6, "mm": 6, "m": 6, "billion": 9,
        "billions": 9, "bn": 9, "bln": 9, "b": 9, "trillion": 12, "trillions": 12, "tn": 12, "trn": 12, "t": 12, "quadrillion": 15,
        "lakh": 5, "crore": 7,
    },
    "de": {
        "tausend": 3, "tsd.": 3, "tsd": 3, "million": 6, "millionen": 6, "mio.": 6, "mio": 6, "milliarde": 9, "milliarden": 9, "mrd.": 9,
        "mrd": 9, "billion": 12, "billionen": 12, "bio.": 12, "bio": 12,
    },
    "fr": {
        "mille": 3, "million": 6, "millions": 6, "m": 6, "milliard": 9, "milliards": 9, "md": 9, "mds": 9, "mrd": 9, "billion": 12, "billions": 12,
        "bn": 9,
    },
    "es": {
        "mil millones": 9, "mil": 3, "millón": 6, "millones": 6, "m": 6, "mill.": 6, "mm": 6, "billón": 12, "billones": 12, "mdd": 9, "bn": 9,
    },
}  # fmt: skip
AMBIGUOUS_SCALES = frozenset({"m", "b", "t", "k", "mm"})
"""Letters that are a scale only after a currency, or before the noun that is counted: "340m" alone is a length."""

_ONES = listed(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_EN_WORD = one_of(_ONES | _TENS | {"zero"})
_EN_SCALE = "hundred|thousand|million|billion|trillion"
_EN_RUN = re.compile(
    rf"\b(?:(?P<half>half\s+an?\s+(?P<halfscale>million|billion|trillion|dozen)\b)"
    rf"|(?P<dozen>(?:(?:{_EN_WORD}|a)\s+)?dozen\b)"
    rf"|(?P<run>(?:(?:{_EN_WORD})|an?(?=\s+(?:{_EN_SCALE})\b)|(?<=\banother\s)(?:{_EN_SCALE})\b)(?:[\s-]+(?:and\s+)?(?:{_EN_WORD}|{_EN_SCALE})\b)*)"
    rf"(?P<half2>[\s-]and[\s-]a[\s-]half(?:[\s-](?P<half2scale>million|billion|trillion)\b)?)?)(?!\w)",
    re.IGNORECASE,
)
_OTHER_WORDS = {
    "de": r"(?:(?:ein|eine|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|zwan|dreißig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|zig|zehn|hundert|tausend|und)+)",
    "fr": r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|cents?|mille)",
    "es": r"(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veinti?\w*|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento|\w+cientos|mil)",
}


def language_of(language: str | None) -> str:
    """The two letters of a language tag, lower case; English when there is none."""
    return (language or "en")[:2].lower()


@lru_cache(maxsize=16)
def _digits(language: str) -> re.Pattern[str]:
    digits = _CONTINENTAL_DIGITS if language in CONTINENTAL else _ENGLISH_DIGITS
    scales = _SCALES.get(language, _SCALES["en"])
    if language not in _SCALES:
        scales = {**_SCALES["en"]}
    words = "|".join(re.escape(scale) for scale in sorted(scales, key=len, reverse=True))
    return re.compile(rf"(?P<digits>{digits})(?:(?P<gap>[\s\u00a0\u202f-]?)(?P<scale>{words})(?![^\W_]))?", re.IGNORECASE)


def numbers(text: str, language: str = "en") -> tuple[Number, ...]:
    """The numbers of a text in order, none overlapping; a scale word is part of its number."""
    language = language_of(language)
    found = [number for match in _digits(language).finditer(text) if (number := _from_digits(match, text, language))]
    taken = [(number.start, number.end) for number in found]
    free = [number for number in _in_words(text, language) if not any(number.start < end and start < number.end for start, end in taken)]
    return tuple(sorted(found + free, key=lambda number: number.start))


def _from_digits(match: re.Match[str], text: str, language: str) -> Number | None:
    start = match.start()
    before = text[start - 1 : start]
    if before.isalnum() or before == "_" or (before in {".", ",", ":"} and text[start - 2 : start - 1].isdigit()):
        return None
    if before and before in "-‑–" and text[start - 2 : start - 1].isalpha() and match["digits"].isdigit():
        return None
    value, step = read_digits(match["digits"], language)
    scale = (match["scale"] or "").lower()
    if not scale or (match["gap"] and scale in AMBIGUOUS_SCALES and text[match.end() : match.end() + 1] not in {"€", "$", "£"}):
        return Number(start, match.end("digits"), value, step)
    if match["scale"] in {"K", "M", "B", "T"} or scale not in AMBIGUOUS_SCALES or match["scale"].islower():
        factor = Decimal(10) ** _SCALES.get(language, _SCALES["en"])[scale]
        return Number(start, match.end(), value * factor, step * factor, scaled=True)
    return Number(start, match.end("digits"), value, step)


def read_digits(digits: str, language: str = "en") -> tuple[Decimal, Decimal]:
    """The value of written digits and what one unit of the last one is worth."""
    if language_of(language) in CONTINENTAL:
        whole, _, fraction = digits.partition(",")
        whole = re.sub(r"[.\s\u00a0\u202f’']", "", whole)
    else:
        whole, _, fraction = digits.replace(",", "").partition(".")
    return Decimal(f"{whole}.{fraction}" if fraction else whole), Decimal(1).scaleb(-len(fraction))


def _in_words(text: str, language: str) -> list[Number]:
    if language in _OTHER_WORDS:
        return _other_words(text, language)
    return [number for match in _EN_RUN.finditer(text) if (number := _english(match))] if language == "en" else []


def _english(match: re.Match[str]) -> Number | None:
    if match["half"]:
        value = Decimal(6) if match["halfscale"].lower() == "dozen" else Decimal("0.5") * _scale(match["halfscale"])
        return Number(match.start(), match.end(), value, value / 5, in_words=True, scaled=True)
    if match["dozen"]:
        lead = match["dozen"].split()[0].lower()
        count = Decimal(1) if lead in {"a", "dozen"} else _read_words(lead, "en")
        return Number(match.start(), match.end(), count * 12, Decimal(1), in_words=True) if count else None
    run = re.sub(rf"^(?=(?:{_EN_SCALE})\b)", "one ", re.sub(r"^an?\s", "one ", match["run"].lower()))
    base = _read_words(re.sub(r"[\s-]+", " ", run).replace(" and ", " "), "en")
    if base is None:
        return None
    if match["half2"]:
        factor = _scale(match["half2scale"]) if match["half2scale"] else Decimal(1)
        return Number(match.start(), match.end(), (base + Decimal("0.5")) * factor, factor / 10, in_words=True, scaled=factor > 1)
    big = re.search(r"(million|billion|trillion)$", run)
    return Number(match.start(), match.end(), base, _scale(big[1]) if big else Decimal(1), in_words=True, scaled=bool(big))


def _scale(word: str) -> Decimal:
    return Decimal(10) ** _SCALES["en"][word.lower()]


def _read_words(run: str, language: str) -> Decimal | None:
    from text_to_num import text2num

    try:
        return Decimal(text2num(run, language))
    except ValueError:
        return None


_ONE_OF_SCALE = {"de": "eine[rnm]?", "fr": "une?", "es": "une?|una?"}
_HALVES = {
    "de": re.compile(
        r"\b(?P<whole>ander|zwei|drei|vier|fünf|sechs|sieben|acht|neun)(?:ein)?thalb(?:e[rnms]?)?\b|\b(?P<whole2>zwei|drei|vier|fünf|sechs|sieben|acht|neun)einhalb\b",
        re.IGNORECASE,
    )
}


def _half_more(match: re.Match[str]) -> Number:
    """ "Zweieinhalb" and "anderthalb"."""
    whole = (match["whole"] or match["whole2"]).lower()
    value = (_read_words(whole, "de") or Decimal(0)) + Decimal("0.5") if whole != "ander" else Decimal("1.5")
    return Number(match.start(), match.end(), value, Decimal("0.1"), in_words=True)


def _other_words(text: str, language: str) -> list[Number]:
    word = _OTHER_WORDS[language]
    halves = _HALVES.get(language)
    found = [_half_more(match) for match in halves.finditer(text)] if halves else []
    scale = "|".join(re.escape(s) for s in sorted(_SCALES[language], key=len, reverse=True) if len(s) > 3)
    one = _ONE_OF_SCALE[language]
    pattern = re.compile(
        rf"\b(?:(?P<one>{one})(?=\s(?:{scale})\b)|(?P<run>{word}(?:[ -](?:et |y )?{word})*))\b(?:\s(?P<scale>{scale})\b)?", re.IGNORECASE
    )
    for match in pattern.finditer(text):
        value = Decimal(1) if match["one"] else _read_words(match["run"].lower(), language)
        if value is None or any(match.start() < number.end and number.start < match.end() for number in found):
            continue
        factor = Decimal(10) ** _SCALES[language][match["scale"].lower()] if match["scale"] else Decimal(1)
        found.append(Number(match.start(), match.end(), value * factor, factor, in_words=True, scaled=factor > 1))
    return found
