"""Writing: part by part from the facts that the plan gives to it, then the questions, then headline and dek over what stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from groundwire.llm import Model
from groundwire.records import SentenceKind
from synth.fitting import Step, asked, filled, line, room
from synth.write.facts import Fact, fact_line
from synth.write.lines import (
    ANSWER,
    ASKED,
    BODY,
    DEK,
    HEADING,
    HEADLINE,
    SO_FAR,
    Desk,
    Judged,
    Line,
    WrittenSentence,
    made,
    of_area,
    several,
)
from synth.write.offered import Offer
from synth.write.plan import Assigned, Plan

SECTION_PROMPT, QUESTIONS_PROMPT, OPENING_PROMPT = "section.txt", "questions.txt", "opening.txt"
PART_SENTENCES = 24
"""Most sentences that are taken of one part."""
ANSWER_SENTENCES = 8
HEADLINES, DEKS, SO_FARS = 3, 3, 3
OPENING_FACTS = 16
MOST_SAID = 1_500
"""Tokens of what is written already that a later part is shown."""


class WrittenParagraph(BaseModel):
    lead: str
    sentences: list[WrittenSentence]


class WrittenPart(BaseModel):
    paragraphs: list[WrittenParagraph]
    view: WrittenSentence | None


class WrittenQuestion(BaseModel):
    question: str
    answer: list[WrittenSentence]


class WrittenQuestions(BaseModel):
    questions: list[WrittenQuestion]


class WrittenOpening(BaseModel):
    headlines: list[WrittenSentence]
    deks: list[WrittenSentence]
    so_far: list[WrittenSentence]


SECTION = Step(SECTION_PROMPT, "write", WrittenPart, most_prompt=7_000, most_answer=3_000)
QUESTIONS = Step(QUESTIONS_PROMPT, "write", WrittenQuestions, most_prompt=7_000, most_answer=3_000)
OPENING = Step(OPENING_PROMPT, "write", WrittenOpening, most_prompt=7_000, most_answer=3_000)


class Composer:
    """Writes one article from its plan; `lost` counts what came back and could not be taken."""

    def __init__(self, desk: Desk, plan: Plan, model: Model) -> None:
        self._desk, self._plan, self._model = desk, plan, model
        self.lost: Counter[str] = Counter()
        self._taken_texts: set[str] = set()

    def part(self, n: int, instructions: str, said: Sequence[Line]) -> list[Line]:
        """The lines of a part of the plan, its heading first; raises ModelError."""
        mine = self._plan.parts[n]
        left = room(SECTION, self._model, instructions)
        answer = asked(SECTION, self._model, instructions, self._part_material(n, mine, said, left))
        lines = [*self._heading(n, mine), *self._taken(answer, n, mine)]
        return lines[: PART_SENTENCES + 1]

    def _heading(self, n: int, mine: Assigned) -> Iterator[Line]:
        if mine.text and mine.part and mine.part.heading == "claim":
            numbers, ids = tuple(f.number for f in mine.facts), tuple(o.id for o in mine.offers)
            yield Line(HEADING, n, 0, SentenceKind.INFERENCE, mine.text.rstrip("."), numbers, ids)

    def _taken(self, answer: WrittenPart, n: int, mine: Assigned) -> Iterator[Line]:
        leads = bool(mine.part and mine.part.leads)
        for p, paragraph in enumerate(answer.paragraphs):
            for k, written in enumerate(paragraph.sentences):
                lead = paragraph.lead if leads and k == 0 else ""
                yield from self._some(several(written, BODY, n, p, lead=lead, opens=k == 0))
        if answer.view and self._forecasts(mine):
            yield from self._some([made(answer.view, BODY, n, max(len(answer.paragraphs) - 1, 0), view=True)])

    def _forecasts(self, mine: Assigned) -> bool:
        return bool(mine.part and mine.part.forecast and self._plan.forecast)

    def _some(self, found: Sequence[Line]) -> Iterator[Line]:
        """The lines that say something which no line before them in the article says in the same words."""
        if not any(one.text for one in found):
            self.lost["sentence empty"] += 1
        for one in found:
            key = one.text.casefold()
            if key and key in self._taken_texts:
                self.lost["sentence said twice"] += 1
            elif key:
                self._taken_texts.add(key)
                yield one

    def _part_material(self, n: int, mine: Assigned, said: Sequence[Line], left: int) -> str:
        low, high = mine.part.words if mine.part else (80, 140)
        task = [f"Your part: {mine.part.name if mine.part else ''}. {mine.part.brief if mine.part else ''} {low} to {high} words."]
        task += [f"Its heading: {mine.text}"] if mine.text else []
        task += [f"What it argues: {mine.claim}"] if mine.claim else []
        task += self._leads(mine)
        spoken_to = self._desk.sources.settings.write.audiences or self._desk.sources.form.audiences
        task += [f"The audiences: {'; '.join(spoken_to)}"] if spoken_to else []
        plan = self._plan
        facts = mine.facts
        if mine.part and mine.part.forecast:
            facts = tuple(dict.fromkeys((*facts, *plan.counter_facts)))
            task += [f"The strongest case against the thesis: {plan.counter_case}"]
        if self._forecasts(mine) and plan.forecast:
            facts = tuple(dict.fromkeys((*facts, *plan.forecast_facts)))
            told = ", ".join(str(f.number) for f in plan.forecast_facts)
            task += [f"The forecast: {line(plan.forecast.statement)} Due {plan.forecast.due}. Its facts: {told}."]
        outline = "\n".join(f"{i}. {p.text or '(no heading)'}: {p.claim}" for i, p in enumerate(plan.parts, 1))
        head = f"Thesis: {plan.thesis}\n\nOutline:\n{outline}\n\n" + "\n".join(task)
        return self._filled(SECTION, head, facts, mine.offers, said, left)

    def _leads(self, mine: Assigned) -> list[str]:
        if not (mine.part and mine.part.leads):
            return []
        low, high = mine.part.leads
        return [f"{low} to {high} paragraphs with a lead each."]

    def _filled(
        self,
        step: Step[Any],
        head: str,
        facts: Sequence[Fact],
        offers: Sequence[Offer],
        said: Sequence[Line],
        left: int,
    ) -> str:
        """The material of a call in the order of its worth: the task, facts, measures, what is worn out, what is written already."""
        blocks, left = filled(step, "task", [head], str, left)
        told, left = filled(step, "facts", facts, fact_line, left)
        self.lost["fact beyond what a part can hold"] += len(facts) - len(told)
        blocks += ["Facts:\n" + "\n".join(map(fact_line, told))] if told else []
        measures, left = filled(step, "measures", offers, lambda o: o.line, left)
        blocks += ["Measures:\n" + "\n".join(o.line for o in measures)] if measures else []
        avoid, left = filled(step, "what is worn out", [w for w in [self._desk.worn.told()] if w], str, left)
        blocks += avoid
        before, _ = filled(step, "what is written", list(reversed(said)), lambda one: one.text, min(left, MOST_SAID))
        blocks += ["Written already, not to be said again:\n" + "\n".join(one.text for one in reversed(before))] if before else []
        return "\n\n".join(blocks)

    def questions(self, instructions: str, said: Sequence[Line]) -> list[Line]:
        """The lines of questions and answers; none where the plan has none. Raises ModelError."""
        if not self._plan.questions:
            return []
        planned = "\n".join(f"- {q.text} Facts: {_numbers(q)}" for q in self._plan.questions)
        head = f"Thesis: {self._plan.thesis}\nThe case against it: {self._plan.counter_case}\n\nThe planned questions:\n{planned}"
        facts = tuple(dict.fromkeys(f for q in self._plan.questions for f in q.facts))
        offers = tuple(dict.fromkeys(o for q in self._plan.questions for o in q.offers))
        left = room(QUESTIONS, self._model, instructions)
        answer = asked(QUESTIONS, self._model, instructions, self._filled(QUESTIONS, head, facts, offers, said, left))
        return [one for n, q in enumerate(answer.questions[: len(self._plan.questions)]) for one in self._question(n, q)]

    def _question(self, n: int, written: WrittenQuestion) -> Iterator[Line]:
        answer = [one for s in written.answer[:ANSWER_SENTENCES] for one in self._some(several(s, ANSWER, n))]
        facts = tuple(dict.fromkeys(i for one in answer for i in one.facts))
        ids = tuple(dict.fromkeys(i for one in answer for i in one.measures))
        if answer and line(written.question):
            yield Line(ASKED, n, 0, SentenceKind.INFERENCE if facts or ids else SentenceKind.FRAME, line(written.question), facts, ids)
            yield from answer

    def opening(self, instructions: str, judged: Sequence[Judged]) -> list[Line]:
        """Candidates for headline and dek, and how the matter has come to where it is, from what stands of the body; raises ModelError."""
        standing = [j for j in of_area(judged, BODY) if not j.cut]
        used = Counter(n for j in standing for n in j.line.facts)
        thesis = dict.fromkeys(f.number for f in self._plan.thesis_facts)
        numbers = list(dict.fromkeys((*thesis, *(n for n, _ in used.most_common()))))
        told = [f for f in self._desk.facts.values() if f.told]
        facts = [*(self._desk.facts[n] for n in numbers if n in self._desk.facts and not self._desk.facts[n].told)][:OPENING_FACTS] + told
        offers = list(dict.fromkeys(o for j in standing for o in self._desk.offers_of(j.line)))
        head = f"Thesis: {self._plan.thesis}\n\nThe case against it: {self._plan.counter_case}"
        left = room(OPENING, self._model, instructions)
        answer = asked(OPENING, self._model, instructions, self._filled(OPENING, head, facts, offers, [j.line for j in standing], left))
        areas = ((HEADLINE, answer.headlines[:HEADLINES]), (DEK, answer.deks[:DEKS]), (SO_FAR, answer.so_far[:SO_FARS]))
        return [one for area, found in areas for n, s in enumerate(found) for one in self._some(_opening(s, area, n))]


def _opening(written: WrittenSentence, area: str, n: int) -> list[Line]:
    """Headline and dek are one sentence each, the first without its stop."""
    if area == SO_FAR:
        return several(written, area, n)
    found = made(written, area, n)
    return [replace(found, text=found.text.rstrip(".")) if area == HEADLINE else found]


def _numbers(assigned: Assigned) -> str:
    return ", ".join([*(str(f.number) for f in assigned.facts), *(o.id for o in assigned.offers)])
