"""What a near-copy changed: a figure, a date or a name in a sentence that stands otherwise as its origin has it.

A rounding, a localised day, another spelling, a shorter form of a name and a sentence left out are no alterations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from evidence.dates import DateMention, dates
from evidence.hedges import bound_before
from evidence.names import CALENDAR, Name, is_opening_word, name_words, names, place_forms, unknown_names
from evidence.numbers import Number, numbers
from evidence.passages import passages
from evidence.rarity import weight
from evidence.text import Word, listed, stem, word_keys, words
from evidence.units import currency_after, currency_before, unit_after
from groundwire.records import Record

BESIDE = 40
"""Characters beside a number in which its neighbouring words stand."""

MIN_ALIGNED_WORDS = 4
ALIGNED = 0.6
"""Share of the longer sentence's words, figures left out, that makes two sentences the same sentence."""

ALIGNED_BESIDE = 0.5
"""The same share, figures counted, where the lines before and after are the same."""

VERBATIM = 0.8
"""The same share above which a sentence is copied word for word, and whatever name or figure in it differs is a change."""

MAX_REPLACED, MAX_AROUND = 6, 1
"""Words that stand for others in a sentence, and those of them that belong to no name: more are another way to tell it."""

MAX_REFIGURED = 4
"""The same for a figure with its unit."""

TITLE_CASE = 0.6
"""Above this share of capitals a line is set in title case, and capitals name nothing."""

ROUNDED = Decimal("0.1")
"""How far "about", "nearly" or "more than" may be from a value that is written with more digits."""

LOCAL_DAYS = 8
"""A weekday means the one nearest to publication; a date further off cannot be told from it."""

_DIGITS_WITHOUT_HEAD = re.compile(r"0\d")
_DOZEN = re.compile(r"[\s-]+dozens?\b", re.IGNORECASE)
_TORN_SCALE = re.compile(r"\s*[-‑]\s*(million|billion|trillion)\b", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:;)\]\"'”’»](?<!\.\.)\s*$")
_TORN_END = re.compile(r"\s*[^\s\d]*[\d.,]*[^\s\d]*\s*(?:\.{2,}|…|\[…\]|\[\.\.\.\])?\s*$")
_TORN = {"million": 6, "billion": 9, "trillion": 12}
_RANKS = (
    ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "last"),
    ("half", "third", "quarter", "fifth", "tenth", "hälfte", "drittel", "viertel", "moitié", "tiers", "quart", "mitad", "tercio", "cuarto"),
    ("double", "triple", "quadruple", "verdoppelt", "verdreifacht"),
    ("doubled", "tripled", "quadrupled", "halved"),
    ("twice", "thrice"),
)
"""Figures in words that are no number: two of one row that stand for one another are a change."""

_NOUNS_CAPITALISED = frozenset({"de"})
_SPELLINGS = (
    ("centre", "center"), ("theatre", "theater"), ("harbour", "harbor"), ("labour", "labor"), ("colour", "color"), ("defence", "defense"),
    ("programme", "program"), ("grey", "gray"), ("adviser", "advisor"), ("saint", "st"), ("mount", "mt"), ("fort", "ft"), ("ph", "f"), ("ae", "e"), ("ä", "ae"),
    ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("isation", "ization"), ("ise", "ize"), ("our", "or"), ("ll", "l"),
)  # fmt: skip
"""Ways to spell one name, each read as the second."""

_ZONES = listed("est edt cst cdt mst mdt pst pdt et pt ct gmt utc bst cet cest ist jst mez mesz local ortszeit")
_TITLES = listed(
    "mr mrs ms dr prof professor sir president chancellor minister senator sen governor gov mayor rep herr frau señor señora lieutenant lt "
    "sergeant sgt colonel col general gen captain capt major maj corporal cpl detective det inspector chief officer"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A number in its unit's base: `step` is what its last digit is worth, `beside` the words before and after it."""

    value: Decimal
    step: Decimal
    written: str
    start: int
    end: int
    unit: str
    currency: str | None
    beside: tuple[str, str]
    hedged: bool

    def equals(self, other: Value) -> bool:
        """Whether both say the same amount, in the same money where both name one, one of them rounded perhaps."""
        if self.currency and other.currency and self.currency != other.currency:
            return False
        apart = abs(self.value - other.value)
        return apart <= max(self.step, other.step) / 2 or (
            self.hedged and _precision(self) < _precision(other) and apart <= ROUNDED * abs(other.value)
        )

    def replaces(self, other: Value) -> bool:
        """Whether it stands where the other stands in the same sentence elsewhere: the same unit, and a word beside it the same."""
        alike = [bool(a) and a == b for a, b in zip(self.beside, other.beside, strict=True)]
        return self.unit == other.unit and (all(alike) if Decimal(1) in (self.value, other.value) else any(alike))


def _precision(value: Value) -> int:
    return len(value.value.normalize().as_tuple().digits)


@dataclass(frozen=True)
class Said:
    """One sentence as it is compared."""

    text: str
    language: str

    @cached_property
    def plain(self) -> tuple[str, ...]:
        return word_keys(self.text)

    @cached_property
    def indexed(self) -> str:
        return " ".join(self.plain)

    @cached_property
    def size(self) -> int:
        return self.words.total()

    @cached_property
    def words(self) -> Counter[str]:
        """The words counted, those with a digit left out."""
        return Counter(k for k in self.plain if not any(c.isdigit() for c in k))

    @cached_property
    def tokens(self) -> tuple[Word, ...]:
        return words(self.text)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(_spelling(token.key) for token in self.tokens)

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        return dates(self.text)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        found = numbers(self.text, self.language)
        return tuple(_values(self.text, found, self.dates)) if found else ()

    @cached_property
    def name_tokens(self) -> frozenset[int]:
        """Where the tokens stand that are part of a name; none in a line set in title case."""
        return frozenset(i for i in self.inside_names if self.tokens[i].text[0].isupper() and self.tokens[i].key not in CALENDAR)

    @cached_property
    def inside_names(self) -> frozenset[int]:
        """Where the tokens stand that a name holds, its small words and numbers included."""
        capitals = sum(token.text[0].isupper() for token in self.tokens)
        if capitals > TITLE_CASE * len(self.tokens):
            return frozenset()
        found = [n for n in names(self.text) if self._is_name(n)]
        return frozenset(i for i, token in enumerate(self.tokens) if any(n.start <= token.start < n.end for n in found))

    def _is_name(self, name: Name) -> bool:
        if self.language in _NOUNS_CAPITALISED and " " not in name.text:
            return sum(c.isupper() for c in name.text) > 1
        return not (is_opening_word(self.text, name) and weight(name.text.casefold()) < 1)


@dataclass(frozen=True)
class Told:
    """A record's title and sentences as they are compared with another's."""

    record: Record

    @cached_property
    def sentences(self) -> tuple[Said, ...]:
        text, language = self.record.text, (self.record.language or "en")[:2].lower()
        spans = passages(text, language)
        return tuple(Said(text[a:b] if (a, b) != spans[-1] else _without_torn_end(text[a:b]), language) for a, b in spans)

    @cached_property
    def lines(self) -> tuple[Said, ...]:
        """The title and the sentences."""
        return (Said(self.record.title, (self.record.language or "en")[:2].lower()), *self.sentences)

    @cached_property
    def indexed(self) -> frozenset[str]:
        return frozenset(line.indexed for line in self.lines)

    @cached_property
    def texts(self) -> tuple[str, str]:
        return (self.record.text, self.record.title)

    @cached_property
    def names(self) -> tuple[frozenset[str], ...]:
        """The words of each name that stands in it."""
        return tuple(dict.fromkeys(frozenset(word_keys(n.text)) for n in names(self.record.text)))


def _without_torn_end(sentence: str) -> str:
    """A text's last sentence, when it stops in its middle, without the number or word that may be half of one."""
    if _ENDED.search(sentence):
        return sentence
    return _TORN_END.sub("", sentence)


def altered(copy: Told, origin: Told) -> str | None:
    """How a figure, a date or a name of a copy differs from the same sentence of its origin, or None."""
    for line, same in _aligned(copy, origin):
        pair = _changed(line, same, copy, origin)
        if pair and not _torn_off(line.text, *pair) and not _torn_off(same.text, *pair[::-1]):
            since = ", since it was corrected," if origin.record.version > 1 else ""
            return f"says {pair[0]} where the origin{since} says {pair[1]}"
    return None


def _torn_off(line: str, now_is: str, was: str) -> bool:
    """Whether a line that was cut to a length ends in the first part of what stood there."""
    return line.rstrip().endswith(now_is) and was.startswith(now_is)


def _aligned(copy: Told, origin: Told) -> Iterator[tuple[Said, Said]]:
    """Each line of a copy that is not the origin's word for word, with the origin's line that it tells."""
    beside = _beside(copy, origin)
    for n, line in enumerate(copy.lines):
        if line.indexed in origin.indexed:
            continue
        there = beside.get(n)
        if there is not None and _ratio(line, there) >= ALIGNED_BESIDE:
            yield line, there
        elif line.size >= MIN_ALIGNED_WORDS:
            alike = [_alike(line, s) for s in origin.lines]
            best = max(alike)
            if best >= ALIGNED:
                yield line, max((s for s, share in zip(origin.lines, alike, strict=True) if share == best), key=lambda s: _shared(line, s))


def _beside(copy: Told, origin: Told) -> dict[int, Said]:
    """The origin's line for each line of a copy that stands alone between lines which both have, by place."""
    matcher = SequenceMatcher(None, [s.indexed for s in origin.lines], [s.indexed for s in copy.lines], autojunk=False)
    blocks = [(i1, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag == "replace" and i2 - i1 == j2 - j1]
    return {j: origin.lines[i1 + j - j1] for i1, j1, j2 in blocks for j in range(j1, j2)}


def _ratio(one: Said, other: Said) -> float:
    return SequenceMatcher(None, one.keys, other.keys, autojunk=False).ratio()


def _alike(one: Said, other: Said) -> float:
    """The share of the longer sentence's words that both have, 0 when lengths alone say that it is below what counts."""
    longer = max(1, one.size, other.size)
    if min(one.size, other.size) < ALIGNED * longer:
        return 0.0
    return (one.words & other.words).total() / longer


def _shared(one: Said, other: Said) -> int:
    return len(one.values) - len(lacking(one.values, other.values))


def _changed(line: Said, same: Said, copy: Told, origin: Told) -> tuple[str, str] | None:
    return _figures(line, same) or _days(line, same, origin.record.published) or _replaced(line, same, copy, origin)


def lacking(values: Sequence[Value], other: Sequence[Value]) -> list[Value]:
    """The values that another text does not have."""
    return [v for v in values if not any(v.equals(o) for o in other)]


def _figures(line: Said, same: Said) -> tuple[str, str] | None:
    own, lost = lacking(line.values, same.values), lacking(same.values, line.values)
    return next(((a.written, b.written) for a in own for b in lost if a.replaces(b)), None)


def _values(text: str, found: Sequence[Number], named: Sequence[DateMention]) -> Iterator[Value]:
    """The numbers of a text in order, dates left out, scale words and unit prefixes applied: 1.5bn and 1,500 million are equal."""
    taken = 0
    for number in found:
        dated = any(d.start < number.end and number.start < d.end for d in named)
        named_one = number.in_words and number.value == 1 and text[number.start].isupper()
        if number.start < taken or dated or named_one or _DIGITS_WITHOUT_HEAD.match(text, number.start):
            continue
        scale, end = _torn(text, number.end)
        taken = end
        unit = unit_after(text, end)
        name, factor, end = (unit[0].name, unit[0].factor, unit[1]) if unit else ("", Decimal(1), end)
        sign, after = currency_before(text, number.start), currency_after(text, end, number.scaled)
        begin = sign[1] if sign else number.start
        end = after[2] if after else end
        before, behind = word_keys(text[max(0, begin - BESIDE) : begin])[-1:], word_keys(text[end : end + BESIDE])[:1]
        beside = (stem(before[0]) if before else "", stem(behind[0]) if behind else "")
        currency = sign[0] if sign else after[0] if after else None
        factor *= scale
        hedged = bound_before(text, begin) is not None
        yield Value(number.value * factor, number.step * factor, text[begin:end].strip(), begin, end, name, currency, beside, hedged)


def _torn(text: str, at: int) -> tuple[Decimal, int]:
    """What a dozen or a scale that a hyphen parts from its number multiplies it by, with where it ends."""
    if match := _DOZEN.match(text, at):
        return Decimal(12), match.end()
    if match := _TORN_SCALE.match(text, at):
        return Decimal(10) ** _TORN[match[1].lower()], match.end()
    return Decimal(1), at


def _days(line: Said, same: Said, published: datetime) -> tuple[str, str] | None:
    own = [d for d in line.dates if not any(agree(d, s) for s in same.dates)]
    lost = [d for d in same.dates if not any(agree(d, s) for s in line.dates)]
    return next(((a.text.strip(), b.text.strip()) for a in own for b in lost if _conflict(a, b, published)), None)


_PARTS = ("year", "month", "day", "quarter", "half", "weekday", "clock")


def _parts(one: DateMention, other: DateMention) -> list[tuple[object, object]]:
    """What both dates say."""
    both = ((getattr(one, part), getattr(other, part)) for part in _PARTS)
    return [(a, b) for a, b in both if a is not None and b is not None]


def agree(one: DateMention, other: DateMention) -> bool:
    """Whether two dates say the same in every part that both have, and have one."""
    shared = _parts(one, other)
    return bool(shared) and all(a == b for a, b in shared)


def _conflict(one: DateMention, other: DateMention, published: datetime) -> bool:
    shared = _parts(one, other)
    if shared:
        return any(a != b for a, b in shared)
    dated, weekday = (one, other) if one.month and one.day else (other, one)
    return weekday.weekday is not None and _weekday(dated, published) not in (None, weekday.weekday)


def _weekday(mention: DateMention, published: datetime) -> int | None:
    """The weekday of a date near publication, None for one further off."""
    if not mention.month or not mention.day:
        return None
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            day = datetime(mention.year or year, mention.month, mention.day, tzinfo=UTC)
        except ValueError:
            continue
        if abs((day - published).days) <= LOCAL_DAYS:
            return day.weekday()
    return None


def _replaced(line: Said, same: Said, copy: Told, origin: Told) -> tuple[str, str] | None:
    """The first words that stand for others and say another name, figure or date."""
    matcher = SequenceMatcher(None, same.keys, line.keys, autojunk=False)
    verbatim = matcher.ratio() >= VERBATIM or [tag for tag, *_ in matcher.get_opcodes() if tag != "equal"] == ["replace"]
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "replace" or max(i2 - i1, j2 - j1) > MAX_REPLACED:
            continue
        was, now_is = _Part(same, i1, i2), _Part(line, j1, j2)
        if (
            _ranked(was, now_is)
            or (verbatim and _refigured(was, now_is, origin.record.published))
            or _renamed(was, now_is, copy, origin, verbatim)
        ):
            return now_is.text, was.text
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    """Some tokens of a sentence in a row."""

    said: Said
    first: int
    end: int

    @property
    def keys(self) -> tuple[str, ...]:
        return self.said.keys[self.first : self.end]

    @property
    def text(self) -> str:
        return self.said.text[slice(*self.span)]

    @property
    def span(self) -> tuple[int, int]:
        return self.said.tokens[self.first].start, self.said.tokens[self.end - 1].end

    @property
    def values(self) -> tuple[Value, ...]:
        return tuple(v for v in self.said.values if v.start < self.span[1] and self.span[0] < v.end)

    @property
    def dates(self) -> tuple[DateMention, ...]:
        return tuple(d for d in self.said.dates if d.start < self.span[1] and self.span[0] < d.end)

    @property
    def names(self) -> list[Word]:
        """Its tokens that are of names, titles left out."""
        found = (self.said.tokens[i] for i in range(self.first, self.end) if i in self.said.name_tokens)
        return [t for t in found if t.key not in _TITLES]

    @property
    def around(self) -> int:
        """How many of its tokens belong to no name."""
        return sum(i not in self.said.inside_names and self.said.tokens[i].key not in _TITLES for i in range(self.first, self.end))


def _refigured(was: _Part, now_is: _Part, published: datetime) -> bool:
    """Whether figures or dates stand for others in the same order."""
    if max(len(was.keys), len(now_is.keys)) > MAX_REFIGURED:
        return False
    if was.dates or now_is.dates:
        moved = any(k in _ZONES for part in (was, now_is) for k in part.keys)
        return len(was.dates) == len(now_is.dates) and any(
            _conflict(a, b, published) and not (moved and a.clock) for a, b in zip(now_is.dates, was.dates, strict=True)
        )
    if was.values and now_is.values:
        return len(was.values) == len(now_is.values) and any(
            not a.equals(b) and a.unit == b.unit for a, b in zip(now_is.values, was.values, strict=True)
        )
    old, new = ([k for k in part.keys if k[0].isdigit()] for part in (was, now_is))
    return not was.values and not now_is.values and len(old) == len(new) and old != new and len(was.keys) == len(now_is.keys)


def _ranked(was: _Part, now_is: _Part) -> bool:
    for row in _RANKS:
        old, new = [k for k in was.keys if k in row], [k for k in now_is.keys if k in row]
        if len(old) == len(new) == 1 and old != new and len(was.keys) == len(now_is.keys):
            return True
    return False


def _renamed(was: _Part, now_is: _Part, copy: Told, origin: Told, verbatim: bool) -> bool:
    if max(was.around, now_is.around) > MAX_AROUND:
        return False
    outlets = {k for t in (copy, origin) for k in word_keys(t.record.outlet)}
    new, old = ([t for t in part.names if t.key not in outlets] for part in (now_is, was))
    if not new or not old or _short_of(new, old) or _short_of(old, new) or any(_one_name(a, b) for a in new for b in old):
        return False
    if verbatim and not (was.around or now_is.around) and not _together(new, old, origin):
        return True
    known = _known(origin.texts)
    unknown = unknown_names(now_is.said.text, origin.texts)
    strange = [t for t in new if any(n.start <= t.start < n.end for n in unknown) and _spelling(t.key) not in known]
    return bool(strange) and not any(_spelling(t.key) in now_is.said.keys for t in old)


def _together(new: Sequence[Word], old: Sequence[Word], origin: Told) -> bool:
    """Whether two names are parts of one name."""
    mine, theirs = {t.key for t in new}, {t.key for t in old}
    return any(mine & name and theirs & name for name in origin.names)


@lru_cache(maxsize=256)
def _known(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_spelling(key) for key in name_words(texts))


def _short_of(short: Sequence[Word], whole: Sequence[Word]) -> bool:
    """Whether one token holds the initials of others."""
    letters = short[0].text.replace(".", "")
    return len(short) == 1 and len(letters) >= 2 and letters == "".join(t.text[0] for t in whole)


def _one_name(one: Word, other: Word) -> bool:
    """Whether two words are ways to write one name: a spelling, an abbreviation, an initial, what is of a place."""
    a, b = (_spelling(t.key).replace(".", "") for t in (one, other))
    short, long = sorted((a, b), key=len)
    if a == b or (long.startswith(short) and (len(short) >= 3 or one.text.endswith(".") or other.text.endswith(".") or len(short) == 1)):
        return True
    return b in place_forms(a) or a in place_forms(b) or stem(a) == stem(b)


@lru_cache(maxsize=100_000)
def _spelling(key: str) -> str:
    """A word's key without what only its spelling tells."""
    if key[0].isdigit():
        return key
    plain = key.translate(_ACCENTS).replace(".", "")
    for one, other in _SPELLINGS:
        plain = plain.replace(one, other)
    return plain


_ACCENTS = str.maketrans("áàâãåéèêëíìîïóòôõúùûçñýÿøłšžčćđ", "aaaaaeeeeiiiioooouuucnyyolszccd")
