"""Characters and words: cleaning at the door, folding for comparison, and offsets back into the original."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

WORDS_KEPT = 65_536
"""Words of which it is remembered how they are compared, some 200 bytes each: as many as a language has that are not rare."""

COMBINING_LIMIT = 4
"""Marks kept on one base character; no living orthography stacks more than three."""

_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, grapheme joiner, fillers
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, bidi
    "\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"  # annotations, tags, selectors beyond the first sixteen
)
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]")
_PICTURE = re.compile("[\u2190-\u2bff\u3030\u303d\ufe0f\U0001f000-\U0001faff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARK_RUN = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u0e31-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]{2,}"
)

SINGLE_QUOTES = "'‘’‚‛ʼ′`´‹›"
DOUBLE_QUOTES = '"“”„‟«»″〝〞「」『』＂'
_FOLDED = {ord(mark): "'" for mark in SINGLE_QUOTES + DOUBLE_QUOTES}

_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u200c\u200d\u0900-\u0dff])*(?:['’.,\-‑/&](?:[^\W_]|[\u0300-\u036f])+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text and where it stands; `key` is its form for comparison."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return word_key(self.text)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text folded for comparison; `offsets[i]` is where folded character i began, with one entry more for the end."""

    text: str
    offsets: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that a span of the folded text came from."""
        if end <= start:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.offsets[end - 1] + 1


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written with spaces."""
    return frozenset(text.split())


def one_of(words: Iterable[str]) -> str:
    """A pattern of any of these words, for what must end with the word: sorted by first letter, so that few are tried at a place."""
    ordered = sorted(words, key=lambda word: (word[0], -len(word), word))
    return "|".join(
        f"{first}(?:{'|'.join(re.escape(word[1:]) for word in rest)})" for first, rest in groupby(ordered, key=lambda word: word[0])
    )


def normalise(text: str) -> str:
    """NFC without control, bidirectional, tag and zero-width characters; applying it twice changes nothing."""
    text = _LINE_ENDS.sub("\n", _SURROGATE.sub("\ufffd", text))
    text = _drop_joiners(_INVISIBLE.sub("", text))
    text = unicodedata.normalize("NFC", text)
    return unicodedata.normalize("NFC", _MARK_RUN.sub(lambda run: run[0][:COMBINING_LIMIT], text))


def _drop_joiners(text: str) -> str:
    """Without ZWJ and ZWNJ, but between letters of scripts that join and between pictures."""
    if not any(joiner in text for joiner in _JOINERS):
        return text
    kept: list[str] = []
    for index, char in enumerate(text):
        if char not in _JOINERS or _joins(kept[-1] if kept else "", text[index + 1 : index + 2], char):
            kept.append(char)
    return "".join(kept)


def _joins(before: str, after: str, joiner: str) -> bool:
    if _JOINING.match(before) and _JOINING.match(after):
        return True
    return joiner == "\u200d" and bool(_PICTURE.match(before) and _PICTURE.match(after))


def fold(text: str) -> Folded:
    """White space as one space and every quotation mark as one apostrophe, with the way back to the original offsets."""
    chars: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        plain = " " if char.isspace() else _FOLDED.get(ord(char), char)
        if plain == " " and chars and chars[-1] == " ":
            continue
        chars.append(plain)
        offsets.append(index)
    return Folded("".join(chars), (*offsets, len(text)))


@lru_cache(maxsize=WORDS_KEPT)
def word_key(word: str) -> str:
    """A word for comparison: case folded, apostrophes alike, without a possessive ending."""
    key = word.casefold().replace("’", "'").replace("‑", "-")
    return key[:-2] if key.endswith("'s") else key


def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; "9.4", "Baltica-2" and "don't" are one word each."""
    return tuple(Word(match[0], match.start(), match.end()) for match in _WORD.finditer(text))


def word_texts(text: str) -> list[str]:
    """The words of a text in order, as they are written."""
    return _WORD.findall(text)


def words_between(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The words between two places of a text, as matches in the whole of it; what lies outside joins no word."""
    return _WORD.finditer(text, start, end)


def word_keys(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared."""
    return tuple(map(word_key, _WORD.findall(text)))


def ngrams(keys: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    """Every run of `size` words in order; nothing when there are fewer."""
    sequence = tuple(keys)
    return (sequence[index : index + size] for index in range(len(sequence) - size + 1))


_SUFFIXES = (
    ("ically", "ic"),
    ("ations", "at"),
    ("ation", "at"),
    ("ities", "it"),
    ("ingly", ""),
    ("ments", ""),
    ("ment", ""),
    ("ially", "ial"),
    ("ising", "is"),
    ("ises", "is"),
    ("ised", "is"),
    ("izing", "is"),
    ("izes", "is"),
    ("ized", "is"),
    ("ions", ""),
    ("ings", ""),
    ("ing", ""),
    ("ion", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ers", ""),
    ("ors", ""),
    ("ally", "al"),
    ("ity", "it"),
    ("ly", ""),
    ("er", ""),
    ("or", ""),
    ("ed", ""),
    ("es", ""),
    ("s", ""),
    ("e", ""),
)
_IRREGULAR = {
    "spent": "spend", "built": "build", "bought": "buy", "sold": "sell", "sale": "sell", "sales": "sell", "paid": "pay", "said": "say",
    "rose": "rise", "risen": "rise", "fell": "fall", "fallen": "fall", "grew": "grow", "grown": "grow", "growth": "grow",
    "began": "begin", "begun": "begin", "cut": "cut", "cuts": "cut", "lost": "lose", "loss": "lose", "losses": "lose", "led": "lead",
    "held": "hold", "made": "make", "took": "take", "taken": "take", "gave": "give", "given": "give", "won": "win", "kept": "keep",
    "met": "meet", "left": "leave", "went": "go", "gone": "go", "drew": "draw", "drawn": "draw", "shown": "show", "wrote": "write",
    "written": "write", "told": "tell", "found": "find", "got": "get", "ran": "run", "came": "come", "became": "become",
    "chosen": "choose", "chose": "choose", "broke": "break", "broken": "break", "centre": "center", "centres": "center", "men": "man",
    "women": "woman", "children": "child", "people": "person", "persons": "person", "feet": "foot", "was": "be", "were": "be", "is": "be",
    "are": "be", "has": "have", "had": "have", "used": "us", "use": "us", "uses": "us", "using": "us", "user": "us", "usage": "us",
    "decision": "decid", "decisions": "decid", "laid": "lay", "sent": "send", "meant": "mean", "sought": "seek", "brought": "bring",
    "licence": "license", "approval": "approv", "approvals": "approv", "delivery": "deliver", "deliveries": "deliver",
}  # fmt: skip


@lru_cache(maxsize=WORDS_KEPT)
def stem(word: str) -> str:
    """A crude English stem, equal for most inflected and derived forms of one word; only for comparing words."""
    key = word_key(word)
    if key in _IRREGULAR:
        key = _IRREGULAR[key]
    for suffix, instead in _SUFFIXES:
        if key.endswith(suffix) and len(key) - len(suffix) >= 3:
            key = key[: len(key) - len(suffix)] + instead
            break
    if len(key) > 3 and key[-1] == key[-2] and key[-1] not in "aeiouls":
        key = key[:-1]
    return key[:-1] if len(key) > 3 and key.endswith("e") else key
