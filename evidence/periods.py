"""When a figure holds: the period it is for and the day it is dated, read from its own sentence."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime

from evidence.dates import DateMention, as_datetime, dates
from evidence.measures import clause_at
from evidence.text import fold

_PERIOD_AFTER = re.compile(
    r"(?:\s+of\s+[a-z]+(?:\s[a-z]+)?|\s+(?:more|less)|\s+in)?[\s,]*(?P<period>(?:(?:per|an?|each|every|pro|par|por|al)\s+(?:year|month|week|day|hour|quarter|annum|Jahr|Monat|Tag|an|mois|jour|año|mes|día)|annually|annual|yearly|monthly|quarterly|a\s+year|"
    r"jährlich|im\s+Jahr))\b(?!\s+(?:earlier|ago|before|later)\b)",
    re.IGNORECASE,
)
_PERIOD_BEFORE = re.compile(
    r"\b(annual(?:ly)?|yearly|monthly|quarterly|daily|jährlich\w*|annuel\w*|anual\w*)\s+(?:(?:[\w’'-]+\s+){0,4}|"
    r"(?:revenue|sales|cost|costs|output|payments?|rent|profit|income|spending|Umsatz)\b[^.;:\d]{0,60})$",
    re.IGNORECASE,
)
_QUARTER_BEFORE = re.compile(
    r"\b(?P<part>first|second|third|fourth)[\s-](?P<kind>quarter|half)\b(?:\s+(?:revenue|sales|profit|income|earnings|results?|output|\w+))?"
    r"(?:\s+(?:of|was|were|came|to|reached|about|around|nearly|at|for)){0,4}\s*$",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|"
    r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|"
    r"enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"
)
_YEAR = r"(?:19|20)\d\d"
_PERIOD_WORDS = re.compile(
    r"\b(?P<period>(?i:in|by|for|over|during|through|until|since|within|into)\s+(?i:the\s+)?(?i:(?:next|last|past|first|second|third|fourth|coming|current|same)\s+)?"
    rf"(?i:(?:\w+\s+)?(?:years?|months?|quarters?|decades?|weeks?|half)(?:\s+of\s+{_YEAR})?|(?:fiscal\s+)?{_YEAR}|(?!the\b|front\b)\w+\s+(?:of\s+)?{_YEAR}|(?:the\s+)?(?:full\s+)?year)|"
    rf"(?i:in|by|for|during|through|until|since|from|to)\s+(?i:early\s+|late\s+|mid-?\s?)?{_MONTH}(?:\s+{_YEAR})?(?!\s+\d{{1,2}}\b)|"
    rf"(?i:by|until|at|from|before|to|through)\s+(?i:the\s+)?(?i:end|beginning|start|middle)\s+of\s+(?i:the\s+)?(?:{_YEAR}|{_MONTH}(?:\s+{_YEAR})?|(?i:this|next|last)\s+(?i:year|month|quarter)|(?i:year|month|quarter|decade)\b)|"
    rf"(?i:by|until|from|in)\s+(?:mid|early|late)-?\s?{_YEAR}|(?i:from)\s+{_YEAR}|"
    rf"(?i:in|since|by|until)\s+(?i:the\s+)(?:spring|summer|autumn|winter)(?:\s+of\s+{_YEAR})?|"
    rf"(?i:bis|seit|ab|im\s+Jahr|im\s+Jahre)\s+(?:(?:zum\s+)?(?:Ende|Mitte|Anfang)\s+)?(?:{_YEAR}|{_MONTH}(?:\s+{_YEAR})?)|(?i:im)\s+(?:{_MONTH}|(?:ersten|zweiten|dritten|vierten)\s+(?:Quartal|Halbjahr))(?:\s+{_YEAR})?|"
    rf"(?i:au|en|d['’]ici|depuis|fin|début)\s+(?:(?:premier|deuxième|troisième|quatrième)\s+(?:trimestre|semestre)(?:\s+{_YEAR})?|(?:{_MONTH}\s+)?{_YEAR}|{_MONTH})|"
    rf"(?i:hasta|desde|para|a\s+finales\s+de|en\s+el)\s+(?:(?:primer|segundo|tercer|cuarto)\s+(?:trimestre|semestre)(?:\s+de\s+{_YEAR})?|{_YEAR}|{_MONTH})|"
    rf"(?i:this|next|last)\s+(?:year|month|quarter|decade)|Q[1-4](?:\s+{_YEAR})?)\b",
)
_PER_YEAR = {"a year": "per year", "an year": "per year", "each year": "per year", "every year": "per year", "annually": "per year", "yearly": "per year",
             "annual": "per year", "per annum": "per year", "pro jahr": "per year", "im jahr": "per year", "jährlich": "per year", "par an": "per year",
             "por año": "per year", "al año": "per year", "a month": "per month", "each month": "per month", "every month": "per month", "monthly": "per month",
             "pro monat": "per month", "par mois": "per month", "al mes": "per month", "por mes": "per month", "a day": "per day", "every day": "per day",
             "each day": "per day", "pro tag": "per day", "par jour": "per day", "al día": "per day", "daily": "per day", "a week": "per week",
             "every week": "per week", "an hour": "per hour", "a quarter": "per quarter", "quarterly": "per quarter"}  # fmt: skip
_EARLIER = re.compile(
    r"\s+(?P<period>(?:(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+(?:years?|months?|quarters?|weeks?|decades?)|the\s+year)\s+(?:ago|earlier|before)|"
    r"vor\s+(?:einem|zwei|drei|vier|fünf|\d{1,2})\s+(?:Jahr(?:en)?|Monat(?:en)?))\b",
    re.IGNORECASE,
)
_LONG_AGO = re.compile(
    r"\W{0,2}(?P<period>(?:An?|One|Two|Three|Four|Five|Ten)\s+(?:years?|months?|decades?)\s+(?:ago|earlier)|Last\s+(?:year|month|quarter)(?=['’]s\b|\s|,))"
)
_LASTING = re.compile(
    r"\b(?:enough|full|wait(?:ing)?|lasts?|runs?|valid|booked|sold\s+out)\s+$|\b(?:first|largest|biggest|lowest|highest|most|least)\b[^,;]{0,50}\s$",
    re.IGNORECASE,
)
"""Before "for 43 months": how long something lasts or has not been seen, not what a sum is for."""
_ELSEWHERE = re.compile(
    r"\b(?:where|which|who|whose|when|because|after)\b|\b(?:and|or)\s+(?:may|might|will|would|could|can|must|then|later)\b"
)
"""Between a figure and a period: the period is another clause's."""


def period_near(sentence: str, start: int, end: int, others: Sequence[tuple[int, int]] = ()) -> str | None:
    """The period a figure is for ("per year", "in the third quarter", "by 2030"), lower case, or None.

    A period that stands beyond another quantity, whose spans are `others`, is that one's.
    """
    after = _PERIOD_AFTER.match(sentence, end)
    before = _PERIOD_BEFORE.search(sentence[max(0, start - 90) : start])
    if after or before:
        found = " ".join((after["period"] if after else before[1] if before else "").lower().split())
        return _PER_YEAR.get(found, found)
    earlier = _EARLIER.match(sentence, end)
    if earlier:
        return earlier["period"].lower()
    quarter = _QUARTER_BEFORE.search(sentence[max(0, start - 60) : start])
    if quarter:
        return f"{quarter['part']} {quarter['kind']}".lower()
    return _worded(sentence, start, end, others)


def _worded(sentence: str, start: int, end: int, others: Sequence[tuple[int, int]]) -> str | None:
    low, high = clause_at(sentence, start, end)
    words = [
        match
        for match in _PERIOD_WORDS.finditer(sentence, low, high)
        if not (match.start("period") < end and start < match.end("period"))
        and not _beyond(match, start, end, others)
        and not _LASTING.search(sentence[: match.start()])
        and not _ELSEWHERE.search(sentence[end : match.start()] if match.start() >= end else sentence[match.end() : start])
        and not _set_off(sentence, match, start)
    ]
    nearest = min(words, key=lambda match: match.start() - end if match.start() >= end else start - match.end() + 20, default=None)
    if nearest:
        return fold(nearest["period"]).text.lower()
    long_ago = _LONG_AGO.match(sentence)
    return long_ago["period"].lower() if long_ago and long_ago.end() <= start else None


def _set_off(sentence: str, match: re.Match[str], start: int) -> bool:
    """Whether a period before a figure is part of an aside: "the quarry, silent since 2011, is to hold"."""
    return match.end() < start and sentence[match.end()] == "," and bool(re.search(r",\s(?:\w+\s){0,2}$", sentence[: match.start()]))


def _beyond(match: re.Match[str], start: int, end: int, others: Sequence[tuple[int, int]]) -> bool:
    low, high = (end, match.start("period")) if match.start("period") >= end else (match.end("period"), start)
    return any(low <= a and b <= high for a, b in others)


_DATED = re.compile(
    r"\b(?P<end>(?:at|by|to|until)\s+the\s+end\s+of|Ende|fin|a\s+finales\s+de)\s+$"
    r"|\b(?:as\s+of|as\s+at|stand|in|during|for|on|im|zum|am|en|au|al?)\s+(?:the\s+)?(?:early\s+|late\s+)?$",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:ago|earlier|before$|last\s+(?:year|quarter|month)|vor\s+(?:einem|zwei|drei|vier|fünf|\d+)\s+\w+)\b")


def as_of_near(
    sentence: str, start: int, end: int, published: datetime, period: str | None = None, others: Sequence[tuple[int, int]] = ()
) -> datetime | None:
    """The last day for which a figure is given, never after publication, which is also the day of a figure without one.

    None when the figure is said to be an earlier one ("a year ago", "last year") and no day is named. A date that stands beyond
    another quantity is that one's.
    """
    low, high = clause_at(sentence, start, end)
    found = [(mention, last) for mention in dates(sentence) if (last := _last_day(sentence, mention, published))]
    opening = [last for mention, last in found if mention.start < 12 and mention.end <= start]
    near = [
        (max(start - mention.end, mention.start - end), last)
        for mention, last in found
        if low <= mention.start and mention.end <= high and not _across(mention, start, end, others)
    ]
    if near:
        return min(near)[1]
    if period and _PAST.search(period):
        return None
    return opening[0] if opening else published


def _across(mention: DateMention, start: int, end: int, others: Sequence[tuple[int, int]]) -> bool:
    low, high = (end, mention.start) if mention.start >= end else (mention.end, start)
    return any(low <= a and b <= high for a, b in others)


def _last_day(sentence: str, mention: DateMention, published: datetime) -> datetime | None:
    """The last day of a date that a figure is dated with; None for one that is to come, or that only places an event."""
    lead = _DATED.search(sentence[: mention.start])
    if not lead or mention.quarter or mention.half or mention.weekday is not None or mention.clock:
        return None
    if mention.day and lead[0].split()[0].lower() in {"on", "am", "al", "a", "in"}:
        return None
    if not mention.month:
        past = mention.year is not None and mention.year < published.year
        return datetime(mention.year, 12, 31, tzinfo=UTC) if past and mention.year else None
    first = as_datetime(mention, published)
    if first is None or first > published:
        return None
    last = first if mention.day else first.replace(day=monthrange(first.year, first.month)[1])
    return min(last, published)
