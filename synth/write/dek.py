"""The dek: one sentence with one thought, what the thesis comes to or what its lead story adds, long enough to say for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice, permutations

from evidence.names import is_person, names
from groundwire.records import CalculationInput, Citation, OutletKind, Sentence, SentenceKind
from synth.write.accounts import Account
from synth.write.clauses import IN_PARAGRAPHS
from synth.write.finding import Finding
from synth.write.grammar import parsed, split, without_relative
from synth.write.measures import calculation, independent
from synth.write.page import Page, report
from synth.write.paragraphs import Candidate, Passes, can_lead
from synth.write.phrases import hedged
from synth.write.sources import Sources
from synth.write.statements import dated, resolved
from synth.write.thesis import OF_LAYERS
from synth.write.wording import count, plain, stopped, swapped, words

SHORTEST = 12
"""A dek may be this short where no longer one says one thing."""
MOST_TRIED = 80
CONSIDERED = 12
"""Statements of the lead story that a dek is made of."""
STAKE = 3.0
"""What it is worth that a statement says who pays, gains, waits or objects."""
_STAKES = re.compile(
    r"\b(?:pay|pays|paid|bear|cost|costs|customers?|households?|ratepayers|residents|neighbours|jobs|workers|staff|bills?|shares|margin|profit|loss|"
    r"collateral|deposit|risk|penalty|fee|gain|gains|lose|loses|benefit|object|objects|objected|oppose|opposes|opposed|against|critics?|warned?|"
    r"fear|fears|petition|challenge|appeal|wait|waiting|queue|delay|delayed|postponed|limit|only|not yet|fewer|less)\b"
)


def dek(
    sources: Sources, pools: Sequence[Sequence[Candidate]], head: Sentence, found: Sequence[Finding], page: Page, passes: Passes
) -> Sentence | None:
    """What the thesis comes to, else two things that the lead story says of one house, else one and how far it is shared; None when nothing fits."""
    thesis = sources.theme.signals[0].kind if sources.theme.signals else ""
    kept = [f for f in found if f.kind == thesis or f.kind not in OF_LAYERS]
    lead = _fresh(pools, head)
    offered = [
        *(m.sentence for f in kept[:1] for m in f.deks),
        *islice(_merged(sources, lead), MOST_TRIED),
        *islice(_told(lead), MOST_TRIED),
        *islice(_weighed(sources, lead), MOST_TRIED),
        *(m.sentence for f in kept[1:] for m in f.deks),
        *(m.sentence for f in kept for m in f.clauses),
    ]
    low, high = sources.form.dek_words
    short = (s for s in offered if SHORTEST <= words(s.text) < low)
    fitting = chain((s for s in offered if low <= words(s.text) <= high), sorted(short, key=lambda s: -words(s.text)))
    return next((s for s in fitting if ";" not in s.text and page.fits(s) and passes(s)), None)


def _fresh(pools: Sequence[Sequence[Candidate]], head: Sentence) -> list[Candidate]:
    """The statements of the lead story that can stand alone and that the headline does not tell, the weightiest first."""
    cited = {(c.record_id, c.start) for c in head.citations if c.start is not None}
    numbers = set(re.findall(r"\d[\d.,]*\d", head.text))
    mine = [c for c in (pools[0] if pools else ()) if can_lead(c) and c.place not in cited]
    again = {c.place for c in mine if numbers & set(re.findall(r"\d[\d.,]*\d", c.statement.text))}
    return sorted(mine, key=lambda c: (c.place in again, -c.score - STAKE * bool(_STAKES.search(c.statement.text))))[:CONSIDERED]


def _told(found: Sequence[Candidate]) -> Iterator[Sentence]:
    """Statements as they are told."""
    for candidate in found:
        for option in (o for o in candidate.options if o.form not in IN_PARAGRAPHS and not o.form.startswith("outlet-dated")):
            yield report(option.text, *((option.statement.record, span) for span in option.cites))


def _merged(sources: Sources, found: Sequence[Candidate]) -> Iterator[Sentence]:
    """Two statements of one house as one sentence: what it did in a relative clause, and what that leads to."""
    parts = [(c, p) for c in found if (p := _parts(sources, c))]
    for (one, (subject, first)), (other, (same, second)) in permutations(parts, 2):
        alike = subject == same or subject.split()[0] == same.split()[0]
        if not alike or "," in first or len(first.split()) > MOST_RELATIVE or one.accounts[:1] == other.accounts[:1] != ():
            continue
        whose = max(subject, same, key=len)
        outlets = list(dict.fromkeys(c.statement.record.outlet for c in (other, one)))
        shared = all(c.accounts and c.accounts[0].spread >= sources.settings.write.min_independent for c in (one, other))
        teller = "" if shared else f", according to {' and '.join(outlets)}"
        cited = [(c.statement.record, span) for c in (one, other) for o in c.options[:1] for span in o.cites]
        for a, b in dict.fromkeys(((first, second), (swapped(first), second), (first, swapped(second)), (swapped(first), swapped(second)))):
            yield report(stopped(f"{whose}, which {a}, {b}{teller}"), *cited)


MOST_RELATIVE, MOST_PREDICATE = 14, 24
_UNFIT = re.compile(r"\b(?:he|she|they|them|him|her|said|says|according|which|who)\b|[“”\";]")


def _parts(sources: Sources, candidate: Candidate) -> tuple[str, str] | None:
    """The house that a statement opens with and what it says of it, where its outlet says so itself."""
    found = resolved(candidate.statement)
    if found is None or sources.kind(candidate.statement.record) is OutletKind.COMMENTARY:
        return None
    taken = parsed(found.text)
    whole = plain(dated(taken.core, candidate.statement.record.published))
    core = re.sub(r", which [^,]+$", "", without_relative(whole) or whole)
    halves = split(core) if taken.speaker is None else None
    if halves is None or _UNFIT.search(core) or len(halves.predicate.split()) > MOST_PREDICATE:
        return None
    named = [n for n in names(core) if n.start == 0]
    house = named[0].text if named and not is_person(core, named[0]) else ""
    return (house, halves.predicate.rstrip(" .,")) if house and halves.subject == house else None


def _weighed(sources: Sources, found: Sequence[Candidate]) -> Iterator[Sentence]:
    """A statement with a figure, and how many of the sources give that figure."""
    for candidate in (c for c in found if c.accounts and c.accounts[0].figure.unit in _WEIGHED):
        account = candidate.accounts[0]
        for option in (o for o in candidate.options if o.form not in IN_PARAGRAPHS):
            if tail := _behind(sources, account, option.text, candidate.statement.record.outlet):
                text, cited = tail
                passages = report(option.text, *((option.statement.record, span) for span in option.cites)).citations
                yield Sentence(stopped(text), SentenceKind.MEASURE, tuple(dict.fromkeys((*passages, *cited))))


_WEIGHED = frozenset({"money", "W", "Wh", "%"})
MOST_AFTER = 30
"""Characters behind a figure within which "a figure that two sources give" still means it."""


def _behind(sources: Sources, account: Account, text: str, outlet: str) -> tuple[str, tuple[Citation, ...]] | None:
    """A clause with who stands behind its figure: several sources, or one alone among those of the article."""
    told = text.rstrip(".")
    if account.spread >= sources.settings.write.min_independent:
        n = count(account.spread)
        value = hedged(account.figure)
        plain_end = outlet not in told and value in told[-len(value) - MOST_AFTER :]
        return (f"{told}, a figure that {n} independent sources give", (independent(sources, account),)) if plain_end else None
    others = {sources.group(r.id): r.outlet for r in reversed(sources.citable) if sources.group(r.id) >= 0}
    if not told.endswith(f"according to {outlet}") or account.outlets != (outlet,) or len(others) < 2:
        return None
    every = calculation(
        "count-independent", [CalculationInput(r.id, others[g]) for r in sources.citable if (g := sources.group(r.id)) in others]
    )
    which = f"the {'two' if len(others) == 2 else count(len(others))} independent sources here"
    return f"{told}, the only one of {which} that gives the figure", (independent(sources, account), every)
