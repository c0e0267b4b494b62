"""Themes: the stories that one thesis can carry, and whether there is enough to write it. Pure, as of the scene's moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from groundwire.config import Write
from groundwire.records import Record, Signal, Story, Theme, short_id
from synth.find.scene import Scene
from synth.find.signals import has_baseline

MAX_STORIES = 5
RECENT_DAYS = 3
"""A story joins another's theme while its last record is not older than this."""

CONVERGING_DAYS = 7
"""A story that converges with the lead joins while its last record is not older than this."""

ALONE_RECORDS = 3
"""A story that carries a theme alone needs so many records, or one figure has nothing to stand beside."""

EVIDENCE, MOST_EVIDENCE = 0.125, 4.0
"""What a source of weight 1 adds to a story, and the sum of weights that counts: five reports, or four official records."""

LAYER_KINDS = frozenset({"volume", "attention-commitment"})
TIES = {"convergence": 3.0, "entity": 2.0, "layer": 1.0}


def themes(scene: Scene, signals: Sequence[Signal], write: Write) -> tuple[Theme, ...]:
    """Every theme that stories with something new make, ready ones and the strongest first; a story is in one theme only."""
    leads = sorted(
        (s for s in scene.stories if any(scene.is_new(r) for r in scene.evidence(s))),
        key=lambda s: (-_weight(scene, s, signals), s.first, s.id),
    )
    found: list[tuple[float, Theme]] = []
    taken: set[str] = set()
    for lead in leads:
        if lead.id in taken:
            continue
        stories = _joined(scene, lead, signals, taken) if not _lacks_lead(scene, lead, write) else [lead]
        taken.update(s.id for s in stories)
        found.append((_weight(scene, lead, signals), _theme(scene, stories, signals, write)))
    return tuple(t for _, t in sorted(found, key=lambda wt: (not wt[1].ready, -wt[0], wt[1].id)))


def _weight(scene: Scene, story: Story, signals: Sequence[Signal]) -> float:
    """How much speaks for a story: its signals, the strongest whole and each other half of the one before, and its sources by weight."""
    strengths = sorted((s.strength for s in signals if story.id in s.story_ids and s.kind != "convergence"), reverse=True)
    evidence = EVIDENCE * min(MOST_EVIDENCE, scene.weight(scene.evidence(story)))
    return round(sum(strength * 0.5**n for n, strength in enumerate(strengths)) + evidence, 4)


def _lacks_lead(scene: Scene, lead: Story, write: Write) -> str | None:
    """What a story lacks to lead a theme, or None."""
    records = scene.evidence(lead)
    sources = len(scene.sources(records))
    if sources < write.min_independent:
        return f"{_counted(sources, 'independent source')}, {write.min_independent} are needed"
    if not any(scene.figures.get(r.id) for r in records if scene.counts(r)):
        return "no figure that could be cited"
    return None


def _joined(scene: Scene, lead: Story, signals: Sequence[Signal], taken: set[str]) -> list[Story]:
    """A lead with up to four stories of the recent days that are tied to it, the closest first."""
    ties = {s.id: _tie(scene, lead, s, signals) for s in scene.stories if s.id != lead.id and s.id not in taken}
    recent = [
        s for s in scene.stories if ties.get(s.id) and s.last > scene.now - timedelta(days=RECENT_DAYS) and scene.sources(scene.evidence(s))
    ]
    closest = sorted(recent, key=lambda s: (-ties[s.id], -s.last.timestamp(), s.id))
    return [lead, *closest[: MAX_STORIES - 1]]


def _joins_from(scene: Scene, tie: float) -> datetime:
    return scene.now - timedelta(days=CONVERGING_DAYS if tie >= TIES["convergence"] else RECENT_DAYS)


def _tie(scene: Scene, lead: Story, other: Story, signals: Sequence[Signal]) -> float:
    """How closely another story belongs to a lead; a story of the same layer only when it reports a commitment."""
    converging = any(s.kind == "convergence" and {lead.id, other.id} <= set(s.story_ids) for s in signals)
    shared = len(scene.entities[lead.id] & scene.entities[other.id])
    layer = bool(scene.commitments[other.id]) and scene.layer(lead) is not None and scene.layer(lead) == scene.layer(other)
    return TIES["convergence"] * converging + TIES["entity"] * min(2, shared) / 2 + TIES["layer"] * layer


def _theme(scene: Scene, stories: Sequence[Story], signals: Sequence[Signal], write: Write) -> Theme:
    records = _chosen(scene, stories, write.max_records)
    carried = _carried(stories, signals)
    missing = _missing(scene, stories, records, carried, write)
    reason = missing or _why(scene, records, carried)
    ids = tuple(r.id for r in sorted(records, key=lambda r: r.order))
    sources = len(scene.sources(records))
    return Theme(
        short_id("theme", stories[0].id),
        tuple(s.id for s in stories),
        ids,
        carried,
        _layers(scene, stories),
        sources,
        missing is None,
        reason,
    )


def _carried(stories: Sequence[Story], signals: Sequence[Signal]) -> tuple[Signal, ...]:
    """The signals that rest on a theme's stories alone, and those of a whole layer that rest on its lead among others."""
    ids = {s.id for s in stories}
    return tuple(s for s in signals if ids.issuperset(s.story_ids) or (s.kind in LAYER_KINDS and stories[0].id in s.story_ids))


def _chosen(scene: Scene, stories: Sequence[Story], most: int) -> list[Record]:
    """The records of a theme: round after round one of each story, origins before copies, new before old, weightier outlets first."""

    def rank(record: Record) -> tuple[bool, bool, float, float, str]:
        return (record.id in scene.copies, not scene.is_new(record), -scene.outlet_weight(record), -record.published.timestamp(), record.id)

    queues = [sorted(scene.evidence(s), key=rank) for s in stories]
    rounds = [queue[n] for n in range(max(map(len, queues), default=0)) for queue in queues if n < len(queue)]
    return rounds[:most]


def _missing(scene: Scene, stories: Sequence[Story], records: Sequence[Record], signals: Sequence[Signal], write: Write) -> str | None:
    """What a theme lacks to be written, in one line, or None."""
    if lack := _lacks_lead(scene, stories[0], write):
        return f"“{stories[0].title}”: {lack}"
    if len(records) < write.min_records:
        return f"“{stories[0].title}”: {_counted(len(records), 'record')}, {write.min_records} are needed"
    if len(stories) == 1 and len(records) < ALONE_RECORDS and has_baseline(scene):
        return f"“{stories[0].title}”: stands alone with {_counted(len(records), 'record')}, {ALONE_RECORDS} are needed"
    if not signals and has_baseline(scene):
        return f"“{stories[0].title}”: no signal"
    return None


def _why(scene: Scene, records: Sequence[Record], signals: Sequence[Signal]) -> str:
    if signals:
        return signals[0].statement
    return f"{_counted(len(scene.sources(records)), 'independent source')} and a figure; less than seven days of records, so there is no baseline"


def _layers(scene: Scene, stories: Sequence[Story]) -> tuple[str, ...]:
    """The layers that the stories are of, in the lens's order."""
    present: Mapping[str, None] = dict.fromkeys(layer for s in stories if (layer := scene.layer(s)))
    return tuple(layer.name for layer in scene.lens.layers if layer.name in present)


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
