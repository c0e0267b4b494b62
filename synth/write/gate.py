"""The gate: one pure function that says of an article whether it is published, waits for an editor, or is refused, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from evidence.quotation import ngram_overlap, quoted_spans
from groundwire.config import Settings
from groundwire.records import Article, ArticleStatus, Sentence, SentenceKind, Severity, Target, Verdict
from synth.write.sources import Sources

Decision = tuple[ArticleStatus, tuple[str, ...]]

SUPPORTED = frozenset({Verdict.SUPPORTED, Verdict.PARTLY})


def gate(article: Article, sources: Sources, settings: Settings, published_today: int, thread_slug: str = "") -> Decision:
    """Published, held or rejected, with the reasons in words; what is refused is not worth an editor's time."""
    refused = tuple(_refusals(article, sources, settings))
    if refused:
        return ArticleStatus.REJECTED, refused
    held = (*_holds(article, sources), *_policy(article, settings, thread_slug))
    if published_today >= settings.write.max_per_day:
        held = (*held, f"write.max_per_day: {settings.write.max_per_day} were published today")
    if held:
        return ArticleStatus.HELD, held
    return ArticleStatus.PUBLISHED, (_why(article, sources),)


def _why(article: Article, sources: Sources) -> str:
    return f"{_supported(article)} reported sentences stand, on {len(_cited(article))} records of {sources.spread(_cited(article))} independent sources"


def _refusals(article: Article, sources: Sources, settings: Settings) -> Iterator[str]:
    cited = _cited(article)
    if len(cited) < settings.write.min_records:
        yield f"rests on {len(cited)} records; write.min_records is {settings.write.min_records}"
    if sources.spread(cited) < settings.write.min_independent:
        yield f"rests on {sources.spread(cited)} independent sources; write.min_independent is {settings.write.min_independent}"
    if _supported(article) < sources.form.supported:
        yield f"{_supported(article)} reported sentences stand after the checks; the form {article.form} needs {sources.form.supported}"


def _holds(article: Article, sources: Sources) -> Iterator[str]:
    yield from _opening_faults(article)
    for sentence in standing(article):
        yield from (f"{f.check}: {f.message}" for f in sentence.findings if f.severity is Severity.HOLD)
        if sentence.kind is not SentenceKind.FRAME and sentence.text and sentence.verdict not in SUPPORTED:
            yield f"a sentence is {sentence.verdict.value if sentence.verdict else 'unchecked'}: “{sentence.text[:80]}”"
    yield from _length(article, sources)
    yield from _copied(article, sources)


def _opening_faults(article: Article) -> Iterator[str]:
    for name, sentence in (("headline", article.headline), ("dek", article.dek)):
        if not sentence.text:
            yield f"no {name} could be written from what stands"
        for finding in sentence.findings:
            if finding.severity is Severity.CUT:
                yield f"the {name} does not stand: {finding.check}: {finding.message}"


def _length(article: Article, sources: Sources) -> Iterator[str]:
    low, high = sources.form.words
    n = length(article)
    if n < sources.form.least:
        yield f"only {n} words can be cited; the form {article.form} needs {sources.form.least}"
    if n > high:
        yield f"{n} words; the form {article.form} has {low} to {high}"


def _copied(article: Article, sources: Sources) -> Iterator[str]:
    texts = [s.text for s in standing(article)]
    quoted = sum(_quoted(t) for t in texts)
    total = sum(len(t.split()) for t in texts) or 1
    if quoted / total > sources.form.quoted_share:
        yield f"{quoted / total:.0%} of the words are quotations; the form {article.form} allows {sources.form.quoted_share:.0%}"
    for record_id, words in sorted(_quoted_by_record(article).items()):
        if words > sources.form.record_quoted_words:
            yield f"{words} words are quoted from record {record_id}; at most {sources.form.record_quoted_words}"
    for record in sources.citable:
        share = ngram_overlap(texts, record.text)
        if share > sources.form.overlap:
            yield f"{share:.1%} of the runs of eight words are those of {record.outlet} (record {record.id}); at most {sources.form.overlap:.0%}"


def _policy(article: Article, settings: Settings, thread_slug: str) -> Iterator[str]:
    if settings.gate.policy == "review":
        yield "gate.policy is review: an editor decides"
    if settings.gate.policy == "mixed":
        checks = {f.check for s in standing(article) for f in s.findings}
        asked = {f"thread:{thread_slug}", f"form:{article.form}", *(f"finding:{c}" for c in checks)}
        yield from (f"gate.review_when: {rule}" for rule in settings.gate.review_when if rule in asked)


def standing(article: Article) -> Iterator[Sentence]:
    """The sentences that a reader would see, in reading order."""
    body = (s for section in article.sections for p in section.paragraphs for s in p)
    asked = (s for q in article.questions for s in q.answer)
    return (s for s in (article.headline, article.dek, *body, *article.so_far, *asked) if not s.cut)


def length(article: Article) -> int:
    """The words of an article as a reader counts them, questions included."""
    return sum(len(s.text.split()) for s in standing(article)) + sum(
        len(q.question.split()) for q in article.questions if any(not s.cut for s in q.answer)
    )


def _supported(article: Article) -> int:
    body = [s for s in standing(article) if s is not article.headline and s is not article.dek]
    return sum(s.kind is SentenceKind.REPORT and s.verdict in SUPPORTED for s in body)


def _cited(article: Article) -> frozenset[str]:
    return frozenset(c.record_id for s in standing(article) for c in s.citations if c.target is Target.PASSAGE and c.record_id)


def _quoted(text: str) -> int:
    return sum(len(text[a:b].split()) for a, b in quoted_spans(text))


def _quoted_by_record(article: Article) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for sentence in standing(article):
        if words := _quoted(sentence.text):
            for record in {c.record_id for c in sentence.citations if c.record_id}:
                found[record] += words
    return found
