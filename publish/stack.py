"""The stack: each layer's attention and commitment as weeks were measured, its volume by day, and what was written on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from groundwire.records import Article, LayerShare
from publish.charts import Gauge, LayerView, Picture, Volume, gauge, picture, volume
from publish.wording import DateView, date_view, day_words

DAYS = 42
"""Days that a chart of volumes shows: six weeks, so that a column is still 5 pixels wide on a telephone."""

WEEKS = 26
"""Measured weeks that a gauge shows, the newest."""


@dataclass(frozen=True, slots=True)
class Week:
    """The shares of every layer in the seven days before a moment, as a signal measured them."""

    at: datetime
    shares: tuple[LayerShare, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """One layer of the stack."""

    name: str
    view: LayerView
    coverage: str
    commitment: str
    """The newest measured shares in words, empty when no week was measured."""
    ahead: str
    """Where money is ahead of attention, or the other way round, in words."""
    gauge: Gauge | None
    volume: Volume | None


@dataclass(frozen=True, slots=True)
class Stack:
    """Every layer from surface to bedrock, and the newest measured week."""

    levels: tuple[Level, ...]
    week: Picture | None
    measured: DateView | None


def week_of(article: Article) -> Week | None:
    """The week that stands behind an article, held by value in its theme, or None."""
    for signal in article.theme.signals:
        if shares := signal.measured.get("shares"):
            return Week(article.modified, tuple(_share(one) for one in shares.split()))
    return None


def _share(text: str) -> LayerShare:
    layer, _, measured = text.partition("=")
    coverage, _, commitment = measured.partition("/")
    return LayerShare(layer, float(coverage), float(commitment))


def stack_of(layers: Mapping[str, LayerView], weeks: Iterable[Week], accounts: Mapping[str, Mapping[date, int]], zone: ZoneInfo) -> Stack:
    """The stack of a lens from measured weeks and from the accounts of each layer by day; `zone` is the site's."""
    newest = {week.at: week for week in sorted(weeks, key=lambda w: w.at)}
    measured = list(newest.values())[-WEEKS:]
    last = measured[-1] if measured else None
    levels = tuple(_level(name, view, measured, accounts, zone) for name, view in layers.items())
    return Stack(levels, picture(last.shares, layers) if last else None, date_view(last.at, zone) if last else None)


def _level(name: str, view: LayerView, weeks: Sequence[Week], accounts: Mapping[str, Mapping[date, int]], zone: ZoneInfo) -> Level:
    mine = [(week.at, share) for week in weeks for share in week.shares if share.layer == name]
    drawn = gauge(view.name, [(date_view(at, zone).day, place, share) for (at, share), place in zip(mine, _places(mine), strict=True)])
    share = mine[-1][1] if mine else None
    return Level(
        name=name,
        view=view,
        coverage=f"{share.coverage * 100:.0f}%" if share else "",
        commitment=f"{share.commitment * 100:.0f}%" if share else "",
        ahead=_ahead(share) if share else "",
        gauge=drawn,
        volume=volume(_by_day(accounts, name)),
    )


def _ahead(share: LayerShare) -> str:
    points = round(share.commitment * 100) - round(share.coverage * 100)
    if not points:
        return "attention and commitments are level"
    lead = "commitments are ahead of attention" if points > 0 else "attention is ahead of commitments"
    return f"{lead} by {abs(points)} {'point' if abs(points) == 1 else 'points'}"


def _places(mine: Sequence[tuple[datetime, LayerShare]]) -> list[float]:
    """Where each moment lies between the first and the last, 0 to 1."""
    if not mine:
        return []
    first, span = mine[0][0], (mine[-1][0] - mine[0][0]).total_seconds()
    return [(at - first).total_seconds() / span if span else 1.0 for at, _ in mine]


def _by_day(accounts: Mapping[str, Mapping[date, int]], name: str) -> list[tuple[str, int]]:
    """Every day of the window that ends with the last day anything was read on, for one layer."""
    days = sorted({day for by_day in accounts.values() for day in by_day})
    if not days:
        return []
    start = max(days[0], days[-1] - timedelta(days=DAYS - 1))
    mine = accounts.get(name, {})
    window = ((start + timedelta(days=i)) for i in range((days[-1] - start).days + 1))
    return [(day_words(day), mine.get(day, 0)) for day in window]


def by_day(hours: Iterable[tuple[str, datetime, int]], zone: ZoneInfo) -> dict[str, dict[date, int]]:
    """Accounts of each layer by the day of the publication's zone."""
    found: dict[str, dict[date, int]] = {}
    for layer, hour, n in hours:
        days, day = found.setdefault(layer, {}), hour.astimezone(zone).date()
        days[day] = days.get(day, 0) + n
    return found
