from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from calling import call
from publish_sample import DAY, RECORDS, earlier, fill, passage, sample, says

from groundwire.records import ArticleStatus, Section, Theme, Verdict, short_id
from groundwire.store import articles
from groundwire.store.database import Database, open_database
from synth.write.threads import plan

SLUG, OTHER = sample().slug, earlier().slug
WHY = ("--by", "R. Editor", "--reason", "the filing was misread")


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        fill(db)
        yield db


def site(root: Path, path: str) -> str:
    return (root / "output" / "site" / path).read_text("utf-8")


def misread() -> Section:
    """A sentence whose figure is not its source's."""
    grid = RECORDS["Grid Ledger"]
    cited = passage(grid, "The contract runs for 15 years and starts in 2028.")
    return Section(None, ((says("The contract runs for 25 years.", cited), says("It starts in 2028.", cited)),))


def test_a_correction_puts_the_text_right_and_reaches_page_log_and_feeds(tmp_path: Path, stored: Database) -> None:
    wrong = replace(earlier(), version=2, modified=DAY, sections=(misread(),))
    articles.add(stored, wrong, None)
    done = call(tmp_path, "correct", OTHER, "--was", "25 years", "--now-is", "15 years")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, f"{OTHER} version 3: corrected")
    page = site(tmp_path, f"articles/{OTHER}/index.html")
    assert "The contract runs for 15 " in page
    for text in (page, site(tmp_path, "corrections/index.html")):
        assert "Correction" in text
        assert "20 November 2026" in text
        assert "<del>25 years</del>" in text
        assert "<ins>15 years</ins>" in text
    (item,) = (i for i in json.loads(site(tmp_path, "feed.json"))["items"] if OTHER in i["url"])
    assert "It said: “25 years”. It now says: “15 years”." in item["content_html"]
    assert item["date_modified"] == "2026-11-20T06:00:00Z"
    assert all("25 years" in site(tmp_path, feed) for feed in ("feed.xml", "rss.xml"))
    assert articles.get(stored, wrong.id, 2).sections == wrong.sections
    assert call(tmp_path, "explain", "--all", "--check").exit_code == 0


@pytest.mark.parametrize(
    ("lead", "after"), [("The contract", "The contract"), ("The contract runs for 25 years", "The contract runs for 15 years")]
)
def test_a_corrected_sentence_keeps_its_lead(tmp_path: Path, stored: Database, lead: str, after: str) -> None:
    section = misread()
    first, *others = section.paragraphs[0]
    led = Section(None, ((replace(first, lead=len(lead)), *others),))
    articles.add(stored, replace(earlier(), version=2, modified=DAY, sections=(led,)), None)
    assert call(tmp_path, "correct", OTHER, "--was", "25 years", "--now-is", "15 years").exit_code == 0
    right = articles.find(stored, OTHER).sections[0].paragraphs[0][0]
    assert right.text == "The contract runs for 15 years."
    assert right.text[: right.lead] == after


def test_what_no_source_bears_is_struck_and_the_correction_says_what_is_right(tmp_path: Path, stored: Database) -> None:
    done = call(tmp_path, "correct", SLUG, "--was", "30 months", "--now-is", "36 months")
    assert (done.exit_code, "0 put right, 1 struck" in done.stdout) == (0, True)
    article = articles.find(stored, SLUG)
    (struck,) = (s for _, _, s in articles.numbered(article) if s.cut)
    assert (struck.text, struck.findings[-1].check) == (
        "Osterby needs two new transformers before that, and each takes 30 months to deliver.",
        "correction",
    )
    page = site(tmp_path, f"articles/{SLUG}/index.html")
    assert "Osterby needs two new transformers" not in page
    assert "<ins>36 months</ins>" in page


def test_a_correction_matches_whole_words(tmp_path: Path, stored: Database) -> None:
    done = call(tmp_path, "correct", SLUG, "--was", "0 months", "--now-is", "9 months")
    assert "no sentence says it in these words" in done.stdout
    assert articles.find(stored, SLUG).version == 1
    assert "<del>0 months</del>" in site(tmp_path, f"articles/{SLUG}/index.html")


def test_the_same_correction_stands_once(tmp_path: Path, stored: Database) -> None:
    for _ in range(2):
        said = call(tmp_path, "correct", SLUG, "--was", "0 months", "--now-is", "9 months").stdout
    assert "stands on it already" in said
    assert len(articles.find(stored, SLUG).corrections) == 1


def test_a_headline_that_no_source_bears_stays_under_its_correction(tmp_path: Path, stored: Database) -> None:
    done = call(tmp_path, "correct", OTHER, "--was", "longer", "--now-is", "shorter by 17 percent")
    assert done.exit_code == 0
    assert "headline or dek still says it" in done.stdout
    assert articles.find(stored, OTHER).headline == earlier().headline


@pytest.mark.parametrize("status", [ArticleStatus.HELD, ArticleStatus.RETRACTED])
def test_only_what_is_out_can_be_corrected(tmp_path: Path, db: Database, status: ArticleStatus) -> None:
    with closing(open_database(tmp_path / "groundwire.db")) as own:
        fill(own, replace(sample(), status=status))
    refused = call(tmp_path, "correct", SLUG, "--was", "a", "--now-is", "b")
    assert (refused.exit_code, "only what is out can be corrected" in refused.stderr) == (2, True)
    assert call(tmp_path, "correct", "nothing", "--was", "a", "--now-is", "b").exit_code == 2


def test_a_retraction_keeps_the_address_with_who_and_why(tmp_path: Path, stored: Database) -> None:
    call(tmp_path, "build")
    done = call(tmp_path, "retract", SLUG, *WHY)
    assert (done.exit_code, done.stdout) == (0, f"{SLUG} version 1: retracted; the site is built\n")
    page = site(tmp_path, f"articles/{SLUG}/index.html")
    assert "Withdrawn on 20 November 2026 by R. Editor: the filing was misread" in page
    assert "the filing was misread" in site(tmp_path, "corrections/index.html")
    assert "Retracted" in site(tmp_path, "feed.xml")
    assert call(tmp_path, "retract", SLUG, *WHY).exit_code == 2


def test_a_retraction_means_what_is_out_and_stops_what_was_approved(tmp_path: Path, stored: Database) -> None:
    for version, status in ((2, ArticleStatus.APPROVED), (3, ArticleStatus.HELD)):
        articles.add(stored, replace(sample(), version=version, status=status, modified=DAY + timedelta(days=version)), None)
    assert call(tmp_path, "retract", SLUG, *WHY).stdout == f"{SLUG} version 1: retracted; the site is built\n"
    assert [status.value for _, status, _ in articles.versions(stored, sample().id)] == ["retracted", "held", "held"]


def test_what_is_not_out_cannot_be_retracted(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "groundwire.db")) as own:
        fill(own, replace(sample(), status=ArticleStatus.HELD))
    assert call(tmp_path, "retract", SLUG, *WHY).exit_code == 2


def test_the_story_of_a_retracted_article_is_not_told_again() -> None:
    theme = Theme("t", ("s1",), ("r1",), (), (), 2, True, "ready")
    told = replace(sample(), id=short_id("article", "s1"), status=ArticleStatus.RETRACTED, theme=theme)
    found = plan(theme, [told], lambda r: r, lambda s: s, DAY + timedelta(days=1))
    assert (found.article, found.skip) == (None, f"{SLUG} was retracted; its story is not told again")


def test_an_old_article_whose_story_goes_on_gets_a_version_and_no_second_identity() -> None:
    theme = Theme("t", ("s1",), ("r1", "r2"), (), (), 2, True, "ready")
    told = replace(sample(), id=short_id("article", "s1"), theme=replace(theme, record_ids=("r1",)))
    found = plan(theme, [told], lambda r: r, lambda s: s, DAY + timedelta(days=40))
    assert found.article == told


def test_an_approved_article_says_who_looked(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "groundwire.db")) as own:
        fill(own, replace(sample(), status=ArticleStatus.HELD))
    call(tmp_path, "approve", SLUG, "--version", "1", *WHY)
    page = site(tmp_path, f"articles/{SLUG}/index.html")
    assert "Reviewed before publication by R. Editor." in page
    assert "No editor" not in page


def test_an_approval_over_a_sentence_that_no_check_supports_says_why_on_the_page(tmp_path: Path) -> None:
    doubted = Section(None, ((replace(misread().paragraphs[0][0], verdict=Verdict.UNSUPPORTED),),))
    with closing(open_database(tmp_path / "groundwire.db")) as own:
        fill(own, replace(sample(), status=ArticleStatus.HELD, sections=(doubted,)))
    call(tmp_path, "approve", SLUG, "--version", "1", *WHY)
    assert "approved by R. Editor although 1 sentence did not pass the checks: the filing was misread" in site(
        tmp_path, f"articles/{SLUG}/index.html"
    )


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        ("", "autonomous: what passes the gate is published without an editor"),
        ('policy = "review"', "review: every article waits for an editor"),
        ('policy = "mixed"', "mixed, and gate.review_when names nothing: what passes the gate is published without an editor"),
        ('policy = "mixed"\nreview_when = ["form:thesis"]', "without an editor, but for form:thesis"),
    ],
)
def test_status_says_what_is_published_without_an_editor(tmp_path: Path, gate: str, words: str) -> None:
    (tmp_path / "groundwire.toml").write_text(f"[gate]\n{gate}\n", "utf-8")
    assert words in " ".join(call(tmp_path, "status").stdout.split())
    assert words in json.loads(call(tmp_path, "status", "--json").stdout)["policy"]
