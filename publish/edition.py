"""The publication as its list pages see it: cards, months, threads, sources, corrections, counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pydantic import TypeAdapter

from groundwire.records import Article, ArticleStatus, Forecast, Record, SentenceKind
from groundwire.store.articles import numbered
from groundwire.store.site import Read
from publish.charts import LayerView, Timeline
from publish.drawing import timeline_of
from publish.forecasts import Forecasts, forecasts_of
from publish.notes import spans_of
from publish.stack import Stack, Week, stack_of, week_of
from publish.views import ArticleView, NoteOnTop, Site, StepView, step_view
from publish.wording import MONTHS, DateView, clean, date_view

Step = tuple[datetime, str, str | None]
"""When, what, and the slug of the article it belongs to."""

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
    draft: bool
    modified: datetime
    month: str


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
    timeline: Timeline | None
    layers: tuple[LayerView, ...]
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

    article_id: str
    slug: str
    published: datetime
    modified: datetime
    card: Card
    steps: tuple[Step, ...]
    weeks: tuple[Week, ...]
    """The weeks that its versions measured."""
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
    """An outlet that was read or cited; `owner` is empty when nobody has said whose it is."""

    name: str
    kind: str
    guessed: bool
    weight: str
    owner: str
    read: int
    copies: int
    records: int
    citations: int
    articles: int
    last: DateView | None


@dataclass(frozen=True, slots=True)
class Known:
    """What list pages say beyond the articles that are out."""

    statuses: Mapping[str, int]
    read: Sequence[Read] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, Mapping[date, int]] = field(default_factory=dict)
    """Accounts of each layer by day."""
    forecasts: Sequence[Forecast] = ()


@dataclass(slots=True)
class _Outlet:
    kind: str = ""
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
    stack: Stack
    forecasts: Forecasts
    modified: datetime | None
    updated: DateView | None

    @property
    def front(self) -> tuple[Card, ...]:
        return self.cards[:ON_FRONT]

    def of_layer(self, layer: LayerView) -> tuple[Card, ...]:
        """The articles of one layer."""
        return tuple(card for card in self.cards if layer in card.layers)


class Gathering:
    """Collects an edition while its articles pass by one at a time, in any order."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._members: list[tuple[datetime, str, Card]] = []
        self._steps: dict[str, dict[str, tuple[tuple[datetime, str], Step]]] = {}
        self._weeks: dict[Week, None] = {}
        self._titles: dict[str, tuple[str, str]] = {}
        self._corrections: list[CorrectionEntry] = []
        self._outlets: dict[str, _Outlet] = {}
        self._weighed: dict[str, datetime] = {}
        self._kinds: Counter[str] = Counter()
        self._citations = 0
        self._removed = 0

    def add(self, member: Member) -> None:
        self._members.append((member.published, member.slug, member.card))
        self._titles[member.article_id] = (member.card.title, member.card.href)
        self._weeks.update(dict.fromkeys(member.weeks))
        self._tell(member)
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

    def _tell(self, member: Member) -> None:
        """The steps that a thread's articles tell, each as the newest article that has it tells it."""
        told, order = self._steps.setdefault(member.card.thread_id, {}), (member.published, member.slug)
        for at, text, slug in member.steps:
            before = told.get(slug or text)
            if before is None or before[0] <= order:
                told[slug or text] = (order, (at, text, slug))

    def edition(self, known: Known) -> Edition:
        ordered = sorted(self._members, key=lambda c: (c[0], c[1]), reverse=True)
        cards = tuple(card for _, _, card in ordered)
        modified = max((c.modified for c in cards), default=None)
        return Edition(
            cards=cards,
            months=_months(cards),
            threads=self._threads(cards),
            corrections=tuple(sorted(self._corrections, key=lambda c: (c.at, c.href, c.note.text), reverse=True)),
            outlets=self._rows(known),
            counts=self._counts(cards, known.statuses),
            stack=stack_of(self.site.layers, self._weeks, known.accounts, self.site.zone),
            forecasts=forecasts_of(known.forecasts, self._titles, self.site.zone),
            modified=modified,
            updated=date_view(modified, self.site.zone) if modified else None,
        )

    def _rows(self, known: Known) -> tuple[OutletRow, ...]:
        read = {clean(r.outlet): r for r in known.read}
        owners = {clean(name): clean(owner) for name, owner in known.owners.items()}
        names = {*self._outlets, *read}
        rows = (self._row(name, self._outlets.get(name) or _Outlet(), read.get(name), owners.get(name, "")) for name in names)
        return tuple(sorted(rows, key=lambda r: (-r.citations, -r.read, r.name)))

    def _row(self, name: str, o: _Outlet, read: Read | None, owner: str) -> OutletRow:
        kind, _, guessed = o.kind.partition(",")
        return OutletRow(
            name=name,
            kind=kind,
            guessed=bool(guessed),
            weight=f"{o.weight:.2f}" if o.weight else "",
            owner=owner,
            read=read.records if read else len(o.records),
            copies=read.copies if read else 0,
            records=len(o.records),
            citations=o.citations,
            articles=len(o.articles),
            last=date_view(read.last, self.site.zone) if read else None,
        )

    def _threads(self, ordered: tuple[Card, ...]) -> tuple[Thread, ...]:
        by_thread: dict[str, list[Card]] = {}
        for card in ordered:
            by_thread.setdefault(card.thread_id, []).append(card)
        found = []
        for thread_id, cards in by_thread.items():
            if thread_id in self.site.threads:
                slug, title = self.site.threads[thread_id]
                steps = sorted((step for _, step in self._steps.get(thread_id, {}).values()), key=_order)
                found.append(_thread(slug, clean(title), tuple(cards), tuple(steps), self.site))
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


def _order(step: Step) -> tuple[datetime, str]:
    return step[0], step[1]


def _thread(slug: str, title: str, cards: tuple[Card, ...], steps: tuple[Step, ...], site: Site) -> Thread:
    """A thread from its articles, newest first, and from the steps that all of them tell."""
    layers = dict.fromkeys(layer for card in cards for layer in card.layers)
    return Thread(
        slug=slug,
        title=title,
        href=f"threads/{slug}/index.html",
        cards=cards,
        steps=tuple(step_view(step, None, site) for step in steps),
        timeline=timeline_of(steps, None, site.zone),
        layers=tuple(sorted(layers, key=lambda layer: layer.hue)),
        first=cards[-1].date,
        last=cards[0].date,
    )


def member_of(
    article: Article,
    view: ArticleView,
    records: Mapping[str, Record],
    depends: tuple[str, ...],
    site: Site,
    versions: Sequence[Article] = (),
) -> Member:
    """What list pages keep of an article; `depends` are the records that its pages depend on, and weeks that older versions measured count too."""
    card = card_of(article, view, site)
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
        article_id=article.id,
        slug=article.slug,
        published=article.published,
        modified=article.modified,
        card=card,
        steps=article.steps,
        weeks=tuple(dict.fromkeys(week for version in (article, *versions) if (week := week_of(version)))),
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
        draft=view.draft is not None,
        modified=view.touched,
        month=f"{local:%Y-%m}",
    )


def _months(cards: tuple[Card, ...]) -> tuple[Month, ...]:
    by_month: dict[str, list[Card]] = {}
    for card in cards:
        by_month.setdefault(card.month, []).append(card)
    return tuple(Month(key, _month_name(key), f"archive/{key}/index.html", tuple(found)) for key, found in by_month.items())


def _month_name(key: str) -> str:
    year, month = key.split("-")
    return f"{MONTHS[int(month) - 1]} {int(year)}"
