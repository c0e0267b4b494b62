"""Readings and opinions: an inference says that it is one and stands on what is cited; a columnist's or a forum's view stays theirs."""

from __future__ import annotations

import re

from evidence.firmness import dropped
from evidence.grounds import CheckContext, Ground, stated_quantities
from evidence.matching import content, holds, overlap, vocabulary
from evidence.names import names
from evidence.parts import LEAST, parts
from evidence.quotation import SAID_WORDS, outside_quotes, same_person
from evidence.reckoned import follows_from
from evidence.score import score
from evidence.text import stem
from evidence.wording import flipped_negation, source_sentences, turned_direction
from groundwire.records import OutletKind, Target

_READING = re.compile(
    r"\b(?:suggest(?:s|ed|ing)?|impl(?:y|ies|ied|ying)|indicat(?:es?|ed|ing)|point(?:s|ed|ing)?\s+to|hint(?:s|ed)?|looks?(?:\s+like|\s+as|\s+set|\s+less|\s+more|\s+to)?|looked|seem(?:s|ed)?|appear(?:s|ed)?|"
    r"(?:our|one|a|this|the|another|plain|likely|fair|simplest|obvious)\s+(?:\w+\s+)?(?:reading|inference|interpretation|conclusion|implication)|read(?:s|ing)?\s+(?:as|together|this|like|against|alongside|side)|can\s+be\s+read|"
    r"may|might|could|would|perhaps|probabl[ey]|likely|unlikely|arguabl[ey]|plausibl[ey]|presumably|apparently|therefore|thus|hence|so\s+that|(?:not|hardly)\s+necessarily|best\s+(?:read|taken|treated|understood|seen)|going\s+by|judging\s+by|by\s+(?:that|this)\s+(?:measure|reckoning|logic)|fits|squares?\s+with|at\s+odds|in\s+effect|in\s+other\s+words|taken\s+together|on\s+this\s+evidence|on\s+(?:these|those|this|that)\s+(?:figures|numbers|facts|accounts?|reading|basis|terms)|"
    r"if\s+(?:so|that|this|those|these|the|both|it)|it\s+follows|infer(?:s|red|ence)?|amounts?\s+to|means?\s+that|would\s+mean|should|must\s+(?:mean|be)|leaves?\s+(?:open|the)|in\s+practice|we\s+(?:read|infer|take|conclude)|evidence\s+(?:that|of)|sign(?:s|als?)?\s+(?:that|of)|consistent\s+with|one\s+way\s+to\s+read|what\s+(?:this|that|it)\s+(?:shows|means)|tells?\s+us|rais(?:es|ing)\s+(?:the\s+question|doubts?)|matters?\s+because)\b",
    re.IGNORECASE,
)
PREMISE = 0.25
"""A premise that its sources bear with less than this probability is held by none of them. Swept 0.1 to 0.4 on inferences over the sample wire."""
DOUBTFUL = 0.5
HALF = 0.5
_MARK_ONLY = re.compile(
    r"\b(?:taken\s+together|on\s+(?:this|these|those|that)\s+(?:evidence|figures|numbers|facts|reading|basis)|our\s+reading\s+is\s+that|one\s+reading\s+is\s+that|the\s+(?:likely|plain|fair)\s+\w+\s+is\s+that|in\s+effect|in\s+other\s+words|"
    r"this\s+suggests\s+that|that\s+suggests|this\s+suggests|suggests\s+that|it\s+seems\s+that|it\s+appears\s+that|we\s+read\s+this\s+as)\b,?",
    re.IGNORECASE,
)
_FACTUAL = re.compile(r"\b(?:has|have|had|was|were|is|are|did|does)\b|\b\w{3,}ed\b|\b(?:rose|fell|grew|cut|won|lost|made|built|bought|sold|took|went|came|put|said|says|gave|paid|spent|drew|fought|held|kept|left|met|ran)\b", re.IGNORECASE)  # fmt: skip
_CONCLUDES = re.compile(r"\b(?:suggest|impl|indicat|point|hint|look|seem|appear|reading|may|might|could|would|perhaps|probabl|likely|arguabl|presumabl|mean|infer|follow|should)\w*\b", re.IGNORECASE)  # fmt: skip
_PREMISE_LEAD = re.compile(r"\b(?:because|since|given(?:\s+that)?|as|with|after|now\s+that|having|when|while|although|even\s+though|despite|that|which|who|whose|if\s+both|both)\s", re.IGNORECASE)  # fmt: skip


_OPENING = re.compile(
    r"\s*(?P<word>Because|Since|With|Given(?:\s+that)?|As|After|Now\s+that|Although|Though|While|Having|Even\s+though|Despite)\s(?P<clause>(?:[^,;]|,(?=\d)){8,}),",
    re.IGNORECASE,
)


_SUPPOSES = re.compile(r"\s*(?:and\s+|but\s+)?(?:[Ii]f|[Ss]hould|[Ww]ere|[Ss]uppos(?:e|ing)|[Aa]ssuming)\s")
"""How a supposition opens: what follows is not taken as given."""


def says_it_reads(sentence: str) -> bool:
    """Whether a sentence says that it is a reading and no report."""
    plain = outside_quotes(sentence)
    return bool(_READING.search(plain) or _SUPPOSES.match(plain))


def baseless_premises(sentence: str, context: CheckContext) -> tuple[str, ...]:
    """The parts of an inference that state something as given, of which no cited text speaks."""
    whole = outside_quotes(sentence)
    plain = _MARK_ONLY.sub(lambda found: " " * len(found[0]) if len(content(whole[: found.start()])) < LEAST else found[0], whole)
    source = "\n".join((*context.near, *context.values))
    found = []
    for start, end in _premises(plain):
        text = plain[start:end].strip(" ,;:—–-")
        if (
            len(content(text)) >= LEAST
            and not _reckons(text, context)
            and (_is_baseless(text, source, context.near) or _is_belied(text, source, context))
        ):
            found.append(sentence[start:end].strip(" ,;:—–-."))
    return tuple(found)


def _reckons(text: str, context: CheckContext) -> bool:
    """Whether a premise holds a figure that follows from the cited ones: its words are the writer's own."""
    return any(follows_from(stated, context.cited) for stated in stated_quantities(text))


_DONE_TO = re.compile(r"\b(?:was|were|has\s+been|have\s+been|had\s+been)\s+(?:\w+ly\s+)?(\w{3,}ed)\b(?!\s+to\b)", re.IGNORECASE)
"""What a premise says was done: a deed that none of its sources tells is none."""


def _is_belied(text: str, source: str, context: CheckContext) -> bool:
    """Whether the sources lack most of what a premise says of its names, deny it, or only plan, propose or report it."""
    said = [one.removeprefix("un") for one in content(without_names(text)) if not one[0].isdigit()]
    known = vocabulary(source)
    if said and sum(holds(*known, one) for one in said) < HALF * len(said):
        return True
    if any(not holds(*known, stem(done[1])) for done in _DONE_TO.finditer(text)):
        return True
    sentences = source_sentences(context.cited)
    return bool(flipped_negation(text, sentences) or turned_direction(text, sentences) or dropped(text, sentences))


def without_names(text: str) -> str:
    """A text with its names blanked."""
    chars = list(text)
    for name in names(text):
        chars[name.start : name.end] = " " * (name.end - name.start)
    return "".join(chars)


def _is_baseless(text: str, source: str, near: tuple[str, ...]) -> bool:
    """Whether a premise is improbable, or doubtful and without one source sentence that holds half of its words."""
    probability = score(text, source).probability
    if probability >= DOUBTFUL:
        return False
    return probability < PREMISE or max((overlap(text, one) for one in source_sentences(near)), default=0.0) < HALF


def _premises(plain: str) -> list[tuple[int, int]]:
    """The spans that an inference takes for granted: its clauses without a word of conclusion, and what stands before the first such word."""
    spans = []
    lead = _OPENING.match(plain)
    if lead:
        spans.append((lead.end("word"), lead.end("clause")))
    for start, end in parts(plain):
        if lead and start < lead.end():
            start = min(lead.end(), end)
        if _SUPPOSES.match(plain, start):
            continue
        mark = _CONCLUDES.search(plain, start, end)
        if mark is None:
            spans.append((start, end))
        elif mark.start() - start > 12 and _FACTUAL.search(plain, start, mark.start()):
            spans.append((start, mark.start()))
        elif (
            (lead := _PREMISE_LEAD.search(plain, mark.end(), end))
            and _FACTUAL.search(plain, lead.end(), end)
            and lead[0].split()[0].casefold() != "that"
        ):
            spans.append((lead.end(), end))
    return spans


_OPINED = re.compile(
    rf"\b(?:{SAID_WORDS}|according\s+to|argu\w+|contend\w*|maintain\w*|opinion|column(?:ist)?|commentator|commentary|op-ed|editorial|writer|essay|view|thinks?|believes?|bets?|wager\w*|reckons?|suspects?|complain\w*|"
    r"commenters?|posters?|users?\s+(?:say|said|report\w*|of)|readers?|participants?|thread|forum|discussion|one\s+(?:user|poster|reader|engineer|commenter)|calls?|called|asks?|warns?|predicts?|in\s+the\s+words|writes)\b",
    re.IGNORECASE,
)
_NAMED_TELLS = re.compile(rf"\b[A-Z][\w’'-]+\s+(?:{SAID_WORDS})\b")
"""Somebody of whom the view speaks and who is not its holder tells something: nobody's view is attributed thereby."""
_VIEWS = frozenset({OutletKind.COMMENTARY, OutletKind.DISCUSSION})


def borrowed_opinion(sentence: str, context: CheckContext) -> tuple[str, ...]:
    """What a comment or discussion alone says and the sentence states as its own fact, or a figure that rests on one."""
    passages = [ground for ground in context.grounds if ground.target is Target.PASSAGE]
    views = [ground for ground in passages if ground.kind in _VIEWS]
    if not views:
        return ()
    if len(views) == len(passages):
        return _of_view_alone(sentence, views)
    return _figure_of_view(sentence, views, [ground for ground in passages if ground.kind not in _VIEWS], context)


def _of_view_alone(sentence: str, views: list[Ground]) -> tuple[str, ...]:
    plain = outside_quotes(sentence)
    talk = [ground for ground in views if ground.kind is OutletKind.DISCUSSION]
    if len(talk) == len(views) and any(char.isdigit() for char in plain):
        return (f"the figure rests on a discussion alone ({talk[0].outlet})",)
    holders = [one for ground in views for one in (ground.outlet, ground.author) if one]
    named = any(same_person(name.text, holder) for name in names(plain) for holder in holders)
    if named or _OPINED.search(_NAMED_TELLS.sub(" ", plain)):
        return ()
    return (f"the view of {views[0].outlet or 'a commentator'} is stated as a fact; say whose it is",)


def _figure_of_view(sentence: str, views: list[Ground], reports: list[Ground], context: CheckContext) -> tuple[str, ...]:
    """A figure that only the discussion among the cited records gives."""
    plain = outside_quotes(sentence)
    for stated in stated_quantities(plain):
        written = stated.sentence[stated.quantity.start : stated.quantity.end]
        home = [g for g in (*views, *reports) if any(o.quantity.value == stated.quantity.value and o.quantity.unit == stated.quantity.unit for o in stated_quantities(g.passage))]  # fmt: skip
        if home and all(ground.kind is OutletKind.DISCUSSION for ground in home):
            return (f"“{written}” rests on a discussion alone ({home[0].outlet})",)
    return ()
