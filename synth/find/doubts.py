"""Where the rules of grouping are in doubt, and what an answer to a doubt does: rules propose, answers dispose within bounds. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from groundwire.records import Record

NEAR = 0.7
"""Two groups that are alike on average by so much of what merges them are near the threshold,"""

NEAR_AT_BEST = 0.4
"""and so are two that are alike by this much, when their closest records by themselves would merge."""

BOUND = 0.3
"""An answer joins two records only as long as they are alike by this much themselves."""

MIXED = 1.3
"""A group that falls apart when merging asks for so much likeness may be mixed,"""

MIXED_RECORDS = 4
"""if it has so many texts of its own,"""

LOOSE = 1.15
"""and its two largest parts are no more alike than this."""

SETTLED = 0.75
"""A group of which so many texts were judged together is not asked about again."""

MOST_PAIRS, MOST_GROUPS = 6, 2
"""Doubts of one moment, the strongest first."""


@dataclass(frozen=True)
class Proposal:
    """What the rules found: one text for each family of copies, their groups, and how alike pairs of them are (1 merges)."""

    heads: tuple[Record, ...]
    groups: tuple[tuple[str, ...], ...]
    """Ids of heads by group, groups in canonical order of their first."""
    compared: tuple[Sequence[int], Sequence[int], Sequence[float]]
    """Places of the first and the second head of each pair that was compared, and how alike they are."""

    @cached_property
    def likeness(self) -> Mapping[tuple[str, str], float]:
        """By the ids of two heads in order; a pair that is absent was never compared."""
        named = ((self.heads[a].id, self.heads[b].id, float(value)) for a, b, value in zip(*self.compared, strict=True))
        return {(min(a, b), max(a, b)): value for a, b, value in named}

    def alike(self, one: str, other: str) -> float:
        return self.likeness.get((min(one, other), max(one, other)), 0.0)

    def mean(self, one: Sequence[str], other: Sequence[str]) -> float:
        """How alike two sets of heads are on average."""
        return sum(self.alike(a, b) for a in one for b in other) / (len(one) * len(other))


@dataclass(frozen=True, slots=True)
class Judged:
    """What was answered: pairs of one event, pairs of two, and groups by their parts (one part: the group is no mixture)."""

    together: frozenset[tuple[str, str]] = frozenset()
    apart: frozenset[tuple[str, str]] = frozenset()
    parts: tuple[tuple[tuple[str, ...], ...], ...] = ()


NOTHING = Judged()


def pairs(proposal: Proposal, judged: Judged) -> tuple[tuple[str, str], ...]:
    """The closest records of groups that are near the threshold and on which nobody has answered, the nearest groups first."""
    group_of = {head: n for n, ids in enumerate(proposal.groups) for head in ids}
    best: dict[tuple[int, int], tuple[float, tuple[str, str]]] = {}
    for pair, alike in sorted(proposal.likeness.items(), key=lambda item: (-item[1], item[0])):
        one, other = sorted((group_of[pair[0]], group_of[pair[1]]))
        if one != other:
            best.setdefault((one, other), (alike, pair))
    means = {groups: proposal.mean(*(proposal.groups[g] for g in groups)) for groups in best}
    near = [g for g, (alike, _) in best.items() if means[g] >= (NEAR_AT_BEST if alike >= 1 else NEAR)]
    answered = {frozenset(group_of[i] for i in pair if i in group_of) for pair in judged.together | judged.apart}
    asked = [g for g in near if frozenset(g) not in answered]
    return tuple(best[g][1] for g in sorted(asked, key=lambda g: (-means[g], best[g][1])))[:MOST_PAIRS]


def mixtures(proposal: Proposal, judged: Judged) -> tuple[tuple[str, ...], ...]:
    """The groups that may tell of more than one event and on which nobody has answered, the loosest first."""
    known = [{i for part in parts for i in part} for parts in judged.parts]
    found: list[tuple[float, tuple[str, ...]]] = []
    for ids in proposal.groups:
        if len(ids) >= MIXED_RECORDS and not any(len(k & set(ids)) >= SETTLED * len(ids) for k in known):
            parts = _parts_at(proposal, ids, MIXED)
            loose = proposal.mean(*parts[:2]) if len(parts) > 1 else LOOSE + 1
            found += [(loose, ids)] if loose <= LOOSE else []
    return tuple(ids for _, ids in sorted(found))[:MOST_GROUPS]


def _parts_at(proposal: Proposal, ids: Sequence[str], threshold: float) -> list[tuple[str, ...]]:
    """The parts of a group that average link makes at another threshold, the largest first."""
    parts: list[tuple[str, ...]] = [(i,) for i in ids]
    while len(parts) > 1:
        mean, one, other = max(((proposal.mean(a, b), a, b) for a, b in combinations(parts, 2)), key=lambda m: m[0])
        if mean < threshold:
            break
        parts = [p for p in parts if p not in (one, other)] + [one + other]
    return sorted(parts, key=lambda p: (-len(p), p))


def disposed(proposal: Proposal, judged: Judged) -> tuple[tuple[str, ...], ...]:
    """The groups after the answers: first divided, then joined; heads in canonical order."""
    if judged == NOTHING:
        return proposal.groups
    order = {record.id: n for n, record in enumerate(proposal.heads)}
    divided = [part for ids in proposal.groups for part in _divided(proposal, ids, judged)]
    joined = _joined(proposal, divided, judged)
    return tuple(sorted((tuple(sorted(ids, key=order.__getitem__)) for ids in joined), key=lambda ids: order[ids[0]]))


def _divided(proposal: Proposal, ids: tuple[str, ...], judged: Judged) -> list[tuple[str, ...]]:
    """A group by the parts of the largest answer that divides it; whom nobody judged goes where it is most alike."""
    dividing = [mine for parts in judged.parts if len(mine := [p for part in parts if (p := tuple(i for i in part if i in ids))]) > 1]
    if not dividing:
        return [ids]
    parts = max(dividing, key=lambda mine: sum(map(len, mine)))
    placed = {i for part in parts for i in part}
    found: defaultdict[int, list[str]] = defaultdict(list)
    for n, part in enumerate(parts):
        found[n].extend(part)
    for i in ids:
        if i not in placed:
            found[max(range(len(parts)), key=lambda n: (proposal.mean((i,), parts[n]), -n))].append(i)
    return [tuple(part) for part in found.values()]


def _joined(proposal: Proposal, groups: Sequence[tuple[str, ...]], judged: Judged) -> list[list[str]]:
    """The groups, those merged of which an answer joins two records that are still alike enough."""
    sets = {i: found for found in map(list, groups) for i in found}
    for one, other in sorted(judged.together):
        if one in sets and other in sets and sets[one] is not sets[other] and proposal.alike(one, other) >= BOUND:
            merged = sets[one] + sets[other]
            sets |= dict.fromkeys(merged, merged)
    return list({id(ids): ids for ids in sets.values()}.values())


def read(said: Iterable[tuple[str, str, str]]) -> Judged:
    """Answers as (kind, subject, verdict): "same" with "yes" or "no" on two ids, "split" with parts divided by "|"."""
    together: set[tuple[str, str]] = set()
    apart: set[tuple[str, str]] = set()
    parts: list[tuple[tuple[str, ...], ...]] = []
    for kind, subject, verdict in said:
        ids = tuple(subject.split())
        if kind == "same" and len(ids) == 2:
            (together if verdict == "yes" else apart).add((min(ids), max(ids)))
        elif kind == "split":
            parts.append(tuple(tuple(part.split()) for part in verdict.split("|")))
    return Judged(frozenset(together), frozenset(apart), tuple(parts))
