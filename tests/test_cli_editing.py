from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from calling import call
from publish_sample import earlier, fill, sample

from groundwire import lock
from groundwire.clock import parse_time
from groundwire.config import Publication, Settings
from groundwire.records import ArticleStatus, Finding, Severity
from groundwire.store import articles
from groundwire.store.database import Database, open_database

SLUG = sample().slug
BY = ("--by", "R. Editor", "--reason", "read against its sources")


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    """A publication with one article out and one held."""
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db, earlier(), replace(sample(), status=ArticleStatus.HELD, reasons=("two accounts differ",)))
        yield db


def status_of(db: Database, version: int = 1) -> str:
    return articles.find(db, SLUG, version).status.value


def page(root: Path, slug: str = SLUG) -> Path:
    return root / "output" / "site" / "articles" / slug / "index.html"


def test_an_approval_publishes_at_once_and_is_kept(tmp_path: Path, stored: Database) -> None:
    approved = call(tmp_path, "approve", SLUG, "--version", "1", *BY)
    assert (approved.exit_code, approved.stdout) == (0, f"{SLUG} version 1: approved; the site is built\n")
    assert status_of(stored) == "published"
    assert page(tmp_path).is_file()
    kept = articles.reviews(stored, sample().id)
    assert [(r["action"], r["by"], r["reason"], r["at"]) for r in kept] == [
        ("approve", "R. Editor", "read against its sources", "2026-11-20T06:00:00Z")
    ]


def test_an_approval_during_a_run_is_left_to_that_run(tmp_path: Path, stored: Database) -> None:
    publication = Publication(root=tmp_path, settings=Settings())
    with lock.held(publication, "run", parse_time("2026-11-20T06:00:00+00:00")):
        approved = call(tmp_path, "approve", SLUG, "--version", "1", *BY)
    assert (approved.exit_code, status_of(stored)) == (0, "approved")
    assert "the run under way, or the next one" in approved.stdout
    assert call(tmp_path, "run").exit_code == 0
    assert status_of(stored) == "published"
    assert page(tmp_path).is_file()


def test_an_approval_names_a_version(tmp_path: Path, stored: Database) -> None:
    assert call(tmp_path, "approve", SLUG, *BY).exit_code == 2
    assert call(tmp_path, "approve", SLUG, "--version", "7", *BY).exit_code == 2
    assert status_of(stored) == "held"


def test_an_article_that_no_longer_resolves_cannot_be_approved(tmp_path: Path, stored: Database) -> None:
    alter(stored)
    refused = call(tmp_path, "approve", SLUG, "--version", "1", *BY)
    assert refused.exit_code == 2
    assert "cannot be approved" in refused.stderr
    assert status_of(stored) == "held"


def test_an_approved_article_whose_source_was_altered_since_stays_and_is_told(tmp_path: Path, stored: Database) -> None:
    with lock.held(Publication(root=tmp_path, settings=Settings()), "run", parse_time("2026-11-20T06:00:00+00:00")):
        call(tmp_path, "approve", SLUG, "--version", "1", *BY)
    alter(stored)
    built = call(tmp_path, "build")
    assert built.exit_code == 1
    assert f"article {SLUG} version 1: is approved and stays unpublished" in built.stderr
    assert status_of(stored) == "approved"


def alter(db: Database) -> None:
    """One character of one stored text is another."""
    with db.transaction():
        db.execute("UPDATE records SET text = replace(text, '900 mega', '901 mega')")


def test_a_published_article_that_is_held_leaves_the_site(tmp_path: Path, stored: Database) -> None:
    call(tmp_path, "build")
    assert page(tmp_path, earlier().slug).is_file()
    assert call(tmp_path, "hold", earlier().slug, *BY).exit_code == 0
    assert not page(tmp_path, earlier().slug).exists()


def test_a_rejection_builds_nothing_and_a_forbidden_move_is_refused(tmp_path: Path, stored: Database) -> None:
    assert call(tmp_path, "reject", SLUG, *BY).stdout == f"{SLUG} version 1: rejected\n"
    assert not (tmp_path / "output").exists()
    refused = call(tmp_path, "approve", SLUG, "--version", "1", *BY)
    assert refused.exit_code == 2
    assert "is rejected; it cannot become approved" in refused.stderr


def test_a_decision_says_who_and_why(tmp_path: Path, stored: Database) -> None:
    assert call(tmp_path, "hold", SLUG, "--by", "R. Editor").exit_code == 2
    assert call(tmp_path, "hold", SLUG, "--reason", "because").exit_code == 2


def test_a_decision_on_nothing_makes_no_database(tmp_path: Path) -> None:
    assert call(tmp_path, "hold", "nothing", *BY).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_explain_shows_what_each_sentence_rests_on(tmp_path: Path, stored: Database) -> None:
    told = call(tmp_path, "explain", SLUG)
    assert told.exit_code == 0
    assert "Halden Compute has signed for 900 megawatts of capacity" in told.stdout
    found = json.loads(call(tmp_path, "explain", SLUG, "--json").stdout)
    assert [a["slug"] for a in found] == [SLUG]
    assert found[0]["sentences"][0]["citations"][0]["quote"].startswith("Halden Compute has signed")


def test_explain_check_exits_0_and_names_article_sentence_and_record_when_it_does_not_resolve(tmp_path: Path, stored: Database) -> None:
    assert call(tmp_path, "explain", "--all", "--check").exit_code == 0
    alter(stored)
    broken = call(tmp_path, "explain", "--all", "--check")
    assert broken.exit_code == 1
    assert all(re.match(r"[a-z0-9-]+ version \d+, sentence \d+, record [0-9a-f]{12}: ", line) for line in broken.stdout.splitlines())
    assert json.loads(call(tmp_path, "explain", "--all", "--check", "--json").stdout)["resolves"] is False


def test_explain_wants_one_article_or_all(tmp_path: Path, stored: Database) -> None:
    for arguments in ((), (SLUG, "--all"), ("nothing",)):
        assert call(tmp_path, "explain", *arguments).exit_code == 2


def test_drafts_are_exported_as_markdown_with_evidence(tmp_path: Path, stored: Database) -> None:
    exported = call(tmp_path, "drafts", "export", str(tmp_path / "review"))
    assert exported.stdout == f"{tmp_path}/review/{SLUG}-v1.md\n"
    text = (tmp_path / "review" / f"{SLUG}-v1.md").read_text("utf-8")
    _, front, body = text.split("+++\n")
    meta = tomllib.loads(front)
    assert (meta["status"], meta["version"], meta["reasons"], meta["checks"]) == (
        "held",
        1,
        ["two accounts differ"],
        {"citation_resolves": 12, "figures": 9},
    )
    assert set(re.findall(r"\[\^(\d+)\](?!:)", body)) == set(re.findall(r"^\[\^(\d+)\]:", body, re.MULTILINE))
    assert "“$4.2 billion” - Wafer Weekly" in body


def test_what_a_draft_says_stays_text_and_what_was_cut_is_struck(db: Database, tmp_path: Path) -> None:
    from groundwire.drafts import export_drafts

    article = sample()
    first = article.sections[0].paragraphs[0][0]
    odd = replace(
        first, text="+++ <b>[x](javascript:1)</b>\n# no heading", cut=True, findings=(Finding("figures", Severity.CUT, "no *figure*"),)
    )
    section = replace(article.sections[0], paragraphs=((odd,),))
    fill(db, replace(article, status=ArticleStatus.DRAFT, sections=(section,)))
    (path,) = export_drafts(db, tmp_path)
    body = path.read_text("utf-8").split("+++\n", 2)[2]
    assert "~~\\+++ \\<b\\>\\[x\\](javascript:1)\\</b\\> \\# no heading~~" in body
    assert "> cut, figures: no \\*figure\\*" in body


def test_nothing_to_export_makes_no_folder(tmp_path: Path) -> None:
    assert call(tmp_path, "drafts", "export", str(tmp_path / "review")).exit_code == 0
    assert not (tmp_path / "review").exists()
