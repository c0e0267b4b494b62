"""Figures that are new, that have moved, or on which independent sources differ."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from evidence.hedges import meaning
from evidence.quantities import render, same_quantity
from evidence.text import stem, word_keys
from groundwire.records import Figure, Record, Signal, Story
from synth.find.kinds import CONTRADICTION, MOVED_FIGURE, NEW_FIGURE, signal, sources_in_words
from synth.find.scene import Scene, is_commitment, is_dateline, same_value

STRENGTH_BY_SOURCES = {0: 0.0, 1: 0.35, 2: 0.55, 3: 0.65}
IN_TITLE = 0.1
MOVED = 0.25
"""What a figure that moved adds to its sources' strength: it was news before."""

CONTRADICTION_BASE, CONTRADICTION_STEP = 0.75, 0.05
"""Two sources that differ, and what each further one adds that takes a side."""

COMPARABLE, MOVED_RANGE, NEAR = (0.2, 5.0), (0.5, 2.0), (2 / 3, 1.5)
"""Two values of one measure further apart than this: of different things, not one that moved, not both of them in one text about one thing."""

ALIKE = 0.34
"""Least share of common content words, of the shorter sentence, for two counts to be of the same thing."""

DISPUTED = frozenset({"money", "W", "Wh", "VA", "%", "x"})
"""Units, besides counts of something named, in which sources can differ."""

_FAMILIES = {
    **dict.fromkeys(("investment", "spending", "cost", "contract", "plan", "capital spending", "project"), "spending"),
    **dict.fromkeys(("capacity", "demand", "consumption", "load"), "capacity"),
}
"""Measures that outlets use for one another."""

_CHANGE = re.compile(
    r"\b(?:rais|ris|rose|increas|enlarg|grew|grow|lift|widen|cut|lower|reduc|fell|fall|shr[aiu]nk|drop|expand|revis|jump|climb|doubl|up|down)",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|would|should|could|may|might|plan(?:s|ned)?|expect(?:s|ed)?|want(?:s|ed)?|hope[sd]?|aim(?:s|ed)?)\b", re.IGNORECASE
)
"""A change that has not happened yet has moved no figure."""

_YEAR = re.compile(r"\b20\d\d\b")
_FROM = re.compile(r"\bfrom\s+(?:about\s+|around\s+|roughly\s+)?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)


def new_figures(scene: Scene) -> Iterator[Signal]:
    """The strongest figure of each story and kind of quantity that only new records report."""
    known = [f for s in scene.stories for f in scene.commitments[s.id] if not scene.is_new(scene.records[f.record_id])]
    for story in scene.stories:
        mine = [f for f in scene.commitments[story.id] if scene.is_new(scene.records[f.record_id])]
        fresh = [f for f in mine if not any(same_value(f, k) for k in known)]
        best: dict[str, Signal] = {}
        for figure in fresh:
            found = _new(scene, story, figure, fresh)
            if figure.unit not in best or found.strength > best[figure.unit].strength:
                best[figure.unit] = found
        yield from best.values()


def _new(scene: Scene, story: Story, figure: Figure, fresh: Sequence[Figure]) -> Signal:
    alike = [f for f in fresh if same_value(f, figure)]
    records = [scene.records[f.record_id] for f in alike]
    sources = len(scene.sources(records))
    strength = STRENGTH_BY_SOURCES[min(sources, 3)] + (IN_TITLE if any(figure.quote in r.title for r in records) else 0)
    entity = _most_named(scene, story, alike)
    statement = f"{entity or f'“{story.title}”'}: {render(figure)}{_of(figure)}, reported by {sources_in_words(sources)} and not before"
    return signal(NEW_FIGURE, strength, statement, records, [story], **_about(figure, entity), sources=sources)


def moved_figures(scene: Scene) -> Iterator[Signal]:
    """Measures of an entity with another value in new records than before, or that a new record itself says have changed."""
    told: set[str] = set()
    for story, figure, was, fresh in (*_moved_since(scene), *_moved_within(scene)):
        if figure.id not in told:
            told.update(f.id for f in fresh if same_value(f, figure))
            yield _moving(scene, story, figure, was, fresh)


Moved = tuple[Story, Figure, Figure, list[Figure]]
"""A story, the figure now, the figure before, and every new figure of the same measure."""


def _moved_since(scene: Scene) -> Iterator[Moved]:
    """Where earlier records gave another value: in the same story, or where the new record gives both."""
    by_key: defaultdict[tuple[str, ...], list[tuple[Story, Figure]]] = defaultdict(list)
    for story in scene.stories:
        for figure in scene.commitments[story.id]:
            if key := _key(figure):
                by_key[key].append((story, figure))
    for _, found in sorted(by_key.items()):
        old = [(s, f) for s, f in found if not scene.is_new(scene.records[f.record_id])]
        fresh = [(s, f) for s, f in found if scene.is_new(scene.records[f.record_id]) and not any(same_value(f, o) for _, o in old)]
        pair = next(((s, f, was) for s, f in fresh for t, was in reversed(old) if _moved(scene, s, f, t, was)), None)
        if pair:
            yield (*pair, [f for _, f in fresh])


def _moved(scene: Scene, story: Story, figure: Figure, other: Story, was: Figure) -> bool:
    gives_both = any(same_value(was, f) for f in scene.figures.get(figure.record_id, ()))
    return comparable(figure, was, MOVED_RANGE) and (gives_both or (story.id == other.id and figure.measure == was.measure))


def _moved_within(scene: Scene) -> Iterator[Moved]:
    """Where one sentence of a new record says from what to what a figure has moved."""
    for story in scene.stories:
        mine = [f for f in scene.commitments[story.id] if scene.is_new(scene.records[f.record_id])]
        for was, figure in ((a, b) for a in mine for b in mine if a.id != b.id and a.record_id == b.record_id):
            one_thing = was.sentence_start == figure.sentence_start and (was.unit, was.currency) == (figure.unit, figure.currency)
            if one_thing and comparable(figure, was, MOVED_RANGE) and _says_moved(scene.records[was.record_id], was, figure):
                yield story, figure, was, mine


def _says_moved(record: Record, was: Figure, figure: Figure) -> bool:
    text = record.text
    before = text[was.sentence_start : was.start]
    sentence = text[was.sentence_start : was.sentence_end]
    own = text[figure.sentence_start : figure.start]
    if not _FROM.search(before) or _FROM.search(own) or _BETWEEN.search(own) or same_value(was, figure):
        return False
    later = any(int(year) > record.published.year for year in _YEAR.findall(sentence))
    return bool(_CHANGE.search(sentence)) and not _AHEAD.search(sentence) and not later


def _moving(scene: Scene, story: Story, figure: Figure, was: Figure, fresh: Sequence[Figure]) -> Signal:
    records = [scene.records[f.record_id] for f in fresh if same_value(f, figure)]
    sources = len(scene.sources(records))
    entity = house(figure.entity)
    statement = f"{entity}: {render(figure)}{_of(figure)}, where it was {render(was)} before; {sources_in_words(sources)}"
    strength = STRENGTH_BY_SOURCES[min(sources, 3)] + MOVED
    values = {"was": was.quote, "was_figure": was.id, "direction": "up" if figure.value > was.value else "down", "sources": sources}
    every = [*records, scene.records[was.record_id]]
    return signal(MOVED_FIGURE, strength, statement, every, [story], **_about(figure, entity), **values)


def contradictions(scene: Scene) -> Iterator[Signal]:
    """For each story and measure, independent sources that give one thing different values, one of them new."""
    for story in scene.stories:
        told: set[tuple[str, str]] = set()
        for one, other in sorted(_differing(scene, story), key=lambda pair: (-_weight(pair[0]), pair[0].id, pair[1].id)):
            about = (_family(one) or one.unit, one.unit)
            if about not in told:
                told.add(about)
                yield _contradiction(scene, story, one, other)


def _differing(scene: Scene, story: Story) -> Iterator[tuple[Figure, Figure]]:
    """Pairs of figures that cannot both hold, the one that was reported first before the other."""
    every = [f for r in scene.evidence(story) if scene.counts(r) for f in scene.figures.get(r.id, ()) if _disputable(f)]
    for one, other in combinations(every, 2):
        records = [scene.records[f.record_id] for f in (one, other)]
        if one.record_id != other.record_id and any(scene.is_new(r) for r in records) and _contradict(scene, one, other):
            yield one, other


def _disputable(figure: Figure) -> bool:
    """Whether a figure can be set against another: a stated value, not a bound, of something that can be told apart."""
    named = figure.unit in DISPUTED and figure.measure is not None
    return (named or figure.unit.startswith("count:")) and figure.value > 0 and meaning(figure.hedge) in {None, "about"}


def _contradict(scene: Scene, one: Figure, other: Figure) -> bool:
    alike = (one.unit, one.currency, one.period) == (other.unit, other.currency, other.period) and _family(one) == _family(other)
    if not alike or same_quantity(one, other) or not comparable(one, other, NEAR) or not _same_thing(scene, one, other):
        return False
    if len(scene.sources([scene.records[one.record_id], scene.records[other.record_id]])) < 2:
        return False
    return not (_gives(scene, one.record_id, other) and _gives(scene, other.record_id, one)) and not _told_as_moved(scene, one, other)


def _same_thing(scene: Scene, one: Figure, other: Figure) -> bool:
    """Whether two sentences speak of one thing: money and power of one owner, else sentences that are much alike."""
    if is_commitment(one) and is_commitment(other) and _owner(one) == _owner(other):
        return True
    left, right = (_content(scene, f) for f in (one, other))
    return len(left & right) >= ALIKE * max(1, min(len(left), len(right))) and len(left & right) > 1


def _content(scene: Scene, figure: Figure) -> frozenset[str]:
    text = scene.records[figure.record_id].text
    around = text[figure.sentence_start : figure.start] + " " + text[figure.end : figure.sentence_end]
    return frozenset(stem(word) for word in word_keys(around) if len(word) > 3)


def _gives(scene: Scene, record_id: str, figure: Figure) -> bool:
    return any(same_value(figure, f) for f in scene.figures.get(record_id, ()))


def _told_as_moved(scene: Scene, one: Figure, other: Figure) -> bool:
    """Whether one of the records itself says that the figure moved from one value to the other."""
    for figure in (one, other):
        mine = scene.figures.get(figure.record_id, ())
        text = scene.records[figure.record_id].text
        pairs = ((a, b) for a in mine for b in mine if a.sentence_start == b.sentence_start and a.unit == b.unit == figure.unit)
        if any(_FROM.search(text[a.sentence_start : a.start]) and {a.value, b.value} == {one.value, other.value} for a, b in pairs):
            return True
    return False


def _contradiction(scene: Scene, story: Story, one: Figure, other: Figure) -> Signal:
    sides = [[r for r in scene.evidence(story) if scene.counts(r) and _gives(scene, r.id, f)] for f in (one, other)]
    pair = [scene.records[one.record_id], scene.records[other.record_id]]
    entity = house(one.entity)
    said = [f"{render(f)} according to {r.outlet}" for f, r in zip((one, other), pair, strict=True)]
    statement = f"{entity or f'“{story.title}”'}{_of(one)}: {said[0]}, {said[1]}"
    records = {r.id: r for r in (*pair, *sides[0], *sides[1])}
    more = len(scene.sources(records.values())) - 2
    values = {"other": other.quote, "other_figure": other.id, "outlets": " | ".join(r.outlet for r in pair)}
    about = _about(one, entity)
    return signal(CONTRADICTION, CONTRADICTION_BASE + CONTRADICTION_STEP * more, statement, records.values(), [story], **about, **values)


def _weight(figure: Figure) -> float:
    return 2.0 * is_commitment(figure) + (figure.unit == "money")


def _family(figure: Figure) -> str | None:
    return _FAMILIES.get(figure.measure, figure.measure) if figure.measure else None


def _owner(figure: Figure) -> str:
    keys = word_keys(figure.entity or "")
    return keys[0] if keys else figure.entity or ""


def _key(figure: Figure) -> tuple[str, ...] | None:
    """What two figures must have in common to be two values of one thing."""
    if not is_commitment(figure) or not figure.measure or not figure.entity:
        return None
    return (_owner(figure), _family(figure) or "", figure.unit, figure.currency or "")


def comparable(one: Figure, other: Figure, within: tuple[float, float] = COMPARABLE) -> bool:
    """Whether two values are near enough to be of one thing."""
    return other.value > 0 and within[0] <= float(one.value / other.value) <= within[1]


def _most_named(scene: Scene, story: Story, figures: Sequence[Figure]) -> str:
    """The name that most of the figures are of, among those that the story is about; empty when there is none."""
    counts = Counter(f.entity for f in figures if f.entity in scene.named[story.id])
    return house(max(counts, key=lambda name: counts[name])) if counts else ""


def house(entity: str | None) -> str:
    """A name as a statement writes it: a dateline's capitals are none."""
    return entity.title() if entity and is_dateline(entity) else entity or ""


def _of(figure: Figure) -> str:
    return f" ({figure.measure})" if figure.measure and figure.measure not in figure.quote else ""


def _about(figure: Figure, entity: str) -> dict[str, object]:
    return {"entity": entity, "measure": figure.measure or "", "value": figure.quote, "unit": figure.unit, "figure": figure.id}


__all__ = ["comparable", "contradictions", "house", "moved_figures", "new_figures"]
