"""Feeds and sitemap: Atom (RFC 4287), RSS 2.0, JSON Feed 1.1, sitemap 0.9, with the full text of the newest articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from groundwire.clock import to_text
from publish.views import ArticleView, Site

IN_FEEDS = 20
"""Articles in each feed, the newest."""

EMPTY = "1970-01-01T00:00:00Z"
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
    tags: tuple[str, ...]
    data_url: str
    digital_source_type: str


def entry(view: ArticleView, site: Site, published: datetime, modified: datetime, html: str, source_type: str) -> Entry:
    """A feed entry; its id is a tag URI (RFC 4151) that no later version of the article changes."""
    host = (urlsplit(site.url).hostname or "localhost").encode("idna").decode()
    return Entry(
        id=f"tag:{host},{published:%Y-%m-%d}:article/{view.id}",
        url=site.url + view.path,
        title=view.title,
        summary=f"{view.dek.text} {view.disclosure.text}",
        html=html,
        published=to_text(published),
        modified=to_text(modified),
        published_rfc822=format_datetime(published),
        tags=tuple(layer.name for layer in view.layers),
        data_url=f"{site.url}{view.path}article.json",
        digital_source_type=source_type,
    )


def updated(entries: Sequence[Entry]) -> str:
    return max((e.modified for e in entries), default=EMPTY)


def json_feed(entries: Sequence[Entry], site: Site, description: str) -> dict[str, Any]:
    author = {"name": site.responsible or site.title, "url": site.url}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "home_page_url": site.url,
        "feed_url": f"{site.url}feed.json",
        "description": description,
        "language": site.language,
        "authors": [author],
        "items": [_item(e, author, site) for e in entries],
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
