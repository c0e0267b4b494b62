"""Which words of a passage agree with the sentences that cite it: what pages and the desk mark."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from evidence.text import WORDS_KEPT, stem, word_key, word_texts, words_between

COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by for from had has have he her his if in into is it its more no not of on or our over said say says she "
        "so than that the their them then there they this to under up was we were what when which who will with would you",
    )
)
"""Words that say nothing of what a sentence is about."""


def matching(text: str, a: int, b: int, citing: Iterable[str]) -> list[tuple[int, int]]:
    """Runs of words of a span of a text that the citing sentences share, small words between them included; by offsets of the text."""
    wanted = frozenset().union(*map(telling, citing))
    runs: list[tuple[int, int]] = []
    first: re.Match[str] | None = None
    for word in words_between(text, a, b):
        said = _said(word[0])
        if said is None:
            continue
        if said in wanted:
            first, last = first or word, word
        elif first:
            runs.append((first.start(), last.end()))
            first = None
    return [*runs, (first.start(), last.end())] if first else runs


@lru_cache(maxsize=1024)
def telling(sentence: str) -> frozenset[str]:
    """The words of a sentence that say something, by their stems."""
    return frozenset(filter(None, map(_said, word_texts(sentence))))


@lru_cache(maxsize=WORDS_KEPT)
def _said(word: str) -> str | None:
    """The stem of a word that says something, None for a small one."""
    return None if word_key(word) in COMMON else stem(word)
