"""How a publication's own decisions move the score: two numbers fitted to what its editors accepted and struck.

Platt's method (Platt, 1999) with his smoothed targets, by Newton's steps, and drawn towards the score as it is, so that few decisions move it little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.score import NEUTRAL, Calibration

LEAST = 20
"""Decisions of each kind below which nothing is fitted: with fewer, the offset alone is uncertain by more than half a unit of log odds."""
DRAWN = 1.0
"""The weight of one decision with which slope and offset are drawn to 1 and 0."""
STEPS = 50
SMALL = 1e-9


@dataclass(frozen=True, slots=True)
class Decided:
    """A sentence on which an editor decided: the log odds of its score, and whether it was accepted."""

    margin: float
    accepted: bool


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration with the mean log loss over the decisions before and after it."""

    calibration: Calibration
    before: float
    after: float


def fit(decisions: Sequence[Decided], current: Calibration = NEUTRAL) -> Fit | None:
    """The calibration that these decisions ask for; None with too few of a kind, or when they run against the score."""
    accepted = sum(one.accepted for one in decisions)
    struck = len(decisions) - accepted
    if min(accepted, struck) < LEAST:
        return None
    targets = {True: (accepted + 1) / (accepted + 2), False: 1 / (struck + 2)}
    weights = {True: len(decisions) / (2 * accepted), False: len(decisions) / (2 * struck)}
    problem = _Problem(tuple(decisions), targets, weights)
    slope, offset = 1.0, 0.0
    for _ in range(STEPS):
        step = problem.step(slope, offset)
        while problem.cost(slope - step[0], offset - step[1]) > problem.cost(slope, offset) and max(map(abs, step)) > SMALL:
            step = step[0] / 2, step[1] / 2
        slope, offset = slope - step[0], offset - step[1]
        if max(map(abs, step)) < SMALL:
            break
    found = Calibration(round(slope, 4), round(offset, 4))
    return Fit(found, _loss(decisions, current), _loss(decisions, found)) if slope > 0 else None


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is made small: the log loss on the smoothed targets, with what draws slope and offset to 1 and 0."""

    decisions: tuple[Decided, ...]
    targets: dict[bool, float]
    weights: dict[bool, float]

    def cost(self, slope: float, offset: float) -> float:
        total = DRAWN * ((slope - 1) ** 2 + offset**2) / 2
        for one in self.decisions:
            p, target = _probability(slope * one.margin + offset), self.targets[one.accepted]
            total -= self.weights[one.accepted] * (target * math.log(p) + (1 - target) * math.log(1 - p))
        return total

    def step(self, slope: float, offset: float) -> tuple[float, float]:
        """Newton's step: the inverse of the second derivatives times the first."""
        first, second = [DRAWN * (slope - 1), DRAWN * offset], [DRAWN, 0.0, DRAWN]
        for one in self.decisions:
            p = _probability(slope * one.margin + offset)
            off, bend = self.weights[one.accepted] * (p - self.targets[one.accepted]), self.weights[one.accepted] * p * (1 - p)
            first[0] += off * one.margin
            first[1] += off
            second[0] += bend * one.margin**2
            second[1] += bend * one.margin
            second[2] += bend
        determinant = second[0] * second[2] - second[1] ** 2
        return (second[2] * first[0] - second[1] * first[1]) / determinant, (second[0] * first[1] - second[1] * first[0]) / determinant


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


def _loss(decisions: Sequence[Decided], calibration: Calibration) -> float:
    """The mean log loss, accepted and struck sentences weighed the same."""
    kinds = []
    for kind in (True, False):
        margins = [calibration.slope * one.margin + calibration.offset for one in decisions if one.accepted is kind]
        odds = [_probability(margin if kind else -margin) for margin in margins]
        kinds.append(-sum(map(math.log, odds)) / len(odds))
    return round(sum(kinds) / 2, 4)
