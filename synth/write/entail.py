"""The checking role: a model that is given a sentence with exactly what its writer saw, and can only lower a verdict.

The quotes of one story are in no call that judges sentences on another, but for sentences that rest on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator

from groundwire.llm import Model
from groundwire.log import event
from groundwire.records import Finding, SentenceKind, Severity, Verdict
from synth.fitting import Step, asked, batched, line, room
from synth.write.facts import fact_line
from synth.write.lines import ANSWER, ASKED, BODY, LABELS, SO_FAR, Desk, Judged, Line
from synth.write.verdicts import ENTAILMENT

PROMPT = "check.txt"
MAX_REASON = 200
CONTEXT = 2
"""So many sentences before one say what its pronouns and short names are."""


def _word(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


class Judgement(BaseModel):
    number: int
    differences: str
    """Named before the verdict, so that it follows from them."""
    verdict: Annotated[Literal["supported", "partly", "unsupported", "contradicted"], BeforeValidator(_word)]


class Judgements(BaseModel):
    sentences: list[Judgement]


STEP = Step(PROMPT, "check", Judgements, most_prompt=3_500, most_answer=2_000)

_SEVERITY = {
    Verdict.PARTLY: Severity.NOTE,
    Verdict.UNSUPPORTED: Severity.CUT,
    Verdict.CONTRADICTED: Severity.CUT,
}


def most_calls(stories: int, parts: int) -> int:
    """The most calls that the first round of checking makes: each story's, those across stories, and some where one is too long."""
    return stories + 2 + parts // 2


def most_again(stories: int) -> int:
    """The most calls that check what was mended: it may rest on any story, and on several together."""
    return stories + 2


def entailed(judged: Sequence[Judged], before: Sequence[str], desk: Desk, model: Model, instructions: str, most: int) -> list[Judged]:
    """The lines with what the checking model finds on those that no other check struck out; what it gave no verdict on waits for an editor.

    `before` is what a reader has read before each. Raises ModelError.
    """
    found = dict(enumerate(judged))
    asked_for = [n for n, j in found.items() if not j.cut and j.line.area != ASKED]
    size = room(STEP, model, instructions)
    runs = [
        run for group in _apart(asked_for, judged, desk) for run in batched(group, lambda n: _item(n, judged[n], before[n], desk), size)
    ]
    if len(runs) > most:
        event("prompt fitted", prompt=PROMPT, what="calls", kept=most, left_out=len(runs) - most)
    for run in runs[:most]:
        answer = asked(STEP, model, instructions, "\n\n".join(_item(n, judged[n], before[n], desk) for n in run))
        said = {j.number: j for j in reversed(answer.sentences)}
        found |= {n: _lowered(judged[n], said.get(n)) for n in run}
    found |= {n: _lowered(judged[n], None) for run in runs[most:] for n in run}
    return list(found.values())


def _apart(numbers: Iterable[int], judged: Sequence[Judged], desk: Desk) -> list[list[int]]:
    """The lines by the story that they rest on; those that rest on several, together."""
    story_of = {r: s.id for s in reversed(desk.sources.stories) for r in s.record_ids}
    groups: dict[str, list[int]] = {}
    for n in numbers:
        mine = {story_of.get(c.record_id, c.record_id) for c in judged[n].sentence.citations if c.record_id}
        groups.setdefault(next(iter(mine)) if len(mine) == 1 else "", []).append(n)
    return list(groups.values())


def _item(number: int, judged: Judged, before: str, desk: Desk) -> str:
    """A sentence as it is judged: with what a reader has just read, and exactly what its writer saw."""
    mine = judged.line
    kind = "heading" if mine.area in LABELS else mine.kind.value
    given = []
    if mine.kind is not SentenceKind.FRAME:
        given = [*map(fact_line, desk.facts_of(mine)), *(o.line for o in desk.offers_of(mine))]
    shown = [f"  (after: {before})"] if before else []
    return "\n".join([f"Sentence {number} ({kind}): {mine.text}", *shown, *(f"  {text}" for text in given)])


def read_before(lines: Sequence[Line]) -> list[str]:
    """For each line what a reader has just read: two sentences before it in its paragraph, the question before an answer; else nothing."""
    return [" ".join(one.text for one in lines[max(n - CONTEXT, 0) : n] if _leads_to(one, mine)) for n, mine in enumerate(lines)]


def _leads_to(one: Line, other: Line) -> bool:
    same = (one.area, one.part, one.paragraph) == (other.area, other.part, other.paragraph) and one.area in (BODY, ANSWER, SO_FAR)
    return same or ((one.area, other.area) == (ASKED, ANSWER) and one.part == other.part)


def _lowered(judged: Judged, said: Judgement | None) -> Judged:
    if said is None:
        return judged.with_finding(Finding(ENTAILMENT, Severity.HOLD, "the checking model gave no verdict"))
    verdict = Verdict(said.verdict)
    if verdict is Verdict.SUPPORTED:
        return judged
    reason = line(said.differences)[:MAX_REASON]
    return judged.with_finding(Finding(ENTAILMENT, _SEVERITY[verdict], f"{verdict.value}: {reason}" if reason else verdict.value))
