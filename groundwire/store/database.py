"""Opening the database: the one importer of sqlite-utils.

WAL with synchronous=FULL, foreign keys on; every write goes through `Database.transaction`, which begins
immediately, so that two processes wait for each other instead of failing half-way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from groundwire import log
from groundwire.errors import NewerDatabaseError, StoreError
from groundwire.store import backups
from groundwire.store.schema import MIGRATIONS

if TYPE_CHECKING:
    import sqlite_utils
    from sqlite_utils import Migrations

BUSY_SECONDS = 30.0
"""How long a connection waits for another's write; T16 runs a hundred processes at once."""

BUSY_PAUSE_SECONDS = 0.02

Row = sqlite3.Row


def _migrations() -> Migrations:
    from sqlite_utils import Migrations

    migrations = Migrations("groundwire")
    for name, ddl in MIGRATIONS:
        migrations(name=name)(_run(name, ddl))
    return migrations


def _run(name: str, ddl: str) -> Any:
    def migrate(db: sqlite_utils.Database) -> None:
        for statement in _statements(ddl):
            db.conn.execute(statement)
            log.event("migration step", migration=name)

    return migrate


def _statements(ddl: str) -> Iterator[str]:
    """The statements of a script one by one; executescript would commit the migration's transaction."""
    pending = ""
    for line in ddl.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


class Database:
    """One connection to the publication's database, for one thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        connection.row_factory = sqlite3.Row
        self.connection = connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a transaction inside another is part of it."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        return self.connection.execute(sql, parameters)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self.connection.executemany(sql, rows)

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        return self.connection.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        row: Row | None = self.connection.execute(sql, parameters).fetchone()
        return row

    def insert(self, table: str, row: dict[str, Any], *, or_ignore: bool = False) -> bool:
        """Insert one row; True when it was new."""
        columns = ", ".join(f'"{c}"' for c in row)
        marks = ", ".join("?" * len(row))
        verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
        return self.connection.execute(f'{verb} INTO "{table}" ({columns}) VALUES ({marks})', tuple(row.values())).rowcount > 0

    def update(self, table: str, key: dict[str, Any], changes: dict[str, Any]) -> int:
        """Change the rows that `key` names; how many there were."""
        return self.connection.execute(_update(table, tuple(changes), tuple(key)), (*changes.values(), *key.values())).rowcount

    def close(self) -> None:
        self.connection.close()


@lru_cache(maxsize=256)
def _update(table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    sets = ", ".join(f'"{c}" = ?' for c in columns)
    where = " AND ".join(f'"{c}" = ?' for c in key)
    return f'UPDATE "{table}" SET {sets} WHERE {where}'


def open_database(path: Path | None) -> Database:
    """The database at `path`, created or migrated when needed; None is one in memory.

    What an older program wrote is backed up beside it first, and migrated as a whole or not at all. Raises NewerDatabaseError when a newer program wrote it, StoreError when it cannot be opened.
    """
    connection = None
    try:
        connection = sqlite3.connect(str(path) if path else ":memory:", timeout=BUSY_SECONDS)
        if path:
            _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        if set(_applied(connection)) != {name for name, _ in MIGRATIONS}:
            _migrate(connection, path)
    except (sqlite3.Error, OSError, StoreError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, StoreError):
            raise
        if isinstance(error, OSError):
            raise StoreError(f"{path}: could not be backed up before its migration ({error}); it is as it was") from error
        raise StoreError(
            f"{path}: cannot be used as the database ({error}); check that it is a Groundwire database and can be written"
        ) from error
    return Database(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL, where it is not so already; SQLite does not wait for others there, so this does."""
    patience = monotonic() + BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or monotonic() > patience:
                raise
            sleep(BUSY_PAUSE_SECONDS)


def _applied(connection: sqlite3.Connection) -> list[str]:
    """The names of the migrations that ran, in order; read without sqlite-utils, whose import is half of `status`."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return []
    return [name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'groundwire' ORDER BY rowid")]


def _migrate(connection: sqlite3.Connection, path: Path | None) -> None:
    import sqlite_utils

    db = sqlite_utils.Database(connection, execute_plugins=False)
    migrations = _migrations()
    known = {name for name, _ in MIGRATIONS}
    with connection:
        connection.execute("BEGIN IMMEDIATE")  # another process may be doing the same: the second one finds nothing left to do
        applied = [m.name for m in migrations.applied(db)]
        newer = [name for name in applied if name not in known]
        if newer:
            raise NewerDatabaseError(f"{path}: was written by a newer Groundwire ({newer[-1]}); install that version or newer")
        pending = migrations.pending(db)
        if not pending:
            return
        if path and applied:
            backups.before_migration(path, pending[0].name)
        migrations.apply(db)
    log.event("database migrated")
