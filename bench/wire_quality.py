"""Grouping of the sample wire day by day, through the functions that a run calls, against the stories that its texts are labelled with.

A day's open records are the texts that readers could see and that were published in the days that a run keeps open; the figures are means
over the days. It is the one labelled set with a real clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bench.grouping_quality import scores, stories
from groundwire.records import Record, RecordState, text_sha256
from groundwire.templating import data_path
from groundwire.wire import OPEN_PARAGRAPHS, Text, Wire
from synth.find.stage import OPEN_DAYS

FIRST_DAYS = 3
"""Days at first that hold too few texts to say anything."""


def folder() -> Path:
    """Where the sample wire lies."""
    return Path(data_path("examples/wire"))


def measure() -> dict[str, float]:
    """The mean scores over the days of the sample wire, and how many texts it has."""
    texts = [t for t in Wire.load(folder()).texts if not t.gone]
    records = [as_record(t) for t in texts]
    meant = {t.key: t.story for t in texts}
    days = sorted({r.published.date() for r in records})[FIRST_DAYS:]
    moments = [datetime.combine(day, time.max, UTC) for day in days]
    found = [_day([r for r in records if moment - timedelta(days=OPEN_DAYS) < r.published <= moment], meant) for moment in moments]
    return {name: round(sum(day[name] for day in found) / len(found), 4) for name in found[0]} | {"n": len(records)}


def as_record(text: Text) -> Record:
    """A text as the record that a run would have read."""
    body = "\n\n".join(text.paragraphs[:OPEN_PARAGRAPHS] if text.paywalled else text.paragraphs)
    at = text.published.astimezone(UTC)
    return Record(
        text.key,
        text.key,
        1,
        text.url,
        text.url,
        text.outlet.key,
        text.title,
        text.author,
        text.outlet.language,
        at,
        at,
        body,
        text_sha256(body),
        RecordState.READ,
    )


def _day(records: Sequence[Record], meant: dict[str, str]) -> dict[str, float]:
    story = stories(records)
    return scores([story[r.id] for r in records], [meant[r.id] for r in records])
