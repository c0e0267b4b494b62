"""Stories that meet: one thing seen from two layers, and a forecast that comes due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from evidence.names import names
from evidence.quantities import render
from groundwire.records import Figure, Signal, Story
from synth.find.kinds import CONVERGENCE, FORECAST_DUE, signal
from synth.find.scene import RARE_STORIES, Due, Scene, same_value

BY_NAME, BY_FIGURE, BY_BOTH = 0.38, 0.45, 0.7
"""One name alone joins stories and is no thesis by the usual write.min_strength: a company has many stories."""

FURTHER_NAME = 0.05
MOST_FURTHER = 4
MAX_CONVERGENCES = 6

TELLING_DIGITS = 2
"""A value with so many digits that are no zero is particular enough beside a common name or place,"""
ALONE_DIGITS = 3
"""and with so many without one."""

COMMON_VALUE = 12
"""A value in more stories than this is a round number, however many digits it has."""

DUE = 0.8
DUE_DAYS = 7
"""A forecast that fell due so many days ago, unseen because no run looked, is late."""


def convergences(scene: Scene) -> Iterator[Signal]:
    """Pairs of stories in different layers, one with new evidence, that share a rare name or a telling figure; the strongest few."""
    found = []
    for one, other in _candidates(scene):
        layers = (scene.layer(one), scene.layer(other))
        if None in layers or layers[0] == layers[1] or not any(scene.is_new(r) for s in (one, other) for r in scene.evidence(s)):
            continue
        shared = _shared(scene, one, other)
        places = sorted(scene.sites[one.id] & scene.sites[other.id])
        pair = _shared_figure(scene, one, other, TELLING_DIGITS if shared or places else ALONE_DIGITS)
        shared = shared or (places[:1] if pair else [])
        if shared or pair:
            found.append(_converging(scene, one, other, pair, shared))
    yield from sorted(found, key=lambda s: (-s.strength, s.id))[:MAX_CONVERGENCES]


def _candidates(scene: Scene) -> list[tuple[Story, Story]]:
    """The pairs of stories that share a rare name or a telling value, in the scene's order: few, however many stories are open."""
    sharing: defaultdict[object, list[int]] = defaultdict(list)
    for n, story in enumerate(scene.stories):
        values = {(f.value, f.unit, f.currency) for f in scene.commitments[story.id] if _digits(f) >= TELLING_DIGITS}
        for key in {*(name for name in scene.entities[story.id] if scene.stories_with[name] <= RARE_STORIES), *values}:
            sharing[key].append(n)
    pairs = {pair for stories in sharing.values() if len(stories) <= COMMON_VALUE for pair in combinations(stories, 2)}
    return [(scene.stories[a], scene.stories[b]) for a, b in sorted(pairs)]


def _shared(scene: Scene, one: Story, other: Story) -> list[str]:
    """Rare names of both stories, by how often they are mentioned: a company before what it makes."""
    rare = [n for n in scene.entities[one.id] & scene.entities[other.id] if scene.stories_with[n] <= RARE_STORIES]
    texts = [r.text for s in (one, other) for r in scene.evidence(s)]
    return sorted(rare, key=lambda name: (-sum(text.count(name) for text in texts), name))


def _shared_figure(scene: Scene, one: Story, other: Story, digits: int) -> tuple[Figure, Figure] | None:
    pairs = ((f, g) for f in scene.commitments[one.id] for g in scene.commitments[other.id])
    return next(((f, g) for f, g in pairs if same_value(f, g) and _digits(f) >= digits), None)


def _digits(figure: Figure) -> int:
    return len(str(figure.value.normalize()).replace(".", "").split("E")[0].strip("0"))


def _converging(scene: Scene, one: Story, other: Story, pair: tuple[Figure, Figure] | None, shared: Sequence[str]) -> Signal:
    name = shared[0] if shared else ""
    what = " with ".join(part for part in (name, render(pair[0]) if pair else "") if part)
    labels = [scene.lens.label_of(scene.layer(s) or "") for s in (one, other)]
    statement = f"{what} ties “{one.title}” ({labels[0].lower()}) to “{other.title}” ({labels[1].lower()})"
    base = BY_BOTH if pair and shared else BY_FIGURE if pair else BY_NAME
    values = {
        "shared": what,
        "entity": name,
        "layers": f"{scene.layer(one)}, {scene.layer(other)}",
        "figures": " ".join(f.id for f in pair or ()),
    }
    records = [r for s in (one, other) for r in scene.evidence(s) if scene.counts(r) and _mentions(scene, r.id, name, pair)]
    return signal(CONVERGENCE, base + FURTHER_NAME * min(MOST_FURTHER, len(shared)), statement, records, [one, other], **values)


def _mentions(scene: Scene, record_id: str, name: str, pair: tuple[Figure, Figure] | None) -> bool:
    """Whether a record has what is shared: its name, by its first word, or the figure."""
    text = scene.records[record_id].text
    return (bool(name) and name.split()[0] in text) or (bool(pair) and record_id in {f.record_id for f in pair or ()})


def forecasts_due(scene: Scene) -> Iterator[Signal]:
    """Forecasts that fell due since the last look, with the article's own records and the open stories on the same thing."""
    since = max(scene.previous or scene.now - timedelta(days=1), scene.now - timedelta(days=DUE_DAYS))
    for due in scene.forecasts:
        if since < due.forecast.due <= scene.now and due.forecast.made < scene.now:
            yield _due(scene, due)


def _due(scene: Scene, due: Due) -> Signal:
    forecast = due.forecast
    about = {n.text for n in names(f"{forecast.statement} {forecast.wrong_if}")}
    stories = [s for s in scene.stories if s.id in due.story_ids or about & scene.entities[s.id]]
    news = [r for s in stories for r in scene.evidence(s) if scene.is_new(r)]
    day = _day(forecast.due)
    statement = (
        f"due on {day}: “{forecast.statement.rstrip('.')}”, forecast on {_day(forecast.made)}; wrong if {forecast.wrong_if.rstrip('.')}"
    )
    values = {
        "forecast": forecast.id,
        "statement": forecast.statement,
        "made": forecast.made.date().isoformat(),
        "due": forecast.due.date().isoformat(),
        "wrong_if": forecast.wrong_if,
        "article": forecast.article_id,
    }
    found = signal(FORECAST_DUE, DUE, statement, news, stories, **values)
    before = tuple(r for r in due.record_ids if r not in found.record_ids)
    return Signal(found.id, found.kind, found.strength, found.statement, (*before, *found.record_ids), found.story_ids, found.values)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
