"""The author's line against an endpoint on loopback: what is proved goes out, what fails is counted and stays out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from find_sample import put, record
from model_server import Reply, is_facts, model_server
from pydantic import SecretStr

from groundwire.clock import Clock
from groundwire.config import Budget, Llm, Publication, Settings, Write
from groundwire.errors import ConfigError
from groundwire.log import silent
from groundwire.newsroom import connect
from groundwire.records import Article, ArticleStatus, StageReport
from groundwire.store import articles
from groundwire.store.database import Database
from publish import pipeline as publishing
from synth import pipeline

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

GRID = (
    "Velmora Grid will spend $2.4 billion on a 700-megawatt gas plant at Harrow Point, the company said on Thursday. "
    "The plant is to open in 2030 and will employ 320 people. "
    "“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid. "
    "The company expects a permit by March 2027. Neighbours have asked the council of Osmere for a hearing on noise."
)
LEDGER = (
    "A gas plant of 700 megawatts will be built at Harrow Point for $2.4 billion, a filing by Velmora Grid with the state shows. "
    "The filing puts the share of power that data centres will take at 60 percent. "
    "The state has until the end of January to object to the filing. Harrow Point has 41 hectares of cleared land, and a rail siding that has not been used since 2011. "
    "An earlier plan for a wind farm on the same land was dropped, the filing says, because the line to Osmere was full."
)
COURIER = (
    "Velmora Grid has ordered two turbines for its plant at Harrow Point, worth up to $310 million, people familiar with the order said. "
    "The turbines could arrive in late 2028. Velmora Grid did not comment on the price. "
    "The union of electrical fitters in Osmere said that 1,100 of its members would be needed to build the plant."
)

FACTS = {
    "grid": ["Velmora Grid will spend $2.4 billion on a 700-megawatt gas plant at Harrow Point, the company said on Thursday.",
             "The plant is to open in 2030 and will employ 320 people.",
             "“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid.",
             "The company expects a permit by March 2027."],
    "ledger": ["The filing puts the share of power that data centres will take at 60 percent.",
               "An earlier plan for a wind farm on the same land was dropped, the filing says, because the line to Osmere was full."],
    "courier": ["Velmora Grid has ordered two turbines for its plant at Harrow Point, worth up to $310 million, people familiar with the order said.",
                "The turbines could arrive in late 2028."],
}  # fmt: skip

PUBLISHED = (ArticleStatus.PUBLISHED,)


def sentence(text: str, *facts: int, kind: str = "report") -> dict[str, Any]:
    return {"kind": kind, "text": text, "facts": list(facts)}


class Author:
    """A model that reads honestly and writes well; tests spoil one answer at a time."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.facts = self.read
        self.article = self.write

    def __call__(self, request: dict[str, Any]) -> Reply:
        return self.facts(request) if is_facts(request) else self.article(request)

    def offered(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Every prepared quote with the number of the page that holds it."""
        pages = request["messages"][1]["content"].split("</page>")
        found: list[dict[str, Any]] = []
        for quotes in FACTS.values():
            for quote in quotes:
                number = next((i for i, page in enumerate(pages, 1) if quote in page), None)
                if number is not None:
                    found.append({"page": number, "quote": quote, "about": "the plant"})
                    self.numbers[quote] = len(found)
        return found

    def read(self, request: dict[str, Any]) -> Reply:
        return Reply(json.dumps({"facts": self.offered(request)}))

    def number(self, outlet: str, n: int) -> int:
        return self.numbers[FACTS[outlet][n]]

    def written(self) -> dict[str, Any]:
        grid = [self.number("grid", i) for i in range(4)]
        ledger = [self.number("ledger", i) for i in range(2)]
        courier = [self.number("courier", i) for i in range(2)]
        return {
            "headline": sentence("Velmora Grid puts $2.4 billion into its own gas plant", grid[0]),
            "dek": sentence(
                "A company that could wait for a line builds a plant instead, and the land it takes was meant for wind before.",
                grid[2],
                ledger[1],
                kind="inference",
            ),
            "sections": [
                {
                    "heading": "Power is bought before a line is built",
                    "sentences": [
                        sentence("Velmora Grid will spend $2.4 billion on a gas plant of 700 megawatts at Harrow Point.", grid[0]),
                        sentence("It is to open in 2030, with 320 people employed there.", grid[1]),
                        sentence("“We cannot wait for the transmission line any longer,” said Ida Kvarn, who runs Velmora Grid.", grid[2]),
                        sentence("A permit is expected by March 2027.", grid[3]),
                        sentence("This suggests that the plant stands in for the line.", grid[0], grid[2], kind="inference"),
                    ],
                },
                {
                    "heading": "Who takes the power",
                    "sentences": [
                        sentence("Data centres will take 60 percent of the power, the filing says.", ledger[0]),
                        sentence(
                            "A wind farm that was planned on the land was dropped because the line to Osmere was full, according to the filing.",
                            ledger[1],
                        ),
                        sentence(
                            "Two turbines worth up to $310 million have been ordered, people familiar with the order said.", courier[0]
                        ),
                    ],
                },
            ],
            "so_far": [
                sentence("Velmora Grid has ordered turbines for a plant that could receive them in late 2028.", courier[0], courier[1])
            ],
            "questions": [
                {
                    "question": "Why was the wind farm dropped?",
                    "answer": [sentence("The line to Osmere was full, the filing says.", ledger[1])],
                },
                {"question": "When could the turbines arrive?", "answer": [sentence("They could arrive in late 2028.", courier[1])]},
            ],
        }

    def write(self, request: dict[str, Any]) -> Reply:
        return Reply(json.dumps(self.written()))


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A publication's folder whose own form asks for fewer words, so that a test can read its articles."""
    forms = tmp_path / "templates" / "forms"
    forms.mkdir(parents=True)
    (forms / "thesis.toml").write_text(
        'name = "thesis"\nwords = [60, 600]\nleast = 40\nheadline_words = [5, 14]\ndek_words = [10, 40]\nquestions = [1, 4]\nquoted_share = 0.3\noverlap = 0.5\n',
        encoding="utf-8",
    )
    return tmp_path


def publication(room: Path, base_url: str, **llm: Any) -> Publication:
    settings = Settings(llm=Llm(base_url=base_url, model="stub", timeout_seconds=5, **llm), write=Write(writer="auto", form="thesis"))
    return Publication(root=room, settings=settings, api_key=SecretStr("sk-secret-canary"))


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
    assert db.rows("SELECT count(*) AS n FROM calls")[0]["n"] == first == 2
    assert words(db)


def spoiled_quote(author: Author) -> None:
    def read(request: dict[str, Any]) -> Reply:
        offered = author.offered(request)
        return Reply(json.dumps({"facts": [f | {"quote": f["quote"].replace("700-megawatt", "900-megawatt")} for f in offered]}))

    author.facts = read


def changed(old: str, new: str) -> Any:
    def spoil(author: Author) -> None:
        author.article = lambda request: Reply(json.dumps(author.written()).replace(old, new))

    return spoil


SPOILED = {
    "a quote that is not in the record": (spoiled_quote, ["900-megawatt", "900 megawatt"]),
    "a figure that is not in the facts": (changed("60 percent of the power", "85 percent of the power"), ["85 percent"]),
    "a foreign link": (changed("A permit is expected", "See http://evil.example/buy now. A permit is expected"), ["evil.example", "evil"]),
    "a name that no fact holds": (changed("320 people employed there", "320 people employed there by Gregor Stahl"), ["Gregor Stahl"]),
    "a quotation with one word changed": (changed("transmission line any longer", "power line any longer"), ["power line any longer"]),
    "a hedge dropped": (changed("worth up to $310 million", "worth at least $310 million"), ["at least $310 million"]),
    "markup": (changed("A permit is expected", "<b onclick=x>A permit</b> is expected"), ["onclick"]),
    "a heading with a figure of its own": (changed("Who takes the power", "Why 97 percent goes to Zorblat"), ["97 percent", "Zorblat"]),
    "a question with a link": (changed("When could the turbines arrive?", "Have you seen www.evil.example yet?"), ["evil"]),
    "a fact that was not given": (changed('"facts": [', '"facts": [99, '), []),
}


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
    honest = author.read
    author.facts = lambda request: replace(
        honest(request), content=f"<think>Let me {{see}}.</think>\n```json\n{honest(request).content}\n```"
    )
    run(db, author, room)
    assert words(db)


def test_one_wrong_answer_is_asked_again_with_the_error(db: Database, room: Path) -> None:
    author = Author()
    honest = author.read

    def once(request: dict[str, Any]) -> Reply:
        return Reply('{"facts": 3}') if len(request["messages"]) == 2 else honest(request)

    author.facts = once
    run(db, author, room)
    assert words(db)
    assert db.rows("SELECT count(*) AS n FROM calls")[0]["n"] == 3


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
