"""How often each finding of the checks is right: its flags on supported and on unsupported sentences of public sets.

    python -m bench.check_findings --data DIR --split dev [--rows N]      (JSON on stdout)

Each sentence is a report that cites the passages of its source which hold most of it. `good` and `bad` are shares of the supported and of the
unsupported sentences that a finding would cut; `any` is any of them. With --rows every set is thinned to about N rows, evenly.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.verification_quality import rows_of
from evidence.checks import CheckContext, best_passages, check_sentence, passage_ground
from evidence.furniture import without_furniture
from groundwire.records import Finding, Record, RecordState, Sentence, SentenceKind, Severity

SETS = ("wice", "ragtruth_sent")
CITED = 3
_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def findings_of(text: str, source_text: str) -> tuple[Finding, ...]:
    """What the checks find on a sentence that cites the passages of a text which hold most of it."""
    record = Record("r", "p", 1, "", "", "", "", None, "en", _DAY, _DAY, source_text, "", RecordState.READ)
    grounds = tuple(passage_ground(record, *span) for span in best_passages(text, source_text, CITED))
    return check_sentence(Sentence(without_furniture(text), SentenceKind.REPORT), CheckContext(grounds))


def measure(rows: Sequence[dict[str, object]]) -> dict[str, dict[str, float]]:
    """The shares of good and bad sentences that each finding cuts, the most frequent on good ones first."""
    flags: dict[int, Counter[str]] = {0: Counter(), 1: Counter()}
    totals: Counter[int] = Counter()
    for row in sorted(rows, key=lambda row: str(row["source_text"])):
        label = int(str(row["label"]))
        cut = {one.check for one in findings_of(str(row["sentence"]), str(row["source_text"])) if one.severity is Severity.CUT}
        totals[label] += 1
        flags[label].update(cut | ({"any"} if cut else set()))
    names = sorted(set(flags[0]) | set(flags[1]), key=lambda name: (-flags[1][name], name))
    return {name: {"good": round(flags[1][name] / totals[1], 4), "bad": round(flags[0][name] / totals[0], 4)} for name in names}


def main() -> None:
    """Measures the sets of single sentences."""
    parser = argparse.ArgumentParser(description="Measure each finding of the checks.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--rows", type=int, default=0)
    args = parser.parse_args()
    found = {}
    for name in SETS:
        rows = rows_of(args.data, name, args.split)
        if rows:
            found[name] = measure(rows[:: max(1, len(rows) // args.rows)] if args.rows else rows)
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
