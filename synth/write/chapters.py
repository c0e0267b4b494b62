"""Chapters: whether what is new on a running thread makes a new version of its article, or the thread's next article. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from groundwire.records import Article, ArticleStatus, Signal, Theme, short_id

CHAPTER_SHARE = 0.5
"""A chapter rests on records of which so many are new to the article before,"""

CHAPTER_HOURS = 20
"""and comes so long after the article before went out: what moves within a day is an update."""

_SUBJECTS = {
    "volume": ("layer",),
    "attention-commitment": ("layer",),
    "thread-volume": ("thread",),
    "new-figure": ("entity", "measure"),
    "moved-figure": ("entity", "measure"),
    "contradiction": ("entity", "measure"),
    "convergence": ("entity",),
    "forecast-due": ("forecast",),
}
"""Which measured values of a kind of signal say what it is about."""

_LIKE = {"moved-figure": "new-figure", "contradiction": "new-figure"}
"""Kinds that speak of a figure as another does: that it is new, moved or disputed is news of one and the same thesis."""


def opens(theme: Theme, before: Article, now: datetime) -> bool:
    """Whether a theme that continues an article is the next chapter of its thread: the thesis has moved, and rests on new records.

    Only what is out has a next chapter; what waits for an editor is made anew.
    """
    if before.status is not ArticleStatus.PUBLISHED or now - before.published < timedelta(hours=CHAPTER_HOURS):
        return False
    return moved(theme.thesis, before.theme.thesis) and _new_share(theme, before) >= CHAPTER_SHARE


def moved(thesis: Signal | None, before: Signal | None) -> bool:
    """Whether two theses are about different things; without a thesis there is nothing that could have moved."""
    return thesis is not None and before is not None and subject(thesis) != subject(before)


def subject(signal: Signal) -> tuple[str, ...]:
    """What a signal is about, whatever its values are: its kind, and whose or which, by the first word of a name."""
    values = signal.measured
    named = (values.get(name, "").casefold() for name in _SUBJECTS.get(signal.kind, ()))
    return (_LIKE.get(signal.kind, signal.kind), *(name.split()[0] if name else "" for name in named))


def _new_share(theme: Theme, before: Article) -> float:
    """The share of a thesis' and of all of a theme's records that an article before had not, whichever is smaller."""
    known = set(before.theme.record_ids)
    rests = (theme.record_ids, theme.thesis.record_ids if theme.thesis else ())
    return min(sum(r not in known for r in ids) / len(ids) for ids in rests if ids)


def last(article: Article, known: Sequence[Article]) -> Article:
    """The last of the chapters that follow an article, or itself."""
    by_id = {a.id: a for a in known}
    while chapter := by_id.get(chapter_id(article)):
        article = chapter
    return article


def chapter_id(before: Article) -> str:
    """The identity of the chapter after an article."""
    return short_id("article", before.id, "next")
