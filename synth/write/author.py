"""The author: a language model that writes sentences from facts alone, each saying which facts it rests on.

Two questions an article: the facts of its pages (synth.write.facts), then the article from the facts. What comes back
is a Draft like any other; the checks decide what of it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from evidence.text import normalise
from groundwire.budget import model_of
from groundwire.llm import Message, Model, PlannedCall
from groundwire.records import Citation, Draft, Question, Section, Sentence, SentenceKind, short_id
from groundwire.templating import environment
from synth.write.accounts import accounts, disputes, picture, rows
from synth.write.facts import ANSWER_SHARE, MAX_FACTS, PROMPT, Fact, FactsFound, OfferedFacts, extract_facts, fitting, page_tokens
from synth.write.page import passage
from synth.write.proof import stands
from synth.write.sources import Sources, Writer

WRITE_PROMPT = "write.txt"
PROMPT_TOKENS = 1_500
"""More than the packaged prompts and the schema have."""

FACT_TOKENS = 200
"""More than a numbered fact with its quote has."""

RECORD_TOKENS = 1_500
"""About what a page has."""

MAX_SENTENCES = 150
MAX_CHARACTERS = 600
"""A longer sentence is no sentence; a longer heading or question is none either."""


class WrittenSentence(BaseModel):
    kind: Literal["report", "inference", "frame"]
    text: str
    facts: list[int]


class WrittenSection(BaseModel):
    heading: str
    sentences: list[WrittenSentence]


class WrittenQuestion(BaseModel):
    question: str
    answer: list[WrittenSentence]


class WrittenArticle(BaseModel):
    headline: WrittenSentence
    dek: WrittenSentence
    sections: list[WrittenSection]
    so_far: list[WrittenSentence]
    questions: list[WrittenQuestion]


def author(model: Model, own_templates: Path | None) -> Writer:
    """The writer that asks `model`; what it raises is a ModelError."""

    def write(sources: Sources) -> Draft:
        context = model.context_tokens("extract")
        with model.reserve(planned(sources, context), about=about(sources)):
            found = extract_facts(sources, model, _prompt(PROMPT, sources, own_templates), context)
            messages = (Message("system", _prompt(WRITE_PROMPT, sources, own_templates)), Message("user", facts_block(found.facts)))
            return draft(model.ask("write", WRITE_PROMPT, messages, WrittenArticle), found, sources)

    return write


def about(sources: Sources) -> str:
    """What an article's calls are for: its theme, and the very records, for their answers hold for no others."""
    return f"{sources.theme.id}:{short_id(*(r.id for r in sources.citable))}"


def planned(sources: Sources, context_tokens: int) -> tuple[PlannedCall, ...]:
    """The questions that an article will ask."""
    pages, _ = fitting(sources.citable, context_tokens)
    return _calls(sum(map(page_tokens, pages)), MAX_FACTS * FACT_TOKENS)


def usual_calls(records: int, context_tokens: int) -> tuple[PlannedCall, ...]:
    """The questions of an article over so many records of usual length."""
    return _calls(min(records * RECORD_TOKENS, int(context_tokens * ANSWER_SHARE)), MAX_FACTS * FACT_TOKENS // 2)


def _calls(pages: int, facts: int) -> tuple[PlannedCall, ...]:
    return (
        PlannedCall("extract", PROMPT_TOKENS + pages, OfferedFacts),
        PlannedCall("write", PROMPT_TOKENS + facts, WrittenArticle),
    )


def _prompt(name: str, sources: Sources, own: Path | None) -> str:
    values = sources.form.model_dump() | {"title": sources.settings.site.title, "form": sources.form.name, "limit": MAX_FACTS}
    text: str = environment("prompts", own, autoescape=False).get_template(name).render(values)
    return text


def facts_block(facts: Sequence[Fact]) -> str:
    """The facts as a model is given them: number, publisher, date, quote."""
    return "\n".join(f'[{f.number}] {f.record.outlet}, {f.record.published:%d %B %Y} ({f.about}): "{f.quote}"' for f in facts)


def draft(written: WrittenArticle, found: FactsFound, sources: Sources) -> Draft:
    """The draft that an answer makes: what names no fact, or says more than a sentence, is left out and counted."""
    taking = _Taking(found, sources)
    headline, dek = taking.opening(written.headline), taking.opening(written.dek)
    sections = tuple(s for s in map(taking.section, written.sections) if s)
    so_far = taking.sentences(written.so_far)
    questions = tuple(q for q in map(taking.question, written.questions) if q)
    every = [a for story in sources.stories for a in accounts(sources, story)]
    disputed = [d for story in sources.stories for d in disputes(sources, accounts(sources, story))]
    return Draft(
        form=sources.form.name,
        writer=f"author ({model_of(sources.settings.llm, 'write')})",
        headline=headline,
        dek=dek,
        sections=sections,
        so_far=so_far,
        questions=questions,
        figures=rows(every, disputed, [f.id for a in every for f in a.figures if taking.cites(f.record_id, f.start, f.end)]),
        picture=picture(sources, every),
        layers=sources.theme.layers,
        theme=sources.theme,
        dropped=taking.dropped(),
    )


class _Taking:
    """Turns what a model wrote into sentences, counting what cannot be taken."""

    def __init__(self, found: FactsFound, sources: Sources) -> None:
        self._facts = {f.number: f for f in found.facts}
        self._lost: Counter[str] = Counter(dict(found.dropped))
        self._stands = stands(sources)
        self._cited: set[tuple[str, int, int]] = set()
        self._room = MAX_SENTENCES

    def dropped(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self._lost.items()))

    def cites(self, record_id: str, start: int, end: int) -> bool:
        return any(r == record_id and a <= start and end <= b for r, a, b in self._cited)

    def opening(self, written: WrittenSentence) -> Sentence:
        """Headline or dek: always a sentence, for the gate to judge."""
        return self._sentence(written) or Sentence("", SentenceKind.FRAME)

    def sentences(self, written: Iterable[WrittenSentence]) -> tuple[Sentence, ...]:
        return tuple(s for s in map(self._sentence, written) if s)

    def section(self, written: WrittenSection) -> Section | None:
        """A section whose heading says no more than its sentences rest on; else it has none."""
        taken = self.sentences(written.sentences)
        return Section(self._label(written.heading, taken, "heading that the facts do not bear"), (taken,)) if taken else None

    def question(self, written: WrittenQuestion) -> Question | None:
        """A question with an answer; one that brings something of its own is left out with it."""
        taken = self.sentences(written.answer)
        label = self._label(written.question, taken, "question that the facts do not bear")
        return Question(label, taken) if label and taken else None

    def _label(self, text: str, under: Sequence[Sentence], reason: str) -> str | None:
        line = _line(text)
        cited = tuple(dict.fromkeys(c for s in under for c in s.citations))
        if (
            line
            and len(line) <= MAX_CHARACTERS
            and self._stands(Sentence(line, SentenceKind.INFERENCE if cited else SentenceKind.FRAME, cited))
        ):
            return line
        self._lost[reason] += 1
        return None

    def _sentence(self, written: WrittenSentence) -> Sentence | None:
        text = _line(written.text)
        if not text or len(text) > MAX_CHARACTERS:
            self._lost["sentence empty or too long"] += 1
            return None
        if self._room <= 0:
            self._lost["more sentences than asked for"] += 1
            return None
        unknown = [n for n in written.facts if n not in self._facts]
        if unknown:
            self._lost["sentence that rests on a fact that was not given"] += 1
            return None
        kind = SentenceKind(written.kind)
        if kind is not SentenceKind.FRAME and not written.facts:
            self._lost["sentence that rests on no fact"] += 1
            return None
        self._room -= 1
        return Sentence(text, kind, tuple(self._cite(self._facts[n]) for n in dict.fromkeys(written.facts)))

    def _cite(self, fact: Fact) -> Citation:
        self._cited.add((fact.record.id, fact.start, fact.end))
        return passage(fact.record, (fact.start, fact.end))


def _line(text: str) -> str:
    return " ".join(normalise(text).split())
