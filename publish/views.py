"""Articles as templates see them: everything is computed here, templates decide nothing.

All text is clean (no control, bidirectional or tag characters) and unescaped; templates escape it. Markers are
numbered in reading order, one number for each thing cited, used again when it is cited again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from evidence.hedges import split_hedge
from evidence.quantities import render
from groundwire.records import Article, ArticleStatus, Correction, FigureRow, Question, Record, Sentence, SentenceKind
from groundwire.store.articles import numbered
from publish.charts import LayerView, Picture, Spread, Timeline, layer_view, picture
from publish.drawing import spreads_of, timeline_of
from publish.look import Look
from publish.notes import Lineage, Note, Notes, notes_of, source_of
from publish.wording import DateView, Disclosure, clean, counted, date_view, disclosure, listed, period

LAST_WORD = 20
"""Characters of a last word that is kept together with its markers; longer ones would not fit a narrow screen."""

ANALYSIS_FORMS = frozenset({"thesis", "stack-essay", "briefing"})

ICON = "icon.svg"

UNPUBLISHED = frozenset({ArticleStatus.DRAFT, ArticleStatus.HELD, ArticleStatus.APPROVED})
"""What a preview shows beside what is out."""

KIND_WORDS = {
    SentenceKind.REPORT: ("", ""),
    SentenceKind.INFERENCE: ("◇", "Inference"),
    SentenceKind.MEASURE: ("", "Computed"),
    SentenceKind.FRAME: ("", "Connecting"),
}
"""For each kind of sentence the sign that stands before it and the word that a screen reader hears."""

RELATIONS = {
    "earlier": "Earlier in this thread",
    "below": "One layer below",
    "above": "One layer above",
    "other": "The other side",
    "similar": "Similar",
}


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows of its publication."""

    title: str
    url: str
    language: str
    direction: str
    zone: ZoneInfo
    policy: str
    look: Look
    layers: Mapping[str, LayerView]
    """The layers of the lens by name, from surface to bedrock."""
    contact: str | None
    contact_link: str | None
    """The contact as a link, or None when it is no address."""
    responsible: str | None
    reserved: bool
    articles: frozenset[str]
    """Slugs of the articles that are in this edition: nothing else is linked."""
    threads: Mapping[str, tuple[str, str]]
    """Slug and title of each thread by its id."""
    founded: str | None = None
    """The day of the first article, in ISO 8601."""
    license: str | None = None
    cards: bool = False
    search: bool = False
    llms_txt: bool = False
    preview: bool = False
    """Whether this is an editor's preview, which holds drafts and says so on every page."""

    @property
    def notice(self) -> str | None:
        """What stands at the top of every page."""
        return self.look.notice

    @property
    def icon(self) -> str:
        """The one picture of the publication, from the site's root: its logo, or the packaged icon."""
        return f"static/{self.look.logo}" if self.look.logo else ICON


@dataclass(frozen=True, slots=True)
class Retraction:
    """When an article was withdrawn, and the sentence that says by whom and why."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Marker:
    """A number in the text that opens what the sentence before it rests on."""

    id: str
    number: int
    sign: str
    target: str
    label: str


@dataclass(frozen=True, slots=True)
class SentenceView:
    n: int
    id: str
    kind: str
    sign: str
    word: str
    text: str
    start: str
    """The text without its last word when markers follow, so that they never stand alone on a line; else all of it."""
    tail: str
    verdict: str | None
    markers: tuple[Marker, ...]
    independent: int
    """How many independent sources the sentence rests on, 0 when it cites no source."""
    lead: str = ""
    """What of `start` is set in bold: the lead that the text begins with."""

    @property
    def rest(self) -> str:
        """`start` after the lead."""
        return self.start[len(self.lead) :]


@dataclass(frozen=True, slots=True)
class SectionView:
    heading: str | None
    paragraphs: tuple[tuple[SentenceView, ...], ...]


@dataclass(frozen=True, slots=True)
class QuestionView:
    question: str
    answer: tuple[SentenceView, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FigureView:
    value: str
    what: str
    when: str
    outlets: str
    names: str
    conflict: tuple[str, ...]
    marker: Marker | None
    rendered: str = ""
    """The value as other rows name it where they differ."""
    date: DateView | None = None
    """When the record with its passage was published; None when the article cites no passage that states it."""
    href: str | None = None
    """A link that opens the source at the passage."""


@dataclass(frozen=True, slots=True)
class SideView:
    """One of the values that sources give for one thing."""

    what: str
    value: str
    names: str
    date: DateView | None
    href: str | None


@dataclass(frozen=True, slots=True)
class StepView:
    date: DateView
    text: str
    href: str | None
    here: bool


@dataclass(frozen=True, slots=True)
class NextView:
    relation: str
    headline: str
    href: str
    why: str


@dataclass(frozen=True, slots=True)
class NoteOnTop:
    """A dated correction or notice."""

    date: DateView
    kind: str
    text: str
    was: str | None
    now_is: str | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    name: str
    kind: str
    records: int
    claims: int
    weight: str


@dataclass(frozen=True, slots=True)
class MethodView:
    paragraphs: tuple[str, ...]
    sources: tuple[SourceRow, ...]
    checks: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]
    prompts: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class LegendItem:
    """How one kind of sentence or marker looks, in words."""

    kind: str
    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class ThreadLink:
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    id: str
    slug: str
    version: int
    form: str
    path: str
    headline: SentenceView
    title: str
    dek: SentenceView
    lead_markers: tuple[Marker, ...]
    """Markers of the headline, shown beneath the dek."""
    layers: tuple[LayerView, ...]
    thread: ThreadLink | None
    published: DateView
    modified: DateView
    updated: bool
    touched: datetime
    """When anything on its pages changed last: a new version, a note, its retraction."""
    disclosure: Disclosure
    retracted: str | None
    """The sentence of the banner, or None."""
    draft: str | None
    """What state the draft is in and why, in a preview; None for what is out."""
    notes_on_top: tuple[NoteOnTop, ...]
    legend: tuple[LegendItem, ...]
    sections: tuple[SectionView, ...]
    so_far: tuple[SentenceView, ...]
    steps: tuple[StepView, ...]
    timeline: Timeline | None
    questions: tuple[QuestionView, ...]
    figures: tuple[FigureView, ...]
    picture: Picture | None
    picture_of_week: bool
    """Whether the picture shows all that was read in seven days, and not this article's records alone."""
    spreads: tuple[Spread, ...]
    """The values of each figure on which sources differ."""
    next: tuple[NextView, ...]
    method: MethodView
    notes: tuple[Note, ...]
    sentences: tuple[SentenceView, ...]
    """Every sentence that is on the page, in reading order."""
    words: int
    analysis: bool
    ledger: bool

    @property
    def disputed(self) -> tuple[SideView, ...]:
        """Where sources differ: a row for each value, with who gives it, when, and a link to the passage; a value without its own figure has no link."""
        rows: list[SideView] = []
        for figure in (f for f in self.figures if f.conflict):
            rows.append(SideView(figure.what, figure.value, figure.names, figure.date, figure.href))
            given = {f.rendered for f in self.figures if f.conflict}
            sides = (c.removesuffix(")").rpartition(" (") for c in figure.conflict)
            rows += [SideView(figure.what, value, listed(who.split(", ")), None, None) for value, _, who in sides if value not in given]
        return tuple(dict.fromkeys(rows))


def article_view(
    article: Article, records: Mapping[str, Record], lineage: Lineage, site: Site, retraction: Retraction | None = None
) -> ArticleView:
    """One article as its pages show it. `records` holds every record that it cites; raises KeyError when one is missing."""
    kept = [(n, place, s) for n, place, s in numbered(article) if not s.cut]
    notes = notes_of(article, [(n, s) for n, _, s in kept], records, lineage, site.zone)
    views = {n: _sentence(n, s, notes) for n, _, s in kept}
    at = _Places(kept, views)
    headline, dek = views.get(1) or _bare(article.headline, 1), views.get(2) or _bare(replace(article.dek, text=""), 2)
    thread = site.threads.get(article.thread_id)
    return ArticleView(
        id=article.id,
        slug=article.slug,
        version=article.version,
        form=clean(article.form),
        path=f"articles/{article.slug}/",
        headline=headline,
        title=f"{'Retracted: ' if retraction else 'Draft: ' if article.status in UNPUBLISHED else ''}{headline.text}",
        dek=dek,
        lead_markers=headline.markers,
        layers=tuple(layer_view(layer, site.layers) for layer in article.layers),
        thread=ThreadLink(clean(thread[1]), f"threads/{thread[0]}/index.html") if thread else None,
        published=date_view(article.published, site.zone),
        modified=date_view(article.modified, site.zone),
        updated=article.modified != article.published,
        touched=max(article.modified, *(c.at for c in article.corrections), retraction.at if retraction else article.modified),
        disclosure=disclosure(article, [s for _, _, s in kept], site.policy),
        retracted=retraction.text if retraction else None,
        draft=_draft(article),
        notes_on_top=tuple(correction_view(c, site.zone) for c in article.corrections),
        legend=_legend(tuple(views.values()), notes.all),
        sections=tuple(view for i, s in enumerate(article.sections) if (view := at.section(i, s.heading)).heading or view.paragraphs),
        so_far=at.of("so_far"),
        steps=tuple(step_view(step, article.slug, site) for step in article.steps),
        timeline=timeline_of(article.steps, article.slug, site.zone),
        questions=tuple(q for i, question in enumerate(article.questions) if (q := _question(question, at.of(f"question:{i}"))).answer),
        figures=tuple(_figure(i, row, notes, site.zone) for i, row in enumerate(article.figures, 1)),
        picture=picture(article.picture, site.layers),
        picture_of_week=bool(article.theme.thesis and "shares" in article.theme.thesis.measured),
        spreads=spreads_of(article.figures),
        next=tuple(
            _next(r.relation, r.headline, r.slug, r.why) for r in article.related if r.slug in site.articles and r.slug != article.slug
        ),
        method=method_view(article, site),
        notes=notes.all,
        sentences=tuple(views.values()),
        words=sum(len(s.text.split()) for s in views.values()),
        analysis=article.form in ANALYSIS_FORMS,
        ledger=article.writer == "ledger",
    )


class _Places:
    """The sentences of an article by their place."""

    def __init__(self, kept: list[tuple[int, str, Sentence]], views: Mapping[int, SentenceView]) -> None:
        self._of: dict[str, list[SentenceView]] = {}
        for n, place, _ in kept:
            self._of.setdefault(place, []).append(views[n])

    def of(self, place: str) -> tuple[SentenceView, ...]:
        return tuple(self._of.get(place, ()))

    def section(self, i: int, heading: str | None) -> SectionView:
        prefix = f"body:{i}:"
        places = [p for p in self._of if p.startswith(prefix)]
        return SectionView(clean(heading) if heading else None, tuple(self.of(p) for p in places))


def _sentence(n: int, sentence: Sentence, notes: Notes) -> SentenceView:
    sign, word = KIND_WORDS[sentence.kind]
    markers = tuple(_marker(f"m-{n}-{note.number}", note) for note in notes.of(n))
    text = clean(sentence.text)
    start, tail = _split(text)
    return SentenceView(
        n=n,
        id=f"s-{n}",
        kind=sentence.kind.value,
        sign=sign,
        word=word,
        text=text,
        start=start if markers else text,
        tail=tail if markers else "",
        verdict=sentence.verdict.value if sentence.verdict else None,
        markers=markers,
        independent=notes.independent(n),
        lead=_lead(sentence, text, start if markers else text),
    )


def _lead(sentence: Sentence, text: str, start: str) -> str:
    """The lead of a sentence, where cleaning has left it as it was and it stands before the last word."""
    lead = sentence.text[: sentence.lead]
    return lead if text.startswith(lead) and len(lead) <= len(start) else ""


def _split(text: str) -> tuple[str, str]:
    """A text before its last word, and that word; a long one stays where it may be broken."""
    head, space, last = text.rpartition(" ")
    return (head + space, last) if len(last) <= LAST_WORD else (text, "")


def _marker(identity: str, note: Note) -> Marker:
    return Marker(identity, note.number, note.sign, note.id, f"Evidence {note.number}: {note.label}")


def _bare(sentence: Sentence, n: int) -> SentenceView:
    """A headline that was cut still names the page, without a claim to evidence; a dek that was cut is empty."""
    return SentenceView(n, f"s-{n}", SentenceKind.FRAME.value, "", "", clean(sentence.text), clean(sentence.text), "", None, (), 0)


def correction_view(correction: Correction, zone: ZoneInfo) -> NoteOnTop:
    kind = "Correction" if correction.kind == "correction" else "Notice"
    was, now_is = (clean(t) if t else None for t in (correction.was, correction.now_is))
    return NoteOnTop(date_view(correction.at, zone), kind, clean(correction.text), was, now_is)


def _question(question: Question, answer: tuple[SentenceView, ...]) -> QuestionView:
    return QuestionView(clean(question.question), answer, " ".join(s.text for s in answer))


def _legend(sentences: tuple[SentenceView, ...], notes: tuple[Note, ...]) -> tuple[LegendItem, ...]:
    """The marks that this article uses, explained."""
    kinds = {s.kind for s in sentences}
    offered = (
        (any(n.kind == "passage" for n in notes), LegendItem("report", "1", "opens the passage")),
        (any(n.kind == "calculation" for n in notes), LegendItem("measure", "=1", "opens the calculation")),
        (any(n.kind == "reference" for n in notes), LegendItem("reference", "§1", "opens the reference")),
        (SentenceKind.INFERENCE.value in kinds, LegendItem("inference", "◇", "dotted line: our inference")),
        (SentenceKind.FRAME.value in kinds, LegendItem("frame", "", "italics: only connects")),
    )
    return tuple(item for used, item in offered if used)


def step_view(step: tuple[datetime, str, str | None], here: str | None, site: Site) -> StepView:
    moment, text, slug = step
    linked = slug in site.articles and slug != here
    return StepView(
        date_view(moment, site.zone), clean(text), f"articles/{slug}/index.html" if linked else None, slug is not None and slug == here
    )


def _draft(article: Article) -> str | None:
    if article.status not in UNPUBLISHED:
        return None
    why = "; ".join(clean(reason) for reason in article.reasons)
    return f"Version {article.version} is not published; its status is “{article.status.value}”{': ' + why if why else ''}."


def _next(relation: str, headline: str, slug: str, why: str) -> NextView:
    return NextView(RELATIONS.get(relation, clean(relation).capitalize()), clean(headline), f"articles/{slug}/index.html", clean(why))


def _figure(i: int, row: FigureRow, notes: Notes, zone: ZoneInfo) -> FigureView:
    figure = row.figure
    what = [clean(part) for part in (figure.entity, figure.measure) if part]
    when = [period(figure.period)] if figure.period else []
    when += [f"as of {date_view(figure.as_of, zone).day}"] if figure.as_of else []
    note = notes.about(figure.record_id, figure.start, figure.end)
    marker = _marker(f"f-{i}", note) if note else None
    source = source_of(note, figure.record_id, figure.start, figure.end) if note else None
    value = clean(figure.quote)
    modality, bound = (clean(part) if part else "" for part in split_hedge(figure.hedge))
    if modality:
        when.append(f"the source says “{modality}”")
    return FigureView(
        value=value if not bound or bound.casefold() in value.casefold() else f"{bound} {value}",
        what=", ".join(what) or "not named",
        when=", ".join(when),
        outlets=counted(len(row.outlets), "outlet"),
        names=listed([clean(o) for o in row.outlets]),
        conflict=tuple(clean(c) for c in row.conflict),
        marker=marker,
        rendered=clean(render(figure)),
        date=source.date if source else None,
        href=source.href if source else None,
    )


def method_view(article: Article, site: Site) -> MethodView:
    """The computed note on method."""
    m = article.method
    first, last, made = (date_view(t, site.zone) for t in (m.first, m.last, article.modified))
    span = f"on {first.day}" if first.day == last.day else f"between {first.day} and {last.day}"
    copies = f" {counted(m.copies, 'further record')} {'was a copy' if m.copies == 1 else 'were copies'} and not counted as {'a source' if m.copies == 1 else 'sources'}."
    made_from = (
        f"Version {article.version} of this article was made on {made.day} at {made.time} from {counted(m.records, 'source record')} "
        f"published {span} by {counted(m.independent, 'independent source')}.{copies if m.copies else ''}"
    )
    removed = sum(n for _, n in m.removed)
    cut = (
        f" {counted(removed, 'sentence')} that did not pass {'was' if removed == 1 else 'were'} removed."
        if removed
        else " No sentence had to be removed."
    )
    checked = f"Every citation was resolved against the stored text when this page was built.{cut}"
    looked = f"{clean(m.reviewed_by)} reviewed it before publication." if m.reviewed_by else "No editor reviewed it before publication."
    return MethodView(
        paragraphs=(made_from, _writer(article), checked, looked),
        sources=tuple(SourceRow(clean(name), clean(kind), records, n, f"{weight:.2f}") for name, kind, records, n, weight in m.outlets),
        checks=_counts(m.checks),
        removed=_counts(m.removed),
        prompts=tuple((clean(name), clean(digest)) for name, digest in m.prompts),
        changes=tuple(clean(c) for c in m.changes),
    )


def _writer(article: Article) -> str:
    if article.writer == "ledger":
        return "It was composed by the ledger writer, which builds sentences from extracted figures and quotations by rule. No language model took part."
    roles = [f"{clean(model)} ({clean(role)})" for role, model in article.method.models]
    return f"Language models took part: {listed(roles)}." if roles else "A language model wrote it from facts with verbatim quotations."


def _counts(pairs: tuple[tuple[str, int], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((clean(name).replace("_", " "), f"{n:,}") for name, n in pairs)
