"""What every command shares: the directory, the clock, the answer on stdout, errors as one line and an exit code."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from groundwire.clock import Clock, parse_time
from groundwire.errors import ConfigError, GroundwireError
from groundwire.log import one_line

if TYPE_CHECKING:
    from groundwire.config import Publication
    from groundwire.newsroom import Work
    from groundwire.store.database import Database

P = ParamSpec("P")

MACHINE_TROUBLE = (
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_BUSY",
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
    "SQLITE_PERM",
)
"""Errors of SQLite that the machine causes; any other is a bug and shows itself as one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The global options of one call."""

    directory: Path
    now: str | None
    verbose: bool

    def publication(self) -> Publication:
        """The publication of this call, its settings loaded and the log set up."""
        from groundwire import log
        from groundwire.config import environment
        from groundwire.settings_file import load

        if not self.directory.is_dir():
            raise ConfigError(f"'{self.directory}': no such directory; `groundwire init '{self.directory}'` makes a publication there")
        publication = load(self.directory.resolve(), environment())
        log.configure(publication.settings.run.log_format, verbose=self.verbose)
        return publication

    def clock(self) -> Clock:
        """The clock of this call: --now, else GROUNDWIRE_NOW, else the system's."""
        from groundwire.config import environment

        given = self.now or environment().get("GROUNDWIRE_NOW")
        return Clock(parse_time(given) if given else None)

    @contextmanager
    def reading(self) -> Iterator[tuple[Database, Publication]]:
        """The database for reading; an empty one in memory while there is none, so that looking creates nothing."""
        from groundwire.store.database import open_database

        publication = self.publication()
        path = publication.database if publication.database.exists() else None
        with closing(open_database(path)) as db:
            yield db, publication

    @contextmanager
    def working(self, command: str) -> Iterator[Work]:
        """The publication for one piece of work, with progress on a terminal; ends with the exit code of what it reported."""
        from groundwire import newsroom, terminal

        with terminal.progress(sys.stderr) as progress, newsroom.work(self.publication(), self.clock(), command, progress) as doing:
            yield doing
            missing = doing.missing
        tell(doing, verbose=self.verbose, terminal=sys.stderr.isatty(), missing=missing)
        if doing.exit_code:
            sys.exit(doing.exit_code)


def tell(doing: Work, *, verbose: bool, terminal: bool, missing: str | None = None) -> None:
    """One line on stderr for each thing that failed for the first time; a summary line with -v, and notes before it on a terminal.

    The last line is what a new publication lacks, after its first run only.
    """
    for failure in doing.failures:
        click.echo(one_line(f"{failure.kind} {failure.subject}: {failure.reason}"), err=True)
    if terminal:
        for note in (note for report in doing.reports for note in report.notes):
            click.echo(one_line(note), err=True)
    if verbose and not terminal:
        for why in (why for report in doing.reports for why in report.left):
            click.echo(one_line(why), err=True)
    if verbose or terminal:
        done = [f"{r.stage}: {', '.join(f'{n} {name}' for name, n in r.counts if n) or 'nothing'}" for r in doing.reports if r.counts]
        if done:
            click.echo(one_line("; ".join(done)), err=True)
    if missing and not terminal:
        click.echo(one_line(missing), err=True)


def answer(value: Any, lines: Iterable[str], as_json: bool) -> None:
    """The answer on stdout: lines to read, or one JSON value."""
    if as_json:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(line)


def command(group: click.Group, name: str | None = None) -> Callable[[Callable[P, None]], click.Command]:
    """A command of `group` whose errors end as one line on stderr and an exit code."""

    def register(function: Callable[P, None]) -> click.Command:
        return group.command(name or function.__name__.rstrip("_"))(click.pass_obj(_guarded(function)))

    return register


def _guarded(function: Callable[P, None]) -> Callable[P, None]:
    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except GroundwireError as error:
            fail(str(error), error.exit_code)
        except sqlite3.Error as error:
            if not getattr(error, "sqlite_errorname", "").startswith(MACHINE_TROUBLE):
                raise
            fail(
                f"the database cannot be used: {error}; nothing half-done was kept, the site is as it was: look at disk space and permissions",
                2,
            )
        except BrokenPipeError:
            raise
        except OSError as error:
            fail(f"{error}; nothing half-done was kept, the site is as it was: look at disk space and permissions", 2)
        except KeyboardInterrupt:
            fail("stopped; what was done is kept, and the next run goes on from there", 130)

    return guarded


def fail(message: str, code: int) -> None:
    """Say what failed on stderr, a line each, and end."""
    for line in message.splitlines():
        click.echo(one_line(line), err=True)
    sys.exit(code)


as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done; change nothing, ask nobody.")
ARTICLE = "ARTICLE is a slug or an id."
