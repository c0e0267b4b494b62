"""What is there as of a moment, by value: the one argument of signals and themes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from evidence import independence
from evidence.names import Name, is_opening_word, is_person, names
from evidence.text import word_key
from groundwire.records import Copy, Figure, Forecast, Outlet, Record, Story
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

NOT_COMMITTED = frozenset({"revenue", "profit", "loss", "valuation", "price", "tariff", "fine", "share", "demand", "consumption"})
"""Measures of money and power that nobody has bound himself to: results, prices and needs."""

NAMED_TWICE, NAMED_OFTEN = 2, 3
"""A story is about what two of its texts name, or one names so often."""

ONE_LONG_FORM = 0.8
"""Share of the longer names that begin with a short one which must be one and the same."""

FAMILY_NAMES = 3
"""A word that so many different names begin with is a region or a family of things, and ties nothing."""

ACRONYM_LETTERS = 5
RARE_STORIES = 3
"""A name in more open stories than this ties no two of them together."""

AFFAIR_NAMES = 2
"""So many common names, however frequent each, make two stories of one affair."""

NOUNS_IN_CAPITALS = frozenset({"de"})
"""Languages that write every noun in capitals: there a single word is no name."""


@dataclass(frozen=True, slots=True)
class Running:
    """A thread as the articles before now have told it: its stories, and when the first of their records was published."""

    slug: str
    title: str
    story_ids: tuple[str, ...]
    opened: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A forecast that nobody has decided yet, with the records and stories of the article that made it."""

    forecast: Forecast
    record_ids: tuple[str, ...]
    story_ids: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """Open records as they stand at `now`. Altered copies and muted outlets are among the records and never the evidence."""

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
    passage_layers: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """The strongest layer of a passage that has one of its own, by record and where the passage starts."""
    threads: tuple[Running, ...] = ()
    forecasts: tuple[Due, ...] = ()

    def evidence(self, story: Story) -> tuple[Record, ...]:
        """The open records of a story that may be cited, in canonical order."""
        return tuple(self.records[r] for r in story.record_ids if r in self.records and not self._altered(r) and not self._muted(r))

    def _altered(self, record_id: str) -> bool:
        return record_id in self.copies and self.copies[record_id].altered is not None

    def _muted(self, record_id: str) -> bool:
        return self.described[self.records[record_id].outlet].muted

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

    def layer_of_figure(self, story: Story, figure: Figure) -> str | None:
        """The layer that a figure is reported in: that of its passage, else of its record, else of its story."""
        record = self.layers.get(figure.record_id, ())
        return self.passage_layers.get((figure.record_id, figure.sentence_start)) or (record[0][0] if record else self.layer(story))

    @cached_property
    def commitments(self) -> Mapping[str, tuple[Figure, ...]]:
        """Each story's figures of money, power or jobs that name who they are of, in canonical order."""
        return {
            s.id: tuple(f for r in self.evidence(s) if self.counts(r) for f in self.figures.get(r.id, ()) if is_commitment(f))
            for s in self.stories
        }

    @cached_property
    def entities(self) -> Mapping[str, frozenset[str]]:
        """Names that each story is about: in a title, in two of its own texts, or three times in one; no places, people, outlets.

        A short form stands for the longer name that begins with it ("Velmora" for "Velmora Grid") and has no rival.
        """
        return {s.id: self._canonical(self._houses(self._about[s.id], self.evidence(s))) for s in self.stories}

    @cached_property
    def sites(self) -> Mapping[str, frozenset[str]]:
        """Towns and grounds that each story is about, no regions; beside something else that is shared they say that it is there."""
        local = {s.id: {n for n in self._about[s.id] if self._is_known(n) and n.split()[-1] not in _REGIONS} for s in self.stories}
        return {s.id: frozenset(n for n in local[s.id] if _is_place(n, self.evidence(s))) for s in self.stories}

    @cached_property
    def named(self) -> Mapping[str, frozenset[str]]:
        """Names that each story is about, and those that its figures are of."""
        owners = {s.id: {f.entity for f in self.commitments[s.id] if f.entity and " " in f.entity} for s in self.stories}
        return {s.id: self.entities[s.id] | self._houses(owners[s.id], self.evidence(s)) for s in self.stories}

    @cached_property
    def _names(self) -> Mapping[str, tuple[Name, ...]]:
        """The names in each record's text."""
        return {r.id: names(r.text) for r in self.records.values()}

    @cached_property
    def _longer(self) -> Mapping[str, Counter[str]]:
        """The names of several words with how often they stand, by their first word."""
        longer: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name in (n.text for of in self._names.values() for n in of if " " in n.text):
            longer[word_key(name.split()[0])][name] += 1
        return longer

    def _full(self, name: str) -> str | None:
        """The name that a short form stands for, the name itself, or None for one that begins many names."""
        longer = self._longer.get(word_key(name)) if " " not in name else None
        if not longer:
            return name
        best, times = min(longer.items(), key=lambda found: (-found[1], found[0]))
        if times >= ONE_LONG_FORM * longer.total():
            return best
        return name if len(longer) < FAMILY_NAMES else None

    def _canonical(self, found: Iterable[str]) -> frozenset[str]:
        return frozenset(full for name in found if (full := self._full(name)))

    @cached_property
    def _about(self) -> Mapping[str, frozenset[str]]:
        return {s.id: self._told_of(self.evidence(s)) for s in self.stories}

    def _told_of(self, records: Sequence[Record]) -> frozenset[str]:
        own = [r for r in records if r.id not in self.copies] or list(records)
        mentions = [Counter(n.text for n in self._names[r.id] if not is_opening_word(r.text, n) and _is_name(n.text, r)) for r in own]
        titles = {n.text for r in own for n in names(r.title)}
        every = sum(mentions, Counter[str]())
        texts = Counter(name for counts in mentions for name in counts)
        often = {n for n in every if texts[n] >= NAMED_TWICE or every[n] >= NAMED_OFTEN}
        return frozenset(often | (titles & set(every)))

    def _is_known(self, name: str) -> bool:
        """Whether a name is one to speak of: no outlet, no town in a dateline's capitals."""
        return name.casefold() not in self._outlet_names and not is_dateline(name)

    def _houses(self, found: Set[str], records: Sequence[Record]) -> frozenset[str]:
        """Those of the names that are no outlet, dateline, place or person."""
        houses = {n for n in found if self._is_known(n) and not _is_place(n, records)}
        person, every = Counter[str](), Counter[str]()
        for record in records:
            for name in (n for n in self._names[record.id] if n.text in houses):
                every[name.text] += 1
                person[name.text] += is_person(record.text, name)
        return frozenset(n for n in houses if 2 * person[n] <= every[n])

    @cached_property
    def stories_with(self) -> Mapping[str, int]:
        """How many open stories are about each name."""
        return Counter(name for of in self.entities.values() for name in of)

    def tie(self, one: Story, other: Story) -> tuple[str, ...]:
        """The names that tie two stories together, rarest first: a rare one, or any with another name or place beside it; else none."""
        shared = sorted(self.entities[one.id] & self.entities[other.id], key=lambda name: (self.stories_with[name], name))
        rare = [name for name in shared if self.stories_with[name] <= RARE_STORIES]
        places = sorted(self.sites[one.id] & self.sites[other.id])
        affair = [*shared, *places] if shared and len(shared) + len(places) >= AFFAIR_NAMES else []
        return tuple(rare or affair)

    @cached_property
    def _outlet_names(self) -> frozenset[str]:
        return frozenset(r.outlet.casefold().removeprefix("the ") for r in self.records.values())


def is_dateline(name: str) -> bool:
    """Whether a name is a town in the capitals of a dateline."""
    return name.isupper() and len(name) > ACRONYM_LETTERS


def _is_name(name: str, record: Record) -> bool:
    return " " in name or (record.language or "en")[:2].lower() not in NOUNS_IN_CAPITALS


_REGIONS = frozenset({"County", "Valley", "State", "Province", "Prefecture", "District", "Region", "Township", "Island", "Islands", "Bay"})


def _is_place(name: str, records: Sequence[Record]) -> bool:
    """Whether a name stands mostly after a preposition of place; a place ties no two stories together."""
    if name.split()[-1] in _REGIONS:
        return True
    found = [
        m[1] for r in records for m in re.finditer(rf"(\b(?:in|at|near|outside|across|around)\s+(?:the\s+)?)?\b{re.escape(name)}\b", r.text)
    ]
    return 2 * sum(bool(place) for place in found) > len(found)


def is_commitment(figure: Figure) -> bool:
    """Whether a figure says that money, power or work is committed to something named."""
    return figure.entity is not None and figure.unit in COMMITMENTS and figure.value >= COMMITMENTS[figure.unit]


def is_committed(figure: Figure) -> bool:
    """Whether somebody has bound himself to a commitment's money or capacity: no result, price or need."""
    return is_commitment(figure) and figure.measure not in NOT_COMMITTED


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures give the same value in the same unit."""
    return (one.value, one.unit, one.currency) == (other.value, other.unit, other.currency)
