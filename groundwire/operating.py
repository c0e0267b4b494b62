"""Keeping a publication over years: backups."""

from __future__ import annotations

from pathlib import Path

from groundwire.config import Publication
from groundwire.errors import NotFoundError
from groundwire.store import backups
from groundwire.store.database import open_database


def backup(publication: Publication, file: Path) -> str:
    """Copy the database to a file while whoever works on it goes on; says where and how much. Raises StoreError."""
    if not publication.database.exists():
        raise NotFoundError(f"'{publication.database}': this publication has no database yet; `groundwire run` makes it")
    open_database(publication.database).close()  # what a newer program wrote is refused here as everywhere
    size = backups.copy(publication.database, file.absolute())
    return f"{file}: {size:,} bytes, the whole database; keep groundwire.toml, feeds.opml, outlets.toml and templates/ with it"
