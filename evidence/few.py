"""Some made all: what a source says of a few of several, or of one kind alone, and a sentence of all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evidence.matching import content, holds, overlap, vocabulary
from evidence.quotation import outside_quotes
from evidence.text import stem

SAME = 0.45
"""A source sentence of one kind speaks of the same when it holds this share of a sentence's content words."""

_FEW_DID = re.compile(
    r"(?:^|[,;:]\s+(?:but|and|while|though)\s+|[;:]\s+)[\"“]?(?P<some>[Ss]ome|[Oo]nly\s+\w+|[Ss]everal|[Mm]any|[Mm]ost|(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix)(?:\s+of\s+(?:them|those|these))?)"
    r"(?:,[^,;]{3,60},)?\s+(?P<did>(?:were|was|are|is|had|have|did|found|said|say|saw|gave|took|made|\w{3,}ed)\b[^,;.]*)"
)
"""What only so many of those named before did or were."""
_THEM = re.compile(r"(?:^|,\s+|\b(?:and|but|that)\s+)(?:[Tt]he|[Tt]hese|[Tt]hose)\s+(?:[\w’'-]+\s+){0,3}?(?-i:[a-z])[\w-]{2,}s\b(?![’'])")


def made_many(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """What a source says of one or some of several and the sentence, which names no part, of all of them."""
    if not _THEM.search(plain) or _PART_WORD.search(plain):
        return
    mine = vocabulary(plain)
    for source in sources:
        for match in _FEW_DID.finditer(outside_quotes(source) if source.count('"') != 2 else source):
            did = content(match["did"])
            if len(did) > 1 and sum(holds(*mine, one) for one in did) * 3 >= 2 * len(did):
                yield f"the source says “{' '.join(match['some'].split())}”; the sentence leaves the limit out"
                return


_ALL_SUCH = re.compile(r"\b(?:each|every|all|any|no)\s+(?:the\s+)?(?:\w+\s+)??(?P<noun>(?-i:[a-z])[\w-]{3,})", re.IGNORECASE)
_SUCH = re.compile(
    r"(?P<noun>\b[a-z][\w-]{3,})\s+(?P<limit>(?:without|lacking)\s+(?:an?|any|the|its)?\s*(?P<what>[^,.;]{4,40}?)\s+(?:shall|must|will|would|may|can|has|have|had|is|are|was|were|pays?|needs?)\b)"
)
_NONE_OF = re.compile(
    r"\bnone\s+of\s+(?:its|their|his|her|the)\s+(?P<what>[\w’'-]+(?:\s+[\w’'-]+){0,3}?)\s+(?:had|has|have|was|were|is|are|did)\b",
    re.IGNORECASE,
)
_NOBODY_AT_ALL = re.compile(r"\b(?:nobody|no\s+one|not\s+a\s+single\s+(?:person|soul))\b", re.IGNORECASE)


def of_all_kinds(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """What a source says of one kind, "a customer without a rating", "none of its employees", and the sentence of all or of anybody."""
    mine = vocabulary(plain)
    for source in (outside_quotes(one) for one in sources if overlap(plain, one) >= SAME):
        for match in _SUCH.finditer(source):
            said = next((one for one in _ALL_SUCH.finditer(plain) if stem(one["noun"]) == stem(match["noun"])), None)
            if said and not any(holds(*mine, one) for one in content(match["what"])):
                yield f"the source says “{match['noun']} {match['limit']}”; the sentence says “{said[0]}”"
        none, nobody = _NONE_OF.search(source), _NOBODY_AT_ALL.search(plain)
        if none and nobody and not any(holds(*mine, one) for one in content(none["what"])):
            yield f"the source says “{none[0]}”; the sentence says “{nobody[0]}”"


_PART_WORD = re.compile(
    r"\b(?:one|some|several|few|many|most|half|part|both|all|each|only|other|others|another|another’s|rest|certain|among|of\s+them)\b",
    re.IGNORECASE,
)
