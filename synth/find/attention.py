"""What is written about against what is committed: coverage of a layer or a thread against its own week, and against money and capacity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from groundwire.records import Figure, LayerShare, Signal, Story
from synth.find.kinds import ATTENTION, THREAD_VOLUME, VOLUME, signal
from synth.find.scene import Scene, is_committed, same_value

BASELINE_DAYS = 7
RECENT_DAYS = 2
MIN_ACCOUNTS = 4
"""Fewer independent accounts of a layer in the recent days are chance."""

MIN_THREAD_ACCOUNTS = 3
"""A thread is narrower than a layer."""

VOLUME_RATIO = 2.0
"""How many times its own baseline the coverage of a layer or a thread must be."""

MIN_GAP = 0.15
"""Difference of the two shares, attention and commitment, that is worth a word."""

MIN_COMMITMENTS = 5
"""Shares of fewer distinct commitments than this jump with every report."""

VOLUME_BASE, VOLUME_STEP = 0.35, 0.08
ATTENTION_BASE = 0.55

Account = tuple[Story, tuple[str, ...]]
"""A story and the records of one independent source on it."""


def has_baseline(scene: Scene) -> bool:
    """Whether the records' own dates reach far enough back to compare with: seven days."""
    return scene.first_published <= scene.now - timedelta(days=BASELINE_DAYS)


def _spanned(scene: Scene, stories: Sequence[Story], after: timedelta, before: timedelta = timedelta(0)) -> list[Account]:
    """Independent accounts: one for each story and source with a record published in a span before now."""
    found: list[Account] = []
    for story in stories:
        spanned = [r for r in scene.evidence(story) if scene.now - after < r.published <= scene.now - before]
        found.extend((story, group) for group in scene.sources(spanned))
    return found


def _by_layer(scene: Scene) -> dict[str, list[Story]]:
    found: defaultdict[str, list[Story]] = defaultdict(list)
    for story in scene.stories:
        if layer := scene.layer(story):
            found[layer].append(story)
    return found


def volume(scene: Scene) -> Iterator[Signal]:
    """Layers with twice the independent accounts of their own week before; silent without a week."""
    if not has_baseline(scene):
        return
    for layer, stories in sorted(_by_layer(scene).items()):
        label = scene.lens.label_of(layer)
        yield from _risen(scene, VOLUME, stories, MIN_ACCOUNTS, label.lower(), {"layer": layer})


def thread_volume(scene: Scene) -> Iterator[Signal]:
    """Threads that have a week behind them, with twice the independent accounts of that week."""
    for thread in scene.threads:
        stories = [s for s in scene.stories if s.id in thread.story_ids]
        if has_baseline(scene) and thread.opened <= scene.now - timedelta(days=BASELINE_DAYS):
            about = f"the thread “{thread.title}”"
            yield from _risen(scene, THREAD_VOLUME, stories, MIN_THREAD_ACCOUNTS, about, {"thread": thread.slug, "title": thread.title})


def _risen(scene: Scene, kind: str, stories: Sequence[Story], fewest: int, about: str, values: Mapping[str, str]) -> Iterator[Signal]:
    recent = _spanned(scene, stories, timedelta(days=RECENT_DAYS))
    trailing = _spanned(scene, stories, timedelta(days=RECENT_DAYS + BASELINE_DAYS), timedelta(days=RECENT_DAYS))
    days = min(BASELINE_DAYS, (scene.now - scene.first_published).total_seconds() / 86400 - RECENT_DAYS)
    usual = len(trailing) * RECENT_DAYS / days
    ratio = len(recent) / max(usual, 1.0)
    records = [scene.records[r] for _, group in recent for r in group]
    if len(recent) >= fewest and ratio >= VOLUME_RATIO and any(scene.is_new(r) for r in records):
        statement = f"{len(recent)} independent accounts of {about} in two days, against {usual:.1f} in two days of the week before"
        measured = {"accounts": len(recent), "baseline": f"{usual:.1f}", "ratio": f"{ratio:.1f}"}
        yield signal(kind, VOLUME_BASE + VOLUME_STEP * ratio, statement, records, [s for s, _ in recent], **values, **measured)


def layer_shares(scene: Scene) -> tuple[LayerShare, ...]:
    """Each layer's share of independent coverage and of distinct reported commitments in seven days, in the lens's order."""
    return _shares(scene, _coverage(scene), _committed(scene))


def _shares(
    scene: Scene, coverage: Mapping[str, list[Account]], committed: Mapping[str, list[tuple[Story, Figure]]]
) -> tuple[LayerShare, ...]:
    accounts, commitments = (max(1, sum(map(len, of.values()))) for of in (coverage, committed))
    return tuple(
        LayerShare(
            layer.name,
            round(len(coverage.get(layer.name, ())) / accounts, 4),
            round(len(committed.get(layer.name, ())) / commitments, 4),
        )
        for layer in scene.lens.layers
    )


def _coverage(scene: Scene) -> dict[str, list[Account]]:
    return {layer: _spanned(scene, stories, timedelta(days=BASELINE_DAYS)) for layer, stories in _by_layer(scene).items()}


def _committed(scene: Scene) -> dict[str, list[tuple[Story, Figure]]]:
    """Distinct commitments by the layer of the passage that reports each: one for each value of money or capacity in seven days."""
    found: defaultdict[str, list[tuple[Story, Figure]]] = defaultdict(list)
    since = scene.now - timedelta(days=BASELINE_DAYS)
    for story in scene.stories:
        for figure in scene.commitments[story.id]:
            layer = scene.layer_of_figure(story, figure) if is_committed(figure) else None
            recent = scene.records[figure.record_id].published > since
            if layer and recent and not any(same_value(figure, other) for _, other in found[layer]):
                found[layer].append((story, figure))
    return found


def attention(scene: Scene) -> Iterator[Signal]:
    """Layers whose share of the commitments is well ahead of their share of the coverage; silent without a week."""
    coverage, committed = _coverage(scene), _committed(scene)
    accounts, commitments = (sum(map(len, of.values())) for of in (coverage, committed))
    if not has_baseline(scene) or commitments < MIN_COMMITMENTS or accounts < MIN_ACCOUNTS:
        return
    shares = _shares(scene, coverage, committed)
    for share in shares:
        mine = sorted(
            committed.get(share.layer, ()), key=lambda found: (-scene.records[found[1].record_id].published.timestamp(), found[1].id)
        )
        records = [scene.records[f.record_id] for _, f in mine]
        gap = share.commitment - share.coverage
        if gap < MIN_GAP or not any(scene.is_new(r) for r in records):
            continue
        label = scene.lens.label_of(share.layer)
        statement = (
            f"{label} had {share.coverage:.0%} of the independent coverage"
            f" and {share.commitment:.0%} of the distinct commitments reported in seven days"
        )
        values = {
            "layer": share.layer,
            "coverage": share.coverage,
            "commitment": share.commitment,
            "accounts": f"{len(coverage.get(share.layer, ()))}/{accounts}",
            "commitments": f"{len(mine)}/{commitments}",
            "figures": " ".join(f.id for _, f in mine),
            "shares": " ".join(f"{s.layer}={s.coverage}/{s.commitment}" for s in shares),
        }
        yield signal(ATTENTION, ATTENTION_BASE + gap, statement, records, [s for s, _ in mine], **values)
