"""Removal on demand: the text is nowhere any more, and what cited it is right again."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import newsrooms
import pytest
from calling import NOW, call
from publish_sample import DAY, RECORDS, earlier, fill, note, passage, sample, says
from scripted_server import Asked, Reply, Scripted

from groundwire.clock import parse_time
from groundwire.config import Publication, Settings
from groundwire.records import Article, ArticleStatus, Correction, Record, Section
from groundwire.store import articles, calls, judgements, records
from groundwire.store.calls import Question
from groundwire.store.database import Database, open_database
from groundwire.store.judgements import Judgement
from synth import forgetting

GRID, SUBSTATION = RECORDS["Grid Ledger"], RECORDS["The Substation"]
WHY = ("--reason", "the publisher asks for it")


def left(root: Path, record: Record, others: str) -> list[str]:
    """Files under a publication that hold a sentence, or the title, of what a record said, and of no other record."""
    said = [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n", record.text)]
    own = [s for s in (*said, record.title) if len(s.split()) > 5 and s not in others]
    assert own
    forms = {form.encode() for s in own for form in (s, html.escape(s), json.dumps(s)[1:-1], s.lower())}
    files = [p for p in root.rglob("*") if p.is_file() and not p.is_symlink()]
    return [str(p) for p in files if any(form in p.read_bytes() for form in forms)]


def others_than(db: Database, record: Record) -> str:
    return "\n".join(r["t"] for r in db.rows("SELECT title || text AS t FROM records WHERE id != ?", (record.id,)))


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db)
        yield db


@pytest.fixture(scope="module")
def newsroom(demo_days: Database) -> Path:
    """The directory of a newsroom after some days of the sample wire; copy it."""
    return Path(demo_days.rows("PRAGMA database_list")[0]["file"]).parent


def cited_twice(db: Database) -> list[Record]:
    """The records that at least two articles that are out cite, the most cited first."""
    counts: dict[str, int] = {}
    for article in articles.live(db):
        for record in {c.record_id for _, _, s in articles.numbered(article) if not s.cut for c in s.citations if c.record_id}:
            counts[record] = counts.get(record, 0) + 1
    found = [r for r in sorted(counts, key=lambda r: (-counts[r], r)) if counts[r] >= 2]
    return [record for r in found if (record := records.get(db, r)) is not None]


@pytest.mark.parametrize("which", range(2))
def test_a_record_that_two_articles_cite_is_nowhere_and_both_are_right(newsroom: Path, tmp_path: Path, which: int) -> None:
    root = shutil.copytree(newsroom, tmp_path / "news", symlinks=True)
    with closing(open_database(root / "groundwire.db")) as db:
        record = cited_twice(db)[which]
        others, slugs = others_than(db, record), {a.slug for a in articles.live(db)}
        citing = {a.slug for a in articles.live(db) if _cites(a, record)}
        for prompt in (record.text, "Nothing of it at all."):
            ask(db, prompt)
    assert left(root, record, others)
    done = call(root, "forget", record.id, *WHY, now="2026-11-30T20:00:00+00:00")
    assert (done.exit_code, done.stderr) == (0, "")
    assert left(root, record, others) == []
    assert call(root, "explain", "--all", "--check").exit_code == 0
    assert len([p for p in (root / "output" / ".trees").iterdir() if p.is_dir()]) == 1
    with closing(open_database(root / "groundwire.db")) as db:
        kept = records.get(db, record.id)
        assert kept is not None
        assert (kept.state.value, kept.url, kept.text_sha256) == ("forgotten", record.url, record.text_sha256)
        assert kept.reason == "forgotten: the publisher asks for it"
        assert [r["state"] for r in db.rows("SELECT state FROM calls ORDER BY state")] == ["answered", "erased"]
        out = {a.slug: a for a in articles.live(db)}
        for slug in citing:
            assert f"{slug}: version" in done.stdout or f"{slug}: off the site" in done.stdout
            newest = articles.find(db, slug)
            assert not _cites(newest, record)
            assert (slug in out) == (newest.status is ArticleStatus.PUBLISHED)
            assert newest.reasons
        assert slugs - citing <= set(out)
    for slug in slugs - citing:
        assert (root / "output" / "site" / "articles" / slug / "index.html").is_file()
    assert call(root, "doctor", "--json").exit_code == 0


def _cites(article: Article, record: Record) -> bool:
    """Whether any sentence of an article cites a record or counts it."""
    return record.id in repr([s.citations for _, _, s in articles.numbered(article)])


def ask(db: Database, text: str) -> None:
    """A model call whose request holds a text."""
    request = json.dumps({"messages": [{"role": "user", "content": f"<page>\n{text}\n</page>"}]}, ensure_ascii=False)
    row = {"id": str(hash(text)), "role": "extract", "model": "m", "base_url": "u", "prompt": "facts.txt", "prompt_sha256": str(hash(text))}
    with db.transaction():
        more = {"parameters": "{}", "request": request, "answer": '{"facts": []}', "input_tokens": 900, "output_tokens": 12, "cost": 0.5}
        db.insert("calls", row | more | {"state": "answered", "asked": "2026-11-01T00:00:00Z"})


def test_a_call_that_held_it_keeps_its_price_and_is_no_answer_any_more(tmp_path: Path, stored: Database) -> None:
    ask(stored, GRID.text)
    sha = stored.rows("SELECT prompt_sha256 FROM calls")[0]["prompt_sha256"]
    assert "1 model calls that held it are emptied" in call(tmp_path, "forget", GRID.url, *WHY).stdout
    (row,) = stored.rows("SELECT * FROM calls")
    assert (row["request"], row["answer"], row["state"]) == ("", None, "erased")
    assert (row["input_tokens"], row["cost"], row["prompt_sha256"]) == (900, 0.5, sha)
    assert calls.recorded(stored, sha) is None


def test_what_a_model_said_on_grouping_goes_where_it_says_so(tmp_path: Path, stored: Database) -> None:
    said = [
        Judgement(judgements.SAME, "a b", "yes", f"both say: {SUBSTATION.text[:200]}"),
        Judgement(judgements.SAME, "a c", "no", "two contracts of one company"),
        Judgement(judgements.TITLE, "story", SUBSTATION.title),
        Judgement(judgements.TITLE, "told", "Grid operators wait for transformers"),
        Judgement(judgements.TITLE, "other", "A contract for a data centre"),
    ]
    judgements.add(stored, said, DAY)
    with stored.transaction():
        stored.insert("stories", {"id": "told", "title": "x", "first": "2026", "last": "2026", "state": "open", "rule": "t"})
        stored.insert("story_records", {"story_id": "told", "record_id": SUBSTATION.id, "as_of": "2026"})
    others = others_than(stored, SUBSTATION)
    call(tmp_path, "forget", SUBSTATION.url, *WHY)
    assert [(j.kind, j.subject, j.reason) for j in judgements.until(stored, DAY)] == [
        ("same", "a b", "[removed on demand]"),
        ("same", "a c", "two contracts of one company"),
        ("title", "other", ""),
    ]
    assert left(tmp_path, SUBSTATION, others) == []


def test_an_address_or_a_record_names_the_same_page(tmp_path: Path, stored: Database) -> None:
    by_record = call(tmp_path, "forget", SUBSTATION.id, *WHY, "--dry-run")
    by_address = call(tmp_path, "forget", f"{SUBSTATION.url}?utm_source=mail#top", *WHY, "--dry-run")
    assert by_record.stdout == by_address.stdout
    assert records.get(stored, SUBSTATION.id) == SUBSTATION


def test_a_dry_run_says_what_would_be_done_and_does_nothing(tmp_path: Path, stored: Database) -> None:
    before = list(stored.connection.iterdump())
    said = call(tmp_path, "forget", SUBSTATION.url, *WHY, "--dry-run").stdout
    assert f"{SUBSTATION.url}: forgotten, 1 version erased; it is never asked again" in said
    assert sample().slug in said
    assert list(stored.connection.iterdump()) == before
    assert not (tmp_path / "output").exists()


def test_what_is_not_there_is_refused(tmp_path: Path, stored: Database) -> None:
    assert call(tmp_path, "forget", "0123456789ab", *WHY).exit_code == 2
    assert call(tmp_path, "forget", SUBSTATION.url).exit_code == 2
    with stored.transaction():
        stored.insert("feeds", {"id": "f", "url": "https://a.example/feed", "given_url": "https://a.example/feed", "added": "2026-11-01"})
    refused = call(tmp_path, "forget", "https://a.example/feed", *WHY)
    assert (refused.exit_code, "feeds remove" in refused.stderr) == (2, True)


def test_what_waits_or_was_approved_goes_on_waiting_without_it(tmp_path: Path, stored: Database) -> None:
    cited = passage(SUBSTATION, "Osterby will need two new transformers before 2028, the grid operator Nordlinje said in a filing.")
    section = Section(None, ((says("Osterby needs two transformers.", cited), *earlier().sections[0].paragraphs[0]),))
    articles.add(stored, replace(earlier(), version=2, status=ArticleStatus.APPROVED, sections=(section,)), None)
    said = call(tmp_path, "forget", SUBSTATION.url, *WHY).stdout
    assert f"{earlier().slug}: version 2 waits for an editor, without the sentences that rested on it" in said
    after = articles.find(stored, earlier().slug)
    assert (after.version, after.status) == (2, ArticleStatus.HELD)
    gone = after.sections[0].paragraphs[0][0]
    assert (gone.text, gone.cut, gone.citations, gone.findings[0].check) == ("[removed on demand]", True, (), "forgotten")
    assert after.sections[0].paragraphs[0][1:] == section.paragraphs[0][1:]


def test_a_retracted_article_keeps_its_notice_and_loses_the_text(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db, replace(sample(), status=ArticleStatus.RETRACTED))
        others = others_than(db, SUBSTATION)
    assert call(tmp_path, "forget", SUBSTATION.url, *WHY).exit_code == 0
    assert "This article was withdrawn" in (tmp_path / "output" / "site" / "articles" / sample().slug / "index.html").read_text("utf-8")
    assert left(tmp_path, SUBSTATION, others) == []


def test_notices_and_notes_of_runs_that_quote_it_go_too(tmp_path: Path, stored: Database) -> None:
    with stored.transaction():
        text = f"A source of this article has changed since it was cited: “{SUBSTATION.title}” (The Substation)."
        articles.correct(stored, sample().id, 1, Correction(DAY, "notice", text, "30 months", "36 months", SUBSTATION.id))
        articles.correct(stored, sample().id, 1, note("correction"))
        summary = json.dumps([{"stage": "find", "counts": [], "failures": [], "notes": [f"quarantined: {SUBSTATION.title}", "kept"]}])
        stored.insert("runs", {"id": "r", "command": "run", "started": "2026-11-01T00:00:00Z", "clock": "system", "summary": summary})
        others = others_than(stored, SUBSTATION)
    call(tmp_path, "forget", SUBSTATION.url, *WHY)
    assert [c.kind for c in articles.corrections(stored, sample().id)] == ["correction"]
    assert "kept" in stored.rows("SELECT summary FROM runs WHERE id = 'r'")[0]["summary"]
    assert left(tmp_path, SUBSTATION, others) == []
    assert call(tmp_path, "status").exit_code == 0


def test_a_removal_that_was_killed_before_the_build_is_swept_by_the_next_one(tmp_path: Path, stored: Database) -> None:
    others = others_than(stored, SUBSTATION)
    assert call(tmp_path, "build").exit_code == 0
    publication = Publication(root=tmp_path, settings=Settings())
    forgetting.forget(stored, publication, SUBSTATION.id, None, "", "the publisher asks", parse_time(NOW))
    assert left(tmp_path, SUBSTATION, others)
    assert call(tmp_path, "build").exit_code == 0
    assert left(tmp_path, SUBSTATION, others) == []
    assert stored.rows("SELECT swept FROM forgotten")[0]["swept"] == "2026-11-20T06:00:00Z"


def test_a_reader_in_the_way_is_told_once_and_the_next_build_does_it(
    tmp_path: Path, stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundwire.store.database.BUSY_SECONDS", 0.1)
    others = others_than(stored, SUBSTATION)
    with closing(open_database(tmp_path / "groundwire.db")) as reader:
        reader.execute("BEGIN")
        reader.rows("SELECT * FROM records")
        done = call(tmp_path, "forget", SUBSTATION.url, *WHY)
        assert (done.exit_code, done.stderr.startswith("sweep database: the database's log could not be emptied")) == (1, True)
        assert call(tmp_path, "build").exit_code == 0
        assert "may still hold it" in call(tmp_path, "status").stdout
        reader.connection.rollback()
    assert call(tmp_path, "build").exit_code == 0
    assert "may still hold it" not in call(tmp_path, "status").stdout
    assert left(tmp_path, SUBSTATION, others) == []


def test_copies_of_it_have_another_origin(tmp_path: Path, stored: Database) -> None:
    third = replace(RECORDS["Wire Copy"], id="third0000000", page_id="third", published=DAY, canonical_url="https://third.example/")
    with stored.transaction():
        for record in (third,):
            page = {"id": "third", "identity": third.canonical_url, "url": third.url, "host": "t", "state": "read", "published": "2026"}
            stored.insert("pages", page)
            records.add(stored, record)
        stored.insert("copies", {"record_id": third.id, "origin_id": GRID.id, "similarity": 0.9, "altered": None, "rule": "t"})
    call(tmp_path, "forget", GRID.id, *WHY)
    rows = stored.rows("SELECT record_id, origin_id FROM copies")
    assert [(r["record_id"], r["origin_id"]) for r in rows] == [(third.id, RECORDS["Wire Copy"].id)]


AT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
STORY = "Velmora Grid will build a plant of 700 megawatts at Harrow Point and pay 2.4 billion dollars for it."


def wire(asked: Asked, links: list[str]) -> Reply:
    """A feed with these links, and their pages; /moved leads to the first, /twin says that it is the first."""
    if asked.path == "/robots.txt":
        return Reply(404)
    if asked.path == "/feed":
        items = "".join(
            f"<item><title>{STORY}</title><guid>{n}</guid><description>{STORY}</description><link>http://paper.example{link}</link>"
            f"<pubDate>{format_datetime(AT - timedelta(hours=1))}</pubDate></item>"
            for n, link in enumerate(links)
        )
        return Reply(200, (), f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode())
    if asked.path == "/moved":
        return Reply(302, (("Location", "http://paper.example/plant"),))
    canonical = "<link rel='canonical' href='http://paper.example/plant'>" if asked.path == "/twin" else ""
    body = f"<p>{STORY}</p>" * 3 + "<p>The plant is to open in 2030, the company said, and it will employ 320 people from the town.</p>"
    page = f"<html lang='en'><head><title>A plant</title>{canonical}</head><body><article><h1>A plant</h1>{body}</article></body></html>"
    return Reply(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


@pytest.mark.parametrize("known", [True, False])
def test_the_address_is_never_asked_again_however_it_is_reached(tmp_path: Path, known: bool) -> None:
    links = ["/plant"] if known else []
    with Scripted(lambda asked: wire(asked, links)) as server:
        listed = newsrooms.opml({"http://paper.example/feed": "Paper"})
        root = newsrooms.make(tmp_path / "p", server.hosts(["paper.example"]), listed)
        assert call(root, "run", now=AT.isoformat()).exit_code == 0
        said = call(root, "forget", "http://paper.example/plant#x", *WHY, now=(AT + timedelta(minutes=5)).isoformat())
        assert (said.exit_code, said.stderr) == (0, "")
        asked = len([a for a in server.log if a.path == "/plant"])
        links[:] = ["/plant", "/plant?utm_source=feed", "/moved", "/twin"]
        for hours in (2, 24 * 8):
            assert call(root, "run", now=(AT + timedelta(hours=hours)).isoformat()).exit_code == 0
        assert asked == int(known)
        assert len([a for a in server.log if a.path == "/plant"]) == asked
        assert len([a for a in server.log if a.path == "/moved"]) == 1
    assert not [p for p in root.rglob("*") if p.is_file() and STORY.encode() in p.read_bytes()]
    with closing(open_database(root / "groundwire.db")) as db:
        assert [r["state"] for r in db.rows("SELECT state FROM pages")] == ["forgotten"] * 3


def test_a_question_asked_again_after_a_removal_is_sent_anew(stored: Database) -> None:
    question = Question("extract", "m", "u", "facts.txt", "sha", "{}")
    ask(stored, GRID.text)
    with stored.transaction():
        stored.execute("UPDATE calls SET prompt_sha256 = 'sha', state = 'erased', answer = NULL")
    assert calls.answer(stored, question) is None
