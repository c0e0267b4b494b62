"""How far the accounts go together: where they differ, what several carry, what rests on one outlet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.quantities import same_quantity
from evidence.quotation import quoted_spans
from groundwire.records import CalculationInput, Citation, Section, Sentence, SentenceKind, Target
from synth.write.accounts import Account, Dispute
from synth.write.measures import best_told, owned, stated
from synth.write.page import Page, passage
from synth.write.paragraphs import Passes
from synth.write.phrases import hedged, phrase
from synth.write.sources import Sources
from synth.write.wording import capital, count, joined, pick, stopped

_MEASURES = {
    "investment": "the investment", "cost": "the cost", "round": "the size of the round", "valuation": "the valuation", "revenue": "sales", "capacity": "the capacity",
    "contract": "the value of the order", "spending": "the spending", "price": "the price", "debt": "the debt", "growth": "the growth", "decline": "the decline",
    "acquisition": "the price", "supply": "the supply", "demand": "the demand", "consumption": "the consumption", "stake": "the stake", "share": "the share",
}  # fmt: skip


def differing(sources: Sources, disputed: Sequence[Dispute], page: Page, passes: Passes) -> Section | None:
    """Each value with the outlets that give it, one sentence for each dispute."""
    told = [s for d in disputed for s in [_first(_dispute(sources, d), page, passes)] if s][: sources.form.differ]
    return Section(sources.form.headings.get("differ", "Where accounts differ"), (tuple(told),)) if told else None


def _first(offered: Iterator[Sentence], page: Page, passes: Passes) -> Sentence | None:
    return next((page.take(s) for s in offered if page.fits(s) and passes(s)), None)


def _dispute(sources: Sources, dispute: Dispute) -> Iterator[Sentence]:
    cited = tuple(dict.fromkeys(_passage(sources, a, n) for a in dispute.accounts for n in range(min(2, len(a.figures)))))
    first, *others = dispute.accounts
    what = _what(first)
    given = "; ".join(f"{joined(o.outlets)} {_gives(o)} {hedged(o.figure)}" for o in others)
    yield Sentence(
        stopped(f"On {what}, {joined(first.outlets)} {_gives(first)} {hedged(first.figure)}; {given}"), SentenceKind.REPORT, cited
    )
    yield Sentence(
        stopped(f"{capital(joined(first.outlets))} {_gives(first)} {hedged(first.figure)} as {what}; {given}"), SentenceKind.REPORT, cited
    )


def _gives(account: Account) -> str:
    return "give" if len(account.outlets) > 1 else "gives"


def _what(account: Account) -> str:
    figure = account.figure
    measure = f"the number of {figure.measure}" if figure.unit.startswith("count:") else _MEASURES.get(figure.measure or "", "the figure")
    return f"{measure} for {figure.entity}" if figure.entity and " " in figure.entity else measure


def _passage(sources: Sources, account: Account, n: int) -> Citation:
    figure = account.figures[n]
    return passage(sources.record(figure.record_id), (figure.sentence_start, figure.sentence_end))


def resting(sources: Sources, told: Sequence[Account], page: Page, passes: Passes) -> Section | None:
    """What rests on one outlet among the quantities that the article tells, and beside it what several carry."""
    enough = sources.settings.write.min_independent
    shared = sorted((a for a in told if a.spread >= enough and a.weight >= 2 and _tells(a)), key=lambda a: (-a.spread, -a.weight))
    single = sorted(
        (a for a in told if len(a.outlets) == 1 and a.spread == 1 and _tells(a) and not _elsewhere(sources, a)), key=lambda a: -a.weight
    )
    sentences = [s for a in shared[:2] if (s := _first(_carried(sources, a, page), page, passes))]
    for outlet in list(dict.fromkeys(a.outlets[0] for a in single))[: sources.form.single]:
        mine = [a for a in single if a.outlets[0] == outlet]
        if s := _first(_alone(sources, outlet, mine), page, passes):
            sentences.append(s)
    alone = any(s.citations[0].value == "1" for s in sentences)
    if not alone:
        for sentence in sentences:
            page.give_back(sentence)
        return None
    return Section(sources.form.headings.get("single", "What rests on one outlet"), (tuple(sentences),))


def _elsewhere(sources: Sources, account: Account) -> bool:
    """Whether another outlet gives the same quantity in any record of the article, of whatever story."""
    mine = set(account.outlets)
    return any(same_quantity(f, account.figure) and sources.record(f.record_id).outlet not in mine for f in sources.figures)


def _carried(sources: Sources, account: Account, page: Page) -> Iterator[Sentence]:
    """A measure: how many outlets carry a quantity, with the passage of each as an input."""
    what = named(sources, account)
    calculation = counted_outlets(sources, account)
    cited = (calculation, *(_passage(sources, account, n) for n in range(min(2, len(account.figures)))))
    if what and len(account.outlets) >= 2 and not any(what in s.text for s in page.taken):
        houses, n = joined(account.outlets), len(account.outlets)
        both = "both" if n == 2 else f"all {count(n)}"
        options = (
            (f"{capital(count(n))} outlets report {what}: {houses}", f"{houses} {both} give {what}")
            if n <= MOST_NAMED
            else (f"{capital(count(n))} outlets report {what}",)
        )
        yield Sentence(stopped(pick(options, account.figure.id)), SentenceKind.MEASURE, cited)


MOST_NAMED = 4


def counted_outlets(sources: Sources, account: Account) -> Citation:
    inputs: list[CalculationInput] = []
    for figure in account.figures:
        record = sources.record(figure.record_id)
        if record.outlet in account.outlets and record.outlet not in {i.value for i in inputs}:
            inputs.append(CalculationInput(record.id, record.outlet, record.id, record.version, figure.start, figure.end, figure.quote))
    return Citation(Target.CALCULATION, rule="count-outlets", value=str(len(inputs)), inputs=tuple(inputs))


SMALL_COUNT = 20


def _tells(account: Account) -> bool:
    """Whether a quantity is worth a sentence on who carries it: no small count, no span of time."""
    return account.weight >= 1.5 and (not account.figure.unit.startswith("count") or account.figure.value >= SMALL_COUNT)


MOST_TOGETHER = 3
"""Most quantities of one outlet in one sentence."""


def _alone(sources: Sources, outlet: str, found: Sequence[Account]) -> Iterator[Sentence]:
    """A measure: the quantities that one outlet alone carries among the records of this article."""
    every = list({p.partition(" of ")[0]: (a, p) for a in reversed(found) if (p := named(sources, a))}.values())[::-1]
    for most in range(min(MOST_TOGETHER, len(every)), 0, -1):
        chosen = every[:most]
        inputs = tuple(i for a, _ in chosen for i in counted_outlets(sources, a).inputs)
        cited = (
            Citation(Target.CALCULATION, rule="count-outlets", value="1", inputs=inputs),
            *dict.fromkeys(stated(sources, best_told(sources, a)) for a, _ in chosen),
        )
        what = joined([p for _, p in chosen])
        options = (
            f"Only {outlet} has {what}",
            f"For {what} there is no account but that of {outlet}",
            f"Nobody but {outlet} reports {what}",
        )
        start = options.index(pick(options, found[0].figure.id))
        for text in (*options[start:], *options[:start]):
            yield Sentence(stopped(text), SentenceKind.MEASURE, cited)


FIGURE_OF = 100
"""A count from which "the figure of" it is worth saying."""


def the(what: str) -> str | None:
    """A noun phrase with its article, or None for a bare number, which says nothing of what it counts."""
    if not what[:1].isalpha() or what.startswith(_BOUNDS):
        return f"the figure of {what}" if _SAYS_WHAT.search(what) and not what.startswith(("a ", "as ", "just ")) else None
    return f"the {what}"


_SAYS_WHAT = re.compile(r"[a-z]{4,}(?<!million)(?<!billion)(?<!trillion)(?<!about)(?<!than)(?<!over)(?<!nearly)(?<!least)$")
"""A number that ends in a word for what it counts: "190 million people"."""


_BOUNDS = (
    "about ", "up to ", "around ", "nearly ", "almost ", "more than ", "at least ", "over ", "less than ", "roughly ", "as ", "a ", "just ", "some ",
)  # fmt: skip


def named(sources: Sources, account: Account) -> str | None:
    """A quantity as a noun phrase: whose it is where its sentence says so, else in the words before it."""
    figure = best_told(sources, account)
    if told := owned(sources, figure):
        return told
    record = sources.record(figure.record_id)
    said = record.text[figure.sentence_start : figure.sentence_end]
    if any(a <= figure.start - figure.sentence_start < b for a, b in quoted_spans(said)):
        return None
    what = phrase(record, figure)
    small = figure.unit.startswith("count") and figure.value < FIGURE_OF
    return (
        the(what)
        if what
        and not (small and not what[:1].isalpha())
        and any(c.isdigit() for c in what)
        and not re.search(r"\b(?:its?|their|his|her)\b", what)
        else None
    )
