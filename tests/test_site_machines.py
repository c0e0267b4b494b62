"""What other programs read: feeds with every member that their formats want, JSON-LD, sitemaps, reservation, data with its schema, search, cards."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import feedparser
import publish_sample as sample
import pytest
from lxml import etree, html
from schema_checking import complaints
from test_publish_build import publication_in, run, tree

from groundwire.config import Gate, Publication, Settings, Site
from groundwire.errors import BuildError
from groundwire.records import ArticleStatus, text_sha256
from groundwire.store import articles
from groundwire.store.articles import reader_text
from groundwire.store.database import Database
from publish import cards, search
from publish.check import inspect
from publish.machines import expiry, news

URL = "https://wire.example/pub/"
SLUG = sample.sample().slug
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ("feed.xml", "threads/osterby-and-the-grid/feed.xml", "stack/energy/feed.xml", "stack/chip/feed.xml", "corrections/feed.xml")


@pytest.fixture
def site(db: Database, tmp_path: Path) -> Path:
    return built(db, tmp_path)


def built(db: Database, root: Path, **settings: Any) -> Path:
    sample.fill(db)
    with db.transaction():
        articles.correct(db, sample.sample().id, 1, sample.note("correction"))
    return again(db, root, **settings)


def again(db: Database, root: Path, **settings: Any) -> Path:
    publication = publication_in(root, **settings)
    run(db, publication)
    return publication.output / "site"


def graph(site: Path, path: str) -> dict[str, Any]:
    scripts = list(html.fromstring((site / path).read_text()).iter("script"))
    assert len(scripts) == 1 and scripts[0].get("type") == "application/ld+json"
    return {str(g["@type"]): g for g in json.loads(scripts[0].text)["@graph"]}


@pytest.mark.parametrize("name", FEEDS)
def test_atom_feeds_have_every_member(site: Path, name: str) -> None:
    root = etree.fromstring((site / name).read_bytes())
    for member in ("id", "title", "updated", "author"):
        assert root.find(ATOM + member) is not None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == URL + name and links["alternate"].startswith(URL)
    parsed = feedparser.parse((site / name).read_bytes())
    assert parsed.bozo == 0 and parsed.entries
    assert len({e.id for e in parsed.entries}) == len(parsed.entries)
    for entry in parsed.entries:
        assert entry.id.startswith("tag:wire.example,") and entry.title and entry.updated and entry.published and entry.summary
        assert entry.content[0].value and entry.link.startswith(URL)
    assert parsed.feed.updated == max(e.updated for e in parsed.entries)


def test_a_feed_of_articles_leads_to_their_sources_and_has_their_words(site: Path) -> None:
    entry = feedparser.parse((site / "feed.xml").read_bytes()).entries[0]
    related = {link.href for link in entry.links if link.rel == "related"}
    assert related == {r.url for o, r in sample.RECORDS.items() if o != "Wire Copy"}
    assert "A model can be retrained next quarter" in entry.content[0].value and "No editor has reviewed it." in entry.summary


def test_rss_and_json_feed_say_the_same(site: Path) -> None:
    rss, atom = (feedparser.parse((site / name).read_bytes()) for name in ("rss.xml", "feed.xml"))
    feed = json.loads((site / "feed.json").read_text())
    assert rss.bozo == 0
    assert [e.id for e in rss.entries] == [e.id for e in atom.entries] == [i["id"] for i in feed["items"]]
    assert [e.content[0].value for e in rss.entries] == [i["content_html"].strip() for i in feed["items"]]
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["feed_url"] == f"{URL}feed.json" and feed["home_page_url"] == URL
    wanted = {"id", "url", "title", "content_html", "summary", "date_published", "date_modified", "authors", "tags", "language", "_ai"}
    assert all(wanted <= set(item) for item in feed["items"])


def test_a_correction_is_in_its_feed_and_lifts_its_article(site: Path) -> None:
    correction = feedparser.parse((site / "corrections/feed.xml").read_bytes()).entries[0]
    assert correction.title.startswith("Correction: ") and "850 megawatts" in correction.content[0].value
    entry = next(e for e in feedparser.parse((site / "feed.xml").read_bytes()).entries if e.link.endswith(f"{SLUG}/"))
    assert entry.updated == correction.updated > entry.published


ARTICLE_MEMBERS = (
    "headline description datePublished dateModified author publisher mainEntityOfPage inLanguage articleSection keywords wordCount isAccessibleForFree "
    "copyrightHolder isBasedOn citation digitalSourceType backstory publishingPrinciples correction version archivedAt abstract creditText"
)
ORGANISATION_MEMBERS = (
    "ethicsPolicy correctionsPolicy verificationFactCheckingPolicy actionableFeedbackPolicy missionCoveragePrioritiesPolicy ownershipFundingInfo "
    "unnamedSourcesPolicy noBylinesPolicy diversityPolicy masthead foundingDate logo contactPoint publishingPrinciples"
)


def test_json_ld_of_an_article_has_every_member(site: Path) -> None:
    found = graph(site, f"articles/{SLUG}/index.html")
    article = found["NewsArticle"]
    assert set(ARTICLE_MEMBERS.split()) <= set(article)
    assert set(ORGANISATION_MEMBERS.split()) <= set(found["NewsMediaOrganization"])
    assert {"WebSite", "BreadcrumbList", "FAQPage"} <= set(found)
    assert all({"@type", "url", "name", "publisher", "datePublished"} <= set(work) for work in article["isBasedOn"])
    assert [c["@type"] for c in article["correction"]] == ["CorrectionComment"]
    assert all(datetime.fromisoformat(article[name]).tzinfo for name in ("datePublished", "dateModified"))
    assert "SoftwareApplication" not in json.dumps(found)


def test_every_policy_that_is_named_is_a_page(site: Path) -> None:
    for value in graph(site, "index.html")["NewsMediaOrganization"].values():
        if isinstance(value, str) and value.startswith(URL) and "#" not in value:
            assert (site / value.removeprefix(URL) / "index.html").is_file(), value


@pytest.mark.parametrize("path", ["index.html", "archive/2026-06/index.html", "threads/osterby-and-the-grid/index.html"])
def test_pages_that_list_articles_say_which(site: Path, path: str) -> None:
    items = graph(site, path)["ItemList"]["itemListElement"]
    assert [i["position"] for i in items] == list(range(1, len(items) + 1))
    assert items[0]["url"] == f"{URL}articles/{SLUG}/"


def test_open_graph(site: Path) -> None:
    metas = html.fromstring((site / f"articles/{SLUG}/index.html").read_text()).iter("meta")
    found = {m.get("property") or m.get("name"): m.get("content") for m in metas}
    wanted = "og:type og:title og:description og:url og:site_name og:locale article:published_time article:modified_time article:section article:tag article:author"
    assert set(wanted.split()) <= set(found) and found["og:type"] == "article" and found["og:url"] == f"{URL}articles/{SLUG}/"
    assert found["og:description"].startswith("Written by software")


def test_every_page_that_may_be_found_is_in_the_sitemap(site: Path) -> None:
    places = {loc.text for loc in etree.fromstring((site / "sitemap.xml").read_bytes()).iter("{*}loc")}
    found = set()
    for path in site.rglob("index.html"):
        robots = next(m.get("content") for m in html.fromstring(path.read_text()).iter("meta") if m.get("name") == "robots")
        if "noindex" not in robots:
            found.add(URL + path.relative_to(site).as_posix().removesuffix("index.html"))
    assert places == found


def test_a_sitemap_of_very_many_is_an_index(site: Path, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publish.machines.IN_SITEMAP", 4)
    other = again(db, tmp_path / "other")
    parts = [loc.text for loc in etree.fromstring((other / "sitemap.xml").read_bytes()).iter("{*}loc")]
    assert len(parts) > 1
    places = [loc.text for part in parts for loc in etree.fromstring((other / part.removeprefix(URL)).read_bytes()).iter("{*}loc")]
    assert places == [loc.text for loc in etree.fromstring((site / "sitemap.xml").read_bytes()).iter("{*}loc")]


def test_the_news_sitemap_holds_two_days(db: Database, tmp_path: Path) -> None:
    sample.fill(db)
    publication = publication_in(tmp_path)
    for days, there in ((0, True), (1.9, True), (2.1, False)):
        run(db, publication, sample.DAY + timedelta(days=days))
        text = (publication.output / "site/news-sitemap.xml").read_text()
        assert (SLUG in text) is there
    assert news([], sample.DAY) == []


def test_security_txt_expires_between_half_a_year_and_a_year_ahead() -> None:
    day = datetime(2026, 1, 1, tzinfo=sample.DAY.tzinfo)
    for n in range(800):
        now = day + timedelta(days=n)
        assert timedelta(days=180) <= expiry(now) - now <= timedelta(days=366)


def test_rights_are_reserved_by_one_setting(db: Database, tmp_path: Path) -> None:
    site = built(db, tmp_path / "a", reservation="tdm")
    assert json.loads((site / ".well-known/tdmrep.json").read_text()) == [
        {"location": "/pub/*", "tdm-reservation": 1, "tdm-policy": f"{URL}ai-policy/"}
    ]
    assert "ai-train=no" in (site / "robots.txt").read_text() and "tdm-reservation: 1" in (site / "_headers").read_text()
    assert all('name="tdm-reservation" content="1"' in p.read_text() for p in site.rglob("*.html"))
    open_site = again(db, tmp_path / "b")
    assert not (open_site / ".well-known/tdmrep.json").exists()
    assert not any(
        b"tdm-reservation" in content for path, content in tree(open_site).items() if path.endswith((".html", "_headers", ".txt"))
    )


def test_what_is_not_asked_for_is_not_there(db: Database, tmp_path: Path) -> None:
    sample.fill(db)
    bare = again(db, tmp_path / "a", contact=None)
    assert not (bare / ".well-known").exists() and not (bare / "llms.txt").exists()
    full = again(db, tmp_path / "b", llms_txt=True)
    assert f"]({URL}articles/{SLUG}/article.md): " in (full / "llms.txt").read_text()


def test_article_json_is_as_its_schema_says(site: Path) -> None:
    schema = json.loads((site / "article.schema.json").read_text())
    for path in site.rglob("article.json"):
        article = json.loads(path.read_text())
        assert complaints(article, schema) == []
        assert complaints({k: v for k, v in article.items() if k != "slug"}, schema) == [": slug is not there"]


def test_hashes_can_be_checked_by_anyone(site: Path) -> None:
    said = json.loads((site / f"articles/{SLUG}/provenance.json").read_text())
    assert said["text_sha256"] == text_sha256(reader_text(sample.sample()))
    texts = {r.id: r.text for r in sample.RECORDS.values()}
    assert all(r["text_sha256"] == text_sha256(texts[r["record"]]) for r in said["records"]) and len(said["records"]) == 5


def test_a_retracted_article_is_offered_to_nobody(db: Database, tmp_path: Path) -> None:
    sample.fill(db)
    articles.move(db, sample.sample().id, 1, ArticleStatus.RETRACTED)
    site = again(db, tmp_path, llms_txt=True)
    for name in ("sitemap.xml", "news-sitemap.xml", "llms.txt"):
        assert SLUG not in (site / name).read_text()
    for name in ("feed.xml", "threads/osterby-and-the-grid/feed.xml"):
        assert "Retracted: " in (site / name).read_text() and "900 megawatts at the" not in (site / name).read_text()


def test_links_start_nowhere_but_at_the_page(site: Path) -> None:
    """A site under a path can be moved: only 404.html, which stands for any address, knows where it lies."""
    for path in site.rglob("*.html"):
        links = [
            e.get(n) for e in html.fromstring(path.read_text()).iter() for n in ("href", "src") if e.get(n) and e.get("rel") != "canonical"
        ]
        rooted = [link for link in links if link.startswith("/")]
        assert rooted == [] or (path.name == "404.html" and all(link.startswith("/pub/") for link in rooted))


@pytest.mark.parametrize(
    ("path", "content", "cause"),
    [
        ("feed.xml", '<feed xmlns="http://www.w3.org/2005/Atom"><id>a</id><title>t</title></feed>', "updated"),
        ("a/feed.xml", '<feed xmlns="http://www.w3.org/2005/Atom"><id>a</id><title>t</title><updated>u</updated><entry><id>e</id></entry></feed>', "title"),
        ("rss.xml", "<rss><channel><title>t</title><link>l</link></channel></rss>", "description"),
        ("sitemap.xml", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url/></urlset>', "loc"),
        ("feed.json", '{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"url": "u"}]}', "id"),
    ],
)  # fmt: skip
def test_a_feed_without_a_member_is_refused(path: str, content: str, cause: str) -> None:
    with pytest.raises(BuildError, match=rf"{path}: .*{cause}"):
        inspect(path, content.encode())


@pytest.mark.skipif(not cards.available(), reason="the extra `cards` is not installed")
def test_cards(site: Path, db: Database, tmp_path: Path) -> None:
    png = (site / f"articles/{SLUG}/card.png").read_bytes()
    assert png.startswith(b"\x89PNG") and len(png) > 5_000
    assert (again(db, tmp_path / "b") / f"articles/{SLUG}/card.png").read_bytes() == png
    assert graph(site, f"articles/{SLUG}/index.html")["NewsArticle"]["image"][0]["url"].endswith("card.png")


@pytest.mark.skipif(cards.available(), reason="the extra `cards` is installed")
def test_without_the_extra_there_are_no_cards(site: Path) -> None:
    assert not list(site.rglob("*.png")) and "image" not in graph(site, f"articles/{SLUG}/index.html")["NewsArticle"]
    assert "og:image" not in (site / f"articles/{SLUG}/index.html").read_text()


@pytest.mark.skipif(not search.available(), reason="the extra `search` is not installed")
def test_search(site: Path, db: Database, tmp_path: Path) -> None:
    assert (site / "search/index.html").is_file() and (site / "pagefind/pagefind.js").is_file()
    assert "'self' 'wasm-unsafe-eval'" in unescape((site / "search/index.html").read_text())
    assert "wasm-unsafe-eval" not in (site / "index.html").read_text()
    other = again(db, tmp_path / "b")
    assert {p: c for p, c in tree(other).items() if p.startswith("pagefind/")} == {
        p: c for p, c in tree(site).items() if p.startswith("pagefind/")
    }


@pytest.mark.skipif(search.available(), reason="the extra `search` is installed")
def test_without_the_extra_there_is_no_search(site: Path) -> None:
    assert not (site / "search").exists() and not any(b"search/" in c for p, c in tree(site).items() if p.endswith(".html"))


def test_the_source_type_is_the_writers(db: Database, tmp_path: Path) -> None:
    reviewed = replace(sample.earlier(), related=())
    sample.fill(db, reviewed)
    site = again(db, tmp_path)
    article = next(g for k, g in graph(site, f"articles/{reviewed.slug}/index.html").items() if "NewsArticle" in k)
    assert article["@type"] == ["NewsArticle", "AnalysisNewsArticle"]
    assert article["digitalSourceType"].endswith("/TrainedAlgorithmicMediaDigitalSource"), "also when a person reviewed it"
    assert article["editor"] == {"@type": "Person", "name": "R. Editor"} and "maker/two" in article["creditText"]


def test_headers_carry_the_policy_of_the_pages(db: Database, tmp_path: Path) -> None:
    sample.fill(db)
    publication = Publication(root=tmp_path, settings=Settings(site=Site(url=URL), gate=Gate()))
    run(db, publication)
    site = publication.output / "site"
    policy = re.search(r"Content-Security-Policy: (.*)", (site / "_headers").read_text())
    assert policy and f'content="{policy[1]}"'.replace("'", "&#39;") in (site / "index.html").read_text()
