"""Model calls: noted before they are sent, answers stored before they are used, so that none is paid twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from groundwire.budget import Amount, Spent
from groundwire.clock import to_text
from groundwire.records import short_id
from groundwire.store.database import Database


@dataclass(frozen=True, slots=True)
class Question:
    """One request to a model: everything that its answer depends on."""

    role: str
    model: str
    base_url: str
    prompt: str
    prompt_sha256: str
    parameters: str
    request: str


def answer(db: Database, question: Question) -> str | None:
    """The stored answer to the same request to the same model, or None."""
    row = db.one(
        "SELECT answer FROM calls WHERE prompt_sha256 = ? AND model = ? AND base_url = ? AND state = 'answered' ORDER BY asked, rowid LIMIT 1",
        (question.prompt_sha256, question.model, question.base_url),
    )
    return row["answer"] if row else None


def recorded(db: Database, prompt_sha256: str) -> str | None:
    """The stored answer to a request whoever gave it: what a replay is served from."""
    row = db.one("SELECT answer FROM calls WHERE prompt_sha256 = ? AND state = 'answered' ORDER BY asked, rowid LIMIT 1", (prompt_sha256,))
    return row["answer"] if row else None


def sent(db: Database, question: Question, run_id: str | None, worst: Amount, cost: float | None, now: datetime) -> str:
    """Note that a call is about to be sent; it counts with its worst case until its answer is stored. Returns its id."""
    with db.transaction():
        n = db.rows("SELECT count(*) AS n FROM calls")[0]["n"]
        call_id = short_id("call", question.prompt_sha256, question.model, str(n))
        what = {"id": call_id, "run_id": run_id, "role": question.role, "model": question.model, "base_url": question.base_url}
        how = {
            "prompt": question.prompt,
            "prompt_sha256": question.prompt_sha256,
            "parameters": question.parameters,
            "request": question.request,
        }
        counted = {"input_tokens": worst.input_tokens, "output_tokens": worst.output_tokens, "estimated": 1, "cost": cost}
        db.insert("calls", what | how | counted | {"state": "sent", "asked": to_text(now)})
    return call_id


def answered(
    db: Database, call_id: str, text: str, input_tokens: int, output_tokens: int, *, estimated: bool, cost: float | None, duration_ms: int
) -> None:
    """Store an answer with what it cost."""
    changes = {"answer": text, "input_tokens": input_tokens, "output_tokens": output_tokens, "estimated": int(estimated), "cost": cost}
    with db.transaction():
        db.update("calls", {"id": call_id}, changes | {"duration_ms": duration_ms, "state": "answered"})


def failed(db: Database, call_id: str, error: str, duration_ms: int, *, charged: bool) -> None:
    """Store why a call failed; one that may have been answered and paid for goes on counting with its worst case."""
    free = {} if charged else {"input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    with db.transaction():
        db.update("calls", {"id": call_id}, free | {"error": error, "duration_ms": duration_ms, "state": "failed"})


def spent_since(db: Database, since: datetime) -> Spent:
    """Tokens and money of all calls asked from a moment on; a call without an answer counts with its estimate."""
    row = db.rows(
        "SELECT coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0) AS tokens, coalesce(sum(cost), 0) AS money"
        " FROM calls WHERE asked >= ?",
        (to_text(since),),
    )[0]
    return Spent(row["tokens"], row["money"])


def spent_in_run(db: Database, run_id: str) -> Spent:
    """Tokens and money of one run's calls."""
    row = db.rows(
        "SELECT coalesce(sum(coalesce(input_tokens, 0) + coalesce(output_tokens, 0)), 0) AS tokens, coalesce(sum(cost), 0) AS money"
        " FROM calls WHERE run_id = ?",
        (run_id,),
    )[0]
    return Spent(row["tokens"], row["money"])
