"""What a figure is said of: the entity, read from its own sentence or the one before it."""

from __future__ import annotations

import re

from evidence.names import Name, is_opening_word, names

_PLACE_LEAD = re.compile(
    r"(?<!shares )(?<!stake )(?<!stock )\b(?:in|at|near|outside|around|from|off|between|across|to|by|with|of|for|than|via|led\s+by|north|south|east|west)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_DATELINE = re.compile(r"[A-Z][A-Z .'’-]{2,40}(?:\s\([A-Z]\w+\))?(?:,\s[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,\s\d{4})?)?(?:\s/\w+/)?\s?[-–—]\s")
_SPOKEN = re.compile(
    r"\b(?:said|says|wrote|asked|added|told|argued|noted|warned|explained|according\s+to|sagte|sagt|teilte|laut|nach\s+Angaben\s+(?:von|der|des)|selon|déclaré|dit|según|dijo)"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ROLE_BEFORE = re.compile(
    r"\b(?:executive|officer|president|director|manager|spokes\w+|analyst|mayor|secretary|chair(?:man|woman)?|senator|member|minister|chief|Vorstandschefin|Vorstandschef|"
    r"Betriebsratschefin|Betriebsratschef|engineer|commissioner),?\s$",
    re.IGNORECASE,
)
_TITLED = frozenset({"mayor", "chair", "senator", "commissioner", "judge", "president", "professor", "minister", "governor"})
_VOICE = re.compile(r"\s(?:expects|said|says|thinks|estimates|noted|cut|raised|told|called|kept|sees)\b")
_PRONOUN = re.compile(r"\W{0,2}(?:It|They|He|She|Its|Their|Es|Sie|Er|Il|Elle|Ils|Elles|Ella|Ellos)\s")
_REPORTS = re.compile(r"\s(?:had\s+reported|reported\s+(?:that|on\s+[A-Z]\w+\s+that)|understands|counted|has\s+seen)\b|['’]s\s+report\b")
_ROLE = re.compile(
    r"(?:,\s(?:(?:the|a|an|its|his|her|their)\s)?(?:[\w’'-]+\s){0,4}?(?:chief|officer|president|director|executive|mayor|secretary|analyst|chair|engineer|lawyer|spokes\w+|minister|"
    r"professor|head|founder|manager|chairman|chairwoman|senator|Vorstands\w+|Betriebsrat\w*|PDG|directora?)\b"
    r"|,\swho\s(?:runs|heads|chairs|leads|advises|covers|directs|manages|founded|led|owns|is|looks|voted|keeps|works|wrote)\b"
    r"|\sof\s(?:the\s)?[A-Z][\w’' -]+?\s(?:expects|said|says|thinks|estimates|noted|cut|raised|told|called)\b)"
)
_APPOSED = re.compile(r",\s(?:a|an|the|which|whose)\s")
_OWNED = re.compile(
    r"\s+(?:that|which)\s+(?:the\s+)?(?P<name>[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*)*)(?=\s+(?:announced|has|had|quoted|plans|wants|books?|booked|holds|reported|published|asked|said))"
)


def voices(text: str) -> frozenset[str]:
    """The people whom a text gives a role ("Harlan Ostermoor, the chief executive"), by full name and by last name."""
    people = [name.text for name in names(text) if " " in name.text and _has_role(text, name)]
    return frozenset(form for person in people for form in (person, person.split()[-1]))


def _has_role(text: str, name: Name) -> bool:
    first = name.text.split()[0].casefold()
    said_for = " of " in name.text and first != "office" and _VOICE.match(text, name.end)
    return bool(
        _ROLE.match(text, name.end) or _ROLE_BEFORE.search(text[max(0, name.start - 40) : name.start]) or first in _TITLED or said_for
    )


def title_entity(title: str, text: str) -> str | None:
    """The first name of a title that its text holds as a name too, else the first that it holds, else the first one."""
    found = [name.text for name in names(title)]
    known = sure_names(text)
    return next((name for name in found if name in known), next((name for name in found if name in text), found[0] if found else None))


def entity_of(
    sentence: str,
    at: int,
    previous: str | None,
    *,
    subject: bool = False,
    known: frozenset[str] = frozenset(),
    people: frozenset[str] = frozenset(),
) -> str | None:
    """The name a figure at an offset is said of: the nearest before it that is no place of action, else the one before the sentence.

    A dateline names nobody. A plain word that opens the sentence counts when `known` has it (see `sure_names`), when an apposition
    follows it, or when there is nothing else. With `subject`, the first name that does not merely speak. `people` (see `voices`) own no figures.
    """
    dateline = _DATELINE.match(sentence)
    first = dateline.end() if dateline else 0
    before = [
        name
        for name in names(sentence)
        if first <= name.start
        and name.end <= at
        and name.text not in people
        and not _is_common(sentence, name)
        and not _is_german_noun(sentence, name)
        and not _REPORTS.match(sentence, name.end)
    ]
    sure = [name for name in before if _is_sure(sentence, name, known, first)]
    before = sure if sure or previous else before
    if subject:
        if previous and _PRONOUN.match(sentence[first:]):
            return previous
        leading = [name for name in before if not _only_speaks(sentence, name)]
        return next(
            (name.text for name in leading if not _PLACE_LEAD.search(sentence[: name.start])),
            None if previous or not leading else leading[0].text,
        )
    acting = [
        name
        for name in before
        if (not _PLACE_LEAD.search(sentence[: name.start]) or _APPOSED.match(sentence, name.end))
        and not _SPOKEN.search(sentence[: name.start])
    ]
    if acting:
        return acting[-1].text
    return previous or (before[-1].text if before else None)


_GERMAN_LEAD = re.compile(
    r"\b(?:der|die|das|den|dem|des|ein(?:e[nmrs]?)?|sein(?:e[nmrs]?)?|ihr(?:e[nmrs]?)?|zur|zum|im|am|vom|beim|kein(?:e[nmrs]?)?|neue[nmrs]?|große[nmrs]?|"
    r"dieser?|diese[nms]?|und|rund|etwa)\s$",
    re.IGNORECASE,
)


def _is_german_noun(sentence: str, name: Name) -> bool:
    """A single capitalised word after a German article or possessive is a plain noun."""
    return " " not in name.text and bool(_GERMAN_LEAD.search(sentence[: name.start]))


def owner_after(sentence: str, end: int) -> str | None:
    """The name of a relative clause right after a figure: "the 1.2 gigawatts that Hollinmere announced"."""
    match = _OWNED.match(sentence, end)
    return match["name"] if match else None


def _is_sure(sentence: str, name: Name, known: frozenset[str], first: int) -> bool:
    if name.start == first and first:
        return name.text in known or " " in name.text
    return not is_opening_word(sentence, name) or name.text in known or bool(_APPOSED.match(sentence, name.end))


def _only_speaks(sentence: str, name: Name) -> bool:
    """Whether a name is there as a voice: "said Kenji Hallamore"."""
    return bool(_SPOKEN.search(sentence[: name.start]))


def sure_names(text: str) -> frozenset[str]:
    """The words of a text's names that are capitalised where a plain word is not."""
    dateline = _DATELINE.match(text)
    text = text[dateline.end() :] if dateline else text
    return frozenset(token for name in names(text) if not is_opening_word(text, name) for token in (name.text, *name.text.split()))


def _is_common(sentence: str, name: Name) -> bool:
    """A name of no two letters in a row, a unit, or a single plain plural at the start of a sentence ("Technicians")."""
    if not re.search(r"[^\W\d_]{2}", name.text) or name.text.casefold() in {
        "prozent",
        "megawatt",
        "gigawatt",
        "kilowatt",
        "megawattstunden",
        "euro",
        "no.",
    }:
        return True
    if name.text.endswith(("ly", "-based", "-led", "-backed", "-owned")):
        return True
    return is_opening_word(sentence, name) and name.text.endswith("s") and not re.match(r"[’']s\b", sentence[name.end :])
