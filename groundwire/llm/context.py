"""How long prompt and answer together may be: what the endpoint says, where it says so.

vLLM, OpenRouter, Groq, Mistral and LM Studio say it in their list of models, llama-server under /props. Ollama says it of a
model that is loaded under /api/ps; of others it says only what the model was trained for, which is more than it serves.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

DEFAULT_CONTEXT_TOKENS = 16_000
"""Assumed where neither the endpoint nor llm.context_tokens says anything."""

UNLOADED_OLLAMA_TOKENS = 8_192
"""Most that is believed of a model that Ollama has not loaded: it serves 2,048 to 8,192 unless num_ctx says otherwise, and
prompts take half of a context."""

IN_LIST = ("loaded_context_length", "max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
MAX_BELIEVED = 100_000_000


class Asked(Protocol):
    """What looks things up beside an endpoint."""

    def look_up(self, path: str, question: dict[str, str] | None = None) -> Any: ...


def stated(endpoint: Asked, model: str) -> tuple[int, str] | None:
    """The context length that an endpoint states for a model, and where; None when it says nothing."""
    listed = _entry(endpoint.look_up("models"), model)
    for key in IN_LIST:
        if found := _length(listed.get(key)) or _length(_dict(listed.get("meta")).get(key)):
            return found, "the endpoint's list of models"
    if listed.get("owned_by") == "llamacpp":
        props = _dict(endpoint.look_up("../props"))
        found = _length(props.get("n_ctx")) or _length(_dict(props.get("default_generation_settings")).get("n_ctx"))
        return (found, "/props") if found else None
    if "version" in _dict(endpoint.look_up("../api/version")):
        return _ollama(endpoint, model)
    return None


def _ollama(endpoint: Asked, model: str) -> tuple[int, str] | None:
    running = _dict(endpoint.look_up("../api/ps")).get("models")
    for entry in map(_dict, running if isinstance(running, list) else ()):
        named = model in (entry.get("name"), entry.get("model"), str(entry.get("name")).removesuffix(":latest"))
        if named and (found := _length(entry.get("context_length"))):
            return found, "/api/ps"
    shown = _dict(endpoint.look_up("../api/show", {"model": model}))
    if told := re.search(r"^num_ctx\s+(\d+)", str(shown.get("parameters") or ""), re.MULTILINE):
        return int(told.group(1)), "/api/show, num_ctx"
    trained = [_length(v) for k, v in _dict(shown.get("model_info")).items() if str(k).endswith(".context_length")]
    return (min(trained[0], UNLOADED_OLLAMA_TOKENS), "/api/show") if trained and trained[0] else None


def _entry(listed: Any, model: str) -> dict[str, Any]:
    entries = _dict(listed).get("data")
    named = [e for e in map(_dict, entries if isinstance(entries, list) else ()) if e.get("id") in (model, f"{model}:latest")]
    return named[0] if named else {}


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _length(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_BELIEVED else None
