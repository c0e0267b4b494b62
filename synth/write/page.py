"""What an article under way has already used of each record: quoted words, shown passages, copied runs; a writer asks before it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from evidence.quotation import outside_quotes, quoted_spans
from evidence.text import ngrams, word_keys
from groundwire.records import Citation, Record, Sentence, SentenceKind, Target
from synth.write.forms import Form
from synth.write.houses import Span

GRAM = 8
EXPECTED_RUNS = 110
"""Runs of eight words that a short article has; the allowance for a record is its share of these, or of what there is already."""


def passage(record: Record, span: Span) -> Citation:
    """A citation of a span of a record."""
    return Citation(Target.PASSAGE, record.id, record.version, span[0], span[1], record.text[span[0] : span[1]])


def report(text: str, *cited: tuple[Record, Span]) -> Sentence:
    """A report sentence with the passages it rests on, each once, in the order given."""
    return Sentence(text, SentenceKind.REPORT, tuple(dict.fromkeys(passage(r, span) for r, span in cited)))


@dataclass(slots=True)
class Page:
    """The running account of one article."""

    form: Form
    records: tuple[Record, ...]
    shown: dict[str, set[Span]] = field(default_factory=dict)
    quoted: dict[str, int] = field(default_factory=dict)
    copied: dict[str, int] = field(default_factory=dict)
    taken: list[Sentence] = field(default_factory=list)
    before: frozenset[str] = frozenset()
    """Sentences of earlier articles, which are not said again in the same words."""
    terse: bool = True
    """Whether a sentence may leave its outlet to the one before."""
    _grams: dict[str, frozenset[tuple[str, ...]]] = field(default_factory=dict)

    def fits(self, sentence: Sentence) -> bool:
        """Whether a sentence can be taken without going over a limit on any record."""
        return not any(self._over(sentence)) and sentence.text not in self.before and not self.has(sentence.text)

    def can_hold(self, sentence: Sentence) -> bool:
        """Whether a sentence that an earlier article has may stand here once more, as far as limits on records go."""
        return not any(self._over(sentence))

    def has(self, text: str) -> bool:
        """Whether the article says this already, word for word."""
        return text.rstrip(".") in {s.text.rstrip(".") for s in self.taken}

    def _over(self, sentence: Sentence) -> list[bool]:
        spans = {r: self.shown.get(r, set()) | new for r, new in _spans(sentence).items()}
        over = [sum(len(self._text(r)[a:b].split()) for a, b in all_of) > self.form.passage_words for r, all_of in spans.items()]
        words = _quoted(sentence.text)
        over += [self.quoted.get(r, 0) + words > self.form.record_quoted_words for r in spans] if words else []
        allowed = self.form.overlap * max(EXPECTED_RUNS, sum(len(_runs(s.text)) for s in self.taken))
        over += [self.copied.get(r, 0) + n > allowed for r, n in self._copies(sentence.text).items() if n]
        return over

    def take(self, sentence: Sentence) -> Sentence:
        """Note what a sentence uses."""
        for record, spans in _spans(sentence).items():
            self.shown.setdefault(record, set()).update(spans)
            self.quoted[record] = self.quoted.get(record, 0) + _quoted(sentence.text)
        for record, n in self._copies(sentence.text).items():
            self.copied[record] = self.copied.get(record, 0) + n
        self.taken.append(sentence)
        return sentence

    def give_back(self, sentence: Sentence) -> None:
        """Undo a `take`; a passage that it showed stays counted, which errs on the careful side."""
        self.taken = [s for s in self.taken if s is not sentence]
        for record, n in self._copies(sentence.text).items():
            self.copied[record] = self.copied.get(record, 0) - n

    def copied_by(self, sentence: Sentence) -> int:
        """How many runs of eight words of one record a sentence has, of the record that has most."""
        return max(self._copies(sentence.text).values(), default=0)

    def _copies(self, text: str) -> dict[str, int]:
        runs = _runs(text)
        return {r.id: sum(run in self._grams_of(r) for run in runs) for r in self.records} if runs else {}

    def _grams_of(self, record: Record) -> frozenset[tuple[str, ...]]:
        if record.id not in self._grams:
            self._grams[record.id] = frozenset(ngrams(word_keys(record.text), GRAM))
        return self._grams[record.id]

    def _text(self, record_id: str) -> str:
        return next((r.text for r in self.records if r.id == record_id), "")

    @property
    def words(self) -> int:
        """Words taken so far, as a reader counts them."""
        return sum(len(s.text.split()) for s in self.taken)


@lru_cache(maxsize=4096)
def _runs(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(run for piece in outside_quotes(text).split("\u2003") for run in ngrams(word_keys(piece), GRAM))


def _spans(sentence: Sentence) -> dict[str, set[Span]]:
    found: dict[str, set[Span]] = {}
    for c in sentence.citations:
        if c.target is Target.PASSAGE and c.record_id and c.start is not None and c.end is not None:
            found.setdefault(c.record_id, set()).add((c.start, c.end))
    return found


def _quoted(text: str) -> int:
    return sum(len(text[a:b].split()) for a, b in quoted_spans(text))
