"""A figure as a noun phrase in its source's own words: "awards of about $1.1 billion", "38% of the cost of a cable"."""

from __future__ import annotations

import re

from evidence.hedges import split_hedge
from evidence.quantities import render
from evidence.text import listed
from groundwire.records import Figure, Record
from synth.write.grammar import finite, is_base
from synth.write.wording import plain

_OF_BEFORE = re.compile(
    r"(?:(?P<det>\b(?:an?|the|its|their|[A-Z][\w-]+(?:’s|'s))\s+))?(?P<noun>(?:[a-z][a-z-]+\s+){1,3})(?P<link>of|worth|at|to)\s+(?P<hedge>(?:about|around|up to|nearly|almost|roughly|more than|at least|over|less than|"
    r"as much as|as many as|some|approximately|at most)\s+)?$"
)
_AFTER = re.compile(
    r"^\s+(?P<link>of|for)\s+(?P<noun>(?:the |its |a |an )?[a-z][\w-]*(?:\s+(?:of|for)\s+(?:the |a |an )?[a-z][\w-]*|\s+(?!(?:and|or|but|that|which|is|are|was|were|will|would|has|have|to|with|from|for|of|by|at|on|over|before|after|until)\b)[a-z][\w-]+)?)"
)
_NOT_NOUNS = listed(
    "is was are were be been has have had will would could may rose fell grew ordered limited capped valued equal due enough more "
    "less than and or but that which who it made take took"
)


def phrase(record: Record, figure: Figure) -> str | None:
    """The figure with what it measures, as a noun phrase without article, or None when the source's words give none."""
    sentence = record.text[figure.sentence_start : figure.sentence_end]
    at, end = figure.start - figure.sentence_start, figure.end - figure.sentence_start
    value = hedged(figure)
    if figure.unit.startswith("count:"):
        return f"{value}{_tail(sentence[end:])}"
    before = _OF_BEFORE.search(sentence[:at])
    noun = _noun(before["noun"]) if before else ""
    if before and sentence[: before.start("noun")].endswith("to "):
        noun = " ".join(noun.split()[1:])
    if before and noun and before["link"] in {"of", "worth"} and noun not in value and not _NOT_NOUNS & set(noun.split()):
        return plain(f"{noun} {before['link']} {value}")
    after = _AFTER.match(sentence[end:])
    if after and _PRONOUNS & set(after["noun"].split()):
        return None
    if after and figure.unit in {"money", "%", "W", "Wh"} and not _NOT_NOUNS & set(after["noun"].split()):
        return plain(f"{value} {after['link']} {after['noun']}")
    return None


_PRONOUNS = listed("what which that them it those these they such this in")


def _noun(words: str) -> str:
    """The nouns at the end of some words: what stands after the last verb, preposition or number."""
    kept: list[str] = []
    for word in reversed(words.split()):
        if finite(word) or (kept and is_base(word)) or word in _STOPS or word in {"a", "an", "the", "its", "their"}:
            break
        kept.insert(0, word)
    return " ".join(kept)


_STOPS = listed(
    "to of in on at by for from with shall post than about over under one two three four five six seven eight nine ten comprises "
    "include includes including"
)


def _tail(rest: str) -> str:
    after = _AFTER.match(rest)
    return (
        f" {after['link']} {after['noun']}"
        if after and after["link"] in {"of", "for"} and not _NOT_NOUNS & set(after["noun"].split())
        else ""
    )


def hedged(figure: Figure) -> str:
    """A figure in house style with its own bound before it: "up to 150 MW"."""
    bound = split_hedge(figure.hedge)[1]
    value = render(figure)
    return f"{bound} {value}" if bound and bound not in {"from", "to"} else value
