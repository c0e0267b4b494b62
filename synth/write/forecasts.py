"""Forecasts: a dated view that an article gives and that stands becomes a row: what, made on, due on, what would show it wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from groundwire.records import Forecast, SentenceKind, Severity, short_id
from synth.fitting import line
from synth.write.lines import ASKED, Desk, Judged, Line
from synth.write.plan import Plan

OF_ITS_OWN = frozenset({"facts", "figure", "date", "name", "quote", "matter", "person", "person-sources"})
"""Checks on what would show a view wrong: it denies what the view says, and brings nothing that the facts have not."""
FARTHEST = timedelta(days=3660)


def forecast(plan: Plan, judged: list[Judged], desk: Desk) -> tuple[tuple[Forecast, ...], str | None]:
    """The forecast of an article, or why there is none although one was planned; its article is not known yet.

    The statement is the sentence that readers see. Its year stands in a cited fact or in the sentence itself.
    """
    planned = plan.forecast
    if planned is None:
        return (), None
    view = next((j for j in judged if j.line.view and not j.cut), None)
    if view is None:
        return (), "forecast whose sentence does not stand"
    due = _due(planned.due, desk.sources.now)
    if due is None:
        return (), "forecast without a day to come"
    facts = (*plan.forecast_facts, *desk.facts_of(view.line))
    if not any(str(due.year) in text for text in (view.line.text, *(f.quote for f in facts))):
        return (), "forecast for a year that no fact names"
    wrong_if = line(planned.wrong_if)
    numbers = tuple(f.number for f in facts)
    asked = Line(ASKED, 0, 0, SentenceKind.INFERENCE, wrong_if, numbers, view.line.measures)
    if not wrong_if or any(f.check in OF_ITS_OWN and f.severity is not Severity.NOTE for j in desk.judge([asked]) for f in j.findings):
        return (), "forecast whose test the facts do not bear"
    return (Forecast("", "", view.sentence.text, desk.sources.now, due, wrong_if),), None


def _due(text: str, now: datetime) -> datetime | None:
    """The end of the day that a plan names, in UTC; None when it is no day, not to come, or too far."""
    try:
        due = datetime.combine(date.fromisoformat(text.strip()), time(23, 59), UTC)
    except ValueError:
        return None
    return due if now < due <= now + FARTHEST else None


def of_article(found: tuple[Forecast, ...], article_id: str) -> tuple[Forecast, ...]:
    """Forecasts as those of an article: the same statement with the same day is one, whatever the version."""
    return tuple(replace(f, article_id=article_id, id=short_id("forecast", article_id, f.statement, f"{f.due:%Y-%m-%d}")) for f in found)
