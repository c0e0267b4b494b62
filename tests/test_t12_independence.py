"""T12: copies of one release are one source, and what an altered copy says is never published.

The sets are read from outside; the altered copies are also planted by seeded rules into the sample wire.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from find_sample import lens, put, record
from outside import CORPUS, needs_corpus, rows
from planting import ALTERED, UNALTERED, carried

from evidence.figures import quantities
from evidence.independence import independent_count
from groundwire.config import Settings
from groundwire.records import Copy, Record, short_id, text_sha256
from groundwire.store import derived, runs
from groundwire.store import records as store
from groundwire.store.database import Database
from groundwire.wire import Wire
from synth.find.copies import find_copies
from synth.find.stage import find

NOW = datetime(2026, 11, 18, tzinfo=UTC)
SETS = rows("own/syndication/index.json") or {"sets": []}
CLAIMS = [(given, claim) for given in SETS["sets"] for claim in given["claims"]]

short = [needs_corpus, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def pages(given: dict[str, Any]) -> dict[str, Record]:
    """The pages of one set as they would be read, by file."""
    assert CORPUS
    from trafilatura import bare_extraction

    found = {}
    for entry in given["files"]:
        html = (CORPUS / "own/syndication" / entry["file"]).read_text(encoding="utf-8")
        page = bare_extraction(html, include_comments=False, with_metadata=True)
        assert page is not None, entry["file"]
        outlet = page.sitename or urlsplit(entry["url"]).hostname or entry["url"]
        found[entry["file"]] = record(page.text or "", outlet, title=page.title or "", author=page.author, now=NOW)
    return found


def copies_of(records: Sequence[Record]) -> dict[str, Copy]:
    return {c.record_id: c for c in find_copies(records, {})}


def changed(given: dict[str, Any]) -> set[str]:
    """The files whose role says that something in them was changed."""
    return {e["file"] for e in given["files"] if re.search(r"(?:changed|altered) (?:figure|name|date)", e["role"])}


@pytest.mark.parametrize("given", [pytest.param(g, marks=short, id=g["id"]) for g in SETS["sets"]])
def test_a_set_counts_as_stated(given: dict[str, Any]) -> None:
    records = pages(given)
    copies = copies_of(tuple(records.values()))
    assert independent_count(tuple(records.values()), copies, {}) == given["independent_sources"]
    assert {file for file, r in records.items() if r.id in copies and copies[r.id].altered} == changed(given)


@pytest.mark.parametrize(
    ("given", "claim"), [pytest.param(g, c, marks=short, id=c["claim"]) for g, c in CLAIMS if "independent_support" in c]
)
def test_a_claim_has_the_support_stated(given: dict[str, Any], claim: dict[str, Any]) -> None:
    records = tuple(pages(given).values())
    said = quantities(claim["claim"])
    assert said, "the claim has a figure"
    there = {r.id: {(q.value, q.unit) for q in quantities(r.text)} for r in records}
    support = [r for r in records if {(q.value, q.unit) for q in said} <= there[r.id]]
    assert independent_count(support, copies_of(records), {}) == claim["independent_support"]


@pytest.mark.parametrize("given", [pytest.param(g, marks=short, id=g["id"]) for g in SETS["sets"]])
def test_an_altered_copy_is_in_quarantine_and_in_no_theme(db: Database, given: dict[str, Any]) -> None:
    records = pages(given)
    put(db, *records.values())
    themes = find(db, Settings(), lens(), {}, NOW, runs.start(db, "run", NOW, fixed_clock=True))
    wrong = {records[file].id for file in changed(given)}
    held = store.quarantined(db)
    assert {r.id for r in held} == wrong == set(derived.quarantined(db, [r.id for r in records.values()]))
    assert all(r.reason and "where the origin says" in r.reason for r in held)
    assert not wrong & {r for theme in themes for r in theme.record_ids}


def test_a_copy_leaves_quarantine_when_its_origin_says_the_same(db: Database) -> None:
    first = planted_texts()[0]
    text = next(t for t in (ALTERED["figure"](first, random.Random(n)) for n in range(9)) if t)
    copy = carried(first, text)
    put(db, first, copy)
    at = max(copy.published, copy.fetched)
    find(db, Settings(), lens(), {}, at, runs.start(db, "run", at, fixed_clock=True))
    assert [r.id for r in store.quarantined(db)] == [copy.id]
    later = second_version(first, text)
    put(db, later)
    find(db, Settings(), lens(), {}, later.fetched, runs.start(db, "run", later.fetched, fixed_clock=True))
    assert store.quarantined(db) == ()
    assert store.get(db, copy.id) == copy


def second_version(first: Record, text: str) -> Record:
    return replace(
        first,
        id=short_id(first.page_id, "2"),
        version=2,
        text=text,
        text_sha256=text_sha256(text),
        fetched=first.fetched + timedelta(hours=6),
    )


def planted_texts() -> list[Record]:
    """The sample wire's own texts, as they would be read."""
    wire = Wire.load(Path(__file__).parent.parent / "examples" / "wire")
    found = []
    for text in sorted((t for t in wire.texts if not t.copy_of), key=lambda t: t.url):
        body = "\n".join(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", p) for p in text.paragraphs_at(text.published))
        read = record(body, text.outlet.name, 0, title=text.title, now=text.published)
        found.append(replace(read, language=text.outlet.language))
    return found


def measured(size: int, seed: int) -> tuple[Counter[str], Counter[str], list[str]]:
    """How many altered copies were planted and quarantined, and unaltered ones flagged, by kind; and what went wrong."""
    rng, texts = random.Random(seed), planted_texts()
    tried: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    said: list[str] = []
    for kind, change in {**ALTERED, **UNALTERED}.items():
        wanted = size if kind in ALTERED else size // 2
        for _ in range(wanted * 3):
            origin = rng.choice(texts)
            text = change(origin, rng)
            if text is None or text == origin.text or tried[kind] >= wanted:
                continue
            tried[kind] += 1
            found = find_copies([origin, carried(origin, text)], {})
            if any(c.altered for c in found) != (kind in ALTERED):
                failed[kind] += 1
                said.append(f"{kind}: {origin.title}: {[c.altered for c in found]}")
    return tried, failed, said


def judge(tried: Counter[str], failed: Counter[str], said: list[str]) -> str:
    altered, missed = (sum(c[k] for k in ALTERED) for c in (tried, failed))
    clean, flagged = (sum(c[k] for k in UNALTERED) for c in (tried, failed))
    figure = f"{altered - missed} of {altered} altered copies in quarantine, {flagged} of {clean} unaltered ones"
    assert missed <= 0.01 * altered and flagged <= 0.01 * clean, "\n".join((figure, *said))
    return figure


def test_planted_alterations_are_found_and_what_a_copy_may_change_is_not() -> None:
    judge(*measured(20, 11))


@pytest.mark.proof
def test_t12_planted_proof(capsys: pytest.CaptureFixture[str]) -> None:
    figure = judge(*measured(150, 3))
    with capsys.disabled():
        print(f"\nT12: {figure}")
