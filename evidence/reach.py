"""Limits of a source that a sentence leaves out: a part told of as the whole, a kind told of as all kinds, one among several as the only one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.grounds import stated_quantities
from evidence.matching import content, holds, vocabulary
from evidence.names import names
from evidence.passages import passages
from evidence.quotation import outside_quotes
from evidence.text import stem, words

_N = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a\s+dozen|\d[\d.,]*)"
_VERB = r"(?:is|are|was|were|has|have|had|did|do|does|will|would|could|can|may|might|must|say|said|says|told|found|found|knew|took|gave|got|went|kept|lost|paid|chose|came|saw|spent|made|\w{3,}ed)"
_PARTITIVE = re.compile(
    rf"\b(?:(?:only|just|about|some|around|roughly|at\s+least|another|almost|nearly|more\s+than|fewer\s+than|less\s+than)\s+)?(?:{_N}|half|some|several|a\s+few|few|most|many|part|a\s+(?:third|quarter|fifth|tenth|handful|minority|majority)|(?:two|three)[\s-](?:thirds|quarters|fifths))\s+(?:more\s+)?of\s+"
    rf"(?:the|its|their|his|her|these|those|them|his|whose|\w+’s|\w+'s)\b(?!\s+(?:year|month|week|day|decade|time|century|night)\b)(?:\s+{_N})?(?:\s+[\w’'-]+){{0,3}}?(?=\s+{_VERB}\b|,)|"
    rf"(?:^|(?<=[;:.,]\s)|(?<=\bthat\s)|(?<=\band\s)|(?<=\bbut\s)){_N}(?=\s+{_VERB}\b)|"
    r"\bthe\s+(?:larger|smaller|greater|bigger|main|first|second|upper|lower|other|remaining)\s+(?:part|share|portion|half|tranche|piece|slice)\b(?!\s+of\s+(?:the\s+)?(?:year|month|decade|century|week|day|(?:19|20)\d\d))|"
    rf"(?:^|(?<=[;:.,]\s)){_N}\s+(?:[a-z][\w-]*\s+)?(?P<noun>[a-z][\w-]+s)(?=\s+{_VERB}\b)",
    re.IGNORECASE,
)
"""A part of several things, as the subject of what is said of it."""
PREDICATE = 5
"""Content words after a part that say what is true of it."""
SAID = 0.5
"""A sentence says the same of the whole when it holds this share of them."""


def beyond(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """What a sentence says of the whole that the sources say of a part or of one kind only."""
    texts = [outside_quotes(text[start:end]) for text in sources for start, end in passages(text)]
    yield from _part_as_whole(plain, texts)
    yield from _kind_dropped(plain, texts)
    yield from _each(plain, "\n".join(texts))
    yield from _sole(plain, "\n".join(texts))


def _part_as_whole(plain: str, texts: Sequence[str]) -> Iterator[str]:
    """A predicate that the source gives to some of several, of a sentence that gives it to them without a limit."""
    for index, text in enumerate(texts):
        for match in _PARTITIVE.finditer(text):
            if not match[0].strip() or not _same_predicate(plain, text[match.end() :], text[: match.end()]):
                continue
            rest = [other for place, other in enumerate(texts) if place != index]
            if (
                _limits(plain, match[0], text)
                or not _tells_of_them(plain, match[0], text[match.end() :])
                or any(_same_predicate(plain, other) and not _PARTITIVE.search(other) for other in rest)
            ):
                continue
            yield f"the source says this of “{' '.join(match[0].split())}”; the sentence says it of all"
            return


def _tells_of_them(plain: str, part: str, after: str) -> bool:
    """Whether a sentence speaks of the things of which a source's part is a part, in the plural where the part is one, and not of the part by its name."""
    apposed = _APPOSED.match(after)
    if apposed and any(name.text in plain for name in names(apposed[0])):
        return False
    last = words(part)[-1].text
    noun = stem(last) if last.islower() and not _NUMBER.fullmatch(last) and last not in _PRONOUNS else None
    if noun and not holds(*vocabulary(plain), noun):
        return False
    if not _ONE.match(part):
        return True
    return bool(_WHOLE_NUMBER.search(plain)) or any(noun == stem(word.key) and word.key.endswith("s") for word in words(plain))


_APPOSED = re.compile(r"^\s*,[^.;]{3,80}")
_ONE = re.compile(r"(?:(?:only|just|at\s+least)\s+)?one\b", re.IGNORECASE)
_PRONOUNS = frozenset({"them", "these", "those", "part", "share", "portion", "half", "tranche", "piece", "slice", "his", "its", "their"})


def _limits(plain: str, part: str, text: str) -> bool:
    """Whether a sentence has a limit of its own: not a definite number ("the three"), a measure, a name or a number that the source gives to something else."""
    bare = _WHOLE_NUMBER.sub(_blank, plain)
    if {word.key for word in words(part) if _SOME.fullmatch(word.text)} & {word.key for word in words(bare)}:
        return True
    chars = list(_TIME.sub(_blank, bare))
    spans = [(name.start, name.end) for name in names(plain)]
    for stated in stated_quantities(plain) if len(passages(plain)) == 1 else ():
        start, end = stated.quantity.start, stated.quantity.end
        if not stated.quantity.unit.startswith("count") and any(map(str.isdigit, plain[start:end])):
            spans.append((start, end))
    theirs = {word.key for word in words(text.replace(part, " ", 1))}
    spans += [(word.start, word.end) for word in words(plain) if word.key in theirs and _NUMBER.fullmatch(word.text)]
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return bool(_SOME.search("".join(chars)))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


_NUMBER = re.compile(rf"{_N}", re.IGNORECASE)
_WHOLE_NUMBER = re.compile(
    rf"\b(?:the|all|its|their|these|those)\s+{_N}(?=\s+[a-z])|\bone\s+and\s+all\b|\beach\s+one\b|\bevery\s+one\b", re.IGNORECASE
)
_TIME = re.compile(rf"\b{_N}[\s-](?:hour|day|week|month|quarter|year)s?\b", re.IGNORECASE)
_SOME = re.compile(
    rf"\b(?:{_N}|some|several|few|most|many|part|parts|partly|half|third|quarter|fifth|thirds|quarters|fifths|majority|minority|handful|mostly|mainly|largely|certain|others?|another|both|pair|couple|either|neither|larger|smaller|greater|bigger|rest|portion|share|tranche|"
    r"percent|not\s+all|not\s+every|dozens?)\b|\d",
    re.IGNORECASE,
)


_APPOSITION = re.compile(r"^\s*,[^,.;]{3,60},")


def _same_predicate(plain: str, after: str, before: str = "") -> bool:
    """Whether a sentence holds most of what a text says after a part, and of the thing that it is a part of."""
    after = _APPOSITION.sub("", after)
    wanted = content(re.split(r"[.;:]|,\s", after, maxsplit=1)[0])[:PREDICATE]
    if len(wanted) < 2:
        wanted = content(after)[:PREDICATE]
    known = vocabulary(plain)
    if len(wanted) < 2:
        own, wanted = wanted, (*content(re.sub(r"\d[\d.,]*", " ", _NUMBER.sub(" ", before)))[-PREDICATE + 1 :], *wanted)
        if not all(holds(*known, one) for one in own):
            return False
    return len(wanted) >= 2 and sum(holds(*known, one) for one in wanted) >= SAID * len(wanted)


_WHOLLY = re.compile(r"\b(?:all|every|each|entire|whole|total|full|complete)\b\s+(?:of\s+)?(?:the\s+|its\s+|their\s+)?", re.IGNORECASE)


_ONLY = re.compile(r"\b(?:only|solely|alone)\s+(?:for\s+|to\s+)?(?:the\s+|its\s+|their\s+)?", re.IGNORECASE)


def _kind_dropped(plain: str, texts: Sequence[str]) -> Iterator[str]:
    """All of a kind in the source, all of the wider class in the sentence: "all the stacked memory", "its entire output of memory"."""
    whole = _WHOLLY.search(plain)
    if _ONLY.search(plain):
        return
    known = vocabulary(plain)
    after = words(plain[whole.end() : whole.end() + 60])[:5] if whole else words(plain)
    for text in texts:
        for match in _WHOLLY.finditer(text) if whole else _ONLY.finditer(text):
            kind = re.match(
                r"(?P<kind>[a-z][\w-]*(?:ed|al|ic|ary|ive|ar|ous|ern|en|an|ing|er|rge|all|gh|ow|ew|ld|y))\s+(?P<noun>[a-z][\w-]*)",
                text[match.end() :],
            )
            if kind and not holds(*known, stem(kind["kind"])) and any(stem(word.text) == stem(kind["noun"]) for word in after):
                yield f"the source says “{match[0]}{kind[0]}”; the sentence leaves “{kind['kind']}” out"
                return


_EACH = re.compile(r"\b(?:each|every)\s+(?=(?:\w+\s+)?(?P<noun>[a-z]{4,}))", re.IGNORECASE)
_EACH_NEXT = re.compile(r"\b(?:each|every)\s+(?P<noun>[a-z]{4,})", re.IGNORECASE)


def _each(plain: str, joined: str) -> Iterator[str]:
    """Each of a kind, where the source tells of so many and then of another one by itself."""
    for match in (*_EACH_NEXT.finditer(plain), *_EACH.finditer(plain)):
        noun = re.escape(match["noun"].casefold())
        other = re.search(
            rf"\b(?:another|an?\s+(?:second|third|fourth|fifth|sixth|further)|the\s+other|one)\s+{noun}\b", joined, re.IGNORECASE
        )
        if other and re.search(rf"\b(?:{_N}|some|several|most)\s+(?:\w+\s+)?{noun}s\b", joined, re.IGNORECASE):
            yield f"the source sets “{other[0]}” apart; the sentence says “{match[0].strip()}”"
            return


_SOLE = re.compile(
    r"\b(?:nothing\s+but|nothing\s+other\s+than|solely|purely|exclusively|entirely|wholly|only\s+because|none\s+other\s+than|no\s+one\s+but|nobody\s+but)\b",
    re.IGNORECASE,
)
_LIKE_SOLE = re.compile(
    r"\b(?:only|sole|solely|purely|exclusive\w*|entire\w*|wholly|alone|all|whole|nothing|no\s+other|none|just|every\w*|complete\w*|any|full\w*|each|total\w*|single)\b",
    re.IGNORECASE,
)


def _sole(plain: str, joined: str) -> Iterator[str]:
    for match in _SOLE.finditer(plain):
        if not _LIKE_SOLE.search(joined):
            yield f"no cited passage says “{match[0]}”"
