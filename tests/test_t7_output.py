"""T7: whatever text arrives, in whatever field, adds no element, no attribute and no request, and every output stays valid."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import publish_sample as sample
import pytest
from lxml import etree, html
from outside import CORPUS, needs_corpus
from schema_checking import complaints

from groundwire import log
from groundwire.clock import to_text
from groundwire.config import Publication, Settings, Site
from groundwire.records import Article
from groundwire.store import articles
from groundwire.store.database import open_database
from publish import cards
from publish.look import Look
from publish.notes import Lineage
from publish.pipeline import build
from publish.views import ArticleView, article_view
from publish.views import Site as SiteView
from publish.wording import clean

SITE = SiteView(
    "W", "https://wire.example/pub/", "en", "ltr", ZoneInfo("UTC"), "autonomous", Look(), {}, None, None, None, False, frozenset(), {}
)
SLUG = sample.sample().slug
ADDRESS = "https://wire.example/pub/"
KEPT = frozenset(
    [
        "id",
        "slug",
        "thread_id",
        "form",
        "writer",
        "target",
        "record_id",
        "record_version",
        "start",
        "end",
        "quote",
        "rule",
        "value",
        "inputs",
        "relation",
        "theme",
        "status",
        "kind",
        "checks",
        "conflict",
        "unit",
        "currency",
        "models",
    ]
)
"""Fields that are no text from outside: identities, offsets, what must equal a record's own words."""

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
EVALUATED = re.compile(r'(?<![\d."])49(?![\d."])')
OWN = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='x", "]]>", "{{7*7}}{% raw %}", "\u202eevil\u2066", "\x00\x08\x1b",
    "</script><!--", "--><script>", "<?xml version='1.0'?>", "&#x3c;script&#x3e;", "&#0;", "\u2028\u2029", "\r\nSet-Cookie: a=b",
    "\nDisallow: /", "\tx", "[x](javascript:alert(1))", "![x](https://bad.example/x.png)", "<https://bad.example>", "$(id)", "=cmd|'/C calc'!A0",
)  # fmt: skip


def attacks() -> list[str]:
    """Every string of every file under fetched/attacks, and some of our own, each once."""
    found: list[str] = list(OWN)
    for path in sorted((CORPUS / "fetched" / "attacks").iterdir()) if CORPUS else []:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        found += list(strings(json.loads(text))) if path.suffix == ".json" and path.name != "index.json" else text.splitlines()
    storable = (text.encode("utf-8", "replace").decode() for text in found)
    return list(dict.fromkeys(storable))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        yield from strings(inner)


def attacked(value: Any, words: Iterator[str]) -> Any:
    """The value with the next attack behind every text that may come from outside."""
    if isinstance(value, (Enum, datetime)):
        return value
    if isinstance(value, str):
        return f"{value} {next(words)} x"
    if isinstance(value, tuple):
        return tuple(attacked(v, words) for v in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: attacked(getattr(value, f.name), words) for f in fields(value) if f.name not in KEPT})
    return value


def article(words: Iterator[str] | None) -> Article:
    sampled = sample.sample()
    shares = tuple(replace(s, layer=f"{s.layer} floor") for s in sampled.picture)
    plain = replace(
        sampled, layers=tuple(f"{name} floor" for name in sampled.layers), picture=shares
    )  # not of the lens, as attacked ones are
    if words is None:
        return plain
    bad: Article = attacked(plain, words)
    related = tuple(replace(r, headline=f"{r.headline} {next(words)} x", why=f"{next(words)} x") for r in plain.related)
    figures = tuple(replace(f, conflict=tuple(given(c, next(words)) for c in f.conflict)) for f in bad.figures)
    return replace(bad, figures=figures, related=related, steps=tuple((at, f"{next(words)} x", slug) for at, _, slug in plain.steps))


def given(conflict: str, word: str) -> str:
    """A value as others give it, "VALUE (NAMES)", with a word among the names; the value stays one that a chart can draw."""
    return f"{conflict.removesuffix(')')} {word.replace(' (', ' ')} x)"


def published(root: Path, words: Iterator[str] | None) -> Path:
    """A site whose every text carries the next of these words; the plain one without."""

    def said(text: str) -> str:
        return f"{text} {next(words)} x" if words else text

    with closing(open_database(None)) as db:
        sample.fill(db, sample.earlier(), article(words))
        with db.transaction():
            note = sample.note("correction")
            note = replace(note, text=said(note.text), was=said(note.was or ""), now_is=said(note.now_is or ""))
            articles.correct(db, sample.sample().id, 1, note)
            for record in sample.RECORDS.values():
                db.execute("UPDATE records SET title = ?, outlet = ? WHERE id = ?", (said(record.title), said(record.outlet), record.id))
            db.execute("UPDATE threads SET title = ?", (said("Osterby"),))
            for outcome in ("open", "held"):
                dates = {"made": to_text(sample.DAY), "due": to_text(sample.DAY)}
                texts = {"statement": said("It is built."), "wrong_if": said("none is"), "evidence": said("A filing.")}
                db.insert("forecasts", {"id": outcome, "article_id": sample.sample().id, "outcome": outcome} | dates | texts)
        look = {"notice": said("notice"), "license": re.sub(r"\s", "", said("https://wire.example/")), "word.Latest": said("Latest")}
        site = Site(
            title=said("Wire"),
            url=ADDRESS,
            contact="desk@wire.example",
            responsible=said("Desk"),
            look=look,
            reservation="tdm",
            llms_txt=True,
        )
        publication = Publication(root=root, settings=Settings(site=site))
        report = build(db, publication, sample.DAY, progress=log.silent)
    assert report.failures == ()
    return publication.output / "site"


def shape(page: Path) -> tuple[Counter[tuple[str, tuple[str, ...]]], list[str]]:
    """Every element with the names of its attributes, counted, and every address of a page; keywords may be more or fewer."""
    root = html.fromstring(page.read_bytes().decode())
    kept = [e for e in root.iter(etree.Element) if e.tag != "mark" and e.get("property") != "article:tag"]
    links = [re.sub(r"[?#].*", "", a) for e in kept for n, a in e.attrib.items() if n in ("href", "src")]
    return Counter((e.tag, tuple(sorted(e.attrib))) for e in kept), links


COUNTED_BY_OUTLET = ("sources/", "/history/")
"""Pages with a row for each outlet or each changed sentence, whose names the attacks make different."""


def files(site: Path) -> set[Path]:
    """Every file but the search index, whose files are named by hashes of what they hold."""
    return {p.relative_to(site) for p in site.rglob("*") if p.is_file() and "pagefind" not in p.relative_to(site).parts}


def compare(plain: Path, hostile: Path) -> None:
    paths = files(hostile)
    assert paths == files(plain)
    for path in sorted(paths):
        if path.suffix == ".html":
            (elements, links), (others, others_links) = shape(plain / path), shape(hostile / path)
            if any(part in f"{path.as_posix()}" for part in COUNTED_BY_OUTLET):
                assert set(others) <= set(elements), path
            else:
                assert others == elements, path
                assert others_links == links, path
        text = (hostile / path).read_bytes().decode("utf-8") if path.suffix != ".png" else ""
        assert not CONTROL.search(text), path


def validate(site: Path, schema: Any) -> None:
    """Every output by its own rules."""
    for path in site.rglob("*"):
        if path.suffix == ".xml":
            etree.fromstring(path.read_bytes())
        if path.suffix in (".json", ".webmanifest"):
            json.loads(path.read_bytes())
    for path in (*site.rglob("feed.xml"), site / "rss.xml"):
        parsed = feedparser.parse(path.read_bytes())
        assert parsed.bozo == 0, (path, parsed.get("bozo_exception"))
        assert all(e.get("id") and e.get("title") and e.get("link", "").startswith(ADDRESS) for e in parsed.entries), path
    for item in json.loads((site / "feed.json").read_text())["items"]:
        body = html.fragment_fromstring(item["content_html"], create_parent="div")
        assert {e.tag for e in body.iter(etree.Element)} <= {"div", "p", "em", "strong", "sup", "a", "h2", "h3"}
        assert all(a.get("href").startswith(f"{ADDRESS}articles/") for a in body.iter("a"))
    for path in site.rglob("article.json"):
        assert complaints(json.loads(path.read_bytes()), schema) == []
    for path in site.rglob("article.md"):
        markdown = path.read_text()
        assert not re.search(r"(?<!\\)<(?!https://[a-z-]+\.example/2026/)", markdown), path
        assert not re.search(r"(?<!\\)\]\(", markdown), path
    graph = json.loads(next(html.fromstring((site / f"articles/{SLUG}/index.html").read_text()).iter("script")).text)
    assert {str(g["@type"]) for g in graph["@graph"]} >= {"NewsArticle", "NewsMediaOrganization", "BreadcrumbList", "WebSite", "FAQPage"}


def lines(site: Path, name: str) -> list[str]:
    """What a file for hosts says, without the words that the publication's name brings."""
    return [re.split(r"[:#>(]", line)[0] for line in (site / name).read_text().splitlines()]


def attack(tmp_path: Path, words: Iterator[str]) -> None:
    plain, hostile = published(tmp_path / "plain", None), published(tmp_path / "hostile", words)
    compare(plain, hostile)
    validate(hostile, json.loads((hostile / "article.schema.json").read_text()))
    for name in ("robots.txt", "_headers", ".well-known/security.txt", "humans.txt"):
        assert len(lines(hostile, name)) == len(lines(plain, name)), name
    assert lines(hostile, "llms.txt")[0::7] == lines(plain, "llms.txt")[0::7] and len(lines(hostile, "llms.txt")) == len(
        lines(plain, "llms.txt")
    )


FIELDS = 150
"""Texts of the sample that carry an attack, about."""


@pytest.mark.parametrize("turn", range(3))
def test_t7_our_own_list_through_every_field(tmp_path: Path, turn: int) -> None:
    attack(tmp_path, islice(cycle(OWN), turn * 7, None))
    hostile = tmp_path / "hostile/output/site"
    assert not any(EVALUATED.search(p.read_text()) for p in hostile.rglob("*.html"))


@needs_corpus
def test_t7_a_part_of_the_lists(tmp_path: Path) -> None:
    found = attacks()
    attack(tmp_path, cycle(found[:: max(1, len(found) // FIELDS)]))


@pytest.mark.proof
@needs_corpus
def test_t7_every_attack_through_every_kind_of_field(tmp_path: Path) -> None:
    """Each attack meets several fields: the lists are turned by a step that has no factor in common with the fields."""
    found, sites = attacks(), 0
    for start in range(0, len(found), FIELDS // 2):
        attack(tmp_path / str(start), islice(cycle(found), start, None))
        sites += 1
    print(f"T7: {len(found)} attacks in {sites} sites, 0 new elements, attributes, addresses; every output valid")


def test_t7_a_card_shows_words_and_nothing_else() -> None:
    for text in OWN:
        drawer = cards.Cards(replace(SITE, title=clean(f"Wire {text}")), None)
        drawn = etree.fromstring(drawer.svg(_view(f"Power {text} was signed for")).encode())
        assert {etree.QName(e).localname for e in drawn.iter(etree.Element)} <= {"svg", "rect", "text"}
        assert {name for e in drawn.iter() for name in e.attrib} <= {
            "width",
            "height",
            "viewBox",
            "font-family",
            "fill",
            "x",
            "y",
            "font-size",
            "text-anchor",
        }


def _view(title: str) -> ArticleView:
    plain = sample.sample()
    bad = replace(plain, headline=replace(plain.headline, text=title))
    return article_view(bad, {r.id: r for r in sample.RECORDS.values()}, Lineage({}, {}), SITE)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.proof
@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")
def test_t7_a_browser_asks_nobody_else_and_runs_nothing(tmp_path: Path) -> None:
    sync = pytest.importorskip("playwright.sync_api")
    site = published(tmp_path, cycle(attacks()))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own, asked, trouble = f"http://127.0.0.1:{server.server_port}/", [], []
    with sync.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        pages = [p for p in sorted(site.rglob("*.html")) if p.name != "404.html"]
        for path in pages:
            page.goto(own + path.relative_to(site).as_posix())
        browser.close()
    server.shutdown()
    server.server_close()
    assert [url for url in asked if not url.startswith(own)] == [] and trouble == []
    print(f"T7: {len(pages)} pages in a browser, {len(asked)} requests, none elsewhere, no message")
