"""The quality of what is decided without a model, on labelled data, through the functions that a run calls.

    python -m bench.quality                               the project's own cases and the sample wire
    python -m bench.quality --data DIR --split dev [SET..]
    python -m bench.quality ... --check                   fails when a figure fell (`bench/gate.py`)
    python -m bench.quality ... --write-baseline          raises `bench/baseline.json` where a figure is better

Every DIR/NAME/SPLIT.jsonl whose rows are of a kind that is measured here is measured. JSON on stdout, by set.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench import gate, grouping_quality, verification_quality, wire_quality
from bench.gate import Measured

Row = Mapping[str, Any]

KINDS: tuple[tuple[Callable[[Row], bool], Callable[[Sequence[Row]], dict[str, Any]]], ...] = (
    (grouping_quality.is_grouping, grouping_quality.measure),
    (verification_quality.is_verification, verification_quality.measure),
)
"""How rows of a kind are known, and what measures a set of them."""

CASES = Path(__file__).with_name("cases")
WIRE = "sample_wire"


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file; a line that is no JSON object is left out."""
    rows = (_row(line) for line in path.read_text(encoding="utf-8", errors="replace").split("\n"))
    return [row for row in rows if row is not None]


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def digest(chunks: Iterable[bytes]) -> str:
    """A digest that tells one set of rows from another."""
    return sha256(b"\n".join(chunks)).hexdigest()[:16]


def measure(data: Path, split: str, only: Sequence[str] = ()) -> dict[str, Measured]:
    """The figures of each set under a directory that can be measured, by its name."""
    paths = [path for path in sorted(data.glob(f"*/{split}.jsonl")) if not only or path.parent.name in only]
    found = {path.parent.name: figures(read(path)) for path in paths}
    return {path.parent.name: Measured(digest([path.read_bytes()]), f) for path in paths if (f := found[path.parent.name])}


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures of the rows that are of the first kind that any of them is of; empty when none is of a kind."""
    for knows, measures in KINDS:
        if known := [row for row in rows if knows(row)]:
            return measures(known)
    return {}


def own() -> dict[str, Measured]:
    """The figures of the project's own cases and of the sample wire, which need no outside data."""
    wire = digest(path.read_bytes() for path in sorted((wire_quality.folder() / "texts").glob("*.md")))
    return measure(CASES, "dev") | {WIRE: Measured(wire, wire_quality.measure())}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a directory of sets; without it the project's own cases")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--check", action="store_true", help="fail when a figure fell")
    parser.add_argument("--write-baseline", action="store_true", help="raise the baseline where a figure is better")
    parser.add_argument("--baseline", type=Path, default=gate.BASELINE, help="another file than bench/baseline.json")
    parser.add_argument("sets", nargs="*", help="only these sets")
    args = parser.parse_args()
    found = measure(args.data, args.split, args.sets) if args.data else own()
    print(json.dumps({name: dict(measured.figures) for name, measured in found.items()}, indent=2))
    baseline = gate.load(args.baseline)
    fallen = gate.complaints(found, baseline)
    if args.write_baseline:
        gate.write(gate.raised(found, baseline), args.baseline)
    if args.check:
        print("\n".join(fallen), file=sys.stderr, end="\n" if fallen else "")
    return int(args.check and bool(fallen))


if __name__ == "__main__":
    sys.exit(main())
