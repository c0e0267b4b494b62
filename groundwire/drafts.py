"""Drafts as Markdown for editors who review in git: TOML front matter, the text, the evidence as footnotes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from groundwire.draft_files import EMPTY, FENCE, QUESTION, SO_FAR, STRUCK, UNTITLED, escaped
from groundwire.records import Article, ArticleStatus, Citation, Section, Sentence, SentenceKind, Target, short_id
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
        replace_text(path, as_markdown(article, sources(db, article)))
        written.append(path)
    return sorted(written)


def sources(db: Database, article: Article) -> dict[str, str]:
    """How a footnote names each cited record: outlet, title, address."""
    cited = {c.record_id for _, _, s in articles.numbered(article) for c in s.citations if c.record_id}
    cited |= {i.record_id for _, _, s in articles.numbered(article) for c in s.citations for i in c.inputs if i.record_id}
    return {r.id: f"{escaped(r.outlet)}, {escaped(r.title)}, <{r.url}>" for r in records.many(db, cited)}


def key_of(citation: Citation) -> str:
    """The name by which a footnote means a calculation or a row of the reference table."""
    return short_id(json.dumps(asdict(citation), sort_keys=True, default=str))


def as_markdown(article: Article, named: dict[str, str]) -> str:
    """One version as Markdown, to be read back by groundwire.draft_files; a struck sentence is crossed out."""
    notes = _Notes(named)
    return "\n".join([*_front(article), *_body(article, notes), *notes.lines(), ""])


class _Notes:
    """Footnotes in the order in which they are first cited."""

    def __init__(self, named: dict[str, str]) -> None:
        self._sources = named
        self._texts: dict[str, str] = {}

    def marks(self, sentence: Sentence) -> str:
        return "".join(f"[^{self._number(self._text(c))}]" for c in sentence.citations)

    def lines(self) -> Iterator[str]:
        return (f"[^{number}]: {text}" for text, number in self._texts.items())

    def _number(self, text: str) -> str:
        return self._texts.setdefault(text, str(len(self._texts) + 1))

    def _text(self, c: Citation) -> str:
        if c.target is Target.PASSAGE:
            place = f"`passage {c.record_id} v{c.record_version} {c.start}:{c.end}`"
            return f"{place} “{escaped(c.quote or '')}” - {self._named(c.record_id)}"
        if c.target is Target.REFERENCE:
            return f"`reference {key_of(c)}` {escaped(c.quote or c.rule or '')}: {escaped(c.value or '')}"
        inputs = "; ".join(f"{escaped(i.value)} ({self._named(i.record_id)})" if i.record_id else escaped(i.value) for i in c.inputs)
        return f"`calculation {key_of(c)}` {escaped(c.rule or '')} = {escaped(c.value or '')} from {inputs}"

    def _named(self, record_id: str | None) -> str:
        return self._sources.get(record_id or "", f"record {record_id}")


def _front(article: Article) -> Iterator[str]:
    yield FENCE
    yield f"id = {json.dumps(article.id)}"
    yield f"slug = {json.dumps(article.slug)}"
    yield f"version = {article.version}"
    yield f"status = {json.dumps(article.status.value)} # approved publishes it, rejected keeps it back"
    yield 'by = ""     # who decides or edits'
    yield 'reason = "" # why'
    yield f"writer = {json.dumps(article.writer)}"
    yield f"form = {json.dumps(article.form)}"
    yield f"reasons = {json.dumps(article.reasons, ensure_ascii=False)}"
    yield "[checks]"
    yield from (f"{json.dumps(name)} = {count}" for name, count in article.method.checks)
    yield FENCE
    yield ""


def _body(article: Article, notes: _Notes) -> Iterator[str]:
    yield from (f"# {_line(article.headline, notes)}", "", *_found((article.headline,)))
    yield from _paragraph((article.dek,), notes)
    for i, section in enumerate(article.sections):
        yield from _section(section, notes, first=i == 0)
    if article.so_far:
        yield from (f"## The story so far {{{SO_FAR}}}", "")
        yield from (line for sentence in article.so_far for line in _paragraph((sentence,), notes))
    for question in article.questions:
        yield from (f"## {escaped(question.question)} {{{QUESTION}}}", "")
        yield from _paragraph(question.answer, notes)


def _section(section: Section, notes: _Notes, *, first: bool) -> Iterator[str]:
    if section.heading is not None:
        yield from (f"## {escaped(section.heading)}", "")
    elif not first or not section.paragraphs:
        yield from (f"## {{{UNTITLED}}}", "")
    for paragraph in section.paragraphs:
        yield from _paragraph(paragraph, notes)


def _paragraph(sentences: Sequence[Sentence], notes: _Notes) -> Iterator[str]:
    """One sentence a line, so that a change in git is a change of a sentence; findings follow as quotations."""
    yield from (_line(sentence, notes) for sentence in sentences)
    yield ""
    yield from _found(sentences)


def _line(sentence: Sentence, notes: _Notes) -> str:
    text = _led(sentence)
    words = [sentence.kind.value] if sentence.kind is not SentenceKind.REPORT else []
    words += [] if text else [EMPTY, STRUCK] if sentence.cut else [EMPTY]
    tags = f" {{{' '.join(words)}}}" if words else ""
    shown = f"~~{text}~~" if sentence.cut and text else text
    return shown + (" " if shown.endswith("\\") else "") + notes.marks(sentence) + tags


def _led(sentence: Sentence) -> str:
    """The text of a sentence, its lead in bold."""
    lead, rest = escaped(sentence.text[: sentence.lead]), escaped(sentence.text[sentence.lead :])
    return f"**{lead}** {rest}".rstrip() if lead else rest


def _found(sentences: Sequence[Sentence]) -> list[str]:
    found = [f"> {f.severity.value}, {escaped(f.check)}: {escaped(f.message)}" for s in sentences for f in s.findings]
    return [*found, ""] if found else []
