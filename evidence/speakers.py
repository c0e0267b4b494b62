"""Who is said to say something, named or not: by a verb of saying or thinking, by "according to", or as the owner of a view."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evidence.names import Name, names, people
from evidence.quotation import SAID_WORDS, same_person
from evidence.text import listed, stem

_THINKS = (
    r"object(?:ed|s)|reckon(?:ed|s)?|valu(?:ed|es)|stress(?:ed|es)|point(?:ed|s)?\s+out|estimat(?:ed|es?)|puts?(?=\s[^.;]{2,80}\sat\b)|recommend(?:ed|s)|advis(?:ed|es)|contend(?:ed|s)?|maintain(?:ed|s)|insists?|"
    r"believ(?:ed|es?)|thinks?|thought|expect(?:ed|s)?|calculat(?:ed|es)|counts|fear(?:ed|s)?|suspect(?:ed|s)?|predicts?|protest(?:ed|s)|assur(?:ed|es)|alleg(?:ed|es?)|forecasts?|remark(?:ed|s)|argue|concede|say|claim|insist|admit|explain|object|stress|contend|maintain|believe|protest|complain|remark|give[sn]?|gave|"
    r"concludes?|reveal(?:ed|s)|den(?:ied|ies)|reports|reported|judg(?:ed|es)|assert(?:ed|s)|declares?|complains?|predict|warn|note|cautions?|cautioned|figures"
)
_TELLS = re.compile(rf"\b(?:{SAID_WORDS}|{_THINKS})\b", re.IGNORECASE)
_ACCORDING = re.compile(r"\b(?:according\s+to|in\s+the\s+(?:view|words|opinion|estimate|judgment)\s+of|as\s+told\s+by|by\s+the\s+(?:reckoning|estimate|account)\s+of)\s+(?P<who>[^,;.:]{3,90})", re.IGNORECASE)  # fmt: skip
_OWNS = re.compile(
    r"(?P<who>(?:[A-Z][\w-]*\s+){0,3}[A-Z][\w-]*)[’']s?\s+(?:own\s+)?(?:advice|view|estimate|reckoning|account|opinion|count|calculation|forecast|argument|verdict|warning|figures?|paper|study|report)\b"
)
_INVERTED = re.compile(r"\s+(?P<who>(?:an?\s+|the\s+|one\s+of\s+the\s+|two\s+)?(?:[a-z][\w-]*\s+){0,3}[A-Z][^,;.:“\"]{2,80}|(?:an?|the|one\s+of\s+the|two|its)\s+[a-z][^,;.:“\"]{2,60})")  # fmt: skip
_SUBJECT_ENDS = re.compile(r"[;:“”\"—]|\b(?:that|and|but|while|whereas|which|because|when|although|as)\s+", re.IGNORECASE)
_APPOSED = re.compile(r"^(?P<who>[^,]{3,60}),\s[^,]{3,80},?\s*$")
_PARTICIPLE = re.compile(r"(?!said\b)\w+ed\s+(?:in|by|since)\b", re.IGNORECASE)
_NOBODY = re.compile(r"\b(?:that|who|which|they|he|she|it|we|you|I)$", re.IGNORECASE)
_SMALL = re.compile(
    r"\s+(?:also|has|had|have|itself|themselves|himself|herself|later|now|did|does|then|recently|already|would|will)$", re.IGNORECASE
)

_ROLES = {
    "house": "company maker firm official executive spokesman spokeswoman spokesperson management chief president founder chairman director manager developer laboratory lab operator utility airline supplier startup manufacturer vendor",
    "union": "union worker staff steward",
    "consumers": "advocate consumer customer household ratepayer passenger subscriber",
    "experts": "analyst researcher economist expert professor scientist academic engineer tester consultant",
    "neighbours": "resident opponent neighbour critic campaigner villager activist environmentalist environmental farmer",
    "authority": "commission commissioner regulator ministry minister county council authority agency governor mayor prosecutor inspector lawmaker senator",
    "contractors": "contractor bidder builder subcontractor installer",
    "investors": "investor shareholder bondholder banker lender",
    "court": "judge court",
    "insiders": "insider",
}  # fmt: skip
_HOUSE = "Energy|Cloud|Electric|Cable|Airways|Airlines|Semiconductors?|Devices|Storage|Nuclear|Transmission|Inc|Corp|Corporation|Group|Systems|Labs|Power|Motors|Bank|Pharma|Health|Software|Technologies|Industries|Holdings|AG|SE|Ltd|plc"
_ROLE_OF = {stem(word): role for role, group in _ROLES.items() for word in listed(group)}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something: the names that stand for them, and what they are when no name stands for a person."""

    names: tuple[str, ...]
    role: str
    text: str
    start: int
    end: int


def speakers(text: str) -> tuple[Speaker, ...]:
    """Those who a text says say something, in order; pronouns are nobody."""
    found = [_speaker(match["who"], match.start("who")) for match in (*_ACCORDING.finditer(text), *_OWNS.finditer(text))]
    for verb in _TELLS.finditer(text):
        if _PARTICIPLE.match(text, verb.start()):
            continue
        found += [_before(text, verb.start()), _after(text, verb.end())]
    known = [one for one in found if one is not None]
    return tuple(sorted({one.start: one for one in known}.values(), key=lambda one: one.start))


def _before(text: str, at: int) -> Speaker | None:
    lead = text[:at].rstrip()
    while small := _SMALL.search(lead):
        lead = lead[: small.start()]
    ends = [0, *(match.end() for match in _SUBJECT_ENDS.finditer(lead))]
    if len(ends) > 1 and re.search(r"\b(?:that|which)\s+$", lead[: ends[-1]]) and _speaker(lead[ends[-1] :], 0) is None:
        ends.pop()
    cut = ends[-1]
    noun = lead[cut:]
    if lead.endswith(",") or "," in noun:
        apposed = _APPOSED.match(noun.lstrip())
        if apposed and names(apposed["who"]) and lead.endswith(","):
            return _speaker(apposed["who"], cut + len(noun) - len(noun.lstrip()))
        if lead.endswith(","):
            return None
        cut += noun.rfind(",") + 1
        noun = lead[cut:]
    return _speaker(noun.strip(), cut + len(noun) - len(noun.lstrip())) if 0 < len(noun.split()) <= 7 else None


def _after(text: str, at: int) -> Speaker | None:
    match = _INVERTED.match(text, at)
    if match is None or not re.search(r"[,”\"’]\s*\w+(?:\s+out)?$", text[:at]):
        return None
    return _speaker(match["who"], match.start("who"))


def _speaker(who: str, start: int) -> Speaker | None:
    named: tuple[Name, ...] = tuple(names(f"x {who}"))
    nouns = [
        _ROLE_OF[stem(word)]
        for word in re.findall(r"[a-z][\w-]+", re.split(r"\s+(?:who|that|which|of|for|at|in)\s", who)[0])
        if stem(word) in _ROLE_OF
    ]
    if (not named and not nouns) or _NOBODY.search(who):
        return None
    return Speaker(tuple(one.text for one in named), nouns[-1] if nouns else "", who.strip(), start, start + len(who))


def without_telling(text: str) -> str:
    """A text with its verbs of saying blanked."""
    return _TELLS.sub(" ", text)


def can_be_one(said: Speaker, source: Speaker, texts: Sequence[str]) -> bool:
    """Whether the speaker of a sentence can be the one of its source; what the texts do not tell apart may be one."""
    if said.names and not any(word in text for name in said.names for word in name.split() if word[0].isupper() for text in texts):
        return True
    if said.names and source.names:
        said_by, told_by = [[_OF_HOUSE.split(name)[0] for name in one.names] for one in (said, source)]
        if any(same_person(a, b) for a in said_by for b in told_by):
            return True
        return any(same_person(a, b) or _speaks_for(a, b, texts) for a in said.names for b in source.names)
    if said.names or source.names:
        named, unnamed = (said, source) if said.names else (source, said)
        return _can_be_called(named, unnamed, texts, known=not source.names)
    return said.role == source.role or {said.role, source.role} <= _LOOSE


_OF_HOUSE = re.compile(r"\s+(?:of|at|from)\s+")
_LOOSE = frozenset({"house", "insiders", "authority"})


def _speaks_for(a: str, b: str, texts: Sequence[str]) -> bool:
    """Whether one is a person and the other the house that a text puts beside the person; somebody "of" a third house is not."""
    for one, other in ((a, b), (b, a)):
        if re.search(r"\s(?:of|at|from)\s", one):
            continue
        for text in texts:
            if any(same_person(one, known.text) for known in people(text)) and _beside(one, other, text):
                return True
    return False


def _beside(one: str, other: str, text: str) -> bool:
    """Whether two names stand in one clause of a text, at most a short apposition apart."""
    first, second = re.escape(one.split()[-1]), re.escape(other.split()[0])
    return bool(
        re.search(rf"(?<!\w){first}[^.;]{{0,100}}(?<!\w){second}(?!\w)|(?<!\w){second}(?!\w)[^.;]{{0,100}}(?<!\w){first}(?!\w)", text)
    )


def _can_be_called(named: Speaker, unnamed: Speaker, texts: Sequence[str], known: bool) -> bool:
    if unnamed.role in _LOOSE or named.role == unnamed.role:
        return True
    roles = {role for name in named.names for role in _roles_of(name, texts)}
    return unnamed.role in roles or (not known and not roles)


def _roles_of(name: str, texts: Sequence[str]) -> frozenset[str]:
    """What a name is by its own words, or by what stands in apposition to it in the texts."""
    found = [name]
    last = re.escape(name)
    for text in texts:
        found += [match[1] for match in re.finditer(rf"{last},\s((?:an?|the|who|which|one|its)\s[^,.;]{{0,60}})", text)]
        found += [match[1] for match in re.finditer(rf"([\w-]+(?:\s[\w-]+)?)\s{last}(?!\w)", text)]
        found += [match[1] for match in re.finditer(rf"{last}\s(?:is|was)\s((?:an?|the)\s[^,.;]{{0,40}})", text)]
    house = (
        {"house"}
        if any(
            re.search(rf"{last}(?:\s+(?:{_HOUSE})\b|[’']s\s+(?:shares|chief\s+executive|customers|factory|board))", text) for text in texts
        )
        else set()
    )
    return frozenset(house) | frozenset(
        _ROLE_OF[stem(word)] for text in found for word in re.findall(r"[A-Za-z][\w-]+", text) if stem(word) in _ROLE_OF
    )
