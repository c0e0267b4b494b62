"""Headings and questions as they are checked: what one says stands in the passages under it, as the author's own must."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundwire.records import Article, Citation, Finding, Sentence, SentenceKind, Severity
from synth.write.lines import NEED_NO_MARK
from synth.write.proof import findings
from synth.write.sources import Sources

SECTION, QUESTION = "section", "question"
NAME = "name"


@dataclass(frozen=True, slots=True)
class Label:
    """A heading or question, counted each from 0, with the citations of the sentences that stand under it."""

    what: str
    index: int
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Unborne:
    """A heading or question that says what the passages under it lack, or, where there are only notes, that may."""

    what: str
    index: int
    text: str
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> bool:
        """Whether it must not stand."""
        return any(f.severity is not Severity.NOTE for f in self.findings)


def labels(article: Article) -> Iterator[Label]:
    """The headings and questions that readers see, in their order."""
    for i, section in enumerate(article.sections):
        yield from _label(SECTION, i, section.heading or "", [s for p in section.paragraphs for s in p])
    for i, question in enumerate(article.questions):
        yield from _label(QUESTION, i, question.question, question.answer)


def _label(what: str, index: int, text: str, under: Sequence[Sentence]) -> Iterator[Label]:
    standing = [s for s in under if s.text and not s.cut]
    if text and standing:
        yield Label(what, index, text, tuple(dict.fromkeys(c for s in standing for c in s.citations)))


def unborne(article: Article, before: Article, sources: Sources) -> tuple[Unborne, ...]:
    """The headings and questions of `article` that `before` does not have in that place, and on which something is found."""
    kept = tuple(labels(before))
    new = (one for one in labels(article) if not _is_among(one, kept))
    return tuple(Unborne(one.what, one.index, one.text, found) for one in new if (found := _found(one, sources)))


def _is_among(label: Label, kept: Iterable[Label]) -> bool:
    """Whether a label stood over some of the same passages before."""
    return any(
        one.what == label.what and one.text == label.text and (not label.citations or not set(one.citations).isdisjoint(label.citations))
        for one in kept
    )


def _found(label: Label, sources: Sources) -> tuple[Finding, ...]:
    """What speaks against a label: it is a reading of what it stands over by its place, and over nothing cited it may claim nothing.

    Of the notes, that a word which opens it may be a name.
    """
    kind = SentenceKind.INFERENCE if label.citations else SentenceKind.FRAME
    made = findings(Sentence(label.text, kind, label.citations), sources)
    return tuple(f for f in made if (f.severity is not Severity.NOTE or f.check == NAME) and f.check not in NEED_NO_MARK)
