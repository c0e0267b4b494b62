"""What `groundwire costs` says: what the models took by article, role and day, and what is left of each budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from groundwire.budget import Limit, Sum, priced, shown
from groundwire.clock import from_text
from groundwire.config import Settings
from groundwire.llm.spending import Spending
from groundwire.log import one_line
from groundwire.store import calls
from groundwire.store.calls import Spent
from groundwire.store.database import Database

NO_ARTICLE = "(no article)"
BAR = 12
COLUMNS = 50
"""What the columns of numbers take with the spaces before them."""
LEAST_NAME = 20
SHOWN = 15
"""Most lines of one list when it is read; --json has them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """What some calls took together: `money` of those whose price is known, `unpriced` how many have none."""

    name: str
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int
    money: float
    unpriced: int

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Costs:
    """What the models took: articles and roles by tokens, the most first; days from the newest; limits that are set."""

    total: Row
    articles: tuple[Row, ...]
    roles: tuple[Row, ...]
    models: tuple[Row, ...]
    days: tuple[Row, ...]
    limits: tuple[Limit, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values; money is null where no price is known at all."""
        names = ("articles", "roles", "models", "days")
        rows = {name: [_plain(row) for row in getattr(self, name)] for name in names}
        limits = [{"key": limit.key, "most": limit.most, "left": limit.left} for limit in self.limits]
        return {"total": _plain(self.total), **rows, "limits": limits}


def _plain(row: Row) -> dict[str, Any]:
    return asdict(row) | {"money": None if row.calls and row.unpriced == row.calls else row.money}


def gather(db: Database, settings: Settings, now: datetime) -> Costs:
    """The costs of everything that is kept, days counted in site.timezone; a call without an answer counts with its worst case."""
    every = list(calls.every(db))
    zone = ZoneInfo(settings.site.timezone)
    prices = settings.llm.prices

    def rows(name_of: Callable[[Spent], str]) -> tuple[Row, ...]:
        named: dict[str, list[Spent]] = {}
        for call in every:
            named.setdefault(name_of(call), []).append(call)
        return tuple(_row(name, found, [priced(c.usage, prices) for c in found]) for name, found in named.items())

    def by_tokens(found: Iterable[Row]) -> tuple[Row, ...]:
        return tuple(sorted(found, key=lambda r: (-r.tokens, r.name)))

    return Costs(
        total=_row("total", every, [priced(c.usage, prices) for c in every]),
        articles=by_tokens(rows(lambda c: c.article or NO_ARTICLE)),
        roles=by_tokens(rows(lambda c: c.role)),
        models=by_tokens(rows(lambda c: c.usage.model)),
        days=tuple(sorted(rows(lambda c: f"{from_text(c.asked).astimezone(zone):%Y-%m-%d}"), key=lambda r: r.name, reverse=True)),
        limits=Spending(settings.llm, db, None, now, settings.site.timezone).left(),
    )


def _row(name: str, found: Sequence[Spent], sums: Sequence[Sum]) -> Row:
    return Row(
        name,
        len(found),
        sum(c.state == "failed" for c in found),
        sum(c.usage.input_tokens for c in found),
        sum(c.usage.output_tokens for c in found),
        round(sum(s.money or 0.0 for s in sums), 6),
        sum(s.money is None for s in sums),
    )


def lines(costs: Costs, width: int | None = None) -> Iterator[str]:
    """The costs for reading, as tables; a terminal `width` columns wide gets bars where there is room, and no longer lines."""
    if not costs.total.calls:
        yield "no model was asked yet"
    else:
        parts = (("by article", costs.articles), ("by role", costs.roles), ("by model", costs.models), ("by day", costs.days))
        longest = max(len(one_line(row.name)) for _, rows in parts for row in rows[:SHOWN]) + 2
        names = longest if width is None else max(min(longest, width - COLUMNS), LEAST_NAME)
        share = costs.total.tokens if width is not None and names + COLUMNS + BAR + 2 <= width else 0
        for title, rows in parts:
            yield f"{title:<{names}}  {'calls':>6}  {'tokens in':>11}  {'tokens out':>11}  {'money':>14}"
            yield from (_line(row, names, share) for row in rows[:SHOWN])
            if len(rows) > SHOWN:
                yield f"  and {len(rows) - SHOWN} more; --json has them all"
            yield ""
        yield _line(costs.total, names, 0, indent="")
    if costs.limits:
        yield ""
        yield "left of each budget"
        yield from _limits(costs.limits, bars=width is not None)


def _line(row: Row, names: int, tokens: int, indent: str = "  ") -> str:
    name = f"{indent}{one_line(row.name)}"
    name = name if len(name) <= names else f"{name[: names - 1]}…"
    bar = f"  {_bar(row.tokens / tokens)}" if tokens else ""
    failed = f"  {row.failed} failed" if row.failed else ""
    return f"{name:<{names}}  {row.calls:>6,}  {row.input_tokens:>11,}  {row.output_tokens:>11,}  {_money(row):>14}{bar}{failed}".rstrip()


def _money(row: Row) -> str:
    if row.unpriced == row.calls and row.calls:
        return "price unknown"
    return f"{row.money:,.4f}" + (" + ?" if row.unpriced else "")


def _limits(limits: Sequence[Limit], *, bars: bool) -> Iterator[str]:
    """What is left of each limit, with a bar for what is used of it."""
    texts = [f"{shown(limit.left)} of {shown(limit.most)}" for limit in limits]
    for limit, text in zip(limits, texts, strict=True):
        used = 1 - limit.left / limit.most if limit.most else 1.0
        bar = f"  {_bar(used)} used" if bars else ""
        yield f"  {limit.key:<23}  {text:>{max(map(len, texts))}}{bar}"


def _bar(share: float) -> str:
    full = round(min(max(share, 0.0), 1.0) * BAR)
    return "█" * full + "░" * (BAR - full)
