"""The quality of what is decided without a model, on labelled data, through the functions that a run calls.

    python -m bench.quality --data DIR --split dev

Every DIR/NAME/SPLIT.jsonl whose rows are of a kind that is measured here is measured. JSON on stdout, by set.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import grouping_quality

KINDS: tuple[tuple[Callable[[Mapping[str, Any]], bool], Callable[[Sequence[Mapping[str, Any]]], dict[str, float]]], ...] = (
    (grouping_quality.is_grouping, grouping_quality.measure),
)
"""How rows of a kind are known, and what measures a set of them."""


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def measure(data: Path, split: str, only: Sequence[str] = ()) -> dict[str, dict[str, float]]:
    """The scores of each set under a directory that can be measured, by its name."""
    found = {}
    for path in sorted(data.glob(f"*/{split}.jsonl")):
        rows = read(path) if not only or path.parent.name in only else []
        kind = next((measures for knows, measures in KINDS if rows and knows(rows[0])), None)
        if kind:
            found[path.parent.name] = kind(rows)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("sets", nargs="*", help="only these sets")
    args = parser.parse_args()
    print(json.dumps(measure(args.data, args.split, args.sets), indent=2))


if __name__ == "__main__":
    main()
