"""What a sentence does with its source's words: hedges, negation, direction, scope, causes.

Each function compares a sentence with source sentences and returns messages for an editor; an empty tuple when nothing is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from evidence.matching import content, holds, overlap, vocabulary
from evidence.parts import parts
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
    r"\b(?:not\s+only|no\s+later\s+than|no\s+more\s+than|no\s+less\s+than|no\s+fewer\s+than|whether\s+or\s+not|(?:not|no)\s+(?:before|until|earlier|later|sooner)(?:\s+than)?|(?:not|never)\s+(?:[\w’'-]+\s+){1,6}?(?:before|until|earlier\s+than|later\s+than)\b|not\s+yet\s+\w+ed\s+by)\b",
    re.IGNORECASE,
)


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


def _negated(text: str) -> list[tuple[str, frozenset[str], str]]:
    """Each negator of a text with the stems of the four content words that follow it, and the first of them; a verb of denial without a deed has none."""
    tokens = words(_POLARITY_FREE.sub(lambda found: " " * len(found[0]), text))
    found = []
    for index, token in enumerate(tokens):
        key = token.key
        if key in _NEGATORS or key.endswith(("n't", "nt'")) or key in _NEGATIVE_VERBS:
            end = min(len(text), tokens[index + 8].start if index + 8 < len(tokens) else len(text))
            scope = text[token.end : end]
            scope = re.split(r"[;.,:]", scope)[0]
            after = content(scope)[:4]
            deed = key not in _NEGATIVE_VERBS or re.match(r"\s+(?:to|that|having|it|they|\w+ing)\b", scope)
            found.append((token.text, frozenset(after), next((one for one in after if not one[0].isdigit()), "") if deed else ""))
    return found


_ASIDE = re.compile(r",\s+(?:(?:who|which|whose|where)\s[^,;]{8,80}|(?:the|its|their|his|her)\s+[\w\s]{3,40}\s(?:said|says)),(?=\s)")
"""What stands between two commas and tells of the subject, or who speaks."""


def flipped_negation(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """A negation that the source has of a clause and the sentence dropped, or one that the sentence brought in."""
    plain = _ASIDE.sub(lambda found: " " * len(found[0]), outside_quotes(sentence))
    clauses = tuple((outside_quotes(source)[a:b], source) for source in sources for a, b in parts(source))
    for start, end in parts(plain):
        if message := _flipped(plain[start:end], clauses):
            return (message,)
    if negator := _affirmed(plain, sources):
        return (f"the source says “{negator}” of this; the sentence does not",)
    return ()


def _affirmed(plain: str, sources: Sequence[str]) -> str | None:
    """The negator of a source sentence whose whole scope a sentence affirms; None when another source sentence affirms it too."""
    if _negated(plain) or _OTHER_NO.search(plain) or _SUPPOSED.search(plain) or _CONTRASTS.search(plain):
        return None
    known = vocabulary(plain)
    for source in sources:
        for negator, scope, _ in _negated(outside_quotes(source)):
            clause = next((source[a:b] for a, b in parts(source) if negator in source[a:b]), source)
            scope = frozenset(one for one in scope if not one[0].isdigit())
            held = sum(holds(*known, one) for one in scope)
            if negator.casefold() in _NEGATIVE_VERBS or negator.casefold() == "without":
                continue
            if held > 1 and overlap(plain, source) < SAME_BACK:
                continue
            if not scope or held < len(scope) or overlap(clause, plain) < (SAME_BACK if held > 1 else ALL_BACK):
                continue
            if not any(overlap(plain, other) >= SAME_CLAUSE and not _negated(other) for other in sources):
                return negator
    return None


_CONTRASTS = re.compile(r"\b(?:while|whereas|although|though|unlike|merely|but)\b", re.IGNORECASE)
"""Words by which a sentence tells two things apart: what the source denies of the one it may say of the other."""
_SUPPOSED = re.compile(r"\b(?:should|could|may|might|would|if|whether|why|how|question\w*|ask\w*)\b", re.IGNORECASE)
ALL_BACK = 0.65


def _flipped(piece: str, clauses: Sequence[tuple[str, str]]) -> str | None:
    """How a clause differs in polarity from every source clause that says the same; None when it does not."""
    near = [(clause, source) for clause, source in clauses if overlap(piece, clause) >= SAME_CLAUSE and overlap(clause, piece) >= SAME_BACK]
    if not near:
        return None
    said, known = _negated(piece), [_negated(clause) for clause, _ in near]
    if not said and all(known) and not _OTHER_NO.search(piece):
        mine = vocabulary(piece)
        negator = next((word for word, scope, head in known[0] if _is_dropped(word, scope, head, piece, mine)), None)
        return f"the source says “{negator}” of this; the sentence does not" if negator else None
    if said and not any(_negated(source) or _OTHER_NO.search(source) or _ALL_GONE.search(source) for _, source in near):
        stems, groups = vocabulary(near[0][0])
        told = any(_OTHER_NO.search(source) for _, source in clauses)
        said = [one for one in said if not (told and one[0].casefold() in _NEGATIVE_VERBS)]
        negator = next(
            (word for word, scope, _ in said if scope and sum(holds(stems, groups, one) for one in scope) * 3 >= len(scope) * 2), None
        )
        return f"the sentence says “{negator}” of something that the source affirms" if negator else None
    return None


def _is_dropped(word: str, scope: frozenset[str], head: str, piece: str, mine: tuple[frozenset[str], frozenset[int]]) -> bool:
    """Whether a clause affirms what a source's negator denies: it has the denied word itself and half of what follows; a verb of denial denies a deed."""
    key = word.casefold()
    if not scope or key == "without" or holds(*mine, stem(word)) or not holds(*mine, head):
        return False
    return sum(one in mine[0] or holds(*mine, one) for one in scope) * 2 >= len(scope) and not (key in _NEGATIVE_VERBS and not head)


SAME_CLAUSE = 0.5
SAME_BACK = 0.4
"""A source clause says the same of the same things when it holds SAME_CLAUSE of a clause's content words and the clause SAME_BACK of its own."""
_OTHER_NO = re.compile(
    r"\b(?:without|instead|rather\s+than|only|un(?!ion|der|til|iver|ited|less|its?\b)\w{4,}|in(?:ab|cap|suf|compl)\w+|im(?:pos|prob)\w+|dis(?:put|allow|contin|agree|qualif)\w+|lack\w*|refus\w+|den(?:y|ied|ies|ial)|fail\w*|reject\w*|stop\w*|end(?:s|ed)?|avoid\w*|drop(?:s|ped)?|cancel\w*|spared|"
    r"too\s+\w+\s+(?:to|for)|non-?\w+|\w{3,}less|exclud\w+|except(?:s|ed|ing|ions?)?|exempt(?:s|ed|ing)?|le(?:ave|aves|ft|aving)\s+(?:\w+\s+){0,4}out|turn(?:s|ed)\s+(?:\w+\s+)?down|thr(?:ew|own)\s+out|str(?:uck|ike)\s+down|keeps?\s+(?:[\w’'-]+\s+){1,8}(?:to\s+(?:itself|themselves|himself|herself)|secret|back)|kept|secret|silen\w+|withh[eo]ld\w*|omit\w*|scrap\w*|veto\w*|quash\w*|overturn\w*|abandon\w*|neither|hardly|barely|scarcely|other\s+than|apart\s+from|out\s+of|black(?:s|ed)\s+out|redact\w*|undisclosed|yet\s+to|still|before|until|unless|ban\w*|forbid\w*|bars?|barred|prevent\w*|rul(?:es?|ed|ing)\s+out|declin\w+|miss\w*|absent|free\s+of|short\s+of|unless|nor)\b",
    re.IGNORECASE,
)
_ALL_GONE = re.compile(r"\b(?:all|every|everything|entire(?:ly)?|sold\s+out|full(?:y)?|whole)\b", re.IGNORECASE)


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
    ("faster quicker sooner", "slower"), ("remain remains remained stay stays keep keeps", "leave quit"), ("grant granted grants", "refuse refused denied withheld"), ("lengthen longer lengthened", "shorten shorter shortened"), ("tighten tightened tighter stricter", "loosen loosened looser relaxed eased"), ("surplus", "deficit shortfall shortage"), ("upgrade upgraded", "downgrade downgraded"), ("optimistic", "pessimistic"), ("premium", "discount"), ("more", "less fewer"), ("cheaper", "dearer costlier expensive"), ("strengthen strengthened", "weaken weakened"),
    ("succeed succeeded successful success", "fail failed fails failure"), ("before", "after"), ("majority", "minority"), ("legal", "illegal"), ("safe", "unsafe"),
    ("north northern", "south southern"), ("east eastern", "west western"), ("import imports imported", "export exports exported"),
    ("lender lend lent lends", "borrower borrow borrowed borrows"), ("public", "private"), ("permanent", "temporary"), ("maximum", "minimum"), ("above", "below"),
)  # fmt: skip
_SIDES = tuple((frozenset(a.split()), frozenset(b.split())) for a, b in _OPPOSITES)


_PHRASAL = re.compile(
    r"\b(?:up\s+to|as\s+(?:much|many)\s+as|down\s+to|(?:turn|shut|clos|broke|break|lay|laid|hold|held|sit|set|put|mak|made|tak|took|sign|back|look|sum|sold|sell|us|end|pick|open|giv|gave|team|wind|wound|speed|sped)\w*\s+(?:up|down)|"
    r"(?:came|come|comes|coming|go|goes|went)\s+up\s+(?:with|for|against|in\s+(?:smoke|flames|arms))|lower\s+house|cut-price|short\s*cut|up-front|upfront|down\s+payment|at\s+least|more\s+or\s+less|no\s+(?:more|less|fewer)\s+than|more\s+than|less\s+than|fewer\s+than|lea?v(?:e|es|ing)\s+(?:[\w’'-]+\s+){1,4}?(?:standing|alone|intact|untouched|unchanged|in\s+place|open|running)|left\s+(?:[\w’'-]+\s+){1,4}?(?:standing|alone|intact|untouched|unchanged|in\s+place|open|running))\b",
    re.IGNORECASE,
)


def turned_direction(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """A word of direction in the sentence whose opposite alone stands in the nearest source sentences."""
    plain = _PHRASAL.sub(" ", outside_quotes(sentence))
    near = tuple(_PHRASAL.sub(" ", one) for one in aligned(plain, sources))
    said = {word.key for word in words(plain)}
    known = {word.key for source in near for word in words(source)}
    if not near or said & _NEGATORS:
        return ()
    found: list[str] = []
    for one, other in _SIDES:
        for side, opposite in ((one, other), (other, one)):
            mine = sorted(said & side - opposite)
            theirs = sorted(known & opposite)
            if (
                mine
                and theirs
                and not known & side
                and not said & opposite
                and not any(key in _NEGATORS for key in known)
                and any(_setting(plain, a) & _setting(source, b) for source in near for a in mine for b in theirs)
            ):
                found.append(f"the sentence says “{mine[0]}”, the source “{theirs[0]}”")
    return tuple(dict.fromkeys(found))


BESIDE = 6
"""Words on either side of a word of direction that say what moves, or by how much."""


def _setting(text: str, key: str) -> frozenset[str]:
    """The stems of the content words beside every place of a word in a text."""
    tokens = words(text)
    places = [index for index, word in enumerate(tokens) if word.key == key]
    return frozenset(one for at in places for word in tokens[max(0, at - BESIDE) : at + BESIDE + 1] for one in content(word.text))
