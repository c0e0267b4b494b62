"""What an editor does to a working copy: pure decisions on (working copy, wish) -> the copy as it is then. What it costs to check is passed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from desk.answers import number
from desk.working import Working
from evidence.text import normalise
from groundwire.errors import GroundwireError
from groundwire.records import Article, Citation, Question, Section, Sentence, SentenceKind

MOST_CHARACTERS = 2_000
"""Characters of a sentence; the longest of the forms has a fifth of that."""


class RefusedError(GroundwireError):
    """A wish that cannot be granted; the text says what to do instead. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an editor asks for: the sentence it is about, a text, and whatever else the form of the action has."""

    action: str
    n: int | None = None
    text: str = ""
    values: Mapping[str, str] | None = None

    def value(self, name: str) -> int | None:
        return number((self.values or {}).get(name))


@dataclass(frozen=True, slots=True)
class Change:
    """What a wish comes to: the copy after it, and what the log keeps of it."""

    working: Working
    said: str
    before: str | None = None
    after: str | None = None


Recheck = Callable[[Sentence], Sentence]
"""A sentence with the verdict that it has now."""
Cited = Callable[[str], Citation | None]
"""The passage that a form names, or None when there is no such passage."""


def one_line(text: str) -> str:
    """A text as one line without what cannot be seen."""
    return " ".join(normalise(text).split())


def act(working: Working, wish: Wish, recheck: Recheck, cited: Cited) -> Change:
    """The working copy after a wish; raises RefusedError, or NotFoundError when it is about a sentence that is not there."""
    if wish.action in _WHOLE:
        return _WHOLE[wish.action](working, wish)
    n = _meant(working, wish)
    sentence = working.sentence(n)
    new = _sentence(sentence, wish, cited)
    if wish.action == "cut" and n == working.numbers[0]:
        raise RefusedError("A headline cannot be cut; give it another text.")
    if wish.action in CHECKED and new != sentence:
        new = recheck(new)
    changed = _with(working, {n: new}).decided(n, DECISIONS.get(wish.action, wish.action))
    return Change(changed, _said(wish.action, new), _log(sentence), _log(new))


def _meant(working: Working, wish: Wish) -> int:
    """The sentence that a wish is about; headline and dek are the first two."""
    if wish.action in ("headline", "dek"):
        return working.numbers[wish.action == "dek"]
    working.sentence(wish.n)
    return wish.n or 0


CHECKED = frozenset({"edit", "headline", "dek", "restore", "inference", "cite", "uncite"})
"""Actions after which the sentence, and only that one, is checked again."""
DECISIONS = {
    "headline": "edit",
    "dek": "edit",
    "cite": "cited",
    "uncite": "cited",
    "inference": "kind",
    "accept": "accepted",
    "cut": "cut",
    "edit": "edited",
    "restore": "restored",
}
SENTENCE_ACTIONS = frozenset({"accept", "edit", "cut", "restore", "inference", "cite", "uncite", "headline", "dek"})


def _sentence(sentence: Sentence, wish: Wish, cited: Cited) -> Sentence:
    if wish.action in ("edit", "headline", "dek"):
        return _edited(sentence, wish.text)
    if wish.action in ("cut", "restore"):
        return replace(sentence, cut=wish.action == "cut")
    if wish.action == "inference":
        return replace(sentence, kind=SentenceKind.REPORT if sentence.kind is SentenceKind.INFERENCE else SentenceKind.INFERENCE)
    if wish.action == "cite":
        return _cited(sentence, wish, cited)
    if wish.action == "uncite":
        return replace(sentence, citations=_without(sentence.citations, wish.value("citation")))
    return sentence


def _edited(sentence: Sentence, text: str) -> Sentence:
    line = one_line(text)
    if not line:
        raise RefusedError("A sentence needs words; to take it out, cut it.")
    if len(line) > MOST_CHARACTERS:
        raise RefusedError(f"A sentence may have {MOST_CHARACTERS:,} characters; this has {len(line):,}.")
    lead = sentence.text[: sentence.lead]
    return replace(sentence, text=line, lead=sentence.lead if lead and line.startswith(lead) else 0, cut=False)


def _cited(sentence: Sentence, wish: Wish, cited: Cited) -> Sentence:
    """The sentence with one passage more, or with one in the place of another."""
    citation = cited((wish.values or {}).get("passage", ""))
    if citation is None:
        raise RefusedError("There is no such passage; open the page anew and choose one that it offers.")
    if citation in sentence.citations:
        raise RefusedError("The sentence cites this passage already.")
    instead = wish.value("citation")
    kept = _without(sentence.citations, instead) if instead is not None else sentence.citations
    return replace(sentence, citations=(*kept, citation))


def _without(citations: Sequence[Citation], n: int | None) -> tuple[Citation, ...]:
    if n is None or n >= len(citations):
        raise RefusedError("The sentence has no such citation; open the page anew.")
    return tuple(c for i, c in enumerate(citations) if i != n)


def _with(working: Working, new: Mapping[int, Sentence]) -> Working:
    """The copy with other sentences in the places of some."""
    numbers = iter(working.numbers)

    def put(sentence: Sentence) -> Sentence:
        return new.get(next(numbers), sentence)

    def every(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
        return tuple(map(put, sentences))

    a = working.article
    headline, dek = put(a.headline), put(a.dek)
    sections = tuple(Section(s.heading, tuple(every(p) for p in s.paragraphs)) for s in a.sections)
    so_far = every(a.so_far)
    questions = tuple(Question(q.question, every(q.answer)) for q in a.questions)
    return replace(working, article=replace(a, headline=headline, dek=dek, sections=sections, so_far=so_far, questions=questions))


def _order(working: Working, wish: Wish) -> Change:
    """A section changes places with its neighbour."""
    at, to = wish.value("section"), wish.value("to")
    sections = list(working.article.sections)
    if at is None or to is None or max(at, to) >= len(sections) or at == to:
        raise RefusedError("There is no such place for a section; open the page anew.")
    numbers = list(_numbers(working))
    sections.insert(to, sections.pop(at))
    numbers.insert(to, numbers.pop(at))
    article = replace(working.article, sections=tuple(sections))
    moved = replace(working, article=article, numbers=_flat(working, numbers))
    name = sections[to].heading or f"Section {to + 1}"
    return Change(moved, f"“{name}” is now section {to + 1}.", f"section {at + 1}", f"section {to + 1}")


def _numbers(working: Working) -> Iterator[list[int]]:
    """The numbers of the sentences of each section."""
    at = 2
    for section in working.article.sections:
        size = sum(map(len, section.paragraphs))
        yield list(working.numbers[at : at + size])
        at += size


def _flat(working: Working, sections: Sequence[Sequence[int]]) -> tuple[int, ...]:
    before = sum(len(n) for n in _numbers(working))
    return (*working.numbers[:2], *(n for s in sections for n in s), *working.numbers[2 + before :])


def _heading(working: Working, wish: Wish) -> Change:
    at, text = wish.value("section"), one_line(wish.text)
    sections = list(working.article.sections)
    if at is None or at >= len(sections):
        raise RefusedError("There is no such section; open the page anew.")
    before = sections[at].heading
    sections[at] = replace(sections[at], heading=text or None)
    return Change(replace(working, article=replace(working.article, sections=tuple(sections))), "The heading is changed.", before, text)


def _question(working: Working, wish: Wish) -> Change:
    """A question asked in other words; one without words is left out, with its answer, and comes back when it is given some."""
    at, text = wish.value("question"), one_line(wish.text)
    questions = list(working.article.questions)
    if at is None or at >= len(questions):
        raise RefusedError("There is no such question; open the page anew.")
    old = questions[at]
    cut = not text
    answer = tuple(replace(s, cut=cut) for s in old.answer) if cut or all(s.cut for s in old.answer) else old.answer
    questions[at] = Question(text or old.question, answer)
    changed = replace(working, article=replace(working.article, questions=tuple(questions)))
    return Change(changed, "The question is left out." if cut else "The question is changed.", old.question, text)


def replaced(working: Working, at: int, section: Section) -> Working:
    """The copy with another section in the place of one; its sentences get numbers that no other had."""
    sections, numbers = list(working.article.sections), list(_numbers(working))
    first = max(working.numbers) + 1
    fresh = list(range(first, first + sum(map(len, section.paragraphs))))
    sections[at], numbers[at] = section, fresh
    return replace(working, article=replace(working.article, sections=tuple(sections)), numbers=_flat(working, numbers))


_WHOLE: dict[str, Callable[[Working, Wish], Change]] = {"order": _order, "heading": _heading, "question": _question}
ACTIONS = SENTENCE_ACTIONS | _WHOLE.keys()


def _said(action: str, sentence: Sentence) -> str:
    """What was done, for the next page."""
    if action == "accept":
        return "Accepted."
    if action == "cut":
        return "Cut; it stays in the draft, struck out."
    verdict = sentence.verdict.value if sentence.verdict else "nothing to check"
    return f"Kept and checked again: {verdict}."


def _log(sentence: Sentence) -> str:
    """A sentence as the log keeps it."""
    verdict = sentence.verdict.value if sentence.verdict else "unchecked"
    cites = ", ".join(
        f"{c.record_id} v{c.record_version} {c.start}:{c.end}" if c.record_id else f"{c.rule} = {c.value}" for c in sentence.citations
    )
    return f"{'cut, ' if sentence.cut else ''}{sentence.kind.value}, {verdict}: {sentence.text}" + (f" [{cites}]" if cites else "")


def changed(base: Article, working: Working) -> bool:
    """Whether readers would see something else than the version says: then it becomes the next one."""
    a = working.article
    return (a.headline, a.dek, a.sections, a.so_far, a.questions) != (base.headline, base.dek, base.sections, base.so_far, base.questions)
