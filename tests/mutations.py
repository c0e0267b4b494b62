"""True sentences of the sample wire with one thing altered: a number, a name, a date, a quotation, a citation; seeded, so always the same.

A rule keeps out alterations that may leave a true sentence: a number, name or date that stands in a cited passage itself, and a passage
that shares half of the sentence's longer words. What is left is false, or cites what does not hold it. A quotation is false once altered.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from groundwire.records import Citation, Record, Sentence, SentenceKind, Target
from tests.wire_sentences import citation_of

SHARED = 0.5
"""A passage with this share of a sentence's longer words may hold it too."""
LONG = 4
STEM = 5

COMPANIES = (
    "Noteharrow", "Pellworth", "Clarabond", "Marrowby", "Ostervane", "Teshlin Research", "Plumbline", "Hollinmere", "Tessaline", "Brackwater", "Ulmark",
    "Cindermoor", "Tarrow", "Larkwell", "Grauwerk", "Ardmoor", "Strandholt", "Winmarsh", "Averline", "Stonequay", "Tidewell Research",
    "Quarrystone Analytics", "Calverra Transmission", "Nordhain",
)  # fmt: skip
PEOPLE = (
    "Beatriz Lorne", "Amos Whitbury", "Maren Oldacre", "Graham Issler", "Colette Danvers", "Rosalind Akerby", "Imre Castellow", "Ruth Bellamont",
    "Yusra Tennant", "Lieke Brandvoort", "Bastien Corvelle", "Joon Averley", "Aurelio Benskin", "Petra Lindqvar", "Owen Tassell", "Harlan Ostermoor",
    "Nadia Ferreck", "Lucinda Groveling", "Kenji Hallamore", "Verena Aldrich", "Hugh Pembrel", "Walter Embering", "Anjali Creswick", "Stellan Moorcroft",
    "Ulrike Tannhof", "Solveig Marchbank", "Henrike Solvang", "Doreen Maltravers", "Felix Arrand", "Loretta Finch-Hale", "Quentin Harrowby",
    "Emory Vantongeren", "Idris Callowhill", "Cassian Thorley", "Livia Marchetant", "Gwenda Pascow", "Cordell Vance-Imrie", "Marek Dolan",
    "Priya Sundholm",
)  # fmt: skip
PLACES = ("Port Aldous", "Dunmere", "Lowfield", "Fennick Valley", "Cape Errol", "Selmouth", "San Verano", "Talbrück")
PRODUCTS = ("Lantern 5", "Lantern 4", "Pilgrim 3", "T8", "T9")
WORLD = (COMPANIES, PEOPLE, PLACES, PRODUCTS)

SCALES = {"million": "billion", "billion": "million", "trillion": "billion", "gigawatts": "megawatts", "gigawatt": "megawatt", "megawatts": "gigawatts", "GW": "MW", "MW": "GW"}  # fmt: skip
UNITS = {
    "$": "€", "percent": "percentage points", "megawatts": "megawatt-hours", "gigawatts": "gigawatt-hours", "years": "months", "months": "years",
    "minutes": "hours", "hours": "minutes", "days": "weeks", "weeks": "days", "tonnes": "kilograms", "cents": "dollars", "miles": "yards", "acres": "square miles",
}  # fmt: skip
COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUARTERS = ("first quarter", "second quarter", "third quarter", "fourth quarter")

_MONTH = "|".join(MONTHS)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH_DAY = re.compile(rf"\b(?:{_MONTH})\s(\d{{1,2}})\b|\b(\d{{1,2}})\s(?:{_MONTH})\b")
_NUMBER = re.compile(r"(?<![\w.,-])[$€]?(\d[\d,]*(?:\.\d+)?)(?![\w-])")
_QUOTED = re.compile(r"[\"“]([^\"“”]+)[\"”]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A sentence that is no longer true, or no longer cites what holds it: `was` became `now`."""

    kind: str
    sentence: Sentence
    was: str
    now: str


_SAID = re.compile(r"^(\"[^\"]+),\" said ((?:[A-Z][\w'-]+ ?){2,3})(?=[,. ])")


def quotations(records: Sequence[Record]) -> Iterator[Sentence]:
    """A sentence for each passage of records in English that begins with somebody's words and names the person."""
    for record in records:
        for line in record.text.split("\n") if record.language == "en" else ():
            if said := _SAID.match(line):
                text = f'{said[2].strip()} said: {said[1]}."'
                yield Sentence(text, SentenceKind.REPORT, (citation_of(record, line),))


def mutations(sentence: Sentence, records: Sequence[Record]) -> Iterator[Mutation]:
    """Every alteration of a true sentence, in a fixed order; `records` is where other passages to cite are taken from."""
    chance = random.Random(sentence.text)
    held = " ".join(c.quote or "" for c in sentence.citations)
    for kind, start, end, now in _altered(sentence.text, chance):
        was = sentence.text[start:end]
        if now != was and (kind.startswith("quote") or not _stands(now, held)):
            yield Mutation(kind, replace(sentence, text=sentence.text[:start] + now + sentence.text[end:]), was, now)
    yield from _recited(sentence, records, chance)


def _stands(words: str, held: str) -> bool:
    return re.search(rf"(?<![\w.,]){re.escape(words)}(?![\w])", held, re.IGNORECASE) is not None


def _altered(text: str, chance: random.Random) -> Iterator[tuple[str, int, int, str]]:
    quoted = [m.span(1) for m in _QUOTED.finditer(text)]
    for kind, start, end, now in (*_dates(text, chance), *_numbers(text, chance), *_names(text, chance)):
        if not any(a <= start < b for a, b in quoted):
            yield kind, start, end, now
    yield from _quotes(text, chance)


def _dates(text: str, chance: random.Random) -> Iterator[tuple[str, int, int, str]]:
    for match in _YEAR.finditer(text):
        yield "date", *match.span(), str(int(match[0]) + chance.choice((-3, -2, -1, 1, 2, 3)))
    for match in _MONTH_DAY.finditer(text):
        group = 1 if match[1] else 2
        yield "date", *match.span(group), chance.choice([str(d) for d in range(1, 29) if str(d) != match[group]])
    for words in (MONTHS, DAYS, QUARTERS):
        for word in words:
            for match in re.finditer(rf"\b{word}\b", text):
                if word != "May" or re.match(r"\s\d", text[match.end() :]):
                    yield "date", *match.span(), chance.choice([w for w in words if w != word])


def _numbers(text: str, chance: random.Random) -> Iterator[tuple[str, int, int, str]]:
    for match in _NUMBER.finditer(text):
        if not _is_figure(text, match):
            continue
        start, end = match.span(1)
        digit = chance.choice([d for d in "123456789" if d != text[start]])
        yield "number: digit", start, end, digit + text[start + 1 : end]
        yield from _measured(text, match)
    for word in COUNTS:
        for match in re.finditer(rf"\b{word}\b(?!\s(?:thirds|fifths|quarters))", text, re.IGNORECASE):
            now = chance.choice([w for w in COUNTS if w != word])
            yield "number: word", *match.span(), now.capitalize() if match[0][0].isupper() else now


def _is_figure(text: str, match: re.Match[str]) -> bool:
    """Whether digits are a figure: no year, no day of a month, no part of a product's name."""
    dated = any(m.start() <= match.start(1) < m.end() for pattern in (_YEAR, _MONTH_DAY) for m in pattern.finditer(text))
    return not dated and not re.search(r"\b(?:Lantern|Pilgrim|Road|Docket)\s$", text[: match.start(1)])


def _measured(text: str, match: re.Match[str]) -> Iterator[tuple[str, int, int, str]]:
    if match[0][0] in UNITS:
        yield "number: unit", match.start(), match.start() + 1, UNITS[match[0][0]]
    after = re.match(r"[ -]([A-Za-z]+)", text[match.end() :])
    if after:
        at = (match.end() + after.start(1), match.end() + after.end(1))
        if after[1] in SCALES:
            yield "number: scale", *at, SCALES[after[1]]
        if after[1] in UNITS:
            yield "number: unit", *at, UNITS[after[1]]


def _names(text: str, chance: random.Random) -> Iterator[tuple[str, int, int, str]]:
    for names in WORLD:
        for name in names:
            for match in re.finditer(rf"(?<!\w){name}(?!\w)", text):
                yield "name", *match.span(), chance.choice([n for n in names if n != name and not n.startswith(name.split()[0])])
    for name in PEOPLE:
        family = name.split()[-1]
        for match in re.finditer(rf"(?<!\w)(?<!{name.split()[0]}\s){family}(?!\w)", text):
            yield "name", *match.span(), chance.choice([n.split()[-1] for n in PEOPLE if n != name])


def _quotes(text: str, chance: random.Random) -> Iterator[tuple[str, int, int, str]]:
    spare = [w[0] for w in _WORD.finditer(_QUOTED.sub(" ", text)) if len(w[0]) >= LONG and w[0].islower()] or ["nothing"]
    for quoted in _QUOTED.finditer(text):
        every = list(_WORD.finditer(text, *quoted.span(1)))
        changed = chance.choice([w for w in every if len(w[0]) >= LONG] or every or [None])
        dropped = chance.choice([w for w in every[1:-1] if len(w[0]) >= LONG] or every[1:-1] or [None])
        if changed:
            yield "quote: changed", *changed.span(), chance.choice([w for w in spare if w != changed[0]] or ["nothing"])
        if dropped:
            yield "quote: dropped", dropped.start() - 1, dropped.end(), ""


def _recited(sentence: Sentence, records: Sequence[Record], chance: random.Random) -> Iterator[Mutation]:
    """The sentence with every citation moved: within the same records, then to other records."""
    if not sentence.citations or any(c.target is not Target.PASSAGE for c in sentence.citations):
        return
    mine = {c.record_id for c in sentence.citations}
    same = [_moved(sentence, [r for r in records if r.id == c.record_id], chance) for c in sentence.citations]
    others = [_moved(sentence, [r for r in records if r.id not in mine], chance) for _ in sentence.citations]
    for kind, cites in (("citation: same record", same), ("citation: other record", others)):
        moved = tuple(c for c in cites if c)
        if len(moved) == len(cites) and not _holds(sentence.text, " ".join(c.quote or "" for c in moved)):
            was = sentence.citations[0].quote or ""
            yield Mutation(kind, replace(sentence, citations=moved), was, moved[0].quote or "")


def _moved(sentence: Sentence, records: Sequence[Record], chance: random.Random) -> Citation | None:
    """Another passage of one of these records, of at least five words and not one that the sentence cites; None when there is none."""
    cited = {c.quote for c in sentence.citations}
    found = [
        (record, p)
        for record in ([chance.choice(records)] if records else [])
        for line in record.text.split("\n")
        for p in re.split(r"(?<=[.!?]) (?=[A-Z])", line)
        if len(p.split()) >= 5 and not any(p in (q or "") or (q or "") in p for q in cited)
    ]
    return citation_of(*chance.choice(found)) if found else None


def _holds(text: str, passage: str) -> bool:
    mine, theirs = _stems([text]), _stems([passage])
    return not mine or len(mine & theirs) >= SHARED * len(mine)


def _stems(texts: Iterable[str]) -> set[str]:
    return {w[0].lower()[:STEM] for text in texts for w in _WORD.finditer(text) if len(w[0]) >= LONG} | {
        m[1] for text in texts for m in _NUMBER.finditer(text)
    }
