"""The Model over the configured endpoints, asked through the store.

A question is asked once: its stored answer serves every later run. An answer is stored before it is used, and is never
trusted: it is validated against the form that was asked for, with one repeat that names the error.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from pydantic import BaseModel, ValidationError

from groundwire.budget import ROLES, Limit, Usage, check_prices, endpoint_of, model_of, priced, starts, total
from groundwire.config import Llm
from groundwire.errors import ModelError
from groundwire.llm import context, ladder
from groundwire.llm.asking import MAX_ANSWER_TOKENS, Answer, Message, PlannedCall, form_tokens, prompt_tokens
from groundwire.llm.keys import Keys
from groundwire.llm.reading import first, parse, repair
from groundwire.llm.spending import Spending
from groundwire.llm.tokens import MESSAGE_TOKENS, estimate_tokens, least_tokens, was_cut
from groundwire.log import event
from groundwire.store import calls
from groundwire.store.calls import Capabilities, Question
from groundwire.store.database import Database

if TYPE_CHECKING:
    from groundwire.llm.client import Client, Reply

FAILURES_TO_OPEN = 5
"""So many failures in a row, and an endpoint is not asked again in this run."""

HOPELESS = frozenset({"unreachable", "deferred", "http 401", "http 403", "http 404", "prompt cut"})
"""What asking again in this run would not change."""

FREE = frozenset({"unreachable", "deferred"})
"""Failures of which it is certain that nothing was paid; so are those with a status of HTTP."""

GATEWAY = frozenset({"http 408", "http 502", "http 504", "http 524"})
"""But for these: what stands between may have lost an answer that was made."""

WRITING_TAKES = 2
"""Most times llm.timeout_seconds that a call which writes may take; one that reads or checks takes it once."""

LEAST_ANSWER_TOKENS = 512
PATIENCE_SECONDS = 60
"""How long an endpoint may make wait whoever sets no moment."""
PROBE, PROBE_TOKENS = "doctor", 1000
"""The role of the doctor's small call, and the most its answer may have: a model that thinks first needs room for it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a small call found out about an endpoint and a model."""

    base_url: str
    model: str
    rung: str
    context_tokens: int
    context_from: str


class _Planet(BaseModel):
    planet: str
    letters: int


class Endpoint:
    """The configured models, each at its endpoint; `until` (monotonic) is how long an endpoint may make a run wait.

    Raises ConfigError when no model or endpoint is named, or a limit on money is set and a price is not known.
    """

    def __init__(
        self,
        settings: Llm,
        keys: Keys,
        db: Database,
        *,
        run_id: str | None,
        now: datetime,
        timezone: str = "UTC",
        replay: bool = False,
        until: float | None = None,
    ) -> None:
        self._models = {role: model_of(settings, role) for role in ROLES}
        if not replay:
            for role in ROLES:
                endpoint_of(settings, role)
            keys.check(settings)
            check_prices(settings, calls.spent_since(db, starts(now, timezone)[1]))
        self._settings, self._keys, self._db, self._run_id, self._now = settings, keys, db, run_id, now
        self._timezone, self._replay = timezone, replay
        self._until = monotonic() + PATIENCE_SECONDS if until is None else until
        self._spending = Spending(settings, db, run_id, now, timezone)
        self._clients: dict[tuple[str, str | None], Client] = {}
        self._failures: dict[str, int] = {}
        self._given_up: dict[str, ModelError] = {}

    def name_of(self, role: str) -> str:
        """The model that answers this role."""
        return self._models.get(role) or model_of(self._settings, role)

    def context_tokens(self, role: str) -> int:
        """How long prompt and answer together may be for this role: what endpoint and settings say, the lesser of the two."""
        return self._known_context(role)[0]

    def reserve(self, planned: Sequence[PlannedCall], about: str) -> AbstractContextManager[None]:
        """Hold back the worst case of these calls while the block runs; raises ModelError of kind "budget" on entering."""
        if self._replay:
            return nullcontext()
        return self._spending.reserve([call.worst(self.name_of(call.role)) for call in planned], about)

    def left(self, planned: Sequence[PlannedCall] = ()) -> tuple[Limit, ...]:
        """Every limit that is set with what is left of it, and what these calls would take at most."""
        return self._spending.left(total((c.worst(self.name_of(c.role)) for c in planned), self._settings.prices))

    def ask(
        self, role: str, prompt: str, messages: Sequence[Message], schema: type[Answer], answer_tokens: int = MAX_ANSWER_TOKENS
    ) -> Answer:
        """The answer as `schema`, from the store where it is already there; one repeat when it does not validate."""
        asking = _Asking(role, role, prompt, schema, answer_tokens)
        text = self._text(asking, messages)
        try:
            return parse(text, schema)
        except ValidationError as error:
            self._unproven(role)
            again = self._again(asking, messages, text, error)
        try:
            return parse(self._text(asking, again), schema)
        except ValidationError as error:
            raise ModelError("schema", f"the answer does not have the form that was asked for: {first(error)}") from error

    def probe(self, role: str) -> Found:
        """Ask one small question, from the top of the ladder, and remember what works; raises ModelError."""
        base_url, model = endpoint_of(self._settings, role), self.name_of(role)
        calls.remember(self._db, base_url, model, ladder.TOP, self._now)
        asking = _Asking(role, PROBE, "probe", _Planet, PROBE_TOKENS, fresh=True)
        messages = (Message("user", "Which planet do people live on, and how many letters has its name?"),)
        try:
            parse(self._text(asking, messages), _Planet)
        except ValidationError as error:
            self._unproven(role)
            again = self._again(asking, messages, "", error)
            try:
                parse(self._text(asking, again), _Planet)
            except ValidationError as wrong:
                raise ModelError(
                    "schema", f"{base_url}: {model} does not answer in the form that it is asked for: {first(wrong)}"
                ) from wrong
        found, where = self._known_context(role)
        return Found(base_url, model, self._known(role).rung, found, where)

    def _again(self, asking: _Asking, messages: Sequence[Message], text: str, error: ValidationError) -> tuple[Message, ...]:
        """The repeat of a question: with the wrong answer where both fit the context, else without it."""
        wrong = (Message("assistant", text),) if text.strip() else ()
        whole = (*messages, *wrong, Message("user", repair(error)))
        room = self.context_tokens(asking.role) - form_tokens(asking.schema) - asking.answer_tokens
        return whole if prompt_tokens(whole) <= room else (*messages, Message("user", repair(error)))

    def _text(self, asking: _Asking, messages: Sequence[Message]) -> str:
        question = self._question(asking, messages)
        if self._replay:
            stored = calls.recorded(self._db, question.prompt_sha256)
            if stored is None:
                hash_ = question.prompt_sha256[:12]
                raise ModelError("not recorded", f"no stored answer to this request of prompt '{asking.prompt}' (hash {hash_})")
            return stored
        stored = None if asking.fresh else calls.answer(self._db, question)
        return stored if stored is not None else self._send(asking, question, messages)

    def _question(self, asking: _Asking, messages: Sequence[Message]) -> Question:
        """What identifies a question, whatever rung it is asked on: its messages and the form of its answer."""
        asked = {"messages": [{"role": m.role, "content": m.content} for m in messages], "schema": asking.schema.model_json_schema()}
        request = json.dumps(asked, ensure_ascii=False, sort_keys=True)
        return Question(
            role=asking.counted,
            model=self.name_of(asking.role),
            base_url="" if self._replay else endpoint_of(self._settings, asking.role),
            prompt=asking.prompt,
            prompt_sha256=sha256(request.encode()).hexdigest(),
            request=request,
            about=self._spending.about,
        )

    def _send(self, asking: _Asking, question: Question, messages: Sequence[Message]) -> str:
        """Ask the endpoint: noted before it is sent, stored before it is used; raises ModelError."""
        limit = self._answer_tokens(asking, messages)
        parameters = json.dumps({"temperature": 0, "max_tokens": limit})
        self._not_in_vain(asking, question, parameters)
        worst = Usage(question.model, prompt_tokens(messages) + form_tokens(asking.schema) + MESSAGE_TOKENS, limit)
        self._spending.draw(worst)
        call_id = calls.sent(self._db, question, parameters, self._run_id, worst, self._money(worst), self._now)
        event("call sent", role=question.role, prompt=question.prompt)
        began = monotonic()
        try:
            reply = self._complete(asking, question, messages, limit)
        except ModelError as error:
            self._failed(question, call_id, error, began)
        event("call answered", role=question.role, prompt=question.prompt)
        took = self._took(question, reply, worst)
        self._spending.settle(worst, took)
        estimated = reply.input_tokens is None or reply.output_tokens is None
        if fault := self._fault(question, reply, messages):
            lasting = fault.kind if fault.kind != "prompt cut" else None  # the operator changes a setting of the server, and asks again
            calls.failed(self._db, call_id, fault.reason, _milliseconds(began), usage=took, estimated=estimated, fault=lasting)
            self._count_failure(question.base_url, fault)
            raise fault
        self._failures[question.base_url] = 0
        calls.answered(self._db, call_id, reply.text, took, estimated=estimated, duration_ms=_milliseconds(began))
        self._proven(asking, reply)
        return reply.text

    def _not_in_vain(self, asking: _Asking, question: Question, parameters: str) -> None:
        """Raise ModelError where asking would be: the endpoint was given up, or the same was answered today and cannot be used."""
        if given_up := self._given_up.get(question.base_url):
            raise ModelError(given_up.kind, given_up.reason)
        day, _ = starts(self._now, self._timezone)
        unusable = None if asking.fresh else calls.unusable(self._db, question, parameters, day)
        if unusable:
            raise ModelError(unusable[0], f"{unusable[1]} (answered earlier today; not asked again)")

    def _failed(self, question: Question, call_id: str, error: ModelError, began: float) -> NoReturn:
        """Store that a call failed, with what it may have cost, and say so."""
        free = error.kind in FREE or (error.kind.startswith("http ") and error.kind not in GATEWAY)
        nothing = Usage(question.model, 0, 0, 0.0) if free else None
        calls.failed(self._db, call_id, str(error), _milliseconds(began), usage=nothing)
        self._count_failure(question.base_url, error)
        raise error

    def _count_failure(self, base_url: str, error: ModelError) -> None:
        """One more failure in a row; the last that this run will see of an endpoint, when it is hopeless or the fifth."""
        if error.kind in HOPELESS:
            self._given_up[base_url] = error
        self._failures[base_url] = self._failures.get(base_url, 0) + 1
        if self._failures[base_url] >= FAILURES_TO_OPEN:
            reason = f"{base_url}: failed {FAILURES_TO_OPEN} times in a row and is not asked again in this run"
            self._given_up.setdefault(base_url, ModelError("given up", reason))

    def _answer_tokens(self, asking: _Asking, messages: Sequence[Message]) -> int:
        """The most an answer may have: what was asked for, as far as the context leaves room; raises ModelError "too long"."""
        known, where = self._known_context(asking.role)
        if where == ASSUMED:
            return asking.answer_tokens
        least = sum(least_tokens(m.content) for m in messages)
        if least + LEAST_ANSWER_TOKENS > known:
            raise ModelError("too long", f"a prompt of {least:,} tokens at least does not fit the context of {known:,} tokens")
        room = known - prompt_tokens(messages) - form_tokens(asking.schema)
        return min(asking.answer_tokens, max(room, LEAST_ANSWER_TOKENS))

    def _complete(self, asking: _Asking, question: Question, messages: Sequence[Message], limit: int) -> Reply:
        """The answer on the highest rung that the endpoint takes, which is remembered; raises ModelError."""
        known = tried = self._known(asking.role)
        seconds = self._settings.timeout_seconds * (WRITING_TAKES if asking.counted == "write" else 1)
        refused: ModelError | None = None
        while True:
            try:
                reply = self._client(asking.role).complete(ladder.body(question.model, messages, asking.schema, tried, limit), seconds)
            except ModelError as error:
                refused = refused or error
                lower = ladder.after_refusal(tried, error)
                if lower is None:
                    raise refused from None
                tried = lower
                continue
            if tried != known:
                calls.remember(self._db, question.base_url, question.model, tried, self._now)
            return reply

    def _fault(self, question: Question, reply: Reply, messages: Sequence[Message]) -> ModelError | None:
        """Why an answer cannot be used, or None."""
        text = "\n".join(m.content for m in messages)
        remembered = calls.capabilities(self._db, question.base_url, question.model)
        stated = remembered.context_tokens if remembered else None
        if reply.input_tokens is not None and was_cut(text, reply.input_tokens, stated):
            return ModelError(
                "prompt cut",
                f"{question.base_url}: read {reply.input_tokens:,} tokens of a prompt of about {estimate_tokens(text):,}, so it cut the prompt:"
                " raise its context length (Ollama: num_ctx, or OLLAMA_CONTEXT_LENGTH), or set llm.context_tokens to what it is;"
                " then `groundwire doctor --online`",
            )
        return ModelError(reply.fault[0], f"{question.base_url}: {reply.fault[1]}") if reply.fault else None

    def _took(self, question: Question, reply: Reply, worst: Usage) -> Usage:
        """What an answer took: as the endpoint says, else by estimate, never nothing; with its money."""
        tokens_in = reply.input_tokens or worst.input_tokens
        tokens_out = reply.output_tokens or estimate_tokens(reply.text)
        counted = Usage(question.model, tokens_in, tokens_out)
        return replace(counted, known=self._money(counted))

    def _money(self, usage: Usage) -> float | None:
        return priced(usage, self._settings.prices).money

    def _known(self, role: str) -> Capabilities:
        return calls.capabilities(self._db, endpoint_of(self._settings, role), self.name_of(role)) or ladder.TOP

    def _proven(self, asking: _Asking, reply: Reply) -> None:
        """Remember that an answer of the right form came on this rung."""
        known = self._known(asking.role)
        if known.proven:
            return
        try:
            parse(reply.text, asking.schema)
        except ValidationError:
            return
        calls.remember(
            self._db, endpoint_of(self._settings, asking.role), self.name_of(asking.role), replace(known, proven=True), self._now
        )

    def _unproven(self, role: str) -> None:
        """An endpoint that took a schema and did not keep to it is told the form in the prompt from now on."""
        if self._replay:
            return
        known = self._known(role)
        lower = ladder.below(known)
        if known.rung == ladder.JSON_SCHEMA and not known.proven and lower:
            calls.remember(self._db, endpoint_of(self._settings, role), self.name_of(role), lower, self._now)

    def _known_context(self, role: str) -> tuple[int, str]:
        """The context length for a role and where it is from; the endpoint is asked once and the answer remembered."""
        named = self._settings.context_tokens
        stated = self._stated(role)
        if stated and (named is None or stated[0] <= named):
            return stated
        return (named, "llm.context_tokens") if named else (context.DEFAULT_CONTEXT_TOKENS, ASSUMED)

    def _stated(self, role: str) -> tuple[int, str] | None:
        if self._replay and not (self._settings.base_url or ""):
            return None
        base_url, model = endpoint_of(self._settings, role), self.name_of(role)
        known = self._known(role)
        if known.context_from is None and not self._replay and base_url not in self._given_up:
            found = context.stated(self._client(role), model)
            known = replace(known, context_tokens=found[0] if found else None, context_from=found[1] if found else "")
            if self._client(role).reached:
                calls.remember(self._db, base_url, model, known, self._now)
        return (known.context_tokens, known.context_from or "") if known.context_tokens else None

    def _client(self, role: str) -> Client:
        from groundwire.llm.client import Client

        place = endpoint_of(self._settings, role), self._keys.key_for(self._settings, role)
        if place not in self._clients:
            self._clients[place] = Client(*place, self._until, self._keys.secrets)
        return self._clients[place]


ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question: the role that answers, the role it is counted to, its prompt file, the form and length of its answer."""

    role: str
    counted: str
    prompt: str
    schema: type[BaseModel]
    answer_tokens: int
    fresh: bool = False
    """Ask even though an answer is stored."""


def _milliseconds(began: float) -> int:
    return round((monotonic() - began) * 1000)
