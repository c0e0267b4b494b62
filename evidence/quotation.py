"""Quotations: finding them verbatim, who said them, and how much of a text was copied."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from evidence.names import Name, names
from evidence.passages import Span, passage_at
from evidence.text import fold, listed, ngrams, word_keys, words

_CLOSERS = {"“": "”“", "„": "“”", "«": "»", "»": "«", "‟": "”", '"': '"”', "＂": "＂", "「": "」", "『": "』", "”": "”"}
_OPENER = re.compile(f"[{''.join(_CLOSERS)}]")
_EDGES = " \t\n\u00a0\u202f'\"“”„‟«»‘’‚‹›"
_TRAILING = ".,;:!?…–— "

SAID_WORDS = (
    r"said|says|say|told|tells|added|adds|wrote|writes|argued|argues|warned|warns|noted|notes|announced|stated|states|explained|explains|"
    r"insisted|recalled|acknowledged|conceded|claimed|claims|called|calls|asked|asks|replied|testified|put it|described|declared|commented|"
    r"remarked|predicted|complained|promised|vowed|confirmed|joked|continued|concluded|observed|suggested|responded|"
    r"sagte|sagt|erklärte|teilte|a déclaré|a dit|affirme|selon|dijo|afirmó|explicó|señaló"
)
SAID = rf"(?:{SAID_WORDS})"
_PRONOUN = re.compile(rf"\s*(?:(?:he|she|they|it|er|sie|il|elle)\s+(?:also\s+)?{SAID}|{SAID}\s+(?:he|she|they))\b", re.IGNORECASE)
_VERB = re.compile(rf"\b{SAID}\b", re.IGNORECASE)
_ACCORDING = re.compile(r"\b(?:according to|in the words of|as told by|laut|selon|según)\s+", re.IGNORECASE)
_NOT_SPEAKERS = frozenset({"internet", "english"})


@lru_cache(maxsize=4096)
def quoted_spans(sentence: str) -> tuple[Span, ...]:
    """What stands between double quotation marks of any kind, without the marks; an open one runs to the end; apostrophes are none."""
    spans: list[Span] = []
    index = 0
    while opener := _OPENER.search(sentence, index):
        index = opener.start()
        if _is_inch(sentence, index):
            index += 1
            continue
        closers, end = _CLOSERS[opener[0]], index + 1
        while end < len(sentence) and sentence[end] not in closers:
            end += 1
        if sentence[index] != "”" and sentence[index + 1 : end].strip():
            spans.append((index + 1, end))
            index = end
        index += 1
    return tuple(spans)


def _is_inch(sentence: str, index: int) -> bool:
    return sentence[index] == '"' and index > 0 and sentence[index - 1].isdigit()


def outside_quotes(sentence: str) -> str:
    """The sentence with every quoted character blanked, so that offsets stay."""
    chars = list(sentence)
    for start, end in quoted_spans(sentence):
        chars[start:end] = "\u2003" * (end - start)
    return "".join(chars)


def find_quote(quote: str, text: str) -> Span | None:
    """Where a quotation stands in a text word for word; white space, quotation marks and its last punctuation do not count."""
    folded = fold(text)
    needle = fold(quote.strip(_EDGES)).text
    for candidate in dict.fromkeys((needle, needle.rstrip(_TRAILING + "'"))):
        at = _bounded(folded.text, candidate)
        if at >= 0:
            return folded.original(at, at + len(candidate))
    return None


def _bounded(text: str, needle: str) -> int:
    """Where a needle stands with no letter or digit cut at its edges, or -1."""
    at = text.find(needle) if any(char.isalnum() for char in needle) else -1
    while at >= 0:
        end = at + len(needle)
        starts = at == 0 or not (text[at - 1].isalnum() and needle[0].isalnum())
        stops = end == len(text) or not (text[end].isalnum() and needle[-1].isalnum())
        if starts and stops:
            return at
        at = text.find(needle, at + 1)
    return -1


_SMALL = listed("a an and as at but by de des du for from in into la le of on or over per the to und upon via vs with y")


def is_title(quote: str) -> bool:
    """Whether what stands in quotation marks is the title of a work and nobody's words: every word but small ones has a capital."""
    found = [word.text for word in words(quote)]
    return bool(found) and all(word[0].isupper() or word[0].isdigit() or word in _SMALL for word in found)


def find_title(title: str, text: str) -> bool:
    """Whether a title stands in a text word after word, whatever its case and punctuation."""
    wanted = word_keys(title)
    return wanted in set(ngrams(word_keys(text), len(wanted)))


def attribution_of(text: str, span: Span) -> tuple[str, int, int] | None:
    """Who is named as the speaker of a quotation at a span: (name, start, end), or None; a pronoun leads to the last speaker before."""
    start, end = passage_at(text, *span)
    named = [name for name in names(text[start:end]) if name.text.casefold() not in _NOT_SPEAKERS]
    named = [Name(name.text, name.start + start, name.end + start) for name in named]
    quotes = [(a + start, b + start) for a, b in quoted_spans(text[start:end])]
    free = [name for name in named if not any(a <= name.start < b for a, b in quotes)]
    found = _after(text, span[1], end, free) or _before(text, start, span[0], free)
    if found is None and _speaks_on(text, span, start, end):
        found = _last_speaker(text[:start])
    return (found.text, found.start, found.end) if found else None


def _after(text: str, at: int, end: int, named: list[Name]) -> Name | None:
    """The speaker in what follows a quotation: "said X", "X said", "according to X"."""
    tail = text[at:end]
    verb = _VERB.search(tail)
    according = _ACCORDING.search(tail)
    following = [name for name in named if name.start >= at]
    if according and (not verb or according.start() < verb.start()):
        return next((name for name in following if name.start >= at + according.start()), None)
    if not verb or not following or re.search(r"[“\"„«]", tail[1 : verb.start()]):
        return None
    before = [name for name in following if name.end <= at + verb.start()]
    if before:
        return before[0]
    if _PRONOUN.match(tail[verb.start() :]) or _PRONOUN.match(tail.lstrip('”"»“,. ')):
        return None
    return next((name for name in following if name.start >= at + verb.end() and name.start - at - verb.end() < 80), None)


_UNNAMED_SUBJECT = re.compile(
    r"\b(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t)\s+(?:also\s+)?$|(?:^|[,;:—]\s+|\b(?:but|and|that)\s+)(?:an?|the|one|its|their)\s+(?:[a-z][\w-]*\s+){1,3}(?:also\s+)?$"
)
"""A speaker without a name right before a verb of saying: "he said", "a spokesman said"."""


def _before(text: str, start: int, at: int, named: list[Name]) -> Name | None:
    """The speaker in what leads to a quotation: "X, the mayor of Y, said", "according to X"."""
    lead = text[start:at]
    according = list(_ACCORDING.finditer(lead))
    verbs = [match for match in _VERB.finditer(lead) if not any(match.start() >= a.start() and match.end() <= a.end() for a in according)]
    earlier = [name for name in named if name.end <= at]
    if verbs:
        position = start + verbs[-1].start()
        if _UNNAMED_SUBJECT.search(text[start:position]):
            return None
        subjects = [name for name in earlier if name.end <= position]
        return _subject(text, subjects) or next((name for name in earlier if name.start >= start + verbs[-1].end()), None)
    if according:
        return next((name for name in earlier if name.start >= start + according[-1].end() - 1), None)
    return None


def _subject(text: str, candidates: list[Name]) -> Name | None:
    """The subject of an apposition: in "Jane Doe, the mayor of Y, said" the first, else the nearest to the verb."""
    if not candidates:
        return None
    chosen = candidates[-1]
    for name in reversed(candidates[:-1]):
        between = text[name.end : chosen.start]
        if re.fullmatch(
            r",\s+(?:an?\s+|the\s+|its\s+|who\s+)?[^.;“”\"]{0,60}|(?:’s|'s)?\s+(?:of|at|for|from)\s+", between
        ) and not _VERB.search(between):
            chosen = name
    return chosen


def _speaks_on(text: str, span: Span, start: int, end: int) -> bool:
    """Whether a quotation carries a pronoun or nothing at all in place of a speaker."""
    rest = (text[start : span[0]] + " " + text[span[1] : end]).strip(_EDGES + _TRAILING)
    return not rest or bool(re.search(r"\b(?:he|she|they|it)\b", rest, re.IGNORECASE))


def _last_speaker(text: str) -> Name | None:
    """The nearest name before that stands beside a verb of saying, within the last 600 characters."""
    base = max(0, len(text) - 600)
    tail = text[base:]
    for verb in reversed(list(_VERB.finditer(outside_quotes(tail)))):
        near = [name for name in names(tail) if name.end <= verb.start() and verb.start() - name.end < 60] or [
            name for name in names(tail) if verb.end() <= name.start < verb.end() + 40
        ]
        if near:
            chosen = _subject(tail, near) or near[-1]
            return Name(chosen.text, chosen.start + base, chosen.end + base)
    return None


def same_person(a: str, b: str) -> bool:
    """Whether two names can be one person's or house's: the words of one are among the other's."""
    left, right = set(word_keys(a)), set(word_keys(b))
    return bool(left and right) and (left <= right or right <= left)


def longest_common_run(sentence: str, text: str) -> int:
    """The length in words of the longest run that a sentence, outside its quotation marks, shares with a text."""
    source: dict[str, list[int]] = {}
    for index, key in enumerate(word_keys(text)):
        source.setdefault(key, []).append(index)
    best = 0
    for piece in outside_quotes(sentence).split("\u2003"):
        runs: dict[int, int] = {}
        for key in word_keys(piece):
            runs = {index: runs.get(index - 1, 0) + 1 for index in source.get(key, ())}
            best = max(best, max(runs.values(), default=0))
    return best


def ngram_overlap(sentences: Iterable[str], text: str, size: int = 8) -> float:
    """The share, 0 to 1, of the runs of `size` words in sentences, outside quotation marks, that a text holds as well."""
    known = set(ngrams(word_keys(text), size))
    runs = [run for sentence in sentences for piece in outside_quotes(sentence).split("\u2003") for run in ngrams(word_keys(piece), size)]
    return sum(run in known for run in runs) / len(runs) if runs else 0.0
