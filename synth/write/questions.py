"""Questions whose answers are in the ledger: why, who objects, who pays, what comes next, how far accounts differ, what else is counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from evidence.names import is_opening_word, is_person, names
from evidence.quotation import outside_quotes
from groundwire.records import OutletKind, Question, Record, Section, Sentence, SentenceKind
from synth.write.accounts import Account, Dispute
from synth.write.asking import FURTHER, FURTHER_PLAIN, KINDS, SINGLE, Kind
from synth.write.clauses import IN_PARAGRAPHS, says
from synth.write.context import leans_on
from synth.write.grammar import parsed, question_of, split
from synth.write.houses import PUBLIC, house_of
from synth.write.measures import Measured, best_told, gap, noun_of, owned_noun, stated
from synth.write.page import Page, report
from synth.write.paragraphs import Candidate, Paragraph, Passes, Told, can_lead, hangs, named, says_again
from synth.write.phrases import hedged
from synth.write.reckoned import Reckoned, independence, reckoned
from synth.write.sources import Sources
from synth.write.statements import resolved
from synth.write.wording import joined, leaning, pick, plain, words

Place = tuple[str, int]
"""The record and the offset at which a statement stands."""
_CAUSE = re.compile(
    r",?\s+(?:because|(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )due to|owing to|as a result of|on account of)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of an article, and what of its body their answers tell instead."""

    questions: tuple[Question, ...]
    moved: frozenset[Place]


def questions(
    sources: Sources,
    pools: Sequence[Sequence[Candidate]],
    told: Sequence[Paragraph],
    disputed: Sequence[Dispute],
    page: Page,
    passes: Passes,
) -> Asked:
    """Two to four questions, each with an answer that the article gives nowhere else; none that the records do not answer."""
    most = sources.form.questions[1]
    ask = _Asker(sources, pools, told, page, passes)
    stated = list({a.figure.id: a for pool in pools for c in pool for a in c.accounts}.values())
    made: list[Question] = []
    rounds: tuple[Callable[[], Question | None], ...] = (
        lambda: ask.disputed(disputed),
        ask.why,
        *(partial(ask.of, kind) for kind in KINDS),
        *(partial(ask.reckoned, one) for one in reckoned(sources, stated)),
        *(partial(ask.other, n) for n in range(len(pools))),
        *(partial(ask.at_large, kind) for kind in KINDS),
        ask.other_at_large,
        lambda: ask.backed(stated, sum(words(q.question) for q in made)),
    )
    for asked in rounds:
        if len(made) < most and (found := asked()) and found.question not in {q.question for q in made}:
            made.append(found)
    return Asked(tuple(made), frozenset(ask.moved))


class _Asker:
    """One round of questions over the statements that are left, and over those of the body that may move into an answer."""

    def __init__(
        self,
        sources: Sources,
        pools: Sequence[Sequence[Candidate]],
        told: Sequence[Paragraph],
        page: Page,
        passes: Passes,
    ) -> None:
        self.sources, self.pools, self.page, self.passes = sources, pools, page, passes
        self.movable = _movable(sources, told)
        self.moved: dict[Place, Sentence] = {}
        """The sentences of the body that an answer tells instead, by the places of their statements."""
        self.told: set[Place] = {(c.record_id or "", c.start or 0) for s in page.taken for c in s.citations if c.start is not None}

    def why(self) -> Question | None:
        """A question about a cause that a source states."""
        for candidate in self._left(lambda c: bool(_CAUSE.search(c.statement.text))):
            found = resolved(candidate.statement)
            taken = parsed(found.text) if found else None
            cause = _CAUSE.search(taken.core) if taken else None
            parts = split(plain(taken.core[: cause.start()])) if taken and cause else None
            asked = question_of(parts) if parts and not parts.subject.lower().startswith(("it", "they")) else None
            answer = self._answer([candidate], f"Why {asked}", near=True) if asked and words(asked) <= 17 else ()
            if asked and answer and _rests_on(answer[0], candidate):
                return Question(f"Why {asked.rstrip(' ,')}?", answer)
            self._free(answer)
        return None

    def of(self, kind: Kind) -> Question | None:
        """A question of a kind about one of the houses that the statements left are about."""
        found = self._left(lambda c: bool(kind.wanted.search(c.said)))
        for house in _topics(self.sources, found):
            mine = sorted((c for c in found if _concerns(c, house)), key=lambda c: not _names_it(c, house))
            if kind.objects and any(c.said.startswith(_first_word(house)) for c in mine):
                continue
            question = pick(kind.asked, house, self.sources.theme.id).format(house)
            if made := self._asked(question, self._answer(mine, question)):
                return made
        return None

    def at_large(self, kind: Kind) -> Question | None:
        """A question of a kind about the article as a whole: each sentence of the answer names what it is about."""
        question = pick(kind.plain, self.sources.theme.id)
        return self._asked(question, self._answer(self._left(lambda c: can_lead(c) and bool(kind.wanted.search(c.said))), question))

    def other_at_large(self) -> Question | None:
        """A question about further figures, of whomever they are."""
        question = pick(FURTHER_PLAIN, self.sources.theme.id)
        return self._asked(question, self._answer(self._left(lambda c: can_lead(c) and _weighty(c)), question))

    def backed(self, found: Sequence[Account], asked: int) -> Question | None:
        """A question about the sources themselves: for an article that is long enough without it, never to make it so."""
        made = independence(self.sources, found) if self.page.words + asked >= self.sources.form.least else None
        return self.reckoned(made) if made else None

    def reckoned(self, made: Reckoned) -> Question | None:
        """A question that calculations answer, with the statements that belong to it."""
        told = tuple(self.page.take(m.sentence) for m in made.measured if self.page.fits(m.sentence) and self.passes(m.sentence))
        beside = self._left(lambda c: c.statement.record.id in made.record_ids)
        return self._asked(made.question, (*told, *(self._answer(beside, made.question, before=told) if told else ())))

    def _asked(self, question: str, answer: tuple[Sentence, ...]) -> Question | None:
        """The question when its answer says enough; else what the answer took is free again."""
        if _enough(answer):
            return Question(question, answer)
        self._free(answer)
        return None

    def _free(self, answer: tuple[Sentence, ...]) -> None:
        for sentence in answer:
            self.page.give_back(sentence)
            places = {(c.record_id or "", c.start or 0) for c in sentence.citations}
            back = places & self.moved.keys()
            self.told -= places - back
            for place in back:
                self.page.take(self.moved.pop(place))

    def disputed(self, disputed: Sequence[Dispute]) -> Question | None:
        """A question about the weightiest point on which sources differ, answered with each side's own statement and how far apart they are."""
        for dispute in disputed[:2]:
            figures = [f for a in dispute.accounts for f in a.figures]
            sides = [replace(c, options=o) for pool in self.pools for c in pool if (o := tuple(x for x in c.options if says(x, figures)))]
            outlets = tuple(dict.fromkeys(a.outlets[0] for a in dispute.accounts))
            told = self._apart(dispute)
            whose = next((w for a in dispute.accounts if (w := owned_noun(self.sources, best_told(self.sources, a)))), None)
            noun = next((n for a in dispute.accounts if (n := noun_of(self.sources, best_told(self.sources, a)))), None)
            question = f"How far are {joined(outlets)} apart{f' on {whose}' if whose else f' on the {noun}' if noun else ''}?"
            if found := self._asked(question, (*told, *self._answer(sides, question, before=told))):
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
            question = pick(FURTHER, house, self.sources.theme.id).format(house)
            mine_too = [c for c in found if _concerns(c, house)]
            if made := self._asked(question, self._answer(mine_too, question)):
                return made
        return None

    def _left(self, wanted: Callable[[Candidate], bool]) -> list[Candidate]:
        """The statements not told yet that are wanted, the weightiest first, then those of the body that may move, the least weighty first."""
        left = [c for pool in self.pools for c in pool if c.place not in self.told and wanted(c)]
        movable = [t.candidate for place, t in self.movable.items() if place not in self.moved and t.candidate and wanted(t.candidate)]
        return [*sorted(left, key=lambda c: -c.score), *sorted(movable, key=lambda c: c.score)]

    def _answer(
        self, found: Sequence[Candidate], question: str, *, near: bool = False, before: Sequence[Sentence] = ()
    ) -> tuple[Sentence, ...]:
        """Statements in their best wording up to the answer's length, each noted as told."""
        pool = [*found, *(self._beside(found[0]) if near and found else ())]
        answer: list[Sentence] = []
        for candidate in pool:
            if sum(words(s.text) for s in (*before, *answer)) >= self.sources.form.answer_words[0]:
                break
            if sentence := self._taken(candidate, question, (*before, *answer)):
                answer.append(sentence)
        return tuple(answer)

    def _taken(self, candidate: Candidate, question: str, answer: Sequence[Sentence]) -> Sentence | None:
        """A statement as the next sentence of an answer, out of the body where it stands there; None when it does not fit."""
        there = self.movable.get(candidate.place)
        if there:
            self.page.give_back(there.sentence)
        candidate = next((c for pool in self.pools for c in pool if c.place == candidate.place), candidate)
        sentence = self._worded(candidate, question, answer)
        fits = sentence and self._room(sentence) and sum(words(s.text) for s in (*answer, sentence)) <= self.sources.form.answer_words[1]
        if sentence is None or not fits:
            if there:
                self.page.take(there.sentence)
            return None
        if there:
            self.moved[candidate.place] = there.sentence
        self.told.add(candidate.place)
        return self.page.take(sentence)

    def _room(self, sentence: Sentence) -> bool:
        """Whether the article may still grow by a sentence."""
        form = self.sources.form
        return self.page.words + words(sentence.text) + RESERVED <= form.words[1]

    def _beside(self, candidate: Candidate) -> list[Candidate]:
        """What the same record says next to a statement."""
        record, n = candidate.statement.record, candidate.statement.n
        return list(self._left(lambda c: c.statement.record is record and 0 < abs(c.statement.n - n) <= 2))

    def _worded(self, candidate: Candidate, question: str, answer: Sequence[Sentence]) -> Sentence | None:
        """The wording that goes best after what the answer says; one that hangs on something else is none."""
        before = (*self.page.taken, *answer)
        if not _answers(candidate, (question, *(s.text for s in before))) or hangs(candidate, before):
            return None
        if any(says_again(candidate, s.text) for s in (*self.page.taken, *answer) if s.kind is SentenceKind.REPORT):
            return None
        last = answer[-1].text if answer else ""
        for option in sorted(
            (o for o in candidate.options if o.form not in IN_PARAGRAPHS),
            key=lambda o: (o.cost + _alike(o.text, last) + leaning(self.sources.theme.id, o.text), o.text),
        ):
            sentence = report(option.text, *((option.statement.record, span) for span in option.cites))
            if self.page.fits(sentence) and self.passes(sentence):
                return sentence
        return None


KEPT = 0.6
"""The part of a story's statements that its body keeps, whatever the questions take."""
FIRST = 3
"""Statements with which a story opens that stay there."""


def _movable(sources: Sources, told: Sequence[Paragraph]) -> dict[Place, Told]:
    """What may move out of the body: no story's opening, nothing that states the thesis, nothing on which another sentence leans."""
    thesis = sources.theme.thesis
    wanted = {v for k, v in thesis.values if k.endswith("figure")} if thesis else set()
    found: dict[Place, Told] = {}
    for paragraph in told:
        stated = [t for t in paragraph.told if t.candidate]
        most = int(len(stated) * (1 - KEPT))
        for one in reversed(stated[FIRST if paragraph is told[0] else FIRST - 1 :]):
            figures = {f.id for a in (one.candidate.accounts if one.candidate else ()) for f in a.figures}
            if most and one.candidate and not figures & wanted and not one.candidate.follows and not _leant_on(one, paragraph):
                found[one.candidate.place] = one
                most -= 1
    return found


def _leant_on(one: Told, paragraph: Paragraph) -> bool:
    """Whether a later sentence of its story would not be understood without this one."""
    at = paragraph.told.index(one)
    for n, later in enumerate(paragraph.told[at + 1 :], at + 1):
        if later.candidate is None:
            continue
        if n == at + 1 and later.candidate.follows:
            return True
        before = [t.sentence.text for t in paragraph.told[:n]]
        without = [text for text in before if text is not one.sentence.text]
        if leans_on(later.candidate.said, without) and not leans_on(later.candidate.said, before):
            return True
        if hangs(later.candidate, [t.sentence for t in paragraph.told[:n] if t is not one]):
            return True
    return False


def _rests_on(sentence: Sentence, candidate: Candidate) -> bool:
    """Whether a sentence tells a statement: an answer to why begins with the cause."""
    return any((c.record_id, c.start) == (candidate.statement.record.id, candidate.statement.start) for c in sentence.citations)


def _alike(text: str, last: str) -> float:
    """What it costs to name a source in the way of the sentence before."""
    return 1.2 * any(
        re.search(way, text) and re.search(way, last) for way in (r"\breported that\b", r"\breported\b", r"ccording to\b", r"\bsaid\b")
    )


RESERVED = 40
"""Words kept for the questions themselves."""

LEAST_WEIGHT = 1.5


def _weighty(candidate: Candidate) -> bool:
    """Whether a statement has a figure worth asking for."""
    return not candidate.bare and any(a.weight >= LEAST_WEIGHT for a in candidate.accounts)


def _concerns(candidate: Candidate, house: str) -> bool:
    """Whether a statement is about a house: it names it, or it is of a record that its title says is about it and opens with no other."""
    if _names_it(candidate, house):
        return True
    record = candidate.statement.record
    return _first_word(house) in record.title and house_of(candidate.said, record.text) is None


def _names_it(candidate: Candidate, house: str) -> bool:
    return any(_first_word(house) in o.text for o in candidate.options[:1])


_POINTING = re.compile(r"(?:It|Its|They|Their|He|She|His|Her|That|This|These|Those|Each|Both|One|Another|Two|Three|Four|Five)\b")


def _answers(candidate: Candidate, before: Sequence[str]) -> bool:
    """Whether a statement can stand in an answer: it counts what it names, and leans on nothing but what was told before."""
    if candidate.bare or candidate.follows or not candidate.options or candidate.options[0].form in IN_PARAGRAPHS:
        return False
    said = outside_quotes(candidate.said)
    stray = _STRAY.search(said)
    if stray and not any(n.start < stray.start() for n in named(said, candidate.statement.record)):
        return False
    return not _POINTING.match(said) and not leans_on(said, before)


_STRAY = re.compile(r"\b(?:its?|their|they|them|he|she|his|her|[Tt]he (?:company|firm|utility|operator|developer|group))\b")
"""What means nothing before a name."""


def _first_word(house: str) -> str:
    return next((w for w in house.split() if len(w) > 3), house)


def on_single(sources: Sources, section: Section) -> Question:
    """What rests on one outlet, as a question with its answer, where the records answer few others."""
    return Question(pick(SINGLE, sources.theme.id), tuple(s for p in section.paragraphs for s in p))


LEAST_ANSWER = 20
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


def _topics(sources: Sources, found: Sequence[Candidate]) -> list[str]:
    """The houses that statements are about: the names that they and their records' titles hold most often first."""
    counted: Counter[str] = Counter()
    outlets = {r.outlet for r in sources.records if sources.kind(r) is not OutletKind.PRIMARY}
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
        title = candidate.statement.record.title
        counted.update(
            n.text
            for n in names(title)
            if n.text in mine or (n.text not in outlets and not is_person(title, n) and _is_house(n.text, sources))
        )
    return sorted(counted, key=lambda name: (-counted[name], name))[:MOST_TOPICS]
