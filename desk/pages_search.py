"""Search over records and articles, and the stored text of one record with what rests on it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from desk.answers import Asked, Desk, Link, Page, Shown
from desk.draft import Piece
from groundwire.errors import NotFoundError
from groundwire.store import derived, desk_pages, records, searching
from publish.pipeline import at_passage

MOST = 40


def search(desk: Desk, asked: Asked) -> Shown:
    """Records and articles that hold every word asked for."""
    wanted = asked.query.get("q", "")[:400]
    words = searching.words(wanted)
    found = searching.articles(desk.db, wanted, MOST)
    hits = searching.records(desk.db, wanted, MOST)
    return Shown(
        "search.html",
        {
            "q": wanted,
            "words": words,
            "articles": [(a, [(n, list(_marked(text, words))) for n, text in a.sentences[:3]]) for a in found],
            "records": [(r, list(_pieces(r.snippet))) for r in hits],
            "most": MOST,
        },
    )


def _pieces(snippet: str) -> Iterator[Piece]:
    for n, part in enumerate(re.split(f"[{searching.ON}{searching.OFF}]", snippet)):
        yield Piece(part, "match" if n % 2 else "")


def _marked(text: str, words: tuple[str, ...]) -> Iterator[Piece]:
    """A sentence with the words marked that were asked for."""
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    for n, part in enumerate(re.split(f"({pattern})", text, flags=re.IGNORECASE)):
        yield Piece(part, "match" if n % 2 else "")


def record(desk: Desk, asked: Asked) -> Shown:
    """A record as it is stored: where it is from, which articles cite it, whose copy it is, its other versions."""
    found = records.get(desk.db, asked.path["id"])
    if found is None:
        raise NotFoundError(f"record '{asked.path['id']}': there is none")
    copy = derived.copies(desk.db, [found.id]).get(found.id)
    stories = derived.stories(desk.db, derived.story_of(desk.db, [found.id]).values())
    return Shown(
        "record.html",
        {
            "record": found,
            "href": at_passage(found.url, ""),
            "citing": [(r, json.loads(r["sentences"])) for r in desk_pages.citing(desk.db, found.id)],
            "copy": copy,
            "origin": records.get(desk.db, copy.origin_id) if copy else None,
            "story": stories[0] if stories else None,
            "others": [r for s in stories for r in records.many(desk.db, s.record_ids) if r.id != found.id],
            "versions": desk_pages.versions_of_page(desk.db, found.page_id),
        },
    )


PAGES = (Page("/search", search), Page("/record/{id}", record))
LINKS: tuple[Link, ...] = ()
"""The field is on every page."""
