"""Lists of feeds as OPML: tolerant in, strict and deterministic out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

import listparser
from lxml import etree

from groundwire.config import Publication
from groundwire.store import feeds
from groundwire.store.database import Database
from ingest.clean import one_line
from ingest.encodings import decode
from ingest.urls import clean_link


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """One feed of a list: `title` is the name of its outlet, None when the list gives none."""

    url: str
    title: str | None
    html_url: str | None


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of a list in its order, each once, and a line for each entry that could not be used."""

    feeds: tuple[ListedFeed, ...]
    trouble: tuple[str, ...]


class _Handler(listparser.Handler):  # type: ignore[misc]
    """listparser's reader, which forgets the address of a feed's site, with that kept."""

    def __init__(self) -> None:
        super().__init__()
        self.harvest.update(bozo=False, bozo_exception=None, feeds=[], lists=[], opportunities=[], meta={}, version="")
        self.sites: dict[str, str] = {}

    def start_opml_outline(self, attrs: dict[str, str]) -> None:
        address, site = attrs.get("xmlurl", "").strip(), attrs.get("htmlurl", "").strip()
        if address and site:
            self.sites.setdefault(address, site)
        super().start_opml_outline(attrs)


def read_opml(body: bytes, name: str) -> FeedList:
    """The feeds of an OPML file, nested outlines included; entries without a web address are reported under `name`."""
    handler = _harvested(decode(body, content_type=None).text)
    found: dict[str, ListedFeed] = {}
    trouble: list[str] = []
    for entry in handler.harvest["feeds"]:
        url = clean_link(entry["url"], "")
        if url is None:
            trouble.append(f"{name}: {one_line(entry['url'], 200)!r} is no web address; nothing was added for it")
        elif url not in found:
            site = handler.sites.get(entry["url"])
            found[url] = ListedFeed(url, one_line(entry["title"]) or None, clean_link(site, url) if site else None)
    trouble += [f"{name}: {one_line(entry['url'], 200)!r} is a list of feeds; import it by itself" for entry in handler.harvest["lists"]]
    if not (found or trouble):
        trouble.append(f"{name}: holds no feeds; an OPML file with outlines that have xmlUrl is expected")
    return FeedList(tuple(found.values()), tuple(trouble))


def _harvested(text: str) -> _Handler:
    handler = _Handler()
    # As ASCII with character references, because the HTML parser beneath does not read the XML declaration's encoding.
    data = text[max(text.find("<opml"), 0) :].encode("ascii", "xmlcharrefreplace")
    if data.strip():
        etree.fromstring(data, etree.HTMLParser(target=handler, recover=True, no_network=True))
    return handler


def write_opml(listed: Iterable[ListedFeed], title: str) -> str:
    """A well-formed OPML 2.0 document of the feeds, by address."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [f"  <head><title>{_text(title)}</title></head>", "  <body>"]
    lines += [_outline(feed) for feed in sorted(listed, key=lambda feed: feed.url)]
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines)


def _outline(feed: ListedFeed) -> str:
    name = quoteattr(one_line(feed.title or feed.url))
    site = f" htmlUrl={quoteattr(one_line(feed.html_url, 4_000))}" if feed.html_url else ""
    return f'    <outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}{site}/>'


def _text(title: str) -> str:
    return quoteattr(one_line(title))[1:-1]


def export(db: Database, publication: Publication) -> str:
    """Every feed of the publication as OPML, with outlet names as titles."""
    rows = feeds.every(db)
    listed = (ListedFeed(row["url"], row["outlet"] or row["title"], row["html_url"]) for row in rows)
    return write_opml(listed, publication.settings.site.title)
