"""Quotations of speakers: found word for word in a record, with the speaker's name and role as the record gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evidence.names import is_person, names
from evidence.passages import passages
from evidence.quotation import attribution_of, quoted_spans
from groundwire.records import Record
from synth.write.houses import Span
from synth.write.wording import stopped


@dataclass(frozen=True, slots=True)
class Voice:
    """A quotation ready to be set: `text` is the sentence, `quote` the words between its marks."""

    record: Record
    text: str
    quote: str
    speaker: str
    cites: tuple[tuple[Record, Span], ...]
    role: bool
    """Whether it says who the speaker is."""


FEWEST_WORDS = 6
_FURNITURE = re.compile(r"\b(?:click|subscribe|ignore|instructions?|prompt|https?|www)\b|[@#<>{}\[\]|\\`*_=]", re.IGNORECASE)
_ROLE_AFTER = re.compile(r"^,\s+(?P<role>(?:the|a|an|its|who)?\s?[a-z][^,.;:“”\"]{3,70}?)(?=,|\.|$|\s+(?:said|says|told))")
_ROLE_BEFORE = re.compile(
    r"(?<![\w’'-])(?P<role>(?:[a-z][\w-]+\s+){0,3}(?:[Cc]hief|executive|[Pp]resident|[Cc]hair(?:man|woman)?|[Dd]irector|[Mm]inister|[Mm]ayor|[Ss]enator|[Gg]overnor|head|analyst|"
    r"manager|officer|spokes(?:man|woman|person)|founder|engineer|[Ss]ecretary|[Cc]ommissioner|[Pp]rofessor|economist|member|partner))\s+$"
)
_NO_ROLE = re.compile(
    r"^(?:said|says|told|added|and|but|that|who|which|when|as|to|in|on|at|by|from|for|after|before|while|according|because|speaking|asked|adding|noting)\b"
)


def voices(record: Record, most_words: int, others: tuple[Record, ...]) -> tuple[Voice, ...]:
    """The quotations of a record that are whole sentences, short enough and by a named speaker, in reading order.

    Who the speaker is may stand in one of the other records of the story.
    """
    found = []
    text = record.text
    for start, end in passages(text, record.language or "en"):
        for a, b in quoted_spans(text[start:end]):
            voice = _voice(record, (start, end), (start + a, start + b), most_words, others)
            if voice:
                found.append(voice)
    return tuple(found)


def _voice(record: Record, sentence: Span, quoted: Span, most_words: int, others: tuple[Record, ...]) -> Voice | None:
    words = record.text[quoted[0] : quoted[1]].strip()
    piece = _piece(words, most_words)
    if piece is None or _FURNITURE.search(piece):
        return None
    attributed = attribution_of(record.text, quoted)
    if attributed is None:
        return None
    full = _known_as(attributed[0], (record, *(o for o in others if o is not record)))
    if full is None:
        return None
    name, role, where = full
    said = f"{name}, {role}," if role and not role.startswith("~") else f"{role[1:]} {name}" if role else name
    text = f"“{piece.rstrip('.,')},” said {said.rstrip(',')}" if not piece.endswith(("?", "!")) else f"“{piece}” said {said.rstrip(',')}"
    cites = dict.fromkeys([(record, sentence)] if not where or where == (record, sentence) else [(record, sentence), where])
    return Voice(record, stopped(text), piece.rstrip(".,"), name, tuple(cites), role is not None)


def _piece(words: str, most_words: int) -> str | None:
    """A quotation, or its first whole sentences, within the most words; None when that leaves too little."""
    if len(words.split()) <= most_words:
        kept = words
    else:
        ends = [m.end() for m in re.finditer(r"[.!?](?=\s)", words) if len(words[: m.end()].split()) <= most_words]
        kept = words[: ends[-1]] if ends else ""
    starts_whole = kept[:1].isupper() or kept[:1].isdigit()
    return kept if starts_whole and len(kept.split()) >= FEWEST_WORDS else None


def _known_as(name: str, records: tuple[Record, ...]) -> tuple[str, str | None, tuple[Record, Span] | None] | None:
    """The speaker's full name and role, from the first of the records that gives both, else whatever one gives."""
    found = [(full[0], full[1], (r, full[2]) if full[2] else None) for r in records if (full := _full_name(r.text, name))]
    return next((f for f in found if f[1]), found[0] if found else None)


def _full_name(text: str, name: str) -> tuple[str, str | None, Span | None] | None:
    """The longest form of a speaker's name in the text with the role beside it, and the sentence that has both."""
    surname = name.split()[-1]
    for start, end in passages(text):
        sentence = text[start:end]
        for found in names(sentence):
            if found.text.split()[-1] == surname and len(found.text.split()) > 1 and is_person(sentence, found):
                return found.text, _role(sentence, found.start, found.end), (start, end)
    return (name, None, None) if len(name.split()) > 1 else None


def _role(sentence: str, start: int, end: int) -> str | None:
    """What the sentence says a person is: "chief executive of X" after the name, "~board member" before it."""
    after = _ROLE_AFTER.match(sentence[end:])
    if runs := re.match(
        r"^,\s+(?P<role>who (?:runs|heads|leads|chairs|manages|advises|advised|led|founded) [^,.;:“”\"]{3,60}?)(?=,|\.|$)", sentence[end:]
    ):
        return runs["role"]
    if after and not _NO_ROLE.match(after["role"]) and len(after["role"].split()) <= 10:
        return after["role"].strip()
    before = _ROLE_BEFORE.search(sentence[:start])
    role = re.sub(r"^(?:(?:said|says|told|added|by|to|that|and|but)\s+)+", "", before["role"]) if before else ""
    return f"~{role}" if role and not _NO_ROLE.match(role) else None
