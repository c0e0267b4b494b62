"""Keeping a publication over years: backups, corrections, removals on demand, edited drafts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from groundwire import draft_import, newsroom
from groundwire.config import Publication
from groundwire.draft_import import Plan
from groundwire.errors import ConfigError, NotFoundError
from groundwire.newsroom import Work
from groundwire.records import ArticleStatus
from groundwire.store import backups, feeds
from groundwire.store import status as facts
from groundwire.store.database import Database, open_database


def backup(publication: Publication, file: Path) -> str:
    """Copy the database to a file while whoever works on it goes on; says where and how much. Raises StoreError."""
    if not publication.database.exists():
        raise NotFoundError(f"'{publication.database}': this publication has no database yet; `groundwire run` makes it")
    open_database(publication.database).close()  # what a newer program wrote is refused here as everywhere
    size = backups.copy(publication.database, file.absolute())
    return f"{file}: {size:,} bytes, the whole database; keep groundwire.toml, feeds.opml, outlets.toml and templates/ with it"


def correct(doing: Work, article: str, was: str, now_is: str) -> Sequence[str]:
    """Correct what is out and build the site; says what was done. Raises NotFoundError or MoveError."""
    from synth import revising

    done = revising.correct(doing.db, doing.publication, article, was, now_is, doing.clock.now())
    newsroom.build(doing)
    said = f"{done.article.slug} version {done.article.version}: corrected"
    return (said, *done.notes)


def take_back(doing: Work, plans: Sequence[Plan]) -> None:
    """Store what editors made of drafts in files, and build the site when something was approved."""
    draft_import.carry_out(doing.db, plans, doing.clock.now())
    if any(plan.to is ArticleStatus.APPROVED for plan in plans):
        newsroom.build(doing)


ELSEWHERE = "copies that you made yourself (`backup FILE`, `build --to DIR`, a host's own) may still hold it: make them anew"


def forget(doing: Work, name: str, reason: str) -> Sequence[str]:
    """Erase what a page said from database, articles, calls and site, and never ask its address again; says what was done."""
    from synth import pipeline

    now = doing.clock.now()
    said = _forget(doing.db, doing.publication, name, reason, now)
    doing.add(pipeline.find_stage(doing.db, doing.publication, now, doing.run_id))
    newsroom.build(doing)
    return (*said, ELSEWHERE)


def plan_forgetting(db: Database, publication: Publication, name: str, reason: str, now: datetime) -> Sequence[str]:
    """What a removal would do, tried on a copy in memory."""
    with closing(facts.shadow(db)) as copy:
        return _forget(copy, publication, name, reason, now)


def _forget(db: Database, publication: Publication, name: str, reason: str, now: datetime) -> Sequence[str]:
    from ingest.urls import host_of, identity
    from synth import forgetting

    if feeds.known(db, name):
        raise ConfigError(f"'{name}': is a feed; `groundwire feeds remove` takes it out, and `forget` takes the pages that it led to")
    address = name if name.startswith(("http://", "https://")) else None
    return forgetting.forget(db, publication, name, identity(name) if address else None, host_of(name) if address else "", reason, now)
