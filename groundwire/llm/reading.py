"""Reading an answer: the object inside it, validated; what was wrong with it, for one repeat."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pydantic import ValidationError

from groundwire.llm.asking import Answer

MAX_TRIES = 50
"""So many places of a text are tried as the beginning of an object."""

_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_ENDS = re.compile(r"</(?:think|thinking|reasoning)>", re.IGNORECASE)
_FENCED = re.compile(r"```[a-zA-Z0-9]*\s*(\{.*?\})\s*```", re.DOTALL)


def parse(text: str, schema: type[Answer]) -> Answer:
    """The answer as `schema`; keys that nobody asked for are ignored. Raises ValidationError."""
    return schema.model_validate_json(json_of(text))


def json_of(text: str) -> str:
    """The JSON object inside an answer: without thinking, without a code fence, without words around it.

    Of an object that was cut short nothing is taken, though whole objects may stand inside it.
    """
    text = _spoken(text).strip()
    return next(_objects(text), text)


def _spoken(text: str) -> str:
    """What is said after thinking, nothing where thinking never ends; some servers leave the opening mark out."""
    text = _THOUGHT.sub("", text)
    return _THOUGHT_ENDS.split(text)[-1]


def _objects(text: str) -> Iterator[str]:
    """The longest object at the outermost level of a text, fenced ones first."""
    if not text.startswith("{"):
        yield from (m.group(1) for m in _FENCED.finditer(text))
    found, at, decoder = [], text.find("{"), json.JSONDecoder()
    for _ in range(MAX_TRIES):
        if at < 0:
            break
        try:
            _, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            end = _closing(text, at)
            if end < 0:  # an object that never ends: what lies inside it is not the answer
                break
        else:
            found.append(text[at:end])
        at = text.find("{", end)
    yield from sorted(found, key=len, reverse=True)


def _closing(text: str, at: int) -> int:
    """Where the brace at `at` is closed again, or -1."""
    depth = 0
    for mark in re.finditer(r"[{}]", text[at:]):
        depth += 1 if mark.group() == "{" else -1
        if depth == 0:
            return at + mark.end()
    return -1


def repair(error: ValidationError) -> str:
    """What a model is told about an answer that has not the form."""
    return f"That answer does not have the form that was asked for: {first(error)}. Answer again with the whole object, and nothing else."


def first(error: ValidationError) -> str:
    """The first thing that is wrong, without the text that is."""
    found = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(p) for p in found['loc']) or 'answer'}: {found['msg']}"[:300]
