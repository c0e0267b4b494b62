"""Feeds: bytes into items, for RSS 0.9x to 2.0, Atom, RDF and CDF through feedparser, and JSON Feed through our own reader.

Nothing here fetches, follows or expands anything; feedparser's own sanitiser is off (it keeps `javascript:` links
and takes two thirds of the time), links and texts go through ingest.entries instead.
"""

from __future__ import annotations

import re
from calendar import day_name
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from html.entities import html5
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.sax import SAXException
from xml.sax.saxutils import escape

import feedparser

from groundwire.errors import FeedError
from groundwire.records import ParsedFeed
from ingest.encodings import Decoded, decode
from ingest.entries import MAX_ITEMS, RawEntry, RawFeed, finished, usable_date
from ingest.fastfeeds import fast_feed

__all__ = ["MAX_BYTES", "parse_feed", "usable_date"]

MAX_BYTES = 5 * 1024 * 1024
# feedparser reads about 3,000 entries a second; what goes beyond is cut before it starts, or a long archive meets the deadline.
_MAX_PARSED = 3 * MAX_ITEMS
_HEAD = 65_536

_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_FIRST = re.compile(r"<([A-Za-z_][\w.:-]*)")
_DOCTYPE = re.compile(r"<!DOCTYPE\s+([^\s\[>]+)(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*(\[|>)", re.IGNORECASE)
_SUBSET_END = re.compile(r"\]\s*>")
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?([\w:.-]+)\s+(?:(SYSTEM|PUBLIC)\b|\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_PLAIN_VALUE = re.compile(r"(?:[^&%<>]|&(?:#\w{1,8}|amp|lt|gt|quot|apos);)*")
_ENTITY_CHARACTERS = 256
_ENTITY_COUNT = 300
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r")
_CHARACTER = re.compile(r"&#(?:x([0-9a-fA-F]{1,12})|(\d{1,12}));?")
_FOREIGN = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?P<name>[A-Za-z][A-Za-z0-9]{1,31};)?")
_CDATA_OR_FOREIGN = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?-->|" + _FOREIGN.pattern, re.DOTALL)
_LONG_TAG = re.compile(r"<[\w:.-]+\s[^<>]{16384,}>")
_MANY_ATTRIBUTES = 1_000
_PERSON = re.compile(
    r"(<(?:[\w.-]+:)?(?:author|creator|managingEditor|webMaster|name|email|contributor)\b[^<>]*>)([^<]{1000})[^<]+", re.IGNORECASE
)
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s>])", re.IGNORECASE)
_STAMP = re.compile(r"<(?:[\w.-]+:)?(?:pubDate|published|updated|date|issued|modified)\b[^<>]*>\s*([^<]{6,60})<", re.IGNORECASE)

# An id is compared exactly; feedparser would resolve it, and a feed that moves would have new items only.
feedparser.mixin._FeedParserMixin.can_be_relative_uri.discard("id")
# It computes the base again at every element, mostly the same one: a sixth of all time without the memory.
feedparser.mixin.make_safe_absolute_uri = lru_cache(maxsize=256)(feedparser.mixin.make_safe_absolute_uri)

# What feedparser lets out on hostile input, by its source: numbers out of range, missing keys, stacks out of step.
_FEEDPARSER_ERRORS = (ValueError, OverflowError, LookupError, AttributeError, TypeError, AssertionError, RecursionError, SAXException)


def parse_feed(body: bytes, *, url: str, content_type: str | None, headers: Mapping[str, str]) -> ParsedFeed:
    """The feed in an answer's body, newest items first; raises FeedError for what is no feed, and nothing else.

    `url` is the address that answered; it is the base of relative links, xml:base and a Content-Location of the same host aside.
    """
    if not body.strip():
        raise FeedError(url, "empty body")
    if len(body) > MAX_BYTES:
        raise FeedError(url, f"larger than {MAX_BYTES // 1024 // 1024} MiB")
    decoded = decode(body, content_type=content_type)
    text = decoded.text.lstrip("\ufeff \t\r\n\0")
    if text.startswith(("{", "[")):
        from ingest.jsonfeed import read_json_feed  # pydantic is half of a worker's start, and most publications poll no JSON

        return finished(read_json_feed(text, url=url, trouble=decoded.trouble))
    return finished(_read_xml(text, decoded, url=url, headers=headers))


def _read_xml(text: str, decoded: Decoded, *, url: str, headers: Mapping[str, str]) -> RawFeed:
    text, cut = _rooted(text, url)
    text, repaired = _repaired(_without_doctype(text, url))
    prepared = _prepared(text, url)
    base = _base(url, headers)
    parsed, entries = _parsed(prepared, base, url, headers)
    feed: dict[str, Any] = parsed["feed"]
    if not (parsed.get("version") or entries or dict.get(feed, "title")):
        raise FeedError(url, "not a feed")
    title, is_html = _titled(feed)
    return RawFeed(
        title=title,
        title_is_html=is_html,
        link=_link(feed),
        language=_string(feed, "language") or None,
        entries=entries,
        link_base=base,
        malformed=decoded.trouble or cut or _trouble(parsed) or repaired,
        ttl_seconds=_pause(feed),
        skip_hours=_skip_hours(prepared),
        skip_days=_skip_days(prepared),
    )


def _rooted(text: str, url: str) -> tuple[str, str | None]:
    """The text from its XML declaration or root on, and what stood before it; FeedError when no feed begins in its head."""
    head = re.sub(r"<!--.*?-->", lambda m: " " * len(m[0]), text[:_HEAD], flags=re.DOTALL)
    head = _blank_subset(head)
    root = _ROOT.search(head)
    first = _FIRST.search(head)
    if first is None or (first[1].lower() in {"html", "head", "body"} and (root is None or root.start() > first.start())):
        raise FeedError(url, "not a feed")
    if root is None or root.start() == first.start():
        return text, None
    start = text.rfind("<?xml", 0, root.start())
    return text[start if start >= 0 else root.start() :], "text before the feed"


def _blank_subset(head: str) -> str:
    doctype = _DOCTYPE.search(head)
    if doctype is None:
        return head
    end = _doctype_end(head, doctype)
    return head[: doctype.start()] + " " * (end - doctype.start()) + head[end:]


def _doctype_end(text: str, doctype: re.Match[str]) -> int:
    if doctype[2] == ">":
        return doctype.end()
    closing = _SUBSET_END.search(text, doctype.end())
    return closing.end() if closing else doctype.end()


def _without_doctype(text: str, url: str) -> str:
    """The text without its document type; entities that stand for plain text are put in, all others dropped, bombs refused."""
    doctype = _DOCTYPE.search(text[: 16 * _HEAD])
    if doctype is None or _before_root(text, doctype.start()):
        return text
    end = _doctype_end(text, doctype)
    values = _entities(text[doctype.start() : end], url)
    text = text[: doctype.start()] + text[end:]
    for name, value in values.items():
        if len(value) * text.count(f"&{name};") > MAX_BYTES // 8:
            raise FeedError(url, "entity expansion")
        text = text.replace(f"&{name};", value)
    return text


def _before_root(text: str, at: int) -> bool:
    root = _ROOT.search(text)
    return root is not None and root.start() < at


def _entities(subset: str, url: str) -> dict[str, str]:
    found = list(_ENTITY.finditer(subset))
    if len(found) > _ENTITY_COUNT or subset.count("<!ENTITY") > _ENTITY_COUNT:
        raise FeedError(url, "entity expansion")
    values: dict[str, str] = {}
    for match in found:
        value = match[4] if match[4] is not None else match[5] or ""
        if not match[3] and not match[1] and (len(value) > _ENTITY_CHARACTERS or not _PLAIN_VALUE.fullmatch(value)):
            raise FeedError(url, "entity expansion")
        values[match[2]] = "" if match[1] or match[3] else value
    return values


def _repaired(text: str) -> tuple[str, str | None]:
    """The text with bare ampersands escaped and HTML's entities put in, outside CDATA, and whether there were any."""
    if _FOREIGN.search(text) is None:
        return text, None
    found = _CDATA_OR_FOREIGN.sub(_repair, text)
    return found, None if found == text else "not well-formed: undefined entity or bare ampersand"


def _repair(match: re.Match[str]) -> str:
    whole = match[0]
    if whole.startswith("<"):
        return whole
    name = match["name"]
    known = html5.get(name) if name else None
    return escape(known) if known else "&amp;" + whole[1:]


def _prepared(text: str, url: str) -> bytes:
    """The text as UTF-8 that XML allows, without what is known to stall feedparser, and without entries beyond the limit."""
    text = text.encode().translate(None, _CONTROLS).decode() if text.isascii() else _ILLEGAL.sub("", text)
    text = _CHARACTER.sub(_legal_character, text) if "&#" in text else text
    if len(text) > 16_384 and any(m[0].count("=") > _MANY_ATTRIBUTES for m in _LONG_TAG.finditer(text)):
        raise FeedError(url, "an element with too many attributes")
    # feedparser looks for mail addresses in these by a pattern that is quadratic (measured: 32 KiB, 3.6 s)
    text = _PERSON.sub(r"\1\2", text)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    return _fewer_entries(text).encode("utf-8")


def _legal_character(match: re.Match[str]) -> str:
    point = int(match[1], 16) if match[1] else int(match[2])
    legal = point in (9, 10, 13) or 32 <= point < 0xD800 or 0xE000 <= point < 0xFFFE or 0x10000 <= point < 0x110000
    return match[0] if legal else ""


def _fewer_entries(text: str) -> str:
    if text.count("<") <= _MAX_PARSED:
        return text
    starts = [m.start() for m in _ENTRY.finditer(text)]
    if len(starts) <= _MAX_PARSED:
        return text
    if _stamp(text[starts[-1] :]) > _stamp(text[starts[0] : starts[1]]):
        return text[: starts[0]] + text[starts[-_MAX_PARSED] :]
    ending = text.rfind("</", 0, len(text.rstrip()))
    tail = text[ending:] if ending > starts[-1] else ""
    tail = "</channel></rss>" if tail.startswith("</rss") else tail
    return text[: starts[_MAX_PARSED]] + tail


def _stamp(text: str) -> datetime:
    found = _STAMP.search(text)
    moment = feedparser.datetimes._parse_date(found[1].strip()) if found else None
    return _moment(moment) or datetime.min.replace(tzinfo=UTC)


def _base(url: str, headers: Mapping[str, str]) -> str:
    location = next((v for k, v in headers.items() if k.lower() == "content-location"), "")
    try:
        base = urljoin(url, location.strip())
        return base if urlsplit(base)[:2] == urlsplit(url)[:2] else url
    except ValueError:
        return url


def _parsed(data: bytes, base: str, url: str, headers: Mapping[str, str]) -> tuple[Any, tuple[RawEntry, ...]]:
    """What feedparser makes of a feed, and its entries, which come the quick way where that gives the same."""
    language = next((v for k, v in headers.items() if k.lower() == "content-language"), None)
    quick = fast_feed(
        data,
        language=language,
        resolve=lambda link: feedparser.urls._urljoin(base, link),
        looks_like_html=feedparser.mixin._FeedParserMixin.looks_like_html,
    )
    if quick is not None:
        head = _feedparser(quick.head, base, url, headers)
        if not head.get("bozo"):
            return head, quick.entries
    parsed = _feedparser(data, base, url, headers)
    return parsed, tuple(_entry(entry) for entry in parsed["entries"])


def _feedparser(data: bytes, base: str, url: str, headers: Mapping[str, str]) -> Any:
    language = next((v for k, v in headers.items() if k.lower() == "content-language"), None)
    known = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    if language:
        known["content-language"] = language
    try:
        return feedparser.parse(data, response_headers=known, sanitize_html=False, resolve_relative_uris=False)
    except _FEEDPARSER_ERRORS as error:
        raise FeedError(url, f"cannot be parsed ({type(error).__name__})") from error


def _trouble(parsed: Any) -> str | None:
    if not parsed.get("bozo"):
        return None
    error = parsed.get("bozo_exception")
    message = error.getMessage() if isinstance(error, SAXException) else str(error)
    return f"not well-formed: {message}"[:200]


def _string(entry: Any, name: str) -> str:
    """The value under feedparser's own key: its `get` also looks under other names, and takes a tenth of all time."""
    value = dict.get(entry, name)
    return value if isinstance(value, str) else ""


def _link(entry: Any) -> str:
    """The link; an id that feedparser took for one only when it is a whole web address."""
    link = _string(entry, "link")
    borrowed = dict.get(entry, "guidislink") or link == _string(entry, "id")
    return "" if borrowed and not link.lower().startswith(("http://", "https://")) else link


def _titled(entry: Any) -> tuple[str, bool]:
    detail = dict.get(entry, "title_detail")
    kind = dict.get(detail, "type", "text/plain") if detail else "text/plain"
    return _string(entry, "title"), kind != "text/plain"


def _entry(entry: Any) -> RawEntry:
    title, is_html = _titled(entry)
    summary, summary_is_html, language = _summary(entry)
    return RawEntry(
        guid=_string(entry, "id"),
        link=_string(entry, "feedburner_origlink") or _link(entry),
        title=title,
        title_is_html=is_html,
        summary=summary,
        summary_is_html=summary_is_html,
        author=_byline(entry),
        published=_published(entry),
        language=language,
    )


def _byline(entry: Any) -> str:
    """The author as written when that holds a mail address: feedparser splits those wrongly under long top-level domains."""
    author, detail = _string(entry, "author"), dict.get(entry, "author_detail")
    return author if "@" in author or not detail else _string(detail, "name") or author


def _summary(entry: Any) -> tuple[str, bool, str | None]:
    """The entry's summary, else its first content: text, whether it is HTML, its language."""
    detail = dict.get(entry, "summary_detail")
    value = _string(entry, "summary")
    contents = dict.get(entry, "content")
    if not value.strip() and contents:
        detail = contents[0]
        value = _string(detail, "value")
    title = dict.get(entry, "title_detail")
    language = (dict.get(detail, "language") if detail else None) or (dict.get(title, "language") if title else None)
    return value, not detail or dict.get(detail, "type") != "text/plain", language


def _published(entry: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment = _moment(dict.get(entry, name))
        if moment is not None:
            return moment
    return None


def _moment(parts: Any) -> datetime | None:
    """The moment, or None outside of 1900 to 2199: at the ends of the calendar every further computation could overflow."""
    try:
        year, month, day, hour, minute, second = parts[:6]
        if not 1900 <= year < 2200:
            return None
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (TypeError, ValueError, OverflowError):
        return None


_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_NUMBER = re.compile(r"\s*\+?(\d{1,9})(?:\.0*)?\s*")


def _whole(value: str) -> int:
    found = _NUMBER.fullmatch(value)
    return int(found[1]) if found else 0


def _pause(feed: Any) -> int | None:
    """The longer of ttl (minutes) and the time between two updates of the syndication module, in seconds."""
    ttl = 60 * _whole(_string(feed, "ttl"))
    period = _PERIODS.get(_string(feed, "sy_updateperiod").strip().lower(), 0)
    return max(ttl, period // max(1, _whole(_string(feed, "sy_updatefrequency")))) or None


_SKIP_HOURS = re.compile(rb"<skipHours\b[^>]*>(.*?)</skipHours", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(rb"<hour\b[^>]*>\s*(\d{1,2})\s*<", re.IGNORECASE)
_SKIP_DAYS = re.compile(rb"<skipDays\b[^>]*>(.*?)</skipDays", re.IGNORECASE | re.DOTALL)
_DAY = re.compile(rb"<day\b[^>]*>\s*([A-Za-z]{3,9})\s*<", re.IGNORECASE)
_DAYS = {name.lower(): number for number, name in enumerate(day_name)}


def _skip_hours(data: bytes) -> frozenset[int]:
    """Hours 0 to 23 in GMT; 24 is the obsolete way to write midnight."""
    found = _SKIP_HOURS.search(data)
    return frozenset(int(h) % 24 for h in _HOUR.findall(found[1]) if int(h) <= 24) if found else frozenset()


def _skip_days(data: bytes) -> frozenset[int]:
    found = _SKIP_DAYS.search(data)
    names = (d.decode("ascii").lower() for d in _DAY.findall(found[1])) if found else ()
    return frozenset(_DAYS[name] for name in names if name in _DAYS)
