"""Readings: what an inference concludes is the writer's own, what it takes as given is its sources'. See tests/data/readings_dev.toml."""

import pytest

from groundwire.records import SentenceKind, Severity
from tests.wire_sentences import CLEAN, HALVES, Cited, Labelled, judge, load, read, record_of, texts

CLEAN_FLAGGED = 0.1
KEPT = read("readings_dev.toml")
DEPOSIT = Cited("1105-transmission-calverra-transmission-places-order-for-lowfield", "The customer has paid a deposit of $92 million.")
CAP = Cited(
    "1112-calverraherald-county-board-approves-lowfield-campus-5", "The board capped the campus at 1.5 gigawatts until the end of 2031."
)
INVENTED = (
    "The customer walked away from Lowfield in October, so the operator would probably give its turn to another site.",
    "Calverra Transmission has refunded the deposit, but the power to keep the date appears to belong to others.",
    "Because the board banned the campus, permission looks like the tighter limit.",
    "One reading is that the deposit of $95 million now does the work of the signature.",
    "Since the transformers were delivered early, the place in the queue may matter less.",
    "Permission looks like the roomier limit, as a court overturned the cap.",
    "The engines were shipped to another state, which suggests that somebody would be paying for finished rooms in the dark.",
    "The fact that two rival customers withdrew suggests that the deposit does the work of the signature.",
)
CONCLUDED = (
    "Permission looks like the roomier limit.",
    "One reading is that the deposit now does the work of the signature; how well it does so would show only if the customer withdrew.",
    "Whoever pays before the papers are signed probably expects waiting to cost more.",
    "A customer that walked away would probably start again at the back, less an owner than a guest.",
    "Should the cap be lifted, what the deposit bought could turn out to be a place in the line.",
)


@pytest.mark.parametrize("kind", [SentenceKind.INFERENCE, SentenceKind.REPORT])
def test_few_fair_sentences_of_whole_articles_are_flagged(kind: SentenceKind) -> None:
    flagged = [item.text for item in KEPT if item.kind is kind and judge(item).flagged]
    assert len(flagged) <= CLEAN_FLAGGED * sum(item.kind is kind for item in KEPT), flagged


def test_the_fair_sentences_are_clean_and_cite_word_for_word_and_stand_in_no_other_file() -> None:
    others = {item.text for half in HALVES for item in load(half)}
    assert len(KEPT) == len({item.id for item in KEPT}) == len({item.text for item in KEPT})
    assert all(item.fault == CLEAN and item.text not in others for item in KEPT)
    assert all(cited.quote in record_of(texts()[cited.text]).text for item in KEPT for cited in item.cites)


def _reading(text: str) -> Labelled:
    return Labelled("", text, SentenceKind.INFERENCE, CLEAN, frozenset(), (DEPOSIT, CAP))


@pytest.mark.parametrize("text", INVENTED)
def test_what_a_reading_takes_as_given_is_held_to_its_sources(text: str) -> None:
    found = judge(_reading(text)).findings
    assert {"premise", "figure"} & {one.check for one in found if one.severity is Severity.CUT}, found


@pytest.mark.parametrize("text", CONCLUDED)
def test_what_a_reading_concludes_is_in_words_of_its_own(text: str) -> None:
    assert not [one for one in judge(_reading(text)).findings if one.severity is not Severity.NOTE]


def test_a_question_asserts_nothing() -> None:
    asked = judge(_reading("How much of the deposit will the operator not return first, if the cap falls?"))
    assert not [one for one in asked.findings if one.severity is not Severity.NOTE]
