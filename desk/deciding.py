"""Decisions on a version: publish, hold, reject, retract, correct. Each is one transaction; then the site is built, by whoever may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk import actions, draft, record, working
from desk.actions import RefusedError
from desk.answers import Asked, Desk
from desk.building import built
from desk.working import Working
from groundwire.errors import MoveError
from groundwire.log import event
from groundwire.records import Article, ArticleStatus
from groundwire.references import reference_table
from groundwire.store import articles
from groundwire.store import desk as store
from synth import pipeline

if TYPE_CHECKING:
    from synth.pipeline import Unborne


class StaleError(MoveError):
    """A form of a page that is no longer what it was: somebody was faster. Nothing was changed."""


def current(desk: Desk, asked: Asked, *, out: bool = False) -> Working:
    """The working copy that a form means: of the newest version, or with `out` of the one that is out, whatever waits beside it.

    Raises StaleError when version or revision are no longer that, NotFoundError without an article.
    """
    newest = articles.find(desk.db, asked.path["id"])
    named = asked.number("version")
    article = newest if named in (None, newest.version) else articles.get(desk.db, newest.id, named or 0)
    found = working.load(desk.db, article)
    if named != article.version or asked.number("revision") is None:
        raise RefusedError("The form does not say which version it is about; open the page anew.")
    if out and article.version == articles.out(desk.db, newest.id):
        newest = article
    if article.version != newest.version and newest.status is not ArticleStatus.REJECTED:
        raise StaleError(
            f"There is a version {newest.version} by now ({newest.status.value}); this form is about version {article.version}."
        )
    if found.revision != asked.number("revision"):
        raise StaleError(f"Version {article.version} was changed meanwhile ({_who(desk, found)}).")
    return found


def _who(desk: Desk, found: Working) -> str:
    done = store.events(desk.db, *found.key)
    return f"{done[-1]['action']} by {done[-1]['by']} at {done[-1]['at']}" if done else "by a decision"


def saw(desk: Desk, asked: Asked, copy: Working) -> None:
    """Keep which stored sources the editor opened since the last thing that was done to a version; part of the caller's transaction."""
    mine = sorted(r for article, r in asked.opened if article == copy.article.id)
    for found in mine:
        store.note(desk.db, *copy.key, desk.now, asked.editor.name, asked.editor.role, record.OPENED, after=found)
        asked.opened.discard((copy.article.id, found))


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision came to."""

    article: Article
    said: str


def publish(desk: Desk, asked: Asked) -> Decided:
    """Approve the working copy that a form names by its text, and take it to the site.

    Raises StaleError, and RefusedError while an unsupported sentence stands and no reason is typed.
    """
    reason = actions.one_line(asked.text("reason"))
    with desk.db.transaction():
        copy = current(desk, asked)
        target = _approved(desk, asked, copy, reason)
    event("decision kept", action="approve", slug=target.slug, version=target.version)
    return Decided(target, built(desk, f"Version {target.version} is approved"))


def _approved(desk: Desk, asked: Asked, copy: Working, reason: str) -> Article:
    base = articles.get(desk.db, *copy.key)
    differs = actions.changed(base, copy)
    if asked.text("text") != copy.text_sha256:
        raise StaleError("The text is another one than the page showed.")
    if base.status not in working.EDITABLE or (base.status is ArticleStatus.PUBLISHED and not differs):
        raise StaleError(f"Version {base.version} is {base.status.value} already.")
    doubted = draft.unsupported(copy)
    if doubted and not reason:
        raise RefusedError(
            f"{'One sentence is' if len(doubted) == 1 else f'{len(doubted)} sentences are'} unsupported. Fix or cut, or say why it goes out nevertheless: readers will see the reason."
        )
    if wrong := [u for u in unborne(desk, copy) if u.blocks]:
        raise RefusedError(
            " ".join(map(told, wrong))
            + " Word it otherwise, or cite what bears it in a sentence under it; no reason takes it out as it is."
        )
    saw(desk, asked, copy)
    target = _target(desk, asked, copy, base) if differs else base
    store.note(desk.db, *copy.key, desk.now, asked.editor.name, asked.editor.role, "publish", after=reason or None)
    text = record.dumped(record.made(copy, target, asked.editor, store.events(desk.db, *copy.key), doubted, reason, desk.now))
    store.keep_record(desk.db, record.sha256(text), target.id, target.version, text)
    decided = pipeline.decide(
        desk.db, target.id, "approve", target.version, asked.editor.name, reason or READ, desk.now, reference_table(desk.publication)
    )
    store.name_record(desk.db, target.id, target.version, record.sha256(text))
    working.drop(desk.db, copy)
    return decided


def unborne(desk: Desk, copy: Working) -> tuple[Unborne, ...]:
    """The headings and questions that editors typed into a working copy and that say what the passages under them lack."""
    base = articles.get(desk.db, *copy.key)
    said, was = ([s.heading for s in a.sections] + [q.question for q in a.questions] for a in (copy.article, base))
    if said == was:
        return ()
    return pipeline.reviewing(desk.db, desk.publication, base, desk.now).unborne(copy.article)


def told(wrong: Unborne) -> str:
    """What is wrong with a heading or question, in a sentence."""
    what = "The question" if wrong.what == "question" else "The heading"
    stands = "is not borne by the passages under it" if wrong.blocks else "may say what the passages under it lack"
    return f"{what} “{wrong.text}” {stands}: {'; '.join(f.message for f in wrong.findings)}."


READ = "read sentence by sentence against its sources"


def _target(desk: Desk, asked: Asked, copy: Working, base: Article) -> Article:
    """The next version, with the editor's text; one that waited is replaced by it."""
    target = pipeline.edited_version(desk.db, base, copy.article, asked.editor.name, desk.now)
    articles.review(desk.db, base, "edit", asked.editor.name, f"edited at the desk; version {target.version} has the text", desk.now)
    if base.status is not ArticleStatus.PUBLISHED:
        articles.move(desk.db, base.id, base.version, ArticleStatus.REJECTED)
    return target


DONE = {"hold": "is held", "reject": "is rejected", "unpublish": "is off the site and held", "retract": "is retracted"}
"""Decisions that need a reason, and what they come to."""

OUT = frozenset({"unpublish", "retract"})
"""Decisions about what is out."""


def decide(desk: Desk, asked: Asked, action: str) -> Decided:
    """Hold, reject, unpublish or retract the version that a form names; raises StaleError, RefusedError, MoveError."""
    reason = actions.one_line(asked.text("reason"))
    if not reason:
        raise RefusedError("Say why: the reason is kept with the decision.")
    with desk.db.transaction():
        copy = current(desk, asked, out=action in OUT)
        was = copy.article.status
        _allowed(action, was)
        saw(desk, asked, copy)
        store.note(desk.db, *copy.key, desk.now, asked.editor.name, asked.editor.role, action, after=reason)
        done = _moved(desk, copy.article, "hold" if action == "unpublish" else action, asked.editor.name, reason)
        if action in ("reject", "retract"):
            working.drop(desk.db, copy)
    event("decision kept", action=action, slug=done.slug, version=done.version)
    said = f"Version {done.version} {DONE[action]}"
    return Decided(done, built(desk, said) if was is ArticleStatus.PUBLISHED else f"{said}.")


def _allowed(action: str, status: ArticleStatus) -> None:
    out = status is ArticleStatus.PUBLISHED
    if out != (action in OUT):
        raise RefusedError(f"A version that is {status.value} cannot be taken there with “{action}”.")


def _moved(desk: Desk, article: Article, action: str, by: str, reason: str) -> Article:
    """The version after a decision; the versions before one that is taken off the site are rejected, or they would come out again."""
    references = reference_table(desk.publication)
    done = pipeline.decide(desk.db, article.id, action, article.version, by, reason, desk.now, references)
    if action == "hold" and article.status is ArticleStatus.PUBLISHED:
        for n, status, _ in articles.versions(desk.db, article.id):
            for then in ("hold", "reject") if status is ArticleStatus.PUBLISHED and n != article.version else ():
                pipeline.decide(desk.db, article.id, then, n, by, reason, desk.now, references)
    return done


ORIGIN = "report"
"""The event that says what led to a correction: a reader, a changed source, an editor."""


def correct(desk: Desk, asked: Asked) -> Decided:
    """Put a dated correction on the article that a form names; raises RefusedError, StaleError, NotFoundError or MoveError."""
    was, now_is = actions.one_line(asked.text("was")), actions.one_line(asked.text("now_is"))
    if not was or not now_is or was == now_is:
        raise RefusedError("A correction needs what was wrong, in the article's own words, and what is right instead.")
    with desk.db.transaction():
        copy = current(desk, asked, out=True)
        store.note(desk.db, *copy.key, desk.now, asked.editor.name, asked.editor.role, "correct", before=was, after=now_is)
        if origin := actions.one_line(asked.text("origin")):
            store.note(desk.db, *copy.key, desk.now, asked.editor.name, asked.editor.role, ORIGIN, before=origin, after=asked.text("note"))
        done = pipeline.correct(desk.db, desk.publication, copy.article.id, was, now_is, desk.now)
        working.drop(desk.db, copy)
    event("decision kept", action="correct", slug=done.article.slug, version=done.article.version)
    return Decided(done.article, " ".join([built(desk, "The correction is kept"), *done.notes]))
