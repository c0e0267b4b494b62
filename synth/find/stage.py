"""The find stage: from records to themes, one transaction for each unit of work.

What is found at a moment is a function of the records fetched up to it and of the stories before it, so that an
interrupted run, a repeated one and a rebuild reach the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evidence.context import title_entity
from evidence.figures import figures
from evidence.language import language_by_words
from evidence.passages import passages
from groundwire import log
from groundwire.config import Settings
from groundwire.records import Copy, Figure, Outlet, Record, RecordState, Signal, Theme
from groundwire.store import derived, judgements, running, runs
from groundwire.store import records as store
from groundwire.store.database import Database
from groundwire.store.judgements import Judgement
from synth.find import disposing, doubts
from synth.find.copies import find_copies
from synth.find.disposing import Disposer
from synth.find.doubts import NOTHING, Judged, Proposal
from synth.find.group import Grouping, propose, settled
from synth.find.lens import Lens, layer_scores
from synth.find.scene import Due, Running, Scene
from synth.find.signals import signals
from synth.find.themes import themes
from synth.find.ties import DUE_DAYS

RULE = "2"
"""Version of every rule of this stage; another makes each open record be read again."""

OPEN_DAYS = 10
"""Records published in so many days before now are open: the recent days of a signal and its baseline, and a day over."""

LANGUAGES = frozenset({"en", "de", "fr", "es"})
"""Languages whose notation of figures is read; a record in another is grouped and has no figures."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Open records with their copies and stories, and the story of each record as of the moment before."""

    record_ids: tuple[str, ...]
    copies: Mapping[str, Copy]
    grouping: Grouping
    before: Mapping[str, str]

    def found(self, now: datetime, rule: str, signals: tuple[Signal, ...] = (), themes: tuple[Theme, ...] = ()) -> derived.Found:
        """What is stored of it, with what follows from it."""
        g = self.grouping
        copies = tuple(self.copies.values())
        return derived.Found(now, rule, self.record_ids, copies, g.stories, g.closed, g.merged, self.before, signals, themes)


def find(
    db: Database,
    settings: Settings,
    lens: Lens,
    outlets: Mapping[str, Outlet],
    now: datetime,
    run_id: str | None,
    disposer: Disposer | None = None,
) -> tuple[Theme, ...]:
    """What is there as of `now`, stored; returns the themes, strongest first, ready or not.

    What a model said on doubts before is kept to unless the ledger writer writes; `disposer` asks it on those that are new.
    """
    found = _read_and_find(db, settings, lens, outlets, now, disposer)
    with db.transaction():
        derived.replace(db, found)
        store.quarantine(db, found.record_ids, {c.record_id: c.altered for c in found.copies if c.altered})
        if run_id:
            runs.derived(db, run_id, now)
    log.event("stories stored", stories=len(found.stories), themes=len(found.themes))
    return found.themes


def rebuild(db: Database, settings: Settings, lens: Lens, outlets: Mapping[str, Outlet]) -> None:
    """Drop everything derived and reach the same rows again from what is kept, by replaying every moment; all or nothing."""
    with db.transaction():
        derived.clear(db)
        store.release(db)
        for moment in runs.derive_moments(db):
            find(db, settings, lens, outlets, moment, None)


def _read_and_find(
    db: Database, settings: Settings, lens: Lens, outlets: Mapping[str, Outlet], now: datetime, disposer: Disposer | None
) -> derived.Found:
    rule = f"{RULE}-{lens.version}"
    records = open_records(db, now)
    unread = set(derived.not_read(db, [r.id for r in records], rule))
    for record in records:
        if record.id in unread:
            derived.add_reading(db, read(record, lens), rule)
    standing = stand(db, records, outlets, now, lambda proposal: _judged(db, settings, proposal, now, disposer))
    scene = _scene(db, standing.grouping, records, standing.copies, outlets, lens, now)
    found = signals(scene)
    ranked = themes(scene, found, settings.write)
    if disposer:
        disposer.choose(ranked, scene.stories)
        ready = {i for t in ranked if t.ready for i in t.story_ids}
        disposer.title([s for s in scene.stories if s.id in ready], scene.records, _known(db, settings, now))
    known = _known(db, settings, now)
    return replace(
        standing.found(now, rule, found, disposing.ordered(ranked, known)), stories=disposing.titled(standing.grouping.stories, known)
    )


def _known(db: Database, settings: Settings, now: datetime) -> tuple[Judgement, ...]:
    """What a model said until now; nothing where only the ledger writer writes, so that its setting takes everything back."""
    return () if settings.write.writer == "ledger" else judgements.until(db, now)


def _judged(db: Database, settings: Settings, proposal: Proposal, now: datetime, disposer: Disposer | None) -> Judged:
    """The answers on a proposal's doubts, asked for where there is a model."""

    def said() -> Judged:
        return doubts.read((j.kind, j.subject, j.verdict) for j in _known(db, settings, now))

    if disposer:
        disposer.group(proposal, said())
    return said()


def open_records(db: Database, now: datetime) -> tuple[Record, ...]:
    """The records that are open at `now`, in canonical order."""
    return store.current(db, now - timedelta(days=OPEN_DAYS), now, (RecordState.READ, RecordState.QUARANTINED))


def stand(
    db: Database,
    records: Sequence[Record],
    outlets: Mapping[str, Outlet],
    now: datetime,
    judge: Callable[[Proposal], Judged] = lambda _: NOTHING,
) -> Standing:
    """How the open records stand to each other: which are copies, which tell of one event, given the stories before `now`."""
    before, aged = _before(db, now, records)
    copies = _settled_copies(db, find_copies(records, outlets), records)
    proposal = propose(records, copies)
    return Standing(tuple(r.id for r in records), copies, settled(proposal, records, copies, before, aged, judge(proposal)), before)


def read(record: Record, lens: Lens) -> derived.Reading:
    """What one record holds by itself: passages, figures where its language is read, layers."""
    spans = passages(record.text, record.language or "en")
    scores = layer_scores(f"{record.title}\n{record.title}\n{record.text}", lens)
    by_passage = tuple((n, *score) for n, (start, end) in enumerate(spans, 1) for score in layer_scores(record.text[start:end], lens))
    return derived.Reading(record.id, spans, _figures(record), scores, by_passage)


def _figures(record: Record) -> tuple[Figure, ...]:
    language = (record.language or language_by_words(record.text) or "en")[:2].lower()
    if language not in LANGUAGES:
        return ()
    return figures(
        record.text,
        record_id=record.id,
        record_version=record.version,
        published=record.published,
        title_entity=title_entity(record.title, record.text),
        language=language,
    )


def _before(db: Database, now: datetime, records: Sequence[Record]) -> tuple[dict[str, str], tuple[Record, ...]]:
    """The story of each record before now, a page's new version in place of the old one, and the records no longer open."""
    stood = derived.open_story_of(db, now)
    by_page = {r.page_id: r.id for r in records}
    before: dict[str, str] = {}
    aged: list[Record] = []
    still = [r for r in records if r.id in stood]
    for record in sorted((*still, *store.many(db, stood.keys() - {r.id for r in still})), key=lambda r: r.order):
        if record.page_id in by_page:
            before[by_page[record.page_id]] = stood[record.id]
        else:
            before[record.id] = stood[record.id]
            aged.append(record)
    return before, tuple(aged)


def _settled_copies(db: Database, found: Sequence[Copy], records: Sequence[Record]) -> dict[str, Copy]:
    """The copies among open records; what was a copy of a page that is no longer open still is."""
    stored = derived.copies(db, [r.id for r in records])
    open_pages = {r.page_id for r in records}
    aged = {r.id for r in store.many(db, {c.origin_id for c in stored.values()}) if r.page_id not in open_pages}
    stood = {i: c for i, c in stored.items() if c.origin_id in aged}
    origins = {c.record_id: stood[c.origin_id].origin_id for c in found if c.origin_id in stood}
    moved = [Copy(c.record_id, origins.get(c.record_id, c.origin_id), c.similarity, c.altered) for c in found]
    return dict(sorted(({c.record_id: c for c in moved} | stood).items()))


def _scene(
    db: Database,
    grouping: Grouping,
    records: Sequence[Record],
    copies: Mapping[str, Copy],
    outlets: Mapping[str, Outlet],
    lens: Lens,
    now: datetime,
) -> Scene:
    ids = [r.id for r in records]
    found: dict[str, tuple[Figure, ...]] = {}
    for figure in derived.figures(db, ids):
        found[figure.record_id] = (*found.get(figure.record_id, ()), figure)
    return Scene(
        now,
        runs.moment_before(db, now),
        {r.id: r for r in records},
        copies,
        grouping.stories,
        found,
        derived.layers(db, ids),
        outlets,
        lens,
        derived.passage_layers(db, ids),
        _running(db, grouping, now),
        _due(db, grouping, now),
    )


def _running(db: Database, grouping: Grouping, now: datetime) -> tuple[Running, ...]:
    """The threads that the articles before now have told."""
    told = running.threads(db, now)
    return tuple(Running(slug, title, _current(db, grouping, stories), opened) for slug, title, stories, opened in told)


def _due(db: Database, grouping: Grouping, now: datetime) -> tuple[Due, ...]:
    found = running.forecasts(db, now - timedelta(days=DUE_DAYS), now)
    return tuple(Due(forecast, ids, _current(db, grouping, stories)) for forecast, ids, stories in found)


def _current(db: Database, grouping: Grouping, story_ids: Sequence[str]) -> tuple[str, ...]:
    """Stories by the ids they have now, after the merges of this moment and of those before."""
    known = (derived.current_id(db, i) for i in story_ids)
    return tuple(dict.fromkeys(grouping.merged.get(i, i) for i in known))
