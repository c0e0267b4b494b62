"""One paragraph for each story: which of its statements are told, in which order, and in which of their wordings."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from evidence.names import Name, is_opening_word, names
from evidence.text import stem
from groundwire.records import Article, OutletKind, Record, Sentence, SentenceKind, Story
from synth.write.accounts import Account, Dispute, content_stems
from synth.write.clauses import IN_PARAGRAPHS, IN_WORDS, SILENT, Clause, clauses, silent
from synth.write.context import leans_on
from synth.write.grammar import finite
from synth.write.houses import is_name_in, undated
from synth.write.page import Page, report
from synth.write.proof import LANGUAGES
from synth.write.sources import Sources
from synth.write.statements import Statement, in_time, resolved, statements
from synth.write.voices import voices
from synth.write.wording import leaning

Passes = Callable[[Sentence], bool]
"""Whether a sentence stands as it is: every check that needs no editor."""

LEAD = 5.0
"""What being the first sentence of its record is worth: as much as a sum of money; it is where outlets say what happened."""
REDUNDANT = 0.55
"""Share of common content stems, of the shorter sentence, from which two sentences say the same."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that can be told, with its wordings and the quantities that it holds."""

    statement: Statement
    options: tuple[Clause, ...]
    accounts: tuple[Account, ...]
    score: float

    @property
    def stems(self) -> frozenset[str]:
        return content_stems(self.statement.text)

    @property
    def said(self) -> str:
        """The statement with its pronoun or "the company" replaced, as its wordings have it."""
        found = resolved(self.statement)
        return undated(found.text if found else self.statement.text)

    @property
    def follows(self) -> bool:
        """Whether it can be told only right after the sentence before it in its record."""
        return bool(self.options) and self.options[0].follows

    @property
    def place(self) -> tuple[str, int]:
        """The record and the offset at which its statement stands."""
        return self.statement.record.id, self.statement.start

    def after(self, other: Candidate) -> bool:
        """Whether it is the sentence right behind another of its record."""
        return self.statement.record is other.statement.record and self.statement.n == other.statement.n + 1

    @property
    def bare(self) -> bool:
        """Whether its only quantities count nothing that they name: "had applied for 65,000"."""
        return bool(self.accounts) and all(a.figure.unit == "count" for a in self.accounts)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence as it is told, with the candidate that it tells; a quotation has none."""

    sentence: Sentence
    candidate: Candidate | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    story: Story
    told: tuple[Told, ...]


def candidates(sources: Sources, story: Story, found: Sequence[Account]) -> tuple[Candidate, ...]:
    """What of a story can be told, the weightiest first; copies and discussions tell nothing."""
    copies = {c.record_id for c in sources.copies}
    made = []
    for record in sources.of_story(story):
        kind = sources.kind(record)
        if record.id in copies or kind is OutletKind.DISCUSSION or not english(record.language):
            continue
        timely = (s for s in statements(record, sources.figures) if in_time(s.text, record.published, sources.now))
        made += [_candidate(statement, kind, found, sources) for statement in timely]
    return tuple(sorted((c for c in made if c.options), key=lambda c: (-c.score, c.statement.record.order, c.statement.n)))


def english(language: str | None) -> bool:
    """Whether the checks know a record's language."""
    return language is None or language.lower().split("-")[0] == "en"


def _candidate(statement: Statement, kind: OutletKind, found: Sequence[Account], sources: Sources) -> Candidate:
    ids = {f.id for f in statement.figures}
    mine = tuple(sorted((a for a in found if any(f.id in ids for f in a.figures)), key=lambda a: -a.weight))
    shared = bool(mine) and mine[0].spread >= sources.settings.write.min_independent
    options = clauses(statement, kind, shared=shared, most_run=sources.form.copied_run)
    if options and options[0].form not in IN_PARAGRAPHS and not options[0].follows:
        options = (*options, *silent(statement, kind))
    return Candidate(statement, options, mine, _score(statement, mine, kind, options, sources.now))


FRESH_HOURS = 24
FRESH = 2.0
"""What a statement of the last day is worth more: a story that runs for days is told from its newest end."""


def _score(statement: Statement, mine: Sequence[Account], kind: OutletKind, options: Sequence[Clause], now: datetime) -> float:
    weight = sum(a.weight for a in mine[:2]) + (LEAD if statement.n == 0 else 0.8 if statement.n == 1 else 0.0)
    named = 0.6 if names(undated(statement.text)) else 0.0
    opinion = -3.0 if kind is OutletKind.COMMENTARY else 0.0
    fresh = FRESH if now - statement.record.published <= timedelta(hours=FRESH_HOURS) else 0.0
    return weight + named + opinion + fresh - (options[0].cost * 0.5 if options else 0.0)


def paragraph(
    sources: Sources,
    story: Story,
    found: Sequence[Candidate],
    disputed: Sequence[Dispute],
    page: Page,
    passes: Passes,
    most: int,
    wanted: frozenset[str] = frozenset(),
) -> Paragraph:
    """The paragraphs of a story: its lead, then record by record, in each record's own order, what adds to it, with a quotation.

    `wanted` are the figures of the thesis: what states one leads. Empty when nothing can lead.
    """
    telling = _Telling(sources, story, disputed, page, passes, most)
    pool = _fresh_first(sources, found)
    states = [c for c in pool if any(f.id in wanted for a in c.accounts for f in a.figures)]
    if not any(telling.tell(c) for c in (*states, *pool) if can_lead(c) and not telling.told):
        return Paragraph(story, ())
    best = _with_predecessors(pool, most)
    for chosen in (best, [c for c in pool if c not in best], pool):
        for record in _in_order(chosen, telling.told[0].candidate):
            for candidate in record:
                telling.tell(candidate)
    telling.close()
    if not telling.quoted and (voice := _foreign_voice(sources, story, page, passes)):
        telling.told.append(voice)
    return Paragraph(story, tuple(telling.told))


def _with_predecessors(pool: Sequence[Candidate], most: int) -> list[Candidate]:
    """The weightiest statements, each with the sentence before it that it cannot do without."""
    by_place = {(c.statement.record.id, c.statement.n): c for c in pool}
    kept: list[Candidate] = []
    for candidate in pool:
        chain = [candidate]
        while chain[0].follows and (before := by_place.get((chain[0].statement.record.id, chain[0].statement.n - 1))):
            chain.insert(0, before)
        kept += [c for c in chain if c not in kept] if not chain[0].follows else []
        if len(kept) >= most * SPARE:
            break
    return kept


SPARE = 1.6
"""Statements chosen for one that is told: some give way to limits on what is copied or said twice."""


def _in_order(found: Sequence[Candidate], lead: Candidate | None) -> list[list[Candidate]]:
    """Statements record by record, the lead's own first, each record's in reading order."""
    records: dict[str, list[Candidate]] = {}
    for candidate in sorted(
        found, key=lambda c: (c.statement.record is not (lead and lead.statement.record), c.statement.record.order, c.statement.n)
    ):
        records.setdefault(candidate.statement.record.id, []).append(candidate)
    return list(records.values())


OPENING = 2
"""The headline and the dek, which the body tells again at length."""


class _Telling:
    """A story being told: what stands so far, and whether one more statement may follow it."""

    def __init__(self, sources: Sources, story: Story, disputed: Sequence[Dispute], page: Page, passes: Passes, most: int) -> None:
        self.sources, self.story, self.disputed, self.page, self.passes, self.most = sources, story, disputed, page, passes, most
        self.before = tuple(page.taken[OPENING:])
        """What the stories before have told."""
        self.told: list[Told] = []
        self.quoted: set[str] = set()
        self.in_words: list[str] = []

    def tell(self, candidate: Candidate) -> bool:
        """Tell a statement where it stands well; says whether it did."""
        mine = [t.candidate for t in self.told if t.candidate]
        if len(mine) >= self.most or not self._stands_well(candidate, mine):
            return False
        once = candidate.statement.record.id in self.in_words or len(self.in_words) >= MOST_QUOTED
        if once or self._just_quoted() or not candidate.accounts:
            candidate = replace(candidate, options=tuple(o for o in candidate.options if o.form != IN_WORDS))
        found = _tell(self._tied(candidate), self.told, self.page, self.passes, self.sources.theme.id)
        if found is None:
            return False
        self.told.append(found)
        self.page.take(found.sentence)
        if found.candidate and found.candidate.options[0].form == IN_WORDS:
            self.in_words.append(candidate.statement.record.id)
        self._quote(candidate)
        return True

    def _tied(self, candidate: Candidate) -> Candidate:
        """A statement that needs the one just told, tied to it by its passage: neither goes without the other."""
        last = self.told[-1].candidate if self.told else None
        if not last or not candidate.after(last) or not leans_on(candidate.said, [t.sentence.text for t in self.told[:-1]]):
            return candidate
        span = (last.statement.start, last.statement.end)
        tied = (replace(o, follows=True, cites=tuple(sorted({*o.cites, span}))) for o in candidate.options)
        return replace(candidate, options=tuple(tied))

    def close(self) -> None:
        """A quotation from each record that was told of and has none yet."""
        for record in dict.fromkeys(t.candidate.statement.record for t in self.told if t.candidate):
            free = record.id not in self.quoted and len(self.quoted) < MOST_QUOTED and not self._just_quoted()
            voice = _voice(self.sources, record, self.story, self.page, self.passes) if free else None
            if voice:
                self.told.append(voice)
                self.quoted.add(record.id)

    def _just_quoted(self) -> bool:
        return bool(self.told) and self.told[-1].sentence.text.startswith("“")

    def _stands_well(self, candidate: Candidate, mine: Sequence[Candidate]) -> bool:
        if any(candidate.statement is c.statement or _redundant(candidate, c) or _disputes(candidate, c, self.disputed) for c in mine):
            return False
        if any(says_again(candidate, s.text) for s in self.before if s.kind is SentenceKind.REPORT):
            return False
        if not mine:
            return can_lead(candidate)
        used = {a.figure.id for c in mine for a in c.accounts}
        return not (candidate.accounts and candidate.accounts[0].figure.id in used) and not _hangs(candidate, self.told)

    def _quote(self, after: Candidate) -> None:
        """A quotation of somebody in a record of which enough was told, one for each record."""
        record = after.statement.record
        told = sum(t.candidate is not None and t.candidate.statement.record is record for t in self.told)
        if told < BEFORE_QUOTED or record.id in self.quoted or len(self.quoted) >= MOST_QUOTED or self._just_quoted():
            return
        if voice := _voice(self.sources, record, self.story, self.page, self.passes):
            self.told.append(voice)
            self.quoted.add(record.id)


BEFORE_QUOTED = 2
"""Statements of a record before somebody in it is quoted,"""
MOST_QUOTED = 2
"""and quotations of a story."""


RETOLD = 6.0
"""What a statement loses that an earlier article of the thread has told: a reader who follows it wants the rest."""


def _fresh_first(sources: Sources, found: Sequence[Candidate]) -> list[Candidate]:
    """The statements of a story, those that the thread's earlier articles rest on behind the others of their weight."""
    told = {(c.record_id, c.start) for a in sources.earlier for s in body(a) for c in s.citations if c.start is not None}
    weighed = {id(c): c.score - (RETOLD if (c.statement.record.id, c.statement.start) in told else 0.0) for c in found}
    return sorted(found, key=lambda c: (-weighed[id(c)], c.statement.record.order, c.statement.n))


def body(article: Article) -> list[Sentence]:
    """The sentences of an article's sections that stand."""
    return [s for section in article.sections for p in section.paragraphs for s in p if not s.cut]


NAMED_BY = 80
"""Characters within which a sentence that stands first names what it is about."""


def can_lead(candidate: Candidate) -> bool:
    """Whether a sentence can stand first: it names what it is about, early, and counts nothing that it does not name."""
    text = candidate.said
    if any(re.match(r"The [a-z-]+, |The (?:company|firm|group|operator|utility)\b", o.text) for o in candidate.options[:1]):
        return False
    return (
        not candidate.bare
        and not candidate.follows
        and not (candidate.statement.n and leans_on(text, ()))
        and candidate.options[0].form not in IN_PARAGRAPHS
        and any(n.start <= NAMED_BY for n in named(text, candidate.statement.record))
        and not re.match(r"(?:It|Its|They)\b", text)
        and not (candidate.statement.n and (opens := re.match(r"The [a-z-]+ ([a-z]+)\b", text)) and finite(opens[1]))
    )


def named(text: str, record: Record) -> list[Name]:
    """The names in a sentence of a record; its first word is one only where the record has it as a name elsewhere."""
    return [n for n in names(text) if not is_opening_word(text, n) or is_name_in(n.text.split()[0], record.text)]


TELLING = re.compile(
    r"\b(?:will|would|must|may|could|not|never|no|because|since|until|before|after|against|agreed|approved|rejected|denied|granted|signed|ordered|bought|sold|cut|"
    r"raised|delayed|postponed|supports?|supported|opposes?|opposed|warns?|warned|wants?|plans?|expects?|decides?|decided|vote[ds]?|votes|pay|pays|paid|owns?|review|only|first|last)\b"
)
"""What a sentence without a figure must say to be worth a place: a step, a reason, an objection, a condition."""

_DEFINITE = re.compile(r"^(?:The|the|At the|In the|On the|For the) (?P<np>(?:[a-z][\w-]*\s){0,3}?)(?P<noun>[a-z][\w-]+)\s+(?P<next>[a-z]+)")


def _hangs(candidate: Candidate, told: Sequence[Told]) -> bool:
    """Whether a sentence leans on something that was not told: a bare number, or "the plant" where no plant was spoken of."""
    last = told[-1].candidate
    adjoining = last is not None and candidate.after(last)
    if candidate.follows:
        return last is None or not adjoining or _broken_off(candidate, told[-1].sentence.text, last)
    if candidate.bare:
        return not adjoining
    if adjoining:
        return False
    text = candidate.said
    if leans_on(text, [t.sentence.text for t in told]) or (not names(text) and not candidate.accounts):
        return True
    definite = _DEFINITE.match(text)
    if not definite or not (finite(definite["next"]) or definite["next"] in {"of", "for", "to"}):
        return False
    same = [t for t in told if t.candidate and t.candidate.statement.record is candidate.statement.record]
    known = {s for t in same for s in content_stems(t.sentence.text)}
    return stem(definite["noun"]) not in known and not (definite["next"] in {"of", "for", "to"} and names(text[:60]))


_POINTS = re.compile(r"(?:It|Its|They|Their|He|She|That|This|These)\b")


def _broken_off(candidate: Candidate, before: str, last: Candidate) -> bool:
    """Whether a pronoun would point at an outlet or at what was left off, and not at what its source speaks of."""
    points = _POINTS.match(candidate.said)
    outlet = last.statement.record.outlet
    return bool(points) and (
        "/cut" in last.options[0].form or before.rstrip(".").endswith((f"{outlet} reported", f"{outlet} added", f"to {outlet}"))
    )


def hangs(candidate: Candidate, before: Sequence[Sentence]) -> bool:
    """Whether a sentence is about "the plant" where no sentence of its record before it spoke of one."""
    if leans_on(candidate.said, [b.text for b in before]):
        return True
    definite = _DEFINITE.match(candidate.said)
    if not definite or not finite(definite["next"]):
        return False
    record = candidate.statement.record.id
    known = {s for b in before if any(c.record_id == record for c in b.citations) for s in content_stems(b.text)}
    return stem(definite["noun"]) not in known


def _disputes(a: Candidate, b: Candidate, disputed: Sequence[Dispute]) -> bool:
    """Whether two statements give different values for one thing; the second belongs to where accounts differ."""
    mine, theirs = ({x.figure.id for x in c.accounts} for c in (a, b))
    return any(mine & ids and theirs & ids for d in disputed if (ids := {x.figure.id for x in d.accounts}))


def _redundant(a: Candidate, b: Candidate) -> bool:
    smaller = min(len(a.stems), len(b.stems)) or 1
    return len(a.stems & b.stems) / smaller >= REDUNDANT


def says_again(candidate: Candidate, text: str) -> bool:
    """Whether a statement has next to nothing that a sentence does not say."""
    mine, theirs = candidate.stems, content_stems(text)
    return len(mine & theirs) >= AGAIN * (min(len(mine), len(theirs)) or 1)


AGAIN = 0.85
"""Share of common content stems, of the shorter one, from which an answer would only repeat."""


def _tell(candidate: Candidate, told: Sequence[Told], page: Page, passes: Passes, seed: str) -> Told | None:
    """The candidate in the wording that reads best after what was told, or None when none fits."""
    before = told[-1].sentence.text if told else ""
    last_form = _form_of(told)
    ranked = sorted(candidate.options, key=lambda o: (_price(o, before, last_form) + leaning(seed, o.text), o.form, o.text))
    last = told[-1].candidate if told else None
    for option in ranked:
        if option.form.startswith("bare") and option.statement.record.outlet not in before:
            continue
        if option.form == SILENT:
            if (
                not page.terse
                or last is None
                or last.statement.record is not option.statement.record
                or option.statement.record.outlet not in before
            ):
                continue
            option = replace(option, cites=tuple(sorted({*option.cites, (last.statement.start, last.statement.end)})))
        text = _added(option, before)
        sentence = report(text, *((option.statement.record, span) for span in option.cites))
        if page.fits(sentence) and passes(sentence):
            return Told(sentence, _with_form(candidate, option))
    return None


def _with_form(candidate: Candidate, option: Clause) -> Candidate:
    return Candidate(candidate.statement, (option,), candidate.accounts, candidate.score)


def _form_of(told: Sequence[Told]) -> str:
    last = told[-1].candidate if told else None
    return last.options[0].form if last and last.options else ""


def _price(option: Clause, before: str, last_form: str) -> float:
    """A wording's own cost, dearer when the sentence before is built the same way."""
    same = option.form.split("/")[0].split("-")[-1] == last_form.split("/")[0].split("-")[-1] and last_form != ""
    phrase = "according to" if "ccording to" in option.text else "reported" if " reported" in option.text else "said"
    own = _SILENT_PRICE if option.form == SILENT else option.cost
    return own + (0.7 if same else 0.0) + (0.5 if phrase in before else 0.0)


_SILENT_PRICE = 0.2
"""Behind a sentence that has named the outlet nothing is plainer than to go on."""


def _added(option: Clause, before: str) -> str:
    """The wording with "added" where the outlet that reports has just been named."""
    outlet = option.statement.record.outlet
    if outlet in before and f"{outlet} reported" in option.text:
        return option.text.replace(f"{outlet} reported", f"{outlet} added", 1)
    return option.text


def _voice(sources: Sources, record: Record, story: Story, page: Page, passes: Passes) -> Told | None:
    """A quotation in a record that fits, of somebody whose role is known first; none when there is none."""
    copies = {c.record_id for c in sources.copies}
    others = tuple(r for r in sources.of_story(story) if r.id not in copies and english(r.language))
    for voice in sorted(voices(record, sources.form.quotation_words, others), key=lambda v: not v.role):
        sentence = report(voice.text, *voice.cites)
        if page.fits(sentence) and passes(sentence):
            return Told(page.take(sentence), None)
    return None


def _foreign_voice(sources: Sources, story: Story, page: Page, passes: Passes) -> Told | None:
    """A sentence of a record in another language, word for word and with its language named; one with a figure first."""
    copies = {c.record_id for c in sources.copies}
    for record in (r for r in sources.of_story(story) if r.id not in copies and not english(r.language)):
        language = LANGUAGES.get((record.language or "").lower().split("-")[0])
        whole = [s for s in statements(record, sources.figures) if 5 <= len(s.text.split()) <= sources.form.quotation_words]
        for statement in sorted(whole, key=lambda s: not s.figures) if language else ():
            quote = statement.text.rstrip(".").replace("“", "‘").replace("”", "’")
            sentence = report(f"{record.outlet} wrote, in {language}: “{quote}.”", (record, (statement.start, statement.end)))
            if '"' not in quote and page.fits(sentence) and passes(sentence):
                return Told(page.take(sentence), None)
    return None
