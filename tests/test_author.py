"""The author's line against an endpoint on loopback: what is proved goes out, what fails is counted and stays out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from author_sample import COURIER, GRID, LEDGER, Author, publication, short_form
from find_sample import put, record
from model_server import Reply, model_server

from groundwire.clock import Clock
from groundwire.config import Budget, Publication
from groundwire.errors import ConfigError
from groundwire.log import silent
from groundwire.newsroom import connect
from groundwire.records import Article, ArticleStatus, StageReport
from groundwire.store import articles, derived
from groundwire.store.database import Database
from publish import pipeline as publishing
from synth import pipeline
from synth.write import house
from synth.write.author import about, instructions, planned
from synth.write.facts import PROMPT, extract_facts

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

PUBLISHED = (ArticleStatus.PUBLISHED,)


@dataclass(frozen=True)
class Contexts:
    tokens: int

    def context_tokens(self, role: str) -> int:
        return self.tokens


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return short_form(tmp_path)


def run(db: Database, author: Any, room: Path, **llm: Any) -> tuple[StageReport, Publication]:
    """Find and write over three records with this author behind the endpoint."""
    put(db, record(GRID, "Grid Post", 5), record(LEDGER, "State Ledger", 4), record(COURIER, "Osmere Courier", 3))
    with model_server(author) as server:
        place = publication(room, server.base_url, **llm)
        pipeline.find_stage(db, place, NOW, "run")
        model = connect(place, db, "run", Clock(NOW).now())
        return pipeline.write(db, place, model, NOW, "run"), place


def made(db: Database) -> tuple[Article, ...]:
    return articles.with_status(db, *ArticleStatus)


def words(db: Database) -> str:
    """Everything that readers of any published article could see."""
    return "\n".join(articles.reader_text(a) for a in articles.with_status(db, *PUBLISHED))


def test_an_honest_author_is_published_and_every_sentence_resolves(db: Database, room: Path) -> None:
    report, _ = run(db, Author(), room)
    (article,) = made(db)
    assert article.status is ArticleStatus.PUBLISHED, (article.reasons, report.notes)
    assert article.writer.startswith("author")
    assert not pipeline.failing(db, article, {})
    sentences = [s for _, _, s in articles.numbered(article)]
    assert not any(s.cut for s in sentences), [s for s in sentences if s.cut]
    assert all(s.citations for s in sentences)
    assert article.method.models


def test_its_pages_say_that_a_model_wrote(db: Database, room: Path) -> None:
    _, place = run(db, Author(), room)
    publishing.build(db, place, NOW, progress=silent)
    pages = "".join(p.read_text(encoding="utf-8") for p in (place.output / "site").rglob("*.html"))
    assert "TrainedAlgorithmicMediaDigitalSource" in pages
    assert "without a language model" not in pages
    assert "sk-secret-canary" not in pages


def test_the_same_question_is_never_paid_twice(db: Database, room: Path) -> None:
    run(db, Author(), room)
    first = db.rows("SELECT count(*) AS n FROM calls")[0]["n"]
    db.execute("DELETE FROM findings")
    for table in ("citations", "sentences", "articles", "threads"):
        db.execute(f"DELETE FROM {table}")
    place = publication(room, "http://127.0.0.1:9/v1")
    model = connect(place, db, "again", NOW, replay=True)
    pipeline.write(db, place, model, NOW, "again")
    assert db.rows("SELECT count(*) AS n FROM calls")[0]["n"] == first >= 7
    assert words(db)


def changed(step: str, old: str, new: str) -> Any:
    return lambda author: author.spoil(step, lambda text: text.replace(old, new))


SPOILED = {
    "a quote that is not in the record": (changed("facts", "700-megawatt", "900-megawatt"), ["900-megawatt", "900 megawatt"]),
    "a figure that is not in the facts": (changed("section", "60 percent of the power", "85 percent of the power"), ["85 percent"]),
    "a foreign link": (changed("section", "A permit is expected", "See http://evil.example/buy now. A permit is expected"), ["evil"]),
    "a name that no fact holds": (changed("section", "320 people employed there", "320 people employed there by Gregor Stahl"), ["Gregor Stahl"]),
    "a quotation with one word changed": (changed("section", "transmission line any longer", "power line any longer"), ["power line any"]),
    "a hedge dropped": (changed("section", "worth up to $310 million", "worth at least $310 million"), ["at least $310 million"]),
    "markup": (changed("section", "A permit is expected", "<b onclick=x>A permit</b> is expected"), ["onclick"]),
    "a heading with a figure of its own": (changed("plan", "Who takes the power", "Why 97 percent goes to Zorblat"), ["97 percent", "Zorblat"]),
    "a question with a link": (changed("questions", "When could the turbines arrive?", "Have you seen www.evil.example yet?"), ["evil"]),
    "a fact that was not given": (changed("section", '"facts": [', '"facts": [99, '), []),
    "a measure that was not offered": (changed("section", '"measures": []', '"measures": ["m77"]'), []),
    "facts that the plan was not given": (changed("plan", '"facts": [', '"facts": [99, '), []),
    "a headline with a figure of its own": (changed("opening", "puts $2.4 billion", "puts $2.9 billion"), ["$2.9 billion"]),
    "a frame that claims": (changed("section", '"kind": "report"', '"kind": "frame"'), []),
    "a mended sentence with a name of its own": (
        lambda author: (
            author.spoil("section", lambda text: text.replace("60 percent", "85 percent")),
            author.spoil("repair", lambda text: text.replace('"text": ""', '"text": "Gregor Stahl takes 85 percent of it."')),
        ),
        ["Gregor Stahl", "85 percent"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", SPOILED)
def test_what_the_facts_do_not_bear_never_goes_out(fault: str, db: Database, room: Path) -> None:
    author = Author()
    spoil, forbidden = SPOILED[fault]
    spoil(author)
    report, place = run(db, author, room)
    publishing.build(db, place, NOW, progress=silent)
    out = "".join(p.read_text(encoding="utf-8") for p in (place.output / "site").rglob("*") if p.is_file())
    assert not [text for text in forbidden if text.lower() in out.lower()]
    counted = [a for a in made(db) if a.method.removed or a.reasons or a.status is not ArticleStatus.PUBLISHED]
    assert counted or report.failures, report


@pytest.mark.parametrize(
    "reply",
    [
        Reply("this is not JSON at all"),
        Reply('{"facts": [{"page": 1}]}'),
        Reply(""),
        Reply('{"facts": [', finish_reason="length"),
        Reply(None, refusal="I cannot help with that."),
        Reply("{}", finish_reason="content_filter"),
        Reply(status=400, raw=b'{"error": {"message": "bad"}}'),
        Reply(raw=b"<html>not an API</html>"),
        Reply(raw=b'{"object": "chat.completion", "choices": []}'),
    ],
    ids=["no JSON", "wrong form", "nothing", "cut off", "refusal", "filtered", "refused request", "no API", "no choice"],
)
@pytest.mark.parametrize("on_failure", ["ledger", "none"])
def test_a_failed_answer_is_told_and_the_ledger_writer_takes_over_where_it_may(
    reply: Reply, on_failure: str, db: Database, room: Path
) -> None:
    report, _ = run(db, lambda request: reply, room, on_failure=on_failure)
    assert [f for f in report.failures if f.kind == "model"], report
    assert not [a for a in made(db) if a.writer.startswith("author")]
    assert bool(made(db)) == (on_failure == "ledger")


def test_fenced_json_with_thinking_before_it_is_read(db: Database, room: Path) -> None:
    author = Author()
    author.spoil("facts", lambda text: f"<think>Let me {{see}}.</think>\n```json\n{text}\n```")
    run(db, author, room)
    assert words(db)


def test_one_wrong_answer_is_asked_again_with_the_error(db: Database, room: Path) -> None:
    author = Author()
    honest = author.read

    asked: list[Any] = []

    def once(request: dict[str, Any]) -> Any:
        asked.append(request["messages"][1])
        return Reply('{"facts": 3}') if len(request["messages"]) == 2 else honest(request)

    author.steps["facts"] = once
    run(db, author, room)
    assert words(db)
    assert author.asked.count("facts") == 2 * len({json.dumps(r) for r in asked})


def test_an_unreachable_endpoint_is_one_failure_told_once(db: Database, room: Path) -> None:
    put(db, record(GRID, "Grid Post", 5), record(LEDGER, "State Ledger", 4), record(COURIER, "Osmere Courier", 3))
    place = publication(room, "http://127.0.0.1:9/v1", on_failure="none")
    pipeline.find_stage(db, place, NOW, "run")
    first = pipeline.write(db, place, connect(place, db, "run", NOW), NOW, "run")
    second = pipeline.write(db, place, connect(place, db, "run", NOW), NOW, "run")
    assert [f.kind for f in first.failures] == ["model"]
    assert not second.failures
    assert not made(db)


def test_the_key_is_in_no_row(db: Database, room: Path) -> None:
    run(db, Author(), room)
    dump: Iterator[str] = db.connection.iterdump()
    assert not any("sk-secret-canary" in line for line in dump)


def test_an_article_that_the_budget_does_not_carry_is_not_started(db: Database, room: Path) -> None:
    asked: list[Any] = []
    report, _ = run(db, lambda request: asked.append(request) or Reply("{}"), room, budget=Budget(day_tokens=5000), on_failure="none")
    assert not asked
    assert [note for note in report.notes if "budget" in note], report


def test_a_money_budget_without_a_price_is_refused(db: Database, room: Path) -> None:
    place = publication(room, "http://127.0.0.1:9/v1", budget=Budget(month_money=5))
    with pytest.raises(ConfigError, match=r"llm\.prices"):
        connect(place, db, "run", NOW)


def test_an_article_that_was_interrupted_is_finished_within_the_same_budget(db: Database, room: Path) -> None:
    """What its stored answers cost is not reserved again, so a kill cannot be seen in what is written."""
    author = Author()
    place = publication(room, "http://127.0.0.1:9/v1")
    put(db, record(GRID, "Grid Post", 5), record(LEDGER, "State Ledger", 4), record(COURIER, "Osmere Courier", 3))
    pipeline.find_stage(db, place, NOW, "run")
    (theme,) = [t for t in derived.themes(db) if t.ready]
    sources = pipeline.sources_of(db, pipeline.newsroom(place, NOW), theme, None, "thesis")
    calls = planned(sources, Contexts(16_000), place.templates)
    worst = sum(u.input_tokens + u.output_tokens for u in (c.worst("stub") for c in calls))
    with model_server(author) as server:
        place = publication(room, server.base_url, budget=Budget(day_tokens=worst))
        model = connect(place, db, "run", NOW)
        assert model
        told = instructions(sources, place.templates, house.load(place.templates))
        with model.reserve(calls, about=about(sources)):
            extract_facts(sources, model, told[PROMPT])
        pipeline.write(db, place, connect(place, db, "again", NOW), NOW, "again")
        assert author.asked.count("facts") == sum(c.role == "extract" for c in calls)
    assert words(db)
