"""Threads: what each has told so far, which questions it leaves open, what it expects."""

from __future__ import annotations

from dataclasses import dataclass

from desk.answers import Asked, Desk, Link, Page, Shown
from groundwire.records import Article, Forecast
from groundwire.store import articles, desk_pages, running
from groundwire.store.database import Row

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Thread:
    """One thread: its articles, and what the newest that is out says of the whole."""

    slug: str
    title: str
    opened: str
    moved: str
    articles: tuple[Row, ...]
    told: Article | None
    forecasts: tuple[Forecast, ...]


def threads(desk: Desk, asked: Asked) -> Shown:
    """The threads, the one that moved last first."""
    page = max(asked.number("page") or 1, 1)
    rows = desk_pages.threads(desk.db, SHOWN + 1, (page - 1) * SHOWN)
    shown = rows[:SHOWN]
    known = desk_pages.articles_of(desk.db, [r["id"] for r in shown])
    found = [_thread(desk, r, tuple(a for a in known if a["thread_id"] == r["id"])) for r in shown]
    return Shown("threads.html", {"threads": found, "number": page, "more": len(rows) > SHOWN})


def _thread(desk: Desk, row: Row, mine: tuple[Row, ...]) -> Thread:
    newest = next((a for a in mine if a["status"] == "published"), mine[0] if mine else None)
    told = articles.get(desk.db, newest["id"], newest["version"]) if newest else None
    expected = running.of_articles(desk.db, [a["id"] for a in mine])
    return Thread(row["slug"], row["title"], row["opened"], row["moved"], mine, told, tuple(f for f in expected if f.outcome == "open"))


PAGES = (Page("/threads", threads),)
LINKS = (Link("Threads", "/threads"),)
