"""The author's recorded articles, replayed: one in each form, every sentence proved, and what happens when a recording does not fit."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from groundwire import demo, recordings
from groundwire.clock import Clock
from groundwire.config import Publication
from groundwire.newsroom import work
from groundwire.newsroom import write as write_articles
from groundwire.recordings import Recordings
from groundwire.records import Article, ArticleStatus, Sentence, SentenceKind, Severity, Target, Verdict
from groundwire.references import reference_table
from groundwire.settings_file import load
from groundwire.store import articles, records
from groundwire.store.database import Database, open_database
from synth.pipeline import failing
from synth.write.forms import Form
from synth.write.forms import load as load_form
from synth.write.gate import length, standing

KEPT = Recordings.load()
REPORTED = (SentenceKind.REPORT, SentenceKind.MEASURE)
BETWEEN_FORMS = 0.25
"""How many of an article's passages another one may cite as well, at most."""


@dataclass(frozen=True, slots=True)
class Replayed:
    publication: Publication
    db: Database
    by_form: dict[str, Article]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replayed]:
    directory = tmp_path_factory.mktemp("recorded") / "newsroom"
    demo.recorded(directory)
    publication = load(directory, {})
    with closing(open_database(publication.database)) as db:
        yield Replayed(publication, db, {a.form: a for a in articles.with_status(db, *ArticleStatus)})


@pytest.fixture(params=sorted(KEPT.themes))
def article(request: pytest.FixtureRequest, replayed: Replayed) -> Article:
    return replayed.by_form[request.param]


@pytest.fixture
def form(article: Article, replayed: Replayed) -> Form:
    return load_form(article.form, replayed.publication.templates)


def sentences(article: Article) -> list[Sentence]:
    return [s for s in standing(article) if s.text]


def test_each_form_is_recorded_and_published(replayed: Replayed) -> None:
    assert set(KEPT.themes) == {"thesis", "stack-essay", "briefing"}
    assert {f: (a.status, a.reasons) for f, a in replayed.by_form.items() if a.status is not ArticleStatus.PUBLISHED} == {}


def test_every_reported_sentence_has_a_passage_and_a_verdict(article: Article) -> None:
    reported = [s for s in sentences(article) if s.kind in REPORTED]
    assert len(reported) >= 12
    assert [s.text for s in reported if not s.citations or s.verdict is not Verdict.SUPPORTED] == []


def test_every_citation_resolves(article: Article, replayed: Replayed) -> None:
    assert list(failing(replayed.db, article, reference_table(replayed.publication))) == []


def test_nothing_that_stands_has_an_error(article: Article) -> None:
    assert [(s.text, f.message) for s in sentences(article) for f in s.findings if f.severity is not Severity.NOTE] == []


def test_figures_stand_in_what_their_sentence_cites(article: Article, replayed: Replayed) -> None:
    """A coarse reading of its own, without the product's checks: the digits of a sentence are digits of its passages or calculations."""
    for sentence in (s for s in sentences(article) if s.kind in REPORTED):
        passages = [c.quote or "" for c in sentence.citations] + [c.value or "" for c in sentence.citations]
        inputs = [f"{i.quote} {i.value}" for c in sentence.citations for i in c.inputs]
        dates = [d for c in sentence.citations if c.record_id for d in _dates(replayed.db, c.record_id)]
        held = set(re.findall(r"\d+", " ".join((*passages, *inputs, *dates)).replace(",", "")))
        if not any(c.target is not Target.PASSAGE for c in sentence.citations):
            assert set(re.findall(r"\d+", sentence.text.replace(",", ""))) <= held, sentence.text


def _dates(db: Database, record_id: str) -> list[str]:
    return [f"{r.published:%Y %m %d} {r.published.day} {r.published.month}" for r in records.many(db, [record_id]) if r.published]


def test_parts_and_lengths_are_those_of_the_form(article: Article, form: Form) -> None:
    assert form.words[0] <= length(article) <= form.words[1]
    asked = [p for p in form.part if not p.optional]
    assert len(asked) <= len(article.sections) <= len(form.part)
    headed = [s.heading for s in article.sections if s.heading]
    assert len(headed) >= sum(p.heading == "claim" for p in asked)
    assert form.questions[0] <= len(article.questions) <= form.questions[1]
    assert form.headline_words[0] <= len(article.headline.text.split()) <= form.headline_words[1]
    assert form.dek_words[0] <= len(article.dek.text.split()) <= form.dek_words[1]


def test_no_two_articles_are_near_duplicates(replayed: Replayed) -> None:
    cited = {f: {(c.record_id, c.start) for s in sentences(a) for c in s.citations if c.record_id} for f, a in replayed.by_form.items()}
    for one, mine in cited.items():
        for other, theirs in cited.items():
            assert one == other or len(mine & theirs) <= BETWEEN_FORMS * len(mine), (one, other)


def test_a_request_that_was_not_recorded_leaves_its_theme_with_the_reason(replayed: Replayed, tmp_path: Path) -> None:
    folder = tmp_path / "newsroom"
    shutil.copytree(replayed.publication.root, folder, symlinks=True)
    publication = load(folder, {})
    with closing(open_database(publication.database)) as db, db.transaction():
        db.execute("DELETE FROM calls WHERE prompt = 'plan.txt'")
        for table in ("findings", "citations", "sentences", "articles"):
            db.execute(f"DELETE FROM {table}")
    form, theme = next(iter(KEPT.themes.items()))
    with work(publication, Clock(KEPT.now), "write") as doing:
        write_articles(doing, form=form, theme=theme, replay=True)
        (report,) = [r for r in doing.reports if r.stage == "write"]
    assert any("no stored answer to this request of prompt 'plan.txt'" in note for note in report.left)


def test_changed_prompts_are_told_with_the_date_of_the_recordings(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = replace(KEPT, prompts={**recordings.prompts(), "prompts/plan.txt": "another", "prompts/gone.txt": "was"})
    assert changed.changed() == ("prompts/gone.txt", "prompts/plan.txt")
    assert changed.warning and str(KEPT.made) in changed.warning and "prompts/plan.txt" in changed.warning
    assert replace(KEPT, prompts=recordings.prompts()).warning is None


def test_recordings_are_kept_by_form_and_read_back(tmp_path: Path) -> None:
    themes = {"thesis": "aaaa", "briefing": "bbbb"}
    about = ["same.txt:2026", "aaaa:1", "bbbb:1", "aaaa:1", "aaaa:1"]
    rows = [{"id": str(n), "about": a, "state": "failed" if n == 4 else "answered", "run_id": "r"} for n, a in enumerate(about)]
    recordings.write(tmp_path, KEPT.made, KEPT.now, themes, rows)
    read = Recordings.load(tmp_path)
    assert (read.made, read.now, read.themes) == (KEPT.made, KEPT.now, themes)
    assert [r["id"] for r in read.of("thesis")] == ["1", "3"]
    assert [r["id"] for r in read.of(recordings.GROUPING)] == ["0"]
    assert read.changed() == ()


@pytest.mark.parametrize("name", [recordings.GROUPING, *sorted(KEPT.themes)])
def test_a_recording_holds_answers_and_no_machine(name: str) -> None:
    rows = KEPT.of(name)
    assert rows
    assert Counter(r["state"] for r in rows) == {"answered": len(rows)}
    assert {r["base_url"] for r in rows} == {""}
    assert all(json.loads(r["request"])["messages"] for r in rows)


@pytest.mark.proof
def test_recordings_are_of_the_prompts_of_today() -> None:
    assert KEPT.warning is None
