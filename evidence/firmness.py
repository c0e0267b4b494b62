"""How firmly a sentence says what its source says: a report, a plan, a possibility, a condition or an allegation must stay one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evidence.matching import content, holds, overlap, vocabulary
from evidence.names import names
from evidence.parts import parts
from evidence.quotation import outside_quotes
from evidence.text import stem, words

NEAR = 0.4
"""A source sentence is the one that a sentence rests on when it holds this share of its content words. Swept 0.3 to 0.6 on sentences against the sample wire
and on ragtruth_sent: 0.34 flags twice as many good ones, 0.5 misses a third of the dropped hedges."""
SHORT_CLAUSE = 3
CLOSE = 0.15
"""Source sentences that hold nearly as much as the best are as good."""

_KINDS = {
    "allege": r"alleg(?:ed|edly|es|ing|ations?)|accus(?:e[sd]?|ing|ations?)|suspected|purported(?:ly)?|charged\s+(?:[\w’'-]+\s+){0,6}with|indicted|under\s+investigation|"
              r"being\s+investigated|looking\s+into|claim(?:s|ed)\s+(?:that|to)|disputed",
    "report": r"reportedly|a\s+reported|rumou?red|rumou?rs?|said\s+to\s+(?:be|have)|thought\s+to|understood\s+to|believed\s+to|understands?\s+that|hears?\s+that|believes?|appears?\s+to|seems?\s+to|unconfirmed|"
              r"people\s+(?:familiar|with\s+knowledge|close)|a\s+person\s+(?:familiar|who|with|involved|close)|sources?\s+(?:say|said|told)|according\s+to\s+(?:an?|one|two|three|four|several|some)\s+(?:[\w-]+\s+)?(?:person|people|sources?|officials?|employees?|bankers?|insiders?)|apparently|preliminary|provisional(?:ly)?|"
              r"not\s+(?:been\s+)?confirmed|not\s+verified",
    "possible": r"could|may(?!\s+\d)|might|possibl[ye]|potential(?:ly)?|perhaps|probabl[ye]|(?:un)?likely|consider(?:s|ing)(?=\s+(?:a|an|the|whether|\w+ing)\b)|in\s+talks|whether\s+to(?=\s)|"
                r"explor(?:es|ing)|weigh(?:s|ing)|mulls?|mulling|look(?:s|ing|ed)?\s+(?:at|into)(?=\s+an?\b)|studying|examining|thinking\s+(?:of|about)|evaluating|toying|tentative(?:ly)?|in\s+principle|not\s+(?:yet\s+)?(?:been\s+)?(?:decided|approved|granted|secured|closed|signed)|"
                r"has\s+not\s+(?:\w+\s+){0,2}(?:decided|approved|granted|secured|closed|signed)|under\s+(?:study|review)|an?\s+option|it\s+was\s+not\s+(?:\w+\s+)?clear",
    "condition": r"if|should(?=\s+(?:[A-Z]|the\b|it\b|they\b))|in\s+case|in\s+the\s+event|once|unless|provided\s+(?:that|the)|subject\s+to|pending|conditional(?:ly)?|awaits?|awaiting|still\s+needs?|"
                 r"contingent|until\s+(?:it|the|they)\b[^.]{0,40}\bapprov\w+",
    "wish": r"hope[sd]?\s+(?:to|for|that)|wants?\s+(?:to|permission|out)|calls?\s+for|called\s+for|wanted\s+to|seek(?:s|ing)?\s+(?:to|approval|permission)|sought|ask(?:s|ed)?\s+(?:for|to)|requested|"
            r"propos(?:e[sd]?|als?|ing)|applied\s+(?:for|to)|means?\s+to|meant\s+to|wish(?:es|ed)?\s+to|is\s+considering|aim(?:s|ed|ing)?\s+(?:to|for)|targets?(?=\s+(?:of|for|a)\b)|ambition|"
            r"filed\s+for|vorvertrag|petition(?:ed|s)?",
    "plan": r"(?<!than\s)(?<!were\s)(?<!was\s)plan(?:s|ned|ning)?(?=\s+(?:to|for|on|a|an|would|is|are)\b)|(?<!were\s)(?<!was\s)(?<!had\s)planned|intend(?:s|ed)?\s+to|pledg(?:e[sd]?|ing)|(?<!goal\s)(?<!aim\s)(?<!idea\s)(?<!step\s)(?<!way\s)(?<!purpose\s)(?<!job\s)(?<!task\s)(?<!point\s)(?:is|are)\s+to(?=\s+[a-z]+\b)|scheduled|slated|set\s+to|due\s+to(?=\s+(?:be|open|start|begin|finish)\b)",
    "future": r"expect(?:s|ed|ing|ations?)?|forecasts?|projected|anticipat(?:es|ed)|outlook|soll|wird",
    "would": r"would(?=\s+(?!not\b|have\s+(?:\w+ed|been|built|made|sold|taken)\b)\w)(?!\s+(?:advise|wait|say|like|call|argue|rather|not)\b)",
    "suggest": r"suggest(?:s|ed|ing)?|indicat(?:es?|ed|ing)|point(?:s|ed|ing)?\s+to(?:wards?)?|hint(?:s|ed|ing)?|impl(?:y|ies|ied)",
    "estimate": r"estimat(?:e[sd]?|ing)|puts?\s+(?:it|the|its|their)\b(?=[^.;]{0,60}\sat\b)|reckons?|by\s+(?:the\s+company[’']s|its\s+own)\s+(?:estimate|count)|analysts?\s+(?:say|said|expect)",
}  # fmt: skip
_MARKS = {kind: re.compile(rf"(?<![\w’'-])(?:{pattern})(?![\w-])", re.IGNORECASE) for kind, pattern in _KINDS.items()}

_KEEPS: dict[str, frozenset[str]] = {
    "allege": frozenset({"allege", "denial"}),
    "report": frozenset({"report", "allege", "possible", "attributed", "estimate"}),
    "possible": frozenset({"possible", "report", "condition", "estimate", "wish", "expected", "denial", "can", "pending"}),
    "condition": frozenset({"able", "counted", "report", "condition", "possible", "wish", "plan", "expected", "denial", "estimate"}),
    "wish": frozenset({"wish", "mind", "asked", "plan", "possible", "condition", "expected", "report"}),
    "plan": frozenset(
        {"planned", "mind", "will", "plan", "wish", "possible", "condition", "future", "expected", "report", "estimate", "infinitive"}
    ),
    "would": frozenset(
        {
            "would",
            "mind",
            "planned",
            "plan",
            "wish",
            "asked",
            "possible",
            "condition",
            "future",
            "expected",
            "estimate",
            "report",
            "attributed",
            "reckoned",
            "infinitive",
            "can",
            "able",
            "suggest",
            "denial",
        }
    ),
    "suggest": frozenset({"suggest", "report", "possible", "estimate", "expected", "allege", "attributed", "shows"}),
    "estimate": frozenset({"estimate", "report", "possible", "expected", "attributed", "reckoned", "suggest", "future", "about"}),
    "future": frozenset({"will", "future", "plan", "wish", "possible", "condition", "expected", "report", "estimate", "infinitive"}),
}
"""What a sentence may say in place of each kind and be no firmer than its source."""
_ALSO = {
    "denial": re.compile(r"\b(?:den(?:y|ies|ied|ial)|has\s+not|have\s+not|not\s+yet|un(?:decided|settled|approved|signed|resolved)|(?:has|have|had|is|are)\s+(?:still\s+)?yet\s+to|remains?\s+(?:open|to\s+be)|still\s+open|no\s+decision|awaits?|awaiting)\b", re.IGNORECASE),
    "pending": re.compile(r"\b(?:on\s+(?:its|their|the)\s+desk|in\s+(?:its|their|the)\s+(?:in-?tray|queue)|applications?|requests?|petitions?|under\s+way)\b", re.IGNORECASE),
    "attributed": re.compile(
        r"\b(?:according\s+to|(?:suppliers?|sources?|people|persons?|officials?|employees|engineers?|insiders?|documents?|report)\s+\w*\s*(?:say|said|says|told|shows?)|reports?|reported|"
        r"(?:said|says|told|writes|wrote|claims?)\s+(?:that\s+)?)\b",
        re.IGNORECASE,
    ),
    "able": re.compile(r"\b(?:can|when(?:ever)?|after|must|requires?|needs?|without|only|once|any(?:one|body)?|who(?:ever)?|entitled|lets?|allows?)\b", re.IGNORECASE),
    "planned": re.compile(r"\bplan(?:s|ned|ning)?\b", re.IGNORECASE),
    "mind": re.compile(
        r"\b(?:in\s+mind|on\s+the\s+(?:cards|drawing\s+board|table)|pencill?ed|envisag\w*|foresees?|would|hop(?:es|ed|ing)|desir\w*|demand\w*|favou?r\w*|reluctan\w*|urg(?:e|es|ed|ing)|aims?|ambitions?|goal|prepar\w+|intent\w*|design\w*|project(?:s|ed)?|bid|going\s+to|in\s+prospect|promis\w+|"
        r"undertak\w+|commit\w*|determin\w+|want\w*|seek\w*|sought|eyes|eyeing|next\s+step)\b",
        re.IGNORECASE,
    ),
    "reckoned": re.compile(r"\b(?:by\s+(?:its|their|his|her|(?:[\w’'-]+\s+){1,3}(?:reckoning|estimate|count|account))|puts?(?=[^.;]{2,80}\sat\b)|calculat\w+|reckon\w*|figures?|thinks?|believ\w+|say|says|said|gives?|gave|assum\w+|guess\w*|projections?|speaks?\s+of|spoke\s+of|seen\s+by)\b", re.IGNORECASE),
    "counted": re.compile(r"\b(?:counting|including|with|adding|taking\s+in)\b", re.IGNORECASE),
    "about": re.compile(r"\b(?:about|around|roughly|some|approximately|or\s+so|nearly|almost)\s+(?:[$€£]?\d|[a-z]+\b)", re.IGNORECASE),
    "shows": re.compile(r"\b(?:shows?|showed|showing|signs?|evidence|according|read(?:s|ing)?)\b", re.IGNORECASE),
    "can": re.compile(r"\b(?:can|able|enough|enables?|lets?)\b", re.IGNORECASE),
    "asked": re.compile(r"\b(?:applications?|filings?|requests?|bids?|petitions?|proposals?|permission|pleas?|turn(?:s|ed)?\s+down|reject\w*|refus\w*)\b", re.IGNORECASE),
    "will": re.compile(r"\b(?:will|shall)\b(?!\s+have\s+(?:\w+ed|sold|built|bought|begun|made|raised|won|found|paid|spent|put)\b)", re.IGNORECASE),
    "expected": re.compile(
        r"\b(?:expect\w*|ought|set\s+to|forecasts?|projected|projections?|foresee\w*|sees?|counts?\s+on|looks?\s+(?:for|to|forward)|reckon\w*|predict\w*|thinks?|bank(?:s|ing)?\s+on|hop(?:e|es|ed|ing)|await\w*|anticipat\w*|estimat\w*|would|due|"
        r"by\s+(?:\w+[’']s|its|their|his|her)\s+(?:own\s+)?(?:account|reckoning|forecast|estimate|count))\b",
        re.IGNORECASE,
    ),
    "infinitive": re.compile(r"(?<!\bbegin\s)(?<!\bbegins\s)(?<!\bbegan\s)(?<!\bstart\s)(?<!\bstarts\s)(?<!\bstarted\s)\bto\s+(?:be|build|open|start|begin|add|spend|invest|raise|deliver|buy|sell|supply|expand|double|finish|create)\b|\bfor\s+20\d\d\b|\bdue\b|\btarget|\bgoal\b", re.IGNORECASE),
}  # fmt: skip
_NEGATED = re.compile(r"\b(?:not|no|never|nor|neither|without|n[’']t)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_UNABLE = re.compile(r"(?:could|may|might)\s*(?:not|n[’']t)\b", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:will|would|could|may|might|can|is\s+to|are\s+to|shall|not\s+yet|lets?|subject|pending|plans?)\b", re.IGNORECASE)
_ORDER = ("allege", "report", "possible", "suggest", "wish", "condition", "plan", "future", "estimate", "would")

_FIRM = re.compile(
    r"\b(commit(?:s|ted|ting|ments?)|guarante(?:e[sd]?|ing)|confirm(?:s|ed|ing|ation)?|prov(?:e[sd]?|en|ing)|secur(?:e[sd]|ing)|ensur(?:e[sd]?|ing)|approv(?:e[sd]|al)|"
    r"agree(?:s|d)\s+to|sign(?:s|ed)|finali[sz]e[sd]?|lock(?:s|ed)\s+in|decided\s+to|definite(?:ly)?|certain(?:ly)?|inevitabl[ey]|established\s+that|admitted|revealed\s+that|demonstrat(?:es|ed))\b",
    re.IGNORECASE,
)
_SOFT_IN_SOURCE = re.compile("|".join(_MARKS[kind].pattern for kind in ("allege", "report", "possible", "wish", "condition", "plan", "estimate", "suggest")), re.IGNORECASE)  # fmt: skip
_CLAUSE = re.compile(
    r"[;:—]|,\s+(?!\d)|\s+in\s+(?:what|which)\s|\s+(?:but|while|because|although)\s|\s+and\s+(?=\w+(?<!les)s\b|\w+ed\b|said\b|that\b|it\b|plans\b|will\b|would\b|has\b|have\b|the\b)"
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What the source says softly and the sentence firmly, with the source's words."""

    kind: str
    words: str

    @property
    def message(self) -> str:
        return f"the source says “{self.words}”; the sentence states it as a fact"


def kept_kinds(text: str) -> frozenset[str]:
    """The kinds of softening that a text has, in its quotations as well."""
    return frozenset(kind for kind, mark in (*_MARKS.items(), *_ALSO.items()) if mark.search(text))


def nearest(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """The source sentences that a sentence may rest on, the nearest first; none when nothing is near."""
    ranked = sorted(((overlap(sentence, source), -index) for index, source in enumerate(sources)), reverse=True)
    if not ranked or ranked[0][0] < NEAR:
        return ()
    return tuple(sources[-index] for share, index in ranked if share >= ranked[0][0] - CLOSE)


def dropped(sentence: str, sources: Sequence[str]) -> tuple[Dropped, ...]:
    """The softening of the nearest source sentence that a sentence lost, the gravest alone."""
    plain = outside_quotes(sentence)
    whole = kept_kinds(sentence)
    spans = tuple(_main_clauses(plain)) or ((0, len(plain)),)
    pieces = [_without_inner(sentence[start:end]) for start, end in spans]
    near = [_borne_by(_without_inner(plain[start:end]), sources) for start, end in spans]
    for piece, sources_ in zip(pieces, near, strict=True):
        beside = [other for other, others in zip(pieces, near, strict=True) if others[:1] == sources_[:1] or not others]
        earlier = pieces[: pieces.index(piece)]
        mine = frozenset().union(*(kept_kinds(other) for other in (piece, *earlier, *beside))) | (whole & _SAID_OF_ALL)
        losses = [tuple(_lost(piece, mine, source)) for source in sources_]
        if losses and all(losses):
            return losses[0][:1]
    return _dropped_in_tail(plain, whole & _SAID_OF_ALL, sources)


def _dropped_in_tail(plain: str, said: frozenset[str], sources: Sequence[str]) -> tuple[Dropped, ...]:
    """What trails a sentence stands under its own softening and whoever tells the whole."""
    for tail in _TAIL.finditer(plain):
        piece = plain[tail.start() + 2 :]
        losses = [tuple(_lost(piece, kept_kinds(piece) | said, source)) for source in _borne_by(piece, sources)]
        if losses and all(losses):
            return losses[0][:1]
    return ()


_SAID_OF_ALL = frozenset({"attributed", "allege", "report"})
_INNER = re.compile(r",\s+(?:who|whose|which|where|for\s+which|of\s+which)\s[^,;]{8,},(?=\s)")


_TAIL = re.compile(r",\s+(?:whose|in\s+(?:the|an?)\s+(?:[\w-]+\s+)?(?:\w+est|first|record|biggest))\s[^,;]{8,}$")
"""What trails a sentence after a comma and may be soft or firm by itself."""


def _main_clauses(plain: str) -> Iterator[tuple[int, int]]:
    """The spans of a sentence's clauses, and of each relative clause that stands between commas."""
    yield from parts(plain)
    for inner in _INNER.finditer(plain):
        yield inner.start() + 2, inner.end() - 1
    for tail in _TAIL.finditer(plain):
        yield 0, tail.start()


def _without_inner(text: str) -> str:
    return _INNER.sub(lambda found: " " * len(found[0]), text)


_NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def _borne_by(piece: str, sources: Sequence[str]) -> tuple[str, ...]:
    """The source sentences nearest to a clause; those with all its figures when the nearest have none of them."""
    near = nearest(piece, sources)
    figures = frozenset(_NUMBER.findall(piece))
    having = tuple(source for source in near if figures <= frozenset(_NUMBER.findall(source)))
    if figures and having:
        return having
    if not figures or any(figures & frozenset(_NUMBER.findall(source)) for source in near):
        return near
    return tuple(source for source in sources if figures <= frozenset(_NUMBER.findall(source))) or near


_TELLS = re.compile(r"\s+(?:told|said|informed)\b")
_TOLD = re.compile(r"\b(?:told|said|informed)\b(?:\s+that\b)?")
"""A telling that is itself only reported: the word for it attributes nothing."""


def _lost(plain: str, mine: frozenset[str], source: str) -> Iterator[Dropped]:
    for kind in _ORDER:
        for mark in _MARKS[kind].finditer(source):
            if (
                (
                    mine if not _TELLS.match(source, mark.end()) else mine - {"attributed"} | kept_kinds(_TOLD.sub(" ", plain, count=1))
                ).isdisjoint(_KEEPS[kind])
                and not _is_idle(source, mark)
                and not _is_own_word(plain, source, mark)
                and not _has_word(plain, mark)
                and _governs(plain, source, mark)
            ):
                yield Dropped(kind, " ".join(mark[0].split()))


def _is_idle(source: str, mark: re.Match[str]) -> bool:
    """Whether a word only looks soft: denied, said of an inability, or an "if" that sets no condition on what may come."""
    if _UNABLE.match(source, mark.start()) or (
        _NEGATED.search(source[: mark.start()]) and not re.match(r"not|has\s+not|under", mark[0], re.IGNORECASE)
    ):
        return True
    return mark[0].casefold() in {"if", "once", "unless"} and not _MODAL.search(source)


def _has_word(plain: str, mark: re.Match[str]) -> bool:
    """Whether a sentence has the telling word of a mark in whatever form: "had asked" for "asked for", "likelihood" for "likely"."""
    said = {stem(word.key) for word in words(plain)}
    return any(
        stem(word.key)[:ROOT] in {one[:ROOT] for one in said} for word in words(mark[0]) if content(word.text) and len(word.text) > ROOT - 1
    )


ROOT = 5
_OWN_WORD = re.compile(r"\b(?:said|says|announced|told)\b[^.;]{0,40}\b(?:it|they|he|she)\s+$", re.IGNORECASE)
"""Before "would": what somebody said of themselves is their word and no supposition."""


def _is_own_word(plain: str, source: str, mark: re.Match[str]) -> bool:
    """Whether a "would" is what somebody said of themselves, and the sentence does not say that it is under way or done."""
    if mark[0].casefold() != "would" or not _OWN_WORD.search(source[: mark.start()]):
        return False
    verb = next(iter(words(source[mark.end() :])), None)
    done = [words(found[1])[0] for found in _UNDER_WAY.finditer(plain)]
    return verb is None or all(stem(one.text) != stem(verb.text) for one in done)


_UNDER_WAY = re.compile(r"\b(?:is|are|has|have|had|was|were)\s+(?:\w+ly\s+|now\s+|already\s+|been\s+)?(\w+)", re.IGNORECASE)


def _governs(sentence: str, source: str, mark: re.Match[str]) -> bool:
    """Whether the mark stands in the clause that the sentence took most of its words from."""
    start, end = clause_around(source, mark.start(), mark.end())
    if start > 2 and len(source[start : mark.start()].split()) <= NEARLY_OPENS and _TRAILS.match(mark[0]):
        start = 0
    named = {stem(word.text) for name in names(sentence) for word in words(name.text)}
    wanted = content(sentence)
    telling = [one for one in wanted if one not in named]
    inside, outside = vocabulary(source[start:end]), vocabulary(source[:start] + " " + source[end:])
    clause = content(source[start:end])
    own = [one for one in wanted if holds(*inside, one) and not holds(*outside, one)]
    others = [one for one in wanted if one not in named and holds(*outside, one) and not holds(*inside, one)]
    shared = sum(holds(*inside, one) for one in wanted)
    back = sum(holds(*vocabulary(sentence), one) for one in clause)
    return (
        len(own) >= (2 if len(clause) > SHORT_CLAUSE else 1)
        and len(own) >= len(others)
        and (
            shared * 2 >= len(wanted)
            or (telling and sum(holds(*inside, one) for one in telling) * 2 >= len(telling))
            or back * 3 >= len(clause) * 2
            or len(own) >= max(3, 3 * len(others))
        )
    )


NEARLY_OPENS = 2
_TRAILS = re.compile(r"according|estimat|reckons?|people|sources?|a\s+person|it\s+was\s+not", re.IGNORECASE)


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause of a text around a span."""
    before = [cut.end() for cut in _CLAUSE.finditer(text) if cut.end() <= start]
    after = [cut.start() for cut in _CLAUSE.finditer(text) if cut.start() >= end]
    return (before[-1] if before else 0), (after[0] if after else len(text))


def hardened(sentence: str, sources: Sequence[str], around: Sequence[str]) -> tuple[str, ...]:
    """A word of commitment or proof in the sentence where the source only plans, reports or estimates, and none of its texts has such a word."""
    plain = outside_quotes(sentence)
    near = nearest(plain, sources)
    if not near or not all(_SOFT_IN_SOURCE.search(outside_quotes(source)) for source in near):
        return ()
    known = {stem(word.text) for text in around for word in words(text)}
    families = {_family(one) for one in known} - {None}
    for found in _FIRM.finditer(plain):
        one = stem(found[0].split()[0])
        if one not in known and _family(one) not in families and not _NOT_YET.search(plain):
            soft = _SOFT_IN_SOURCE.search(outside_quotes(near[0]))
            return (f"the sentence says “{found[0]}”, the source only “{soft[0] if soft else ''}”",)
    return ()


_NOT_YET = re.compile(r"\b(?:not|no|never|nor|without|if|would|could|may|might|unless|pending|until|seeks?|wants?|hopes?)\b", re.IGNORECASE)
_FAMILIES = tuple(frozenset(map(stem, group.split())) for group in (
    "commit commitment pledge promise agree agreement sign signed contract deal order", "guarantee ensure assure secure", "confirm acknowledge admit concede said",
    "prove show demonstrate find found", "approve approval clear allow permit grant adopt vote pass endorse", "certain definite sure", "decide decision resolve choose",
    "finalise finalize close complete",
))  # fmt: skip


def _family(one: str) -> int | None:
    return next((index for index, group in enumerate(_FAMILIES) if one in group), None)
