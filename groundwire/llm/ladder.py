"""The ladder of ways to ask for JSON: from what an endpoint enforces down to what only a prompt asks for.

OpenAI, vLLM, llama-server and Ollama from 0.5 on take json_schema; llama-cpp-python refuses it (with status 500) and
enforces a schema inside json_object; older servers know json_object alone, or nothing. Some take a schema and ignore it, so
every answer is validated whatever the rung.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from groundwire.errors import ModelError
from groundwire.llm.asking import Message, closed, form_text
from groundwire.store.calls import Capabilities

JSON_SCHEMA, OBJECT_WITH_SCHEMA, OBJECT, PLAIN = "json_schema", "json_object with schema", "json_object", "plain"
RUNGS = (JSON_SCHEMA, OBJECT_WITH_SCHEMA, OBJECT, PLAIN)

TOP = Capabilities(JSON_SCHEMA, False, "max_tokens", True, None, None)
"""What is tried first of an endpoint that nobody has asked yet."""

_REFUSING = frozenset({"http 400", "http 415", "http 422", "http 501"})
_FORMAT = re.compile(r"response_format|json_schema|json_object|structured|grammar|schema", re.IGNORECASE)
_OTHER = re.compile(
    r"context.{0,3}(length|size|window)|maximum context|model.{0,80}not found|does not exist|api.?key|quota|billing", re.IGNORECASE
)


def body(model: str, messages: Sequence[Message], schema: type[BaseModel], known: Capabilities, answer_tokens: int) -> dict[str, Any]:
    """The request on a rung; below the first the form stands in the prompt as well."""
    told = list(messages) if known.rung == JSON_SCHEMA else _with_form(messages, form_text(schema))
    found: dict[str, Any] = {"model": model, "messages": [{"role": m.role, "content": m.content} for m in told]}
    found[known.limit] = answer_tokens
    if known.temperature:
        found["temperature"] = 0
    wanted = response_format(known.rung, schema)
    return found | ({"response_format": wanted} if wanted else {})


def response_format(rung: str, schema: type[BaseModel]) -> dict[str, Any] | None:
    """How a rung asks the endpoint for JSON; None where only the prompt does."""
    if rung == JSON_SCHEMA:
        return {"type": "json_schema", "json_schema": {"name": schema.__name__, "schema": closed(schema), "strict": True}}
    if rung == OBJECT_WITH_SCHEMA:
        return {"type": "json_object", "schema": closed(schema)}
    return {"type": "json_object"} if rung == OBJECT else None


def _with_form(messages: Sequence[Message], form: str) -> list[Message]:
    """The messages with the form at the end of the first one from the system, or before all where there is none."""
    at = next((i for i, m in enumerate(messages) if m.role == "system"), None)
    if at is None:
        return [Message("system", form), *messages]
    told = list(messages)
    told[at] = Message("system", f"{told[at].content}\n\n{form}")
    return told


def below(known: Capabilities) -> Capabilities | None:
    """The next rung down, or None on the last."""
    n = RUNGS.index(known.rung) + 1 if known.rung in RUNGS else 0
    return replace(known, rung=RUNGS[n], proven=False) if n < len(RUNGS) else None


def after_refusal(known: Capabilities, error: ModelError) -> Capabilities | None:
    """What to try after an endpoint refused a request for its form; None when it was refused for something else."""
    said = error.reason
    if not (error.kind in _REFUSING or (error.kind == "http 500" and _FORMAT.search(said))) or _OTHER.search(said):
        return None
    if "max_completion_tokens" in said and known.limit == "max_tokens":
        return replace(known, limit="max_completion_tokens")
    if "temperature" in said and known.temperature:
        return replace(known, temperature=False)
    return below(known)
