"""A source text made ready to look words up: where each stands, by stem, synonym, number and first letters."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache

from evidence.figures import Quantity, quantities
from evidence.matching import STOP
from evidence.names import acronyms
from evidence.passages import Span, passages
from evidence.synonyms import GROUPS_OF
from evidence.text import stem, word_key, words

HEAD = 5
"""Letters by which words are looked up that share a beginning only."""
NUMBER_WORDS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11",
    "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20",
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "hundred": "100", "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th",
    "fifth": "5th", "dozen": "12",
}  # fmt: skip
_IN_WORDS = {digits: word for word, digits in NUMBER_WORDS.items() if word != "dozen"}
_PART = re.compile(r"[-‑/]")
_DIGITS = re.compile(r"\d[\d.,]*\d|\d")
_GRAM = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a part of a hyphened one, that is no stop word; `start` is where its whole word begins."""

    text: str
    key: str
    stem: str
    start: int


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    return stem(word)


def tokens(text: str) -> list[Token]:
    """The words of a text that carry something, in order, hyphened words in parts."""
    found: list[Token] = []
    for word in words(text):
        parts = [part for part in _PART.split(word.text) if part]
        if len(parts) == 1 and word.key in STOP:
            continue
        keys = [(part, word_key(part)) for part in parts]
        found.extend(Token(part, key, _stem(part), word.start) for part, key in keys if key not in STOP)
    return found


def dotless(name: str) -> str:
    """A name without full stops: "U.S" and "US" are one."""
    return name.replace(".", "")


def grams(text: str) -> frozenset[str]:
    """The runs of four characters of a text, letters and digits only, one space between words."""
    plain = re.sub(r"\W+", " ", text.casefold())
    return frozenset(plain[index : index + _GRAM] for index in range(len(plain) - _GRAM + 1))


class Indexed:
    """Where the words of a source stand: positions count the tokens of the text, `sentence_of` leads to their sentences."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: tuple[Span, ...] = passages(text)
        self.sentence_of: list[int] = []
        self.by_stem: dict[str, list[int]] = defaultdict(list)
        self.by_key: dict[str, list[int]] = defaultdict(list)
        self.by_capitals: dict[str, list[int]] = defaultdict(list)
        self.lower: set[str] = set()
        self._quantities: dict[int, list[tuple[int, Quantity]]] = {}
        for number, (start, end) in enumerate(self.spans):
            for token in tokens(text[start:end]):
                position = len(self.sentence_of)
                self.by_stem[token.stem].append(position)
                self.by_key[token.key].append(position)
                self.sentence_of.append(number)
                if token.text[0].islower():
                    self.lower.add(token.key)
                elif (short := dotless(token.text)).isupper() and len(short) > 1:
                    self.by_capitals[short].append(position)

    @cached_property
    def by_group(self) -> dict[int, list[int]]:
        """The positions of each synonym group."""
        found: dict[int, list[int]] = defaultdict(list)
        for one, positions in self.by_stem.items():
            for group in GROUPS_OF.get(one, ()):
                found[group].extend(positions)
        return found

    @cached_property
    def by_head(self) -> dict[str, list[str]]:
        """The words of each beginning, in order of the alphabet."""
        found: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self.by_key):
            if len(key) >= HEAD:
                found[key[:HEAD]].append(key)
        return found

    @cached_property
    def digits(self) -> frozenset[str]:
        """The numbers of the text as written, without their commas, and their parts."""
        written = set(_DIGITS.findall(self.text))
        return frozenset(
            written | {one.replace(",", "") for one in written} | {part for one in written for part in re.split(r"[.,]", one) if part}
        )

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """What the names of the text could be shortened to."""
        return acronyms((self.text,))

    @cached_property
    def grams(self) -> list[frozenset[str]]:
        """The runs of four characters of each sentence."""
        return [grams(self.text[start:end]) for start, end in self.spans]

    def quantities_of(self, number: int) -> list[tuple[int, Quantity]]:
        """The quantities of a sentence by its number, each with the position of the sentence's first token."""
        if number not in self._quantities:
            start, end = self.spans[number]
            place = self.sentence_of.index(number)
            self._quantities[number] = [(place, quantity) for quantity in quantities(self.text[start:end])]
        return self._quantities[number]

    def number(self, key: str) -> list[int] | None:
        """Where a number stands, in digits or words; an empty list when only inside another number, None when nowhere."""
        digits = NUMBER_WORDS.get(key, key.replace(",", ""))
        positions = sorted(at for form in {digits, key, _IN_WORDS.get(digits, digits)} for at in self.by_key.get(form, ()))
        if positions:
            return positions
        parts = re.findall(r"\d+(?:\.\d+)?", digits)
        return [] if digits in self.digits or (key[0].isdigit() and parts and all(part in self.digits for part in parts)) else None

    def synonyms(self, one: str) -> list[int]:
        """Where words stand that share a group with a stem."""
        return sorted({at for group in GROUPS_OF.get(one, ()) for at in self.by_group.get(group, ())})

    def kin(self, key: str, ending: int) -> list[int]:
        """Where the word stands that shares most first letters with a key; neither may go on for more than `ending` letters."""
        if len(key) < HEAD:
            return []
        shared = [(_shared(key, other), other) for other in self.by_head.get(key[:HEAD], ())]
        fair = [pair for pair in shared if len(key) - pair[0] <= ending and len(pair[1]) - pair[0] <= ending]
        return self.by_key[max(fair)[1]] if fair else []


def _shared(one: str, other: str) -> int:
    """How many first letters two words share."""
    for index, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return index
    return min(len(one), len(other))


@lru_cache(maxsize=64)
def indexed(text: str) -> Indexed:
    """A source text made ready; the last ones are kept."""
    return Indexed(text)
