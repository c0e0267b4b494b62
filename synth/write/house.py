"""House style, and what is worn out: headline shapes, openings and pet phrases of the last weeks' articles.

Both are told to the author before it writes; what it does all the same is noted for editors and removes nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evidence.quotation import outside_quotes
from groundwire.errors import ConfigError
from groundwire.records import Article, Finding, Severity
from groundwire.templating import template_path
from synth.write.gate import standing

HOUSE_CHECK, WORN_CHECK = "house", "saturation"
OPENING_WORDS = 3
MOST_HEADLINES, MOST_OPENINGS, MOST_PHRASES = 6, 8, 12
MOST_ALIKE = 2
"""Headlines of one shape after which the shape is worn."""
CONTENT_LETTERS = 4

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_KEPT = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "but",
        "by",
        "can",
        "could",
        "for",
        "from",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "no",
        "not",
        "of",
        "on",
        "or",
        "out",
        "over",
        "than",
        "that",
        "the",
        "to",
        "up",
        "while",
        "who",
        "why",
        "will",
        "with",
    ]
)


class House(BaseModel):
    """How the publication sounds, as templates/house/style.toml has it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    audience: str = "general readers"
    tone: str = "plain and exact"
    banned_words: tuple[str, ...] = ()
    banned_openings: tuple[str, ...] = ()
    worn_days: int = 21
    phrase_words: int = 4
    phrase_articles: int = 2


@dataclass(frozen=True, slots=True)
class Worn:
    """What the last weeks' articles have used up."""

    headlines: tuple[str, ...] = ()
    shapes: frozenset[str] = frozenset()
    openings: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    def told(self) -> str:
        """What a writer is told to avoid; empty when there is nothing."""
        parts = (("recent headlines, whose shape is not to be repeated", self.headlines[:MOST_HEADLINES]),
                 ("openings already used", self.openings[:MOST_OPENINGS]), ("phrases already worn", self.phrases[:MOST_PHRASES]))  # fmt: skip
        return "\n".join(f"Avoid, {what}: {' | '.join(which)}" for what, which in parts if which)


def load(own: Path | None) -> House:
    """The house style, the publication's own before the packaged one; raises ConfigError."""
    path = template_path("house/style.toml", own)
    try:
        return House.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ConfigError(f"{path}: {str(error).splitlines()[0]}") from error


def worn(recent: Sequence[Article], house: House, now: datetime) -> Worn:
    """What the articles of the weeks before this moment have used up, the newest first; of an article its newest version counts.

    Those of this very moment do not count: what a run writes does not depend on the order in which it writes.
    """
    newest = {
        a.id: a
        for a in sorted(recent, key=lambda a: (a.modified, a.version))
        if timedelta() < now - a.modified <= timedelta(days=house.worn_days)
    }
    found = sorted(newest.values(), key=lambda a: (a.modified, a.slug), reverse=True)
    headlines = tuple(a.headline.text for a in found if a.headline.text)
    shapes = Counter(map(shape, headlines))
    openings = dict.fromkeys(opening(p[0].text) for a in found for s in a.sections for p in s.paragraphs if p and not p[0].cut)
    phrases = Counter(phrase for a in found for phrase in {f for s in standing(a) for f in _runs(s.text, house.phrase_words)})
    pets = sorted((p for p, n in phrases.items() if n >= house.phrase_articles), key=lambda p: (-phrases[p], p))
    return Worn(headlines, frozenset(s for s, n in shapes.items() if n >= MOST_ALIKE), tuple(openings), tuple(pets))


def notes(text: str, house: House, used: Worn, *, headline: bool = False, opens: bool = False) -> tuple[Finding, ...]:
    """What of a line is banned or worn, as notes."""
    return tuple(Finding(check, Severity.NOTE, message) for check, message in _noted(text, house, used, headline, opens))


def _noted(text: str, house: House, used: Worn, headline: bool, opens: bool) -> Iterator[tuple[str, str]]:
    plain = outside_quotes(text)
    for word in house.banned_words:
        if re.search(rf"(?<!\w){re.escape(word)}", plain, re.IGNORECASE):
            yield HOUSE_CHECK, f"the house style bans “{word}”"
    for start in house.banned_openings:
        if re.match(rf"{re.escape(start)}(?!\w)", plain, re.IGNORECASE):
            yield HOUSE_CHECK, f"the house style bans the opening “{start}”"
    if headline and shape(text) in used.shapes:
        yield WORN_CHECK, "recent headlines have this shape"
    if opens and opening(text) in used.openings:
        yield WORN_CHECK, f"a recent article opens a paragraph with “{opening(text)}”"
    runs = {len(p.split()): None for p in used.phrases}
    for phrase in (p for n in runs for p in _runs(text, n) if p in used.phrases):
        yield WORN_CHECK, f"“{phrase}” is worn: recent articles have it"


def shape(headline: str) -> str:
    """A headline with names, figures and content words as signs: what two headlines that are built alike have in common."""
    signs: list[str] = []
    for n, word in enumerate(_WORD.findall(headline)):
        low = word.casefold()
        sign = "#" if any(c.isdigit() for c in word) else low if low in _KEPT else "N" if word[0].isupper() and n else "w"
        if not signs or signs[-1] != sign:
            signs.append(sign)
    return " ".join(signs)


def opening(text: str) -> str:
    """The first words of a paragraph."""
    return " ".join(text.split()[:OPENING_WORDS])


def _runs(text: str, size: int) -> Iterator[str]:
    """The runs of so many plain words, without names and figures, at least two of them with content."""
    words = outside_quotes(text).split()
    words[:1] = [w.lower() for w in words[:1]]
    for n in range(len(words) - size + 1):
        run = [w.strip(".,;:!?()") for w in words[n : n + size]]
        if all(w.isalpha() and w.islower() for w in run) and sum(len(w) >= CONTENT_LETTERS and w not in _KEPT for w in run) >= 2:
            yield " ".join(run)
