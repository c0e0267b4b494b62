"""Headline and dek: the finding in 7 to 12 words, and one sentence that joins it to what else the records say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product

from evidence.names import is_person, names
from evidence.quotation import longest_common_run
from groundwire.records import Record, Sentence, SentenceKind, Signal
from synth.write.accounts import Account, Dispute
from synth.write.grammar import inside, lowered, parsed, shorter, split, without_relative
from synth.write.page import passage, report
from synth.write.paragraphs import Candidate, Passes, can_lead
from synth.write.phrases import hedged, phrase
from synth.write.shared import counted_outlets, the
from synth.write.sources import Sources
from synth.write.statements import resolved
from synth.write.wording import capital, count, joined, plain, simple_past, stopped, swapped, words

_BOUNDARY = re.compile(
    r"(?=,)|\s(?=(?:in|at|for|over|by|from|with|on|after|before|as|and|near|outside|under|until|during|through|across|between|than|because|while|beginning|according)\s)"
)
_BINDING = re.compile(
    r"\b(?:unless|if|subject|pending|provided|not|never|no|but|except|depend\w*|only|without|denied|alleged\w*|refused)\b", re.IGNORECASE
)
"""Words that must not be left behind when a headline is cut."""
_COPIED_HEADLINE = 8


def headline(sources: Sources, pools: Sequence[Sequence[Candidate]], disputed: Sequence[Dispute], passes: Passes) -> Sentence:
    """The finding of the strongest signal that can be said in a headline; else the lead itself, cut short."""
    lead, others = pools[:1], pools[1:]
    offered = [
        *_from_signals(sources, disputed),
        *_from_leads(sources, lead),
        *_from_counts(sources, lead),
        *_from_leads(sources, others),
        *_from_counts(sources, others),
    ]
    low, high = sources.form.headline_words
    for sentence in offered:
        if low <= words(sentence.text) <= high and passes(sentence):
            return sentence
    return _of_last_resort(sources, pools, offered)


def _of_last_resort(sources: Sources, pools: Sequence[Sequence[Candidate]], offered: Sequence[Sentence]) -> Sentence:
    """Something to show an editor: the gate holds what does not stand."""
    if offered:
        return offered[0]
    best = next((c for pool in pools for c in pool), None)
    return _with_passages(best, sources.stories[0].title) if best else Sentence(sources.stories[0].title, SentenceKind.REPORT)


def _from_signals(sources: Sources, disputed: Sequence[Dispute]) -> Iterator[Sentence]:
    for signal in sources.theme.signals[:3]:
        if signal.kind == "contradiction":
            yield from _contradiction(sources, signal, disputed)
        elif signal.kind == "moved-figure":
            yield from _moved(sources, signal)


def _contradiction(sources: Sources, signal: Signal, disputed: Sequence[Dispute]) -> Iterator[Sentence]:
    wanted = dict(signal.values).get("figure")
    dispute = next((d for d in disputed if any(f.id == wanted for a in d.accounts for f in a.figures)), None)
    if dispute:
        entity, measure = dispute.accounts[0].figure.entity, dispute.accounts[0].figure.measure
        values = joined([hedged(a.figure) for a in dispute.accounts])
        yield report(f"Accounts of {entity} differ on {measure}: {values}", *_cited(sources, dispute.accounts))


def _moved(sources: Sources, signal: Signal) -> Iterator[Sentence]:
    values = dict(signal.values)
    figure = next((f for f in sources.figures if f.id == values.get("figure")), None)
    before = next((f for f in sources.figures if f.quote == values.get("was") and f.record_id in signal.record_ids), None)
    if figure and before and figure.entity and figure.measure:
        pair = [(sources.record(f.record_id), (f.sentence_start, f.sentence_end)) for f in (figure, before)]
        house = figure.entity.title() if figure.entity.isupper() and len(figure.entity) > 5 else figure.entity
        yield report(f"{house}: {figure.measure} now {hedged(figure)}, earlier {hedged(before)}", *pair)
        yield report(f"{house} {figure.measure} is put at {hedged(figure)}, earlier at {hedged(before)}", *pair)


def _cited(sources: Sources, found: Sequence[Account]) -> list[tuple[Record, tuple[int, int]]]:
    return [(sources.record(a.figure.record_id), (a.figure.sentence_start, a.figure.sentence_end)) for a in found]


def _from_leads(sources: Sources, pools: Sequence[Sequence[Candidate]]) -> Iterator[Sentence]:
    """The weightiest statements of stories, cut to the length of a headline: those of a signal's figure first, then what several carry."""
    enough = sources.settings.write.min_independent
    wanted = [dict(s.values).get("figure") for s in sources.theme.signals]
    every = [c for pool in pools for c in pool if not c.bare]
    told = [c for c in every if c.accounts and _headlined(c)]
    first = sorted(told, key=lambda c: (_rank(c, wanted), c.accounts[0].spread < enough, -c.score))
    for candidate in (*first, *(c for c in every if c not in told and c.statement.n == 0)):
        shared = bool(candidate.accounts) and candidate.accounts[0].spread >= enough
        for text in _short(candidate, sources.form.headline_words, shared):
            if longest_common_run(text, candidate.statement.record.title) <= _COPIED_HEADLINE:
                yield _with_passages(candidate, text)


_HEADLINED = frozenset({"money", "W", "Wh", "%", "x", "B"})


def _headlined(candidate: Candidate) -> bool:
    """Whether a statement's weightiest quantity is one for a headline: money, power, shares, or a large count."""
    figure = candidate.accounts[0].figure
    return figure.unit in _HEADLINED or (figure.unit.startswith("count") and figure.value >= LARGE_COUNT)


LARGE_COUNT = 1000


def _rank(candidate: Candidate, wanted: Sequence[str | None]) -> int:
    """The place of the first signal whose figure a statement gives."""
    ids = {f.id for a in candidate.accounts for f in a.figures}
    return next((n for n, figure in enumerate(wanted) if figure in ids), len(wanted))


def _from_counts(sources: Sources, pools: Sequence[Sequence[Candidate]]) -> Iterator[Sentence]:
    """How many outlets report the weightiest quantity that several carry."""
    found = {a.figure.id: a for pool in pools for c in pool for a in c.accounts if len(a.outlets) > 1}
    for account in sorted(found.values(), key=lambda a: (-a.weight, a.figure.id)):
        record = sources.record(account.figure.record_id)
        what, house = phrase(record, account.figure), account.figure.entity
        calculation = counted_outlets(sources, account)
        cited = (calculation, passage(record, (account.figure.sentence_start, account.figure.sentence_end)))
        for text in (f"{what} at {house}", what) if what and house else (what,) if what else ():
            yield Sentence(f"{capital(count(len(account.outlets)))} outlets report {the(text)}", SentenceKind.MEASURE, cited)


def _with_passages(candidate: Candidate, text: str) -> Sentence:
    statement = candidate.statement
    return report(text, *((statement.record, span) for span in candidate.options[0].cites))


def _short(candidate: Candidate, limits: tuple[int, int], shared: bool) -> Iterator[str]:
    found = resolved(candidate.statement)
    if found is None or "“" in found.text or '"' in found.text:
        return
    for variant in (found.text, *shorter(found.text)):
        taken = parsed(variant)
        core = plain(taken.core)
        if _UNFIT.search(core) or (taken.speaker and taken.speaker.lower() in {"he", "she", "it", "they"}):
            continue
        for whole in dict.fromkeys((simple_past(core), swapped(core), core, without_relative(core) or core)):
            yield from _prefixes(whole, candidate, limits, _teller(candidate, taken.speaker, shared))


_UNFIT = re.compile(r"\b(?:it|they|them|he|she|him|her|said|says|according)\b|^(?:Its?|They|Their)\b", re.IGNORECASE)
"""What a headline leaves open, or says twice."""


def _teller(candidate: Candidate, speaker: str | None, shared: bool) -> str:
    """What a headline adds to say who says so; nothing where independent sources agree."""
    if shared:
        return ""
    return f", {candidate.statement.record.outlet} reports" if speaker is None or len(speaker.split()) > 4 else f", {lowered(speaker)} says"


def _prefixes(core: str, candidate: Candidate, limits: tuple[int, int], teller: str) -> Iterator[str]:
    text = re.sub(r"^(?:The|A|An) (?=[A-Z])", "", re.sub(r" on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", "", core))
    parts = split(text)
    wanted = (
        re.split(r"[ \u00a0-]", candidate.accounts[0].figure.quote)[0]
        if candidate.accounts
        else parts.rest.split()[0]
        if parts and parts.rest
        else ""
    )
    figure = re.search(re.escape(wanted), text) if wanted else None
    if (
        not figure
        or not parts
        or not any(n.start < len(parts.subject) and n.text[0].isupper() and not is_person(text, n) for n in names(text))
    ):
        return
    ends = [m.start() for m in _BOUNDARY.finditer(text) if m.start() > figure.end()] + [len(text)]
    for end in sorted(ends, reverse=True):
        piece, rest = text[:end].rstrip(" ,"), text[end:]
        between = text[figure.end() : end]
        if end < len(text) and re.search(r"\b(?:and|or|but)\b", between):
            continue
        if (
            limits[0] <= words(piece + teller) <= limits[1]
            and not _BINDING.search(rest)
            and not re.search(r"\b(?:of|to|in|at|by|for|the|and|than|or|with|to [a-z]+)$", piece)
        ):
            yield capital(piece + teller)


def dek(sources: Sources, pools: Sequence[Sequence[Candidate]], head: Sentence, passes: Passes) -> Sentence | None:
    """One sentence of two reports, the second from another story where there is one; None when no pair fits."""
    lead = pools[0] if pools else ()
    strict = _joined(
        [c for c in lead if c.accounts and can_lead(c)], [c for p in (*pools[1:], lead) for c in p[:8] if c.accounts and can_lead(c)], head
    )
    loose = _joined([c for c in lead if can_lead(c)], [c for p in (*pools[1:], lead) for c in p[:12] if names(c.statement.text)], head)
    low, high = sources.form.dek_words
    found = next((s for s in strict if low <= words(s.text) <= high and passes(s)), None)
    return found or next((s for s in loose if SHORTEST_DEK <= words(s.text) <= high and passes(s)), None)


SHORTEST_DEK = 18
"""A dek may be this short where no longer one can be joined from what stands."""


def _joined(first: Sequence[Candidate], second: Sequence[Candidate], head: Sentence) -> Iterator[Sentence]:
    """Every pair of statements in one sentence, those that the headline does not tell first, then those of two stories."""
    cited = {(c.record_id, c.start) for c in head.citations}
    own = {c.statement.record.id for c in first}
    pairs = sorted(
        product(first[:8], second),
        key=lambda p: (_starts(p[0]) in cited or _starts(p[1]) in cited, p[1].statement.record.id in own, -(p[0].score + p[1].score)),
    )
    for a, b in pairs:
        if a is not b and not _values(a) & _values(b) and names(b.statement.text):
            for text in _pair(a, b):
                yield report(text, *((o.statement.record, span) for o in (a.options[0], b.options[0]) for span in o.cites))


def _values(candidate: Candidate) -> set[tuple[str, object]]:
    return {(x.figure.unit, x.figure.value) for x in candidate.accounts}


def _starts(candidate: Candidate) -> tuple[str, int]:
    return candidate.statement.record.id, candidate.statement.start


def _pair(a: Candidate, b: Candidate) -> Iterator[str]:
    """Two statements in one sentence, each as it would stand alone; the closing times and trailing pieces are their own."""
    for one, other in product(a.options[:6], b.options[:6]):
        named = other.text.startswith(b.statement.record.outlet)
        inner = other.text if named else inside(other.text, b.statement.record.text)
        if (
            inner
            and ", while " not in one.text + inner
            and not other.text.startswith(("On ", "In ", "By ", "According", "The company", "It "))
        ):
            yield stopped(f"{one.text.rstrip('.')}, while {inner}")


__all__ = ["dek", "headline", "passage"]
