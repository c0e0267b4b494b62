"""An edited draft, sentence by sentence: what did not change keeps its proof, what did is checked again, and only that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from groundwire.records import Article, Citation, Finding, Question, Record, Section, Sentence, SentenceKind, Severity, Verdict
from groundwire.store.articles import numbered
from synth.labels import Unborne, unborne
from synth.revising import rechecked, refused
from synth.write.gate import SUPPORTED
from synth.write.sources import Sources

EDITOR = "editor"
"""The check that counts what an editor struck, in the note on method."""


@dataclass(frozen=True, slots=True)
class Text:
    """The sentences of a version in their places, as an editor left them; none of them is judged yet."""

    headline: Sentence
    dek: Sentence
    sections: tuple[Section, ...]
    so_far: tuple[Sentence, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """An article with an editor's text: what changed is proved again, `fault_of` says why a changed sentence must not stand."""

    article: Article
    faults: tuple[tuple[int, str], ...]
    """Number of a sentence in reading order, from 1, and what is wrong with it."""
    changed: int
    struck: int
    unborne: tuple[Unborne, ...] = ()
    """New headings and questions that say what the passages under them lack."""


def edit(article: Article, text: Text, sources: Sources, more: Iterable[Record] = ()) -> Edited:
    """An article with the text that an editor gave it; `more` are records that the editor cites and its writer did not have."""
    known = {r.id for r in (*sources.records, *sources.archive)}
    sources = replace(sources, archive=(*sources.archive, *(r for r in more if r.id not in known)))
    judge = _Judge(article, sources)
    new = replace(
        article,
        headline=judge.of(text.headline),
        dek=judge.of(text.dek),
        sections=tuple(Section(s.heading, tuple(judge.every(p) for p in s.paragraphs)) for s in text.sections),
        so_far=judge.every(text.so_far),
        questions=tuple(Question(q.question, judge.every(q.answer)) for q in text.questions),
    )
    titles = [s.heading for s in new.sections] + [q.question for q in new.questions]
    before = [s.heading for s in article.sections] + [q.question for q in article.questions]
    moved = [s for _, _, s in numbered(new)] != [s for _, _, s in numbered(article)] or titles != before
    changed = max(judge.changed, int(moved))
    if judge.struck:
        new = replace(new, method=replace(new.method, removed=(*new.method.removed, (EDITOR, judge.struck))))
    return Edited(new, tuple(_faults(new, judge.new)), changed, judge.struck, unborne(new, article, sources))


Key = tuple[str, SentenceKind, tuple[Citation, ...]]


def _key(sentence: Sentence) -> Key:
    return (" ".join(sentence.text.split()), sentence.kind, sentence.citations)


def _lead(sentence: Sentence) -> int:
    """Characters of the lead of a sentence, as a file has it: with single spaces."""
    return len(" ".join(sentence.text[: sentence.lead].split()))


class _Judge:
    """Gives each sentence the proof it had, or a new one, and counts what an editor changed."""

    def __init__(self, article: Article, sources: Sources) -> None:
        self._before: dict[Key, list[Sentence]] = {}
        for _, _, sentence in numbered(article):
            self._before.setdefault(_key(sentence), []).append(sentence)
        self._sources = sources
        self.new: set[int] = set()
        """Identities of the sentences that were checked again."""
        self._kept: list[Sentence] = []
        self.changed = self.struck = 0

    def every(self, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
        return tuple(map(self.of, sentences))

    def of(self, sentence: Sentence) -> Sentence:
        found = self._before.get(_key(sentence))
        before = found.pop(0) if found and len(found) > 1 else found[0] if found else None
        led = before is None or _lead(before) == sentence.lead
        if before is not None and before.cut == sentence.cut and led:
            return before
        self.changed += 1
        self.struck += sentence.cut and not (before is not None and before.cut)
        if before is not None and not led:
            before = replace(before, text=sentence.text, lead=sentence.lead)
        if before is not None and (sentence.cut or not before.cut):
            return replace(before, cut=sentence.cut)
        made = sentence if sentence.cut else rechecked(sentence, self._sources)
        self._kept.append(made)
        self.new.add(id(made))
        return made


def _faults(article: Article, new: set[int]) -> Iterable[tuple[int, str]]:
    """Why sentences that were checked again must not stand."""
    for n, _, sentence in numbered(article):
        if id(sentence) in new and not sentence.cut and (why := unfit(sentence)):
            yield n, why


def unfit(sentence: Sentence) -> str | None:
    """Why a sentence must not stand, or None."""
    faults: tuple[Finding, ...] = refused(sentence)
    if not faults and sentence.kind is not SentenceKind.FRAME and sentence.text and sentence.verdict not in SUPPORTED:
        faults = tuple(f for f in sentence.findings if f.severity is not Severity.NOTE)
        if not faults:
            said = sentence.verdict or Verdict.UNSUPPORTED
            return f"the sentence is {said.value} by what it cites"
    return "; ".join(f"{f.check}: {f.message}" for f in faults) or None


def unproved(article: Article) -> Iterable[tuple[int, str]]:
    """Number and fault of every sentence that readers would see and that must not stand."""
    for n, _, sentence in numbered(article):
        if not sentence.cut and (why := unfit(sentence)):
            yield n, why
    if not article.headline.text or article.headline.cut:
        yield 1, "there is no headline"
