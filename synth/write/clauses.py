"""Restating one source sentence in this publication's order, with its speaker or its outlet named: several ways, the least copied first.

Nothing is added but the attribution. What may be left off is a trailing piece without a condition, a negation or a
hedge; what may move is the attribution, and a closing time. A sentence that comes out of this with a copied run that
is too long is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from evidence.names import is_person, names
from evidence.quotation import longest_common_run, outside_quotes, quoted_spans
from evidence.text import listed
from groundwire.records import Figure, OutletKind, Record
from synth.write.grammar import Parsed, fronted, inside, joints, loose_joints, lowered, parsed, shorter, split, without_relative
from synth.write.houses import Span, undated
from synth.write.statements import Resolved, Statement, dated, following, resolved, speaker_name, usable
from synth.write.wording import capital, day, plain, possessive, stopped, swapped


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence that restates a statement; `form` says how it is built, `run` is its longest copied run in words."""

    text: str
    statement: Statement
    form: str
    run: int
    names_outlet: bool
    cites: tuple[Span, ...]
    """Passages of the record it rests on, in reading order."""
    cost: float = 0.0
    """How far this way is from the best, for choosing."""
    follows: bool = False
    """Whether it can be told only right after the sentence before it in its record."""


_STRAIGHT = re.compile(r'"([^"]+)"')
QUOTED_IN_CLAUSE = 6
"""Most quoted words that a clause carries along; more is a quotation."""
GOOD_RUN = 7
"""Copied runs up to here cost nothing when the way of saying is chosen: no run of eight words is the record's."""


MOST_WAYS = 12
"""Wordings of one statement that are tried."""


def clauses(statement: Statement, kind: OutletKind, *, shared: bool, most_run: int) -> tuple[Clause, ...]:
    """The ways to restate a statement, best first; none when it cannot be done cleanly.

    `shared` says that another independent source carries its figure, so that it may stand without its outlet.
    """
    if not usable(statement.text):
        return ()
    alone = _made(statement, resolved(statement), kind, shared, most_run)
    restated = alone or _made(statement, following(statement), kind, shared, most_run, follows=True)
    return (*restated, *_in_its_words(statement))


SILENT = "silent"
"""The form of a wording that leaves its outlet to the sentence before, which has named it for the same record."""


def silent(statement: Statement, kind: OutletKind) -> tuple[Clause, ...]:
    """The ways to restate a statement without its outlet, where nobody but the outlet says it and it is about no person."""
    found = resolved(statement) if usable(statement.text) and kind is not OutletKind.COMMENTARY else None
    if found is None or parsed(found.text).speaker or any(is_person(found.text, n) for n in names(found.text)):
        return ()
    core = dated(parsed(_curled(found.text)).core, statement.record.published)
    texts = dict.fromkeys(stopped(capital(_tidied(plain(turned)))) for turned in (core, swapped(core)))
    made = (
        Clause(text, statement, SILENT, _run(text, statement), False, _spans(statement, found.antecedent), follows=True) for text in texts
    )
    return tuple(replace(c, cost=_SILENT_COST + max(0, c.run - GOOD_RUN) * 1.3) for c in made if c.run <= GOOD_RUN + 2)


_SILENT_COST = 8.0
"""It is no wording of its own: what chooses it prices it anew."""
IN_WORDS = "words"
"""The form of a wording that quotes the outlet's own sentence,"""
_IN_WORDS_COST = 9.0
"""which is the last resort,"""
MOST_IN_WORDS = 25
"""for a sentence of at most so many words."""
IN_PARAGRAPHS = frozenset({SILENT, IN_WORDS})
"""The forms that stand in a paragraph and nowhere else."""


def _in_its_words(statement: Statement) -> tuple[Clause, ...]:
    """The sentence as its outlet wrote it, where it stands on its own and speaks for nobody else."""
    text, outlet = undated(statement.text.strip()), statement.record.outlet
    found = resolved(statement)
    if found is None or found.text != text or parsed(text).speaker or quoted_spans(_curled(text)) or len(text.split()) > MOST_IN_WORDS:
        return ()
    if outlet.removeprefix("The ") in text or dated(text, statement.record.published) != text:
        return ()
    said = f"“{text.rstrip('.')},” {outlet} wrote."
    return (Clause(said, statement, IN_WORDS, 0, True, _spans(statement), _IN_WORDS_COST),)


def _made(
    statement: Statement, found: Resolved | None, kind: OutletKind, shared: bool, most_run: int, *, follows: bool = False
) -> tuple[Clause, ...]:
    if found is None or found.text[:1] in '“"„«' or quoted_words(_curled(found.text)) > QUOTED_IN_CLAUSE:
        return ()
    made = [
        Clause(
            text,
            statement,
            form,
            _run(text, statement),
            statement.record.outlet in text,
            _spans(statement, found.antecedent, where),
            follows=follows,
        )
        for form, text, where in _ways(statement, found, kind, shared, follows)
    ]
    priced = [replace(c, cost=_cost(c)) for c in made if c.run <= most_run]
    return tuple(sorted({c.text: c for c in priced}.values(), key=lambda c: (c.cost, c.form, c.text))[:MOST_WAYS])


def _spans(statement: Statement, *others: Span | None) -> tuple[Span, ...]:
    return tuple(sorted({(statement.start, statement.end), *(s for s in others if s)}))


def _speaker(statement: Statement, found: Resolved, taken: Parsed) -> tuple[str, Span | None] | None:
    """Who says it, as the source has it: the house itself where "the company" stands beside its own "it"."""
    if taken.speaker is None:
        return None
    own = found.house and re.match(r"Its?\b", statement.text) and re.fullmatch(r"[Tt]he [a-z-]+", taken.speaker)
    return (found.house or "", None) if own else speaker_name(taken.speaker, statement)


def _curled(text: str) -> str:
    return _STRAIGHT.sub(r"“\1”", text)


def _run(text: str, statement: Statement) -> int:
    return longest_common_run(text, statement.record.text)


_PREFERENCE = {
    "plain": 0.0,
    "bare": 0.3,
    "speaker-tail": 0.5,
    "speaker-head": 0.5,
    "speaker-mid": 0.8,
    "outlet-tail": 0.4,
    "outlet-head": 0.6,
    "outlet-mid": 0.9,
    "outlet-dated": 3.0,
    "outlet-joint": 0.8,
    "speaker-joint": 0.8,
    "outlet-loose": 1.5,
    "speaker-loose": 1.5,
}


def _cost(clause: Clause) -> float:
    lost = len(clause.statement.text) - len(clause.text)
    gone = sum(f.unit != "count" and not _says(clause.text, f) for f in clause.statement.figures)
    return (
        max(0, clause.run - GOOD_RUN) * 1.3
        + _PREFERENCE[clause.form.split("/")[0]]
        + max(0, lost) * 0.012
        + (0.4 if "/front" in clause.form else 0.0)
        + (0.3 if "/swap" in clause.form else 0.0)
        + 1.5 * gone
    )


def _says(text: str, figure: Figure) -> bool:
    """Whether a wording still has the number of a figure, in words or in digits."""
    return re.split(r"[ \u00a0-]", figure.quote)[0].strip("$€£").lower() in text.lower()


def says(clause: Clause, figures: Iterable[Figure]) -> bool:
    """Whether a wording has one of these figures of its statement."""
    ids = {f.id for f in figures}
    return any(f.id in ids and _says(clause.text, f) for f in clause.statement.figures)


def _ways(
    statement: Statement, found: Resolved, kind: OutletKind, shared: bool, follows: bool = False
) -> list[tuple[str, str, Span | None]]:
    """Every way to say a statement: how it is built, the sentence, and the passage that names its speaker."""
    text = _curled(found.text)
    outlet = statement.record.outlet
    itself = kind is OutletKind.PRIMARY and text.startswith(outlet)
    if outlet.removeprefix("The ") in text and not itself:
        return []
    ways: list[tuple[str, str, Span | None]] = []
    for mark, variant in _variants(text):
        taken = parsed(variant)
        speaker = _speaker(statement, found, taken)
        if taken.speaker and not speaker and (_BOTH.match(taken.speaker) or (follows and not _VAGUE.match(taken.speaker))):
            speaker = (taken.speaker, None)
        if taken.speaker and not speaker:
            continue
        for turn, core in _cores(dated(taken.core, statement.record.published)):
            if turn.startswith("/front") and taken.speaker:
                continue
            core = _own_pronoun(core, found.house, speaker[0] if speaker else None)
            if not _whole(core):
                continue
            if speaker and not found.house and taken.form == "tail" and _PRONOUN_FIRST.match(core):
                said = [("speaker-tail", f"{core}, {closing(speaker[0])} said")] if follows and speaker[0] not in _PRONOUNS else []
            elif itself and not speaker:
                said = _spoken(core, outlet, "said", "tail", statement.record.text)
            elif speaker:
                said = _spoken(core, plain(speaker[0]), taken.verb or "said", taken.form, statement.record.text)
            else:
                said = _reported(core, statement.record, kind, shared)
                said += [("bare", core)] if follows and kind is not OutletKind.COMMENTARY else []
            ways += [(form + mark + turn, words, speaker[1] if speaker else None) for form, words in said]
    return [
        (form, stopped(capital(_tidied(words))), where)
        for form, words, where in ways
        if not _RATE_SPLIT.search(words)
        and not _twice_said(words)
        and not ("/front" in form and words.startswith("According"))
        and not _STRANDED.match(words)
    ]


_PRONOUN_FIRST = re.compile(r"(?:[Ii]ts?|[Tt]hey|[Tt]heir)\b")
"""What a sentence that is put behind its speaker would say of the speaker, and not of what stood before it."""
_PRONOUNS = frozenset({"it", "they", "he", "she"})
_VAGUE = re.compile(r"(?:they|one|others|neither|nobody|everybody|some|many)\b", re.IGNORECASE)
_BOTH = re.compile(r"both|the (?:two|three|companies|parties|partners)(?: [a-z]+)?$", re.IGNORECASE)
"""Speakers whom the sentence itself has named."""
_STRANDED = re.compile(
    r"(?:It|They|That|This|These|He|She|Some|None|Most|All), |(?:The |An? )?[\w’'-]+, (?:will|would|is|was|has|had|are|were|can|could)\b|According to [^,]+, (?:afternoon|morning|evening)\b"
)
"""A pronoun or a subject that is cut off from its verb, and half a time of day."""


_RATE_SPLIT = re.compile(
    r"\d[^,]*, [^,]{2,60} (?:said|reported|argued|added|warned|estimated), (?:for (?:each|every|an? )|per |an? (?:year|month|week|day|hour)\b)"
)
"""A rate with the attribution in its middle: "$180,000, the office said, for each megawatt" is no longer a rate."""
_WITHIN = re.compile(
    r"\b(?:after|when|as|because|since|although|though|before|while|where|who|which|and|but|that)(?: [\w’'-]+){1,7} said\b|\bseen by [A-Z]"
)
"""A verb of speech in a clause of its own, which tells what somebody did and not who vouches for the sentence."""


def _twice_said(text: str) -> bool:
    """Whether two attributions ended up in one sentence."""
    outside = _WITHIN.sub("", outside_quotes(text))
    return len(re.findall(r"\bsaid\b|\b[Aa]ccording to\b|\breported\b(?!ly)", outside)) > 1


def _variants(text: str) -> list[tuple[str, str]]:
    """The sentence whole, and with pieces left off."""
    wholes = [("", text), *(("/cut", s) for s in shorter(text))]
    bare = [("/cut", b) for _, w in wholes if (b := without_relative(w))]
    return [*wholes, *bare]


def _cores(core: str) -> list[tuple[str, str]]:
    """A clause as it is, in this publication's units, with its closing time in front, and in words of the same meaning."""
    core = plain(core)
    cores = [("", core)]
    if front := fronted(core):
        cores.append(("/front", front))
    return [*cores, *((f"{mark}/swap", turned) for mark, c in cores if (turned := swapped(c)) != c)]


def _own_pronoun(core: str, house: str | None, speaker: str | None) -> str:
    """The clause with the pronoun that it had, where the speaker is the house that took its place."""
    if not house or house != speaker:
        return core
    for instead, pronoun in ((f"{house}’s ", "its "), (f"{house}’ ", "its "), (f"{house} ", "it ")):
        if core.startswith(instead):
            return pronoun + core[len(instead) :]
    return core


_HALF = re.compile(r"(?:If|When|Since|While|Because|Although|After|Before|Until|Once|Unless|Though|Whereas)\b")
"""A clause that needs another."""


def _whole(core: str) -> bool:
    """Whether a clause still has a verb, balanced quotation marks and brackets, and a sensible length."""
    if core.count("“") != core.count("”") or core.count("(") != core.count(")") or not 4 <= len(core.split()) <= 34:
        return False
    if _HALF.match(core) and "," not in core:
        return False
    return not re.search(r"\b(?:and|or|but|of|to|in|on|at|by|with|from|for|the|an?|that|which|than|as)$|,$", core)


def _spoken(core: str, speaker: str, verb: str, stood: str, text: str) -> list[tuple[str, str]]:
    """A statement that the source gives to a speaker, given to the same speaker from another side of the sentence."""
    said = verb if verb in _KEPT_VERBS else "said"
    person = _person_speaks(speaker) and not _is_group(speaker, text)
    if core.startswith("it ") and not person:
        return [("speaker-tail", f"{speaker} {core[3:]}, it {said}"), ("speaker-head", f"{capital(speaker)} {said} that {core}")]
    if core.startswith("its ") and not person and not re.search(r"\band (?:does|did|has|had|will|would|is|was)\b", core):
        return [("speaker-tail", f"{possessive(capital(speaker))} {core[4:]}, it {said}")]
    if re.match(r"(?:it|its|they|their|he|she|his|her|there)\b", core):
        return [
            ("speaker-head", f"{capital(closing(speaker))} {said} that {core}"),
            ("speaker-head", f"{capital(closing(speaker))} {said} {core}"),
        ]
    if core.startswith((f"{speaker} ", f"{capital(speaker)} ")):
        return _of_itself(core, speaker, said)
    if speaker.split()[-1].lower() in _PAPERS:
        inner = inside(core, text)
        return [("speaker-head", f"According to {lowered(speaker)}, {inner}")] if inner else []
    if re.search(r"\b(?:her|his|she|he)\b", core):
        inner = inside(core, text)
        return [("speaker-head", f"{capital(closing(speaker))} {said} that {inner}")] if inner else []
    closed = f"{lowered(speaker)}," if "," in speaker else lowered(speaker)
    ways = [("speaker-tail", f"{core}, {closed} {said}")]
    if inner := inside(core, text):
        ways.append(("speaker-head", f"According to {lowered(speaker)}, {inner}"))
        ways += [("speaker-head", f"{capital(closed)} {said} that {inner}")] if stood == "tail" else []
    if (parts := split(core)) and "," not in parts.subject and len(parts.subject.split()) <= 8:
        ways.append(("speaker-mid", f"{parts.subject}, {closed} {said}, {parts.predicate}"))
    ways += [("speaker-joint", f"{core[:at]}, {closed} {said},{core[at:]}") for at in joints(core)]
    ways += [("speaker-loose", f"{core[:at]}, {closed} {said},{core[at:]}") for at in loose_joints(core)]
    return ways


_PAPERS = listed(
    "estimate filing filings study report survey analysis data document documents figures forecast minutes records letter order notice contract"
)
"""What speaks only on paper: one says "according to" it."""


def closing(speaker: str) -> str:
    """A speaker with the comma that closes what is said of him."""
    return f"{speaker}," if "," in speaker else speaker


def _of_itself(core: str, speaker: str, said: str) -> list[tuple[str, str]]:
    """What a house says of itself."""
    rest = core[len(speaker) + 1 :]
    ways = [("speaker-tail", f"{core}, it {said}"), ("speaker-head", f"{capital(speaker)} {said} that it {rest}")]
    return [*ways, *(("speaker-joint", f"{core[:at]}, it {said},{core[at:]}") for at in joints(core))]


_KEPT_VERBS = listed(
    "announced confirmed disclosed warned warns estimated estimates acknowledged argued argues claimed claims forecast forecasts"
)
"""Verbs of speech that say more than "said"; the source's stays."""


def _person_speaks(speaker: str) -> bool:
    """Whether a speaker is one person: a role stands with the name, or the name alone looks like a person's."""
    named = names(speaker)
    return "," in speaker or speaker[:1].islower() or any(is_person(f"{speaker} said", n) for n in names(f"{speaker} said")[: len(named)])


def _is_group(speaker: str, text: str) -> bool:
    """Whether a record speaks of a name as of a body: ", which", "at X", "X's chief executive"."""
    name = re.escape(speaker.removeprefix("the "))
    return re.search(rf"{name}, which\b|\b(?:at|group|company|operator|utility) {name}\b|{name}[’']s\b", text) is not None


def _reported(core: str, record: Record, kind: OutletKind, shared: bool) -> list[tuple[str, str]]:
    """A statement of the outlet itself: alone where others carry it as well, else with the outlet named."""
    outlet = record.outlet
    verb = "said" if kind is OutletKind.PRIMARY else "argued" if kind is OutletKind.COMMENTARY else "reported"
    ways = [("plain", core)] if shared and kind is OutletKind.REPORT else []
    ways += [
        ("outlet-tail", f"{core}, {outlet} {verb}"),
        ("outlet-tail", f"{core}, according to {outlet}"),
    ]
    if inner := inside(core, record.text):
        ways += [("outlet-head", f"{outlet} {verb} that {inner}"), ("outlet-head", f"According to {outlet}, {inner}")]
        when = day(record.published)
        ways.append(("outlet-dated", f"On {when}, {outlet} {verb} that {inner}"))
    parts = split(core)
    if parts and parts.subject.count(",") == 0 and len(parts.subject.split()) <= 8:
        ways.append(("outlet-mid", f"{parts.subject}, {outlet} {verb}, {parts.predicate}"))
    ways += [("outlet-joint", f"{core[:at]}, {outlet} {verb},{core[at:]}") for at in joints(core)]
    ways += [("outlet-loose", f"{core[:at]}, {outlet} {verb},{core[at:]}") for at in loose_joints(core)]
    return ways


def _tidied(text: str) -> str:
    """Commas and quotation marks as this publication sets them."""
    text = re.sub(r"”,", ",”", re.sub(r",”,", ",”", text))
    return re.sub(r"\s+([,.;])", r"\1", re.sub(r",\s*,", ",", text)).strip()


def quoted_words(text: str) -> int:
    """How many words of a sentence stand in quotation marks."""
    return sum(len(text[a:b].split()) for a, b in quoted_spans(text))
