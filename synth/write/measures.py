"""What the records come to together: figures set against each other, counted and compared, each with the calculation that gives it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from evidence.citations import calculate
from evidence.quantities import comparable, render
from groundwire.records import CalculationInput, Citation, Figure, Sentence, SentenceKind, Target
from synth.write.accounts import Account
from synth.write.houses import undated
from synth.write.page import passage
from synth.write.phrases import hedged
from synth.write.sources import Sources
from synth.write.wording import possessive, stopped


@dataclass(frozen=True, slots=True)
class Measured:
    """A computed clause without its final stop, with what it rests on."""

    text: str
    cites: tuple[Citation, ...]

    @property
    def sentence(self) -> Sentence:
        return Sentence(stopped(self.text), SentenceKind.MEASURE, self.cites)


def calculation(rule: str, inputs: Sequence[CalculationInput]) -> Citation:
    """A calculation with its result; raises what `evidence.citations.calculate` raises."""
    return Citation(Target.CALCULATION, rule=rule, value=calculate(rule, tuple(inputs)), inputs=tuple(inputs))


def of_figures(rule: str, *figures: Figure) -> Citation:
    """A calculation on figures, each with the words that it was read from."""
    return calculation(
        rule,
        [CalculationInput(f.id, f"{f.value:f}", f.record_id, f.record_version, f.start, f.end, f.quote) for f in figures],
    )


def independent(sources: Sources, account: Account) -> Citation:
    """How many independent sources carry a quantity: one input for each record, named by the first of its source."""
    first: dict[int, str] = {}
    inputs: list[CalculationInput] = []
    for figure in account.figures:
        record = sources.record(figure.record_id)
        origin = first.setdefault(sources.group(record.id), record.outlet)
        if record.id not in {i.id for i in inputs}:
            inputs.append(CalculationInput(record.id, origin, record.id, record.version, figure.start, figure.end, figure.quote))
    return calculation("count-independent", inputs)


def stated(sources: Sources, figure: Figure) -> Citation:
    """The passage that states a figure."""
    return passage(sources.record(figure.record_id), (figure.sentence_start, figure.sentence_end))


def value_of(citation: Citation) -> Decimal:
    """The result of a calculation as a number."""
    return Decimal(citation.value or "0")


def percent(value: Decimal) -> str:
    """A percentage as readers take it in: no decimals from ten on, no sign."""
    size = abs(value)
    return f"{size.quantize(Decimal(1) if size >= 10 else Decimal('0.1')).normalize():f}%"


def times(value: Decimal) -> str:
    """A multiple with one decimal below ten and none above."""
    return f"{value.quantize(Decimal(1) if value >= 10 else Decimal('0.1')).normalize():f}"


_NOUNS: tuple[tuple[str, str, str], ...] = (
    ("debt", r"\bbonds?\b", "bond sale"),
    ("debt", r"\bloans?\b|\bborrow", "borrowing"),
    ("contract", r"\border", "order"),
    ("contract", r"(?<!under )\bcontract", "contract"),
    ("contract", r"\bdeal\b", "deal"),
    ("contract", r"\bagreement\b", "agreement"),
    ("round", r"\bround\b|\brais(?:ed|es|ing)\b|\bfinancing\b|\bfunding\b", "financing"),
    ("valuation", r"\bvalu(?:ed|ation|es|ing)\b", "valuation"),
    ("revenue", r"\bsales\b", "sales"),
    ("revenue", r"\brevenues?\b|\bturnover\b", "revenue"),
    ("profit", r"\bincome\b", "income"),
    ("profit", r"\bprofits?\b|\bearnings\b", "profit"),
    ("investment", r"\binvest", "investment"),
    ("spending", r"\bspend|\bspent\b|\boutlay\b", "spending"),
    ("capital spending", r"\bspend|\bexpenditure|\boutlay|\bcapex\b", "capital spending"),
    ("cost", r"\bcosts?\b", "cost"),
    ("price", r"\bpric(?:e|ed|es|ing)\b", "price"),
    ("plan", r"\bplans?\b", "plan"),
    ("plan", r"\bspend|\binvest", "investment"),
    ("grant", r"\bgrants?\b", "grant"),
    ("capacity", r"\bcapacity\b", "capacity"),
    ("demand", r"\bdemand\b", "demand"),
    ("demand", r"\bloads?\b", "load"),
    ("consumption", r"\bconsum|\bdraw", "consumption"),
    ("generation", r"\boutput\b", "output"),
    ("supply", r"\bsuppl", "supply"),
)
"""What a measure is called where its sentence has the word; none of it is guessed."""
_COUNTABLE = frozenset({"bond sale", "order", "contract", "deal", "agreement", "financing", "investment", "plan", "grant"})
_REACH = 45
"""Characters around a figure in which the word for its measure must stand."""


def noun_of(sources: Sources, figure: Figure) -> str | None:
    """What a figure measures, in the nearest word of its own sentence that says so, or None."""
    sentence = _sentence(sources, figure).lower()
    start = figure.start - figure.sentence_start
    end = start + len(figure.quote)
    found = [
        (max(start - m.end(), m.start() - end, 0), n, noun)
        for n, (measure, pattern, noun) in enumerate(_NOUNS)
        if measure == figure.measure
        for m in re.finditer(pattern, sentence)
    ]
    nearest = min(found, default=None)
    return nearest[2] if nearest and nearest[0] <= _REACH else None


def _sentence(sources: Sources, figure: Figure) -> str:
    return sources.record(figure.record_id).text[figure.sentence_start : figure.sentence_end]


def house_of(sources: Sources, figure: Figure) -> str | None:
    """Whom a figure is of, when its own sentence is about it: it opens the sentence, or owns what stands before the figure."""
    entity, sentence = figure.entity, undated(_sentence(sources, figure))
    if (
        not entity
        or len(entity.split()) > 3
        or (entity.isupper() and len(entity) > 5)
        or re.search(rf"\b[Tt]he {re.escape(entity)}\b", sentence)
    ):
        return None
    before = sentence[: max(0, sentence.find(figure.quote))]
    opens = sentence.startswith((f"{entity} ", f"The {entity} ", f"{entity}'s ", f"{entity}’s "))
    owns = any(f"{entity}{mark}s " in before[-60:] for mark in "'’")
    return entity if opens or owns else None


def best_told(sources: Sources, account: Account) -> Figure:
    """The figure of a quantity whose sentence names both whom it is of and what it measures, else the first."""
    return next((f for f in account.figures if house_of(sources, f) and noun_of(sources, f)), account.figure)


def owned(sources: Sources, figure: Figure) -> str | None:
    """A figure as a noun phrase of whose it is: "Brackwater’s investment of $3.8 billion"."""
    house, noun = house_of(sources, figure), noun_of(sources, figure)
    summed = figure.unit in {"W", "Wh"} or figure.unit.startswith("money")
    return f"{possessive(house)} {noun} of {hedged(figure)}" if house and noun and summed else None


def owned_noun(sources: Sources, figure: Figure) -> str | None:
    house, noun = house_of(sources, figure), noun_of(sources, figure)
    return f"{possessive(house)} {noun}" if house and noun else None


def article_for(value: str) -> str:
    """ "a" or "an" before a sum as it is spoken: "an $8 billion plan"."""
    digits = re.sub(r"^[$€£]", "", value)
    return "an" if re.match(r"8|1[18](?:\D|$)", digits) else "a"


def as_adjective(sources: Sources, figure: Figure) -> str | None:
    """A figure before its noun: "a $610 million order"."""
    noun = noun_of(sources, figure)
    if noun not in _COUNTABLE or not house_of(sources, figure) or figure.unit != "money" or hedged(figure) != render(figure):
        return None
    return f"{article_for(render(figure))} {render(figure)} {noun}"


def change(sources: Sources, now: Figure, before: Figure) -> tuple[Decimal, Citation] | None:
    """By how many percent a figure moved from another."""
    if not comparable(now, before) or not before.value:
        return None
    cited = of_figures("percent-change", before, now)
    return value_of(cited), cited


def gap(one: Figure, other: Figure) -> tuple[str, Citation]:
    """The difference of two figures in their own unit."""
    more, less = (one, other) if one.value >= other.value else (other, one)
    cited = of_figures("difference", more, less)
    return render(replace(more, value=value_of(cited), hedge=None)), cited


def weighed(sources: Sources, found: Iterable[Account]) -> list[Measured]:
    """The weightiest quantities of two stories set against each other, where both are sums that somebody owns."""
    best: list[Figure] = []
    for account in sorted(found, key=lambda a: (-a.weight, a.figure.id)):
        figure = best_told(sources, account)
        if figure.unit in {"money", "W"} and figure.measure in _WEIGHED and owned(sources, figure):
            best.append(figure)
    pairs = [(one, other) for one, other in combinations(best, 2) if one.entity != other.entity and comparable(one, other)]
    return [told for one, other in pairs if (told := _ratio(sources, one, other))]


_WEIGHED = frozenset(
    {"investment", "spending", "capital spending", "cost", "contract", "round", "debt", "plan", "demand", "capacity", "supply"}
)
"""Measures of which a multiple says something."""
LEAST_RATIO, MOST_RATIO = Decimal("1.2"), Decimal(20)


def _ratio(sources: Sources, one: Figure, other: Figure) -> Measured | None:
    more, less = (one, other) if one.value >= other.value else (other, one)
    cited = of_figures("ratio", more, less)
    if not less.value or not LEAST_RATIO <= value_of(cited) <= MOST_RATIO:
        return None
    text = f"{owned(sources, more)} is {times(value_of(cited))} times {owned(sources, less)}"
    return Measured(text, (cited, stated(sources, more), stated(sources, less)))
