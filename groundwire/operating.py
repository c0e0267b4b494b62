"""Keeping a publication over years: backups, corrections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groundwire import newsroom
from groundwire.config import Publication
from groundwire.errors import NotFoundError
from groundwire.newsroom import Work
from groundwire.store import backups
from groundwire.store.database import open_database


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
