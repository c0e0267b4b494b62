"""Removal on demand, as far as articles go: each that cites what is forgotten is made again without it, or held."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from evidence.traces import Traces, emptied
from groundwire.config import Publication
from groundwire.errors import NotFoundError
from groundwire.records import Article, ArticleStatus, Citation, Draft, Record, Sentence, SentenceKind, Theme
from groundwire.store import articles
from groundwire.store import forgetting as store
from groundwire.store.database import Database
from synth import pipeline
from synth.revising import Change, mapped, next_version, rechecked, refused, sources_of
from synth.write import ledger
from synth.write.gate import SUPPORTED, gate
from synth.write.methodology import method
from synth.write.proof import prove_draft
from synth.write.sources import Sources

BY = "groundwire forget"
"""Who holds and rejects versions in the log of reviews when a source is removed."""


def forget(
    db: Database, publication: Publication, name: str, identity: str | None, host: str, reason: str, now: datetime
) -> tuple[str, ...]:
    """Erase what was read at an address, or of the page of a record, and put right what cites it, in one transaction.

    Returns a line about everything that was done; old trees and the file's free pages may hold it until the next build.
    `identity` is the canonical form of `name` when that is an address. Raises NotFoundError for a record that is not there.
    """
    with db.transaction():
        pages = store.pages_of(db, identity or name) or store.pages_of(db, name)
        if not pages and identity is None:
            raise NotFoundError(f"'{name}': is no record here and no web address; `groundwire explain` names records")
        if not pages and identity is not None:
            pages = (store.add_page(db, identity, name, host, now),)
        return _Forgetting(db, publication, pages, reason, now).done()


class _Forgetting:
    """One removal: what is removed, and the lines about what was done."""

    def __init__(self, db: Database, publication: Publication, pages: Sequence[str], reason: str, now: datetime) -> None:
        self.db, self.publication, self.pages, self.reason, self.now = db, publication, pages, reason, now
        self.records = store.records_of(db, pages)
        self.ids = frozenset(r.id for r in self.records)
        self.traces = Traces(store.texts_of(db, pages))

    def done(self) -> tuple[str, ...]:
        cited = store.citing(self.db, self.ids)
        out = [a for a in articles.live(self.db) if (a.id, a.version) in {(i, v) for _, i, v, _ in cited}]
        lines = self._erased()
        for article in out:
            if article.status is ArticleStatus.PUBLISHED:
                lines.append(self._freed(article))
        self._empty([(s, i, v) for s, i, v, _ in cited])
        lines += self._waiting({(i, v): status for _, i, v, status in cited})
        calls = store.erase_calls(self.db, self.traces.held_by)
        store.erase_said(self.db, self.ids, self.traces.held_by, self._emptied)
        return (*lines, f"{calls} model calls that held it are emptied")

    def _erased(self) -> list[str]:
        pages = store.rows_of(self.db, self.pages)
        for page in pages:
            store.note(self.db, page, self.records, self.reason, self.now)
        store.erase_pages(self.db, self.pages, self.reason)
        store.drop_derived(self.db, sorted(self.ids))
        return [f"{page['identity']}: forgotten, {_versions(self.records, page['id'])}" for page in pages]

    def _freed(self, article: Article) -> str:
        """The version of an article that takes the place of one that rests on what is forgotten."""
        bare = replace(article, theme=_without(article.theme, self.ids))
        sources = sources_of(self.db, self.publication, bare, self.now)
        made = _reduced(bare, sources, self.ids, self.traces)
        status, reasons = self._gate(made, sources)
        if status is not ArticleStatus.PUBLISHED and article.writer == ledger.NAME and sources.stories and sources.citable:
            other = _rewritten(self.db, bare, sources)
            decided = self._gate(other, sources)
            if decided[0] is ArticleStatus.PUBLISHED:
                made, (status, reasons) = other, decided
        status = status if status is ArticleStatus.PUBLISHED else ArticleStatus.HELD
        new = replace(next_version(self.db, made, self.now, status, ("a source was removed on demand",)), reasons=reasons)
        articles.add(self.db, new, None)
        if status is ArticleStatus.PUBLISHED:
            return f"{new.slug}: version {new.version} without it is out"
        self._withdraw(new)
        return f"{new.slug}: off the site; version {new.version} without it waits for an editor: {'; '.join(reasons)}"

    def _gate(self, article: Article, sources: Sources) -> tuple[ArticleStatus, tuple[str, ...]]:
        slug = next((r["slug"] for r in articles.threads(self.db) if r["id"] == article.thread_id), "")
        return gate(article, sources, sources.settings, 0, slug)

    def _withdraw(self, held: Article) -> None:
        """No earlier version comes back in the place of one that is held."""
        for number, status, _ in articles.versions(self.db, held.id):
            if status is ArticleStatus.PUBLISHED:
                self._move(articles.get(self.db, held.id, number), ArticleStatus.HELD, "hold")
                self._move(articles.get(self.db, held.id, number), ArticleStatus.REJECTED, "reject")

    def _move(self, article: Article, to: ArticleStatus, action: str) -> None:
        articles.move(self.db, article.id, article.version, to)
        articles.review(self.db, article, action, BY, f"a source was removed on demand: {self.reason}", self.now)

    def _empty(self, cited: Sequence[tuple[str, str, int]]) -> None:
        store.erase_sentences(self.db, [s for s, _, _ in cited])
        store.drop_figures(self.db, self.ids)

    def _waiting(self, versions: dict[tuple[str, int], ArticleStatus]) -> list[str]:
        """What waits and cited it goes on waiting, without those sentences; what was approved waits again."""
        lines = []
        for (article_id, number), status in sorted(versions.items()):
            if status in (ArticleStatus.DRAFT, ArticleStatus.HELD, ArticleStatus.APPROVED):
                article = articles.get(self.db, article_id, number)
                if status is ArticleStatus.APPROVED:
                    self._move(article, ArticleStatus.HELD, "hold")
                lines.append(f"{article.slug}: version {number} waits for an editor, without the sentences that rested on it")
        return lines

    def _emptied(self, said: str) -> str:
        """What the program said, without the texts in it that hold what is forgotten."""
        if said[:1] in ("{", "["):
            return json.dumps(emptied(json.loads(said), self.traces.held_by), ensure_ascii=False, sort_keys=True)
        return ""


def _versions(found: Sequence[Record], page: str) -> str:
    n = sum(r.page_id == page for r in found)
    return f"{n} {'version' if n == 1 else 'versions'} erased; it is never asked again"


def _without(theme: Theme, ids: Collection[str]) -> Theme:
    """A theme without these records, and without the signals that were measured on them."""
    signals = tuple(s for s in theme.signals if not set(s.record_ids) & set(ids))
    lead = theme.lead if any(s.id == theme.lead for s in signals) else None
    return replace(theme, record_ids=tuple(r for r in theme.record_ids if r not in ids), signals=signals, lead=lead)


def _rests_on(citation: Citation, ids: Collection[str]) -> bool:
    """Whether a citation leads to one of the records, or counts one."""
    return citation.record_id in ids or any(i.record_id in ids or i.id in ids for i in citation.inputs)


def _reduced(article: Article, sources: Sources, ids: Collection[str], traces: Traces) -> Article:
    """An article without the sentences that do not stand without these records; one that does keeps its other citations."""
    change = _freeing(sources, ids, traces)

    def opening(sentence: Sentence) -> Sentence:
        return change(sentence) or replace(sentence, text="", citations=(), findings=(), verdict=None)

    found = _with_dek(mapped(article, change, opening))
    figures = tuple(row for row in article.figures if row.figure.record_id not in ids)
    found = replace(found, figures=figures)
    return replace(found, method=method(_draft(found), sources, article, models=article.method.models, prompts=article.method.prompts))


def _with_dek(article: Article) -> Article:
    """An article whose dek fell: the first reported sentence of its body stands in its place."""
    body = [s for section in article.sections for p in section.paragraphs for s in p]
    first = next((s for s in body if s.kind is SentenceKind.REPORT and s.verdict in SUPPORTED and not s.cut), None)
    if article.dek.text or first is None:
        return article
    return replace(mapped(article, lambda s: None if s is first else s, lambda s: s), dek=replace(first, lead=0))


def _freeing(sources: Sources, ids: Collection[str], traces: Traces) -> Change:
    def change(sentence: Sentence) -> Sentence | None:
        rest = tuple(c for c in sentence.citations if not _rests_on(c, ids))
        if len(rest) == len(sentence.citations):
            return sentence
        texts = (r.text for c in rest if (r := sources.version(c.record_id or "", c.record_version or 0)))
        if not rest or sentence.cut or traces.without(texts).held_by(sentence.text):
            return None
        right = rechecked(replace(sentence, citations=rest), sources)
        return right if right.verdict in SUPPORTED and not refused(right) else None

    return change


def _draft(article: Article) -> Draft:
    return Draft(
        form=article.form,
        writer=article.writer,
        headline=article.headline,
        dek=article.dek,
        sections=article.sections,
        so_far=article.so_far,
        questions=article.questions,
        figures=article.figures,
        picture=article.picture,
        layers=article.layers,
        theme=article.theme,
    )


def _rewritten(db: Database, article: Article, sources: Sources) -> Article:
    """What the ledger writer makes of the records that are left."""
    made, _ = pipeline.compose(db, prove_draft(ledger.write(sources), sources), sources, article)
    return made
