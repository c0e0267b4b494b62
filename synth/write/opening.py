"""Headline and dek: the finding in 7 to 12 words, and one sentence that joins it to what else the records say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from evidence.names import is_person, names
from evidence.quotation import longest_common_run
from groundwire.records import Sentence, SentenceKind
from synth.write.clauses import IN_WORDS, Clause
from synth.write.finding import Finding
from synth.write.grammar import inside, parsed, shorter, split, without_relative
from synth.write.measures import Measured
from synth.write.page import Page, report
from synth.write.paragraphs import Candidate, Passes, can_lead
from synth.write.sources import Sources
from synth.write.statements import resolved
from synth.write.thesis import OF_LAYERS
from synth.write.wording import MONTHS, capital, plain, simple_past, stopped, swapped, words

_BOUNDARY = re.compile(
    r"(?=,)|\s(?=(?:in|at|for|over|by|from|with|on|after|before|as|and|near|outside|under|until|during|through|across|between|than|because|while|beginning|according|that|which|where)\s)"
)
_BINDING = re.compile(
    r"\b(?:unless|if|subject|pending|provided|not|never|no|but|except|depend\w*|only|without|denied|alleged\w*|refused)\b", re.IGNORECASE
)
"""Words that must not be left behind when a headline is cut."""
_COPIED_HEADLINE = 8
MOST_COPIED = 3
"""Runs of eight words of a record that a headline may have: what it copies the article cannot."""


def headline(sources: Sources, pools: Sequence[Sequence[Candidate]], found: Sequence[Finding], page: Page, passes: Passes) -> Sentence:
    """What the thesis comes to, computed; else the statement of its figure, cut short; then the same of the other signals and stories."""
    low, high = sources.form.headline_words
    before = {a.headline.text for a in sources.earlier if a.thread_id}
    for sentence in (offered := list(_offered(sources, pools, found))):
        if (
            sentence.text not in before
            and sentence.text not in page.before
            and low <= words(sentence.text) <= high
            and not _OPEN.search(sentence.text)
            and page.copied_by(sentence) <= MOST_COPIED
            and passes(sentence)
        ):
            return sentence
    return _of_last_resort(sources, pools, offered)


def _offered(sources: Sources, pools: Sequence[Sequence[Candidate]], found: Sequence[Finding]) -> Iterator[Sentence]:
    thesis = found[:1] if found and sources.theme.signals and found[0].kind == sources.theme.signals[0].kind else ()
    for finding in thesis:
        yield from map(_untold, finding.headlines)
    yield from _from_leads(sources, pools[:1], of_thesis=True)
    for finding in thesis:
        yield from map(_untold, finding.plainer)
    yield from _from_leads(sources, pools[:1])
    for finding in sorted(found[len(thesis) :], key=lambda f: f.kind in OF_LAYERS):
        yield from map(_untold, (*finding.headlines, *finding.plainer))
    yield from _from_leads(sources, pools[1:])
    yield from _whole(pools)


def _whole(pools: Sequence[Sequence[Candidate]]) -> Iterator[Sentence]:
    """Statements that are short enough as they are told, with their attribution: those with a figure first."""
    every = [c for pool in pools for c in pool if can_lead(c)]
    for candidate in sorted(every, key=lambda c: (not c.accounts, -c.score)):
        for option in (o for o in candidate.options if o.form != IN_WORDS):
            yield report(option.text.rstrip("."), *((option.statement.record, span) for span in option.cites))


def _untold(measured: Measured) -> Sentence:
    """A computed clause as a headline: no final stop."""
    return replace(measured.sentence, text=measured.text)


_OPEN = re.compile(
    r"\bthe (?:cost|price|value|capacity|sum|total|rest|change|increase|loss|denial|limit|(?:[a-z]+ )?agreement)\b(?! (?:of|for|to|that)\b)|"
    r"\bthe (?:company|plant|site|project|campus|order|deal|plan|rules?|permit|work|move|licence|manufacturer|operator)\b(?! (?:of|for|to|at|in|by|that|on)\b)|"
    r"\bthe (?!state|county|grid|market|country|region|city|world|year)[a-z-]+$"
)
"""What a headline cannot leave open: "the cost" of a thing that it does not name."""


def _of_last_resort(sources: Sources, pools: Sequence[Sequence[Candidate]], offered: Sequence[Sentence]) -> Sentence:
    """Something to show an editor: the gate holds what does not stand."""
    if offered:
        return offered[0]
    best = next((c for pool in pools for c in pool), None)
    return _with_passages(best, sources.stories[0].title) if best else Sentence(sources.stories[0].title, SentenceKind.REPORT)


def _from_leads(sources: Sources, pools: Sequence[Sequence[Candidate]], *, of_thesis: bool = False) -> Iterator[Sentence]:
    """The weightiest statements of stories, cut to the length of a headline: those of a signal's figure first, then what several carry."""
    enough = sources.settings.write.min_independent
    thesis = sources.theme.thesis
    wanted = [s.measured.get("figure") for s in ([thesis] if of_thesis and thesis else sources.theme.signals)]
    every = [c for pool in pools for c in pool if not c.bare]
    told = [c for c in every if c.accounts and _headlined(c)]
    first = sorted(told, key=lambda c: (_rank(c, wanted), c.accounts[0].spread < enough, -c.score))
    if of_thesis:
        first = [c for c in first if _rank(c, wanted) < len(wanted)]
    for candidate in (*first, *(c for c in every if c not in told and c.statement.n == 0 and not of_thesis)):
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
        if _UNFIT.search(core) or (taken.speaker and taken.speaker.lower() in {"he", "she", "they"}):
            continue
        for whole in dict.fromkeys((simple_past(core), swapped(core), core, without_relative(core) or core)):
            yield from _prefixes(whole, candidate, limits, _teller(candidate, taken.speaker, shared))


_UNFIT = re.compile(r"\b(?:it|they|them|he|she|him|her|said|says|according)\b|^(?:Its?|They|Their)\b", re.IGNORECASE)
"""What a headline leaves open, or says twice."""


def _teller(candidate: Candidate, speaker: str | None, shared: bool) -> str:
    """What a headline adds to say who says so: the source's own speaker; nothing where independent sources agree."""
    if speaker and speaker.lower() == "it" and not shared:
        return ", it says"
    return "" if shared or speaker is None or len(speaker.split()) > 4 or speaker[:1].islower() else f", {speaker} says"


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
    if figure is None and parts and parts.rest and candidate.statement.n == 0:
        figure = re.search(re.escape(parts.rest.split()[0]), text)
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
            and not re.search(
                r"\b(?:of|to|in|at|by|for|the|and|than|or|with|as|much|many|such|led|valued|worth|up|down|more|less|fewer|to [a-z]+|that [a-z]+|begin|begins|start|starts|open|opens|end|ends|rise|rises|fall|falls)$",
                piece,
            )
            and not (end < len(text) and _SCOPED.search(piece))
        ):
            yield capital(piece + teller)


_SCOPED = re.compile(r"\b(?:first|last|only|largest|biggest|smallest|highest|lowest|record|most|every|all|none)(?: [\w-]+){0,4}$")
"""A superlative whose scope would be cut off behind it."""


def dek(
    sources: Sources, pools: Sequence[Sequence[Candidate]], head: Sentence, found: Sequence[Finding], page: Page, passes: Passes
) -> Sentence | None:
    """One sentence: what the thesis comes to and what that is for those who pay, gain or object; None when nothing fits."""
    thesis = sources.theme.signals[0].kind if sources.theme.signals else ""
    kept = [f for f in found if f.kind == thesis or f.kind not in OF_LAYERS]
    whole = [m.sentence for f in kept[:1] for m in f.deks]
    halves = [(m, f) for f in kept for m in f.clauses]
    fresh, again = ([h for h in halves if _says_again(h[0].text, head.text) is said] for said in (False, True))
    offered: tuple[Iterator[Sentence], ...] = (
        iter(whole),
        *(_with_stake(m, f, _staked(pools, f.record_ids), head, page, passes) for m, f in fresh),
        _paired(pools, head, page),
        *(_with_stake(m, f, _staked(pools, f.record_ids), head, page, passes) for m, f in again),
        (m.sentence for m, _ in fresh),
        _alone(pools, head),
        (m.sentence for m, _ in again),
    )
    high = sources.form.dek_words[1]
    fitting = (s for one in offered for s in islice((s for s in one if SHORTEST_DEK <= words(s.text) <= high), MOST_TRIED))
    return next((s for s in fitting if page.fits(s) and passes(s)), None)


def _alone(pools: Sequence[Sequence[Candidate]], head: Sentence) -> Iterator[Sentence]:
    """A statement of the lead story that the headline does not tell, as it is told."""
    cited = {(c.record_id, c.start) for c in head.citations if c.start is not None}
    for candidate in (c for pool in pools[:1] for c in pool if can_lead(c) and c.accounts and _starts(c) not in cited):
        for option in (o for o in candidate.options[:4] if o.form != IN_WORDS):
            yield report(option.text, *((option.statement.record, span) for span in option.cites))


SHORTEST_DEK = 10
"""A dek may be this short where no longer one says one thing."""
MOST_TRIED = 60
_STAKES = re.compile(
    r"\b(?:pay|pays|paid|bear|cost|costs|customers?|households?|ratepayers|residents|neighbours|jobs|workers|staff|bills?|shares|margin|profit|loss|"
    r"collateral|deposit|risk|penalty|fee|gain|gains|lose|loses|benefit|object|objects|objected|oppose|opposes|opposed|against|critics?|warned?|"
    r"fear|fears|petition|challenge|appeal|wait|waiting|queue|delay|delayed|postponed|limit|only|not yet|fewer|less)\b"
)
"""Words of who pays, gains, waits or objects."""


def _says_again(text: str, head: str) -> bool:
    """Whether a clause has the same numbers as the headline and nothing else."""
    numbers = set(re.findall(r"\d[\d.,]*", text))
    return bool(numbers) and numbers <= set(re.findall(r"\d[\d.,]*", head)) and len(numbers) > 1


def _staked(pools: Sequence[Sequence[Candidate]], record_ids: Sequence[str]) -> list[Candidate]:
    """The statements that may stand beside a finding: of its own records first, then those that say who pays or gains."""
    near = [c for n, pool in enumerate(pools) for c in pool[:14] if n == 0 or c.statement.record.id in record_ids]
    every = [c for c in near if can_lead(c)]
    return sorted(
        every, key=lambda c: (c.statement.record.id not in record_ids, not c.accounts, not _STAKES.search(c.statement.text), -c.score)
    )


def _with_stake(
    measured: Measured, finding: Finding, beside: Sequence[Candidate], head: Sentence, page: Page, passes: Passes
) -> Iterator[Sentence]:
    cited = {(c.record_id, c.start) for c in (*head.citations, *measured.cites) if c.start is not None}
    numbers = set(re.findall(r"\d[\d.,]*\d", f"{measured.text} {head.text}"))
    outlets = {w for c in beside for w in c.statement.record.outlet.split()}
    for candidate in beside:
        if not _words_of_names(candidate.said[:OPENS_WITHIN], "") & _words_of_names(measured.text, "") - outlets:
            continue
        if _starts(candidate) in cited or numbers & set(re.findall(r"\d[\d.,]*\d", candidate.statement.text)):
            continue
        for option in candidate.options[:6]:
            inner = _joinable(option)
            told = report(option.text, *((option.statement.record, span) for span in option.cites))
            if inner and not page.has(option.text) and passes(told):
                text = stopped(f"{measured.text}; {inner}")
                yield Sentence(text, SentenceKind.MEASURE, tuple(dict.fromkeys((*measured.cites, *told.citations))))


OPENS_WITHIN = 40
"""Characters within which a clause names whom it is about: two clauses are joined only where it is the same house."""


def _joinable(option: Clause) -> str | None:
    """A wording as it stands behind a semicolon, or None when it would not read well there."""
    if option.text.startswith(("“", "On ", "In ", "By ", "The company", "It ", "That ")) or ";" in option.text:
        return None
    if _OPEN.search(option.text) or _OPEN_TOO.search(option.text):
        return None
    record = option.statement.record
    return option.text if option.text.startswith(record.outlet) else inside(option.text, record.text)


_OPEN_TOO = re.compile(
    r"\b(?:the|that|this) (?:method|round|contract|letter|outlook|study|filing|report|talks|offer|sale|line|engines|reactors?|battery|conditions|system|tools|campus)\b(?! (?:of|for|to|at|in|by|that|with|between|on)\b)"
)


def _paired(pools: Sequence[Sequence[Candidate]], head: Sentence, page: Page) -> Iterator[Sentence]:
    """Two statements of one story in one sentence, those that the headline does not tell first; then of two stories that share a name."""
    cited = {(c.record_id, c.start) for c in head.citations if c.start is not None}
    lead = [c for c in pools[0][:14] if can_lead(c)] if pools else []
    own = {c.statement.record.id for c in lead}
    others = [c for pool in pools for c in pool[:14] if can_lead(c)]
    said = set(re.findall(r"\d[\d.,]*\d", head.text))
    fresh = [c for c in lead if not said & set(re.findall(r"\d[\d.,]*\d", c.statement.text)) and _starts(c) not in cited] or lead
    pairs = [(a, b) for a, b in product(fresh, others) if a is not b and _together(a, b, own) and _starts(b) not in cited]
    pairs.sort(
        key=lambda p: (
            _starts(p[0]) in cited or _starts(p[1]) in cited,
            not _STAKES.search(p[1].statement.text),
            -(p[0].score + p[1].score),
        )
    )
    for a, b in pairs:
        for one, other in product(a.options[:4], b.options[:4]):
            inner = _joinable(other)
            if (
                inner
                and not page.has(one.text)
                and not page.has(other.text)
                and ";" not in one.text
                and not _same_attribution(one.text, other.text)
            ):
                yield report(
                    stopped(f"{one.text.rstrip('.')}; {inner}"), *((o.statement.record, span) for o in (one, other) for span in o.cites)
                )


def _same_attribution(a: str, b: str) -> bool:
    """Whether two wordings name their source in the same way."""
    return any(re.search(way, a) and re.search(way, b) for way in (r"\breported\b", r"\b[Aa]ccording to\b", r"\bsaid\b"))


def _together(a: Candidate, b: Candidate, own: set[str]) -> bool:
    """Whether two statements of the lead story open with the same house, and do not give the same value."""
    named = [_words_of_names(c.said[:OPENS_WITHIN], c.statement.record.outlet) for c in (a, b)]
    return not _values(a) & _values(b) and bool(named[0] & named[1]) and bool({a.statement.record.id, b.statement.record.id} <= own)


def _words_of_names(text: str, outlet: str) -> set[str]:
    """The words of the names in a text, months and the outlet left out: "Ardmoor" and "Ardmoor Electric" are one house."""
    return {w for n in names(text) if n.text != outlet for w in n.text.split() if len(w) > 3 and w not in MONTHS}


def _values(candidate: Candidate) -> set[tuple[str, object]]:
    return {(x.figure.unit, x.figure.value) for x in candidate.accounts}


def _starts(candidate: Candidate) -> tuple[str, int]:
    return candidate.statement.record.id, candidate.statement.start
