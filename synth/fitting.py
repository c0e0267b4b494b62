"""How a prompt is filled: in named steps as far as a call holds, what does not fit counted, never cut silently; pages as marked data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from evidence.text import normalise
from groundwire.errors import ModelError
from groundwire.llm import Model, PlannedCall, estimate_tokens, prompt_tokens
from groundwire.llm.asking import Answer, Message, form_tokens
from groundwire.log import event
from groundwire.records import Record

Thing = TypeVar("Thing")

ANSWER_SHARE = 4
"""Most of a context that an answer may take, as one in so many."""
SPARE_TOKENS = 48
"""For what stands around the material of a prompt."""
LEAST_ROOM = 150


@dataclass(frozen=True, slots=True)
class Step(Generic[Answer]):
    """One kind of call: its prompt file, the role that answers, the form of the answer, the most that prompt and answer may have."""

    prompt: str
    role: str
    schema: type[Answer]
    most_prompt: int
    most_answer: int

    def answer_tokens(self, context: int) -> int:
        """The most an answer may have in a context of so many tokens."""
        return min(self.most_answer, context // ANSWER_SHARE)

    def prompt_room(self, context: int) -> int:
        """The most that all messages may have."""
        return min(self.most_prompt, context - self.answer_tokens(context) - form_tokens(self.schema))

    def planned(self, context: int, prompt: int | None = None) -> PlannedCall:
        """The call as it is reserved: with as long a prompt as it may have, or a known one."""
        room = self.prompt_room(context)
        return PlannedCall(self.role, min(room, prompt) if prompt else room, self.schema, self.answer_tokens(context))


def room(step: Step[Answer], model: Model, instructions: str) -> int:
    """The tokens that are left for material; raises ModelError "too long" when the instructions alone fill the context."""
    context = model.context_tokens(step.role)
    left = step.prompt_room(context) - prompt_tokens((Message("system", instructions),)) - SPARE_TOKENS
    if left < LEAST_ROOM:
        raise ModelError("too long", f"the instructions of {step.prompt} leave no room in a context of {context:,} tokens")
    return left


def filled(step: Step[Any], what: str, things: Sequence[Thing], text: Callable[[Thing], str], left: int) -> tuple[list[Thing], int]:
    """As many of the things as fit, in order, and how many tokens are left; those left out are an event."""
    kept: list[Thing] = []
    for thing in things:
        need = estimate_tokens(text(thing)) + 1
        if need > left:
            break
        kept.append(thing)
        left -= need
    if len(kept) < len(things):
        event("prompt fitted", prompt=step.prompt, what=what, kept=len(kept), left_out=len(things) - len(kept))
    return kept, left


def batched(things: Sequence[Thing], text: Callable[[Thing], str], size: int) -> list[list[Thing]]:
    """The things in as few runs as fit, in order; one that is larger than a run is a run alone."""
    runs: list[list[Thing]] = []
    used = 0
    for thing in things:
        need = estimate_tokens(text(thing)) + 1
        if not runs or used + need > size:
            runs.append([])
            used = 0
        runs[-1].append(thing)
        used += need
    return runs


def asked(step: Step[Answer], model: Model, instructions: str, material: str) -> Answer:
    """The answer to one call; raises ModelError."""
    messages = (Message("system", instructions), Message("user", material))
    return model.ask(step.role, step.prompt, messages, step.schema, step.answer_tokens(model.context_tokens(step.role)))


def marked(number: int, record: Record, text: str, part: str = "") -> str:
    """A page, or a part of one, as marked data; marks that the page itself contains are taken out."""
    inner = text.replace("<page", "‹page").replace("</page", "‹/page")
    which = f' part="{part}"' if part else ""
    return f'<page number="{number}" publisher="{plain(record.outlet)}" date="{record.published:%Y-%m-%d}"{which}>\n{inner}\n</page>\n'


def line(text: str) -> str:
    """A text as one line without what cannot be seen."""
    return " ".join(normalise(text).split())


def plain(text: str) -> str:
    """A name that can stand in a mark."""
    return text.replace('"', "'").replace("<", "‹")
