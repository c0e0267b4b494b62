"""Themes: the stories that one thesis can carry, and whether there is enough to write it. Pure, as of the scene's moment.

A thesis is one signal. It brings the stories it rests on; others join only where a signal or rare names tie them to the
lead story. That two stories are of one layer joins nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from groundwire.config import Write
from groundwire.records import Record, Signal, Story, Theme, short_id
from synth.find.attention import has_baseline
from synth.find.kinds import ATTENTION, CONTRADICTION, CONVERGENCE, FORECAST_DUE, MOVED_FIGURE, NEW_FIGURE, THREAD_VOLUME, VOLUME
from synth.find.scene import Scene

MAX_STORIES = 5
TIED_DAYS = 7
"""A story that only names tie to the lead joins while its last record is not older than this."""

ALONE_RECORDS = 3
"""A story that carries a theme alone needs so many records, or one figure has nothing to stand beside,"""

EVIDENCE, MOST_EVIDENCE = 0.125, 4.0
"""What a source of weight 1 adds to a story, and the sum of weights that counts: five reports, or four official records."""

STRONG = 0.55
"""unless its thesis is this strong."""

REPEATED = 0.3
"""What a kind of thesis loses for each theme of the day that has it already: articles side by side say different things."""

TELLING = (FORECAST_DUE, CONTRADICTION, MOVED_FIGURE, ATTENTION, THREAD_VOLUME, CONVERGENCE, VOLUME, NEW_FIGURE)
"""Kinds in the order in which one of equal strength makes the better thesis: what compares before what counts."""

NOT_JOINING = frozenset({VOLUME})
"""Kinds that count stories without tying them: a busy layer is no affair. They are a thesis where other ties join most of the stories."""

WIDE = frozenset({VOLUME, THREAD_VOLUME, ATTENTION, FORECAST_DUE})
"""Kinds that may rest on more stories than a theme holds; they belong to it when its lead story is among them."""

BY_SIGNAL, BY_CONVERGENCE, BY_NAME = 3, 2, 1


@dataclass(frozen=True, slots=True)
class _Joined:
    """A story with how closely it is tied to the lead, and the words for it."""

    story: Story
    tie: int
    why: str


def themes(scene: Scene, signals: Sequence[Signal], write: Write) -> tuple[Theme, ...]:
    """Every theme that stories with something new make, ready ones and the strongest first; a story is in one theme only."""
    new = (s for s in scene.stories if any(scene.is_new(r) for r in scene.evidence(s)))
    leads = sorted(new, key=lambda s: (_lacks(scene, s, write) is not None, -_weight(scene, s, signals), s.first, s.id))
    found: list[tuple[float, Theme]] = []
    taken: set[str] = set()
    led: Counter[str] = Counter()
    for lead in leads:
        if lead.id in taken:
            continue
        theme = _best(scene, lead, signals, taken, led, write)
        taken.update(theme.story_ids)
        if theme.ready and theme.thesis:
            led[theme.thesis.kind] += 1
        found.append((_weight(scene, lead, signals), theme))
    return tuple(t for _, t in sorted(found, key=lambda wt: (not wt[1].ready, -wt[0], wt[1].id)))


def _weight(scene: Scene, story: Story, signals: Sequence[Signal]) -> float:
    """How much speaks for a story: its signals, the strongest whole and each other half of the one before, and its sources by weight."""
    strengths = sorted((s.strength for s in signals if story.id in s.story_ids and s.kind != CONVERGENCE), reverse=True)
    evidence = EVIDENCE * min(MOST_EVIDENCE, scene.weight(scene.evidence(story)))
    return round(sum(strength * 0.5**n for n, strength in enumerate(strengths)) + evidence, 4)


def _best(scene: Scene, lead: Story, signals: Sequence[Signal], taken: set[str], led: Mapping[str, int], write: Write) -> Theme:
    """The theme of a lead story with the first of its theses that carries one, or with the strongest when none does."""
    tried: list[Theme] = []
    theses: list[Signal | None] = [*_theses(lead, signals, led)]
    for thesis in theses or [None]:
        joined = _joined(scene, lead, thesis, signals, taken) if not _lacks(scene, lead, write) else []
        tried.append(_theme(scene, lead, joined, thesis, signals, write))
        if tried[-1].ready:
            return tried[-1]
    return tried[0]


def _theses(lead: Story, signals: Sequence[Signal], led: Mapping[str, int]) -> list[Signal]:
    """The signals that rest on a story, strongest first; of equals one of a kind that no theme of the day has, and that compares."""
    mine = (s for s in signals if lead.id in s.story_ids)
    return sorted(mine, key=lambda s: (-(s.strength - REPEATED * led.get(s.kind, 0)), TELLING.index(s.kind), s.id))


def _lacks(scene: Scene, lead: Story, write: Write) -> str | None:
    """What a story lacks to lead a theme, or None."""
    records = scene.evidence(lead)
    sources = scene.sources(records)
    if len(sources) < write.min_independent:
        return f"{_counted(len(sources), 'independent source')}, {write.min_independent} are needed"
    if not any(scene.figures.get(r.id) for r in records if scene.counts(r)):
        return "no figure that could be cited"
    return None


def _joined(scene: Scene, lead: Story, thesis: Signal | None, signals: Sequence[Signal], taken: set[str]) -> list[_Joined]:
    """Up to four stories that the thesis, a convergence or names tie to the lead, the closest and then the newest first."""
    others = (s for s in scene.stories if s.id != lead.id and s.id not in taken and scene.sources(scene.evidence(s)))
    tied = [found for s in others if (found := _tied(scene, lead, s, thesis, signals))]
    return sorted(tied, key=lambda j: (-j.tie, -j.story.last.timestamp(), j.story.id))[: MAX_STORIES - 1]


def _tied(scene: Scene, lead: Story, other: Story, thesis: Signal | None, signals: Sequence[Signal]) -> _Joined | None:
    if thesis and other.id in thesis.story_ids and _carries(scene, other, thesis):
        return _Joined(other, BY_SIGNAL, _counted_in(scene, thesis))
    both = {lead.id, other.id}
    converging = next((s for s in signals if s.kind == CONVERGENCE and both <= set(s.story_ids)), None)
    if converging:
        return _Joined(other, BY_CONVERGENCE, f"{converging.measured['shared']} is in both, in different layers")
    shared = scene.tie(lead, other)
    if shared and other.last > scene.now - timedelta(days=TIED_DAYS):
        return _Joined(other, BY_NAME, f"both are about {' and '.join(shared[:2])}")
    return None


def _carries(scene: Scene, story: Story, thesis: Signal) -> bool:
    """Whether a thesis brings a story it counts: a layer's commitments bring the stories that are of the layer."""
    return thesis.kind not in NOT_JOINING and (thesis.kind != ATTENTION or scene.layer(story) == thesis.measured["layer"])


def _counted_in(scene: Scene, thesis: Signal) -> str:
    """Why a story that the thesis names is in the theme."""
    measured = thesis.measured
    if thesis.kind == ATTENTION:
        return f"its commitments are among those counted for {scene.lens.label_of(measured['layer']).lower()}"
    if thesis.kind == THREAD_VOLUME:
        return f"it belongs to the thread “{measured['title']}”"
    if thesis.kind == CONVERGENCE:
        return f"{measured['shared']} is in both, in different layers"
    return "it is about what was forecast" if thesis.kind == FORECAST_DUE else "the thesis rests on it"


def _theme(scene: Scene, lead: Story, joined: Sequence[_Joined], thesis: Signal | None, signals: Sequence[Signal], write: Write) -> Theme:
    stories = [lead, *(j.story for j in joined)]
    records = _chosen(scene, stories, write.max_records, thesis)
    carried = _carried(stories, signals, thesis)
    missing = _missing(scene, stories, records, thesis, write)
    return Theme(
        short_id("theme", lead.id),
        tuple(s.id for s in stories),
        tuple(r.id for r in sorted(records, key=lambda r: r.order)),
        carried,
        _layers(scene, stories),
        len(scene.sources(records)),
        missing is None,
        f"“{lead.title}”: {missing}" if missing else _why(scene, records, thesis),
        thesis.id if thesis else None,
        tuple((j.story.id, j.why) for j in joined),
    )


def _carried(stories: Sequence[Story], signals: Sequence[Signal], thesis: Signal | None) -> tuple[Signal, ...]:
    """The thesis, then the signals that rest on a theme's stories alone, and the wide ones that rest on its lead among others."""
    ids = {s.id for s in stories}
    mine = [s for s in signals if ids.issuperset(s.story_ids) or (s.kind in WIDE and stories[0].id in s.story_ids)]
    return (*([thesis] if thesis else []), *(s for s in mine if s is not thesis and s.story_ids))


def _chosen(scene: Scene, stories: Sequence[Story], most: int, thesis: Signal | None) -> list[Record]:
    """The records of a theme: round after round one of each story, those of the thesis first, origins before copies, new before old,
    weightier outlets first."""
    measured = set(thesis.record_ids) if thesis else set()

    def rank(record: Record) -> tuple[bool, bool, bool, float, float, str]:
        copy, new = record.id in scene.copies, scene.is_new(record)
        return (record.id not in measured, copy, not new, -scene.outlet_weight(record), -record.published.timestamp(), record.id)

    queues = [sorted(scene.evidence(s), key=rank) for s in stories]
    rounds = [queue[n] for n in range(max(map(len, queues), default=0)) for queue in queues if n < len(queue)]
    return rounds[:most]


def _missing(scene: Scene, stories: Sequence[Story], records: Sequence[Record], thesis: Signal | None, write: Write) -> str | None:
    """What a theme lacks to be written, in words for an operator, or None."""
    if lack := _lacks(scene, stories[0], write):
        return lack
    if len(records) < write.min_records:
        return f"{_counted(len(records), 'record')}, {write.min_records} are needed"
    if (weight := round(scene.weight(records), 2)) < write.min_evidence:
        return f"its independent sources weigh {weight:g} together, {write.min_evidence:g} are needed (write.min_evidence)"
    return _missing_thesis(scene, stories, records, thesis, write) if has_baseline(scene) else None


def _missing_thesis(scene: Scene, stories: Sequence[Story], records: Sequence[Record], thesis: Signal | None, write: Write) -> str | None:
    """What a theme lacks where there is a week to compare with: a signal that is strong enough, and something beside it."""
    if thesis is None:
        return "no signal: nothing in it is new, has moved, differs between sources or meets another story"
    if thesis.strength < write.min_strength:
        return f"its strongest signal ({thesis.kind}) has {thesis.strength:.2f}, {write.min_strength:g} is needed (write.min_strength)"
    if thesis.kind in NOT_JOINING and 2 * len({s.id for s in stories} & set(thesis.story_ids)) <= len(thesis.story_ids):
        return f"{thesis.statement}; nothing but the layer ties those stories together"
    if len(stories) == 1 and len(records) < ALONE_RECORDS and thesis.strength < STRONG:
        return f"stands alone with {_counted(len(records), 'record')}, {ALONE_RECORDS} are needed"
    return None


def _why(scene: Scene, records: Sequence[Record], thesis: Signal | None) -> str:
    if thesis:
        return thesis.statement
    return f"{_counted(len(scene.sources(records)), 'independent source')} and a figure; less than seven days of records, so there is no baseline"


def _layers(scene: Scene, stories: Sequence[Story]) -> tuple[str, ...]:
    """The layers that the stories are of, in the lens's order."""
    present: Mapping[str, None] = dict.fromkeys(layer for s in stories if (layer := scene.layer(s)))
    return tuple(layer.name for layer in scene.lens.layers if layer.name in present)


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
