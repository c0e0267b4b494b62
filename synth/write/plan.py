"""The plan of an article: a thesis, the case against it, which part of the form states which facts, questions, a forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from groundwire.errors import ModelError
from groundwire.llm import Model
from groundwire.records import Forecast
from synth.fitting import Step, asked, filled, line, room
from synth.write import memory, outcomes
from synth.write.facts import Fact, plan_line, summary_line
from synth.write.forms import Part
from synth.write.offered import Offer
from synth.write.sources import Sources

PROMPT = "plan.txt"
PART_FACTS = 10
"""Most facts of one part."""
PART_MEASURES = 4
MOST_SIGNALS = 10
MOST_OPEN = 3


class PlannedPart(BaseModel):
    name: str
    heading: str
    claim: str
    facts: list[int]
    measures: list[str]


class PlannedQuestion(BaseModel):
    question: str
    facts: list[int]
    measures: list[str]


class PlannedForecast(BaseModel):
    statement: str
    due: str
    wrong_if: str
    facts: list[int]


class PlannedArticle(BaseModel):
    thesis: str
    thesis_facts: list[int]
    counter_case: str
    counter_facts: list[int]
    parts: list[PlannedPart]
    questions: list[PlannedQuestion]
    open: list[PlannedQuestion]
    forecast: PlannedForecast | None


STEP = Step(PROMPT, "write", PlannedArticle, most_prompt=14_000, most_answer=4_000)


@dataclass(frozen=True, slots=True)
class Assigned:
    """What one part or question may state."""

    text: str
    """The heading of a part, or the question."""
    claim: str
    facts: tuple[Fact, ...]
    offers: tuple[Offer, ...]
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with nothing in it that was not given: the form's parts in their order, facts and measures that exist."""

    thesis: str
    thesis_facts: tuple[Fact, ...]
    counter_case: str
    counter_facts: tuple[Fact, ...]
    parts: tuple[Assigned, ...]
    questions: tuple[Assigned, ...]
    open: tuple[Assigned, ...]
    """Questions that the article leaves open, with the facts that raise them."""
    forecast: PlannedForecast | None
    forecast_facts: tuple[Fact, ...]
    dropped: tuple[tuple[str, int], ...]


def make_plan(
    sources: Sources, model: Model, instructions: str, facts: Sequence[Fact], offers: Sequence[Offer], decided: Sequence[Forecast] = ()
) -> Plan:
    """The plan that a model makes of facts and measures; what it names and was not given is left out and counted. Raises ModelError."""
    if not facts:
        raise ModelError("no facts", "no page gave a fact with a quote that it holds")
    text, left_out = _material(sources, facts, offers, decided, room(STEP, model, instructions))
    return _taken(asked(STEP, model, instructions, text), sources, facts, offers, left_out)


def _material(sources: Sources, facts: Sequence[Fact], offers: Sequence[Offer], decided: Sequence[Forecast], left: int) -> tuple[str, int]:
    """Signals, stories, measures, the thread and facts as far as they fit: facts with their quotes, else in a few words, the least important
    left out last."""
    signals, left = filled(STEP, "signals", _signal_lines(sources), str, left)
    stories, left = filled(STEP, "stories", _story_lines(sources), str, left)
    measures, left = filled(STEP, "measures", offers, lambda o: o.line, left)
    thread, left = filled(STEP, "thread", _thread_blocks(sources, decided), str, left)
    kept, _ = filled(STEP, "facts with quotes", facts, plan_line, left)
    told, say = kept, plan_line
    if len(kept) < len(facts):
        told, _ = filled(STEP, "facts in a few words", facts, summary_line, left)
        say = summary_line
    blocks = (
        ("Signals, the one that the thesis rests on first", signals),
        ("Stories, and why each is here", stories),
        ("Measures", [o.line for o in measures]),
    )
    told_before = [*(f"{name}:\n" + "\n".join(lines) for name, lines in blocks if lines), *thread]
    return "\n\n".join([*told_before, "Facts:\n" + "\n".join(say(f) for f in told)]), len(facts) - len(told)


def _signal_lines(sources: Sources) -> list[str]:
    return [f"- {s.kind}: {line(s.statement)}" for s in sources.theme.signals[:MOST_SIGNALS]]


def _story_lines(sources: Sources) -> list[str]:
    """The stories of the theme where there are several; what ties each to the first."""
    why = dict(sources.theme.joins)
    named = [f"- {line(s.title)}" + (f" ({line(why[s.id])})" if s.id in why else "") for s in sources.stories]
    return named if len(named) > 1 else []


def _thread_blocks(sources: Sources, decided: Sequence[Forecast]) -> list[str]:
    """What the thread remembers, the most useful first."""
    blocks = (
        ("This thread so far, by our own articles", memory.steps(sources)),
        ("Open questions of this thread", memory.still_open(sources)),
        ("Forecasts that fell due, and what came of them", outcomes.lines(decided)),
        ("Forecasts of this thread that are not decided", memory.expected(sources, decided)),
    )
    return [f"{name}:\n" + "\n".join(f"- {text}" for text in lines) for name, lines in blocks if lines]


def _taken(answer: PlannedArticle, sources: Sources, facts: Sequence[Fact], offers: Sequence[Offer], left_out: int) -> Plan:
    taking = _Taking(facts, offers)
    if left_out:
        taking.lost["fact beyond what a plan can hold"] = left_out
    parts = tuple(p for part in sources.form.part if (p := taking.part(part, answer.parts)))
    taking.lost["part that the form has not"] += len({p.name for p in answer.parts} - {p.name for p in sources.form.part})
    if not parts:
        raise ModelError("plan", "the plan gives no part of the form a fact")
    questions = [taking.assigned(q.question, "", q.facts, q.measures) for q in answer.questions[: sources.form.questions[1]]]
    left_open = [taking.assigned(q.question, "", q.facts, ()) for q in answer.open[:MOST_OPEN]]
    forecast = answer.forecast if sources.form.forecast else None
    return Plan(
        thesis=line(answer.thesis),
        thesis_facts=taking.facts(answer.thesis_facts),
        counter_case=line(answer.counter_case),
        counter_facts=taking.facts(answer.counter_facts),
        parts=parts,
        questions=tuple(q for q in questions if q.facts and q.text),
        open=tuple(q for q in left_open if q.facts and q.text),
        forecast=forecast,
        forecast_facts=taking.facts(forecast.facts) if forecast else (),
        dropped=tuple(sorted((+taking.lost).items())),
    )


class _Taking:
    """Takes from a plan what it was given, and counts the rest."""

    def __init__(self, facts: Sequence[Fact], offers: Sequence[Offer]) -> None:
        self._facts = {f.number: f for f in facts}
        self._offers = {o.id: o for o in offers}
        self.lost: Counter[str] = Counter()

    def facts(self, numbers: Iterable[int]) -> tuple[Fact, ...]:
        wanted = dict.fromkeys(numbers)
        self.lost["fact in the plan that was not given"] += len(wanted.keys() - self._facts.keys())
        return tuple(self._facts[n] for n in wanted if n in self._facts)[:PART_FACTS]

    def assigned(self, text: str, claim: str, facts: Iterable[int], measures: Iterable[str], part: Part | None = None) -> Assigned:
        ids = dict.fromkeys(m.strip("[] ") for m in measures)
        self.lost["measure in the plan that was not offered"] += len(ids.keys() - self._offers.keys())
        offers = tuple(self._offers[i] for i in ids if i in self._offers)[:PART_MEASURES]
        return Assigned(line(text), line(claim), self.facts(facts), offers, part)

    def part(self, part: Part, planned: Sequence[PlannedPart]) -> Assigned | None:
        """What the plan gives to a part of the form, or None; the first of several plans for it."""
        mine = next((p for p in planned if p.name == part.name), None)
        found = self.assigned(mine.heading, mine.claim, mine.facts, mine.measures, part) if mine else None
        if found and found.facts:
            return found
        if not part.optional:
            self.lost["part without facts"] += 1
        return None
