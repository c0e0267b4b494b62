"""What the markers of an article open: passages, calculations and reference rows, numbered in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from evidence.citations import RULES
from evidence.figures import Quantity, quantities, render
from groundwire.records import Article, CalculationInput, Citation, Figure, Record, Sentence, Target
from publish.marks import Allowance, Shown, shown
from publish.wording import DateView, at_passage, clean, counted, date_view

Key = tuple[object, ...]

_PERCENTAGES = ("share-of", "percent-change")
_SAME_UNIT = ("sum", "difference", "largest", "smallest")
_BLANK = Figure("", "", 0, 0, 0, "", Decimal(0), "", None, None, None, None, None, None, 0, 0)
_WORDS = {Target.PASSAGE: ("passage", ""), Target.CALCULATION: ("calculation", "="), Target.REFERENCE: ("reference", "§")}


@dataclass(frozen=True, slots=True)
class SourceView:
    """The record behind a passage: who published it, when, and a link that opens it at the passage (None: no usable address)."""

    outlet: str
    title: str
    date: DateView
    href: str | None
    record: str
    version: int
    sha256: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InputView:
    """One input of a calculation."""

    value: str
    passage: Shown
    source: SourceView | None


@dataclass(frozen=True, slots=True)
class Note:
    """What one marker opens; `kind` is passage, calculation or reference."""

    number: int
    id: str
    kind: str
    kind_word: str
    sign: str
    """What stands before the number in a marker: nothing for a passage."""
    label: str
    passage: Shown
    source: SourceView | None
    independent: str
    """How many independent sources say so, in words."""
    rule: str
    value: str
    inputs: tuple[InputView, ...]
    sentences: tuple[int, ...]
    """Numbers of the sentences that rest on it."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """The independent source of each record whose word counts, by the first record of its group, and the outlet of each record."""

    sources: Mapping[str, str]
    outlets: Mapping[str, str]

    def sources_of(self, names: Iterable[str]) -> set[str]:
        """The independent sources among outlets, by the records that are known of them; an outlet without one stands for itself."""
        found: set[str] = set()
        for name in names:
            mine = [record for record, outlet in self.outlets.items() if outlet == name]
            found |= {self.sources[record] for record in mine if record in self.sources} if mine else {name}
        return found


class Notes:
    """The notes of an article, and which sentences they carry."""

    def __init__(self, notes: tuple[Note, ...], by_sentence: Mapping[int, tuple[Note, ...]], independent: Mapping[int, int]) -> None:
        self.all = notes
        self._by_sentence = by_sentence
        self._independent = independent
        self._sources: dict[str, list[tuple[SourceView, Note]]] = {}
        for note in notes:
            for source in (note.source, *(i.source for i in note.inputs)):
                if source:
                    self._sources.setdefault(source.record, []).append((source, note))

    def of(self, n: int) -> tuple[Note, ...]:
        """The notes of a sentence, each once."""
        return self._by_sentence.get(n, ())

    def independent(self, n: int) -> int:
        return self._independent.get(n, 0)

    def about(self, record_id: str, start: int, end: int) -> Note | None:
        """The first note whose passage holds a span of a record."""
        return next((note for source, note in self._sources.get(record_id, ()) if source.start <= start and end <= source.end), None)


def source_of(note: Note, record_id: str, start: int, end: int) -> SourceView | None:
    """The source of a note whose passage holds a span of a record, of its own or of an input of its calculation."""
    every = (note.source, *(i.source for i in note.inputs))
    return next((s for s in every if s and s.record == record_id and s.start <= start and end <= s.end), None)


def spans_of(citation: Citation) -> list[tuple[str, int, int]]:
    """Every span of a record that a citation leads to, through a calculation too."""
    places: tuple[Citation | CalculationInput, ...] = (citation, *citation.inputs)
    return [(c.record_id, c.start, c.end) for c in places if c.record_id is not None and c.start is not None and c.end is not None]


class Backing:
    """How many independent sources stand behind citations of one article: those cited, and those that carry a figure cited."""

    def __init__(self, article: Article, lineage: Lineage) -> None:
        self._most = max(article.method.independent, 1)
        self._lineage = lineage
        self._figures: dict[str, list[tuple[int, int, set[str]]]] = {}
        for row in article.figures:
            f = row.figure
            self._figures.setdefault(f.record_id, []).append((f.start, f.end, lineage.sources_of(row.outlets)))
        self._known: dict[int, tuple[Citation, frozenset[str]]] = {}

    def count(self, citations: Iterable[Citation]) -> int:
        """Never more than the article as a whole has; 0 when no record is cited."""
        sources = [self._sources(c) for c in citations]
        return min(len(frozenset().union(*sources)) if len(sources) > 1 else sum(map(len, sources)), self._most)

    def _sources(self, citation: Citation) -> frozenset[str]:
        known = self._known.get(id(citation))
        if known is None:
            spans = spans_of(citation)
            found = {self._lineage.sources[record] for record, _, _ in spans if record in self._lineage.sources}
            for record, start, end in spans:
                for first, last, carried in self._figures.get(record, ()):
                    if start <= first and last <= end:
                        found |= carried
            known = self._known[id(citation)] = (citation, frozenset(found))
        return known[1]


def notes_of(
    article: Article, sentences: list[tuple[int, Sentence]], records: Mapping[str, Record], lineage: Lineage, zone: ZoneInfo
) -> Notes:
    """The notes of an article's sentences, in reading order; raises KeyError when a record is missing."""
    cited: dict[Key, list[int]] = {}
    first: dict[Key, Citation] = {}
    keys = {n: [_key(c) for c in sentence.citations] for n, sentence in sentences}
    for n, sentence in sentences:
        for key, citation in zip(keys[n], sentence.citations, strict=True):
            first.setdefault(key, citation)
            cited.setdefault(key, []).append(n)
    texts = {n: s.text for n, s in sentences}
    maker, backing = _Maker(records, zone), Backing(article, lineage)
    notes: dict[Key, Note] = {}
    for number, (key, citation) in enumerate(first.items(), 1):
        numbers = tuple(dict.fromkeys(cited[key]))
        notes[key] = maker.note(number, citation, numbers, [texts[n] for n in numbers], backing.count([citation]))
    by_sentence = {n: tuple(notes[key] for key in dict.fromkeys(found)) for n, found in keys.items()}
    counts = {n: backing.count(s.citations) for n, s in sentences}
    return Notes(tuple(notes.values()), by_sentence, counts)


def _key(c: Citation) -> Key:
    return (c.target, c.record_id, c.record_version, c.start, c.end, c.rule, c.value, c.inputs)


class _Maker:
    def __init__(self, records: Mapping[str, Record], zone: ZoneInfo) -> None:
        self.records = records
        self.zone = zone
        self.allowance = Allowance()
        self._said: dict[str, tuple[str, str, DateView]] = {}

    def note(self, number: int, citation: Citation, numbers: tuple[int, ...], texts: list[str], independent: int) -> Note:
        inputs = tuple(self._input(number, i) for i in citation.inputs)
        source = self._source(citation.record_id, citation.start, citation.end)
        rule = (
            RULES[citation.rule].description
            if citation.rule in RULES
            else clean((citation.quote if citation.target is Target.REFERENCE else None) or citation.rule or "")
        )
        return Note(
            number=number,
            id=f"e-{number}",
            kind=citation.target.value,
            kind_word=_WORDS[citation.target][0],
            sign=_WORDS[citation.target][1],
            label=f"{source.outlet}, {source.date.day}" if source else f"{_WORDS[citation.target][0]}, {rule}",
            passage=self._shown(number, citation, texts),
            source=source,
            independent=_says(independent),
            rule=rule,
            value=_result(citation),
            inputs=inputs,
            sentences=numbers,
        )

    def _input(self, number: int, item: CalculationInput) -> InputView:
        source = self._source(item.record_id, item.start, item.end)
        return InputView(clean(item.quote or _grouped(item.value)), self._shown(number, item, [item.quote or item.value]), source)

    def _shown(self, number: int, cited: Citation | CalculationInput, texts: list[str]) -> Shown:
        if cited.record_id is None or cited.start is None or cited.end is None:
            return Shown(())
        return shown(self.records[cited.record_id], cited.start, cited.end, texts, self.allowance, number)

    def _source(self, record_id: str | None, start: int | None, end: int | None) -> SourceView | None:
        if record_id is None:
            return None
        record = self.records[record_id]
        start, end = start or 0, end or 0
        said = self._said.get(record_id)
        if said is None:
            said = self._said[record_id] = (clean(record.outlet), clean(record.title), date_view(record.published, self.zone))
        href = at_passage(record.canonical_url, record.text[start:end]) or at_passage(record.url, record.text[start:end])
        return SourceView(*said, href, record.id, record.version, record.text_sha256, start, end)


def _result(citation: Citation) -> str:
    if citation.value is None and citation.rule is None:
        return ""
    value = clean(_in_units(citation) or _grouped(citation.value or ""))
    return f"{value} %" if citation.rule in _PERCENTAGES else value


def _in_units(citation: Citation) -> str | None:
    """The value in the unit that all inputs are written in, for rules that keep it; None when there is none."""
    if citation.rule not in _SAME_UNIT or not citation.value:
        return None
    read = [_quantities(clean(i.quote or "")) for i in citation.inputs]
    units = {(found[0].unit, found[0].currency) if len(found) == 1 else None for found in read}
    known = units.pop() if len(units) == 1 else None
    return render(replace(_BLANK, value=Decimal(citation.value), unit=known[0], currency=known[1])) if known else None


@lru_cache(maxsize=1024)
def _quantities(text: str) -> tuple[Quantity, ...]:
    return quantities(text)


def _grouped(value: str) -> str:
    """A plain number with its thousands grouped, any other text as it is."""
    return f"{Decimal(value):,f}" if re.fullmatch(r"-?\d+(\.\d+)?", value) else value


def _says(n: int) -> str:
    return "" if n == 0 else "one source" if n == 1 else counted(n, "independent source")
