"""Forecasts and their record: what articles expected, by when, what would show it wrong, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from groundwire.records import Forecast
from publish.wording import DateView, clean, counted, date_view

OPEN = "open"
OUTCOMES = {OPEN: "Open", "held": "Came true", "partly": "Came true in part", "failed": "Did not come true"}
"""What can come of a forecast, in words; any other outcome stands as it is stored."""


@dataclass(frozen=True, slots=True)
class ForecastView:
    id: str
    statement: str
    made: DateView
    due: DateView
    wrong_if: str
    outcome: str
    open: bool
    evidence: str | None
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Forecasts:
    """Open ones by when they fall due, decided ones newest first, and the record in words."""

    open: tuple[ForecastView, ...]
    decided: tuple[ForecastView, ...]
    record: str


def forecasts_of(forecasts: Iterable[Forecast], titles: Mapping[str, tuple[str, str]], zone: ZoneInfo) -> Forecasts:
    """The forecasts of the articles that are out; `titles` has the title and the path of each by its id."""
    views = [_view(f, *titles[f.article_id], zone) for f in sorted(forecasts, key=lambda f: (f.due, f.id)) if f.article_id in titles]
    decided = tuple(v for v in reversed(views) if not v.open)
    return Forecasts(tuple(v for v in views if v.open), decided, _record(views))


def _view(forecast: Forecast, title: str, href: str, zone: ZoneInfo) -> ForecastView:
    return ForecastView(
        id=f"f-{forecast.id}",
        statement=clean(forecast.statement),
        made=date_view(forecast.made, zone),
        due=date_view(forecast.due, zone),
        wrong_if=clean(forecast.wrong_if),
        outcome=OUTCOMES.get(forecast.outcome, clean(forecast.outcome)),
        open=forecast.outcome == OPEN,
        evidence=clean(forecast.evidence) if forecast.evidence else None,
        title=title,
        href=href,
    )


def _record(views: list[ForecastView]) -> str:
    """ "Of 5 forecasts 3 are open; of the 2 decided 1 came true." """
    if not views:
        return ""
    decided = [v for v in views if not v.open]
    right, part = (sum(v.outcome == OUTCOMES[outcome] for v in decided) for outcome in ("held", "partly"))
    said = f"{counted(len(views), 'forecast')} in all, {len(views) - len(decided):,} open"
    more = f", {part:,} in part" if part else ""
    return f"{said}; {right:,} of {len(decided):,} decided came true{more}." if decided else f"{said}; none has been decided yet."
