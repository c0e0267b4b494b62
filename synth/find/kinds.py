"""Kinds of signals, and how one is made: its identity follows from what it says and the records that justify it."""

from __future__ import annotations

from collections.abc import Iterable

from groundwire.records import Record, Signal, Story, short_id

VOLUME = "volume"
THREAD_VOLUME = "thread-volume"
NEW_FIGURE = "new-figure"
MOVED_FIGURE = "moved-figure"
ATTENTION = "attention-commitment"
CONVERGENCE = "convergence"
CONTRADICTION = "contradiction"
FORECAST_DUE = "forecast-due"


def signal(kind: str, strength: float, statement: str, records: Iterable[Record], stories: Iterable[Story], /, **values: object) -> Signal:
    """A signal with its records in canonical order and its strength kept within 0 and 1."""
    ordered = sorted({r.id: r for r in records}.values(), key=lambda r: r.order)
    ids = tuple(r.id for r in ordered)
    pairs = tuple((name, str(value)) for name, value in values.items())
    told = tuple(dict.fromkeys(s.id for s in stories))
    return Signal(short_id(kind, statement, *ids), kind, round(min(1.0, max(0.0, strength)), 3), statement, ids, told, pairs)


def sources_in_words(n: int) -> str:
    """How many independent sources, as a statement says it."""
    return "one source" if n == 1 else f"{n} independent sources"


__all__ = [
    "ATTENTION",
    "CONTRADICTION",
    "CONVERGENCE",
    "FORECAST_DUE",
    "MOVED_FIGURE",
    "NEW_FIGURE",
    "THREAD_VOLUME",
    "VOLUME",
    "signal",
    "sources_in_words",
]
