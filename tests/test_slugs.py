"""T2: slugs are safe, unique and stable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside import needs_corpus, rows

from groundwire.slugs import MAX_LENGTH, slug

SAFE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_safe(text: str) -> bool:
    return SAFE.fullmatch(text) is not None and len(text) <= MAX_LENGTH


@needs_corpus
def test_t2_slugs_of_all_titles_are_safe_and_unique() -> None:
    taken: set[str] = set()
    titles = [row["title"] for row in rows("own/slugs.json")]
    for title in [*titles, *titles]:
        name = slug(title, taken)
        assert is_safe(name), title
        assert name not in taken
        taken.add(name)


@pytest.mark.parametrize("title", ["CON", "nul", "Aux", "COM1", "lpt9", "index", "INDEX", " index ", "con.", "feed", "404"])
def test_reserved_names_are_never_given(title: str) -> None:
    assert slug(title) == f"article-{re.sub('[^a-z0-9]', '', title.lower())}"


def test_equal_titles_are_numbered_within_the_length() -> None:
    long = "a" * 300
    first = slug(long)
    second = slug(long, {first})
    assert (len(first), len(second), second[-2:]) == (80, 80, "-2")
    assert slug("", {"article", "article-2"}) == "article-3"


def test_long_titles_end_at_a_word() -> None:
    assert slug("grid " * 40) == ("grid-" * 16)[:79]


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_title_gives_a_safe_slug_that_stays_the_same(title: str, other: str) -> None:
    name = slug(title)
    assert is_safe(name)
    assert slug(title) == name
    assert is_safe(slug(title, {name, slug(other)}))
    assert slug(title, {name}) != name
