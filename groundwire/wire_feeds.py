"""The sample wire's feeds in the three formats that its outlets use."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from groundwire.wire import Outlet, Text


def _rss(outlet: Outlet, texts: Iterable[Text], modified: datetime, at: datetime) -> str:
    items = "".join(
        f'<item>\n<title>{escape(text.title_at(at))}</title>\n<link>{escape(text.url)}</link>\n<guid isPermaLink="true">{escape(text.url)}</guid>\n'
        f"<dc:creator>{escape(text.author)}</dc:creator>\n<pubDate>{format_datetime(text.published)}</pubDate>\n"
        f"<description>{escape(text.summary_at(at))}</description>\n</item>\n"
        for text in texts
    )
    ttl = "" if outlet.ttl is None else f"<ttl>{outlet.ttl}</ttl>\n"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel>\n<title>{escape(outlet.name)}</title>\n<link>{outlet.home_url}</link>\n<description>{escape(outlet.description)}</description>\n"
        f"<language>{outlet.language}</language>\n<lastBuildDate>{format_datetime(modified)}</lastBuildDate>\n{ttl}"
        f'<atom:link href={quoteattr(f"http://{outlet.host}{outlet.feed}")} rel="self" type="application/rss+xml"/>\n{items}</channel>\n</rss>\n'
    )


def _atom(outlet: Outlet, texts: Iterable[Text], modified: datetime, at: datetime) -> str:
    entries = "".join(
        f'<entry>\n<title>{escape(text.title_at(at))}</title>\n<link rel="alternate" href={quoteattr(text.url)}/>\n<id>{escape(text.url)}</id>\n'
        f"<author><name>{escape(text.author)}</name></author>\n<published>{text.published.isoformat()}</published>\n"
        f"<updated>{text.modified(at).isoformat()}</updated>\n<summary>{escape(text.summary_at(at))}</summary>\n</entry>\n"
        for text in texts
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">\n'
        f"<title>{escape(outlet.name)}</title>\n<subtitle>{escape(outlet.description)}</subtitle>\n<id>{outlet.home_url}</id>\n"
        f'<link rel="self" href={quoteattr(f"http://{outlet.host}{outlet.feed}")}/>\n<link rel="alternate" href="{outlet.home_url}"/>\n'
        f"<updated>{modified.isoformat()}</updated>\n{entries}</feed>\n"
    )


def _json_feed(outlet: Outlet, texts: Iterable[Text], modified: datetime, at: datetime) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": outlet.description,
        "language": outlet.language,
        "home_page_url": outlet.home_url,
        "feed_url": f"http://{outlet.host}{outlet.feed}",
        "items": [
            {
                "id": text.url,
                "url": text.url,
                "title": text.title_at(at),
                "content_text": text.summary_at(at),
                "date_published": text.published.isoformat(),
                "date_modified": text.modified(at).isoformat(),
                "authors": [{"name": text.author}],
            }
            for text in texts
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


FORMATS: dict[str, Callable[[Outlet, list[Text], datetime, datetime], str]] = {"rss": _rss, "atom": _atom, "json": _json_feed}
"""An outlet's feed by the format it uses: of an outlet, its texts newest first, when one last changed, and the moment."""
