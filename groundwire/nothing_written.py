"""The one line that says why there is nothing to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unwritten:
    """One theme that was not written, and what is missing."""

    id: str
    reason: str
    independent: int


def nothing_written(waiting: Sequence[Unwritten], stories: int, needed: int) -> str:
    """How many stories there are, what they lack, and the nearest of them; `needed` is write.min_independent."""
    if not stories:
        return "nothing to write yet: no record was read that is new enough"
    told = f"{stories} {'story' if stories == 1 else 'stories'}"
    if not waiting:
        return f"nothing to write: {told}, and nothing new in any of them"
    nearest = max(waiting, key=lambda theme: theme.independent)
    lacking = all(theme.independent < needed for theme in waiting)
    lack = f"none with {needed} independent outlets and a figure" if lacking else "none with enough behind it"
    return f"nothing to write yet: {told}, {lack}; the nearest is {nearest.reason}"
