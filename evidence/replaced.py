"""The figures of a passage that a later version of its text gives otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from evidence.grounds import quantities_of
from evidence.matching import overlap
from evidence.passages import passages
from evidence.quantities import comparable, supports

SAME = 0.6
"""A sentence of the later text tells the same when it holds this share of the passage's content words."""


def replaced_figures(passage: str, later: str) -> Iterator[tuple[str, str]]:
    """Each figure of a passage that the later text no longer has, with the only one of its kind in the sentence that tells the same there."""
    for start, end in passages(passage):
        sentence = passage[start:end]
        if sentence in later:
            continue
        told = [later[a:b] for a, b in passages(later)]
        near = max(told, key=lambda other: overlap(sentence, other), default="")
        if overlap(sentence, near) < SAME:
            continue
        for one in quantities_of(sentence):
            others = [other for other in quantities_of(near) if comparable(one, other)]
            if len(others) == 1 and not supports(others[0], others[0].step, one, one.step):
                yield sentence[one.start : one.end], near[others[0].start : others[0].end]
