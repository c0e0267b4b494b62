"""Where a site's feeds are: what its page links to, then where feeds usually lie."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from lxml import etree

from ingest.encodings import decode
from ingest.urls import clean_link

MAX_CANDIDATES = 10
_PAGE_BYTES = 2 * 1024 * 1024
_TYPES = {
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
    "text/xml",
    "application/x.atom+xml",
    "application/x-atom+xml",
}
_FEED_PATH = re.compile(
    r"(?:^|[/.?=&_-])(?:rss|atom|feeds?|rdf)(?:[/.?=&_-]|\d*\.(?:xml|json)$|$)|\.(?:rss|atom|rdf)$|/(?:index|feed)\.(?:xml|rdf|json)$",
    re.IGNORECASE,
)
_FEED_WORDS = re.compile(r"\b(?:rss|atom|web ?feed|subscribe via feed|json feed)\b", re.IGNORECASE)
# What other sites serve about a page, not the site's own news.
_NOT_NEWS = re.compile(r"comments?[/-]feed|/comments/|oembed|wp-json|/api/|manifest", re.IGNORECASE)
_PATHS = ("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds/posts/default")


def feed_links(body: bytes, url: str) -> tuple[str, ...]:
    """Addresses a page offers as its feeds, likeliest first: declared ones, then anchors that look like feeds; at most ten."""
    text = decode(body[:_PAGE_BYTES], content_type=None, html=True).text
    tree = _tree(text)
    if tree is None:
        return ()
    base = _base(tree, url)
    declared = [clean_link(href, base) for href in _declared(tree)]
    anchors = [clean_link(href, base) for href in _anchors(tree)]
    likely = [link for link in dict.fromkeys((*declared, *anchors)) if link and link != url]
    return tuple(sorted(likely, key=lambda link: bool(_NOT_NEWS.search(link))))[:MAX_CANDIDATES]


def guesses(url: str) -> tuple[str, ...]:
    """Addresses at which feeds usually lie: below the page's own path first, then at the root of its host."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    folder = parts.path.rsplit("/", 1)[0] if "." in parts.path.rsplit("/", 1)[-1] else parts.path.rstrip("/")
    places = [root + folder + path for path in _PATHS[:3]] if folder else []
    cleaned = (clean_link(place, url) for place in (*places, *(root + path for path in _PATHS)))
    return tuple(dict.fromkeys(link for link in cleaned if link and link != url))


def _tree(text: str) -> etree._Element | None:
    data = text.encode("utf-8", "ignore")
    try:
        return etree.fromstring(data, etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, huge_tree=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def _base(tree: etree._Element, url: str) -> str:
    for element in tree.iter("base"):
        return clean_link(element.get("href", ""), url) or url
    return url


def _declared(tree: etree._Element) -> Iterable[str]:
    for element in tree.iter("link"):
        relations = element.get("rel", "").lower().split()
        kind = element.get("type", "").split(";")[0].strip().lower()
        href = element.get("href", "")
        if ("feed" in relations or ("alternate" in relations and kind in _TYPES)) and href and "stylesheet" not in relations:
            yield href


def _anchors(tree: etree._Element) -> Iterable[str]:
    for element in tree.iter("a"):
        href = element.get("href", "")
        kind = element.get("type", "").split(";")[0].strip().lower()
        words = " ".join((element.get("title", ""), element.get("aria-label", ""), "".join(element.itertext())[:80]))
        if href and (kind in _TYPES or _FEED_PATH.search(href) or _FEED_WORDS.search(words)):
            yield href
