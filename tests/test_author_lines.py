"""Single decisions of the author's steps on lines and facts that are made by hand."""

from __future__ import annotations

from dataclasses import replace

from find_sample import PLANT, record

from groundwire.records import Finding, Sentence, SentenceKind, Severity
from synth.write import entail, repair, shorten
from synth.write.author import best
from synth.write.facts import Fact, fact_line
from synth.write.forms import load
from synth.write.lines import BODY, Judged, Line

FRAME, REPORT, INFERENCE = SentenceKind.FRAME, SentenceKind.REPORT, SentenceKind.INFERENCE


def lines(*told: tuple[SentenceKind, str, tuple[int, ...]]) -> list[Judged]:
    """The sentences of one paragraph."""
    made = [Line(BODY, 0, 0, kind, text, facts, (), opens=n == 0) for n, (kind, text, facts) in enumerate(told)]
    return [Judged(one, Sentence(one.text, one.kind), ()) for one in made]


def left(judged: list[Judged], most: int) -> list[str]:
    form = load("thesis", None).model_copy(update={"words": (1, most)})
    return [j.line.text for j in shorten.shortened(judged, form, [None]) if not j.cut]


def test_a_report_that_others_state_as_well_goes_before_a_reading() -> None:
    told = lines(
        (REPORT, "Osmere has four mills", (1,)),
        (INFERENCE, "One mill may be spare", (1,)),
        (REPORT, "Four mills stand there", (1,)),
        (REPORT, "Steel is dear", (2,)),
    )
    assert left(told, 12) == ["Osmere has four mills", "One mill may be spare", "Steel is dear"]


def test_what_a_paragraph_s_frame_leads_up_to_stays() -> None:
    told = lines(
        (FRAME, "Look beneath", ()),
        (REPORT, "Four mills stand there", (1,)),
        (REPORT, "Four mills stand", (1,)),
        (REPORT, "Steel is dear", (2,)),
    )
    assert left(told, 10) == ["Look beneath", "Four mills stand there", "Steel is dear"]


def test_a_quote_in_another_language_says_so() -> None:
    fact = Fact(1, record(PLANT, "Hafenblatt"), 0, 5, "Werft", "about")
    assert "in German" not in fact_line(fact)
    german = replace(fact, record=replace(fact.record, language="de-CH"))
    assert ", in German (only as a quotation that names the language" in fact_line(german)


def test_what_was_mended_may_rest_on_every_story() -> None:
    assert [entail.most_again(n) for n in (1, 4)] == [3, 6]


def test_a_paragraph_falls_with_its_lead() -> None:
    told = lines((REPORT, "Deposits bind: Osmere paid one", (1,)), (INFERENCE, "It may pay twice", (1,)), (REPORT, "Steel is dear", (2,)))
    led = [replace(j, line=replace(j.line, paragraph=min(n // 2, 1), lead=15 if n == 0 else 0)) for n, j in enumerate(told)]
    struck = [led[0].with_finding(Finding("scope", Severity.CUT, "too wide")), *led[1:]]
    assert [j.line.text for j in repair.sensible(struck) if not j.cut] == ["Steel is dear"]
    assert [j.line.text for j in repair.sensible(led) if not j.cut] == [j.line.text for j in led]


def test_a_headline_without_a_doubt_comes_first() -> None:
    one, other = (
        Judged(Line("headline", n, 0, INFERENCE, t, (1,), ()), Sentence(t, INFERENCE), ()) for n, t in enumerate(("First", "Second"))
    )
    doubted = one.with_finding(Finding("entailment", Severity.NOTE, "partly: more than is stated"))
    assert best([doubted, other]).text == "Second"
    assert best([one, other]).text == "First"
