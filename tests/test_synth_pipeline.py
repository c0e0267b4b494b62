"""The synth stage whole: records in the store, checked articles out; the same however often it is interrupted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from write_sample import CHIPS, CHIPS_AGAIN, NOW, OUTLETS, PLANT, PLANT_AGAIN, PLANT_THIRD, put, record

from groundwire import log
from groundwire.config import Gate, Llm, Publication, Settings, Site, Write
from groundwire.errors import ModelError
from groundwire.records import Article, ArticleStatus, Draft, StageReport
from groundwire.store import articles, failures, runs
from groundwire.store.database import Database, open_database
from synth import pipeline
from synth.write import ledger
from synth.write.sources import Sources

MORE = (
    "The council of Osmere wants Velmora Grid to pay $45 million for roads before the gas plant at Harrow Point is built.\n"
    "Velmora Grid said on Friday that it would pay. The first hearing on the plant, of 700 megawatts, drew 260 people.\n"
    "A filing of Velmora Grid gives the cost of the gas plant as $3.1 billion."
)


def first_day() -> list[Any]:
    plant = [record(PLANT, "Gridpost", 20), record(PLANT_AGAIN, "The Copper Wire", 12), record(PLANT_THIRD, "Osmere Ledger", 9)]
    return [*plant, record(CHIPS, "Osmere Ledger", 18), record(CHIPS_AGAIN, "The Copper Wire", 8)]


@pytest.fixture
def newsroom(publication: Publication) -> Publication:
    tables = "\n".join(f'["{o.name}"]\nkind = "{o.kind.value}"\nowner = "{o.owner or o.name}"' for o in OUTLETS.values())
    publication.outlets_file.write_text(tables, encoding="utf-8")
    return publication


def run(db: Database, publication: Publication, now: datetime = NOW, **more: Any) -> StageReport:
    run_id = runs.start(db, "run", now, fixed_clock=True)
    pipeline.find_stage(db, publication, now, run_id)
    return pipeline.write(db, publication, more.pop("model", None), now, run_id, **more)


def with_settings(publication: Publication, **parts: Any) -> Publication:
    return publication.model_copy(update={"settings": Settings(**parts)})


def every(db: Database) -> list[Article]:
    return list(articles.with_status(db, *ArticleStatus))


def test_two_stories_become_a_published_article(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    report = run(db, newsroom)
    assert dict(report.counts)["published"] >= 1
    made = every(db)[0]
    assert made.published == made.modified == NOW
    assert made.reasons and made.method.checks
    assert articles.threads(db)[0]["id"] == made.thread_id
    assert pipeline.failing(db, made, {}) == ()


def test_no_evidence_no_article_and_the_report_says_why(db: Database, newsroom: Publication) -> None:
    put(db, record(PLANT, "Gridpost", 20))
    report = run(db, newsroom)
    assert every(db) == []
    assert report.counts == (("published", 0), ("held", 0), ("rejected", 0))
    assert any("independent source" in note for note in report.notes)
    assert report.notes[-1].startswith("nothing to write yet: 1 story, none with 2 independent outlets and a figure; the nearest is “")
    assert report.notes[-1].endswith("1 independent source, 2 are needed")


def test_a_second_run_at_the_same_moment_changes_nothing(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    first = run(db, newsroom)
    before = every(db)
    second = run(db, newsroom)
    assert every(db) == before
    assert second.counts == first.counts


def test_a_later_run_without_news_writes_nothing(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    run(db, newsroom)
    before = every(db)
    run(db, newsroom, NOW + timedelta(hours=2))
    assert every(db) == before


class Killed(BaseException):
    """Stands for kill -9: nothing may catch it."""


@pytest.mark.parametrize("moment", ["article stored", "sentence checked"])
def test_a_run_that_was_killed_is_finished_by_the_next(newsroom: Publication, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    whole, broken = open_database(None), open_database(None)
    for db in (whole, broken):
        put(db, *first_day())
    run(whole, newsroom)

    def stop(name: str, **fields: object) -> None:
        if name == moment:
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "event", stop)
        patched.setattr("synth.write.proof.event", stop)
        with pytest.raises(Killed):
            run(broken, newsroom)
    run(broken, newsroom)
    assert every(broken) == every(whole)
    assert "article stored" in log.EVENTS
    whole.close()
    broken.close()


def test_new_evidence_makes_a_new_version_under_the_same_address(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    run(db, newsroom)
    old = next(a for a in articles.live(db) if "Velmora" in a.headline.text or "Velmora" in a.dek.text)
    later = NOW + timedelta(days=1)
    put(db, record(MORE, "Osmere Ledger", 5, now=later))
    run(db, newsroom, later)
    versions = articles.versions(db, old.id)
    assert [v for v, _, _ in versions] == [1, 2]
    new = articles.get(db, old.id, 2)
    assert (new.slug, new.published, new.modified) == (old.slug, NOW, later)
    assert new.thread_id == old.thread_id
    assert any("more, from" in c for c in new.method.changes)


def test_policy_review_holds_everything_and_approval_publishes(db: Database, newsroom: Publication) -> None:
    careful = with_settings(newsroom, gate=Gate(policy="review"))
    put(db, *first_day())
    report = run(db, careful)
    assert dict(report.counts)["held"] >= 1
    assert articles.live(db) == ()
    held = every(db)[0]
    pipeline.decide(db, held.slug, "approve", 1, "Edda", "read it", NOW, {})
    pipeline.publish_approved(db, NOW, {})
    assert [a.slug for a in articles.live(db)] == [held.slug]


def test_limits_of_a_run_and_of_a_day(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    none = run(db, with_settings(newsroom, write=Write(max_per_run=0)))
    assert every(db) == []
    assert any("write.max_per_run" in n for n in none.notes)
    today = run(db, with_settings(newsroom, write=Write(max_per_day=0)))
    assert every(db) == []
    assert any("write.max_per_day" in n for n in today.notes)


def test_the_day_is_that_of_the_site(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    run(db, newsroom)
    room = pipeline.newsroom(newsroom, NOW + timedelta(hours=7))
    assert pipeline.published_today(db, room) == 0
    west = pipeline.newsroom(with_settings(newsroom, site=Site(timezone="America/Los_Angeles")), NOW + timedelta(hours=7))
    assert pipeline.published_today(db, west) == len(articles.live(db)) > 0


def test_a_dry_run_stores_nothing_and_says_what_it_would_do(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    report = run(db, newsroom, dry_run=True)
    assert every(db) == []
    assert any(note.startswith("published: ") for note in report.notes)


def test_only_a_model_may_write_and_there_is_none(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    report = run(db, with_settings(newsroom, write=Write(writer="model")))
    assert every(db) == []
    assert any("no model is configured" in n for n in report.notes)


class Failing:
    """A model that fails in the way it is told to."""

    name = "failing"

    def __init__(self, kind: str = "timeout") -> None:
        self.kind = kind

    def ask(self, *asked: object) -> Any:
        raise ModelError(self.kind, "no answer in 120 seconds")

    def afford(self, worst: object) -> None:
        if self.kind == "budget":
            raise ModelError("budget", "the day's tokens are used up")


@pytest.mark.parametrize(("on_failure", "written"), [("ledger", True), ("none", False)])
def test_a_model_that_fails_is_reported_once_and_replaced_where_wanted(
    db: Database, newsroom: Publication, on_failure: str, written: bool
) -> None:
    put(db, *first_day())
    served = with_settings(newsroom, llm=Llm(model="failing", on_failure=on_failure))  # type: ignore[arg-type]
    report = run(db, served, model=Failing())
    assert [f.kind for f in report.failures] == ["model"]
    assert bool(every(db)) is written
    assert all(a.writer == "ledger" for a in every(db))
    assert failures.current(db)[0][0].subject == "failing"
    assert run(db, served, NOW + timedelta(minutes=5), model=Failing()).failures == ()


def test_an_exhausted_budget_is_no_failure(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    report = run(db, with_settings(newsroom, llm=Llm(model="failing", on_failure="none")), model=Failing("budget"))
    assert report.failures == ()
    assert failures.current(db) == ()
    assert every(db) == []
    assert any("budget" in n for n in report.notes)


def test_any_writer_passes_the_same_checks(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())

    def careless(sources: Sources) -> Draft:
        draft = ledger.write(sources)
        wrong = replace(draft.dek, text=re.sub(r"\b(?:m|b)illion\b", "trillion", draft.dek.text))
        return replace(draft, dek=wrong, writer="careless")

    run(db, newsroom, writer=careless)
    assert all(a.status is not ArticleStatus.PUBLISHED for a in every(db))


def test_derive_reaches_the_same_themes(db: Database, newsroom: Publication) -> None:
    put(db, *first_day())
    run(db, newsroom)
    before = every(db)
    assert pipeline.derive(db, newsroom).stage == "derive"
    run(db, newsroom)
    assert every(db) == before
