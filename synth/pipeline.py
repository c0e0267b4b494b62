"""The synth stage: from records to themes, from themes to checked articles; one transaction for each article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evidence.independence import independent_groups
from groundwire.config import Publication, Settings
from groundwire.errors import ConfigError, ModelError
from groundwire.llm import Model, PlannedCall
from groundwire.log import Progress, event, silent
from groundwire.nothing_written import Unwritten, nothing_written
from groundwire.outlets_file import read_outlets
from groundwire.records import (
    Article,
    ArticleStatus,
    Copy,
    Draft,
    Failure,
    Figure,
    Forecast,
    Outlet,
    OutletKind,
    Record,
    RecordState,
    Sentence,
    StageReport,
    Theme,
    text_sha256,
)
from groundwire.slugs import slug
from groundwire.store import articles, calls, derived, failures, records, running
from groundwire.store.database import Database
from groundwire.templating import template_path
from synth.find import stage
from synth.find.disposing import Disposer
from synth.find.lens import Lens, load_lens
from synth.find.outlets import outlets_of
from synth.write import calibrating, decisions, explain, forecasts, forms, ledger, sources_changed, threads
from synth.write.gate import gate, standing
from synth.write.methodology import method
from synth.write.proof import prove_draft
from synth.write.so_far import steps
from synth.write.sources import Sources, Writer

if TYPE_CHECKING:
    from synth.labels import Unborne as Unborne
    from synth.reviewing import Reviewing
    from synth.revising import Corrected
    from synth.trying import Tried

decide = decisions.decide
meant = decisions.meant
publish_approved = decisions.publish_approved
explain_lines = explain.explain
failing = explain.failing
reviewed_sentences = calibrating.decisions


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who writes, in which form, and what the note on method says of the models and prompts that take part."""

    writer: Writer
    form: str | None
    """None: the signals of each theme choose."""
    models: tuple[tuple[str, str], ...] = ()
    prompts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Newsroom:
    """What writing needs besides the database: settings, lens, outlets, where templates lie, and the moment."""

    settings: Settings
    lens: Lens
    outlets: Mapping[str, Outlet]
    templates: Path | None
    now: datetime


def newsroom(publication: Publication, now: datetime) -> Newsroom:
    """The newsroom of a publication; raises ConfigError when lens or outlets cannot be read."""
    lens = load_lens(template_path(f"lenses/{publication.settings.write.lens}.toml", publication.templates))
    return Newsroom(publication.settings, lens, read_outlets(publication.outlets_file), publication.templates, now)


def find_stage(db: Database, publication: Publication, now: datetime, run_id: str | None, model: Model | None = None) -> StageReport:
    """Group what was read and measure it; what is there is stored as of `now`. A model is asked where the rules are in doubt."""
    room = newsroom(publication, now)
    before = {r.id for r in records.quarantined(db)}
    disposer = Disposer(model, room.templates, db, now) if model else None
    themes = stage.find(db, room.settings, room.lens, room.outlets, now, run_id, disposer)
    notes = tuple(f"quarantined: {r.outlet}, “{r.title}”: {r.reason}" for r in records.quarantined(db) if r.id not in before)
    said = tuple(disposer.notes) if disposer else ()
    return StageReport("find", (("themes", len(themes)), ("themes worth an article", sum(t.ready for t in themes))), notes=(*notes, *said))


def derive(db: Database, publication: Publication) -> StageReport:
    """Drop what is derived and reach the same rows again from what is kept."""
    room = newsroom(publication, datetime.now(UTC))
    stage.rebuild(db, room.settings, room.lens, room.outlets)
    return StageReport("derive", (("themes", len(derived.themes(db))),))


def write(
    db: Database,
    publication: Publication,
    model: Model | None,
    now: datetime,
    run_id: str | None,
    *,
    progress: Progress = silent,
    form: str | None = None,
    only: str | None = None,
    writer: Writer | None = None,
    dry_run: bool = False,
    seen: Callable[[Article], None] | None = None,
) -> StageReport:
    """Write, prove and decide on what the themes of this moment are worth, the strongest first; says what came of each.

    work = _Writing(db, room, chosen, run_id, dry_run, notes, seen)
    ready = _ready(derived.themes(db), only)
    """
    room = newsroom(publication, now)
    notes = [] if dry_run else list(sources_changed.notice(db, now))
    chosen = Chosen(writer, form or LEDGER) if writer else choose(room, model, form)
    if chosen is None:
        return StageReport("write", notes=(*notes, "write.writer is 'model' and no model is configured: nothing was written"))
    work = _Writing(db, room, chosen, run_id, dry_run, notes, seen)
    ready = _ready(derived.themes(db), only)
    for done, theme in enumerate(ready):
        progress("write", done, len(ready))
        work.on(theme)
    progress("write", len(ready), len(ready))
    return work.report(derived.themes(db))


def _ready(themes: Sequence[Theme], wanted: str | None) -> list[Theme]:
    ready = [t for t in themes if t.ready and wanted in (None, t.id)]
    if wanted and not ready:
        raise ConfigError(f"--theme {wanted}: no theme of this id is worth an article now; `groundwire status --json` lists those that are")
    return ready


LEDGER, THESIS = "ledger", "thesis"
EMBEDDED = Chosen(ledger.write, LEDGER)
"""The writer that needs no model."""


def choose(room: Newsroom, model: Model | None, form: str | None) -> Chosen | None:
    """Who writes: the model where there is one and it is wanted, else the ledger writer; nobody where only a model may."""
    write = room.settings.write
    named = form or (write.form if write.form != "auto" else None)
    if write.writer == "ledger" or named == LEDGER or (write.writer == "auto" and model is None):
        return EMBEDDED
    if model is None:
        return None
    from synth.write import author

    models = tuple((role, model.name_of(role)) for role in author.ROLES)
    prompts = tuple((name, _prompt_sha(name, room.templates)) for name in author.PROMPTS)
    return Chosen(author.author(model, room.templates), named, models, prompts)


def reviewing(db: Database, publication: Publication, article: Article, now: datetime) -> Reviewing:
    """What an editor at work on a version asks of this stage; raises ConfigError."""
    from synth.reviewing import Reviewing

    return Reviewing(db, publication, article, now)


def edited_version(db: Database, base: Article, new: Article, by: str, now: datetime) -> Article:
    """An editor's version after `base`, stored and held; part of the caller's transaction."""
    from synth.reviewing import next_version

    return next_version(db, base, new, by, now)


def correct(db: Database, publication: Publication, name: str, was: str, now_is: str, now: datetime) -> Corrected:
    """Put a dated correction on the article that is out, and a version without the error in its place; raises NotFoundError or MoveError."""
    from synth import revising

    return revising.correct(db, publication, name, was, now_is, now)


def outlets(publication: Publication, first: Iterable[Record]) -> dict[str, Outlet]:
    """The outlet of each record by name, as outlets.toml says or as a rule guesses from name and host; raises ConfigError."""
    return outlets_of(first, read_outlets(publication.outlets_file))


def tried(db: Database, publication: Publication, until: datetime, since: datetime) -> tuple[Tried, ...]:
    """What the ledger writer would make at `until` if nothing had been written from `since` on; `db` is a copy, which this changes."""
    from synth import trying

    return trying.tried(db, publication, until, since)


def usual_calls(publication: Publication, context_tokens: int) -> tuple[PlannedCall, ...]:
    """The questions that an article of the author asks when it rests on as many records as it may."""
    from synth.write import author

    return author.usual_calls(publication.settings.write.max_records, context_tokens)


def _prompt_sha(name: str, own: Path | None) -> str:
    return text_sha256(template_path(f"prompts/{name}", own).read_text(encoding="utf-8"))


class _Writing:
    """One round of writing: how many articles it may still make, and what became of each theme."""

    def __init__(
        self, db: Database, room: Newsroom, chosen: Chosen, run_id: str | None, dry_run: bool, notes: list[str],
        seen: Callable[[Article], None] | None = None,
    ) -> None:  # fmt: skip
        self.db, self.room, self.chosen, self.run_id, self.dry_run, self.notes = db, room, chosen, run_id, dry_run, notes
        self.seen = seen or (lambda _: None)
        self.counts: Counter[str] = Counter()
        self.failures: list[Failure] = []
        self.left: list[str] = []
        self.made = 0

    def on(self, theme: Theme) -> None:
        """Do with one theme what it asks for."""
        write = self.room.settings.write
        found = threads.plan(theme, _newest(self.db), self._group_of(theme), lambda s: derived.current_id(self.db, s), self.room.now)
        if found.done and found.article:
            self.made += 1
            self.counts[found.article.status.value] += 1
            return
        if found.skip:
            self.notes.append(found.skip)
            return
        if self.made >= write.max_per_run:
            self._leave(f"write.max_per_run: {write.max_per_run} were written; left for the next run: {theme.reason}")
            return
        if published_today(self.db, self.room) >= write.max_per_day:
            self._leave(f"write.max_per_day: {write.max_per_day} were published today; left for tomorrow: {theme.reason}")
            return
        try:
            self._write(theme, found, self.chosen)
        except ModelError as error:
            self._without_model(theme, found, error)
        else:
            self._model_works()

    def _without_model(self, theme: Theme, found: threads.Plan, error: ModelError) -> None:
        """What a theme becomes that the model did not write: the ledger writer's where settings say so, else left, with the reason.

        A model that failed is a failure that is reported once; an exhausted budget, or an endpoint that asks to wait, is none.
        """
        failure = Failure("model", self.room.settings.llm.model or "model", str(error))
        with self.db.transaction():
            if error.kind not in ("budget", "deferred") and failures.note(self.db, failure, self.room.now):
                self.failures.append(failure)
        if self.room.settings.llm.on_failure == "ledger" and error.kind != "deferred":
            self._leave(f"{error}; the ledger writer wrote in the model's place: {theme.reason}")
            self._write(theme, found, EMBEDDED)
        else:
            self._leave(f"not written ({error}): {theme.reason}")

    def _leave(self, why: str) -> None:
        self.notes.append(why)
        self.left.append(why)

    def _model_works(self) -> None:
        if self.chosen.models:
            with self.db.transaction():
                failures.clear(self.db, "model", self.room.settings.llm.model or "model", self.room.now)

    def _write(self, theme: Theme, found: threads.Plan, chosen: Chosen) -> None:
        before = found.article
        sources = sources_of(self.db, self.room, theme, before, chosen.form, found.after)
        draft = prove_draft(chosen.writer(sources), sources)
        self.made += 1
        article, title = compose(self.db, draft, sources, before, chosen, found.after)
        status, reasons = gate(
            article, sources, self.room.settings, published_today(self.db, self.room), _thread_slug(self.db, article.thread_id)
        )
        article = replace(article, status=status, reasons=reasons)
        self.seen(article)
        self.counts[status.value] += 1
        self.notes.append(f"{status.value}: {article.slug} version {article.version}: {'; '.join(reasons)}")
        if not self.dry_run:
            self._store(article, title, forecasts.of_article(draft.forecasts, article.id))

    def _store(self, article: Article, title: str, expected: Sequence[Forecast]) -> None:
        with self.db.transaction():
            taken = frozenset(r["slug"] for r in articles.threads(self.db) if r["id"] != article.thread_id)
            articles.open_thread(
                self.db, article.thread_id, slug(title or article.headline.text, taken), title or article.headline.text, self.room.now
            )
            articles.add(self.db, article, self.run_id)
            running.expect(self.db, expected)
            if article.status is ArticleStatus.PUBLISHED:
                running.decide(self.db, article.decided, self.room.now)
            calls.belong_to(self.db, article.theme.id, article.id)
        event("article stored", slug=article.slug, version=article.version, status=article.status.value)

    def _group_of(self, theme: Theme) -> Callable[[str], str]:
        """Names the independent source of a record: the first record of its group among this theme's and all that were written about."""
        ids = {r for a in _newest(self.db) for r in a.theme.record_ids} | set(theme.record_ids)
        found = records.many(self.db, ids)
        groups = independent_groups(found, derived.copies(self.db, ids), outlets_of(found, self.room.outlets))
        named = {r: g[0] for g in groups for r in g}
        return lambda record_id: named.get(record_id, record_id)

    def report(self, themes: Sequence[Theme]) -> StageReport:
        """What came of it, with the reason of every theme when nothing was written."""
        if not self.made:
            self.notes.extend(t.reason for t in themes if not t.ready)
            self.notes.append(self._nothing(themes))
        names = ("published", "held", "rejected")
        return StageReport("write", tuple((n, self.counts[n]) for n in names), tuple(self.failures), tuple(self.notes), tuple(self.left))

    def _nothing(self, themes: Sequence[Theme]) -> str:
        if any(t.ready for t in themes):
            return "nothing was written"
        waiting = [Unwritten(t.id, t.reason, t.independent) for t in themes]
        return nothing_written(waiting, derived.open_stories(self.db), self.room.settings.write.min_independent)


def _newest(db: Database) -> tuple[Article, ...]:
    """The newest version of every article, by publication, then slug."""
    found = {a.id: a for a in sorted(articles.with_status(db, *ArticleStatus), key=lambda a: a.version)}
    return tuple(sorted(found.values(), key=lambda a: (a.published, a.slug)))


def published_today(db: Database, room: Newsroom) -> int:
    """How many article versions went out on the day of `now` in site.timezone, those of this very moment not counted."""
    zone = ZoneInfo(room.settings.site.timezone)
    out = articles.with_status(db, ArticleStatus.PUBLISHED)
    today = room.now.astimezone(zone).date()
    return sum(a.modified.astimezone(zone).date() == today for a in out)


def sources_of(
    db: Database, room: Newsroom, theme: Theme, before: Article | None, form: str | None, after: Article | None = None
) -> Sources:
    """Everything that a writer may rest a theme on; altered copies, muted outlets and pages that were not read are left out.

    `before` is the version before, `after` the article of which this is the thread's next chapter.
    """
    altered = derived.quarantined(db, theme.record_ids)
    read = tuple(r for r in records.many(db, theme.record_ids) if r.state is RecordState.READ and r.id not in altered)
    outlets = outlets_of(read, room.outlets)
    found = tuple(r for r in read if not outlets[r.outlet].muted)
    ids = [r.id for r in found]
    copies: dict[str, Copy] = derived.copies(db, ids)
    earlier = _earlier(db, theme, before, after, found)
    cited = {c.record_id for a in earlier for s in standing(a) for c in s.citations if c.record_id}
    counted = _counted(db, theme)
    by_id = {s.id: s for s in derived.stories(db, theme.story_ids)}
    return Sources(
        theme=theme,
        records=found,
        stories=tuple(by_id[i] for i in dict.fromkeys(derived.current_id(db, s) for s in theme.story_ids) if i in by_id),
        copies=tuple(copies.values()),
        figures=derived.figures(db, ids),
        layers=tuple(sorted(derived.layers(db, ids).items())),
        outlets=tuple(outlets.values()),
        independent=independent_groups(found, copies, outlets),
        lens=room.lens,
        form=forms.load(form or forms.fitting(theme, _ahead(found, room.now), room.templates, THESIS), room.templates),
        settings=room.settings,
        earlier=earlier,
        now=room.now,
        archive=records.many(db, (cited | {f.record_id for f in counted}) - set(ids)),
        said=_said(db, theme, before, room.now),
        counted=counted,
        recent=_recent(db, before, room.now),
        forecasts=_expected(db, theme, earlier, room.now),
    )


def _ahead(found: Sequence[Record], now: datetime) -> bool:
    """Whether a record speaks of a year still to come."""
    return any(int(year) > now.year for r in found for year in re.findall(r"\b20[2-6]\d\b", r.text))


def _recent(db: Database, before: Article | None, now: datetime) -> tuple[Article, ...]:
    """The other articles that are out, by when they were written; nothing that was written after `now`."""
    out = articles.with_status(db, ArticleStatus.PUBLISHED)
    return tuple(sorted((a for a in out if a.modified <= now and not (before and a.id == before.id)), key=lambda a: (a.modified, a.slug)))


def _expected(db: Database, theme: Theme, earlier: Sequence[Article], now: datetime) -> tuple[Forecast, ...]:
    """What the thread's articles expect and nobody has decided, and what falls due by a signal of the theme."""
    signalled = [s.measured["article"] for s in theme.signals if "forecast" in s.measured]
    return running.undecided(db, dict.fromkeys((*(a.id for a in earlier), *signalled)), now)


def _counted(db: Database, theme: Theme) -> tuple[Figure, ...]:
    """The figures that the thesis counts, where it counts any."""
    thesis = theme.thesis
    ids = frozenset(thesis.measured.get("figures", "").split()) if thesis else frozenset()
    return tuple(f for f in derived.figures(db, thesis.record_ids) if f.id in ids) if thesis and ids else ()


SAID_DAYS = 14
"""Days for which a sentence of another article is not used again: as long as a story stays open."""


def _said(db: Database, theme: Theme, before: Article | None, now: datetime) -> frozenset[str]:
    """What other articles of the last days say that rest on some of the same records; the story so far may repeat itself."""
    mine = set(theme.record_ids)
    recent = (
        a
        for a in articles.live(db)
        if now - a.modified <= timedelta(days=SAID_DAYS) and not (before and a.id == before.id) and mine & set(a.theme.record_ids)
    )
    return frozenset(s.text for a in recent for s in standing(a) if s not in a.so_far)


def _earlier(db: Database, theme: Theme, before: Article | None, after: Article | None, found: Sequence[Record]) -> tuple[Article, ...]:
    """The articles that are out on the thread a theme belongs to, oldest first, the version before last."""
    live = [a for a in articles.live(db) if a.status is ArticleStatus.PUBLISHED]
    lead = {r for s in derived.stories(db, theme.story_ids[:1]) for r in s.record_ids}
    text = "\n".join(r.title for r in found if r.id in lead)
    thread = (
        threads.place(theme, "", text, before or after, live, lambda s: derived.current_id(db, s), max(r.published for r in found))
        if found
        else None
    )
    mine = [a for a in live if thread and a.thread_id == thread.id and not (before and a.id == before.id)]
    return (*mine, *([before] if before else []))


def compose(
    db: Database, draft: Draft, sources: Sources, before: Article | None, chosen: Chosen = EMBEDDED, after: Article | None = None
) -> tuple[Article, str]:
    """The article that a proved draft makes, not yet decided on, and the title of its thread when that is new."""
    live = [a for a in articles.live(db) if a.status is ArticleStatus.PUBLISHED]
    text = _about(draft, sources)
    current: threads.Current = lambda s: derived.current_id(db, s)  # noqa: E731
    thread = _place(draft, sources, before or after, live, current)
    own = before.id if before else threads.article_id(draft.theme, current, after)
    name = before.slug if before else slug(draft.headline.text, articles.slugs(db))
    out = [a for a in live if a.id == own]
    article = Article(
        id=own,
        slug=name,
        version=before.version + 1 if before else 1,
        status=ArticleStatus.DRAFT,
        writer=draft.writer,
        form=draft.form,
        thread_id=thread.id,
        published=out[0].published if out else sources.now,
        modified=sources.now,
        headline=draft.headline,
        dek=draft.dek,
        sections=draft.sections,
        so_far=draft.so_far,
        questions=draft.questions,
        figures=draft.figures,
        picture=draft.picture,
        layers=draft.layers,
        theme=draft.theme,
        method=method(draft, sources, before, models=chosen.models, prompts=chosen.prompts),
        steps=steps(sources, draft.headline.text, name),
        related=threads.related(text, draft.layers, thread.id, own, live, sources.lens, draft.figures),
        open=draft.open,
        decided=draft.decided,
    )
    return article, thread.title


def _place(draft: Draft, sources: Sources, before: Article | None, live: Sequence[Article], current: threads.Current) -> threads.Place:
    """The thread of an article: the one its earlier articles were found on, else the one that its own words lead to."""
    if before is None and sources.earlier:
        return threads.Place(sources.earlier[-1].thread_id, "", True)
    about = _about(draft, sources)
    return threads.place(draft.theme, threads.subject(about) or draft.headline.text, about, before, live, current, sources.now)


def _about(draft: Draft, sources: Sources) -> str:
    """What a draft is about, without the outlets that report it; who speaks for itself is part of the matter."""
    reporting = (r.outlet for r in sources.records if sources.kind(r) is not OutletKind.PRIMARY)
    return threads.without("\n".join(s.text for s in _first(draft)), reporting)


def _first(draft: Draft) -> list[Sentence]:
    body = [s for section in draft.sections for p in section.paragraphs for s in p if not s.cut]
    return [draft.headline, draft.dek, *body[:4]]


def _thread_slug(db: Database, thread_id: str) -> str:
    return next((r["slug"] for r in articles.threads(db) if r["id"] == thread_id), "")
