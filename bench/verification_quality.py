"""How well the score of `evidence/score.py` tells supported sentences from others, by set.

    python -m bench.verification_quality --data DIR --split dev      (JSON on stdout)

Every DIR/NAME/SPLIT.jsonl whose rows have a sentence and a source text is measured through the functions that a run calls. Sets of whole texts
are judged by their worst sentence. One threshold for all.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from evidence.score import THRESHOLD, score, score_text

PASSING = 0.9
"""The share of good rows that pass where bad ones caught are counted."""
WHOLE_TEXTS = frozenset({"ragtruth", "faithbench", "frank_val", "summeval", "summedits", "bump"})
"""Sets whose rows are whole texts; the rows of the others are single sentences or claims."""


def rows_of(data: Path, name: str, split: str) -> list[dict[str, object]]:
    """The rows of a set; empty when the directory does not have it."""
    path = data / name / f"{split}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.is_file() else []


def is_verification(rows: Sequence[dict[str, object]]) -> bool:
    """Whether rows are sentences with the text that should support them."""
    return bool(rows) and {"sentence", "source_text", "label"} <= rows[0].keys()


def measure(rows: Sequence[dict[str, object]], name: str) -> dict[str, float]:
    """The figures of one set: balanced_accuracy, auc, bad_caught_at_90, f1_bad, n."""
    judge = score_text if name in WHOLE_TEXTS else score
    labels, probabilities = [], []
    for row in sorted(rows, key=lambda row: str(row["source_text"])):
        labels.append(int(str(row["label"])))
        probabilities.append(judge(str(row["sentence"]), str(row["source_text"])).probability)
    return figures(labels, probabilities, THRESHOLD)


def figures(labels: Sequence[int], scores: Sequence[float], threshold: float) -> dict[str, float]:
    """Figures of scores where more means better supported and label 1 means supported; rows pass from the threshold on."""
    good = sorted(one for one, label in zip(scores, labels, strict=True) if label)
    bad = sorted(one for one, label in zip(scores, labels, strict=True) if not label)
    if not good or not bad:
        return {"n": len(labels)}
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


def main() -> None:
    """Measures every verification set of a directory."""
    parser = argparse.ArgumentParser(description="Measure the verification score by set.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    args = parser.parse_args()
    found = {}
    for path in sorted(args.data.iterdir()):
        rows = rows_of(args.data, path.name, args.split)
        if is_verification(rows):
            found[path.name] = measure(rows, path.name)
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
