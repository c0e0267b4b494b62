"""Themes: the stories that one thesis can carry, the evidence they need, and why one is not ready."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from find_sample import CHIPS, CHIPS_AGAIN, MUSEUM, NOW, PLANT, PLANT_AGAIN, energy_history, history, record, scene

from groundwire.config import Write
from groundwire.records import Outlet, OutletKind, Record, Signal, Theme
from synth.find.scene import Running, Scene
from synth.find.signals import has_baseline, signals
from synth.find.themes import themes

PLANTS = (record(PLANT, "A", 5), record(PLANT_AGAIN, "B", 4))
CHIP = (record(CHIPS, "A", 3), record(CHIPS_AGAIN, "C", 2))
YESTERDAY = NOW - timedelta(days=1)


def ready(given: Scene, write: Write | None = None) -> list[Theme]:
    return [t for t in themes(given, signals(given), write or Write()) if t.ready]


def test_a_quiet_day_is_quiet() -> None:
    """Everything there is was published and seen days ago: no signal of any kind and no theme."""
    week = [replace(r, published=r.published - timedelta(days=3), fetched=r.fetched - timedelta(days=3)) for r in (*PLANTS, *CHIP)]
    given = scene(*week, *history(), *energy_history(), previous=YESTERDAY)
    assert signals(given) == () and themes(given, (), Write()) == ()


def test_a_quiet_day_with_something_minor_is_not_written() -> None:
    week = [replace(r, published=r.published - timedelta(days=3), fetched=r.fetched - timedelta(days=3)) for r in (*PLANTS, *CHIP)]
    given = scene(record(MUSEUM, "D"), *week, *history(), previous=YESTERDAY)
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
    given = scene(*weak, *old)
    (theme,) = (t for t in themes(given, signals(given), Write(min_strength=0.3)) if t.lead)
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


def test_two_stories_of_one_layer_are_two_themes() -> None:
    cable = (
        record("Strand Cable has orders of $1.3 billion for its transmission line to an offshore wind farm, Strand Cable said.", "A", 4),
        record("Orders of $1.3 billion keep Strand Cable busy; each transmission line takes it a year, Strand Cable said.", "C", 3),
    )
    given = scene(*PLANTS, *cable)
    found = ready(given)
    assert [t.layers for t in found] == [("energy",), ("energy",)]
    assert all(len(t.story_ids) == 1 and t.joins == () for t in found)


def test_stories_that_converge_are_one_theme_that_says_why() -> None:
    fab = (
        record(
            "Quillon Semiconductor opens its foundry in Tarn for $5.6 billion. The chipmaker has wafers, Quillon Semiconductor said.",
            "A",
            3,
        ),
        record("A foundry in Tarn for $5.6 billion: Quillon Semiconductor starts with wafers for a year, the chipmaker said.", "C", 2),
    )
    power = record("Velmora Grid signs a power purchase agreement with Quillon Semiconductor for its wind farm and a substation.", "B", 2)
    (theme,) = ready(scene(*fab, power))
    assert len(theme.story_ids) == 2 and theme.layers == ("chip", "energy")
    ((story, why),) = theme.joins
    assert story == theme.story_ids[1] and why == "Quillon Semiconductor is in both, in different layers"


def test_a_theme_has_its_thesis_first_and_rests_on_it() -> None:
    for theme in ready(scene(*PLANTS, *CHIP)):
        assert theme.thesis and theme.signals[0] is theme.thesis and theme.story_ids[0] in theme.thesis.story_ids
        assert theme.reason == theme.thesis.statement


def test_themes_of_one_day_differ_in_their_theses_where_they_can() -> None:
    def told(house: str, thing: str, town: str, outlets: str) -> list[Record]:
        texts = (
            f"{house} puts the cost of its {thing} at $2.4 billion. {house} needs the {thing}.",
            f"The {thing} of {house} comes at a cost of $2.9 billion. {town} waits, {house} said.",
            f"In {town}, {house} builds a {thing} at a cost of $2.4 billion. Work on the {thing} begins in May.",
        )
        return [record(text, outlet, 5) for text, outlet in zip(texts, outlets, strict=True)]

    given = scene(*told("Velmora Grid", "gas-fired power plant", "Osmere", "ABC"), *told("Quillon Semiconductor", "foundry", "Tarn", "DEF"))
    found = ready(given)
    assert len(found) == 2 and {t.thesis.kind for t in found if t.thesis} == {"contradiction", "new-figure"}


def test_a_layer_that_is_busy_is_no_thesis_for_one_story() -> None:
    busy = [
        record(f"{town} connects a {thing} to the power grid today.", town, 4)
        for town, thing in (("Holm", "reactor"), ("Ness", "wind farm"), ("Firth", "dam"))
    ]
    given = scene(*PLANTS, *busy, *history(), *energy_history(4), previous=YESTERDAY)
    assert "volume" in {s.kind for s in signals(given)}
    assert all(t.thesis and t.thesis.kind != "volume" and len(t.story_ids) == 1 for t in ready(given))


def test_a_layers_commitments_join_the_stories_that_make_them() -> None:
    talk = [
        record(f"The chatbot of {n} gets a new voice, and its monthly users like the app more than the old assistant.", f"{n} Post", 20 + i)
        for i, n in enumerate(("Arvo", "Belt", "Corin", "Dune", "Ember", "Fjord"))
    ]
    reactors = [
        record(
            "Kestrel Power will spend $2 billion on a reactor of 350 megawatts, and Kestrel Power signed for 90 megawatts of gas.", "K", 5
        ),
        record("A reactor of 350 megawatts is to cost Kestrel Power $2 billion, regulators were told by Kestrel Power.", "L", 4),
    ]
    wind = record("Offshore, the wind farm of Lumen Renewables gets 800 megawatts of turbines for $5 billion.", "M", 3)
    given = scene(*talk, *reactors, wind, *history(), previous=YESTERDAY)
    wide = [s for s in signals(given) if s.kind == "attention-commitment"]
    (theme,) = (t for t in themes(given, wide, Write()) if t.ready)
    assert theme.layers == ("energy",) and len(theme.story_ids) == 2
    assert theme.joins[0][1] == "its commitments are among those counted for energy"
    assert [t for t in themes(given, [], Write()) if t.joins] == []


def test_weights_of_outlets_are_summed_by_independent_source() -> None:
    light = {n: Outlet(n, OutletKind.REPORT, None, 0.5, False) for n in "AB"}
    given = scene(*PLANTS, outlets=light)
    assert given.weight(PLANTS) == 1.0
    assert scene(*PLANTS, record(PLANT, "Copyist", 2), outlets=light).weight(PLANTS) == 1.0
    (theme,) = themes(given, signals(given), Write())
    assert not theme.ready and "its independent sources weigh 1 together, 1.2 are needed (write.min_evidence)" in theme.reason
    assert ready(given, Write(min_evidence=1.0))


def test_a_thesis_that_is_too_weak_is_named_with_its_strength() -> None:
    given = scene(*PLANTS, *history())
    (theme,) = (t for t in themes(given, signals(given), Write(min_strength=0.9)) if t.lead)
    assert (
        not theme.ready
        and "its strongest signal (new-figure) has 0." in theme.reason
        and "0.9 is needed (write.min_strength)" in theme.reason
    )


def test_the_stories_of_a_busy_thread_are_one_theme() -> None:
    chips = [record(f"{CHIPS} {n}", outlet, 6) for n, outlet in (("The order book is full.", "A"),)]
    given = scene(*PLANTS, *chips, *history(), previous=YESTERDAY)
    ids = tuple(s.id for s in given.stories if set(s.record_ids) & {r.id for r in (*PLANTS, *chips)})
    running = Running("harrow-point", "Harrow Point", ids, NOW - timedelta(days=9))
    thread = [s for s in signals(replace(given, threads=(running,))) if s.kind == "thread-volume"]
    (theme,) = ready_of(given, thread)
    assert set(theme.story_ids) == set(ids) and theme.joins[0][1] == "it belongs to the thread “Harrow Point”"


def ready_of(given: Scene, found: Sequence[Signal]) -> list[Theme]:
    return [t for t in themes(given, found, Write()) if t.ready]
