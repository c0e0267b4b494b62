"""A calibrated score per sentence: how probable it is that a source text supports it, without a model that reads.

A logistic regression over six features, fitted by `bench/fit_verification.py` on public data with every set and class weighed the same;
`score_model.json` holds its few numbers. A publication may move it by a `Calibration` from its own editors' decisions.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from evidence.features import FEATURES, Features, features
from evidence.passages import passages

THRESHOLD = 0.5
"""A sentence is taken as supported from here. The fit moves its intercept so that a half is the threshold that was best in the sweep of
`bench/fit_verification.py`: cross-validated mean balanced accuracy of wice and ragtruth_sent, flat within 0.004 from 0.47 to 0.55."""
WORST_ALLOWANCE = 0.35
"""Added to the log odds of the worst sentence of a whole text: the worst of several is low by chance alone. Swept 0 to 1 on whole answers of
ragtruth, cross-validated balanced accuracy: 0 gives 0.708, 0.3 to 0.35 give 0.714 to 0.716, 0.5 gives 0.707."""
NAMED = 4
_MODEL_FILE = "score_model.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a publication's own decisions move the log odds: slope times them, plus offset."""

    slope: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """What `score_model.json` holds: for each feature its weight and its usual value in a supported sentence."""

    intercept: float
    weights: tuple[float, ...]
    usual: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """How probable support is, 0 to 1; its log odds before calibration; and in words what decided it, the strongest first."""

    probability: float
    margin: float
    decided: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        return self.probability >= THRESHOLD


NEUTRAL = Calibration()


@lru_cache(maxsize=1)
def model() -> Model:
    """The fitted model; ValueError when its features are not the ones that are counted here."""
    held = json.loads(resources.files("evidence").joinpath(_MODEL_FILE).read_text(encoding="utf-8"))
    if tuple(held["features"]) != FEATURES:
        raise ValueError(f"{_MODEL_FILE}: fitted for the features {held['features']}; run bench/fit_verification.py")
    return Model(held["intercept"], tuple(held["weights"]), tuple(held["usual"]))


def score(sentence: str, source_text: str, calibration: Calibration = NEUTRAL) -> Score:
    """How probable it is that a source text supports a sentence, and what decided it."""
    found = features(sentence, source_text)
    fitted = model()
    margin = fitted.intercept + sum(weight * value for weight, value in zip(fitted.weights, found.values, strict=True))
    return Score(_probability(calibration.slope * margin + calibration.offset), margin, _decided(found, fitted))


def score_text(text: str, source_text: str, calibration: Calibration = NEUTRAL) -> Score:
    """The score of a text of several sentences: its worst sentence decides."""
    worst = min((score(text[start:end], source_text) for start, end in passages(text) or ((0, len(text)),)), key=lambda one: one.margin)
    margin = worst.margin + WORST_ALLOWANCE
    return Score(_probability(calibration.slope * margin + calibration.offset), margin, worst.decided)


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, log_odds))))


def _decided(found: Features, fitted: Model) -> tuple[str, ...]:
    """What lowered the score against a usual supported sentence, in words, the strongest first; what bears it when nothing did."""
    costs = {
        name: weight * (value - usual)
        for name, weight, value, usual in zip(FEATURES, fitted.weights, found.values, fitted.usual, strict=True)
    }
    reasons = [(costs[name], reason) for name, reason in _reasons(found).items() if reason and costs[name] < 0]
    return tuple(reason for _, reason in sorted(reasons)) or ("what it says stands together in the source",)


def _reasons(found: Features) -> dict[str, str]:
    def listed(words: tuple[str, ...]) -> str:
        return ", ".join(f"“{word}”" for word in words[:NAMED])

    told = {part for word in found.unknown for part in word.split()}
    missing = tuple(word for word in found.missing if word not in told)
    names = tuple(word for word in found.unknown if not word[0].isdigit())
    figures = tuple(word for word in found.unknown if word[0].isdigit())
    names_lacking = f"the source does not name {listed(names)}" if names else f"the source has {listed(found.apart)} in another place"
    return {
        "missing": f"the source does not speak of {listed(missing)}" if missing else "no place of the source holds all that it joins",
        "scattered": "the source has its words in different places",
        "names": names_lacking if names or found.apart else "",
        "figures": f"the source does not hold {listed(figures)}" if figures else "",
        "letters": "the source puts it in other words",
        "list_item": "an item of a list, without its heading",
    }
