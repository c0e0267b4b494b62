"""The language model behind any OpenAI-compatible endpoint: the one importer of openai.

A question is asked once: its stored answer serves every later run. An answer is stored before it is used, and is
never trusted: it is validated against the schema that was asked for, with one repeat that names the error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from groundwire.budget import Amount, Periods, check_prices, refusal, starts
from groundwire.config import Llm
from groundwire.errors import ModelError
from groundwire.log import event
from groundwire.store import calls
from groundwire.store.calls import Question
from groundwire.store.database import Database

Answer = TypeVar("Answer", bound=BaseModel)

MAX_RETRIES = 3
"""The openai client's own; at most four requests for one question, and no others."""

FAILURES_TO_OPEN = 5
"""So many failures in a row, and the endpoint is not asked again in this run."""

CHARACTERS_PER_TOKEN = 3
"""A cautious estimate for prices and budgets before a call; no tokenizer works offline for every model."""

MAX_ANSWER_TOKENS = 6000


@dataclass(frozen=True, slots=True)
class Message:
    role: str
    content: str


class Model(Protocol):
    """Whatever answers questions with validated objects."""

    name: str

    def ask(self, role: str, prompt: str, messages: Sequence[Message], schema: type[Answer]) -> Answer:
        """The answer as `schema`; raises ModelError with a kind of its own for every way to fail."""
        ...

    def afford(self, worst: Amount) -> None:
        """Nothing, when the worst case of an article fits what is left of every budget; else raises ModelError."""
        ...


def estimate_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return len(text) // CHARACTERS_PER_TOKEN + 1


class Endpoint:
    """One OpenAI-compatible endpoint, asked through the store."""

    def __init__(
        self,
        settings: Llm,
        api_key: str | None,
        db: Database,
        *,
        run_id: str | None,
        now: datetime,
        timezone: str = "UTC",
        replay: bool = False,
    ) -> None:
        if not settings.model:
            raise ModelError("no model", "llm.model is not set; set it with `groundwire config set llm.model NAME`")
        check_prices(settings, settings.model)
        self._timezone = timezone
        self.name = settings.model
        self._settings = settings
        self._key = api_key
        self._db = db
        self._run_id = run_id
        self._now = now
        self._replay = replay
        self._failures = 0
        self._schema_refused = False
        self._client: Any = None

    def ask(self, role: str, prompt: str, messages: Sequence[Message], schema: type[Answer]) -> Answer:
        """The answer as `schema`, from the store where it is already there; one repeat when it does not validate."""
        text = self._text(role, prompt, messages, schema)
        try:
            return _parse(text, schema)
        except ValidationError as error:
            again = (*messages, Message("assistant", text), Message("user", _repair(error)))
        try:
            return _parse(self._text(role, prompt, again, schema), schema)
        except ValidationError as error:
            raise ModelError("schema", f"the answer does not have the form that was asked for: {_first(error)}") from error

    def afford(self, worst: Amount) -> None:
        """Nothing, when the worst case of an article fits what is left of every budget; else raises ModelError of kind "budget"."""
        if self._replay:
            return
        day, month = starts(self._now, self._timezone)
        run = calls.spent_in_run(self._db, self._run_id) if self._run_id else calls.spent_since(self._db, self._now)
        spent = Periods(run, calls.spent_since(self._db, day), calls.spent_since(self._db, month))
        why = refusal(self._settings.budget, spent, worst, self._settings.prices.get(self.name))
        if why:
            raise ModelError("budget", why)

    def _text(self, role: str, prompt: str, messages: Sequence[Message], schema: type[BaseModel]) -> str:
        question = self._question(role, prompt, messages, schema)
        if self._replay:
            stored = calls.recorded(self._db, question.prompt_sha256)
            if stored is None:
                raise ModelError(
                    "not recorded", f"no stored answer to this request of prompt '{prompt}' (hash {question.prompt_sha256[:12]})"
                )
            return stored
        return calls.answer(self._db, question) or self._send(question, messages, schema)

    def _question(self, role: str, prompt: str, messages: Sequence[Message], schema: type[BaseModel]) -> Question:
        request = json.dumps(
            {"messages": [_dict(m) for m in messages], "schema": schema.model_json_schema()}, ensure_ascii=False, sort_keys=True
        )
        parameters = json.dumps({"temperature": 0, "max_tokens": MAX_ANSWER_TOKENS})
        return Question(
            role=role,
            model=self.name,
            base_url=self._settings.base_url or "",
            prompt=prompt,
            prompt_sha256=sha256(request.encode()).hexdigest(),
            parameters=parameters,
            request=request,
        )

    def _send(self, question: Question, messages: Sequence[Message], schema: type[BaseModel]) -> str:
        if self._failures >= FAILURES_TO_OPEN:
            raise ModelError("given up", f"the endpoint failed {FAILURES_TO_OPEN} times in a row and is not asked again in this run")
        estimate = estimate_tokens(question.request)
        worst = Amount(estimate, MAX_ANSWER_TOKENS)
        call_id = calls.sent(self._db, question, self._run_id, worst, worst.money(self._settings.prices.get(self.name)), self._now)
        event("call sent", role=question.role, prompt=question.prompt)
        began = monotonic()
        try:
            text, usage = self._complete(messages, schema)
        except ModelError as error:
            self._failures += 1
            free = error.kind == "unreachable" or error.kind.startswith("http ")
            calls.failed(self._db, call_id, str(error), _milliseconds(began), charged=not free)
            raise
        self._failures = 0
        event("call answered", role=question.role, prompt=question.prompt)
        tokens_in, tokens_out = usage or (estimate, estimate_tokens(text))
        price = self._cost(tokens_in, tokens_out)
        calls.answered(
            self._db, call_id, text, tokens_in, tokens_out, estimated=usage is None, cost=price, duration_ms=_milliseconds(began)
        )
        return text

    def _cost(self, tokens_in: int, tokens_out: int) -> float | None:
        return Amount(tokens_in, tokens_out).money(self._settings.prices.get(self.name))

    def _complete(self, messages: Sequence[Message], schema: type[BaseModel]) -> tuple[str, tuple[int, int] | None]:
        import openai

        try:
            return self._request(messages, schema)
        except openai.BadRequestError as error:
            if self._schema_refused:
                raise ModelError("refused request", _clean(str(error))) from error
            self._schema_refused = True
            return self._complete(messages, schema)
        except openai.APITimeoutError as error:
            raise ModelError("timeout", f"no answer within {self._settings.timeout_seconds:.0f} s") from error
        except openai.APIConnectionError as error:
            raise ModelError("unreachable", f"{self._settings.base_url}: cannot be reached; check llm.base_url") from error
        except openai.APIStatusError as error:
            raise ModelError(f"http {error.status_code}", _clean(error.message)) from error
        except (openai.OpenAIError, json.JSONDecodeError) as error:
            raise ModelError("answer", _clean(str(error))) from error

    def _request(self, messages: Sequence[Message], schema: type[BaseModel]) -> tuple[str, tuple[int, int] | None]:
        json_schema = {"name": schema.__name__, "schema": _closed(schema.model_json_schema()), "strict": True}
        wanted = {"type": "json_object"} if self._schema_refused else {"type": "json_schema", "json_schema": json_schema}
        completion = self._openai().chat.completions.create(
            model=self.name,
            messages=[_dict(m) for m in messages],
            response_format=wanted,
            temperature=0,
            max_tokens=MAX_ANSWER_TOKENS,
        )
        if not getattr(completion, "choices", None):
            raise ModelError("empty", "the endpoint answered without a choice")
        choice = completion.choices[0]
        if choice.finish_reason == "length":
            raise ModelError("cut off", "the answer was cut short; it is never read as whole")
        if choice.finish_reason == "content_filter" or getattr(choice.message, "refusal", None):
            raise ModelError("refused", "the model declined to answer")
        text = choice.message.content or ""
        if not text.strip():
            raise ModelError("empty", "the model answered with nothing")
        usage = completion.usage
        return text, (usage.prompt_tokens, usage.completion_tokens) if usage else None

    def _openai(self) -> Any:
        if self._client is None:
            import httpx2
            from openai import OpenAI

            http = httpx2.Client(follow_redirects=False, timeout=self._settings.timeout_seconds)
            # A local server needs no key, but the client refuses to start without one.
            self._client = OpenAI(base_url=self._settings.base_url, api_key=self._key or "none", max_retries=MAX_RETRIES, http_client=http)
        return self._client


def _dict(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every object closed and every member required, as strict structured output wants it."""

    def close(node: Any) -> Any:
        if isinstance(node, list):
            return [close(n) for n in node]
        if not isinstance(node, dict):
            return node
        node = {k: close(v) for k, v in node.items() if k not in ("default", "title") or not isinstance(v, str)}
        if node.get("type") == "object":
            node["additionalProperties"] = False
            node["required"] = list(node.get("properties", {}))
        return node

    closed: dict[str, Any] = close(schema)
    return closed


def _parse(text: str, schema: type[Answer]) -> Answer:
    return schema.model_validate_json(json_of(text))


def json_of(text: str) -> str:
    """The JSON object inside an answer: without thinking, without a code fence, without words around it."""
    text = re.sub(r"<think>.*?</think>", "", text, flags=re.DOTALL)
    start, end = text.find("{"), text.rfind("}")
    return text[start : end + 1] if 0 <= start < end else text


def _repair(error: ValidationError) -> str:
    return f"That answer does not have the form that was asked for: {_first(error)}. Answer again with the whole object, and nothing else."


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(p) for p in first['loc']) or 'answer'}: {first['msg']}"


def _clean(text: str) -> str:
    return " ".join(text.split())[:300]


def _milliseconds(began: float) -> int:
    return round((monotonic() - began) * 1000)
