"""One piece of work on a publication: lock, clock, database, a row in `runs`, the stages in their order, an exit code."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from groundwire import keeping, lock, notices
from groundwire.clock import Clock, to_text
from groundwire.config import Publication
from groundwire.errors import BuildError, ClockError, ConfigError, FetchError, GroundwireError, LockedError, NotFoundError, StoreError
from groundwire.llm import Endpoint, Keys, Model
from groundwire.log import Progress, silent
from groundwire.records import ArticleStatus, Failure, StageReport
from groundwire.references import reference_table
from groundwire.store import articles, failures, feeds, pages, runs
from groundwire.store import status as facts
from groundwire.store.database import Database, open_database

CLOCK_SUBJECT = "system clock"
PING_SECONDS = 10.0
_STATES = frozenset(ArticleStatus)


@dataclass(slots=True)
class Work:
    """A piece of work under way: what it works on, and what its stages have reported so far."""

    db: Database
    publication: Publication
    clock: Clock
    run_id: str
    progress: Progress
    reports: list[StageReport] = field(default_factory=list)
    pool: Executor | None = None
    """Workers to parse with, kept by whoever does several pieces of work in a row; None starts some when needed."""

    def add(self, report: StageReport) -> StageReport:
        """Keep a stage's report for the run's row."""
        self.reports.append(report)
        return report

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What failed for the first time in this piece of work."""
        return tuple(f for report in self.reports for f in report.failures)

    @property
    def exit_code(self) -> int:
        return 1 if self.failures else 0

    @property
    def missing(self) -> str | None:
        """Why a new publication published nothing, in a line, after a first run without failures; None when it did."""
        written = next((report for report in self.reports if report.stage == "write"), None)
        if written is None or self.failures or articles.any_published(self.db) or not feeds.every(self.db):
            return None
        return _nothing(written) if runs.is_first(self.db, self.run_id) else None


def _nothing(written: StageReport) -> str | None:
    """What writing says that is missing: of the first article that did not pass, else of the records."""
    decided = sum(n for _, n in written.counts)
    if decided and written.notes:
        wrote = "1 article was written and does" if decided == 1 else f"{decided} articles were written and do"
        return f"nothing published yet: {wrote} not pass the gate as it is set; {written.notes[0]}"
    return written.notes[-1] if written.notes else None


@contextmanager
def work(publication: Publication, clock: Clock, command: str, progress: Progress = silent) -> Iterator[Work]:
    """Hold the publication for one piece of work and keep its row in `runs`.

    Raises LockedError when another process works on it, ClockError when `clock` is earlier than the last run.
    """
    with lock.held(publication, command, clock.now()), closing(open_database(publication.database)) as db:
        now = clock.now()
        stepped = _check_clock(db, clock, now)
        doing = Work(db, publication, clock, runs.start(db, command, now, fixed_clock=clock.fixed is not None), progress)
        if stepped:
            doing.add(stepped)
        try:
            yield doing
        except GroundwireError as error:
            runs.finish(db, doing.run_id, clock.now(), error.exit_code, doing.reports)
            raise
        runs.finish(db, doing.run_id, clock.now(), doing.exit_code, doing.reports)


def _check_clock(db: Database, clock: Clock, now: datetime) -> StageReport | None:
    """Refuse a given moment before the last run; report a system clock that stepped back, once, and go on."""
    last = runs.last_moment(db)
    if last is None or now >= last:
        with db.transaction():
            failures.clear(db, "clock", CLOCK_SUBJECT, now)
        return None
    if clock.fixed:
        raise ClockError(f"--now {to_text(now)}: is earlier than the last run ({to_text(last)}); give that moment or a later one")
    failure = Failure(
        "clock", CLOCK_SUBJECT, f"shows {to_text(now)}, earlier than the last run at {to_text(last)}; nothing is asked or dated ahead of it"
    )
    with db.transaction():
        new = failures.note(db, failure, now)
    return StageReport("clock", failures=(failure,) if new else ())


def connect(
    publication: Publication, db: Database, run_id: str | None, now: datetime, *, replay: bool = False, until: float | None = None
) -> Model | None:
    """The configured model, or None when the ledger writer writes; it may make the run wait until a moment (monotonic).

    Raises ConfigError when the model is wanted and cannot be used as it is configured.
    """
    settings = publication.settings
    if settings.write.writer == "ledger":
        return None
    if not settings.llm.model:
        if settings.write.writer == "model":
            raise ConfigError("groundwire.toml: write.writer: 'model': needs llm.model; set it with `groundwire config set llm.model NAME`")
        return None
    return Endpoint(
        settings.llm, Keys.of(publication), db, run_id=run_id, now=now, timezone=settings.site.timezone, replay=replay, until=until
    )


def run(doing: Work) -> None:
    """Everything in order: poll, find, write, publish what was approved, build, prune, tell editors what waits; run.ping_url is told how it went."""
    _ping(doing, "start")
    try:
        connect(doing.publication, doing.db, doing.run_id, doing.clock.now())  # what is configured wrongly stops before anything is asked
        poll(doing)
        write(doing)
        build(doing)
        _prune(doing)
        _tell_editors(doing)
    except GroundwireError:
        _ping(doing, "fail")
        raise
    _ping(doing, "success")


def _prune(doing: Work) -> None:
    report = keeping.prune(doing.db, doing.publication.settings.keep, doing.clock.now())
    if report:
        doing.add(report)


def _tell_editors(doing: Work) -> None:
    """Send what is to be told; a channel that fails is a failure that is reported once, and is tried again by the next run."""
    now = doing.clock.now()
    for channel, trouble in notices.send(doing.db, doing.publication, now):
        if trouble:
            _note(doing, "notify", Failure("notify", f"notify.{channel}", trouble))
        else:
            with doing.db.transaction():
                failures.clear(doing.db, "notify", f"notify.{channel}", now)


def poll(doing: Work) -> None:
    """Ask the feeds and pages that are due."""
    from ingest import pipeline

    deadline = time.monotonic() + doing.publication.settings.run.max_minutes * 60
    doing.add(pipeline.poll(doing.db, doing.publication, doing.clock, progress=doing.progress, deadline=deadline, pool=doing.pool))


def find(doing: Work) -> None:
    """Group what was read and measure it, by the rules alone."""
    from synth import pipeline

    doing.add(pipeline.find_stage(doing.db, doing.publication, doing.clock.now(), doing.run_id))


def write(doing: Work, *, form: str | None = None, writer: str | None = None, theme: str | None = None, replay: bool = False) -> None:
    """Find what is there, and write, prove and decide on what is worth an article; form and writer before the configured ones.

    With `theme` (an id) on that one alone. Raises ConfigError when no theme of this id is ready.
    """
    from synth import pipeline

    now, run_id = doing.clock.now(), doing.run_id
    publication = _with_write(doing.publication, {"writer": writer} if writer else {})
    until = time.monotonic() + publication.settings.run.max_minutes * 60
    model = connect(publication, doing.db, run_id, now, replay=replay, until=until)
    doing.add(pipeline.find_stage(doing.db, publication, now, run_id, model))
    doing.add(pipeline.write(doing.db, publication, model, now, run_id, progress=doing.progress, form=form, only=theme))


def _with_write(publication: Publication, given: dict[str, str]) -> Publication:
    settings = publication.settings
    return publication.model_copy(update={"settings": settings.model_copy(update={"write": settings.write.model_copy(update=given)})})


def build(doing: Work, *, to: Path | None = None) -> None:
    """Publish what editors approved, and build the site; a site that fails its checks leaves the live one."""
    from publish import pipeline

    now = doing.clock.now()
    _publish_approved(doing, now)
    try:
        doing.add(pipeline.build(doing.db, doing.publication, now, progress=doing.progress, to=to))
    except BuildError as error:
        _note(doing, "publish", Failure("build", "site", str(error)))
        return
    with doing.db.transaction():
        failures.clear(doing.db, "build", "site", now)
    _sweep(doing, now)


def _sweep(doing: Work, now: datetime) -> None:
    """See to it that nothing is left of what was removed on demand."""
    try:
        report = keeping.sweep(doing.db, doing.publication, now)
    except StoreError as error:
        _note(doing, "sweep", Failure("sweep", "database", str(error)))
        return
    if report:
        doing.add(report)
        with doing.db.transaction():
            failures.clear(doing.db, "sweep", "database", now)


def rollback(doing: Work) -> Sequence[str]:
    """Show the site that was live before; says which. Raises NotFoundError when no older one is kept."""
    from publish import pipeline

    return doing.add(pipeline.rollback(doing.publication)).notes


def _publish_approved(doing: Work, now: datetime) -> None:
    from synth import pipeline

    published = pipeline.publish_approved(doing.db, now, reference_table(doing.publication))
    if published:
        doing.add(StageReport("approved", (("published", len(published)),)))
    for article in articles.with_status(doing.db, ArticleStatus.APPROVED):
        reason = "is approved and stays unpublished, because a citation no longer resolves; `groundwire explain --check` names it"
        _note(doing, "approved", Failure("article", f"{article.slug} version {article.version}", reason))


def _note(doing: Work, stage: str, failure: Failure) -> None:
    with doing.db.transaction():
        new = failures.note(doing.db, failure, doing.clock.now())
    doing.add(StageReport(stage, failures=(failure,) if new else ()))


def _ping(doing: Work, moment: str) -> None:
    """Tell run.ping_url about "start" or "fail" by that path below it, about "success" by the address itself."""
    url = doing.publication.settings.run.ping_url
    if not url:
        return
    trouble = asyncio.run(_asked(url if moment == "success" else f"{url.rstrip('/')}/{moment}"))
    if trouble:
        _note(doing, "ping", Failure("ping", "run.ping_url", trouble))
        return
    with doing.db.transaction():
        failures.clear(doing.db, "ping", "run.ping_url", doing.clock.now())


async def _asked(address: str) -> str | None:
    """Why an address that the operator wrote did not answer as it should, or None."""
    from groundwire.http import get_as_written

    try:
        status = await get_as_written(address, deadline_seconds=PING_SECONDS)
    except FetchError as error:
        return error.reason
    return f"answered {status}" if status >= 400 else None


def derive(doing: Work) -> None:
    """Drop what is derived and rebuild it from what is kept."""
    from synth import pipeline

    doing.add(pipeline.derive(doing.db, doing.publication))


@dataclass(frozen=True, slots=True)
class Decision:
    """What an editor decides about one version; `version` None means the newest."""

    action: str
    article: str
    version: int | None
    reason: str
    by: str


def decide(publication: Publication, clock: Clock, decision: Decision) -> str:
    """Keep an editor's decision and take it to the site when no run is under way; says what happened.

    Raises NotFoundError, or MoveError when the version's status does not allow it.
    """
    from synth import pipeline

    if not publication.database.exists():
        raise NotFoundError(f"article '{decision.article}': this publication has none yet; `groundwire run` writes the first")
    with closing(open_database(publication.database)) as db:
        was = pipeline.meant(db, decision.article, decision.action, decision.version)
        now = clock.now()
        article = pipeline.decide(
            db, decision.article, decision.action, decision.version, decision.by, decision.reason, now, reference_table(publication)
        )
    kept = f"{article.slug} version {article.version}: {article.status.value}"
    if ArticleStatus.PUBLISHED is not was.status and article.status is not ArticleStatus.APPROVED:
        return kept
    try:
        with work(publication, clock, decision.action) as doing:
            build(doing)
    except LockedError:
        return f"{kept}; the run under way, or the next one, takes it to the site"
    troubles = "; ".join(failure.reason for failure in doing.failures)
    return f"{kept}; the site was not built: {troubles}" if troubles else f"{kept}; the site is built"


def add(doing: Work, urls: Sequence[str], backfill: int | None) -> Sequence[str]:
    """Add feeds and poll them for the first time; a line about each that was added, a failure for each that was not."""
    from ingest import pipeline

    report = pipeline.add(doing.db, doing.publication, doing.clock, urls, backfill)
    if report.failures:
        doing.add(replace(report, notes=()))
    return report.notes


def import_feeds(doing: Work, file: Path) -> Sequence[str]:
    """Add every feed of an OPML file that is not known yet; a line about each."""
    from ingest import pipeline

    return pipeline.import_opml(doing.db, file, doing.clock.now())


def plan_import(db: Database, file: Path, now: datetime) -> Sequence[str]:
    """What an import would add, tried on a copy in memory."""
    from ingest import pipeline

    with closing(facts.shadow(db)) as copy:
        return pipeline.import_opml(copy, file, now)


def plan(db: Database, publication: Publication, now: datetime) -> tuple[str, ...]:
    """What a run would ask and find, tried on a copy in memory; nothing is asked, stored or paid."""
    waiting = min(pages.waiting(db, now), publication.settings.fetch.pages_per_run)
    asked = f"feeds that would be asked: {len(feeds.due(db, now))}; pages that wait and would be asked: {waiting}"
    return (asked, *plan_writing(db, publication, now))


def plan_building(db: Database) -> tuple[str, ...]:
    """What a build would publish and put on the site."""
    approved = articles.with_status(db, ArticleStatus.APPROVED)
    out = {a.id for a in articles.live(db)} | {a.id for a in approved}
    return (*(f"would publish {a.slug} version {a.version}" for a in approved), f"would build the site with {len(out)} articles")


def plan_writing(db: Database, publication: Publication, now: datetime) -> tuple[str, ...]:
    """What the ledger writer would make of the records that are there, tried on a copy in memory; no model is asked."""
    from synth import pipeline

    ledger = _with_write(publication, {"writer": "ledger"})
    with closing(facts.shadow(db)) as copy:
        pipeline.find_stage(copy, ledger, now, None)
        notes = pipeline.write(copy, ledger, None, now, None, dry_run=True).notes
    model = ("tried with the ledger writer: no model is asked in a dry run",) if publication.settings.llm.model else ()
    return (*model, *(f"would be {note}" if note.partition(":")[0] in _STATES else note for note in notes))
