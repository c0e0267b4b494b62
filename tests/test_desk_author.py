"""The author asked for a section at the desk: its answer is checked as everything else, and a text of its own voids a review."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from author_sample import COURIER, GRID, LEDGER, Author, publication, sentence, short_form
from calling import call
from desk_browser import EDITORS, HOST, Browser
from find_sample import put, record
from model_server import Reply, given, model_server, numbered
from starlette.testclient import TestClient
from test_author import NOW, made

from desk import record as reviews
from desk.app import application
from desk.guard import access
from desk.sessions import Sessions
from groundwire.clock import Clock
from groundwire.config import Gate
from groundwire.newsroom import connect
from groundwire.records import Article, ArticleStatus
from groundwire.store import articles
from groundwire.store.database import Database, open_database
from synth import pipeline

NEW = "Velmora Grid will spend $2.4 billion on the plant, the company said."
WORSE = "Velmora Grid will spend $9.9 billion on the plant, the company said."


class Rewriter(Author):
    """The honest author, and what it says when it is asked for a section again."""

    def __init__(self) -> None:
        super().__init__()
        self.says = NEW
        self.told: list[str] = []
        self.steps["rewrite"] = self.rewrite

    def rewrite(self, request: dict[str, Any]) -> dict[str, Any]:
        self.told.append(given(request))
        fact = next(n for quote, n in numbered(request).items() if "$2.4 billion" in quote)
        return {"paragraphs": [{"lead": "", "sentences": [sentence(self.says, fact)]}], "view": None}


@dataclass
class Room:
    root: Path
    db: Database
    author: Rewriter
    article: Article
    ada: Browser

    def newest(self) -> Article:
        return articles.find(self.db, self.article.id)


@contextmanager
def desk_with_author(root: Path) -> Iterator[Room]:
    author = Rewriter()
    with model_server(author) as server, closing(open_database(short_form(root) / "groundwire.db")) as db:
        put(db, *(record(text, name, hours) for text, name, hours in ((GRID, "Grid Post", 5), (LEDGER, "State Ledger", 4), (COURIER, "Osmere Courier", 3))))  # fmt: skip
        place = publication(root, server.base_url, gate=Gate(policy="review"))
        pipeline.find_stage(db, place, NOW, "run")
        pipeline.write(db, place, connect(place, db, "run", NOW), NOW, "run")
        article = next(a for a in made(db) if a.writer.startswith("author"))
        assert article.status is ArticleStatus.HELD
        sessions = Sessions()
        guard = application(place, Clock(NOW + timedelta(hours=1)), access("127.0.0.1", 8484, EDITORS, None, None), sessions)
        with TestClient(guard, base_url=f"http://{HOST}"):
            yield Room(root, db, author, article, Browser(guard, sessions, "Ada Lindt"))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with desk_with_author(tmp_path) as found:
        yield found


def test_a_section_is_written_again_from_the_facts_it_rests_on_and_checked(room: Room) -> None:
    page = room.ada.open(slug=room.article.slug)
    done = room.ada.send(page, "/rewrite", {"value": "Say what it costs."}, section="0")
    assert done.status == 200 and "The author wrote this section again" in done.text
    assert NEW in done.words and "supported" in next(row for row in done.tree.find_class("s") if NEW in row.text_content()).text_content()
    assert "The editor asks: Say what it costs." in room.author.told[0] and "<page" not in room.author.told[0]
    undone = room.ada.send(done, "/undo")
    assert NEW not in undone.words


def test_what_the_author_makes_up_is_found(room: Room) -> None:
    room.author.says = WORSE
    done = room.ada.send(room.ada.open(slug=room.article.slug), "/rewrite", section="0")
    row = next(row for row in done.tree.find_class("s") if WORSE in row.text_content())
    assert row.text_content().strip().startswith("✕") and row.find_class("finding")
    assert room.ada.send(done, f"/approve/{room.article.slug}").status == 422


def test_a_rewrite_voids_the_review_before_it(room: Room) -> None:
    slug = room.article.slug
    published = room.ada.send(room.ada.open(slug=slug), f"/approve/{slug}", {"reason": "read"})
    assert published.status == 200, published.words
    exported = room.ada.get(f"/article/{slug}/record.json").text
    files = [room.root / "output/site/articles" / slug / name for name in ("provenance.json", "article.json")]
    assert reviews.verify(exported, *(file.read_text() for file in files)).holds
    assert "holds: version 1" in room.ada.open(slug=slug).words
    again = room.ada.send(room.ada.open(slug=slug), "/rewrite", section="0")
    room.ada.send(again, f"/approve/{slug}", {"reason": "read again"})
    assert room.newest().version == 2
    assert reviews.verify(exported, *(file.read_text() for file in files)) == reviews.Standing(
        False, "void: version 2 on the site has another text than the one that was approved"
    )
    (room.root / "record.json").write_text(exported, encoding="utf-8")
    void = call(room.root, "explain", slug, "--review", "--record", str(room.root / "record.json"))
    assert void.exit_code == 1 and "void: version 2" in void.stdout
    assert call(room.root, "explain", slug, "--review").exit_code == 0, "the newer record holds"
    newer = json.loads(room.ada.get(f"/article/{slug}/record.json").text)
    assert newer["version"] == 2 and "rewrite.txt" in newer["prompts"] and "rewrite" in [a["action"] for a in newer["actions"]]


def test_a_version_that_a_writer_makes_later_voids_a_review(room: Room) -> None:
    slug = room.article.slug
    room.ada.send(room.ada.open(slug=slug), f"/approve/{slug}", {"reason": "read"})
    out = room.newest()

    later = replace(out, version=2, status=ArticleStatus.PUBLISHED, headline=replace(out.headline, text="Another headline"))
    articles.add(room.db, later, None)
    page = room.ada.open(slug=slug)
    assert f"void: version 2, written by {out.writer}, has another text than version 1, which was approved" in page.words


def test_a_model_that_fails_changes_nothing_and_is_named(room: Room) -> None:
    before = list(room.db.connection.iterdump())
    room.author.steps["rewrite"] = lambda request: Reply(status=400, raw=b'{"error": {"message": "no"}}')
    answer = room.ada.send(room.ada.open(slug=room.article.slug), "/rewrite", {"value": "Better."}, section="0")
    assert answer.status == 422 and "The author gave no text" in answer.words and "Better." in answer.text
    tables = ("drafts", "review_events", "articles", "sentences")
    kept = [line for line in before if any(f'INTO "{t}"' in line for t in tables)]
    assert [line for line in room.db.connection.iterdump() if any(f'INTO "{t}"' in line for t in tables)] == kept
