"""The queue and the review of one article: looking at it. What changes it is in desk.pages_acting."""

from __future__ import annotations

import json
from collections.abc import Mapping

from desk import deciding, draft, working
from desk.actions import changed
from desk.answers import Asked, Desk, File, Link, Page, Shown
from desk.queue import queue
from desk.record import Standing, standing
from desk.working import EDITABLE, Working
from groundwire.errors import NotFoundError
from groundwire.records import Sentence, SentenceKind
from groundwire.store import articles, records
from groundwire.store import desk as store
from publish import pipeline as publishing
from publish.pipeline import at_passage
from synth import pipeline

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
    return {
        "a": shown,
        "line": line,
        "proofs": proofs,
        "others": others(desk, copy, sentence, newest),
        "unborne": {(u.what, u.index): u for u in deciding.unborne(desk, copy)},
        "queue": queue(desk.db, desk.now),
        "slug": copy.article.slug,
        "edited": copy.revision > 0 and changed(articles.get(desk.db, *copy.key), copy),
        "record": _record(desk, copy),
        "author": copy.article.writer.startswith("author") and bool(desk.publication.settings.llm.model),
    }


def _record(desk: Desk, copy: Working) -> Standing | None:
    """How the newest record of a review stands, or None when there is none."""
    kept = store.record(desk.db, copy.article.id)
    if kept is None:
        return None
    out = articles.out(desk.db, copy.article.id)
    return standing(json.loads(kept[2]), articles.get(desk.db, copy.article.id, out) if out else None)


def others(desk: Desk, copy: Working, sentence: Sentence, newest: Mapping[str, int]) -> list[tuple[draft.Proof, str, str]]:
    """Other passages that would bear a sentence: each as a proof, its verdict in words, and the name by which a form means it."""
    if not sentence.text or sentence.kind is SentenceKind.FRAME or copy.article.status not in EDITABLE:
        return []
    reviewing = pipeline.reviewing(desk.db, desk.publication, copy.article, desk.now)
    found = reviewing.alternatives(sentence)
    return [
        (
            draft.passage(0, a.citation, sentence, {a.record.id: a.record}, newest),
            a.verdict.value,
            f"{a.record.id}:{a.citation.start}:{a.citation.end}",
        )
        for a in found
    ]


def source(desk: Desk, asked: Asked) -> Shown:
    """The stored text of a record that a version cites, as it was read; that it was opened goes into the record of the review."""
    copy = opened(desk, asked)
    record = records.get(desk.db, asked.path["record"])
    if record is None:
        raise NotFoundError(f"record '{asked.path['record']}': there is none")
    asked.opened.add((copy.article.id, record.id))
    cited = [(c.start, c.end) for _, _, s in copy.sentences() for c in s.citations if c.record_id == record.id]
    spans = sorted({(a, b) for a, b in cited if a is not None and b is not None})
    return Shown(
        "source.html",
        {"record": record, "slug": copy.article.slug, "pieces": draft.marked(record.text, spans), "href": at_passage(record.url, "")},
    )


def export(desk: Desk, asked: Asked) -> File:
    """The record of the newest review of an article, as it was kept."""
    found = articles.find(desk.db, asked.path["id"])
    kept = store.record(desk.db, found.id, asked.number("version"))
    if kept is None:
        raise NotFoundError(f"'{found.slug}': no version of it was approved at the desk, so there is no record of a review")
    return File(kept[2].encode(), "application/json", f"{found.slug}-v{kept[0]}-review.json")


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
    Page("/article/{id}/source/{record}", source),
    Page("/article/{id}/record.json", export),
)
LINKS = (Link("Review", "/"),)
