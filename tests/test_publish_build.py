"""The publish stage as a whole: what is built, that it is built again alike, and that readers never see a half site."""

from __future__ import annotations

import json
import os
import shutil
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import publish_sample as sample
import pytest

from groundwire import log
from groundwire.config import Gate, Publication, Settings, Site
from groundwire.errors import BuildError
from groundwire.records import ArticleStatus, Citation, SentenceKind, StageReport, Target
from groundwire.store import articles, failures
from groundwire.store.database import Database, open_database
from publish.pipeline import build

SLUG = sample.sample().slug
OF_THE_DAY = ("news-sitemap.xml", ".well-known/security.txt")
"""The files that are views of --now."""


def publication_in(folder: Path, **site: Any) -> Publication:
    known = {"title": "The Ground Wire", "url": "https://wire.example/pub/", "contact": "desk@wire.example"} | site
    return Publication(root=folder, settings=Settings(site=Site(**known)))


@pytest.fixture
def wire(tmp_path: Path) -> Publication:
    return publication_in(tmp_path)


@pytest.fixture
def filled(db: Database) -> Database:
    sample.fill(db)
    return db


def run(db: Database, publication: Publication, now: datetime = sample.DAY, **rest: Any) -> StageReport:
    return build(db, publication, now, progress=log.silent, **rest)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes, but for the search index: pagefind names its files by hashes that differ from run to run."""
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and "pagefind" not in p.relative_to(folder).parts)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def leftovers(output: Path) -> list[str]:
    """What lies in output/.trees beside whole trees with their manifests and the history."""
    names = {p.name for p in (output / ".trees").iterdir()}
    known = set((output / ".trees/history").read_text().split())
    strays = names - {"history"} - known - {f"{n}.units" for n in known}
    return sorted(strays) + sorted(p.name for p in output.iterdir() if p.name not in (".trees", "site"))


def test_every_page_of_the_interface_is_there(filled: Database, wire: Publication) -> None:
    report = run(filled, wire)
    found = set(tree(wire.output / "site"))
    article = f"articles/{SLUG}/"
    assert report.failures == ()
    assert found >= {
        *(article + name for name in ("index.html", "article.json", "article.md", "provenance.json", "evidence/index.html", "history/index.html")),
        *(f"{name}/index.html" for name in ("methodology", "corrections", "sources", "about", "ai-policy", "archive/2026-06", "threads/osterby-and-the-grid")),
        *("index.html", "404.html", "feed.xml", "rss.xml", "feed.json", "sitemap.xml", "robots.txt", "_headers", "static/style.css"),
    }  # fmt: skip


def test_the_live_site_is_a_relative_link(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    assert not os.readlink(wire.output / "site").startswith("/")
    moved = wire.output.with_name("moved")
    wire.output.rename(moved)
    assert (moved / "site/index.html").is_file()


def test_an_empty_publication_has_a_site(db: Database, wire: Publication) -> None:
    run(db, wire)
    assert b"Nothing has been published yet" in (wire.output / "site/index.html").read_bytes()


def test_two_publications_are_byte_identical_with_equal_times(tmp_path: Path) -> None:
    sites = []
    for name in ("a", "b"):
        database = open_database(None)
        order = (sample.earlier(), sample.sample()) if name == "a" else (sample.sample(), sample.earlier())
        sample.fill(database, *order)
        publication = publication_in(tmp_path / name)
        run(database, publication, sample.DAY if name == "a" else sample.DAY.replace(year=2027))
        site = publication.output / "site"
        made = {path: (content, (site / path).stat().st_mtime_ns) for path, content in tree(site).items()}
        sites.append({path: what for path, what in made.items() if path not in OF_THE_DAY})
        database.close()
    assert sites[0] == sites[1]


def test_nothing_new_means_no_new_tree(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    before = os.readlink(wire.output / "site")
    report = run(filled, wire)
    assert os.readlink(wire.output / "site") == before
    assert dict(report.counts)["files changed"] == 0
    assert leftovers(wire.output) == []


def test_a_rebuild_keeps_the_files_that_did_not_change(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    page = wire.output / "site/articles/the-queue-opened-in-spring/index.html"
    inode = page.stat().st_ino
    with filled.transaction():
        articles.correct(filled, sample.sample().id, 1, sample.note())
    report = run(filled, wire)
    assert page.stat().st_ino == inode
    assert 0 < dict(report.counts)["files changed"] < dict(report.counts)["files"]


def test_a_file_that_changes_gets_a_later_time(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    page = wire.output / f"site/articles/{SLUG}/index.html"
    before = page.stat().st_mtime
    run(filled, publication_in(wire.root, title="The Other Wire"))
    assert page.stat().st_mtime > before


def test_two_old_trees_are_kept(filled: Database, wire: Publication) -> None:
    names = []
    for title in ("One", "Two", "Three", "Four", "Two"):
        run(filled, publication_in(wire.root, title=title))
        names.append(Path(os.readlink(wire.output / "site")).name)
    assert (wire.output / ".trees/history").read_text().split() == [names[4], names[3], names[2]]
    assert leftovers(wire.output) == []


def test_an_article_whose_citation_does_not_resolve_is_left_out_and_named_once(filled: Database, wire: Publication) -> None:
    record = sample.RECORDS["Wafer Weekly"]
    filled.execute("UPDATE records SET text = replace(text, '$4.2', '$4.3') WHERE id = ?", (record.id,))
    first, second = run(filled, wire), run(filled, wire)
    assert [f.subject for f in first.failures] == [SLUG]
    assert record.id in first.failures[0].reason
    assert second.failures == ()
    assert not (wire.output / f"site/articles/{SLUG}").exists()
    assert SLUG.encode() not in b"".join(tree(wire.output / "site").values())
    filled.execute("UPDATE records SET text = replace(text, '$4.3', '$4.2') WHERE id = ?", (record.id,))
    run(filled, wire)
    assert (wire.output / f"site/articles/{SLUG}/index.html").is_file()
    assert failures.current(filled) == ()


def test_a_slug_that_is_no_slug_never_becomes_a_path(db: Database, wire: Publication) -> None:
    sample.fill(db, replace(sample.sample(), slug="../../escaped"))
    report = run(db, wire)
    assert "is no slug" in report.failures[0].reason
    assert not list(wire.root.rglob("*escaped*"))


def test_a_retracted_article_keeps_its_page_under_a_banner(filled: Database, wire: Publication, now: datetime) -> None:
    article = sample.sample()
    articles.move(filled, article.id, 1, ArticleStatus.RETRACTED)
    with filled.transaction():
        articles.review(filled, article, "retract", "R. Editor", "the filing was misread", now)
    run(filled, wire)
    site = wire.output / "site"
    page = (site / f"articles/{SLUG}/index.html").read_text()
    assert "by R. Editor: the filing was misread" in page and "noindex" in page
    assert "the filing was misread" in (site / "corrections/index.html").read_text()
    assert "900 megawatts" not in (site / "feed.xml").read_text()
    assert SLUG not in (site / "sitemap.xml").read_text()


def test_an_older_version_is_in_the_history_and_nowhere_else(filled: Database, wire: Publication) -> None:
    first = sample.sample()
    changed = sample.says("It was signed in May.", sample.passage(sample.RECORDS["Grid Ledger"], "the operator said on Monday"))
    second = replace(
        first, version=2, modified=sample.DAY.replace(day=5), so_far=(changed,), method=replace(first.method, changes=("One more record.",))
    )
    articles.add(filled, second, None)
    run(filled, wire)
    folder = wire.output / f"site/articles/{SLUG}"
    history = (folder / "history/index.html").read_text()
    assert "Version 2" in history and "Version 1" in history
    assert "<del>Capacity at Osterby has been contested since spring.</del>" in history and "<ins>It was signed in May.</ins>" in history
    assert "contested since spring" not in (folder / "index.html").read_text()
    assert json.loads((folder / "article.json").read_text())["version"] == 2


class Stop(BaseException):
    """The end of the process, as a test has it: nothing catches it."""


@pytest.mark.parametrize("moment", ["page written", "feeds written", "tree complete", "tree switched"])
@pytest.mark.parametrize("nth", [1, 7])
def test_a_build_stopped_at_any_event_is_healed_by_the_next(
    filled: Database, wire: Publication, monkeypatch: pytest.MonkeyPatch, moment: str, nth: int
) -> None:
    run(filled, wire)
    old = tree(wire.output / "site")
    with filled.transaction():
        articles.correct(filled, sample.sample().id, 1, sample.note())
    seen = 0

    def stop(name: str, **fields: object) -> None:
        nonlocal seen
        seen += name == moment
        if name == moment and seen == (nth if moment == "page written" else 1):
            raise Stop

    with monkeypatch.context() as patched:
        patched.setattr(log, "event", stop)
        with pytest.raises(Stop):
            run(filled, wire)
    whole = tree(wire.output / "site")
    report = run(filled, wire)
    new = tree(wire.output / "site")
    assert whole == (new if moment == "tree switched" else old)
    assert new != old
    assert leftovers(wire.output) == []
    assert report.failures == ()


def test_a_tree_that_fails_its_checks_leaves_the_live_one(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    before = tree(wire.output / "site")
    own = wire.templates / "site"
    own.mkdir(parents=True)
    (own / "about.html").write_text(
        '{% extends "base.html" %}{% block content %}<h1>About</h1><a href="../gone/index.html">x</a>{% endblock %}'
    )
    with pytest.raises(BuildError, match=r"about/index\.html: links to gone/index.html"):
        run(filled, wire)
    assert tree(wire.output / "site") == before
    shutil.rmtree(own)
    run(filled, wire)
    assert tree(wire.output / "site") == before


def test_a_plain_folder_in_place_of_the_link_is_not_touched(filled: Database, wire: Publication) -> None:
    (wire.output / "site").mkdir(parents=True)
    with pytest.raises(BuildError, match="is no link"):
        run(filled, wire)


def test_a_reader_never_misses_a_page(filled: Database, wire: Publication) -> None:
    run(filled, wire)
    stop = threading.Event()
    trouble: list[str] = []
    reads = 0

    def read() -> None:
        nonlocal reads
        page = wire.output / f"site/articles/{SLUG}/index.html"
        while not stop.is_set():
            try:
                content = page.read_bytes()
            except OSError as error:
                trouble.append(str(error))
                continue
            reads += 1
            if not content.rstrip().endswith(b"</html>"):
                trouble.append("torn")

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for i in range(15):
            run(filled, publication_in(wire.root, title=f"Wire {i % 4}"))
    finally:
        stop.set()
        reader.join()
    assert trouble == []
    assert reads > 15


def test_a_mirror_holds_the_site_and_leaves_the_rest_alone(filled: Database, wire: Publication, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    run(filled, wire, to=folder)
    site = tree(wire.output / "site")
    assert {p: c for p, c in tree(folder).items() if p != ".groundwire-site"} == site
    (folder / "CNAME").write_text("wire.example")
    articles.move(filled, sample.earlier().id, 1, ArticleStatus.HELD)
    run(filled, wire, to=folder)
    mirrored = tree(folder)
    assert mirrored.pop("CNAME") == b"wire.example" and mirrored.pop(".groundwire-site")
    assert mirrored == tree(wire.output / "site")
    assert not (folder / "articles/the-queue-opened-in-spring").exists()


def test_a_mirror_refuses_a_folder_of_others(filled: Database, wire: Publication, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    with pytest.raises(BuildError, match="neither empty"):
        run(filled, wire, to=folder)
    assert [p.name for p in folder.iterdir()] == ["letter.txt"]


def test_a_mirror_does_not_follow_a_link_out_of_its_folder(filled: Database, wire: Publication, tmp_path: Path) -> None:
    folder, outside = tmp_path / "plain", tmp_path / "outside"
    outside.mkdir()
    run(filled, wire, to=folder)
    shutil.rmtree(folder / "static")
    (folder / "static").symlink_to(outside)
    with pytest.raises(BuildError, match="lies outside"):
        run(filled, wire, to=folder)
    assert list(outside.iterdir()) == []


def test_the_notice_stands_on_every_page(filled: Database, wire: Publication) -> None:
    run(filled, publication_in(wire.root, look={"notice": "Every company here is invented."}))
    pages = {path: content for path, content in tree(wire.output / "site").items() if path.endswith(".html")}
    assert [path for path, content in pages.items() if b"Every company here is invented." not in content] == []


@pytest.mark.parametrize(
    ("policy", "words"), [("autonomous", "without an editor"), ("review", "waits for an editor"), ("mixed", "wait for an editor")]
)
def test_the_policy_is_stated(filled: Database, tmp_path: Path, policy: str, words: str) -> None:
    publication = Publication(root=tmp_path, settings=Settings(gate=Gate(policy=policy)))  # type: ignore[arg-type]
    run(filled, publication)
    assert words in (publication.output / "site/ai-policy/index.html").read_text()


def test_a_reference_is_proved_against_the_lens(db: Database, wire: Publication) -> None:
    row = Citation(Target.REFERENCE, rule="a-plant", value="1000")
    sample.fill(db, replace(sample.sample(), so_far=(sample.says("That is a plant of 1,000 megawatts.", row, kind=SentenceKind.MEASURE),)))
    assert "there is no reference row" in run(db, wire).failures[0].reason
    lens = wire.templates / "lenses"
    lens.mkdir(parents=True)
    (lens / "ai-stack.toml").write_text('[[reference]]\nkey = "a-plant"\nvalue = 1000\n')
    run(db, wire)
    assert "§" in (wire.output / f"site/articles/{SLUG}/index.html").read_text()
