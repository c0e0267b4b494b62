"""Stories: which records tell of one event. A function of the open records in canonical order and the stories before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from groundwire.records import Copy, Record, Story, short_id
from synth import learn
from synth.find.doubts import NOTHING, Judged, Proposal, disposed
from synth.find.likeness import Pairs, compare, likeness

SAME_STORY = 1.0
"""Mean likeness down to which average link merges; likeness counts in multiples of a cut, whose sweep stands in pair_score.json."""

CLOSENESS, FEW = 0.85, 6
"""Two groups with more than one record each, so many records together at most, are one story when they are so much as alike as the looser
of them is in itself: steps of a running story are close groups of their own. BCubed F1 (precision, recall) without it, at 0.8, 0.83, 0.85:
allsides .843 (.806 .884), .855 (.833 .878), .862 (.848 .876), .860 (.851 .870); seesaw .934 .953 .953 .957; mix .879 .883 .883 .883; neus .882
.883 .883 .883; ecbplus and the sample wire the same. At 0.8 with 5, 8, 10 records (without the copy rule, 6 at first): allsides .855 .851 .857
.857, mix .878 .878 .875 .875, ecbplus .946 .946 .946 .939; whatever the size, ecbplus .905. Less so the more pairs are of headlines, whose likeness has no such steps: on uci_news
.729 without it, .701 at 0.85."""

HALF_LIFE_DAYS = 2.5
"""Beyond a day apart, a pair's likeness halves in so many days. F1 on the sample wire, day by day over ten days (all at once): 1 .954 (.944),
2.5 .950 (.929), 3 .947 (.929), 4 .932 (.920), 7 .910 (.897), 14 .889 (.830); precision at 2.5 is .941 (.961)."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The stories as of a moment, and what became of those before that are none any more."""

    stories: tuple[Story, ...]
    closed: tuple[str, ...]
    """Stories before that have no open record any more."""
    merged: Mapping[str, str]
    """Stories before that became part of another."""


def group(records: Sequence[Record], copies: Mapping[str, Copy], before: Mapping[str, str], aged: Sequence[Record] = ()) -> Grouping:
    """The stories of open records as the rules find them, by first record; see `settled`."""
    return settled(propose(records, copies), records, copies, before, aged)


def propose(records: Sequence[Record], copies: Mapping[str, Copy]) -> Proposal:
    """Which records tell of one event, by the rules; a copy is judged in its origin."""
    heads = [_head(family, origin) for origin, family in _families(sorted(records, key=lambda r: r.order), copies).items()]
    pairs = compare(heads)
    alike = likeness(pairs) * _nearness(heads, pairs)
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for label, head in zip(_labels(heads, pairs, alike), heads, strict=True):
        groups[label].append(head.id)
    return Proposal(tuple(heads), tuple(map(tuple, groups.values())), (pairs.first, pairs.second, alike))


def settled(
    proposal: Proposal,
    records: Sequence[Record],
    copies: Mapping[str, Copy],
    before: Mapping[str, str],
    aged: Sequence[Record] = (),
    judged: Judged = NOTHING,
) -> Grouping:
    """The stories of open records, by first record; a story that goes on keeps its id, a merge the older one's.

    `aged` are the records of stories before that are no longer open: they stay with their story. `judged` is what a model said on doubts.
    """
    clusters = _clusters(disposed(proposal, judged), sorted(records, key=lambda r: r.order), copies)
    order = {r.id: r.order for r in (*records, *aged)}
    heirs = _heirs(clusters, before)
    firsts = _firsts(before, order)
    claims: defaultdict[int, list[str]] = defaultdict(list)
    for story, heir in heirs.items():
        claims[heir].append(story)
    ids = [_identity(cluster, claims[n], before, firsts) for n, cluster in enumerate(clusters)]
    left: defaultdict[str, list[Record]] = defaultdict(list)
    for record in aged:
        left[before[record.id]].append(record)
    stories = [_story(ids[n], [*cluster, *(r for s in claims[n] for r in left.get(s, ()))]) for n, cluster in enumerate(clusters)]
    merged = {s: ids[c] for s, c in sorted(heirs.items()) if ids[c] != s}
    closed = tuple(sorted(set(before.values()) - set(heirs)))
    return Grouping(tuple(sorted(stories, key=lambda s: (s.first, s.id))), closed, merged)


def _families(records: Sequence[Record], copies: Mapping[str, Copy]) -> dict[str, list[Record]]:
    """Records with their copies, by origin."""
    families: dict[str, list[Record]] = {}
    for record in records:
        families.setdefault(copies[record.id].origin_id if record.id in copies else record.id, []).append(record)
    return families


def _head(family: Sequence[Record], origin: str) -> Record:
    """The record that stands for its copies: the origin where it is open, else the first."""
    return next((r for r in family if r.id == origin), family[0])


def _clusters(groups: Sequence[Sequence[str]], records: Sequence[Record], copies: Mapping[str, Copy]) -> list[list[Record]]:
    """Records by event; a copy goes where its origin goes."""
    families = {_head(family, origin).id: family for origin, family in _families(records, copies).items()}
    clusters = ([r for head in heads for r in families[head]] for heads in groups)
    return sorted((sorted(c, key=lambda r: r.order) for c in clusters), key=lambda c: c[0].order)


def _labels(records: Sequence[Record], pairs: Pairs, alike: Any) -> tuple[int, ...]:
    closeness = CLOSENESS * (1 - pairs.headlines.mean()) if len(alike) else CLOSENESS
    return learn.average_link(len(records), pairs.first, pairs.second, alike, SAME_STORY, closeness, FEW)


def _nearness(records: Sequence[Record], pairs: Pairs) -> Any:
    """What is left of each pair's likeness for the days between its records."""
    from numpy import array, maximum

    days = array([r.published.timestamp() / 86400 for r in records])
    apart = maximum(abs(days[pairs.second] - days[pairs.first]) - 1, 0)
    return 0.5 ** (apart / HALF_LIFE_DAYS)


def _heirs(clusters: Sequence[Sequence[Record]], before: Mapping[str, str]) -> dict[str, int]:
    """Story before to the cluster with most of its open records, the earlier one when equal."""
    votes: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for n, cluster in enumerate(clusters):
        for record in cluster:
            if record.id in before:
                votes[before[record.id]][n] += 1
    return {story: min(counts, key=lambda n: (-counts[n], n)) for story, counts in sorted(votes.items())}


def _firsts(before: Mapping[str, str], order: Mapping[str, Any]) -> dict[str, Any]:
    """The place of each story's first record."""
    firsts: dict[str, Any] = {}
    for record, story in before.items():
        if record in order:
            firsts[story] = min(firsts.get(story, order[record]), order[record])
    return firsts


def _identity(cluster: Sequence[Record], claims: Sequence[str], before: Mapping[str, str], firsts: Mapping[str, Any]) -> str:
    """The oldest story that goes on in a cluster, else a new id; a part that split off is told from the story it left."""
    if claims:
        return min(claims, key=lambda story: (firsts[story], story))
    first = cluster[0].id
    return short_id("story", first, before[first]) if first in before else short_id("story", first)


def _story(story_id: str, members: Sequence[Record]) -> Story:
    ordered = sorted(members, key=lambda r: r.order)
    return Story(story_id, ordered[0].title, tuple(r.id for r in ordered), ordered[0].published, ordered[-1].published)
