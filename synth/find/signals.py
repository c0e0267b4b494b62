"""Signals: measured changes that justify writing, each with the records that justify it. Pure, as of the scene's moment.

Every kind needs something new: on a day without new evidence all are silent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from evidence.hedges import meaning
from evidence.quantities import render, same_quantity
from evidence.text import word_keys
from groundwire.records import Figure, LayerShare, Record, Signal, Story, short_id
from synth.find.scene import Scene, is_commitment, same_value

BASELINE_DAYS = 7
RECENT_DAYS = 2
MIN_ACCOUNTS = 4
"""Fewer independent accounts of a layer in the recent days are chance."""

VOLUME_RATIO = 2.0
"""How many times its own baseline a layer's coverage must be."""

MIN_GAP = 0.15
"""Difference of the two shares, attention and commitment, that is worth a word."""

MIN_COMMITMENTS = 5
"""Shares of fewer distinct commitments than this jump with every report."""

STRENGTH_BY_SOURCES = {0: 0.0, 1: 0.4, 2: 0.65, 3: 0.8}
IN_TITLE = 0.1
MOVED = 0.15
"""What a figure that moved adds to its sources' strength: it was news before."""

CONTRADICTION = 0.6
CONVERGENCE_NAME, CONVERGENCE_FIGURE = 0.5, 0.7
COMMON_NAME = 4
"""A name in this many open stories ties nothing together."""

MAX_CONVERGENCES = 6

COMPARABLE, MOVED_RANGE = (0.2, 5.0), (0.5, 2.0)
"""Two values of one measure further apart than this are of different things, or not one that moved."""

_FAMILIES = {
    **dict.fromkeys(("investment", "spending", "cost", "contract", "plan", "capital spending", "project"), "spending"),
    **dict.fromkeys(("capacity", "demand", "consumption", "load"), "capacity"),
}
"""Measures that outlets use for one another."""


def signals(scene: Scene) -> tuple[Signal, ...]:
    """Every signal of a scene, strongest first, then by identity."""
    found = [
        *_volume(scene),
        *_new_figures(scene),
        *_moved_figures(scene),
        *_attention(scene),
        *_convergence(scene),
        *_contradictions(scene),
    ]
    return tuple(sorted({s.id: s for s in found}.values(), key=lambda s: (-s.strength, s.id)))


def _signal(kind: str, strength: float, statement: str, records: Sequence[Record], stories: Sequence[Story], **values: object) -> Signal:
    ordered = sorted({r.id: r for r in records}.values(), key=lambda r: r.order)
    ids = tuple(r.id for r in ordered)
    identity = short_id(kind, statement, *ids)
    pairs = tuple((name, str(value)) for name, value in values.items())
    return Signal(identity, kind, round(min(1.0, strength), 3), statement, ids, tuple(dict.fromkeys(s.id for s in stories)), pairs)


def _accounts(scene: Scene, after: timedelta, before: timedelta) -> dict[str, list[tuple[Story, tuple[str, ...]]]]:
    """Independent accounts by layer: one for each story and source with a record published in a span before now."""
    found: defaultdict[str, list[tuple[Story, tuple[str, ...]]]] = defaultdict(list)
    for story in scene.stories:
        layer = scene.layer(story)
        spanned = [r for r in scene.evidence(story) if scene.now - after < r.published <= scene.now - before]
        if layer and spanned:
            found[layer].extend((story, group) for group in scene.sources(spanned))
    return found


def has_baseline(scene: Scene) -> bool:
    """Whether the records' own dates reach far enough back to compare with: seven days."""
    return scene.first_published <= scene.now - timedelta(days=BASELINE_DAYS)


def _volume(scene: Scene) -> Iterator[Signal]:
    if not has_baseline(scene):
        return
    recent = _accounts(scene, timedelta(days=RECENT_DAYS), timedelta(0))
    trailing = _accounts(scene, timedelta(days=RECENT_DAYS + BASELINE_DAYS), timedelta(days=RECENT_DAYS))
    days = min(BASELINE_DAYS, (scene.now - scene.first_published).total_seconds() / 86400 - RECENT_DAYS)
    for layer, accounts in sorted(recent.items()):
        usual = len(trailing.get(layer, ())) * RECENT_DAYS / days
        ratio = len(accounts) / max(usual, 1.0)
        records = [scene.records[r] for _, group in accounts for r in group]
        if len(accounts) >= MIN_ACCOUNTS and ratio >= VOLUME_RATIO and any(scene.is_new(r) for r in records):
            statement = f"{len(accounts)} independent accounts of {scene.lens.label_of(layer).lower()} in two days, against {usual:.1f} in two days of the week before"
            values = {"layer": layer, "accounts": len(accounts), "baseline": f"{usual:.1f}", "ratio": f"{ratio:.1f}"}
            yield _signal("volume", 0.3 + ratio / 10, statement, records, [s for s, _ in accounts], **values)


def layer_shares(scene: Scene) -> tuple[LayerShare, ...]:
    """Each layer's share of independent coverage and of distinct reported commitments in seven days, in the lens's order."""
    coverage, commitments = _coverage(scene), _committed(scene)
    all_accounts = sum(len(a) for a in coverage.values())
    all_commitments = sum(len(c) for c in commitments.values())
    return tuple(
        LayerShare(
            layer.name,
            round(len(coverage.get(layer.name, ())) / max(1, all_accounts), 4),
            round(len(commitments.get(layer.name, ())) / max(1, all_commitments), 4),
        )
        for layer in scene.lens.layers
    )


def _coverage(scene: Scene) -> dict[str, list[tuple[Story, tuple[str, ...]]]]:
    return _accounts(scene, timedelta(days=BASELINE_DAYS), timedelta(0))


def _committed(scene: Scene) -> dict[str, list[tuple[Story, Figure]]]:
    """Distinct commitments by layer: one for each story and value of money or capacity reported in seven days."""
    found: defaultdict[str, list[tuple[Story, Figure]]] = defaultdict(list)
    since = scene.now - timedelta(days=BASELINE_DAYS)
    for story in scene.stories:
        layer = scene.layer(story)
        for figure in scene.commitments[story.id]:
            recent = scene.records[figure.record_id].published > since
            if layer and recent and not any(same_value(figure, other) for _, other in found[layer]):
                found[layer].append((story, figure))
    return found


def _attention(scene: Scene) -> Iterator[Signal]:
    coverage, committed = _coverage(scene), _committed(scene)
    accounts, commitments = sum(len(a) for a in coverage.values()), sum(len(c) for c in committed.values())
    if not has_baseline(scene) or commitments < MIN_COMMITMENTS or accounts < MIN_ACCOUNTS:
        return
    for share in layer_shares(scene):
        gap = share.commitment - share.coverage
        records = [scene.records[f.record_id] for _, f in committed.get(share.layer, ())]
        if gap < MIN_GAP or not any(scene.is_new(r) for r in records):
            continue
        label = scene.lens.label_of(share.layer)
        statement = f"{label} had {share.coverage:.0%} of the independent coverage and {share.commitment:.0%} of the distinct commitments reported in seven days"
        values = {
            "layer": share.layer,
            "coverage": share.coverage,
            "commitment": share.commitment,
            "accounts": f"{len(coverage.get(share.layer, ()))}/{accounts}",
            "commitments": f"{len(committed.get(share.layer, ()))}/{commitments}",
        }
        yield _signal("attention-commitment", 0.4 + gap, statement, records, [s for s, _ in committed[share.layer]], **values)


def _new_figures(scene: Scene) -> Iterator[Signal]:
    """The strongest figure of each story and kind of quantity that only new records report."""
    known = [f for s in scene.stories for f in scene.commitments[s.id] if not scene.is_new(scene.records[f.record_id])]
    for story in scene.stories:
        fresh = [
            f for f in scene.commitments[story.id] if scene.is_new(scene.records[f.record_id]) and not any(same_value(f, k) for k in known)
        ]
        best: dict[str, tuple[float, Figure, list[Record], int]] = {}
        for figure in fresh:
            records = [scene.records[f.record_id] for f in fresh if same_value(f, figure)]
            sources = len(scene.sources(records))
            titled = any(figure.quote in r.title for r in records)
            strength = STRENGTH_BY_SOURCES[min(sources, 3)] + (IN_TITLE if titled else 0)
            if figure.unit not in best or strength > best[figure.unit][0]:
                best[figure.unit] = (strength, figure, records, sources)
        for strength, figure, records, sources in best.values():
            entity = _most_named(scene, story, [f for f in fresh if same_value(f, figure)])
            statement = f"{entity or f'“{story.title}”'}: {render(figure)}{_of(figure)}, reported by {_sources(sources)} and not before"
            yield _signal("new-figure", strength, statement, records, [story], **_about(figure, entity), sources=sources)


def _moved_figures(scene: Scene) -> Iterator[Signal]:
    """Measures of an entity with another value in new records than before: in the same story, or where a new record gives both."""
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
            yield _moving(scene, *pair, [f for _, f in fresh])


def _moved(scene: Scene, story: Story, figure: Figure, other: Story, was: Figure) -> bool:
    gives_both = any(same_value(was, f) for f in scene.figures.get(figure.record_id, ()))
    return comparable(figure, was, MOVED_RANGE) and (gives_both or (story.id == other.id and figure.measure == was.measure))


def _moving(scene: Scene, story: Story, figure: Figure, was: Figure, fresh: Sequence[Figure]) -> Signal:
    records = [scene.records[f.record_id] for f in fresh if same_value(f, figure)]
    sources = len(scene.sources(records))
    entity = figure.entity or ""
    statement = f"{entity}: {render(figure)}{_of(figure)}, where earlier reports said {render(was)}; {_sources(sources)}"
    strength = STRENGTH_BY_SOURCES[min(sources, 3)] + MOVED
    every = [*records, scene.records[was.record_id]]
    return _signal("moved-figure", strength, statement, every, [story], **_about(figure, entity), was=was.quote, sources=sources)


def _contradictions(scene: Scene) -> Iterator[Signal]:
    """Pairs of independent sources of one story that give one measure of one entity different values, neither giving both."""
    for story in scene.stories:
        if not any(scene.is_new(r) for r in scene.evidence(story)):
            continue
        by_key: defaultdict[tuple[str, ...], list[Figure]] = defaultdict(list)
        for figure in scene.commitments[story.id]:
            if key := _key(figure):
                by_key[key].append(figure)
        for figures in by_key.values():
            single = [f for f in figures if all(same_value(f, g) for g in figures if g.record_id == f.record_id)]
            pair = next((p for p in combinations(single, 2) if _contradict(scene, *p)), None)
            if pair:
                one, other = pair
                records = [scene.records[f.record_id] for f in pair]
                outlets = [r.outlet for r in records]
                entity = one.entity or ""
                statement = f"{entity}{_of(one)}: {render(one)} according to {outlets[0]}, {render(other)} according to {outlets[1]}"
                yield _signal("contradiction", CONTRADICTION, statement, records, [story], **_about(one, entity), other=other.quote)


def _contradict(scene: Scene, one: Figure, other: Figure) -> bool:
    if same_quantity(one, other) or meaning(one.hedge) != meaning(other.hedge) or not comparable(one, other) or one.period != other.period:
        return False
    if len(scene.sources([scene.records[one.record_id], scene.records[other.record_id]])) < 2:
        return False
    both = ((one, other.record_id), (other, one.record_id))
    return not any(same_value(f, g) for f, record in both for g in scene.figures.get(record, ()))


def _convergence(scene: Scene) -> Iterator[Signal]:
    """Pairs of stories in different layers that share a name which few stories share, at best with a figure; one has new evidence."""
    stories_with = Counter(name for s in scene.stories for name in scene.entities[s.id])
    found = []
    for one, other in combinations(scene.stories, 2):
        layers = (scene.layer(one), scene.layer(other))
        if None in layers or layers[0] == layers[1] or not any(scene.is_new(r) for s in (one, other) for r in scene.evidence(s)):
            continue
        shared = _by_mentions(
            scene, (one, other), {n for n in scene.entities[one.id] & scene.entities[other.id] if stories_with[n] < COMMON_NAME}
        )
        figure = next((f for f in scene.commitments[one.id] for g in scene.commitments[other.id] if same_value(f, g) and _telling(f)), None)
        if shared:
            found.append(_converging(scene, one, other, figure, shared))
    yield from sorted(found, key=lambda s: (-s.strength, s.id))[:MAX_CONVERGENCES]


def _by_mentions(scene: Scene, stories: Sequence[Story], shared: set[str]) -> list[str]:
    """Names by how often the stories mention them: a company before the person who speaks for it."""
    texts = [r.text for s in stories for r in scene.evidence(s)]
    return sorted(shared, key=lambda name: (-sum(text.count(name) for text in texts), name))


def _converging(scene: Scene, one: Story, other: Story, figure: Figure | None, shared: Sequence[str]) -> Signal:
    what = f"{shared[0]} with {render(figure)}" if figure else shared[0]
    labels = [scene.lens.label_of(scene.layer(s) or "") for s in (one, other)]
    statement = f"{what} ties “{one.title}” ({labels[0].lower()}) to “{other.title}” ({labels[1].lower()})"
    strength = (CONVERGENCE_FIGURE if figure else CONVERGENCE_NAME) + 0.05 * min(4, len(shared))
    values = {"shared": what, "layers": f"{scene.layer(one)}, {scene.layer(other)}"}
    return _signal("convergence", strength, statement, [*scene.evidence(one), *scene.evidence(other)], [one, other], **values)


def _telling(figure: Figure) -> bool:
    """Whether a value is particular enough that two stories with it speak of one thing: two digits that are no zero."""
    return len(str(figure.value.normalize()).replace(".", "").split("E")[0].strip("0")) >= 2


def _key(figure: Figure) -> tuple[str, ...] | None:
    """What two figures must have in common to be two values of one thing."""
    if not is_commitment(figure) or not figure.measure or not figure.entity:
        return None
    keys = word_keys(figure.entity)
    return (keys[0] if keys else figure.entity, _FAMILIES.get(figure.measure, figure.measure), figure.unit, figure.currency or "")


def comparable(one: Figure, other: Figure, within: tuple[float, float] = COMPARABLE) -> bool:
    """Whether two values are near enough to be of one thing."""
    return other.value > 0 and within[0] <= float(one.value / other.value) <= within[1]


def _most_named(scene: Scene, story: Story, figures: Sequence[Figure]) -> str:
    """The name that most of the figures are of, among those that the story is about; empty when there is none."""
    counts = Counter(f.entity for f in figures if f.entity in scene.entities[story.id])
    return str(max(counts, key=lambda name: counts[name])) if counts else ""


def _of(figure: Figure) -> str:
    return f" ({figure.measure})" if figure.measure and figure.measure not in figure.quote else ""


def _about(figure: Figure, entity: str) -> dict[str, object]:
    return {"entity": entity, "measure": figure.measure or "", "value": figure.quote, "unit": figure.unit, "figure": figure.id}


def _sources(n: int) -> str:
    return "one source" if n == 1 else f"{n} independent sources"
