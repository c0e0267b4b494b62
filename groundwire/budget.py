"""What may still be spent on models: decided before an article is started, from the worst case of all its calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from groundwire.config import Budget, Llm, Prices
from groundwire.errors import ConfigError

ROLES = ("extract", "write", "check")

ROUNDING = 1e-9
"""What sums of money may differ by and still be the same."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model, of which `known` money is already told and the rest is to be priced."""

    model: str
    input_tokens: int
    output_tokens: int
    known: float | None = None
    """Money for all of it as it was counted at the time; None where no price was known then."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Tokens, and their money in the currency of the price list; None where a price that it needs is not known."""

    tokens: int = 0
    money: float | None = 0.0

    def __add__(self, other: Sum) -> Sum:
        money = None if self.money is None or other.money is None else self.money + other.money
        return Sum(self.tokens + other.tokens, money)

    def less(self, other: Sum) -> Sum:
        """What is left of this after `other`, nothing below zero."""
        money = None if self.money is None or other.money is None else max(self.money - other.money, 0.0)
        return Sum(max(self.tokens - other.tokens, 0), money)


@dataclass(frozen=True, slots=True)
class Periods:
    """What was spent in this run, and in the day and month of site.timezone."""

    run: Sum
    day: Sum
    month: Sum


def priced(usage: Usage, prices: Mapping[str, Prices]) -> Sum:
    """The tokens of a usage and their money: as counted at the time, else by the price that is known now."""
    tokens = usage.input_tokens + usage.output_tokens
    if usage.known is not None or not tokens:
        return Sum(tokens, usage.known or 0.0)
    price = prices.get(usage.model)
    return Sum(tokens, (usage.input_tokens * price.input + usage.output_tokens * price.output) / 1_000_000 if price else None)


def total(usages: Iterable[Usage], prices: Mapping[str, Prices]) -> Sum:
    """The sum of several usages; its money is None as soon as one price is unknown."""
    return sum((priced(u, prices) for u in usages), Sum())


def starts(now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """When the day and the month of `now` began in a time zone."""
    day = now.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return day, day.replace(day=1)


def model_of(llm: Llm, role: str) -> str:
    """The model that answers a role; raises ConfigError when none is set."""
    model = getattr(llm.roles, role).model if role in ROLES else None
    if not (model or llm.model):
        raise ConfigError("groundwire.toml: llm.model: is not set; set it with `groundwire config set llm.model NAME`")
    return model or llm.model or ""


def endpoint_of(llm: Llm, role: str) -> str:
    """The endpoint that answers a role; raises ConfigError when none is set, for text goes only where the operator said."""
    base_url = getattr(llm.roles, role).base_url if role in ROLES else None
    if not (base_url or llm.base_url):
        line = "`groundwire config set llm.base_url https://api.openai.com/v1`, or the address of your own"
        raise ConfigError(f"groundwire.toml: llm.base_url: is not set, and nothing is sent to an endpoint that is not named; {line}")
    return base_url or llm.base_url or ""


def check_prices(llm: Llm, spent: Iterable[Usage] = ()) -> None:
    """Raise ConfigError with the lines to add when a limit on money is set and the price of a model is not known.

    The models are those of the roles, and those of what was spent in the month.
    """
    limits = llm.budget
    if limits.run_money is None and limits.day_money is None and limits.month_money is None:
        return
    used = {u.model for u in spent if u.known is None and u.input_tokens + u.output_tokens}
    unknown = sorted(({model_of(llm, role) for role in ROLES} | used) - set(llm.prices))
    if unknown:
        lines = "\n".join(f'[llm.prices."{model}"]\ninput = PRICE\noutput = PRICE' for model in unknown)
        named = ", ".join(f"'{model}'" for model in unknown)
        raise ConfigError(f"groundwire.toml: llm.budget: a limit on money needs the price of {named} per million tokens; add:\n{lines}")


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that is set: `most` of it, of which `left` is neither spent nor reserved."""

    key: str
    most: float
    left: float
    worst: float

    def __str__(self) -> str:
        return f"{self.key}: {shown(self.left)} of {shown(self.most)} left"


def shown(amount: float) -> str:
    """Tokens with thousands marked; money to four places."""
    return f"{amount:,}" if isinstance(amount, int) else f"{amount:,.4f}".rstrip("0").rstrip(".")


def limits(budget: Budget, spent: Periods, reserved: Sum, worst: Sum) -> Iterator[Limit]:
    """Every limit that is set, with what is left of it and what `worst` would take."""
    for name, so_far in (("run", spent.run), ("day", spent.day), ("month", spent.month)):
        used = so_far + reserved
        tokens: int | None = getattr(budget, f"{name}_tokens")
        money: float | None = getattr(budget, f"{name}_money")
        if tokens is not None:
            yield Limit(f"llm.budget.{name}_tokens", tokens, max(tokens - used.tokens, 0), worst.tokens)
        if money is not None:
            # Money that cannot be counted is never within a limit on money.
            left = max(money - used.money, 0.0) if used.money is not None else 0.0
            yield Limit(f"llm.budget.{name}_money", float(money), left, worst.money if worst.money is not None else float("inf"))


def refusal(found: Sequence[Limit]) -> str | None:
    """Why the worst case does not fit what is left, or None."""
    return next((f"{limit}; it may take {shown(limit.worst)}" for limit in found if limit.worst > limit.left + ROUNDING), None)
