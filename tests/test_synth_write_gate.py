"""The gate and the proof before it: what is published, what waits, what is refused, and that the reason says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from write_sample import NOW, PLANT, plant_and_chips, record

from groundwire.config import Gate, Settings, Write
from groundwire.records import Article, ArticleStatus, Draft, Finding, Section, Sentence, SentenceKind, Severity, Verdict
from synth.write import ledger
from synth.write.gate import gate, length
from synth.write.methodology import method
from synth.write.page import report
from synth.write.proof import applied, prove_draft, removed
from synth.write.sources import Sources


def article(draft: Draft, sources: Sources) -> Article:
    given = (
        draft.headline,
        draft.dek,
        draft.sections,
        draft.so_far,
        draft.questions,
        draft.figures,
        draft.picture,
        draft.layers,
        draft.theme,
    )
    return Article("a", "a", 1, ArticleStatus.DRAFT, "ledger", "ledger", "t", NOW, NOW, *given, method(draft, sources, None))


@pytest.fixture(scope="module")
def sources() -> Sources:
    return plant_and_chips()


@pytest.fixture(scope="module")
def proved(sources: Sources) -> Draft:
    return prove_draft(ledger.write(sources), sources)


def with_body(draft: Draft, *sentences: Sentence) -> Draft:
    first = draft.sections[0]
    return replace(draft, sections=(Section(first.heading, (*first.paragraphs, sentences)), *draft.sections[1:]))


def test_what_stands_is_published_with_its_reason(sources: Sources, proved: Draft) -> None:
    status, reasons = gate(article(proved, sources), sources, Settings(), 0)
    assert status is ArticleStatus.PUBLISHED, reasons
    assert "independent sources" in reasons[0]


def test_too_few_sources_are_refused(sources: Sources, proved: Draft) -> None:
    status, reasons = gate(article(proved, sources), sources, Settings(write=Write(min_independent=9)), 0)
    assert status is ArticleStatus.REJECTED
    assert "write.min_independent is 9" in reasons[0]


def test_too_few_reported_sentences_are_refused(sources: Sources, proved: Draft) -> None:
    bare = replace(proved, sections=(Section(None, (proved.sections[0].paragraphs[0][:2],)),), questions=(), so_far=())
    status, reasons = gate(article(bare, sources), sources, Settings(), 0)
    assert status is ArticleStatus.REJECTED
    assert any("reported sentences stand" in r for r in reasons)


def test_a_sentence_its_source_does_not_bear_is_struck_and_counted(sources: Sources) -> None:
    r = sources.records[0]
    wrong = report("Velmora Grid will spend $7.7 billion on a gas plant at Harrow Point.", (r, (10, 140)))
    draft = prove_draft(with_body(ledger.write(sources), wrong), sources)
    struck = draft.sections[0].paragraphs[-1][0]
    assert struck.cut
    assert struck.verdict in {Verdict.CONTRADICTED, Verdict.UNSUPPORTED}
    assert dict(removed(draft)) == {"figure": 1}
    assert dict(applied(draft))["figure"] > 10
    assert gate(article(draft, sources), sources, Settings(), 0)[0] is ArticleStatus.PUBLISHED


def test_under_policy_review_nothing_is_cut_before_the_editor_looked() -> None:
    careful = plant_and_chips(settings=Settings(gate=Gate(policy="review")))
    r = careful.records[0]
    wrong = report("Velmora Grid will spend $7.7 billion on a gas plant at Harrow Point.", (r, (10, 140)))
    draft = prove_draft(with_body(ledger.write(careful), wrong), careful)
    seen = draft.sections[0].paragraphs[-1][0]
    assert not seen.cut
    assert any(f.severity is Severity.CUT for f in seen.findings)
    status, reasons = gate(article(draft, careful), careful, careful.settings, 0)
    assert status is ArticleStatus.HELD
    assert any("gate.policy is review" in x for x in reasons)


def test_a_headline_that_does_not_stand_is_held(sources: Sources, proved: Draft) -> None:
    fault = Finding("figure", Severity.CUT, "“$9 billion” is in no cited passage")
    broken = replace(proved, headline=replace(proved.headline, findings=(fault,), verdict=Verdict.UNSUPPORTED))
    status, reasons = gate(article(broken, sources), sources, Settings(), 0)
    assert status is ArticleStatus.HELD
    assert any("headline does not stand" in r for r in reasons)


def test_an_article_without_a_dek_is_held(sources: Sources, proved: Draft) -> None:
    status, reasons = gate(article(replace(proved, dek=Sentence("", SentenceKind.FRAME)), sources), sources, Settings(), 0)
    assert status is ArticleStatus.HELD
    assert any("no dek" in r for r in reasons)


def test_what_an_editor_must_decide_is_held(sources: Sources, proved: Draft) -> None:
    person = Finding("person", Severity.HOLD, "“fraud” beside Ida Kvarn: an editor decides")
    asked = replace(proved.sections[0].paragraphs[0][0], findings=(person,))
    status, reasons = gate(article(with_body(proved, asked), sources), sources, Settings(), 0)
    assert status is ArticleStatus.HELD
    assert any("Ida Kvarn" in r for r in reasons)


def test_a_mixed_policy_holds_what_it_names_and_nothing_else(sources: Sources, proved: Draft) -> None:
    for rule, expected in (
        ("form:ledger", ArticleStatus.HELD),
        ("form:thesis", ArticleStatus.PUBLISHED),
        ("thread:harrow", ArticleStatus.HELD),
        ("thread:other", ArticleStatus.PUBLISHED),
        ("finding:person", ArticleStatus.PUBLISHED),
    ):
        settings = Settings(gate=Gate(policy="mixed", review_when=(rule,)))
        assert gate(article(proved, sources), sources, settings, 0, "harrow")[0] is expected, rule


def test_the_limit_of_a_day_holds(sources: Sources, proved: Draft) -> None:
    status, reasons = gate(article(proved, sources), sources, Settings(write=Write(max_per_day=2)), 2)
    assert status is ArticleStatus.HELD
    assert any("write.max_per_day" in r for r in reasons)


def test_a_copied_article_is_held(sources: Sources, proved: Draft) -> None:
    own = [s for s in PLANT.split("\n") if "“" not in s]
    cited = next(r for r in sources.records if r.text == PLANT)
    copied = tuple(replace(report(t, (cited, (0, 60))), verdict=Verdict.SUPPORTED) for t in own)
    status, reasons = gate(article(with_body(proved, *copied), sources), sources, Settings(), 0)
    assert status is ArticleStatus.HELD
    assert any("runs of eight words" in r for r in reasons)


def test_too_much_quotation_is_held(sources: Sources, proved: Draft) -> None:
    spoken = replace(report("“" + "word " * 150 + "end”", (record(PLANT, "Gridpost", 20), (0, 60))), verdict=Verdict.SUPPORTED)
    status, reasons = gate(article(with_body(proved, spoken), sources), sources, Settings(), 0)
    assert status is ArticleStatus.HELD
    assert any("quoted from record" in r for r in reasons)


def test_the_length_counts_what_a_reader_sees(sources: Sources, proved: Draft) -> None:
    whole = article(proved, sources)
    struck = replace(proved.sections[0].paragraphs[0][0], cut=True)
    assert length(article(with_body(proved, struck), sources)) == length(whole)


def test_the_note_on_method_counts_what_was_done(sources: Sources, proved: Draft) -> None:
    note = method(proved, sources, None)
    assert (note.records, note.independent, note.copies, note.writer, note.reviewed_by) == (4, 3, 0, "ledger", None)
    assert note.first == min(r.published for r in sources.records)
    assert {name for name, *_ in note.outlets} == {"Gridpost", "The Copper Wire", "Osmere Ledger"}
    assert sum(records for _, _, records, _, _ in note.outlets) == 4
