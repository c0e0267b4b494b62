"""Signals: measured changes that justify writing, each with the records that justify it. Pure, as of the scene's moment.

Every kind needs something new, a forecast its day: on a day without either all are silent.
"""

from __future__ import annotations

from groundwire.records import Signal
from synth.find.attention import attention, has_baseline, layer_shares, thread_volume, volume
from synth.find.changes import contradictions, moved_figures, new_figures
from synth.find.scene import Scene
from synth.find.ties import convergences, forecasts_due

KINDS = (volume, thread_volume, new_figures, moved_figures, attention, convergences, contradictions, forecasts_due)


def signals(scene: Scene) -> tuple[Signal, ...]:
    """Every signal of a scene, strongest first, then by identity."""
    found = {s.id: s for kind in KINDS for s in kind(scene)}
    return tuple(sorted(found.values(), key=lambda s: (-s.strength, s.id)))


__all__ = ["has_baseline", "layer_shares", "signals"]
