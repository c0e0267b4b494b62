"""Articles and their sentences, citations and findings, held by value; a version's rows never change but its status.

A body (JSON) holds the structure with sentences by number; the sentences themselves, what they cite and what was
found on them are rows, and rows are what is read back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from groundwire.clock import from_text, to_text
from groundwire.errors import MoveError, NotFoundError
from groundwire.records import (
    MOVES,
    Article,
    ArticleStatus,
    CalculationInput,
    Citation,
    Correction,
    FigureRow,
    Finding,
    Forecast,
    LayerShare,
    Method,
    Question,
    Related,
    Section,
    Sentence,
    SentenceKind,
    Severity,
    Target,
    Theme,
    Verdict,
    short_id,
    text_sha256,
)
from groundwire.store.database import Database, Row

_FIGURES = TypeAdapter(tuple[FigureRow, ...])
_PICTURE = TypeAdapter(tuple[LayerShare, ...])
_THEME = TypeAdapter(Theme)
_METHOD = TypeAdapter(Method)
_RELATED = TypeAdapter(tuple[Related, ...])
_FORECASTS = TypeAdapter(tuple[Forecast, ...])
_STEPS = TypeAdapter(tuple[tuple[datetime, str, str | None], ...])
_INPUTS = TypeAdapter(tuple[CalculationInput, ...])
_TARGETS = {t.value: t for t in Target}
_KINDS = {k.value: k for k in SentenceKind}
_VERDICTS = {v.value: v for v in Verdict}


def numbered(article: Article) -> Iterator[tuple[int, str, Sentence]]:
    """Every sentence of an article with its number, from 1 in reading order, and its place: the numbers that pages and rows use."""
    return ((n, place, sentence) for n, (place, sentence) in enumerate(_placed(article), 1))


def _placed(article: Article) -> Iterator[tuple[str, Sentence]]:
    yield "headline", article.headline
    yield "dek", article.dek
    for i, section in enumerate(article.sections):
        for p, paragraph in enumerate(section.paragraphs):
            for sentence in paragraph:
                yield f"body:{i}:{p}", sentence
    for sentence in article.so_far:
        yield "so_far", sentence
    for i, question in enumerate(article.questions):
        for sentence in question.answer:
            yield f"question:{i}", sentence


def reader_text(article: Article) -> str:
    """The text that readers see, one sentence a line; its hash is what a review approves."""
    return "\n".join(s.text for _, _, s in numbered(article) if not s.cut)


def add(db: Database, article: Article, run_id: str | None) -> None:
    """Store one version of an article with all its sentences, in one transaction."""
    with db.transaction():
        db.insert("articles", _row(article, run_id))
        for n, place, sentence in numbered(article):
            _add_sentence(db, article, n, place, sentence)


def _row(article: Article, run_id: str | None) -> dict[str, Any]:
    return {
        "id": article.id,
        "slug": article.slug,
        "version": article.version,
        "status": article.status.value,
        "writer": article.writer,
        "form": article.form,
        "thread_id": article.thread_id,
        "published": to_text(article.published),
        "modified": to_text(article.modified),
        "body": _body(article),
        "theme_id": article.theme.id,
        "stories": json.dumps(article.theme.story_ids),
        "text_sha256": text_sha256(reader_text(article)),
        "reasons": json.dumps(article.reasons, ensure_ascii=False),
        "run_id": run_id,
    }


def _body(article: Article) -> str:
    body = {
        "headings": [s.heading for s in article.sections],
        "questions": [q.question for q in article.questions],
        "figures": _FIGURES.dump_python(article.figures, mode="json"),
        "picture": _PICTURE.dump_python(article.picture, mode="json"),
        "layers": article.layers,
        "theme": _THEME.dump_python(article.theme, mode="json"),
        "method": _METHOD.dump_python(article.method, mode="json"),
        "steps": _STEPS.dump_python(article.steps, mode="json"),
        "related": _RELATED.dump_python(article.related, mode="json"),
        "open": article.open,
        "decided": _FORECASTS.dump_python(article.decided, mode="json"),
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


def _add_sentence(db: Database, article: Article, n: int, place: str, sentence: Sentence) -> None:
    sentence_id = f"{article.id}-{article.version}-{n}"
    verdict = sentence.verdict.value if sentence.verdict else None
    row = {"id": sentence_id, "article_id": article.id, "version": article.version, "n": n, "section": place, "kind": sentence.kind.value}
    db.insert("sentences", row | {"text": sentence.text, "verdict": verdict, "cut": int(sentence.cut), "lead": sentence.lead})
    for i, c in enumerate(sentence.citations, 1):
        inputs = _INPUTS.dump_json(c.inputs).decode() if c.inputs else None
        where = {"record_id": c.record_id, "record_version": c.record_version, "start": c.start, "end": c.end, "quote": c.quote}
        db.insert(
            "citations",
            {"sentence_id": sentence_id, "n": i, "target": c.target.value, **where, "rule": c.rule, "value": c.value, "inputs": inputs},
        )
    for i, f in enumerate(sentence.findings, 1):
        db.insert("findings", {"sentence_id": sentence_id, "n": i, "check": f.check, "severity": f.severity.value, "message": f.message})


def get(db: Database, article_id: str, version: int) -> Article:
    """One version of an article; raises NotFoundError."""
    row = db.one("SELECT * FROM articles WHERE id = ? AND version = ?", (article_id, version))
    if row is None:
        raise NotFoundError(f"article '{article_id}' version {version}: there is none; `groundwire status` lists what there is")
    return _article(db, row)


def find(db: Database, name: str, version: int | None = None) -> Article:
    """The article with this slug or id, its newest version unless one is named; raises NotFoundError."""
    row = db.one("SELECT id, max(version) AS v FROM articles WHERE slug = :n OR id = :n GROUP BY id", {"n": name})
    if row is None:
        raise NotFoundError(f"article '{name}': no such slug or id; `groundwire status` lists what there is")
    return get(db, row["id"], version or row["v"])


def with_status(db: Database, *statuses: ArticleStatus) -> tuple[Article, ...]:
    """Every version in one of these states, by publication, then slug and version."""
    names = json.dumps([s.value for s in statuses])
    rows = db.rows("SELECT * FROM articles WHERE status IN (SELECT value FROM json_each(?)) ORDER BY published, slug, version", (names,))
    return tuple(_article(db, row) for row in rows)


def live(db: Database) -> tuple[Article, ...]:
    """For each article that is out or was retracted its newest such version, by publication, then slug."""
    rows = db.rows(
        "SELECT * FROM articles a WHERE status IN ('published', 'retracted') AND version ="
        " (SELECT max(version) FROM articles n WHERE n.id = a.id AND n.status IN ('published', 'retracted')) ORDER BY published, slug"
    )
    return tuple(_article(db, row) for row in rows)


def out(db: Database, name: str) -> int | None:
    """The version of the article with this slug or id that is out or was retracted, or None."""
    row = db.one(
        "SELECT max(version) AS v FROM articles WHERE (slug = :n OR id = :n) AND status IN ('published', 'retracted')", {"n": name}
    )
    return row["v"] if row else None


def versions(db: Database, article_id: str) -> tuple[tuple[int, ArticleStatus, datetime], ...]:
    """Number, status and time of every version of an article, oldest first."""
    rows = db.rows("SELECT version, status, modified FROM articles WHERE id = ? ORDER BY version", (article_id,))
    return tuple((r["version"], ArticleStatus(r["status"]), from_text(r["modified"])) for r in rows)


def slugs(db: Database) -> frozenset[str]:
    """Every slug that was ever given to an article."""
    return frozenset(r["slug"] for r in db.rows("SELECT DISTINCT slug FROM articles"))


def move(db: Database, article_id: str, version: int, to: ArticleStatus) -> None:
    """Change a version's status as records.MOVES allows; raises NotFoundError or MoveError."""
    with db.transaction():
        row = db.one("SELECT slug, status FROM articles WHERE id = ? AND version = ?", (article_id, version))
        if row is None:
            raise NotFoundError(f"article '{article_id}' version {version}: there is none")
        if to not in MOVES[ArticleStatus(row["status"])]:
            raise MoveError(f"'{row['slug']}' version {version} is {row['status']}; it cannot become {to.value}")
        db.update("articles", {"id": article_id, "version": version}, {"status": to.value})


def review(db: Database, article: Article, action: str, by: str, reason: str, now: datetime) -> None:
    """Keep an editor's decision."""
    n = db.rows("SELECT count(*) AS n FROM reviews")[0]["n"]
    row = {"id": short_id("review", article.id, str(article.version), action, str(n)), "article_id": article.id, "version": article.version}
    db.insert(
        "reviews",
        row | {"action": action, "by": by, "reason": reason, "at": to_text(now), "text_sha256": text_sha256(reader_text(article))},
    )


def reviews(db: Database, article_id: str) -> list[Row]:
    """Every decision on an article, oldest first."""
    return db.rows("SELECT * FROM reviews WHERE article_id = ? ORDER BY at, rowid", (article_id,))


def approval(db: Database, article: Article) -> tuple[str, str] | None:
    """Who approved the very text of a version, last, and why; or None."""
    row = db.one(
        "SELECT by, reason FROM reviews WHERE article_id = ? AND version = ? AND action = 'approve' AND text_sha256 = ?"
        " ORDER BY at DESC, rowid DESC LIMIT 1",
        (article.id, article.version, text_sha256(reader_text(article))),
    )
    return (row["by"], row["reason"]) if row else None


def reviewed(db: Database) -> tuple[tuple[str, int], ...]:
    """Every version that an editor decided on or that was corrected, as (article id, version), in order of both."""
    rows = db.rows(
        "SELECT article_id, version FROM reviews UNION SELECT article_id, version FROM corrections WHERE was IS NOT NULL ORDER BY 1, 2"
    )
    return tuple((row["article_id"], row["version"]) for row in rows)


def correct(db: Database, article_id: str, version: int, correction: Correction) -> bool:
    """Keep a dated note on an article; False when the same note is already there."""
    said = (correction.was, correction.now_is or "") if correction.was else ()
    identity = short_id("correction", article_id, correction.kind, correction.text, correction.record_id or "", *said)
    row = {"id": identity, "article_id": article_id, "version": version, "at": to_text(correction.at), "kind": correction.kind}
    row |= {"text": correction.text, "was": correction.was, "now_is": correction.now_is, "record_id": correction.record_id}
    return db.insert("corrections", row, or_ignore=True)


def corrections(db: Database, article_id: str) -> tuple[Correction, ...]:
    """Every dated note on an article, newest first."""
    rows = db.rows("SELECT * FROM corrections WHERE article_id = ? ORDER BY at DESC, id", (article_id,))
    return tuple(Correction(from_text(r["at"]), r["kind"], r["text"], r["was"], r["now_is"], r["record_id"]) for r in rows)


def open_thread(db: Database, thread_id: str, slug: str, title: str, now: datetime) -> None:
    """A thread with this identity exists and has moved now."""
    row = {"id": thread_id, "slug": slug, "title": title, "opened": to_text(now), "moved": to_text(now)}
    if not db.insert("threads", row, or_ignore=True):
        db.update("threads", {"id": thread_id}, {"moved": to_text(now)})


def any_published(db: Database) -> bool:
    """Whether any version of any article ever went out."""
    return db.one("SELECT 1 FROM articles WHERE status IN ('published', 'retracted') LIMIT 1") is not None


def threads(db: Database) -> list[Row]:
    """Every thread, by when it opened, then slug."""
    return db.rows("SELECT * FROM threads ORDER BY opened, slug")


def _article(db: Database, row: Row) -> Article:
    body = json.loads(row["body"])
    sentences = _sentences(db, row["id"], row["version"])
    return Article(
        id=row["id"],
        slug=row["slug"],
        version=row["version"],
        status=ArticleStatus(row["status"]),
        writer=row["writer"],
        form=row["form"],
        thread_id=row["thread_id"],
        published=from_text(row["published"]),
        modified=from_text(row["modified"]),
        headline=sentences["headline"][0],
        dek=sentences["dek"][0],
        sections=tuple(Section(h, _paragraphs(sentences, i)) for i, h in enumerate(body["headings"])),
        so_far=tuple(sentences.get("so_far", ())),
        questions=tuple(Question(q, tuple(sentences.get(f"question:{i}", ()))) for i, q in enumerate(body["questions"])),
        figures=_FIGURES.validate_python(body["figures"]),
        picture=_PICTURE.validate_python(body["picture"]),
        layers=tuple(body["layers"]),
        theme=_THEME.validate_python(body["theme"]),
        method=_METHOD.validate_python(body["method"]),
        reasons=tuple(json.loads(row["reasons"])),
        steps=_STEPS.validate_python(body["steps"]),
        related=_RELATED.validate_python(body["related"]),
        corrections=corrections(db, row["id"]),
        open=tuple(body.get("open", ())),
        decided=_FORECASTS.validate_python(body.get("decided", ())),
    )


def _paragraphs(sentences: Mapping[str, Sequence[Sentence]], section: int) -> tuple[tuple[Sentence, ...], ...]:
    prefix = f"body:{section}:"
    return tuple(tuple(found) for place, found in sentences.items() if place.startswith(prefix))


def _sentences(db: Database, article_id: str, version: int) -> dict[str, list[Sentence]]:
    """The sentences of a version by their places, both in reading order."""
    key = (article_id, version)
    of = "sentence_id IN (SELECT id FROM sentences WHERE article_id = ? AND version = ?)"
    columns = "sentence_id, target, record_id, record_version, start, end, quote, rule, value, inputs"
    citations: dict[str, list[Citation]] = {}
    for sentence_id, target, record, record_version, start, end, quote, rule, value, inputs in db.rows(
        f"SELECT {columns} FROM citations WHERE {of} ORDER BY sentence_id, n", key
    ):
        read = _INPUTS.validate_json(inputs) if inputs else ()
        citations.setdefault(sentence_id, []).append(
            Citation(_TARGETS[target], record, record_version, start, end, quote, rule, value, read)
        )
    findings: dict[str, list[Finding]] = {}
    for row in db.rows(f"SELECT * FROM findings WHERE {of} ORDER BY sentence_id, n", key):
        findings.setdefault(row["sentence_id"], []).append(Finding(row["check"], Severity(row["severity"]), row["message"]))
    columns = "id, section, text, kind, verdict, cut, lead"
    placed: dict[str, list[Sentence]] = {}
    for sentence_id, place, text, kind, verdict, cut, lead in db.rows(
        f"SELECT {columns} FROM sentences WHERE article_id = ? AND version = ? ORDER BY n", key
    ):
        cited, doubts = tuple(citations.get(sentence_id, ())), tuple(findings.get(sentence_id, ()))
        sentence = Sentence(text, _KINDS[kind], cited, _VERDICTS[verdict] if verdict else None, doubts, bool(cut), lead)
        placed.setdefault(place, []).append(sentence)
    return placed
