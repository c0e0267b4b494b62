"""Feeds: how each is doing, when it is asked next, and asking one that failed again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from desk.actions import RefusedError
from desk.answers import Answer, Asked, Desk, Link, Page, Sent, Shown
from groundwire import feed_list
from groundwire.clock import from_text
from groundwire.feed_list import ListedFeed
from groundwire.store import decisions, feeds

SHOWN = 100
ORDER = {"failed": 0, "malformed": 1, "off": 2, "ok": 3}
LEAST_PAUSE = timedelta(hours=1)
"""No feed is asked twice within it, whoever wishes it."""
ACTIONS = {"again": "is asked again", "on": "is on again", "off": "is off"}


def page(desk: Desk, asked: Asked) -> Shown:
    """Every feed, those in trouble first."""
    return _page(desk, asked, "")


def _page(desk: Desk, asked: Asked, trouble: str, status: int = 200) -> Shown:
    number, wanted = max(asked.number("page") or 1, 1), asked.query.get("q", "").strip()[:200]
    every = feed_list.gather(desk.db)
    named = [f for f in every if wanted.casefold() in f"{f.url} {f.outlet or ''} {f.title or ''}".casefold()]
    found = sorted(named, key=lambda f: (ORDER.get(f.state, 0), f.url))
    shown = found[(number - 1) * SHOWN : number * SHOWN]
    waits = feeds.blocked_hosts(desk.db, desk.now)
    return Shown(
        "feeds.html",
        {
            "feeds": [(f, waits.get(urlsplit(f.url).hostname or "")) for f in shown],
            "counts": list(_counts(every)),
            "q": wanted,
            "number": number,
            "more": len(found) > number * SHOWN,
            "log": decisions.recent(desk.db, "feed"),
            "trouble": trouble,
            "now": desk.now,
        },
        status,
    )


def _counts(every: tuple[ListedFeed, ...]) -> Iterator[tuple[str, int]]:
    for state in ORDER:
        yield state, sum(f.state == state for f in every)


def change(desk: Desk, asked: Asked) -> Answer:
    """Turn a feed on or off, or ask one that failed again."""
    action, url = asked.text("action"), asked.text("url")
    try:
        with desk.db.transaction():
            before = feeds.by_url(desk.db, url)["state"]
            said = _changed(desk, action, url, before)
            who = asked.editor
            decisions.note(desk.db, desk.now, who.name, who.role, "feed", url, action, before, feeds.by_url(desk.db, url)["state"])
    except RefusedError as error:
        return _page(desk, asked, str(error), 422)
    return Sent("/feeds", said)


def _changed(desk: Desk, action: str, url: str, state: str) -> str:
    if action not in ACTIONS:
        raise RefusedError("A feed is turned on or off, or asked again.")
    if action != "again":
        feeds.switch(desk.db, url, on=action == "on", now=desk.now)
        return f"{url} {ACTIONS[action]}."
    if state != "failed":
        raise RefusedError(f"{url} is {state}: its pause is what its publisher asks for, and is kept.")
    moment = earliest(feeds.by_url(desk.db, url)["last_polled"], desk.now)
    feeds.again(desk.db, url, moment)
    return f"{url} is asked again by the next run" + ("." if moment <= desk.now else f" after {moment:%H:%M} (UTC); an hour lies between.")


def earliest(last_polled: str | None, now: datetime) -> datetime:
    """When a feed may be asked again at the earliest."""
    return max(now, from_text(last_polled) + LEAST_PAUSE) if last_polled else now


PAGES = (Page("/feeds", page), Page("/feeds", change, "POST"))
LINKS = (Link("Feeds", "/feeds"),)
