from __future__ import annotations

import json
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.checks import CheckContext, Ground, check_sentence
from evidence.features import FEATURES, features
from evidence.furniture import without_furniture
from evidence.rarity import FULL, LITTLE, SOME, weight
from evidence.score import THRESHOLD, WORST_ALLOWANCE, Calibration, model, score, score_text
from evidence.synonyms import GROUPS_OF
from evidence.text import stem
from groundwire.records import Sentence, SentenceKind, Severity, Target

SOURCE = """Fjordkraft delays its second cable
The Norwegian utility Fjordkraft will lay its second subsea cable to Aberdeen a year later than planned, in spring 2028, it said on Tuesday.
A shortage of laying vessels is behind the delay, project director Marit Solli told reporters in Bergen.
The 1.4 GW cable is expected to cost 21 billion kroner. The first one has carried power since 2021.
Fishermen along the route had asked for a delay of two seasons; their union called the news a relief.
Regulators in Scotland still have to approve the landing point near Peterhead."""

BORNE = (
    "Fjordkraft has put off its second subsea cable to Aberdeen by a year.",
    "Too few laying vessels are behind the delay, said Marit Solli, who directs the project.",
    "The cable of 1,400 megawatts is expected to cost 21 billion kroner.",
    "Scottish regulators have not yet approved where it lands near Peterhead.",
    "The union of the fishermen welcomed the delay.",
)
NOT_BORNE = (
    "Fjordkraft will build an offshore wind farm near Stavanger with Equinor.",
    "Investors punished the shares, which fell 9 percent in Oslo.",
    "The delay threatens hospitals and schools across Aberdeenshire with blackouts this winter.",
    "Marit Solli resigned on Friday after a quarrel with the finance ministry in Copenhagen.",
    "Environmental groups sued over damage to cold-water coral reefs.",
)


@pytest.mark.parametrize("sentence", BORNE)
def test_a_paraphrase_passes(sentence: str) -> None:
    assert score(sentence, SOURCE).supported, score(sentence, SOURCE)


@pytest.mark.parametrize("sentence", NOT_BORNE)
def test_an_invention_does_not(sentence: str) -> None:
    assert not score(sentence, SOURCE).supported, score(sentence, SOURCE)


def test_the_score_says_what_decided_it() -> None:
    found = score("Equinor paid 84 million kroner to charter three icebreakers.", SOURCE)
    said = " ".join(found.decided)
    assert "does not name “Equinor”" in said
    assert "does not hold “84”" in said
    assert "does not speak of" in said
    assert "icebreakers" in said
    assert score("The first cable has carried power since 2021.", SOURCE).decided == ("what it says stands together in the source",)


def test_a_name_that_stands_elsewhere_is_told_from_one_that_is_missing() -> None:
    claim = "Marit Solli told reporters that the second subsea cable to Aberdeen would cost 21 billion kroner, and {} was there."
    known, unknown = features(claim.format("Jon Ek"), f"{SOURCE}\nJon Ek fishes cod."), features(claim.format("Tom Berg"), SOURCE)
    assert (known.apart, known.unknown) == (("Aberdeen",), ())
    assert unknown.unknown == ("Tom Berg",)


def test_each_new_fault_lowers_the_score() -> None:
    steps = [
        "Fjordkraft delays its second cable to Aberdeen.",
        "Fjordkraft and Statnett delay their second cable to Aberdeen.",
        "Fjordkraft and Statnett delay their second cable to Aberdeen by 17 months.",
        "Fjordkraft and Statnett delay their second cable to Aberdeen by 17 months after hackers struck.",
    ]
    margins = [score(step, SOURCE).margin for step in steps]
    assert margins == sorted(margins, reverse=True)


def test_a_text_is_judged_by_its_worst_sentence() -> None:
    good, bad = BORNE[0], NOT_BORNE[1]
    assert score_text(f"{good} {BORNE[1]}", SOURCE).supported
    whole = score_text(f"{good} {bad} {BORNE[1]}", SOURCE)
    assert whole.margin == pytest.approx(score(bad, SOURCE).margin + WORST_ALLOWANCE)
    assert whole.decided == score(bad, SOURCE).decided
    assert not whole.supported
    assert score_text("", SOURCE).supported


def test_a_calibration_moves_the_probability_and_not_the_margin() -> None:
    plain = score(BORNE[2], SOURCE)
    strict = score(BORNE[2], SOURCE, Calibration(offset=-5.0))
    assert strict.margin == plain.margin
    assert strict.probability < THRESHOLD < plain.probability
    assert score(BORNE[2], SOURCE, Calibration(slope=0.0)).probability == pytest.approx(0.5)


def test_furniture_is_no_claim() -> None:
    assert without_furniture("Here are the steps to follow:") == ""
    assert without_furniture("4.") == ""
    assert without_furniture("I hope this helps!") == ""
    assert (
        without_furniture("3. Overall, the cable costs 21 billion kroner (Passage 2).").strip(" .") == "the cable costs 21 billion kroner"
    )
    assert without_furniture("Heat it to 350°F (177°C).") == "Heat it to 350°F."
    assert without_furniture(BORNE[0]) == BORNE[0]
    assert score("Let me know if you have any further questions.", SOURCE).supported


def test_everyday_words_tell_little() -> None:
    assert weight("however") == 0
    assert weight("people") == LITTLE < weight("hospital") == SOME < weight("electrolyser") == FULL
    assert weight("hospitals") == SOME


def test_figures_in_another_notation_are_held() -> None:
    written = features("It costs 21,000 million kroner and carries 1400 MW.", SOURCE)
    assert written.values[FEATURES.index("figures")] == 0
    assert features("It costs 22,000 million kroner.", SOURCE).values[FEATURES.index("figures")] == 1


def test_the_model_file_is_small_and_fits_the_code() -> None:
    held = (resources.files("evidence") / "score_model.json").read_text(encoding="utf-8")
    assert len(held) < 200_000
    assert tuple(json.loads(held)["features"]) == FEATURES
    assert len(model().weights) == len(model().usual) == len(FEATURES)
    signs = dict(zip(FEATURES, model().weights, strict=True))
    assert signs.pop("letters") > 0
    assert all(one < 0 for one in signs.values())


def test_coverage_asks_the_score() -> None:
    def coverage(sentence: str) -> list[Severity]:
        ground = Ground(Target.PASSAGE, passage=SOURCE, around=SOURCE, record=SOURCE)
        found = check_sentence(Sentence(sentence, SentenceKind.REPORT), CheckContext((ground,)))
        return [finding.severity for finding in found if finding.check == "coverage"]

    assert all(coverage(sentence) == [] for sentence in BORNE)
    assert coverage(NOT_BORNE[1]) == [Severity.CUT]


def test_synonyms_are_looked_up_by_stem() -> None:
    assert GROUPS_OF[stem("doctors")] & GROUPS_OF[stem("physician")]


@settings(max_examples=80)
@given(st.text(max_size=200), st.text(max_size=400))
def test_no_text_breaks_the_score(sentence: str, source: str) -> None:
    first = score(sentence, source)
    assert 0 <= first.probability <= 1
    assert first == score(sentence, source)
    assert all(value == value for value in features(sentence, source).values)
