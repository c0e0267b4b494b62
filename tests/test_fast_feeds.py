"""A feed comes out the same whichever way it is read: the quick way and feedparser's are held against each other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from outside import CORPUS, needs_corpus

from groundwire.errors import FeedError
from groundwire.records import ParsedFeed
from ingest import feeds

URL = "https://news.example/dir/feed.xml?x=1"
Result = ParsedFeed | str


def read(body: bytes, headers: dict[str, str]) -> Result:
    try:
        return feeds.parse_feed(body, url=URL, content_type=None, headers=headers)
    except FeedError as error:
        return error.reason


@contextmanager
def without_the_quick_way() -> Iterator[None]:
    quick = feeds.fast_feed
    feeds.fast_feed = lambda *_, **__: None
    try:
        yield
    finally:
        feeds.fast_feed = quick


def quick_answers(body: bytes) -> bool:
    """Whether the quick way takes a body on."""
    taken: list[bool] = []
    quick = feeds.fast_feed

    def noted(data: bytes, **named: Any) -> Any:
        found = quick(data, **named)
        taken.append(found is not None)
        return found

    feeds.fast_feed = noted
    try:
        read(body, {})
    finally:
        feeds.fast_feed = quick
    return taken == [True]


def agree(body: bytes, headers: dict[str, str] | None = None) -> None:
    one = read(body, headers or {})
    with without_the_quick_way():
        other = read(body, headers or {})
    assert one == other


def outside() -> list[Path]:
    if CORPUS is None:
        return []
    return sorted(
        f for f in CORPUS.rglob("*") if f.is_file() and f.suffix in (".xml", ".rss", ".atom", ".rdf") and f.stat().st_size < 2**21
    )


@needs_corpus
@pytest.mark.parametrize("file", outside(), ids=lambda f: str(f.relative_to(CORPUS)) if CORPUS else "")
def test_every_file_comes_out_the_same_both_ways(file: Path) -> None:
    body = file.read_bytes()
    agree(body)
    agree(body, {"content-language": "de_AT"})


RSS = b"""<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!-- made <rss> --><rss version="2.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><channel>
 <title>Gridnews &amp; more</title><link>https://news.example/</link><description>d</description><language>en-GB</language>
 <ttl>90</ttl><atom:link href="https://news.example/feed.xml" rel="self" type="application/rss+xml"/>
 <image><url>https://news.example/i.png</url><title>Picture</title><link>https://news.example/</link></image>%s</channel></rss>"""
ITEM = b"""<item><title>One &lt;b&gt;order&lt;/b&gt; &#8212; na\xc3\xafve</title><link>https://news.example/a?b=1&amp;c=2</link>
 <guid isPermaLink="false">tag:news.example,2026:1</guid><dc:creator><![CDATA[Jane Doe]]></dc:creator>
 <pubDate>Tue, 03 Nov 2026 11:00:00 +0100</pubDate><category domain="x">power</category>
 <description><![CDATA[<p>Text &amp; more</p>]]></description><content:encoded>&lt;p&gt;Whole text&lt;/p&gt;</content:encoded>
 <media:thumbnail url="https://news.example/t.jpg" width="1"/></item>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en_GB"><title type="html">Grid &amp;amp; news</title>
 <id>urn:x</id><updated>2026-11-03T10:00:00Z</updated><link href="https://news.example/"/><author><name>Staff</name></author>%s</feed>"""
ENTRY = b"""<entry><id>urn:1</id><title>A &amp;lt; B</title><link rel="self" href="https://news.example/1.atom"/>
 <link rel="alternate" type="text/html" href="https://news.example/1"/><published>2026-11-03T10:00:00.5+01:00</published>
 <updated>2026-11-03T12:00:00Z</updated><author><name>Jos\xc3\xa9</name><uri>https://news.example/j</uri></author>
 <summary type="html">&lt;p&gt;Short&lt;/p&gt;</summary><content type="html">&lt;p&gt;Long&lt;/p&gt;</content><category term="power"/></entry>"""


@pytest.mark.parametrize("body", [RSS % ITEM, RSS % (ITEM + ITEM.replace(b"2026:1", b"2026:2")), ATOM % ENTRY, RSS % b"", ATOM % b""])
def test_usual_feeds_go_the_quick_way_and_come_out_the_same(body: bytes) -> None:
    assert quick_answers(body)
    agree(body)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<title>One", b"<title><b>One</b>"),
        (b"</link>\n", b"</link><link>https://news.example/second</link>\n"),
        (b"+0100", b"CET"),
        (b"03 Nov", b"31 Feb"),
        (b"Tue, 03 Nov 2026 11:00:00 +0100", b"yesterday"),
        (b"Jane Doe", b"jane@news.example (Jane Doe)"),
        (b"<item>", b'<item xml:lang="de">'),
        (b"<title>One", b"<title>O<!-- -->ne"),
        (b"</item>", b"</item><webMaster>x</webMaster>"),
        (b"<dc:creator>", b"<atom:author><atom:name>x</atom:name></atom:author><dc:creator>"),
        (b">tag:news.example,2026:1<", b"> <"),
        (b"https://news.example/a?b", b"/a?b"),
        (b"na\xc3\xafve", b"na\xc3\x83\xc2\xafve"),
        (b"na\xc3\xafve", b"it&#146;s"),
        (b"Whole text", b"Whole\xe2\x80\xa8text"),
        (b"</channel></rss>", b"</channel>"),
        (b"<rss ", b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss "),
    ],
)
def test_what_the_libraries_may_read_differently_comes_out_the_same(old: bytes, new: bytes) -> None:
    body = RSS % ITEM
    assert old in body
    agree(body.replace(old, new))


TEXTS = (
    *(
        "Order",
        "a &amp; b",
        "&lt;p&gt;x&lt;/p&gt; tail",
        "<![CDATA[<p>x</p>]]>",
        "x<![CDATA[y]]>z",
        "é",
        "&amp;lt;b&amp;gt;",
        "AT&amp;T &amp;copy;",
    ),
    *(
        "&#x201c;q&#x201d;",
        "2024-01-01",
        "漢字",
        "a]]&gt;b",
        "&amp;amp;",
        "&amp;nbsp;x",
        "&lt;b&gt;bold&lt;/b&gt;",
        "  spaced  out ",
        "1 &lt; 2",
    ),
    *(
        "\n two\n lines \n",
        "&lt;!-- c --&gt;x",
        "\u00a0x",
        "x\u00a0",
        "&#xA0;y&#160;",
        "\U0001f600",
        "naïve café",
        "Ã",
        "&amp;#8217;s",
        "tag:x,2026:1",
    ),
    *("&lt;p style='display:none'&gt;h&lt;/p&gt;v", "&#x26;lt;", "'q' \"d\"", "a\tb", "https://news.example/9", "Jane Doe"),
)
ODD_TEXTS = ("", " ", "<![CDATA[ ]]>", "\u3000", "&#160;", "Ã¯", "<!-- c -->x", "<b>x</b>", "&#146;", "\u2028", "x@y.example")
LINKS = (
    *("https://news.example/1", "https://news.example/a?b=1&amp;c=2", "https://NEWS.example/../x", "https://news.example/a;b?c;"),
    *("https://news.example/?", "https://news.example/x#f", "https://news.example/x#", "http://news.example", "https://news.example//a//b"),
    *("https://news.example/%7Ea", "https://news.example:443/", "http://news.example/a|b", "https://u:p@news.example/", "http://1.2.3.4/"),
)
ODD_LINKS = (
    "/rel",
    "",
    " https://news.example/2 ",
    "mailto:x",
    "https://news.example/?&amp;copy;=1",
    "https://news.example/é",
    "javascript:x",
)
DATES = (
    *("Tue, 03 Nov 2026 11:00:00 GMT", "3 Nov 2026 11:00:00 -0530", "2026-11-03T11:00:00Z", "2026-11-03T11:00:00.25+02:00"),
    *("03 Nov 2026 23:59:59 EDT", "Fri, 31 Dec 1999 23:00:00 PST", " Mon, 28 Feb 2000 00:00:00 +1345 ", "2000-12-31T23:59:59-11:30"),
)
ODD_DATES = (
    "2026-11-03",
    "",
    "Tue, 30 Feb 2026 11:00:00 GMT",
    "Tue, 03 Nov 2026 24:00:00 GMT",
    "now",
    "03 Nov 26 11:00 EST",
    "2026-02-29T00:00:00Z",
)


class Maker:
    """Feeds from a seed: the usual elements in any order, most of them filled with what is usual."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one_of(self, usual: Sequence[str], odd: Sequence[str]) -> str:
        return self.chance.choice(usual if self.chance.random() < 0.98 else odd)

    def text(self) -> str:
        return self.one_of(TEXTS, ODD_TEXTS)

    def link(self) -> str:
        return self.one_of(LINKS, ODD_LINKS)

    def date(self) -> str:
        return self.one_of(DATES, ODD_DATES)

    def element(self, name: str, text: str, *attributes: str) -> str:
        attribute = self.chance.choice(["", *(f" {a}" for a in attributes)])
        return f"<{name}{attribute}>{text}</{name}>" if text or self.chance.random() < 0.5 else f"<{name}{attribute}/>"

    def some(self, *parts: tuple[float, Callable[[], str]]) -> str:
        found = [make() for likely, make in parts if self.chance.random() < likely]
        self.chance.shuffle(found)
        return self.chance.choice(["", " ", "\n"]).join(found)

    def item(self) -> str:
        permalink = ('isPermaLink="false"', 'isPermaLink="true"')
        return self.some(
            (0.98, lambda: self.element("title", self.text())),
            (0.98, lambda: self.element("link", self.link())),
            (0.7, lambda: self.element("guid", self.text() if self.chance.random() < 0.6 else self.link(), *permalink)),
            (0.7, lambda: self.element("description", self.text())),
            (0.3, lambda: self.element("content:encoded", self.text())),
            (0.7, lambda: self.element("pubDate", self.date())),
            (0.2, lambda: self.element("dc:date", self.date())),
            (0.5, lambda: self.element("dc:creator", self.text())),
            (0.3, lambda: self.element("category", self.text(), 'domain="x"')),
            (0.2, lambda: self.element("source", self.text(), 'url="https://x.example/"')),
            (0.2, lambda: '<media:content url="https://x.example/p.jpg" medium="image"/>'),
            (0.02, lambda: self.element("title", self.text())),
            (0.02, lambda: self.element("author", "a@b.example (A)")),
        )

    def entry(self) -> str:
        kinds = ('type="html"', 'type="text"')
        page, other = ("", ' rel="alternate"', ' type="text/html"'), ("self", "enclosure", "replies", "via", "x")
        return self.some(
            (0.95, lambda: self.element("title", self.text(), *kinds)),
            (0.9, lambda: self.element("id", self.text() if self.chance.random() < 0.6 else self.link())),
            (0.6, lambda: self.element("summary", self.text(), *kinds)),
            (0.6, lambda: self.element("content", self.text(), *kinds)),
            (0.7, lambda: self.element("published", self.date())),
            (0.7, lambda: self.element("updated", self.date())),
            (0.5, lambda: f"<author><name>{self.text()}</name>{self.chance.choice(['', '<uri>https://x.example/</uri>'])}</author>"),
            (0.97, lambda: f'<link href="{self.link()}"{self.chance.choice(page)}/>'),
            (0.3, lambda: f'<link href="{self.link()}" rel="{self.chance.choice(other)}"/>'),
            (0.3, lambda: '<category term="x" label="y"/>'),
            (0.02, lambda: "<author><name>A</name><email>a@b.example</email></author>"),
        )

    def body(self, whole: bytes, name: str, make: Callable[[], str]) -> bytes:
        return whole % "\n".join(f"<{name}>{make()}</{name}>" for _ in range(self.chance.randrange(1, 4))).encode()


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ["item", "entry"])
def test_made_up_feeds_come_out_the_same_both_ways(name: str, seed: int) -> None:
    maker = Maker(seed)
    whole, make = (RSS, maker.item) if name == "item" else (ATOM, maker.entry)
    bodies = [maker.body(whole, name, make) for _ in range(40)]
    for body in bodies:
        agree(body, {"content-language": "de_AT"} if maker.chance.random() < 0.2 else {})
    assert sum(quick_answers(body) for body in bodies) > 2
