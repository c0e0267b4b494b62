"""Trees: only what changed is written, the oldest is built upon, one rename shows it, and one goes back."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import publish_sample as sample
import pytest
from calling import call
from test_publish_build import publication_in, run, tree

from groundwire.config import Publication
from groundwire.errors import BuildError, NotFoundError
from groundwire.records import ArticleStatus
from groundwire.store import articles, forgetting
from groundwire.store.database import Database, open_database
from publish import printing
from publish.pages import FIXED, File
from publish.pipeline import rollback
from publish.site import Tree

SLUG = sample.sample().slug
QUIET = sample.earlier().slug


@pytest.fixture
def wire(tmp_path: Path) -> Publication:
    return publication_in(tmp_path)


@pytest.fixture
def filled(db: Database) -> Database:
    sample.fill(db)
    return db


def corrected(db: Database) -> None:
    with db.transaction():
        articles.correct(db, sample.sample().id, 1, sample.note())


def fresh(db: Database, publication: Publication, folder: Path, now: datetime = sample.DAY) -> dict[str, bytes]:
    """The site as it is when nothing was there before."""
    other = publication.model_copy(update={"root": folder})
    run(db, other, now)
    return tree(other.output / "site")


def test_an_article_that_did_not_change_is_not_read(filled: Database, wire: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    run(filled, wire)
    corrected(filled)
    read: list[str] = []
    whole = printing.Printing._whole

    def watched(self: printing.Printing, out: printing.Out) -> printing.Whole:
        read.append(out.slug)
        return whole(self, out)

    monkeypatch.setattr(printing.Printing, "_whole", watched)
    run(filled, wire)
    assert set(read) == {SLUG, QUIET}, "the one that changed, and the other for the feeds that list both"
    read.clear()
    run(filled, wire)
    assert read == []


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 5, 6])
def test_a_tree_built_on_an_old_one_is_what_a_fresh_one_is(filled: Database, wire: Publication, tmp_path: Path, steps: int) -> None:
    """Notes come, articles go and come back, the title turns: whatever came before, the same pages."""
    now = sample.DAY
    for step in range(steps):
        publication = publication_in(wire.root, title=f"Wire {step % 2}")
        with filled.transaction():
            if step in (1, 4):
                articles.correct(filled, sample.sample().id, 1, sample.note("correction" if step == 1 else "notice"))
            filled.execute("UPDATE articles SET status = ? WHERE slug = ?", ("held" if step in (2, 3) else "published", QUIET))
        now += timedelta(days=1)
        run(filled, publication, now)
    assert tree(wire.output / "site") == fresh(filled, publication, tmp_path / "fresh", now)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE threads SET title = 'Another title'",
        "UPDATE articles SET status = 'held' WHERE slug = 'the-queue-opened-in-spring'",
        "INSERT INTO forecasts (id, article_id, statement, made, due, wrong_if) SELECT 'f' || id, id, 'It opens.', published, modified, 'It does not.' FROM articles",
        "INSERT INTO copies SELECT id, (SELECT min(id) FROM records), 0.9, NULL, 'test' FROM records WHERE outlet = 'The Substation'",
    ],
)
def test_whatever_a_page_was_made_from_changes_it(filled: Database, wire: Publication, tmp_path: Path, change: str) -> None:
    run(filled, wire)
    filled.execute(change)
    run(filled, wire)
    assert tree(wire.output / "site") == fresh(filled, wire, tmp_path / "fresh")


def test_what_was_removed_on_demand_is_on_no_page_that_was_kept(filled: Database, wire: Publication, tmp_path: Path) -> None:
    run(filled, wire)
    with filled.transaction():
        forgetting.erase_sentences(filled, [f"{sample.sample().id}-1-4"])
        filled.execute("INSERT INTO forgotten VALUES ('p', 'https://a.example/', 'asked', '2026-06-03T00:00:00Z', '[]', NULL)")
    gone = [s.text for n, _, s in articles.numbered(sample.sample()) if n == 4]
    run(filled, wire)
    assert tree(wire.output / "site") == fresh(filled, wire, tmp_path / "fresh")
    assert not any(gone[0].encode() in content for content in tree(wire.output / "site").values())


def test_a_template_of_ones_own_changes_every_page_that_uses_it(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    own = wire.templates / "site"
    own.mkdir(parents=True)
    (own / "months.html").write_text('{% extends "base.html" %}{% block content %}<h1>All months</h1>{% endblock %}')
    run(filled, wire)
    assert "All months" in (wire.output / "site/archive/index.html").read_text()


def test_pages_that_did_not_change_keep_their_inode_and_time_through_many_builds(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    page = wire.output / f"site/articles/{QUIET}/evidence/index.html"
    before = page.stat()
    for n in range(5):
        with filled.transaction():
            note = sample.note()
            articles.correct(filled, sample.sample().id, 1, type(note)(note.at + timedelta(days=n), note.kind, f"{note.text} {n}"))
        run(filled, wire)
        after = page.stat()
        assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_page_that_somebody_removed_comes_back(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    whole = tree(wire.output / "site")
    (wire.output / f"site/articles/{QUIET}/article.md").unlink()
    corrected(filled)
    with pytest.raises(BuildError, match="makes every page anew"):
        run(filled, wire)
    run(filled, wire)
    assert tree(wire.output / "site").keys() == whole.keys()


def test_a_list_of_units_that_cannot_be_read_costs_a_full_build_and_nothing_else(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    whole = tree(wire.output / "site")
    list_of = next((wire.output / ".trees").glob("*.units"))
    for broken in (list_of.read_text().replace("{", "["), "x\ty\n", ""):
        list_of.write_text(broken)
        run(filled, wire)
        assert tree(wire.output / "site") == whole


def test_a_file_that_returns_to_old_words_gets_a_later_time(filled: Database, wire: Publication) -> None:
    times = []
    for title in ("One", "Two", "One", "Two", "One"):
        run(filled, publication_in(wire.root, title=title))
        times.append((wire.output / "site/about/index.html").stat().st_mtime)
    assert times == sorted(set(times))


def test_going_back_and_forward(filled: Database, wire: Publication) -> None:
    states = []
    for title in ("One", "Two", "Three"):
        run(filled, publication_in(wire.root, title=title))
        states.append(tree(wire.output / "site"))
    rollback(wire)
    assert tree(wire.output / "site") == states[1]
    rollback(wire)
    assert tree(wire.output / "site") == states[0]
    with pytest.raises(NotFoundError, match="no older tree"):
        rollback(wire)
    assert tree(wire.output / "site") == states[0]
    run(filled, publication_in(wire.root, title="Three"))
    assert tree(wire.output / "site") == states[2]
    rollback(wire)
    assert tree(wire.output / "site") == states[0], "what was live before the last build"


def test_rollback_on_the_command_line(tmp_path: Path) -> None:
    assert call(tmp_path, "rollback").exit_code == 2
    with_database = open_database(tmp_path / "groundwire.db")
    sample.fill(with_database)
    with_database.close()
    assert call(tmp_path, "build").exit_code == 0
    first = tree(tmp_path / "output/site")
    with_database = open_database(tmp_path / "groundwire.db")
    articles.move(with_database, sample.earlier().id, 1, ArticleStatus.HELD)
    with_database.close()
    assert call(tmp_path, "build").exit_code == 0
    assert tree(tmp_path / "output/site") != first
    done = call(tmp_path, "rollback")
    assert done.exit_code == 0 and os.readlink(tmp_path / "output/site").split("/")[-1] in done.stdout
    assert tree(tmp_path / "output/site") == first


@pytest.mark.parametrize("path", ["../escaped.html", "/escaped.html", "a/../../escaped.html", "a b.html", "a:b.html"])
def test_no_path_leaves_the_tree(tmp_path: Path, path: str) -> None:
    made = Tree(tmp_path / "output", "/", checked=False)
    with pytest.raises(BuildError, match="does not lie inside"):
        made.add(File(path, b"x", FIXED))
    assert not list(tmp_path.rglob("*escaped*"))


def test_files_of_the_day_change_only_with_their_content(filled: Database, wire: Publication) -> None:
    run(filled, wire, sample.DAY)
    site = wire.output / "site"
    before = os.readlink(site)
    news = (site / "news-sitemap.xml").read_text()
    assert SLUG in news and QUIET not in news
    run(filled, wire, sample.DAY + timedelta(hours=5))
    assert os.readlink(site) == before
    run(filled, wire, sample.DAY + timedelta(days=3))
    assert SLUG not in (site / "news-sitemap.xml").read_text()
    security = (site / ".well-known/security.txt").read_text()
    assert "Contact: mailto:desk@wire.example" in security and "Expires: 2027-01-01T00:00:00Z" in security
    assert os.readlink(site) != before
    assert not os.readlink(site).startswith("/")
