"""What a thread remembers: dated facts with their passages, its steps, its open questions, the forecasts that nobody has decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evidence.safety import foreign_matter
from evidence.text import normalise
from groundwire.records import Article, Forecast, Record, RecordState, Sentence, SentenceKind, Target
from synth.fitting import line
from synth.write.facts import MAX_QUOTE_WORDS, Fact
from synth.write.gate import standing
from synth.write.sources import Sources

MOST_FACTS = 8
"""Facts of earlier articles that an author is given once more."""
ARTICLE_FACTS = 3
"""Of one earlier article."""
MOST_STEPS = 4
MOST_OPEN = 4
MOST_FORECASTS = 3


def facts(sources: Sources, first: int) -> tuple[Fact, ...]:
    """What the thread's earlier articles reported and this theme's records do not hold, oldest first, numbered from `first`.

    Each is the passage that was cited, as long as its record still has it.
    """
    archive = {(r.id, r.version): r for r in sources.archive if r.state is RecordState.READ}
    found: dict[tuple[str, int, int], Fact] = {}
    for article in reversed(chapters(sources)):
        mine = [f for s in _reports(article) for f in _told(s, archive, article, sources)]
        for fact in mine[:ARTICLE_FACTS]:
            found.setdefault((fact.record.id, fact.start, fact.end), fact)
    kept = sorted(list(found.values())[:MOST_FACTS], key=lambda f: (f.record.order, f.start))
    return tuple(_numbered(f, n) for n, f in enumerate(kept, first))


def chapters(sources: Sources) -> tuple[Article, ...]:
    """The thread's articles, one version of each, oldest first; the version before of this one is last."""
    newest = {a.id: a for a in sources.earlier}
    return tuple(sorted(newest.values(), key=lambda a: (a is sources.earlier[-1], a.published, a.slug)))


def steps(sources: Sources) -> tuple[str, ...]:
    """How the thread stood when its last articles were written, a line for each, oldest first."""
    return tuple(f"{a.modified:%-d %B %Y}: {line(a.headline.text)}. {line(a.dek.text)}" for a in chapters(sources)[-MOST_STEPS:])


def still_open(sources: Sources) -> tuple[str, ...]:
    """The questions that the thread's articles left open, the newest first."""
    asked = dict.fromkeys(q for a in reversed(chapters(sources)) for q in a.open)
    return tuple(map(line, asked))[:MOST_OPEN]


def expected(sources: Sources, decided: Sequence[Forecast] = ()) -> tuple[str, ...]:
    """The thread's forecasts that nobody has decided yet, the first due first."""
    known = {f.id for f in decided}
    ahead = sorted((f for f in sources.forecasts if f.id not in known), key=lambda f: (f.due, f.id))[:MOST_FORECASTS]
    return tuple(f"made {f.made:%-d %B %Y}, due {f.due:%-d %B %Y}: {line(f.statement)} Wrong if: {line(f.wrong_if)}" for f in ahead)


def _reports(article: Article) -> Iterator[Sentence]:
    mine = {id(s) for s in article.so_far}
    return (s for s in standing(article) if s.kind is SentenceKind.REPORT and id(s) not in mine)


def _told(sentence: Sentence, archive: dict[tuple[str, int], Record], article: Article, sources: Sources) -> Iterator[Fact]:
    for c in sentence.citations:
        record = archive.get((c.record_id or "", c.record_version or 0))
        if record is None or c.target is not Target.PASSAGE or c.start is None or c.end is None or not c.quote:
            continue
        whole = record.text[c.start : c.end] == c.quote and len(c.quote.split()) <= MAX_QUOTE_WORDS
        if whole and not foreign_matter(normalise(c.quote)):
            yield Fact(0, record, c.start, c.end, c.quote, line(sentence.text), kind=sources.kind(record), told=article.modified)


def _numbered(fact: Fact, number: int) -> Fact:
    return replace(fact, number=number)
