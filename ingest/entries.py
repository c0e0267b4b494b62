"""What every feed format is read into first, and how that becomes items: identity, links, dates, cleaning, order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from groundwire.records import FeedItem, ParsedFeed, short_id
from ingest.clean import AUTHOR_LIMIT, SUMMARY_LIMIT, html_text, language_tag, lines, one_line
from ingest.urls import clean_link

MAX_ITEMS = 1_000
_KEY_LIMIT = 1_000
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(hours=24)
_UNDATED = datetime(1, 1, 1, tzinfo=UTC)
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry as its format gives it, nothing cleaned."""

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_html: bool = False
    summary: str = ""
    summary_is_html: bool = True
    author: str = ""
    published: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed as its format gives it, nothing cleaned; `link_base` is the address that links without a host stand under."""

    title: str
    title_is_html: bool
    link: str
    language: str | None
    entries: tuple[RawEntry, ...]
    link_base: str
    malformed: str | None = None
    ttl_seconds: int | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


def usable_date(published: datetime | None, now: datetime) -> datetime | None:
    """The date to order by: None when absent, before 1995 or more than 24 hours ahead of `now`; never later than `now`."""
    if published is None or not _EARLIEST <= published <= now + _AHEAD:
        return None
    return min(published, now)


def finished(raw: RawFeed) -> ParsedFeed:
    """The feed with its items cleaned, identified and in order, newest first, undated ones last as they stood."""
    found = [_item(entry, raw) for entry in raw.entries]
    kept = [item for item in found if item is not None]
    items = sorted(_identified(kept), key=lambda item: item.published or _UNDATED, reverse=True)
    return ParsedFeed(
        title=_line(raw.title, raw.title_is_html),
        html_url=clean_link(raw.link, raw.link_base) if raw.link.strip() else None,
        language=language_tag(raw.language),
        items=tuple(items[:MAX_ITEMS]),
        malformed=raw.malformed,
        dropped=len(found) - len(kept),
        ttl_seconds=raw.ttl_seconds,
        skip_hours=raw.skip_hours,
        skip_days=raw.skip_days,
    )


def _line(text: str, is_html: bool) -> str:
    return one_line(html_text(text) if is_html else text)


def _item(entry: RawEntry, feed: RawFeed) -> FeedItem | None:
    link = entry.link.strip()
    url = clean_link(link, feed.link_base) if link else None
    title = _line(entry.title, entry.title_is_html)
    summary = lines(html_text(entry.summary) if entry.summary_is_html else entry.summary[: 8 * SUMMARY_LIMIT], SUMMARY_LIMIT)
    if not (url or title or summary or entry.guid.strip()):
        return None
    return FeedItem(
        key=entry.guid.strip(),
        url=url,
        title=title,
        summary=summary,
        author=_author(entry.author),
        published=entry.published,
        language=language_tag(entry.language) if entry.language else None,
        trouble=f"link dropped: {one_line(link, 120)}" if link and not url else None,
    )


_MAIL = re.compile(r"[(<\[]?\s*\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\s*[)>\]]?")


def _author(text: str) -> str | None:
    """The author's name without mail addresses, or None; "jane@news.example (Jane Doe)" gives "Jane Doe"."""
    if not text:
        return None
    name = one_line(html_text(text[: 4 * AUTHOR_LIMIT]), AUTHOR_LIMIT)
    if "@" in name:
        name = one_line(_MAIL.sub(" ", name), AUTHOR_LIMIT).strip(" ()<>[],;:")
    return name if any(c.isalnum() for c in name) else None


def _identified(items: list[FeedItem]) -> Iterable[FeedItem]:
    """Each item under its identity: guid, guid with link where one guid stands for several links, link, or a hash of its content."""
    links: dict[str, set[str]] = {}
    for item in items:
        if item.key:
            links.setdefault(item.key, set()).add(item.url or "")
    seen: set[str] = set()
    for item in items:
        key = _key(item, shared=len(links.get(item.key, ())) > 1)
        if key not in seen:
            seen.add(key)
            yield _with_key(item, key)


def _key(item: FeedItem, *, shared: bool) -> str:
    if item.key:
        return _storable(f"{item.key} {item.url or ''}".rstrip() if shared else item.key)
    if item.url:
        return _storable(item.url)
    return "content:" + short_id(item.title, item.summary, item.published.isoformat() if item.published else "")


def _storable(key: str) -> str:
    """The key itself, or its hash when it is very long or holds characters that a database or a log cannot take."""
    if len(key) <= _KEY_LIMIT and (key.isprintable() or _BLANK.sub("", key).isprintable()) and "\n" not in key:
        return key
    return "hash:" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _with_key(item: FeedItem, key: str) -> FeedItem:
    if item.key == key:
        return item
    return FeedItem(key, item.url, item.title, item.summary, item.author, item.published, item.language, item.trouble)
