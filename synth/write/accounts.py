"""The ledger of figures: which quantities a story has, who carries each, and where accounts differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evidence.quantities import comparable, render, same_quantity
from evidence.text import listed, stem, word_keys
from groundwire.records import Figure, FigureRow, LayerShare, OutletKind, Record, Story
from synth.write.sources import Sources
from synth.write.wording import unique

COMMITMENTS = frozenset(
    {
        "investment",
        "spending",
        "capital spending",
        "spending forecast",
        "cost",
        "round",
        "contract",
        "acquisition",
        "plan",
        "debt",
        "grant",
        "capacity",
        "supply",
        "revenue",
    }
)
"""Measures of money or capacity that somebody has bound himself to, as evidence.context names them."""
_WEIGHTS = {
    "money": 5.0,
    "W": 5.0,
    "Wh": 4.0,
    "%": 2.5,
    "x": 2.5,
    "B": 2.0,
    "years": 1.2,
    "months": 1.0,
    "days": 0.8,
    "weeks": 0.8,
    "hours": 1.2,
    "quarters": 0.8,
    "count": 0.4,
}
SIMILAR = 0.34
"""Least share of common content stems, of the smaller sentence, for two different values to be about the same thing."""
FAR_APART = Decimal(3)
"""Values further apart than this factor are two quantities rather than two accounts of one."""


@dataclass(frozen=True, slots=True)
class Account:
    """One quantity of a story: the figures of its own texts that state it, first the one that is shown."""

    figures: tuple[Figure, ...]
    outlets: tuple[str, ...]
    """Who carries it in a text of its own, one outlet for each independent source."""
    carriers: tuple[str, ...]
    """Every outlet that carries it, copies included."""
    spread: int
    """Independent sources that carry it."""
    story_id: str

    @property
    def figure(self) -> Figure:
        return self.figures[0]

    @property
    def weight(self) -> float:
        """How much the quantity says about a story, for choosing."""
        unit = self.figure.unit
        base = _WEIGHTS.get(unit, 3.0 if unit.startswith("money/") else 1.6 if unit.startswith("count:") else 1.0)
        return base * (1.5 if self.figure.measure in COMMITMENTS and base >= 4 else 1.0) * (1 + 0.25 * (self.spread - 1))


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two or more values that sources give for one thing, the most carried first."""

    accounts: tuple[Account, ...]


def accounts(sources: Sources, story: Story) -> tuple[Account, ...]:
    """The quantities of a story, in canonical order of the first record that states each."""
    records = {r.id: r for r in sources.of_story(story) if sources.kind(r) is not OutletKind.DISCUSSION}
    found: list[list[Figure]] = []
    for record in records.values():
        for figure in (f for f in sources.figures if f.record_id == record.id):
            same = next((group for group in found if _one(group[0], figure)), None)
            if same is None:
                found.append([figure])
            else:
                same.append(figure)
    return tuple(_account(group, records, sources, story) for group in found)


def _one(a: Figure, b: Figure) -> bool:
    counts = a.unit.startswith("count") and b.unit.startswith("count")
    return (counts or a.unit == b.unit) and a.currency == b.currency and same_quantity(a, b)


def _account(group: Sequence[Figure], records: dict[str, Record], sources: Sources, story: Story) -> Account:
    copies = {c.record_id for c in sources.copies}
    own = sorted((f for f in group if f.record_id not in copies), key=lambda f: f.unit == "count") or list(group)
    carriers = unique(records[f.record_id].outlet for f in group)
    firsts: dict[int, str] = {}
    for figure in own:
        firsts.setdefault(sources.group(figure.record_id), records[figure.record_id].outlet)
    return Account(tuple(own), unique(firsts.values()), carriers, sources.spread(f.record_id for f in group), story.id)


def disputes(sources: Sources, found: Sequence[Account]) -> tuple[Dispute, ...]:
    """Where independent sources of one story give different values for one thing, the weightiest first."""
    made: list[list[Account]] = []
    for account in found:
        joined = next((d for d in made if _differ(sources, d[0], account)), None)
        if joined:
            joined.append(account)
        else:
            made.append([account])
    real = [Dispute(_each_its_own(sorted(d, key=lambda a: (-a.spread, a.figure.id)))) for d in made if len(d) > 1]
    return tuple(sorted(real, key=lambda d: (-d.accounts[0].weight, d.accounts[0].figure.id)))


def _each_its_own(found: Sequence[Account]) -> tuple[Account, ...]:
    """The sides of a dispute, an outlet that gives several values named beside the one that fewest others give."""
    made: list[Account] = []
    for n, account in enumerate(found):
        later = {o for other in found[n + 1 :] for o in other.outlets}
        own = tuple(o for o in account.outlets if o not in later)
        made.append(replace(account, outlets=own or account.outlets))
    return tuple(made)


def signalled(sources: Sources, found: Sequence[Account]) -> Iterator[Dispute]:
    """The contradictions that signals measured, as disputes of sums, where two independent sources stand against each other."""
    for signal in (s for s in sources.theme.signals if s.kind == "contradiction"):
        ids = signal.measured.get("figure"), signal.measured.get("other_figure")
        sides = [next((a for a in found if any(f.id == i for f in a.figures)), None) for i in ids]
        one, other = sides
        if one is None or other is None or one is other or one.figure.unit != "money" or _family(one.figure) != _family(other.figure):
            continue
        if any(_passed(sources, f) for a in (one, other) for f in a.figures if f.id in ids):
            continue
        groups = [{sources.group(f.record_id) for f in a.figures} for a in (one, other)]
        if not groups[0] & groups[1] or _reconciled(sources, one, other):
            yield Dispute(_each_its_own(sorted((one, other), key=lambda a: (-a.spread, a.figure.id))))


_PASSED = re.compile(r"\b(?:pass(?:ed|es)|exceed(?:ed|s)|topped|above|over|beyond|another|further|more)\b[^.]{0,12}$")


def _passed(sources: Sources, figure: Figure) -> bool:
    """Whether a figure is a mark that something went beyond, or an addition: no value that another could contradict."""
    text = sources.record(figure.record_id).text
    return bool(_PASSED.search(text[figure.sentence_start : figure.start]))


def _reconciled(sources: Sources, a: Account, b: Account) -> bool:
    """Whether a source that gives both sums says how they go together, and another gives one of them alone: one thing counted in two ways."""
    if a.figure.unit != "money" or b.figure.unit != "money":
        return False
    groups = [{sources.group(f.record_id) for f in x.figures} for x in (a, b)]
    both = {f.record_id for f in a.figures} & {f.record_id for f in b.figures}
    apart = abs(a.figure.value - b.figure.value)
    by_sum = any(
        f.record_id in both and f.unit == "money" and f.value == apart not in (a.figure.value, b.figure.value) for f in sources.figures
    )
    by_word = any(f.record_id in both and COUNTED_APART.search(_said(sources, f)) for x in (a, b) for f in x.figures)
    return (by_sum or by_word) and bool(groups[0] ^ groups[1])


COUNTED_APART = re.compile(
    r"\b(?:includ\w+|exclud\w+|net|gross|without|passed|counts?|counted|definition|in all|in total|in the [a-z]+ case|withdrawn or|or cut)\b"
)
"""Words that say that a value counts something more, something less or something else than another."""


def _said(sources: Sources, figure: Figure) -> str:
    return sources.record(figure.record_id).text[figure.sentence_start : figure.sentence_end]


def _differ(sources: Sources, a: Account, b: Account) -> bool:
    """Whether two quantities are two accounts of one: same kind and measure, alike sentences, no source that gives both."""
    if (
        a.story_id != b.story_id
        or not comparable(a.figure, b.figure)
        or a.figure.unit in {"count", "days", "weeks", "hours"}
        or _other_period(a.figure, b.figure)
        or _other_entity(a.figure, b.figure)
        or _is_change(a.figure) != _is_change(b.figure)
        or _counts_other_things(a.figure, b.figure)
    ):
        return False
    groups_a, groups_b = ({sources.group(f.record_id) for f in x.figures} for x in (a, b))
    counted_apart = _reconciled(sources, a, b)
    if (groups_a & groups_b and not counted_apart) or not _near(a.figure.value, b.figure.value):
        return False
    if _gives_both(sources, a, b) or _gives_both(sources, b, a):
        return False
    if (_family(a.figure) is None or _family(a.figure) != _family(b.figure)) and not a.figure.unit.startswith("count:"):
        return False
    return counted_apart or max(_alike(sources, f, g) for f in a.figures for g in b.figures) >= SIMILAR


_FAMILIES = {
    **dict.fromkeys(
        ("investment", "spending", "cost", "contract", "plan", "capital spending", "project", "price", "acquisition"), "spending"
    ),
    **dict.fromkeys(("capacity", "demand", "consumption", "load", "supply"), "capacity"),
}
"""Measures that outlets use for one another."""


def _family(figure: Figure) -> str | None:
    return _FAMILIES.get(figure.measure or "", figure.measure)


_WORK = frozenset({"count:people", "count:jobs", "count:workers", "count:staff", "count:employees"})


def _counts_other_things(a: Figure, b: Figure) -> bool:
    """Whether two counts are of different things: four votes and five commissioners are no dispute."""
    counted = {f.unit for f in (a, b) if f.unit.startswith("count:")}
    return len(counted) == 2 and not counted <= _WORK


def _other_period(a: Figure, b: Figure) -> bool:
    return a.period is not None and b.period is not None and a.period != b.period


def _gives_both(sources: Sources, a: Account, b: Account) -> bool:
    """Whether a record that states one value also states the other as a bare number: "asked for 2.4 million cubic metres and got 1.5 million"."""
    ids = {f.record_id for f in a.figures}
    return any(f.record_id in ids and f.unit == "count" and f.value == b.figure.value for f in sources.figures)


def _other_entity(a: Figure, b: Figure) -> bool:
    """Whether two figures are said of different names, no word of one in the other, or nobody knows of whom one is said."""
    if not a.entity or not b.entity:
        return not a.unit.startswith("count:")
    return not set(word_keys(a.entity)) & set(word_keys(b.entity))


def _is_change(figure: Figure) -> bool:
    """Whether a figure is the size of a rise or fall: that is never another account of a level."""
    return figure.direction in {"up", "down"}


def _near(a: Decimal, b: Decimal) -> bool:
    low, high = sorted((abs(a), abs(b)))
    return low > 0 and high / low <= FAR_APART


def _alike(sources: Sources, a: Figure, b: Figure) -> float:
    left, right = _content(sources, a), _content(sources, b)
    return len(left & right) / max(1, min(len(left), len(right)))


def _content(sources: Sources, figure: Figure) -> frozenset[str]:
    return content_stems(_said(sources, figure))


_PLAIN = listed(
    "the a an of in on at by for from to with and or but as that which who it its is are was were be been has have had will would "
    "said says say this more than about up over under after before until their his her not no also one two three percent million "
    "billion"
)


def content_stems(text: str) -> frozenset[str]:
    """The stems of a sentence's words that carry meaning, numbers left out."""
    return frozenset(stem(k) for k in word_keys(text) if k not in _PLAIN and not k[:1].isdigit())


def rows(found: Sequence[Account], disputed: Sequence[Dispute], shown: Iterable[str], most: int = 12) -> tuple[FigureRow, ...]:
    """The ledger of an article: the quantities that it states, weightiest first, each with its outlets and what others give."""
    ids = set(shown)
    stated = [a for a in found if any(f.id in ids for f in a.figures)]
    ordered = sorted(stated, key=lambda a: (-a.weight, a.figure.id))
    merged: list[FigureRow] = []
    for row in (FigureRow(_shown(a, ids), a.carriers, _others(a, disputed)) for a in ordered):
        twin = next((n for n, other in enumerate(merged) if _one_row(other.figure, row.figure)), None)
        if twin is None:
            merged.append(row)
        else:
            first = merged[twin]
            merged[twin] = replace(first, outlets=unique((*first.outlets, *row.outlets)), conflict=unique((*first.conflict, *row.conflict)))
    return tuple(merged[:most])


def _one_row(a: Figure, b: Figure) -> bool:
    """Whether figures of two stories are one line of the ledger: the same quantity of the same name and measure."""
    return _one(a, b) and _family(a) == _family(b) and a.entity is not None and b.entity is not None and not _other_entity(a, b)


def _shown(account: Account, ids: set[str]) -> Figure:
    return next(f for f in account.figures if f.id in ids)


def _others(account: Account, disputed: Sequence[Dispute]) -> tuple[str, ...]:
    mine = account.figure.id
    dispute = next((d for d in disputed if any(o.figure.id == mine for o in d.accounts)), None)
    return tuple(f"{render(o.figure)} ({', '.join(o.outlets)})" for o in dispute.accounts if o.figure.id != mine) if dispute else ()


def picture(sources: Sources, found: Sequence[Account]) -> tuple[LayerShare, ...]:
    """For each layer of the lens its share of independent coverage and of the distinct commitments: of the week, when that is the
    thesis, else of what these sources report."""
    thesis = sources.theme.thesis
    if thesis and (week := thesis.measured.get("shares")):
        return tuple(_share(*one.split("=")) for one in week.split())
    coverage = _coverage(sources)
    committed: dict[str, int] = {}
    for account in found:
        layer = sources.layer_of(account.figure.record_id)
        if layer and is_commitment(account):
            committed[layer] = committed.get(layer, 0) + 1
    total, sums = sum(coverage.values()), sum(committed.values())
    if not total:
        return ()
    return tuple(
        LayerShare(
            layer.name, round(coverage.get(layer.name, 0) / total, 4), round(committed.get(layer.name, 0) / sums, 4) if sums else 0.0
        )
        for layer in sources.lens.layers
    )


def _share(layer: str, measured: str) -> LayerShare:
    coverage, commitment = map(float, measured.split("/"))
    return LayerShare(layer, coverage, commitment)


def _coverage(sources: Sources) -> dict[str, int]:
    counted: dict[str, set[int]] = {}
    for record in sources.citable:
        layer = sources.layer_of(record.id)
        if layer and (group := sources.group(record.id)) >= 0:
            counted.setdefault(layer, set()).add(group)
    return {layer: len(groups) for layer, groups in counted.items()}


def is_commitment(account: Account) -> bool:
    """Whether a quantity is money or capacity that somebody is bound to."""
    figure = account.figure
    return figure.unit in {"money", "W"} and (figure.measure in COMMITMENTS or (figure.unit == "W" and figure.measure is None))
