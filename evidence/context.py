"""What a figure is said of: the entity, read from its own sentence or the one before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evidence.names import Name, is_opening_word, names
from evidence.text import listed

_PLACE_LEAD = re.compile(
    r"(?<!shares )(?<!stake )(?<!stock )\b(?:in|at|near|outside|around|from|off|between|across|to|by|with|of|for|than|via|led\s+by|north|south|east|west)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"[A-Z][A-Z .'’-]{2,40}(?:\s\([A-Z]\w+\))?(?:,\s[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,\s\d{4})?)?(?:\s/\w+/)?\s?[-–—]\s")
_SPOKEN = re.compile(
    r"\b(?:said|says|wrote|asked|added|told|argued|noted|warned|explained|according\s+to|sagte|sagt|teilte|laut|nach\s+Angaben\s+(?:von|der|des)|selon|déclaré|dit|según|dijo)"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ROLE_BEFORE = re.compile(
    r"\b(?:executive|officer|president|director|manager|spokes\w+|analyst|mayor|secretary|chair(?:man|woman)?|senator|member|minister|chief|Vorstandschefin|Vorstandschef|"
    r"Betriebsratschefin|Betriebsratschef|engineer|commissioner),?\s$",
    re.IGNORECASE,
)
_TITLED = frozenset({"mayor", "chair", "senator", "commissioner", "judge", "president", "professor", "minister", "governor"})
_VOICE = re.compile(r"\s(?:expects|said|says|thinks|estimates|noted|cut|raised|told|called|kept|sees)\b")
_PRONOUN = re.compile(r"\W{0,2}(?:It|They|He|She|Its|Their|Es|Sie|Er|Il|Elle|Ils|Elles|Ella|Ellos)\s")
_REPORTED_BY = re.compile(r"\b(?:seen|obtained|reviewed|reported|compiled|viewed)\s+by\s+(?:the\s+)?$")
_REPORTS = re.compile(r"\s(?:had\s+reported|reported\s+(?:that|on\s+[A-Z]\w+\s+that)|understands|counted|has\s+seen)\b|['’]s\s+report\b")
_ROLE = re.compile(
    r"(?:,\s(?:(?:the|a|an|its|his|her|their)\s)?(?:[\w’'-]+\s){0,4}?(?:chief|officer|president|director|executive|mayor|secretary|analyst|chair|engineer|lawyer|spokes\w+|minister|"
    r"professor|head|founder|manager|chairman|chairwoman|senator|Vorstands\w+|Betriebsrat\w*|PDG|directora?)\b"
    r"|,\swho\s(?:runs|heads|chairs|leads|advises|covers|directs|manages|founded|led|owns|is|looks|voted|keeps|works|wrote)\b"
    r"|\sof\s(?:the\s)?[A-Z][\w’' -]+?\s(?:expects|said|says|thinks|estimates|noted|cut|raised|told|called)\b)"
)
_APPOSED = re.compile(r",\s(?:a|an|the|which|whose)\s")
_OWNED = re.compile(
    r"\s+(?:that|which)\s+(?:the\s+)?(?P<name>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*)(?=\s+(?:announced|has|had|quoted|plans|promised|promises|ordered|sold|bought|will|would|wants|books?|booked|holds|reported|published|asked|said))"
)


def voices(text: str) -> frozenset[str]:
    """The people whom a text gives a role ("Harlan Ostermoor, the chief executive"), by full name and by last name."""
    people = [name.text for name in names(text) if _has_role(text, name) and (" " in name.text or _ROLE.match(text, name.end))]
    return frozenset(form for person in people for form in (person, person.split()[-1]))


def _has_role(text: str, name: Name) -> bool:
    first = name.text.split()[0].casefold()
    said_for = " of " in name.text and first != "office" and _VOICE.match(text, name.end)
    return bool(
        _ROLE.match(text, name.end) or _ROLE_BEFORE.search(text[max(0, name.start - 40) : name.start]) or first in _TITLED or said_for
    )


def title_entity(title: str, text: str) -> str | None:
    """The first name of a title that its text holds as a name too, else the first that it holds, else the first one."""
    found = [name.text for name in names(title) if not _is_plain(title, name, text)]
    known = sure_names(text)
    return next((name for name in found if name in known), next((name for name in found if name in text), found[0] if found else None))


def _is_plain(title: str, name: Name, text: str) -> bool:
    """Whether a name is a plain word that only opens a title: a plural, or one that the text writes small."""
    if not is_opening_word(title, name) and not re.search(r"-[a-z]", name.text):
        return False
    if re.search(r"-[a-z]", name.text) or name.text not in text:
        return True
    return _is_common(title, name) or bool(re.search(rf"\b{re.escape(name.text.lower())}\b", text))


def entity_of(
    sentence: str,
    at: int,
    previous: str | None,
    *,
    subject: bool = False,
    known: frozenset[str] = frozenset(),
    people: frozenset[str] = frozenset(),
) -> str | None:
    """The name a figure at an offset is said of: the nearest before it that is no place of action, else the one before the sentence.

    A dateline names nobody. A plain word that opens the sentence counts when `known` has it (see `sure_names`), when an apposition
    follows it, or when there is nothing else. With `subject`, the first name that does not merely speak. `people` (see `voices`) own no figures.
    """
    dateline = _DATELINE.match(sentence)
    first = dateline.end() if dateline else 0
    before = [
        name
        for name in names(sentence)
        if first <= name.start
        and name.end <= at
        and (name.text not in people or sentence[name.end :].startswith(" family"))
        and not _is_common(sentence, name)
        and not _REPORTS.match(sentence, name.end)
        and not _REPORTED_BY.search(sentence[: name.start])
    ]
    sure = [name for name in before if _is_sure(sentence, name, known, first)]
    before = sure if sure or previous else [name for name in before if not name.text.endswith("ing")]
    if subject:
        if previous and _PRONOUN.match(sentence[first:]):
            return previous
        leading = [name for name in before if not _only_speaks(sentence, name) and not _is_object(sentence, name, first)]
        return next(
            (name.text for name in leading if not _PLACE_LEAD.search(sentence[: name.start])),
            None if previous or not leading else leading[0].text,
        )
    acting = [name for name in before if not _is_placed(sentence, name, before, at) and not _SPOKEN.search(sentence[: name.start])]
    if acting:
        return acting[-1].text
    return _subject_after(sentence, at) or _for_whom(sentence, at) or previous or (before[-1].text if before else None)


_RECEIVES = re.compile(
    r"\b(?:lent|lends?|paid|pays?|paying|gave|gives?|offered|offers?|owes?|owed|told|lets?|promised|granted|awarded)\s+(?:the\s+)?$"
)


_PASSIVE = r"\b(?:built|made|bought|sold|run|[a-z]{2,}ed)\s+(?:(?:at|in|near|on)\s+(?:[A-Z][\w’'-]*\s){1,4})?by\s+(?:the\s+)?"
_AGENT = re.compile(rf"{_PASSIVE}$")
_AGENT_AFTER = re.compile(rf"{_PASSIVE}(?P<name>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*)")
_PAYS_FOR = re.compile(r"\s+(?:for|at|over)\s+(?:[a-z]+\s+){0,3}")
_SET_OFF = re.compile(r",\s(?:at|in|near)\s+$")
_STATES = re.compile(r",\s(?:cost|costs|draws?|drew|has|had|takes?|took|holds?|uses?|used|employs?)\b")


def _is_placed(sentence: str, name: Name, before: list[Name], at: int) -> bool:
    """Whether a name only says where or to whom ("at Lowfield, Merrow County", "lent Brackwater"), and neither builds nor has the figure."""
    lead, tail = sentence[: name.start], sentence[name.end : at]
    if _RECEIVES.search(lead):
        return True
    if (_AGENT.search(lead) and _PAYS_FOR.fullmatch(tail)) or (_SET_OFF.search(lead) and _STATES.match(tail)):
        return False
    if _PLACE_LEAD.search(lead):
        return not _APPOSED.match(sentence, name.end)
    return any(sentence[other.end : name.start] == ", " and _PLACE_LEAD.search(sentence[: other.start]) for other in before)


_OPENING = re.compile(r"\W{0,2}(?:For|At|With|Without|From|By|After|Of|Für|Mit|Pour|Avec|Por|Con)\s[^,;:]{0,40}$")
_FIRST_NAME = re.compile(
    r"[^,;:.]{0,60},\s(?:the\s)?(?P<name>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*)\s+(?:has|had|is|was|will|would|can|could|may|[a-z]+(?:s|ed))\b"
)


def _subject_after(sentence: str, at: int) -> str | None:
    """The subject that follows a phrase with the figure at the start of a sentence: "For $45 million, Hollinmere has bought"."""
    opening = _OPENING.fullmatch(sentence[:at])
    found = _FIRST_NAME.match(sentence, at) if opening else None
    return found["name"] if found else None


_GERMAN_OPENING = listed(
    "bis ab wer ob wenn doch dafür dabei damit ohne gegen unter vor zwischen durch laut sollte seit trotz während weil als auch noch nur rund etwa bereits"
)
_GERMAN_VOICE = re.compile(
    r"(?:chef|chefin|sprecher|sprecherin|minister|ministerin|direktor|direktorin|präsident|präsidentin|vorstand|leiter|leiterin)$",
    re.IGNORECASE,
)
_GERMAN_ACTOR = re.compile(
    r"\W{0,2}(?:Der|Die|Das|Ein|Eine)\s(?P<name>Land|Bund|Staat|Stadt|Kreis|Gemeinde|EU|Rechenzentrum|Kraftwerk|[A-ZÄÖÜ][a-zäöüß]*(?:regierung|ministerium|behörde|verband|kommission|bank|zentrum|kraftwerk|agentur))\s[a-z]"
)


def german_names(text: str) -> frozenset[str]:
    """The names of a German text, where every noun is capitalised: runs of capitalised words without a joint, and the last word of each."""
    runs = [name.text for name in names(text) if re.fullmatch(r"[A-ZÄÖÜ][\wäöüß-]+(?:\s[A-ZÄÖÜ][\wäöüß-]+)+", name.text)]
    plain = [
        run
        for run in runs
        if run.split()[0].casefold() not in _GERMAN_OPENING and not any(_GERMAN_VOICE.search(word) for word in run.split())
    ]
    return frozenset(form for run in plain for form in (run, run.split()[-1]))


def german_entity(sentence: str, at: int, previous: str | None, known: frozenset[str], *, subject: bool = False) -> str | None:
    """As `entity_of`, for German: the nearest name before a figure that `german_names` holds, or an actor that opens the sentence."""
    actor = _GERMAN_ACTOR.match(sentence)
    before = [name for name in names(sentence) if name.end <= at and name.text in known and not _SPOKEN.search(sentence[: name.start])]
    acting = [
        name
        for name in before
        if not re.search(r"\b(?:in|bei|nach|aus|mit|von|an|für|gegen)\s(?:dem\s|der\s|den\s)?$", sentence[: name.start])
    ]
    if subject:
        return acting[0].text if acting else None
    if acting:
        return acting[-1].text
    return actor["name"] if actor else previous


def owner_after(sentence: str, start: int, end: int) -> str | None:
    """The name right after a figure that owns it: "the 1.2 gigawatts that Hollinmere announced", "compared with 81 percent for Lantern 4"."""
    match = _OWNED.match(sentence, end)
    if not match and _SET_AGAINST.search(sentence[:start]):
        match = _FOR_NAME.match(sentence, end)
    return match["name"] if match else None


_SET_AGAINST = re.compile(r"\b(?:compared\s+with|compared\s+to|against|versus)\s+[\w’'-]*\s?$", re.IGNORECASE)
_FOR_NAME = re.compile(r"\s+(?:for|at|by|from)\s+(?:the\s+)?(?P<name>[A-Z][\w’'-]*(?:\s[A-Z\d][\w’'-]*)*)")


_FOR_WHOM = re.compile(
    r"[^,.;:]{1,24}?(?:\d|illion|[a-z]s|percent)\s+(?:for|für|pour|para)\s+(?P<name>[A-Z][\w’'-]*(?:\s[A-Z\d][\w’'-]*)*)(?=[.,;]|\s[a-z])"
)


def _for_whom(sentence: str, at: int) -> str | None:
    """The name after "for" behind a figure: "a facility of $3 billion for Hollinmere"."""
    match = _FOR_WHOM.match(sentence, at)
    return match["name"] if match else None


def _is_sure(sentence: str, name: Name, known: frozenset[str], first: int) -> bool:
    if name.start == first and first:
        return name.text in known or " " in name.text
    return (
        not is_opening_word(sentence, name)
        or not {name.text, f"{name.text}s"}.isdisjoint(known)
        or bool(_APPOSED.match(sentence, name.end))
    )


_VERB = re.compile(r"\b(?:said|says|would|will|has|had|have|can|could|may|must|told|[a-z]{2,}ed)\s")
_VERB_NEXT = re.compile(r"(?:['’]s)?\s(?:[a-z]+ly\s)?(?:has|had|have|is|was|will|would|can|could|may|must|[a-z]{2,}(?:ed|s))\b")


def _is_object(sentence: str, name: Name, first: int) -> bool:
    """Whether a name stands behind a verb without being the subject of another: "would widen Harbour Road"."""
    return bool(_VERB.search(sentence[first : name.start])) and not _VERB_NEXT.match(sentence, name.end)


def _only_speaks(sentence: str, name: Name) -> bool:
    """Whether a name is there as a voice: "said Kenji Hallamore"."""
    return bool(_SPOKEN.search(sentence[: name.start]))


def sure_names(text: str) -> frozenset[str]:
    """The names of a text that are capitalised where a plain word is not, each also by its first word."""
    dateline = _DATELINE.match(text)
    text = text[dateline.end() :] if dateline else text
    return frozenset(token for name in names(text) if not is_opening_word(text, name) for token in (name.text, name.text.split()[0]))


_FINITE = re.compile(
    r"\s(?:has(?!\sbeen)|had(?!\sbeen)|said|[a-z]{2,}ed|[a-z]{2,}s(?=\s(?:an?|the|its|their|no|all|up|per|about|\d|\$)\b))\s"
)
_ONCE_COMMON = re.compile(r"(?:ing|ly|ed|ion|ment|ness|ity|ism|ance|ence|age|ure|one|body|thing|ers|ther|self)$")


def opening_names(text: str, spans: Iterable[tuple[int, int]]) -> frozenset[str]:
    """The single words that open a sentence as its subject and that the text never writes small: "Noteharrow caps a visit at"."""
    small = frozenset(word for word in re.findall(r"(?<![\w’'-])[a-z][\w-]*", text))
    firsts = {
        name.text for start, end in spans if (name := next(iter(names(text[start:end])), None)) and _opens_as_subject(text[start:end], name)
    }
    return frozenset(word for word in firsts if not {word.lower(), f"{word.lower()}s"} & small)


def _opens_as_subject(sentence: str, name: Name) -> bool:
    common = _is_common(sentence, name) or _ONCE_COMMON.search(name.text)
    return name.start == 0 and " " not in name.text and not common and bool(_FINITE.match(sentence, name.end))


def _is_common(sentence: str, name: Name) -> bool:
    """A name of no two letters in a row, a unit, or a single plain plural at the start of a sentence ("Technicians")."""
    if not re.search(r"[^\W\d_]{2}", name.text) or name.text.casefold() in {
        "prozent",
        "megawatt",
        "gigawatt",
        "kilowatt",
        "megawattstunden",
        "euro",
        "no.",
    }:
        return True
    if name.text.endswith(("ly", "-based", "-led", "-backed", "-owned")):
        return True
    return is_opening_word(sentence, name) and name.text.endswith("s") and not re.match(r"[’']s\b", sentence[name.end :])


_TOGETHER = re.compile(r"\W{0,2}(?:Between\s+them|Together|Combined|In\s+total|Zusammen|Ensemble|En\s+total),?\s", re.IGNORECASE)


_NEW_SUBJECT = re.compile(
    r"\W{0,2}(?:(?:Under|At|In|With|By|On|For)\s[^,;]{3,60},\s)?(?:an?|each|every|any)\s(?=[a-z\d])"
    r"(?!(?:[\w-]+\s){0,2}(?:applications?|filings?|requests?|reports?|statements?|letters?|notices?|study|contract|agreement|deal|order|spokes\w+|version|subsidiary|unit)\b)(?![^.;]*\b(?:it|its|they|their|he|she)\b)",
    re.IGNORECASE,
)
"""A sentence about something else, or about any of a kind: "A permit for engines of", "each further 100 megawatts".

A paper, a voice or a part of somebody is of the one who was spoken of before."""
_ALIKE = re.compile(r"\b(?:comparable|similar|rival|competing)\s+[a-z]+s\b")


@dataclass(frozen=True, slots=True)
class Owners:
    """Who the figures of a text are said of, sentence by sentence: what is known of its names, and the subject of the sentences before."""

    known: frozenset[str]
    people: frozenset[str]
    previous: str | None
    language: str
    title: str | None = None

    @classmethod
    def of(cls, text: str, spans: Sequence[tuple[int, int]], title: str | None, language: str) -> Owners:
        """The state before the first sentence of a text."""
        if language == "de":
            held = german_names(text)
            return cls(held | frozenset({title} if title else ()), frozenset(), title if title in held else None, language, title)
        known = sure_names(text) | frozenset((title or "").split()) | opening_names(text, spans)
        return cls(known, voices(text), title, language)

    def at(self, sentence: str, at: int) -> str | None:
        """The name that a figure at an offset is said of; none of the sentences before when this one speaks of several together."""
        before = None if _TOGETHER.match(sentence) else self.previous
        if self.language == "de":
            found = german_entity(sentence, at, before, self.known)
            return self.title if found and self.title and found.split()[-1] == self.title else found
        found = entity_of(sentence, at, before, known=self.known, people=self.people)
        other = _NEW_SUBJECT.match(sentence) or _ALIKE.search(sentence[:at])
        if not other or found != before or (found and found in sentence[:at]):
            return found
        agent = _AGENT_AFTER.search(sentence, at)
        return agent["name"] if agent and agent["name"] not in self.people else None

    def after(self, sentence: str) -> Owners:
        """The state after a sentence."""
        if self.language == "de":
            said = german_entity(sentence, len(sentence), None, self.known, subject=True)
        else:
            said = entity_of(sentence, len(sentence), self.previous, subject=True, known=self.known, people=self.people)
        return replace(self, previous=said or self.previous)
