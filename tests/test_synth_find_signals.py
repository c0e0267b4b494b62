"""Signals and themes: each kind on records that call for it, and silence on a quiet day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from find_sample import CHIPS, CHIPS_AGAIN, MUSEUM, NOW, PLANT, PLANT_AGAIN, record, scene

from groundwire.config import Write
from groundwire.records import Outlet, OutletKind, Record, Signal, Theme
from synth.find.scene import Scene
from synth.find.signals import has_baseline, layer_shares, signals
from synth.find.themes import themes

DAY = 24.0
PLANTS = (record(PLANT, "A", 5), record(PLANT_AGAIN, "B", 4))
CHIP = (record(CHIPS, "A", 3), record(CHIPS_AGAIN, "C", 2))


def kinds(given: Scene) -> list[str]:
    return [s.kind for s in signals(given)]


def of_kind(given: Scene, kind: str) -> Signal:
    return next(s for s in signals(given) if s.kind == kind)


def ready(given: Scene, write: Write | None = None) -> list[Theme]:
    return [t for t in themes(given, signals(given), write or Write()) if t.ready]


def history(days: int = 9, per_day: int = 1) -> list[Record]:
    """Quiet reports of other things, one outlet a day, so that there is a baseline."""
    towns = ("Tarn", "Osmere", "Velde", "Quarrick", "Brandsund", "Lethe", "Morrow", "Salt Bay", "Wendle", "Kestrel")
    things = ("bridge", "school roof", "library", "market hall", "fountain", "tram stop", "orchard", "bathhouse", "theatre", "pier")
    return [
        record(
            f"{towns[d]} repairs its {things[d]} after the {things[-d - 1]} was closed. Work number {n} there is slow.",
            f"Paper {d}{n}",
            DAY * (d + 1.5),
        )
        for d in range(days)
        for n in range(per_day)
    ]


def energy_history(days: int = 9) -> list[Record]:
    """One report on energy a day, each on its own thing."""
    towns = ("Ardal", "Bexe", "Corvin", "Drum", "Eldwick", "Fosse", "Grell", "Hythe", "Ister")
    things = (
        "wind farm",
        "substation",
        "reactor",
        "solar farm",
        "grid connection",
        "power plant",
        "gas turbine",
        "transmission line",
        "battery storage",
    )
    return [record(f"{towns[d]} opens its {things[d]} late.", f"Paper {d}", DAY * (d + 2.2)) for d in range(days)]


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
    assert "new-figure" not in kinds(replace(given, previous=NOW - timedelta(days=1)))


def test_a_figure_with_another_value_than_before_has_moved() -> None:
    before = record("Velmora Grid put its investment in the gas plant at Harrow Point at $2.4 billion.", "A", 60)
    after = record("Velmora Grid raised its investment in the gas plant at Harrow Point from $2.4 billion to $3.1 billion.", "B", 2)
    signal = of_kind(scene(before, after, previous=NOW - timedelta(days=1)), "moved-figure")
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
    given = scene(*busy, *history(), *energy_history(4), previous=NOW - timedelta(days=1))
    signal = of_kind(given, "volume")
    assert dict(signal.values)["layer"] == "energy" and dict(signal.values)["accounts"] == "5"
    assert "volume" not in kinds(scene(*busy))
    assert "volume" not in kinds(scene(*energy_history(), previous=NOW - timedelta(days=1)))


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
    given = scene(*talk, *money, *history(), previous=NOW - timedelta(days=1))
    signal = of_kind(given, "attention-commitment")
    assert dict(signal.values)["layer"] == "energy"
    shares = {s.layer: s for s in layer_shares(given)}
    assert shares["energy"].commitment > shares["energy"].coverage
    assert sum(s.coverage for s in shares.values()) == pytest.approx(1, abs=0.001)
    assert "attention-commitment" not in kinds(scene(*talk, *money))


def test_a_quiet_day_is_quiet() -> None:
    """Everything there is was published and seen days ago: no signal of any kind and no theme."""
    week = [replace(r, published=r.published - timedelta(days=3), fetched=r.fetched - timedelta(days=3)) for r in (*PLANTS, *CHIP)]
    given = scene(*week, *history(), *energy_history(), previous=NOW - timedelta(days=1))
    assert signals(given) == () and themes(given, (), Write()) == ()


def test_a_quiet_day_with_something_minor_is_not_written() -> None:
    week = [replace(r, published=r.published - timedelta(days=3), fetched=r.fetched - timedelta(days=3)) for r in (*PLANTS, *CHIP)]
    given = scene(record(MUSEUM, "D"), *week, *history(), previous=NOW - timedelta(days=1))
    (theme,) = themes(given, signals(given), Write())
    assert not theme.ready and "1 independent source, 2 are needed" in theme.reason


def test_with_little_history_two_sources_and_a_figure_are_enough() -> None:
    given = scene(*PLANTS)
    assert not has_baseline(given)
    (theme,) = ready(given)
    assert theme.independent == 2 and theme.layers == ("energy",) and set(theme.record_ids) == {r.id for r in PLANTS}


def test_with_a_history_a_story_alone_needs_three_records_or_a_strong_thesis() -> None:
    old, filed = history(), PLANT_AGAIN.replace("for $2.4 billion", "").replace("of 700 megawatts ", "")
    weak = (PLANTS[0], record(filed, "B", 4))
    (theme,) = (t for t in themes(given := scene(*weak, *old), signals(given), Write(min_strength=0.3)) if t.lead)
    assert not theme.ready and "stands alone with 2 records, 3 are needed" in theme.reason
    third = record("Unions in Osmere welcome the gas plant that Velmora Grid wants to build at Harrow Point near its turbines.", "E", 1)
    assert len(ready(scene(*weak, third, *old), Write(min_strength=0.3))) == 1
    assert len(ready(scene(*PLANTS, *old))) == 1


def test_one_outlet_twice_is_not_enough() -> None:
    given = scene(record(PLANT, "A", 5), record(PLANT_AGAIN, "A", 4))
    (theme,) = themes(given, signals(given), Write())
    assert not theme.ready and "independent" in theme.reason


def test_thresholds_come_from_the_settings() -> None:
    assert ready(scene(*PLANTS), Write(min_independent=3)) == []
    assert ready(scene(*PLANTS), Write(min_records=3)) == []
    assert len(ready(scene(*PLANTS), Write(max_records=1, min_records=1, min_evidence=0.5))[0].record_ids) == 1


def test_a_theme_keeps_its_id_while_its_story_runs_and_does_not_depend_on_order() -> None:
    given = scene(*PLANTS, *CHIP)
    again = scene(*CHIP[::-1], *PLANTS[::-1])
    assert themes(given, signals(given), Write()) == themes(again, signals(again), Write())


def test_a_theme_carries_only_signals_that_its_records_justify() -> None:
    given = scene(*PLANTS, *CHIP)
    for theme in themes(given, signals(given), Write()):
        for signal in theme.signals:
            assert set(signal.record_ids) <= set(theme.record_ids)
