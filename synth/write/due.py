"""What a forecast comes to on the day by which it can be seen: what was expected, when, and what would show it wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from evidence.names import names
from evidence.passages import passages
from groundwire.records import CalculationInput, Citation, Record, Signal
from synth.write.finding import Finding, turned
from synth.write.gate import standing
from synth.write.measures import Measured, calculation
from synth.write.page import passage
from synth.write.sources import Sources
from synth.write.wording import day, lowered_first


def due(sources: Sources, signal: Signal, values: dict[str, str]) -> Finding | None:
    """A forecast of this publication that falls due: on whom, made on which day, and what would show it wrong."""
    statement, wrong_if = values.get("statement", "").rstrip(". "), values.get("wrong_if", "").rstrip(". ")
    made, until = _day(values.get("made"), sources), _day(values.get("due"), sources)
    named = next(_about(sources, statement), None)
    if not statement or not made or not until or not named:
        return None
    name, where = named
    dates = (
        calculation("earliest-date", (CalculationInput("made", values["made"]), CalculationInput("due", values["due"]))),
        calculation("latest-date", (CalculationInput("made", values["made"]), CalculationInput("due", values["due"]))),
    )
    rests = (*dates, where)
    heads = (
        f"The forecast of {made} on {name} is due",
        f"What was expected of {name} on {made} falls due",
        f"A forecast of {made} on {name} comes due",
    )
    whole = (*rests, *_of_forecast(sources, values.get("article", ""), statement))
    told = f"On {made} this publication expected that {lowered_first(statement, name)}, and {until} is the day by which it can be seen"
    judged = f"The forecast of {made} on {name} would be wrong if {lowered_first(wrong_if, name)}"
    return Finding(
        signal.kind,
        turned([Measured(h, rests) for h in heads], signal.id),
        (*([Measured(judged, whole)] if wrong_if else ()), Measured(told, whole)),
        deks=(
            Measured(told, whole),
            Measured(
                f"A forecast on {name} that this publication made on {made} could be seen to hold or to fail by {until}, which is now",
                rests,
            ),
        ),
        record_ids=signal.record_ids,
    )


def _day(iso: str | None, sources: Sources) -> str | None:
    """A day in words, from its ISO form."""
    zone = sources.settings.site.timezone
    try:
        return day(datetime.combine(date.fromisoformat(iso or ""), time(12), ZoneInfo(zone)), zone)
    except ValueError:
        return None


def _about(sources: Sources, statement: str) -> Iterator[tuple[str, Citation]]:
    """The names of a forecast that a record has, each with the sentence that has it."""
    for name in dict.fromkeys(n.text for n in names(statement)):
        for record in (*sources.citable, *sources.archive):
            if span := _naming(record, name):
                yield name, passage(record, span)


def _naming(record: Record, name: str) -> tuple[int, int] | None:
    spans = passages(record.text)
    return next(((a, b) for a, b in spans if re.search(rf"\b{re.escape(name)}\b", record.text[a:b])), None)


def _of_forecast(sources: Sources, article_id: str, statement: str) -> tuple[Citation, ...]:
    """What the sentence rested on in which the forecast was made, as far as it can still be cited."""
    own = (s for a in sources.earlier if a.id == article_id for s in standing(a) if statement in s.text)
    cited = next((s.citations for s in own), ())
    return tuple(c for c in cited if not c.record_id or sources.version(c.record_id, c.record_version or 0))
