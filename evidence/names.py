"""Names of people, organisations and places as runs of capitalised words, without a model."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from evidence.text import listed, stem, word_key


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in a text; `text` has no possessive ending."""

    text: str
    start: int
    end: int


_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*(?:[.’'&‑\-/](?:[^\W_]|[\u0300-\u036f])+)*")
_JOINERS = listed(
    "of de von van der den du la le el al bin ben di da dos das do del della y e und et i av the and for & zu zur auf ter ten"
)
_WEAK_JOINERS = listed("and the for e y und et")

CALENDAR = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november "
    "december jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag januar februar märz mai juni juli oktober dezember utc gmt est edt pst pdt cet cest ad bc q1 q2 q3 q4 christmas easter"
)
_UNIT_LIKE = listed(
    "w kw mw gw tw wh kwh mwh gwh twh kb mb gb tb pb eb hz khz mhz ghz kv mva usd eur gbp nok sek dkk jpy chf cny inr cad aud us$ a$ c$ co2 "
    "m bn k x pc am pm mwe mwp gwe mio mrd euro euros i faq ok tv ev evs ai it pdf"
)
_NO_FIRST = CALENDAR | _UNIT_LIKE
_NO_LAST = _JOINERS | CALENDAR
_NO_LAST_UNLESS_ACRONYM = _NO_LAST | _UNIT_LIKE
_STARTERS = listed(
    "a an the this that these those it its he she they we you i his her their our my your one two three four five six seven eight nine ten eleven "
    "twelve twenty thirty forty fifty hundred thousand million in on at by for from to of with without within after before during since until "
    "under over above below between among against about as if when while where because although though but and or so yet nor not no none all "
    "any some many most more less few several each every both either neither another other such only even just also still then there here now "
    "however meanwhile instead moreover earlier later last next first second third half once again what which who whom whose why how does do did "
    "is are was were be been being has have had will would can could may might must shall should according despite following given including unlike "
    "like per than through throughout toward towards upon via whether nearly almost roughly around up down out off part parts shares analysts "
    "officials critics supporters investors customers households residents workers police hackers executives researchers engineers regulators "
    "companies company firms sources people data power energy electricity water chips chip construction production prices sales revenue profit "
    "spending capacity demand supply work talks plans plan new total combined separately together today yesterday tomorrow tonight large small big "
    "early late local federal state national global central annual final existing planned building board chief president chair chairman chairwoman "
    "director minister mayor senator governor judge professor doctor mr mrs ms dr sir lead head product engineering technology model models "
    "updated correction note read see exclusive breaking watch editor editors advertisement image photo figure table source story page asked "
    "der die das ein eine und in im am auf mit für von es er sie wir le la les un une des il elle ils nous en dans el los las una y se su "
    "voters members users operators developers lawmakers supervisors councillors unions staff employees jobs homes racks halls servers "
    "buildings sites contracts orders delivery deliveries costs bills rates rules nothing everything everyone nobody someone little much "
    "output full reportedly growth decline interest rent income debt funding investment training cooling storage memory traffic transport trade money cash time space land air gas oil coal steel copper software hardware equipment housing rund etwa mehr über nach bei seit industry management government parliament congress unlike former ahead almost contrary compared based depending speaking citing adding starting using taking having being getting making "
    "whoever whatever whichever wherever whenever whose beside besides behind beneath beyond around across along near next anyone anybody anything somebody something everybody"
)
_TITLES = listed(
    "mr mrs ms dr prof professor sir dame lord lady judge justice president chancellor minister senator sen governor gov mayor rep congressman "
    "congresswoman representative king queen prince princess pope captain general colonel chief ceo cfo cto chair chairman chairwoman director "
    "secretary ambassador herr frau monsieur madame"
)
_ROLE = (
    r"(?:chief|president|chair(?:man|woman)?|director|minister|mayor|senator|governor|judge|professor|founder|co-founder|head|lead|analyst|"
    r"manager|officer|spokes(?:man|woman|person)|engineer|secretary|commissioner|lawyer|attorney|researcher|executive|economist|partner|owner|"
    r"prosecutor|sheriff|councillor|senior|vice|deputy|former|scientist|author|editor|ceo|cfo|cto|coo)"
)
_SAID = (
    r"(?:said|says|told|added|adds|wrote|writes|argued|argues|warned|warns|noted|notes|announced|stated|explained|declined|testified|denied|"
    r"insisted|recalled|dissented|resigned|argues|believes|acknowledged|conceded|claimed|joked)"
)
_AFTER_PERSON = re.compile(
    rf"\s*,?\s*(?:who\b|{_SAID}\b|,?\s*\d\d,|,\s+(?:the\s+|its\s+|an?\s+)?(?:[\w’'-]+\s+){{0,4}}?{_ROLE}\b)", re.IGNORECASE
)
_BEFORE_PERSON = re.compile(
    rf"(?:\b{_ROLE}(?:\s+(?:executive|officer|financial|operating|technology))*|\b(?:{_SAID}|by|to)(?:\s+\w+)?)\s*,?\s*$", re.IGNORECASE
)
HOUSES = listed(
    "inc corp co ltd llc plc ag gmbh sa se as asa ab oy bv nv spa lp group holdings bank university institute ministry department board authority "
    "agency commission council court committee association union party company corporation foundation fund capital partners ventures energy power "
    "grid labs lab systems technologies semiconductor cloud networks times post news journal herald tribune street county city river valley bay "
    "water electric island park centre center station north south east west technicians workers utility utilities network reserve exchange federation international"
)


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[Name, ...]:
    """The capitalised runs of a text that look like names, in order; calendar words, units and common openings are none."""
    found: list[Name] = []
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        if run and not _adjoins(text, run[-1], token):
            found.extend(_named(text, run))
            run = []
        if text[token.end() : token.end() + 1] == "$" or text[token.start() - 1 : token.start()] == "°":
            continue
        if _is_capital(token[0]) or (run and (word_key(token[0]) in _JOINERS or token[0].isdigit())):
            run.append(token)
        elif run:
            found.extend(_named(text, run))
            run = []
    found.extend(_named(text, run))
    return tuple(found)


def _is_capital(token: str) -> bool:
    if token.islower():
        return False
    head = token[0]
    return (
        head.isupper()
        or (head.islower() and any(char.isupper() for char in token[1:3]))
        or (head.isdigit() and any(c.isupper() for c in token) and "-" not in token and not token[0:2].isdigit())
    )


def _adjoins(text: str, before: re.Match[str], after: re.Match[str]) -> bool:
    gap = text[before.end() : after.start()]
    if gap == ". ":
        return len(before[0]) == 1 or "." in before[0] or word_key(before[0]) in _TITLES | {"st", "mt", "ft"}
    return gap in {" ", "\u00a0", " & ", "\u202f"} and not before[0].endswith(("’s", "'s"))


def _named(text: str, run: list[re.Match[str]]) -> list[Name]:
    """The name in a run of tokens: without openings, endings and words that are no names; two when a weak joiner splits it."""
    while run and _drops_first(text, run):
        run = run[1:]
    while run and (word_key(run[-1][0]) in _NO_LAST_UNLESS_ACRONYM and not _is_acronym(run[-1][0])):
        run = run[:-1]
    while run and word_key(run[-1][0]) in _NO_LAST:
        run = run[:-1]
    for index, token in enumerate(run):
        key = word_key(token[0])
        if 0 < index < len(run) - 1 and (key in CALENDAR or (key in _WEAK_JOINERS and token[0].islower())):
            return _named(text, run[:index]) + _named(text, run[index + 1 :])
    if not run or not any(_is_capital(token[0]) for token in run):
        return []
    start, end = run[0].start(), run[-1].end()
    if "." in run[-1][0] and text[end : end + 1] == ".":
        end += 1
    if text[end - 2 : end] in {"’s", "'s"}:
        end -= 2
    return [Name(text[start:end], start, end)]


def _is_acronym(token: str) -> bool:
    return len(token) >= 3 and token.isupper() and token.lower() not in _UNIT_LIKE


def _drops_first(text: str, run: list[re.Match[str]]) -> bool:
    token = run[0]
    key = word_key(token[0])
    if key in _NO_FIRST or token[0].isdigit() or (key in _JOINERS and token[0].islower()):
        return True
    if key in _TITLES and len(run) > 1 and key not in {"king", "general"}:
        return True
    return key in _STARTERS and (
        opens_sentence(text, token.start()) or key in {"i", "the", "a", "an", "in", "it", "he", "she", "they", "we"}
    )


def opens_sentence(text: str, at: int) -> bool:
    """Whether a word at this offset stands where any word is capitalised: at the start, after a stop, a colon or an opening quotation mark."""
    end = at
    while end and text[end - 1].isspace():
        end -= 1
    return not end or text[end - 1] in ".!?:;“\"„«»‘'([—–…\n" or "\n" in text[end:at]


def is_opening_word(text: str, name: Name) -> bool:
    """Whether a name is one plain word that may be capitalised only because it opens the sentence."""
    return opens_sentence(text, name.start) and name.text[1:].islower() and " " not in name.text


def unknown_names(sentence: str, texts: Iterable[str]) -> tuple[Name, ...]:
    """The names of a sentence with a word that occurs in none of the texts, in order."""
    given = tuple(texts)
    known = name_words(given)
    missing = [name for name in names(sentence) if not _is_known(sentence, name, known)]
    short = acronyms(given) if missing else frozenset()
    return tuple(name for name in missing if not _is_short(name, short))


@lru_cache(maxsize=256)
def name_words(texts: tuple[str, ...]) -> frozenset[str]:
    """Every word of texts in the forms in which the words of names are looked up."""
    return frozenset(key for text in texts for token in _TOKEN.finditer(text) for key in _keys(token[0]))


@lru_cache(maxsize=256)
def acronyms(texts: tuple[str, ...]) -> frozenset[str]:
    """What the names of texts could be shortened to, in lower case."""
    parts = [name.text.split() for text in texts for name in names(text) if " " in name.text]
    return frozenset(
        "".join(word[0] for word in words if word[0].isupper() or every).casefold() for words in parts for every in (True, False)
    )


def _keys(token: str) -> set[str]:
    key = word_key(token)
    return {key, key.replace(".", ""), stem(token), *key.split("-"), *key.split("/")}


def _is_short(name: Name, short: frozenset[str]) -> bool:
    return word_key(name.text).replace(".", "") in short


def _is_known(sentence: str, name: Name, known: frozenset[str]) -> bool:
    """Whether each word of a name occurs, or its initials stand for it ("Baltic Grid Union" where the text says "BGU")."""
    tokens = [token[0] for token in _TOKEN.finditer(name.text)]
    if is_opening_word(sentence, name) and name.text.casefold().endswith(("ing", "ly", "ed")):
        return True
    if all(word_key(token) in _JOINERS or not known.isdisjoint(_keys(token)) or _of_place(token, known) for token in tokens):
        return True
    initials = "".join(token[0] for token in tokens if token[0].isupper())
    return len(initials) >= 3 and len(initials) >= len(tokens) - 1 and initials.casefold() in known


_OF_PLACE = (
    ("ian", ""), ("ian", "ia"), ("ian", "y"), ("ian", "a"), ("an", "a"), ("ean", "e"), ("ese", ""), ("ese", "a"), ("ish", ""), ("i", ""), ("ic", ""),
)  # fmt: skip
"""What an inhabitant's ending stands for in the name of the place: "Canadian" and "Canada"."""
_PEOPLES = {
    "american": "america", "argentine": "argentina", "belgian": "belgium", "british": "britain", "chilean": "chile", "danish":
    "denmark", "dutch": "netherlands", "english": "england", "filipino": "philippines", "finnish": "finland", "french": "france",
    "german": "germany", "greek": "greece", "hungarian": "hungary", "irish": "ireland", "lebanese": "lebanon", "mexican": "mexico",
    "norwegian": "norway", "peruvian": "peru", "polish": "poland", "portuguese": "portugal", "scottish": "scotland", "spanish": "spain",
    "swedish": "sweden", "swiss": "switzerland", "thai": "thailand", "turkish": "turkey", "welsh": "wales",
}  # fmt: skip
_PLACES = {place: people for people, place in _PEOPLES.items()}


def place_forms(key: str) -> tuple[str, ...]:
    """What else says where something is from: "libya" for "libyan", "iraqi" for "iraq", "scotland" for "scottish"."""
    key = key.removesuffix("s") if key not in _PEOPLES and key not in _PLACES else key
    there = [key.removesuffix(ending) + place for ending, place in _OF_PLACE if key.endswith(ending)]
    here = [key.removesuffix(place) + ending for ending, place in _OF_PLACE if key.endswith(place)]
    known = [form[key] for form in (_PEOPLES, _PLACES) if key in form]
    return tuple(dict.fromkeys(form for form in (*known, *there, *here) if len(form) >= 4 and len(key) >= 4 and form != key))


def _of_place(token: str, known: frozenset[str]) -> bool:
    """Whether texts name the place that a word says something is of, or the other way round."""
    return token[0].isupper() and not known.isdisjoint(place_forms(word_key(token)))


def is_person(text: str, name: Name) -> bool:
    """Whether a name is probably a person's: a title, a role or a verb of saying stands beside one to three capitalised words."""
    tokens = name.text.split()
    if not 1 <= len(tokens) <= 4 or any(word_key(token.strip(".")) in HOUSES for token in tokens):
        return False
    if any(char.isdigit() for char in name.text) or (len(tokens) == 1 and (name.text.isupper() or len(name.text) < 3)):
        return False
    before, after = text[max(0, name.start - 60) : name.start], text[name.end : name.end + 80]
    titled = re.search(r"\b(\w+)\.?\s+$", before)
    if titled and titled[1].casefold() in _TITLES:
        return True
    if len(tokens) == 1:
        return False
    return bool(_AFTER_PERSON.match(after) or _BEFORE_PERSON.search(before))


def people(text: str) -> tuple[Name, ...]:
    """The names of a text that are probably people's, with later mentions by surname alone."""
    found = names(text)
    surnames = {name.text.split()[-1] for name in found if is_person(text, name)}
    return tuple(name for name in found if is_person(text, name) or name.text in surnames)
