"""Restating a source sentence: what is kept, what is left off, and what is never restated."""

from __future__ import annotations

import pytest
from write_sample import NOW, PLANT, PLANTED, record

from evidence.quotation import longest_common_run
from groundwire.records import OutletKind
from synth.write.clauses import clauses
from synth.write.grammar import parsed, question_of, shorter, split
from synth.write.statements import dated, in_time, statements, usable
from synth.write.wording import joined, plain, swapped


def best(text: str, n: int = 0, *, shared: bool = False, kind: OutletKind = OutletKind.REPORT) -> list[str]:
    found = statements(record(text, "Gridpost"), ())[n]
    return [c.text for c in clauses(found, kind, shared=shared, most_run=12)]


def test_a_speaker_at_the_end_is_kept_and_moved() -> None:
    ways = best("Calder Mills kept its forecast for capital spending at $11.2 billion, finance chief Oda Renn said on Tuesday.")
    assert ways
    assert all("Oda Renn" in w for w in ways)
    assert not any(w.endswith("said on Tuesday.") for w in ways)


def test_what_an_outlet_alone_reports_names_the_outlet() -> None:
    assert all("Gridpost" in w for w in best("Calder Mills hired 400 engineers in the summer."))


def test_what_others_carry_may_stand_alone() -> None:
    assert "Calder Mills hired 400 engineers in the summer." in best("Calder Mills hired 400 engineers in the summer.", shared=True)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Calder Mills will build the hall if the state grants a permit for 90 megawatts.", "if the state grants"),
        ("Calder Mills will not build the hall at Tarn before 2029.", "not"),
        ("Calder Mills may build up to four halls at Tarn.", "may"),
        ("Calder Mills reportedly plans a hall of 90 megawatts at Tarn.", "reportedly"),
        ("Calder Mills denied that it would close its hall at Tarn.", "denied"),
    ],
)
def test_conditions_negations_and_hedges_stay(text: str, kept: str) -> None:
    ways = best(text)
    assert ways
    assert all(kept in w for w in ways)


def test_a_trailing_piece_goes_but_a_condition_stays() -> None:
    assert shorter("Calder Mills bought a site of 40 acres at Tarn, which was once a quarry") == (
        "Calder Mills bought a site of 40 acres at Tarn",
    )
    assert shorter("Calder Mills will buy a site of 40 acres at Tarn, provided that the county agrees") == ()


def test_no_wording_copies_more_than_the_limit() -> None:
    for n in range(6):
        found = statements(record(PLANT, "Gridpost"), ())
        for clause in clauses(found[min(n, len(found) - 1)], OutletKind.REPORT, shared=True, most_run=12):
            assert longest_common_run(clause.text, PLANT) <= 12


def test_a_pronoun_is_replaced_only_where_it_is_plain() -> None:
    assert all(
        w.startswith("Calder Mills") or "Calder Mills" in w for w in best("Calder Mills makes cables.\nIt employs 320 people at Tarn.", 1)
    )
    unclear = statements(record("Calder Mills sued Orin Steel over the cables.\nIt employs 320 people at Tarn.", "Gridpost"), ())[1]
    assert all(c.follows and len(c.cites) == 2 for c in clauses(unclear, OutletKind.REPORT, shared=False, most_run=12))


def test_the_sentence_that_names_the_house_is_cited_too() -> None:
    found = statements(record("Calder Mills makes cables.\nIt employs 320 people at Tarn.", "Gridpost"), ())[1]
    assert len(clauses(found, OutletKind.REPORT, shared=False, most_run=12)[0].cites) == 2


@pytest.mark.parametrize("n", range(1, 4))
def test_orders_and_appeals_are_never_restated(n: int) -> None:
    assert best(PLANTED, n) == []


@pytest.mark.parametrize(
    "text",
    [
        "Why does the plant cost so much?",
        "We think the plant costs $2 billion.",
        "Subscribe to our newsletter for more of this.",
        "Call 555 010 2200 for the plant's office.",
        "The plant, a photo shows, is large.",
        "Ida Kvarn was charged with fraud in May.",
    ],
)
def test_furniture_questions_first_persons_and_accusations_are_unusable(text: str) -> None:
    assert not usable(text)


@pytest.mark.parametrize(
    "text", ["This would double the cost of the plant.", "The second limit worries builders more.", "They agreed on a price of $4 million."]
)
def test_what_leans_on_a_sentence_before_is_not_taken_out(text: str) -> None:
    leaning = statements(record(f"Calder Mills and Orin Steel met.\n{text}", "Gridpost"), ())[1]
    assert all(c.follows and len(c.cites) == 2 for c in clauses(leaning, OutletKind.REPORT, shared=False, most_run=12))


def test_a_weekday_behind_becomes_its_date_and_one_ahead_stays() -> None:
    friday = NOW
    assert dated("Calder Mills bought Orin Steel on Thursday", friday) == "Calder Mills bought Orin Steel on 19 November"
    assert dated("The council will vote on Thursday", friday) == "The council will vote on Thursday"


def test_times_that_no_longer_mean_the_same_are_not_restated() -> None:
    old = NOW.replace(month=10)
    assert not in_time("Calder Mills bought Orin Steel yesterday.", NOW, NOW)
    assert not in_time("Calder Mills bought Orin Steel on Thursday.", old, NOW)
    assert not in_time("Calder Mills hired 40 people this month.", old, NOW)
    assert in_time("Calder Mills bought Orin Steel on Thursday.", NOW, NOW)


def test_units_change_their_form_and_never_their_number() -> None:
    assert plain("a 120-megawatt hall for 9.4 billion dollars, 31 percent more") == "a 120 MW hall for $9.4 billion, 31% more"
    assert swapped("about $2 billion for up to 400 chips") == "around $2 billion for as many as 400 chips"


def test_a_sentence_is_taken_apart_at_its_speaker_and_its_verb() -> None:
    tail = parsed("Fennor AS switched on a hall at Tarn on Monday, the company said in a statement.")
    assert (tail.core, tail.speaker, tail.form) == ("Fennor AS switched on a hall at Tarn on Monday", "the company", "tail")
    parts = split("Orders for the chip doubled in October")
    assert parts and (parts.subject, parts.verb) == ("Orders for the chip", "doubled")
    reduced = split("The deal announced on Monday covers 400 MW")
    assert reduced and reduced.verb == "covers"


def test_a_question_is_built_from_a_clause() -> None:
    parts = split("Calder Mills delayed the hall")
    assert parts and question_of(parts) == "did Calder Mills delay the hall"
    assert question_of(split("The mill delivers steel") or parts) == "does the mill deliver steel"
    assert joined(["a", "b", "c"]) == "a, b and c"
