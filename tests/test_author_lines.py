"""Single decisions of the author's steps on lines and facts that are made by hand."""

from __future__ import annotations

from dataclasses import replace

from find_sample import PLANT, record

from groundwire.records import Sentence, SentenceKind
from synth.write import entail, shorten
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
