"""What each step of the author promises: forms, checks that only lower, one round of repair, cuts that can be restored, forecasts."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from author_sample import COURIER, GRID, LEDGER, Author, publication, sentence, short_form
from find_sample import put, record
from model_server import Reply, given, model_server, part_of, step_of
from test_author import NOW, made

from groundwire.config import Gate, Publication
from groundwire.drafts import as_markdown
from groundwire.log import silent
from groundwire.newsroom import connect
from groundwire.records import Article, ArticleStatus, Sentence, SentenceKind, Verdict
from groundwire.store import articles, running
from groundwire.store.database import Database
from publish import pipeline as publishing
from synth import pipeline
from synth.write.gate import length


@pytest.fixture
def room(tmp_path: Path) -> Path:
    return short_form(tmp_path)


def written(db: Database, author: Any, room: Path, *, size: int = 0, **more: Any) -> tuple[Article, Publication]:
    """The article that comes of three records, the first with so many more sentences."""
    texts = ((GRID, "Grid Post", 5), (LEDGER, "State Ledger", 4), (COURIER, "Osmere Courier", 3))
    put(db, *(record(f"{text} {filler(size if outlet == 'Grid Post' else 0)}".strip(), outlet, hours) for text, outlet, hours in texts))
    with model_server(author) as server:
        place = publication(room, server.base_url, **more)
        pipeline.find_stage(db, place, NOW, "run")
        report = pipeline.write(db, place, connect(place, db, "run", NOW), NOW, "run")
    found = [a for a in made(db) if a.writer.startswith("author")]
    assert len(found) == 1, report
    return found[0], place


def filler(size: int) -> str:
    """A long text that says nothing."""
    return " ".join(
        f"{mark(n)} tells of weather over the harbour, at some length and with more words than anybody needs." for n in range(size)
    )


def mark(n: int) -> str:
    """A word for a number."""
    return "Line" + "".join(chr(97 + int(digit)) for digit in f"{n:04d}")


def body(article: Article) -> list[Sentence]:
    return [s for section in article.sections for p in section.paragraphs for s in p]


def findings(article: Article, check: str) -> list[tuple[str, str]]:
    return [(s.text, f.message) for _, _, s in articles.numbered(article) for f in s.findings if f.check == check]


@pytest.mark.parametrize("form", ["thesis", "stack-essay", "briefing"])
def test_an_honest_author_writes_every_form(form: str, db: Database, room: Path) -> None:
    article, _ = written(db, Author(), room, form=form)
    assert article.status is ArticleStatus.PUBLISHED, article.reasons
    assert article.form == form
    assert not pipeline.failing(db, article, {})
    assert all(s.verdict is Verdict.SUPPORTED for _, _, s in articles.numbered(article) if s.kind is SentenceKind.REPORT)
    assert {"extract", "write", "check"} == {role for role, _ in article.method.models}
    assert dict(article.method.checks)["entailment"] > 8


def test_every_call_but_the_first_is_without_pages_and_a_check_sees_what_the_writer_saw(db: Database, room: Path) -> None:
    requests: list[dict[str, Any]] = []
    author = Author()

    def noting(request: dict[str, Any]) -> Reply:
        requests.append(request)
        return author(request)

    written(db, noting, room)
    assert all("<page" not in given(r) for r in requests if step_of(r) != "facts")
    shown = "".join(given(r) for r in requests if step_of(r) == "section")
    for request in (r for r in requests if step_of(r) == "check"):
        quotes = re.findall(r"^  \[\d+\] .*$", given(request), re.MULTILINE)
        assert quotes
        assert all(q.strip() in shown or q.strip() in "".join(map(given, requests)) for q in quotes)
        outlets = {re.findall(r"\] (\w+ \w+),", q)[0] for q in quotes}
        assert "Line" not in outlets


def test_a_publication_adds_a_form_without_code(db: Database, room: Path) -> None:
    (room / "templates" / "forms" / "note.toml").write_text(
        'name = "note"\nabout = "a short note"\nwords = [10, 400]\nleast = 10\nheadline_words = [5, 14]\ndek_words = [10, 40]\nquestions = [0, 2]\nsupported = 2\n'
        'quoted_share = 0.5\noverlap = 0.5\n[[part]]\nname = "only"\nheading = "none"\nbrief = "The one thing to know."\nwords = [20, 200]\n',
        encoding="utf-8",
    )
    article, _ = written(db, Author(), room, form="note")
    assert (article.form, article.status) == ("note", ArticleStatus.PUBLISHED), article.reasons
    assert [s.heading for s in article.sections] == [None]


def test_the_signals_choose_the_form(db: Database, room: Path) -> None:
    quick = (room / "templates" / "forms" / "thesis.toml").read_text(encoding="utf-8")
    (room / "templates" / "forms" / "ahead.toml").write_text(
        quick.replace('name = "thesis"', 'name = "ahead"', 1).replace("[[part]]", "[when]\nrank = 0\nahead = true\n[[part]]", 1),
        encoding="utf-8",
    )
    article, _ = written(db, Author(), room, form="auto")
    assert article.form == "ahead", "a record speaks of 2030"


def test_the_checking_model_can_only_lower(db: Database, room: Path) -> None:
    author = Author()

    def strict(request: dict[str, Any]) -> Any:
        found = author.check(request)
        for item in found["sentences"]:
            text = re.search(rf"^Sentence {item['number']} \(\w+\): (.*)$", given(request), re.MULTILINE)
            assert text
            if "permit" in text[1]:
                item |= {"verdict": "unsupported", "differences": "who expects it is lost"}
            if "60 percent" in text[1]:
                item |= {"verdict": "partly", "differences": "of which power"}
        return found

    author.steps["check"] = strict
    author.spoil("section", lambda text: text.replace("320 people employed", "900 people employed"))
    article, _ = written(db, author, room)
    permit, share, jobs = (next(s for s in body(article) if part in s.text) for part in ("permit", "60 percent", "900 people"))
    assert permit.cut and permit.verdict is Verdict.UNSUPPORTED
    assert share.cut and any("of which power" in f.message for f in share.findings), "a report is supported whole, or struck out"
    assert jobs.cut and jobs.verdict is not Verdict.SUPPORTED, "all is supported, says the checking model of the rest"
    assert ("entailment", 2) in article.method.removed
    assert permit.text not in articles.reader_text(article)


def test_a_sentence_without_a_verdict_waits_for_an_editor(db: Database, room: Path) -> None:
    author = Author()
    author.steps["check"] = lambda request: {"sentences": []}
    article, _ = written(db, author, room)
    assert article.status is ArticleStatus.HELD
    assert any("gave no verdict" in reason for reason in article.reasons)


def mending(author: Author, text: str) -> None:
    def mend(request: dict[str, Any]) -> Any:
        numbers = [
            (int(n), re.findall(r"\[(\d+)\]", item))
            for n, item in re.findall(r"^Sentence (\d+) (.*?)(?=^Sentence|\Z)", given(request), re.MULTILINE | re.DOTALL)
        ]
        return {"sentences": [{"number": n} | sentence(text, int(facts[0])) for n, facts in numbers]}

    author.steps["repair"] = mend


def test_one_round_of_repair_mends_what_it_can(db: Database, room: Path) -> None:
    author = Author()
    author.spoil("section", lambda text: text.replace("take 60 percent", "take 85 percent"))
    mending(author, "Data centres will take 60 percent of the power, according to the filing.")
    article, _ = written(db, author, room)
    assert author.asked.count("repair") == 1
    mended = next(s for s in body(article) if "60 percent" in s.text)
    assert not mended.cut and mended.verdict is Verdict.SUPPORTED
    assert [m for t, m in findings(article, "repair") if t == mended.text and "85 percent" in m]
    assert article.status is ArticleStatus.PUBLISHED, article.reasons


def test_what_still_fails_is_struck_out_with_its_findings_and_can_be_restored(db: Database, room: Path) -> None:
    author = Author()
    author.spoil("section", lambda text: text.replace("take 60 percent", "take 85 percent"))
    mending(author, "Data centres will take 90 percent of the power.")
    article, _ = written(db, author, room)
    struck = next(s for s in body(article) if "85 percent" in s.text)
    assert struck.cut and any("mending failed" in f.message for f in struck.findings)
    assert struck.text not in articles.reader_text(article)
    assert f"~~{struck.text}~~" in as_markdown(article, {})
    assert sum(n for _, n in article.method.removed) >= 1


def test_under_review_nothing_is_cut_before_an_editor_has_looked(db: Database, room: Path) -> None:
    author = Author()
    author.spoil("section", lambda text: text.replace("take 60 percent", "take 85 percent"))
    article, _ = written(db, author, room, gate=Gate(policy="review"))
    assert article.status is ArticleStatus.HELD
    kept = next(s for s in body(article) if "85 percent" in s.text)
    assert not kept.cut and [f for f in kept.findings if f.check == "figure"]


def test_what_a_cut_leaves_without_sense_falls_with_it(db: Database, room: Path) -> None:
    author = Author()

    def leaning(request: dict[str, Any]) -> Any:
        found = author.section(request)
        if part_of(request) == "claim":
            grid = author.number("grid", 1)
            found["paragraphs"][0]["sentences"] += [
                sentence("Gregor Stahl owns 97 percent of the plant.", grid),
                sentence("It is to open in 2030.", grid),
            ]
            found["paragraphs"].append(
                {"lead": "", "sentences": [sentence("So much for that.", kind="frame"), sentence("Zorblat has 12 wings.", grid)]}
            )
        return found

    author.steps["section"] = leaning
    article, _ = written(db, author, room)
    assert {t for t, _ in findings(article, "sense")} == {"It is to open in 2030.", "So much for that."}
    assert "It is to open in 2030." not in articles.reader_text(article)


def test_a_context_of_8k_is_enough_and_long_pages_are_read_whole(db: Database, room: Path) -> None:
    seen: list[str] = []
    author = Author()

    def small(request: dict[str, Any]) -> Reply:
        assert sum(len(m["content"]) for m in request["messages"]) // 3 < 8_192
        if step_of(request) == "facts":
            seen.append(given(request))
        return author(request)

    article, _ = written(db, small, room, size=180, context_tokens=8_192)
    assert article.status is ArticleStatus.PUBLISHED, article.reasons
    assert any('part="2 of ' in text for text in seen)
    text = "\n".join(seen)
    assert all(len(re.findall(rf"\b{mark(n)} tells of", text)) == 1 for n in range(0, 180, 10)), "no page is cut short"


def test_a_dated_view_becomes_a_forecast(db: Database, room: Path) -> None:
    article, _ = written(db, Author(), room, form="briefing")
    (row,) = db.rows("SELECT * FROM forecasts")
    assert row["article_id"] == article.id
    assert row["statement"] in articles.reader_text(article)
    assert row["due"].startswith("2030-12-31")
    assert row["wrong_if"] and row["outcome"] == "open"
    later = datetime(2031, 1, 1, tzinfo=UTC)
    assert [f.id for f, _, _ in running.forecasts(db, NOW, later)] == [row["id"]]
    articles.move(db, article.id, article.version, ArticleStatus.HELD)
    assert not running.forecasts(db, NOW, later), "what is not out falls due for nobody"


def test_a_thread_tells_how_it_stood_before(db: Database, room: Path) -> None:
    first, place = written(db, Author(), room)
    put(
        db,
        record(
            "Velmora Grid said on Friday that its gas plant at Harrow Point will cost $3.1 billion, and not $2.4 billion.", "Pine Wire", 0.5
        ),
    )
    later = NOW + timedelta(minutes=1)
    with model_server(Author()) as server:
        place = publication(room, server.base_url)
        pipeline.find_stage(db, place, later, "later")
        pipeline.write(db, place, connect(place, db, "later", later), later, "later")
    second = [a for a in made(db) if a.id == first.id and a.version == 2]
    assert second and second[0].thread_id == first.thread_id and second[0].slug == first.slug


@pytest.mark.parametrize(
    ("step", "old", "new"),
    [
        ("plan", "2030-12-31", "2019-12-31"),
        ("plan", "2030-12-31", "soon"),
        ("plan", "2030-12-31", "2034-12-31"),
        ("plan", "The plant does not open in 2030.", "Gregor Stahl sells 40 percent of it."),
        ("section", "On this evidence the plant may open in 2030.", "Gregor Stahl may open it in 2033."),
    ],
)
def test_a_view_without_a_day_or_a_sentence_that_stands_is_no_forecast(step: str, old: str, new: str, db: Database, room: Path) -> None:
    author = Author()
    author.spoil(step, lambda text: text.replace(old, new))
    article, _ = written(db, author, room, form="briefing")
    assert not db.rows("SELECT * FROM forecasts")
    assert any("forecast" in reason for reason, _ in article.method.removed)


def test_facts_are_refused_for_a_reason(db: Database, room: Path) -> None:
    author = Author()

    def read(request: dict[str, Any]) -> Any:
        found = author.read(request)
        more = {"about": "x", "entities": ["Nobody"], "figures": ["99"], "stance": "odd", "said_by": "Nobody"}
        wrong = [
            {"page": 99, "quote": "The plant is to open"},
            {"page": 1, "quote": "a quote that no page holds"},
            {"page": 1, "quote": ""},
            {"page": 1, "quote": "word " * 61},
        ]
        return {"facts": [*(w | more for w in wrong), *found["facts"]]}

    author.steps["facts"] = read
    article, _ = written(db, author, room)
    assert article.status is ArticleStatus.PUBLISHED, article.reasons
    told = dict(article.method.removed)
    for reason in ("fact of a page that was not given", "quote that the page does not hold", "quote empty or too long"):
        assert told[reason]


def test_what_is_worn_out_is_told_and_noted(db: Database, room: Path) -> None:
    author = Author()
    first, place = written(db, author, room)
    assert first.status is ArticleStatus.PUBLISHED
    asked: list[str] = []
    chips = (
        "Quillon Semiconductor has sold every wafer of its next accelerator, the chipmaker said. Orders for the accelerator are worth $5.6 billion, "
        "and the foundry in Tarn adds a second clean room.",
        "Customers have ordered $5.6 billion of accelerators from Quillon Semiconductor, more than the foundry in Tarn can make.",
    )
    put(db, *(record(text, outlet, 1) for text, outlet in zip(chips, ("Chip Post", "Tarn News"), strict=True)))

    def noting(request: dict[str, Any]) -> Reply:
        asked.append(given(request))
        from author_sample import plain

        return plain(request)

    with model_server(noting) as server:
        place = publication(room, server.base_url)
        later = NOW + timedelta(hours=1)
        pipeline.find_stage(db, place, later, "later")
        pipeline.write(db, place, connect(place, db, "later", later), later, "later")
    assert any(first.headline.text in text and "whose shape is not to be repeated" in text for text in asked)


def test_the_house_style_is_noted_and_cuts_nothing(db: Database, room: Path) -> None:
    author = Author()
    author.spoil("section", lambda text: text.replace("A permit is expected", "A game-changer permit is expected"))
    article, _ = written(db, author, room)
    (noted,) = findings(article, "house")
    assert "game-changer" in noted[1]


def test_the_same_answers_make_the_same_draft(tmp_path: Path) -> None:
    from groundwire.store.database import open_database

    texts = []
    for n in ("a", "b"):
        db = open_database(None)
        article, _ = written(db, Author(), short_form(tmp_path / n), form="briefing")
        texts.append(json.dumps([[s.text, [f.message for f in s.findings]] for _, _, s in articles.numbered(article)]))
        db.close()
    assert texts[0] == texts[1]


def led_by(author: Author, lead: str) -> None:
    honest = author.section

    def section(request: dict[str, Any]) -> Any:
        found = honest(request)
        if part_of(request) == "audience":
            found["paragraphs"][0]["lead"] = lead
        return found

    author.steps["section"] = section


def test_a_lead_is_set_in_bold_and_kept_when_its_sentence_is_mended(db: Database, room: Path) -> None:
    author = Author()
    led_by(author, "For those who build: ")
    article, place = written(db, author, room, form="briefing")
    (led,) = [s for s in body(article) if s.lead]
    assert led.text[: led.lead] == "For those who build:"
    assert [s.lead for s in body(articles.find(db, article.slug)) if s.lead] == [led.lead]
    publishing.build(db, place, NOW, progress=silent)
    folder = place.output / "site" / "articles" / article.slug
    assert "<b>For those who build:</b> " in (folder / "index.html").read_text(encoding="utf-8")
    assert "**For those who build:** " in (folder / "article.md").read_text(encoding="utf-8")
    assert "&lt;b&gt;For those who build:" in (place.output / "site" / "feed.xml").read_text(encoding="utf-8")
    assert "**For those who build:** " in as_markdown(article, {})


@pytest.mark.parametrize("again", ["", "For those who build: "])
def test_a_mended_sentence_keeps_its_lead(again: str, db: Database, room: Path) -> None:
    author = Author()
    led_by(author, "For those who build")
    dealt: list[str] = []

    def wrong(request: dict[str, Any]) -> Any:
        found = author.steps["honest"](request)
        if part_of(request) == "audience":
            said = found["paragraphs"][0]["sentences"][0]
            dealt.append(said["text"])
            said["text"] = "Gregor Stahl owns 97 percent of it."
        return found

    author.steps["honest"], author.steps["section"] = author.steps["section"], wrong
    author.steps["repair"] = lambda request: {
        "sentences": [
            {"number": int(n)} | sentence(again + dealt[0], *map(int, re.findall(r"\[(\d+)\]", item)))
            for n, item in re.findall(r"^Sentence (\d+) (.*?)(?=^Sentence|\Z)", given(request), re.MULTILINE | re.DOTALL)
        ]
    }
    article, _ = written(db, author, room, form="briefing")
    (led,) = [s for s in body(article) if s.lead]
    assert (led.text, led.cut) == (f"For those who build: {dealt[0]}", False)


def narrow(room: Path, words: int) -> None:
    """The form of the tests with room for so many words."""
    form = room / "templates" / "forms" / "thesis.toml"
    form.write_text(form.read_text(encoding="utf-8").replace("words = [60, 600]", f"words = [60, {words}]"), encoding="utf-8")


def test_what_is_too_long_for_its_form_is_shortened_and_stays_in_the_draft(db: Database, room: Path) -> None:
    long, _ = written(db, Author(), room)
    for table in ("findings", "citations", "sentences", "articles", "threads"):
        db.execute(f"DELETE FROM {table}")
    narrow(room, length(long) - 20)
    article, _ = written(db, Author(), room)
    assert article.status is ArticleStatus.PUBLISHED, article.reasons
    assert length(article) <= length(long) - 20
    struck = [t for t, _ in findings(article, "length")]
    assert struck and not any(t in articles.reader_text(article) for t in struck)
    assert {s.text for s in body(article)} == {s.text for s in body(long)}, "all of it stays in the draft"
    assert dict(article.method.removed)["length"] == len(struck)
    assert len([q for q in article.questions if any(not s.cut for s in q.answer)]) == 1, "a question beyond the fewest goes first"
    for section in article.sections:
        assert all(not p[0].cut for p in section.paragraphs) and not section.paragraphs[-1][-1].cut


def test_under_review_nothing_is_shortened(db: Database, room: Path) -> None:
    narrow(room, 70)
    article, _ = written(db, Author(), room, gate=Gate(policy="review"))
    assert not findings(article, "length")
    assert any("words; the form" in reason for reason in article.reasons)
