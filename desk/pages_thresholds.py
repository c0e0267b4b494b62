"""Thresholds: what decides whether something is written and published, and what other values would have made of the last day."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from desk.answers import Asked, Desk, Link, Page, Shown
from groundwire.config import Publication, Settings
from groundwire.log import one_line
from groundwire.settings_file import options
from groundwire.store import status as facts
from groundwire.store import trying
from synth import pipeline

WRITE = ("min_records", "min_independent", "min_evidence", "min_strength", "max_records", "max_per_run", "max_per_day")
"""Thresholds of `write` that can be tried."""
POLICIES = ("autonomous", "review", "mixed")
MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Field:
    """One threshold: what is in force, what was asked for, what it is."""

    key: str
    value: Any
    asked: str
    description: str

    @property
    def changed(self) -> bool:
        return self.asked not in ("", str(self.value))


def page(desk: Desk, asked: Asked) -> Shown:
    """The thresholds in force and, when other values are asked for, what they would have made of the last day. Nothing is stored."""
    settings = desk.publication.settings
    given = {key: asked.query.get(key, "").strip()[:MOST_DIGITS] for key in (*WRITE, "policy")}
    room = pipeline.newsroom(desk.publication, desk.now)
    values: dict[str, Any] = {
        "fields": [Field(f"write.{k}", getattr(settings.write, k), given[k], _described(f"write.{k}")) for k in WRITE],
        "policy": Field("gate.policy", settings.gate.policy, given["policy"], _described("gate.policy")),
        "policies": POLICIES,
        "review_when": settings.gate.review_when,
        "calibration": settings.gate.calibration,
        "lens": settings.write.lens,
        "layers": [(layer.label, len(layer.terms), len(layer.entities)) for layer in room.lens.layers],
        "trouble": "",
        "preview": None,
        "tried": False,
    }
    values["changes"] = [f for f in (*values["fields"], values["policy"]) if f.changed]
    if "try" not in asked.query:
        return Shown("thresholds.html", values)
    try:
        tried = _with(desk.publication, given)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return Shown("thresholds.html", values | {"trouble": one_line(wrong)}, 422)
    return Shown("thresholds.html", values | {"preview": _preview(desk, tried), "tried": True})


def _described(key: str) -> str:
    return next(o.description for o in options() if o.key == key)


def _with(publication: Publication, given: Mapping[str, str]) -> Publication:
    """The publication with other thresholds, the ledger writer at work; raises ValidationError."""
    data = publication.settings.model_dump()
    data["write"] |= {k: given[k] for k in WRITE if given[k]} | {"writer": "ledger", "form": "auto"}
    data["gate"] |= {"policy": given["policy"]} if given["policy"] else {}
    return publication.model_copy(update={"settings": Settings.model_validate(data)})


@dataclass(frozen=True, slots=True)
class Preview:
    """What would have been made of a day, and what was."""

    since: datetime
    until: datetime
    found: tuple[Any, ...]
    really: tuple[Any, ...]

    def count(self, status: str | None) -> int:
        return sum(t.status == status for t in self.found)


def _preview(desk: Desk, tried: Publication) -> Preview | None:
    """The last day before today on which something was found, once more on a copy in memory; None before the first run."""
    zone = ZoneInfo(tried.settings.site.timezone)
    until = trying.last_of_day(desk.db, desk.now, zone)
    if until is None:
        return None
    local = until.astimezone(zone)
    since = local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(until.tzinfo)
    with closing(facts.shadow(desk.db)) as copy:
        found = pipeline.tried(copy, tried, until, since)
    really = trying.written_between(desk.db, since, since + timedelta(days=1) - timedelta(seconds=1))
    return Preview(since, until, found, tuple(really))


PAGES = (Page("/thresholds", page),)
LINKS = (Link("Thresholds", "/thresholds"),)
