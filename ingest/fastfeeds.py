"""The quick way through ordinary feeds: fastfeedparser reads the entries of RSS and Atom files whose shape leaves no room for doubt.

A feed must come out the same whichever way it is read, or its items would be stored twice when it changes. So expat
looks at the shape first, and everything is declined that feedparser and fastfeedparser may read differently: other
elements than the usual ones, one of them twice, markup inside text, comments, other attributes, unusual dates.
tests/test_fast_feeds.py holds both ways against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import fastfeedparser

from ingest.entries import RawEntry

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_XML_LANG = "http://www.w3.org/XML/1998/namespace lang xml"

_IGNORED = {
    f"{_DC} subject dc",
    "http://purl.org/rss/1.0/modules/slash/ comments slash",
    "http://wellformedweb.org/CommentAPI/ commentRss wfw",
    "http://search.yahoo.com/mrss/ content media",
    "http://search.yahoo.com/mrss/ thumbnail media",
}
"""Elements of an entry, by "namespace name prefix" as expat gives them, that neither way reads anything from."""

_RSS = {
    **dict.fromkeys(("title", "link", "guid", "description", "pubDate"), 1),
    **dict.fromkeys((f"{_DC} creator dc", f"{_DC} date dc", "http://purl.org/rss/1.0/modules/content/ encoded content"), 1),
    **dict.fromkeys(("category", "enclosure", "comments", "source", *_IGNORED), 0),
}
_FEED = {
    **dict.fromkeys((f"{_ATOM} {name}" for name in ("id", "title", "summary", "content", "published", "updated", "author")), 1),
    **dict.fromkeys((f"{_ATOM} {name}" for name in ("link", "category")), 0),
    **dict.fromkeys(_IGNORED, 0),
}
"""The children of an entry: 1 for those of which there must not be two."""

_ATTRIBUTES = {
    "guid": {"isPermaLink"},
    "category": {"domain"},
    "enclosure": {"url", "length", "type"},
    "source": {"url"},
    f"{_ATOM} title": {"type"},
    f"{_ATOM} summary": {"type"},
    f"{_ATOM} content": {"type"},
    f"{_ATOM} link": {"rel", "type", "href", "hreflang", "title", "length"},
    f"{_ATOM} category": {"term", "scheme", "label"},
}
_NO_ATTRIBUTES: frozenset[str] = frozenset()
_AUTHOR = {f"{_ATOM} name", f"{_ATOM} uri"}
_OTHER_RELATIONS = {"self", "edit", "replies", "enclosure", "related", "via"}
_DATES = {"pubDate", f"{_DC} date dc", f"{_ATOM} published", f"{_ATOM} updated"}
_ENCODED = "http://purl.org/rss/1.0/modules/content/ encoded content"

_HEAD = {
    *("title", "link", "description", "language", "copyright", "pubDate", "lastBuildDate", "category", "generator", "docs", "ttl"),
    *("managingEditor", "webMaster", "image", "url", "width", "height", "skipHours", "hour", "skipDays", "day"),
    *(f"{_ATOM} {name}" for name in ("title", "id", "updated", "link", "subtitle", "author", "name", "uri", "email", "generator")),
    *(f"{_ATOM} {name}" for name in ("icon", "logo", "rights", "category")),
    *(f"{_ATOM} link atom", f"{_ATOM} link atom10", f"{_DC} creator dc", f"{_DC} rights dc", f"{_DC} date dc"),
    "com-wordpress:feed-additions:1 site",
    *(f"http://purl.org/rss/1.0/modules/syndication/ update{name} sy" for name in ("Period", "Frequency", "Base")),
}
"""What may stand before the entries; it is read by feedparser, and only must not change how entries are read."""

_USUAL_DATE = re.compile(
    rb"<(?:pubDate|dc:date|published|updated)>\s*(?:"
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?!(?:29|30) Feb|31 (?:Feb|Apr|Jun|Sep|Nov))(?:0?[1-9]|[12]\d|3[01])"
    rb" (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?:19|20)\d\d (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    rb" (?:GMT|UT|UTC|EST|EDT|CST|CDT|MST|MDT|PST|PDT|[+-](?:0\d|1[0-3])[0-5]\d)"
    rb"|(?:19|20)\d\d-(?!02-(?:29|3)|(?:04|06|09|11)-31)(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    rb"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)"
    rb")\s*"
)
"""The forms of RFC 822 and RFC 3339 that both libraries read alike, without the last days of February."""

_FILLED = re.compile(rb"[^>]*>\s*(?:<!\[CDATA\[\s*(?!\]\]>)[!-~]|&lt;|[!-%'-;=-~]|[\xc3-\xdf\xe4-\xed\xf0-\xf4]|\xe3(?!\x80\x80))")
"""A start tag and text that surely is not blank."""

_ODD_BYTES = (b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xee\x80\x80", b"??>", b"<rss:")
"""What fastfeedparser rewrites before it reads: line and paragraph separators, its own marks, what it takes for mistakes."""

_WEB = re.compile(r"https?://(?!.*&\w+;)[!-~]+")
_WHOLE = re.compile(r"https?://[\w.-]+(?::\d+)?/[!-\"$-:<->@-~]*(?:\?[!-\"$-:<-~]+)?", re.ASCII)
"""An address that nothing about it changes when it is resolved."""
_AROUND_MAIL = frozenset("@<>()&")
_C1 = re.compile("[\x80-\x9f]")


class _Unusual(Exception):
    """The feed is left to feedparser."""


@dataclass(frozen=True, slots=True)
class FastFeed:
    """The entries of a feed, and the bytes of the same feed without them, for feedparser to read the rest of it."""

    entries: tuple[RawEntry, ...]
    head: bytes


@dataclass(slots=True)
class _Seen:
    """One entry's shape: its elements with their attributes, those that surely hold text, and the links of Atom."""

    attributes: dict[str, Mapping[str, str]] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    links: list[Mapping[str, str]] = field(default_factory=list)
    names: int = 0


class _Shape:
    """What expat sees of a feed; raises _Unusual for what is not read the quick way, ExpatError for what is not well-formed."""

    def __init__(self, data: bytes) -> None:
        self.root = 0
        self.is_rss = False
        self.language: str | None = None
        self.entries: list[_Seen] = []
        self._data = data
        self._path: list[str] = []
        self._starts: list[int] = []
        self._entry: _Seen | None = None
        self._first = self._last = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.namespace_prefixes = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CommentHandler = self._parser.ProcessingInstructionHandler = self._aside
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.Parse(data, True)

    @property
    def head(self) -> bytes:
        """The feed without its entries."""
        return self._data[: self._first] + self._data[self._last :]

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._path)
        if self._entry is not None:
            self._child(self._entry, name, attributes, depth - self._depth)
        elif depth == 0:
            self._begin(name, attributes)
        elif depth == self._depth and name == self._name:
            self._entry = _Seen()
            self._first = self._first or self._parser.CurrentByteIndex
            if attributes or (self._last and self._data[self._last : self._parser.CurrentByteIndex].strip()):
                raise _Unusual
        elif self.entries or not self._in_head(name, attributes, depth):
            raise _Unusual
        self._path.append(name)
        self._starts.append(self._parser.CurrentByteIndex)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        """The root: what kind of feed it is, and what its entries are called."""
        self.root = self._parser.CurrentByteIndex
        self.is_rss = name == "rss"
        self.language = attributes.get(_XML_LANG)
        if name not in ("rss", f"{_ATOM} feed") or attributes.keys() - {_XML_LANG, "version"}:
            raise _Unusual
        self._depth, self._name, self._allowed = (2, "item", _RSS) if self.is_rss else (1, f"{_ATOM} entry", _FEED)

    def _in_head(self, name: str, attributes: dict[str, str], depth: int) -> bool:
        if self.is_rss and depth == 1:
            return name == "channel" and not attributes and "channel" not in self._path
        return name in _HEAD and not any(_names_base_or_language(a) for a in attributes)

    def _child(self, entry: _Seen, name: str, attributes: dict[str, str], depth: int) -> None:
        if depth == 2 and self._path[-1] == f"{_ATOM} author" and name in _AUTHOR and not attributes:
            entry.names += name == f"{_ATOM} name"
            return
        once = self._allowed.get(name) if depth == 1 else None
        if once is None or (once and name in entry.attributes):
            raise _Unusual
        if name in _IGNORED:
            if any(_names_base_or_language(a) for a in attributes):
                raise _Unusual
        elif attributes.keys() - _ATTRIBUTES.get(name, _NO_ATTRIBUTES):
            raise _Unusual
        entry.attributes[name] = attributes
        if name == f"{_ATOM} link":
            entry.links.append(attributes)
            if not attributes.get("href"):
                raise _Unusual

    def _end(self, name: str) -> None:
        self._path.pop()
        start, end = self._starts.pop(), self._parser.CurrentByteIndex
        if self._entry is None:
            return
        if len(self._path) == self._depth:
            self.entries.append(self._entry)
            self._entry = None
            self._last = self._data.index(b">", end) + 1
        elif name in _DATES:
            if not _USUAL_DATE.fullmatch(self._data, start, end):
                raise _Unusual
        elif _FILLED.match(self._data, start, end):
            self._entry.filled.add(name)

    def _aside(self, *_: str) -> None:
        if self._entry is not None:
            raise _Unusual

    def _refuse(self, *_: object) -> None:
        raise _Unusual


def _names_base_or_language(attribute: str) -> bool:
    return attribute in ("base", "lang", "xml:base", "xml:lang") or attribute.startswith("http://www.w3.org/XML/")


def fast_feed(
    data: bytes, *, language: str | None, resolve: Callable[[str], str], looks_like_html: Callable[[str], bool]
) -> FastFeed | None:
    """The feed in UTF-8 data without XML declaration and document type, or None when it is left to feedparser.

    `language` is what entries are in that say nothing themselves; `resolve` makes a link absolute and
    `looks_like_html` guesses what a title of RSS is, both as feedparser does.
    """
    if any(odd in data for odd in _ODD_BYTES):
        return None
    try:
        shape = _Shape(data)
        parsed = fastfeedparser.parse(data[shape.root :], include_tags=False, include_media=False, include_enclosures=False)
        if len(parsed["entries"]) != len(shape.entries):
            return None
        read = _rss_entry if shape.is_rss else _atom_entry
        said = shape.language.replace("_", "-") if shape.language else language
        entries = [read(entry, seen, resolve, looks_like_html, said) for entry, seen in zip(parsed["entries"], shape.entries, strict=True)]
    except (_Unusual, expat.ExpatError, ValueError, LookupError):
        return None
    return FastFeed(tuple(entries), shape.head)


def _rss_entry(
    entry: Mapping[str, Any], seen: _Seen, resolve: Callable[[str], str], looks_like_html: Callable[[str], bool], language: str | None
) -> RawEntry:
    title = _sure(entry["title"])
    return RawEntry(
        guid=_guid(entry, seen, "guid"),
        link=_resolved(entry["link"], resolve) if "link" in seen.filled else _unusual(),
        title=title,
        title_is_html=looks_like_html(title),
        summary=_text(entry, seen, "description", _ENCODED),
        author=_author(entry),
        published=_published(entry, seen),
        language=language if seen.attributes.keys() & {"title", "description"} else None,
    )


def _atom_entry(
    entry: Mapping[str, Any], seen: _Seen, resolve: Callable[[str], str], looks_like_html: Callable[[str], bool], language: str | None
) -> RawEntry:
    if f"{_ATOM} author" in seen.attributes and seen.names != 1:
        raise _Unusual
    title, summary, content = (f"{_ATOM} {name}" for name in ("title", "summary", "content"))
    kinds = {name: seen.attributes[name].get("type", "text") for name in (title, summary, content) if name in seen.attributes}
    if not {"text", "html"} >= set(kinds.values()):
        raise _Unusual
    return RawEntry(
        guid=_guid(entry, seen, f"{_ATOM} id"),
        link=_resolved(_alternate(entry, seen), resolve),
        title=_sure(entry["title"]),
        title_is_html=kinds.get(title) == "html",
        summary=_text(entry, seen, summary, content),
        # feedparser copies a content into an absent summary without its type, which is then taken for HTML
        summary_is_html=kinds.get(summary, "html") == "html",
        author=_author(entry),
        published=_published(entry, seen),
        language=language if kinds.keys() & {title, summary} else None,
    )


def _unusual() -> str:
    raise _Unusual


def _sure(text: str) -> str:
    """A text that feedparser leaves as it is: it re-reads what looks like UTF-8 taken for Latin-1, and maps Windows' characters."""
    if text.isascii():
        return text
    if _C1.search(text):
        raise _Unusual
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
    raise _Unusual


def _guid(entry: Mapping[str, Any], seen: _Seen, name: str) -> str:
    if name not in seen.attributes:
        return ""
    return _sure(entry["id"]) if name in seen.filled else _unusual()


def _resolved(link: str, resolve: Callable[[str], str]) -> str:
    if not _WEB.fullmatch(link):
        raise _Unusual
    return link if _WHOLE.fullmatch(link) else resolve(link)


def _alternate(entry: Mapping[str, Any], seen: _Seen) -> str:
    """The link of an Atom entry, where it has one page and says of all other links what they are."""
    pages = [link for link in seen.links if link.get("rel", "alternate") == "alternate"]
    others = {link["rel"] for link in seen.links if link.get("rel", "alternate") != "alternate"}
    if len(pages) != 1 or pages[0].get("type", "text/html") != "text/html" or not others <= _OTHER_RELATIONS:
        raise _Unusual
    return str(entry["link"]) if entry["link"] == pages[0].get("href") else _unusual()


def _text(entry: Mapping[str, Any], seen: _Seen, summary: str, content: str) -> str:
    """The summary, else the content; a summary that may be blank beside a content is declined."""
    if content not in seen.attributes and summary not in seen.attributes:
        return ""
    if summary not in seen.attributes or (content not in seen.attributes and summary == "description"):
        found = entry.get("content")
        return _sure(found[0]["value"].strip()) if found else ""
    return _sure(entry["description"]) if summary in seen.filled else _unusual()


def _author(entry: Mapping[str, Any]) -> str:
    """The author; feedparser takes mail addresses out, with what is around them."""
    author = _sure(entry.get("author", ""))
    return author if not _AROUND_MAIL.intersection(author) else _unusual()


def _published(entry: Mapping[str, Any], seen: _Seen) -> datetime | None:
    if not seen.attributes.keys() & _DATES:
        return None
    return datetime.fromisoformat(entry["published"]).astimezone(UTC).replace(microsecond=0)
