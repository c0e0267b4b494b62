"""How far a sentence reaches: superlatives, universal words, groups in place of one, and conditions of time or number that fell away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence import few, reach
from evidence.matching import content, holds, overlap, vocabulary
from evidence.names import names
from evidence.numbers import numbers
from evidence.quotation import outside_quotes
from evidence.text import listed, stem, words

MANY = 6
"""A source that names so many houses may be summed up as several."""
SAME = 0.45
"""A source sentence whose quantifier a sentence may have dropped holds this share of the sentence's content words."""

_NO_SUPERLATIVE = listed(
    "rest west test request interest best-known forest contest protest arrest invest harvest suggest guest quest nest chest latest honest modest west-coast crest pest vest "
    "digest manifest earnest midwest northwest southwest request conquest tempest priest behest zest lest est southeast northeast east least interests tests retest unrest ernest everest budapest brest inquest bequest detest molest infest ingest divest attest"
)
_SUPERLATIVES = (
    "largest biggest greatest", "smallest lowest least", "highest tallest", "fastest quickest", "slowest", "cheapest", "dearest costliest", "best top finest", "worst", "strictest toughest hardest",
    "earliest oldest", "newest latest last", "nearest closest next", "longest", "shortest", "strongest", "weakest", "first original initial", "only sole", "record all-time", "unprecedented never-before", "historic landmark",
)  # fmt: skip
_ALIKE = {word: index for index, group in enumerate(_SUPERLATIVES) for word in group.split()}
_SIZES = frozenset(_ALIKE[word] for word in ("largest", "highest", "lowest", "longest", "best", "fastest"))
"""Superlatives by which a thing holds a record."""
_HOLDER = re.compile(
    r"\brecord[\s-]hold(?:er|ing)|\b(?:current|present|previous|standing|existing|old)\s+record\b|[\u2019']s\s+record\b", re.IGNORECASE
)
"""Words for what is the largest today."""
_NEWEST = frozenset({_ALIKE["newest"]})
_SINGLES = listed(
    "record first only sole unprecedented historic landmark unique unmatched unrivalled unparalleled foremost top best worst unsurpassed pioneering"
)
_MOST = re.compile(
    r"\b(?:the|its|their|his|her|country[’']s|world[’']s|state[’']s|[A-Z]\w+[’']s)\s+(?:\w+\s+)?(most|least)\s+(?!(?:that|which|a|an|it|any|anyone)\b)(\w+)",
    re.IGNORECASE,
)
_RANKED = re.compile(r"\b(?:(?:second|third|fourth|fifth)[- ](?:\w+est|most)|(?:number|no\.?)[- ](?:one|1)|ever\s+(?:made|built|seen|signed|recorded|placed|raised|reported)|all[- ]time|on\s+record|in\s+history|of\s+its\s+kind|never\s+(?:\w+\s+){1,6}(?:more|\w{2,}er)\s+(?:\w+\s+){0,3}than|leads?\s+the\s+(?:world|industry|market|field)|unlike\s+any)\b", re.IGNORECASE)  # fmt: skip
_RECORD_NOUN = re.compile(r"\b(?:track|public|court|medical|paper|the)\s+record|records?\s+(?:show|kept|of|by|in\s+(?:the|this)\s+docket)|(?:court|official|public|medical|company)\s+records|\brecord\s+in\s+this|off\s+the\s+record|on\s+the\s+record", re.IGNORECASE)  # fmt: skip
_FIRST_OF = re.compile(
    r"first\s+(?:phase|quarter|half|year|stage|contract|time|systems?|days?|weeks?|months?|steps?|building|customers?|reactors?|chips?|unit|lady|place|hearing|of\s+(?:the|its|four|two|three)|deliver\w+|shipments?|cars?|"
    r"version|reports?|one|vote|floor|transformers?|line|orders?|units|applications?|group|\d+|two|three|four|five|six|and|to)\b|first,",
    re.IGNORECASE,
)
_ADVERB = {
    "first": re.compile(
        r"(?<!\bthe\s)(?<!\bits\s)(?<!\btheir\s)(?<![’']s\s)(?<!\ba\s)\|first(?:\s+(?:if|when|before|then|with|and|or|but|by|in|on|at|for|among|of\s+all)\b|\s*(?:[.,;:?!—]|$))",
        re.IGNORECASE,
    ),
    "best": re.compile(
        r"\b(?:do(?:es|ing|ne)?|did|far(?:e|es|ed)|had|know|knows|like|likes|serve[ds]?|suits?|works?|how)\s+\|best\b", re.IGNORECASE
    ),
}
"""“First” and “best” that say how something is done and rank nothing; the bar stands before the word."""
_AT_FIRST = re.compile(r"\b(?:at|from\s+the|head|the\s+two|its|their)\s+$", re.IGNORECASE)
_ONLY_NEG = re.compile(r"\b(?:not\s+)$", re.IGNORECASE)


_BOUNDING = re.compile(r"\bat\s+(?:the\s+|its\s+)?(?:very\s+)?$", re.IGNORECASE)


def unearned_superlatives(sentence: str, sources: Sequence[str], passages: Sequence[str] = ()) -> tuple[str, ...]:
    """The superlatives and words of record of a sentence that no source text has, in order; `passages` are the cited ones among the sources."""
    plain = outside_quotes(sentence)
    joined = "\n".join(sources)
    cited = "\n".join(passages)
    known = {word.key for word in words(joined)}
    stems = {stem(key) for key in known}
    groups = {_ALIKE[key] for key in known if key in _ALIKE}
    shared = groups_shared(joined) if not _ONE_OF.search(plain) else frozenset()
    found = [
        word
        for word in _superlatives(plain)
        if not (_is_earned(word, known, stems, groups, joined) or (word == "record" and groups & _SIZES and _HOLDER.search(plain)))
        or _ALIKE.get(word.split()[-1].casefold()) in shared
    ]
    ranked = [match[0] for match in _RANKED.finditer(plain) if not _ranked_in(match[0], joined)]
    return tuple(dict.fromkeys((*found, *ranked, *_paraphrased(plain, cited))))


_ONE_OF = re.compile(r"\b(?:one\s+of|among)\s+(?:the|its|their|his|her)\s+(?:\w+[’']s\s+)?(?P<word>\w+)", re.IGNORECASE)


def groups_shared(text: str) -> frozenset[int]:
    """The groups of superlatives that a text only gives to one of several: "one of the largest"."""
    shared = [found.span("word") for found in _ONE_OF.finditer(text)]
    inside = {_ALIKE[word.key] for word in words(text) if word.key in _ALIKE and (word.start, word.end) in shared}
    alone = {_ALIKE[word.key] for word in words(text) if word.key in _ALIKE and (word.start, word.end) not in shared}
    return frozenset(inside - alone)


def _superlatives(plain: str) -> Iterator[str]:
    for word in words(plain):
        key = word.key
        if _BOUNDING.search(plain[: word.start]):
            continue
        if (
            key.endswith("est")
            and len(key) > 4
            and key not in _NO_SUPERLATIVE
            and not key.startswith(("inter", "re"))
            and word.text.islower()
        ) or (key in _SINGLES and _is_superlative(plain, word.start, key)):
            yield word.text
    yield from (f"{match[1]} {match[2]}" for match in _MOST.finditer(plain) if not match[2].casefold().startswith(("of", "part")))


def _is_superlative(plain: str, at: int, key: str) -> bool:
    before, here = plain[max(0, at - 20) : at], plain[at : at + 40]
    if key == "record":
        return not any(match.start() <= at < match.end() for match in _RECORD_NOUN.finditer(plain)) and not re.match(
            r"record(?:ed|ing|s)\b", here
        )
    if key in {"first", "best"} and _ADVERB[key].search(f"{plain[:at]}|{here}"):
        return False
    if key == "first":
        return not (_FIRST_OF.match(here) or _AT_FIRST.search(before))
    if key in {"only", "sole"}:
        return bool(re.search(r"\b(?:the|its|their|[\w]+[’']s)\s+$", before)) or (
            key == "only" and bool(re.match(r"only\s+(?:one|[A-Z])", here))
        )
    if key == "best" and re.match(r"best\s+(?:\w+ed|read|seen|known|understood|told|left|kept|put)\b", here):
        return False
    return not (
        key in {"best", "top"} and re.search(r"\b(?:at|the|on|to|over)\s+$", before) and re.match(r"(?:top|best)\s*(?:of|[.,;]|$)", here)
    ) and not _ONLY_NEG.search(before)


def _is_earned(word: str, known: set[str], stems: set[str], groups: set[int], joined: str) -> bool:
    key = word.split()[-1].casefold()
    base = _base(key)
    if key in {"recent", "advanced"} and word.casefold().startswith("most") and groups & _NEWEST:
        return True
    if " " in word:
        return ("most" in known or "least" in known or base + "est" in known) and (stem(key) in stems or _ALIKE.get(key) in groups)
    if key in known or stem(key) in stems or _ALIKE.get(key) in groups:
        return True
    if key in {"largest", "biggest"} and _ACCOUNTS_FOR.search(joined):
        return True
    if re.search(rf"\b(?:no|not|none|nothing|never|nobody)\b[^.;]{{0,30}}\b{re.escape(key[:-2])}r\b", joined, re.IGNORECASE):
        return True
    if key in {"record", "highest", "lowest"} and _EVER.search(joined):
        return True
    if key in {"only", "sole", "unique"} and re.search(
        r"\b(?:alone|no\s+other|none|nobody\s+else|just|single|only)\b", joined, re.IGNORECASE
    ):
        return True
    if key == "first" and re.search(
        r"\b(?:never|not\s+yet|no\s+\w+\s+(?:before|yet)|initial\w*|original\w*|further|another|second|additional|debut\w*|maiden|inaugural|began?|until\s+now|so\s+far|opening|start\w*)\b",
        joined,
        re.IGNORECASE,
    ):
        return True
    return bool(re.search(rf"\bmost\s+{re.escape(base)}", joined, re.IGNORECASE))


_ACCOUNTS_FOR = re.compile(
    r"\b(?:customers?|clients?|buyers?|holders?|suppliers?|owners?)\s+(?:account(?:s|ed)?\s+for|made\s+up|make\s+up|hold|held)\b",
    re.IGNORECASE,
)
"""Words by which a source names those that have the largest shares."""


def _base(superlative: str) -> str:
    short = superlative.removesuffix("est")
    if short.endswith("i"):
        return short[:-1] + "y"
    return short[:-1] if len(short) > 3 and short[-1] == short[-2] and short[-1] not in "ls" else short


_EVER = re.compile(
    r"\b(?:since\s+(?:19|20)\d\d|never\s+(?:\w+\s+)?(?:before|been|had|seen)|ever|in\s+(?:its|their|the(?:\s+\w+['’]s)?|\w+['’]s)\s+history|on\s+record|all[- ]time|record|unprecedented|so\s+far|yet)\b",
    re.IGNORECASE,
)


_UNMATCHED = re.compile(
    r"\b(?:no|none|nobody|not\s+one|never|nothing|no\s+one)\b[^.;:]{0,60}?\b(?:match(?:ed|es)?|equall?(?:ed|s)?|rivals|rivalled|rivaled|beat(?:en|s)?|surpass\w*|exceed\w*|top(?:ped|s)|come\s+(?:near|close)|com(?:e|es|ing)\s+(?:near|close)|paralleled|bettered|outdone|"
    r"ever\s+(?:\w+\s+){1,4}?(?:more|less|fewer|\w{2,}er|as\s+(?:much|many|\w+))|(?:sold|raised|built|paid|spent|bought|lent|made|signed|placed|drawn|gone|grown|had|done|seen|asked|borrowed|ordered|promised)\s+(?:\w+\s+)?(?:more|less|fewer|so\s+(?:much|many|\w+)|as\s+(?:much|many|\w+)))\b|"
    r"\b(?:more|\w{2,}er)\s+(?:\w+\s+){0,3}than\s+(?:any|every)\s+(?:other|rival|one\s+else)\b|\bthan\s+(?:any(?:one|body|thing)?|ever)\s+(?:before|else|yet)\b|\bsecond\s+to\s+none\b|\bnever\s+before\b|\b(?:nobody|no\s+one|none|no\s+other\s+\w+|no\s+\w+)\s+(?:else\s+)?(?:has|have|had|is|was|can|will|makes?|runs?|owns?|builds?|sells?|holds?)\s+(?:\w+\s+){0,2}?(?:larger|bigger|higher|longer|faster|cheaper|smaller|greater|older|stronger|better)\b|\b(?:dwarf\w*|out(?:spen\w*|sell\w*|sold|strip\w*|rank\w*|pac\w*|perform\w*)|surpass\w*|tops?|beats?|exceed\w*|ahead\s+of)\s+(?:all|every|any)\s+(?:its\s+|their\s+|the\s+|other\s+)*(?:other|rival|competitor|peer)\w*\b|\bwithout\s+(?:precedent|parallel|equal|rival)\b|\b(?:has|have|had|with)\s+no\s+(?:equal|rival|peer|precedent|parallel)\b|"
    r"\bthe\s+(?:most|least|fewest)\s+(?:(?:that|which|any|anyone|a|it|an|of\s+any|in|by|for)\b|\w+s\b)(?!\s*of\s+(?:the|its|their)\b)",
    re.IGNORECASE,
)
"""Superlatives without a superlative: what nobody else has or has ever done."""
_LIKE_MOST = re.compile(
    r"\b(?:most(?!\s+of\b)|least|fewest|no\s+other|nobody|none|never|ever|any\s+other|anyone|unmatched|unrivalled|(?!interest|test|request|rest|invest|west|protest|contest|latest|honest|suggest)\w{2,}est|record|first|only|match\w*|top\w*|best|precedent|history|unequall?ed|alone|all[- ]time|peak|maximum|up\s+to|as\s+much\s+as|limit\w*|cap|capped|ceiling|allow\w*|ahead\s+of\s+(?:all|every)|exceed\w*|more\s+than)\b",
    re.IGNORECASE,
)
_TIMELESS = re.compile(r"\b(?:ever|never|in\s+history|all[- ]time|of\s+all\s+time|to\s+date)\b", re.IGNORECASE)
_WITHIN = re.compile(
    r"\b(?:\w+est|most|record)\b[^.;]{0,30}\b(?:this|last)\s+(?:year|quarter|month|week|decade)|\b(?:this\s+year|since\s+(?:\w+\s+)?(?:(?:19|20)\d\d|January|February|March|April|May|June|July|August|September|October|November|December))|\bfor\s+\w+\s+years\b",
    re.IGNORECASE,
)
"""A superlative that holds within a span of time only."""


def _paraphrased(plain: str, joined: str) -> Iterator[str]:
    """The superlatives of a sentence that are said without one, when the sources have nothing like them or only within a span of time."""
    for match in _UNMATCHED.finditer(plain):
        if not _LIKE_MOST.search(joined) or (
            _TIMELESS.search(plain) and _WITHIN.search(joined) and not _TIMELESS.search(joined) and not _EVER_TOLD.search(joined)
        ):
            yield match[0]


_EVER_TOLD = re.compile(r"\b(?:history|on\s+record|all[- ]time|yet|so\s+far|before|unprecedented|record)\b", re.IGNORECASE)


def _ranked_in(phrase: str, joined: str) -> bool:
    if re.match(r"ever|all|on|in|never", phrase, re.IGNORECASE) and _EVER.search(joined):
        return True
    folded = joined.casefold()
    return all(word in folded for word in phrase.casefold().replace("-", " ").split() if len(word) > 3)


_UNIVERSAL = re.compile(
    r"\b(?:all|every|each|always|never|none|everyone|everybody|nobody|no\s+one|everything|nothing|entire(?:ly)?|whole|unanimous(?:ly)?|universal(?:ly)?|completely|fully|totally|"
    r"wholly|exclusively|without\s+exception|across\s+the\s+(?:board|industry|sector|country|state|region|world|market)|industry-?wide|nationwide|statewide|worldwide|global(?:ly)?|everywhere|"
    r"widespread|permanent(?:ly)?|forever|most)\b",
    re.IGNORECASE,
)
_FULL = r"all|every|each|entire(?:ly)?|whole|everyone|everything|everybody|always|anyone|unanim\w+|complete(?:ly)?|full(?:y)?|100\s*(?:%|percent)|total(?:ly)?|throughout"
_EMPTY = r"no|none|never|nothing|nobody|neither|nor|not|without|cannot|\w+n[’']t|\w+est|first|record|den(?:y|ies|ied)|zero|refus\w+|declin\w+|sold\s+out"
_LIKE_ALL = re.compile(rf"\b(?:{_FULL}|neither|none|nobody|without\s+exception)\b", re.IGNORECASE)
_LIKE_NONE = re.compile(rf"\b(?:{_EMPTY}|all)\b", re.IGNORECASE)
_PART_OF_THEM = re.compile(r"\b(one|two|three|four|some|several|half|most|few|part)\s+of\s+(?:them|these|those)\b", re.IGNORECASE)
_NEGATIVE = frozenset({"never", "none", "nobody", "no one", "nothing"})
_ALL_OF = re.compile(
    r"\ball\s+(?:of\s+)?(?:the\s+)?(?P<n>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)\s+\w+", re.IGNORECASE
)
_NOT_UNIVERSAL = re.compile(
    r"all\s+(?:but|along|told|too|over|the\s+more|the\s+while|at\s+once|in\s+all\b|of\s+(?:it|this|which)|the\s+same|(?:the\s+)?(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)\b|that)|each\s+(?:year|day|month|week|hour|other|of\s+(?:the\s+)?(?:two|three|four|five|six|them))|every\s+(?:year|day|month|week|hour|time|two|three)|"
    r"most\s+(?!of\b|\w+s\b)|most\s+(?:\w+ly|likely|recent|important)|each\s+\d|any\s+(?:of|other|more|further|time|longer|event|case)|whole\s+(?:life|thing)|in\s+all\b|global\s+(?:\w+\s+){0,1}(?:inc|corp)|each\b(?!\s+\w+s\b)|"
    r"whole\b|no\s+one\s+(?:site|company)",
    re.IGNORECASE,
)  # fmt: skip


def widened(sentence: str, sources: Sequence[str], near: Sequence[str]) -> tuple[str, ...]:
    """Words by which a sentence reaches further than its sources: universal words, groups where they have one, quantifiers that fell away."""
    plain = outside_quotes(sentence)
    return tuple(
        dict.fromkeys(
            (
                *_universals(plain, near),
                *_beyond_a_part(plain, sources),
                *_groups(plain, near),
                *_unqualified(plain, sources),
                *few.made_many(plain, sources),
                *few.of_all_kinds(plain, sources),
                *reach.beyond(plain, sources),
            )
        )
    )


_ALL = re.compile(
    r"(?<!\band\s)(?<!\bat\s)(?<!\bin\s)(?<!\babove\s)(?<!\bafter\s)\b(?:all|every|each|entire(?:ly)?|the\s+whole(?:\s+of)?|whatever|whichever|wherever|always|any|(?<!granted\s)(?<!approved\s)in\s+full|fully|completely|without\s+exception|throughout|none|no)\b(?!\s+(?:but|along|told|too|later|earlier|more|less|fewer|longer)\b)",
    re.IGNORECASE,
)
_NUMBER_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d[\d.,]*)"
_A_PART = re.compile(
    rf"\b(?:{_NUMBER_WORD}|some|several|a\s+few|part|half|most|many|a\s+(?:third|quarter|fifth|tenth)|two\s+thirds|three\s+quarters)\s+(?:\w+\s+)?of\s+(?:the|its|their|these|those|every)\b(?:\s+[\w-]+){{0,2}}|"
    rf"\b(?:only|solely|alone|nothing\s+but)\b|\bof\s+(?:the\s+)?{_NUMBER_WORD}\s+[^,.;]{{3,80}},\s+{_NUMBER_WORD}\b",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    rf"\bof\s+(?:the\s+)?{_NUMBER_WORD}\s+(?:[\w-]+\s+){{0,2}}?(?P<noun>(?-i:[a-z])[\w-]*s)\b[^,.;]{{0,70}},\s+{_NUMBER_WORD}\b",
    re.IGNORECASE,
)


def _beyond_a_part(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """A word of all where the source sentence speaks of a part, or a bare plural where it counts so many of them."""
    near = [outside_quotes(source) for source in sources if overlap(plain, source) >= PART]
    said = _ALL.search(plain)
    for source in near:
        part = next((one for one in _A_PART.finditer(source) if not re.search(r"\b(?:percent|per\s+cent)\s+of\b", one[0])), None)
        if said and part and not any(_ALL.search(other) for other in near) and not _keeps(plain, part[0]):
            yield f"the source says “{' '.join(part[0].split())}”; the sentence says “{said[0]}”"
            return
        for match in _OF_THEM.finditer(source):
            noun = stem(match["noun"].casefold())
            if any(stem(word.key) == noun and word.key.endswith("s") for word in words(plain)) and not _SOME_NUMBER.search(plain):
                yield f"the source says “{match[0]}”; the sentence leaves the limit out"


_SOME_NUMBER = re.compile(rf"\b(?:{_NUMBER_WORD}|some|several|few|many|most|part|percent|half|third|quarter)\b|\d", re.IGNORECASE)
PART = 0.2


def _keeps(plain: str, part: str) -> bool:
    """Whether a sentence has the number or the limit of a part as well."""
    first = part.split()[0].casefold()
    low = plain.casefold()
    return (bool(re.search(rf"\b{re.escape(first)}\b", low)) and first != "of") or bool(
        re.search(r"\b(?:only|just|alone|but|except|other|rest)\b", low)
    )


def _is_majority(text: str) -> bool:
    """Whether a text counts more than half of so many: "six of the ten"."""
    for match in re.finditer(r"\b([\w.,]+)\s+of\s+(?:the\s+|its\s+|their\s+|all\s+)?([\w.,]+)", text):
        part, whole = numbers(match[1]), numbers(match[2])
        if part and whole and part[0].value <= whole[0].value < 2 * part[0].value:
            return True
    return False


def _universals(plain: str, near: Sequence[str]) -> Iterator[str]:
    joined = "\n".join(near)
    known = {word.key for word in words(joined)}
    for match in _UNIVERSAL.finditer(plain):
        key = match[0].casefold()
        if key == "all" and re.search(r"\band\s+$", plain[: match.start()]) and re.match(r"\s*(?:[,.;]|$)", plain[match.end() :]):
            continue
        if (
            _NOT_UNIVERSAL.match(plain, match.start())
            or all(part in known for part in key.split())
            or re.search(
                r"\b(?:not|at|after|above|in)\s+$" if key in {"all", "most", "each"} else r"\bnot\s+$", plain[: match.start()].casefold()
            )
        ):
            continue
        if key.startswith(
            ("across", "industry", "nation", "state", "world", "global", "everywhere", "widespread", "permanent", "forever", "most")
        ):
            if stem(key.split()[-1]) not in {stem(one) for one in known} and not (
                key == "most"
                and (
                    re.search(r"\b(?:majority|mostly|mainly|largely|[5-9]\d(?:\.\d+)?\s*(?:%|percent)|half)\b", joined)
                    or _is_majority(joined)
                )
            ):
                yield f"no cited passage says “{match[0]}”"
        elif not (_LIKE_NONE if key in _NEGATIVE else _LIKE_ALL).search(joined):
            yield f"no cited passage says “{match[0]}”"
    for match in _ALL_OF.finditer(plain):
        part = re.search(rf"\b(\w+)\s+of\s+(?:the|its|their|these)\s+{match['n']}\b", joined, re.IGNORECASE)
        part = part or _PART_OF_THEM.search(joined)
        if part and part[1].casefold() not in {"all", "each", "any", "every", "outside", "because", "none", "neither"}:
            yield f"the source says “{part[0]}”; the sentence says “{match[0]}”"


_HOUSES = (
    "company firm business maker manufacturer producer vendor", "laboratory lab", "operator utility carrier", "regulator agency watchdog", "government nation country", "hospital clinic",
    "airline", "rival competitor", "chipmaker foundry", "city county", "court", "bank lender", "publisher", "outlet newspaper",
)  # fmt: skip
"""Kinds of houses: a sentence that speaks of several needs a source that does."""
_FOLK = (
    "customer client buyer", "investor shareholder backer", "analyst forecaster economist", "contractor builder supplier", "lawmaker senator politician", "union", "resident neighbour household",
    "critic opponent", "executive boss", "worker employee", "developer", "expert researcher scientist",
)  # fmt: skip
"""Kinds of people and places: a sentence may speak of several unless its source speaks of one."""
_ALSO = {stem(one): index for index, group in enumerate((*_HOUSES, *_FOLK)) for one in group.split()}


def _plural(noun: str) -> str:
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeo" else noun + ("es" if noun.endswith(("s", "sh", "ch")) else "s")


_PLURALS = {_plural(one): (index, one) for index, group in enumerate((*_HOUSES, *_FOLK)) for one in group.split()}
_WHOLE = {
    "industry": "industry", "sector": "sector", "market": "market", "world": "world", "field": "field", "nation": "nation", "country": "country", "region": "region", "economy": "economy", "public": "public", "profession": "profession",
}  # fmt: skip
_WIDE = re.compile(
    r"\b(?:the|an?|whole|entire)\s+(?:\w+\s+)?(industry|sector|market|world|field|nation|country|region|economy|profession)(?!\s+(?:association|group|council|share|price|body|watchdog))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d[\d.,]*|several|some|few|many|both|various|dozens?|hundreds?|thousands?|these|those|its|their|his|her|our|other|of)\s+(?:[\w’'-]+\s+){0,2}$", re.IGNORECASE)  # fmt: skip
_GENERIC = re.compile(r"(?:^|[.;:,]\s+|\b(?:that|and|but|by|for|of|to|with|from|the\s+(?:largest|big|biggest|major|leading|other)|large|big|major|leading|among|across|between|all|most|other|many|\w+’s|\w+'s)\s+)(?:the\s+)?(?:[\w’'-]+\s+){0,2}$", re.IGNORECASE)  # fmt: skip


_COUNTRY = re.compile(r"\b(?:the|this|whole|entire)\s+(country|nation|world|region|state)\b", re.IGNORECASE)
_NARROW = re.compile(r"\b(?:County|county|city|town|village|district|ward)\b")
"""Words for a place that is smaller than a country."""
_OFFICE = re.compile(r"\b(?:Office|Commission|Authority|Agency|Board|office|commission|authority|agency|board|regulator)\b")
"""What "regulators" may mean by itself."""


def _groups(plain: str, near: Sequence[str]) -> Iterator[str]:
    """Plural groups, and whole industries, of which the sources have one member at most."""
    joined = "\n".join(near)
    keys = {word.key for word in words(joined)}
    stems = {stem(key) for key in keys}
    plurals = {_PLURALS[key][0] for key in keys if key in _PLURALS}
    collective = bool(stems & {stem(one) for one in _WHOLE}) or bool(plurals)
    houses = len({name.text.split()[0] for text in near for name in names(text)})
    for word in words(plain):
        if word.key not in _PLURALS or (word.start and not word.text.islower()) or plain[word.end : word.end + 1] in {"’", "'"}:
            continue
        index, _ = _PLURALS[word.key]
        if holds(*vocabulary(joined), stem(re.sub(r"(?:er|or|ee)s$", "", word.key))) and index >= len(_HOUSES):
            continue
        if word.key == "regulators" and _OFFICE.search(joined):
            continue
        single = any(_ALSO.get(stem(key)) == index for key in keys)
        if index in plurals or word.key in keys or _COUNTED.search(plain[: word.start]):
            continue
        if single or (index < len(_HOUSES) and not plurals and _GENERIC.search(plain[: word.start]) and houses < MANY):
            yield f"the cited passages speak of no “{word.text}” in general"
    for match in _COUNTRY.finditer(plain):
        if (
            stem(match[1].casefold()) not in stems
            and _NARROW.search(joined)
            and not re.search(r"\bnation|\bcountry|\bstate|\bworld|\bregion|[A-Z]\w+[’']s\b", joined, re.IGNORECASE)
        ):
            yield f"the cited passages speak of “{_NARROW.findall(joined)[0]}”, not of “{match[0]}”"
    for match in _WIDE.finditer(plain):
        if stem(match[1].casefold()) not in stems and not collective:
            yield f"the cited passages do not speak of “{match[0]}”"


_SOME = re.compile(
    r"\b(?P<some>some|several|a\s+few|few|certain|part\s+of|parts\s+of|one\s+of|(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+of\s+(?:the|its|their|every)(?:\s+\w+)?|half\s+of|at\s+least\s+one|many|most|"
    r"(?:one|two|three|four|five|six|an?\s+(?:third|second|fourth))(?=\s+(?:suppliers?|sources?|analysts?|operators?|testers?|contractors?|residents?|buyers?|lenders?|customers?|outlets?|banks?|states?|hospitals?)))\s+"
    r"(?:of\s+)?(?:the\s+|its\s+|their\s+)?(?:[\w’'-]+\s+)?(?P<noun>(?-i:[a-z])[\w’'-]+s)\b",
    re.IGNORECASE,
)
_QUANTIFIER = re.compile(
    r"\b(?:some|several|few|certain|part|parts|one|two|three|four|five|six|seven|eight|nine|ten|\d[\d.,]*|half|many|most|a|an|another|both|rest|remaining|remainder|third|quarter|among|other|various|including|any|no|number|handful|majority|minority|none)\b",
    re.IGNORECASE,
)


_NO_NOUN = frozenset({"has", "is", "was", "does", "its", "this", "as", "says", "less"})
_LISTED = re.compile(r"\b(?:includ(?:e|es|ed|ing)|such\s+as|like|e\.g\.|namely|among\s+them)\b", re.IGNORECASE)


def _unqualified(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """Plural nouns that the nearest source sentence counts or limits and the sentence does not."""
    ranked = sorted(((overlap(plain, source), -index) for index, source in enumerate(sources)), reverse=True)
    if not ranked or ranked[0][0] < SAME:
        return
    near = [sources[-index] for share, index in ranked if share >= ranked[0][0] - 0.1]
    source = outside_quotes(near[0])
    for match in _SOME.finditer(source):
        noun = stem(match["noun"].casefold())
        if match["noun"] in _NO_NOUN:
            continue
        mine = [word for word in words(plain) if stem(word.key) == noun and word.key.endswith("s")]
        if not mine or any(_bare(other, noun) for other in near[1:]) or not _same_clause(plain, source, match):
            continue
        if not _LISTED.search(plain) and not any(_QUANTIFIER.search(plain[max(0, word.start - 45) : word.start]) for word in mine):
            yield f"the source says “{' '.join(match[0].split())}”; the sentence leaves the limit out"


def _bare(text: str, noun: str) -> bool:
    return any(stem(word.key) == noun for word in words(text)) and not any(
        stem(match["noun"].casefold()) == noun for match in _SOME.finditer(text)
    )


def _same_clause(plain: str, source: str, match: re.Match[str]) -> bool:
    after = content(source[match.end() : match.end() + 70])[:4]
    known = vocabulary(plain)
    return not after or sum(holds(*known, one) for one in after) >= 1
