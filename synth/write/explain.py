"""What every sentence of an article rests on, and the proof that it still does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evidence.checks import context_of, decided_by
from evidence.citations import prove
from groundwire.records import Article, ArticleStatus, Citation, Record, Sentence, Target, text_sha256
from groundwire.store import articles, derived, records
from groundwire.store.database import Database
from synth.find.told import theses

OUT = (ArticleStatus.PUBLISHED, ArticleStatus.APPROVED, ArticleStatus.HELD, ArticleStatus.RETRACTED, ArticleStatus.DRAFT)


def explain(db: Database, name: str | None, check: bool, references: Mapping[str, str]) -> tuple[str, ...]:
    """Lines about one article, or about all: each sentence with what it rests on; with `check` only what does not resolve.

    `references` are the rows of the lens's reference table by key.

    Raises NotFoundError. A line of a check names article, sentence, record and reason.
    """
    wanted = (articles.find(db, name),) if name else articles.with_status(db, *OUT)
    return tuple(line for article in wanted for line in (failing(db, article, references) if check else _told(db, article)))


def failing(db: Database, article: Article, references: Mapping[str, str]) -> tuple[str, ...]:
    """A line for each citation of a version that does not resolve, or whose record's stored text is not the one that was read."""
    return tuple(_failing(db, article, references))


def _failing(db: Database, article: Article, references: Mapping[str, str]) -> Iterator[str]:
    for n, _, sentence in articles.numbered(article):
        for citation in () if sentence.cut else sentence.citations:
            for record_id, reason in _faults(db, citation, references):
                yield f"{article.slug} version {article.version}, sentence {n}, record {record_id}: {reason}"


def _faults(db: Database, citation: Citation, references: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    reason = prove(citation, lambda r, v: records.text_of(db, r, v), references.get)
    cited = list(dict.fromkeys(r for r in (citation.record_id, *(i.record_id for i in citation.inputs)) if r))
    if reason:
        yield (citation.record_id or (cited[0] if cited else citation.rule or "-")), reason
    for record_id in cited:
        record = records.get(db, record_id)
        if record and text_sha256(record.text) != record.text_sha256:
            yield record_id, "the stored text is not the text that was read (its hash differs)"


def _told(db: Database, article: Article) -> Iterator[str]:
    yield f"{article.slug} version {article.version} ({article.status.value}), {article.writer}"
    yield from theses(db, article.theme)
    for n, place, sentence in articles.numbered(article):
        yield f"  {n}. [{place}] {_state(sentence)}: {sentence.text}"
        for citation in sentence.citations:
            yield f"       {_target(db, citation)}"
        if sentence.verdict and sentence.text:
            context = context_of(sentence.citations, lambda i, v: _version(db, i, v))
            yield f"       decided by {decided_by(sentence, sentence.findings, context)}"
        for finding in sentence.findings:
            yield f"       {finding.severity.value}: {finding.check}: {finding.message}"
    yield from _left_out(db, article)


def _left_out(db: Database, article: Article) -> Iterator[str]:
    """The altered copies among the records of the article's stories: read, and never cited."""
    ids = {r for story in derived.stories(db, article.theme.story_ids) for r in story.record_ids}
    reasons = derived.quarantined(db, ids)
    for record in records.many(db, reasons):
        yield f"  left out: {record.outlet}, “{record.title}”, record {record.id}: {reasons[record.id]}"


def _version(db: Database, record_id: str, version: int) -> Record | None:
    found = records.get(db, record_id)
    return found if found is not None and found.version == version else None


def _state(sentence: Sentence) -> str:
    struck = ", struck out" if sentence.cut else ""
    return f"{sentence.kind.value}, {sentence.verdict.value if sentence.verdict else 'nothing to check'}{struck}"


def _target(db: Database, citation: Citation) -> str:
    if citation.target is not Target.PASSAGE:
        inputs = "; ".join(f"{i.id} = {i.value}" for i in citation.inputs)
        return f"{citation.target.value} {citation.rule} = {citation.value}" + (f" from {inputs}" if inputs else "")
    record = records.get(db, citation.record_id or "")
    outlet = record.outlet if record else "record not stored"
    return (
        f"{outlet}, record {citation.record_id} version {citation.record_version}, {citation.start} to {citation.end}: “{citation.quote}”"
    )
