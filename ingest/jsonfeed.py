"""JSON Feed 1.0 and 1.1 (jsonfeed.org), read leniently: what is of the wrong type is as if it were absent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from groundwire.errors import FeedError
from ingest.entries import RawEntry, RawFeed


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _date(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value).strip())
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        return moment if 1900 <= moment.year < 2200 else None
    except (ValueError, OverflowError):
        return None


Text = Annotated[str, BeforeValidator(_text)]
Date = Annotated[datetime | None, BeforeValidator(_date)]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Author(_Lenient):
    name: Text = ""


class _Item(_Lenient):
    id: Text = ""
    url: Text = ""
    external_url: Text = ""
    title: Text = ""
    content_html: Text = ""
    content_text: Text = ""
    summary: Text = ""
    date_published: Date = None
    date_modified: Date = None
    author: Any = None
    authors: Annotated[list[Any], BeforeValidator(_list)] = []
    language: Text = ""


class _Feed(_Lenient):
    version: Text = ""
    title: Text = ""
    home_page_url: Text = ""
    language: Text = ""
    author: Any = None
    authors: Annotated[list[Any], BeforeValidator(_list)] = []
    items: Annotated[list[Any], BeforeValidator(_list)] = []


def read_json_feed(text: str, *, url: str, trouble: str | None = None) -> RawFeed:
    """The feed in a JSON text; FeedError "not a feed" when it is no JSON object, or one that is no JSON Feed."""
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise FeedError(url, "not a feed (broken JSON)") from error
    if not isinstance(data, dict) or not _is_feed(data):
        raise FeedError(url, "not a feed (JSON, but no JSON Feed)")
    feed = _Feed.model_validate(data)
    entries = [_entry(value, feed) for value in feed.items]
    wrong = sum(1 for entry in entries if entry is None)
    known = "jsonfeed.org/version/1" in feed.version
    return RawFeed(
        title=feed.title,
        title_is_html=False,
        link=feed.home_page_url,
        language=feed.language or None,
        entries=tuple(entry or RawEntry() for entry in entries),
        link_base=url,
        malformed=trouble or (None if known else "unknown version") or (f"{wrong} items are not objects" if wrong else None),
    )


def _is_feed(data: dict[Any, Any]) -> bool:
    return "jsonfeed.org" in str(data.get("version", "")) or (isinstance(data.get("items"), list) and "title" in data)


def _entry(value: object, feed: _Feed) -> RawEntry | None:
    try:
        item = _Item.model_validate(value)
    except ValidationError:
        return None
    plain = item.summary or item.content_text
    return RawEntry(
        guid=item.id,
        link=item.url or item.external_url,
        title=item.title,
        summary=plain or item.content_html,
        summary_is_html=not plain,
        author=_names(item.authors, item.author) or _names(feed.authors, feed.author),
        published=item.date_published or item.date_modified,
        language=item.language or None,
    )


def _names(authors: list[Any], author: object) -> str:
    """Names of version 1.1 (a list), else of version 1.0 (one object)."""
    names = []
    for value in [*authors, author]:
        try:
            names.append(_Author.model_validate(value).name.strip())
        except ValidationError:
            continue
    return ", ".join(dict.fromkeys(name for name in names if name))
