"""Near-copies: which record's text came from which other's, and which copy was altered on the way.

Candidates come from MinHash over pairs of near words (Broder, 1997) and from shared sentences; a copy is confirmed sentence by sentence.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, Generic, TypeVar
from zlib import crc32

from evidence.dates import DateMention
from evidence.names import unknown_names
from evidence.passages import passages
from evidence.quotation import find_quote, quoted_spans
from evidence.text import ngrams, stem, word_keys
from groundwire.records import Copy, Outlet, OutletKind, Record
from synth.find.alterations import Told, Value, agree, altered, lacking
from synth.find.outlets import outlets_of

NEAR_WORDS = 3
"""A word and each of so many after it are a pair: a text whose words were dropped or replaced here and there keeps most of them."""

PERMUTATIONS, BANDS, SEED = 128, 64, 1
"""64 bands of 2 find 99 of 100 texts whose pairs are alike by a third (Jaccard), 93 by a fifth, one unrelated text in a hundred."""

MIN_SENTENCE_WORDS = 6
"""A shorter sentence tells nothing of who wrote it."""

MIN_TOLD = 0.45
"""Share of a sentence's pairs that another text holds when it tells the same sentence. F1 on syndication_made at 0.4 .995, 0.45 .995,
0.5 .994, 0.55 .986."""

FEW_SENTENCES, MIN_TOLD_BY_FEW = 2, 0.8
"""A text of so few sentences must tell them nearly word for word: two of one pattern share half their pairs ("X opens its school")."""

MIN_COPIED = 0.7
"""Share of the shorter text's sentences that the longer one tells, when it is a copy. BCubed precision, recall, F1 on syndication_made
at 0.6: .984 .998 .991; 0.65: .987 .997 .992; 0.7: .995 .995 .995; 0.75: .995 .984 .990; 0.8: .995 .967 .981. At 0.7 all of the 141 copies
that are found in allsides, ecbplus, mix, neus and seesaw are of one event with their origin."""

MIN_ALIKE = 0.05
"""Estimated likeness (Jaccard) of the pairs of two texts below which their sentences are not compared, unless they share one. At 0, 0.05, 0.08,
0.12 the candidates of syndication_made are 8,003, 3,287, 2,535, 2,315 and its copies 388 each, of mix 1,442, 373, 232, 178 and 24, 24, 23, 23."""

KEPT = 16_384
"""Texts of which it is remembered what they are found by, some 5 kB each: a record is open for days, and marked once."""

PAIRS_KEPT = 32_768
"""Pairs of texts of which it is remembered how they compare, some 200 bytes each: what is open is compared again at every moment."""

SHARED_SENTENCE_WORDS = 8
"""A sentence of so many words that stands in two texts makes them candidates, however much else was cut."""

MAX_BUCKET = 60
"""A sentence in more texts than this is a notice of the publisher's, and no sign of a copy."""

SHARED_QUOTE_WORDS = 5
MIN_RETOLD = 0.4
"""Share of a retelling's content words that its source holds, when it has no name, figure or quotation of its own."""

RETOLD_NAMES = 1
"""Names of its own that a retelling may have: the adjective of a place ("Irish" for "in Ireland") looks like one."""

VOTERS = 9
"""So many copies, the first ones, say which text the others agree with."""

RELEASE_WINDOW = timedelta(days=2)
"""A primary outlet's text published so much later than the first copy is still the origin: clocks and embargoes differ."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a text is found by: hashes of its long sentences and of runs in its quotations, and the MinHash of its pairs."""

    keys: frozenset[int]
    digest: Any
    """None when no sentence is long enough."""


_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class _Remembered(Generic[_Answer]):
    """The latest answers by what was asked, so many at most."""

    most: int
    answers: OrderedDict[Hashable, _Answer] = field(default_factory=OrderedDict)

    def get(self, asked: Hashable, find: Callable[[], _Answer]) -> _Answer:
        """The answer given before, else what `find` finds."""
        if asked in self.answers:
            self.answers.move_to_end(asked)
            return self.answers[asked]
        answer = self.answers[asked] = find()
        if len(self.answers) > self.most:
            self.answers.popitem(last=False)
        return answer


_OVERLAPS: _Remembered[float | None] = _Remembered(PAIRS_KEPT)
_ALTERED: _Remembered[str | None] = _Remembered(PAIRS_KEPT)


@dataclass(frozen=True)
class _Text:
    """A record's text as it is compared."""

    record: Record

    @cached_property
    def key(self) -> bytes:
        """A digest of all that a comparison reads but when it was published and in which version."""
        r = self.record
        return sha256("\0".join((r.title, r.outlet, r.language or "", r.text)).encode(errors="surrogatepass")).digest()

    @cached_property
    def words(self) -> tuple[str, ...]:
        return _stems(self.record.text)

    @cached_property
    def pairs(self) -> frozenset[str]:
        return frozenset(_pairs(self.words))

    @cached_property
    def told(self) -> tuple[frozenset[str], ...]:
        """The pairs of each sentence that is long enough."""
        split = (_stems(self.record.text[a:b]) for a, b in self.spans)
        return tuple(frozenset(_pairs(words)) for words in split if len(words) >= MIN_SENTENCE_WORDS)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        return passages(self.record.text, self.record.language or "en")

    @cached_property
    def compared(self) -> Told:
        return Told(self.record)

    @cached_property
    def quotes(self) -> tuple[str, ...]:
        return _quotes(self.record.text)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Its figures; "one" is none."""
        return tuple(v for sentence in self.compared.sentences for v in sentence.values if v.value != 1)

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """Its dates with a figure: a weekday may be another's date."""
        said = self.compared.sentences
        return tuple(d for sentence in said for d in sentence.dates if any(c.isdigit() for c in d.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stem(k) for k in word_keys(self.record.text) if len(k) > 3)


def _quotes(text: str) -> tuple[str, ...]:
    return tuple(q for a, b in quoted_spans(text) if len(word_keys(q := text[a:b].strip("\"“”'‘’„«» ,."))) >= SHARED_QUOTE_WORDS)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(stem, word_keys(text)))


def _pairs(words: Sequence[str]) -> Iterator[str]:
    """Every word with each of the next few, in order."""
    return (f"{word} {after}" for i, word in enumerate(words) for after in words[i + 1 : i + 1 + NEAR_WORDS])


def find_copies(records: Sequence[Record], outlets: Mapping[str, Outlet]) -> tuple[Copy, ...]:
    """Every record whose text came from another of these, in canonical order, with its origin; origins are left out.

    The origin is a release's own outlet, else the text that most others agree with, else the first in canonical order.
    """
    texts = [_Text(r) for r in sorted(records, key=lambda r: r.order)]
    described = outlets_of(records, outlets)
    links = {(a, b): similarity for a, b in sorted(_candidates(texts)) if (similarity := _overlap(texts[a], texts[b]))}
    closest: defaultdict[int, float] = defaultdict(float)
    for pair, similarity in links.items():
        for i in pair:
            closest[i] = max(closest[i], similarity)
    found = [copy for component in _components(len(texts), links) for copy in _resolve(texts, component, closest, described)]
    place = {t.record.id: n for n, t in enumerate(texts)}
    return tuple(sorted(found, key=lambda c: place[c.record_id]))


def _candidates(texts: Sequence[_Text]) -> set[tuple[int, int]]:
    marks = [_marks(t.record.text, t.record.language or "en") for t in texts]
    buckets: defaultdict[int, list[int]] = defaultdict(list)
    for i, mark in enumerate(marks):
        for key in mark.keys:
            buckets[key].append(i)
    shared = {(a, b) for members in buckets.values() if len(members) <= MAX_BUCKET for a in members for b in members if a < b}
    return shared | _similar([mark.digest for mark in marks])


@lru_cache(maxsize=KEPT)
def _marks(text: str, language: str) -> _Marks:
    from rensa import RMinHash

    sentences = [word_keys(text[a:b]) for a, b in passages(text, language)]
    long = [keys for keys in sentences if len(keys) >= SHARED_SENTENCE_WORDS]
    runs = [run for quote in _quotes(text) for run in ngrams(word_keys(quote), SHARED_QUOTE_WORDS)]
    found = frozenset(crc32(" ".join(words).encode()) for words in (*long, *runs))
    if not any(len(keys) >= MIN_SENTENCE_WORDS for keys in sentences):
        return _Marks(found, None)
    digest = RMinHash(PERMUTATIONS, SEED)
    digest.update(list(set(_pairs(_stems(text)))))
    return _Marks(found, digest)


def _similar(digests: Sequence[Any]) -> set[tuple[int, int]]:
    from rensa import RMinHashLSH

    index = RMinHashLSH(0.5, PERMUTATIONS, BANDS)
    pairs: set[tuple[int, int]] = set()
    for i, digest in enumerate(digests):
        if digest is not None:
            pairs.update((j, i) for j in index.query(digest) if digests[j].jaccard(digest) >= MIN_ALIKE)
            index.insert(i, digest)
    return pairs


def _overlap(one: _Text, other: _Text) -> float | None:
    """How much of one text is in the other when it is a copy or a retelling, else None."""
    return _OVERLAPS.get((one.key, other.key), lambda: _compared(one, other))


def _compared(one: _Text, other: _Text) -> float | None:
    shorter, longer = sorted((one, other), key=lambda t: len(t.words))
    told = MIN_TOLD if len(shorter.told) > FEW_SENTENCES else MIN_TOLD_BY_FEW
    copied = sum(len(pairs & longer.pairs) >= told * len(pairs) for pairs in shorter.told) / max(1, len(shorter.told))
    if copied >= MIN_COPIED:
        return round(copied, 4)
    return max((_retold(shorter, longer) or 0.0, _retold(longer, shorter) or 0.0)) or None


def _retold(text: _Text, source: _Text) -> float | None:
    """The share of a text's content words that its source holds, when next to nothing in it is its own: no figure, date or quotation."""
    shared = len(text.stems & source.stems) / max(1, len(text.stems))
    if shared < MIN_RETOLD or not text.quotes or len(text.values) < 2 or lacking(text.values, source.values):
        return None
    if not all(any(agree(date, other) for other in source.dates) for date in text.dates):
        return None
    own = unknown_names(text.record.text, (source.record.text,))
    if len(own) > RETOLD_NAMES or not all(find_quote(q, source.record.text) for q in text.quotes):
        return None
    return round(shared, 4)


def _components(size: int, links: Iterable[tuple[int, int]]) -> list[list[int]]:
    parent = list(range(size))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for a, b in links:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for i in range(size):
        groups[root(i)].append(i)
    return [g for _, g in sorted(groups.items()) if len(g) > 1]


def _resolve(
    texts: Sequence[_Text], component: Sequence[int], closest: Mapping[int, float], outlets: Mapping[str, Outlet]
) -> Iterator[Copy]:
    origin = _origin([texts[i] for i in component], outlets)
    for i in component:
        if texts[i] is not origin:
            yield Copy(texts[i].record.id, origin.record.id, closest[i], _altered(texts[i], origin))


def _altered(copy: _Text, origin: _Text) -> str | None:
    asked = (copy.key, origin.key, origin.record.published, origin.record.version > 1)
    return _ALTERED.get(asked, lambda: altered(copy.compared, origin.compared))


def _origin(members: Sequence[_Text], outlets: Mapping[str, Outlet]) -> _Text:
    latest = members[0].record.published + RELEASE_WINDOW
    releases = [t for t in members if outlets[t.record.outlet].kind is OutletKind.PRIMARY and t.record.published <= latest]
    chosen = releases or members
    if len(chosen) == 1 or len(members) == 2:
        return chosen[0]

    def against(text: _Text) -> int:
        return sum(_altered(text, other) is not None for other in members[:VOTERS] if other is not text)

    return min(chosen, key=against)
