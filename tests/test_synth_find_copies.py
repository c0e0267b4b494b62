"""Near-copies, what was altered in them, and how many sources a set of records really is."""

from __future__ import annotations

import pytest
from find_sample import CHIPS, MUSEUM, PLANT, PLANT_AGAIN, record

from evidence.credits import credits
from evidence.independence import independent_count, independent_groups
from groundwire.records import Copy, Outlet, OutletKind, Record
from synth.find.copies import find_copies
from synth.find.outlets import outlet_of

WIRE = {"Release Post": Outlet("Release Post", OutletKind.PRIMARY, None, 1.0, False)}


def by_record(*records: Record, outlets: dict[str, Outlet] | None = None) -> dict[str, Copy]:
    return {c.record_id: c for c in find_copies(records, outlets or {})}


def test_a_copy_points_at_the_first_text() -> None:
    first, second = record(PLANT, "A", 5), record(PLANT, "B", 3)
    assert by_record(second, first) == {second.id: Copy(second.id, first.id, 1.0)}


def test_a_trimmed_and_framed_copy_is_found() -> None:
    whole = record(PLANT, "A", 5)
    trimmed = record("From our newsroom. " + ". ".join(PLANT.split(". ")[:2]) + ". Subscribe for more.", "B", 3)
    assert by_record(whole, trimmed)[trimmed.id].origin_id == whole.id


def test_other_articles_on_the_event_are_no_copies() -> None:
    assert by_record(record(PLANT, "A"), record(PLANT_AGAIN, "B"), record(CHIPS, "C"), record(MUSEUM, "D")) == {}


def test_the_release_is_the_origin_even_when_a_copy_was_earlier() -> None:
    early, release = record(PLANT, "A", 5), record(PLANT, "Release Post", 3)
    assert by_record(early, release, outlets=WIRE)[early.id].origin_id == release.id


def test_a_release_long_after_is_not_the_origin() -> None:
    early, late = record(PLANT, "A", 100), record(PLANT, "Release Post", 3)
    assert by_record(early, late, outlets=WIRE)[late.id].origin_id == early.id


@pytest.mark.parametrize(("was", "now_is"), [("700-megawatt", "900-megawatt"), ("320 people", "230 people"), ("in 2030", "in 2033")])
def test_a_copy_with_another_figure_is_altered(was: str, now_is: str) -> None:
    first, copy = record(PLANT, "A", 5), record(PLANT.replace(was, now_is), "B", 3)
    altered = by_record(first, copy)[copy.id].altered
    assert altered and "says" in altered


def test_the_odd_one_out_is_altered_even_when_it_was_first() -> None:
    odd = record(PLANT.replace("700", "900"), "A", 9)
    others = [record(PLANT, name, 5 - n) for n, name in enumerate("BCD")]
    copies = by_record(odd, *others)
    assert copies[odd.id].altered and copies[odd.id].origin_id == others[0].id
    assert not copies[others[1].id].altered


def test_the_same_figure_in_other_words_is_not_altered() -> None:
    first = record(PLANT, "A", 5)
    copy = record(PLANT.replace("$2.4 billion", "$2,400 million").replace("700-megawatt", "0.7 GW"), "B", 3)
    assert by_record(first, copy)[copy.id].altered is None


def test_a_sentence_left_out_is_not_altered() -> None:
    first, copy = record(PLANT, "A", 5), record(PLANT.replace("The plant is to open in 2030 and will employ 320 people. ", ""), "B", 3)
    assert by_record(first, copy)[copy.id].altered is None


def test_a_retelling_with_nothing_of_its_own_is_a_copy() -> None:
    told = record(
        "Harrow Point is to get a gas plant of 700 megawatts from Velmora Grid, open from 2030, with 320 people to employ and $2.4 billion to spend. "
        "Ida Kvarn said: “We cannot wait for the transmission line any longer”.",
        "B",
        3,
    )
    first = record(PLANT, "A", 5)
    assert by_record(first, told)[told.id].origin_id == first.id


def test_a_retelling_with_a_date_of_its_own_is_none() -> None:
    told = (
        "Harrow Point is to get a gas plant of 700 megawatts from Velmora Grid, open from 2030, with 320 people to employ and $2.4 billion to spend. "
        "Ida Kvarn said: “We cannot wait for the transmission line any longer”."
    )
    first = record(f"{PLANT} Work is to begin on March 3 and to be paid for by those who draw the power.", "A", 5)
    dated = record(told.replace("spend.", "spend, as the council votes on April 29."), "B", 3)
    assert len(by_record(first, record(told, "B", 3))) == 1 and not by_record(first, dated)


def test_copies_do_not_depend_on_order() -> None:
    records = [record(PLANT, "A", 5), record(PLANT, "B", 5), record(PLANT.replace("700", "900"), "C", 1), record(CHIPS, "D")]
    assert find_copies(records, {}) == find_copies(records[::-1], {})


def test_outlets_are_known_or_guessed() -> None:
    assert outlet_of("Release Post", WIRE).guessed is False
    assert outlet_of("release post", WIRE).kind is OutletKind.PRIMARY
    assert outlet_of("Harbour Courier", {}) == Outlet("Harbour Courier", OutletKind.REPORT, None, 0.8, True)
    assert outlet_of("Velmora Energy Regulator", {}).kind is OutletKind.PRIMARY
    assert outlet_of("Fairway PR Wire", {}).kind is OutletKind.PRIMARY
    assert outlet_of("Rack Owners Forum", {}).weight == 0.2
    assert outlet_of("The Opinion Page", {}).kind is OutletKind.COMMENTARY


def test_copies_outlets_and_owners_count_once() -> None:
    a, b, c = record(PLANT, "A", 5), record(PLANT, "B", 4), record(PLANT_AGAIN, "C", 3)
    copies = by_record(a, b, c)
    assert independent_groups([c, b, a], copies, {}) == ((a.id, b.id), (c.id,))
    owners = {n: Outlet(n, OutletKind.REPORT, "One Media", 0.8, False) for n in ("A", "C")}
    assert independent_count([a, b, c], copies, owners) == 1
    assert independent_count([a, record(CHIPS, "A")], {}, {}) == 1


def test_an_altered_copy_counts_for_nothing() -> None:
    a, b = record(PLANT, "A", 5), record(PLANT.replace("700", "900"), "B", 4)
    assert independent_groups([a, b], by_record(a, b), {}) == ((a.id,),)


@pytest.mark.parametrize(
    "credited",
    [
        f"HARROW POINT, Nov. 19 (Norling News) - {PLANT_AGAIN}",
        f"Drogheda, Ireland, Nov. 19 (Norling News) -- {PLANT_AGAIN}",
        f"HARROW POINT, Nov. 19 /Norling News/ {PLANT_AGAIN}",
        f"{PLANT_AGAIN}\nVia Norling News.",
        f"{PLANT_AGAIN}\nThis story was first published by Norling News.",
    ],
)
def test_a_page_that_credits_an_agency_counts_with_it(credited: str) -> None:
    agency, carried = record(PLANT, "Norling News", 5), record(credited, "B", 3)
    assert "Norling News" in credits(carried.text)
    assert independent_count([agency, carried], {}, {}) == 1


def test_an_agency_as_the_author_counts_with_it() -> None:
    agency, carried = record(PLANT, "Norling News", 5), record(PLANT_AGAIN, "B", 3, author="Norling News")
    assert independent_count([agency, carried], {}, {}) == 1
    assert independent_count([record(PLANT, "A", author="Staff"), record(PLANT_AGAIN, "B", author="Staff")], {}, {}) == 2
