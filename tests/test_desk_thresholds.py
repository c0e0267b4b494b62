"""Muting an outlet is honoured by a run, and the thresholds are tried on the last day without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk_browser import Browser, Sample, desk_on
from write_sample import CHIPS, CHIPS_AGAIN, NOW, OUTLETS, PLANT, PLANT_AGAIN, PLANT_THIRD, put, record

from groundwire.clock import to_text
from groundwire.config import Publication, Settings
from groundwire.outlets_file import change
from groundwire.records import ArticleStatus, OutletKind
from groundwire.store import articles, derived, runs, trying
from groundwire.store.database import Database, open_database
from synth import pipeline


def publication(root: Path) -> Publication:
    tables = "\n".join(f'["{o.name}"]\nkind = "{o.kind.value}"\nowner = "{o.owner or o.name}"' for o in OUTLETS.values())
    (root / "outlets.toml").write_text(tables, encoding="utf-8")
    return Publication(root=root, settings=Settings())


def run(db: Database, made: Publication, now: datetime) -> None:
    run_id = runs.start(db, "run", now, fixed_clock=True)
    pipeline.find_stage(db, made, now, run_id)
    pipeline.write(db, made, None, now, run_id)
    runs.finish(db, run_id, now, 0, ())


def first_day(db: Database) -> None:
    plant = [record(PLANT, "Gridpost", 20), record(PLANT_AGAIN, "The Copper Wire", 12), record(PLANT_THIRD, "Osmere Ledger", 9)]
    put(db, *plant, record(CHIPS, "Osmere Ledger", 18), record(CHIPS_AGAIN, "The Copper Wire", 8))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Sample]:
    """A desk on the morning after a day on which the ledger writer wrote."""
    made = publication(tmp_path)
    with closing(open_database(made.database)) as db:
        first_day(db)
        run(db, made, NOW)
    with desk_on(tmp_path, now=to_text(NOW + timedelta(days=1))) as found:
        yield found


@pytest.fixture
def ada(desk: Sample) -> Browser:
    return desk.browser()


def counted(text: str, word: str) -> int:
    """How many the preview counts of a status."""
    numbers = dict(reversed(part.split(" ", 1)) for part in text.split("With these values: ")[1].split(".")[0].split(", "))  # type: ignore[misc]
    return int(numbers[word])


def test_the_values_in_force_give_what_was_really_written(desk: Sample, ada: Browser) -> None:
    really = articles.with_status(desk.db, *ArticleStatus)
    before = desk.dump()
    page = ada.get("/thresholds?try=1")
    assert page.status == 200 and counted(page.words, "published") == sum(a.status is ArticleStatus.PUBLISHED for a in really) >= 1
    assert all(page.words.count(a.headline.text) == 2 for a in really), "once tried, once as it was"
    assert desk.dump() == before and "To keep these values" not in page.words


def test_other_values_give_another_day_and_the_words_to_keep_them(desk: Sample, ada: Browser) -> None:
    before = desk.dump()
    strict = ada.get("/thresholds?try=1&min_independent=5")
    assert counted(strict.words, "published") == 0 and "5 are needed" in strict.words
    assert "groundwire config set write.min_independent 5" in strict.words
    assert "gate.policy is review" in ada.get("/thresholds?try=1&policy=review").words
    assert desk.dump() == before


@pytest.mark.parametrize(
    "wrong", ["min_independent=-1", "min_strength=7", "min_evidence=much", "policy=loose", "max_records=1&min_records=9"]
)
def test_a_value_that_no_setting_may_have_is_told(ada: Browser, wrong: str) -> None:
    page = ada.get(f"/thresholds?try=1&{wrong}")
    assert page.status == 422 and page.tree.find_class("trouble")


def test_before_the_first_run_there_is_no_day_to_try(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "groundwire.db")):
        pass
    with desk_on(tmp_path) as found:
        assert "Nothing has been looked for yet" in found.browser().get("/thresholds?try=1").words


def test_the_day_tried_is_the_last_before_today(desk: Sample) -> None:
    zone = trying.ZoneInfo("UTC")
    run(desk.db, desk.publication, NOW + timedelta(days=1))
    assert trying.last_of_day(desk.db, NOW + timedelta(days=1, hours=1), zone) == NOW
    assert trying.last_of_day(desk.db, NOW + timedelta(hours=1), zone) == NOW + timedelta(days=1), (
        "without an earlier day the newest moment"
    )


@pytest.mark.parametrize("days", [3, 9, 12, 16, 30])
def test_a_day_is_tried_however_long_ago_it_was(desk: Sample, days: int) -> None:
    """Stories that were open then have closed since, or were joined by records that came later."""
    later = NOW + timedelta(days=days)
    put(desk.db, record(PLANT.replace("Harrow Point", "Harrow Cape"), "Gridpost", -24 * days + 2))
    run(desk.db, desk.publication, later)
    with desk_on(desk.root, now=to_text(later + timedelta(hours=1))) as late:
        page = late.browser().get("/thresholds?try=1")
        assert page.status == 200 and counted(page.words, "published") >= 1
        assert f"{NOW:%Y-%m-%d}, as known by" in page.words


def test_a_muted_outlet_is_read_and_no_article_is_built_on_it(db: Database, tmp_path: Path) -> None:
    made = publication(tmp_path)
    change(made.outlets_file, "The Copper Wire", OutletKind.REPORT, 0.8, None, muted=True)
    first_day(db)
    run(db, made, NOW)
    muted = {r["id"] for r in db.rows("SELECT id FROM records WHERE outlet = 'The Copper Wire'")}
    assert muted and not [t for t in derived.themes(db) if muted & set(t.record_ids)]
    written = articles.with_status(db, *ArticleStatus)
    assert not [r for a in written for r in a.theme.record_ids if r in muted]
    assert not db.rows("SELECT 1 FROM citations c JOIN records r ON r.id = c.record_id WHERE r.outlet = 'The Copper Wire'")


def test_muting_at_the_desk_reaches_the_next_run(desk: Sample, ada: Browser) -> None:
    page = ada.get("/sources")
    ada.send(page, "/sources", {"action": "set", "muted": "1"}, name="The Copper Wire")
    put(desk.db, record(PLANT_AGAIN.replace("Harrow Point", "Harrow Cape"), "The Copper Wire", -20))
    run(desk.db, desk.publication, NOW + timedelta(days=1))
    new = desk.db.rows("SELECT id FROM records WHERE outlet = 'The Copper Wire' AND fetched > ?", (to_text(NOW),))
    assert new and not [t for t in derived.themes(desk.db) if {r["id"] for r in new} & set(t.record_ids)]
