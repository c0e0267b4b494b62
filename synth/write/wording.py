"""Words and numbers as this publication writes them: lists, days, counts, units; nothing here knows a source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_NUMBER = r"(?P<n>\d[\d,]*(?:\.\d+)?)"
_SYMBOLS = {"us dollars": "$", "dollars": "$", "euros": "€", "euro": "€", "pounds": "£"}
_UNITS = {
    "kilovolt": "kV", "kilowatt": "kW", "megawatt": "MW", "gigawatt": "GW", "terawatt": "TW",
    "kilowatt-hour": "kWh", "megawatt-hour": "MWh", "gigawatt-hour": "GWh", "terawatt-hour": "TWh",
}  # fmt: skip

_WATTS = re.compile(rf"{_NUMBER}[ \u00a0-](?P<u>kilovolt|(?:kilo|mega|giga|tera)watt)(?P<h>[ -]?hours?)?s?\b", re.IGNORECASE)
_MONEY = re.compile(
    rf"\b{_NUMBER}[ \u00a0](?P<scale>thousand|million|billion|trillion)[ \u00a0](?P<c>us dollars|dollars|euros?|pounds)\b", re.IGNORECASE
)
_PERCENT = re.compile(rf"{_NUMBER}[ \u00a0-]per[ ]?cent\b(?! point)", re.IGNORECASE)

_SHORTER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\bin order to\b", "to"),
        (r"\bas well as\b", "and"),
        (r"\ba total of (?=\d|[$€£])", ""),
        (r"\bwhich is located (?=in|near|at|outside)", ""),
        (r"\blocated (?=in|near|at|outside)", ""),
        (r"\bthe United States\b", "the US"),
        (r"\bThe United States\b", "The US"),
        (r"\bU\.S\.(?=\s[a-z])", "US"),
        (r"\bthe European Union\b", "the EU"),
        (r"\bdue to the fact that\b", "because"),
        (r"\bwith immediate effect\b", "at once"),
        (r"\bper annum\b", "a year"),
        (r"\bper year\b", "a year"),
        (r"\beach year\b", "a year"),
        (r"\bannually\b", "a year"),
        (r"\b(?:thus far|to date)\b", "so far"),
        (r"\bprior to\b", "before"),
        (r"\bapproximately\b", "about"),
        (r"\bin excess of\b", "more than"),
        (r"\b(has|will|is|are|have) now\b", r"\1"),
        (r"\bhas also\b", "has"),
        (r"\bwill also\b", "will"),
        (r"\bis also\b", "is"),
        (r"\b(said|says|signed|agreed|plans|expects|raised) also\b", r"\1"),
        (r"\balso (?=(?:said|says|signed|agreed|plans|expects|raised|reported|disclosed|put|set|will|has)\b)", ""),
    )
)


def plain(text: str) -> str:
    """The same words in the units and short forms that this publication uses; no number changes."""
    text = _WATTS.sub(lambda m: f"{m['n']} {_UNITS[m['u'].lower() + ('-hour' if m['h'] else '')]}", text)
    text = _MONEY.sub(lambda m: f"{_SYMBOLS[m['c'].lower()]}{m['n']} {m['scale'].lower()}", text)
    text = _PERCENT.sub(lambda m: f"{m['n']}%", text)
    for pattern, instead in _SHORTER:
        text = pattern.sub(instead, text)
    return re.sub(r"\s+", " ", text).strip()


_PARTICIPLES = {"begun": "began", "chosen": "chose"}


def _past(match: re.Match[str]) -> str:
    return _PARTICIPLES.get(match[1], match[1])


_PERFECT = re.compile(
    r"(?<!would )(?<!could )(?<!should )(?<!might )(?<!must )(?<!will )(?<!may )(?<!to )\b(?:has|have) ([a-z]{2,}(?<!e)ed|cut|sold|built|bought|won)\b(?!.*\b(?:since|already|yet|so far|ever|never)\b)"
)


def simple_past(text: str) -> str:
    """The clause with "has allowed" as "allowed", where nothing ties it to the present."""
    return _PERFECT.sub(r"\1", text)


def _quarter(match: re.Match[str]) -> str:
    return f"Q{('first', 'second', 'third', 'fourth').index(match[1]) + 1} "


def _quarter_alone(match: re.Match[str]) -> str:
    return _quarter(match).strip()


_SWAP_RULES: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\bup to (?=\d[\d,]* [a-z]+s\b)", "as many as "),
    (r"\babout (?=[$€£]?\d)", "around "),
    (r"\b(?:around|roughly) (?=[$€£]?\d)", "about "),
    (r"\bnearly (?=[$€£]?\d)", "almost "),
    (r"\balmost (?=[$€£]?\d)", "nearly "),
    (r"(?<!no )(?<!not )\bmore than (?=[$€£]?\d)", "over "),
    (r"(?<!just )(?<!well )\bover (?=[$€£]\d)", "more than "),
    (
        r"(?<!would )(?<!could )(?<!should )(?<!might )(?<!must )(?<!will )(?<!may )(?<!to )\b(?:has|have) (allowed|agreed|approved|signed|ordered|raised|opened|built|bought|sold|cut|won|begun|started|delayed|cancelled|asked|filed|awarded|chosen|sought)\b",
        _past,
    ),
    (
        r"(?<!would )(?<!could )(?<!should )(?<!might )(?<!must )(?<!will )(?<!may )(?<!to )\b(?:has|have) ([a-z]{2,}(?<!e)ed)\b(?!.*\b(?:since|already|yet|so far|ever|never|for (?:\w+ )?\w+ (?:years|months|weeks))\b)",
        r"\1",
    ),
    (r"\bworth (?=(?:about |around |up to |some |nearly |almost )?[$€£])", "valued at "),
    (r"\bthe (first|second|third|fourth) quarter(?! of)\b", _quarter_alone),
    (r"^([A-Z][\w-]+(?: [A-Z][\w-]+)*(?<!s)) will (?=[a-z]+ )", r"\1 is to "),
    (r"\blaboratory\b", "lab"),
    (r"\bpurchased\b", "bought"),
    (r"\bconstructing\b", "building"),
    (r"\bcommenced\b", "began"),
    (r"(?<!no )(?<!the )(?<!its )(?<!their )(?<!of )\bplans to (?=[a-z]+)", "intends to "),
    (r"\bintends to\b", "plans to"),
    (r"\badditional\b", "further"),
    (r"\bincreased (?=by|to|from)", "rose "),
    (r"\bdeclined (?=by|from)", "fell "),
    (r"\bby means of\b", "through"),
    (r"\bsuch as\b", "like"),
    (r"\bcurrently\b", "at present"),
    (r"\bthe (first|second|third|fourth) quarter of (?=20\d\d)", _quarter),
    (r"\bmid-sized\b", "medium-sized"),
    (r"(?<!will )(?<!would )(?<!may )(?<!might )(?<!could )(?<!not )\b(?:has|have) to (?=[a-z]+ )", "must "),
    (r"\bare to (?=(?!be\b)[a-z]+ )", "will "),
    (r"\bstarted (?=in|on|at|to)", "began "),
    (r"\bbegan (?=in|on|at|to)", "started "),
    (r"\bbegin (?=in|on|at|to)", "start "),
    (r"\bnear (?=the|a|[A-Z])", "close to "),
    (r"\bthe end of (?=20\d\d)", "the close of "),
    (r"\bevery (?=year|month|week|day)", "each "),
    (r"\benough to\b", "sufficient to"),
    (r"\bneeds (?=(?:a|an|the|at|about|up|more)\b|\d|[$€£])", "requires "),
    (r"\bpurchase\b", "buy"),
    (
        r"\b(?!(?:the|a|an|and|but|that|to) )([a-z]+) ([A-Z][\w-]+(?: [A-Z][\w-]+)?)['’]s ([a-z-]+)(?= (?:in|at|on|for|from|with|by|to|will|would|is|was|are|were|has|had|and)\b|,|$)",
        r"\1 the \3 of \2",
    ),
    (
        r"\bthe ([a-z-]+)['’]s ([a-z-]+(?: [a-z-]+)?)(?= (?:in|at|on|for|from|with|by|to|will|would|is|was|are|were|has|had|and)\b|,|$)",
        r"the \2 of the \1",
    ),
    (r"(?<=[a-z]s) that (?=(?:was|were|is|are|has|have|had|will|would|it|they|the)\b)", " which "),
    (r"(?<=[a-z]), but (?=[a-z])", ", though "),
    (r", while ", ", whereas "),
    (r"\bless than (?=[$€£]?\d)", "under "),
    (r"\bat least (?=[$€£]?\d)", "no less than "),
    (r", (?:up|down) from (?=[$€£]?\d)", ", compared with "),
    (r"\basked for\b", "requested"),
    (r"\basks for\b", "requests"),
    (r"\ballows ([A-Z\w ]{3,30}) to\b", r"permits \1 to"),
    (r"\ballowed ([A-Z\w ]{3,30}) to\b", r"permitted \1 to"),
    (r"\bmost of (?=the|its|their)", "the greater part of "),
    (r"\bat once\b", "immediately"),
    (r"\bin advance\b", "beforehand"),
    (r"\bso that\b", "in order that"),
    (r"\bbeen built\b", "been constructed"),
    (r"\bto build (?=an?\b|the\b|four|three|two|five)", "to construct "),
    (r"\bbuy\b(?= (?:an?|the|its|electricity|power|chips))", "acquire"),
    (r"\bgot\b(?= (?:an?|the|its|\d))", "received"),
    (r"\bnext to\b", "beside"),
    (r"\bfewer than (?=\d|[a-z]+ [a-z]+s\b)", "under "),
    (r"\bin the first half of (?=20\d\d)", "in the first six months of "),
    (r"\bin the second half of (?=20\d\d)", "in the last six months of "),
    (r"(?<=[$€£\d.,]{2} )(million |billion |)a year(?= (?:in|from|at|for|to|by)\b|$)", r"\1per year"),
    (r"\bas long as\b", "provided that"),
    (r"\bshut down\b", "closed"),
    (r"\bin order to\b", "to"),
    (r"\bthe whole of\b", "all of"),
    (r"\bevery\b(?= [a-z]+\b)", "each"),
    (r"\bmade up\b", "accounted for"),
    (r"\bmakes up\b", "accounts for"),
    (r"\bis able to\b", "can"),
    (r"\bin all\b(?=[,.]|$)", "in total"),
    (r"\btwice as\b", "two times as"),
    (r"\blarge enough\b", "big enough"),
    (r"\b(a|the) large (?=[a-z]+)", r"\1 big "),
    (r"\blargest (?=[a-z]+)", "biggest "),
    (r"\bhelp to (?=[a-z]+)", "help "),
    (r"\bmeant to (?=[a-z]+ )", "wanted to "),
    (r"\bwould like to\b", "wants to"),
    (r"\bhas asked (?=[A-Z]|the|for)", "asked "),
    (r"\bas soon as\b", "once"),
    (r"\bin return for\b", "in exchange for"),
    (r"\bacross the (?=[a-z]+)", "throughout the "),
    (r"\bno fewer than\b", "at least"),
    (r"\bthe whole (?=[a-z]+)", "the entire "),
    (r"\ball of (?=the|its|their)", "the whole of "),
    (r"\bwho had been (?=[a-z]+ed)", "who were "),
    (r"\balthough\b", "though"),
    (r"\bhas risen\b", "rose"),
    (r"\bhas grown\b", "grew"),
    (r"\bhas fallen\b", "fell"),
    (r"\boffers? (?=a |an |the |its )", lambda m: "provides " if m[0].startswith("offers") else "provide "),
    (r"\bbought back\b", "repurchased"),
    (r"\bover the same period\b", "in the same time"),
    (r"\bof this size\b", "as big as this"),
    (r"\baccounts for (?=\d|about|around|almost|nearly)", "makes up "),
)
_SWAPS = tuple((re.compile(pattern), instead) for pattern, instead in _SWAP_RULES)
"""Other words of the same meaning, hedges within their own class (evidence.hedges.BOUNDS)."""


def swapped(text: str) -> str:
    """The same clause with words of the same meaning in place of some of its own; used where too much would be copied."""
    done: list[str] = []
    for pattern, instead in _SWAPS:
        if any(word in pattern.pattern for word in done):
            continue
        turned = pattern.sub(instead, text)
        if turned != text and isinstance(instead, str):
            done.append(instead.strip())
        text = turned
    return text


def joined(items: Sequence[str], last: str = "and") -> str:
    """A list as English writes it: "A", "A and B", "A, B and C"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def count(n: int) -> str:
    """A small number as a word, a large one in figures."""
    return _COUNTS[n] if 0 <= n < len(_COUNTS) else f"{n:,}"


def counted(n: int, noun: str, nouns: str | None = None) -> str:
    """ "one outlet", "three outlets"."""
    return f"{count(n)} {noun if n == 1 else nouns or noun + 's'}"


def day(moment: datetime, zone: str = "UTC") -> str:
    """The day of a moment in a time zone: "11 November"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {MONTHS[local.month - 1]}"


def capital(text: str) -> str:
    """The text with its first letter large; a first word like "iPark" stays."""
    first = text.split(" ", 1)[0]
    return text if any(c.isupper() for c in first) else text[:1].upper() + text[1:]


def iso_day(moment: datetime, zone: str) -> str:
    """The day of a moment in a time zone, as ISO 8601."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def stopped(text: str) -> str:
    """The text ending in one full stop, inside closing quotation marks when they end it."""
    text = text.rstrip(" ,;:")
    if text.endswith((".”", "?”", "!”", ".", "?", "!")):
        return text
    return text[:-1] + ".”" if text.endswith("”") else text + "."


def lowered_first(text: str, name: str) -> str:
    """A sentence as it stands inside another: its first letter small, unless it opens with a name."""
    return text if text.startswith(name) or text[1:2].isupper() else text[:1].lower() + text[1:]


def words(text: str) -> int:
    """How many words a reader counts."""
    return len(text.split())


def pick(options: Sequence[str], *seed: str) -> str:
    """One of the options, chosen by what it is about and never by chance."""
    return options[int(sha256("\x1f".join(seed).encode()).hexdigest()[:8], 16) % len(options)]


MOST_LEANING = 0.8


def leaning(*seed: str) -> float:
    """A small number that follows from what it is about: what tips the balance between wordings that are as good."""
    return int(sha256("\x1f".join(seed).encode()).hexdigest()[:6], 16) / 0xFFFFFF * MOST_LEANING


def possessive(name: str) -> str:
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Each item once, in the order of first appearance."""
    return tuple(dict.fromkeys(items))
