"""Questions whose answers are in the ledger: why, who objects, who pays, what comes next, how far accounts differ, what else is counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from evidence.names import is_opening_word, is_person, names
from groundwire.records import Question, Record, Section, Sentence, SentenceKind
from synth.write.accounts import Dispute
from synth.write.clauses import says
from synth.write.grammar import parsed, question_of, split
from synth.write.houses import PUBLIC
from synth.write.measures import Measured, best_told, gap, owned_noun, stated
from synth.write.page import Page, report
from synth.write.paragraphs import Candidate, Passes, can_lead, hangs, says_again
from synth.write.phrases import hedged
from synth.write.sources import Sources
from synth.write.statements import resolved
from synth.write.wording import joined, leaning, pick, plain, words

_CAUSE = re.compile(r",?\s+(?:because|due to|owing to|as a result of|on account of)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:will|is due|are due|expected to|expects to|plans to|intends to|scheduled|until|deadline|decide|decides|decision|hearing|vote|apply|to begin|to open|to start|to be)\b"
    r".*\b(?:20\d\d|January|February|March|April|May|June|July|August|September|October|November|December|quarter|Q[1-4]|spring|summer|autumn|winter|weeks|months|days)\b"
)
_AGAINST = re.compile(
    r"\b(?:object(?:s|ed|ion|ions)?|oppos(?:e|es|ed|ition)|(?:vote[ds]?|votes|arguments?|protest\w*) against|critic(?:s|al|ise[sd]?)?|warn(?:s|ed|ing)?|fears?|feared|petition\w*|challeng(?:e|es|ed)|"
    r"reject(?:s|ed)?|doubts?|doubted|sceptic\w*|dissent\w*|complain\w*)\b"
)
_PAYS = re.compile(
    r"\b(?:pay|pays|paid|bear|bears|owe|owes|borrow(?:s|ed)?|lend|lends|lent|finance[sd]|funds|funded|refund(?:s|ed)?|charges|charged)\b(?=.*[$€£\d])"
)


def questions(
    sources: Sources, pools: Sequence[Sequence[Candidate]], disputed: Sequence[Dispute], page: Page, passes: Passes
) -> tuple[Question, ...]:
    """Two to four questions, each with an answer of what the article has not told yet; none that the records do not answer."""
    most = sources.form.questions[1]
    ask = _Asker(sources, pools, page, passes)
    made: list[Question] = []
    rounds: tuple[Callable[[], Question | None], ...] = (
        lambda: ask.disputed(disputed),
        ask.why,
        ask.against,
        ask.next,
        ask.pays,
        lambda: ask.other(0),
        lambda: ask.other(1),
    )
    for asked in rounds:
        if len(made) < most and (found := asked()) and found.question not in {q.question for q in made}:
            made.append(found)
    return tuple(made)


MOST_KEPT, FEWEST_KEPT = 3, 2
"""Statements kept for one question, and how many it takes to keep any."""
TOPICS_KEPT = 2


def for_questions(sources: Sources, pools: Sequence[Sequence[Candidate]]) -> frozenset[tuple[str, int]]:
    """The statements that answer a question better than they fill a paragraph: objections, next steps, who pays; none of what leads."""
    thesis = sources.theme.thesis
    wanted = {v for k, v in thesis.values if k.endswith("figure")} if thesis else set()
    lead = [c for c in (pools[0] if pools else ()) if can_lead(c)]
    free = [c for c in lead[1:] if c.statement.n and not wanted & {f.id for a in c.accounts for f in a.figures}]
    kept: list[tuple[str, int]] = []
    topics = 0
    for topic in (_AGAINST, _NEXT, _PAYS):
        mine = [c for c in free if topic.search(c.statement.text) and c.place not in kept][:MOST_KEPT]
        house = _topic(sources, mine)
        about = _about(mine, house) if house else []
        if topics < TOPICS_KEPT and len(about) >= FEWEST_KEPT:
            kept += [c.place for c in about]
            topics += 1
    return frozenset(kept)


class _Asker:
    """One round of questions over the statements that are left."""

    def __init__(self, sources: Sources, pools: Sequence[Sequence[Candidate]], page: Page, passes: Passes) -> None:
        self.sources, self.pools, self.page, self.passes = sources, pools, page, passes
        self.told: set[tuple[str, int]] = {
            (c.record_id or "", c.start or 0) for s in page.taken for c in s.citations if c.start is not None
        }

    def why(self) -> Question | None:
        """A question about a cause that a source states."""
        for candidate in self._left(lambda c: bool(_CAUSE.search(c.statement.text))):
            found = resolved(candidate.statement)
            taken = parsed(found.text) if found else None
            cause = _CAUSE.search(taken.core) if taken else None
            parts = split(plain(taken.core[: cause.start()])) if taken and cause else None
            asked = question_of(parts) if parts and not parts.subject.lower().startswith(("it", "they")) else None
            answer = self._answer([candidate], near=True) if asked and words(asked) <= 17 else ()
            if asked and answer and _rests_on(answer[0], candidate):
                return Question(f"Why {asked.rstrip(' ,')}?", answer)
            self._free(answer)
        return None

    def against(self) -> Question | None:
        """A question about what the other side says."""
        return self._about_house(_AGAINST, _OBJECTIONS)

    def pays(self) -> Question | None:
        """A question about money that changes hands."""
        return self._about_house(_PAYS, _PAYMENTS)

    def next(self) -> Question | None:
        """A question about dated steps that lie ahead."""
        return self._about_house(_NEXT, _AHEAD)

    def _about_house(self, wanted: re.Pattern[str], asked: Sequence[str]) -> Question | None:
        found = self._left(lambda c: bool(wanted.search(c.statement.text)))
        for house in _topics(self.sources, found):
            mine = _about(found, house)
            if wanted is _AGAINST and any(c.said.startswith(_first_word(house)) for c in mine):
                continue
            if made := self._asked(pick(asked, house, self.sources.theme.id).format(house), self._answer(mine), house):
                return made
        return None

    def _asked(self, question: str, answer: tuple[Sentence, ...], house: str | None = None) -> Question | None:
        """The question when its answer says enough of the house it names; else what the answer took is free again."""
        if _enough(answer) and (house is None or sum(_first_word(house) in s.text for s in answer) >= FEWEST_SENTENCES):
            return Question(question, answer)
        self._free(answer)
        return None

    def _free(self, answer: tuple[Sentence, ...]) -> None:
        for sentence in answer:
            self.page.give_back(sentence)
            self.told -= {(c.record_id or "", c.start or 0) for c in sentence.citations}

    def disputed(self, disputed: Sequence[Dispute]) -> Question | None:
        """A question about the weightiest point on which sources differ, answered with each side's own statement and how far apart they are."""
        for dispute in disputed[:2]:
            figures = [f for a in dispute.accounts for f in a.figures]
            sides = [replace(c, options=o) for pool in self.pools for c in pool if (o := tuple(x for x in c.options if says(x, figures)))]
            outlets = tuple(dict.fromkeys(a.outlets[0] for a in dispute.accounts))
            told = self._apart(dispute)
            answer = (*told, *self._answer(sides, before=told))
            whose = next((w for a in dispute.accounts if (w := owned_noun(self.sources, best_told(self.sources, a)))), None)
            question = (
                f"How far are {joined(outlets)} apart on {whose}?" if whose else f"What do {joined(outlets)} each say where they differ?"
            )
            if found := self._asked(question, answer):
                return found
        return None

    def _apart(self, dispute: Dispute) -> tuple[Sentence, ...]:
        if len(dispute.accounts) != 2:
            return ()
        one, other = (best_told(self.sources, a) for a in dispute.accounts)
        apart, cited = gap(one, other)
        text = f"The two figures, {hedged(one)} and {hedged(other)}, are {apart} apart"
        sentence = Measured(text, (cited, stated(self.sources, one), stated(self.sources, other))).sentence
        return (self.page.take(sentence),) if self.page.fits(sentence) and self.passes(sentence) else ()

    def other(self, n: int) -> Question | None:
        """A question about the further figures of one story."""
        if n >= len(self.pools):
            return None
        mine = {c.statement.record.id for c in self.pools[n]}
        found = self._left(lambda c: _weighty(c) and c.statement.record.id in mine)
        for house in _topics(self.sources, found[:MOST_OTHER]):
            answer = self._answer(_about(found, house))
            if made := self._asked(pick(_FURTHER, house, self.sources.theme.id).format(house), answer, house):
                return made
        return None

    def _left(self, wanted: Callable[[Candidate], bool]) -> list[Candidate]:
        """The statements not told yet that are wanted, the weightiest first."""
        left = [c for pool in self.pools for c in pool if (c.statement.record.id, c.statement.start) not in self.told and wanted(c)]
        return sorted(left, key=lambda c: -c.score)

    def _answer(self, found: Sequence[Candidate], *, near: bool = False, before: Sequence[Sentence] = ()) -> tuple[Sentence, ...]:
        """Statements in their best wording up to the answer's length, each noted as told."""
        pool = [*found, *(self._beside(found[0]) if near and found else ())]
        answer: list[Sentence] = []
        for candidate in pool:
            if sum(words(s.text) for s in (*before, *answer)) >= self.sources.form.answer_words[0]:
                break
            sentence = self._worded(candidate, (*before, *answer))
            if (
                sentence
                and self._room(sentence)
                and sum(words(s.text) for s in (*before, *answer, sentence)) <= self.sources.form.answer_words[1]
            ):
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
        """The wording that goes best after what the answer says; one that names nobody only after one that does."""
        if candidate.bare or candidate.follows or (not can_lead(candidate) and not answer) or (answer and hangs(candidate, answer)):
            return None
        if any(says_again(candidate, s.text) for s in (*self.page.taken, *answer) if s.kind is SentenceKind.REPORT):
            return None
        last = answer[-1].text if answer else ""
        for option in sorted(
            candidate.options, key=lambda o: (o.cost + _alike(o.text, last) + leaning(self.sources.theme.id, o.text), o.text)
        ):
            sentence = report(option.text, *((option.statement.record, span) for span in option.cites))
            if self.page.fits(sentence) and self.passes(sentence):
                return sentence
        return None


def _rests_on(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether a sentence tells a statement: an answer to why begins with the cause."""
    return any((c.record_id, c.start) == (candidate.statement.record.id, candidate.statement.start) for c in sentence.citations)


def _alike(text: str, last: str) -> float:
    """What it costs to name a source in the way of the sentence before."""
    return 1.2 * any(
        re.search(way, text) and re.search(way, last) for way in (r"\breported that\b", r"\breported\b", r"ccording to\b", r"\bsaid\b")
    )


RESERVED = 75
"""Words kept for the headline, the dek and the questions themselves."""
_AHEAD = (
    "What is still ahead for {}, and by when do the reports expect it?",
    "What comes next in the matter of {}, and when?",
    "Which steps come next for {}, and which dates are attached to them?",
    "What comes next for {}, as far as the reports can say?",
)
_OBJECTIONS = (
    "What is the strongest objection in the matter of {}, and who makes it?",
    "Who doubts or opposes what is reported of {}, and for what reason?",
    "What do the doubters say about {}, and what do they point to?",
    "Which arguments against {} do the reports give room to?",
)
_PAYMENTS = (
    "Who pays in the case of {}, and for what exactly?",
    "Which payments do the reports name in the case of {}?",
)
_FURTHER = (
    "Which further figures do the reports give for {}, beside those above?",
    "What else do the reports put a number on in the case of {}?",
    "What other numbers about {} stand in the records behind this article?",
)


LEAST_WEIGHT = 1.5


def _weighty(candidate: Candidate) -> bool:
    """Whether a statement has a figure worth asking for."""
    return not candidate.bare and any(a.weight >= LEAST_WEIGHT for a in candidate.accounts)


def _about(found: Sequence[Candidate], house: str) -> list[Candidate]:
    """The statements that name a house, by any word of its name that is long enough to tell."""
    return [c for c in found if any(_first_word(house) in o.text for o in c.options[:1])]


def _first_word(house: str) -> str:
    return next((w for w in house.split() if len(w) > 3), house)


SINGLE = (
    "Which of these figures rest on the word of one outlet alone?",
    "What in this account has only one outlet behind it?",
    "For which figures is there no second account, and who gives them?",
)


def on_single(sources: Sources, section: Section) -> Question:
    """What rests on one outlet, as a question with its answer, where the records answer few others."""
    return Question(pick(SINGLE, sources.theme.id), tuple(s for p in section.paragraphs for s in p))


LEAST_ANSWER = 26
"""An answer with fewer words is no answer,"""
FEWEST_SENTENCES = 2
"""nor is one with fewer sentences."""


def _enough(answer: Sequence[Sentence]) -> bool:
    return len(answer) >= FEWEST_SENTENCES and sum(words(s.text) for s in answer) >= LEAST_ANSWER


def _is_house(name: str, sources: Sources) -> bool:
    """Whether a name stands inside a sentence somewhere, so that its capital is its own."""
    return name in _houses(sources.citable)


@lru_cache(maxsize=32)
def _houses(records: tuple[Record, ...]) -> frozenset[str]:
    return frozenset(n.text for r in records for n in names(r.text) if not is_opening_word(r.text, n))


MOST_TOPICS = 4
"""Houses that are tried for one question,"""
MOST_OTHER = 10
"""and statements among which those of further figures are looked for."""


def _topic(sources: Sources, found: Sequence[Candidate]) -> str | None:
    return next(iter(_topics(sources, found)), None)


def _topics(sources: Sources, found: Sequence[Candidate]) -> list[str]:
    """The houses that statements are about: the names that they and their records' titles hold most often first."""
    counted: Counter[str] = Counter()
    outlets = {r.outlet for r in sources.records}
    for candidate in found:
        text = candidate.statement.text
        mine = [
            n.text
            for n in names(text)
            if len(n.text.split()) <= 3
            and n.text.lower() not in PUBLIC
            and not is_person(text, n)
            and n.text not in outlets
            and _is_house(n.text, sources)
        ]
        counted.update(mine)
        counted.update(n.text for n in names(candidate.statement.record.title) if n.text in mine)
    return sorted(counted, key=lambda name: (-counted[name], name))[:MOST_TOPICS]
