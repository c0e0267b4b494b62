"""An article as data: article.json, article.md, provenance.json. The keys are those of the documented interface."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from groundwire.clock import to_text
from groundwire.records import Article, CalculationInput, Citation, Correction, FigureRow, Forecast, Record, Sentence, text_sha256
from groundwire.store.articles import numbered, reader_text
from publish.notes import Backing, Lineage, Note
from publish.views import ArticleView, SentenceView, Site
from publish.wording import web_address

_INLINE = re.compile(r"([\\`*_\[\]<>~&@|])")
_STARTS_BLOCK = re.compile(r"(#|\+|-|=|\d+(?=[.)]))")
_STARTS_LINK = re.compile(r"\b(https?|ftp|mailto|xmpp)(?=:)|\bwww(?=\.)", re.IGNORECASE)


def dumps(data: Any) -> str:
    """JSON in ASCII on one line, keys in the order given (indenting takes nine times as long)."""
    return json.dumps(data, ensure_ascii=True) + "\n"


def article_json(
    article: Article,
    view: ArticleView,
    records: Mapping[str, Record],
    lineage: Lineage,
    site: Site,
    forecasts: Sequence[Forecast] = (),
) -> dict[str, Any]:
    """The article with every sentence and what it rests on, and what it forecast; quotes are exactly text[start:end]."""
    at = _ByPlace(article, records, lineage)
    thread = site.threads.get(article.thread_id)
    m = article.method
    return {
        "id": article.id,
        "slug": article.slug,
        "url": site.url + view.path,
        "version": article.version,
        "status": article.status.value,
        "writer": article.writer,
        "form": article.form,
        "headline": view.headline.text,
        "dek": view.dek.text,
        "layers": list(article.layers),
        "thread": thread[0] if thread else None,
        "published": to_text(article.published),
        "modified": to_text(article.modified),
        "disclosure": view.disclosure.text,
        "sections": [{"heading": s.heading, "sentences": at.body(i)} for i, s in enumerate(article.sections)],
        "figures": [_figure(row) for row in article.figures],
        "questions": [{"question": q.question, "sentences": at.of(f"question:{i}")} for i, q in enumerate(article.questions)],
        "so_far": at.of("so_far"),
        "related": [{"relation": r.relation, "slug": r.slug, "why": r.why} for r in article.related if r.slug in site.articles],
        "forecasts": [_forecast(f) for f in forecasts],
        "corrections": [_correction(c) for c in article.corrections],
        "method": {
            "records": m.records,
            "independent": m.independent,
            "first": to_text(m.first),
            "last": to_text(m.last),
            "copies": m.copies,
            "writer": m.writer,
            "models": dict(m.models),
            "checks": dict(m.checks),
            "removed": sum(n for _, n in m.removed),
            "reviewed_by": m.reviewed_by,
        },
    }


class _ByPlace:
    def __init__(self, article: Article, records: Mapping[str, Record], lineage: Lineage) -> None:
        self._of: dict[str, list[dict[str, Any]]] = {}
        backing = Backing(article, lineage)
        for n, place, sentence in numbered(article):
            if not sentence.cut:
                citations = [_citation(c, records, backing) for c in sentence.citations]
                self._of.setdefault(place, []).append(_sentence(n, sentence, citations))

    def of(self, place: str) -> list[dict[str, Any]]:
        return self._of.get(place, [])

    def body(self, section: int) -> list[dict[str, Any]]:
        return [s for place, found in self._of.items() if place.startswith(f"body:{section}:") for s in found]


def _sentence(n: int, sentence: Sentence, citations: list[dict[str, Any]]) -> dict[str, Any]:
    verdict = sentence.verdict.value if sentence.verdict else None
    said: dict[str, Any] = {"n": n, "kind": sentence.kind.value, "text": sentence.text, "verdict": verdict, "citations": citations}
    return said | ({"lead": sentence.lead} if sentence.lead else {})


def _citation(c: Citation, records: Mapping[str, Record], backing: Backing) -> dict[str, Any]:
    record = records.get(c.record_id) if c.record_id else None
    return {
        "target": c.target.value,
        "record": c.record_id,
        "record_version": c.record_version,
        "start": c.start,
        "end": c.end,
        "quote": c.quote,
        "outlet": record.outlet if record else None,
        "url": (web_address(record.canonical_url) or web_address(record.url)) if record else None,
        "published": to_text(record.published) if record else None,
        "independent": backing.count([c]),
        "rule": c.rule,
        "inputs": [_input(i) for i in c.inputs],
    }


def _input(i: CalculationInput) -> dict[str, Any]:
    where = {"record": i.record_id, "record_version": i.record_version, "start": i.start, "end": i.end, "quote": i.quote}
    return {"id": i.id, "value": i.value, **where}


def _figure(row: FigureRow) -> dict[str, Any]:
    f = row.figure
    return {
        "value": _number(f.value),
        "unit": f.unit,
        "currency": f.currency,
        "entity": f.entity,
        "measure": f.measure,
        "period": f.period,
        "as_of": to_text(f.as_of) if f.as_of else None,
        "hedge": f.hedge,
        "outlets": list(row.outlets),
        "conflict": list(row.conflict),
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _forecast(f: Forecast) -> dict[str, Any]:
    when = {"made": to_text(f.made), "due": to_text(f.due)}
    return {"statement": f.statement, **when, "wrong_if": f.wrong_if, "outcome": f.outcome, "evidence": f.evidence}


def _correction(c: Correction) -> dict[str, Any]:
    return {"at": to_text(c.at), "kind": c.kind, "text": c.text, "was": c.was, "now_is": c.now_is}


def provenance(article: Article, records: Mapping[str, Record], site: Site) -> dict[str, Any]:
    """Hashes by which anyone who holds the texts can check them: of the reader text, and of each cited record's stored text."""
    return {
        "article": article.id,
        "url": f"{site.url}articles/{article.slug}/",
        "version": article.version,
        "modified": to_text(article.modified),
        "text_sha256": text_sha256(reader_text(article)),
        "text": "the sentences that readers see, headline and dek first, one a line, in UTF-8",
        "writer": article.writer,
        "models": dict(article.method.models),
        "prompts": dict(article.method.prompts),
        "reviewed_by": article.method.reviewed_by,
        "records": [_provenance(r) for r in sorted(records.values(), key=lambda r: r.order)],
    }


def _provenance(record: Record) -> dict[str, Any]:
    address = web_address(record.canonical_url) or web_address(record.url)
    return {
        "record": record.id,
        "version": record.version,
        "url": address,
        "fetched": to_text(record.fetched),
        "text_sha256": record.text_sha256,
    }


def markdown(view: ArticleView) -> str:
    """The article as Markdown with a footnote for each marker; nothing in it can become a link, a picture or HTML but our own links."""
    dek = [f"*{plain(view.dek.text)}*{_marks(view.dek)}", ""] if view.dek.text else []
    lines = [f"# {plain(view.title)}", "", *dek, f"> {plain(view.disclosure.text)}", ""]
    if view.retracted:
        lines += [f"> **{plain(view.retracted)}**", ""]
    for note in view.notes_on_top:
        lines += [f"> **{note.kind}, {note.date.day}:** {plain(note.text)}", ""]
    for section in view.sections:
        lines += [f"## {plain(section.heading)}", ""] if section.heading else []
        for paragraph in section.paragraphs:
            lines += [_sentences(paragraph), ""]
    if view.so_far:
        lines += ["## The story so far", "", _sentences(view.so_far), ""]
    for question in view.questions:
        lines += [f"### {plain(question.question)}", "", _sentences(question.answer), ""]
    lines += ["## Methodology", "", *(plain(p) + "\n" for p in view.method.paragraphs)]
    lines += [_footnote(note) for note in view.notes]
    return "\n".join(lines).rstrip("\n") + "\n"


def plain(text: str) -> str:
    """Text in which nothing is markup and nothing becomes a link by itself."""
    escaped = _INLINE.sub(r"\\\1", text)
    if ":" in escaped or "www." in escaped.lower():
        escaped = _STARTS_LINK.sub(lambda m: m[0] + "\\", escaped)
    start = _STARTS_BLOCK.match(escaped)
    if start is None:
        return escaped
    return (f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}") + escaped[start.end() :]


def _sentences(sentences: tuple[SentenceView, ...]) -> str:
    return " ".join((f"{s.sign} " if s.sign == "◇" else "") + _lead(s) + _marks(s) for s in sentences)


def _lead(sentence: SentenceView) -> str:
    """The text of a sentence, its lead in bold."""
    lead = f"**{plain(sentence.lead)}**" if sentence.lead else ""
    return lead + plain(sentence.text[len(sentence.lead) :])


def _marks(sentence: SentenceView) -> str:
    return "".join(f"[^{m.number}]" for m in sentence.markers)


def _footnote(note: Note) -> str:
    if note.source:
        link = f" <{note.source.href}>" if note.source.href else ""
        quoted = f"“{plain(''.join(p.text for p in note.passage.parts))}” " if note.passage.parts else ""
        return f"[^{note.number}]: {quoted}{plain(note.source.outlet)}, {note.source.date.day}.{link}"
    inputs = "; ".join(plain(i.value + (f" ({i.source.outlet})" if i.source else "")) for i in note.inputs)
    return f"[^{note.number}]: {note.kind.capitalize()}: {plain(note.rule)} = {plain(note.value)}. {inputs}".rstrip(". ") + "."
