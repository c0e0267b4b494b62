"""What the author's thread remembers, and when it goes on with a next chapter instead of a new version."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from author_sample import Author, plain_answer, publication, short_form
from find_sample import put, record
from model_server import Reply, given, model_server, reply_of, step_of
from test_author import NOW, made
from test_author_steps import written
from test_synth_write_threads import BEFORE, SOURCES

from groundwire.newsroom import connect
from groundwire.records import Article, ArticleStatus, Signal, Theme
from groundwire.store import articles, derived
from groundwire.store.database import Database
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
