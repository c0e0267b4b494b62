"""What a signal comes to: a computed headline and clause for each kind, said in more than one way; and what is never printed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from write_sample import CHIPS, CHIPS_AGAIN, PLANT, PLANT_AGAIN, blanked, other_day, plant_and_chips, record, sources

from evidence.quotation import ngram_overlap
from groundwire.records import Figure, OutletKind, Signal
from synth.write import ledger
from synth.write.accounts import accounts, disputes
from synth.write.clauses import clauses
from synth.write.finding import Finding
from synth.write.grammar import parsed
from synth.write.proof import sentences, stands
from synth.write.sources import Sources
from synth.write.statements import Statement, in_time, resolved, statements
from synth.write.thesis import findings
from synth.write.wording import swapped

GIVEN = plant_and_chips()


def figure(given: Sources, quote: str) -> Figure:
    return next(f for f in given.figures if f.quote == quote)


def signal(given: Sources, kind: str, name: str = "s", **values: str) -> Signal:
    return Signal(name, kind, 0.8, "", tuple(r.id for r in given.records), given.theme.story_ids, tuple(values.items()))


def found(given: Sources, one: Signal) -> Finding:
    told = replace(given, theme=replace(given.theme, signals=(one,)))
    every = [a for s in told.stories for a in accounts(told, s)]
    return findings(told, every, [d for s in told.stories for d in disputes(told, accounts(told, s))])[0]


def moved(name: str = "s") -> tuple[Sources, Signal]:
    before = record("Orin Steel has a contract of $400 million with Velmora Grid for ten years of plates.", "Gridpost", 60)
    after = record("Orin Steel has raised its contract with Velmora Grid to $500 million for the same plates.", "The Copper Wire", 8)
    given = sources([before, after])
    now, was = figure(given, "$500 million"), figure(given, "$400 million")
    return given, signal(given, "moved-figure", name, figure=now.id, was=was.quote, was_figure=was.id, unit="money")


def all_kinds() -> list[tuple[Sources, Signal, str]]:
    spent, other = figure(GIVEN, "$2.4 billion"), figure(GIVEN, "$2.9 billion")
    orders = figure(GIVEN, "$5.6 billion")
    given, one = moved()
    return [
        (given, one, "25%"),
        (GIVEN, signal(GIVEN, "contradiction", figure=spent.id, other_figure=other.id), "$500 million"),
        (GIVEN, signal(GIVEN, "new-figure", figure=orders.id), "$5.6 billion"),
        (GIVEN, signal(GIVEN, "attention-commitment", layer="energy", accounts="6/24", commitments="9/15"), "60%"),
        (GIVEN, signal(GIVEN, "convergence", entity="Velmora Grid", shared="Velmora Grid"), "2.3 times"),
        (GIVEN, signal(GIVEN, "volume", layer="energy", accounts="9", baseline="3.0"), "3 times"),
    ]


@pytest.mark.parametrize(("given", "one", "said"), all_kinds(), ids=lambda v: v.kind if isinstance(v, Signal) else "")
def test_each_kind_of_signal_has_a_computed_finding_that_stands(given: Sources, one: Signal, said: str) -> None:
    finding = found(given, one)
    passes = stands(given)
    told = [*finding.headlines, *finding.plainer, *finding.clauses]
    assert any(said in m.text for m in told), [m.text for m in told]
    assert any(c.inputs for m in told for c in m.cites)
    heads = [m for m in (*finding.headlines, *finding.plainer) if 7 <= len(m.text.split()) <= 12 and passes(m.sentence)]
    assert heads or finding.clauses
    for measured in heads:
        assert measured.text[0].isupper() and not measured.text.endswith(".")


def test_neighbours_say_the_same_kind_of_thing_differently() -> None:
    first = {found(*moved(name)).headlines[0].text for name in "abcdefgh"}
    assert len(first) > 1
    assert len({found(*moved("a")).headlines[0].text for _ in range(3)}) == 1


def test_the_headline_is_the_thesis_where_there_is_one() -> None:
    given, one = moved()
    more = replace(
        GIVEN,
        theme=replace(GIVEN.theme, signals=(signal(GIVEN, "attention-commitment", layer="energy", accounts="6/24", commitments="9/15"),)),
    )
    assert "60%" in ledger.write(more).headline.text and "25%" in ledger.write(more).headline.text
    told = replace(given, theme=replace(given.theme, signals=(one,)))
    assert "25%" in ledger.write(told).headline.text


def test_nothing_is_said_twice_and_little_is_copied() -> None:
    draft = ledger.write(GIVEN)
    texts = [s.text for s in sentences(draft)]
    assert len(texts) == len(set(texts))
    assert all(ngram_overlap(texts, r.text) <= GIVEN.form.overlap for r in GIVEN.citable)
    assert ", while " not in draft.dek.text
    asked = [q.question for q in draft.questions]
    assert len(asked) == len(set(asked))


def test_what_an_earlier_article_said_is_said_in_other_words_or_not_at_all() -> None:
    from test_synth_write_threads import BEFORE

    again = ledger.write(replace(GIVEN, earlier=(replace(BEFORE, slug="earlier"),)))
    said = {s.text for section in BEFORE.sections for p in section.paragraphs for s in p}
    assert said and not said & {s.text for section in again.sections for p in section.paragraphs for s in p}


def test_the_articles_of_two_days_share_few_sentences_once_names_and_figures_are_blank() -> None:
    other = sources(*other_day())
    plant = sources([record(PLANT, "Gridpost", 20), record(PLANT_AGAIN, "The Copper Wire", 12)])
    chips = sources([record(CHIPS, "Osmere Ledger", 18), record(CHIPS_AGAIN, "The Copper Wire", 8)])
    drafts = [Counter(blanked(g, ledger.write(g))) for g in (other, plant, chips)]
    for n, one in enumerate(drafts):
        for two in drafts[n + 1 :]:
            assert sum((one & two).values()) * 4 <= min(one.total(), two.total())


def last(text: str) -> Statement:
    return statements(record(text, "Gridpost", 5), ())[-1]


@pytest.mark.parametrize(
    "text",
    [
        "Velmora Grid agreed to buy Orin Steel in March. It is expected to close before the end of January.",
        "Velmora Grid signed a contract with Orin Steel in March. It runs for ten years from the end of 2027.",
        "Velmora Grid told Orin Steel. Velmora Grid had no answer. Velmora Grid waits in Tarn. A second line would cost much, and the maker's books are full for years.",
        "Rolf Tammer met Ida Kvarn in Osmere on Monday. He said that the permit would be late by four months.",
        "Velmora Grid has a plant at Tarn. Customers will pay $1 billion of that in advance next year.",
    ],
)
def test_what_leans_on_something_that_is_not_plain_is_left_alone(text: str) -> None:
    assert resolved(last(text)) is None


def test_he_or_she_is_the_one_person_of_the_sentence_before() -> None:
    one = last("“It is late,” said Rolf Tammer, a clerk at the office. He expects the permit by the end of March 2027.")
    assert (r := resolved(one)) and r.text.startswith("Rolf Tammer expects the permit") and r.antecedent


def test_a_product_does_not_speak() -> None:
    one = last(
        "Quillon Semiconductor released Tarn 5 on Monday. Tarn 5 will remain available until the end of March 2027, the company said."
    )
    assert not any(
        c.text.startswith("Tarn 5 said") or "Tarn 5, it said" in c.text for c in clauses(one, OutletKind.REPORT, shared=False, most_run=20)
    )


def test_an_estimate_of_a_thing_is_no_speech() -> None:
    assert parsed("Velmora Grid estimates the cost at $1.6 billion and wants to open the plant in 2030.").speaker is None
    assert parsed("Velmora Grid estimates that the plant will cost $1.6 billion.").speaker == "Velmora Grid"


def test_a_speaker_between_commas_is_taken_out_whole() -> None:
    taken = parsed("Velmora Grid handled 2.1 million calls in October, she said, three times as many as a year before.")
    assert (taken.speaker, taken.core) == ("she", "Velmora Grid handled 2.1 million calls in October, three times as many as a year before")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("the tender will have to be rewritten", "the tender will have to be rewritten"),
        ("the office has to decide by March", "the office must decide by March"),
        ("Castrel Works sells turbines that were built in Tarn", "Castrel Works sells turbines which were built in Tarn"),
        ("Orin Castrel's study will take a year", "Orin Castrel's study will take a year"),
    ],
)
def test_other_words_keep_the_meaning(before: str, after: str) -> None:
    assert swapped(before) == after


def test_days_ago_are_told_on_no_other_day() -> None:
    given = record(PLANT, "Gridpost", 5)
    assert not in_time("Eight days ago, Velmora Grid had criticised the plan.", given.published, GIVEN.now)


def test_a_forecast_that_falls_due_leads_headline_and_dek() -> None:
    given = plant_and_chips()
    one = signal(
        given,
        "forecast-due",
        statement="Velmora Grid will decide on the plant before the permit expires.",
        made="2026-10-20",
        due="2026-11-20",
        wrong_if="Velmora Grid has not decided by then.",
        article="none",
    )
    due = found(given, one)
    assert all("Velmora Grid" in m.text and 7 <= len(m.text.split()) <= 12 for m in due.headlines)
    lead = replace(one, story_ids=given.theme.story_ids[:1])
    draft = ledger.write(replace(given, theme=replace(given.theme, signals=(lead,), lead=lead.id)))
    assert re.search(r"forecast|expected", draft.headline.text)
    assert "20 October" in draft.dek.text and "20 November" in draft.dek.text
