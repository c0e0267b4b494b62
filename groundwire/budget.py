"""What may still be spent on models: decided before an article is started, from the worst case of all its calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from groundwire.config import Budget, Llm, Prices
from groundwire.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens, and their money in the currency of the price list; None where no price is known."""

    input_tokens: int
    output_tokens: int

    def money(self, prices: Prices | None) -> float | None:
        """What it costs at these prices per million tokens."""
        return (self.input_tokens * prices.input + self.output_tokens * prices.output) / 1_000_000 if prices else None


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls have cost so far in one period."""

    tokens: int
    money: float


@dataclass(frozen=True, slots=True)
class Periods:
    """What was spent in this run, and in the day and month of site.timezone."""

    run: Spent
    day: Spent
    month: Spent


def starts(now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """When the day and the month of `now` began in a time zone."""
    day = now.astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return day, day.replace(day=1)


def check_prices(llm: Llm, model: str) -> None:
    """Raise ConfigError when a money budget is set and the model's price is not known."""
    if any((llm.budget.run_money, llm.budget.day_money, llm.budget.month_money)) and model not in llm.prices:
        line = f'[llm.prices."{model}"]\ninput = PRICE\noutput = PRICE'
        raise ConfigError(f"groundwire.toml: llm.budget: a limit on money needs the price of '{model}' per million tokens; add:\n{line}")


def refusal(budget: Budget, spent: Periods, worst: Amount, prices: Prices | None) -> str | None:
    """Why the worst case of an article does not fit what is left, or None."""
    tokens = worst.input_tokens + worst.output_tokens
    money = worst.money(prices)
    for name, so_far, most_tokens, most_money in (
        ("run", spent.run, budget.run_tokens, budget.run_money),
        ("day", spent.day, budget.day_tokens, budget.day_money),
        ("month", spent.month, budget.month_tokens, budget.month_money),
    ):
        if most_tokens is not None and so_far.tokens + tokens > most_tokens:
            tokens_left = max(most_tokens - so_far.tokens, 0)
            return f"llm.budget.{name}_tokens: {tokens_left:,} of {most_tokens:,} tokens are left; an article may take {tokens:,}"
        if most_money is not None and money is not None and so_far.money + money > most_money:
            left = max(most_money - so_far.money, 0)
            return f"llm.budget.{name}_money: {left:.4f} of {most_money:g} is left; an article may cost {money:.4f}"
    return None
