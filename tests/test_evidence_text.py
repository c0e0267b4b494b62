from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.text import fold, ngrams, normalise, stem, word_keys, words

ODD = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("e\u0301\u200d\u200c\u202e\u0915\u094d\u0937\U0001f468\U000e0041\ufeff\r\n\u2028 “”'")
    )
)


@given(ODD)
def test_normalising_is_stable_and_leaves_nothing_invisible(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t" for char in once)
    assert not set(once) & set("\u200b\u202a\u202b\u202d\u202e\u2066\u2069\ufeff\u2060\U000e0041")


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Nvi\u200bdia", "Nvidia"),
        ("\u202e521\u202c MW", "521 MW"),
        ("cafe\u0301", "café"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("ab\u200dc", "abc"),
        ("x\U000e0069\U000e0067y", "xy"),
        ("bell\x07\x1b[31m", "bell[31m"),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise(raw) == clean


def test_a_stack_of_marks_is_capped() -> None:
    assert len(normalise("q" + "\u0335" * 60)) <= 6


@given(ODD)
def test_folding_leads_back_to_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.offsets) == len(folded.text) + 1
    assert list(folded.offsets) == sorted(folded.offsets)
    for index, char in enumerate(folded.text):
        start, end = folded.original(index, index + 1)
        assert text[start:end] == char or char in " '"


def test_words_have_offsets_and_keep_figures_whole() -> None:
    text = "Fjordwatt’s 9.4 billion; Baltica-2 isn’t 18,000."
    assert [word.text for word in words(text)] == ["Fjordwatt’s", "9.4", "billion", "Baltica-2", "isn’t", "18,000"]
    assert all(text[word.start : word.end] == word.text for word in words(text))
    assert word_keys("Fjordwatt’s") == ("fjordwatt",)
    assert list(ngrams("abcd", 3)) == [("a", "b", "c"), ("b", "c", "d")]


@pytest.mark.parametrize(
    ("one", "other"),
    [("commercially", "commercial"), ("approved", "approval"), ("spent", "spending"), ("centres", "center"), ("licence", "licensed")],
)
def test_stems_join_forms_of_a_word(one: str, other: str) -> None:
    assert stem(one) == stem(other)
