"""The story so far: sentences that stand alone, and the thread's dated steps."""

from __future__ import annotations

import re
from datetime import datetime

from evidence.names import names
from groundwire.records import Article, CalculationInput, Citation, Record, Sentence, SentenceKind, Target
from synth.write.page import Page
from synth.write.paragraphs import Passes
from synth.write.sources import Sources
from synth.write.wording import MONTHS, capital, counted, day, iso_day, pick

_LEANS = re.compile(r"\b(?:it|they|he|she|her|his|him|them)\b|“|^The [a-z]")
"""What cannot stand alone, out of its paragraph."""
_LAY_AHEAD = re.compile(r"\b(?:votes?|meets?|decides?|opens|starts|begins|due|scheduled) (?:on|by|in|before)\b")
"""What was still to come when it was written, and may be over by now."""
MOST_EARLIER = 2
MOST_STEPS = 8


def so_far(sources: Sources, page: Page, passes: Passes) -> tuple[Sentence, ...]:
    """How the thread stood before, in its own earlier sentences, and over which days its records run."""
    told: list[Sentence] = []
    cited: set[tuple[str | None, int | None]] = {(c.record_id, c.start) for s in page.taken for c in s.citations if c.start is not None}
    for article in _others(sources)[-MOST_EARLIER:]:
        lead = _lead(article)
        again = lead and (page.has(lead.text) or any((c.record_id, c.start) in cited for c in lead.citations))
        if lead and not again and _related(lead, page, sources) and page.can_hold(lead) and passes(lead):
            told.append(page.take(lead))
            cited |= {(c.record_id, c.start) for c in lead.citations}
    span = _span(sources)
    if span and passes(span):
        told.append(page.take(span))
    return tuple(told)


def _related(sentence: Sentence, page: Page, sources: Sources) -> bool:
    """Whether a sentence names somebody of whom this article speaks."""
    texts = [s.text for s in page.taken]
    outlets = {r.outlet for r in sources.records}
    named = {n.text for n in names(sentence.text)} - outlets
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in named if not _is_month(name) for text in texts)


def _is_month(name: str) -> bool:
    return name.split()[-1] in MONTHS


def _others(sources: Sources) -> list[Article]:
    """The thread's other articles, one version of each, oldest first."""
    newest = {a.id: a for a in sources.earlier}
    return sorted(newest.values(), key=lambda a: (a.published, a.slug))


def _lead(article: Article) -> Sentence | None:
    """An earlier article's first reported sentence, with the citations that it had."""
    body = (s for section in article.sections for p in section.paragraphs for s in p)
    whole = (
        s
        for s in body
        if s.kind is SentenceKind.REPORT
        and not s.cut
        and not _LEANS.search(s.text.replace(", it said", ""))
        and not _LAY_AHEAD.search(s.text)
    )
    outlets = {o[0] for o in article.method.outlets}
    found = next((s for s in whole if any(c.isdigit() for c in s.text) and _named_first(s.text, outlets)), None)
    return Sentence(found.text, found.kind, found.citations) if found else None


def _named_first(text: str, outlets: set[str]) -> bool:
    """Whether a sentence opens with whom it is about, and not with who reported it."""
    first = next(iter(names(text)), None)
    return first is not None and first.start <= len("The ") and first.text not in outlets and " added" not in text


def _span(sources: Sources) -> Sentence | None:
    """A measure: who was first among the records of this article, who was last, and how many outlets in between."""
    records = sources.citable
    outlets = tuple(dict.fromkeys(r.outlet for r in records))
    if len(outlets) < 2:
        return None
    first, last, zone = records[0], records[-1], sources.settings.site.timezone
    cited = (_dated("earliest-date", records, zone), _dated("latest-date", records, zone), _count(records))
    begins, ends = day(first.published, zone), day(last.published, zone)
    if begins == ends:
        text = f"{capital(counted(len(outlets), 'outlet'))} carried the news on {begins}, {first.outlet} first."
    else:
        n = counted(len(outlets), "outlet")
        options = (
            f"{first.outlet} was first to write about this, on {begins}; by {ends}, when {last.outlet} followed, {n} had.",
            f"Between {begins} and {ends} {n} wrote about this, {first.outlet} first and {last.outlet} last.",
            f"The oldest account here is of {begins}, by {first.outlet}, the newest of {ends}, by {last.outlet}; {n} gave one.",
        )
        once = f"Between {begins} and {ends} {n} wrote about this, {first.outlet} first."
        text = once if first.outlet == last.outlet else pick(options, sources.theme.id)
    return Sentence(text, SentenceKind.MEASURE, cited)


def _dated(rule: str, records: tuple[Record, ...], zone: str) -> Citation:
    inputs = tuple(CalculationInput(r.id, iso_day(r.published, zone)) for r in records)
    values = [i.value for i in inputs]
    return Citation(Target.CALCULATION, rule=rule, value=min(values) if rule == "earliest-date" else max(values), inputs=inputs)


def _count(records: tuple[Record, ...]) -> Citation:
    inputs = tuple(CalculationInput(r.id, r.outlet) for r in records)
    return Citation(Target.CALCULATION, rule="count-outlets", value=str(len({i.value for i in inputs})), inputs=inputs)


def steps(sources: Sources, headline: str, slug: str) -> tuple[tuple[datetime, str, str | None], ...]:
    """The thread's dated steps, oldest first, this article last."""
    before = [(a.published, a.headline.text, a.slug) for a in _others(sources) if a.slug != slug]
    return (*before[-MOST_STEPS + 1 :], (sources.now, headline, slug))
