"""From the rows of an article to the charts that draw them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from evidence.figures import quantities
from groundwire.records import FigureRow
from publish.charts import Spread, Timeline, spread, timeline
from publish.wording import clean, date_view, listed


def timeline_of(steps: tuple[tuple[datetime, str, str | None], ...], here: str | None, zone: ZoneInfo) -> Timeline | None:
    """The steps of a thread along a line of time, or None when they are too few or of one moment."""
    if not steps or steps[0][0] == steps[-1][0]:
        return None
    first, span = steps[0][0], (steps[-1][0] - steps[0][0]).total_seconds()
    return timeline(
        [(date_view(at, zone).day, (at - first).total_seconds() / span, slug is not None and slug == here) for at, _, slug in steps]
    )


def spreads_of(rows: tuple[FigureRow, ...]) -> tuple[Spread, ...]:
    """One chart for each figure on which sources differ, where the other values can be read as numbers of the same unit."""
    found: dict[tuple[str | None, frozenset[Decimal]], Spread] = {}
    for row in rows:
        values = _values(row)
        chart = spread(", ".join(clean(part) for part in (row.figure.entity, row.figure.measure) if part) or "not named", values)
        if chart:
            found.setdefault((row.figure.entity, frozenset(value for _, value, _ in values)), chart)
    return tuple(found.values())


def _values(row: FigureRow) -> list[tuple[str, Decimal, str]]:
    """A figure's value and those that others give: in words, as a number, and with the names of who gives it."""
    values = [(clean(row.figure.quote), row.figure.value, listed([clean(o) for o in row.outlets]))]
    for other in row.conflict:
        text, _, names = clean(other).removesuffix(")").rpartition(" (")
        read = next((q for q in quantities(text) if (q.unit, q.currency) == (row.figure.unit, row.figure.currency)), None)
        if read is None:
            return []
        values.append((text, read.value, names))
    return values
