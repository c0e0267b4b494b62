"""The find stage on a database: the same rows whatever the order, the interruption or the rebuild."""

from __future__ import annotations

import logging
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from find_sample import CHIPS, CHIPS_AGAIN, MUSEUM, NOW, PLANT, PLANT_AGAIN, lens, put, record

from groundwire.clock import to_text
from groundwire.config import Settings
from groundwire.records import Record, Theme, text_sha256
from groundwire.store import derived, runs
from groundwire.store.database import Database, open_database
from groundwire.store.schema import DERIVED_TABLES
from synth.find.stage import OPEN_DAYS, find, rebuild

LAST = "Quillon Semiconductor fills its second clean room in Tarn with wafers for accelerators worth $7.7 billion."
LAST_AGAIN = "Accelerators for $7.7 billion come from the second clean room of Quillon Semiconductor in Tarn, which has its wafers."

Rows = dict[str, list[tuple[Any, ...]]]


def dump(db: Database) -> Rows:
    """Every derived row, in an order of its own."""
    return {table: sorted((tuple(r) for r in db.rows(f'SELECT * FROM "{table}"')), key=repr) for table in DERIVED_TABLES}


def run(db: Database, now: datetime) -> tuple[Theme, ...]:
    run_id = runs.start(db, "run", now, fixed_clock=True)
    return find(db, Settings(), lens(), {}, now, run_id)


def fetched(r: Record, at: datetime) -> Record:
    return replace(r, fetched=at)


def days() -> list[tuple[datetime, list[Record]]]:
    """Twelve days of a small publication: stories, copies, one altered, a page that changes, days without anything."""
    start = NOW - timedelta(days=12)
    plant = record(PLANT, "A", 2, now=start)
    changed = PLANT + " The company first spoke of the gas plant in the spring."
    second = replace(plant, id="secondversion", version=2, text=changed, text_sha256=text_sha256(changed))
    batches: dict[int, list[Record]] = {
        0: [plant, record(MUSEUM, "D", 3, now=start)],
        1: [record(PLANT_AGAIN, "B", 20, now=start + timedelta(days=1)), record(PLANT, "Copyist", 1, now=start + timedelta(days=1))],
        2: [record(PLANT.replace("700", "900"), "Farm", 1, now=start + timedelta(days=2)), second],
        4: [record(CHIPS, "A", 2, now=start + timedelta(days=4)), record(CHIPS_AGAIN, "C", 30, now=start + timedelta(days=4))],
        7: [record(PLANT_AGAIN + " A third hearing on the gas plant at Harrow Point was added.", "E", 2, now=start + timedelta(days=7))],
        12: [record(LAST, "F", 2), record(LAST_AGAIN, "G", 1)],
    }
    return [(start + timedelta(days=d), [fetched(r, start + timedelta(days=d)) for r in batches.get(d, [])]) for d in range(13)]


def publish(db: Database, given: Sequence[tuple[datetime, list[Record]]], shuffle: int | None = None) -> Rows:
    for now, records in given:
        if shuffle is not None:
            random.Random(shuffle).shuffle(records)
        put(db, *records)
        run(db, now)
    return dump(db)


@pytest.fixture(scope="module")
def expected() -> Rows:
    database = open_database(None)
    rows = publish(database, days())
    database.close()
    return rows


def test_the_days_leave_rows_of_every_kind(expected: Rows) -> None:
    assert all(expected[table] for table in DERIVED_TABLES)
    assert {row[4] for row in expected["stories"]} == {"open", "closed"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_of_arrival_leaves_no_trace(db: Database, expected: Rows, seed: int) -> None:
    assert publish(db, days(), shuffle=seed) == expected


def test_a_rebuild_reaches_the_same_rows(db: Database, expected: Rows) -> None:
    publish(db, days())
    rebuild(db, Settings(), lens(), {})
    assert dump(db) == expected


def test_a_moment_that_is_found_again_leaves_the_same_rows(db: Database, expected: Rows) -> None:
    for now, records in days():
        put(db, *records)
        run(db, now)
        run(db, now)
    assert dump(db) == expected


def test_records_that_come_in_two_runs_of_one_moment_leave_the_same_rows(db: Database, expected: Rows) -> None:
    for now, records in days():
        for r in records[::-1]:
            put(db, r)
            run(db, now)
        run(db, now)
    assert dump(db) == expected


class Killed(Exception):
    pass


class Dying(Database):
    """The same database in a process that ends at its n-th write."""

    def __init__(self, db: Database, writes: int) -> None:
        super().__init__(db.connection)
        self.left = writes

    def _write(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        if not sql.startswith("SELECT"):
            self._write()
        return super().execute(sql, parameters)

    def executemany(self, sql: str, rows: Any) -> None:
        self._write()
        super().executemany(sql, rows)

    def insert(self, table: str, row: dict[str, Any], *, or_ignore: bool = False) -> bool:
        self._write()
        return super().insert(table, row, or_ignore=or_ignore)

    def update(self, table: str, key: dict[str, Any], changes: dict[str, Any]) -> int:
        self._write()
        return super().update(table, key, changes)


@pytest.mark.parametrize("writes", [0, 2, 5, 9, 14, 20])
def test_a_run_that_was_killed_is_finished_by_the_next(db: Database, expected: Rows, writes: int) -> None:
    killed = 0
    for now, records in days():
        put(db, *records)
        try:
            find(Dying(db, writes), Settings(), lens(), {}, now, runs.start(db, "run", now, fixed_clock=True))
        except Killed:
            killed += 1
        run(db, now)
    assert killed and dump(db) == expected


def test_a_killed_rebuild_leaves_what_was_there(db: Database, expected: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(db, days())

    def fail(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(derived, "replace", fail)
    with pytest.raises(Killed):
        rebuild(db, Settings(), lens(), {})
    assert dump(db) == expected


def test_what_was_read_is_not_read_again(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    given = days()
    publish(db, given)

    def fail(*_: object) -> None:
        raise Killed

    run(db, NOW)
    once = dump(db)
    monkeypatch.setattr("synth.find.stage.read", fail)
    run(db, NOW)
    assert dump(db) == once


def test_the_altered_copy_is_quarantined_and_never_evidence(db: Database) -> None:
    publish(db, days()[:3])
    ids = [r["id"] for r in db.rows("SELECT id FROM records")]
    quarantined = derived.quarantined(db, ids)
    assert len(quarantined) == 1 and "900" in next(iter(quarantined.values()))
    assert not any(set(quarantined) & set(t.record_ids) for t in derived.themes(db))


def test_a_new_version_takes_the_place_of_the_old_one(db: Database) -> None:
    given = days()
    publish(db, given[:2])
    story = derived.story_of(db, [given[0][1][0].id])[given[0][1][0].id]
    publish(db, given[2:3])
    assert derived.story_of(db, ["secondversion"]) == {"secondversion": story}
    assert given[0][1][0].id not in derived.stories(db, [story])[0].record_ids


def test_a_closed_story_keeps_its_records(db: Database) -> None:
    given = days()
    publish(db, given)
    museum = given[0][1][1]
    assert museum.published < NOW - timedelta(days=OPEN_DAYS)
    (story,) = derived.stories(db, [derived.story_of(db, [museum.id])[museum.id]])
    assert story.record_ids == (museum.id,)


def test_themes_come_back_as_they_were_found(db: Database) -> None:
    (now, records), *_ = days()
    put(db, *records)
    found = run(db, now)
    assert derived.themes(db) == found and found
    assert {s.id for t in found for s in t.signals} <= {s.id for s in derived.signals(db)}


def test_the_moment_is_kept_with_the_rows(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("groundwire")
    logger.addHandler(caplog.handler)
    try:
        with caplog.at_level(logging.DEBUG, logger="groundwire"):
            run(db, NOW)
    finally:
        logger.removeHandler(caplog.handler)
    assert runs.derive_moments(db) == (NOW,)
    assert "stories stored" in caplog.messages


def test_languages_without_notation_are_grouped_and_have_no_figures(db: Database) -> None:
    foreign = replace(record("Sähköyhtiö rakentaa 700 megawatin voimalan.", "A", 1), language="fi")
    put(db, foreign)
    run(db, NOW)
    assert derived.figures(db, [foreign.id]) == () and derived.passages(db, foreign.id)
    assert derived.story_of(db, [foreign.id])


def test_learning_is_imported_when_it_is_needed() -> None:
    code = "import sys, synth.find.stage; print([m for m in ('sklearn', 'scipy', 'numpy', 'rensa') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def forecast(db: Database, due: datetime, outcome: str = "open") -> None:
    row = {
        "id": f"f{due:%d%H}{outcome}",
        "article_id": "a1",
        "statement": "Velmora Grid has its permit for Harrow Point.",
        "due": to_text(due),
    }
    with db.transaction():
        db.insert("forecasts", row | {"made": to_text(NOW - timedelta(days=30)), "wrong_if": "no permit is published", "outcome": outcome})


def test_a_forecast_falls_due_at_the_first_look_after_its_day(db: Database) -> None:
    put(db, *(fetched(record(text, outlet, hours), NOW) for text, outlet, hours in ((PLANT, "A", 5), (PLANT_AGAIN, "B", 4))))
    kinds = lambda: [s.kind for s in derived.signals(db)]  # noqa: E731
    run(db, NOW)
    assert "forecast-due" not in kinds()
    forecast(db, NOW + timedelta(hours=12))
    forecast(db, NOW + timedelta(hours=13), "came true")
    forecast(db, NOW + timedelta(days=9))
    run(db, NOW + timedelta(hours=6))
    assert "forecast-due" not in kinds()
    run(db, NOW + timedelta(days=1))
    assert kinds().count("forecast-due") == 1
    run(db, NOW + timedelta(days=2))
    assert "forecast-due" not in kinds()
