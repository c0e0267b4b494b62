"""What stands in pages, feeds and data: proofs beside sentences, exact keys, and nothing that outside text could add."""

from __future__ import annotations

import html as html_words
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import feedparser
import publish_sample as sample
import pytest
from lxml import etree, html

from groundwire import log
from groundwire.config import Publication, Settings, Site
from groundwire.records import Article, Citation, Section, SentenceKind, Target, text_sha256
from groundwire.store import articles
from groundwire.store.database import Database, open_database
from publish.pages import POLICY, SEARCH_POLICY
from publish.pipeline import build
from publish.wording import at_passage

SLUG = sample.sample().slug
HOSTILE = (
    '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='x", "]]>", "{{7*7}}{% raw %}", "\u202eevil\u2066", "\x00\x08\x1b",
    "</script><!--", "javascript:alert(1)", "&lt;b&gt;&amp;", "[x](https://bad.example)", "\u2028line", "\U000e0041tag", "<svg/onload=x>", "https://bad.example/",
)  # fmt: skip


def words_of(text: str) -> list[str]:
    return text.split()


def site_of(db: Database, root: Path, **site: Any) -> Path:
    known = {"title": "The Ground Wire", "url": "https://wire.example/pub/", "contact": "desk@wire.example"} | site
    publication = Publication(root=root, settings=Settings(site=Site(**known)))
    report = build(db, publication, sample.DAY, progress=log.silent)
    assert report.failures == ()
    return publication.output / "site"


@pytest.fixture
def built(db: Database, tmp_path: Path) -> Path:
    sample.fill(db)
    return site_of(db, tmp_path)


def page(site: Path, path: str = f"articles/{SLUG}/index.html") -> Any:
    return html.fromstring((site / path).read_text(encoding="utf-8"))


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def data(site: Path, name: str = "article.json") -> Any:
    return json.loads((site / f"articles/{SLUG}/{name}").read_text())


def test_markers_are_numbered_in_reading_order_and_open_their_evidence(built: Path) -> None:
    root = page(built)
    buttons = [b for b in root.iter("button") if b.get("class") == "cite" and not b.get("id").startswith("f-")]
    numbers = [int(re.sub(r"\D", "", b.text)) for b in buttons]
    order = list(dict.fromkeys(numbers))
    body = [n for n in order if n != 1]
    assert body == sorted(body)
    for button in root.iter("button"):
        assert root.get_element_by_id(button.get("popovertarget")).get("popover") is not None


def test_every_sentence_of_the_article_looks_its_kind(built: Path) -> None:
    root = page(built)
    inference = next(e for e in root.iter("span") if "inference" in e.get("class", "").split() and e.get("id"))
    assert "◇" in inference.text_content() and "Inference:" in inference.text_content()
    measure = [e for e in root.iter("span") if "measure" in e.get("class", "").split() and e.get("id")]
    assert all("=" in e.text_content() for e in measure) and len(measure) == 2
    assert any("frame" in e.get("class", "").split() for e in root.iter("span"))


def test_a_passage_is_whole_sentences_with_the_cited_words_marked(built: Path) -> None:
    root = page(built)
    marker = next(b for b in root.iter("button") if b.getparent().getparent() is not None and "history." in (b.getparent().text or ""))
    note = root.get_element_by_id(marker.get("popovertarget"))
    quote = next(note.iter("blockquote"))
    assert quote.text_content().strip().startswith("Memory maker Corvane will supply")
    assert [m.text for m in quote.iter("mark")] == ["$4.2 billion"]
    assert "one source" in note.text_content()


def test_a_calculation_is_readable_with_its_inputs(built: Path) -> None:
    note = next(e for e in page(built).iter("div") if "= $400 million" in e.text_content() and e.get("popover") is not None)
    text = note.text_content()
    assert (
        "the first less the second" in text and "$4.6 billion" in text and "Northern Business" in text and "2 independent sources" in text
    )


def test_copies_are_not_independent(built: Path) -> None:
    cited = [c for s in data(built)["sections"][0]["sentences"] for c in s["citations"]]
    assert {c["outlet"]: c["independent"] for c in cited} == {"Grid Ledger": 1, "The Substation": 1}


@pytest.mark.parametrize(
    ("owners", "independent"), [("", 2), ('["Wafer Weekly"]\nowner = "One House"\n["Northern Business"]\nowner = "One House"\n', 1)]
)
def test_outlets_of_one_owner_are_one_source(db: Database, tmp_path: Path, owners: str, independent: int) -> None:
    (tmp_path / "outlets.toml").write_text(owners)
    sample.fill(db)
    cited = [c for s in data(site_of(db, tmp_path))["sections"][1]["sentences"] for c in s["citations"] if c["target"] == "calculation"]
    assert [c["independent"] for c in cited] == [independent]


def test_no_page_shows_more_of_a_record_than_allowed(db: Database, tmp_path: Path) -> None:
    text = " ".join(
        f"Sentence number {i} of the long report says that plant {i} will be built with many more words than one would want to read here."
        for i in range(30)
    )
    record = sample.record_of("Long Paper", text)
    spans = [m.span() for m in re.finditer(r"Sentence.*?here\.", text)]
    quotes = tuple(Citation(Target.PASSAGE, record.id, 1, a, b, text[a:b]) for a, b in spans)
    three = Citation(Target.PASSAGE, record.id, 1, spans[0][0], spans[2][1], text[: spans[2][1]])
    article = replace(
        sample.sample(),
        so_far=(sample.says("Plant 2 will be built.", three), *(sample.says(f"Plant {i} will be built.", q) for i, q in enumerate(quotes))),
    )
    sample.store_record(db, record)
    sample.fill(db, article)
    site = site_of(db, tmp_path)
    for path in (f"articles/{SLUG}/index.html", f"articles/{SLUG}/evidence/index.html"):
        shown = [q.text_content() for q in page(site, path).iter("blockquote") if "long report" in q.text_content()]
        assert 100 < sum(len(q.split()) for q in shown) <= 205
        assert all(q.count("Sentence number") <= 2 for q in shown)


def test_the_disclosure_stands_above_the_text_in_numbers(built: Path) -> None:
    text = (built / f"articles/{SLUG}/index.html").read_text()
    words = " ".join(html.fromstring(text).find_class("disclosure")[0].text_content().split())
    assert words.startswith("Written by software without a language model from 6 source records (5 independent).")
    assert "11 of 11 reported claims carry evidence that was checked. No editor has reviewed it." in words
    assert "published without an editor" in words
    assert text.index('class="disclosure"') < text.index('class="body"')


def test_a_reviewed_article_by_a_model_says_so(built: Path) -> None:
    words = page(built, "articles/the-queue-opened-in-spring/index.html").find_class("disclosure")[0].text_content()
    assert "language models (maker/one, maker/two)" in words and "Reviewed before publication by R. Editor." in words


def test_the_picture_has_title_description_and_table(built: Path) -> None:
    root = page(built)
    svg = next(root.iter("svg"))
    ids = svg.get("aria-labelledby").split()
    assert svg.get("role") == "img" and "Models 58% of coverage and 5% of commitments" in root.get_element_by_id(ids[1]).text
    assert [r.findtext("th") for r in root.find_class("scroll")[0].iter("tr")][1:] == [
        "Applications",
        "Models",
        "Infrastructure",
        "Chips",
        "Energy",
    ]


def test_where_sources_differ_both_values_stand(built: Path) -> None:
    assert re.search(r"Sources differ:\s*\$4\.6 billion \(Northern Business\)", page(built).find_class("ledger")[0].text_content())


def test_corrections_stand_at_the_top_and_in_the_log(db: Database, tmp_path: Path) -> None:
    sample.fill(db)
    with db.transaction():
        articles.correct(db, sample.sample().id, 1, sample.note())
    site = site_of(db, tmp_path)
    text = (site / f"articles/{SLUG}/index.html").read_text()
    assert text.index("has changed since it was read") < text.index('class="body"')
    assert "<del>900 megawatts</del>" in (site / "corrections/index.html").read_text()


def test_only_articles_that_are_there_are_linked(built: Path) -> None:
    assert "a-slug-that-is-not-there" not in "".join(p.read_text(errors="replace") for p in built.rglob("*") if p.is_file())


def test_article_json_has_the_documented_keys(built: Path) -> None:
    found = data(built)
    assert set(found) == set(
        words_of(
            "id slug url version status writer form headline dek layers thread published modified disclosure sections figures questions so_far related "
            "forecasts corrections method"
        )
    )
    sentence = found["sections"][1]["sentences"][0]
    assert set(sentence) == {"n", "kind", "text", "verdict", "citations"}
    assert set(sentence["citations"][0]) == set(
        words_of("target record record_version start end quote outlet url published independent rule inputs")
    )
    assert set(found["figures"][0]) == set(words_of("value unit currency entity measure period as_of hedge outlets conflict"))
    assert set(found["method"]) == set(words_of("records independent first last copies writer models checks removed reviewed_by"))
    assert set(found["questions"][0]) == {"question", "sentences"} and set(found["related"][0]) == {"relation", "slug", "why"}
    numbers = {n: s.text for n, _, s in articles.numbered(sample.sample())}
    assert all(numbers[s["n"]] == s["text"] for section in found["sections"] for s in section["sentences"])


def test_quotes_in_article_json_are_where_they_say(built: Path) -> None:
    texts = {r.id: r.text for r in sample.RECORDS.values()}
    cited = [c for section in data(built)["sections"] for s in section["sentences"] for c in s["citations"] if c["target"] == "passage"]
    assert cited
    assert all(texts[c["record"]][c["start"] : c["end"]] == c["quote"] for c in cited)


def test_provenance_holds_the_hashes(built: Path) -> None:
    found = data(built, "provenance.json")
    assert found["text_sha256"] == text_sha256(articles.reader_text(sample.sample()))
    assert {r["text_sha256"] for r in found["records"]} <= {text_sha256(t) for t in sample.TEXTS.values()}


def test_markdown_has_a_footnote_for_every_marker(built: Path) -> None:
    text = (built / f"articles/{SLUG}/article.md").read_text()
    assert set(re.findall(r"\[\^(\d+)\](?!:)", text)) == set(re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE))


def test_json_ld_says_what_it_is(built: Path) -> None:
    scripts = list(page(built).iter("script"))
    assert len(scripts) == 1
    graph = {str(g["@type"]): g for g in json.loads(scripts[0].text)["@graph"]}
    article = graph["NewsArticle"]
    assert article["digitalSourceType"] == "https://schema.org/AlgorithmicMediaDigitalSource"
    assert len(article["isBasedOn"]) == len(article["citation"]) == 5 and article["backstory"] and article["publishingPrinciples"]
    assert article["author"]["@type"] == "Organization"
    assert [q["name"] for q in graph["FAQPage"]["mainEntity"]] == [q.question for q in sample.sample().questions]
    other = json.loads(next(page(built, "articles/the-queue-opened-in-spring/index.html").iter("script")).text)["@graph"][1]
    assert other["@type"] == ["NewsArticle", "AnalysisNewsArticle"] and other["editor"]["name"] == "R. Editor"
    assert other["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"


def test_every_page_has_the_policy_and_asks_nobody_for_anything(built: Path) -> None:
    for path in pages(built):
        root = html.fromstring(path.read_text())
        search = path == built / "search/index.html"
        assert [m.get("content") for m in root.iter("meta") if m.get("http-equiv")] == [SEARCH_POLICY if search else POLICY]
        loaded = [
            e.get("src") or e.get("href")
            for e in root.iter("link", "img", "script", "iframe")
            if e.get("rel") in (None, "stylesheet") and (e.get("src") or e.get("href"))
        ]
        assert all(not re.match(r"(?:https?:)?//", address) for address in loaded)
        assert not root.xpath("//*[@style] | //style")
        assert search or not root.xpath("//script[@type != 'application/ld+json']")
    assert f"Content-Security-Policy: {POLICY}\n" in (built / "_headers").read_text()


@pytest.mark.parametrize("name", ["feed.xml", "rss.xml"])
def test_feeds_are_read_without_complaint(built: Path, name: str) -> None:
    parsed = feedparser.parse((built / name).read_bytes())
    assert parsed.bozo == 0
    assert [e.link for e in parsed.entries] == [
        f"https://wire.example/pub/articles/{SLUG}/",
        "https://wire.example/pub/articles/the-queue-opened-in-spring/",
    ]
    assert all(e.id.startswith("tag:wire.example,2026-") and e.title and e.summary and e.content[0].value for e in parsed.entries)
    assert parsed.entries[0].id == f"tag:wire.example,2026-06-03:article/{sample.sample().id}"


def test_atom_and_json_feed_have_their_required_members(built: Path) -> None:
    atom = {"a": "http://www.w3.org/2005/Atom"}
    root = etree.fromstring((built / "feed.xml").read_bytes())
    assert all(root.find(f"a:{name}", atom) is not None for name in ("id", "title", "updated", "author"))
    assert all(
        e.find(f"a:{name}", atom).text
        for e in root.iterfind("a:entry", atom)
        for name in ("id", "title", "updated", "published", "summary", "content")
    )
    feed = json.loads((built / "feed.json").read_text())
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and all(i["id"] and i["url"] and i["content_html"] for i in feed["items"])


@pytest.mark.parametrize(
    "passage",
    ["a-b, c & d", "one two three four five six seven eight nine ten - eleven, twelve", "100 % \u00fc #x:~:text=y", "a\u00a0b\nc"],
)
def test_text_fragments_are_percent_encoded(passage: str) -> None:
    address = at_passage("https://a.example/x#part", passage)
    assert address and address.count("#") == 1
    directive = address.split(":~:text=", 1)[1]
    ends = directive.split(",")
    assert re.fullmatch(r"[A-Za-z0-9_.~%]+", "".join(ends)) and len(ends) <= 2
    words = passage.split()
    assert unquote(ends[0]).split() == words[: len(unquote(ends[0]).split())] and unquote(ends[-1]).split()[-1] == words[-1]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://user:pw@a.example/",
        "https://a.example/ b",
        "//a.example/",
        "data:text/html,x",
        "https://a.example/\u202e",
    ],
)
def test_only_plain_web_addresses_become_links(url: str) -> None:
    assert at_passage(url, "words of a passage") is None


def hostile(value: Any, words: Iterator[int], keep: frozenset[str]) -> Any:
    """The value with an attack in every text, but in identities, quotes and the addresses of records."""
    if isinstance(value, (Enum, datetime)):
        return value
    if isinstance(value, str):
        return f"{value} {HOSTILE[next(words) % len(HOSTILE)]} {HOSTILE[next(words) % len(HOSTILE)]} x"
    if isinstance(value, tuple):
        return tuple(hostile(v, words, keep) for v in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: hostile(getattr(value, f.name), words, keep) for f in fields(value) if f.name not in keep})
    return value


KEEP = frozenset(
    words_of(
        "id slug thread_id form writer target record_id record_version start end quote rule value inputs relation theme status kind checks models layer layers unit currency"
    )
)


def attacked(turn: int) -> Article:
    plain = sample.sample()
    article: Article = hostile(plain, count(turn), KEEP)
    related = replace(plain.related[0], headline=f"{HOSTILE[turn]} x", why=HOSTILE[turn])
    return replace(article, related=(related,), steps=tuple((at, f"{HOSTILE[turn]} x", slug) for at, _, slug in plain.steps))


def shape(site: Path) -> dict[str, Any]:
    """For each page every element with the names of its attributes, counted, and every address it leads to."""
    found = {}
    for path in pages(site):
        root = html.fromstring(path.read_bytes().decode())
        elements = Counter((e.tag, tuple(sorted(e.attrib))) for e in root.iter(etree.Element) if e.tag != "mark")
        found[path.relative_to(site).as_posix()] = (
            elements,
            [re.sub(r"[?#].*", "", a) for e in root.iter() for n, a in e.attrib.items() if n in ("href", "src")],
        )
    return found


@pytest.mark.parametrize("turn", range(len(HOSTILE)))
def test_no_field_can_add_an_element_an_attribute_or_a_request(tmp_path: Path, turn: int) -> None:
    shapes = []
    for name, article in (("plain", sample.sample()), ("hostile", attacked(turn))):
        database = open_database(None)
        sample.fill(database, sample.earlier(), article)
        with database.transaction():
            note = sample.note("correction")
            bad = replace(note, text=HOSTILE[turn], was=f"{HOSTILE[turn]} x", now_is=f"{HOSTILE[turn]} x")
            articles.correct(database, article.id, 1, note if name == "plain" else bad)
            if name == "hostile":
                database.execute("UPDATE threads SET title = ?", (HOSTILE[turn] + " x",))
                database.execute("UPDATE records SET title = ?, outlet = outlet || ?", (HOSTILE[turn], HOSTILE[turn]))
        title = "Wire" if name == "plain" else f"Wire {HOSTILE[turn]}"
        site = site_of(database, tmp_path / name, title=title, look={"notice": title}, responsible=title)
        shapes.append(shape(site))
        database.close()
    for path, (elements, addresses) in shapes[0].items():
        other_elements, other_addresses = shapes[1][path]
        if "sources" not in path and "history" not in path:
            assert elements == other_elements, path
            assert addresses == other_addresses, path
        assert {t for t, _ in other_elements} <= {t for t, _ in elements}
    check_bytes(site)


def check_bytes(site: Path) -> None:
    for path in site.rglob("*"):
        if not path.is_file() or path.name == "article.json" or path.suffix == ".png" or "pagefind" in path.parts:
            continue
        text = path.read_bytes().decode("utf-8")
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", text), path
        assert "49" not in re.findall(r"\{\{7\*7\}\}|\b49\b", re.sub(r"(?s)<svg.*?</svg>", "", text)), path
    for name in ("feed.xml", "rss.xml"):
        parsed = feedparser.parse((site / name).read_bytes())
        assert parsed.bozo == 0
    for content in (i["content_html"] for i in json.loads((site / "feed.json").read_text())["items"]):
        body = html.fragment_fromstring(content, create_parent="div")
        assert {e.tag for e in body.iter(etree.Element)} <= set(words_of("div p em strong sup a h2 h3"))
        assert all(a.get("href").startswith("https://wire.example/pub/articles/") for a in body.iter("a"))
    markdown = (site / f"articles/{SLUG}/article.md").read_text()
    assert not re.search(r"(?<!\\)<(?!https://[a-z-]+\.example/2026/)", markdown)
    assert not re.search(r"(?<!\\)\]\(", markdown)


def test_hostile_words_are_still_to_be_read(db: Database, tmp_path: Path) -> None:
    article = replace(sample.sample(), headline=sample.says("<b>Power</b> & {{7*7}}", *sample.sample().headline.citations))
    sample.fill(db, article)
    heading = next(page(site_of(db, tmp_path)).iter("h1"))
    assert heading.text == "<b>Power</b> & {{7*7}}"
    assert html_words.unescape(heading.text) == heading.text


def test_a_lead_is_bold_wherever_the_article_is_whole(db: Database, tmp_path: Path) -> None:
    (first, *others), *paragraphs = sample.sample().sections[0].paragraphs
    led = Section(None, ((replace(first, text=f"For those who build: {first.text}", lead=20), *others), *paragraphs))
    sample.fill(db, replace(sample.sample(), sections=(led, *sample.sample().sections[1:])))
    site = site_of(db, tmp_path)
    folder = site / "articles" / sample.sample().slug
    for page in ("index.html", "evidence/index.html"):
        assert (folder / page).read_text().count("<b>For those who build:</b> ") == 1
    assert "**For those who build:** " in (folder / "article.md").read_text()
    assert "<b>For those who build:</b> " in json.loads((site / "feed.json").read_text())["items"][0]["content_html"]
    sentences = [s for section in json.loads((folder / "article.json").read_text())["sections"] for s in section["sentences"]]
    assert [s["text"][: s["lead"]] for s in sentences if "lead" in s] == ["For those who build:"]


def test_a_cut_sentence_is_on_no_page(db: Database, tmp_path: Path) -> None:
    struck = replace(sample.says("Nobody has ever said this.", kind=SentenceKind.REPORT), cut=True)
    sample.fill(db, replace(sample.sample(), so_far=(struck, *sample.sample().so_far), dek=struck))
    site = site_of(db, tmp_path)
    assert "Nobody has ever said this." not in "".join(p.read_text(errors="replace") for p in site.rglob("*") if p.is_file())
