"""The history of an article, and any two of its versions against each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desk import working
from desk.answers import Asked, Desk, Link, Page, Shown
from desk.versions import difference
from groundwire.records import Article, Correction
from groundwire.store import articles
from groundwire.store import desk as store
from groundwire.store.database import Row

WORKING = "edit"
"""Names the working copy in the place of a version's number."""
OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the history: what made it, what was decided on it, what editors did to it."""

    number: int
    status: str
    modified: datetime
    writer: str
    form: str
    headline: str
    changes: tuple[str, ...]
    reviews: tuple[Row, ...]
    events: tuple[Row, ...]
    corrections: tuple[Correction, ...]
    before: int | None


def history(desk: Desk, asked: Asked) -> Shown:
    """Every version of an article, the newest first, with who did what to it."""
    newest = articles.find(desk.db, asked.path["id"])
    numbers = [n for n, _, _ in articles.versions(desk.db, newest.id)]
    reviews = articles.reviews(desk.db, newest.id)
    found = [
        _version(desk, articles.get(desk.db, newest.id, n), reviews, before) for n, before in zip(numbers, [None, *numbers], strict=False)
    ]
    return Shown("history.html", {"slug": newest.slug, "headline": newest.headline.text, "versions": found[::-1], "numbers": numbers})


def _version(desk: Desk, article: Article, reviews: list[Row], before: int | None) -> Version:
    events = store.events(desk.db, article.id, article.version)
    later = [c for c in article.corrections if c.at >= article.modified] if article.status.value in ("published", "retracted") else []
    return Version(
        number=article.version,
        status=article.status.value,
        modified=article.modified,
        writer=article.writer,
        form=article.form,
        headline=article.headline.text,
        changes=article.method.changes,
        reviews=tuple(r for r in reviews if r["version"] == article.version),
        events=tuple(e for e in events if e["action"] != OPENED),
        corrections=tuple(later),
        before=before,
    )


def diff(desk: Desk, asked: Asked) -> Shown:
    """Two versions with the words marked that differ; without numbers the newest, or the work on it, against what was there before."""
    newest = articles.find(desk.db, asked.path["id"])
    numbers = [n for n, _, _ in articles.versions(desk.db, newest.id)]
    copy = working.load(desk.db, newest)
    to = asked.query.get("to") or (WORKING if copy.revision else str(newest.version))
    new = copy.article if to == WORKING else articles.get(desk.db, newest.id, asked.number("to") or newest.version)
    shown = WORKING if to == WORKING else new.version
    earlier = [n for n in numbers if n < new.version]
    old = articles.get(desk.db, newest.id, asked.number("from") or (newest.version if to == WORKING else (earlier or [new.version])[-1]))
    return Shown(
        "diff.html",
        {
            "slug": newest.slug,
            "headline": newest.headline.text,
            "numbers": numbers,
            "edited": bool(copy.revision),
            "old": old,
            "new": new,
            "shown": shown,
            "diff": difference(old, new),
        },
    )


PAGES = (Page("/article/{id}/history", history), Page("/article/{id}/diff", diff))
LINKS: tuple[Link, ...] = ()
