"""Whose account a text gives, by its credits and by whom it follows, and how many sources that leaves."""

from __future__ import annotations

import pytest
from find_sample import CHIPS, PLANT, PLANT_AGAIN, record

from evidence.credits import credits, followed, name_key
from evidence.independence import independent_count, independent_groups
from groundwire.records import Outlet, OutletKind

BODY = "Velmora Grid builds a plant at Harrow Point. It is to open in 2030."


@pytest.mark.parametrize(
    ("text", "credited"),
    [
        ("PORT ALDOUS (Norling) - A plant is built.", "Norling"),
        ("HAMBURG (dpa) - Ein Kraftwerk wird gebaut.", "dpa"),
        ("Berlin (dpa/lnw) - Ein Kraftwerk wird gebaut.", "dpa"),
        ("PARIS (AFP) — Une centrale est construite.", "AFP"),
        ("Madrid, 6 nov (EFE).- Una central se construye.", "EFE"),
        ("WASHINGTON (AP) — A plant is built.", "AP"),
        ("Brussels, 6 November 2026 (Reuters) - A plant is built.", "Reuters"),
        (f"{BODY}\nQuelle: dpa", "dpa"),
        (f"{BODY}\nFuente: EFE", "EFE"),
        (f"{BODY}\nSource: Norling Release Wire", "Norling Release Wire"),
        (f"{BODY}\n(Norling)", "Norling"),
        (f"{BODY}\n— Reuters", "Reuters"),
        (f"{BODY}\nMit Material der dpa", "dpa"),
        (f"{BODY}\nvia Norling News", "Norling News"),
        (f"{BODY}\nDieser Artikel erschien zuerst bei Stromkurier.", "Stromkurier"),
        (f"{BODY}\nCet article a été publié dans Le Fleuve.", "Le Fleuve"),
        (f"{BODY}\nThis story was originally published by Norling News.", "Norling News"),
    ],
)
def test_a_credit_at_an_edge_is_read(text: str, credited: str) -> None:
    assert name_key(credited) in {name_key(name) for name in credits(text)}


@pytest.mark.parametrize(
    "text",
    [
        "Quillon (QLN) - shares of the chipmaker rose.",
        f"{BODY} The ministry (BMWK) said so. The plant went through the council via Osmere road.",
        f"{BODY}\nThe company is listed (QLN).",
        BODY,
    ],
)
def test_a_name_in_brackets_or_in_the_middle_is_no_credit(text: str) -> None:
    assert credits(text) == ()


@pytest.mark.parametrize(
    ("text", "language", "outlet"),
    [
        ("The delay was first reported by Rope Weekly. Shares fell.", "en", "Rope Weekly"),
        ("Velmora Grid will close a plant, according to a report in the Osmere Times.", "en", "Osmere Times"),
        ("The Osmere Post reported on Monday that the plant is late.", "en", "Osmere Post"),
        ("Velmora Grid is late, as the Osmere Herald first reported.", "en", "Osmere Herald"),
        ("Velmora Grid is late, Reuters reported, citing two people.", "en", "Reuters"),
        ("Wie der „Stromkurier“ berichtet, baut Velmora ein Kraftwerk.", "de", "Stromkurier"),
        ("Velmora baut laut einem Bericht der Osmerer Zeitung ein Kraftwerk.", "de", "Osmerer Zeitung"),
        ("Selon Le Monde, Velmora construit une centrale.", "fr", "Le Monde"),
        ("Según El País, Velmora construye una central.", "es", "El País"),
    ],
)
def test_an_opening_that_rests_on_another_outlet_follows_it(text: str, language: str, outlet: str) -> None:
    known = frozenset({name_key("Stromkurier")})
    assert {name_key(n) for n in followed(text, "", language, known, "Own Paper")} == {name_key(outlet)}


@pytest.mark.parametrize(
    "text",
    [
        "Quillon Semiconductor reported on Tuesday revenue of $3 billion.",
        "Demand doubles, according to a survey by Tidemark Research.",
        "The Osmere Post reported on Monday that the plant is late. Velmora Grid told Own Paper that it is not.",
        "One. Two plants are built at Harrow Point. Three are planned. The Osmere Post reported it first.",
        "Own Paper reported on Monday that the plant is late.",
    ],
)
def test_a_company_a_study_an_own_account_and_a_late_mention_follow_nobody(text: str) -> None:
    assert followed(text, "", "en", frozenset(), "Own Paper") == ()


def test_all_who_follow_one_outlet_that_is_not_stored_are_one_source() -> None:
    first = record(f"{PLANT_AGAIN.replace('a filing with the state shows', 'the Osmere Times reported on Monday')}", "A")
    second = record("Velmora Grid wants a gas plant, according to a report in the Osmere Times. Its neighbours protest.", "B")
    other = record(PLANT, "C")
    groups = independent_groups([first, second, other], {}, {})
    assert sorted(sorted(group) for group in groups) == sorted([sorted((first.id, second.id)), [other.id]])


def test_the_first_words_of_an_outlets_name_mean_it() -> None:
    agency, carried = record(PLANT, "Norling News Agency", 5), record(f"HARROW POINT (Norling) - {PLANT_AGAIN}", "B", 3)
    assert independent_count([agency, carried], {}, {}) == 1
    assert independent_count([agency, carried, record(CHIPS, "Norling Courier")], {}, {}) == 3


def test_the_forms_of_an_agencys_name_are_one_source() -> None:
    one, other = record(PLANT, "A", author="Ida Kvarn, Associated Press"), record(f"OSMERE (AP) — {PLANT_AGAIN}", "B")
    assert independent_count([one, other], {}, {}) == 1


@pytest.mark.parametrize("kind", [OutletKind.COMMENTARY, OutletKind.DISCUSSION])
def test_an_opinion_is_no_source(kind: OutletKind) -> None:
    column = Outlet("Column", kind, None, 0.5, False)
    assert independent_count([record(PLANT, "A"), record(PLANT_AGAIN, "Column")], {}, {"Column": column}) == 1


def test_a_weight_makes_no_second_source() -> None:
    heavy = {name: Outlet(name, OutletKind.REPORT, "One Media", 1.0, False) for name in "AB"}
    assert independent_count([record(PLANT, "A"), record(PLANT_AGAIN, "B")], {}, heavy) == 1
