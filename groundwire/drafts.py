"""Drafts as Markdown for editors who review in git: TOML front matter, the text, the evidence as footnotes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from groundwire.records import Article, ArticleStatus, Citation, Sentence, Target
from groundwire.settings_file import replace_text
from groundwire.store import articles, records
from groundwire.store.database import Database

WAITING = (ArticleStatus.DRAFT, ArticleStatus.HELD)


def export_drafts(db: Database, directory: Path) -> list[Path]:
    """Write every draft and held version into a directory as SLUG-vN.md; the files written, by name."""
    waiting = articles.with_status(db, *WAITING)
    if waiting:
        directory.mkdir(parents=True, exist_ok=True)
    written = []
    for article in waiting:
        path = directory / f"{article.slug}-v{article.version}.md"
        replace_text(path, as_markdown(article, _sources(db, article)))
        written.append(path)
    return sorted(written)


def _sources(db: Database, article: Article) -> dict[str, str]:
    """How a footnote names each cited record: outlet, title, address."""
    cited = {c.record_id for _, _, s in articles.numbered(article) for c in s.citations if c.record_id}
    cited |= {i.record_id for _, _, s in articles.numbered(article) for c in s.citations for i in c.inputs if i.record_id}
    return {r.id: f"{_escaped(r.outlet)}, {_escaped(r.title)}, <{r.url}>" for r in records.many(db, cited)}


def as_markdown(article: Article, sources: dict[str, str]) -> str:
    """One version as Markdown; a sentence's number is in its footnotes, a struck sentence is crossed out."""
    notes = _Notes(sources)
    return "\n".join([*_front(article), *_body(article, notes), *notes.lines(), ""])


class _Notes:
    """Footnotes in the order in which they are first cited."""

    def __init__(self, sources: dict[str, str]) -> None:
        self._sources = sources
        self._texts: dict[str, str] = {}

    def marks(self, sentence: Sentence) -> str:
        return "".join(f"[^{self._number(self._text(c))}]" for c in sentence.citations)

    def lines(self) -> Iterator[str]:
        return (f"[^{number}]: {text}" for text, number in self._texts.items())

    def _number(self, text: str) -> str:
        return self._texts.setdefault(text, str(len(self._texts) + 1))

    def _text(self, citation: Citation) -> str:
        if citation.target is Target.PASSAGE:
            return f"“{_escaped(citation.quote or '')}” - {self._named(citation.record_id)} [{citation.start}:{citation.end}, version {citation.record_version}]"
        if citation.target is Target.REFERENCE:
            return f"reference row `{citation.rule}`: {_escaped(citation.value or '')}"
        inputs = "; ".join(
            f"{_escaped(i.value)} ({self._named(i.record_id)})" if i.record_id else _escaped(i.value) for i in citation.inputs
        )
        return f"calculated by `{citation.rule}` = {_escaped(citation.value or '')} from {inputs}"

    def _named(self, record_id: str | None) -> str:
        return self._sources.get(record_id or "", f"record {record_id}")


def _front(article: Article) -> Iterator[str]:
    yield "+++"
    yield f"id = {json.dumps(article.id)}"
    yield f"slug = {json.dumps(article.slug)}"
    yield f"version = {article.version}"
    yield f"status = {json.dumps(article.status.value)}"
    yield f"writer = {json.dumps(article.writer)}"
    yield f"form = {json.dumps(article.form)}"
    yield f"reasons = {json.dumps(article.reasons, ensure_ascii=False)}"
    yield "[checks]"
    yield from (f"{json.dumps(name)} = {count}" for name, count in article.method.checks)
    yield "+++"
    yield ""


def _body(article: Article, notes: _Notes) -> Iterator[str]:
    yield f"# {_escaped(article.headline.text)}{notes.marks(article.headline)}"
    yield ""
    yield from _paragraph((article.dek,), notes)
    for section in article.sections:
        if section.heading:
            yield from (f"## {_escaped(section.heading)}", "")
        for paragraph in section.paragraphs:
            yield from _paragraph(paragraph, notes)
    if article.so_far:
        yield from ("## The story so far", "")
        yield from (line for sentence in article.so_far for line in _paragraph((sentence,), notes))
    for question in article.questions:
        yield from (f"## {_escaped(question.question)}", "")
        yield from _paragraph(question.answer, notes)


def _paragraph(sentences: Sequence[Sentence], notes: _Notes) -> Iterator[str]:
    """One sentence a line, so that a change in git is a change of a sentence; findings follow as quotations."""
    for sentence in sentences:
        lead = f"**{_escaped(sentence.text[: sentence.lead])}** " if sentence.lead else ""
        text = lead + _escaped(sentence.text[sentence.lead :])
        yield (f"~~{text}~~" if sentence.cut else text) + notes.marks(sentence)
    yield ""
    found = [(s, f) for s in sentences for f in s.findings]
    yield from (f"> {f.severity.value}, {_escaped(f.check)}: {_escaped(f.message)}" for _, f in found)
    if found:
        yield ""


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is, on one line."""
    return re.sub(r"([\\`*_\[\]<>#~|]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)])", r"\\\1", " ".join(text.split()))
