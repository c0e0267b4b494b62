"""What the author's thread remembers, and when it goes on with a next chapter instead of a new version."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from author_sample import Author, plain_answer, publication, sentence, short_form
from find_sample import put, record
from model_server import Reply, given, model_server, numbered, reply_of, step_of
from test_author import NOW, made
from test_author_steps import written
from test_synth_write_threads import BEFORE, SOURCES

from groundwire.config import Gate
from groundwire.log import silent
from groundwire.newsroom import connect
from groundwire.records import Article, ArticleStatus, Signal, Theme
from groundwire.store import articles, derived, records, running
from groundwire.store.database import Database
from publish import pipeline as publishing
from synth import pipeline
from synth.write import chapters
from synth.write.threads import Plan, article_id, plan

LATER = NOW + timedelta(hours=30)
QUESTION = "Who will pay for the turbines at Harrow Point?"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return short_form(tmp_path)


def thesis(measure: str, *record_ids: str, kind: str = "new-figure", entity: str = "Velmora Grid") -> Signal:
    return Signal(
        measure, kind, 0.8, f"{measure} of {entity}", record_ids, SOURCES.theme.story_ids[:1], (("entity", entity), ("measure", measure))
    )


def led(signal: Signal, *record_ids: str) -> Theme:
    return replace(SOURCES.theme, signals=(signal,), lead=signal.id, record_ids=record_ids)


OLD = replace(BEFORE, theme=led(thesis("cost", "a"), "a", "b"), published=NOW - timedelta(days=2), modified=NOW - timedelta(days=2))


def asked(theme: Theme, *known: Article) -> Plan:
    return plan(theme, known, lambda r: r, lambda s: s, NOW)


def test_a_thesis_that_moved_on_new_records_opens_the_next_chapter() -> None:
    found = asked(led(thesis("jobs", "c", "d"), "b", "c", "d"), OLD)
    assert (found.after, found.article, found.skip) == (OLD, None, None)
    assert article_id(SOURCES.theme, lambda s: s, OLD) == chapters.chapter_id(OLD) != OLD.id


@pytest.mark.parametrize(
    ("theme", "before"),
    [
        (led(thesis("cost", "c", "d"), "c", "d"), OLD),
        (led(thesis("cost", "c", "d", kind="moved-figure"), "c", "d"), OLD),
        (led(thesis("cost", "c", "d", entity="Velmora"), "c", "d"), OLD),
        (led(thesis("jobs", "c"), "a", "b", "c"), OLD),
        (led(thesis("jobs", "a", "b", "c"), "a", "c", "d", "e"), OLD),
        (led(thesis("jobs", "c", "d"), "c", "d"), replace(OLD, published=NOW - timedelta(hours=3))),
        (led(thesis("jobs", "c", "d"), "c", "d"), replace(OLD, status=ArticleStatus.HELD)),
        (replace(led(thesis("jobs", "c", "d"), "c", "d"), lead=None), OLD),
    ],
    ids=["the same thesis", "its figure moved", "its owner's short name", "mostly known records", "a thesis on known records", "within a day", "not out", "no thesis"],
)  # fmt: skip
def test_all_else_that_is_new_makes_a_new_version(theme: Theme, before: Article) -> None:
    assert asked(theme, before) == Plan(before)


def test_a_chapter_is_continued_and_opened_once() -> None:
    chapter = replace(OLD, id=chapters.chapter_id(OLD), theme=led(thesis("jobs", "c", "d"), "c", "d"), modified=NOW - timedelta(days=3))
    assert asked(led(thesis("jobs", "c", "d", "e"), "c", "d", "e"), OLD, chapter) == Plan(chapter)
    gone = replace(chapter, status=ArticleStatus.RETRACTED)
    assert asked(led(thesis("jobs", "c", "d"), "c", "d"), OLD, gone) == Plan(OLD), (
        "a chapter that was withdrawn is not written again under its name"
    )


def leaving_open(question: str) -> Author:
    author = Author()
    honest = author.plan

    def planned(request: dict[str, Any]) -> Any:
        found = honest(request)
        return found | {"open": [{"question": question, "facts": [author.number("courier", 0)], "measures": []}]}

    author.steps["plan"] = planned
    return author


def test_a_question_that_the_facts_raise_is_kept_and_one_that_brings_something_is_not(db: Database, room: Path) -> None:
    article, _ = written(db, leaving_open(QUESTION), room)
    assert article.open == (QUESTION,)
    assert articles.find(db, article.slug).open == (QUESTION,)


@pytest.mark.parametrize("question", ["Will Gregor Stahl buy 40 percent of it?", "Have you seen www.evil.example yet?", "Pay now"])
def test_an_open_question_has_nothing_of_its_own(question: str, db: Database, room: Path) -> None:
    article, _ = written(db, leaving_open(question), room)
    assert article.open == ()
    assert dict(article.method.removed)["open question that the facts do not bear"] == 1


NEWS = (
    "Velmora Grid said on Saturday that Castrel Works will employ 2,400 people at Harrow Point to build the gas plant. "
    "Castrel Works will open an office in Osmere in January, Velmora Grid said.",
    "Castrel Works will employ 2,400 people on the site of Velmora Grid at Harrow Point, the contractor said on Saturday. "
    "The contract of Castrel Works runs until 2030, the contractor said.",
    "Unions in Osmere welcomed the 2,400 jobs that Castrel Works will bring to Harrow Point for Velmora Grid.",
)


def gone_on(db: Database, room: Path) -> tuple[Article, list[dict[str, Any]]]:
    """What is written a day later on other records of the same matter, and what the model was asked."""
    first, _ = written(db, leaving_open(QUESTION), room, form="briefing")
    assert first.status is ArticleStatus.PUBLISHED, first.reasons
    put(db, *(record(text, outlet, -28) for text, outlet in zip(NEWS, ("Pine Wire", "Osmere Times", "Coast Desk"), strict=True)))
    requests: list[dict[str, Any]] = []

    def noting(request: dict[str, Any]) -> Reply:
        requests.append(request)
        return reply_of(plain_answer(request))

    with model_server(noting) as server:
        place = publication(room, server.base_url, form="briefing")
        pipeline.find_stage(db, place, LATER, "later")
        theme = derived.themes(db)[0]
        theme = replace(theme, record_ids=tuple(r for r in theme.record_ids if r not in first.theme.record_ids))
        model = connect(place, db, "later", LATER)
        sources = pipeline.sources_of(db, pipeline.newsroom(place, LATER), theme, None, "briefing", first)
        from synth.write import author

        assert model
        author.author(model, place.templates)(sources)
    return first, requests


def test_the_planner_sees_the_thread_its_open_questions_and_its_forecasts(db: Database, room: Path) -> None:
    first, requests = gone_on(db, room)
    (asked_for,) = [given(r) for r in requests if step_of(r) == "plan"]
    assert f"{first.modified:%-d %B %Y}: {first.headline.text}" in asked_for
    assert QUESTION in asked_for
    assert re.search(r"due 31 December 2030: .*2030.* Wrong if: ", asked_for)


def test_what_the_thread_reported_comes_back_as_facts_with_their_passages(db: Database, room: Path) -> None:
    first, requests = gone_on(db, room)
    (asked_for,) = [given(r) for r in requests if step_of(r) == "plan"]
    told = re.findall(r'^\[\d+\] (\w+ \w+), .*, told here on 20 November 2026.*: "(.*)"', asked_for, re.MULTILINE)
    assert told
    quotes = {" ".join((c.quote or "").split()) for _, _, s in articles.numbered(first) for c in s.citations}
    assert all(quote in quotes for _, quote in told)
    (opening,) = [given(r) for r in requests if step_of(r) == "opening"]
    assert "told here on 20 November 2026" in opening


def test_a_first_article_is_told_of_no_thread(db: Database, room: Path) -> None:
    requests: list[dict[str, Any]] = []
    author = Author()

    def noting(request: dict[str, Any]) -> Reply:
        requests.append(request)
        return author(request)

    written(db, noting, room)
    (asked_for,) = [r for r in requests if step_of(r) == "plan"]
    assert "This thread" not in asked_for["messages"][0]["content"] + given(asked_for)
    assert all(a.open == () for a in made(db))


OPENED = {
    "Pine Wire": "The gas plant of Velmora Grid at Harrow Point opened on 3 December 2030, the company said. "
    "Velmora Grid spent $2.4 billion on the plant, and 320 people work there now.",
    "Osmere Times": "The state has recorded the opening of the $2.4 billion gas plant of Velmora Grid at Harrow Point. "
    "The plant supplies 700 megawatts, the state said on Tuesday.",
    "Coast Desk": "A filing of Velmora Grid shows that 320 people are employed at the gas plant at Harrow Point. "
    "The filing puts the cost of the plant at $2.4 billion.",
}
TOLD = {
    "opened on 3 December": "On 3 December 2030 Velmora Grid opened its gas plant at Harrow Point, the company said.",
    "people work there": "The plant cost Velmora Grid $2.4 billion, and 320 people work there.",
    "recorded the opening": "That the $2.4 billion plant has opened is on the books of the state.",
    "supplies 700": "According to the state it supplies 700 megawatts.",
    "are employed": "At the plant 320 people are employed, a filing of Velmora Grid shows.",
    "puts the cost": "The cost is put at $2.4 billion in the filing.",
}
DEK = "A gas plant of Velmora Grid employs 320 people at Harrow Point, its filing shows."
YEARS_ON = datetime(2031, 1, 1, 6, 0, tzinfo=UTC)


class Judging:
    """A model that reads what came of the plant, says so, and decides its forecast as it is told to."""

    def __init__(self, outcome: str, fact: int | None) -> None:
        self.outcome, self.fact = outcome, fact
        self.asked: list[tuple[str, str]] = []

    def __call__(self, request: dict[str, Any]) -> Reply:
        step = step_of(request)
        self.asked.append((step, given(request)))
        said = [sentence(text, n) for quote, n in numbered(request).items() for part, text in TOLD.items() if part in quote]
        if step == "outcome":
            number = next(iter(numbered(request).values())) if self.fact is None else self.fact
            return reply_of({"forecasts": [{"number": 1, "outcome": self.outcome, "facts": [number]}]})
        if step == "section":
            return reply_of({"paragraphs": [{"lead": "", "sentences": said}], "view": None})
        if step == "opening":
            return reply_of(
                {
                    "headlines": [
                        next(s for s in said if "3 December" in s["text"]) | {"text": "Velmora Grid opened its gas plant at Harrow Point"}
                    ],
                    "deks": [s | {"text": DEK} for s in said if "are employed" in s["text"]],
                    "so_far": [],
                }
            )
        return reply_of(plain_answer(request))


def fallen_due(db: Database, room: Path, outcome: str, *, gate: Gate | None = None, fact: int | None = None) -> tuple[Article, Judging]:
    """The article of the day after a forecast fell due, on reports that the plant opened."""
    author = Author()
    author.spoil("section", lambda text: text.replace("the plant may open", "the plant of Velmora Grid may open"))
    first, _ = written(db, author, room, form="briefing")
    assert first.status is ArticleStatus.PUBLISHED, first.reasons
    put(db, *(record(text, outlet, 5, now=YEARS_ON) for outlet, text in OPENED.items()))
    model = Judging(outcome, fact)
    with model_server(model) as server:
        place = publication(room, server.base_url, gate=gate)
        pipeline.find_stage(db, place, YEARS_ON, "due")
        report = pipeline.write(db, place, connect(place, db, "due", YEARS_ON), YEARS_ON, "due")
    found = [a for a in made(db) if a.modified == YEARS_ON and a.writer.startswith("author")]
    assert found, report
    return found[-1], model


def kept(db: Database) -> tuple[str, str | None]:
    (row,) = db.rows("SELECT outcome, evidence FROM forecasts WHERE made < '2031'")
    return row["outcome"], row["evidence"]


@pytest.mark.parametrize("outcome", ["held", "partly", "failed"])
def test_what_came_of_a_forecast_is_recorded_with_its_evidence(outcome: str, db: Database, room: Path) -> None:
    article, model = fallen_due(db, room, outcome)
    assert [f.outcome for f in article.decided] == [outcome]
    assert article.status is ArticleStatus.PUBLISHED, article.reasons
    said, evidence = kept(db)
    assert said == outcome
    quoted = re.search(r"(\w+ \w+), 1 January 2031: “(.*)” \(record (\w+), version 1, (\d+) to (\d+)\)", evidence or "")
    assert quoted
    cited = records.get(db, quoted[3])
    assert cited and " ".join(cited.text[int(quoted[4]) : int(quoted[5])].split()) == quoted[2]
    assert any(step == "plan" and "came of them" in text and f": {outcome}. " in text for step, text in model.asked), "the plan is told"


def test_an_outcome_without_a_later_fact_stays_open(db: Database, room: Path) -> None:
    article, _ = fallen_due(db, room, "held", fact=99)
    assert kept(db) == ("open", None)
    assert dict(article.method.removed)["outcome without a fact that came after the forecast"] == 1


def test_open_stays_open(db: Database, room: Path) -> None:
    fallen_due(db, room, "open")
    assert kept(db) == ("open", None)


def test_an_outcome_waits_with_its_article_for_an_editor(db: Database, room: Path) -> None:
    article, _ = fallen_due(db, room, "held", gate=Gate(policy="review"))
    assert article.status is ArticleStatus.HELD and kept(db) == ("open", None)
    pipeline.decide(db, article.slug, "approve", article.version, "Ed", "seen", YEARS_ON, {})
    assert pipeline.publish_approved(db, YEARS_ON, {})
    assert kept(db)[0] == "held"
    shown = running.of_articles(db, [a.id for a in made(db)])
    assert "held" in {f.outcome for f in shown}


def test_a_decided_forecast_still_fell_due_for_who_derives_anew(db: Database, room: Path) -> None:
    fallen_due(db, room, "held")
    before = NOW - timedelta(days=1)
    assert [f.outcome for f, _, _ in running.forecasts(db, before, YEARS_ON)] == ["held"]
    assert not running.forecasts(db, before, YEARS_ON + timedelta(minutes=1))


def test_article_json_has_the_forecasts(db: Database, room: Path) -> None:
    first, place = written(db, Author(), room, form="briefing")
    publishing.build(db, place, NOW, progress=silent)
    found = json.loads((place.output / "site" / "articles" / first.slug / "article.json").read_text(encoding="utf-8"))["forecasts"]
    (expected,) = running.of_articles(db, [first.id])
    assert [(f["statement"], f["due"], f["outcome"], f["evidence"]) for f in found] == [
        (expected.statement, "2030-12-31T23:59:00Z", "open", None)
    ]
