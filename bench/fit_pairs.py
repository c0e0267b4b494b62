"""Fit the pair score of synth/find/pair_score.json, from the sets that may enter the product: ecbplus and uci_news.

    GROUNDWIRE_BENCH=DIR python -m bench.fit_pairs [--write]

Pairs are taken from whole sets and from batches drawn from them, in which groups are thinned, most to a single record,
and texts cut to their lead: without that a score learns the size of these sets' groups. Weights come from a logistic
regression over pairs (none below 0, pulled towards 0 by `PULL`), the cuts from average link on the same batches: the best
mean BCubed F1 among the cuts whose precision is above the recall by `MARGIN`.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from bench.grouping_quality import Row, as_record, bcubed, by_group
from bench.quality import read
from synth import learn
from synth.find import likeness
from synth.find.likeness import SIMILARITIES, Coefficients, Pairs, compare

TEXTS = ("words", "latent", "neighbours", "circles", "numbers")
HEADLINES = ("latent", "word_neighbours", "names", "letters")
"""What each regression looks at. With `names` in the one for texts: ecbplus +0.003, mix +0.002, neus -0.01 (BCubed F1)."""

PULL = {"texts": 3e-4, "headlines": 1e-4}
"""From 1e-4 to 4e-4 no set moves by more than 0.006; from 1e-3 on a score is too flat for one cut."""

MARGIN = 0.03
"""A wrong merge makes an article about two events, and news has stories closer to each other than these sets: at a margin of
0 precision on allsides is 0.12 below recall, at 0.03 it is 0.08."""

SEED = 1
THINNED = ((0.3, 0.0), (0.6, 0.0), (0.3, 1.0), (0.6, 1.0), (0.5, 0.5), (0.2, 0.5), (0.5, 0.0), (0.5, 1.0))
"""Batches of texts: the share of groups left with one record, the share of texts cut to a lead."""
LEADS = (60, 80, 120, 200)
"""Words that a cut text keeps."""


@dataclass(frozen=True)
class Batch:
    """Compared records, whether each pair is of one group, and how much the batch counts."""

    pairs: Pairs
    same: Any
    groups: tuple[str, ...]
    weight: float


def batch(rows: Sequence[Row], weight: float) -> Batch:
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    groups = np.array([str(row["group"]) for row in ordered])
    pairs = compare([as_record(row) for row in ordered])
    return Batch(pairs, groups[pairs.first] == groups[pairs.second], tuple(groups), weight)


def thinned(rows: Sequence[Row], rng: np.random.Generator, singles: float, leads: float, most_groups: int = 10**6) -> list[Row]:
    """A batch with some groups left out, others thinned or left with one record, some texts cut."""
    groups = list(by_group(rows).values())
    chosen = [groups[i] for i in rng.permutation(len(groups))[:most_groups]]
    sizes = [1 if rng.random() < singles else int(rng.integers(1, len(g) + 1)) for g in chosen]
    kept = [g[i] for g, size in zip(chosen, sizes, strict=True) for i in rng.permutation(len(g))[:size]]
    return [_cut(row, int(rng.choice(LEADS))) if rng.random() < leads else row for row in kept]


def _cut(row: Row, words: int) -> Row:
    return {**row, "text": " ".join(row["text"].split()[:words])}


def text_batches(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Batch]:
    yield batch(rows, 2.0)
    for singles, leads in THINNED:
        yield batch(thinned(rows, rng, singles, leads), 0.5)


def headline_batches(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Batch]:
    yield batch(rows, 3.0)
    yield batch(thinned(rows, rng, 0.5, 0.0, len(by_group(rows)) // 2), 1.0)


def fit(batches: Sequence[Batch], used: Sequence[str], pull: float) -> tuple[dict[str, float], float]:
    """Weights and intercept of a logistic regression over all pairs; each batch counts by its weight."""
    columns = [SIMILARITIES.index(name) for name in used]
    x = np.vstack([np.column_stack([b.pairs.similarities[:, columns], np.ones(len(b.same))]) for b in batches])
    y = np.concatenate([b.same for b in batches]).astype(float)
    weight = np.concatenate([np.full(len(b.same), b.weight / max(1, len(b.same))) for b in batches])
    weight /= weight.sum()

    def loss(theta: Any) -> tuple[float, Any]:
        z = x @ theta
        error = weight * (1 / (1 + np.exp(-z)) - y)
        pulled = np.append(theta[:-1], 0)
        return float(weight @ (np.logaddexp(0, z) - y * z) + pull * (pulled @ pulled)), x.T @ error + 2 * pull * pulled

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, bounds=[(0, None)] * len(used) + [(None, None)], method="L-BFGS-B").x
    return {name: round(float(w), 3) for name, w in zip(used, found, strict=False)}, round(float(found[-1]), 3)


def sweep(
    batches: Sequence[Batch], weights: dict[str, float], intercept: float, cuts: Sequence[float]
) -> list[tuple[float, float, float, float]]:
    """Cut, mean BCubed precision, recall and F1 over the batches, at each cut."""
    return [(cut, *_mean(batches, Coefficients(weights, intercept, cut))) for cut in cuts]


def _mean(batches: Sequence[Batch], coefficients: Coefficients) -> tuple[float, float, float]:
    values = []
    for b in batches:
        alike = coefficients.score(b.pairs.similarities) / coefficients.cut
        labels = learn.average_link(len(b.groups), b.pairs.first, b.pairs.second, alike, 1.0)
        precision, recall = bcubed(labels, b.groups)
        values.append((precision, recall, 2 * precision * recall / (precision + recall)))
    p, r, f1 = np.average(values, axis=0, weights=[b.weight for b in batches])
    return float(p), float(r), float(f1)


def fitted(batches: Sequence[Batch], used: Sequence[str], pull: float, cuts: Sequence[float]) -> dict[str, Any]:
    """The part of the file for one kind of record, with the sweep that its cut was chosen from."""
    weights, intercept = fit(batches, used, pull)
    swept = sweep(batches, weights, intercept, cuts)
    _, cut = max((f1, cut) for cut, precision, recall, f1 in swept if precision >= recall + MARGIN)
    return {"weights": weights, "intercept": intercept, "cut": cut, "sweep": [[round(v, 3) for v in row] for row in swept]}


def model(ecbplus: Sequence[Row], uci_news: Sequence[Row]) -> dict[str, Any]:
    """Everything in the file."""
    rng = np.random.default_rng(SEED)
    texts = fitted(list(text_batches(ecbplus, rng)), TEXTS, PULL["texts"], [round(float(c), 2) for c in np.arange(0.4, 0.7, 0.02)])
    headlines = fitted(
        list(headline_batches(uci_news, rng)), HEADLINES, PULL["headlines"], [round(float(c), 2) for c in np.arange(0.1, 0.32, 0.02)]
    )
    return {
        "fitted_on": ["ecbplus", "uci_news"],
        "by": "bench.fit_pairs",
        "sweep": "cut, BCubed precision, recall, F1",
        "texts": texts,
        "headlines": headlines,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="replace the file in use")
    args = parser.parse_args()
    data = Path(os.environ["GROUNDWIRE_BENCH"])
    text = json.dumps(model(read(data / "ecbplus/dev.jsonl"), read(data / "uci_news/dev.jsonl")), indent=1) + "\n"
    if args.write:
        Path(likeness.__file__).with_name("pair_score.json").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
