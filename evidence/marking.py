"""Which words of a passage agree with the sentences that cite it: what pages and the desk mark."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from evidence.text import stem, words

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
    found = words(text[a:b])
    keys = [w.key for w in found]
    runs: list[tuple[int, int]] = []
    for i, word in enumerate(found):
        if keys[i] in COMMON or stem(word.text) not in wanted:
            continue
        if runs and all(key in COMMON for key in keys[runs[-1][1] + 1 : i]):
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return [(a + found[first].start, a + found[last].end) for first, last in runs]


@lru_cache(maxsize=1024)
def telling(sentence: str) -> frozenset[str]:
    """The words of a sentence that say something, by their stems."""
    return frozenset(stem(w.text) for w in words(sentence) if w.key not in COMMON)
