"""A draft as the desk shows it: each sentence with its verdict and findings, the one that is looked at with its proof in context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desk.working import Working
from evidence.marking import matching
from evidence.passages import window
from groundwire.records import Article, CalculationInput, Citation, Finding, Record, Sentence, SentenceKind, Severity, Target, Verdict
from groundwire.store.articles import numbered
from publish.pipeline import at_passage

SIGNS = {
    Verdict.SUPPORTED: ("✓", "supported", "ok"),
    Verdict.PARTLY: ("◐", "partly", "part"),
    Verdict.UNSUPPORTED: ("✕", "unsupported", "bad"),
    Verdict.CONTRADICTED: ("✕", "contradicted", "bad"),
}
"""Sign, word and class of each verdict: never a colour alone."""
DOUBTED = frozenset({Verdict.UNSUPPORTED, Verdict.CONTRADICTED})

PLACES = {"headline": "Headline", "dek": "Dek", "so_far": "The story so far"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a passage: `mark` is "context", "match", "off" (a finding speaks of them) or empty."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What one citation of a sentence leads to; `n` is its place among the sentence's citations, from 0."""

    n: int
    kind: str
    pieces: tuple[Piece, ...]
    outlet: str
    title: str
    date: str
    stored: str
    href: str | None
    record: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a draft in the list."""

    n: int
    text: str
    kind: str
    sign: str
    verdict: str
    css: str
    findings: tuple[Finding, ...]
    cited: int
    cut: bool
    decision: str | None
    current: bool

    @property
    def unsupported(self) -> bool:
        return self.css == "bad" and not self.cut


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a draft with its sentences: `index` counts sections and questions each from 0, None elsewhere."""

    what: str
    title: str
    index: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A draft in the desk."""

    id: str
    slug: str
    version: int
    revision: int
    status: str
    headline: str
    form: str
    writer: str
    records: int
    independent: int
    supported: int
    claims: int
    text_sha256: str
    blocks: tuple[Block, ...]
    unsupported: tuple[int, ...]
    reasons: tuple[str, ...]
    undo: bool
    joins: tuple[str, ...]
    sections: int

    @property
    def lines(self) -> Iterator[Line]:
        return (line for block in self.blocks for line in block.lines)


def view(working: Working, current: int | None) -> View:
    """A draft with the sentence that is looked at."""
    article = working.article
    standing = [s for _, _, s in working.sentences() if not s.cut and s.text]
    claims = [s for s in standing if s.kind is SentenceKind.REPORT]
    return View(
        id=article.id,
        slug=article.slug,
        version=article.version,
        revision=working.revision,
        status=article.status.value,
        headline=article.headline.text,
        form=article.form,
        writer=article.writer,
        records=article.method.records,
        independent=article.method.independent,
        supported=sum(s.verdict is Verdict.SUPPORTED for s in claims),
        claims=len(claims),
        text_sha256=working.text_sha256,
        blocks=tuple(_blocks(working, current)),
        unsupported=unsupported(working),
        reasons=article.reasons,
        undo=working.before is not None,
        joins=tuple(why for _, why in article.theme.joins),
        sections=len(article.sections),
    )


def unsupported(working: Working) -> tuple[int, ...]:
    """The numbers of the sentences that readers would see and that no check supports."""
    return tuple(n for n, _, s in working.sentences() if not s.cut and s.text and _doubted(s))


def _doubted(sentence: Sentence) -> bool:
    struck = any(f.severity is Severity.CUT for f in sentence.findings)
    return struck or (sentence.kind is not SentenceKind.FRAME and (sentence.verdict is None or sentence.verdict in DOUBTED))


def first(working: Working) -> int:
    """The sentence to look at when none is named: the first that is unsupported, else the first without a decision, else the first."""
    doubted = unsupported(working)
    undecided = [n for n, _, s in working.sentences() if not s.cut and working.decision(n) is None]
    return (*doubted, *undecided, 1)[0]


def _blocks(working: Working, current: int | None) -> Iterator[Block]:
    article = working.article
    by_place: dict[str, list[Line]] = {}
    for n, place, sentence in working.sentences():
        by_place.setdefault(_block_of(place), []).append(_line(n, sentence, working.decision(n), current))
    yield Block("opening", "Headline and dek", None, (*by_place.get("headline", ()), *by_place.get("dek", ())))
    for i, section in enumerate(article.sections):
        yield Block("section", section.heading or "", i, tuple(by_place.get(f"body:{i}", ())))
    if "so_far" in by_place:
        yield Block("so_far", PLACES["so_far"], None, tuple(by_place["so_far"]))
    for i, question in enumerate(article.questions):
        yield Block("question", question.question, i, tuple(by_place.get(f"question:{i}", ())))


def _block_of(place: str) -> str:
    return ":".join(place.split(":")[:2])


def _line(n: int, s: Sentence, decision: str | None, current: int | None) -> Line:
    sign, word, css = SIGNS.get(s.verdict, ("", "", "")) if s.verdict else ("", "", "")
    if s.kind is SentenceKind.FRAME and not _doubted(s):
        sign, word, css = "·", "connecting", "inf"
    elif s.kind is SentenceKind.INFERENCE and not _doubted(s):
        sign, word, css = "◇", "inference", "inf"
    elif _doubted(s):
        sign, css = "✕", "bad"
        word = s.verdict.value if s.verdict in DOUBTED else "unsupported" if s.verdict is None else "does not stand"
    if s.cut:
        sign, word, css = "–", "cut", "inf"
    return Line(n, s.text, s.kind.value, sign, word, css, s.findings, len(s.citations), s.cut, decision, n == current)


def proofs(sentence: Sentence, records: Mapping[str, Record], newest: Mapping[str, int]) -> tuple[Proof, ...]:
    """What a sentence rests on, each passage in context with the words that agree marked; `newest` has the newest version of each record's page."""
    return tuple(proof for n, c in enumerate(sentence.citations) for proof in _proofs(n, c, sentence, records, newest))


def _proofs(n: int, c: Citation, sentence: Sentence, records: Mapping[str, Record], newest: Mapping[str, int]) -> Iterator[Proof]:
    if c.target is not Target.PASSAGE:
        shown = f"{c.rule} = {c.value}" if c.rule else (c.value or "")
        yield Proof(n, c.target.value, (Piece(c.quote or shown),), "", "", "", "", None, "", shown if c.quote else "")
        for item in c.inputs:
            yield from _input(n, item, records, newest)
        return
    yield passage(n, c, sentence, records, newest)


def _input(n: int, item: CalculationInput, records: Mapping[str, Record], newest: Mapping[str, int]) -> Iterator[Proof]:
    if item.record_id is None:
        yield Proof(n, "input", (Piece(item.value),), "", "", "", "", None, "")
        return
    cited = Citation(Target.PASSAGE, item.record_id, item.record_version, item.start, item.end, item.quote)
    yield passage(n, cited, Sentence(item.quote or item.value, SentenceKind.REPORT), records, newest, kind="input")


def passage(
    n: int, c: Citation, sentence: Sentence, records: Mapping[str, Record], newest: Mapping[str, int], kind: str = "passage"
) -> Proof:
    """One passage in context."""
    record = records.get(c.record_id or "")
    if record is None or c.start is None or c.end is None or record.text[c.start : c.end] != c.quote:
        return Proof(n, kind, (Piece(c.quote or ""),), record.outlet if record else "", "", "", "", None, c.record_id or "", GONE)
    changed = newest.get(record.page_id, record.version) > record.version
    stored = f"stored {record.fetched:%Y-%m-%d %H:%M}, " + ("the page has changed since" if changed else "unchanged")
    pieces = tuple(_pieces(record, c.start, c.end, sentence))
    return Proof(
        n,
        kind,
        pieces,
        record.outlet,
        record.title,
        f"{record.published:%d %B %Y}".lstrip("0"),
        stored,
        at_passage(record.canonical_url, c.quote) or at_passage(record.url, c.quote),
        record.id,
    )


GONE = "the record no longer has these words: this citation does not resolve"


def _pieces(record: Record, start: int, end: int, sentence: Sentence) -> Iterator[Piece]:
    """The passage with a sentence before and after it, cut into pieces."""
    text = record.text
    a, b = window(text, start, end, 1, 1, record.language or "en")
    yield Piece(_flat(text[a:start]), "context")
    off = _spoken_of(text, start, end, sentence.findings)
    match = [span for m in matching(text, start, end, [sentence.text]) for span in _less(m, off)]
    at = start
    for (s, e), mark in sorted([*((span, "match") for span in match), *((span, "off") for span in off)]):
        yield Piece(_flat(text[at:s]))
        yield Piece(_flat(text[s:e]), mark)
        at = e
    yield Piece(_flat(text[at:end]))
    yield Piece(_flat(text[end:b]), "context")


def _spoken_of(text: str, start: int, end: int, findings: Sequence[Finding]) -> list[tuple[int, int]]:
    """Where a passage has words that a finding quotes; spans that overlap an earlier one are left out."""
    found: list[tuple[int, int]] = []
    for words in dict.fromkeys(w for f in findings for w in re.findall(r"[“\"']([^“”\"']{2,80})[”\"']", f.message)):
        at = re.compile(re.escape(words), re.IGNORECASE).search(text, start, end)
        if at and not any(a < at.end() and at.start() < b for a, b in found):
            found.append(at.span())
    return sorted(found)


def _less(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of a span without others, which are in order."""
    at, end = span
    for a, b in taken:
        if a < end and at < b:
            if at < a:
                yield at, a
            at = b
    if at < end:
        yield at, end


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def marked(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Piece, ...]:
    """A whole text with these spans marked; of those that overlap, the first."""
    pieces, at = [], 0
    for start, end in spans:
        if start >= at and end <= len(text):
            pieces += [Piece(text[at:start]), Piece(text[start:end], "match")]
            at = end
    return (*pieces, Piece(text[at:]))


def cited(article: Article) -> frozenset[str]:
    """The ids of all records that an article's sentences lead to."""
    every = [c for _, _, s in numbered(article) for c in s.citations]
    return frozenset(r for c in every for r in (c.record_id, *(i.record_id for i in c.inputs)) if r)
