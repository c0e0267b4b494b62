"""Grouping measured on labelled sets, through the functions that a run calls: BCubed, adjusted Rand index, pairs.

A row is {"id", "title", "text", "source", "group", ...}. Rows with a `kind` say how a copy was made: there the
copies of one text are a group; in every other set the records of one event are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from groundwire.records import Record, RecordState, text_sha256
from synth.find.copies import find_copies
from synth.find.group import group

NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
"""The dates of these sets were taken away: every record has the same."""

Row = Mapping[str, Any]


def is_grouping(row: Row) -> bool:
    """Whether a row has a group and something to read."""
    return row.get("group") is not None and isinstance(row.get("text"), str)


def measure(rows: Sequence[Row]) -> dict[str, float]:
    """The scores of one set, and how many records it has."""
    records = _records(rows)
    found = copy_sets(records) if any("kind" in row for row in rows) else stories(records)
    return scores([found[r.id] for r in records], [row["group"] for row in rows])


def _records(rows: Sequence[Row]) -> list[Record]:
    """The rows as records; one without an identity of its own is told by its place."""
    found: dict[str, Record] = {}
    for place, row in enumerate(rows):
        key = str(row.get("id") or "")
        unique = key if key and key not in found else f"{key}-{place:07}"
        found[unique] = as_record({**row, "id": unique})
    return list(found.values())


def as_record(row: Row) -> Record:
    """A row as the record that a run would have read, without a date."""
    key, text = str(row["id"]), row["text"]
    url = f"https://{key}.example/"
    outlet = str(row.get("source") or "unknown")
    return Record(
        key, key, 1, url, url, outlet, str(row.get("title") or ""), None, "en", NO_DATE, NO_DATE, text, text_sha256(text), RecordState.READ
    )


def stories(records: Sequence[Record]) -> dict[str, str]:
    """The story of each record when these are the open ones and no story was there before."""
    copies = {c.record_id: c for c in find_copies(records, {})}
    return {i: story.id for story in group(records, copies, {}).stories for i in story.record_ids}


def copy_sets(records: Sequence[Record]) -> dict[str, str]:
    """The origin of each record, its own when it is no copy."""
    return {r.id: r.id for r in records} | {c.record_id: c.origin_id for c in find_copies(records, {})}


def scores(found: Sequence[object], meant: Sequence[object]) -> dict[str, float]:
    """BCubed precision, recall and F1 (Bagga and Baldwin, 1998), adjusted Rand index (Hubert and Arabie, 1985), F1 of pairs."""
    precision, recall = bcubed(found, meant)
    ours, theirs, both = (_pairs(labels) for labels in (found, meant, list(zip(found, meant, strict=True))))
    chance = ours * theirs / max(1, len(found) * (len(found) - 1) // 2)
    most = (ours + theirs) / 2
    values = {
        "bcubed_f1": 2 * precision * recall / (precision + recall),
        "bcubed_precision": precision,
        "bcubed_recall": recall,
        "ari": 1.0 if most == chance else (both - chance) / (most - chance),
        "pair_f1": 2 * both / (ours + theirs) if ours + theirs else 1.0,
    }
    return {name: round(value, 4) for name, value in values.items()} | {"n": len(found)}


def bcubed(found: Sequence[object], meant: Sequence[object]) -> tuple[float, float]:
    """Mean share of an item's cluster that is of its group, and of its group that is in its cluster."""
    sizes, wanted = Counter(found), Counter(meant)
    shared = Counter(zip(found, meant, strict=True))
    precision = sum(n * n / sizes[ours] for (ours, _), n in shared.items()) / len(found)
    recall = sum(n * n / wanted[theirs] for (_, theirs), n in shared.items()) / len(found)
    return precision, recall


def _pairs(labels: Iterable[object]) -> int:
    return sum(n * (n - 1) // 2 for n in Counter(labels).values())


def by_group(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each group, groups in the order of their names."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row["group"])].append(row)
    return dict(sorted(found.items()))
