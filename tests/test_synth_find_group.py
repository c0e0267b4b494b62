"""Stories: their records and their identities over time. `test_bench_quality.py` measures them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from find_sample import CHIPS, CHIPS_AGAIN, MUSEUM, PLANT, PLANT_AGAIN, record

from groundwire.records import Copy
from synth.find.group import Grouping, group

PLANTS = (record(PLANT, "A", 5), record(PLANT_AGAIN, "B", 4))
CHIP = (record(CHIPS, "A", 3), record(CHIPS_AGAIN, "C", 2))
OTHER = record(MUSEUM, "D", 1)


def parts(grouping: Grouping) -> set[frozenset[str]]:
    return {frozenset(s.record_ids) for s in grouping.stories}


def before(grouping: Grouping) -> dict[str, str]:
    return {r: s.id for s in grouping.stories for r in s.record_ids}


def test_records_of_one_event_make_one_story() -> None:
    found = group((*PLANTS, *CHIP, OTHER), {}, {})
    assert parts(found) == {frozenset(r.id for r in PLANTS), frozenset(r.id for r in CHIP), frozenset({OTHER.id})}
    assert found.stories[0].title == PLANTS[0].title and found.stories[0].last == PLANTS[1].published


def test_order_of_arrival_does_not_matter() -> None:
    records = [*PLANTS, *CHIP, OTHER]
    whole = group(records, {}, {})
    for seed in range(5):
        random.Random(seed).shuffle(records)
        assert group(records, {}, {}) == whole


@pytest.mark.parametrize("n", [0, 1])
def test_a_day_of_few_records_can_be_grouped(n: int) -> None:
    assert len(group(PLANTS[:n], {}, {}).stories) == n


def test_a_copy_goes_with_its_origin_whatever_it_says() -> None:
    found = group((*PLANTS, OTHER), {OTHER.id: Copy(OTHER.id, PLANTS[0].id, 0.9)}, {})
    assert len(found.stories) == 1


def test_a_story_that_goes_on_keeps_its_id() -> None:
    first = group((PLANTS[1], OTHER), {}, {})
    later = group((*PLANTS, OTHER), {}, before(first))
    assert {s.id for s in later.stories} == {s.id for s in first.stories}
    assert group((*PLANTS, OTHER), {}, before(later)) == later


def test_a_merge_keeps_the_older_id_and_says_so() -> None:
    older, younger = group(PLANTS[:1], {}, {}), group(PLANTS[1:], {}, {})
    merged = group(PLANTS, {}, before(older) | before(younger))
    assert [s.id for s in merged.stories] == [older.stories[0].id]
    assert merged.merged == {younger.stories[0].id: older.stories[0].id}


def test_a_part_that_splits_off_gets_an_id_of_its_own() -> None:
    joined = dict.fromkeys([r.id for r in (*PLANTS, OTHER)], "one")
    found = group((*PLANTS, OTHER), {}, joined)
    ids = {frozenset(s.record_ids): s.id for s in found.stories}
    assert ids[frozenset(r.id for r in PLANTS)] == "one" and ids[frozenset({OTHER.id})] != "one"


def test_records_no_longer_open_stay_with_their_story_until_it_closes() -> None:
    first = group(PLANTS, {}, {})
    going_on = group(PLANTS[1:], {}, before(first), aged=PLANTS[:1])
    assert going_on.stories[0] == first.stories[0] and going_on.closed == ()
    over = group((OTHER,), {}, before(first), aged=PLANTS)
    assert over.closed == (first.stories[0].id,) and parts(over) == {frozenset({OTHER.id})}


def test_days_between_pull_reports_apart() -> None:
    """The same pair of texts is one story a few hours apart and two when the second comes nine days later."""
    late = replace(PLANTS[1], published=PLANTS[1].published.replace(day=PLANTS[1].published.day + 9))
    assert len(group(PLANTS, {}, {}).stories) == 1
    assert len(group((PLANTS[0], late), {}, {}).stories) == 2
