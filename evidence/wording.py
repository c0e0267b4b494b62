"""What a sentence does with its source's words: hedges, negation, direction, scope, causes.

Each function compares a sentence with source sentences and returns messages for an editor; an empty tuple when nothing is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from evidence.hedges import kinds
from evidence.matching import content, holds, overlap, vocabulary
from evidence.passages import passages
from evidence.quotation import outside_quotes
from evidence.text import listed, stem, words

ALIGNED_FROM = 0.34
"""A source sentence speaks of the same thing when it holds this share of a sentence's content words."""

SAME_FROM = 0.5
"""A source sentence says the same thing, but perhaps the opposite of it or without its hedge, when it holds this share.
At 0.34 negation and hedges flag 3.3 % of the good sentences of ragtruth_sent, at 0.5 2.1 %."""

_NEGATORS = listed("no not never none nobody nothing neither nor without cannot hardly barely")
_NEGATIVE_VERBS = listed(
    "deny denies denied fail fails failed refuse refuses refused declined declines reject rejects rejected lack lacks lacked halted"
)
_POLARITY_FREE = re.compile(
    r"\b(?:not\s+only|no\s+later\s+than|no\s+more\s+than|no\s+less\s+than|no\s+fewer\s+than|whether\s+or\s+not|not\s+yet\s+\w+ed\s+by)\b",
    re.IGNORECASE,
)
_STRONG_HEDGE = re.compile(
    r"\b(?:(?<!than )plan(?:s|ned|ning)?\s+(?:to|for)|intend(?:s|ed)?\s+to|aim(?:s|ed|ing)?\s+to|hope(?:s|d)?\s+to|seek(?:s|ing)?\s+(?:to|approval)|propos(?:es|ed|al)|"
    r"could|may(?!\s+\d)|might|would|possibl[ye]|potentially|perhaps|consider(?:s|ing)|in\s+talks|explor(?:es|ing)|expected|expects?\s+to|depends?\s+on|subject\s+to|pending|"
    r"if\s+approved|reportedly|a\s+reported|allegedly|alleged|alleges|accus(?:ed|es)|suspected|charged\s+(?:[\w’\'-]+\s+){0,6}with|people\s+familiar|preliminary|unconfirmed|rumou?red|"
    r"scheduled|slated|conditional|awaits?|estimated|provisional(?:ly)?|tentative(?:ly)?|targets?|under\s+investigation|looking\s+into|in\s+principle)\b",
    re.IGNORECASE,
)
_ANY_HEDGE = re.compile(
    r"\b(?:will|shall|should|is\s+to|are\s+to|set\s+to|due|planned|plans?|proposal|proposed|target|goal|forecast|projected|projection|likely|unlikely|"
    r"reported|according|estimate[sd]?|hoped|intended|expects?|expectation|to\s+be|later|next\s+year|denie[sd]|accusation|allegation|charge[sd]|says|said|wants?|investigat\w+)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"\b(?:has|have|had)\s+(?:been\s+)?\w+(?:ed|en|t|n|e)\b|\b(?:was|were|is|are)\s+\w+ed\b|\b\w{3,}ed\b", re.IGNORECASE)


def source_sentences(texts: Iterable[str]) -> tuple[str, ...]:
    """The sentences of the texts, each once, in order."""
    return tuple(dict.fromkeys(text[a:b] for text in texts for a, b in passages(text)))


_POINTS_BACK = re.compile(r"\s*(?:It|They|He|She|This|That|These|Those|Its|Their|Both|Neither|One\s+of\s+them)\b")
_VERB = re.compile(
    r"\b(?:will|would|can|could|may|might|must|has|have|had|is|are|was|were|\w{2,}ed|says?|said|plans?|expects?|wants?|puts?|holds?|makes?|takes?)\b"
)


def with_antecedents(passage: str, around: str) -> tuple[str, ...]:
    """The sentences of a passage, each that opens with a pronoun led by the subject of the sentence before it."""
    spans = passages(around)
    found: list[str] = []
    for sentence in source_sentences((passage,)):
        at = around.find(sentence)
        before = [around[a:b] for a, b in spans if b <= at]
        subject = _opening_of(before[-1]) if before and _POINTS_BACK.match(sentence) else ""
        found.append(f"{subject}: {sentence}" if subject else sentence)
    return tuple(found)


def _opening_of(sentence: str) -> str:
    verb = _VERB.search(sentence, 1)
    return sentence[: verb.start()].strip(" ,") if verb and verb.start() < 90 else ""


def aligned(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """The source sentences that speak of what a sentence says, nearest first."""
    ranked = sorted(((overlap(sentence, source), -index) for index, source in enumerate(sources)), reverse=True)
    if not ranked or ranked[0][0] < ALIGNED_FROM:
        return ()
    return tuple(sources[-index] for score, index in ranked if score >= max(ALIGNED_FROM, ranked[0][0] - 0.2))


def dropped_hedges(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """A plan, possibility, report or allegation of the nearest source sentence that the sentence states as a fact."""
    plain = outside_quotes(sentence)
    near = aligned(plain, sources)
    if not near or overlap(plain, near[0]) < SAME_FROM:
        return ()
    found = _STRONG_HEDGE.search(outside_quotes(near[0]))
    if not found or not _governs(plain, outside_quotes(near[0]), found):
        return ()
    grave = "allege" in kinds(found[0])
    if (
        _STRONG_HEDGE.search(plain)
        or (not grave and _ANY_HEDGE.search(plain))
        or any(not _STRONG_HEDGE.search(outside_quotes(other)) for other in near[1:])
    ):
        return ()
    return (f"the source says “{found[0].strip()}”; the sentence states it as a fact",)


def _governs(sentence: str, source: str, hedge: re.Match[str]) -> bool:
    """Whether the hedge stands in the clause that the sentence took: one that holds some of the sentence's words that no other clause holds."""
    start, end = 0, len(source)
    for cut in re.finditer(r"[;:—]|,\s+(?:and|but|while|which|although)\b|\s+(?:and|but)\s+(?=\w+s\b|\w+ed\b|it\b|plans\b)", source):
        if cut.end() <= hedge.start():
            start = cut.end()
        elif cut.start() >= hedge.end():
            end = min(end, cut.start())
    clause, rest = source[start:end], source[:start] + " " + source[end:]
    wanted = content(sentence)
    inside, outside = vocabulary(clause), vocabulary(rest)
    own = [one for one in wanted if holds(*inside, one) and not holds(*outside, one)]
    others = [one for one in wanted if holds(*outside, one) and not holds(*inside, one)]
    return len(own) >= 1 and len(own) >= len(others)


def _negated(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each negator of a text with the stems of the four content words that follow it."""
    tokens = words(_POLARITY_FREE.sub(lambda found: " " * len(found[0]), text))
    found = []
    for index, token in enumerate(tokens):
        key = token.key
        if key in _NEGATORS or key.endswith(("n't", "nt'")) or key in _NEGATIVE_VERBS:
            end = min(len(text), tokens[index + 8].start if index + 8 < len(tokens) else len(text))
            scope = text[token.end : end]
            scope = re.split(r"[;.,:]", scope)[0]
            found.append((token.text, frozenset(content(scope)[:4])))
    return found


def flipped_negation(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """A negation of the nearest source sentence that the sentence dropped, or one that it brought in."""
    plain = outside_quotes(sentence)
    near = aligned(plain, sources)
    if not near or overlap(plain, near[0]) < SAME_FROM:
        return ()
    said, known = _negated(plain), _negated(outside_quotes(near[0]))
    wanted = frozenset(content(plain))
    if known and not said:
        for negator, scope in known:
            if holds(*vocabulary(plain), stem(negator)):
                continue
            shared = scope & wanted
            if len(shared) >= 2 or (shared and len(scope) <= 2 and _one_clause(near[0])):
                elsewhere = any(
                    not _negated(outside_quotes(other)) and len(shared & frozenset(content(other))) == len(shared) for other in near[1:]
                )
                return () if elsewhere else (f"the source says “{negator}” of this; the sentence does not",)
    if said and _ALL_GONE.search(near[0]):
        said = [one for one in said if one[0].casefold() not in {"nothing", "none", "nobody", "no"}]
    if said and not known and not any(_negated(outside_quotes(other)) for other in near):
        stems, groups = vocabulary(near[0])
        for negator, scope in said:
            if scope and sum(holds(stems, groups, one) for one in scope) * 2 >= len(scope):
                return (f"the sentence says “{negator}” of something that the source affirms",)
    return ()


_ALL_GONE = re.compile(r"\b(?:all|every|everything|entire(?:ly)?|sold\s+out|full(?:y)?|whole)\b", re.IGNORECASE)


def _one_clause(source: str) -> bool:
    return len(words(source)) <= 14


_OPPOSITES = (
    ("improve improved improves improving improvement better", "slip slipped slips slid slide worsen worsened deteriorated worse decline declined declines fell fall"),
    ("rise rose risen rises rising increase increased increases increasing grow grew grown grows growing growth climb climbed climbs climbing jump jumped jumps surge surged surges soar soared gain gained gains up higher expand expanded expands raise raised raises widen widened",
     "fall fell fallen falls falling decrease decreased decreases decreasing decline declined declines declining drop dropped drops dropping slump slumped plunge plunged shrink shrank shrinks down lower lowered lowers cut cuts reduce reduced reduces slow slowed slip slipped slips slid slide slides lose lost worsen worsened deteriorated narrow narrowed trim trimmed sink sank"),
    ("approve approved approves approval clear cleared back backed backs support supported supports endorse endorsed accept accepted", "reject rejected rejects rejection oppose opposed opposes deny denied refuse refused block blocked dissented"),
    ("win won wins", "lose lost loses"), ("buy bought buys acquire acquired purchase purchased", "sell sold sells divest divested"),
    ("open opened opens start started starts begin began launch launched", "close closed closes shut stop stopped end ended halt halted"),
    ("hire hired hires add added adds", "fire fired lay laid dismiss dismissed eliminate eliminated"),
    ("profit profits profitable", "loss losses unprofitable"), ("beat beats exceeded exceed exceeds", "missed miss misses"),
    ("accelerate accelerated advance advanced ahead earlier sooner", "delay delayed delays postpone postponed behind later"),
    ("faster quicker sooner", "slower"), ("remain remains remained stay stays keep keeps", "leave left quit"), ("grant granted grants", "refuse refused denied withheld"), ("lengthen longer lengthened", "shorten shorter shortened"), ("tighten tightened tighter stricter", "loosen loosened looser relaxed eased"), ("surplus", "deficit shortfall shortage"), ("upgrade upgraded", "downgrade downgraded"), ("optimistic", "pessimistic"), ("premium", "discount"), ("more", "less fewer"), ("cheaper", "dearer costlier expensive"), ("strengthen strengthened", "weaken weakened"),
    ("succeed succeeded successful success", "fail failed fails failure"), ("before", "after"), ("majority", "minority"), ("legal", "illegal"), ("safe", "unsafe"),
    ("north northern", "south southern"), ("east eastern", "west western"), ("import imports imported", "export exports exported"),
    ("lender lend lent lends", "borrower borrow borrowed borrows"), ("public", "private"), ("permanent", "temporary"), ("maximum", "minimum"), ("above", "below"),
)  # fmt: skip
_SIDES = tuple((frozenset(a.split()), frozenset(b.split())) for a, b in _OPPOSITES)


def turned_direction(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """A word of direction in the sentence whose opposite alone stands in the nearest source sentences."""
    plain = outside_quotes(sentence)
    near = aligned(plain, sources)
    said = {word.key for word in words(plain)}
    known = {word.key for source in near for word in words(source)}
    if not near or said & _NEGATORS:
        return ()
    found: list[str] = []
    for one, other in _SIDES:
        for side, opposite in ((one, other), (other, one)):
            mine = sorted(said & side - opposite)
            theirs = sorted(known & opposite)
            if mine and theirs and not known & side and not said & opposite and not any(key in _NEGATORS for key in known):
                found.append(f"the sentence says “{mine[0]}”, the source “{theirs[0]}”")
    return tuple(dict.fromkeys(found))


_SCOPE = (
    "all every each entire entirely whole everyone everything always any both", "only sole solely alone exclusively exclusive", "first pioneer pioneering unprecedented",
    "largest biggest greatest", "record records highest historic", "never no none zero", "unanimous unanimously", "most majority", "best leading top foremost number-one",
    "smallest lowest least", "fastest quickest", "cheapest", "worst", "latest newest", "oldest earliest", "major", "guaranteed guarantees guarantee ensures",
    "beat beats outperforms outperform surpasses better", "completely fully totally wholly entirely", "permanently forever", "immediately instantly", "worldwide global globally",
    "nationwide", "widespread", "industry-wide", "dominant dominates", "critical crucial vital essential", "significantly dramatically sharply massively", "proven proves prove",
    "definitely certainly undoubtedly clearly", "hundreds", "thousands", "dozens", "millions", "billions", "several many numerous", "longest", "tallest", "deepest",
    "last final", "unique", "new", "some",
)  # fmt: skip
_SCOPE_OF: dict[str, int] = {}
for _index, _group in enumerate(_SCOPE):
    for _word in _group.split():
        _SCOPE_OF.setdefault(_word, _index)
_HARD_SCOPE = listed(
    "all every each entire entirely everyone everything always only sole solely exclusively first largest biggest greatest record highest never unanimous unanimously best "
    "foremost smallest lowest fastest cheapest worst oldest guaranteed guarantees unprecedented historic beats beat outperforms surpasses completely fully totally worldwide "
    "nationwide industry-wide longest tallest unique most"
)
_NO_SCOPE = re.compile(r"not\s+only\b|.{0,4}\bfirst,", re.IGNORECASE)
_QUANTIFIED = re.compile(
    r"\b(?:all|every|each|both)\b(?!\s+(?:of\s+)?(?:it\b|year|day|month|week|hour|but|along|told|at\s+once|its|power\b))", re.IGNORECASE
)
_MOST = re.compile(r"\bmost\s+(?!\w+(?:ly)\b)", re.IGNORECASE)


def widened_scope(sentence: str, sources: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Superlatives and scope words of the sentence that no source sentence has, each with whether it is a hard one."""
    plain = outside_quotes(sentence)
    known = {word.key for source in sources for word in words(source)}
    groups = {_SCOPE_OF[key] for key in known if key in _SCOPE_OF}
    stems = {stem(key) for key in known}
    found: list[tuple[str, bool]] = []
    for word in words(plain):
        key = word.key
        hard = key in _HARD_SCOPE or (key.endswith("est") and key in _SCOPE_OF and key != "latest")
        if not hard or key in known or stem(key) in stems or (key in {"only", "first"} and _NO_SCOPE.match(plain, max(0, word.start - 4))):
            continue
        if key in {"all", "every", "each"} and (
            not _QUANTIFIED.match(plain, word.start) or not known.isdisjoint({"all", "every", "each", "everyone", "everything"})
        ):
            continue
        if key in {"most"} and (not _MOST.match(plain, word.start) or 7 in groups):
            continue
        if key == "first" and re.match(
            r"first\s+(?:phase|quarter|half|year|stage|contract|time|systems?|day|week|month|step)\b", plain[word.start :], re.IGNORECASE
        ):
            continue
        if key not in {"all", "every", "each"} and _SCOPE_OF.get(key) in groups and key not in {"first"}:
            continue
        found.append((word.text, True))
    return tuple(found)


_CAUSE = re.compile(
    r"\b(?:because(?:\s+of)?|caus(?:ed|ing)|(?<!the\s)(?<!a\s)(?<!leading\s)(?<!top\s)(?<!main\s)(?<!common\s)(?<!their\s)(?<!specific\s)(?<!possible\s)(?<!exact\s)(?<!root\s)causes?|led\s+to|leads\s+to|leading\s+to|due\s+to(?!\s+be\b)|owing\s+to|thanks\s+to|as\s+a\s+result(?:\s+of)?|result(?:ed|s|ing)\s+(?:in|from)|"
    r"blam(?:e|es|ed|ing)|dr(?:ove|iven|ives|iving)(?:\s+by)?|trigger(?:ed|s|ing)?|(?<!when\s)prompt(?:ed|s|ing)?|sparked|forc(?:ed|ing)|attribut(?:ed|es|able)\s+to|stem(?:s|med)\s+from|"
    r"therefore|consequently|which\s+is\s+why|fuel(?:led|ed|s)(?:\s+by)?|spurr(?:ed|ing)(?:\s+by)?|owes|made\s+possible\s+by|so\s+that|in\s+response\s+to|reflect(?:s|ed|ing)(?!\s+on\b))\b",
    re.IGNORECASE,
)
_CAUSE_IN_SOURCE = re.compile(
    _CAUSE.pattern[:-3] + r"|after|when|as|since|following|citing|began\s+when|on\s+the\s+back\s+of|amid|so)\b", re.IGNORECASE
)


def invented_causes(sentence: str, sources: Sequence[str], near: Sequence[str]) -> tuple[str, ...]:
    """A cause in the sentence that no source sentence states between the same things; `near` is the text around the sources."""
    plain = outside_quotes(sentence)
    cause = _CAUSE.search(plain)
    if not cause:
        return ()
    left, right = content(plain[: cause.start()]), content(plain[cause.end() :])
    for source in source_sentences((*sources, *near)):
        if _CAUSE_IN_SOURCE.search(source) and _on_both_sides(left, right, source, near):
            return ()
    return (f"the sentence gives a cause (“{cause[0]}”) that no cited passage gives",)


def _on_both_sides(left: tuple[str, ...], right: tuple[str, ...], source: str, near: Sequence[str]) -> bool:
    """Whether a source sentence speaks of what stands on either side of a cause; a pronoun in it may mean what stands around."""
    stems, groups = vocabulary(source)
    wide = vocabulary("\n".join(near)) if re.match(r"\s*(?:It|They|He|She|This|That|The)\b", source) else (stems, groups)
    return _mostly(left[-3:], stems, groups, wide) and _mostly(right[:3], stems, groups, wide)


def _mostly(side: Sequence[str], stems: frozenset[str], groups: frozenset[int], wide: tuple[frozenset[str], frozenset[int]]) -> bool:
    if not side:
        return True
    here = sum(holds(stems, groups, one) for one in side)
    there = sum(holds(*wide, one) for one in side)
    return (here * 2 >= len(side) - 1 and here > 0) or (here > 0 and there * 2 >= len(side))
