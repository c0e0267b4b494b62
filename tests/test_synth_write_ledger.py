"""The ledger writer: what it writes stands, is cited, is its own, and is not the same on another day."""

from __future__ import annotations

from collections import Counter

from write_sample import (
    CHIPS,
    CHIPS_AGAIN,
    GERMAN,
    NOW,
    PLANT,
    PLANT_AGAIN,
    PLANTED,
    TALK,
    blanked,
    other_day,
    plant_and_chips,
    record,
    sources,
)

from evidence.citations import prove
from evidence.quotation import ngram_overlap, quoted_spans
from groundwire.records import Copy, Draft, SentenceKind, Severity, Target
from synth.write import ledger
from synth.write.proof import findings, prove_draft, sentences


def texts(draft: Draft) -> str:
    return "\n".join(s.text for s in sentences(draft))


def words(draft: Draft) -> int:
    return sum(len(s.text.split()) for s in sentences(draft)) + sum(len(q.question.split()) for q in draft.questions)


def test_every_sentence_stands_and_is_cited() -> None:
    given = plant_and_chips()
    draft = ledger.write(given)
    assert len(list(sentences(draft))) > 10
    for sentence in sentences(draft):
        assert sentence.citations, sentence.text
        assert all(f.severity is Severity.NOTE for f in findings(sentence, given)), sentence.text
        for citation in sentence.citations:
            assert prove(citation, lambda r, v: given.record(r).text) is None
    assert not any(s.cut for s in sentences(prove_draft(draft, given)))


def test_headline_and_dek_have_their_lengths_and_it_ends_within_the_form() -> None:
    given = plant_and_chips()
    draft = ledger.write(given)
    assert 7 <= len(draft.headline.text.split()) <= 12
    assert 18 <= len(draft.dek.text.split()) <= 35
    assert given.form.least <= words(draft) <= 600


def test_the_same_sources_give_the_same_draft() -> None:
    assert ledger.write(plant_and_chips()) == ledger.write(plant_and_chips())


def test_where_accounts_differ_each_value_stands_with_its_outlet() -> None:
    draft = ledger.write(plant_and_chips())
    differ = next(s for s in draft.sections if s.heading == "Where accounts differ")
    told = differ.paragraphs[0][0]
    assert "Gridpost" in told.text and "$2.4 billion" in told.text
    assert "The Copper Wire" in told.text and "$2.9 billion" in told.text
    assert len({c.record_id for c in told.citations}) == 2
    row = next(r for r in draft.figures if r.figure.quote == "$2.4 billion")
    assert row.conflict == ("$2.9 billion (The Copper Wire)",)


def test_what_rests_on_one_outlet_is_counted_by_a_calculation() -> None:
    draft = ledger.write(plant_and_chips())
    alone = next(s for s in draft.sections if s.heading == "What rests on one outlet")
    counted = [s for p in alone.paragraphs for s in p]
    assert all(s.kind is SentenceKind.MEASURE for s in counted)
    assert all(any(c.target is Target.CALCULATION and c.rule == "count-outlets" for c in s.citations) for s in counted)


def test_quotations_are_short_spoken_and_one_for_each_story() -> None:
    given = plant_and_chips()
    draft = ledger.write(given)
    for paragraph in draft.sections[0].paragraphs:
        spans = [quoted for s in paragraph for quoted in (s.text[a:b] for a, b in quoted_spans(s.text))]
        assert len(spans) <= 1
        assert all(len(q.split()) <= 25 for q in spans)
    assert "said Ida Kvarn, who runs Velmora Grid." in texts(draft)


def test_a_why_is_asked_only_where_a_source_gives_a_cause() -> None:
    asked = [q for q in ledger.write(plant_and_chips()).questions if q.question.startswith("Why ")]
    assert [q.question for q in asked] == ["Why did Velmora Grid not get a permit in 2024?"] or all(
        "because" in q.answer[0].text for q in asked
    )
    quiet = sources([record(CHIPS, "Osmere Ledger", 18), record(CHIPS_AGAIN, "The Copper Wire", 8)])
    assert not [q for q in ledger.write(quiet).questions if q.question.startswith("Why ")]


def test_no_record_is_copied_and_none_is_shown_too_far() -> None:
    given = plant_and_chips()
    draft = ledger.write(given)
    for r in given.records:
        assert ngram_overlap([s.text for s in sentences(draft)], r.text) <= given.form.overlap
        shown = {(c.start, c.end) for s in sentences(draft) for c in s.citations if c.record_id == r.id and c.target is Target.PASSAGE}
        assert sum(len(r.text[a:b].split()) for a, b in shown if a is not None and b is not None) <= 200


def test_a_discussion_gives_no_figure_and_a_copy_gives_no_sentence() -> None:
    talk, copy = record(TALK, "Rack Talk", 6), record(PLANT, "Osmere Ledger", 9)
    origin = record(PLANT, "Gridpost", 20)
    given = sources([origin, record(PLANT_AGAIN, "The Copper Wire", 12), talk, copy], copies=[Copy(copy.id, origin.id, 1.0)])
    draft = ledger.write(given)
    assert "9.9" not in texts(draft)
    cited = {c.record_id for s in sentences(draft) for c in s.citations if c.target is Target.PASSAGE and s.kind is SentenceKind.REPORT}
    assert talk.id not in cited
    assert copy.id not in cited


def test_a_text_in_another_language_is_only_quoted_with_its_language_named() -> None:
    german = record(GERMAN, "Netzbote", 9, language="de")
    given = sources([record(PLANT_AGAIN, "The Copper Wire", 12), german])
    draft = ledger.write(given)
    for sentence in sentences(draft):
        if (
            any(c.record_id == german.id and c.target is Target.PASSAGE for c in sentence.citations)
            and sentence.kind is SentenceKind.REPORT
        ):
            assert ("German" in sentence.text and quoted_spans(sentence.text)) or "differ" in sentence.text


def test_planted_instructions_leave_no_trace() -> None:
    given = sources([record(PLANTED, "Gridpost", 20), record(PLANT_AGAIN, "The Copper Wire", 12)])
    said = texts(ledger.write(given))
    for forbidden in ("CANARY", "cheap-gas", "http", "ignore", "buy shares", "newsrooms"):
        assert forbidden not in said


def test_the_picture_shares_add_up() -> None:
    draft = ledger.write(plant_and_chips())
    assert abs(sum(bar.coverage for bar in draft.picture) - 1) < 0.01


def test_sentences_are_not_interchangeable_between_articles() -> None:
    one, other = plant_and_chips(), sources(*other_day())
    mine, theirs = blanked(one, ledger.write(one)), blanked(other, ledger.write(other))
    assert len(mine) > 6 and len(theirs) > 5
    equal = sum((Counter(mine) & Counter(theirs)).values())
    assert equal * 3 <= min(len(mine), len(theirs))


def test_too_little_makes_a_draft_that_the_gate_can_refuse() -> None:
    short = sources([record("Velmora Grid met Orin Steel.", "Gridpost", 5), record("Nothing was decided in Osmere.", "The Copper Wire", 4)])
    draft = ledger.write(short)
    assert not draft.sections[0].paragraphs
    assert draft.theme is short.theme and short.now == NOW
