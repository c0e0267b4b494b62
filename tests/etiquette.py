"""A watch that stands where the publishers are and counts every breach of etiquette.

It knows the promises and what the publishers answered, and nothing of the program: the rules are written again here,
as lower bounds, so that a program that is politer than it promises breaks none of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from publishers import DAY, HOUR, WEEK, Publisher
from scripted_server import Asked, Reply

CONTACT = "https://wire.example/about"
AGENT = re.compile(r"groundwire/\d[\w.+-]* \(\+" + re.escape(CONTACT) + r"\)")
FORBIDDEN = ("cookie", "referer", "pragma", "cache-control", "authorization")


@dataclass
class _FeedWatch:
    """What the watch knows of a feed: the validators it must be asked with, and the moment before which it must not be asked."""

    publisher: Publisher
    asked_at: str
    etag: str | None = None
    modified: str | None = None
    not_before: datetime | None = None
    why: str = ""
    gone: bool = False
    failing: str = ""
    failures: int = 0
    body: bytes | None = None
    same: int = 0
    known: bool = False
    moved_days: set[str] = field(default_factory=set)
    polls: int = 0
    unconditional: int = 0
    adopted: bool = False


@dataclass
class _PageWatch:
    publisher: Publisher
    n: int
    etag: str | None = None
    first: datetime | None = None
    slots: set[int] = field(default_factory=set)
    tries: int = 0
    not_before: datetime | None = None
    gone: bool = False


@dataclass
class _HostWatch:
    waits_until: datetime | None = None
    blocks: int = 0
    blocked_in_run: int = -1
    robots_not_before: datetime | None = None
    robots: int | None = None


class Watch:
    """The publishers' side of every request: answers it and counts what should not have been asked."""

    def __init__(self, publishers: list[Publisher], start: datetime) -> None:
        self.start = start
        self.now = start
        self.run = 0
        self.requests = 0
        self.breaches: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.seen: Counter[str] = Counter()
        self.feeds: dict[str, _FeedWatch] = {}
        self.pages: dict[str, _PageWatch] = {}
        self.hosts: dict[str, _HostWatch] = defaultdict(_HostWatch)
        self._last: dict[str, datetime] = {}
        self._hops: set[tuple[int, str]] = set()
        for publisher in publishers:
            watch = _FeedWatch(publisher, publisher.url)
            self.feeds[publisher.url] = watch
            if publisher.moved:
                self.feeds[publisher.moved[1]] = watch
            if publisher.has_pages:
                self._by_host = getattr(self, "_by_host", {}) | {publisher.host: publisher}

    def begin(self, now: datetime) -> None:
        """A new run, at this moment."""
        self.now, self.run = now, self.run + 1

    def forgive(self) -> None:
        """Count from here on."""
        self.breaches.clear()
        self.examples.clear()

    @property
    def names(self) -> set[str]:
        return {url.split("/")[2] for url in self.feeds}

    def breach(self, rule: str, asked: Asked, detail: str = "") -> None:
        self.breaches[rule] += 1
        self.examples.setdefault(rule, f"{asked.url} in run {self.run} at {self.now:%d %H:%M}: {detail}")

    def __call__(self, asked: Asked) -> Reply:
        self.requests += 1
        self._manners(asked)
        self._host(asked)
        if asked.path == "/robots.txt":
            return self._dated(self._robots(asked))
        self._spacing(asked)
        if asked.url in self.feeds:
            return self._dated(self._feed(asked, self.feeds[asked.url]))
        return self._dated(self._page(asked))

    def _dated(self, reply: Reply) -> Reply:
        headers = (("Date", format_datetime(self.now, usegmt=True)), ("Set-Cookie", "track=1; Path=/"), *reply.headers)
        return Reply(reply.status, headers, reply.body, reply.manner)

    def _manners(self, asked: Asked) -> None:
        if not AGENT.fullmatch(asked.headers.get("user-agent", "")):
            self.breach("user agent", asked, asked.headers.get("user-agent", ""))
        for name in FORBIDDEN:
            if name in asked.headers:
                self.breach(name, asked)
        if "gzip" not in asked.headers.get("accept-encoding", ""):
            self.breach("accept-encoding", asked)
        if asked.beside:
            self.breach("one connection a host", asked)

    def _host(self, asked: Asked) -> None:
        host = self.hosts[asked.host]
        if host.waits_until is not None and self.now < host.waits_until:
            self.breach("retry-after", asked, f"waits until {host.waits_until:%d %H:%M}")
        elif host.blocked_in_run == self.run:
            self.breach("asked again in the run that was told to wait", asked)

    def _spacing(self, asked: Asked) -> None:
        last = self._last.get(asked.url)
        if last is not None and self.now - last < HOUR:
            self.breach("60 minutes", asked, f"last {last:%d %H:%M}")
        self._last[asked.url] = self.now

    def _heard(self, host_name: str, status: int, pause: timedelta | None = None) -> None:
        """The host said this; after it, how long nothing may be asked of it."""
        host = self.hosts[host_name]
        if status not in (429, 503):
            if status < 500:
                host.blocks = 0
            return
        host.blocks += 1
        host.blocked_in_run = self.run
        host.waits_until = self.now + (pause if pause is not None else min(4 * HOUR * 2 ** (host.blocks - 1), WEEK))

    def _robots(self, asked: Asked) -> Reply:
        host = self.hosts[asked.host]
        if host.robots_not_before is not None and self.now < host.robots_not_before:
            self.breach("robots.txt", asked, f"not before {host.robots_not_before:%d %H:%M}")
        number = int(re.sub(r"\D", "", asked.host) or 0)
        status = (200, 200, 404, 200, 500)[(number // 6) % 5]
        self.seen[f"robots {status}"] += 1
        host.robots = status
        host.robots_not_before = self.now + (HOUR if status >= 500 else DAY)
        self._heard(asked.host, status)
        return Reply(status, (), b"User-agent: *\nDisallow: /p/7\nDisallow: /p/12\nDisallow: /p/33\n" if status == 200 else b"")

    def _page(self, asked: Asked) -> Reply:
        publisher = self._by_host[asked.host]
        n = int(asked.path.rsplit("/", 1)[1])
        page = self.pages.setdefault(asked.url, _PageWatch(publisher, n))
        host = self.hosts[asked.host]
        if host.robots is None or host.robots >= 500 or (host.robots == 200 and re.match(r"/p/(7|12|33)", asked.path)):
            self.breach("robots.txt disallows", asked)
        if publisher.stamp(n) < self.start - WEEK:
            self.breach("older than max_age_days at the first poll", asked)
        if page.gone or (page.not_before is not None and self.now < page.not_before):
            self.breach("page asked again", asked, "it was given up" if page.gone else f"not before {page.not_before:%d %H:%M}")
        slot = self._slot(page)
        if page.first is not None and (slot is None or slot in page.slots):
            self.breach("page asked again other than on days 1, 3, 7", asked, f"first {page.first:%d %H:%M}")
        if asked.headers.get("if-none-match") != page.etag:
            self.breach("page not asked conditionally", asked, f"{asked.headers.get('if-none-match')} is not {page.etag}")
        return self._page_reply(asked, page, slot)

    def _slot(self, page: _PageWatch) -> int | None:
        days = (self.now - page.first) / DAY if page.first is not None else 0.0
        return next((day for day in (7, 3, 1) if days >= day), None)

    def _page_reply(self, asked: Asked, page: _PageWatch, slot: int | None) -> Reply:
        kind = (page.n + len(asked.host)) % 11
        if slot is not None:
            page.slots.add(slot)
        if kind in (3, 4, 5):
            status = {3: 404, 4: 410, 5: 500}[kind]
            page.tries += 1
            page.gone = status == 410 or page.tries > 3
            page.not_before = self.now + (HOUR, 4 * HOUR, DAY, WEEK)[min(page.tries, 4) - 1]
            self.seen[f"page {status}"] += 1
            self._heard(asked.host, status)
            return Reply(status)
        if kind == 6 and page.first is None and page.tries == 0:
            page.tries += 1
            self._heard(asked.host, 503, 2 * HOUR)
            self.seen["page 503"] += 1
            return Reply(503, (("Retry-After", "7200"),))
        etag = f'"p{page.n}-{self.now:%d}"' if kind == 7 else f'"p{page.n}"'
        self._heard(asked.host, 200)
        page.first = page.first or self.now
        if page.etag == etag:
            self.seen["page 304"] += 1
            return Reply(304, (("ETag", etag),))
        page.etag = etag
        self.seen["page 200"] += 1
        return Reply(200, (("ETag", etag), ("Content-Type", "text/html; charset=utf-8")), _html(page.n))

    def _feed(self, asked: Asked, feed: _FeedWatch) -> Reply:
        hop = (self.run, asked.url) in self._hops
        self._hops.discard((self.run, asked.url))
        if not hop:
            self._poll(asked, feed)
        sent = (asked.headers.get("if-none-match"), asked.headers.get("if-modified-since"))
        if sent != (feed.etag, feed.modified):
            unconditional = (feed.etag or feed.modified) and sent == (None, None)
            self.breach("unconditional" if unconditional else "validators", asked, f"{sent} is not {(feed.etag, feed.modified)}")
        return self._feed_reply(asked, feed)

    def _poll(self, asked: Asked, feed: _FeedWatch) -> None:
        """A feed is asked, not followed: is it time, and is it the right address?"""
        feed.polls += 1
        publisher = feed.publisher
        if feed.gone:
            self.breach("410 asked again", asked)
        if feed.not_before is not None and self.now < feed.not_before:
            self.breach(feed.why, asked, f"not before {feed.not_before:%d %H:%M}")
        if asked.url != feed.asked_at:
            self.breach("adopted too early, or never" if publisher.moved else "address", asked, f"should be {feed.asked_at}")
        if feed.known and len(publisher.skip_hours) < 24 and self.now.hour in publisher.skip_hours:
            self.breach("skipHours", asked)
        if feed.known and len(publisher.skip_days) < 7 and self.now.weekday() in publisher.skip_days:
            self.breach("skipDays", asked)

    def _feed_reply(self, asked: Asked, feed: _FeedWatch) -> Reply:
        publisher = feed.publisher
        moved = publisher.moved
        kind = publisher.trouble(self.now)
        if moved and asked.url == publisher.url and kind is None:
            self.seen[f"{moved[0]}"] += 1
            self._heard(asked.host, moved[0])
            self._hops.add((self.run, moved[1]))
            return Reply(moved[0], (("Location", moved[1]),))
        if kind is not None:
            self.seen[kind] += 1
            return self._troubled(asked, feed, kind)
        if moved and not moved[2]:
            self._failed(feed, "not a feed", HOUR)
            self._heard(asked.host, 200)
            return Reply(200, (("ETag", '"html"'), ("Content-Type", "text/html")), b"<html><body>Welcome</body></html>")
        return self._good(asked, feed)

    def _troubled(self, asked: Asked, feed: _FeedWatch, kind: str) -> Reply:
        if kind in ("silent", "close", "cut"):
            self._failed(feed, "5xx", DAY)
            return Reply(200, (("ETag", '"cut"'),), feed.publisher.body(self.now) + b" " * 400, "cut" if kind == "cut" else kind)
        if kind in ("short", "html", "empty"):
            self._failed(feed, "5xx", HOUR)
            self._heard(asked.host, 200)
            whole = feed.publisher.body(self.now)
            body = {"short": whole[: len(whole) * 2 // 3], "html": b"<html><body>Down for repair</body></html>", "empty": b""}[kind]
            return Reply(200, (("ETag", f'"{kind}"'), ("Last-Modified", format_datetime(self.now, usegmt=True))), body)
        status = int(kind[:3])
        if status in (429, 503):
            return self._busy(asked, feed, status, kind[4:])
        feed.gone = status == 410
        self._failed(feed, "404" if status == 404 else "5xx", {404: WEEK, 403: HOUR}.get(status, DAY))
        self._heard(asked.host, status)
        return Reply(status, (("ETag", '"error"'),), b"<html>no</html>")

    def _busy(self, asked: Asked, feed: _FeedWatch, status: int, how: str) -> Reply:
        pause = timedelta(seconds=9000 + 3600 * (len(asked.path) % 7)) if how else None
        self._heard(asked.host, status, pause)
        feed.not_before, feed.why = self.now + HOUR, "60 minutes"
        if pause is None:
            return Reply(status)
        value = str(int(pause.total_seconds())) if how == "seconds" else format_datetime(self.now + pause, usegmt=True)
        return Reply(status, (("Retry-After", value),), b"busy")

    def _failed(self, feed: _FeedWatch, row: str, longest: timedelta) -> None:
        feed.failures = feed.failures + 1 if feed.failing == row else 1
        feed.failing = row
        feed.not_before, feed.why = self.now + min(HOUR * 2 ** min(feed.failures - 1, 20), longest), f"back off ({row})"

    def _good(self, asked: Asked, feed: _FeedWatch) -> Reply:
        publisher = feed.publisher
        headers, pause = publisher.freshness(self.now)
        self._heard(asked.host, 200)
        self._agree(asked, feed)
        feed.failing, feed.failures, feed.known = "", 0, True
        unchanged = publisher.unchanged(asked, self.now)
        body = publisher.body(self.now)
        etag, modified = publisher.given(self.now)
        given = tuple((name, value) for name, value in (("ETag", etag), ("Last-Modified", modified)) if value)
        if unchanged:
            feed.etag, feed.modified = etag or feed.etag, modified or feed.modified
        else:
            feed.unconditional += int("if-none-match" not in asked.headers and "if-modified-since" not in asked.headers)
            feed.etag, feed.modified = etag, modified
            feed.same = feed.same + 1 if body == feed.body and not given else int(not given)
            feed.body = body
        if feed.same >= 3:
            pause = max(pause, DAY)
        feed.not_before, feed.why = self.now + min(max(pause, HOUR), WEEK), "freshness" if pause > HOUR else "60 minutes"
        self.seen["304" if unchanged else "200"] += 1
        return (
            Reply(304, (*headers, *given)) if unchanged else Reply(200, (*headers, *given, ("Content-Type", "application/rss+xml")), body)
        )

    def _agree(self, asked: Asked, feed: _FeedWatch) -> None:
        """The target of a permanent redirect answered as a feed: after three days of that it is asked by its own address."""
        moved = feed.publisher.moved
        if moved and moved[0] in (301, 308) and feed.asked_at == feed.publisher.url:
            feed.moved_days.add(self.now.date().isoformat())
            if len(feed.moved_days) >= 3:
                feed.asked_at, feed.adopted = moved[1], True

    def lazy(self, longest_step: timedelta) -> Iterator[str]:
        """Feeds that never were in trouble and were asked less than their publishers allow: a program that asks nothing breaks no rule."""
        for feed in {id(f): f for f in self.feeds.values()}.values():
            publisher = feed.publisher
            if publisher.troubles or publisher.moved or publisher.gone_from or publisher.skip_hours or publisher.skip_days:
                continue
            if publisher.host.startswith("shared") or publisher.has_pages:
                continue
            pause = max(publisher.freshness(self.now)[1], HOUR, DAY if feed.same else HOUR)
            least = (self.now - self.start) / (min(pause, WEEK) * 1.16 + longest_step) - 1
            if feed.polls < least:
                yield f"{publisher.url}: {feed.polls} polls, {least:.0f} were allowed"


def _html(n: int) -> bytes:
    sentences = " ".join(f"The plant in district {n} added line {k} and employs {100 + k} people there." for k in range(12))
    return f"<html><head><title>Item {n}</title></head><body><article><h1>Item {n}</h1><p>{sentences}</p></article></body></html>".encode()
