"""How many altered sentences the checks stop: each number, name, date, quotation and citation of true sentences altered, one at a time.

    python -m bench.mutations [--half dev|held] [--demo DIR] [--show]      (JSON on stdout, from the root of the repository)

The true sentences are the clean ones of `bench.sentences`, what people on the wire say, and, with --demo, what the `groundwire demo` in DIR has published. `stopped` is the
share of altered sentences that are cut or held. An alteration counts only when the sentence stands unaltered; `bench.sentences` counts the rest.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from groundwire.records import ArticleStatus, RecordState, Sentence, SentenceKind, Severity
from groundwire.store import articles, records
from groundwire.store.database import open_database
from synth.write import proof
from synth.write.sources import Sources
from tests.mutations import Mutation, mutations, quotations
from tests.wire_sentences import CLEAN, HALVES, load, of_records, sentence_of, share, sources

CHECKED = (SentenceKind.REPORT, SentenceKind.INFERENCE, SentenceKind.MEASURE)


def labelled(halves: Sequence[str] = HALVES) -> tuple[Sources, tuple[Sentence, ...]]:
    """The clean sentences of these halves with the whole wire as their sources."""
    return sources(), tuple(sentence_of(item) for half in halves for item in load(half) if item.fault == CLEAN)


def quoted() -> tuple[Sources, tuple[Sentence, ...]]:
    """Everybody's words on the wire with their speakers."""
    return sources(), tuple(quotations(sources().citable))


def published(demo: Path) -> tuple[Sources, tuple[Sentence, ...]]:
    """What a demo has published, each sentence once, with everything that it has read."""
    with closing(open_database(demo / "groundwire.db")) as db:
        out = articles.with_status(db, ArticleStatus.PUBLISHED)
        told = {s.text: s for a in out for _, _, s in articles.numbered(a) if s.kind in CHECKED and s.text and s.citations and not s.cut}
        current = records.current(db, datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        cited = {c.record_id for s in told.values() for c in s.citations if c.record_id} - {r.id for r in current}
        before = tuple(r for r in records.many(db, cited) if r.state is RecordState.READ)
    return of_records(current, before), tuple(told[text] for text in sorted(told))


def stopped(sentence: Sentence, given: Sources) -> bool:
    return any(f.severity is not Severity.NOTE for f in proof.findings(sentence, given))


def measure(given: Sources, told: Iterable[Sentence]) -> tuple[dict[str, object], list[Mutation]]:
    """The shares stopped by kind, and each altered sentence that was let through."""
    sentences = tuple(told)
    standing = [s for s in sentences if not stopped(s, given)]
    results: dict[str, list[bool]] = defaultdict(list)
    missed = []
    for mutation in (m for s in standing for m in mutations(s, (*given.citable, *given.archive))):
        caught = stopped(mutation.sentence, given)
        results[mutation.kind].append(caught)
        missed += [] if caught else [mutation]
    return {"sentences": len(sentences), "standing": len(standing), **_shares(results)}, missed


def _shares(results: dict[str, list[bool]]) -> dict[str, object]:
    every = [caught for found in results.values() for caught in found]
    kinds = {kind: {"altered": len(found), "stopped": share(found)} for kind, found in sorted(results.items())}
    return {"altered": len(every), "stopped": share(every), "by_kind": kinds}


FLOORS = {"number": 0.99, "quote": 0.99, "citation: other record": 0.99, "citation: same record": 0.96, "name": 0.97, "date": 0.97}
"""What share of the altered sentences of each kind is stopped at the least. Promised is 0.99 of each; another passage of the same record, a name where the
passage has a pronoun, and a month in the place of another are not there yet."""


def below(figures: dict[str, object]) -> dict[str, float]:
    """The kinds of alterations of which less is stopped than their floor, with the share of each; one alteration may always pass."""
    counts: dict[str, int] = defaultdict(int)
    passed: dict[str, int] = defaultdict(int)
    for kind, found in figures["by_kind"].items():  # type: ignore[attr-defined]
        name = next(name for name in FLOORS if kind.startswith(name))
        counts[name] += found["altered"]
        passed[name] += found["altered"] - round(found["altered"] * found["stopped"])
    return {name: 1 - passed[name] / counts[name] for name in counts if passed[name] > max(1, (1 - FLOORS[name]) * counts[name])}


def shown(missed: Sequence[Mutation]) -> list[dict[str, object]]:
    return [
        {"kind": m.kind, "was": m.was, "now": m.now, "text": m.sentence.text, "cites": [c.quote for c in m.sentence.citations]}
        for m in missed
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, action="append", help="only the clean sentences of this half")
    parser.add_argument("--demo", type=Path, help="a folder in which `groundwire demo` has run")
    parser.add_argument("--show", action="store_true", help="also each altered sentence that was let through")
    args = parser.parse_args()
    found = {"labelled": measure(*labelled(args.half or HALVES)), "quoted": measure(*quoted())} | (
        {"published": measure(*published(args.demo))} if args.demo else {}
    )
    print(
        json.dumps({name: f | ({"missed": shown(m)} if args.show else {}) for name, (f, m) in found.items()}, indent=2, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
