"""What is computed with scikit-learn, and the only place that imports it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def stop_words() -> frozenset[str]:
    """English words that say nothing about a text's subject."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)


def cosines(documents: Sequence[Sequence[str]]) -> Any:
    """A matrix of the cosine similarities of documents given as tokens: sublinear TF-IDF over these documents (Salton and Buckley, 1988)."""
    from numpy import zeros
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not any(documents):
        return zeros((len(documents), len(documents)))
    vectors = TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(documents)
    return (vectors @ vectors.T).toarray()


def average_link(similarities: Any, threshold: float) -> tuple[int, ...]:
    """A cluster number for each row: average linkage merges down to a mean similarity of `threshold` (Sokal and Michener, 1958)."""
    from sklearn.cluster import AgglomerativeClustering

    if len(similarities) < 2:
        return tuple(range(len(similarities)))
    clustering = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - threshold)
    return tuple(int(label) for label in clustering.fit_predict(1 - similarities))
