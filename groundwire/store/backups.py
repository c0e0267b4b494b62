"""Copies of the database made by SQLite's own backup, whole or not there at all."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from groundwire import log
from groundwire.errors import StoreError

HEADER = b"SQLite format 3\0"
BEFORE = ".before-"
"""Stands between the database's name and that of a migration in the name of the backup that was made before it."""


def copy(source: Path, target: Path) -> int:
    """Put a copy of the database at `source`, as it is at this moment, in the place of `target`; its size in bytes.

    Readers and the writer of `source` go on. The copy is checked and synced before it takes its name. Raises StoreError
    when `target` is something else than an earlier copy, and OSError or sqlite3.Error when the copy cannot be made.
    """
    _free(source, target)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source, timeout=30)) as original, closing(sqlite3.connect(part)) as made:
            original.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")  # one file, whatever the original keeps beside itself
            _check(made, target)
        _sync(part)
        size = part.stat().st_size
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    _sync(target.parent)
    return size


def _free(source: Path, target: Path) -> None:
    """Refuse to put a copy in the place of what is no copy."""
    if not target.parent.is_dir():
        raise StoreError(f"'{target}': there is no folder '{target.parent}'; make it first")
    if target.is_dir():
        raise StoreError(f"'{target}': is a folder; name a file in it")
    if not target.exists():
        return
    if target.samefile(source):
        raise StoreError(f"'{target}': is the database itself; name another file")
    with target.open("rb") as file:
        if file.read(len(HEADER)) not in (HEADER, b""):
            raise StoreError(f"'{target}': is there and is no database; name another file")


def _check(made: sqlite3.Connection, target: Path) -> None:
    found = made.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreError(f"'{target}': the copy is not sound ({found}); nothing was kept, look at the database with `groundwire doctor`")


def _sync(path: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def before_migration(path: Path, migration: str) -> Path:
    """Back the database up as it is before a migration, beside it; belongs into the migration's transaction, before its first change."""
    target = path.with_name(f"{path.name}{BEFORE}{migration}")
    copy(path, target)
    log.event("database backed up", path=target)
    return target


def made_before_migrations(path: Path) -> tuple[Path, ...]:
    """The backups that lie beside a database because it was migrated, by name."""
    return tuple(sorted(p for p in path.parent.glob(f"{path.name}{BEFORE}*") if p.is_file()))
