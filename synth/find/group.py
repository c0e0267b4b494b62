"""Stories: which records tell of one event. A function of the open records in canonical order and the stories before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from evidence.names import names
from evidence.text import stem, word_keys
from groundwire.records import Copy, Record, Story, short_id
from synth import learn

TITLE_TIMES = 2
"""A title's words count so often again; neus 0.805 -> 0.858 (BCubed F1 at 0.20), sets without titles unchanged."""

NAMES_SHARE = 0.15
"""Share of the names' similarity in a pair's; the words have the rest."""

SAME_STORY = 0.22
"""Mean similarity down to which average link merges. BCubed precision, recall, F1 on the dev sets at
0.16: ecbplus .767 .947 .848, mix .791 .911 .847, neus .793 .852 .822
0.20: ecbplus .827 .915 .869, mix .847 .888 .867, neus .877 .821 .848
0.22: ecbplus .846 .879 .863, mix .871 .867 .869, neus .908 .800 .850
0.24: ecbplus .883 .839 .860, mix .888 .850 .869, neus .926 .779 .846; 0.22 has about the best F1 and the better precision."""

HALF_LIFE_DAYS = 4.0
"""Beyond a day apart, a pair's similarity halves in so many days; on the sample wire, F1 at 0.22 and
without the names' share was .75 without it, .86 with 14, .89 with 7, .91 with 4."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The stories as of a moment, and what became of those before that are none any more."""

    stories: tuple[Story, ...]
    closed: tuple[str, ...]
    """Stories before that have no open record any more."""
    merged: Mapping[str, str]
    """Stories before that became part of another."""


def group(records: Sequence[Record], copies: Mapping[str, Copy], before: Mapping[str, str], aged: Sequence[Record] = ()) -> Grouping:
    """The stories of open records, by first record; a story that goes on keeps its id, a merge the older one's.

    `aged` are the records of stories before that are no longer open: they stay with their story.
    """
    clusters = _clusters(sorted(records, key=lambda r: r.order), copies)
    order = {r.id: r.order for r in (*records, *aged)}
    heirs = _heirs(clusters, before)
    ids = [_identity(cluster, [s for s, c in heirs.items() if c == n], before, order) for n, cluster in enumerate(clusters)]
    left: defaultdict[str, list[Record]] = defaultdict(list)
    for record in aged:
        left[before[record.id]].append(record)
    kept = {n: [r for s, c in heirs.items() if c == n for r in left.get(s, ())] for n in range(len(clusters))}
    stories = [_story(ids[n], [*cluster, *kept[n]]) for n, cluster in enumerate(clusters)]
    merged = {s: ids[c] for s, c in sorted(heirs.items()) if ids[c] != s}
    closed = tuple(sorted(set(before.values()) - set(heirs)))
    return Grouping(tuple(sorted(stories, key=lambda s: (s.first, s.id))), closed, merged)


def _clusters(records: Sequence[Record], copies: Mapping[str, Copy]) -> list[list[Record]]:
    """Records by event; a copy goes where its origin goes."""
    families: dict[str, list[Record]] = {}
    for record in records:
        families.setdefault(copies[record.id].origin_id if record.id in copies else record.id, []).append(record)
    heads = [next((r for r in family if r.id == origin), family[0]) for origin, family in families.items()]
    clusters: dict[int, list[Record]] = {}
    for label, family in zip(_labels(heads), families.values(), strict=True):
        clusters.setdefault(label, []).extend(family)
    return sorted((sorted(c, key=lambda r: r.order) for c in clusters.values()), key=lambda c: c[0].order)


def _labels(records: Sequence[Record]) -> tuple[int, ...]:
    return learn.average_link(similarities(records), SAME_STORY) if len(records) > 1 else tuple(range(len(records)))


def similarities(records: Sequence[Record]) -> Any:
    """How alike each pair of records is, 0 to 1: words and names in common, less with every day between them."""
    from numpy import abs as distance
    from numpy import array, maximum

    words = learn.cosines([_words(r) for r in records])
    named = learn.cosines([[name.text.casefold() for name in names(r.text)] for r in records])
    days = array([r.published.timestamp() / 86400 for r in records])
    apart = maximum(distance(days[:, None] - days[None, :]) - 1, 0)
    return ((1 - NAMES_SHARE) * words + NAMES_SHARE * named) * 0.5 ** (apart / HALF_LIFE_DAYS)


def _words(record: Record) -> list[str]:
    return [
        _stem(k)
        for text in (record.text, *[record.title] * TITLE_TIMES)
        for k in word_keys(text)
        if len(k) > 2 and k not in learn.stop_words()
    ]


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    return stem(word)


def _heirs(clusters: Sequence[Sequence[Record]], before: Mapping[str, str]) -> dict[str, int]:
    """Story before to the cluster with most of its open records, the earlier one when equal."""
    votes: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for n, cluster in enumerate(clusters):
        for record in cluster:
            if record.id in before:
                votes[before[record.id]][n] += 1
    return {story: min(counts, key=lambda n: (-counts[n], n)) for story, counts in sorted(votes.items())}


def _identity(cluster: Sequence[Record], claims: Iterable[str], before: Mapping[str, str], order: Mapping[str, Any]) -> str:
    """The oldest story that goes on in a cluster, else a new id; a part that split off is told from the story it left."""
    firsts = {story: min(order[r] for r, s in before.items() if s == story and r in order) for story in claims}
    if firsts:
        return min(firsts, key=lambda story: (firsts[story], story))
    first = cluster[0].id
    return short_id("story", first, before[first]) if first in before else short_id("story", first)


def _story(story_id: str, members: Sequence[Record]) -> Story:
    ordered = sorted(members, key=lambda r: r.order)
    return Story(story_id, ordered[0].title, tuple(r.id for r in ordered), ordered[0].published, ordered[-1].published)
