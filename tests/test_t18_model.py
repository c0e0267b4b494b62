"""T18, the model's endpoint: whatever it does, no bad page, no cent over the cap, the key nowhere."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from author_sample import COURIER, GRID, KEY, LEDGER, Author, publication, short_form
from find_sample import NOW, put, record
from model_faults import ACCEPTED, ANY, DROPPED, MEANINGS, WITHOUT, Faulty, fault_of
from model_server import CHARACTERS_PER_TOKEN, ModelServer, Reply, model_server
from outside import needs_corpus, rows

from groundwire import log, status
from groundwire.config import Budget
from groundwire.log import silent
from groundwire.newsroom import connect
from groundwire.records import ArticleStatus, StageReport
from groundwire.store import articles
from groundwire.store.database import Database, open_database
from publish import pipeline as publishing
from synth import pipeline

FAULTS: list[str] = [row["fault"] for row in rows("own/llm-faults.json")]
CAP = 400_000
MOST_REQUESTS = 4
PATIENCE = 60
"""Seconds that a run may be made to wait."""


@dataclass
class Ended:
    """How a round of writing under a fault ended."""

    report: StageReport
    tokens: int
    pages: str
    by_author: list[ArticleStatus]


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, whatever its level."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, entry: logging.LogRecord) -> None:
            lines.append(log.JsonFormatter().format(entry) + entry.getMessage())

    root, handler = logging.getLogger(), Keeping(logging.DEBUG)
    before = [(found, found.level) for found in (root, log.logger, logging.getLogger("openai"), logging.getLogger("httpx2"))]
    for found, _ in before:
        found.setLevel(logging.DEBUG)
        found.addHandler(handler)
    try:
        yield lines
    finally:
        for found, level in before:
            found.setLevel(level)
            found.removeHandler(handler)


def written(db: Database, room: Path, base_url: str, until: float, **llm: Any) -> Ended:
    """Find, write and build once; what every round has to hold is checked."""
    place = publication(room, base_url, **({"timeout_seconds": 1, "budget": Budget(run_tokens=CAP)} | llm))
    with logged() as lines:
        pipeline.find_stage(db, place, NOW, "run")
        report = pipeline.write(db, place, connect(place, db, "run", NOW, until=until), NOW, "run")
        publishing.build(db, place, NOW, progress=silent)
    files = [p.read_bytes().decode("utf-8", "replace") for p in sorted((place.output / "site").rglob("*")) if p.is_file()]
    told = json.dumps(status.gather(db, place, NOW).as_json())
    for where, text in (
        ("a file", "".join(files)),
        ("a row", "\n".join(db.connection.iterdump())),
        ("the log", "".join(lines)),
        ("the report", repr(report) + told),
    ):
        assert KEY not in text, f"the key is in {where}"
    every = articles.with_status(db, *ArticleStatus)
    for article in every:
        if article.status is ArticleStatus.PUBLISHED:
            assert not pipeline.failing(db, article, {}), "a published citation does not resolve"
    tokens = db.rows("SELECT coalesce(sum(input_tokens + output_tokens), 0) AS n FROM calls")[0]["n"]
    return Ended(report, tokens, "".join(files), [a.status for a in every if a.writer.startswith("author")])


def took(server: ModelServer, replies: list[Reply]) -> int:
    """The tokens that the endpoint really worked for, as it would count them itself."""
    asked = sum(len(m["content"]) for request in server.requests for m in request["messages"])
    said = sum(len(reply.content or "") for reply in replies if reply.status == 200)
    return (asked + min(said, 6000 * CHARACTERS_PER_TOKEN * max(len(replies), 1))) // CHARACTERS_PER_TOKEN


def room_of(directory: Path) -> tuple[Database, Path]:
    directory.mkdir(parents=True)
    db = open_database(None)
    put(db, record(GRID, "Grid Post", 5), record(LEDGER, "State Ledger", 4), record(COURIER, "Osmere Courier", 3))
    return db, short_form(directory)


def hold(fault: str, faulty: Faulty, directory: Path, *, patient: bool) -> str:
    """One round under a fault, `patient` with a clean one after it: what T18 promises; says what it took."""
    faulty.honest = Author()
    db, room = room_of(directory)
    replies: list[Reply] = []

    def answering(request: dict[str, Any]) -> Reply:
        replies.append(faulty(request))
        return replies[-1]

    until = monotonic() + (PATIENCE if patient else 0)
    with model_server(answering) as server:
        base_url = "http://127.0.0.1:9/v1" if faulty.closed else server.base_url
        ended = written(db, room, base_url, until)
        requests = list(server.requests)
        assert took(server, replies) <= CAP
    assert ended.tokens <= CAP
    often = Counter(json.dumps(r["messages"][1:]) for r in requests)
    assert max(often.values(), default=0) <= MOST_REQUESTS, "more than the client's own retries"
    for text in faulty.forbidden:
        assert text not in ended.pages, f"{text!r} is on a page"
    _as_it_should(fault, faulty, ended, base_url, patient)
    _counted(db)
    before = db.rows("SELECT count(*) AS n FROM calls WHERE state = 'answered'")[0]["n"]
    if patient:
        with model_server(Author()) as clean:
            again = written(db, room, clean.base_url, monotonic() + 60)
        assert not [text for text in faulty.forbidden if text in again.pages]
    db.close()
    return f"T18: {fault}: {len(requests)} requests, {ended.tokens:,} of {CAP:,} tokens, {before} answers used, 0 bad pages, key nowhere"


def _as_it_should(fault: str, faulty: Faulty, ended: Ended, base_url: str, patient: bool) -> None:
    """The author's article is out or not, as the fault asks."""
    out = ArticleStatus.PUBLISHED in ended.by_author
    if faulty.wait and faulty.wait > (PATIENCE if patient else 0):
        assert not out and not ended.by_author and not ended.report.failures
        assert any("deferred" in why and "next run" in why for why in ended.report.left)
    elif faulty.expect == ACCEPTED:
        assert out, f"{fault}: {ended.report}"
        if faulty.wait:
            assert faulty.moments[1] - faulty.moments[0] >= faulty.wait
    elif faulty.expect == DROPPED:
        assert not out, f"{fault}: the author's article is out"
        assert ended.by_author or ended.report.left, "it is told"
        if faulty.closed:
            assert any(base_url in f.reason for f in ended.report.failures), "the endpoint is named"


def _counted(db: Database) -> None:
    """No answer counts as nothing, by estimate where the endpoint does not say."""
    for row in db.rows("SELECT * FROM calls WHERE state = 'answered'"):
        assert row["input_tokens"] > 0 and row["output_tokens"] > 0
        assert len(row["request"]) // 8 <= row["input_tokens"]


def test_a_fault_that_nobody_knows_is_no_pass() -> None:
    with pytest.raises(LookupError, match="unknown fault"):
        fault_of("the moon is in the wrong house")


WORDED = {
    "http-503 Service Unavailable": DROPPED, "HTTP 502 x2 then 200": ACCEPTED, "429 without Retry-After": ACCEPTED, "timed out after 120 s": DROPPED,
    "connection reset while reading": DROPPED, "JSON preceded by prose": ACCEPTED, "reasoning in <think>": ACCEPTED, "malformed JSON": DROPPED,
    "missing field": DROPPED, "finish_reason = content_filter": DROPPED, "usage absent": ACCEPTED, "invented quote": WITHOUT,
    "fact id 17 that was not given": WITHOUT, "a figure 41 % -> 14 %": WITHOUT, "markdown link in a sentence": WITHOUT, "404 model not found": DROPPED,
}  # fmt: skip


@pytest.mark.parametrize("text", WORDED)
def test_other_words_for_a_fault_are_understood(text: str) -> None:
    assert fault_of(text).expect == WORDED[text]


@needs_corpus
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_the_corpus(fault: str, tmp_path: Path) -> None:
    hold(fault, fault_of(fault), tmp_path / "p", patient=False)


KNOWN = (
    "http-401", "http-500", "a rate limit is hit", "the key is echoed in an error", "usage is zero", "prompt cut at num_ctx",
    "connection reset by peer", "never answers", "<think> tags", "prose before the JSON", "null content", "finish_reason=content_filter",
    "a link in a sentence", "script in a heading", "a name that no fact holds", "plain prose", "an HTML page instead of an API",
    "no choices", "deep nesting", "endless answer", "bidi characters", "redirect to another host", "json_schema is refused",
    "a tool call instead of content", "empty list of facts", "two JSON objects", "trailing comma", "citations left out: uncited",
    "a year is changed", "the hedge is dropped", "negation", "status 200 with an error", "server-sent event-stream", "texts are null",
)  # fmt: skip


@pytest.mark.parametrize("fault", KNOWN)
def test_faults_that_endpoints_are_known_for(fault: str, tmp_path: Path) -> None:
    hold(fault, fault_of(fault), tmp_path / "p", patient=False)


def test_a_budget_that_does_not_carry_an_article_asks_nobody(tmp_path: Path) -> None:
    db, room = room_of(tmp_path / "p")
    with model_server(Author()) as server:
        ended = written(db, room, server.base_url, monotonic(), budget=Budget(day_tokens=20_000))
        assert not server.requests
    assert any("llm.budget.day_tokens" in why and "ledger writer" in why for why in ended.report.left)
    assert not ended.report.failures
    db.close()


@pytest.mark.proof
@needs_corpus
@pytest.mark.parametrize("where", ["every answer", "the first", "the second", "all but the first"])
@pytest.mark.parametrize("fault", FAULTS)
def test_t18_every_fault_at_every_place(fault: str, where: str, tmp_path: Path) -> None:
    faulty = fault_of(fault)
    first = {"the second": 1, "all but the first": 1}.get(where, 0)
    faulty = replace(faulty, first=first, times=min(faulty.times, 1) if where in ("the first", "the second") else faulty.times)
    if where != "every answer" and faulty.expect == DROPPED:
        faulty.expect = ANY  # one wrong answer may be asked again, and the article be out
    if where != "every answer" and faulty.wait:
        pytest.skip("waiting is proved once")
    print(f"{hold(fault, faulty, tmp_path / 'p', patient=True)} ({where})")


@pytest.mark.proof
def test_t18_all_known_meanings_together(tmp_path: Path) -> None:
    """How many of the behaviours that have a meaning are tried by the faults above."""
    tried = {next(n for n, (words, _) in enumerate(MEANINGS) if re.search(words, text, re.IGNORECASE)) for text in (*KNOWN, *FAULTS)}
    print(f"T18: {len(tried)} of {len(MEANINGS)} known behaviours tried, {len(FAULTS)} faults of the corpus")
    assert len(tried) > len(MEANINGS) // 2
