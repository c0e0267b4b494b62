"""As much English grammar as it takes to turn a source's sentence round: where its verb stands, who it says so, what may be left off.

Every function answers None where it is not sure; the caller then leaves the sentence out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from evidence.text import listed

_REGULAR = listed(
    "accelerate accept account acquire add adopt agree aim allocate allow announce apply appoint approve arrange ask assign attach "
    "attract award back ban bar base benefit blame block bolster boost borrow breach call cancel cap carry cause change charge "
    "cite claim classify clear climb close collect commission compare compete complete comply conclude confirm connect consider "
    "consult consume contain continue contract convert cool cost cover create cross damage debate decide declare decline defend "
    "defer delay deliver demand deny deploy describe design destroy develop differ disclose discuss divide double doubt draft drop "
    "earn employ enable end endorse enforce enlarge enter escape establish estimate examine exceed exclude exist expand expect "
    "explain express extend face fail fall favour file finance finish fire fit follow force forecast form fund gain generate grant "
    "guarantee guide halt handle help hire honour host ignore import impose improve include increase indicate inform inspect "
    "install intend introduce invest invite issue join jump justify keep label lack last launch lease lengthen license lift limit "
    "link list lobby locate lock lower maintain manage manufacture market measure mention merge miss move name need negotiate note "
    "notify oblige observe obtain occupy offer open operate oppose order outline outperform override oversee overtake own pack "
    "participate pass pause permit persuade pick place plan pledge plunge post pour power predict prepare present press prevent "
    "price process produce project promise propose protect prove provide publish pump purchase pursue push qualify question raise "
    "range rank reach recall receive record recover recruit redact reduce refuse regulate reject release rely remain remove rename "
    "renew rent reopen repair replace reply report request require reserve resign resist resolve respond restart restore restrict "
    "result resume retain retire return reveal reverse reward rezone roll ruin rule sample satisfy save scale schedule search "
    "secure seek select separate serve settle share shelve shield shift ship shorten show shrink sign slip slow slump smooth soar "
    "spare speed sponsor squeeze stand start state stop store strengthen strike struggle study submit succeed sue suffer supply "
    "support surge surprise survive suspend swell switch tackle take tap target tender terminate test threaten total touch trade "
    "train transfer travel treat treble trigger trim triple try turn unite unveil update upgrade urge use value vary view visit "
    "vote wait want warn weaken weigh welcome withdraw work yield"
)
_IRREGULAR = {
    "be": ("was", "is"), "begin": ("began", "begins"), "bring": ("brought", "brings"), "build": ("built", "builds"), "buy": ("bought", "buys"),
    "come": ("came", "comes"), "cut": ("cut", "cuts"), "draw": ("drew", "draws"), "fall": ("fell", "falls"), "find": ("found", "finds"),
    "get": ("got", "gets"), "give": ("gave", "gives"), "go": ("went", "goes"), "grow": ("grew", "grows"), "hit": ("hit", "hits"),
    "hold": ("held", "holds"), "keep": ("kept", "keeps"), "lead": ("led", "leads"), "leave": ("left", "leaves"), "lose": ("lost", "loses"),
    "make": ("made", "makes"), "mean": ("meant", "means"), "meet": ("met", "meets"), "pay": ("paid", "pays"), "put": ("put", "puts"),
    "rise": ("rose", "rises"), "run": ("ran", "runs"), "say": ("said", "says"), "see": ("saw", "sees"), "seek": ("sought", "seeks"),
    "sell": ("sold", "sells"), "send": ("sent", "sends"), "set": ("set", "sets"), "show": ("showed", "shows"), "shrink": ("shrank", "shrinks"),
    "shut": ("shut", "shuts"), "sit": ("sat", "sits"), "spend": ("spent", "spends"), "stand": ("stood", "stands"), "strike": ("struck", "strikes"),
    "take": ("took", "takes"), "tell": ("told", "tells"), "win": ("won", "wins"), "write": ("wrote", "writes"), "withdraw": ("withdrew", "withdraws"),
    "cost": ("cost", "costs"), "become": ("became", "becomes"), "overtake": ("overtook", "overtakes"), "lay": ("laid", "lays"), "bid": ("bid", "bids"),
    "break": ("broke", "breaks"), "choose": ("chose", "chooses"), "drive": ("drove", "drives"), "feed": ("fed", "feeds"), "lend": ("lent", "lends"), "bind": ("bound", "binds"), "bear": ("bore", "bears"), "beat": ("beat", "beats"), "deal": ("dealt", "deals"),
    "hear": ("heard", "hears"), "know": ("knew", "knows"), "lie": ("lay", "lies"), "quit": ("quit", "quits"), "sink": ("sank", "sinks"), "speak": ("spoke", "speaks"),
    "split": ("split", "splits"), "spread": ("spread", "spreads"), "think": ("thought", "thinks"), "throw": ("threw", "throws"), "teach": ("taught", "teaches"),
    "undertake": ("undertook", "undertakes"),
}  # fmt: skip
_DOUBLING = listed("ban cap drop fit plan trim tap ship stop slip permit transfer commit refer cut")


def _past(base: str) -> str:
    if base in _DOUBLING:
        return f"{base}{base[-1]}ed"
    if base.endswith("e"):
        return base + "d"
    return base[:-1] + "ied" if base.endswith("y") and base[-2] not in "aeiou" else base + "ed"


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "z")):
        return base + "es"
    return base[:-1] + "ies" if base.endswith("y") and base[-2] not in "aeiou" else base + "s"


_BASE_OF_PAST = {_past(base): base for base in _REGULAR} | {past: base for base, (past, _) in _IRREGULAR.items()}
_BASES = frozenset(_REGULAR) | frozenset(_IRREGULAR)
_BASE_OF_THIRD = {_third(base): base for base in _REGULAR} | {third: base for base, (_, third) in _IRREGULAR.items()}
_NOUNS_TOO = listed(
    "aims asks backs bans blocks boosts calls caps causes changes charges claims contracts costs covers cuts deals decides delays "
    "demands designs drops ends estimates faces falls files fires fits forces forecasts funds gains grants halts helps hits holds "
    "hosts increases issues joins jumps labels lacks leads leases licenses lifts limits links lists locks lasts means measures "
    "moves names needs notes offers orders owns passes permits picks places plans pledges posts powers presents prices processes "
    "projects promises purchases pushes raises ranges ranks reaches records releases renews rents repairs reports requests "
    "reserves returns rises rolls runs samples saves scales sees shifts ships shows signs slips sponsors stands starts states "
    "stops stores strikes supplies supports switches takes targets tests totals trains transfers turns updates upgrades uses "
    "values votes waits wants works yields bids breaks drives feeds leaves wins welcomes sets rules pumps questions results searches shares speeds splits spreads studies tenders trades travels treats tries views visits grants benefits bars damages debates drafts doubts forms guides imports markets packs presses rewards slumps surges deals bears beats lies"
)
"""Third-person forms that are also plural nouns; they count as the verb only right after a name."""

AUXILIARIES = listed("will would can could may might must shall should has have had is are was were does did do cannot")
_SUBORDINATORS = listed(
    "that which who whose whom where when while because although though after before since until as if unless whether than and but or so"
)
_NOT_BEFORE_VERB = listed(
    "a an the its their his her our this that these those of in on at by for from to with and or but not newly recently no any "
    "some every each more most less very so too as than all both under over per between"
)
_WORD = re.compile(r"\S+")

_SAY = r"(?:said|says|stated|announced|confirmed|added|noted|wrote|reported|disclosed|acknowledged|estimated|estimates|warned|warns|argued|argues|claimed|claims)"
_WEEKDAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_VENUE = (
    rf"(?:(?: on)? {_WEEKDAY}| this week| today| yesterday| in an? (?:[\w-]+ ){{0,4}}(?:statement|filing|release|note|blog post|post|report|letter|interview|notice|"
    rf"presentation|briefing|call|prospectus|update|disclosure|memo|document|submission)(?: (?:to|with|for) [^,.]{{2,50}})?(?: (?:on|dated|published) [^,.]{{3,20}})?| at the [\w ]{{3,30}})"
)
_TAIL_SAID = re.compile(
    rf",\s+(?P<who>[^,“”\"]{{2,90}}?(?:, [^,“”\"]{{3,60}},)?)\s+(?P<verb>{_SAY}|told [\w ’'-]{{3,40}}?)(?P<venue>{_VENUE}*)$"
)
_TAIL_SAID_INVERTED = re.compile(rf",\s+(?P<verb>{_SAY})\s+(?P<who>[^“”\"]{{2,90}})$")
_MID_SAID = re.compile(
    rf"(?<=[a-z0-9%]), (?P<who>he|she|it|the [a-z]+|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){{0,2}}) (?P<verb>said|says)(?: on {_WEEKDAY})?, (?=[a-z])"
)
"""An attribution between commas: what stands around it is one clause."""
_TAIL_ACCORDING = re.compile(r",?\s+according to\s+(?P<who>[^“”\"]{2,110})$")
_HEAD_ACCORDING = re.compile(r"^According to\s+(?P<who>[^,“”\"]{2,80}(?:, [^,“”\"]{3,60})?),\s+(?P<core>.+)$")
_HEAD_SAID = re.compile(
    rf"^(?P<who>[^,“”\"]{{2,80}}?(?:, [^,“”\"]{{3,60}},)?)\s+(?P<verb>said|says|has said|have said|announced|has announced|confirmed|has confirmed|stated|warned|has warned|added|estimates|estimated|disclosed|noted|reported|told [\w ’'-]{{3,40}}?)"
    rf"(?P<venue>{_VENUE}*)\s+(?P<that>that\s+)?(?P<core>(?:it|its|they|the|a|an|he|she|no|all|more|about|some|each|every|at|up|only|nearly|almost|[A-Z$€£\d]|[a-z-]+ (?:[a-z-]+ ){{0,3}}(?:will|would|could|might|had|has|have|is|are|was|were)\b).+)$"
)
_OPENERS = re.compile(
    r"^(?:However|Meanwhile|Separately|In addition|Additionally|Moreover|Still|Nevertheless|Furthermore|Also|Instead|Importantly|Notably|Elsewhere|For now|So far|In total),\s+|^(?:But|And|Yet|So)\s+"
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A source's sentence taken apart: what is said, and who the source says it from."""

    core: str
    speaker: str | None = None
    """As the source names the speaker: "the company", "Lars Eikeland"."""
    verb: str | None = None
    form: str = "plain"
    """Where the speaker stood: plain, head, tail."""


def parsed(sentence: str) -> Parsed:
    """A sentence without its final stop, its opener and its attribution."""
    text = _OPENERS.sub("", sentence.strip()).rstrip(".")
    for pattern in (_TAIL_SAID, _TAIL_SAID_INVERTED, _TAIL_ACCORDING):
        if (
            (tail := pattern.search(text))
            and (pattern is _TAIL_ACCORDING or _is_speaker(tail["who"]))
            and text[: tail.start()].count(" ") >= 3
        ):
            verb = tail.groupdict().get("verb") or "said"
            return Parsed(text[: tail.start()], tail["who"].strip(" ,"), verb, "tail")
    if (mid := _MID_SAID.search(text)) and len(_MID_SAID.findall(text)) == 1 and _is_speaker(mid["who"]):
        return Parsed(f"{text[: mid.start()]},{text[mid.end() - 1 :]}", mid["who"], mid["verb"], "tail")
    if head := _HEAD_ACCORDING.match(text):
        return Parsed(head["core"], head["who"], "said", "head")
    if (
        (head := _HEAD_SAID.match(text))
        and _is_speaker(head["who"])
        and _has_verb(head["core"])
        and _reports(head)
        and not _TIMED.match(head["core"])
    ):
        return Parsed(head["core"], head["who"].strip(" ,"), head["verb"], "head")
    return Parsed(text)


_TIMED = re.compile(
    r"(?i)(?:only |just )?(?:an?|one|two|three|\d+|some|several) \w+ (?:earlier|ago|later|before|after)\b|afternoon|evening"
)
"""A time between the verb of speech and what was said."""


def _reports(head: re.Match[str]) -> bool:
    """Whether a verb has a clause behind it and not a thing: "estimates that it costs" and "said it costs", not "estimates the cost"."""
    return (
        bool(head["that"])
        or head["verb"].split()[-1] in {"said", "says"}
        or head["verb"].startswith("told")
        or head["core"].startswith(("it ", "they "))
    )


_SPEAKERS_START = listed("the a an its their he she it they analysts officials")


def _is_speaker(who: str) -> bool:
    """Whether words can name who speaks: they start like a noun phrase and hold no verb."""
    first = who.split(" ", 1)[0]
    starts = any(w[:1].isupper() for w in who.split()) or first in _SPEAKERS_START
    return (
        starts
        and len(who.split()) <= 14
        and not any(finite(w) for w in who.split() if w.islower())
        and "which" not in who.split()
        and "that" not in who.split()
    )


def _has_verb(text: str) -> bool:
    return any(finite(w) for w in text.split())


def is_base(word: str) -> bool:
    """Whether a word is the infinitive of a verb; it may be a noun as well."""
    return word in _BASES


_PLURAL = listed("say want need expect believe think hope have come go make take give know suggest")


def finite(word: str) -> bool:
    """Whether a word can be a finite verb."""
    bare = word.strip(',;:“”"()').replace("n't", "").replace("n’t", "")
    return bare in AUXILIARIES or bare in _BASE_OF_PAST or bare in _BASE_OF_THIRD or bare in _PLURAL


@dataclass(frozen=True, slots=True)
class Split:
    """A clause in two: "Fjordwatt AS" and "switched on a hall"."""

    subject: str
    verb: str
    rest: str

    @property
    def predicate(self) -> str:
        return f"{self.verb} {self.rest}".strip()


_FRONTING = listed("in on by at for under after before from with since as while if when although to of because")


def split(core: str) -> Split | None:
    """Subject and predicate of a clause, or None when its verb is not plain to see."""
    tokens = [(m[0], m.start(), m.end()) for m in _WORD.finditer(core)]
    for index in range(1, min(len(tokens), 14)):
        word, start, end = tokens[index]
        before = tokens[index - 1][0]
        if not finite(word) or not _verb_here(word, before, [t[0] for t in tokens[index + 1 :]], index):
            continue
        subject = core[:start].rstrip()
        if re.search(
            r"\b(?:them|it|they|that|which|who|whose|where|when)\b|\b(?:suggest|say|show|argue|believe|think|expect|hope|want|worry|fear)\b",
            subject,
        ):
            return None
        commas = subject.count(",")
        if commas not in (0, 2) or (commas == 2 and not subject.endswith(",")) or subject.split(" ", 1)[0].lower() in _FRONTING:
            return None
        return Split(subject, word, core[end:].strip())
    return None


def _verb_here(word: str, before: str, after: list[str], index: int) -> bool:
    bare_before = before.strip('“”"(')
    if bare_before in _NOT_BEFORE_VERB or before.endswith(("’s", "'s", "-")):
        return False
    if word in AUXILIARIES:
        return True
    if word in _BASE_OF_THIRD:
        named = before[:1].isupper() and not before.isupper() and (index > 1 or (after[:1] != [] and after[0] in _AFTER_VERB))
        return word not in _NOUNS_TOO or named or after[:1] == ["to"]
    return not _another_verb(after)


_AFTER_VERB = listed("a an the its their that to no more less about up nearly almost $")


_OF_NOUNS = listed("a an the its their his her of no two three four five")
"""After these a word in "-s" is a noun."""


def _another_verb(after: list[str]) -> bool:
    """Whether a second finite verb follows in the same clause, so that the first may be a participle."""
    for before, word in pairwise(["", *after]):
        bare = word.strip(',;“”"').lower()
        if bare in _SUBORDINATORS:
            return False
        if bare in AUXILIARIES or (bare in _BASE_OF_THIRD and before not in _OF_NOUNS):
            return True
        if word.endswith((",", ";")):
            return False
    return False


def question_of(parts: Split) -> str | None:
    """What follows "Why " in a question about a clause: "did Corvane delay the campus", or None."""
    if parts.verb in {"will", "would", "can", "could", "must", "should", "has", "have", "had", "is", "are", "was", "were"}:
        return f"{parts.verb} {lowered(parts.subject)} {parts.rest}"
    if parts.verb in _BASE_OF_PAST and parts.verb not in {"said", "told", "added"}:
        return f"did {lowered(parts.subject)} {_BASE_OF_PAST[parts.verb]} {parts.rest}"
    if parts.verb in _BASE_OF_THIRD:
        return f"does {lowered(parts.subject)} {_BASE_OF_THIRD[parts.verb]} {parts.rest}"
    return None


_GUARDED = re.compile(
    r"\b(?:unless|if|provided|subject to|pending|except|excluding|assuming|depend\w*|conditional\w*|as long as|alleg\w+|according|said|says|told|shows?|showed|reported|announced|decided|confirmed|warned|estimated|argued|wrote|added)\b",
    re.IGNORECASE,
)
"""Conditions and exceptions of what stands before them, and who says it: a piece that holds one is never cut off."""

_PIECE_STARTS = re.compile(
    r",\s+(?:which|who|where|whose|when|with|including|part of|one|two|three|four|five|six|half|an?|the|its|their|some|more|less|fewer|up|down|almost|nearly|about|around|enough|above|below|"
    r"most|too|as|after|before|because|since|while|and \w+|[a-z]{3,}ing|[a-z]+ed)\b|;\s"
)


def shorter(sentence: str) -> tuple[str, ...]:
    """The sentence with trailing pieces left off, the longest first; nothing that holds a condition, a negation or an attribution is left off."""
    text, found = sentence.rstrip("."), []
    for piece in reversed(list(_PIECE_STARTS.finditer(text))):
        if _GUARDED.search(text[piece.start() :]):
            break
        rest = text[: piece.start()]
        if ", and " in piece[0] and not _has_verb(text[piece.start() :]):
            continue
        if _OPENS_LOW.match(rest) and not _has_verb(
            re.sub(r"^(?:in |for |on |under |at )?(?:which|who|where)\b.*", "", rest.rpartition(", ")[2])
        ):
            continue
        last = rest.split()[-1]
        if last in _BASES or finite(last) or (", and" in piece[0] and _SPLICED.search(rest)):
            continue
        if len(rest) > 25 and rest.count("“") == rest.count("”") and _has_verb(rest):
            found.append(rest)
    return tuple(found)


_OPENS_LOW = re.compile(r"(?:In|At|For|By|On|Under|With|After|Before|From|Since|As|While|When|If|Until|Of|To|Once|Although|Because)\b")


_SPLICED = re.compile(
    r", (?!which|who|where|when|after|as|while|with|including|said|according)(?:[a-z]+ ){1,4}(?:was|were|is|are|has|had|will|[a-z]+ed|fell|rose|grew)\b"
)
"""A second clause of a row of three, which must keep its "and"."""


_APPOSED = re.compile(
    r"^(?P<subject>[A-Z][^,]{2,70}), (?P<rel>(?:which|who|an?|the|one|whose|now|part of|led by|based in|[a-z]+ed)\s[^,]+), (?P<rest>.+)$"
)


def without_relative(core: str) -> str | None:
    """ "The hall, which opened in May, draws 120 MW" without what stands between the commas, or None."""
    match = _APPOSED.match(core)
    return (
        f"{match['subject']} {match['rest']}" if match and not _GUARDED.search(match["rel"]) and finite(match["rest"].split()[0]) else None
    )


_JOINTS = re.compile(
    r"\s(?:and (?P<verb>[a-z]+)|and to(?= [a-z])|and(?= (?:about|around|up to|more than|almost|nearly|\d|[$€£]))|from(?= (?:about |around )?[$€£]?\d)|before the|until the|until|by the end|rather than|even though|after|because|while|when|before|until|although|since|so that|as soon as)\s"
)


_AFTER_FIGURE = re.compile(
    r"((?:[$€£]\d[\d.,]*(?: (?:million|billion|trillion))?|\d[\d.,]* (?:million|billion|trillion)?(?: ?(?:%|kW|MW|GW|TW|kWh|MWh|GWh|TWh|kV|[a-z]+s))))(?=\s(?:on|for|in|at|from|under|over|through|between)\s)(?! (?:on|in) (?:\d|[A-Z]))"
)


def joints(core: str) -> tuple[int, ...]:
    """Where an attribution may stand inside a clause: before a second verb, or before a clause of time or reason."""
    places: list[int] = []
    if _OPENS_LOW.match(core):
        return ()
    for found in _JOINTS.finditer(core):
        if found["verb"] and not (finite(found["verb"]) or found["verb"] in _BASES):
            continue
        before = core[: found.start()]
        if re.search(r"\b(?:about|around|only|just|than|even|not|or|and|but|by|until|from|since|as)$", before):
            continue
        if re.search(r"\b(?:minutes|hours|days|weeks|months|years)$|\b(?:between|both|from) [^,]{1,30}$", before):
            continue
        if (
            18 <= found.start() <= len(core) - 18
            and _has_verb(core[: found.start()])
            and core[: found.start()].count("“") == core[: found.start()].count("”")
        ):
            places.append(found.start())
    places += [m.start() for m in _COMMA_JOINT.finditer(core) if _two_halves(core[: m.start()], core[m.end() :])]
    places += [m.end(1) for m in _AFTER_FIGURE.finditer(core) if 18 <= m.end(1) <= len(core) - 18 and _has_verb(core[: m.end(1)])]
    return tuple(sorted(set(places)))


_COMMA_JOINT = re.compile(
    r", (?=(?:and|but|because|although|though|while|whereas|since|so|after|before|when|if|unless|until|once|up from|down from|compared with) )"
)


def _two_halves(left: str, right: str) -> bool:
    """Whether a comma parts two clauses of some length, and not the items of a list."""
    return (
        len(left.split()) >= 4
        and len(right.split()) >= 4
        and _has_verb(left)
        and (_has_verb(right) or right.startswith(("up from", "down from", "compared with")))
        and left.count("“") == left.count("”")
    )


_LOOSE = re.compile(
    r"(?<=[a-z0-9%]) (?=(?:for|from|with|under|through|during|within|into|across|against|between|to|at|in|on|by|over|until|as) )"
)


_BEFORE_TO = listed(
    "one those about around only just than even more less able likely due set about close according up down out used equal such as much many well long far soon unable ready free"
)


def loose_joints(core: str) -> tuple[int, ...]:
    """Where an attribution may stand at need: before a phrase that closes a clause of some length."""
    if _OPENS_LOW.match(core) or "“" in core:
        return ()
    places = []
    for found in _LOOSE.finditer(core):
        left, right = core[: found.start()], core[found.end() :]
        last = left.split()[-1]
        if (
            len(left.split()) < 6
            or len(right.split()) < 4
            or finite(last)
            or is_base(last)
            or last.endswith(("ed", "ing", "ly"))
            or last in _NOT_BEFORE_VERB
            or last in _BEFORE_TO
        ):
            continue
        if _has_verb(left) and "," not in left[-25:]:
            places.append(found.start())
    return tuple(places)


_FRONT = re.compile(
    rf" (?P<when>on {_WEEKDAY}|on \d{{1,2}} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{{4}})?|"
    r"last (?:week|month|year)|this (?:week|month|year)|over the (?:next|past|last) [\w-]+ (?:years|months|quarters)|in (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?)$"
)


def fronted(core: str) -> str | None:
    """The clause with its closing time in front, or None; only where one plain verb can own the time."""
    when = _FRONT.search(core)
    if not when:
        return None
    rest = core[: when.start()]
    verbs = [w for w in rest.split() if finite(w)]
    if len(verbs) != 1 or re.search(r"\b(?:to|that|which|who|and|expected|due|planned|scheduled)\b|,", rest):
        return None
    return f"{when['when'][0].upper()}{when['when'][1:]}, {lowered(rest)}"


def inside(core: str, text: str) -> str | None:
    """The clause as it stands inside a sentence, or None when nothing tells whether its first word is a name; `text` is where it is from."""
    first = re.sub(r"(?:[’']s?)?,?$", "", core.split(" ", 1)[0])
    if lowered(core) != core or not first[:1].isupper():
        return lowered(core)
    if (
        re.search(rf"(?<![\w-])[a-z][\w-]*,? {re.escape(first)}\b", text)
        or first.isupper()
        or re.search(rf"^{re.escape(first)}(?:’s|'s)? [A-Z]", core)
    ):
        return core
    return core[:1].lower() + core[1:] if re.search(rf"\b{re.escape(first.lower())}\b", text) else None


_COMMON_STARTS = listed(
    "the a an its their his her it they he she this that these those all some more most about around nearly almost roughly only no "
    "each every both at up over under in on by for from with after before during since until as one two three four five six seven "
    "eight nine ten eleven twelve work construction staff workers residents customers households analysts officials prices demand "
    "supply shares sales revenue power capacity another several many few half part under between within total annual new first "
    "second third contract talks deliveries shipments production spending regulators developers operators"
)


def lowered(core: str) -> str:
    """The clause with its first letter small when its first word is a common one; names keep theirs."""
    first = core.split(" ", 1)[0].strip(",")
    return (
        core[:1].lower() + core[1:]
        if (first.lower() in _COMMON_STARTS and first[:1].isupper() and not first.isupper()) or first == "A"
        else core
    )
