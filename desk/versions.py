"""Two versions of an article against each other, as lines of text that readers see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from groundwire.records import Article, Sentence
from publish import pipeline as publishing


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one text in another: changes in reading order, each with `kind` and marked `pieces`, and how many lines stayed."""

    changes: tuple[Any, ...]
    kept: int

    @property
    def summary(self) -> str:
        """The changes in numbers, or that there are none."""
        counts = ((sum(c.kind == kind for c in self.changes), word) for kind, word in WORDS)
        said = ", ".join(f"{n:,} {word}" for n, word in counts if n)
        return f"{said}; {self.kept:,} unchanged" if said else "The text is the same."


WORDS = (("rewritten", "rewritten"), ("gone", "removed"), ("new", "added"))


def difference(before: Article, after: Article) -> Difference:
    """What changed from one version to another, headings and questions too."""
    new = lines(after)
    found = tuple(publishing.changes(lines(before), new))
    return Difference(found, len(new) - sum(c.kind != "gone" for c in found))


def lines(article: Article) -> list[str]:
    """What readers see of a version, a line for each sentence, heading and question."""
    return list(_lines(article))


def _lines(article: Article) -> Iterator[str]:
    yield from _seen((article.headline, article.dek))
    for section in article.sections:
        said = [line for paragraph in section.paragraphs for line in _seen(paragraph)]
        yield from (section.heading,) if section.heading and said else ()
        yield from said
    yield from _seen(article.so_far)
    for question in article.questions:
        said = list(_seen(question.answer))
        yield from (question.question, *said) if said else ()


def _seen(sentences: tuple[Sentence, ...]) -> Iterator[str]:
    return (s.text for s in sentences if s.text and not s.cut)
