"""How much of a sentence a source speaks of: content words, synonyms, and the passages that come nearest."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from evidence.passages import Span, passages
from evidence.text import listed, stem, words

STOP = listed(
    "a an the this that these those it its he she they them his her their we our you your i of in on at to by for from with without as into onto over under "
    "after before during since until between among about against per via and or but nor so if than then when while where which who whom whose what how why "
    "is are was were be been being am has have had having do does did will would can could may might must shall should not no yes also just only very more "
    "most less least much many some any each every all both either neither other another such same own too there here up down out off said say says saying "
    "told tell tells according added adds new one s t"
)

_GROUPS = (
    "raise secure collect get", "spend invest pay outlay cost", "say announce state report disclose reveal tell claim unveil", "mend repair fix restore splice",
    "back support favour favor endorse approve vote", "reject oppose refuse decline turn", "buy acquire purchase takeover", "build construct erect develop building",
    "start begin open launch commence switch", "stop halt end cease finish close", "cut reduce lower trim slash fall drop decline decrease shrink slow",
    "rise grow increase climb jump surge gain raise expand", "keep maintain retain hold leave", "delay postpone late push slip", "plan intend aim propose want",
    "site location place campus", "employ staff hire worker employee people job", "firm company business group maker", "big large huge great", "centre center hall site facility campus",
    "use consume draw need require", "house home household", "make produce manufacture", "let allow permit licens", "deal contract agreement accord", "watt power",
    "fund finance round", "country nation state", "rule law regulation cap limit", "fail outage crash break failure down", "blame cause due",
    "electric electricity power", "charge bill price tariff rate fee", "chip accelerator processor gpu", "train teach learn", "install fit put deploy",
    "unionis union join", "supply deliver provide ship", "warn caution", "end expir laps", "lead head chief boss chair", "percent per cent", "sign agree commit",
    "show present publish", "quick fast rapid", "get receive obtain win", "year annual yearli", "month monthli", "person people man woman", "cable line link",
    "look investigat prob examin", "accept respect honour", "talk negotiat", "deep depth", "complain complaint", "delay postpon", "grow growth", "refus refusal", "remov removal", "dismiss dismissal",
)  # fmt: skip
_SAME: dict[str, frozenset[int]] = {}
for _index, _group in enumerate(_GROUPS):
    for _word in _group.split():
        _SAME[stem(_word)] = _SAME.get(stem(_word), frozenset()) | {_index}

_PART = re.compile(r"[-‑/]")


@lru_cache(maxsize=16384)
def content(text: str) -> tuple[str, ...]:
    """The stems of a text's content words in order, hyphened words in parts."""
    found: list[str] = []
    for word in words(text):
        if word.key in STOP:
            continue
        parts = [part for part in _PART.split(word.text) if part] if _PART.search(word.text) else [word.text]
        found.extend(stem(part) for part in parts if part.casefold() not in STOP)
    return tuple(found)


def holds(stems: frozenset[str], groups: frozenset[int], wanted: str) -> bool:
    """Whether a set of stems, or their synonym groups, holds a stem."""
    return wanted in stems or not groups.isdisjoint(_SAME.get(wanted, frozenset()))


@lru_cache(maxsize=4096)
def vocabulary(text: str) -> tuple[frozenset[str], frozenset[int]]:
    """The stems of a text and the synonym groups that they belong to."""
    stems = frozenset(content(text))
    return stems, frozenset(group for one in stems for group in _SAME.get(one, frozenset()))


def weights(spans: Iterable[str]) -> dict[str, float]:
    """How rare each stem is among passages: log((n + 1) / (passages that hold it + 0.5))."""
    counts: Counter[str] = Counter()
    total = 0
    for text in spans:
        total += 1
        counts.update(set(content(text)))
    return {one: math.log((total + 1) / (count + 0.5)) for one, count in counts.items()}


def overlap(sentence: str, passage: str, rare: dict[str, float] | None = None) -> float:
    """The weighted share, 0 to 1, of a sentence's content words that a passage holds."""
    wanted = content(sentence)
    stems, groups = vocabulary(passage)
    default = max((rare or {}).values(), default=1.0)
    total = sum((rare or {}).get(one, default) for one in wanted)
    held = sum((rare or {}).get(one, default) for one in wanted if holds(stems, groups, one))
    return held / total if total else 0.0


def best_passages(sentence: str, text: str, k: int = 3, language: str = "en") -> tuple[Span, ...]:
    """The k passages of a text that together hold most of a sentence's words, weighted by rarity: each adds most to those before, earlier ones win ties."""
    spans = passages(text, language)
    rare = weights(text[a:b] for a, b in spans)
    wanted = content(sentence)
    default = max(rare.values(), default=1.0)
    held = [_held(wanted, text[a:b]) for a, b in spans]
    worth = [rare.get(one, default) for one in wanted]
    chosen: list[int] = []
    while len(chosen) < min(k, len(spans)):
        have = frozenset().union(*(held[index] for index in chosen))
        rest = [index for index in range(len(spans)) if index not in chosen]
        chosen.append(min(rest, key=lambda index: (-_worth(held[index] - have, worth), -_worth(held[index], worth), index)))
    return tuple(spans[index] for index in chosen)


def _held(wanted: Sequence[str], passage: str) -> frozenset[int]:
    """Which of the wanted stems, by their place, a passage holds."""
    stems, groups = vocabulary(passage)
    return frozenset(index for index, one in enumerate(wanted) if holds(stems, groups, one))


def _worth(held: frozenset[int], worth: Sequence[float]) -> float:
    return round(sum(worth[index] for index in held), 9)
