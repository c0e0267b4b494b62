"""The lines of an article under way: what a model wrote at which place and rests it on, and what the checks that need no model find."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator

from evidence.matching import content
from evidence.passages import passages
from evidence.quotation import outside_quotes
from groundwire.records import Citation, Finding, Sentence, SentenceKind, Severity
from synth.fitting import line
from synth.write.facts import Fact
from synth.write.house import House, Worn, notes
from synth.write.offered import Offer
from synth.write.page import passage
from synth.write.proof import findings
from synth.write.sources import Sources

MAX_CHARACTERS = 600
"""A longer sentence is no sentence; a longer heading or question is none either."""
MAX_LEAD_WORDS = 10
FACTS_CHECK, FORM_CHECK = "facts", "sentence"
LEAST_WORDS = 4
SHORT_WORDS = 5
"""A line of so few content words gives the other checks little to go by."""
LABEL_SHARE = 0.4
"""Least share of a short heading's, question's or headline's content words that its records hold."""
READING_SHARE = 0.2
"""The same of a short reading, whose conclusion is in the writer's own words."""
REPORT_SHARE = 0.5
"""A short report has more than this share of them in its records."""
_DEGREE = re.compile(r"\b(?:most|least) \w{3,}(?:ed|ful|able|ible|ive|ous|al|ent|ant|ing|ic|ary)\b", re.IGNORECASE)
_SAYING = frozenset(content("according reported reports said says told wrote writes stated states"))
"""Words that only name who says something."""
_WHOLE = re.compile(r"[\"“„‘'(]?(?:[A-Z0-9$€£À-Þ]).*[.!?…][\"”’)]*")

HEADLINE, DEK, HEADING, BODY, SO_FAR, ASKED, ANSWER = "headline", "dek", "heading", "body", "so_far", "asked", "answer"
PROSE = frozenset({DEK, BODY, SO_FAR, ANSWER})
LABELS = frozenset({HEADING, ASKED})
"""Lines that say what stands under them: readings by their place, so that they need not say it."""
NEED_NO_MARK = frozenset({"inference", "premise"})


def _kind(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _ids(value: Any) -> Any:
    return [] if value is None else [str(v).strip("[] ") for v in value] if isinstance(value, list) else value


class WrittenSentence(BaseModel):
    kind: Annotated[Literal["report", "inference", "measure", "frame"], BeforeValidator(_kind)]
    text: str
    facts: list[int]
    measures: Annotated[list[str], BeforeValidator(_ids)]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it stands (area, its part or question or candidate, its paragraph), and what it rests on."""

    area: str
    part: int
    paragraph: int
    kind: SentenceKind
    text: str
    facts: tuple[int, ...]
    measures: tuple[str, ...]
    opens: bool = False
    """Whether it opens a paragraph."""
    view: bool = False
    """Whether it gives the dated view of the article."""
    lead: int = 0
    """Characters of the lead that it begins with."""


def several(written: WrittenSentence, area: str, part: int = 0, paragraph: int = 0, *, lead: str = "", **more: bool) -> list[Line]:
    """The lines of what a model wrote: one for each sentence, that every one is judged alone; none of an empty text."""
    whole = made(written, area, part, paragraph, lead=lead, **more)
    spans = passages(whole.text)
    return [
        replace(whole, text=whole.text[a:b], opens=whole.opens and n == 0, lead=0 if n else whole.lead) for n, (a, b) in enumerate(spans)
    ]


def made(written: WrittenSentence, area: str, part: int = 0, paragraph: int = 0, *, lead: str = "", **more: bool) -> Line:
    """A line of what a model wrote; a lead stands before its text."""
    text = line(written.text)
    head = " ".join(line(lead).rstrip(": .").split()[:MAX_LEAD_WORDS])
    text = f"{head}: {text}" if head and text else text
    size = len(head) + 1 if head and text else 0
    facts, measures = tuple(dict.fromkeys(written.facts)), tuple(dict.fromkeys(written.measures))
    return Line(area, part, paragraph, _kind_of(written.kind, bool(measures)), text, facts, measures, lead=size, **more)


def _kind_of(named: str, measured: bool) -> SentenceKind:
    """The kind that a sentence has, whatever it is called: a report that uses a measure is one, and a measure without any is none."""
    kind = SentenceKind(named)
    if kind is SentenceKind.REPORT and measured:
        return SentenceKind.MEASURE
    return SentenceKind.REPORT if kind is SentenceKind.MEASURE and not measured else kind


@dataclass(frozen=True, slots=True)
class Judged:
    """A line as a sentence, with what was found on it: by the author's own bookkeeping and the checking model, and by the checks."""

    line: Line
    sentence: Sentence
    """Its findings are those that the checks do not make again."""
    found: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.sentence.findings, *self.found)

    @property
    def cut(self) -> bool:
        """Whether it is struck out as it is."""
        return any(f.severity is Severity.CUT for f in self.findings)

    @property
    def stands(self) -> bool:
        """Whether nothing but notes was found."""
        return all(f.severity is Severity.NOTE for f in self.findings)

    def with_finding(self, finding: Finding) -> Judged:
        return replace(self, sentence=replace(self.sentence, findings=(*self.sentence.findings, finding)))


@dataclass(frozen=True, slots=True)
class Desk:
    """What lines are judged by: the sources, the facts and measures that were given, the house style."""

    sources: Sources
    facts: Mapping[int, Fact]
    offers: Mapping[str, Offer]
    house: House
    worn: Worn = field(default_factory=Worn)

    def judge(self, found: Iterable[Line]) -> list[Judged]:
        """The lines with what the checks that need no model find."""
        return [self._judged(one) for one in found]

    def _judged(self, one: Line) -> Judged:
        own = (*self._bookkeeping(one), *notes(one.text, self.house, self.worn, headline=one.area == HEADLINE, opens=one.opens))
        sentence = Sentence(one.text, one.kind, self.citations(one), findings=own, lead=one.lead)
        found = findings(replace(sentence, findings=()), self.sources)
        if one.area in LABELS:
            found = tuple(f for f in found if f.check not in NEED_NO_MARK)
        return Judged(one, sentence, found)

    def citations(self, one: Line) -> tuple[Citation, ...]:
        """What a line cites: its measures' calculations and the passages of its facts, those that were given, each once; a frame nothing."""
        if one.kind is SentenceKind.FRAME:
            return ()
        measured = (c for m in one.measures if m in self.offers for c in self.offers[m].cites)
        passages = (passage(f.record, (f.start, f.end)) for f in self.facts_of(one))
        return tuple(dict.fromkeys((*measured, *passages)))

    def facts_of(self, one: Line) -> tuple[Fact, ...]:
        return tuple(self.facts[n] for n in one.facts if n in self.facts)

    def offers_of(self, one: Line) -> tuple[Offer, ...]:
        return tuple(self.offers[m] for m in one.measures if m in self.offers)

    def _bookkeeping(self, one: Line) -> Iterator[Finding]:
        unknown = [str(n) for n in one.facts if n not in self.facts] + [m for m in one.measures if m not in self.offers]
        if unknown:
            yield Finding(FACTS_CHECK, Severity.CUT, f"rests on what was not given: {', '.join(unknown)[:80]}")
        if len(one.text) > MAX_CHARACTERS:
            yield Finding(FACTS_CHECK, Severity.CUT, f"{len(one.text)} characters; at most {MAX_CHARACTERS}")
        if one.area in PROSE and (len(one.text.split()) < LEAST_WORDS or not _WHOLE.fullmatch(one.text)):
            yield Finding(
                FORM_CHECK, Severity.CUT, "no whole sentence: it begins with a capital, ends with a stop, and has four words or more"
            )
        if one.area in (*LABELS, HEADLINE) and not one.text[:1].isupper() and not one.text[:1].isdigit() and one.text[:1] not in '“"‘$€£':
            yield Finding(FORM_CHECK, Severity.CUT, "no whole line: it begins with a capital or a figure")
        for degree in _DEGREE.findall(outside_quotes(one.text)):
            if not any(degree.casefold() in f.record.text.casefold() for f in self.facts_of(one)):
                yield Finding("superlative", Severity.CUT, f"no cited record says “{degree}”")
        if one.kind is not SentenceKind.FRAME and self._foreign(one):
            yield Finding(FORM_CHECK, Severity.CUT, "most of its words are in none of the records that it rests on")

    def _foreign(self, one: Line) -> bool:
        """Whether a line that is too short for other checks to weigh speaks of other things than its records."""
        saying = _SAYING | {word for f in self.facts_of(one) for word in content(f.record.outlet)}
        mine = [word for word in content(outside_quotes(one.text)) if word not in saying]
        if not mine or len(mine) > SHORT_WORDS:
            return False
        given = {word for f in self.facts_of(one) for word in content(f.record.text)}
        given |= {word for o in self.offers_of(one) for word in content(o.sentence.text)}
        shared = len(set(mine) & given) / len(set(mine))
        if one.area in (*LABELS, HEADLINE):
            return shared < LABEL_SHARE
        return shared < READING_SHARE if one.kind is SentenceKind.INFERENCE else shared <= REPORT_SHARE


def of_area(judged: Sequence[Judged], area: str) -> list[Judged]:
    """The lines of one area, in order."""
    return [j for j in judged if j.line.area == area]
