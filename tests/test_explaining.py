"""What `explain` and `status` say of signals: the thesis, the records behind each signal, why a story is there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from find_sample import CHIPS, CHIPS_AGAIN, NOW, PLANT, PLANT_AGAIN, lens, put, record

from groundwire.config import Publication, Settings
from groundwire.explaining import explain
from groundwire.records import Article
from groundwire.status import gather, lines
from groundwire.store import articles, derived, records, runs
from groundwire.store.database import Database
from synth import pipeline
from synth.find.stage import find
from synth.find.told import theses

TOLD = [
    record(text, outlet, hours) for text, outlet, hours in ((PLANT, "A", 5), (PLANT_AGAIN, "B", 4), (CHIPS, "A", 3), (CHIPS_AGAIN, "C", 2))
]


@pytest.fixture
def written(db: Database, publication: Publication) -> tuple[Article, ...]:
    put(db, *TOLD)
    run_id = runs.start(db, "run", NOW, fixed_clock=True)
    pipeline.find_stage(db, publication, NOW, run_id)
    pipeline.write(db, publication, None, NOW, run_id)
    return tuple(articles.find(db, row["slug"]) for row in db.rows("SELECT DISTINCT slug FROM articles ORDER BY slug"))


def test_explain_shows_the_records_behind_each_signal(db: Database, publication: Publication, written: tuple[Article, ...]) -> None:
    assert written
    for article in written:
        assert article.theme.thesis
        said = "\n".join(explain(db, publication, article.slug, everything=False, check=False).lines)
        assert (
            f"thesis ({article.theme.thesis.kind}, strength {article.theme.thesis.strength:.2f}): {article.theme.thesis.statement}" in said
        )
        for signal in article.theme.signals:
            assert signal.statement in said
            for found in records.many(db, signal.record_ids):
                assert f"{found.published:%Y-%m-%d %H:%M} {found.outlet}: “{found.title}” (record {found.id}, {found.url})" in said


def test_explain_as_json_has_every_signal_with_its_records(db: Database, publication: Publication, written: tuple[Article, ...]) -> None:
    (value,) = explain(db, publication, written[0].slug, everything=False, check=False).value
    thesis = next(s for s in value["signals"] if s["id"] == value["thesis"])
    assert thesis["records"] and {"id", "title", "outlet", "url", "published"} == set(thesis["records"][0])
    assert {r["id"] for r in thesis["records"]} == set(written[0].theme.thesis.record_ids if written[0].theme.thesis else ())


def test_a_theme_says_why_each_story_is_in_it(db: Database) -> None:
    power = "Velmora Grid signs a power purchase agreement with Quillon Semiconductor for its wind farm and a substation."
    fab = "Quillon Semiconductor opens its foundry in Tarn. The chipmaker Quillon Semiconductor has wafers for $5.6 billion."
    fab_again = "The chipmaker Quillon Semiconductor has wafers worth $5.6 billion in the foundry that it opens in Tarn."
    put(db, record(fab, "A", 3), record(fab_again, "B", 2), record(power, "C", 1))
    run_id = runs.start(db, "run", NOW, fixed_clock=True)
    theme = find(db, Settings(), lens(), {}, NOW, run_id)[0]
    assert derived.themes(db)[0] == theme and len(theme.story_ids) == 2
    assert any(line.startswith("  joined: “Velmora Grid signs") for line in theses(db, theme))


def test_status_shows_signals_and_theses(db: Database, publication: Publication, written: tuple[Article, ...]) -> None:
    found = gather(db, publication, NOW + timedelta(minutes=1))
    assert found.signals["new-figure"] >= 2 and found.theses and found.nothing_written is None
    said = [f"{label} {text}".strip() for label, text in lines(found, "UTC")]
    assert any(line.startswith("signals ") and "new-figure" in line for line in said)
    assert any(thesis.reason in line for line in said for thesis in found.theses)
