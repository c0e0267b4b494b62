"""Opposite ways of saying whether something may, must, applies or is bounded, and whether a figure went up or down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.grounds import stated_quantities
from evidence.matching import content, holds, overlap, vocabulary
from evidence.parts import parts
from evidence.quotation import outside_quotes

_N = r"(?:not|n[’']t|never|no\s+longer)"
_BE = r"(?:is|are|was|were|be|been|being|remains?|stays?)"
_CLASSES: tuple[tuple[str, str, str], ...] = (
    (
        "may",
        rf"(?:free|able|permitted|allowed|entitled|authori[sz]ed|welcome|at\s+liberty|empowered|licen[sc]ed)\s+to|may(?!\s+(?:{_N}|\d))|can(?!\s*{_N}|not)|lets|permits(?=\s+(?:[\w’'-]+\s+){{1,5}}to\b)|allow(?:s|ed)(?!\s+(?:no|nothing|none|neither)\b)|has\s+(?:leave|permission)|have\s+(?:leave|permission)|gets?\s+to",
        rf"cannot|can\s*{_N}|may\s+{_N}|must\s+{_N}|(?:{_N}\s+|un|dis)(?:free|able|permitted|allowed|entitled|authori[sz]ed)|forbid\w*|forbade|bars?|barred|bann?(?:s|ed|ing)?|prohibit\w*|prevent(?:s|ed)?|block(?:s|ed)?|incapable|powerless|impossible|off\s+limits|allow(?:s|ed)?\s+(?:no|nothing|none|neither)\b|no\s+(?:right|way|power|permission)\s+to",
    ),
    (
        "needs",
        rf"(?:required|needed|necessary|essential|compulsory|mandatory|obligatory|indispensable)|needs?(?!\s+(?:no|not)\b)|requires?(?!\s+no\b)|must(?!\s+{_N})|ha(?:s|ve|d)\s+to|obliged\s+to|calls?\s+for",
        rf"needs?\s+(?:no|{_N})|requires?\s+no|(?:{_N}|without)\s+(?:\w+\s+)?(?:be\s+)?(?:required?|need(?:ed|ing)?|necessary|essential|compulsory|mandatory|obliged|have\s+to)|no\s+(?:\w+\s+){{0,2}}(?:{_BE}|would\s+be|will\s+be)\s+(?:needed|required|necessary)|unnecessary|needless|excus(?:es|ed)|exempt(?:s|ed)?|reliev(?:es|ed)|spar(?:es|ed)|absolv(?:es|ed)|frees?|voluntary|optional|without\s+(?:any\s+)?need|no\s+need",
    ),
    (
        "applies",
        r"(?:appl(?:y|ies|ied)|cover(?:s|ed)?|bind(?:s|ing)?|extends?\s+to|falls?\s+under|subject\s+to|includ(?:es|ed)|counts?|liable)",
        rf"{_N}\s+(?:\w+\s+)?(?:apply|cover(?:ed)?|bind|bound|extend|subject|includ(?:e|ed)|count(?:ed)?)|exempt\w*|exclud\w+|spared|outside|leaves?\s+out|no\s+part\s+of|excused|carve\w*\s+out|in\s+none|counts?\s+\w+\s+(?:\w+\s+){{0,2}}in\s+none",
    ),
    (
        "bounded",
        r"(?:limits?|limited|caps?|capped|restricts?|restricted|ceiling|rations?|rationed)",
        rf"(?:declin\w+|refus\w+|reject\w+|avoid\w*|{_N})\s+(?:to\s+)?(?:\w+\s+){{0,3}}(?:limit|cap|restrict|ceiling)\w*|(?:no|without\s+an?)\s+(?:\w+\s+)?(?:limit|cap|restriction|ceiling)s?|unlimited|uncapped|unrestricted|as\s+many\s+as\s+they\s+(?:like|wish|want)",
    ),
    (
        "given",
        r"(?:disclos(?:ed|es)|reveal(?:ed|s)|publish(?:ed|es)|named|(?<!the\s)(?<!their\s)(?<!its\s)names|gave|gives|said\s+what|specif(?:ied|ies)|made\s+public|released?)",
        rf"(?:did|does|has|have|had|would|do|is|was|were|are)\s*(?:{_N})\s+(?:\w+\s+)?(?:been\s+)?(?:disclos|reveal|publish|nam|give|say|specif|made\s+public|releas)\w*|undisclosed|kept\s+(?:secret|back)|declin\w+\s+to|refus\w+\s+to|without\s+(?:giving|naming|saying)|withh[eo]ld\w*",
    ),
    (
        "agrees",
        r"(?:agree[sd]?|accept(?:s|ed)?|grant(?:s|ed)?|approv(?:es|ed)|consent(?:s|ed)?|yield(?:s|ed)|conced\w+|adopt(?:s|ed)|upheld|honou?r(?:s|ed))",
        rf"(?:declin(?:es|ed)|refus(?:es|ed)|reject(?:s|ed)?|den(?:ies|ied)|turn(?:s|ed)\s+down|oppos(?:es|ed)|dismiss(?:es|ed)|{_N}\s+(?:\w+\s+)?(?:agree|accept|grant|approv|consent|adopt)\w*|struck\s+down|overturned|threw\s+out|thrown\s+out)",
    ),
)  # fmt: skip
_PATTERNS = tuple(
    (name, re.compile(rf"\b(?:{yes})(?!\w)", re.IGNORECASE), re.compile(rf"(?<!\w)(?:{no})(?!\w)", re.IGNORECASE))
    for name, yes, no in _CLASSES
)
NEAR = 0.5
"""A source clause speaks of the same thing when it holds this share of a clause's other content words."""
_CUT = re.compile(r"[,;:—]\s+|\s+(?:and|but|while|whereas|which|although|though|because|so)\s+")


def _clauses(text: str) -> list[str]:
    return [piece for piece in _CUT.split(text) if content(piece)]


def _stance(clause: str) -> dict[str, tuple[bool, str]]:
    """What a clause says of each class: yes or no, with its words; a denial before an assertion."""
    found: dict[str, tuple[bool, str]] = {}
    for name, yes, no in _PATTERNS:
        if denied := no.search(clause):
            found[name] = (False, denied[0])
        elif said := yes.search(clause):
            found[name] = (not _NOTHING.match(clause, said.end()), said[0])
    return found


_NOTHING = re.compile(r"\s+(?:no|none|nothing|neither|nobody|little|few)\b", re.IGNORECASE)


def reversed_stance(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """What may, must, applies or is bounded in the source and not in the sentence, or the other way round, clause by clause."""
    known = [clause for source in sources for clause in _clauses(outside_quotes(source))]
    for clause in _clauses(outside_quotes(sentence)):
        for name, (said, words) in _stance(clause).items():
            near = list(_beside(clause, words, name, known))
            if near and all(stance != said for stance, _ in near):
                return (f"the sentence says “{words}”, the source “{near[0][1]}”",)
    return _set_aside(outside_quotes(sentence), known)


_ASIDE = re.compile(r"\b(?:rather\s+than|instead\s+of|as\s+opposed\s+to)\s+(?P<what>[^,.;:]+)", re.IGNORECASE)
_CONTRAST = re.compile(
    rf"\b(?:{_N}|no|none|nor|neither|nothing|rather|instead|unlike|without|only|than|but|den(?:y|ies|ied)|refus\w+|reject\w*|drop\w*|declin\w+)(?!\w)",
    re.IGNORECASE,
)


def _set_aside(plain: str, known: Sequence[str]) -> tuple[str, ...]:
    """What the sentence says is not so, in the words "rather than", and a source clause says is."""
    for found in _ASIDE.finditer(plain):
        wanted = content(found["what"])
        for clause in known:
            here = vocabulary(clause)
            held = sum(holds(*here, one) for one in wanted)
            if held >= 2 and held * 3 >= len(wanted) * 2 and not _CONTRAST.search(clause):
                return (f"the sentence sets aside “{found['what'].strip()}”, which the source affirms",)
    return ()


def _beside(clause: str, words: str, name: str, known: Sequence[str]) -> Iterator[tuple[bool, str]]:
    """What the source clauses nearest to a clause say of a class."""
    wanted = content(clause.replace(words, " "))
    for other in known:
        stance = _stance(other).get(name)
        if stance is None or not wanted:
            continue
        here = vocabulary(other.replace(stance[1], " "))
        if sum(holds(*here, one) for one in wanted) >= NEAR * len(wanted):
            yield stance


_UP = r"rose|rise[ns]?|rising|grew|grow(?:s|n|ing)?|gain(?:s|ed|ing)?|climb(?:s|ed|ing)?|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|soar(?:s|ed)?|went\s+up|gone\s+up|going\s+up|goes\s+up|up\s+(?:from|by)|increas(?:e|es|ed|ing)|lengthen(?:s|ed|ing)?|widen(?:s|ed)?|added|swell(?:s|ed)?|swollen|doubled|tripled|higher|mount(?:s|ed)|advanced|put\s+on|expand(?:s|ed)?|crept\s+up|moved\s+up|stretched|ballooned|shot\s+up|longer|more\s+than\s+(?:(?:it|they|he|she)\s+(?:did|was|were|had)|last|a\s+year|before)"  # fmt: skip
_DOWN = r"fell|fall(?:s|en|ing)?|dropp(?:ed|ing)|drops?|declin(?:e|es|ed|ing)|los(?:t|es|e|ing)|slipp?(?:s|ed|ing)?|slid(?:e|es)?|shrank|shrunk|shrinks?|went\s+down|gone\s+down|goes\s+down|c[ao]mes?\s+down|coming\s+down|came\s+down|down\s+(?:from|by)|decreas(?:e|es|ed|ing)|shorten(?:s|ed|ing)?|narrow(?:s|ed)?|reduc(?:e|es|ed|ing)|halved|lower(?:ed)?|sank|sunk|eased|retreated|shed|dipp(?:ed|s)|dips?|plung(?:e|ed|es)|tumbl(?:e|ed|es)|contracted|cheaper|shorter|cut\s+(?:by|from|to)|trimmed|dwindled|crept\s+down|weakened|(?:less|fewer)\s+than\s+(?:(?:it|they|he|she)\s+(?:did|was|were|had)|last|a\s+year|before)"  # fmt: skip
_WORSE, _BETTER = r"worsen(?:s|ed|ing)?|deteriorat\w+|worse", r"improv(?:e|es|ed|ing|ement)|better"
_WAYS = re.compile(rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?P<worse>{_WORSE})|(?P<better>{_BETTER}))\b", re.IGNORECASE)
_BURDEN = re.compile(r"\b(?:spend\w*|spent|costs?|loss(?:es)?|debts?|complaints?|delays?|waits?|waiting|prices?|bills?|errors?|deaths?|outages?|failures?|queue|backlog|burn\w*|shortfall|deficit|lead\s+time|queues|times?)\b", re.IGNORECASE)  # fmt: skip
_SINCE = re.compile(r",\s+(?P<way>up|down)\s+from\b", re.IGNORECASE)
"""What comes before ", down from" went down."""
FAR = 60
"""Characters between a figure and the word that says which way it went."""


def reversed_figure(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """A figure that went up in the sentence and down in every source clause that has it, or the other way round."""
    plain = outside_quotes(sentence)
    said = dict(_ways(plain))
    known = [(key, way, source) for source in sources for key, way in _ways(source)]
    for key, way in said.items():
        theirs = [other for one, other, source in known if one == key and overlap(source, plain) > 0]
        if theirs and all(other[0] != way[0] for other in theirs):
            return (f"the sentence says “{way[1]}” of this figure, the source “{theirs[0][1]}”",)
    return ()


def _ways(text: str) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Each figure of a text, by value and unit, with the way it went and the word that says so, where one stands in its clause."""
    for stated in stated_quantities(text):
        at = stated.quantity.start
        since = _SINCE.search(stated.sentence, stated.quantity.end)
        if since and _plain_unit(stated.quantity.unit) == _unit_after(text, stated.sentence, since.end()):
            yield (str(stated.quantity.value), _plain_unit(stated.quantity.unit)), (since["way"].casefold(), since[0])
            continue
        clause = next(((a, b) for a, b in parts(stated.sentence) if a <= at < b), (0, len(stated.sentence)))
        if re.match(r"\w+ing\b", stated.sentence[clause[0] :]):
            clause = (0, clause[1])
        ways = [
            one
            for one in _WAYS.finditer(stated.sentence, *clause)
            if one.start() - stated.quantity.end >= -FAR and at - one.end() <= FAR and one.start() - stated.quantity.end <= FAR / 3
        ]
        if not ways:
            continue
        nearest = min(ways, key=lambda one: min(abs(at - one.end()), abs(one.start() - stated.quantity.end)))
        way = _way_of(nearest, stated.sentence)
        if way:
            yield (str(stated.quantity.value), _plain_unit(stated.quantity.unit)), (way, nearest[0])


def _unit_after(text: str, sentence: str, at: int) -> str | None:
    """The unit of the first figure of a sentence after a place in it."""
    return next(
        (_plain_unit(one.quantity.unit) for one in stated_quantities(text) if one.sentence == sentence and one.quantity.start >= at), None
    )


def _way_of(found: re.Match[str], sentence: str) -> str:
    kind = found.lastgroup or ""
    if kind in {"up", "down"}:
        return kind
    if not _BURDEN.search(sentence):
        return ""
    return "up" if kind == "worse" else "down"


def _plain_unit(unit: str) -> str:
    """A unit without what it is counted per."""
    return unit.partition("/")[0]
