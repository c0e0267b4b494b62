"""What is there as of a moment, by value: the one argument of signals and themes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from evidence import independence
from evidence.names import is_opening_word, names
from groundwire.records import Copy, Figure, Outlet, Record, Story
from synth.find.lens import Lens
from synth.find.outlets import outlets_of

NEW_HOURS = 24
"""What was published in so many hours before now is new, and so is whatever was fetched since the last moment,"""

LATE_DAYS = 3
"""unless it was published so many days ago: a queue that is worked off brings no news."""

FIRST_HOURS = 36
"""Without a moment before, what was published in so many hours is new."""

COMMITMENTS = {"money": 1_000_000, "W": 1_000_000, "Wh": 1_000_000_000, "VA": 1_000_000, "count:jobs": 10}
"""Units in which something is committed, each with the least amount that is news."""

NAMED_TWICE = 2
ACRONYM_LETTERS = 5


@dataclass(frozen=True)
class Scene:
    """Open records as they stand at `now`. Altered copies are among the records and never among the evidence."""

    now: datetime
    previous: datetime | None
    """When the find stage last finished before `now`."""
    records: Mapping[str, Record]
    copies: Mapping[str, Copy]
    stories: tuple[Story, ...]
    figures: Mapping[str, tuple[Figure, ...]]
    layers: Mapping[str, tuple[tuple[str, float], ...]]
    outlets: Mapping[str, Outlet]
    lens: Lens

    def evidence(self, story: Story) -> tuple[Record, ...]:
        """The open records of a story that may be cited, in canonical order."""
        return tuple(self.records[r] for r in story.record_ids if r in self.records and not self._altered(r))

    def _altered(self, record_id: str) -> bool:
        return record_id in self.copies and self.copies[record_id].altered is not None

    def counts(self, record: Record) -> bool:
        """Whether a record's word counts as evidence for a figure."""
        return independence.counts(record, self.copies, self.described)

    def sources(self, records: Iterable[Record]) -> tuple[tuple[str, ...], ...]:
        """The records whose word counts, by independent source."""
        return independence.independent_groups(tuple(records), self.copies, self.described)

    @cached_property
    def described(self) -> Mapping[str, Outlet]:
        """The outlet of every record, as the operator says or as a rule guesses."""
        return outlets_of(self.records.values(), self.outlets)

    def weight(self, records: Iterable[Record]) -> float:
        """The evidence in records: the weight of the strongest outlet of each independent source, summed."""
        strongest = (max(self.described[self.records[r].outlet].weight for r in group) for group in self.sources(records))
        return sum(strongest)

    def outlet_weight(self, record: Record) -> float:
        return self.described[record.outlet].weight

    def is_new(self, record: Record) -> bool:
        """Whether a record brings something that no moment before has seen."""
        if self.previous is None:
            return record.published > self.now - timedelta(hours=FIRST_HOURS)
        late = record.published <= self.now - timedelta(days=LATE_DAYS)
        return record.published > self.now - timedelta(hours=NEW_HOURS) or (record.fetched > self.previous and not late)

    def since(self, days: float) -> tuple[Record, ...]:
        """The records of every story that were published in so many days before now, in canonical order."""
        return tuple(r for s in self.stories for r in self.evidence(s) if r.published > self.now - timedelta(days=days))

    @cached_property
    def first_published(self) -> datetime:
        """When the oldest record here was published; `now` when there is none."""
        return min((r.published for r in self.records.values()), default=self.now)

    @cached_property
    def story_layers(self) -> Mapping[str, tuple[tuple[str, float], ...]]:
        """Each story's layers with shares, strongest first: the mean over its records, so that length does not count."""
        order = {layer.name: n for n, layer in enumerate(self.lens.layers)}
        found: dict[str, tuple[tuple[str, float], ...]] = {}
        for story in self.stories:
            totals: defaultdict[str, float] = defaultdict(float)
            records = self.evidence(story)
            for record in records:
                for layer, score in self.layers.get(record.id, ()):
                    totals[layer] += score / len(records)
            found[story.id] = tuple(sorted(((n, round(t, 4)) for n, t in totals.items()), key=lambda x: (-x[1], order.get(x[0], 99))))
        return found

    def layer(self, story: Story) -> str | None:
        """A story's strongest layer, or None."""
        shares = self.story_layers[story.id]
        return shares[0][0] if shares else None

    @cached_property
    def commitments(self) -> Mapping[str, tuple[Figure, ...]]:
        """Each story's figures of money, power or jobs that name who they are of, in canonical order."""
        return {
            s.id: tuple(f for r in self.evidence(s) if self.counts(r) for f in self.figures.get(r.id, ()) if is_commitment(f))
            for s in self.stories
        }

    @cached_property
    def entities(self) -> Mapping[str, frozenset[str]]:
        """Names that each story is about: those in a title, in two of its records, or that figures are of; no places, no outlets."""
        return {s.id: self._entities(self.evidence(s)) for s in self.stories}

    def _entities(self, records: Sequence[Record]) -> frozenset[str]:
        per_record = Counter(name for r in records for name in {n.text for n in names(r.text) if not is_opening_word(r.text, n)})
        titles = {n.text for r in records for n in names(r.title)}
        owners = Counter(f for r in records for f in {f.entity for f in self.figures.get(r.id, ()) if f.entity})
        twice = {n for n, times in per_record.items() if times >= NAMED_TWICE and (" " in n or owners[n] >= NAMED_TWICE)}
        about = twice | (titles & set(per_record)) | {n for n in owners if " " in n}
        return frozenset(n for n in about if n.casefold() not in self._outlet_names and not _is_dateline(n) and not _is_place(n, records))

    @cached_property
    def _outlet_names(self) -> frozenset[str]:
        return frozenset(r.outlet.casefold().removeprefix("the ") for r in self.records.values())


def _is_dateline(name: str) -> bool:
    return name.isupper() and len(name) > ACRONYM_LETTERS


def _is_place(name: str, records: Sequence[Record]) -> bool:
    """Whether a name stands mostly after a preposition of place; a place ties no two stories together."""
    found = [
        m[1] for r in records for m in re.finditer(rf"(\b(?:in|at|near|outside|across|around)\s+(?:the\s+)?)?\b{re.escape(name)}\b", r.text)
    ]
    return 2 * sum(bool(place) for place in found) > len(found)


def is_commitment(figure: Figure) -> bool:
    """Whether a figure says that money, power or work is committed to something named."""
    return figure.entity is not None and figure.unit in COMMITMENTS and figure.value >= COMMITMENTS[figure.unit]


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures give the same value in the same unit."""
    return (one.value, one.unit, one.currency) == (other.value, other.unit, other.currency)
