"""How many of the labelled faults in sentences about the sample wire the checks find, and how many clean sentences they flag.

    python -m bench.sentences [--half dev|held] [--show]      (JSON on stdout, from the root of the repository)

`right` is the share of faults with a finding that names the fault, `flagged` the share that is cut, held or not called supported for
whatever reason, `clean_flagged` the share of clean sentences to which that happens.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from tests.wire_sentences import CLEAN, HALVES, Judged, judged, share


def measure(results: Sequence[Judged]) -> dict[str, object]:
    """The figures of one half, faults by kind."""
    faulty = [r for r in results if r.item.fault != CLEAN]
    clean = [r for r in results if r.item.fault == CLEAN]
    return {
        **_figures(faulty),
        "clean": len(clean),
        "clean_flagged": share([r.flagged for r in clean]),
        "by_fault": {kind: _figures([r for r in faulty if r.item.fault == kind]) for kind in sorted({r.item.fault for r in faulty})},
    }


def _figures(faulty: Sequence[Judged]) -> dict[str, object]:
    return {"faults": len(faulty), "right": share([r.rightly for r in faulty]), "flagged": share([r.flagged for r in faulty])}


def wrong(results: Sequence[Judged]) -> list[dict[str, object]]:
    """Each fault without the right finding and each clean sentence that is flagged, with what was found."""
    return [_shown(r) for r in results if (r.flagged if r.item.fault == CLEAN else not r.rightly)]


def _shown(result: Judged) -> dict[str, object]:
    return {
        "id": result.item.id,
        "text": result.item.text,
        "cites": [f"{c.text}: {c.quote}" for c in result.item.cites],
        "verdict": result.verdict.value if result.verdict else None,
        "findings": [f"{f.check} ({f.severity.value}): {f.message}" for f in result.findings],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, action="append", help="only this half")
    parser.add_argument("--show", action="store_true", help="also each miss and each clean sentence flagged")
    args = parser.parse_args()
    found = {half: judged(half) for half in args.half or HALVES}
    shown = {half: measure(r) | ({"wrong": wrong(r)} if args.show else {}) for half, r in found.items()}
    print(json.dumps(shown, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
