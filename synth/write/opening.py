"""The headline: the finding in 7 to 12 words, computed from the thesis or cut from the statement that carries it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evidence.names import is_person, names
from evidence.quotation import longest_common_run
from groundwire.records import Sentence, SentenceKind
from synth.write.clauses import IN_PARAGRAPHS, Clause
from synth.write.finding import Finding
from synth.write.grammar import parsed, shorter, split, without_relative
from synth.write.measures import Measured
from synth.write.page import Page, report
from synth.write.paragraphs import Candidate, Passes, can_lead
from synth.write.sources import Sources
from synth.write.statements import resolved
from synth.write.thesis import OF_LAYERS
from synth.write.wording import capital, plain, simple_past, swapped, words

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
        for option in sorted((o for o in candidate.options if o.form not in IN_PARAGRAPHS), key=_inside):
            yield report(option.text.rstrip("."), *((option.statement.record, span) for span in option.cites))


def _inside(option: Clause) -> bool:
    """Whether a wording says who says so in the middle of its sentence, which a headline does as a last resort."""
    return option.form.split("/")[0].endswith(("-mid", "-joint", "-loose"))


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
