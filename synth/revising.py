"""Later versions of an article that no writer makes: corrected by an editor, edited in a file, freed of a source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from evidence.checks import verdict
from groundwire.config import Publication
from groundwire.errors import MoveError
from groundwire.records import (
    Article,
    ArticleStatus,
    Correction,
    Finding,
    Question,
    Section,
    Sentence,
    SentenceKind,
    Severity,
)
from groundwire.store import articles
from groundwire.store.database import Database
from synth import pipeline
from synth.write.proof import findings
from synth.write.sources import Sources

Change = Callable[[Sentence], Sentence | None]
"""What becomes of a sentence; None takes it out."""

CORRECTION = "correction"


def sources_of(db: Database, publication: Publication, article: Article, now: datetime) -> Sources:
    """Everything that a version of an article may rest on, as its writer was given it; raises ConfigError."""
    room = pipeline.newsroom(publication, now)
    return pipeline.sources_of(db, room, article.theme, article, article.form)


def rechecked(sentence: Sentence, sources: Sources) -> Sentence:
    """A sentence with the findings and the verdict that it has now; what was found on its text before is dropped."""
    if not sentence.text:
        return replace(sentence, findings=(), verdict=None)
    found = findings(replace(sentence, findings=()), sources)
    said = None if sentence.kind is SentenceKind.FRAME else verdict(found, bool(sentence.citations))
    return replace(sentence, findings=found, verdict=said)


def refused(sentence: Sentence) -> tuple[Finding, ...]:
    """The findings for which a sentence must not stand."""
    return tuple(f for f in sentence.findings if f.severity is Severity.CUT)


def mapped(article: Article, change: Change, opening: Callable[[Sentence], Sentence]) -> Article:
    """An article with each of its sentences changed, headline and dek, which cannot be taken out, by `opening`."""

    def kept(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
        return tuple(new for s in sentences if (new := change(s)) is not None)

    def section(old: Section) -> Section:
        return Section(old.heading, tuple(new for p in old.paragraphs if (new := kept(p))))

    asked = (Question(q.question, kept(q.answer)) for q in article.questions)
    return replace(
        article,
        headline=opening(article.headline),
        dek=opening(article.dek),
        sections=tuple(new for s in article.sections if (new := section(s)).paragraphs),
        so_far=kept(article.so_far),
        questions=tuple(q for q in asked if q.answer),
    )


def next_version(db: Database, article: Article, now: datetime, status: ArticleStatus, changes: tuple[str, ...]) -> Article:
    """An article as its next version, with what is different in words; belongs into the transaction that stores it."""
    number = max(n for n, _, _ in articles.versions(db, article.id)) + 1
    method = replace(article.method, changes=changes, reviewed_by=None)
    return replace(article, version=number, status=status, modified=now, method=method)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction did: the version that is out now, and what an editor should know."""

    article: Article
    notes: tuple[str, ...]


def correct(db: Database, publication: Publication, name: str, was: str, now_is: str, now: datetime) -> Corrected:
    """Put a dated correction on the article that is out, and a version without the error in its place.

    A sentence that says what was wrong is given the right words where its sources bear them, and is struck where they do
    not. Headline and dek, which cannot be struck, then keep their words and stand under the correction. Raises
    NotFoundError, or MoveError when the article is not out.
    """
    with db.transaction():
        article = articles.find(db, name, articles.out(db, name))
        if article.status is not ArticleStatus.PUBLISHED:
            raise MoveError(f"'{article.slug}' version {article.version} is {article.status.value}; only what is out can be corrected")
        found = _Correcting(sources_of(db, publication, article, now), was, now_is)
        after = mapped(article, found.change, found.opening)
        if after != article:
            article = next_version(db, after, now, ArticleStatus.PUBLISHED, (f"corrected: “{was}” was wrong, “{now_is}” is right",))
            articles.add(db, article, None)
        text = "A statement in this article was wrong" + (f" and was {found.done}." if found.done else ".")
        new = articles.correct(db, article.id, article.version, Correction(now, CORRECTION, text, was, now_is))
    notes = (*found.notes, *(() if new else ("this correction stands on it already",)))
    return Corrected(articles.get(db, article.id, article.version), notes)


class _Correcting:
    """Decides about each sentence of an article that is corrected, and counts what came of it."""

    def __init__(self, sources: Sources, was: str, now_is: str) -> None:
        self._sources, self._was, self._now_is = sources, was, now_is
        self._pattern = re.compile(rf"(?<!\w){re.escape(was)}(?!\w)")
        self.replaced = self.struck = self.kept = 0

    def change(self, sentence: Sentence) -> Sentence:
        if sentence.cut or not self._pattern.search(sentence.text):
            return sentence
        if right := self._right(sentence):
            return right
        wrong = Finding(CORRECTION, Severity.CUT, f"“{self._was}” was wrong; the sources do not bear “{self._now_is}”")
        self.struck += 1
        return replace(sentence, cut=True, findings=(*sentence.findings, wrong))

    def opening(self, sentence: Sentence) -> Sentence:
        """Headline or dek with the right words, or as it is."""
        if not self._pattern.search(sentence.text):
            return sentence
        right = self._right(sentence)
        self.kept += right is None
        return right or sentence

    def _right(self, sentence: Sentence) -> Sentence | None:
        """The sentence with the right words, when its sources bear them."""
        text, lead = self._in(sentence.text), self._in(sentence.text[: sentence.lead])
        right = rechecked(replace(sentence, text=text, lead=len(lead) if text.startswith(lead) else 0), self._sources)
        if refused(right):
            return None
        self.replaced += 1
        return right

    def _in(self, text: str) -> str:
        return self._pattern.sub(lambda _: self._now_is, text)

    @property
    def done(self) -> str:
        parts = ("put right" if self.replaced else "", "taken out" if self.struck else "")
        return " or ".join(filter(None, parts))

    @property
    def notes(self) -> tuple[str, ...]:
        """What an editor should know."""
        if not (self.replaced or self.struck or self.kept):
            return ("no sentence says it in these words; the correction stands above the text",)
        said = [f"{self.replaced} put right, {self.struck} struck because its sources do not bear the right words"]
        if self.kept:
            said.append(
                "headline or dek still says it, because no source bears the right words; `groundwire retract` withdraws the article"
            )
        return tuple(said)
