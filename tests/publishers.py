"""Publishers and how each of their servers behaves, drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random

from scripted_server import Asked

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = 7 * DAY
TROUBLES = (
    "500",
    "502",
    "silent",
    "close",
    "cut",
    "429 seconds",
    "429 date",
    "429",
    "503 date",
    "503",
    "404",
    "403",
    "short",
    "html",
    "empty",
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time in which a publisher answers otherwise."""

    kind: str
    start: datetime
    end: datetime


@dataclass
class Publisher:
    """One feed, its host and how its server behaves."""

    url: str
    host: str
    start: datetime
    every: timedelta
    validators: str
    fresh: tuple[str, int] | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    troubles: tuple[Trouble, ...] = ()
    moved: tuple[int, str, bool] | None = None
    """Status, target, and whether the target is a feed."""
    gone_from: datetime | None = None
    has_pages: bool = False

    @property
    def path(self) -> str:
        return "/" + self.url.split("/", 3)[3]

    def trouble(self, now: datetime) -> str | None:
        if self.gone_from is not None and now >= self.gone_from:
            return "410"
        return next((t.kind for t in self.troubles if t.start <= now < t.end), None)

    def version(self, now: datetime) -> int:
        return (now - self.start) // self.every

    def stamp(self, version: int) -> datetime:
        return self.start + version * self.every

    def given(self, now: datetime) -> tuple[str | None, str | None]:
        """The validators of what is there now."""
        version = self.version(now)
        etag = {"both": f'"v{version}"', "etag": f'"v{version}, \\"q\\""', "weak": f'W/"v{version}"', "odd": f"v{version}"}.get(
            self.validators
        )
        if self.validators == "renewing":
            etag = f'"v{version}-{now:%d}"'
        modified = format_datetime(self.stamp(version), usegmt=True) if self.validators in ("both", "modified") else None
        return etag, modified

    def unchanged(self, asked: Asked, now: datetime) -> bool:
        """Whether the server answers 304."""
        etag, modified = self.given(now)
        sent = asked.headers.get("if-none-match")
        if sent is not None and etag is not None:
            return sent == etag or (self.validators == "renewing" and sent.split("-")[0] == etag.split("-")[0])
        return modified is not None and asked.headers.get("if-modified-since") == modified

    def body(self, now: datetime) -> bytes:
        version = self.version(now)
        hints = ""
        if self.fresh and self.fresh[0] == "ttl":
            hints = f"<ttl>{self.fresh[1] // 60}</ttl>"
        if self.fresh and self.fresh[0] == "syn":
            hints = f"<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>{86400 // self.fresh[1]}</sy:updateFrequency>"
        if self.skip_hours:
            hints += "<skipHours>" + "".join(f"<hour>{h}</hour>" for h in sorted(self.skip_hours)) + "</skipHours>"
        if self.skip_days:
            names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
            hints += "<skipDays>" + "".join(f"<day>{names[d]}</day>" for d in sorted(self.skip_days)) + "</skipDays>"
        items = "".join(self._item(n) for n in range(version, version - 5, -1))
        return (
            '<?xml version="1.0"?><rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
            f"<title>{self.host}</title><link>http://{self.host}/</link>{hints}{items}</channel></rss>"
        ).encode()

    def _item(self, n: int) -> str:
        link = f"<link>http://{self.host}/p/{n}</link>" if self.has_pages else ""
        return (
            f'<item><title>Item {n}</title><guid isPermaLink="false">{self.host}-{n}</guid>{link}<description>What happened, part {n}.'
            f"</description><pubDate>{format_datetime(self.stamp(n), usegmt=True)}</pubDate></item>"
        )

    def freshness(self, now: datetime) -> tuple[tuple[tuple[str, str], ...], timedelta]:
        """Headers on every good answer, and the pause that they or the feed ask for."""
        if self.fresh is None:
            return (), timedelta(0)
        kind, seconds = self.fresh
        pause = timedelta(seconds=seconds)
        if kind == "max-age":
            return (("Cache-Control", f"public, max-age={seconds}"),), pause
        if kind == "age":
            return (("Cache-Control", f"max-age={seconds + 1800}"), ("Age", "1800")), pause
        if kind == "expires":
            return (("Expires", format_datetime(now + pause, usegmt=True)),), pause
        return (), pause


def draw(count: int, start: datetime, days: int, troubles: Sequence[str] = TROUBLES) -> list[Publisher]:
    """So many publishers, some of them on shared hosts, every kind of behaviour among them."""
    rng = Random(7)
    return [_draw(rng, n, start, days, troubles) for n in range(count)]


def _draw(rng: Random, n: int, start: datetime, days: int, troubles: Sequence[str]) -> Publisher:
    host = f"shared{n // 12 % 3}.example" if n % 12 < 2 else f"p{n}.example"
    every = rng.choice([3 * HOUR, 7 * HOUR, DAY, 2 * DAY, 9 * DAY])
    publisher = Publisher(
        url=f"http://{host}/feeds/{n}.xml?format=rss&x={n}" if n % 5 == 0 else f"http://{host}/feed{n}",
        host=host,
        start=start - 10 * every - timedelta(minutes=rng.randrange(180)),
        every=every,
        validators=rng.choice(["both", "both", "both", "etag", "modified", "weak", "odd", "renewing", "none", "none"]),
    )
    publisher.fresh = rng.choice(
        [
            None,
            None,
            None,
            None,
            ("max-age", 300),
            ("max-age", 4 * 3600),
            ("age", 9000),
            ("expires", 3 * 3600),
            ("ttl", 7200),
            ("syn", 21600),
            ("max-age", 30 * 86400),
        ]
    )
    if n % 11 == 3:
        publisher.skip_hours = rng.choice([frozenset(range(6)), frozenset({22, 23, 0}), frozenset(range(24))])
    if n % 13 == 5:
        publisher.skip_days = rng.choice([frozenset({5, 6}), frozenset({6}), frozenset(range(7))])
    if n % 3 == 1:
        kind = troubles[(n // 3) % len(troubles)]
        begin = start + rng.uniform(0.05, 0.5) * days * DAY
        publisher.troubles = (Trouble(kind, begin, begin + rng.uniform(0.1, 0.3) * days * DAY),)
    if n % 17 == 2:
        publisher.moved = [
            (301, f"http://{host}/moved{n}", True),
            (308, f"http://new{n}.example/feed", True),
            (302, f"http://{host}/temporary{n}", True),
            (307, f"http://new{n}.example/feed", True),
            (301, f"http://{host}/home{n}", False),
        ][(n // 17) % 5]
    if n % 29 == 8:
        publisher.gone_from = start + rng.uniform(0.1, 0.8) * days * DAY
    if n % 6 == 4:
        publisher.has_pages, publisher.every = True, max(every, DAY)
        publisher.start = start - 10 * publisher.every
    return publisher
