"""The frozen records that cross module boundaries, and the words they use.

Times are aware datetimes in UTC. Offsets count characters of a record's text, end exclusive.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


def short_id(*parts: str) -> str:
    """An identity of 12 hexadecimal digits that depends on the parts alone, never on order of arrival."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def text_sha256(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class FeedState(StrEnum):
    OK = "ok"
    MALFORMED = "malformed"
    FAILED = "failed"
    OFF = "off"


class RecordState(StrEnum):
    READ = "read"
    SUMMARY_ONLY = "summary_only"
    RESERVED = "reserved"
    PAYWALLED = "paywalled"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    FORGOTTEN = "forgotten"
    PRUNED = "pruned"


class ArticleStatus(StrEnum):
    DRAFT = "draft"
    HELD = "held"
    APPROVED = "approved"
    PUBLISHED = "published"
    REJECTED = "rejected"
    RETRACTED = "retracted"


MOVES: dict[ArticleStatus, frozenset[ArticleStatus]] = {
    ArticleStatus.DRAFT: frozenset({ArticleStatus.HELD, ArticleStatus.APPROVED, ArticleStatus.PUBLISHED, ArticleStatus.REJECTED}),
    ArticleStatus.HELD: frozenset({ArticleStatus.APPROVED, ArticleStatus.REJECTED}),
    ArticleStatus.APPROVED: frozenset({ArticleStatus.HELD, ArticleStatus.PUBLISHED, ArticleStatus.REJECTED}),
    ArticleStatus.PUBLISHED: frozenset({ArticleStatus.HELD, ArticleStatus.RETRACTED}),
    ArticleStatus.REJECTED: frozenset({ArticleStatus.HELD}),
    ArticleStatus.RETRACTED: frozenset(),
}
"""Every change of an article version's status that is allowed; no other place decides this."""


class OutletKind(StrEnum):
    PRIMARY = "primary"
    REPORT = "report"
    COMMENTARY = "commentary"
    DISCUSSION = "discussion"


class SentenceKind(StrEnum):
    REPORT = "report"
    INFERENCE = "inference"
    MEASURE = "measure"
    FRAME = "frame"


class Verdict(StrEnum):
    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"
    CONTRADICTED = "contradicted"


class Target(StrEnum):
    """What a citation leads to."""

    PASSAGE = "passage"
    CALCULATION = "calculation"
    REFERENCE = "reference"


class Severity(StrEnum):
    """What a finding does: `note` informs, `hold` waits for an editor, `cut` removes the sentence."""

    NOTE = "note"
    HOLD = "hold"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One entry of a feed as it arrived, sanitised: `key` is its identity within the feed."""

    key: str
    url: str | None
    title: str
    summary: str
    author: str | None
    published: datetime | None
    """What the feed said, or None; never later than the fetch when it is used."""
    language: str | None = None
    trouble: str | None = None
    """Why a part of the entry was dropped (a link with a forbidden scheme, for instance)."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as it was parsed, newest items first, at most 1,000."""

    title: str
    html_url: str | None
    language: str | None
    items: tuple[FeedItem, ...]
    malformed: str | None
    """Why the feed is not well formed, or None."""
    dropped: int
    """Entries that had nothing to keep."""
    ttl_seconds: int | None = None
    """The longest pause that ttl or sy:updatePeriod asks for."""
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    """Monday is 0, as in datetime.weekday()."""


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """A page as it was read: the text of the article alone, without navigation, forms or readers' comments."""

    title: str | None
    text: str
    author: str | None
    site_name: str | None
    published: datetime | None
    language: str | None
    canonical_url: str | None
    reserved: str | None = None
    """The reservation of rights that the page states, in its own terms, or None."""
    paywalled: bool = False
    correction: str | None = None
    """The text of a correction notice on the page, or None."""


@dataclass(frozen=True, slots=True)
class Record:
    """A source record: one version of one page as it was read. Its text never changes."""

    id: str
    page_id: str
    version: int
    url: str
    canonical_url: str
    outlet: str
    title: str
    author: str | None
    language: str | None
    published: datetime
    fetched: datetime
    text: str
    text_sha256: str
    state: RecordState
    reason: str | None = None

    @property
    def order(self) -> tuple[datetime, str, int]:
        """Canonical order: when it was published, then its identity."""
        return (self.published, self.page_id, self.version)


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who published a record. `guessed` marks properties that no operator has set."""

    name: str
    kind: OutletKind = OutletKind.REPORT
    owner: str | None = None
    weight: float = 0.8
    guessed: bool = True
    official: bool = False
    """Whether it is a public body's own record, which may stand alone for a claim about a person; a company's release may not."""
    muted: bool = False
    """Whether an editor silenced it: its records are read and kept, and no article is built on them."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A record whose text came from another: `origin_id` is the first of the set."""

    record_id: str
    origin_id: str
    similarity: float
    altered: str | None = None
    """How the copy differs in a figure, a name or a date, or None; an altered copy is quarantined."""


@dataclass(frozen=True, slots=True)
class Story:
    """Records on one event, in canonical order, copies included."""

    id: str
    title: str
    record_ids: tuple[str, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity as a passage states it, normalised."""

    id: str
    record_id: str
    record_version: int
    start: int
    end: int
    quote: str
    """The words of the quantity itself: text[start:end]."""
    value: Decimal
    unit: str
    """A canonical unit: "money", "W", "Wh", "%", "x", "count:jobs", "years", "m", ...; power in watts, money in units of `currency`."""
    currency: str | None
    entity: str | None
    measure: str | None
    period: str | None
    as_of: datetime | None
    hedge: str | None
    """The hedging words kept ("up to", "about", "reportedly"), or None."""
    sentence_start: int
    sentence_end: int
    direction: str | None = None
    """"up" or "down": the figure is the size of a rise or fall; "to": the level that a change reached; None: no change is stated."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A measured change that justifies writing, with the records that justify it."""

    id: str
    kind: str
    strength: float
    statement: str
    record_ids: tuple[str, ...]
    story_ids: tuple[str, ...]
    values: tuple[tuple[str, str], ...] = ()
    """What was measured, by name; which names a kind has is in docs/signals.md."""

    @property
    def measured(self) -> dict[str, str]:
        """The values by name."""
        return dict(self.values)


@dataclass(frozen=True, slots=True)
class Theme:
    """The stories that one thesis joins, its lead story first, with their signals, that of the thesis first, then the strongest."""

    id: str
    story_ids: tuple[str, ...]
    record_ids: tuple[str, ...]
    signals: tuple[Signal, ...]
    layers: tuple[str, ...]
    independent: int
    ready: bool
    reason: str
    """Why it is written, or what is missing."""
    lead: str | None = None
    """The signal that is the thesis, one of `signals`; None without a baseline, when two sources and a figure are enough."""
    joins: tuple[tuple[str, str], ...] = ()
    """Why each story beside the lead story is in the theme: its id, and the reason in words."""

    @property
    def thesis(self) -> Signal | None:
        """The signal that headline, dek and argument rest on, or None."""
        return next((s for s in self.signals if s.id == self.lead), None)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an article expects and when it can be seen: `outcome` is "open" until it is decided."""

    id: str
    article_id: str
    statement: str
    made: datetime
    due: datetime
    wrong_if: str
    outcome: str = "open"
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class CalculationInput:
    """One input of a calculation, by value, with the passage it was read from when it has one."""

    id: str
    value: str
    record_id: str | None = None
    record_version: int | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """What a sentence rests on: a passage by offsets with its quote, a calculation, or a row of the reference table."""

    target: Target
    record_id: str | None = None
    record_version: int | None = None
    start: int | None = None
    end: int | None = None
    quote: str | None = None
    rule: str | None = None
    """For a calculation: the name of its rule in evidence.citations.RULES; for a reference: the row's key."""
    value: str | None = None
    inputs: tuple[CalculationInput, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found on one sentence; `message` is for an editor."""

    check: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a draft or an article with what it rests on."""

    text: str
    kind: SentenceKind
    citations: tuple[Citation, ...] = ()
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    cut: bool = False
    """Struck out: stays in the draft, never on a page."""
    lead: int = 0
    """So many characters at the head of the text are a lead, which pages set in bold; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the body: a heading (None for an unheaded opening), and its sentences in paragraphs."""

    heading: str | None
    paragraphs: tuple[tuple[Sentence, ...], ...]


@dataclass(frozen=True, slots=True)
class Question:
    question: str
    answer: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row of an article's ledger of figures: one quantity with every outlet that carries it."""

    figure: Figure
    outlets: tuple[str, ...]
    conflict: tuple[str, ...] = ()
    """Other values that sources give for the same measure, as they write them, each with its outlet."""


@dataclass(frozen=True, slots=True)
class LayerShare:
    """One bar of the picture: a layer's share of independent coverage and of distinct reported commitments, 0 to 1."""

    layer: str
    coverage: float
    commitment: float


@dataclass(frozen=True, slots=True)
class Method:
    """The computed note on method: what this run really did."""

    records: int
    independent: int
    first: datetime
    last: datetime
    copies: int
    writer: str
    models: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, int], ...]
    """How often each check was applied, by name."""
    removed: tuple[tuple[str, int], ...]
    """How many sentences each check removed, by name."""
    reviewed_by: str | None
    outlets: tuple[tuple[str, str, int, int, float], ...] = ()
    """Name, kind (with ", guessed" when no operator has set it), records, claims, weight: the table of sources."""
    prompts: tuple[tuple[str, str], ...] = ()
    """Prompt files with the hash of their text."""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a writer returns; both writers return the same."""

    form: str
    writer: str
    headline: Sentence
    dek: Sentence
    sections: tuple[Section, ...]
    so_far: tuple[Sentence, ...]
    questions: tuple[Question, ...]
    figures: tuple[FigureRow, ...]
    picture: tuple[LayerShare, ...]
    layers: tuple[str, ...]
    theme: Theme
    dropped: tuple[tuple[str, int], ...] = ()
    """What the writer offered and could not be taken, counted by reason ("quote not in the record", ...)."""
    forecasts: tuple[Forecast, ...] = ()
    """Dated views that the draft gives; they have no identity before their article has one."""
    open: tuple[str, ...] = ()
    """Questions that the draft leaves open: what nobody has said yet and will be known."""
    decided: tuple[Forecast, ...] = ()
    """Earlier forecasts whose outcome the draft's facts decide, with that outcome and its evidence."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A dated note at the top of an article: `kind` is "correction" (what was wrong), or "notice" (a cited page changed)."""

    at: datetime
    kind: str
    text: str
    was: str | None = None
    now_is: str | None = None
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    relation: str
    slug: str
    headline: str
    why: str


@dataclass(frozen=True, slots=True)
class Article:
    """One version of an article as it is stored; only its status ever changes."""

    id: str
    slug: str
    version: int
    status: ArticleStatus
    writer: str
    form: str
    thread_id: str
    published: datetime
    """When the first version went out, or would have."""
    modified: datetime
    headline: Sentence
    dek: Sentence
    sections: tuple[Section, ...]
    so_far: tuple[Sentence, ...]
    questions: tuple[Question, ...]
    figures: tuple[FigureRow, ...]
    picture: tuple[LayerShare, ...]
    layers: tuple[str, ...]
    theme: Theme
    method: Method
    reasons: tuple[str, ...] = ()
    """Why the gate decided as it did."""
    steps: tuple[tuple[datetime, str, str | None], ...] = ()
    """The thread's dated steps: when, what, and the slug of the article it belongs to."""
    related: tuple[Related, ...] = ()
    corrections: tuple[Correction, ...] = ()
    open: tuple[str, ...] = ()
    """Questions that it leaves open, which its thread takes up."""
    decided: tuple[Forecast, ...] = ()
    """Earlier forecasts that it decides; their record changes when it goes out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that failed in a batch: a value that is stored and reported once."""

    kind: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class StageReport:
    """What one stage did: counted facts in reading order, and what failed for the first time in this run."""

    stage: str
    counts: tuple[tuple[str, int], ...] = ()
    failures: tuple[Failure, ...] = ()
    notes: tuple[str, ...] = field(default=())
    left: tuple[str, ...] = ()
    """Of the notes, what was not done, or not by whom it should have been, and why; `status` shows it until the next run."""
