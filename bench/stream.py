"""A stream of invented news from a seeded grammar: what a wire of so many records a day might look like.

Every record tells of one of many events: a company, a place, a figure, a reason, each made of syllables. An event has one record or
many, over hours or days; one record in eight is a copy with a byline or a cut, the others put the event in words of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from groundwire.records import Record, RecordState, short_id, text_sha256
from groundwire.store.pages import page_id

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = (1,) * 12 + (2,) * 5 + (3,) * 3 + (4, 5, 6, 8, 12)
"""Records of an event: half of the events have one."""
LASTING_HOURS = (3, 8, 20, 40)
COPIED = 0.125
OUTLETS = 200
WORDS = 3000
"""Words of the invented language, by rank: a word's share falls with its rank as in any language."""

_SYLLABLES = tuple(
    a + b for a in ("b", "br", "d", "f", "g", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v", "z") for b in "aeiou"
)
_ENDINGS = ("", "n", "r", "l", "s", "th", "m", "x")


@dataclass(frozen=True, slots=True)
class _Event:
    number: int
    names: tuple[str, ...]
    words: tuple[str, ...]
    figures: tuple[str, ...]


def stream(seed: int, a_day: int) -> Iterator[list[Record]]:
    """The records of one day after another, without end, about so many a day, in canonical order; the same for the same arguments."""
    rng = Random(seed)
    language = _language(rng)
    weights = _falling(len(language))
    waiting: list[Record] = []
    made = event = day = 0
    while True:
        begins, ends = FIRST_DAY + timedelta(days=day), FIRST_DAY + timedelta(days=day + 1)
        while made < a_day * (day + 1):
            reports = _reports(_event(rng, event, language, weights), begins, rng, language, weights)
            waiting.extend(reports)
            made, event = made + len(reports), event + 1
        yield sorted((r for r in waiting if r.published < ends), key=lambda r: r.order)
        waiting = [r for r in waiting if r.published >= ends]
        day += 1


def _language(rng: Random) -> list[str]:
    made: dict[str, None] = {}
    while len(made) < WORDS:
        made[_word(rng, rng.randint(2, 3))] = None
    return list(made)


def _word(rng: Random, syllables: int) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(syllables)) + rng.choice(_ENDINGS)


def _falling(size: int) -> list[float]:
    """Running sums of the shares of words by rank."""
    total, sums = 0.0, []
    for rank in range(size):
        total += 1 / (rank + 5)
        sums.append(total)
    return sums


def _event(rng: Random, number: int, language: Sequence[str], weights: Sequence[float]) -> _Event:
    names = tuple(_word(rng, 3).capitalize() for _ in range(4))
    words = tuple(dict.fromkeys(rng.choices(language, cum_weights=weights, k=24)))
    return _Event(number, names, words, tuple(str(rng.randint(3, 9999)) for _ in range(3)))


def _reports(event: _Event, begins: datetime, rng: Random, language: Sequence[str], weights: Sequence[float]) -> list[Record]:
    hours = rng.choice(LASTING_HOURS)
    first = begins + timedelta(seconds=rng.randrange(86_400))
    found: list[Record] = []
    for n in range(rng.choice(SIZES)):
        published = first + timedelta(seconds=rng.randrange(hours * 3600) if n else 0)
        outlet = f"outlet-{rng.randrange(OUTLETS)}"
        if found and rng.random() < COPIED:
            source = rng.choice(found)
            text = f"{outlet.capitalize()} desk. {source.text}"
            found.append(_record(event, n, outlet, source.title, text, published))
        else:
            title, text = _told(event, rng, language, weights)
            found.append(_record(event, n, outlet, title, text, published))
    return found


def _told(event: _Event, rng: Random, language: Sequence[str], weights: Sequence[float]) -> tuple[str, str]:
    """A title and three sentences: most words are the event's, the rest anything."""

    def sentence(length: int) -> str:
        own = rng.sample(event.words, min(len(event.words), length // 2))
        parts = [*own, *rng.choices(language, cum_weights=weights, k=length - len(own)), rng.choice(event.names), rng.choice(event.names)]
        if rng.random() < 0.5:
            parts.append(rng.choice(event.figures))
        rng.shuffle(parts)
        return f"The {' '.join(parts)}."

    return sentence(6)[4:-1], " ".join(sentence(rng.randint(8, 14)) for _ in range(3))


def _record(event: _Event, n: int, outlet: str, title: str, text: str, published: datetime) -> Record:
    identity = f"https://{outlet}.example/{event.number}/{n}"
    page = page_id(identity)
    return Record(
        short_id(page, "1"),
        page,
        1,
        identity,
        identity,
        outlet,
        title,
        None,
        "en",
        published,
        published,
        text,
        text_sha256(text),
        RecordState.READ,
    )
