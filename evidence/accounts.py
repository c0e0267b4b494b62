"""Whether several accounts stand behind a sentence that says so: copies of one text are one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from evidence.firmness import nearest
from evidence.grounds import CheckContext, Ground
from evidence.matching import overlap
from evidence.names import names, people, unknown_names
from evidence.parts import parts
from evidence.quotation import SAID, SAID_WORDS, ngram_overlap, outside_quotes, same_person
from evidence.speakers import Speaker, can_be_one, speakers, without_telling
from evidence.text import stem, word_keys, words
from evidence.wording import ALIGNED_FROM, source_sentences
from groundwire.records import SentenceKind, Target

SAME_TEXT = 0.3
"""Two records whose runs of eight words agree to this share are one account. Release copies on the sample wire agree to 0.5 and more, two accounts of one
event to 0.05 at most."""

_OUTLET = r"(?:news\s+)?(?:outlets?|publications?|news(?:papers?|rooms?)|papers?|reports?|accounts?|news\s+organi[sz]ations?|media|reporters?|journals?|news\s+sites?)"
_NUMBER = {
    "two": 2,
    "both": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "several": 2,
    "multiple": 2,
    "many": 3,
    "various": 2,
    "all": 2,
    "different": 2,
    "other": 2,
    "numerous": 3,
}
_COUNTED = re.compile(
    rf"\b(?P<n>two|both|three|four|five|six|several|multiple|many|various|numerous)\s+(?:\w+\s+)?(?:(?:independent|separate|different|other)\s+)?(?!report\b|account\b|paper\b){_OUTLET}\b",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"\b(?:[Ii]ndependent(?:ly)?\s+(?:confirm\w*|report\w*|verif\w*|account\w*|sources?|outlets?|corroborat\w*|reach\w*|carr\w+|put\w*|giv\w+|say\w*|said)|(?:confirm\w*|report\w*|verif\w*|corroborat\w*|found|described|carried)\s+independently|"
    r"[Ss]eparately,?\s+(?:[A-Z][\w ]+\s+)?(?:also\s+)?(?:report\w*|confirm\w*|said|says|described|told)|(?:[Aa]|[Tt]he)\s+second\s+(?:outlet|source|report|account|paper|newspaper|publication|title)|corroborat\w+|(?:also|was|were|is|been)\s+(?:confirmed|reported|carried)\s+(?:separately\s+)?by(?!\s+(?:neither|no\b))|as\s+(?:did|has|does)\s+the\s+[A-Z]|"
    r"echoed\s+by|matched\s+by|backed\s+up\s+by|a\s+(?:separate|further)\s+(?:report|account)|[Aa]nother\s+(?:outlet|report|newspaper|paper|account|publication))\b"
)
_APART = re.compile(
    r"\b(?:(?:its|their|his|her)\s+own\s+(?:\w+\s+)?(?:reporting|sources?|reporters?|investigations?|inquir\w+|enquir\w+|evidence|research|documents?|checks?|interviews?|findings?|account|calculation|contacts?|correspondents?|journalists?)|"
    r"(?:reporting|sources?|evidence|interviews?|inquir\w+|documents?|findings?|contacts?)\s+of\s+(?:its|their|his|her)\s+own|unconnected|unaffiliated|unrelated|with\s+no\s+(?:\w+\s+){0,2}(?:owner|owners|parent|ties?|links?|connection|source|relation)|"
    r"no\s+(?:owner|source|parent|ownership|byline)\s+in\s+common|sharing\s+(?:no|neither)\b|"
    r"(?:different|separate|distinct|independent|rival|competing|unlike)\s+(?:\w+\s+)?(?:sources?|interviews?|conversations?|reporting|reporters|publishers?|owners?|ownership|houses|titles|newsrooms?|inquiries|investigations?|journalists?|routes?|channels?|desks?|documents)|"
    r"independently|(?:more\s+than|not\s+(?:just|only))\s+(?:one|a\s+single)\s+(?:newsroom|outlet|paper|source|reporter|newspaper|publication|account|title|house)|(?:back|confirm|support|echo|match|reinforc)\w*\s+(?:each\s+other|one\s+another)|two\s+(?:sets|teams|newsrooms|desks)\b|without\s+(?:relying|drawing|leaning|depending)\s+on|bears?\s+(?:\w+\s+){0,4}out|bore\s+(?:\w+\s+){0,4}out|bearing\s+out|concur(?:s|red|ring)?|squares?\s+with|lends?\s+(?:\w+\s+)?(?:weight|support)\s+to|(?:vindicat|substantiat|validat|cross-?check|double-?check)\w*|"
    r"(?:reach|arrive|come|came|arrived|reached)\w*\s+(?:at\s+|to\s+)?the\s+same\s+(?:\w+\s+)?(?:conclusion|figure|result|finding|number|date)|(?:likewise|also|too|both|each|alike)\s+(?:found|finds?|establish\w*|uncover\w*|trac\w+|discover\w*|learn\w*|obtain\w*|verif\w*))\b",
    re.IGNORECASE,
)
_SOURCES = re.compile(r"\b(?P<n>two|both|three|four|several|multiple)\s+(?:independent\s+|separate\s+|different\s+)sources\b|\b(?P<m>two|three|several|multiple)\s+sources\b", re.IGNORECASE)  # fmt: skip
_SIDE_BY_SIDE = " and "
_REPORTS = (
    rf"(?:report|carry|give|put|describe|confirm|note|write|state|tell|cite|have|both|all|also|each|{SAID_WORDS}|reported|carried|gave)"
)


def claimed(sentence: str, grounds: Sequence[Ground], outlets: Sequence[str]) -> tuple[int, str]:
    """How many accounts a sentence says stand behind it, with the words that say so; (0, "") when it says nothing of the kind."""
    plain = outside_quotes(sentence)
    near = "\n".join(ground.passage for ground in grounds).casefold()
    for pattern in (_COUNTED, _SOURCES):
        for match in pattern.finditer(plain):
            if match[0].casefold() not in near and not _ONE_OF_THEM.search(plain[: match.start()]):
                number = next(one for one in match.groupdict().values() if one)
                return _NUMBER[number.casefold()], match[0]
    if (second := _SECOND.search(plain)) and second[0].casefold() not in near:
        return 2, second[0]
    if (
        (apart := _APART.search(plain))
        and not _NOT_SO.search(plain[: apart.start()])
        and apart[0].casefold() not in near
        and any(outlet.removeprefix("The ") in plain for outlet in outlets)
    ):
        return 2, apart[0]
    named = _named_together(plain, outlets)
    return (len(named), _SIDE_BY_SIDE.join(named)) if len(named) >= 2 else (0, "")


_ONE_OF_THEM = re.compile(r"\b(?:one|neither|none|either)\s+of\s+(?:the|these|those)?\s*$", re.IGNORECASE)
_NOT_SO = re.compile(r"\b(?:no|not|nothing|without|never|hardly|neither|rather\s+than)\s+(?:\w+\s+)?$", re.IGNORECASE)


def _named_together(plain: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """The outlets that a sentence names side by side as telling the same."""
    places = sorted((at, outlet) for outlet in dict.fromkeys(outlets) if (at := plain.find(outlet)) >= 0)
    together = [places[0][1]] if places else []
    for (at, one), (after, other) in pairwise(places):
        if re.fullmatch(r",?\s*(?:and|as\s+well\s+as|,|along\s+with|like)\s*(?:the\s+|The\s+)?", plain[at + len(one) : after]):
            together.append(other)
    if len(together) < 2:
        return ()
    end = plain.find(together[-1]) + len(together[-1])
    return tuple(together) if re.match(rf"\s+{_REPORTS}\b", plain[end:], re.IGNORECASE) or re.search(r"\b(?:both|by|in|to)\s+(?:the\s+)?$", plain[: plain.find(together[0])], re.IGNORECASE) else ()  # fmt: skip


def independent(grounds: Sequence[Ground]) -> int:
    """How many accounts of their own stand behind grounds: one record, one origin, one text count once."""
    apart: list[Ground] = []
    for ground in grounds:
        if ground.target is Target.PASSAGE and not any(_same(ground, other) for other in apart):
            apart.append(ground)
    return len(apart)


def _texts(grounds: Sequence[Ground]) -> int:
    """How many texts tell it, whoever owns their outlets: copies, and one that has it from the other, count once."""
    apart: list[Ground] = []
    for ground in grounds:
        if ground.target is Target.PASSAGE and not any(_one_text(ground, other) for other in apart):
            apart.append(ground)
    return len(apart)


def _one_text(one: Ground, other: Ground) -> bool:
    if one.record_id == other.record_id or _has_it_from(one, other) or _has_it_from(other, one):
        return True
    if one.origin and other.origin and one.origin != other.origin:
        return False
    return max(ngram_overlap((one.record,), other.record), ngram_overlap((other.record,), one.record)) >= SAME_TEXT


def _has_it_from(one: Ground, other: Ground) -> bool:
    """Whether a cited passage names the outlet of another as where it was told."""
    name = other.outlet.removeprefix("The ")
    return bool(name) and bool(re.search(rf"{re.escape(name)}\s+(?:first\s+|also\s+)?(?:{SAID_WORDS}|reported|reports)\b|(?:according\s+to|reported\s+by)\s+(?:[Tt]he\s+)?{re.escape(name)}", one.passage))  # fmt: skip


def _same(one: Ground, other: Ground) -> bool:
    if (
        one.record_id == other.record_id
        or (one.origin and one.origin == other.origin)
        or _has_it_from(one, other)
        or _has_it_from(other, one)
    ):
        return True
    if one.origin and other.origin:
        return False
    if not (one.record and other.record):
        return False
    return max(ngram_overlap((one.record,), other.record), ngram_overlap((other.record,), one.record)) >= SAME_TEXT


def shared_accounts(sentence: str, kind: SentenceKind, context: CheckContext) -> tuple[str, ...]:
    """A message when a sentence claims more accounts than stand behind what it cites."""
    if kind is SentenceKind.MEASURE and any(ground.target is not Target.PASSAGE for ground in context.grounds):
        return ()
    number, said = claimed(sentence, context.grounds, (*(ground.outlet for ground in context.grounds if ground.outlet), *context.outlets))
    have = _texts(context.grounds) if _SIDE_BY_SIDE in said else independent(context.grounds)
    if number <= have or not have:
        return ()
    why = "one text under several names" if len({ground.record_id for ground in context.grounds}) > have else f"{have} of them cited"
    return (f"“{said}” claims {number} accounts; what it cites is {have} ({why})",)


_ACCORDING = re.compile(
    r"\b(?:according\s+to|as\s+reported\s+by|in\s+the\s+words\s+of|(?:said|reported|announced|disclosed|confirmed|estimated|argued|warned)\s+by)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_SAYS = re.compile(rf"\s*(?:,[^,]{{2,60}},)?,?\s+(?:also\s+|has\s+|had\s+|itself\s+)?(?:{SAID}|reports|reported|estimates|estimated|expects|puts|counts|calculates|denied|denies|believes|reckons|insists?|rejects?|rejected|maintains?|contends?|predicts?|concedes?|admits?|thinks?|complains?|called)\b", re.IGNORECASE)  # fmt: skip


_ACCOUNT = re.compile(r"['’]s?\s+(?:own\s+)?(?:account|reckoning|estimate|calculation|count|forecast|words|telling)\b")


def misattributed(sentence: str, context: CheckContext) -> tuple[str, ...]:
    """A statement given to an outlet that is not cited, or to a speaker other than the one whom the cited passage names."""
    plain = outside_quotes(sentence)
    found: list[str] = []
    for name in _speakers(plain):
        outlet = next((one for one in context.outlets if same_person(one, name)), None)
        cited = any(same_person(name, ground.outlet) for ground in context.grounds if ground.outlet)
        if cited:
            continue
        mentioned = any(_is_called(name, other.text, outlet) for text in context.near for other in names(text))
        if outlet and not mentioned:
            found.append(f"the sentence gives this to {name}, of which nothing is cited")
        elif not outlet and not mentioned and (silent := _not_there(name, context)):
            found.append(silent)
        elif not outlet and (actual := _other_speaker(plain, name, context)):
            found.append(f"the source has this from {actual}, not from {name}")
    return tuple(dict.fromkeys(found)) or told_by_another(plain, context)


CLOSE = 0.15


def told_by_another(plain: str, context: CheckContext) -> tuple[str, ...]:
    """A clause given to somebody, named or not, that the nearest cited sentences all have from somebody who cannot be the same."""
    for start, end in parts(plain):
        piece = plain[start:end]
        who = speakers(piece)
        if len(who) != 1 or any(same_person(name, outlet) for name in who[0].names for outlet in context.outlets):
            continue
        if not _is_plain_speaker(who[0], piece, context):
            continue
        told = without_telling(piece[: who[0].start] + " " + piece[who[0].end :])
        known = [speakers(outside_quotes(source)) for source in _telling(told, source_sentences(context.cited))]
        others = [one for found in known for one in found]
        if known and all(known) and not any(can_be_one(who[0], one, context.whole) for one in others):
            return (f"the source has this from {others[0].text}, not from {who[0].text}",)
    return ()


_NO_SPEAKER = re.compile(
    r"^(?:[Bb]y|[Ii]n|[Oo]n|[Aa]t|[Ff]or|[Ff]rom|[Ww]ith|[Aa]s|[Uu]nder)\s|[’']s\s+(?!own\b|spokes|president|chief|chair|director|founder|head|lawyer|finance|union|manager|officials?\b|office\b|staff\b|engineers?\b|commission)[a-z]"
)
"""What stands before a word that only looks like one of saying: a time or a ground, or something that somebody owns."""


def _is_plain_speaker(who: Speaker, piece: str, context: CheckContext) -> bool:
    """Whether somebody is plainly the one who tells a clause: not within what another tells, no opening word, and of no kind that the cited passages let speak."""
    if _NO_SPEAKER.search(who.text) or re.search(r"\b(?:that|whether|how|what|why|where)\s+(?:the\s+)?$", piece[: who.start]):
        return False
    tokens = who.text.split()
    if len(tokens) == 1 and not any(re.search(rf"[a-z,;]\s{re.escape(tokens[0])}(?!\w)", text) for text in context.whole):
        return False
    heads = [
        stem(word.key) for word in words(re.split(r"\s+(?:who|that|which|of|for|at|in|from|with)\s", who.text)[0]) if word.text.islower()
    ]
    told = {stem(word.key) for text in context.cited for word in words(text)}
    return bool(who.role) or not heads or any(word[0].isupper() for word in tokens[-1:]) or heads[-1] not in told


def _telling(told: str, sources: Sequence[str]) -> tuple[str, ...]:
    """The source sentences that tell what a clause tells, those with its figures before others."""
    numbers = set(re.findall(r"\d[\d.,]*", told))
    having = [source for source in sources if numbers & set(re.findall(r"\d[\d.,]*", source))] if numbers else []
    ranked = [(overlap(told, source), source) for source in having or sources]
    best = max((share for share, _ in ranked), default=0.0)
    return tuple(source for share, source in ranked if share >= max(ALIGNED_FROM, best - CLOSE))


def _is_called(name: str, other: str, outlet: str | None) -> bool:
    """Whether a name of a text can be that of who is said to speak; an outlet's place alone is not the outlet."""
    return set(word_keys(name)) <= set(word_keys(other)) if outlet else same_person(name, other)


_UNNAMED = re.compile(
    r"\b(?:he|she|it|they|(?:the|a|an|its|his|her|one)\s+(?:\w+\s+)?(?:company|firm|group|laboratory|lab|maker|developer|spokes\w+|official|executive|chief|president|founder|minister|analyst|airline|union|board|startup|start-up|chipmaker|"
    r"columnist|writer|author|paper|report|study|statement|release))\b",
    re.IGNORECASE,
)
LEAD = 500


def _not_there(name: str, context: CheckContext) -> str | None:
    """Why somebody who is named nowhere near the citation cannot be the speaker: the passages speak in another's name."""
    if not unknown_names(f"x {name} said", context.near):
        return None
    leads = [text for ground in context.grounds for text in (ground.record[:LEAD], ground.title)]
    if any(_UNNAMED.search(text) for text in context.cited) and not unknown_names(f"x {name} said", leads):
        return None
    return f"the cited passage has nothing that {name} says"


def _speakers(plain: str) -> tuple[str, ...]:
    return tuple(
        name.text
        for name in names(plain)
        if _ACCORDING.search(plain[: name.start])
        or (_SAYS.match(plain, name.end) and plain[name.end : name.end + 2] not in {"’s", "'s"})
        or _ACCOUNT.match(plain, name.end)
    )


def _other_speaker(plain: str, name: str, context: CheckContext) -> str | None:
    """Who says it in the cited passages, when that is somebody else and the one named has no part in it."""
    told = plain
    for one in names(plain):
        told = told[: one.start] + " " * len(one.text) + told[one.end :]
    near = nearest(told, source_sentences(context.cited))
    if not near:
        return None
    for source in near:
        who = _speakers(outside_quotes(source))
        if not who or any(same_person(name, other.text) for other in names(source)):
            return None
        if any(_tied(who[0], name, text) for text in context.whole):
            return None
    return _speakers(outside_quotes(near[0]))[0]


def _tied(one: str, other: str, text: str) -> bool:
    """Whether a text joins two names in one breath: a person and the house that the person speaks for."""
    for match in re.finditer(re.escape(one.split()[-1]), text):
        around = text[max(0, match.start() - 100) : match.end() + 100]
        if other.split()[-1] in around or other.split()[0] in around:
            return not (len(one.split()) == 2 and len(other.split()) == 2 and _both_people(one, other, text))
    return False


def _both_people(one: str, other: str, text: str) -> bool:
    known = {name.text for name in people(text)}
    return one in known and other in known
