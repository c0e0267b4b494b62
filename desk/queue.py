"""What waits for a decision, most dangerous first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from groundwire.store.database import Database
from groundwire.store.desk import Waiting, forecasts_due, waiting
from groundwire.store.status import feeds_in_trouble

MOST_FEEDS = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the queue: where it leads, what it is, why it waits."""

    href: str
    title: str
    why: str
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that waits, in the order in which it should be looked at."""

    articles: tuple[Item, ...]
    changed: tuple[Item, ...]
    forecasts: tuple[Item, ...]
    feeds: tuple[Item, ...]

    @property
    def empty(self) -> bool:
        return not (self.articles or self.changed or self.forecasts or self.feeds)


def queue(db: Database, now: datetime) -> Queue:
    """What waits at this moment."""
    found = by_risk(waiting(db))
    return Queue(
        articles=tuple(_item(w, now) for w in found if w.status != "published"),
        changed=tuple(_item(w, now) for w in found if w.status == "published"),
        forecasts=tuple(
            Item(f"/forecasts#{r['id']}", r["statement"], f"made {_day(r['made'])}, due {_day(r['due'])}", r["slug"] or "")
            for r in forecasts_due(db, now)
        ),
        feeds=tuple(Item("/feeds", r["url"], r["reason"] or r["state"]) for r in feeds_in_trouble(db)[:MOST_FEEDS]),
    )


def by_risk(found: Sequence[Waiting]) -> list[Waiting]:
    """Unsupported sentences first, then partly supported ones, what was begun before what was not, then what waits longest."""
    return sorted(found, key=lambda w: (-w.unsupported, -w.partly, not w.edited, w.since, w.slug))


def _item(w: Waiting, now: datetime) -> Item:
    doubts = [f"{n} {word}" for n, word in ((w.unsupported, "unsupported"), (w.partly, "partly supported")) if n]
    said = [", ".join(doubts)] if doubts else []
    said += ["approved, goes out with the next build"] if w.status == "approved" else []
    said += ["evidence changed since publication"] if w.changed else []
    said += ["changes not published yet"] if w.edited else []
    said += [] if doubts or w.changed else [r for r in w.reasons[:1] if not r.startswith("gate.policy")]
    return Item(f"/article/{w.slug}", w.headline or w.slug, " · ".join([*said, waited(w.since, now)]), w.slug)


def waited(since: datetime, now: datetime) -> str:
    """How long something has waited, in words."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            n = minutes // size
            return f"waiting {n} {name}{'' if n == 1 else 's'}"
    return "just arrived"


def _day(text: str) -> str:
    return text[:10]
