"""What `groundwire status` says: when each stage last worked, what waits, what is held and why, what fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from groundwire import lock
from groundwire.clock import from_text
from groundwire.config import Gate, Publication
from groundwire.nothing_written import Unwritten, nothing_written
from groundwire.outlets_file import read_outlets
from groundwire.records import ArticleStatus, FeedState, RecordState
from groundwire.store import failures, forgetting, records, runs
from groundwire.store import status as store
from groundwire.store.database import Database

ALARM_AFTER = 3
"""So many refusals since something was last published are an alarm: silence would hide a gate that lets nothing through."""

SHOWN = 8
"""Most lines of one list on a terminal; --json has them all."""


@dataclass(frozen=True, slots=True)
class LastRun:
    command: str
    started: str
    ended: str | None
    exit_code: int | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that fails now."""

    kind: str
    subject: str
    reason: str
    since: str
    times: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """One article version that waits, and why."""

    slug: str
    version: int
    status: str
    headline: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thesis:
    """One theme that is worth an article: the signal that is its thesis, None without a week to compare with, and why."""

    id: str
    kind: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a publication at one moment; times are text in UTC."""

    title: str
    at: str
    policy: str
    """What is published without an editor, in words."""
    last_run: LastRun | None
    running: str | None
    stages: dict[str, str]
    feeds: dict[str, int]
    feeds_due: int
    feeds_never_polled: int
    next_poll: str | None
    hosts_waiting: dict[str, str]
    pages: dict[str, int]
    records: dict[str, int]
    stories: dict[str, int]
    articles: dict[str, int]
    waiting: tuple[Waiting, ...]
    signals: dict[str, int]
    """How many signals of each kind the last look found."""
    themes_ready: int
    left: tuple[str, ...]
    theses: tuple[Thesis, ...]
    not_written: tuple[Unwritten, ...]
    nothing_written: str | None
    """Why there is nothing to write, in one line, when no theme is ready."""
    refused: tuple[tuple[str, tuple[str, ...]], ...]
    failing: tuple[Trouble, ...]
    quarantined: tuple[str, ...]
    outlets_guessed: tuple[str, ...]
    alarms: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)


def gather(db: Database, publication: Publication, now: datetime) -> Status:
    """The state of the publication as the database has it; reads, changes nothing."""
    newest = runs.recent(db, 1)
    themes = store.themes(db)
    ready = tuple(Thesis(t["id"], t["kind"], t["reason"]) for t in themes if t["ready"])
    unready = tuple(Unwritten(t["id"], t["reason"], t["independent"]) for t in themes if not t["ready"])
    refused = tuple(store.refused_since_published(db))
    failing = tuple(Trouble(f.kind, f.subject, f.reason, since, times) for f, since, times in failures.current(db))
    running = lock.holder(publication)
    last = LastRun(newest[0]["command"], newest[0]["started"], newest[0]["ended"], newest[0]["exit_code"]) if newest else None
    return Status(
        title=publication.settings.site.title,
        at=now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        policy=policy(publication.settings.gate),
        last_run=last,
        running=running,
        stages=store.stage_times(db),
        feeds=_ordered(store.feed_counts(db), FeedState),
        feeds_due=store.feeds_due(db, now),
        feeds_never_polled=store.never_polled(db),
        next_poll=store.next_poll(db),
        hosts_waiting={row["host"]: row["blocked_until"] for row in store.hosts_waiting(db, now)},
        pages=store.page_counts(db),
        records=_ordered(store.record_counts(db), RecordState),
        stories=store.story_counts(db),
        articles=_ordered(store.article_counts(db), ArticleStatus),
        waiting=tuple(Waiting(*row) for row in store.waiting_articles(db)),
        signals=store.signal_counts(db),
        themes_ready=len(ready),
        theses=ready,
        left=store.left(db),
        not_written=unready,
        nothing_written=_nothing(db, ready, unready, publication),
        refused=refused,
        failing=failing,
        quarantined=tuple(f"{r.outlet}, “{r.title}”: {r.reason}" for r in records.quarantined(db)),
        outlets_guessed=tuple(_guessed(db, publication)),
        alarms=(*_alarms(last, running, refused, store.feed_counts(db)), *_unswept(db)),
    )


def policy(gate: Gate) -> str:
    """What a policy does, in words; autonomous is never silent about being so."""
    if gate.policy == "review":
        return "review: every article waits for an editor"
    if gate.policy == "mixed" and gate.review_when:
        return f"mixed: what passes the gate is published without an editor, but for {', '.join(gate.review_when)}"
    unnamed = "mixed, and gate.review_when names nothing: " if gate.policy == "mixed" else "autonomous: "
    return f"{unnamed}what passes the gate is published without an editor"


def _guessed(db: Database, publication: Publication) -> Iterator[str]:
    """The outlets that outlets.toml does not name, each with the kind that a rule guesses."""
    from synth.find.outlets import outlet_of

    known = read_outlets(publication.outlets_file)
    for name in records.outlets(db):
        outlet = outlet_of(name, known)
        if outlet.guessed:
            yield f"{name}: {outlet.kind.value}"


def _nothing(db: Database, ready: Sequence[Thesis], unready: Sequence[Unwritten], publication: Publication) -> str | None:
    stories = store.story_counts(db)
    if ready or not store.record_counts(db):
        return None
    return nothing_written(unready, stories.get("open", 0), publication.settings.write.min_independent)


def _ordered(counts: dict[str, int], names: Iterable[str]) -> dict[str, int]:
    """The counts in the order in which the states are declared."""
    return {str(name): counts[name] for name in names if name in counts}


def _alarms(
    last: LastRun | None, running: str | None, refused: tuple[tuple[str, tuple[str, ...]], ...], feeds: dict[str, int]
) -> Iterator[str]:
    if len(refused) >= ALARM_AFTER:
        yield f"the gate refused {len(refused)} articles in a row and published none since; `groundwire explain SLUG` says why for each"
    if last and last.ended is None and not running:
        yield "the last run did not end; the next one finishes its work"
    if feeds and not feeds.get("ok"):
        yield "no feed works; `groundwire doctor --online` looks for the cause"


def _unswept(db: Database) -> Iterator[str]:
    waiting = forgetting.unswept(db)
    if waiting:
        yield f"{waiting[0]['address']} is forgotten, and old trees or the file may still hold it; `groundwire build` finishes that"


def lines(status: Status, zone: str) -> Iterator[tuple[str, str]]:
    """The status for reading, as (label, text); an empty label goes on with the one before."""
    yield "policy", status.policy
    if status.last_run is None:
        yield "last run", "never; `groundwire run` makes the first one"
    else:
        yield "last run", _last(status.last_run, zone)
    if status.running:
        yield "running", status.running
    if status.stages:
        yield "stages", ", ".join(f"{stage} {_when(at, zone)}" for stage, at in status.stages.items())
    yield from _feeds(status, zone)
    yield "pages", _counted(status.pages) or "none yet"
    yield "records", _counted(status.records) or "none yet"
    yield "stories", _counted(status.stories) or "none yet"
    yield "articles", _counted(status.articles) or "none yet"
    yield from _waiting(status.waiting)
    yield from _cut("left", list(status.left))
    yield from _themes(status)
    yield from _cut("refused", [f"{slug}: {'; '.join(reasons) or 'no reason was kept'}" for slug, reasons in status.refused])
    yield from _cut(
        "failing", [f"{t.kind} {t.subject}: {t.reason} (since {_when(t.since, zone)}, {_times(t.times)})" for t in status.failing]
    )
    yield from _cut("quarantined", list(status.quarantined))
    yield from _cut("guessed", [f"{guess}, by its name; outlets.toml can say otherwise" for guess in status.outlets_guessed])
    yield from _cut("alarm", list(status.alarms))


def _last(run: LastRun, zone: str) -> str:
    if run.ended is None:
        return f"{run.command} at {_when(run.started, zone)}, not ended"
    return f"{run.command} at {_when(run.started, zone)}, exit code {run.exit_code}"


def _feeds(status: Status, zone: str) -> Iterator[tuple[str, str]]:
    if not status.feeds:
        yield "feeds", "none; `groundwire add YOUR-SITE` or `groundwire import FILE.opml`"
        return
    polled = f"{status.feeds_due} due now" + (
        f", the next at {_when(status.next_poll, zone)}" if status.next_poll and not status.feeds_due else ""
    )
    yield "feeds", f"{_counted(status.feeds)}; {polled}"
    if status.feeds_never_polled:
        yield "", f"{status.feeds_never_polled} not asked yet"
    for host, until in sorted(status.hosts_waiting.items())[:SHOWN]:
        yield "", f"{host} asked us to wait until {_when(until, zone)}"


def _themes(status: Status) -> Iterator[tuple[str, str]]:
    if status.signals:
        yield "signals", _counted(status.signals)
    if status.nothing_written:
        yield "themes", status.nothing_written
    yield from _cut("theses", [f"{t.kind or 'no baseline yet'}: {t.reason}" for t in status.theses])
    yield from _cut("not written", [u.reason for u in status.not_written])


def _waiting(waiting: Sequence[Waiting]) -> Iterator[tuple[str, str]]:
    for i, w in enumerate(waiting[:SHOWN]):
        yield ("" if i else "waiting"), f"{w.slug} version {w.version}, {w.status}"
        yield "", f"  {'; '.join(w.reasons) or 'no reason was kept'}"
    yield from _rest(len(waiting))


def _cut(label: str, texts: list[str]) -> Iterator[tuple[str, str]]:
    for i, text in enumerate(texts[:SHOWN]):
        yield (label if i == 0 else ""), text
    yield from _rest(len(texts))


def _rest(there: int) -> Iterator[tuple[str, str]]:
    if there > SHOWN:
        yield "", f"and {there - SHOWN} more; --json has them all"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in counts.items())


def _times(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _when(text: str | None, zone: str) -> str:
    """A stored time in the publication's own zone, to the minute."""
    if text is None:
        return "-"
    moment = from_text(text).astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)
    return moment.strftime("%Y-%m-%d %H:%M") + ("" if zone == "UTC" else moment.strftime(" %Z"))
