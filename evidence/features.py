"""What can be counted of a sentence against a source text without a model: what is missing, what stands apart, which names and figures are new."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

from evidence.figures import quantities
from evidence.furniture import without_furniture
from evidence.indexed import NUMBER_WORDS, Indexed, Token, dotless, grams, indexed, tokens
from evidence.names import Name, is_opening_word, names, place_forms
from evidence.quantities import supports
from evidence.rarity import FIGURE, NAME, weight

ALLOWANCE = 2.0
"""Added to a sentence's weight when what is missing is taken as a share of it, so that one odd word does not damn a short sentence. Swept 0 to 2."""
SYNONYM, KIN, NUMBER = 0.6, 0.9, 0.95
"""How much a synonym, a word of the same beginning and a number in another notation hold of a word. Swept 0 to 1: flat between 0.5 and 1."""
NEAREST = 3
"""Source sentences that a sentence may draw on. Swept 1 to 5: one loses six points of the area under the curve on wice, five lose one."""
NEIGHBOURS = 2
"""Words before and after a word that should share a source sentence with it. Swept 1 to 4: flat to 3."""
LIKELY = 8
"""Source sentences, those that hold most of a sentence, that are searched for its figures in another notation."""
MOST = 3.0
"""What counts beyond this says no more."""
_NAME_ENDING, _WORD_ENDING = 3, 5
_MONTHS = frozenset({"january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"})
_LIST_ITEM = re.compile(r"\s*(?:[*•–-]|\d+[.)])\s*\S")

FEATURES = ("missing", "scattered", "names", "figures", "letters", "list_item")
"""The order of `Features.values`: the share of the sentence that its nearest three source sentences lack; the same where words also lack their
neighbours; names that those sentences lack; figures that the source lacks; the share of its runs of four letters in the nearest place of the source;
1 for an item of a list, which leans on a heading that is not there."""


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a sentence that tells something: its weight, how far the source holds it (0 to 1), and where (positions of the source's tokens)."""

    token: Token
    weight: float
    held: float
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Features:
    """The numbers that a score is made of, with the words behind them for an editor."""

    values: tuple[float, ...]
    missing: tuple[str, ...] = ()
    """Words that the source lacks, those that tell most first."""
    unknown: tuple[str, ...] = ()
    """Names and figures that the source lacks."""
    apart: tuple[str, ...] = ()
    """Names that the source has elsewhere than the rest of the sentence."""


def features(sentence: str, source_text: str) -> Features:
    """The features of a sentence against a source text; nothing is missing of a sentence that only speaks to its reader."""
    return _Reading(without_furniture(sentence), indexed(source_text)).features(bool(_LIST_ITEM.match(sentence)))


class _Reading:
    """One sentence read against one source."""

    def __init__(self, sentence: str, source: Indexed) -> None:
        self.sentence = sentence
        self.source = source
        self.names = names(sentence)
        self.parts = [part for token in tokens(sentence) if (part := self._part(token))]
        if any(map(_is_figure, self.parts)) and not all(part.held for part in self.parts):
            self.parts = self._with_figures_borne()
        self.weight = sum(part.weight for part in self.parts)

    def _part(self, token: Token) -> Part | None:
        number = token.key[0].isdigit() or token.key in NUMBER_WORDS
        name = not number and self._is_name(token)
        tells = FIGURE if token.key[0].isdigit() else NAME if name else weight(token.key)
        if not tells and not number:
            return None
        held, places = self._found(token, number, name)
        return Part(token, tells, held, tuple(places))

    def _is_name(self, token: Token) -> bool:
        if not token.text[0].isupper() or token.key in self.source.lower or (token.start == 0 and weight(token.key) < 1):
            return False
        return any(name.start <= token.start < name.end for name in self.names)

    def _found(self, token: Token, number: bool, name: bool) -> tuple[float, list[int]]:
        """How far the source holds a word, and where: by its stem, as a number, by a synonym, by its first letters."""
        source = self.source
        if places := source.by_stem.get(token.stem):
            return 1.0, places
        if number and (found := source.number(token.key)) is not None:
            return NUMBER, found
        if token.key[0].isdigit():
            return 0.0, []
        if token.key in _MONTHS and (places := source.by_key.get(token.key[:3])):
            return 1.0, places
        return self._found_name(token) if name else self._found_word(token)

    def _found_name(self, token: Token) -> tuple[float, list[int]]:
        short = dotless(token.text)
        if short.isupper() and (short in self.source.by_capitals or short.casefold() in self.source.acronyms):
            return 1.0, self.source.by_capitals.get(short, [])
        for form in place_forms(token.key):
            if places := self.source.by_key.get(form):
                return KIN, places
        return self._kin(token, _NAME_ENDING)

    def _found_word(self, token: Token) -> tuple[float, list[int]]:
        places = self.source.synonyms(token.stem)
        return (SYNONYM, places) if places else self._kin(token, _WORD_ENDING)

    def _with_figures_borne(self) -> list[Part]:
        """The parts, with figures and their units held that a source sentence bears in another notation: "0.34 GW" for "340 megawatts"."""
        likely = sorted(self._by_sentence(self.parts).items(), key=lambda item: (-len(item[1]), item[0]))[:LIKELY]
        known = [(place, quantity) for number, _ in likely for place, quantity in self.source.quantities_of(number)]
        borne = {
            (claim.start, claim.end): place
            for claim in quantities(self.sentence)
            for place, other in reversed(known)
            if supports(other, other.step, claim, claim.step)
        }
        return [part if part.held else self._borne(part, borne) for part in self.parts]

    def _borne(self, part: Part, borne: dict[tuple[int, int], int]) -> Part:
        places = tuple(place for (start, end), place in borne.items() if start <= part.token.start < end)
        return replace(part, held=NUMBER, places=places) if places else part

    def _kin(self, token: Token, ending: int) -> tuple[float, list[int]]:
        places = self.source.kin(token.key, ending)
        return (KIN, places) if places else (0.0, [])

    @cached_property
    def by_sentence(self) -> dict[int, set[int]]:
        """For each source sentence the parts that it holds."""
        return self._by_sentence(self.parts)

    def _by_sentence(self, parts: list[Part]) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for index, part in enumerate(parts):
            for place in part.places:
                found[self.source.sentence_of[place]].add(index)
        return found

    @cached_property
    def nearest(self) -> set[int]:
        """The parts that the nearest source sentences hold together, each taken for what it adds; earlier sentences win ties."""
        have = {index for index, part in enumerate(self.parts) if part.held and not part.places}
        for _ in range(NEAREST):
            gains = [(sum(self._holds(index) for index in held - have), -number) for number, held in self.by_sentence.items()]
            if gains:
                have |= self.by_sentence[-max(gains)[1]]
        return have

    def _holds(self, index: int) -> float:
        return self.parts[index].weight * self.parts[index].held

    def _share(self, missing: float) -> float:
        return missing / (self.weight + ALLOWANCE)

    def features(self, list_item: bool) -> Features:
        """All of them together, with the words behind them."""
        figures = [part.token.text for part in self.parts if _is_figure(part) and not part.held]
        far = [name for name in self.names if not self._is_plain(name) and not self._within(name)]
        unknown = [name for name in far if not all(part.held for part in self._of(name))]
        values = (
            self._share(self.weight - sum(map(self._holds, self.nearest))),
            self._share(self._scattered()),
            min(MOST, len(far)),
            min(MOST, len(figures)),
            self._letters(),
            float(list_item),
        )
        apart = [name.text for name in far if name not in unknown]
        return Features(values, self._missing(), tuple(dict.fromkeys((*(n.text for n in unknown), *figures))), tuple(dict.fromkeys(apart)))

    def _missing(self) -> tuple[str, ...]:
        lacking = sorted((part for part in self.parts if not part.held and part.weight), key=lambda part: (-part.weight, part.token.start))
        return tuple(dict.fromkeys(part.token.text for part in lacking))

    def _is_plain(self, name: Name) -> bool:
        """Whether a name is only a common word that opens the sentence."""
        return is_opening_word(self.sentence, name) and (weight(name.text.casefold()) < 1 or name.text.endswith(("ing", "ly", "ed")))

    def _of(self, name: Name) -> list[Part]:
        return [part for part in self.parts if name.start <= part.token.start < name.end]

    def _within(self, name: Name) -> bool:
        return all(index in self.nearest for index, part in enumerate(self.parts) if name.start <= part.token.start < name.end)

    def _scattered(self) -> float:
        """The weight of what is missing and half the weight of what stands in no source sentence with any of its neighbours."""
        where = [{self.source.sentence_of[place] for place in part.places} for part in self.parts]
        total = 0.0
        for index, part in enumerate(self.parts):
            near = [*where[max(0, index - NEIGHBOURS) : index], *where[index + 1 : index + NEIGHBOURS + 1]]
            if not part.held:
                total += part.weight
            elif where[index] and near and all(where[index].isdisjoint(other) for other in near):
                total += part.weight / 2
        return total

    def _letters(self) -> float:
        """The share of the sentence's runs of four letters in the source sentence that holds most of them and its neighbours."""
        mine = grams(self.sentence)
        each = self.source.grams
        if not mine or not each:
            return 1.0
        best = max(range(len(each)), key=lambda number: len(mine & each[number]))
        return len(mine & frozenset().union(*each[max(0, best - 1) : best + 2])) / len(mine)


def _is_figure(part: Part) -> bool:
    return part.token.key[0].isdigit()
