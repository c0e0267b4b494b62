"""Forecasts: which are due, and deciding what came of one, with a passage of a record that shows it."""

from __future__ import annotations

import re
from datetime import datetime

from desk.actions import RefusedError, one_line
from desk.answers import Answer, Asked, Desk, Link, Page, Sent, Shown, number
from desk.building import built
from evidence.marking import COMMON, telling
from evidence.passages import passage_at, passages
from groundwire.clock import from_text, to_text
from groundwire.errors import NotFoundError
from groundwire.records import Record, RecordState
from groundwire.store import decisions, desk_pages, records, running, searching
from groundwire.store.database import Row

OUTCOMES = {"held": "Came true", "partly": "Came true in part", "failed": "Did not come true", "open": "Still open"}
OFFERED = 5
MOST_DECIDED = 200
MOST_WORDS = 60
"""Words of a passage that shows what came of a forecast; it stands on a public page."""


def forecasts(desk: Desk, asked: Asked) -> Shown:
    """Every forecast: what is due, what is to come, what was decided."""
    found = desk_pages.forecasts(desk.db)
    now = to_text(desk.now)
    opened = [r for r in found if r["outcome"] == "open"]
    due = [r for r in opened if r["due"] <= now and r["is_out"]]
    return Shown(
        "forecasts.html",
        {
            "due": due,
            "coming": [r for r in opened if r not in due],
            "decided": [r for r in reversed(found) if r["outcome"] != "open"][:MOST_DECIDED],
            "outcomes": OUTCOMES,
        },
    )


def forecast(desk: Desk, asked: Asked) -> Shown:
    """One forecast, with passages that came after it and may show what came of it."""
    return _page(desk, _known(desk, asked), {}, "")


def _page(desk: Desk, row: Row, typed: dict[str, str], trouble: str, status: int = 200) -> Shown:
    log = decisions.newest(desk.db, "forecast", row["id"])
    values = {"f": row, "outcomes": OUTCOMES, "offers": _offers(desk, row), "typed": typed, "trouble": trouble, "log": log}
    return Shown("forecast.html", values, status)


def _known(desk: Desk, asked: Asked) -> Row:
    row = desk_pages.forecast(desk.db, asked.path["id"])
    if row is None:
        raise NotFoundError(f"forecast '{asked.path['id']}': there is none")
    return row


def _offers(desk: Desk, row: Row) -> list[tuple[str, Record, str]]:
    """Passages of later records that share most words with a forecast: the name by which the form means each, its record, its text."""
    wanted = telling(f"{row['statement']} {row['wrong_if']}")
    asked_for = " ".join(w for w in searching.words(row["statement"], 99) if w not in COMMON)
    hits = searching.records(desk.db, asked_for, OFFERED, anything=True, since=row["made"])
    found = [(r, *_best(r, wanted)) for r in records.many(desk.db, (h.id for h in hits)) if r.state is RecordState.READ and r.text.strip()]
    return [(f"{r.id}:{a}:{b}", r, r.text[a:b]) for r, a, b in found]


def _best(record: Record, wanted: frozenset[str]) -> tuple[int, int]:
    spans = passages(record.text, record.language or "en")
    return max(spans, key=lambda s: len(wanted & telling(record.text[s[0] : s[1]])))


def decide(desk: Desk, asked: Asked) -> Answer:
    """Record what came of a forecast; what was decided before stays in the log."""
    try:
        with desk.db.transaction():
            row = _known(desk, asked)
            outcome, evidence = _meant(desk, asked, row)
            running.settle(desk.db, row["id"], outcome, evidence, desk.now)
            who = asked.editor
            after = f"{outcome}: {evidence}" if evidence else outcome
            before = f"{row['outcome']}: {row['evidence']}" if row["evidence"] else row["outcome"]
            decisions.note(desk.db, desk.now, who.name, who.role, "forecast", row["id"], "decide", before, after)
    except RefusedError as error:
        return _page(desk, _known(desk, asked), dict(asked.form), str(error), 422)
    return Sent("/forecasts", built(desk, f"“{OUTCOMES[outcome]}” is recorded"))


def _meant(desk: Desk, asked: Asked, row: Row) -> tuple[str, str | None]:
    """Outcome and evidence of a form; raises RefusedError with what is missing."""
    outcome = asked.text("outcome")
    if outcome not in OUTCOMES:
        raise RefusedError("Say what came of it.")
    if asked.text("was") != row["outcome"]:
        raise RefusedError(f"Somebody has decided meanwhile: “{OUTCOMES.get(row['outcome'], row['outcome'])}”. Look again.")
    if outcome == "open":
        return outcome, None
    record, start, end = _passage(desk, asked)
    if record.published <= from_text(row["made"]):
        raise RefusedError("That record was published before the forecast was made; it cannot show what came of it.")
    if len(record.text[start:end].split()) > MOST_WORDS:
        raise RefusedError(f"At most {MOST_WORDS} words may be shown as evidence; choose fewer.")
    return outcome, _shown(record, start, end)


def _passage(desk: Desk, asked: Asked) -> tuple[Record, int, int]:
    """The passage that a form names, by offsets or by its words; raises RefusedError."""
    named, _, span = asked.text("passage").partition(":")
    words = one_line(asked.text("words"))
    record = _record(desk, asked.text("record") or named)
    if asked.text("record"):
        at = " ".join(record.text.split()).find(words) if words else -1
        if at < 0:
            raise RefusedError("These words do not stand in that record; copy them from its stored text.")
        return (record, *_in_text(record, words))
    start, end = (number(part) for part in (*span.split(":"), "", "")[:2])
    if start is None or end is None or not start < end <= len(record.text):
        raise RefusedError("There is no such passage; open the page anew and choose one that it offers.")
    first, _ = passage_at(record.text, start, start + 1, record.language or "en")
    _, last = passage_at(record.text, end - 1, end, record.language or "en")
    return record, first, last


def _record(desk: Desk, name: str) -> Record:
    record = records.get(desk.db, name) if name else None
    if record is None:
        raise RefusedError("An outcome needs evidence: choose a passage, or name a record and the words in it that show it.")
    if record.state is not RecordState.READ:
        raise RefusedError(f"Record {record.id} is {record.state.value}; it may not be cited.")
    return record


def _in_text(record: Record, words: str) -> tuple[int, int]:
    """Where words stand in a text, whatever white space is between them."""
    found = re.search(r"\s+".join(map(re.escape, words.split())), record.text)
    assert found is not None
    return found.span()


def _shown(record: Record, start: int, end: int) -> str:
    """The evidence as the record of forecasts shows it: publisher, day, quote, and where it stands."""
    quote = " ".join(record.text[start:end].split())
    return f"{record.outlet}, {_day(record.published)}: “{quote}” (record {record.id}, version {record.version}, {start} to {end})"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


PAGES = (Page("/forecasts", forecasts), Page("/forecasts/{id}", forecast), Page("/forecasts/{id}", decide, "POST"))
LINKS = (Link("Forecasts", "/forecasts"),)
