"""Readings and opinions: an inference says that it is one and stands on what is cited; a columnist's or a forum's view stays theirs."""

from __future__ import annotations

import re

from evidence.firmness import dropped
from evidence.grounds import CheckContext, Ground, stated_quantities
from evidence.matching import content, holds, overlap, vocabulary
from evidence.names import is_opening_word, names
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
    r"\b(?:taken\s+together|on\s+(?:this|these|those|that)\s+(?:evidence|figures|numbers|facts|reading|basis|terms)|in\s+effect|in\s+other\s+words|going\s+by\s+[^,]{3,40}(?=,)|judging\s+by\s+[^,]{3,40}(?=,))\b,?",
    re.IGNORECASE,
)
"""Marks that stand beside a clause and govern none: what such a sentence says may be a conclusion or a fact."""
_IRREGULAR = r"(?:rose|fell|grew|won|lost|made|built|bought|sold|took|went|came|said|gave|paid|spent|drew|fought|held|kept|left|met|ran|got|began|broke|chose|found|saw|told|wrote|sent|brought|became|knew|withdrew|struck|threw|sought|stood|shut|lent|laid|hid|thought)"
_FINITE = re.compile(rf"\b(?:has|have|had|was|were|is|are|did|does|do|will)\b|\b\w{{3,}}ed\b|\b{_IRREGULAR}\b|\b(?:cut|put|says|depends|earns|runs|owns|holds)\b", re.IGNORECASE)  # fmt: skip
_HAPPENED = re.compile(rf"\b(?:has|have|had|was|were|did)\b|(?<!\ba\s)(?<!\ban\s)(?<!\bthe\s)(?<!\bits\s)(?<!\btheir\s)\b(?:\w{{3,}}ed|{_IRREGULAR})\b", re.IGNORECASE)  # fmt: skip
"""A verb that tells what was or has been; a participle right after an article is none."""
_CONCLUDES = re.compile(
    r"\b(?:suggest|impl(?:y|ies|ied)|indicat|point|hint|look|seem|appear|reading|read|may(?!\s+\d)|might|could|would|perhaps|probabl|likely|unlikely|arguabl|presumabl|plausibl|mean|infer|follow|should|can\b|must\b|best\s+(?:read|taken|treated|understood|seen)|fits|square|amount|leaves\s+open|therefore|thus|hence)\w*\b",
    re.IGNORECASE,
)
"""The words by which a clause says that it concludes."""
_GIVES = re.compile(r"\b(?:because|since|given(?:\s+that)?|as|with|after|now\s+that|having|although|even\s+though|despite|if\s+both|both)\s", re.IGNORECASE)  # fmt: skip
"""What opens a ground within a clause that concludes."""
_REASON = re.compile(r"because|since|given|now|although|even", re.IGNORECASE)
"""Of these, what opens nothing but a clause."""
_THE_FACT = re.compile(r"\b(?:the\s+(?:very\s+)?fact\s+that|that)\s", re.IGNORECASE)
_SO = re.compile(
    r"\s*(?:so|hence|thus|therefore|which|and\s+(?:so|that|this|therefore|thus|hence)|(?:this|that|it)\s+(?:suggests|implies|means|points|looks|may|might|could|would))\b",
    re.IGNORECASE,
)
"""How a clause opens that concludes from the one before it."""

_OPENING = re.compile(
    r"\s*(?P<word>Because|Since|With|Given(?:\s+that)?|As|After|Now\s+that|Although|Though|While|Having|Even\s+though|Despite)\s(?P<clause>(?:[^,;]|,(?=\d)){8,}),",
    re.IGNORECASE,
)

_SUPPOSES = re.compile(
    r"\s*(?:(?:and|but|or|so)\s+)?(?:if|should|were|had|suppos(?:e|ing)|assuming|until|unless|whether|without|provided|in\s+case|whoever|whatever|whichever|wherever|what|who|how|why|where|when|whose|being|to)\s",
    re.IGNORECASE,
)
"""How a supposition, a question or a free relative opens: what follows is not taken as given."""
_NOBODY = re.compile(
    r"\s*(?:(?:and|but|while|whereas|although|so|or)\s+)?(?:for\s+)?(?:an?|any|anyone|anybody|somebody|someone|nobody|everybody|everyone|those|such|one|neither|both|it|this|that|these|they|he|she|we)\b",
    re.IGNORECASE,
)
"""A subject that names nobody in particular, or one that was named before."""


_SUPPOSED = re.compile(r"\s*(?:and\s+|but\s+)?(?:[Ii]f|[Ss]hould|[Ww]ere|[Ss]uppos(?:e|ing)|[Aa]ssuming)\s")


def says_it_reads(sentence: str) -> bool:
    """Whether a sentence says that it is a reading and no report."""
    plain = outside_quotes(sentence)
    return bool(_READING.search(plain) or _SUPPOSED.match(plain))


def given(sentence: str) -> str:
    """What an inference takes as given, its grounds one after the other; what it concludes is left out."""
    plain = outside_quotes(sentence)
    return "; ".join(plain[start:end].strip(" ,;:—–-") for start, end in _premises(plain))


def asks(sentence: str) -> bool:
    """Whether a sentence is a question, which asserts nothing of what it asks."""
    return outside_quotes(sentence).rstrip(' "”’)').endswith("?")


_POINTS = re.compile(
    r"\b(?:the|it|its|they|their|them|this|that|these|those|such|neither|both|either|one|ones|others?|then|there|so)\b", re.IGNORECASE
)
"""Words that point back to what was said before."""
BRIEF = 5
"""A conclusion of so many content words may be in the writer's own alone, where it points back to the sentences before it."""
RELATED = 0.3
"""A cited passage is about the same things as another cited record that holds this share of its words."""


def is_of_something_else(sentence: str, context: CheckContext) -> bool:
    """Whether an inference has no content word of all that it cites, or none of one record that no other cited one is about; a brief one that points back is of what was said before."""
    plain = outside_quotes(sentence)
    if not content(plain) or (len(content(plain)) <= BRIEF and _POINTS.search(plain)):
        return False
    if not overlap(plain, "\n".join((*context.whole, *context.near, *context.values))):
        return True
    cited = [(ground.passage, f"{ground.record}\n{ground.title}\n{ground.passage}") for ground in context.grounds if ground.passage]
    return any(
        not overlap(plain, text) and all(overlap(passage, other) < RELATED for _, other in cited if other != text)
        for passage, text in cited
    )


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


_DONE_TO = re.compile(
    r"\b(?:was|were|has\s+been|have\s+been|had\s+been)\s+(?:\w+ly\s+|already\s+)?(\w{3,}ed)\b(?!\s+to\b)|\b(?:has|have|had)\s+(?:\w+ly\s+|already\s+|since\s+)?(\w{3,}ed)\b(?!\s+to\b)|"
    r"(?<!\ba\s)(?<!\ban\s)(?<!\bthe\s)(?<!\bits\s)(?<!\bby\s)\b(\w{3,}ed)\s+(?:the|its|their|an?|every|all|[a-z]+[’']s)\s",
    re.IGNORECASE,
)
"""What a premise says was done, or that somebody did: a deed that none of its sources tells is none."""


_ALREADY = re.compile(r"\b(?:already|by\s+now|under\s+way|since)\b", re.IGNORECASE)
_IS_NOT = re.compile(
    r"(?:(?:An?|No|The)\s+)?([\w-]+)\s+(?:is|are|was|were|has|have)\s+(?:not|yet\s+to|been\s+ruled\s+out)\b", re.IGNORECASE
)
"""A source sentence that says of something that it is not, not planned, not begun: it cannot be so already."""


def _is_belied(text: str, source: str, context: CheckContext) -> bool:
    """Whether the sources lack most of what a premise says of its names, deny it, or only plan, propose or report it."""
    said = [one.removeprefix("un") for one in content(without_names(text)) if not one[0].isdigit()]
    known = vocabulary(source)
    if said and sum(holds(*known, one) for one in said) < HALF * len(said):
        return True
    told = vocabulary("\n".join((source, *context.whole)))
    if any(not holds(*told, stem(next(filter(None, done.groups())))) for done in _DONE_TO.finditer(text)):
        return True
    sentences = source_sentences(context.cited)
    if _ALREADY.search(text) and any(holds(*vocabulary(text), stem(no[1])) for one in sentences if (no := _IS_NOT.match(one))):
        return True
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
    """The spans that an inference takes as given: a ground that it opens with, what was or has been in a clause without a word of conclusion, and whatever a clause draws a conclusion from."""
    lead = _OPENING.match(plain)
    spans = [(lead.end("word"), lead.end("clause"))] if lead and _SUPPOSES.match(f" {lead['clause']}") is None else []
    clauses = [(max(start, min(lead.end(), end)) if lead else start, end) for start, end in parts(plain)]
    for index, (start, end) in enumerate(clauses):
        if end - start < 2 or _SUPPOSES.match(plain, start):
            continue
        mark = _CONCLUDES.search(plain, start, end)
        if mark is None:
            drawn_from = index + 1 < len(clauses) and _SO.match(plain, clauses[index + 1][0])
            if drawn_from or _tells(plain[start:end]):
                spans.append((start, end))
        else:
            spans += _inside(plain, start, end, mark)
    return spans


def _inside(plain: str, start: int, end: int, mark: re.Match[str]) -> list[tuple[int, int]]:
    """The grounds within a clause that concludes: a fact that its subject tells in a clause, and what follows a word of reason."""
    fact = _THE_FACT.match(plain, start)
    subject = plain[start : mark.start()]
    if mark.start() - start > 12 and (fact or (_particular(subject) and _tells(subject))) and _FINITE.search(subject):
        return [(fact.end() if fact else start, mark.start())]
    given = _GIVES.search(plain, mark.end(), end)
    if given is None or _SUPPOSES.match(f" {plain[given.end() : end]}"):
        return []
    ground = plain[given.end() : end]
    return [(given.end(), end)] if (_FINITE.search(ground) if _REASON.match(given[0]) else _tells(ground)) else []


def _tells(clause: str) -> bool:
    """Whether a clause tells what was or has been, of somebody or something in particular."""
    return bool(_HAPPENED.search(clause)) and (_particular(clause) or not _NOBODY.match(clause))


def _particular(text: str) -> bool:
    """Whether a text has a name or a figure."""
    return any(char.isdigit() for char in text) or any(not is_opening_word(text.strip(), name) for name in names(text.strip()))


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
