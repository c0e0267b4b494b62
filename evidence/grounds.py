"""What a sentence stands on, as the checks read it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache

from evidence.citations import ReferenceOf, TextOf, prove
from evidence.dates import DateMention, dates
from evidence.figures import Quantity, quantities
from evidence.hedges import ADDS_UP, OVER_A_TIME, bound_after, bound_before, modality_before
from evidence.passages import paragraph_at, passage_at, passages, window
from evidence.score import NEUTRAL, Calibration
from evidence.units import DURATIONS
from groundwire.records import Citation, OutletKind, Record, Target


@dataclass(frozen=True, slots=True)
class Ground:
    """What one citation leads to: the cited words with what stands around them, or the value of a calculation or reference row."""

    target: Target
    passage: str = ""
    """The cited words, completed to whole sentences."""
    around: str = ""
    """Their paragraph with the sentence before and after."""
    record: str = ""
    """The whole text of the record."""
    title: str = ""
    outlet: str = ""
    record_id: str = ""
    language: str = "en"
    published: datetime | None = None
    value: str | None = None
    inputs: tuple[str, ...] = ()
    """The passages that a calculation's inputs were read from, or the line of a reference row."""
    kind: OutletKind = OutletKind.REPORT
    """What the outlet of the record is."""
    author: str = ""
    """The byline of the record, whose name is known."""
    origin: str = ""
    """The independent source that the record belongs to, the same for copies of one text; empty when nobody counted."""


@dataclass(frozen=True)
class CheckContext:
    """What the checks may know of a sentence besides its words."""

    grounds: tuple[Ground, ...] = ()
    faults: tuple[str, ...] = ()
    """Why citations do not resolve, as `evidence.citations.prove` says it."""
    known_names: tuple[str, ...] = ()
    """Names that need no source: outlets, the publication, the layers of its lens."""
    known_links: tuple[str, ...] = ()
    independent: int = 0
    """How many independent sources stand behind the cited records."""
    primary: bool = False
    """Whether one of them is the record of a primary outlet."""
    people: tuple[str, ...] = ()
    """Names known to be persons'."""
    outlets: tuple[str, ...] = ()
    """The names of the outlets whose records could be cited."""
    others: tuple[Ground, ...] = ()
    """Records that the sentence could cite and does not."""
    superseded: tuple[tuple[str, str], ...] = ()
    """Figures of the cited passages as they are written, each with the figure that a later record puts in its place."""
    calibration: Calibration = NEUTRAL
    """How this publication's own decisions move the score."""

    @cached_property
    def cited(self) -> tuple[str, ...]:
        """The texts that the citations lead to, passages and the passages of inputs."""
        return tuple(dict.fromkeys(text for ground in self.grounds for text in (ground.passage, *ground.inputs) if text))

    @cached_property
    def near(self) -> tuple[str, ...]:
        """The cited texts with what stands around them and their titles."""
        texts = [text for ground in self.grounds for text in (ground.passage, ground.around, ground.title, *ground.inputs)]
        return tuple(dict.fromkeys(text for text in texts if text))

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """Everything that the cited records say."""
        return tuple(dict.fromkeys((*(ground.record for ground in self.grounds if ground.record), *self.near, *self.authors)))

    @cached_property
    def authors(self) -> tuple[str, ...]:
        """The bylines of the cited records."""
        return tuple(dict.fromkeys(ground.author for ground in self.grounds if ground.author))

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The values of cited calculations and reference rows."""
        return tuple(ground.value for ground in self.grounds if ground.value is not None)


@dataclass(frozen=True, slots=True)
class StatedIn:
    """A quantity with its hedge and the sentence that it stands in."""

    quantity: Quantity
    hedge: str | None
    sentence: str


@lru_cache(maxsize=4096)
def stated_quantities(text: str, language: str = "en") -> tuple[StatedIn, ...]:
    """The quantities of a text with their hedges, sentence by sentence."""
    found: list[StatedIn] = []
    for start, end in passages(text, language):
        sentence = text[start:end]
        for quantity in quantities(sentence, language):
            bound = bound_before(sentence, quantity.start)
            if bound and ((quantity.unit in DURATIONS and bound[0].lower() in OVER_A_TIME) or ADDS_UP.search(sentence[: quantity.start])):
                bound = None
            modal = modality_before(sentence, 0, bound[1] if bound else quantity.start)
            said = quantity.hedge or (bound[0].lower() if bound else bound_after(sentence, quantity.end))
            found.append(StatedIn(quantity, ", ".join(part for part in (modal, said) if part) or None, sentence))
    return tuple(found)


def quantities_of(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text without what stands around them."""
    return tuple(stated.quantity for stated in stated_quantities(text))


@lru_cache(maxsize=4096)
def stated_dates(text: str) -> tuple[DateMention, ...]:
    """The dates of a text; the same answer as `dates`, kept."""
    return dates(text)


def whole_ground(record: Record) -> Ground:
    """The ground that a record as a whole is."""
    language = (record.language or "en")[:2].lower()
    return Ground(
        Target.PASSAGE,
        passage=record.text,
        around=record.text,
        record=record.text,
        title=record.title,
        outlet=record.outlet,
        record_id=record.id,
        language=language,
        published=record.published,
        author=record.author or "",
    )


def ground_of(citation: Citation, record: Record | None, text_of: TextOf) -> Ground:
    """What a citation leads to; a passage of a record that is not given has its quote alone."""
    if citation.target is not Target.PASSAGE:
        line = (citation.quote,) if citation.target is Target.REFERENCE and citation.quote else ()
        return Ground(citation.target, value=citation.value, inputs=(*line, *_input_passages(citation, text_of)))
    if record is None or citation.start is None or citation.end is None:
        return Ground(citation.target, passage=citation.quote or "", around=citation.quote or "", record_id=citation.record_id or "")
    return passage_ground(record, citation.start, citation.end)


def passage_ground(record: Record, start: int, end: int) -> Ground:
    """The ground that a span of a record gives."""
    language = (record.language or "en")[:2].lower()
    a, b = passage_at(record.text, start, end, language)
    c, d = paragraph_at(record.text, a, b)
    e, f = window(record.text, a, b, language=language)
    return Ground(
        Target.PASSAGE,
        passage=record.text[a:b],
        around=record.text[min(c, e) : max(d, f)],
        record=record.text,
        title=record.title,
        outlet=record.outlet,
        record_id=record.id,
        language=language,
        published=record.published,
        author=record.author or "",
    )


def _input_passages(citation: Citation, text_of: TextOf) -> tuple[str, ...]:
    found: list[str] = []
    for item in citation.inputs:
        text = text_of(item.record_id, item.record_version) if item.record_id and item.record_version is not None else None
        if text is not None and item.start is not None and item.end is not None and 0 <= item.start < item.end <= len(text):
            start, end = passage_at(text, item.start, item.end)
            found.append(text[start:end])
    return tuple(dict.fromkeys(found))


def context_of(
    citations: Iterable[Citation],
    record_of: Callable[[str, int], Record | None],
    *,
    reference_of: ReferenceOf | None = None,
    known_names: tuple[str, ...] = (),
    known_links: tuple[str, ...] = (),
    independent: int = 0,
    primary: bool = False,
    people: tuple[str, ...] = (),
    outlets: tuple[str, ...] = (),
    others: tuple[Ground, ...] = (),
    kind_of: Callable[[str], OutletKind] = lambda record_id: OutletKind.REPORT,
    origin_of: Callable[[str], str] = lambda record_id: "",
    superseded: tuple[tuple[str, str], ...] = (),
    calibration: Calibration = NEUTRAL,
) -> CheckContext:
    """The context of a sentence with these citations, each proved; `record_of` gives a record's version or None."""

    def text_of(record_id: str, version: int) -> str | None:
        record = record_of(record_id, version)
        return record.text if record else None

    cited = tuple(citations)
    faults = tuple(reason for citation in cited if (reason := prove(citation, text_of, reference_of)))
    grounds = tuple(
        ground_of(citation, record_of(citation.record_id, citation.record_version or 0) if citation.record_id else None, text_of)
        for citation in cited
    )
    grounds = tuple(
        replace(ground, kind=kind_of(ground.record_id), origin=origin_of(ground.record_id)) if ground.record_id else ground
        for ground in grounds
    )
    return CheckContext(grounds, faults, known_names, known_links, independent, primary, people, outlets, others, superseded, calibration)
