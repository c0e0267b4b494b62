"""The check on dates and times: that they occur in what is cited, or mean the same there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evidence.dates import DateMention, agrees, dates
from evidence.figure_checks import likeness, most_alike, same_sentence
from evidence.grounds import CheckContext, Ground, stated_dates, stated_quantities
from evidence.quotation import outside_quotes
from groundwire.records import Finding, Sentence, Severity


def check_dates(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Every date and time occurs in the cited passages or around them, or is what they mean on the day they were published."""
    plain = outside_quotes(sentence.text)
    if not context.grounds:
        return ()
    known = [mention for text in context.near for mention in stated_dates(text)]
    computed = [mention for value in context.values for mention in dates(value)]
    found = []
    for mention in dates(plain):
        if _is_before_next_year(mention, plain, context) or _is_before_next_month(mention, plain, known):
            continue
        rival = _displaced_date(mention, plain, context) or (
            None if _is_that_weekday(mention, context) else _crowded_out(mention, plain, context)
        )
        if rival is None and (
            any(agrees(mention, other) for other in (*known, *computed))
            or _year_elsewhere(mention, known, context)
            or _is_reached(mention, context)
            or (not _has_rival_day(mention, known) and any(_means(mention, ground) for ground in context.grounds))
        ):
            continue
        rivals = [rival] if rival else [other.text for other in known if _rival(mention, other)]
        found.append(
            Finding("date", Severity.CUT, f"“{mention.text}” is in no cited passage" + (f"; it says “{rivals[0]}”" if rivals else ""))
        )
    return tuple(found)


def _is_that_weekday(mention: DateMention, context: CheckContext) -> bool:
    """Whether a day of a month is the one that a weekday of a cited passage meant."""
    return any(
        other.weekday is not None and _weekday_near(mention, other.weekday, ground)
        for ground in context.grounds
        for other in stated_dates(ground.passage)
    )


def _has_rival_day(mention: DateMention, known: Iterable[DateMention]) -> bool:
    """Whether a bare weekday stands where the passages give another one."""
    return mention.weekday is not None and not mention.month and any(other.weekday is not None for other in known)


def _year_elsewhere(mention: DateMention, known: Iterable[DateMention], context: CheckContext) -> bool:
    """Whether a passage has the day and month of a date without a year, and the record speaks of that year."""
    if mention.year is None or not mention.month or not mention.day:
        return False
    near = any(other.year is None and (other.month, other.day) == (mention.month, mention.day) for other in known)
    return near and any(re.search(rf"(?<!\d){mention.year}(?!\d)", text) for text in context.whole)


def _is_before_next_year(mention: DateMention, plain: str, context: CheckContext) -> bool:
    """Whether "before 2028" says "until the end of 2027"."""
    bare = mention.year is not None and all(
        getattr(mention, part) is None for part in ("month", "quarter", "half", "day", "weekday", "clock")
    )
    if not bare or not plain[: mention.start].rstrip().casefold().endswith(("before", "prior to", "ahead of")):
        return False
    ends = re.compile(rf"\b(?:the\s+end\s+of|through(?:out)?)\s+{(mention.year or 0) - 1}\b", re.IGNORECASE)
    return any(ends.search(text) for text in context.near)


def _is_before_next_month(mention: DateMention, plain: str, known: Iterable[DateMention]) -> bool:
    """Whether "before July 2027" says "by the end of June 2027"."""
    if not mention.month or mention.day or not plain[: mention.start].rstrip().casefold().endswith(("before", "prior to", "ahead of")):
        return False
    year, month = (mention.year, mention.month - 1) if mention.month > 1 else ((mention.year or 1) - 1 or None, 12)
    return any(other.month == month and other.day is None and (mention.year is None or other.year == year) for other in known)


_MONTHS = {"months": 1, "years": 12, "quarters": 3}


def _is_reached(mention: DateMention, context: CheckContext) -> bool:
    """Whether a year is the one in which a cited span of time ends that begins when the passage was published."""
    if mention.year is None or mention.month or mention.quarter or mention.day:
        return False
    for ground in context.grounds:
        spans = [one.quantity for one in stated_quantities(ground.passage) if one.quantity.unit in _MONTHS]
        longest = max((int(span.value * _MONTHS[span.unit]) for span in spans), default=0)
        if (
            ground.published
            and longest >= LONG
            and (ground.published.year * 12 + ground.published.month - 1 + longest) // 12 == mention.year
        ):
            return True
    return False


LONG = 18
"""Months of a span from which the year in which it ends may be reckoned."""


def _displaced_date(mention: DateMention, plain: str, context: CheckContext) -> str | None:
    """The date that the cited sentence which says the same has among the same words in place of one; None when there is none."""
    rivals = [
        (likeness(plain, (mention.start, mention.end), source, (other.start, other.end)), other)
        for source in same_sentence(plain, context)
        for other in stated_dates(source)
        if _alike(mention, other)
    ]
    nearest = most_alike(rivals)
    return None if any(agrees(mention, other) for other in nearest) else next((other.text for other in nearest), None)


def _crowded_out(mention: DateMention, plain: str, context: CheckContext) -> str | None:
    """The date of the cited passages that a sentence leaves out for one that stands only around them, given in the same parts."""
    cited = [other for text in context.cited for other in stated_dates(text)]
    if (
        not cited
        or any(agrees(mention, other) for other in cited)
        or any(agrees(mention, other) for value in context.values for other in dates(value))
    ):
        return None
    if any(_THAT_DAY.search(text) for text in (plain, *context.cited)):
        return None
    mine = dates(plain)
    left = [other for other in cited if _alike(mention, other) and not any(agrees(one, other) for one in mine)]
    return left[0].text if left else None


_THAT_DAY = re.compile(
    r"\b(?:that|the\s+(?:same|next|following|previous))\s+(?:day|week|month|year|quarter)|\b(?:day|week|month|year|quarter)s?\s+(?:later|earlier|before|after)\b",
    re.IGNORECASE,
)
"""Words by which a date is told from another one, so that both may be given."""
_DATE_PARTS = ("year", "month", "quarter", "half", "weekday", "clock")


def _alike(claim: DateMention, other: DateMention) -> bool:
    """Whether two dates are given in the same parts."""
    return [getattr(claim, part) is None for part in _DATE_PARTS] == [getattr(other, part) is None for part in _DATE_PARTS]


def _rival(claim: DateMention, other: DateMention) -> bool:
    return any(
        getattr(claim, part) is not None and getattr(other, part) is not None for part in ("year", "month", "quarter", "weekday", "clock")
    )


def _means(claim: DateMention, ground: Ground) -> bool:
    """Whether a date is the day of publication, or completes a date of the passage by the year or the weekday that it had then."""
    day = ground.published
    if day is None or claim.clock or claim.quarter or claim.half:
        return False
    if claim.weekday == day.weekday() and not claim.month and not claim.year:
        return True
    if claim.year in {None, day.year} and claim.month == day.month and claim.day in {None, day.day}:
        return claim.weekday in {None, day.weekday()}
    if claim.year is not None and abs(claim.year - day.year) > 1:
        return False
    for other in (mention for text in (ground.passage, ground.around) for mention in stated_dates(text)):
        if other.year is None and claim.month == other.month and claim.day == other.day and claim.month:
            return True
        if other.weekday is not None and claim.month and claim.day and _weekday_near(claim, other.weekday, ground):
            return True
    return False


def _weekday_near(claim: DateMention, weekday: int, ground: Ground) -> bool:
    day = ground.published
    if day is None or not claim.month or not claim.day:
        return False
    try:
        meant = day.replace(year=claim.year or day.year, month=claim.month, day=claim.day)
    except ValueError:
        return False
    ahead = (meant - day).days
    return meant.weekday() == weekday and (-WEEK < ahead <= 0 or (0 < ahead < WEEK and bool(_TO_COME.search(ground.passage))))


WEEK = 7
_TO_COME = re.compile(
    r"\b(?:will|would|next|coming|expect\w*|due|plans?|planned|is\s+to|are\s+to|to\s+be|meets?|opens?|begins?|starts?|set|until|by|before|goes|if|may|deadline|week)\b",
    re.IGNORECASE,
)
"""Words of a passage whose weekday may be one that is still to come."""
