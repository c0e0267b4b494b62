"""Shortening a draft until no record's words are too many in it and its length is the form's; what adds least goes first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from evidence.quotation import ngram_overlap, outside_quotes
from evidence.text import ngrams, word_keys
from groundwire.records import Draft, Question, Record, Section, Sentence
from synth.write.page import GRAM
from synth.write.proof import sentences
from synth.write.sources import Sources


def trimmed(draft: Draft, sources: Sources) -> Draft:
    """The draft without the sentences that copy most of a record which is copied too much, and within the form's length."""
    while record := _copied_most(draft, sources):
        shorter = _less_of(draft, record)
        if shorter is None:
            break
        draft = shorter
    while length(draft) > sources.form.words[1]:
        last = next((s for q in reversed(draft.questions) for s in reversed(q.answer)), None)
        last = last or next(
            (s for section in draft.sections for p in reversed(section.paragraphs) for s in reversed(p) if len(p) > 1), None
        )
        if last is None:
            break
        draft = _without(draft, last)
    return draft


def length(draft: Draft) -> int:
    """Words of a draft, its questions counted in."""
    return sum(len(s.text.split()) for s in sentences(draft)) + sum(len(q.question.split()) for q in draft.questions)


def _copied_most(draft: Draft, sources: Sources) -> Record | None:
    texts = [s.text for s in sentences(draft)]
    shares = [(ngram_overlap(texts, r.text), r) for r in sources.citable]
    over = [(share, r) for share, r in shares if share > sources.form.overlap]
    return max(over, key=lambda item: (item[0], item[1].order))[1] if over else None


def _less_of(draft: Draft, record: Record) -> Draft | None:
    """The draft without its sentence that copies most of a record, or without its last story that does; None when only the first is left."""
    worst = _worst(draft, record)
    if worst:
        return _without(draft, worst)
    known = set(ngrams(word_keys(record.text), GRAM))
    body = draft.sections[0].paragraphs if draft.sections else ()
    last = next((p for p in reversed(body[1:]) if any(_copied(s, known) for s in p)), None)
    for sentence in last or ():
        draft = _without(draft, sentence)
    return draft if last else None


def _worst(draft: Draft, record: Record) -> Sentence | None:
    """The sentence with most of a record's runs that can go: never headline or dek, nor the first of a paragraph that leans on it."""
    known = set(ngrams(word_keys(record.text), GRAM))
    spared = {id(p[0]) for section in draft.sections for p in section.paragraphs if p and not _opens_alone(p[1:])} | {
        *(id(a) for p in _runs_of(draft) for a, b in pairwise(p) if _leans(b, a)),
        id(draft.headline),
        id(draft.dek),
        *(id(s) for section in draft.sections[:1] for p in section.paragraphs[:1] for s in p[:1]),
    }
    ranked = [(_copied(s, known), -n, s) for n, s in enumerate(sentences(draft)) if id(s) not in spared]
    best = max(ranked, key=lambda item: item[:2], default=None)
    return best[2] if best and best[0] else _leaning_on_copied(draft, known)


def _runs_of(draft: Draft) -> Iterator[Sequence[Sentence]]:
    yield from (p for section in draft.sections for p in section.paragraphs)
    yield from (q.answer for q in draft.questions)


def _leans(sentence: Sentence, before: Sentence) -> bool:
    """Whether a sentence rests on the passage of the one before as well: it would not be understood without it."""
    mine, theirs = ({(c.record_id, c.start) for c in s.citations if c.start is not None} for s in (sentence, before))
    return bool(mine & theirs)


def _leaning_on_copied(draft: Draft, known: set[tuple[str, ...]]) -> Sentence | None:
    """The last sentence that leans on one with copied runs, so that the other may go next."""
    return next(
        (b for p in reversed(list(_runs_of(draft))) for a, b in reversed(list(pairwise(p))) if _leans(b, a) and _copied(a, known)), None
    )


def _opens_alone(rest: Sequence[Sentence]) -> bool:
    """Whether what follows the first sentence of a paragraph can open it as well: it begins with a name."""
    return len(rest) > 1 and bool(re.match(r"(?!The |It |They |Its |Their |According )[A-Z][\w’'-]+ ", rest[0].text))


def _copied(sentence: Sentence, known: set[tuple[str, ...]]) -> int:
    return sum(run in known for piece in outside_quotes(sentence.text).split("\u2003") for run in ngrams(word_keys(piece), GRAM))


def _without(draft: Draft, gone: Sentence) -> Draft:
    keep: Callable[[Sequence[Sentence]], tuple[Sentence, ...]] = lambda found: tuple(s for s in found if s is not gone)  # noqa: E731
    sections = (Section(s.heading, tuple(q for p in s.paragraphs if (q := keep(p)))) for s in draft.sections)
    questions = (Question(q.question, keep(q.answer)) for q in draft.questions)
    return replace(
        draft,
        sections=tuple(s for s in sections if s.paragraphs),
        so_far=keep(draft.so_far),
        questions=tuple(q for q in questions if len(q.answer) > ("differ" in q.question)),
    )
