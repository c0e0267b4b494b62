"""Feeds: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1, with the full text of the newest articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from groundwire.clock import to_text
from groundwire.records import Record, short_id
from publish.edition import CorrectionEntry
from publish.views import ArticleView, Site
from publish.wording import web_address

IN_FEEDS = 20
"""Articles in each feed, the newest."""

IN_CORRECTIONS = 50

EMPTY = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated; RFC 4287 wants a date, and the time of the build is none of the content's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article in a feed; `html` is its body with absolute links, already escaped where it came from outside."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    published: str
    modified: str
    published_rfc822: str
    touched: datetime
    tags: tuple[str, ...]
    data_url: str | None
    sources: tuple[str, ...]
    """Addresses of the pages that it rests on."""
    digital_source_type: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as its template sees it."""

    path: str
    id: str
    self: str
    page: str
    """The address of the page that it belongs to."""
    title: str
    description: str
    author: str
    updated: str
    updated_rfc822: str
    entries: tuple[Entry, ...]


def entry(
    view: ArticleView, site: Site, published: datetime, modified: datetime, html: str, source_type: str, records: Iterable[Record]
) -> Entry:
    """A feed entry; its id is a tag URI (RFC 4151) that no later version of the article changes."""
    return Entry(
        id=_tag(site, published, f"article/{view.id}"),
        url=site.url + view.path,
        title=view.title,
        summary=f"{view.dek.text} {view.disclosure.text}".lstrip(),
        html=html,
        published=to_text(published),
        modified=to_text(modified),
        published_rfc822=format_datetime(published),
        touched=modified,
        tags=tuple(layer.name for layer in view.layers),
        data_url=f"{site.url}{view.path}article.json",
        sources=tuple(dict.fromkeys(a for r in records if (a := web_address(r.canonical_url) or web_address(r.url)))),
        digital_source_type=source_type,
    )


def correction_entry(correction: CorrectionEntry, site: Site) -> Entry:
    """A correction, notice or retraction as an entry of its own."""
    note, at = correction.note, correction.at
    was = f"<p>It said: <del>{escape(note.was)}</del></p>" if note.was else ""
    now_is = f"<p>It now says: <ins>{escape(note.now_is)}</ins></p>" if note.now_is else ""
    return Entry(
        id=_tag(site, at, f"correction/{short_id(correction.href, note.kind, note.text, to_text(at))}"),
        url=site.url + correction.href.removesuffix("index.html"),
        title=f"{note.kind}: {correction.title}",
        summary=note.text,
        html=f"<p>{escape(note.text)}</p>{was}{now_is}",
        published=to_text(at),
        modified=to_text(at),
        published_rfc822=format_datetime(at),
        touched=at,
        tags=(note.kind,),
        data_url=None,
        sources=(),
        digital_source_type=None,
    )


def _tag(site: Site, at: datetime, specific: str) -> str:
    host = (urlsplit(site.url).hostname or "localhost").encode("idna").decode()
    return f"tag:{host},{at:%Y-%m-%d}:{specific}"


def feed(site: Site, path: str, page: str, title: str, description: str, entries: Sequence[Entry]) -> Feed:
    """A feed at `path` that belongs to the page at `page`; its id is the page's address."""
    updated = max((e.touched for e in entries), default=EMPTY)
    return Feed(
        path=path,
        id=site.url + page,
        self=site.url + path,
        page=site.url + page,
        title=title,
        description=description,
        author=site.responsible or site.title,
        updated=to_text(updated),
        updated_rfc822=format_datetime(updated),
        entries=tuple(entries),
    )


def json_feed(feed: Feed, site: Site) -> dict[str, Any]:
    author = {"name": feed.author, "url": site.url}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": f"{site.url}feed.json",
        "description": feed.description,
        "language": site.language,
        "authors": [author],
        "items": [_item(e, author, site) for e in feed.entries],
    }


def _item(e: Entry, author: dict[str, str], site: Site) -> dict[str, Any]:
    return {
        "id": e.id,
        "url": e.url,
        "title": e.title,
        "content_html": e.html,
        "summary": e.summary,
        "date_published": e.published,
        "date_modified": e.modified,
        "authors": [author],
        "tags": list(e.tags),
        "language": site.language,
        "attachments": [{"url": e.data_url, "mime_type": "application/json", "title": "The article as data"}],
        "_ai": {"digital_source_type": e.digital_source_type},
    }
