"""The preview: drafts in a folder of their own, marked, and never in the built site; pages that load themselves again."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import edition_sample
import publish_sample as sample
import pytest
from lxml import html

from groundwire.clock import Clock
from groundwire.config import Publication, Settings, Site
from groundwire.errors import NotFoundError
from groundwire.previewing import Preview, watched
from groundwire.serve import reloading
from groundwire.store.database import open_database
from publish.pages import POLICY

DRAFT = "articles/draft-1-a-draft-that-waits/index.html"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    db = open_database(tmp_path / "groundwire.db")
    edition_sample.fill(db)
    db.close()
    return tmp_path


def preview_of(root: Path) -> Preview:
    return Preview(lambda: Publication(root=root, settings=Settings(site=Site(title="Wire"))), root / "preview", Clock(sample.DAY))


def test_a_draft_is_shown_and_says_what_it_is(root: Path) -> None:
    preview = preview_of(root)
    preview.make(first=True)
    page = html.fromstring((preview.site / DRAFT).read_text())
    assert page.findtext(".//title").startswith("Draft: ")
    assert "its status is “held”: waits for an editor" in page.find_class("banner")[0].text_content()
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert "Draft: " in (preview.site / "index.html").read_text()
    assert all("Preview with drafts." in p.read_text() for p in preview.site.rglob("*.html"))


def test_the_built_site_has_no_draft_and_no_word_of_one(tmp_path: Path) -> None:
    site = edition_sample.built(tmp_path)
    texts = {p.relative_to(site).as_posix(): p.read_text(errors="replace") for p in site.rglob("*") if p.is_file()}
    assert not any("draft-" in path for path in texts)
    assert not any("a-draft-that-waits" in text or "Draft: " in text or "Preview with drafts" in text for text in texts.values())


def test_a_preview_changes_nothing_of_the_publication(root: Path) -> None:
    preview_of(root).make(first=True)
    assert {p.name for p in root.iterdir()} <= {"groundwire.db", "groundwire.db-wal", "groundwire.db-shm", "preview"}


def test_a_wrong_template_leaves_the_pages_and_is_named(root: Path) -> None:
    preview = preview_of(root)
    preview.make(first=True)
    good = preview.state()
    own = root / "templates/site"
    own.mkdir(parents=True)
    (own / "about.html").write_text("{% extends 'base.html' %}\n{% block content %}{% if %}{% endblock %}")
    preview.make()
    assert preview.state().startswith("!templates: about.html, line 2:")
    assert (preview.site / "about/index.html").is_file()
    (own / "about.html").write_text("{% extends 'base.html' %}{% block content %}<h1>Ours</h1>{% endblock %}")
    preview.make()
    assert preview.state() not in (good, "") and "<h1>Ours</h1>" in (preview.site / "about/index.html").read_text()


def test_without_a_database_there_is_nothing_to_show(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="groundwire run"):
        preview_of(tmp_path).make(first=True)


def test_a_change_counts_when_it_rests(root: Path) -> None:
    looks = iter([(("a", 1, 1),), (("a", 2, 2),), (("a", 3, 3),), (("a", 3, 3),), (("a", 3, 3),)])
    made, stop = [], Event()

    class Counted(Preview):
        def make(self, *, first: bool = False) -> None:
            made.append(first)

    def look() -> tuple[tuple[str, int, int], ...]:
        found = next(looks, None)
        if found is None:
            stop.set()
        return found or (("a", 3, 3),)

    Counted(lambda: pytest.fail("not asked"), root, Clock(sample.DAY)).follow(look, stop)
    assert made == [False]


def test_templates_and_settings_are_watched(root: Path) -> None:
    before = watched(root)
    (root / "groundwire.toml").write_text("[site]\n")
    with_settings = watched(root)
    (root / "templates").mkdir()
    (root / "templates/x.html").write_text("x")
    assert len({before, with_settings, watched(root)}) == 3


def test_a_page_loads_itself_again_by_one_script_that_its_policy_lets_in() -> None:
    escaped = POLICY.replace("'", "&#39;")
    page = f"<html><head><meta content=\"{escaped}\"/></head><body><p>script-src 'none' </body></p></body></html>".encode()
    shown = reloading(page).decode()
    assert "script-src &#39;self&#39;; connect-src &#39;self&#39;; base-uri" in shown and "<p>script-src 'none' </body></p>" in shown
    assert shown.endswith('<script src="/-/reload.js" defer=""></script>\n</body></html>')
    assert shown.count("<script") == 1
