"""The publication as its list pages see it: cards, months, threads, sources, corrections, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import TypeAdapter

from groundwire.records import Article, ArticleStatus, Record, SentenceKind
from groundwire.store.articles import numbered
from publish.charts import LayerView, Picture
from publish.notes import spans_of
from publish.views import ArticleView, NoteOnTop, Site, StepView
from publish.wording import MONTHS, DateView, clean, date_view

ON_FRONT = 12
"""Articles on the front page, the newest; the archive has all."""


@dataclass(frozen=True, slots=True)
class Card:
    """An article in a list."""

    href: str
    title: str
    dek: str
    layers: tuple[LayerView, ...]
    thread: str | None
    thread_id: str
    date: DateView
    updated: DateView | None
    disclosure: str
    retracted: bool
    modified: datetime
    month: str
    picture: Picture | None


@dataclass(frozen=True, slots=True)
class Month:
    key: str
    name: str
    href: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Thread:
    slug: str
    title: str
    href: str
    cards: tuple[Card, ...]
    steps: tuple[StepView, ...]
    first: DateView
    last: DateView


@dataclass(frozen=True, slots=True)
class CorrectionEntry:
    note: NoteOnTop
    href: str
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cited:
    """An outlet as one article uses it: what the article's table of sources says of it, and how often each record is cited."""

    kind: str | None
    weight: float
    records: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """What list pages keep of an article; stored beside its pages, so that an article that did not change is not read again."""

    slug: str
    published: datetime
    modified: datetime
    card: Card
    steps: tuple[StepView, ...]
    corrections: tuple[CorrectionEntry, ...]
    kinds: tuple[tuple[str, int], ...]
    citations: int
    removed: int
    outlets: tuple[tuple[str, Cited], ...]
    records: tuple[str, ...]
    """The records that its pages depend on."""
    mentions: tuple[str, ...]
    """Slugs that its pages link to when they are in the edition."""


MEMBER = TypeAdapter(Member)
"""Members as JSON."""


@dataclass(frozen=True, slots=True)
class OutletRow:
    name: str
    kind: str
    weight: str
    records: int
    citations: int
    articles: int


@dataclass(slots=True)
class _Outlet:
    kind: str = "report"
    weight: float = 0.0
    records: set[str] = field(default_factory=set)
    citations: int = 0
    articles: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that list pages show; newest first."""

    cards: tuple[Card, ...]
    months: tuple[Month, ...]
    threads: tuple[Thread, ...]
    corrections: tuple[CorrectionEntry, ...]
    outlets: tuple[OutletRow, ...]
    counts: tuple[tuple[str, str], ...]
    modified: datetime | None
    updated: DateView | None

    @property
    def front(self) -> tuple[Card, ...]:
        return self.cards[:ON_FRONT]


class Gathering:
    """Collects an edition while its articles pass by one at a time, in any order."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._members: list[tuple[datetime, str, Card]] = []
        self._steps: dict[str, tuple[tuple[datetime, str], tuple[StepView, ...]]] = {}
        self._corrections: list[CorrectionEntry] = []
        self._outlets: dict[str, _Outlet] = {}
        self._weighed: dict[str, datetime] = {}
        self._kinds: Counter[str] = Counter()
        self._citations = 0
        self._removed = 0

    def add(self, member: Member) -> None:
        self._members.append((member.published, member.slug, member.card))
        last = self._steps.get(member.card.thread_id)
        if member.steps and (last is None or last[0] < (member.published, member.slug)):
            self._steps[member.card.thread_id] = ((member.published, member.slug), member.steps)
        self._corrections.extend(member.corrections)
        self._removed += member.removed
        self._citations += member.citations
        self._kinds.update(dict(member.kinds))
        for name, cited in member.outlets:
            row = self._outlets.setdefault(name, _Outlet())
            if cited.kind is not None and self._weighed.get(name, member.modified) <= member.modified:
                row.kind, row.weight = cited.kind, cited.weight
                self._weighed[name] = member.modified
            for record, times in cited.records:
                row.records.add(record)
                row.articles.add(member.slug)
                row.citations += times

    def edition(self, statuses: Mapping[str, int]) -> Edition:
        ordered = sorted(self._members, key=lambda c: (c[0], c[1]), reverse=True)
        cards = tuple(card for _, _, card in ordered)
        modified = max((c.modified for c in cards), default=None)
        return Edition(
            cards=cards,
            months=_months(cards),
            threads=self._threads(cards),
            corrections=tuple(sorted(self._corrections, key=lambda c: (c.at, c.href, c.note.text), reverse=True)),
            outlets=self._rows(),
            counts=self._counts(cards, statuses),
            modified=modified,
            updated=date_view(modified, self.site.zone) if modified else None,
        )

    def _rows(self) -> tuple[OutletRow, ...]:
        ordered = sorted(self._outlets.items(), key=lambda o: (-o[1].citations, o[0]))
        return tuple(
            OutletRow(name, o.kind, f"{o.weight:.2f}" if o.weight else "", len(o.records), o.citations, len(o.articles))
            for name, o in ordered
        )

    def _threads(self, ordered: tuple[Card, ...]) -> tuple[Thread, ...]:
        by_thread: dict[str, list[Card]] = {}
        for card in ordered:
            by_thread.setdefault(card.thread_id, []).append(card)
        found = []
        for thread_id, cards in by_thread.items():
            if thread_id in self.site.threads:
                slug, title = self.site.threads[thread_id]
                _, steps = self._steps.get(thread_id, (None, ()))
                found.append(Thread(slug, clean(title), f"threads/{slug}/index.html", tuple(cards), steps, cards[-1].date, cards[0].date))
        return tuple(sorted(found, key=lambda t: (t.last.iso, t.slug), reverse=True))

    def _counts(self, cards: tuple[Card, ...], statuses: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
        refused = statuses.get(ArticleStatus.REJECTED.value, 0)
        waiting = sum(statuses.get(s.value, 0) for s in (ArticleStatus.DRAFT, ArticleStatus.HELD, ArticleStatus.APPROVED))
        rows = (
            ("Articles", len(cards)),
            ("of these retracted", sum(c.retracted for c in cards)),
            ("Sentences that report", self._kinds[SentenceKind.REPORT.value]),
            ("Sentences that infer", self._kinds[SentenceKind.INFERENCE.value]),
            ("Sentences that state a computed measure", self._kinds[SentenceKind.MEASURE.value]),
            ("Sentences that only connect", self._kinds[SentenceKind.FRAME.value]),
            ("Citations, each resolved", self._citations),
            ("Sentences removed by checks", self._removed),
            ("Outlets cited", sum(bool(o.citations) for o in self._outlets.values())),
            ("Source records cited", len({r for o in self._outlets.values() for r in o.records})),
            ("Corrections and notices", len(self._corrections)),
            ("Drafts that wait for an editor", waiting),
            ("Drafts refused", refused),
        )
        return tuple((name, f"{n:,}") for name, n in rows)


def member_of(article: Article, view: ArticleView, records: Mapping[str, Record], depends: tuple[str, ...], site: Site) -> Member:
    """What list pages keep of an article; `depends` are the records that its pages depend on."""
    card = replace(card_of(article, view, site), picture=None)
    entries = [
        CorrectionEntry(note, card.href, card.title, correction.at)
        for correction, note in zip(article.corrections, view.notes_on_top, strict=True)
    ]
    if view.retracted:
        note = NoteOnTop(date_view(view.touched, site.zone), "Retraction", view.retracted, None, None)
        entries.append(CorrectionEntry(note, card.href, card.title, view.touched))
    shown = [s for _, _, s in numbered(article) if not s.cut]
    cited: dict[str, Counter[str]] = {}
    for citation in (c for s in shown for c in s.citations):
        for record_id, _, _ in spans_of(citation):
            cited.setdefault(clean(records[record_id].outlet), Counter())[record_id] += 1
    return Member(
        slug=article.slug,
        published=article.published,
        modified=article.modified,
        card=card,
        steps=view.steps,
        corrections=tuple(entries),
        kinds=tuple(sorted(Counter(s.kind.value for s in shown).items())),
        citations=sum(len(s.citations) for s in shown),
        removed=sum(n for _, n in article.method.removed),
        outlets=_outlets(article, cited),
        records=depends,
        mentions=tuple(sorted({r.slug for r in article.related} | {slug for _, _, slug in article.steps if slug})),
    )


def _outlets(article: Article, cited: Mapping[str, Counter[str]]) -> tuple[tuple[str, Cited], ...]:
    said = {clean(name): (clean(kind), weight) for name, kind, _, _, weight in article.method.outlets}
    found = []
    for name in sorted({*said, *cited}):
        kind, weight = said.get(name, (None, 0.0))
        found.append((name, Cited(kind, weight, tuple(sorted(cited.get(name, Counter()).items())))))
    return tuple(found)


def card_of(article: Article, view: ArticleView, site: Site) -> Card:
    local = article.published.astimezone(site.zone)
    return Card(
        href=f"{view.path}index.html",
        title=view.title,
        dek=view.dek.text,
        layers=view.layers,
        thread=view.thread.title if view.thread else None,
        thread_id=article.thread_id,
        date=view.published,
        updated=view.modified if view.updated else None,
        disclosure=view.disclosure.short,
        retracted=view.retracted is not None,
        modified=view.touched,
        month=f"{local:%Y-%m}",
        picture=view.picture,
    )


def _months(cards: tuple[Card, ...]) -> tuple[Month, ...]:
    by_month: dict[str, list[Card]] = {}
    for card in cards:
        by_month.setdefault(card.month, []).append(card)
    return tuple(Month(key, _month_name(key), f"archive/{key}/index.html", tuple(found)) for key, found in by_month.items())


def _month_name(key: str) -> str:
    year, month = key.split("-")
    return f"{MONTHS[int(month) - 1]} {int(year)}"
