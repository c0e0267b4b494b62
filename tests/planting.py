"""Copies of a text by seeded rules: with one figure, name or date altered, or changed only in what a copy may change."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from evidence.dates import dates
from evidence.names import is_opening_word, names
from evidence.numbers import numbers
from evidence.passages import passages
from groundwire.records import Record, short_id, text_sha256

STRANGERS = (
    "Kirsten Abelow", "Vantor Systems", "Port Malvern", "Ravensholt", "Teodor Quade", "Millbrook Energy", "Nadia Przybyl", "Harlow County",
)  # fmt: skip
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
SPELLINGS = (
    ("centre", "center"),
    ("labour", "labor"),
    ("colour", "color"),
    ("programme", "program"),
    ("metres", "meters"),
    ("defence", "defense"),
)

Alter = Callable[[Record, random.Random], str | None]


def carried(origin: Record, text: str, title: str | None = None, outlet: str = "The Copycat") -> Record:
    """A page of another outlet, three hours later, with this text."""
    page = short_id("page", outlet, text, title or "")
    url = f"https://{page}.example/"
    return replace(
        origin,
        id=short_id(page, "1"),
        page_id=page,
        url=url,
        canonical_url=url,
        outlet=outlet,
        title=title or origin.title,
        published=origin.published + timedelta(hours=3),
        text=text,
        text_sha256=text_sha256(text),
    )


def with_other_figure(origin: Record, rng: random.Random) -> str | None:
    """A digit changed, the first two exchanged, or a million made a billion."""
    named = dates(origin.text)
    found = [n for n in numbers(origin.text, origin.language or "en") if not any(d.start < n.end and n.start < d.end for d in named)]
    written = [(n.start, n.end) for n in found if origin.text[n.start].isdigit()]
    if not written:
        return None
    start, end = rng.choice(written)
    was = origin.text[start:end]
    digits = [i for i, char in enumerate(was) if char.isdigit()]
    kind = rng.choice(("digit", "exchange", "scale"))
    if kind == "scale" and "illion" in was:
        now_is = was.replace("million", "billion") if "million" in was else was.replace("billion", "million")
    elif kind == "exchange" and len(digits) > 1 and was[digits[1]] not in {"0", was[digits[0]]}:
        a, b = digits[:2]
        now_is = was[:a] + was[b] + was[a + 1 : b] + was[a] + was[b + 1 :]
    else:
        at = rng.choice(digits)
        now_is = was[:at] + rng.choice([d for d in "123456789" if d != was[at]]) + was[at + 1 :]
    return origin.text[:start] + now_is + origin.text[end:] if now_is != was else None


def with_other_name(origin: Record, rng: random.Random) -> str | None:
    """A name made a stranger's, or another of the same text's, here or everywhere."""
    german = origin.language == "de"
    outlet = origin.outlet.casefold()
    found = [
        n
        for n in names(origin.text)
        if not is_opening_word(origin.text, n) and len(n.text) > 3 and n.text.casefold() not in outlet and (" " in n.text or not german)
    ]
    if not found:
        return None
    name = rng.choice(found)
    others = [n.text for n in found if not set(n.text.casefold().split()) & set(name.text.casefold().split())]
    now_is = rng.choice(others) if others and rng.random() < 0.35 else rng.choice(STRANGERS)
    if rng.random() < 0.5:
        return re.sub(rf"(?<!\w){re.escape(name.text)}(?!\w)", now_is, origin.text)
    return origin.text[: name.start] + now_is + origin.text[name.end :]


def with_other_date(origin: Record, rng: random.Random) -> str | None:
    """Another weekday, month, day or year."""
    found = [d for d in dates(origin.text) if not d.clock]
    if not found:
        return None
    date = rng.choice(found)
    was = date.text
    if was in WEEKDAYS:
        now_is = rng.choice([day for day in WEEKDAYS if day != was])
    elif date.year and re.search(r"\d{4}", was):
        now_is = re.sub(r"\d{4}", str(date.year + rng.choice((-3, -2, -1, 1, 2, 3))), was, count=1)
    elif month := next((m for m in MONTHS if m in was), None):
        now_is = was.replace(month, rng.choice([m for m in MONTHS if m != month]))
    else:
        return None
    return origin.text[: date.start] + now_is + origin.text[date.end :]


def _cut(origin: Record, rng: random.Random) -> str:
    spans = passages(origin.text, origin.language or "en")
    return origin.text[: spans[max(2, int(len(spans) * rng.uniform(0.5, 0.9))) - 1 :][0][1]]


def _trimmed(origin: Record, rng: random.Random) -> str:
    spans = passages(origin.text, origin.language or "en")
    return " ".join(origin.text[a:b] for a, b in spans if rng.random() < 0.85) or origin.text


def _framed(origin: Record, rng: random.Random) -> str:
    return f"By Orla Kennick, staff writer\n\n{origin.text}\n\nSubscribe to our newsletter for more."


def _typeset(origin: Record, rng: random.Random) -> str:
    text = re.sub(r"\"([^\"\n]*)\"", "“\\1”", origin.text).replace("'", "’").replace(" - ", " — ")
    return text.replace(" percent", "%").replace("-megawatt", " megawatt") if rng.random() < 0.5 else text


def _without_dateline(origin: Record, rng: random.Random) -> str:
    return re.sub(r"^[A-Z][^\n]{2,50}(?:\([A-Za-z]+\)|/\w+/)\s*[-–—]+\s*", "", origin.text)


def _localised(origin: Record, rng: random.Random) -> str:
    """Each weekday as the day of the month that it was."""
    first = origin.published - timedelta(days=6)
    days = {(first + timedelta(days=n)).strftime("%A"): first + timedelta(days=n) for n in range(7)}
    return re.sub(rf"\bon ({'|'.join(WEEKDAYS)})\b", lambda m: f"on {days[m[1]]:%B} {days[m[1]].day}", origin.text)


def _respelt(origin: Record, rng: random.Random) -> str:
    text = origin.text
    for british, american in SPELLINGS:
        text = text.replace(british, american)
    return text


def _rounded(origin: Record, rng: random.Random) -> str:
    return re.sub(
        r"\$(\d+\.\d+) (billion|million)",
        lambda m: f"about ${round(float(m[1]))} {m[2]}" if float(m[1]) >= 2 else m[0],
        origin.text,
    )


def _torn(origin: Record, rng: random.Random) -> str:
    return origin.text[: int(len(origin.text) * rng.uniform(0.6, 0.95))] + rng.choice(("", "...", "…"))


ALTERED: Mapping[str, Alter] = {"figure": with_other_figure, "name": with_other_name, "date": with_other_date}
UNALTERED: Mapping[str, Callable[[Record, random.Random], str]] = {
    "cut": _cut,
    "trimmed": _trimmed,
    "framed": _framed,
    "typeset": _typeset,
    "without dateline": _without_dateline,
    "localised": _localised,
    "respelt": _respelt,
    "rounded": _rounded,
    "torn": _torn,
}
