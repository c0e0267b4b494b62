"""What editors do to one article: to its sentences, to the whole, and what they decide. Every address here is asked by POST alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from desk import actions, deciding, working
from desk.actions import RefusedError, Wish
from desk.answers import Answer, Asked, Desk, Link, Page, Sent, Shown, number
from desk.deciding import StaleError
from desk.working import Working
from evidence.passages import passage_at
from groundwire import newsroom
from groundwire.errors import ModelError, MoveError, NotFoundError
from groundwire.records import Citation, RecordState, Target
from groundwire.store import articles, records
from groundwire.store import desk as store
from synth import pipeline

if TYPE_CHECKING:
    from synth.pipeline import Unborne

WHOLE = frozenset({"hold", "reject", "unpublish", "retract"})
REWRITE = "rewrite"


def act(desk: Desk, asked: Asked) -> Answer:
    """One action on an article; a form that is out of date, or that cannot be granted, is told why beside what it said."""
    action = asked.path["action"]
    if action not in actions.ACTIONS | WHOLE | {"undo", "correct", REWRITE}:
        raise NotFoundError(f"action '{action}': the desk has none of that name")
    return _told(desk, asked, action)


def approve(desk: Desk, asked: Asked) -> Answer:
    """Publish the version that a form names."""
    return _told(desk, asked, "publish")


def _told(desk: Desk, asked: Asked, action: str) -> Answer:
    try:
        return _done(desk, asked, action)
    except StaleError as error:
        return Shown("stale.html", _again(desk, asked, action, str(error)), 409)
    except RefusedError as error:
        return Shown("stale.html", _again(desk, asked, action, str(error)), 422)
    except MoveError as error:
        return Shown("stale.html", _again(desk, asked, action, str(error)), 409)


def _done(desk: Desk, asked: Asked, action: str) -> Answer:
    if action == "publish":
        done = deciding.publish(desk, asked)
        return Sent(f"/article/{done.article.slug}", done.said)
    if action == "correct":
        done = deciding.correct(desk, asked)
        return Sent(f"/article/{done.article.slug}", done.said)
    if action in WHOLE:
        done = deciding.decide(desk, asked, action)
        return Sent(f"/article/{done.article.slug}?version={done.article.version}", done.said)
    copy, said = _rewritten(desk, asked) if action == REWRITE else _changed(desk, asked, action)
    n = asked.number("n")
    return Sent(f"/article/{copy.article.slug}?version={copy.article.version}" + (f"&s={n}#s-{n}" if n else ""), said)


def _changed(desk: Desk, asked: Asked, action: str) -> tuple[Working, str]:
    """Keep what an action makes of a working copy, with its row in the log, in one transaction."""
    with desk.db.transaction():
        copy = _editable(desk, asked)
        done = _undo(desk, copy) if action == "undo" else _act(desk, asked, copy, action)
        before = done.working.before if action == "undo" else copy.revision
        kept = _keep(desk, asked, copy, action, done, before)
        return kept, " ".join([done.said, *(deciding.told(u) for u in _labels(desk, asked, kept, action))])


def _labels(desk: Desk, asked: Asked, copy: Working, action: str) -> Iterator[Unborne]:
    """What the passages lack of the heading or question that was just changed."""
    what = {"heading": "section", "question": "question"}.get(action)
    if what:
        yield from (u for u in deciding.unborne(desk, copy) if (u.what, u.index) == (what, asked.number(what)))


def _editable(desk: Desk, asked: Asked) -> Working:
    copy = deciding.current(desk, asked)
    if copy.article.status not in working.EDITABLE:
        raise RefusedError(f"A version that is {copy.article.status.value} is not changed any more.")
    return copy


def _keep(desk: Desk, asked: Asked, copy: Working, action: str, done: actions.Change, before: int | None) -> Working:
    """Store the next revision and the row in the log; part of the caller's transaction."""
    new = replace(done.working, revision=copy.revision + 1, before=before)
    deciding.saw(desk, asked, copy)
    who = asked.editor
    store.note(desk.db, *copy.key, desk.now, who.name, who.role, action, sentence=asked.number("n"), before=done.before, after=done.after)
    working.keep(desk.db, new, who.name, desk.now)
    return new


def _rewritten(desk: Desk, asked: Asked) -> tuple[Working, str]:
    """Ask the author for a section; nothing is held while it answers, and its answer is kept when nobody changed anything meanwhile."""
    copy, at, wish = _editable(desk, asked), asked.number("section"), actions.one_line(asked.text("value"))
    if at is None or at >= len(copy.article.sections):
        raise RefusedError("There is no such section; open the page anew.")
    if not copy.article.writer.startswith("author"):
        raise RefusedError("No language model took part in this article, and its pages say so; change its sentences yourself.")
    try:
        model = newsroom.connect(desk.publication, desk.db, None, desk.now)
        if model is None:
            raise RefusedError("No model is configured (llm.model).")
        reviewing = pipeline.reviewing(desk.db, desk.publication, articles.get(desk.db, *copy.key), desk.now)
        article = reviewing.rewritten(copy.article, at, wish, model)
    except ModelError as error:
        raise RefusedError(f"The author gave no text: {error}.") from error
    with desk.db.transaction():
        copy = _editable(desk, asked)
        new = actions.replaced(replace(copy, article=replace(copy.article, method=article.method)), at, article.sections[at])
        before, after = (" ".join(s.text for p in a.sections[at].paragraphs for s in p) for a in (copy.article, article))
        done = actions.Change(
            new, "The author wrote this section again; each sentence was checked.", before, f"asked: {wish or '-'}; {after}"
        )
        return _keep(desk, asked, copy, REWRITE, done, copy.revision), done.said


def _act(desk: Desk, asked: Asked, copy: Working, action: str) -> actions.Change:
    wish = Wish(action, asked.number("n"), asked.form.get("value", ""), asked.form)
    reviewing = pipeline.reviewing(desk.db, desk.publication, articles.get(desk.db, *copy.key), desk.now)
    return actions.act(copy, wish, reviewing.recheck, lambda named: _passage(desk, named))


def _undo(desk: Desk, copy: Working) -> actions.Change:
    before = working.undone(desk.db, copy)
    if before is None:
        raise RefusedError("There is nothing to undo.")
    return actions.Change(before, "Undone.")


def _passage(desk: Desk, named: str) -> Citation | None:
    """The passage that a form names as RECORD:START:END, whole sentences of a record that may be cited; or None."""
    record_id, _, span = named.partition(":")
    start, _, end = span.partition(":")
    a, b = number(start), number(end)
    record = records.get(desk.db, record_id) if record_id.isalnum() else None
    if record is None or record.state is not RecordState.READ or a is None or b is None or not a < b <= len(record.text):
        return None
    first, _ = passage_at(record.text, a, a + 1, record.language or "en")
    _, last = passage_at(record.text, b - 1, b, record.language or "en")
    return Citation(Target.PASSAGE, record.id, record.version, first, last, record.text[first:last]) if first < last else None


def _again(desk: Desk, asked: Asked, action: str, why: str) -> dict[str, object]:
    """What a page shows whose form was not granted: why, what the form said, and how things stand."""
    article = articles.find(desk.db, asked.path["id"])
    copy = working.load(desk.db, article)
    done = store.events(desk.db, *copy.key)
    typed = [asked.form[name] for name in ("value", "reason", "was", "now_is") if asked.form.get(name, "").strip()]
    return {
        "why": why,
        "action": action,
        "typed": typed,
        "slug": article.slug,
        "n": asked.number("n"),
        "headline": copy.article.headline.text,
        "version": article.version,
        "status": article.status.value,
        "events": done[-8:],
        "reviews": articles.reviews(desk.db, article.id)[-4:],
    }


PAGES = (Page("/approve/{id}", approve, "POST"), Page("/article/{id}/{action}", act, "POST"))
LINKS: tuple[Link, ...] = ()
