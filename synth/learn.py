"""What is computed with scikit-learn and what it rests on; the only place that imports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

ROWS_AT_ONCE, PAIRS_AT_ONCE = 512, 20_000
"""How much of a matrix of similarities is held in full."""

ROUNDING = 1e-9
"""How far a mean that a library found by distances may be from the same mean of likeness."""

OVERSAMPLES, ITERATIONS = 10, 3
"""Random directions beyond those wanted, and rounds that turn them to the strongest. Correlation of the cosines with those after 8 rounds at
1, 2, 3, 4: neus .910 .977 .991 .996, mix .951 .987 .995 .998. BCubed F1 after a fit at 3 and 4: ecbplus .951 .947, neus .882 .883, mix .879
.878, the sample wire day by day .948 .944."""


def stop_words() -> frozenset[str]:
    """English words that say nothing about a text's subject."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)


def tfidf(documents: Sequence[Mapping[str, int]], parts: Callable[[str], Mapping[str, int]] | None = None) -> Any:
    """Unit vectors of documents given as counted tokens, a sparse row each: sublinear TF-IDF over these (Salton and Buckley, 1988).

    With `parts` it is the counted parts of the tokens that stand for them.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfTransformer

    counted, tokens = _counted(documents)
    if parts:
        counted = counted @ _counted([parts(token) for token in tokens])[0]
    if not counted.nnz:
        return csr_matrix((len(documents), 1))
    counted.sort_indices()
    return TfidfTransformer(sublinear_tf=True).fit_transform(counted)


def _counted(documents: Sequence[Mapping[str, int]]) -> tuple[Any, list[str]]:
    """How often each document has each token, and the tokens in order."""
    from numpy import cumsum, fromiter
    from scipy.sparse import csr_matrix

    tokens = sorted(set(chain.from_iterable(documents)))
    column = {token: n for n, token in enumerate(tokens)}
    columns = fromiter(map(column.__getitem__, chain.from_iterable(documents)), "int32")
    counts = fromiter(chain.from_iterable(d.values() for d in documents), float)
    ends = cumsum([0, *map(len, documents)], dtype="int32")
    return csr_matrix((counts, columns, ends), shape=(len(documents), len(tokens))), tokens


def latent(vectors: Any, dimensions: int) -> Any:
    """Dense unit vectors in the strongest dimensions of these documents (latent semantic analysis, Deerwester et al., 1990).

    Found by subspace iteration from random directions (Halko, Martinsson and Tropp, 2011) that are kept apart among the documents only,
    of which there are fewer than words, by LU factors and at last by QR; scikit-learn's `randomized_svd` finds the same and takes three times as long.
    """
    from numpy import maximum, sqrt
    from numpy.linalg import eigh, qr
    from scipy.linalg import lu
    from sklearn.preprocessing import normalize

    size = vectors.shape[0]
    words = vectors.T.tocsr()
    width = min(size, dimensions + OVERSAMPLES)
    basis = _noise(1 << (size * width).bit_length())[: size * width].reshape(size, width)
    for _ in range(ITERATIONS - 1):
        basis, _ = lu(vectors @ (words @ basis), permute_l=True)
    basis, _ = qr(vectors @ (words @ basis))
    told = words @ basis
    strengths, directions = eigh(told.T @ told)
    found = (basis @ directions)[:, ::-1][:, :dimensions]
    return normalize(found * sqrt(maximum(strengths[::-1][:dimensions], 0)))


@lru_cache(maxsize=1)
def _noise(size: int) -> Any:
    """So many normally distributed numbers; fewer are the first of more."""
    from numpy.random import RandomState

    found = RandomState(0).normal(size=size)
    found.flags.writeable = False
    return found


def similar_pairs(vectors: Any, at_least: float) -> tuple[Any, Any, Any]:
    """The pairs of sparse unit vectors with at least this cosine: the lower row, the higher row, the cosine; in order."""
    from numpy import concatenate, intp, nonzero, zeros

    found: list[tuple[Any, Any, Any]] = [(zeros(0, intp), zeros(0, intp), zeros(0))]
    for start in range(0, vectors.shape[0], ROWS_AT_ONCE):
        block = (vectors[start : start + ROWS_AT_ONCE] @ vectors[start:].T).toarray()
        rows, columns = nonzero(block >= at_least)
        rows, columns = rows[columns > rows], columns[columns > rows]
        found.append((rows + start, columns + start, block[rows, columns]))
    return tuple(concatenate(part) for part in zip(*found, strict=True))  # type: ignore[return-value]


def cosines(vectors: Any, first: Any, second: Any) -> Any:
    """The cosine of each given pair of rows of unit vectors, dense or sparse; none is below 0."""
    from numpy import asarray, concatenate, einsum, maximum, ndarray, zeros

    parts = [zeros(0)]
    for start in range(0, len(first), PAIRS_AT_ONCE):
        one, other = (vectors[side[start : start + PAIRS_AT_ONCE]] for side in (first, second))
        dense = isinstance(vectors, ndarray)
        parts.append(einsum("ij,ij->i", one, other) if dense else asarray(one.multiply(other).sum(axis=1)).ravel())
    return maximum(concatenate(parts), 0)


def common_neighbours(size: int, first: Any, second: Any, likeness: Any, sizes: Sequence[int]) -> Any:
    """How much the nearest of both are the same, for each pair, 0 to 1, as the mean over how many are taken for the nearest.

    The cosine of their rows of likeness to themselves (1) and to their nearest, the earlier item being nearer when equal
    (shared nearest neighbours, Jarvis and Patrick, 1973).
    """
    from numpy import arange, asarray, concatenate, lexsort, ones, zeros
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    if not len(first):
        return zeros(0)
    rows, columns, values = concatenate([first, second]), concatenate([second, first]), concatenate([likeness, likeness])
    order = lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    rank, own = arange(len(rows)) - rows.searchsorted(arange(size))[rows], arange(size)

    def at(nearest: int) -> Any:
        kept = rank < nearest
        entries = (concatenate([values[kept], ones(size)]), (concatenate([rows[kept], own]), concatenate([columns[kept], own])))
        vectors = normalize(csr_matrix(entries, shape=(size, size)), copy=False)
        return asarray((vectors @ vectors.T)[first, second]).ravel()

    return sum(at(nearest) for nearest in sizes) / len(sizes)


def average_link(
    size: int, first: Any, second: Any, likeness: Any, threshold: float, closeness: float = 0, few: int = 0
) -> tuple[int, ...]:
    """A cluster number for each of `size` items: average linkage merges down to a mean likeness of `threshold` (Sokal and Michener, 1958).

    A pair that is not given has likeness 0; items that no chain of given pairs joins are never compared. Two clusters of more than one
    item, `few` together at most, merge only when their likeness to each other is `closeness` times that within the looser of them.
    """
    from numpy import arange, argsort, bincount, cumsum, split, zeros
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    parts, part = connected_components(coo_matrix((likeness, (first, second)), shape=(size, size)), directed=False)
    items = split(argsort(part, kind="stable"), cumsum(bincount(part, minlength=parts))[:-1])
    pairs = split(argsort(part[first], kind="stable"), cumsum(bincount(part[first], minlength=parts))[:-1])
    place, labels = zeros(size, int), zeros(size, int)
    taken = 0
    for inside, between in zip(items, pairs, strict=True):
        place[inside] = arange(len(inside))
        merges = _merges(len(inside), place[first[between]], place[second[between]], likeness[between])
        found = _clusters(len(inside), merges, threshold, closeness, few)
        labels[inside] = found + taken
        taken += len(inside)
    return tuple(int(label) for label in labels)


def _merges(size: int, first: Any, second: Any, likeness: Any) -> list[tuple[int, int, float]]:
    """The two clusters of each merge of one connected part, and how alike they are, most alike first; the first merge makes cluster `size`."""
    from numpy import full
    from scipy.cluster.hierarchy import linkage

    if size < 2:
        return []
    most = float(likeness.max())
    distances = full(size * (size - 1) // 2, most)
    distances[first * size - first * (first + 1) // 2 + second - first - 1] = most - likeness
    return [(int(a), int(b), most - apart) for a, b, apart, _ in linkage(distances, "average").tolist()]


def _clusters(size: int, merges: Sequence[tuple[int, int, float]], threshold: float, closeness: float, few: int) -> Any:
    """The clusters of one connected part, numbered from 0, when of these merges only those take place that may."""
    from numpy import zeros

    items, within = [[i] for i in range(size)], [0.0] * size
    """Of each cluster: its items, none when it did not come about or is part of another, and the sum of likeness within."""
    for a, b, alike in merges:
        one, other = len(items[a]), len(items[b])
        looser = min(2 * within[c] / (n * (n - 1)) if n > 1 else 0.0 for c, n in ((a, one), (b, other)))
        may = one and other and alike >= threshold - ROUNDING and (one + other > few or alike >= closeness * looser)
        items.append(items[a] + items[b] if may else [])
        within.append(within[a] + within[b] + alike * one * other)
        if may:
            items[a] = items[b] = []
    labels = zeros(size, int)
    for n, cluster in enumerate(filter(None, items)):
        labels[cluster] = n
    return labels
