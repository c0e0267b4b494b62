"""Within what a superlative holds: the place that the source names, and the time since which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_PLACES = r"world|globe|continent|country|nation|state|region|county|city|town|industry|sector|market"
_TOP = r"(?:\w{2,}est|first|only|sole|best|worst|most\s+\w+)"
_PLACED = re.compile(
    rf"\b(?P<top>{_TOP})\b[^,.;:]{{0,30}}?\s(?:in|of|across|anywhere\s+in)\s+(?:the|its|this|that|any)\s+(?P<place>{_PLACES})\b|"
    rf"\b(?:the|this|its)\s+(?P<owner>{_PLACES})[’']s\s+(?P<owned>{_TOP})\b",
    re.IGNORECASE,
)
_ONE_PLACE = ({"world", "globe"}, {"country", "nation"}, {"city", "town"}, {"industry", "sector", "market"})
_NEVER = re.compile(
    r"\b(?:no|not\s+an?|none|nothing|nobody|never)\b[^.;:]{0,50}?\b(?:(?:has|have|had)\s+(?:ever|never)|ever\s+been|never\s+before|(?:has|have|had)\s+never)\b|\bnever\s+before\b",
    re.IGNORECASE,
)
_FIRST_SINCE = re.compile(
    r"\b(?:first|\w{2,}est|most)\b[^.;]{0,60}?\b(?P<since>since|in\s+(?:\w+\s+){0,2}(?:years|months|decades)|for\s+\w+\s+(?:years|months|decades))\b"
)
_TIMELESS = re.compile(r"\b(?:never|ever|in\s+history|all[- ]time|unprecedented|on\s+record|before\s+now)\b", re.IGNORECASE)


def out_of_bounds(plain: str, sources: Sequence[str]) -> Iterator[str]:
    """The superlatives of a sentence that its sources hold true only within another place, or only since a time that it leaves out."""
    joined = "\n".join(sources)
    known = {place for found in _PLACED.finditer(joined) for place in _placed(found)}
    for found in _PLACED.finditer(plain):
        top, place = next(iter(_placed(found)))
        if any(one == top for one, _ in known) and not any(_is_same(place, other) for one, other in known if one == top):
            yield found[0]
    never = _NEVER.search(plain)
    if never and _FIRST_SINCE.search(joined) and not _TIMELESS.search(joined) and not re.search(r"\bsince\b", plain):
        yield never[0]


def _placed(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    top = (found["top"] or found["owned"]).casefold()
    yield _GREAT.get(top, top), (found["place"] or found["owner"]).casefold()


_GREAT = {"biggest": "largest", "greatest": "largest", "sole": "only"}


def _is_same(one: str, other: str) -> bool:
    return one == other or any({one, other} <= group for group in _ONE_PLACE)
