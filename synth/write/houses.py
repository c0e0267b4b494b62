"""Which house a sentence is about: the names that open sentences, the one that a text is about by far, and how a text calls it."""

from __future__ import annotations

import re
from functools import lru_cache

from evidence.names import is_opening_word, is_person, names
from evidence.passages import passages
from evidence.quotation import outside_quotes
from evidence.text import listed
from synth.write.grammar import lowered

Span = tuple[int, int]

_PLACELINE = re.compile(
    r"^(?:[A-Z][A-Z .,'’-]{2,40}|[A-Z][\w .'’-]{2,30},)(?:,? [A-Z][a-z]{2,8}\.? \d{1,2}(?:, \d{4})?)?(?: [/(][\w .-]{2,40}[/)])? ?[-–—]{1,2} (?=[A-Z])"
)


def undated(text: str) -> str:
    """A sentence without the place and agency that stand before its first word."""
    return _PLACELINE.sub("", text, count=1)


def company(found: tuple[str, Span] | None) -> tuple[str, Span] | None:
    """A house that can be "the company": no county, no state, no office."""
    return None if found is None or found[0].split()[-1].lower() in PUBLIC else found


PUBLIC = listed("county state city office commission ministry council authority board court river university department agency union")


def name_ending(text: str, before: tuple[Span, ...], noun: str) -> tuple[str, Span] | None:
    for a, b in reversed(before):
        for name in names(text[a:b]):
            if name.text.split()[-1].lower() == noun and " " in name.text:
                return f"the {name.text}" if noun in {
                    "office",
                    "commission",
                    "ministry",
                    "council",
                    "authority",
                    "board",
                    "court",
                } else name.text, (a, b)
    return None


@lru_cache(maxsize=4096)
def subject_house(sentence: str, named_elsewhere: bool) -> str | None:
    """The organisation that a sentence opens with, or None; one plain word is a name only where it stands as one elsewhere."""
    core = undated(sentence)
    found = [n for n in names(core) if n.start == 0 or (n.start == 4 and core.startswith("The "))]
    if not found or is_person(core, found[0]) or (is_opening_word(core, found[0]) and not named_elsewhere):
        return None
    after = core[found[0].end :].lstrip()
    if after.startswith(("’s", "'s")) or not after or after.split()[0] in {"shares", "and", "&"}:
        return None
    return found[0].text


def house_of(sentence: str, text: str) -> str | None:
    """The organisation that a sentence of a text opens with, or None."""
    first = re.match(r"(?:The )?([A-Z][\w-]*)", undated(sentence))
    return subject_house(sentence, bool(first and is_name_in(first[1], text)))


OPENS_SENTENCES = 2
"""Sentences that a word opens before it counts as a name where it stands nowhere else."""


def is_name_in(word: str, text: str) -> bool:
    """Whether a capitalised word is a name in a text: it stands inside a sentence, or opens several and is never written small."""
    if re.search(rf"(?<![\w-])[a-z][\w-]*,? {re.escape(word)}\b", text):
        return True
    opens = len(re.findall(rf"(?:^|[.”\"]\s+|\n){re.escape(word)}(?:’s|'s|,| [a-z])", text))
    return (
        opens >= OPENS_SENTENCES
        and len(word) > 3
        and lowered(word) == word
        and not re.search(rf"\b{re.escape(word.lower())}s?\b", text)
        and not word.endswith("s")
    )


def subject_before(text: str, before: tuple[Span, ...]) -> tuple[str, Span] | None:
    """Who the sentence before is about, when it names one house alone and opens with it."""
    for a, b in reversed(before[-2:]):
        sentence = undated(text[a:b])
        if (house := house_of(sentence, text)) and houses_in(sentence) <= {house}:
            return house, (a, b)
        if not re.match(r"^(?:It|The company|The firm)\b", sentence):
            return None
    return None


def main_house(text: str, before: tuple[Span, ...]) -> tuple[str, Span] | None:
    """The house that a record opens with, as long as no other has opened a sentence since."""
    opened = [(house, span) for span in before if (house := house_of(text[span[0] : span[1]], text))]
    first = {house.split()[0] for house, _ in opened}
    return opened[0] if len(first) == 1 and before and opened[0][1] == before[0] else None


MENTIONS = 3
"""How often a record must name the house that "the company" means, where no place in it says so,"""
AHEAD = 2
"""and how many times as often as any other house that opens one of its sentences."""


def dominant(text: str, before: tuple[Span, ...]) -> tuple[str, Span] | None:
    """The house that a record is about by far, where the two sentences before are about no other; with the last sentence that names it."""
    counted: dict[str, int] = {}
    full: dict[str, str] = {}
    for a, b in passages(text):
        if (house := house_of(text[a:b], text)) and house.split()[-1].lower() not in PUBLIC:
            first = house.split()[0]
            full[first] = max(full.get(first, ""), house, key=len)
            counted[first] = len(re.findall(rf"\b{re.escape(first)}\b", text))
    ranked = sorted(counted, key=lambda f: (-counted[f], f))
    if not ranked or counted[ranked[0]] < MENTIONS or (len(ranked) > 1 and counted[ranked[0]] < AHEAD * counted[ranked[1]]):
        return None
    others = {h for a, b in before[-2:] if (h := house_of(text[a:b], text)) and h.split()[0] != ranked[0]}
    named = next(((a, b) for a, b in reversed(before) if re.search(rf"\b{re.escape(ranked[0])}\b", text[a:b])), None)
    if others or named is None:
        return None
    there = text[named[0] : named[1]]
    return (full[ranked[0]] if full[ranked[0]] in there else ranked[0]), named


def houses_in(sentence: str) -> set[str]:
    return {n.text for n in names(outside_quotes(sentence)) if not is_person(sentence, n)}
