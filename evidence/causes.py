"""Causes: a sentence may join two things as cause and effect only where a source does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.matching import content, holds, overlap, vocabulary
from evidence.quotation import outside_quotes
from evidence.wording import source_sentences

_NOUN_BEFORE = (
    r"(?<!the\s)(?<!a\s)(?<!leading\s)(?<!top\s)(?<!main\s)(?<!common\s)(?<!their\s)(?<!specific\s)(?<!possible\s)(?<!exact\s)(?<!root\s)"
)
_STRONG = (
    rf"because(?:\s+of)?|caus(?:ed|ing)|{_NOUN_BEFORE}causes?|(?<!-)led\s+(?:(?!by\b)\w+\s+){{0,2}}to|leads\s+to|leading\s+to|due\s+to(?!\s+(?:be|open|start|begin|close|expire|end|finish|take|come|go|run|report|decide|vote|publish|arrive|join|enter|deliver|ship|resume|meet|hear|rule|reach|get|receive|move|leave|become|make|pay|appear|have)\b)|owing\s+to|thanks\s+to|as\s+a\s+(?:direct\s+)?(?:result|consequence)(?:\s+of)?|"
    r"result(?:ed|s|ing)\s+(?:in|from)|blam(?:e|es|ed|ing)|dr(?:ove|iven|ives|iving)(?:\s+by)?(?!\s+(?:the\s+)?(?:car|truck|wheel))|trigger(?:ed|s|ing)|(?<!when\s)prompt(?:ed|ing)|prompts(?=\s+(?:the|its|their|an?|it|them)\b)|spark(?:ed|s|ing)|"
    r"forc(?:ed|ing)\s+(?:by|(?:\w+\s+){1,4}(?:to|into|out|off))|forces(?=\s+(?:the|its|their|it|them|an?)\b)|attribut(?:ed|es|able)\s+to|stem(?:s|med|ming)\s+from|therefore|consequently|hence|which\s+is\s+why|that\s+is\s+why|is\s+why|the\s+reason\s+(?:is|why|that|for)|for\s+that\s+reason|"
    r"fuel(?:led|ed|ling|ing|s)(?:\s+by)?|spurr?(?:ed|ing|s)(?:\s+by)?|ow(?:es|ed|ing)(?:\s+(?:much|something|a\s+(?:lot|deal)|a\s+great\s+deal|little|more|everything|its\s+\w+|part\s+of\s+[\w\s]+?))?\s+to|made\s+possible\s+by|in\s+response\s+to|reflect(?:s|ed|ing)(?!\s+on\b)|on\s+the\s+back\s+of|in\s+the\s+wake\s+of|"
    r"push(?:ed|ing)\s+(?:(?!back\b|for\b)\w+\s+){1,4}(?:up|down|into|higher|lower)|explains?\s+(?:why|the)|(?:is|was|were|are)\s+what\s+\w+(?:ed|ew|ove|ught|ade|ent|t|s)\b|account(?:s|ed)?\s+for\s+(?:the|its|their|this|[\w-]+[’']s?)\s+(?:\w+\s+){0,2}(?:higher|lower|bigger|smaller|growth|increase|decline|slip|lateness|shortage|rise|fall|delay|drop|jump|gap|difference|change|cut)|"
    r"so\s+that|(?:which|that)\s+(?:left|forced|made|sent)|help(?:ed|s|ing)\s+(?:\w+\s+){0,3}(?:to\s+)?(?:push|drive|lift|cut|raise|win|secure|persuade|explain)|(?:persuad|convinc|encourag|induc)(?:ed|es|ing)|motivat(?:ed|es|ing)|brought\s+(?:about|on)|"
    r"(?:enabl|allow)(?:ed|ing)\s+(?:\w+\s+){1,4}to|made\s+(?:\w+\s+){1,3}(?:necessary|inevitable|impossible|possible)|under\s+pressure\s+from|worried\s+(?:by|about)|amid\s+(?:fears|concerns?|worries|pressure|growing)|"
    r"(?:weigh(?:ed|s|ing)|drag(?:ged|s|ging))\s+on|to\s+(?:counter|offset|avoid|escape|head\s+off|pre-?empt|ease|soothe|placate|fend\s+off)|designed\s+to|in\s+(?:an\s+(?:effort|attempt|bid)|order)\s+to|ow(?:ed|ing)\s+to|"
    r"(?:is|was|are|were|lies|lay|stands|stood)\s+behind|at\s+the\s+(?:root|bottom|heart)\s+of|the\s+(?:result|consequence|upshot|product|outcome|fruit|legacy)\s+of|on\s+the\s+strength\s+of|(?:which|that|this)\s+explains|(?:is|was|are|were|partly|largely|best)\s+explained\s+by|thereby|accordingly|"
    r"with\s+the\s+result\s+that|courtesy\s+of|in\s+(?:the\s+)?light\s+of|in\s+view\s+of|on\s+the\s+grounds|lest|so\s+as\s+(?:not\s+)?to|with\s+(?:an\s+eye|a\s+view)\s+to|to\s+(?:make\s+(?:up|room|way)\s+for|keep\s+(?:pace|up)|forestall|prevent|relieve|appease|reassure|satisfy|calm|protect|compensate)|"
    r"for\s+(?:fear|want|lack)\s+of|out\s+of\s+(?:fear|concern|frustration|worry|anger|caution)|born\s+out\s+of|gave\s+rise\s+to|giving\s+rise\s+to|set\s+off\s+by|hastened|precipitated|provok(?:ed|ing)|occasioned|owed\s+to|down\s+to\s+the\s+fact|in\s+reaction\s+to|in\s+answer\s+to|"
    r"(?:squeez|forc|talk|press|push|nudg|bounc|scar|shock|bull|goad|lur|coax|sham|frighten|panick)\w*\s+(?:[\w’'-]+\s+){1,4}into|(?:kept|keeps|stopp\w+|deter\w*|discourag\w+|dissuad\w+)\s+(?:[\w’'-]+\s+){1,4}from(?=\s+\w+ing)|"
    r"contribut(?:ed|es|ing)\s+to|the\s+(?:difference|explanation|driver|culprit|cause|reason)\s+(?:is|was|lies)|born\s+of|a\s+(?:product|consequence|result|function)\s+of|underpinn(?:ed|ing)\s+by|on\s+account\s+of|(?:boost|lift|hurt|hit)(?:ed|ing)?\s+by|meant\s+that"
)
_CAUSE = re.compile(rf"\b(?:{_STRONG})(?!\w)", re.IGNORECASE)
_FEELING = (
    r"(?:disappointment|concerns?|news|fears?|worr(?:y|ies)|anger|anxiety|expectations?|prospects?|hopes?|doubts?|alarm|unease|frustration|pressure|enthusiasm|optimism|pessimism|relief|complaints?|speculat\w+|scarcity|shortages?|demand|competition|criticism|opposition|protests?|"
    r"objections?|nervousness|impatience|resentment|outcry|backlash|scepticism|caution|confidence|disquiet|uncertainty|excitement|rumou?rs?|panic|haste|rivalry|greed|dissatisfaction|publicity|embarrassment|word\s+that|talk\s+of|the\s+fact\s+that|the\s+(?:shift|switch|move|rush|lack|need|wish|desire|decision|failure|discovery|delay|absence|arrival|success|loss)\s+(?:of|to|for|from|that|in))"
)
_MOVES = r"(?:cost|lift(?:ed|s|ing)|mov(?:ed|es|ing)|knock(?:ed|s|ing)|push(?:ed|es|ing)|sen(?:t|ds|ding)|took|takes|wip(?:ed|es|ing)|shav(?:ed|es|ing)|hit|hits|dent(?:ed|s|ing)|boost(?:ed|s|ing)|made|makes|left|leaves|cuts?|rais(?:ed|es|ing)|kept|keeps|held|holds|brought|brings|turn(?:ed|s|ing)|"
_MOVES += r"depress(?:ed|es|ing)|swell(?:ed|s)?|inflat(?:ed|es|ing)|sway(?:ed|s)|tipp(?:ed|ing)|delay(?:ed|s)|slow(?:ed|s)|stall(?:ed|s)|halt(?:ed|s)|sank|sink(?:s|ing)?|weaken(?:ed|s)|strengthen(?:ed|s)|shap(?:ed|es)|decid(?:ed|es)|bid\s+up|ran|put|puts|pull(?:ed|s)|drag(?:ged|s)|earned|won|robbed|deprived|doubled|stopped|bar(?:red|s)|stretch(?:ed|es)|lengthen(?:ed|s)|prolong(?:ed|s)|extend(?:ed|s)|shorten(?:ed|s)|squeez(?:ed|es))"
_ABSTRACT = re.compile(rf"(?:^|[,;:—]\s+|\b(?:and|but|that|as|while|because)\s+)(?:[Tt]he\s+|[Aa]n?\s+|[Ii]ts\s+|[Tt]heir\s+)?(?:[\w’'-]+\s+){{0,2}}{_FEELING}\b[^.;:]{{0,90}}?\b(?P<verb>{_MOVES})\b", re.IGNORECASE)  # fmt: skip
_MOVED = re.compile(
    r"(?:^|[,;:—]\s+|\b(?:and|but|who|which)\s+)(?P<verb>(?:[Aa]larmed|[Ww]orried|[Cc]oncerned|[Ee]ncouraged|[Ee]mboldened|[Ss]pooked|[Ff]rustrated|[Aa]ngered|[Bb]uoyed|[Ss]tung|[Ww]ary|[Ff]earing|[Hh]oping|[Kk]een|[Ee]ager|[Aa]nxious|[Mm]indful|[Uu]nsettled|[Dd]isappointed|[Rr]eassured|[Rr]attled|[Ii]mpatient|[Uu]nnerved|[Tt]empted|[Pp]ressed|[Ss]purred|[Aa]ttracted|[Ll]ured|[Dd]eterred|[Dd]iscouraged|[Aa]nnoyed|[Ii]mpressed|[Hh]elped|[Hh]urt|[Dd]ogged|[Ss]queezed|[Bb]urdened|[Cc]heered|[Bb]urn(?:ed|t)|[Cc]hastened|[Ss]hamed|[Bb]ruised|[Ss]carred|[Ss]obered|[Bb]olstered|[Ff]ortified|[Ss]wayed|[Pp]ersuaded|[Cc]onvinced|[Ss]haken|[Hh]aunted|[Hh]umbled|[Ii]nspired|[Mm]otivated|[Ww]arned|[Pp]rovoked|[Ww]eary|[Dd]istrustful|[Ss]hort|[Ss]tarved|[Ff]lush|[Ff]aced|[Cc]onfronted|[Cc]onscious|[Aa]nticipating|[Dd]reading|[Ss]ensing|[Ss]eeing|[Ww]anting|[Ww]ishing|[Rr]eluctant|[Uu]nwilling|[Cc]ertain|[Cc]onfident)\s+(?:at|by|of|to|that|with|for|about)\b)",
)
_REMADE = re.compile(
    r"(?:^|[,;:—]\s+)(?:[A-Za-z]{3,}ing|[Tt]he\s+[A-Za-z]{3,}ing\s+of)\s[^.;]{3,90}?\b(?P<verb>(?:has|have|had)\s+(?:left|made|turned|rendered|put(?!\s+(?:down|up|in|forward|aside|off))|kept|pushed|cost|cut|helped|lifted|raised)|(?:left|rendered|made)\s+(?:it|them|him|her|the)\b)"
)
_PUSHED = re.compile(
    r"(?P<verb>(?:has\s+|have\s+|had\s+)?(?:push(?:ed|es|ing)|driv(?:en|es|ing)|drove|lift(?:ed|s|ing)|sen(?:t|ds|ding)|bid)\s+[^.;]{1,80}?\b(?:to\s+(?:roughly|about|almost|nearly|some|around|more|a|[$€£]?\d)|up|down|higher|lower|above|below|past|beyond)\b)"
)
_AGENT = re.compile(
    r"(?:\b[A-Z][\w’-]*|\b(?:it|he|she|they|who|which|company|board|county|operator|maker|firm|group|laboratory|lab|agency|commission|state|council|utility|union|office))\s+(?:(?:also|has|have|had|then|later|\w+ly)\s+)*$"
)
_WEAK = r"after|when|once|as|since|following|citing|cites|began\s+when|amid|so|means?|without|with|if|until|given|makes?|reason|to\s+\w+|for\s+lack\s+of|by\s+\w+ing|need(?:s|ed)?|requires?|allows?|would|will|lets?|by|enough"
_WEAK_SIDES = re.compile(rf"\b(?:{_WEAK})\b", re.IGNORECASE)
_STRONG_IN_SOURCE = re.compile(rf"\b(?:{_STRONG}|lets?|only\s+if|unless|after|when|once|as|since|following|citing|makes?|mean(?:s|t)|reason|grund|wegen|weil|amid|so|given|without|for\s+lack\s+of)(?!\w)", re.IGNORECASE)  # fmt: skip
_PURPOSE = re.compile(r"^(?:to\s|designed|in\s+(?:an|order)|so\s+that)", re.IGNORECASE)
_BLAMES = re.compile(r"blam|attribut|cit(?:es|ed|ing)\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:not|no|nor|never|without|nobody|none|neither)\s+(?:\w+\s+){0,4}$", re.IGNORECASE)
SIDE = 4


def invented(sentence: str, sources: Sequence[str], near: Sequence[str]) -> tuple[str, ...]:
    """The cause that a sentence gives and no source states between the same things; `near` is the text around the sources."""
    plain = outside_quotes(sentence)
    known = tuple(dict.fromkeys((*source_sentences(sources), *source_sentences(near))))
    for start, end, said in _causes(plain):
        if not _is_given(plain, start, end, said, known, near):
            return (f"the sentence gives a cause (“{said}”) that no cited passage gives",)
    if unknown := _unknown_ground(plain, near):
        return (f"the sentence gives a cause (“{unknown}”) that no cited passage gives",)
    return ()


_GROUND = re.compile(
    r"(?P<word>\b(?:since|(?<!just )(?<!much )(?<!same )(?<!such )as|after|now\s+that|given\s+that|seeing\s+that))\s+(?P<clause>(?![$€£]?\d)(?:[\w’'-]+\s+){1,7}?(?:had|has|have|was|were|is|are|\w{3,}ed|took|went|came|fell|rose|made|lost|won)\b[^,.;:]*)"
)


def _unknown_ground(plain: str, near: Sequence[str]) -> str | None:
    """The word before a clause that a sentence gives as the ground or occasion of another, and of which the texts hold less than half."""
    known = vocabulary("\n".join(near))
    for found in _GROUND.finditer(plain):
        wanted = content(found["clause"])
        if len(wanted) >= SIDE - 1 and sum(holds(*known, one) for one in wanted) * 2 < len(wanted):
            return found["word"]
    return None


def _causes(plain: str) -> Iterator[tuple[int, int, str]]:
    """Where a sentence ties a cause to an effect: by a word of cause, a feeling or event that moves something, or somebody moved by one."""
    for found in _CAUSE.finditer(plain):
        if not _IDLE.match(plain, found.start()):
            yield found.start(), found.end(), found[0]
    for pattern in (_ABSTRACT, _MOVED, _REMADE):
        for found in pattern.finditer(plain):
            yield found.start("verb"), found.end("verb"), found["verb"]
    for found in _PUSHED.finditer(plain):
        if not _AGENT.search(plain[: found.start()]):
            yield found.start("verb"), found.start("verb") + len(found["verb"].split()[0]), found["verb"].split()[0]


_IDLE = re.compile(r"(?:led|leads|leading)\s+to\s+(?:nothing|no\b|nowhere)|thanks\s+to\s+(?:all|every)|sent\s+to", re.IGNORECASE)
"""What has the words of a cause and names none: a reference that led to nothing."""


def _is_given(plain: str, start: int, end: int, said: str, known: Sequence[str], near: Sequence[str]) -> bool:
    left, right = _sides(plain, start, end)
    if not left or not right:
        return (not left and not right) or any(said.casefold() in source.casefold() for source in known) or not right
    asked = _PURPOSE.match(said)
    if _BLAMES.match(said):
        left = ()
    for source in _with_next(known):
        marks = [*_STRONG_IN_SOURCE.finditer(source), *(_WEAK_SIDES.finditer(source) if asked else ())]
        if not _NEGATED.search(plain[:start]):
            marks = [one for one in marks if one[0].casefold() != said.casefold() or not _NEGATED.search(source[: one.start()])]
        parted = asked or not left or any(_parts_them(left, right, source, mark) for mark in marks)
        if marks and parted and (not left or _speaks(left, source, near)) and _speaks(right, source, near):
            return True
        if not _EXPLICIT.fullmatch(said) and _speaks(right, source, near) and (not left or _speaks(left, source, near)):
            return True
        if any(_ties(plain, start, end, source, mark) for mark in marks if not _LOOSE.fullmatch(mark[0])):
            return True
    return False


_EXPLICIT = re.compile(
    r"because(?:\s+of)?|(?:due|owing|thanks)\s+to|as\s+a\s+(?:direct\s+)?(?:result|consequence)(?:\s+of)?|an?\s+(?:\w+\s+)?(?:result|consequence|product)\s+of|the\s+(?:result|consequence|upshot|product|outcome)\s+of|"
    r"(?:which|that)?\s*is\s+why|the\s+reason\s+\w+|for\s+that\s+reason|therefore|consequently|hence|blam\w+|attribut\w+\s+to|stem\w*\s+from|in\s+response\s+to|\w+\s+by|out\s+of\s+\w+|for\s+(?:fear|want|lack)\s+of|on\s+account\s+of|ow(?:es|ed|ing)\b.*",
    re.IGNORECASE,
)
"""Words that say nothing but a cause. Other words may tell what came of what in the words of a source that has both."""
_LOOSE = re.compile(r"lets?|after|when|once|following|citing|makes?|amid|so|given|without", re.IGNORECASE)
TIED = 0.4


def _ties(plain: str, start: int, end: int, source: str, mark: re.Match[str]) -> bool:
    """Whether a source's own word of cause stands between what it holds of the two sides, taken whole, in other words as may be."""
    if overlap(plain, source) < TIED:
        return False
    one, other = (tuple(content(text)) for text in _halves(plain, start, end))
    return bool(one and other) and _parts_them(one, other, source, mark)


def _halves(plain: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a cause; one that opens a clause has its two sides behind it, parted by the comma."""
    if _OPENS.search(plain[:start]) and "," in plain[end:]:
        head, _, tail = plain[end:].partition(",")
        return head, tail
    return plain[:start], plain[end:]


_OPENS = re.compile(r"(?:^|[;:—]\s+|\b(?:and|but|that|yet)\s+)$")


def _parts_them(left: Sequence[str], right: Sequence[str], source: str, mark: re.Match[str]) -> bool:
    """Whether a mark of a source sentence stands between the two things; one that opens a clause has its cause up to the comma."""
    before, after = source[: mark.start()], source[mark.end() :]
    if len(content(before)) < 2:
        before, _, after = after.partition(",")
    one, other = vocabulary(before), vocabulary(after)
    return any(_touch(left, a) and _touch(right, b) for a, b in ((one, other), (other, one)))


def _touch(side: Sequence[str], known: tuple[frozenset[str], frozenset[int]]) -> bool:
    return any(holds(*known, word) for word in side)


def _with_next(known: Sequence[str]) -> Iterator[str]:
    """Each source sentence, and with the one before it when it opens by pointing back: a cause may stand in two sentences."""
    for index, source in enumerate(known):
        yield source
        if index and re.match(
            r"\s*(?:That|This|It|They|The\s+(?:reason|cause|result)|So|As\s+a\s+result|Therefore|These|Those|Grund)\b", source
        ):
            yield f"{known[index - 1]} {source}"


def _sides(plain: str, start: int, end: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The content words next to a cause on either side; what follows is both sides when the cause opens its clause."""
    before, after = _halves(plain, start, end)
    if before == plain[:start]:
        return content(before)[-SIDE:], content(after)[:SIDE]
    return content(before)[:SIDE], content(after)[:SIDE]


def _speaks(side: Sequence[str], source: str, near: Sequence[str]) -> bool:
    """Whether a source sentence holds half of what stands on one side, at least one word; a pronoun in it may mean what stands around."""
    here = sum(holds(*vocabulary(source), one) for one in side)
    if here * 2 >= len(side):
        return here > 0
    wide = vocabulary("\n".join(near))
    back = re.match(r"\s*(?:It|They|He|She|This|That|The|These|Its|Their)\b", source)
    return bool(back) and here > 0 and sum(holds(*wide, one) for one in side) * 2 >= len(side)


def causal(sentence: str) -> str | None:
    """The words of cause in a sentence, or None."""
    found = _CAUSE.search(outside_quotes(sentence))
    return found[0] if found else None
