"""The check on names: that they stand in what is cited, or near it, and in the place of no other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from evidence.grounds import CheckContext
from evidence.matching import STOP, overlap
from evidence.names import Name, is_opening_word, is_person, names, unknown_names
from evidence.quotation import SAID, outside_quotes, same_person
from evidence.text import listed, stem, words
from evidence.wording import ALIGNED_FROM, source_sentences
from groundwire.records import Finding, Sentence, Severity

LEAD = 500
"""So much of a record's beginning says of whom it speaks when a passage says "the company"."""
BEFORE = 700
"""A pronoun of a passage may mean whom the text names so far before it."""


def check_names(sentence: Sentence, context: CheckContext) -> tuple[Finding, ...]:
    """Every name occurs in the cited records, near the passage or where they say of whom they speak, and not in the place of another name."""
    if not context.grounds:
        return ()
    plain = outside_quotes(sentence.text)
    missing = tuple(name for name in unknown_names(plain, context.whole) if not _needs_no_source(name, plain, context))
    found = [
        Finding("name", severity, f"“{name.text}” is in no cited record")
        for name in missing
        if (severity := _severity(plain, name, context)) is not Severity.NOTE or not _is_common(name.text, context)
    ]
    absent = {name.start for name in missing}
    for name in unknown_names(plain, context.cited):
        if name.start in absent or _needs_no_source(name, plain, context) or not _is_name(plain, name, context):
            continue
        if rival := _in_place_of(name, plain, context):
            found.append(Finding("name", Severity.CUT, f"the cited passage has “{rival}” where the sentence has “{name.text}”"))
        elif not _is_at_hand(name, plain, context):
            found.append(Finding("name", Severity.HOLD, f"“{name.text}” is in the record but not near the cited passage"))
    found += [Finding("name", Severity.CUT, message) for message in _misplaced_people(plain, context)]
    return tuple(found)


_OF_HOUSE = re.compile(r"(?P<person>[A-Z][\w’'-]+\s+[A-Z][\w’'-]+),?\s+(?:\w+\s+){0,3}(?:of|at|from)\s+(?P<house>[A-Z][\w’'-]+)")


def _misplaced_people(plain: str, context: CheckContext) -> Iterator[str]:
    """A person given to a house beside which no cited record puts them, though it puts them beside another one."""
    joined = "\n".join(context.whole)
    for found in _OF_HOUSE.finditer(plain):
        family, house = re.escape(found["person"].split()[-1]), re.escape(found["house"])
        if re.search(rf"{family}\b[^.]{{0,{TOGETHER}}}\b{house}|{house}\b[^.]{{0,{TOGETHER}}}\b{family}", joined):
            continue
        other = re.search(rf"{family},?\s[^.;]{{0,60}}?\b(?:of|at|from|for)\s+(?P<house>[A-Z][\w’'-]+)", joined)
        if other:
            yield f"the record puts {found['person']} at {other['house']}, not at {found['house']}"


TOGETHER = 120
_ACTS = re.compile(
    r"(?:[’']s\b|,\s+(?:the|an?|its|who|which|chief|head|[A-Z])\b|\s+(?:said|says|told|is|was|has|had|will|would|plans|gets|\w+s|\w+ed)\b)",
    re.IGNORECASE,
)


def _needs_no_source(name: Name, plain: str, context: CheckContext) -> bool:
    """Whether a name is known without a source; an outlet's only where it is cited, or said to tell something."""
    if any(same_person(name.text, author) for author in context.authors):
        return True
    if not _is_known_house(name.text, context):
        return False
    if any(same_person(name.text, ground.outlet) for ground in context.grounds if ground.outlet):
        return True
    an_outlet = any(name.text == outlet for outlet in context.outlets)
    if an_outlet and any(outlet in plain for outlet in context.outlets if outlet != name.text):
        return True
    return not an_outlet or not context.cited or bool(context.values) or _role(plain, name) == "speaker"


def _is_name(plain: str, name: Name, context: CheckContext) -> bool:
    """Whether a word that opens a sentence is a name: it acts like one, or stands with its capital inside a sentence of the records."""
    if not is_opening_word(plain, name) or _ACTS.match(plain, name.end):
        return True
    inside = re.compile(rf"[a-z,]\s{re.escape(name.text)}(?!\w)")
    return any(inside.search(text) for text in context.whole)


def _is_known_house(name: str, context: CheckContext) -> bool:
    """Whether a name needs no source, in whole or as an outlet is called for short."""
    if name in context.known_names:
        return True
    return any(name == _ARTICLE.sub("", outlet) or (" " not in name and name in outlet.split()) for outlet in context.known_names)


_ARTICLE = re.compile(r"^(?:In\s+)?[Tt]he\s+")


_NOBODY = listed(
    "Whoever Whatever Whichever Whether Wherever Anyone Anybody Anything Someone Somebody Something Everyone Everybody Everything Nobody Nothing Few Fewer Most Such"
)


def _is_named_elsewhere(word: str, context: CheckContext) -> bool:
    """Whether a word stands with its capital inside sentences of the records that are not cited, and never without."""
    texts = [ground.record for ground in context.others if word in ground.record]
    inside = re.compile(rf"[a-z,;]\s{re.escape(word)}(?!\w)")
    plainly = re.compile(rf"(?<!\w){re.escape(word.casefold())}(?!\w)")
    return any(inside.search(text) for text in texts) and not any(plainly.search(text) for text in texts)


def _is_common(word: str, context: CheckContext) -> bool:
    """Whether the records know a word in small letters: it is capitalised only because it opens a sentence."""
    plainly = re.compile(rf"(?<!\w){re.escape(word.casefold())}(?!\w)")
    return any(plainly.search(text) for text in (*context.whole, *(ground.record for ground in context.others)))


def _severity(sentence: str, name: Name, context: CheckContext) -> Severity:
    """A single plain word at the start of a sentence may be no name: it is cut when it acts like one, held when it may be a plural."""
    if not is_opening_word(sentence, name):
        return Severity.CUT
    if name.text in _NOBODY:
        return Severity.NOTE
    if _is_named_elsewhere(name.text, context):
        return Severity.CUT
    if not _ACTS_PLAINLY.match(sentence, name.end):
        return Severity.NOTE
    return Severity.HOLD if name.text.endswith("s") else Severity.CUT


_ACTS_PLAINLY = re.compile(
    r"(?:[’']s\b|,\s+(?:the|an?|its|who|which|chief|head)\b|\s+(?:said|says|told|is|was|has|had|will|would|plans|\w+ed|found|went|came|gets?|got|gave|gives|made|makes|puts?|took|takes|paid|pays|won|wins|lost|loses|held|holds|saw|sees|wants?|expects?|sold|sells|"
    r"bought|buys|cuts?|sent|sets?|kept|keeps|denies|rejects|insists|predicts|reckons|needs|owns|aims|hopes|runs|ran|builds|built|spent|spends|began|begins|counts)\b)",
    re.IGNORECASE,
)


def _is_at_hand(name: Name, plain: str, context: CheckContext) -> bool:
    """Whether a name stands near a citation, in the title or beginning of its record, or in what leads to it."""
    texts = list(context.near)
    for ground in context.grounds:
        at = ground.record.find(ground.passage) if ground.passage else 0
        texts += [_DATELINE.sub("", ground.record[:LEAD]), _DATELINE.sub("", ground.record[max(0, at - BEFORE) : at])]
    return all(other.start != name.start for other in unknown_names(plain, tuple(texts)))


def _in_place_of(name: Name, plain: str, context: CheckContext) -> str | None:
    """The name of a cited passage in whose place another one stands: of the same kind, in the same role, and nowhere in the sentence."""
    sources = source_sentences(context.cited)
    ranked = sorted(((overlap(plain, source), -index) for index, source in enumerate(sources)), reverse=True)
    near = [sources[-index] for share, index in ranked if share >= max(ALIGNED_FROM, ranked[0][0] - CLOSE)]
    if not near:
        return None
    kind = _kind(name, plain, context)
    far = bool(unknown_names(f"x {name.text} has", context.near))
    for source in near:
        bare = outside_quotes(source)
        for other in _free(bare):
            if _shares(other.text, plain) or _kind(other, bare, context) != kind:
                continue
            alike = _role(plain, name) == _role(bare, other) != ""
            if kind == "person" or (kind == "place" and (far or alike)) or (kind != "house" and alike) or (far and alike):
                return other.text
            if _beside(plain, name) & _beside(bare, other):
                return other.text
    return None


CLOSE = 0.15


_TELLS_NOTHING = listed(
    "now still already then again also soon later once even ever never always often yet since today only alone itself both meanwhile instead however though"
)
"""Adverbs that stand beside any name."""


def _beside(text: str, name: Name) -> frozenset[str]:
    """The stem of the telling word right before a name and of the one right after it, each with its side."""
    before, after = words(text[: name.start])[-1:], words(text[name.end :])[:1]
    return frozenset(
        f"{side}{stem(word.key)}"
        for side, found in (("<", before), (">", after))
        for word in found
        if word.key not in STOP and word.key not in _TELLS_NOTHING
    )


def _free(source: str) -> Iterator[Name]:
    """The names of a source sentence, but for where it was written and for a house that is only cited with a word of saying."""
    line = _DATELINE.match(source)
    for name in names(source):
        if line and name.start < line.end():
            continue
        yield name


_DATELINE = re.compile(r"[A-ZÄÖÜ][A-ZÄÖÜ .,]+(?:\([^)]*\))?\s+[-–—]\s+")


def _shares(name: str, text: str) -> bool:
    folded = text.casefold()
    return any(re.search(rf"(?<!\w){re.escape(part.casefold())}(?!\w)", folded) for part in name.split() if len(part) > 1)


_SPEAKS = re.compile(rf"(?:,[^,;.]{{2,80}},)?\s+(?:also\s+|has\s+|had\s+)?(?:{SAID})\b|,[^,;.]{{2,80}}\b(?:{SAID})\b", re.IGNORECASE)
_SAID_BY = re.compile(rf"\b(?:{SAID}|according\s+to)\s+(?:the\s+)?$", re.IGNORECASE)


def _kind(name: Name, text: str, context: CheckContext) -> str:
    """What a name is, as far as the cited records show: a person, a version of a product, a place or a house."""
    if any(char.isdigit() for char in name.text):
        return "product"
    if is_person(text, name) or any(same_end(name.text, one) for one in context.people):
        return "person"
    placed = re.compile(rf"\b(?:in|at|near|outside|around)\s+(?:the\s+)?{re.escape(name.text)}(?!\w|['’]s)")
    acting = re.compile(
        rf"(?<!\w){re.escape(name.text)}(?:\s+[A-Z]\w+)?(?:['’]s\s+(?:chief|own|shares?)|,?\s+(?:also\s+)?(?:{SAID}|will|would|has|had|plans?|expects?|hopes?|wants?|sold|bought|paid))\b"
    )
    texts = (text, *context.whole)
    return "place" if any(placed.search(one) for one in texts) and not any(acting.search(one) for one in texts) else "house"


def same_end(name: str, person: str) -> bool:
    """Whether a name is a person's, whole or by surname."""
    return name == person or name.split()[-1] == person.split()[-1]


_LINK = re.compile(
    r"\b(in|at|near|for|of|by|to|from|with|on|into|against|between|than)\s+(?:(?:the|an?|its|their|his|her|\w+['’]s)\s+)?(?:[a-z][\w-]*\s+){0,1}$",
    re.IGNORECASE,
)
_OPENS = re.compile(r"(?:(?:The|A|An|But|And|Yet|Neither|Both|Still)\s+)?$")


def _role(text: str, name: Name) -> str:
    """How a name stands in its sentence: the little word before it, "subject" where it opens the sentence or a clause."""
    if _SPEAKS.match(text, name.end) or _SAID_BY.search(text[: name.start]):
        return "speaker"
    lead = text[: name.start]
    if _OPENS.fullmatch(lead.lstrip('“" ')) or re.search(
        r"(?:[,;:]|\b(?:that|and|but|while|whereas|because|if|should))\s+(?:the\s+)?$", lead
    ):
        return "subject"
    link = _LINK.search(lead)
    if text[name.end : name.end + 2] in {"’s", "'s"}:
        return "owner"
    return "in" if link and link[1].casefold() in {"in", "at", "near"} else link[1].casefold() if link else ""
