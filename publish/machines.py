"""The files that other programs read: feeds, sitemaps, robots.txt, what hosts want to know. Each is a view; nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from groundwire import templating
from groundwire.clock import to_text
from groundwire.records import Article, Record
from publish import data, structured, syndication
from publish.article_schema import article_schema
from publish.edition import Card, Edition
from publish.pages import FIXED, POLICY, SEARCH_POLICY, File, Press, text_file
from publish.syndication import Entry, Feed
from publish.views import ICON, ArticleView
from publish.wording import contact_address

IN_NEWS_SITEMAP = 1_000
NEWS_DAYS = 2
"""What a news sitemap holds: the articles of so many days, at most so many (Google's news sitemap 0.9)."""

IN_SITEMAP = 50_000
"""Most addresses of one sitemap (sitemaps.org 0.9)."""

IN_LLMS = 50

_PICTURES = {"svg": "image/svg+xml", "png": "image/png", "webp": "image/webp"}


class Machines:
    """Renders them for one publication."""

    def __init__(self, press: Press) -> None:
        self.press = press
        self.site = press.site

    def entry(self, view: ArticleView, article: Article, records: Sequence[Record]) -> Entry:
        """The article as feeds carry it."""
        html = templating.render(self.press.env, "feed_body.html", a=view, site=self.site, base=self.site.url + view.path)
        kind = structured.LEDGER_SOURCE if view.ledger else structured.MODEL_SOURCE
        return syndication.entry(view, self.site, article.published, view.touched, html, kind, records)

    def feeds(self, entries: Sequence[Entry]) -> Iterator[File]:
        """The site's feeds with the full text of the newest articles."""
        feed = syndication.feed(self.site, "feed.xml", "", self.site.title, self.press.description, entries)
        at = _at(entries)
        yield self._plain("feed.xml", at, feed=feed)
        yield self._plain("rss.xml", at, feed=feed)
        yield text_file("feed.json", data.dumps(syndication.json_feed(feed, self.site)), at)

    def thread_feed(self, slug: str, title: str, entries: Sequence[Entry]) -> File:
        page = f"threads/{slug}/"
        name = f"{title} · {self.site.title}"
        return self._atom(syndication.feed(self.site, f"{page}feed.xml", page, name, f"Articles of the thread {title}.", entries))

    def layer_feed(self, page: str, name: str, entries: Sequence[Entry]) -> File:
        """`page` is the folder of the layer's page, like stack/chip/."""
        title = f"{name} · {self.site.title}"
        return self._atom(syndication.feed(self.site, f"{page}feed.xml", page, title, f"Articles on the layer {name}.", entries))

    def corrections_feed(self, edition: Edition) -> File:
        """Every correction, notice and retraction as an entry of its own."""
        entries = [syndication.correction_entry(c, self.site) for c in edition.corrections[: syndication.IN_CORRECTIONS]]
        name = f"Corrections · {self.site.title}"
        return self._atom(
            syndication.feed(self.site, "corrections/feed.xml", "corrections/", name, "Corrections and retractions.", entries)
        )

    def _atom(self, feed: Feed) -> File:
        at = _at(feed.entries)
        return text_file(feed.path, self._render("feed.xml", feed=feed), at)

    def sitemaps(self, edition: Edition, paths: Sequence[str], now: datetime) -> Iterator[File]:
        """sitemap.xml with every page that may be found (an index of several when they are many), news-sitemap.xml with the newest.

        `paths` are the pages beside the articles.
        """
        at = edition.modified or FIXED
        found: list[tuple[str, str | None]] = [(self.site.url + p.removesuffix("index.html"), None) for p in paths]
        found += [(self.site.url + address_of(c), to_text(c.modified)) for c in edition.cards if not c.retracted]
        parts = [found[i : i + IN_SITEMAP] for i in range(0, len(found), IN_SITEMAP)] or [[]]
        if len(parts) == 1:
            yield self._plain("sitemap.xml", at, addresses=parts[0])
        else:
            for n, part in enumerate(parts, 1):
                yield text_file(f"sitemap-{n}.xml", self._render("sitemap.xml", addresses=part), at)
            yield self._plain(
                "sitemap-index.xml", at, path="sitemap.xml", parts=[f"{self.site.url}sitemap-{n}.xml" for n in range(1, len(parts) + 1)]
            )
        yield self._plain("news-sitemap.xml", at, cards=news(edition.cards, now))

    def for_hosts(self, edition: Edition, now: datetime) -> Iterator[File]:
        """robots.txt, reservation of rights, security.txt, headers, schema, and what a browser asks for."""
        yield text_file("robots.txt", "\n".join(self._robots()), FIXED)
        yield text_file("_headers", "\n".join(self._headers()), FIXED)
        yield text_file("article.schema.json", data.dumps(article_schema(self.site.url)), FIXED)
        yield text_file("manifest.webmanifest", data.dumps(self._manifest()), FIXED)
        yield text_file(
            "humans.txt", f"{self.site.title}\n{self.site.responsible or ''}\nWritten by software: {self.site.url}ai-policy/", FIXED
        )
        if self.site.icon == ICON:
            yield self._plain(ICON, FIXED)
        if self.site.reserved:
            yield text_file(".well-known/tdmrep.json", data.dumps([self._reservation()]), FIXED)
        if contact := contact_address(self.site.contact):
            yield text_file(".well-known/security.txt", "\n".join(self._security(contact, now)), FIXED)
        if self.site.llms_txt:
            yield text_file("llms.txt", "\n".join(self._llms(edition)), edition.modified or FIXED)

    def _robots(self) -> Iterator[str]:
        yield from ("User-agent: *", "Allow: /")
        if self.site.reserved:
            yield from ("Content-Signal: search=yes, ai-input=no, ai-train=no", "Content-Usage: search=y, train-ai=n")
        yield from ("", f"Sitemap: {self.site.url}sitemap.xml", f"Sitemap: {self.site.url}news-sitemap.xml")

    def _headers(self) -> Iterator[str]:
        base = urlsplit(self.site.url).path
        yield from (
            f"{base}*",
            f"  Content-Security-Policy: {POLICY}",
            "  Referrer-Policy: no-referrer",
            "  X-Content-Type-Options: nosniff",
        )
        if self.site.reserved:
            yield from ("  tdm-reservation: 1", f"  tdm-policy: {self.site.url}ai-policy/")
        if self.site.search:
            yield from (f"{base}search/*", "  ! Content-Security-Policy", f"  Content-Security-Policy: {SEARCH_POLICY}")
        yield from (f"{base}articles/*/article.md", "  Content-Type: text/markdown; charset=utf-8")
        yield from (f"{base}feed.json", "  Content-Type: application/feed+json; charset=utf-8")

    def _reservation(self) -> dict[str, Any]:
        return {"location": f"{urlsplit(self.site.url).path}*", "tdm-reservation": 1, "tdm-policy": f"{self.site.url}ai-policy/"}

    def _security(self, contact: str, now: datetime) -> Iterator[str]:
        yield from (f"Contact: {contact}", f"Expires: {to_text(expiry(now))}", f"Preferred-Languages: {self.site.language}")
        yield f"Canonical: {self.site.url}.well-known/security.txt"

    def _manifest(self) -> dict[str, Any]:
        kind = _PICTURES[self.site.icon.rpartition(".")[2]]
        icon = {"src": self.site.icon, "sizes": "any", "type": kind}
        return {"name": self.site.title, "short_name": self.site.title, "start_url": "index.html", "display": "browser",
                "lang": self.site.language, "dir": self.site.direction, "icons": [icon]}  # fmt: skip

    def _llms(self, edition: Edition) -> Iterator[str]:
        yield from (f"# {data.plain(self.site.title)}", "", f"> {data.plain(self.press.description)}", "", "## Articles", "")
        for card in [c for c in edition.cards if not c.retracted][:IN_LLMS]:
            yield f"- [{data.plain(card.title)}]({self.site.url}{address_of(card)}article.md): {data.plain(card.dek)}"
        named = (("How this is made", "methodology/"), ("Corrections", "corrections/"), ("Use of language models", "ai-policy/"))
        yield from ("", "## About", "", *(f"- [{text}]({self.site.url}{path})" for text, path in named))
        yield f"- [The schema of article.json]({self.site.url}article.schema.json)"

    def _render(self, name: str, **values: Any) -> str:
        return templating.render(self.press.env, name, site=self.site, **values)

    def _plain(self, name: str, at: datetime, *, path: str | None = None, **values: Any) -> File:
        return text_file(path or name, self._render(name, **values), at)


def address_of(card: Card) -> str:
    return card.href.removesuffix("index.html")


def news(cards: Sequence[Card], now: datetime) -> list[tuple[str, Card]]:
    """The articles of a news sitemap as of `now`, with their address: those published in the last two days."""
    since = now - timedelta(days=NEWS_DAYS)
    recent = [c for c in cards if since < datetime.fromisoformat(c.date.iso) <= now and not c.retracted]
    return [(address_of(c), c) for c in recent[:IN_NEWS_SITEMAP]]


def expiry(now: datetime) -> datetime:
    """When security.txt expires: the first January or July at least half a year ahead, so that it changes twice a year (RFC 9116)."""
    half = now.astimezone(UTC).year * 2 + (now.astimezone(UTC).month > 6) + 2
    return datetime(half // 2, 1 + 6 * (half % 2), 1, tzinfo=UTC)


def _at(entries: Sequence[Entry]) -> datetime:
    return max((e.touched for e in entries), default=FIXED)
