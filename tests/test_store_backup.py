from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from calling import NOW, call
from newsrooms import command, environment
from publish_sample import fill, sample

from groundwire.errors import StoreError
from groundwire.store import articles, backups, database, schema
from groundwire.store.database import open_database

OLDER = range(1, len(schema.MIGRATIONS))
"""How many migrations each older schema has."""
STEPS = {
    applied: sum(1 for _, ddl in schema.MIGRATIONS[applied:] for _ in database._statements(ddl)) for applied in OLDER
}  # what a migration from there runs
CHILD = Path(__file__).with_name("kill_child.py")


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Makes the publication of an older program: its database has only so many migrations."""

    def make(applied: int) -> Path:
        path = tmp_path / "groundwire.db"
        with monkeypatch.context() as patch:
            patch.setattr(database, "MIGRATIONS", schema.MIGRATIONS[:applied])
            open_database(path).close()
        with closing(open_database(None)) as now, closing(sqlite3.connect(path)) as old:
            fill(now)
            for table in ("pages", "records", "threads", "articles", "sentences", "citations", "findings", "copies"):
                columns = [row[1] for row in old.execute(f"PRAGMA table_info({table})") if row[1] != "seq"]
                names = ", ".join(f'"{name}"' for name in columns)
                rows = [tuple(row) for row in now.rows(f"SELECT {names} FROM {table}")]
                old.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
            old.commit()
        return path

    yield make


def content(path: Path) -> list[tuple[object, ...]]:
    """What the older program's articles say, as it would read it."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT id, text, verdict FROM sentences ORDER BY id").fetchall()


def applied_to(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return database._applied(connection)


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return (
            connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            and not connection.execute("PRAGMA foreign_key_check").fetchall()
        )


def test_a_backup_opens_as_the_publication_it_was_made_of(tmp_path: Path) -> None:
    root, copy = tmp_path / "news", tmp_path / "kept" / "monday.db"
    root.mkdir()
    copy.parent.mkdir()
    with closing(open_database(root / "groundwire.db")) as db:
        fill(db)
    done = call(root, "backup", str(copy))
    assert (done.exit_code, done.stdout.startswith(f"{copy}: ")) == (0, True)
    assert [p.name for p in copy.parent.iterdir()] == ["monday.db"]
    assert sound(copy)
    with closing(open_database(copy)) as db:
        assert articles.find(db, sample().slug) == sample()


def test_a_backup_is_made_while_a_run_writes_and_is_whole(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db)
    stop = threading.Event()

    def write() -> None:
        with closing(open_database(tmp_path / "groundwire.db")) as db:
            n = 0
            while not stop.is_set():
                n += 1
                with db.transaction():
                    for half in ("a", "b"):
                        db.execute("INSERT INTO notices VALUES ('waiting', 'smtp', ?, ?)", (f"{n}-{half}", NOW))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for copy in (tmp_path / f"{i}.db" for i in range(5)):
            assert call(tmp_path, "backup", str(copy)).exit_code == 0
            with closing(sqlite3.connect(copy)) as made:
                halves = dict(made.execute("SELECT substr(subject, -1), count(*) FROM notices GROUP BY 1").fetchall())
            assert halves.get("a") == halves.get("b")
            assert sound(copy)
    finally:
        stop.set()
        writer.join()


def test_a_backup_replaces_an_earlier_one_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "news"
    root.mkdir()
    with closing(open_database(root / "groundwire.db")) as db:
        fill(db)
    copy = tmp_path / "copy.db"
    assert [call(root, "backup", str(copy)).exit_code for _ in range(2)] == [0, 0]
    (tmp_path / "letter.txt").write_text("not a database", "utf-8")
    for place in ("letter.txt", "news", "nowhere/copy.db", "news/groundwire.db"):
        refused = call(root, "backup", str(tmp_path / place))
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.startswith(f"'{tmp_path / place}': ")
    assert (tmp_path / "letter.txt").read_text("utf-8") == "not a database"


def test_a_publication_without_a_database_has_nothing_to_back_up(tmp_path: Path) -> None:
    assert call(tmp_path, "backup", str(tmp_path / "copy.db")).exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("applied", OLDER)
def test_an_older_database_is_backed_up_and_taken_over(tmp_path: Path, older: object, applied: int) -> None:
    path = older(applied)  # type: ignore[operator]
    assert call(tmp_path, "status").exit_code == 0
    assert applied_to(path) == [name for name, _ in schema.MIGRATIONS]
    (kept,) = backups.made_before_migrations(path)
    assert kept.name == f"groundwire.db.before-{schema.MIGRATIONS[applied][0]}"
    assert applied_to(kept) == [name for name, _ in schema.MIGRATIONS[:applied]]
    assert sound(kept)
    assert sound(path)
    built = call(tmp_path, "build")
    assert (built.exit_code, built.stderr) == (0, "")
    assert call(tmp_path, "explain", "--all", "--check").exit_code == 0


def test_a_new_database_and_one_that_is_current_are_not_backed_up(tmp_path: Path) -> None:
    path = tmp_path / "groundwire.db"
    open_database(path).close()
    open_database(path).close()
    assert backups.made_before_migrations(path) == ()


def test_a_backup_that_cannot_be_made_stops_the_migration(tmp_path: Path, older: object) -> None:
    path = older(1)  # type: ignore[operator]
    (tmp_path / f"groundwire.db.before-{schema.MIGRATIONS[1][0]}").mkdir()
    with pytest.raises(StoreError, match="is a folder"):
        open_database(path)
    assert applied_to(path) == [schema.MIGRATIONS[0][0]]


def test_a_newer_database_is_refused_by_every_command_and_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "groundwire.db"
    with closing(open_database(path)) as db:
        fill(db)
        with db.transaction():
            db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('groundwire', '9999-later', '2030')")
    before = applied_to(path)
    for arguments in (("status",), ("run",), ("build",), ("backup", str(tmp_path / "copy.db")), ("drafts", "export", str(tmp_path / "d"))):
        refused = call(tmp_path, *arguments)
        assert (refused.exit_code, "was written by a newer Groundwire (9999-later)" in refused.stderr) == (2, True)
    assert applied_to(path) == before
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize(("applied", "step"), [(a, n) for a in OLDER for n in range(1, STEPS[a] + 1)])
def test_a_migration_killed_at_any_step_is_rolled_back_and_done_by_the_next_opening(
    tmp_path: Path, older: object, applied: int, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = older(applied)  # type: ignore[operator]
    said = content(path)
    script = f"""
import os, signal, sqlite3
from groundwire import log
from groundwire.store.database import open_database
seen = 0
def event(name, **fields):
    global seen
    seen += name == "migration step"
    if seen == {step}:
        os.kill(os.getpid(), signal.SIGKILL)
log.event = event
open_database(__import__("pathlib").Path({str(path)!r}))
"""
    killed = subprocess.run([sys.executable, "-c", script], env=environment(), timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert applied_to(path) == [name for name, _ in schema.MIGRATIONS[:applied]]
    with monkeypatch.context() as patch:  # the older program goes on with it
        patch.setattr(database, "MIGRATIONS", schema.MIGRATIONS[:applied])
        open_database(path).close()
    assert content(path) == said
    with closing(open_database(path)) as db:
        assert articles.find(db, sample().slug) == sample()
    assert applied_to(path) == [name for name, _ in schema.MIGRATIONS]
    assert sound(path)


@pytest.mark.parametrize("moment", ["database backed up", "database migrated"])
def test_a_command_killed_around_a_migration_is_done_by_the_next_one(tmp_path: Path, older: object, moment: str) -> None:
    path = older(1)  # type: ignore[operator]
    arguments = command(tmp_path, "status", now=NOW)[3:]
    killed = subprocess.run([sys.executable, str(CHILD), moment, "1", *arguments], env=environment(), capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert call(tmp_path, "status").exit_code == 0
    assert applied_to(path) == [name for name, _ in schema.MIGRATIONS]
    assert applied_to(backups.made_before_migrations(path)[0]) == [schema.MIGRATIONS[0][0]]
    assert sound(path)


def test_two_that_open_an_older_database_at_once_migrate_it_once(tmp_path: Path, older: object) -> None:
    path = older(1)  # type: ignore[operator]
    running = [
        subprocess.Popen(command(tmp_path, "status", now=NOW), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [process.wait(60) for process in running] == [0] * 4
    for process in running:
        process.communicate()
    assert applied_to(path) == [name for name, _ in schema.MIGRATIONS]
    assert applied_to(backups.made_before_migrations(path)[0]) == [schema.MIGRATIONS[0][0]]
