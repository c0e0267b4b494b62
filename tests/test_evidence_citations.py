from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.citations import RULES, calculate, prove
from evidence.diff import locate, word_diff
from groundwire.records import CalculationInput, Citation, Target

TEXTS = {("r1", 1): "Orla spent $1.2 billion on hall A. It opened in March 2026.", ("r2", 1): "Berg spent $800 million and drew 5 MW."}


def text_of(record: str, version: int) -> str | None:
    return TEXTS.get((record, version))


def cite(record: str, quote: str) -> Citation:
    start = TEXTS[record, 1].index(quote)
    return Citation(Target.PASSAGE, record, 1, start, start + len(quote), quote)


def given_input(record: str, quote: str, value: str) -> CalculationInput:
    start = TEXTS[record, 1].index(quote)
    return CalculationInput(f"{record}:{start}", value, record, 1, start, start + len(quote), quote)


def calculated(rule: str, value: str, *inputs: CalculationInput) -> Citation:
    return Citation(Target.CALCULATION, rule=rule, value=value, inputs=inputs)


ORLA = given_input("r1", "$1.2 billion", "1200000000")
BERG = given_input("r2", "$800 million", "800000000")


def test_a_passage_proves_and_every_change_to_it_does_not() -> None:
    good = cite("r1", "Orla spent $1.2 billion on hall A.")
    assert prove(good, text_of) is None
    for bad in (
        replace(good, start=1),
        replace(good, end=10),
        replace(good, end=10_000),
        replace(good, start=-1),
        replace(good, quote="Orla spent $1.3 billion on hall A."),
        replace(good, record_version=2),
        replace(good, record_id="r9"),
        replace(good, quote=None),
        replace(good, start=5, end=5, quote=""),
    ):
        assert prove(bad, text_of)


def test_calculations_are_done_again() -> None:
    assert prove(calculated("sum", "2000000000", ORLA, BERG), text_of) is None
    assert prove(calculated("percent-change", "50", BERG, ORLA), text_of) is None
    assert "gives 2000000000" in (prove(calculated("sum", "2000000001", ORLA, BERG), text_of) or "")
    assert "no rule" in (prove(calculated("guess", "1", ORLA), text_of) or "")
    assert "no inputs" in (prove(calculated("sum", "0"), text_of) or "")


def test_an_input_reads_as_its_passage_does() -> None:
    wrong = replace(ORLA, value="1300000000")
    assert "does not read as" in (prove(calculated("sum", "1300000000", wrong), text_of) or "")
    moved = replace(ORLA, start=0, end=4, quote="Orla")
    assert "does not read as" in (prove(calculated("sum", "1200000000", moved), text_of) or "")
    power = given_input("r2", "5 MW", "5000000")
    assert "one kind" in (prove(calculated("sum", "805000000", BERG, power), text_of) or "")


def test_dates_and_names() -> None:
    opened = given_input("r1", "March 2026", "2026-03")
    assert prove(calculated("earliest-date", "2026-03", opened), text_of) is None
    assert prove(calculated("earliest-date", "2026-04", replace(opened, value="2026-04")), text_of)
    outlets = (CalculationInput("a", "Grid News"), CalculationInput("b", "Hall Times"), CalculationInput("c", "Grid News"))
    assert prove(calculated("count-outlets", "2", *outlets), text_of) is None
    assert prove(calculated("count-records", "3", *outlets), text_of) is None


def test_references_need_a_row() -> None:
    row = Citation(Target.REFERENCE, rule="homes-per-mw", value="750")
    assert prove(row, text_of, {"homes-per-mw": "750"}.get) is None
    assert prove(row, text_of, {"homes-per-mw": "700"}.get)
    assert prove(row, text_of)


def test_every_rule_says_what_it_does_and_division_by_nothing_is_a_reason() -> None:
    assert all(rule.description and rule.reads in {"figure", "date", "name"} for rule in RULES.values())
    nothing = CalculationInput("z", "0")
    assert "cannot be computed" in (prove(calculated("ratio", "1", CalculationInput("a", "1"), nothing), text_of) or "")
    with pytest.raises(ValueError, match="takes 2"):
        calculate("difference", (nothing,))


@given(st.lists(st.decimals(min_value=-(10**12), max_value=10**12, places=2), min_size=1, max_size=6))
def test_sums_are_exact_and_do_not_depend_on_order(values: list[Decimal]) -> None:
    inputs = tuple(CalculationInput(str(index), f"{value:f}") for index, value in enumerate(values))
    assert Decimal(calculate("sum", inputs)) == sum(values)
    assert calculate("sum", inputs) == calculate("sum", inputs[::-1])
    assert calculate("largest", inputs) == calculate("largest", inputs[::-1])


def test_what_still_stands_after_a_change() -> None:
    new = "Updated. Berg  agreed. Orla spent 6 MW."
    assert locate("Orla spent 5 MW.", new) is None
    found = locate("Berg agreed.", new)
    assert found is not None
    assert new[slice(*found)] == "Berg  agreed."
    assert locate("a", "a b a", near=4) == (4, 5)


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_word_diff_holds_both_texts(old: str, new: str) -> None:
    marks = word_diff(old, new)
    assert "".join(mark.text for mark in marks if mark.kind != "new") == old
    assert "".join(mark.text for mark in marks if mark.kind != "gone") == new


def test_a_number_with_decimals_is_one_word() -> None:
    marks = word_diff("It spent $8.4 billion.", "It spent $4.4 billion.")
    assert [m.text for m in marks if m.kind != "same"] == ["8.4", "4.4"]
    assert [m.text for m in word_diff("1,200 jobs", "1,300 jobs") if m.kind == "gone"] == ["1,200"]
