"""Expectations of foreign test suites, read without ever evaluating them: only `path == literal` on fields we store."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from groundwire.records import FeedItem, ParsedFeed
from ingest.clean import html_text, language_tag

_CLAUSE = re.compile(r"(?:(feed)|entries\[(\d+)\])(?:\.(\w+)|\['(\w+)'\]) == (.+)")


def unequal(expect: str, parsed: ParsedFeed) -> Iterator[str]:
    """Each clause of an expectation that names a field we store and does not hold; clauses on anything else are passed over."""
    if " or " in expect:
        return
    for clause in expect.split(" and "):
        found = _CLAUSE.fullmatch(clause.strip())
        if found and not _holds(parsed, found):
            yield clause


def _holds(parsed: ParsedFeed, found: re.Match[str]) -> bool:
    name = found[3] or found[4]
    try:
        wanted = ast.literal_eval(found[5])
    except (ValueError, SyntaxError):
        return True
    if found[1]:
        return _feed_field(parsed, name, wanted)
    if not _stored(name):
        return True
    number = int(found[2])
    if number >= len(parsed.items) + parsed.dropped:
        return False
    return any(_item_field(item, name, wanted) for item in parsed.items) or not _kept(wanted)


def _kept(wanted: Any) -> bool:
    return bool(plain(wanted)) if isinstance(wanted, str) else True


def _stored(name: str) -> bool:
    return name in ("title", "link", "id", "summary", "description", "published_parsed")


def _feed_field(parsed: ParsedFeed, name: str, wanted: Any) -> bool:
    if name == "title":
        return plain(parsed.title) == plain(wanted)
    if name == "language":
        return parsed.language == language_tag(wanted)
    return True


def _item_field(item: FeedItem, name: str, wanted: Any) -> bool:
    if name == "published_parsed":
        return item.published == datetime(*wanted[:6], tzinfo=UTC)
    values = {"title": item.title, "link": item.url or "", "id": item.key, "summary": item.summary, "description": item.summary}
    if name == "link":
        return values[name].rstrip("/") == str(wanted).rstrip("/")
    return plain(values[name]) == plain(wanted)


def plain(text: Any) -> str:
    """A text without its markup and spacing, to compare what one suite keeps as HTML with what we keep as text."""
    return "".join(html_text(html_text(str(text))).split())


def expected_titles(expected: dict[str, Any]) -> tuple[str, ...]:
    """The titles of entries that an expected-output file of another parser holds."""
    entries = expected.get("items") or expected.get("entries") or []
    titles = (entry.get("title") for entry in entries if isinstance(entry, dict))
    texts = (title.get("content") if isinstance(title, dict) else title for title in titles)
    return tuple(text for text in texts if isinstance(text, str) and plain(text))
