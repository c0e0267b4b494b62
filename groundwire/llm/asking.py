"""What the stages say to a model and know of it: messages, planned calls, and the Model that answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from groundwire.budget import Usage
from groundwire.llm.tokens import MESSAGE_TOKENS, estimate_tokens

Answer = TypeVar("Answer", bound=BaseModel)

MAX_ANSWER_TOKENS = 6000
REPAIR_TOKENS = 200
"""More than the message that asks for a repeat has."""


@dataclass(frozen=True, slots=True)
class Message:
    role: str
    content: str


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A question that an article will ask: `prompt_tokens` of all its messages (estimate_tokens), the most its answer may have."""

    role: str
    prompt_tokens: int
    schema: type[BaseModel]
    answer_tokens: int = MAX_ANSWER_TOKENS

    def worst(self, model: str) -> Usage:
        """What it takes at most: asked, and repeated once with the first answer and what is wrong with it."""
        prompt = self.prompt_tokens + form_tokens(self.schema) + 2 * MESSAGE_TOKENS
        again = prompt + self.answer_tokens + REPAIR_TOKENS + 2 * MESSAGE_TOKENS
        return Usage(model, prompt + again, 2 * self.answer_tokens)

    def usual(self, model: str) -> Usage:
        """What it takes when all goes well: asked once, with half the answer that it may have."""
        return Usage(model, self.prompt_tokens + form_tokens(self.schema), self.answer_tokens // 2)


class Model(Protocol):
    """Whatever answers questions with validated objects; a role is "extract", "write" or "check"."""

    def name_of(self, role: str) -> str:
        """The model that answers this role."""
        ...

    def context_tokens(self, role: str) -> int:
        """How long prompt and answer together may be for this role."""
        ...

    def ask(
        self, role: str, prompt: str, messages: Sequence[Message], schema: type[Answer], answer_tokens: int = MAX_ANSWER_TOKENS
    ) -> Answer:
        """The answer as `schema`; raises ModelError with a kind of its own for every way to fail."""
        ...

    def reserve(self, planned: Sequence[PlannedCall], about: str) -> AbstractContextManager[None]:
        """Hold back the worst case of these calls while the block runs, and give back what it did not take.

        `about` names what they are for: a theme's id, a colon, and a hash of what the questions rest on. Answers about the same
        that are stored and have become no article yet are not reserved again, and `costs` counts them to what comes of the theme.
        Raises ModelError of kind "budget" on entering when they do not fit what is left of every budget.
        """
        ...


def form_text(schema: type[BaseModel]) -> str:
    """The form of an answer as a model is told it where the endpoint cannot be."""
    return f"Answer with one JSON object of this form, and nothing else:\n{json.dumps(closed(schema), ensure_ascii=False)}"


def form_tokens(schema: type[BaseModel]) -> int:
    """About how many tokens the form of an answer takes in a prompt."""
    return estimate_tokens(form_text(schema))


def prompt_tokens(messages: Sequence[Message]) -> int:
    """About how many tokens messages have, rather too many than too few."""
    return sum(estimate_tokens(m.content) + MESSAGE_TOKENS for m in messages)


def closed(schema: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema with every object closed and every member required, as strict structured output wants it."""

    def close(node: Any) -> Any:
        if isinstance(node, list):
            return [close(n) for n in node]
        if not isinstance(node, dict):
            return node
        # "title" and "default" as keywords are texts or values; as names of members they are schemas, so objects.
        node = {k: close(v) for k, v in node.items() if k not in ("default", "title") or isinstance(v, dict)}
        if node.get("type") == "object":
            node["additionalProperties"] = False
            node["required"] = list(node.get("properties", {}))
        return node

    found: dict[str, Any] = close(schema.model_json_schema())
    return found
