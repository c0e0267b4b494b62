"""What an editor at work on one version asks of this stage: a sentence checked again, passages that would bear it, the next version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from evidence.marking import telling
from evidence.passages import Span, passages
from evidence.stating import states_figures
from groundwire.config import Publication
from groundwire.llm import Model
from groundwire.records import (
    Article,
    ArticleStatus,
    Citation,
    Record,
    RecordState,
    Section,
    Sentence,
    Severity,
    Target,
    Verdict,
    text_sha256,
)
from groundwire.store import articles, records
from groundwire.store.database import Database
from groundwire.templating import template_path
from synth import edited, labels, revising
from synth.write.sources import Sources
from synth.write.verdicts import lowered

CANDIDATES = 8
"""Passages that are checked against a sentence before some are offered: those that share most words with it."""
OFFERED = 3
_RANK = {Verdict.SUPPORTED: 0, Verdict.PARTLY: 1}


@dataclass(frozen=True, slots=True)
class Alternative:
    """A passage that would bear a sentence, and the verdict that the sentence has with it alone."""

    citation: Citation
    record: Record
    verdict: Verdict


class Reviewing:
    """One version under review, with everything that its writer was given."""

    def __init__(self, db: Database, publication: Publication, article: Article, now: datetime) -> None:
        self._db = db
        self._templates = publication.templates
        self._article = article
        self._sources = revising.sources_of(db, publication, article, now)

    def recheck(self, sentence: Sentence) -> Sentence:
        """A sentence with the findings and the verdict that it has now, whatever records it cites."""
        return revising.rechecked(sentence, self._with(c.record_id for c in sentence.citations if c.record_id))

    def unborne(self, article: Article) -> tuple[labels.Unborne, ...]:
        """The headings and questions that an editor changed and that say what the passages under them lack."""
        every = (c.record_id for _, _, s in articles.numbered(article) for c in s.citations if c.record_id)
        return labels.unborne(article, self._article, self._with(every))

    def rewritten(self, article: Article, at: int, wish: str, model: Model) -> Article:
        """The article with a section that the author wrote again, as an editor asks: each new sentence checked; raises ModelError.

        The note on method gets the models and the prompt that took part.
        """
        from synth.write import again

        written = again.rewritten(article, at, wish, self._sources, model, self._templates)
        checked = tuple(tuple(self._kept(s) for s in p) for p in written.paragraphs)
        sections = tuple(Section(s.heading, checked) if i == at else s for i, s in enumerate(article.sections))
        models = dict(article.method.models) | {role: model.name_of(role) for role in ("write", "check")}
        prompt = template_path(f"prompts/{again.PROMPT}", self._templates).read_text(encoding="utf-8")
        prompts = dict(article.method.prompts) | {again.PROMPT: text_sha256(prompt)}
        method = replace(article.method, models=tuple(models.items()), prompts=tuple(prompts.items()))
        return replace(article, sections=sections, method=method)

    def _kept(self, sentence: Sentence) -> Sentence:
        """A sentence of the author with what the checks find, beside what was found on it already."""
        again = revising.rechecked(sentence, self._sources)
        found = (*sentence.findings, *(f for f in again.findings if f not in sentence.findings))
        return replace(again, findings=found, verdict=lowered(again.verdict, found) if again.verdict else None)

    def _with(self, cited: Iterable[str]) -> Sources:
        known = {r.id for r in (*self._sources.records, *self._sources.archive)}
        more = tuple(r for r in records.many(self._db, set(cited) - known) if r.state is RecordState.READ)
        return replace(self._sources, archive=(*self._sources.archive, *more)) if more else self._sources

    def alternatives(self, sentence: Sentence) -> tuple[Alternative, ...]:
        """Passages of the version's records that would bear a sentence and that it does not cite, the best first.

        Each states the sentence's figures of the very thing: one from whose figures they could be reckoned is not offered.
        """
        found = [a for c, r in self._near(sentence) if (a := self._tried(sentence, c, r))]
        return tuple(sorted(found, key=lambda a: _RANK[a.verdict])[:OFFERED])

    def _tried(self, sentence: Sentence, citation: Citation, record: Record) -> Alternative | None:
        again = revising.rechecked(replace(sentence, citations=(citation,), cut=False), self._sources)
        if again.verdict not in _RANK or any(f.severity is Severity.CUT for f in again.findings):
            return None
        return Alternative(citation, record, again.verdict)

    def _near(self, sentence: Sentence) -> list[tuple[Citation, Record]]:
        """The passages that state a sentence's figures, those that share most words with it first."""
        wanted = telling(sentence.text)
        cited = [(c.record_id, c.start, c.end) for c in sentence.citations if c.start is not None and c.end is not None]
        found = [
            (record, a, b)
            for record in self._sources.citable
            for a, b in stating(sentence.text, record)
            if not any(i == record.id and start < b and a < end for i, start, end in cited)
        ]
        near = sorted(found, key=lambda p: -len(wanted & telling(p[0].text[p[1] : p[2]])))[:CANDIDATES]
        return [(Citation(Target.PASSAGE, r.id, r.version, a, b, r.text[a:b]), r) for r, a, b in near]


def stating(text: str, record: Record) -> Iterator[Span]:
    """The sentences of a record that state the figures of a text, and two of a paragraph where only both together do."""
    language = record.language or "en"
    spans = passages(record.text, language)
    alone = {span: states_figures(text, record.text[slice(*span)], language) for span in spans}
    yield from (span for span in spans if alone[span])
    for one, two in pairwise(spans):
        apart = alone[one] or alone[two] or "\n" in record.text[one[1] : two[0]]
        if not apart and states_figures(text, record.text[one[0] : two[1]], language):
            yield one[0], two[1]


def next_version(db: Database, base: Article, new: Article, by: str, now: datetime) -> Article:
    """An editor's version after `base`, stored and held, with what is different in words; part of the caller's transaction."""
    before = [s for _, _, s in articles.numbered(base)]
    was, cut = {s.text for s in before if not s.cut}, {s.text for s in before if s.cut}
    changed = sum(not s.cut and s.text not in was for _, _, s in articles.numbered(new))
    struck = sum(s.cut and s.text not in cut for _, _, s in articles.numbered(new))
    method = new.method
    if struck:
        method = replace(method, removed=(*method.removed, (edited.EDITOR, struck)))
    what = ", ".join(f"{n} {word}" for n, word in ((changed, "changed or restored"), (struck, "struck")) if n) or "order or headings"
    made = revising.next_version(db, replace(new, method=method), now, ArticleStatus.HELD, (f"edited by {by}: {what}",))
    articles.add(db, made, None)
    return made
