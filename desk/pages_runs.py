"""Runs: what each did, and what the models took, by article, role, model and day."""

from __future__ import annotations

import json
from dataclasses import dataclass

from desk.answers import Asked, Desk, Link, Page, Shown
from groundwire import costs
from groundwire.store import desk_pages
from groundwire.store.database import Row

SHOWN = 50
MOST_COSTS = 30
CODES = {0: "done", 1: "done, something failed", 2: "could not run", 75: "another run was at work"}


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what its stages counted, and what failed."""

    id: str
    command: str
    started: str
    ended: str | None
    code: str
    stages: tuple[tuple[str, str], ...]
    failures: tuple[str, ...]
    notes: tuple[str, ...]


def runs(desk: Desk, asked: Asked) -> Shown:
    """The runs, newest first, and the costs of everything that is kept."""
    page = max(asked.number("page") or 1, 1)
    rows = desk_pages.runs(desk.db, SHOWN + 1, (page - 1) * SHOWN)
    spent = costs.gather(desk.db, desk.publication.settings, desk.now)
    parts = (("By article", spent.articles), ("By role", spent.roles), ("By model", spent.models), ("By day", spent.days))
    return Shown(
        "runs.html",
        {
            "runs": [run_of(r) for r in rows[:SHOWN]],
            "number": page,
            "more": len(rows) > SHOWN,
            "total": spent.total,
            "parts": [(name, [(r, money(r)) for r in found[:MOST_COSTS]], len(found)) for name, found in parts],
            "money": money(spent.total),
            "limits": spent.limits,
            "no_article": costs.NO_ARTICLE,
        },
    )


def run_of(row: Row) -> Run:
    """A row of `runs` for reading."""
    reports = json.loads(row["summary"] or "[]")
    stages = tuple((r["stage"], ", ".join(f"{n:,} {what}" for what, n in r["counts"])) for r in reports)
    failed = tuple(f"{f['kind']} {f['subject']}: {f['reason']}" for r in reports for f in r["failures"])
    code = CODES.get(row["exit_code"], str(row["exit_code"])) if row["exit_code"] is not None else "not ended"
    return Run(row["id"], row["command"], row["started"], row["ended"], code, stages, failed, tuple(n for r in reports for n in r["notes"]))


def money(row: costs.Row) -> str:
    """What calls cost, in the currency of llm.prices."""
    if row.calls and row.unpriced == row.calls:
        return "price unknown"
    return f"{row.money:,.4f}" + (" and more, prices missing" if row.unpriced else "")


PAGES = (Page("/runs", runs),)
LINKS = (Link("Runs and costs", "/runs"),)
