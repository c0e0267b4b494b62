from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.passages import paragraph_at, passage_at, passages, window

PIECES = st.sampled_from(
    [
        "The U.S. ",
        "Dr. Lee said. ",
        "No. 1 ",
        "“Go.” ",
        "$1.5 billion. ",
        "\n",
        "e.g. ",
        "5 p.m. Tuesday. ",
        "J. R. Smith ",
        "[5]. ",
        "Ω ",
        "日本。",
        "a",
        ". ",
        "?! ",
        "\t",
        "„Ja.“ ",
        "😀 ",
    ]
)


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in passages(text, language)]


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)))
def test_every_character_lies_in_exactly_one_passage(text: str) -> None:
    spans = passages(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    inside = {index for start, end in spans for index in range(start, end)}
    assert all(char.isspace() or index in inside for index, char in enumerate(text))
    assert all(text[start:end] == text[start:end].strip() and "\n" not in text[start:end] for start, end in spans)


@pytest.mark.parametrize(
    "sentence",
    [
        "He met J. R. Smith at 5 p.m. Tuesday.",
        "The rule follows the U.S. [5].",
        "It is No. 1 in the north.",
        "The deal is worth $1.5 billion.",
        "Racks, e.g. those of Hall A, draw 9.4 kW.",
        "Gov. Jane Doe signed it on Jan. 5 in St. Louis.",
        "“We won. We are glad,” she said.",
        '"It is over. Go home." he said.',
        "The U.S. Department of Energy vs. Acme Inc. was heard.",
    ],
)
def test_what_does_not_split(sentence: str) -> None:
    assert sentences(f"{sentence} The next one follows.") == [sentence, "The next one follows."]


def test_other_languages() -> None:
    assert sentences("Der Preis stieg am 3. Oktober. Danach fiel er.", "de") == ["Der Preis stieg am 3. Oktober.", "Danach fiel er."]


def test_paragraphs_always_break() -> None:
    assert sentences("A title\nIt starts here") == ["A title", "It starts here"]


def test_neighbourhood() -> None:
    text = "One is here. Two is here.\nThree is here. Four is here."
    at = text.index("Three")
    assert text[slice(*passage_at(text, at + 1, at + 3))] == "Three is here."
    assert text[slice(*window(text, at, at + 5))] == "Two is here.\nThree is here. Four is here."
    assert text[slice(*paragraph_at(text, at, at + 5))] == "Three is here. Four is here."
    assert passage_at("   ", 0, 1) == (0, 1)
