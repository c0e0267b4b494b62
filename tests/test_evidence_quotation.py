from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.names import names, people, unknown_names
from evidence.quotation import attribution_of, find_quote, longest_common_run, ngram_overlap, quoted_spans

TEXT = """Orla Grid opened a hall. Product lead Samir Hadid said the slides were “for a part that never shipped”.
“We have power, but not yet the permission to use all of it,” Berg said. “We wait.”
"This is it," said Jane Doe, the mayor of Kell Harbour. Jane Roe, chief executive of Acme Corp., said "we go". According to Tom Ash, "nothing is new".
„Das ist gut“, sagte Hans Meier. « C'est bon », a déclaré Marie Dupont. The 24" rack isn't “big”."""


def test_quoted_spans_of_every_kind() -> None:
    assert [TEXT[start:end].strip() for start, end in quoted_spans(TEXT)] == [
        "for a part that never shipped", "We have power, but not yet the permission to use all of it,", "We wait.", "This is it,", "we go", "nothing is new",
        "Das ist gut", "C'est bon", "big",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("quote", "speaker"),
    [
        ("for a part that", "Samir Hadid"), ("We have power", "Berg"), ("We wait", "Berg"), ("This is it", "Jane Doe"), ("we go", "Jane Roe"),
        ("nothing is new", "Tom Ash"), ("Das ist gut", "Hans Meier"), ("C'est bon", "Marie Dupont"),
    ],
)  # fmt: skip
def test_who_is_quoted(quote: str, speaker: str) -> None:
    start = TEXT.index(quote)
    span = next(span for span in quoted_spans(TEXT) if span[0] <= start < span[1])
    found = attribution_of(TEXT, span)
    assert found is not None
    assert found[0] == speaker == TEXT[found[1] : found[2]]


def test_a_pronoun_leads_to_the_speaker_before() -> None:
    text = "Ann Lee, who runs the plant, said it was ready. “We start in May,” she added."
    found = attribution_of(text, quoted_spans(text)[0])
    assert found and found[0] == "Ann Lee"


def test_quotes_are_found_exactly_after_folding() -> None:
    span = find_quote('"We have power, but  not yet\nthe permission to use all of it."', TEXT)
    assert span and TEXT[slice(*span)] == "We have power, but not yet the permission to use all of it"
    assert find_quote("We have power, but not yet permission to use all of it", TEXT) is None
    assert find_quote("e have power", TEXT) is None
    assert find_quote("”", TEXT) is None


@given(st.text(alphabet="ab “”'\".,\n", max_size=40), st.text(alphabet="ab “”'\".,\n", max_size=40))
def test_what_is_found_lies_in_the_text(quote: str, text: str) -> None:
    span = find_quote(quote, text)
    assert span is None or 0 <= span[0] < span[1] <= len(text)


def test_copying_is_measured_outside_quotation_marks() -> None:
    source = "one two three four five six seven eight nine ten"
    assert longest_common_run("zero two three four five zero", source) == 4
    assert longest_common_run("“two three four five” six", source) == 1
    assert ngram_overlap(["one two three four five six seven eight"], source) == 1.0
    assert ngram_overlap(["“one two three four five six seven eight”"], source) == 0.0


def test_names() -> None:
    text = "On Tuesday, the U.S. Department of Energy and Bank of Orla met J. R. Smith in Mo i Rana; Hadid’s O3 won."
    assert [name.text for name in names(text)] == ["U.S. Department of Energy", "Bank of Orla", "J. R. Smith", "Mo i Rana", "Hadid", "O3"]
    assert all(text[name.start : name.end] == name.text for name in names(text))


def test_people_stand_beside_a_title_a_role_or_a_verb_of_saying() -> None:
    text = "Board chair Peter Lind dissented. Kestrel Cloud said no. Lind spoke. President Ann Lee agreed."
    assert [name.text for name in people(text)] == ["Peter Lind", "Lind", "Ann Lee"]


def test_names_that_no_text_holds() -> None:
    assert [name.text for name in unknown_names("Calder and Quill Works agreed", ["Calder Semiconductor agreed"])] == ["Quill Works"]
    assert unknown_names("The DOE agreed", ["the Department of Energy agreed"]) == ()
