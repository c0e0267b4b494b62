"""Model calls: noted before they are sent, answers stored before they are used, so that none is paid twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from groundwire.budget import Usage
from groundwire.clock import to_text
from groundwire.records import short_id
from groundwire.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Question:
    """One request to a model: everything that its answer depends on, and what it is about (a theme, say)."""

    role: str
    model: str
    base_url: str
    prompt: str
    prompt_sha256: str
    request: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an endpoint was found to do with a model."""

    rung: str
    """The way of asking for JSON that works, one of groundwire.llm.ladder.RUNGS."""
    proven: bool
    """Whether an answer on this rung had the form that was asked for."""
    limit: str
    """The name of the parameter that limits an answer."""
    temperature: bool
    """Whether a temperature may be set."""
    context_tokens: int | None
    context_from: str | None
    """Where the context length was read; None as long as nobody was asked."""


@dataclass(frozen=True, slots=True)
class Spent:
    """One call as `costs` counts it; `article` is the slug of what came of it."""

    article: str | None
    role: str
    asked: str
    usage: Usage
    state: str


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


def unusable(db: Database, question: Question, parameters: str, since: datetime) -> tuple[str, str] | None:
    """Kind and reason of a paid answer to the same request that could not be used, since a moment; None when there is none."""
    row = db.one(
        "SELECT fault, error FROM calls WHERE prompt_sha256 = ? AND model = ? AND base_url = ? AND parameters = ? AND asked >= ?"
        " AND state = 'failed' AND fault IS NOT NULL ORDER BY asked DESC, rowid DESC LIMIT 1",
        (question.prompt_sha256, question.model, question.base_url, parameters, to_text(since)),
    )
    return (row["fault"], row["error"]) if row else None


def sent(db: Database, question: Question, parameters: str, run_id: str | None, worst: Usage, cost: float | None, now: datetime) -> str:
    """Note that a call is about to be sent; it counts with its worst case until its answer is stored. Returns its id."""
    with db.transaction():
        n = db.rows("SELECT count(*) AS n FROM calls")[0]["n"]
        call_id = short_id("call", question.prompt_sha256, question.model, str(n))
        what = {"id": call_id, "run_id": run_id, "role": question.role, "model": question.model, "base_url": question.base_url}
        how = {
            "prompt": question.prompt,
            "prompt_sha256": question.prompt_sha256,
            "parameters": parameters,
            "request": question.request,
            "about": question.about,
        }
        counted = {"input_tokens": worst.input_tokens, "output_tokens": worst.output_tokens, "estimated": 1, "cost": cost}
        db.insert("calls", what | how | counted | {"state": "sent", "asked": to_text(now)})
    return call_id


def answered(db: Database, call_id: str, text: str, usage: Usage, *, estimated: bool, duration_ms: int) -> None:
    """Store an answer with what it cost."""
    with db.transaction():
        db.update("calls", {"id": call_id}, _counted(usage, estimated) | {"answer": text, "duration_ms": duration_ms, "state": "answered"})


def failed(
    db: Database, call_id: str, error: str, duration_ms: int, *, usage: Usage | None, estimated: bool = True, fault: str | None = None
) -> None:
    """Store why a call failed and what it took; None is that it goes on counting with its worst case.

    `fault` is the kind of an answer that was paid for and cannot be used.
    """
    counted = _counted(usage, estimated) if usage else {}
    with db.transaction():
        db.update("calls", {"id": call_id}, counted | {"error": error, "duration_ms": duration_ms, "state": "failed", "fault": fault})


def _counted(usage: Usage, estimated: bool) -> dict[str, object]:
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "estimated": int(estimated),
        "cost": usage.known,
    }


def restore(db: Database, rows: Iterable[Mapping[str, object]]) -> None:
    """Put kept rows back, without the run and the article that they were of; one that is there already stays. Part of the caller's transaction."""
    for row in rows:
        db.insert("calls", dict(row) | {"run_id": None, "article_id": None}, or_ignore=True)


def every_row(db: Database) -> tuple[Row, ...]:
    """Every call that is kept with all that was stored of it, oldest first."""
    return tuple(db.rows("SELECT * FROM calls ORDER BY asked, rowid"))


def belong_to(db: Database, theme_id: str, article_id: str) -> None:
    """Count the calls about a theme to the article that came of it; part of the caller's transaction.

    What a call is about begins with the theme's id, as the author names it.
    """
    db.execute(
        "UPDATE calls SET article_id = ? WHERE (about = ? OR about GLOB ? || ':*') AND article_id IS NULL", (article_id, theme_id, theme_id)
    )


_USAGE = (
    "SELECT model, sum(coalesce(input_tokens, 0)) AS i, sum(coalesce(output_tokens, 0)) AS o, sum(cost) AS money"
    " FROM calls WHERE {} GROUP BY model, cost IS NULL ORDER BY model"
)


def spent_since(db: Database, since: datetime) -> tuple[Usage, ...]:
    """What all calls asked from a moment on took, by model; a call without an answer counts with its worst case."""
    return _usages(db.rows(_USAGE.format("asked >= ?"), (to_text(since),)))


def spent_in_run(db: Database, run_id: str) -> tuple[Usage, ...]:
    """What one run's calls took, by model."""
    return _usages(db.rows(_USAGE.format("run_id = ?"), (run_id,)))


def answered_about(db: Database, about: str) -> tuple[Usage, ...]:
    """What the stored answers about something took that has become no article yet: they will not be paid again."""
    return _usages(db.rows(_USAGE.format("about = ? AND article_id IS NULL AND state = 'answered'"), (about,)))


def _usages(rows: list[Row]) -> tuple[Usage, ...]:
    return tuple(Usage(r["model"], r["i"], r["o"], r["money"]) for r in rows)


def every(db: Database) -> Iterator[Spent]:
    """Every call that is kept, oldest first."""
    slug = "(SELECT slug FROM articles WHERE articles.id = calls.article_id ORDER BY version LIMIT 1)"
    rows = db.execute(
        f"SELECT {slug} AS article, role, asked, model, input_tokens, output_tokens, cost, state FROM calls ORDER BY asked, rowid"
    )
    for r in rows:
        usage = Usage(r["model"], r["input_tokens"] or 0, r["output_tokens"] or 0, r["cost"])
        yield Spent(r["article"], r["role"], r["asked"], usage, r["state"])


def capabilities(db: Database, base_url: str, model: str) -> Capabilities | None:
    """What is remembered of an endpoint and a model, or None."""
    row = db.one("SELECT * FROM capabilities WHERE base_url = ? AND model = ?", (base_url, model))
    if row is None:
        return None
    return Capabilities(
        row["rung"], bool(row["proven"]), row["limit_name"], bool(row["temperature"]), row["context_tokens"], row["context_from"]
    )


def remember(db: Database, base_url: str, model: str, found: Capabilities, now: datetime) -> None:
    """Keep what an endpoint was found to do with a model, in the place of what was known before."""
    with db.transaction():
        db.execute("DELETE FROM capabilities WHERE base_url = ? AND model = ?", (base_url, model))
        row = {
            "base_url": base_url,
            "model": model,
            "rung": found.rung,
            "proven": int(found.proven),
            "limit_name": found.limit,
            "temperature": int(found.temperature),
            "context_tokens": found.context_tokens,
            "context_from": found.context_from,
            "found": to_text(now),
        }
        db.insert("capabilities", row)
