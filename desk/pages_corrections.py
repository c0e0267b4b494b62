"""Corrections: the log of them, and making one from a reader's report, a changed source or an editor's own finding."""

from __future__ import annotations

from desk import deciding, working
from desk.actions import RefusedError
from desk.answers import Answer, Asked, Desk, Link, Page, Sent, Shown
from groundwire.errors import MoveError, NotFoundError
from groundwire.store import articles, desk_pages

SHOWN = 50
OFFERED = 200
"""Articles in the list to choose from; an older one is found by search and corrected from its own page."""
ORIGINS = {"reader": "A reader reported it", "source": "A source has changed", "editor": "An editor found it"}


def corrections(desk: Desk, asked: Asked) -> Shown:
    """The log, newest first, and the form for one article when an address names it."""
    return _page(desk, asked, asked.query.get("article", ""), "")


def _page(desk: Desk, asked: Asked, name: str, trouble: str, status: int = 200) -> Shown:
    page = max(asked.number("page") or 1, 1)
    rows = desk_pages.notes(desk.db, SHOWN + 1, (page - 1) * SHOWN)
    typed = dict(asked.form) or {"origin": asked.query.get("origin", "reader")}
    return Shown(
        "corrections.html",
        {
            "notes": rows[:SHOWN],
            "number": page,
            "more": len(rows) > SHOWN,
            "out": desk_pages.articles_out(desk.db, OFFERED),
            "copy": _copy(desk, name) if name else None,
            "origins": ORIGINS,
            "typed": typed,
            "trouble": trouble,
        },
        status,
    )


def _copy(desk: Desk, name: str) -> working.Working:
    version = articles.out(desk.db, name)
    if version is None:
        raise NotFoundError(f"'{name}': no article of that name is out, and only what is out can be corrected")
    return working.load(desk.db, articles.find(desk.db, name, version))


def correct(desk: Desk, asked: Asked) -> Answer:
    """Correct the article that a form names."""
    try:
        if asked.text("origin") not in ORIGINS:
            raise RefusedError("Say what led to the correction.")
        done = deciding.correct(desk, asked)
    except RefusedError as error:
        return _page(desk, asked, asked.path["id"], str(error), 422)
    except MoveError as error:
        return _page(desk, asked, asked.path["id"], str(error), 409)
    return Sent("/corrections", done.said)


PAGES = (Page("/corrections", corrections), Page("/corrections/{id}", correct, "POST"))
LINKS = (Link("Corrections", "/corrections"),)
