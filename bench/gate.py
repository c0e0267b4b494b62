"""The gate on quality: floors that hold for any data of a set, and a ratchet on data that was measured before.

`baseline.json` has for each set the digest of the data that it was measured on, the figures found there, and a floor per figure. A figure
may not fall below its floor on any data of that set; on data with the same digest it may not fall below what it was, either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BASELINE = Path(__file__).with_name("baseline.json")

TOLERANCE = 0.003
"""How far below the baseline a figure may be on the same data: another processor or library rounds otherwise, which moves a pair or two."""

ROOM = {"bad_caught_at_90": 0.15}
ROOM_ELSE = 0.08
"""How far below its figure a floor is set: another half of a set is other data. Halves drawn twice at random, by whole groups or source texts,
fell below the whole set by at most .055 in any figure with a floor, and by .109 in bad_caught_at_90, which a tenth of the good rows decides."""

CHANCE = {"balanced_accuracy": 0.5, "auc": 0.5, "bad_caught_at_90": 0.1}
"""What guessing reaches: a floor there could not fail, so there is none."""

FLOORED = ("bcubed_f1", "ari", "balanced_accuracy", "auc", "bad_caught_at_90")
"""Figures with a floor. Precision and recall trade against each other, and the F1 of bad rows depends on how many there are."""

RATCHETED = (*FLOORED, "pair_f1", "f1_bad")

MIN_ROWS = 150
"""A set with fewer rows is held to floors only where they were measured on these very rows: chance alone would move it further."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The digest of a set's rows, and the figures found on them; None where rows of one kind only give none."""

    digest: str
    figures: Mapping[str, float | None]


def load(path: Path = BASELINE) -> dict[str, Any]:
    """The baseline by set; empty when there is none yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def complaints(found: Mapping[str, Measured], baseline: Mapping[str, Any]) -> tuple[str, ...]:
    """What fell, a line each, by set; a set that the baseline does not know is not judged."""
    return tuple(line for name, measured in sorted(found.items()) if name in baseline for line in _fallen(name, measured, baseline[name]))


def _fallen(name: str, measured: Measured, known: Mapping[str, Any]) -> list[str]:
    same = measured.digest == known["digest"]
    figures = {key: value for key, value in measured.figures.items() if value is not None}
    lines = []
    if same or figures.get("n", 0) >= MIN_ROWS:
        low = [(key, figures[key], floor) for key, floor in known["floors"].items() if key in figures and figures[key] < floor]
        lines = [f"{name}: {key} {value} is below its floor of {floor}" for key, value, floor in low]
    if same:
        held = [(key, figures.get(key), known["figures"][key]) for key in RATCHETED if key in known["figures"]]
        lines += [f"{name}: {key} {value} was {was}" for key, value, was in held if value is None or value < was - TOLERANCE]
    return lines


def raised(found: Mapping[str, Measured], baseline: Mapping[str, Any]) -> dict[str, Any]:
    """The baseline with what is better now and with sets that it did not know; a set whose data changed stays as it was."""
    return dict(sorted({**baseline, **{name: _raised(m, baseline.get(name)) for name, m in found.items()}}.items()))


def _raised(measured: Measured, known: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if known and known["digest"] != measured.digest:
        return known
    before, floors = (known["figures"], known["floors"]) if known else ({}, {})
    figures = {key: value for key, value in measured.figures.items() if value is not None}
    best = {key: max(value, before.get(key, value)) if key in RATCHETED else value for key, value in figures.items()}
    lowest = {key: round(best[key] - ROOM.get(key, ROOM_ELSE), 2) for key in FLOORED if key in best}
    return {
        "digest": measured.digest,
        "floors": {key: max(floor, floors.get(key, floor)) for key, floor in lowest.items() if floor > CHANCE.get(key, 0)},
        "figures": best,
    }


def write(baseline: Mapping[str, Any], path: Path) -> None:
    """Put a baseline in place of the one there."""
    path.write_text(json.dumps(baseline, indent=1) + "\n", encoding="utf-8")
