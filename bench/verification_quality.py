"""How well the score of `evidence/score.py` tells supported sentences from others, through the functions that a run calls.

A row is {"sentence", "source_text", "label": 1 supported or 0, ...}. A set of whole answers is judged by their worst sentences. One threshold
for all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from evidence.score import THRESHOLD, Score, score, score_text

PASSING = 0.9
"""The share of good rows that pass where bad ones caught are counted."""
FIGURES = ("balanced_accuracy", "auc", "bad_caught_at_90", "f1_bad")
WHOLE_WORDS = 30
"""Median words of a row's text from which a set's rows are whole answers. Medians of the sets of sentences and claims are 11 to 21, of those
of summaries and answers 41 to 105; some write them without capitals, so that sentences cannot be counted."""

Row = Mapping[str, Any]


def rows_of(data: Path, name: str, split: str) -> list[dict[str, object]]:
    """The rows of a set; empty when the directory does not have it."""
    path = data / name / f"{split}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()] if path.is_file() else []


def is_verification(row: Row) -> bool:
    """Whether a row is a sentence with the text that should support it and says whether it does."""
    return isinstance(row.get("sentence"), str) and isinstance(row.get("source_text"), str) and row.get("label") in (0, 1, "0", "1")


def judge_of(rows: Sequence[Row]) -> Callable[[str, str], Score]:
    """What scores the rows of a set: by their worst sentence when they are whole answers."""
    return score_text if median(len(row["sentence"].split()) for row in rows) > WHOLE_WORDS else score


def measure(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of one set: balanced_accuracy, auc, bad_caught_at_90, f1_bad, n."""
    judge = judge_of(rows)
    ordered = sorted(rows, key=lambda row: str(row["source_text"]))
    probabilities = [judge(row["sentence"], row["source_text"]).probability for row in ordered]
    return figures([int(row["label"]) for row in ordered], probabilities, THRESHOLD)


def figures(labels: Sequence[int], scores: Sequence[float], threshold: float) -> dict[str, Any]:
    """Figures of scores where more means better supported and label 1 means supported; rows pass from the threshold on.

    Each is None when no row is good or none is bad.
    """
    good = sorted(one for one, label in zip(scores, labels, strict=True) if label)
    bad = sorted(one for one, label in zip(scores, labels, strict=True) if not label)
    if not good or not bad:
        return dict.fromkeys(FIGURES) | {"n": len(labels)}
    caught, lost = sum(one < threshold for one in bad), sum(one < threshold for one in good)
    lowest = good[int(len(good) * (1 - PASSING) + 1e-9)]
    return {
        "balanced_accuracy": round((caught / len(bad) + 1 - lost / len(good)) / 2, 4),
        "auc": round(_area(good, bad), 4),
        "bad_caught_at_90": round(sum(one < lowest for one in bad) / len(bad), 4),
        "f1_bad": round(2 * caught / (2 * caught + lost + len(bad) - caught), 4),
        "n": len(labels),
    }


def _area(good: list[float], bad: list[float]) -> float:
    """The area under the ROC curve: how often a good row scores above a bad one, ties a half."""
    ranked = sorted([(one, 1) for one in good] + [(one, 0) for one in bad])
    below, total, index = 0, 0.0, 0
    while index < len(ranked):
        end = index
        while end < len(ranked) and ranked[end][0] == ranked[index][0]:
            end += 1
        tied_good = sum(label for _, label in ranked[index:end])
        tied_bad = end - index - tied_good
        total += tied_good * (below + tied_bad / 2)
        below += tied_bad
        index = end
    return total / (len(good) * len(bad))
