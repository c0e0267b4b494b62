"""The queue and the review of one article: looking at it. What changes it is in desk.pages_acting."""

from __future__ import annotations

from desk import draft, working
from desk.answers import Asked, Desk, File, Link, Page, Shown
from desk.queue import queue
from desk.working import Working
from groundwire.errors import NotFoundError
from groundwire.store import articles, records
from publish import pipeline as publishing

HTML = "text/html; charset=utf-8"


def front(desk: Desk, asked: Asked) -> Shown:
    """What waits for a decision."""
    return Shown("queue.html", {"queue": queue(desk.db, desk.now)})


def article(desk: Desk, asked: Asked) -> Shown:
    """One version, sentence by sentence, the one that is looked at with its proof."""
    return Shown("article.html", values(desk, opened(desk, asked), asked))


def opened(desk: Desk, asked: Asked) -> Working:
    """The working copy of the version that an address names, the newest unless it says which; raises NotFoundError."""
    found = articles.find(desk.db, asked.path["id"], asked.number("version"))
    return working.load(desk.db, found)


def values(desk: Desk, copy: Working, asked: Asked) -> dict[str, object]:
    """What the page of an article shows."""
    known = {n for n, _, _ in copy.sentences()}
    named = asked.number("s")
    current = named if named in known else draft.first(copy)
    sentence = copy.sentence(current)
    cited = {r.id: r for r in records.many(desk.db, draft.cited(copy.article))}
    newest = {r.page_id: found.version for r in cited.values() if (found := records.latest_of_page(desk.db, r.page_id))}
    shown = draft.view(copy, current)
    line = next(line for line in shown.lines if line.current)
    proofs = draft.proofs(sentence, cited, newest)
    return {"a": shown, "line": line, "sentence": sentence, "proofs": proofs, "queue": queue(desk.db, desk.now), "slug": copy.article.slug}


def preview(desk: Desk, asked: Asked) -> File:
    """The page of the site that a draft would be."""
    copy = opened(desk, asked)
    try:
        content = publishing.page_of(desk.db, desk.publication, copy.article)
    except KeyError as error:
        raise NotFoundError(f"record {error}: is cited by '{copy.article.slug}' and is not stored; the page cannot be shown") from None
    return File(content, HTML, policy=PREVIEW_POLICY)


PREVIEW_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The policy of the site's own pages."""

PAGES = (
    Page("/", front),
    Page("/article/{id}", article),
    Page("/article/{id}/preview", preview),
)
LINKS = (Link("Review", "/"),)
