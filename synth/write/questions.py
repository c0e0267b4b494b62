"""Questions whose answers are in the ledger: why, where a source states a cause; what is disputed; what comes next; what else is counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from evidence.names import is_opening_word, is_person, names
from groundwire.records import Question, Record, Sentence
from synth.write.accounts import Dispute
from synth.write.clauses import says
from synth.write.grammar import parsed, question_of, split
from synth.write.page import Page, report
from synth.write.paragraphs import Candidate, Passes
from synth.write.sources import Sources
from synth.write.statements import resolved
from synth.write.wording import joined, pick, plain, words

_CAUSE = re.compile(r",?\s+(?:because|due to|owing to|as a result of|on account of)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:will|is due|are due|expected to|expects to|plans to|intends to|scheduled|until|deadline|decide|decides|decision|hearing|vote|apply|to begin|to open|to start|to be)\b"
    r".*\b(?:20\d\d|January|February|March|April|May|June|July|August|September|October|November|December|quarter|spring|summer|autumn|winter|weeks|months|days)\b"
)


def questions(
    sources: Sources, pools: Sequence[Sequence[Candidate]], disputed: Sequence[Dispute], page: Page, passes: Passes
) -> tuple[Question, ...]:
    """Two to four questions, each with an answer of what the article has not told yet; none that the records do not answer."""
    most = sources.form.questions[1]
    told: set[tuple[str, int]] = {(c.record_id or "", c.start or 0) for s in page.taken for c in s.citations if c.start is not None}
    ask = _Asker(sources, pools, page, passes, told)
    made: list[Question] = []
    for found in (ask.why(), ask.next(), ask.disputed(disputed), ask.other(0), ask.other(1)):
        if found and len(made) < most and found.question not in {q.question for q in made}:
            made.append(found)
    return tuple(made)


class _Asker:
    """One round of questions over the statements that are left."""

    def __init__(
        self, sources: Sources, pools: Sequence[Sequence[Candidate]], page: Page, passes: Passes, told: set[tuple[str, int]]
    ) -> None:
        self.sources, self.pools, self.page, self.passes, self.told = sources, pools, page, passes, told

    def why(self) -> Question | None:
        """A question about a cause that a source states."""
        for candidate in self._left(lambda c: bool(_CAUSE.search(c.statement.text))):
            found = resolved(candidate.statement)
            taken = parsed(found.text) if found else None
            cause = _CAUSE.search(taken.core) if taken else None
            parts = split(plain(taken.core[: cause.start()])) if taken and cause else None
            asked = question_of(parts) if parts and not parts.subject.lower().startswith(("it", "they")) else None
            if asked and words(asked) <= 17 and (answer := self._answer([candidate], near=True)):
                return Question(f"Why {asked}?", answer)
        return None

    def next(self) -> Question | None:
        """A question about what is planned, due or undecided, with its dates."""
        found = self._left(lambda c: bool(_NEXT.search(c.statement.text)))
        house = _topic(self.sources, found[:3])
        if not found or not house:
            return None
        answer = self._answer(_about(found, house))
        return Question(pick(_AHEAD, house).format(house), answer) if _enough(answer) else None

    def disputed(self, disputed: Sequence[Dispute]) -> Question | None:
        """A question about the weightiest dispute, answered by each side's own sentence."""
        if not disputed:
            return None
        dispute = disputed[0]
        figures = [f for a in dispute.accounts for f in a.figures]
        sides = [replace(c, options=o) for pool in self.pools for c in pool if (o := tuple(x for x in c.options if says(x, figures)))]
        outlets = tuple(dict.fromkeys(a.outlets[0] for a in dispute.accounts))
        answer = self._answer(sides)
        return (
            Question(f"What exactly do {joined(outlets)} say on the point where they differ?", answer)
            if answer and len(answer) > 1
            else None
        )

    def other(self, n: int) -> Question | None:
        """A question about the further figures of one story."""
        if n >= len(self.pools):
            return None
        mine = {c.statement.record.id for c in self.pools[n]}
        found = self._left(lambda c: bool(c.accounts) and not c.bare and c.statement.record.id in mine and bool(names(c.statement.text)))
        house = _topic(self.sources, found[:4])
        answer = self._answer(_about(found, house)) if house else ()
        return Question(pick(_FURTHER, house).format(house), answer) if house and _enough(answer) else None

    def _left(self, wanted: Callable[[Candidate], bool]) -> list[Candidate]:
        """The statements not told yet that are wanted, the weightiest first."""
        left = [c for pool in self.pools for c in pool if (c.statement.record.id, c.statement.start) not in self.told and wanted(c)]
        return sorted(left, key=lambda c: -c.score)

    def _answer(self, found: Sequence[Candidate], *, near: bool = False) -> tuple[Sentence, ...]:
        """Statements in their best wording up to the answer's length, each noted as told."""
        pool = [*found, *(self._beside(found[0]) if near else ())]
        answer: list[Sentence] = []
        for candidate in pool:
            sentence = self._worded(candidate, answer)
            if sentence and self._room(sentence) and sum(words(s.text) for s in [*answer, sentence]) <= self.sources.form.answer_words[1]:
                answer.append(self.page.take(sentence))
                self.told.add((candidate.statement.record.id, candidate.statement.start))
        return tuple(answer)

    def _room(self, sentence: Sentence) -> bool:
        """Whether the article may still grow by a sentence, headline and dek counted in."""
        form = self.sources.form
        return self.page.words + words(sentence.text) + RESERVED <= form.words[1]

    def _beside(self, candidate: Candidate) -> list[Candidate]:
        """What the same record says next to a statement."""
        record, n = candidate.statement.record, candidate.statement.n
        return list(self._left(lambda c: c.statement.record is record and 0 < abs(c.statement.n - n) <= 2))

    def _worded(self, candidate: Candidate, answer: Sequence[Sentence]) -> Sentence | None:
        if candidate.bare or (not names(candidate.statement.text) and not answer):
            return None
        for option in candidate.options:
            sentence = report(option.text, *((option.statement.record, span) for span in option.cites))
            if self.page.fits(sentence) and self.passes(sentence):
                return sentence
        return None


RESERVED = 75
"""Words kept for the headline, the dek and the questions themselves."""
_AHEAD = ("What is still ahead for {}, and by when?", "What has {} still to do or to wait for?", "Which dates come next for {}?")
_FURTHER = (
    "Which further figures do the reports give for {}?",
    "What else do the reports put a number on at {}?",
    "What other numbers are reported of {}?",
)


def _about(found: Sequence[Candidate], house: str) -> list[Candidate]:
    """The statements that name a house, by any word of its name that is long enough to tell."""
    words_of = [w for w in house.split() if len(w) > 3] or [house]
    return [c for c in found if any(w in o.text for w in words_of[:1] for o in c.options[:1])]


LEAST_ANSWER = 18
"""An answer with fewer words is no answer."""


def _enough(answer: Sequence[Sentence]) -> bool:
    return sum(words(s.text) for s in answer) >= LEAST_ANSWER


def _is_house(name: str, sources: Sources) -> bool:
    """Whether a name stands inside a sentence somewhere, so that its capital is its own."""
    return name in _houses(sources.citable)


@lru_cache(maxsize=32)
def _houses(records: tuple[Record, ...]) -> frozenset[str]:
    return frozenset(n.text for r in records for n in names(r.text) if not is_opening_word(r.text, n))


def _topic(sources: Sources, found: Sequence[Candidate]) -> str | None:
    """The house that statements are about: the name that they and their records' titles hold most often."""
    counted: Counter[str] = Counter()
    outlets = {r.outlet for r in sources.records}
    for candidate in found:
        text = candidate.statement.text
        mine = [
            n.text
            for n in names(text)
            if len(n.text.split()) <= 3 and not is_person(text, n) and n.text not in outlets and _is_house(n.text, sources)
        ]
        counted.update(mine)
        counted.update(n.text for n in names(candidate.statement.record.title) if n.text in mine)
    return min(counted, key=lambda name: (-counted[name], name)) if counted else None
