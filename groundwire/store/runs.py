"""Runs: one row for each execution that may change the publication."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from groundwire.clock import from_text, to_text
from groundwire.records import StageReport, short_id
from groundwire.store.database import Database, Row


def start(db: Database, command: str, now: datetime, *, fixed_clock: bool) -> str:
    """Note that a run begins; returns its id."""
    with db.transaction():
        n = db.rows("SELECT count(*) AS n FROM runs")[0]["n"]
        run_id = short_id("run", to_text(now), str(n))
        row = {"id": run_id, "command": command, "started": to_text(now), "clock": "fixed" if fixed_clock else "system"}
        db.insert("runs", row)
    return run_id


def finish(db: Database, run_id: str, now: datetime, exit_code: int, reports: Sequence[StageReport]) -> None:
    """Note how a run ended."""
    summary = json.dumps([asdict(r) for r in reports], ensure_ascii=False)
    with db.transaction():
        db.update("runs", {"id": run_id}, {"ended": to_text(now), "exit_code": exit_code, "summary": summary})


def derived(db: Database, run_id: str, until: datetime) -> None:
    """Note the moment up to which this run's find stage is done; belongs into that stage's transaction."""
    db.update("runs", {"id": run_id}, {"derived": to_text(until)})


def derive_moments(db: Database) -> tuple[datetime, ...]:
    """The moments at which find stages finished, in order, each once: `derive` replays them."""
    rows = db.rows("SELECT DISTINCT derived FROM runs WHERE derived IS NOT NULL ORDER BY derived")
    return tuple(from_text(r["derived"]) for r in rows)


def moment_before(db: Database, now: datetime) -> datetime | None:
    """The last moment before `now` at which a find stage finished, or None."""
    row = db.one("SELECT max(derived) AS m FROM runs WHERE derived < ?", (to_text(now),))
    return from_text(row["m"]) if row and row["m"] else None


def last_moment(db: Database) -> datetime | None:
    """The latest moment that any run started at, or None."""
    row = db.one("SELECT max(started) AS m FROM runs")
    return from_text(row["m"]) if row and row["m"] else None


def is_first(db: Database, run_id: str) -> bool:
    """Whether a run is the first of its command."""
    row = db.one("SELECT id FROM runs WHERE command = (SELECT command FROM runs WHERE id = ?) ORDER BY rowid LIMIT 1", (run_id,))
    return row is not None and row["id"] == run_id


def recent(db: Database, n: int = 10) -> list[Row]:
    """The newest runs, newest first."""
    return db.rows("SELECT * FROM runs ORDER BY started DESC, rowid DESC LIMIT ?", (n,))
