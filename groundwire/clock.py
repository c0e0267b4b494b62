"""The one clock for decisions, politeness, dates and pages; durations use time.monotonic instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from groundwire.errors import ClockError


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that stands still at `fixed`, or follows the system's when there is none."""

    fixed: datetime | None = None

    def now(self) -> datetime:
        """The present moment in UTC, to the second."""
        return (self.fixed or datetime.now(UTC)).replace(microsecond=0)


def parse_time(text: str) -> datetime:
    """The moment that an ISO 8601 text with an offset names, in UTC; raises ClockError for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ClockError(f"--now '{text}': not an ISO 8601 time; write it like 2026-11-20T06:00:00+00:00") from None
    if moment.tzinfo is None:
        raise ClockError(f"--now '{text}': has no offset; add one, like {text}+00:00")
    return moment.astimezone(UTC)


@lru_cache(maxsize=4096)
def to_text(moment: datetime) -> str:
    """A moment as the database and the pages write it: 2026-11-20T06:00:00Z."""
    return moment.astimezone(UTC).isoformat()[:19] + "Z"


def from_text(text: str) -> datetime:
    """The moment that `to_text` wrote."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
