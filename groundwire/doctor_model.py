"""What `groundwire doctor --online` asks of the models: one small question each, and what an article will take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from groundwire import lock
from groundwire.budget import ROLES, endpoint_of, shown, total
from groundwire.config import Publication
from groundwire.errors import ConfigError, ModelError
from groundwire.llm import Endpoint, Found, Keys, PlannedCall
from groundwire.llm.endpoint import ASSUMED
from groundwire.store import feeds
from groundwire.store.database import Database

SMALL_CONTEXT_TOKENS = 8_000
"""With less than that, few pages of a theme fit a question together."""

Outcome = tuple[Literal["ok", "warn", "fail"], str, str]
"""How it is ("ok", "warn", "fail"), what was looked at, what was found."""

HINTS = {
    "http 401": "is the key in {key} right?",
    "http 403": "is the key in {key} right, and may it use this model?",
    "http 404": "is llm.model a model that the endpoint serves, and does llm.base_url end in /v1?",
    "timeout": "raise llm.timeout_seconds where the model is slow",
}


def examine(db: Database, publication: Publication, now: datetime) -> Iterator[Outcome]:
    """What was found, in order; the small calls are stored and counted like every other."""
    llm = publication.settings.llm
    if running := lock.holder(publication):
        yield "ok", "endpoint", f"not asked: a run is under way ({running})"
        return
    try:
        model = Endpoint(llm, Keys.of(publication), db, run_id=None, now=now, timezone=publication.settings.site.timezone)
    except ConfigError as error:
        yield from (("fail", "model", line) for line in str(error).splitlines())
        return
    found: dict[str, Found] = {}
    for role, roles in _distinct(model, publication).items():
        try:
            found[role] = model.probe(role)
        except ModelError as error:
            hint = HINTS.get(error.kind, "").format(key=getattr(llm.roles, role).api_key_env or llm.api_key_env)
            yield ("warn" if error.kind in ("budget", "deferred") else "fail"), "endpoint", "; ".join(filter(None, (str(error), hint)))
            return
        yield from _told(found[role], roles)
    yield from _price(publication, sorted({f.model for f in found.values()}))
    yield from _article(model, publication, _calls(publication, model.context_tokens("extract")))


def next_command(db: Database) -> Outcome:
    """What to do once the models answer."""
    return "ok", "next", "`groundwire run`" if feeds.every(db) else "`groundwire add YOUR-SITE`, then `groundwire run`"


def _distinct(model: Endpoint, publication: Publication) -> dict[str, list[str]]:
    """The first role of each endpoint and model, and all that they answer."""
    places: dict[tuple[str, str], list[str]] = {}
    for role in ROLES:
        places.setdefault((endpoint_of(publication.settings.llm, role), model.name_of(role)), []).append(role)
    return {roles[0]: roles for roles in places.values()}


def _told(found: Found, roles: list[str]) -> Iterator[Outcome]:
    mine = "" if len(roles) == len(ROLES) else f" ({', '.join(roles)})"
    yield "ok", "endpoint", f"{found.base_url}: {found.model} answers{mine}; way of asking for JSON that works: {found.rung}"
    length = f"{found.context_tokens:,} tokens"
    if found.context_from == ASSUMED:
        yield "warn", "context", f"{length} assumed, the endpoint does not say: `groundwire config set llm.context_tokens N`"
    elif found.context_tokens < SMALL_CONTEXT_TOKENS:
        yield "warn", "context", f"{length} ({found.context_from}), which holds few pages: raise it at the server (Ollama: num_ctx)"
    else:
        yield "ok", "context", f"{length} ({found.context_from})"


def _price(publication: Publication, models: list[str]) -> Iterator[Outcome]:
    for model in models:
        price = publication.settings.llm.prices.get(model)
        if price:
            yield "ok", "price", f"{model}: {price.input:g} in, {price.output:g} out, for a million tokens"
        else:
            line = f"`groundwire config set llm.prices.{model} '{{ input = PRICE, output = PRICE }}'`"
            yield "ok", "price", f"{model}: price unknown, so costs are counted in tokens; for money: {line}"


def _calls(publication: Publication, context_tokens: int) -> tuple[PlannedCall, ...]:
    from synth import pipeline

    return pipeline.usual_calls(publication, context_tokens)


def _article(model: Endpoint, publication: Publication, planned: tuple[PlannedCall, ...]) -> Iterator[Outcome]:
    """What one article is estimated to take, and whether the budgets carry it."""
    prices = publication.settings.llm.prices
    usual = total((c.usual(model.name_of(c.role)) for c in planned), prices)
    most = total((c.worst(model.name_of(c.role)) for c in planned), prices)
    money = "price unknown" if usual.money is None or most.money is None else f"about {shown(usual.money)}, at most {shown(most.money)}"
    yield "ok", "article", f"about {usual.tokens:,} tokens, at most {most.tokens:,}; {money}"
    left = model.left(planned)
    if not left:
        yield "warn", "budget", "none is set: `groundwire config set llm.budget.day_tokens 1000000`"
    for limit in left:
        enough = limit.worst <= limit.left
        told = str(limit) if enough else f"{limit}, less than an article may take ({shown(limit.worst)}); it is not started"
        yield ("ok" if enough else "warn"), "budget", told
