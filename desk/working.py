"""A working copy: one version of an article as an editor has it at the moment, revision by revision, kept by value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from groundwire.errors import NotFoundError
from groundwire.records import Article, ArticleStatus, Sentence, text_sha256
from groundwire.store import articles
from groundwire.store import desk as store
from groundwire.store.database import Database

EDITABLE = frozenset({ArticleStatus.DRAFT, ArticleStatus.HELD, ArticleStatus.PUBLISHED})
"""What an editor may change: what waits, and what is out, of which the change becomes the next version."""


@dataclass(frozen=True, slots=True)
class Working:
    """A version as an editor has it: its sentences keep their numbers while their text, order and neighbours change."""

    article: Article
    numbers: tuple[int, ...]
    """The number of each sentence in reading order: that of the version for its own sentences, further ones for new sentences."""
    decisions: tuple[tuple[int, str], ...] = ()
    """What the editor last decided on a sentence, by its number: accept, edit, cut, ..."""
    revision: int = 0
    """0: nobody has changed anything yet."""
    before: int | None = None
    """The revision that an undo goes back to; None when there is nothing to undo."""

    @property
    def key(self) -> tuple[str, int]:
        return (self.article.id, self.article.version)

    @property
    def text_sha256(self) -> str:
        """The hash of the text that readers would see: what an approval names."""
        return text_sha256(articles.reader_text(self.article))

    def sentences(self) -> Iterator[tuple[int, str, Sentence]]:
        """Every sentence in reading order: its number, its place, itself."""
        return ((n, place, s) for n, (_, place, s) in zip(self.numbers, articles.numbered(self.article), strict=True))

    def sentence(self, number: int | None) -> Sentence:
        """The sentence with a number; raises NotFoundError."""
        for n, _, sentence in self.sentences():
            if n == number:
                return sentence
        raise NotFoundError(f"sentence {number}: this version of '{self.article.slug}' has none")

    def decision(self, number: int) -> str | None:
        return dict(self.decisions).get(number)

    def decided(self, number: int, what: str) -> Working:
        return replace(self, decisions=tuple(sorted((dict(self.decisions) | {number: what}).items())))


_WORKING = TypeAdapter(Working)


def of_article(article: Article) -> Working:
    """The working copy of a version on which nobody has worked yet."""
    return Working(article, tuple(n for n, _, _ in articles.numbered(article)))


def load(db: Database, article: Article) -> Working:
    """The working copy of a version as it is now; its status and dated notes are those of the version."""
    found = store.working(db, article.id, article.version)
    return _fresh(_WORKING.validate_json(found[1]), article) if found else of_article(article)


def _fresh(working: Working, article: Article) -> Working:
    return replace(working, article=replace(working.article, status=article.status, corrections=article.corrections))


def undone(db: Database, working: Working) -> Working | None:
    """The working copy as it was before the last change that was not undone, or None when there was none."""
    if working.before is None:
        return None
    if working.before == 0:
        return of_article(articles.get(db, *working.key))
    state = store.revision(db, *working.key, working.before)
    return _WORKING.validate_json(state) if state else None


def keep(db: Database, working: Working, by: str, now: datetime) -> None:
    """Store a revision; part of the caller's transaction."""
    store.keep(db, *working.key, working.revision, _WORKING.dump_json(working).decode(), by, now)


def drop(db: Database, working: Working) -> None:
    """Forget the working copy of a version that was decided on."""
    store.drop(db, *working.key)
