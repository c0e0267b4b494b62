"""Signals: each kind on records that call for it, and silence where nothing calls for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from find_sample import CHIPS, CHIPS_AGAIN, NOW, PLANT, PLANT_AGAIN, energy_history, history, record, scene

from groundwire.config import Write
from groundwire.records import Forecast, Outlet, OutletKind, Record, Signal
from synth.find.scene import Due, Running, Scene
from synth.find.signals import KINDS, layer_shares, signals
from synth.find.themes import themes

PLANTS = (record(PLANT, "A", 5), record(PLANT_AGAIN, "B", 4))
CHIP = (record(CHIPS, "A", 3), record(CHIPS_AGAIN, "C", 2))
YESTERDAY = NOW - timedelta(days=1)


def kinds(given: Scene) -> list[str]:
    return [s.kind for s in signals(given)]


def of_kind(given: Scene, kind: str) -> Signal:
    return next(s for s in signals(given) if s.kind == kind)


def aged(records: tuple[Record, ...], days: float) -> list[Record]:
    """The records as they would be so many days later."""
    return [replace(r, published=r.published - timedelta(days=days), fetched=r.fetched - timedelta(days=days)) for r in records]


def test_a_figure_that_two_sources_report_is_a_new_figure() -> None:
    signal = of_kind(scene(*PLANTS), "new-figure")
    assert dict(signal.values)["entity"] == "Velmora Grid" and dict(signal.values)["sources"] == "2"
    assert signal.strength >= 0.65 and set(signal.record_ids) == {r.id for r in PLANTS}


def test_copies_and_comment_make_a_figure_no_stronger() -> None:
    alone = of_kind(scene(PLANTS[0]), "new-figure").strength
    copied = record(PLANT, "Copyist", 2)
    forum = record(PLANT_AGAIN, "Rack Owners Forum", 1)
    assert of_kind(scene(PLANTS[0], copied, forum), "new-figure").strength == alone


def test_an_altered_copy_never_speaks() -> None:
    altered = record(PLANT.replace("$2.4 billion", "$9.9 billion"), "Copyist", 2)
    given = scene(*PLANTS, altered)
    found = signals(given)
    assert not any("9.9" in s.statement or altered.id in s.record_ids for s in found)
    assert not any(altered.id in t.record_ids for t in themes(given, found, Write()))


def test_a_figure_that_was_there_before_is_not_new() -> None:
    later = record("Velmora Grid confirmed its $2.4 billion gas plant at Harrow Point of 700 megawatts. Turbines arrive in 2029.", "C", 1)
    given = scene(*(replace(r, published=r.published - timedelta(days=2), fetched=r.fetched - timedelta(days=2)) for r in PLANTS), later)
    assert "new-figure" not in kinds(replace(given, previous=YESTERDAY))


def test_a_figure_with_another_value_than_before_has_moved() -> None:
    before = record("Velmora Grid put its investment in the gas plant at Harrow Point at $2.4 billion.", "A", 60)
    after = record("Velmora Grid raised its investment in the gas plant at Harrow Point from $2.4 billion to $3.1 billion.", "B", 2)
    signal = of_kind(scene(before, after, previous=YESTERDAY), "moved-figure")
    assert dict(signal.values)["was"] == "$2.4 billion" and dict(signal.values)["value"] == "$3.1 billion"
    assert set(signal.record_ids) == {before.id, after.id}


def test_sources_that_differ_on_one_measure_contradict() -> None:
    one = record("Velmora Grid puts the investment in its gas plant at Harrow Point at $2.4 billion.", "A", 5)
    other = record("Velmora Grid plans an investment of $2.9 billion in its gas plant at Harrow Point, a filing shows.", "B", 4)
    signal = of_kind(scene(one, other), "contradiction")
    assert "$2.4 billion according to A" in signal.statement and "$2.9 billion according to B" in signal.statement


def test_one_owner_does_not_contradict_itself() -> None:
    one = record("Velmora Grid puts the investment in its gas plant at Harrow Point at $2.4 billion.", "A", 5)
    other = record("Velmora Grid plans an investment of $2.9 billion in its gas plant at Harrow Point, a filing shows.", "B", 4)
    owned = {n: Outlet(n, OutletKind.REPORT, "One Media", 0.8, False) for n in "AB"}
    assert "contradiction" not in kinds(scene(one, other, outlets=owned))


def test_stories_in_two_layers_that_share_a_company_converge() -> None:
    fab = record(
        "Quillon Semiconductor opens its foundry in Tarn. The chipmaker has wafers for a year, Quillon Semiconductor said.", "A", 3
    )
    power = record("Velmora Grid signs a power purchase agreement with Quillon Semiconductor for its wind farm and a substation.", "B", 2)
    signal = of_kind(scene(fab, power), "convergence")
    assert signal.statement.startswith("Quillon Semiconductor ties") and len(signal.story_ids) == 2


def test_a_busy_layer_is_measured_against_its_own_week() -> None:
    busy = [record(t, o, 3) for t, o in ((PLANT, "A"), (PLANT_AGAIN, "B"))]
    busy += [
        record(f"{town} connects a {thing} to the power grid today.", town, 4)
        for town, thing in (("Holm", "reactor"), ("Ness", "wind farm"), ("Firth", "dam"))
    ]
    given = scene(*busy, *history(), *energy_history(4), previous=YESTERDAY)
    signal = of_kind(given, "volume")
    assert dict(signal.values)["layer"] == "energy" and dict(signal.values)["accounts"] == "5"
    assert "volume" not in kinds(scene(*busy))
    assert "volume" not in kinds(scene(*energy_history(), previous=YESTERDAY))


def test_commitments_ahead_of_attention_are_a_signal() -> None:
    talk = [
        record(
            f"The chatbot of {name} gets a new voice, and its monthly users like the app more than the old assistant.",
            f"{name} Post",
            20 + n,
        )
        for n, name in enumerate(("Arvo", "Belt", "Corin", "Dune", "Ember", "Fjord"))
    ]
    money = [
        record(
            f"{name} Power will spend ${n + 2} billion on a reactor and {n + 3}00 megawatts of wind power. {name} Power signed for {n + 2}50 megawatts more.",
            f"{name} News",
            5,
        )
        for n, name in enumerate(("Kestrel", "Lumen"))
    ]
    given = scene(*talk, *money, *history(), previous=YESTERDAY)
    signal = of_kind(given, "attention-commitment")
    assert dict(signal.values)["layer"] == "energy"
    shares = {s.layer: s for s in layer_shares(given)}
    assert shares["energy"].commitment > shares["energy"].coverage
    assert sum(s.coverage for s in shares.values()) == pytest.approx(1, abs=0.001)
    assert "attention-commitment" not in kinds(scene(*talk, *money))


def test_a_commitment_counts_for_the_layer_of_its_passage() -> None:
    mixed = record(
        "Quillon Semiconductor will spend $3.4 billion on clean rooms for wafers in Tarn, the chipmaker said. Its foundry makes accelerators. "
        "Quillon Semiconductor also takes 450 megawatts of electricity from the power grid for it.",
        "A",
        4,
    )
    given = scene(mixed)
    (story,) = given.stories
    assert given.layer(story) == "chip"
    assert {f.unit: given.layer_of_figure(story, f) for f in given.commitments[story.id]} == {"money": "chip", "W": "energy"}


def test_a_result_or_a_price_is_no_commitment() -> None:
    given = scene(
        record("Quillon Semiconductor had revenue of $5.6 billion from its wafers in the quarter.", "A", 4), *history(), *energy_history()
    )
    assert sum(s.commitment for s in layer_shares(given)) == 0


def busy_thread() -> tuple[list[Record], Scene]:
    """A story of last week that five outlets turn to again, and what was written of it."""
    before = aged((PLANTS[0],), 8)
    turned = [
        record(f"The gas plant that Velmora Grid plans at Harrow Point {what}. Harrow Point waits for the turbines.", outlet, 5 + n)
        for n, (outlet, what) in enumerate(
            (
                ("B", "loses its building permit after a ruling in Osmere"),
                ("C", "will be delayed, neighbours say"),
                ("D", "may need a transmission line first"),
            )
        )
    ]
    given = scene(*before, *turned, *history(), previous=YESTERDAY)
    return turned, given


def test_a_thread_that_is_busy_again_is_measured_against_its_own_week() -> None:
    turned, given = busy_thread()
    mine = tuple(s.id for s in given.stories if set(s.record_ids) & {r.id for r in turned})
    thread = Running("harrow-point", "Harrow Point", mine, NOW - timedelta(days=9))
    signal = of_kind(replace(given, threads=(thread,)), "thread-volume")
    assert signal.measured["thread"] == "harrow-point" and signal.measured["accounts"] == "3"
    assert "the thread “Harrow Point”" in signal.statement and set(signal.record_ids) == {r.id for r in turned}
    young = replace(thread, opened=NOW - timedelta(days=2))
    assert "thread-volume" not in kinds(replace(given, threads=(young,)))
    assert "thread-volume" not in kinds(replace(given, threads=()))


def test_a_text_that_says_what_moved_is_enough() -> None:
    before = (
        "Velmora Grid has enlarged its order for turbines. The value of the order of Velmora Grid rises from $610 million to $880 million."
    )
    signal = of_kind(scene(record(before, "A", 4), *history(), previous=YESTERDAY), "moved-figure")
    measured = signal.measured
    assert (measured["was"], measured["value"], measured["direction"]) == ("$610 million", "$880 million", "up")
    assert measured["was_figure"] != measured["figure"]


@pytest.mark.parametrize(
    "text",
    [
        "Velmora Grid will raise the value of its order for turbines from $610 million to $880 million.",
        "Velmora Grid raises the value of its yearly orders for turbines from $610 million to $880 million by 2031.",
        "Velmora Grid has orders for turbines worth between $610 million and $880 million.",
        "Velmora Grid increased its orders for turbines from $610 million to $9.9 billion.",
    ],
)
def test_a_plan_a_range_or_another_thing_has_not_moved(text: str) -> None:
    assert "moved-figure" not in kinds(scene(record(text, "A", 4), *history(), previous=YESTERDAY))


def test_one_text_that_sets_another_value_beside_the_common_one_contradicts() -> None:
    said = "Velmora Grid puts the cost of its gas plant at Harrow Point at $2.4 billion."
    other = "The gas plant of Velmora Grid at Harrow Point will cost $2.9 billion, the state said. Velmora Grid speaks of a cost of $2.4 billion."
    signal = of_kind(scene(record(said, "A", 5), record(other, "B", 4)), "contradiction")
    assert {signal.measured["value"], signal.measured["other"]} == {"$2.4 billion", "$2.9 billion"}
    assert signal.measured["outlets"] == "A | B" and signal.measured["other_figure"]


@pytest.mark.parametrize(
    "other",
    [
        "Velmora Grid puts the investment in its gas plant at Harrow Point at more than $2.9 billion, a filing shows.",
        "Velmora Grid puts the investment in its gas plant at Harrow Point at $290 million, a filing shows.",
        "Velmora Grid raised the investment in its gas plant at Harrow Point from $2.4 billion to $2.9 billion, a filing shows.",
        "Velmora Grid puts the investment in its gas plant at Harrow Point at about $2.4 billion, a filing shows.",
    ],
)
def test_a_bound_a_part_a_move_or_a_rounding_contradicts_nothing(other: str) -> None:
    one = record("Velmora Grid puts the investment in its gas plant at Harrow Point at $2.4 billion.", "A", 5)
    assert "contradiction" not in kinds(scene(one, record(other, "B", 4)))


def test_an_old_contradiction_is_no_signal_again() -> None:
    one = record("Velmora Grid puts the investment in its gas plant at Harrow Point at $2.4 billion.", "A", 60)
    other = record("Velmora Grid plans an investment of $2.9 billion in its gas plant at Harrow Point, a filing shows.", "B", 59)
    third = record("At Harrow Point, Velmora Grid shows its neighbours where the gas plant will stand.", "C", 3)
    assert "contradiction" not in kinds(scene(one, other, third, previous=YESTERDAY))


def test_stories_in_two_layers_with_one_telling_figure_converge() -> None:
    fab = record("Quillon Semiconductor spends $3.47 billion on its foundry for wafers in Tarn.", "A", 3)
    power = record("Velmora Grid has a loan of $3.47 billion for its wind farm and a substation.", "B", 2)
    assert "$3.47 billion ties" in of_kind(scene(fab, power), "convergence").statement
    round_sum = [replace(r, text=r.text.replace("3.47", "3")) for r in (fab, power)]
    assert "convergence" not in kinds(scene(*round_sum))


def test_a_name_that_many_stories_have_a_person_or_a_region_ties_nothing() -> None:
    fab = record(
        "The chipmaker opens a foundry in Merrow County, said Ida Kvarn. Merrow County has wafers now, minister Ida Kvarn said.", "A", 3
    )
    power = record("A wind farm with its own substation opens in Merrow County. Merrow County is windy, minister Ida Kvarn said.", "B", 2)
    assert "convergence" not in kinds(scene(fab, power))


def forecast(due_in: timedelta) -> Due:
    made = NOW - timedelta(days=40)
    expected = Forecast("f1", "article1", "Velmora Grid has its permit for Harrow Point.", made, NOW + due_in, "no permit is published")
    return Due(expected, ("oldrecord",), ())


def test_a_forecast_falls_due_once() -> None:
    given = scene(*PLANTS, *history(), previous=YESTERDAY)
    signal = of_kind(replace(given, forecasts=(forecast(timedelta(hours=-3)),)), "forecast-due")
    assert "Velmora Grid has its permit" in signal.statement and "wrong if no permit is published" in signal.statement
    assert set(signal.record_ids) == {"oldrecord", *(r.id for r in PLANTS)} and len(signal.story_ids) == 1
    for due_in in (timedelta(hours=3), timedelta(hours=-30)):
        assert "forecast-due" not in kinds(replace(given, forecasts=(forecast(due_in),)))


def test_every_signal_has_records_a_strength_and_a_statement() -> None:
    turned, given = busy_thread()
    more = scene(*PLANTS, *CHIP, *turned, *energy_history(), previous=YESTERDAY)
    for signal in (*signals(given), *signals(more)):
        assert signal.record_ids and signal.story_ids and 0 < signal.strength <= 1 and len(signal.statement) > 30


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_is_silent_on_a_quiet_day(kind) -> None:  # type: ignore[no-untyped-def]
    """What was there was published and seen days ago, in busy and in quiet layers, with a thread that runs and a forecast that is not due."""
    given = scene(*aged((*PLANTS, *CHIP), 3), *history(), *energy_history(), previous=YESTERDAY)
    running = Running("all", "All", tuple(s.id for s in given.stories), NOW - timedelta(days=12))
    assert list(kind(replace(given, threads=(running,), forecasts=(forecast(timedelta(days=3)),)))) == []
