"""The sample wire: invented outlets whose feeds and pages are a function of a folder and a moment.

`Wire.load` reads the folder (`examples/wire/README.md` describes its files), `Wire.respond` answers one
request as it would have been answered at a given time, and `serve` puts that behind a port on loopback.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from types import TracebackType
from typing import Any, NamedTuple, Self, cast
from xml.sax.saxutils import escape, quoteattr

from groundwire.errors import ConfigError
from groundwire.wire_feeds import FORMATS

__all__ = ["Answer", "Correction", "Outlet", "Request", "Served", "Text", "Wire", "serve"]

FEED_ITEMS = 30
RELATED = 3
COMMENTS = 2
OPEN_PARAGRAPHS = 2
RETRY_AFTER_SECONDS = 3600
FEED_TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
}
PAYWALL = '<aside class="newsletter paywall"><p>To read on, become a subscriber. The first month costs $1.</p></aside>'
_LINK = re.compile(r"\[([^\]]+)\]\((http[^)\s]+)\)")


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Request(NamedTuple):
    """One line of the server's request log."""

    method: str
    host: str
    path: str
    status: int


@dataclass(frozen=True)
class Outlet:
    """Who publishes: one table of `outlets.toml`."""

    key: str
    host: str
    name: str
    owner: str
    kind: str
    feed: str
    format: str
    layout: str
    description: str
    language: str = "en"
    release_wire: bool = False
    feed_moved_from: str | None = None
    validators: bool = True
    max_age: int | None = None
    ttl: int | None = None
    rate_limited_on: date | None = None
    disallow: tuple[str, ...] = ()
    dead: bool = False

    @property
    def home_url(self) -> str:
        return f"http://{self.host}/"

    @property
    def listed_feed_url(self) -> str:
        """The feed's address as a reader would have noted it, which may have moved since."""
        return f"http://{self.host}{self.feed_moved_from or self.feed}"


@dataclass(frozen=True)
class Correction:
    """What a page says differently from a moment on: `old` becomes `new` everywhere, and a notice is added."""

    at: datetime
    old: str
    new: str
    notice: str


@dataclass(frozen=True)
class Text:
    """One published text: a file of `texts/`; `story`, `layers` and `copy_of` are labels that are never served."""

    key: str
    outlet: Outlet
    path: str
    title: str
    author: str
    published: datetime
    summary: str
    story: str
    layers: tuple[str, ...]
    paragraphs: tuple[str, ...]
    copy_of: str | None = None
    altered: tuple[str, str] | None = None
    correction: Correction | None = None
    reserved: bool = False
    paywalled: bool = False
    gone: bool = False
    injected_hidden: str | None = None
    injected_comment: str | None = None
    comments: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"http://{self.outlet.host}{self.path}"

    @property
    def words(self) -> int:
        return sum(len(_plain(paragraph).split()) for paragraph in self.paragraphs)

    @property
    def disallowed(self) -> bool:
        """Whether the outlet's robots.txt forbids the page."""
        return any(self.path.startswith(prefix) for prefix in self.outlet.disallow)

    def modified(self, at: datetime) -> datetime:
        """When what is shown at this moment was last changed."""
        return self.correction.at if self.correction and self.correction.at <= at else self.published

    def title_at(self, at: datetime) -> str:
        return self._corrected(self.title, at)

    def summary_at(self, at: datetime) -> str:
        return self._corrected(self.summary, at)

    def paragraphs_at(self, at: datetime) -> tuple[str, ...]:
        """The body's paragraphs at this moment, in the files' markup, a correction notice last."""
        shown = tuple(self._corrected(paragraph, at) for paragraph in self.paragraphs)
        return (*shown, self.correction.notice) if self.correction and self.correction.at <= at else shown

    def body(self, at: datetime) -> str:
        """The body as a reader sees it at this moment, a paragraph a line: what extraction should find."""
        return "\n".join(_plain(paragraph) for paragraph in self.paragraphs_at(at))

    def _corrected(self, words: str, at: datetime) -> str:
        if self.correction is None or at < self.correction.at:
            return words
        return words.replace(self.correction.old, self.correction.new)


@dataclass(frozen=True)
class Wire:
    """All outlets and texts, and the answer to every request at every moment."""

    outlets: tuple[Outlet, ...]
    texts: tuple[Text, ...]
    layouts: Mapping[str, str]
    pool: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The wire in this folder; raises ConfigError naming the file that cannot be used."""
        outlets = tuple(_outlet(key, table) for key, table in _toml(folder / "outlets.toml").items())
        by_key = {outlet.key: outlet for outlet in outlets}
        texts = [_text(path, by_key) for path in sorted((folder / "texts").glob("*.md"))]
        texts.sort(key=lambda text: (text.published, text.key))
        layouts = {path.stem: path.read_text("utf-8") for path in sorted((folder / "layouts").glob("*.html"))}
        pool = {
            language: tuple((entry["name"], entry["text"]) for entry in table["comments"])
            for language, table in _toml(folder / "comments.toml").items()
        }
        return cls(outlets, tuple(texts), layouts, pool)

    @property
    def hosts(self) -> tuple[str, ...]:
        return tuple(outlet.host for outlet in self.outlets)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days on which anything was published, in UTC, in order."""
        return tuple(sorted({text.published.astimezone(UTC).date() for text in self.texts}))

    @cached_property
    def _by_host(self) -> dict[str, Outlet]:
        return {outlet.host: outlet for outlet in self.outlets}

    @cached_property
    def _by_url(self) -> dict[str, Text]:
        return {text.url: text for text in self.texts}

    def visible(self, outlet: Outlet, at: datetime) -> list[Text]:
        """What the outlet has published by this moment, newest first."""
        return [text for text in reversed(self.texts) if text.outlet == outlet and text.published <= at]

    def respond(self, host: str, path: str, request_headers: Mapping[str, str], at: datetime) -> Answer:
        """The answer to a GET at this moment; the same arguments give the same bytes."""
        outlet = self._by_host.get(host.lower().partition(":")[0])
        path = path.partition("?")[0]
        if outlet is None:
            return _plain_answer(HTTPStatus.MISDIRECTED_REQUEST)
        if outlet.dead:
            return _plain_answer(HTTPStatus.NOT_FOUND)
        if path == outlet.feed_moved_from:
            return _plain_answer(HTTPStatus.MOVED_PERMANENTLY, {"Location": f"http://{outlet.host}{outlet.feed}"})
        if path == outlet.feed:
            return self._feed(outlet, request_headers, at)
        if path == "/robots.txt":
            return Answer(HTTPStatus.OK, {"Content-Type": "text/plain; charset=utf-8"}, _robots(outlet))
        if path == "/":
            return Answer(HTTPStatus.OK, {"Content-Type": "text/html; charset=utf-8"}, self._home(outlet, at))
        return self._page(f"http://{outlet.host}{path}", request_headers, at)

    def page(self, text: Text, at: datetime) -> str:
        """The HTML page around a text as it stands at this moment."""
        outlet = text.outlet
        fields = {
            "site": outlet.name,
            "owner": outlet.owner,
            "language": outlet.language,
            "title": text.title_at(at),
            "summary": text.summary_at(at),
            "author": text.author,
            "url": text.url,
            "published": text.published.isoformat(),
            "shown": _shown(text.published, outlet.language),
            "feed": f"http://{outlet.host}{outlet.feed}",
            "feed_type": FEED_TYPES[outlet.format],
        }
        markup = {
            "head": '<meta name="tdm-reservation" content="1">\n<meta name="robots" content="noai">' if text.reserved else "",
            "jsonld": _json_ld(text, at),
            "lead": _planted(text),
            "body": _body_markup(text, at),
            "related": self._related(text),
            "comments": self._comments(text),
        }
        layout = Template(self.layouts[outlet.layout])
        return layout.substitute({name: html.escape(value) for name, value in fields.items()} | markup)

    def opml(self) -> str:
        """An OPML list of every outlet's feed, the dead and the moved one included."""
        lines = [
            f"    <outline type={quoteattr('rss')} text={quoteattr(outlet.name)} title={quoteattr(outlet.name)}"
            f" xmlUrl={quoteattr(outlet.listed_feed_url)} htmlUrl={quoteattr(outlet.home_url)}/>"
            for outlet in self.outlets
        ]
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>The sample wire</title></head>\n  <body>\n'
        return head + "\n".join(lines) + "\n  </body>\n</opml>\n"

    def _feed(self, outlet: Outlet, request_headers: Mapping[str, str], at: datetime) -> Answer:
        if outlet.rate_limited_on == at.astimezone(UTC).date():
            return _plain_answer(HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(RETRY_AFTER_SECONDS)})
        texts = self.visible(outlet, at)[:FEED_ITEMS]
        modified = max((text.modified(at) for text in texts), default=self.texts[0].published)
        body = FORMATS[outlet.format](outlet, texts, modified, at).encode()
        headers = {"Content-Type": f"{FEED_TYPES[outlet.format]}; charset=utf-8"}
        if outlet.max_age is not None:
            headers["Cache-Control"] = f"max-age={outlet.max_age}"
        if not outlet.validators:
            return Answer(HTTPStatus.OK, headers, body)
        return _conditional(headers, body, modified, request_headers)

    def _page(self, url: str, request_headers: Mapping[str, str], at: datetime) -> Answer:
        text = self._by_url.get(url)
        if text is None or text.gone or at < text.published:
            return _plain_answer(HTTPStatus.NOT_FOUND)
        headers = {"Content-Type": "text/html; charset=utf-8"}
        return _conditional(headers, self.page(text, at).encode(), text.modified(at), request_headers)

    def _home(self, outlet: Outlet, at: datetime) -> bytes:
        items = "".join(f"<li>{_anchor(text.path, text.title_at(at))}</li>\n" for text in self.visible(outlet, at)[:10])
        link = f'<link rel="alternate" type="{FEED_TYPES[outlet.format]}" title={quoteattr(outlet.name)} href={quoteattr(outlet.feed)}>'
        return (
            f'<!DOCTYPE html>\n<html lang="{outlet.language}">\n<head>\n<meta charset="utf-8">\n<title>{escape(outlet.name)}</title>\n'
            f"{link}\n</head>\n<body>\n<h1>{escape(outlet.name)}</h1>\n<p>{escape(outlet.description)}</p>\n<ul>\n{items}</ul>\n</body>\n</html>\n"
        ).encode()

    def _related(self, text: Text) -> str:
        """Earlier texts only, by the titles they had then, so that a page does not change when others appear."""
        earlier = [other for other in self.visible(text.outlet, text.published) if other is not text][:RELATED]
        return "".join(f"<li>{_anchor(other.path, other.title)}</li>" for other in earlier)

    def _comments(self, text: Text) -> str:
        pool = self.pool[text.outlet.language]
        first = int(hashlib.sha256(text.key.encode()).hexdigest(), 16) % len(pool)
        chosen = [pool[(first + step) % len(pool)] for step in range(COMMENTS)]
        own = [(f"reader_{number}", words) for number, words in enumerate(text.comments, 1)]
        return "".join(
            f'<div class="comment"><b class="comment-author">{html.escape(name)}</b><p>{html.escape(words)}</p></div>'
            for name, words in own + chosen
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, wire: Wire, at: datetime) -> None:
        self.wire = wire
        self.at = at
        self.log: list[Request] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30

    def do_GET(self) -> None:
        server = cast(_Server, self.server)
        host = self.headers.get("Host", "").partition(":")[0]
        answer = server.wire.respond(host, self.path, dict(self.headers.items()), server.at)
        server.log.append(Request(self.command, host, self.path, answer.status))
        self.send_response_only(answer.status)
        self.send_header("Date", _http_date(server.at))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: `Served.log` has the requests."""


class Served:
    """A wire being served on loopback; `at` is the present that its visitors see and may be set at any time."""

    def __init__(self, wire: Wire, at: datetime) -> None:
        self.wire = wire
        self._server = _Server(wire, at)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="wire", daemon=True)
        self._thread.start()

    @property
    def at(self) -> datetime:
        return self._server.at

    @at.setter
    def at(self, moment: datetime) -> None:
        self._server.at = moment

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> dict[str, str]:
        """What to put into the setting `fetch.hosts`."""
        return dict.fromkeys(self.wire.hosts, f"127.0.0.1:{self.port}")

    @property
    def log(self) -> list[Request]:
        """Every request so far, in order of arrival."""
        return self._server.log

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def serve(wire: Wire, at: datetime | None = None) -> Served:
    """Serve the wire on a free port of 127.0.0.1, at first as of `at`, else as of its last text."""
    return Served(wire, at or wire.texts[-1].published)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from error


def _outlet(key: str, table: dict[str, Any]) -> Outlet:
    fields: dict[str, Any] = table | {"disallow": tuple(table.get("disallow", ()))}
    try:
        return Outlet(key=key, **fields)
    except TypeError as error:
        raise ConfigError(f"outlets.toml: '{key}': {error}") from error


def _text(path: Path, outlets: Mapping[str, Outlet]) -> Text:
    _, front, body = path.read_text("utf-8").split("+++\n", 2)
    try:
        fields = tomllib.loads(front)
        altered = fields.pop("altered", None)
        return Text(
            key=path.stem,
            outlet=outlets[fields.pop("outlet")],
            layers=tuple(fields.pop("layers")),
            comments=tuple(fields.pop("comments", ())),
            altered=(altered["from"], altered["to"]) if altered else None,
            correction=_correction(fields),
            paragraphs=tuple(" ".join(block.split()) for block in body.strip().split("\n\n")),
            **fields,
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from error


def _correction(fields: dict[str, Any]) -> Correction | None:
    if "corrected_on" not in fields:
        return None
    change = fields.pop("corrected")
    return Correction(fields.pop("corrected_on"), change["from"], change["to"], fields.pop("correction_notice"))


def _plain(paragraph: str) -> str:
    return _LINK.sub(r"\1", paragraph)


def _anchor(address: str, words: str) -> str:
    return f'<a href="{html.escape(address)}">{html.escape(words)}</a>'


def _paragraph(paragraph: str) -> str:
    return "<p>" + _LINK.sub(r'<a href="\2">\1</a>', html.escape(paragraph, quote=False)) + "</p>"


def _body_markup(text: Text, at: datetime) -> str:
    paragraphs = [_paragraph(paragraph) for paragraph in text.paragraphs_at(at)]
    return "\n".join([*paragraphs[:OPEN_PARAGRAPHS], PAYWALL] if text.paywalled else paragraphs)


def _planted(text: Text) -> str:
    hidden = f'<div style="display:none">{html.escape(text.injected_hidden)}</div>' if text.injected_hidden else ""
    return hidden + (f"<!-- {text.injected_comment} -->" if text.injected_comment else "")


def _json_ld(text: Text, at: datetime) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": text.title_at(at),
        "datePublished": text.published.isoformat(),
        "dateModified": text.modified(at).isoformat(),
        "author": [{"@type": "Person", "name": text.author}],
        "publisher": {"@type": "Organization", "name": text.outlet.name},
        "mainEntityOfPage": text.url,
        "isAccessibleForFree": not text.paywalled,
    }
    safe = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{safe}</script>'


def _shown(moment: datetime, language: str) -> str:
    day = f"{moment.day}." if language == "de" else str(moment.day)
    return f"{day} {MONTHS[language][moment.month - 1]} {moment.year}, {moment:%H:%M}"


def _robots(outlet: Outlet) -> bytes:
    rules = [f"Disallow: {prefix}" for prefix in outlet.disallow] or ["Disallow:"]
    return "\n".join(["User-agent: *", *rules, ""]).encode()


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _plain_answer(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}, f"{status.phrase}\n".encode())


def _conditional(headers: dict[str, str], body: bytes, modified: datetime, request_headers: Mapping[str, str]) -> Answer:
    """The answer with validators, or 304 where the request's say that it is known (RFC 9110, section 13.2.2)."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = headers | {"ETag": etag, "Last-Modified": _http_date(modified)}
    if _is_known(etag, modified, {name.lower(): value for name, value in request_headers.items()}):
        return Answer(HTTPStatus.NOT_MODIFIED, headers, b"")
    return Answer(HTTPStatus.OK, headers, body)


def _is_known(etag: str, modified: datetime, request: Mapping[str, str]) -> bool:
    if "if-none-match" in request:
        named = [tag.strip().removeprefix("W/") for tag in request["if-none-match"].split(",")]
        return etag in named or "*" in named
    try:
        since = parsedate_to_datetime(request["if-modified-since"])
    except (KeyError, ValueError):
        return False
    return modified.replace(microsecond=0) <= (since if since.tzinfo else since.replace(tzinfo=UTC))
