"""How alike two records of a batch are, as a learned score of telling one event; `bench.fit_pairs` fits its coefficients.

A score is a logistic regression over similarities that compare a pair within its batch, so that it needs no vocabulary.
Two of them: one for texts, one for records that are hardly more than a headline, and a mixture in between.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from sys import intern
from typing import Any

from evidence.names import names
from evidence.numbers import numbers
from evidence.text import WORDS_KEPT, stem, word_keys
from groundwire.records import Record
from synth import learn

SIMILARITIES = ("words", "latent", "neighbours", "circles", "word_neighbours", "names", "numbers", "letters")
"""Each is between 0 and 1 and 1 for equal records, in this order in `Pairs.similarities`."""

TITLE_TIMES = 2
"""A title's words count so often again. Best F1 of the words' cosine at 1, 2, 3: neus .851 .855 .857, allsides .823 .826 .825."""

LEAD_WORDS = 30
"""The first words count once more. Best F1 of the words' cosine on ecbplus without it .871, with 15, 30, 60 words .874 .885 .880; elsewhere
within .004."""

MIN_COSINE = 0.08
"""Pairs of which the words' cosine is lower are never compared. F1 at 0.03, 0.05, 0.08, 0.10, 0.12: ecbplus .944 .944 .944 .948 .933,
uci_news .732 .732 .732 .730 .728, mix, neus and allsides within .002; pairs of ecbplus: 107,096, 43,847, 16,020, 10,799, 8,416."""

NEIGHBOURS = (2, 3, 5, 10, 20)
"""Sizes of the neighbourhoods that are compared. One size fits sets whose groups have it: best F1 with 2 alone ecbplus .826, neus .886, with 5
alone .955 and .864, with the mean of these .944 and .891."""

FIRST_CUT = 0.22
"""Mean cosine of words down to which a first grouping merges, for its number of groups; F1 of the words alone at 0.16, 0.20, 0.22, 0.24:
ecbplus .848 .869 .863 .860, mix .847 .867 .869 .869, neus .822 .848 .850 .846. Grouping again with the result's own number gained nothing."""

DIMENSIONS_PER_GROUP, MAX_DIMENSIONS = 0.7, 500
"""Latent dimensions. Best F1 of the latent cosine alone at 0.5, 0.7, 1.0 per group: ecbplus .875 .930 .929, mix .888 .885 .876,
neus .879 .886 .873, allsides .840 .848 .843. A share of the records serves one size of groups only (a quarter: ecbplus .886, an eighth: .925)."""

FEW_GROUPS = 10
"""Up to so many groups each has a dimension of its own. F1 of batches with 3, 6, 12 groups at 0, 10, 20, 40: ecbplus .869 .822 .822 .822,
.895 .834 .803 .803, .896 .890 .860 .860, mix .891 .887 .887 .887, .867 .935 .935 .935, .882 .931 .951 .951; the sample wire day by day
.944 .947 .937 .950 and all at once .929 .929 .929 .916."""

HEADLINE_WORDS, TEXT_WORDS = 4, 8
"""Different words up to which a record is a headline, and from which it is a text; nine in ten headlines of uci_news have 4 to 10. With 12
and 18 or 8 and 13 instead, mix and neus move by .003 at most."""


KEPT = 16_384
"""Records of which it is remembered what they say, about 3 kB of words each and their texts: a record is open for days, and read once."""

LETTERS_KEPT = 16_384
"""Words of which it is remembered which letters they have, some 400 bytes each."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What of one record is compared, counted: stems of its words, words of its names, values of its numbers, words of its lead."""

    words: Mapping[str, int]
    names: Mapping[str, int]
    numbers: Mapping[str, int]
    lead: Mapping[str, int]
    different: int
    """How many different words the text has, the title left out."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of a batch that may tell of one event: places of the earlier and the later record, what they share, how short they are."""

    first: Any
    second: Any
    similarities: Any
    headlines: Any
    """1 when one of the two is a headline, 0 when both are texts."""


@dataclass(frozen=True, slots=True)
class Coefficients:
    """A logistic regression over similarities, and the probability from which average link takes a pair for one event."""

    weights: Mapping[str, float]
    intercept: float
    cut: float

    def score(self, similarities: Any) -> Any:
        from numpy import array, exp

        return 1 / (1 + exp(-(similarities @ array([self.weights.get(s, 0.0) for s in SIMILARITIES]) + self.intercept)))


@lru_cache(maxsize=1)
def coefficients() -> tuple[Coefficients, Coefficients]:
    """For texts and for headlines, as fitted."""
    given = json.loads(Path(__file__).with_name("pair_score.json").read_text(encoding="utf-8"))
    texts, headlines = (
        Coefficients(given[kind]["weights"], given[kind]["intercept"], given[kind]["cut"]) for kind in ("texts", "headlines")
    )
    return texts, headlines


def likeness(pairs: Pairs) -> Any:
    """How alike each pair is, in multiples of the cut: from 1 on it speaks for one event."""
    texts, headlines = (c.score(pairs.similarities) / c.cut for c in coefficients())
    return (pairs.headlines * headlines + (1 - pairs.headlines) * texts).round(6)


def compare(records: Sequence[Record]) -> Pairs:
    """The pairs of a batch with what they share; a pair's similarities depend on the whole batch."""
    from numpy import column_stack, maximum, zeros

    if (size := len(records)) < 2:
        return Pairs(zeros(0, int), zeros(0, int), zeros((0, len(SIMILARITIES))), zeros(0))
    said = [_said(r.title, r.text, r.language or "en") for r in records]
    vectors = learn.tfidf([s.words for s in said])
    first, second, alike = learn.similar_pairs(vectors, MIN_COSINE)
    near = (alike + _latent(vectors, first, second, alike)) / 2
    neighbours = learn.common_neighbours(size, first, second, near, NEIGHBOURS)
    columns = {
        "words": alike,
        "latent": 2 * near - alike,
        "neighbours": neighbours,
        "circles": learn.common_neighbours(size, first, second, (near + neighbours) / 2, NEIGHBOURS),
        "word_neighbours": learn.common_neighbours(size, first, second, alike, NEIGHBOURS),
        "names": learn.cosines(learn.tfidf([s.names for s in said]), first, second),
        "numbers": learn.cosines(learn.tfidf([s.numbers for s in said]), first, second),
        "letters": learn.cosines(learn.tfidf([s.lead for s in said], _letters), first, second),
    }
    short = _shortness([s.different for s in said])
    return Pairs(first, second, column_stack([columns[s] for s in SIMILARITIES]), maximum(short[first], short[second]))


def _latent(vectors: Any, first: Any, second: Any, alike: Any) -> Any:
    """Cosines in as many latent dimensions as the batch seems to have events; the words' own when it has too few."""
    size = vectors.shape[0]
    groups = len(set(learn.average_link(size, first, second, alike, FIRST_CUT)))
    wanted = max(int(DIMENSIONS_PER_GROUP * groups), min(groups, FEW_GROUPS))
    dimensions = min(wanted, MAX_DIMENSIONS, min(vectors.shape) - 1)
    return learn.cosines(learn.latent(vectors, dimensions), first, second) if dimensions > 1 else alike


def _shortness(different: Sequence[int]) -> Any:
    from numpy import array, clip

    return clip((TEXT_WORDS - array(different, dtype=float)) / (TEXT_WORDS - HEADLINE_WORDS), 0, 1)


@lru_cache(maxsize=KEPT)
def _said(title: str, text: str, language: str) -> _Said:
    heading, body = _content(title), _content(text)
    lead = (heading + body)[:LEAD_WORDS]
    read = ((*body, *heading * TITLE_TIMES, *lead), _names(title, text), _numbers(title, text, language), lead)
    words, named, numbered, opening = (dict(Counter(part)) for part in read)
    return _Said(words, named, numbered, opening, len(set(body)))


def _content(text: str) -> list[str]:
    """The stems of a text's words that say something, and of the parts of its compounds."""
    return list(chain.from_iterable(map(_parts, word_keys(text))))


@lru_cache(maxsize=WORDS_KEPT)
def _parts(key: str) -> tuple[str, ...]:
    if len(key) < 2 or (word := stem(key)) in _stops():
        return ()
    return word, *(part for part in word.replace("/", "-").split("-") if len(part) > 1 and part != word)


@lru_cache(maxsize=1)
def _stops() -> frozenset[str]:
    return learn.stop_words() | {stem(w) for w in learn.stop_words()}


def _names(*texts: str) -> tuple[str, ...]:
    return tuple(intern(word) for text in texts for name in names(text) for word in name.text.casefold().split())


def _numbers(title: str, text: str, language: str) -> tuple[str, ...]:
    return tuple(str(n.value.normalize()) for part in (title, text) for n in numbers(part, language) if not n.in_words)


@lru_cache(maxsize=LETTERS_KEPT)
def _letters(word: str) -> Mapping[str, int]:
    """Runs of four letters in a word, its ends marked."""
    marked = f"_{word}_"
    return dict(Counter(intern(marked[i : i + 4]) for i in range(max(1, len(marked) - 3))))
