"""What `groundwire doctor` checks: machine, configuration, database, feeds; with --online also who can be reached."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from groundwire import lock
from groundwire.clock import Clock, from_text, to_text
from groundwire.config import Publication, environment
from groundwire.errors import ConfigError, FetchError, StoreError
from groundwire.log import one_line
from groundwire.outlets_file import read_outlets
from groundwire.settings_file import load
from groundwire.store import failures, feeds, runs
from groundwire.store import status as facts
from groundwire.store.database import Database, open_database
from groundwire.templating import template_path

if TYPE_CHECKING:
    from groundwire.http import Client

MIN_PYTHON = (3, 11)
MIN_SQLITE = (3, 37, 0)
"""The first with STRICT tables."""
MIN_FREE_BYTES = 500 * 1024 * 1024
BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""Any clock that shows less is not set."""
STALE_DAYS = 7
ROBOTS_BYTES = 512 * 1024
ONLINE_SECONDS = 10.0

Outcome = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, and what to do unless it is ok."""

    outcome: Outcome
    name: str
    found: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def lines(checks: Sequence[Check]) -> Iterator[str]:
    """One line for each check."""
    width = max((len(c.name) for c in checks), default=0)
    return (one_line(f"{c.outcome:<4}  {c.name:<{width}}  {c.found}") for c in checks)


def examine(root: Path, clock: Clock, *, online: bool) -> tuple[Check, ...]:
    """Every check in order; what cannot be looked at for want of another is left out."""
    return tuple(_examine(root, clock, online))


def _examine(root: Path, clock: Clock, online: bool) -> Iterator[Check]:
    yield from _machine()
    if not root.is_dir():
        yield Check("fail", "directory", f"{root}: there is none; `groundwire init {root}` makes a publication there")
        return
    yield from _directory(root)
    try:
        publication = load(root.resolve(), environment())
    except ConfigError as error:
        yield from (Check("fail", "configuration", line) for line in str(error).splitlines())
        return
    yield from _configuration(publication)
    if not publication.database.exists() and not (online and publication.settings.llm.model):
        yield Check("ok", "database", "none yet; the first `groundwire add` or `groundwire run` makes it")
        return
    try:
        with closing(open_database(publication.database)) as db:
            yield from _database(db, publication)
            yield from _clock(db, clock)
            yield from _feeds(db, clock.now())
            models = _models(db, publication, clock.now()) if online and publication.settings.llm.model else []
            yield from (check for check in models if check.name != "next")
            if online:
                yield from asyncio.run(_online(db, publication, clock.now()))
            yield from (check for check in models if check.name == "next")
    except StoreError as error:
        yield Check("fail", "database", str(error))


def _machine() -> Iterator[Check]:
    version, enough = ".".join(map(str, sys.version_info[:3])), sys.version_info >= MIN_PYTHON
    yield Check("ok" if enough else "fail", "python", version if enough else f"{version}; install 3.11 or later")
    yield _sqlite()


def _directory(root: Path) -> Iterator[Check]:
    yield _writable(root)
    free = shutil.disk_usage(root).free
    enough = free >= MIN_FREE_BYTES
    yield Check(
        "ok" if enough else "warn", "disk", f"{free // 2**20:,} MiB free" + ("" if enough else "; make room, a full disk stops runs")
    )


def _sqlite() -> Check:
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
    except sqlite3.OperationalError:
        return Check("fail", "sqlite", f"{sqlite3.sqlite_version} without FTS5; use a Python whose SQLite has it")
    if sqlite3.sqlite_version_info < MIN_SQLITE:
        return Check("fail", "sqlite", f"{sqlite3.sqlite_version} has no strict tables; use 3.37 or later")
    return Check("ok", "sqlite", f"{sqlite3.sqlite_version} with FTS5")


def _writable(root: Path) -> Check:
    try:
        with tempfile.TemporaryFile(dir=root):
            return Check("ok", "directory", f"{root.resolve()} can be written")
    except OSError as error:
        return Check("fail", "directory", f"{root}: cannot be written ({error.strerror}); change its owner or permissions, or use -C")


def _configuration(publication: Publication) -> Iterator[Check]:
    settings = publication.settings
    yield Check("ok", "configuration", f"'{settings.site.title}', policy {settings.gate.policy}, writer {settings.write.writer}")
    if urlsplit(settings.site.url).hostname in ("localhost", "127.0.0.1"):
        yield Check(
            "warn",
            "site.url",
            f"{settings.site.url} is this machine; set where readers find the site: `groundwire config set site.url URL`",
        )
    if not settings.fetch.contact_url:
        yield Check(
            "warn", "contact", "fetch.contact_url is not set; publishers cannot reach you: `groundwire config set fetch.contact_url URL`"
        )
    if publication.environment_proxy and not settings.fetch.proxy:
        yield Check(
            "fail", "proxy", "the environment names a proxy and fetch.proxy does not; nothing is fetched until it is set there or unset"
        )
    yield _model(publication)
    yield from _files(publication)


def _files(publication: Publication) -> Iterator[Check]:
    """Files beside the configuration that a run would stop at."""
    lens = publication.settings.write.lens
    if not template_path(f"lenses/{lens}.toml", publication.templates).is_file():
        yield Check(
            "fail", "lens", f"'{lens}': there is no lens of that name in templates/lenses; `groundwire config set write.lens ai-stack`"
        )
    try:
        read_outlets(publication.outlets_file)
    except ConfigError as error:
        yield Check("fail", "outlets", str(error))


def _model(publication: Publication) -> Check:
    llm = publication.settings.llm
    if not llm.model:
        if llm.base_url:
            return Check("warn", "model", "llm.base_url is set and llm.model is not: `groundwire config set llm.model NAME`")
        return Check("ok", "model", "none; the ledger writer writes")
    local = urlsplit(llm.base_url or "").hostname in ("localhost", "127.0.0.1", "::1")
    if not publication.api_key and not local:
        return Check("warn", "model", f"{llm.model}: the variable {llm.api_key_env} holds no key; set it where the run starts")
    if not llm.base_url:
        return Check(
            "fail", "model", f"{llm.model}: llm.base_url is not set: `groundwire config set llm.base_url https://api.openai.com/v1`"
        )
    return Check("ok", "model", f"{llm.model} at {llm.base_url}")


def _models(db: Database, publication: Publication, now: datetime) -> list[Check]:
    """What one small question to each model found, and the next command when all answered."""
    from groundwire import doctor_model

    found = [Check(*outcome) for outcome in doctor_model.examine(db, publication, now)]
    ready = found and all(check.outcome != "fail" for check in found)
    return [*found, Check(*doctor_model.next_command(db))] if ready else found


def _database(db: Database, publication: Publication) -> Iterator[Check]:
    wrong = facts.integrity(db)
    yield from (Check("fail", "database", f"{found}; restore a backup of {publication.database.name}") for found in wrong)
    if not wrong:
        yield Check("ok", "database", f"{publication.database.name}, {publication.database.stat().st_size // 1024:,} KiB, intact")
    running = lock.holder(publication)
    if running:
        yield Check("ok", "lock", f"a run is under way ({running})")


def _clock(db: Database, clock: Clock) -> Iterator[Check]:
    now, last = clock.now(), runs.last_moment(db)
    if now < BUILT:
        yield Check("fail", "clock", f"shows {to_text(now)}; set the system clock")
    elif last and now < last:
        yield Check(
            "warn",
            "clock",
            f"shows {to_text(now)}, earlier than the last run at {to_text(last)}; set it, or wait until it is past that moment",
        )
    else:
        yield Check("ok", "clock", to_text(now))


def _feeds(db: Database, now: datetime) -> Iterator[Check]:
    counts = facts.feed_counts(db)
    if not counts:
        yield Check("warn", "feeds", "none; `groundwire add YOUR-SITE` or `groundwire import FILE.opml`")
        return
    yield Check("ok", "feeds", ", ".join(f"{n} {state}" for state, n in counts.items()))
    for row in facts.feeds_in_trouble(db):
        yield Check(
            "warn", "feed", f"{row['url']}: {row['reason'] or row['state']}; if it is gone for good: `groundwire feeds remove {row['url']}`"
        )
    for row in feeds.every(db):
        if row["state"] == "ok" and row["last_ok"] and now - from_text(row["last_ok"]) > timedelta(days=STALE_DAYS):
            yield Check("warn", "feed", f"{row['url']}: last read {row['last_ok']}; is `groundwire run` in cron?")
    for failure, since, _ in failures.current(db):
        if failure.kind not in ("feed", "page", "clock"):
            yield Check("warn", failure.kind, f"{failure.subject}: {failure.reason} (since {since})")


async def _online(db: Database, publication: Publication, now: datetime) -> list[Check]:
    from groundwire.http import Client, user_agent

    settings = publication.settings
    waiting = feeds.blocked_hosts(db, now)
    origins = sorted(
        {_origin(row["url"]) for row in feeds.every(db) if row["state"] != "off" and urlsplit(row["url"]).hostname not in waiting}
    )
    checks: list[Check] = []
    try:
        async with Client(
            settings.fetch, user_agent(settings.fetch.contact_url), environment_proxy=publication.environment_proxy
        ) as client:
            checks += await asyncio.gather(*(_robots(client, origin) for origin in origins))
    except ConfigError as error:
        checks.append(Check("fail", "proxy", str(error)))
    return checks


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _robots(client: Client, origin: str) -> Check:
    try:
        answer = await client.get(f"{origin}/robots.txt", limit_bytes=ROBOTS_BYTES, deadline_seconds=ONLINE_SECONDS)
    except FetchError as error:
        return Check("fail", "host", f"{origin}: {error.reason}; its pages are not read until robots.txt answers")
    if answer.status >= 500:
        return Check("warn", "host", f"{origin}: robots.txt answered {answer.status}; its pages are not read until it answers")
    return Check("ok", "host", f"{origin}: robots.txt answered {answer.status}")
