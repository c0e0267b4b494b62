"""`groundwire calibrate`: the score of the checks moved by what this publication's editors decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from groundwire import settings_file
from groundwire.config import Settings
from groundwire.store.database import Database

if TYPE_CHECKING:
    from evidence.calibration import Decided

KEY = "gate.calibration"


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What came of it: the answer as a value and as lines."""

    value: dict[str, Any]
    lines: tuple[str, ...]


def calibrate(db: Database, settings: Settings, root: Path) -> Calibrated:
    """Fit gate.calibration to the reviewed sentences and write it to groundwire.toml; without enough of them, only say how many there are."""
    from synth import pipeline

    return fitted(pipeline.reviewed_sentences(db), settings, root)


def fitted(decided: Sequence[Decided], settings: Settings, root: Path) -> Calibrated:
    """What these decisions make of gate.calibration, written to groundwire.toml when there are enough of each kind."""
    from evidence.calibration import LEAST, fit
    from evidence.score import Calibration

    accepted = sum(one.accepted for one in decided)
    counts = {"accepted": accepted, "struck": len(decided) - accepted, "needed": LEAST}
    have = f"{accepted} reported sentences were accepted by an editor, {len(decided) - accepted} struck, named in a rejection or corrected"
    if min(accepted, len(decided) - accepted) < LEAST:
        return Calibrated(counts | {"changed": False}, (have, f"it takes {LEAST} of each to calibrate the checks; nothing was changed"))
    before = Calibration(*settings.gate.calibration)
    found = fit(decided, before)
    if found is None:
        return Calibrated(counts | {"changed": False}, (have, "the decisions run against the score; nothing was changed"))
    after = found.calibration
    settings_file.change(root, KEY, f"{after.slope},{after.offset}")
    losses = {"loss_before": found.before, "loss_after": found.after}
    value = counts | {"changed": True, "before": [before.slope, before.offset], "after": [after.slope, after.offset]} | losses
    moved = f"slope {before.slope:g} and offset {before.offset:g} before, {after.slope:g} and {after.offset:g} now"
    return Calibrated(
        value, (have, f"{KEY}: {moved}", f"mean log loss on these decisions: {found.before:.3f} before, {found.after:.3f} now")
    )
