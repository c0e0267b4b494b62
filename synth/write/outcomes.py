"""What came of a forecast that fell due: a closed question to the checking role, whose answer counts with a fact that came after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator

from groundwire.llm import Model
from groundwire.records import Forecast, OutletKind
from synth.fitting import Step, asked, filled, line, room
from synth.write.facts import Fact, fact_line
from synth.write.sources import Sources

PROMPT = "outcome.txt"
MOST_DUE = 3
MOST_EVIDENCE = 2
OPEN = "open"


def _word(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


class SaidOutcome(BaseModel):
    number: int
    outcome: Annotated[Literal["held", "partly", "failed", "open"], BeforeValidator(_word)]
    facts: list[int]


class SaidOutcomes(BaseModel):
    forecasts: list[SaidOutcome]


STEP = Step(PROMPT, "check", SaidOutcomes, most_prompt=8_000, most_answer=600)


def due(sources: Sources) -> tuple[Forecast, ...]:
    """The forecasts that have fallen due and that nobody has decided, the oldest first."""
    return tuple(f for f in sources.forecasts if f.due <= sources.now and f.outcome == OPEN)[:MOST_DUE]


def decided(sources: Sources, model: Model, instructions: str, facts: Sequence[Fact], lost: Counter[str]) -> tuple[Forecast, ...]:
    """The forecasts due with their outcome and its evidence; what no later fact decides stays open and is left out. Raises ModelError."""
    ripe = due(sources)
    later = [f for f in facts if ripe and f.record.published > min(r.made for r in ripe) and f.kind is not OutletKind.DISCUSSION]
    if not later:
        return ()
    head = "\n".join(f"Forecast {n}: made {f.made:%Y-%m-%d}, due {f.due:%Y-%m-%d}: {line(f.statement)} Wrong if: {line(f.wrong_if)}" for n, f in enumerate(ripe, 1))  # fmt: skip
    told, left = filled(STEP, "task", [head], str, room(STEP, model, instructions))
    shown, _ = filled(STEP, "facts", later, fact_line, left)
    answer = asked(STEP, model, instructions, "\n\n".join([*told, "Facts:\n" + "\n".join(map(fact_line, shown))]))
    said = {s.number: s for s in reversed(answer.forecasts)}
    return tuple(found for n, f in enumerate(ripe, 1) if n in said and (found := _with_outcome(f, said[n], shown, lost)))


def _with_outcome(forecast: Forecast, said: SaidOutcome, shown: Sequence[Fact], lost: Counter[str]) -> Forecast | None:
    if said.outcome == OPEN:
        return None
    by_number = {f.number: f for f in shown if f.record.published > forecast.made}
    facts = [by_number[n] for n in dict.fromkeys(said.facts) if n in by_number][:MOST_EVIDENCE]
    if not facts:
        lost["outcome without a fact that came after the forecast"] += 1
        return None
    return replace(forecast, outcome=said.outcome, evidence="; ".join(map(_evidence, facts)))


def _evidence(fact: Fact) -> str:
    """A fact as the record of forecasts shows it: publisher, day, quote, and where it stands."""
    where = f"record {fact.record.id}, version {fact.record.version}, {fact.start} to {fact.end}"
    return f"{fact.record.outlet}, {fact.record.published:%-d %B %Y}: “{line(fact.quote)}” ({where})"


def lines(found: Sequence[Forecast]) -> tuple[str, ...]:
    """Decided forecasts as a planner is told of them."""
    return tuple(f"{line(f.statement)} (made {f.made:%-d %B %Y}): {f.outcome}. {line(f.evidence or '')}" for f in found)
