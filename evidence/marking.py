"""Which words of a passage agree with the sentences that cite it: what pages and the desk mark."""

from __future__ import annotations

import re
from collections.abc import Iterable

from evidence.text import stem, words

COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be been but by for from had has have he her his if in into is it its more no not of on or our over said say says she "
        "so than that the their them then there they this to under up was we were what when which who will with would you",
    )
)
"""Words that say nothing of what a sentence is about."""


def matching(text: str, start: int, end: int, citing: Iterable[str]) -> list[tuple[int, int]]:
    """Runs of words of a span of a text that the citing sentences share, small words between them included; by offsets of the text."""
    wanted = {stem(w.text) for sentence in citing for w in words(sentence) if w.key not in COMMON}
    found = words(text[start:end])
    hits = [i for i, w in enumerate(found) if w.key not in COMMON and stem(w.text) in wanted]
    runs: list[tuple[int, int]] = []
    for i in hits:
        if runs and all(w.key in COMMON for w in found[runs[-1][1] + 1 : i]):
            runs[-1] = (runs[-1][0], i)
        else:
            runs.append((i, i))
    return [(start + found[first].start, start + found[last].end) for first, last in runs]


def shared(text: str, citing: str) -> int:
    """How many different words of a sentence a text shares, small words left out."""
    wanted = {stem(w.text) for w in words(citing) if w.key not in COMMON}
    return len(wanted & {stem(w.text) for w in words(text)})
