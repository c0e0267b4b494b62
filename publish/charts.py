"""Charts as geometry for SVG whose words never shrink: widths are shares of the page, heights and letters are pixels.

Every chart has a description in words and a table of its values; what a series is, its shape says and not its colour alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from groundwire.records import LayerShare
from publish.wording import SLUG, clean, counted, listed

ROW, TOP, HALF = 46, 34, 37.0
"""Of the picture: pixels per layer, pixels above the first, and the widest bar in per cent of the drawing."""

LEAST = 0.0005
"""A share below this is written as nothing, and drawn so."""

COLUMNS = 84
"""Pixels of the highest column of a chart of volumes."""

PLOT, LEFT, RIGHT = 92, 3.0, 84.0
"""Of a chart of shares: pixels of its height, and where its first and last moment lie in per cent of the width."""

APART = 15
"""Pixels between two words that would stand on one another."""

DOT, NEAR = 18, 6.0
"""Of a timeline: pixels between dots above one another, and how near in per cent dots may be side by side."""

FULL = 100.0
_HUES = 8


@dataclass(frozen=True, slots=True)
class LayerView:
    name: str
    hue: int
    href: str | None = None
    """Its page from the site's root, or None when it has none."""


@dataclass(frozen=True, slots=True)
class Table:
    """The values of a chart; the first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One layer: bars to the left and right of the middle, in per cent of the width, and their values in words."""

    layer: LayerView
    y: int
    left: str
    left_width: str
    right_width: str
    right: str
    coverage: str
    commitment: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Attention against commitment by layer."""

    height: int
    bars: tuple[Bar, ...]
    description: str
    table: Table


@dataclass(frozen=True, slots=True)
class Column:
    x: str
    width: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Volume:
    """A layer's accounts day by day, with the average of the days drawn."""

    height: int
    base: int
    columns: tuple[Column, ...]
    average_y: float
    average: str
    first: str
    last: str
    description: str
    table: Table


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its points in order, and its last value beside them."""

    kind: str
    points: tuple[Point, ...]
    value: str
    value_y: float


@dataclass(frozen=True, slots=True)
class Gauge:
    """A layer's share of coverage and of commitments, week by week as they were measured."""

    height: int
    floor: int
    lines: tuple[Line, ...]
    first: str
    last: str
    description: str
    table: Table


@dataclass(frozen=True, slots=True)
class Account:
    """One value of a figure and who gives it."""

    value: str
    names: str
    width: str
    y: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The values that sources give for one thing, from zero."""

    what: str
    height: int
    accounts: tuple[Account, ...]
    description: str
    table: Table


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: int
    number: int
    here: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """A thread's steps by their days; the numbers are those of the list beneath."""

    height: int
    axis: int
    dots: tuple[Dot, ...]
    first: str
    last: str
    description: str


def layer_view(layer: str, known: Mapping[str, LayerView] | None = None) -> LayerView:
    """A layer's name, the number of its colour, and its page; one that the lens does not have gets a colour by its name."""
    if known and layer in known:
        return known[layer]
    name = clean(layer)
    hue = 1 + hashlib.sha256(name.encode()).digest()[0] % _HUES
    return LayerView(name[:1].upper() + name[1:].replace("-", " ").replace("_", " "), hue)


def layers_of(labels: Sequence[tuple[str, str]]) -> dict[str, LayerView]:
    """The layers of a lens by name, given with their labels from surface to bedrock."""
    return {
        name: LayerView(clean(label), 1 + i % _HUES, f"stack/{name}/index.html" if SLUG.fullmatch(name) else None)
        for i, (name, label) in enumerate(labels)
    }


def picture(shares: Sequence[LayerShare], known: Mapping[str, LayerView] | None = None) -> Picture | None:
    """Attention against commitment for each layer, or None when the shares say nothing."""
    most = max((v for s in shares for v in (s.coverage, s.commitment)), default=0.0)
    if most < LEAST:
        return None
    bars = tuple(_bar(i, share, HALF / most, known) for i, share in enumerate(shares))
    told = [f"{b.layer.name} {b.coverage} of coverage and {b.commitment} of commitments" for b in bars]
    table = Table(("Layer", "Share of coverage", "Share of commitments"), tuple((b.layer.name, b.coverage, b.commitment) for b in bars))
    return Picture(TOP + ROW * len(bars), bars, listed(told) + ".", table)


def _bar(i: int, share: LayerShare, scale: float, known: Mapping[str, LayerView] | None) -> Bar:
    left, right = share.coverage * scale, share.commitment * scale
    return Bar(
        layer=layer_view(share.layer, known),
        y=TOP + ROW * i,
        left=f"{50 - left:.2f}%",
        left_width=f"{left:.2f}%",
        right_width=f"{right:.2f}%",
        right=f"{50 + right:.2f}%",
        coverage=percent(share.coverage),
        commitment=percent(share.commitment),
    )


def percent(share: float) -> str:
    return f"{share * 100:.0f}%"


def volume(days: Sequence[tuple[str, int]]) -> Volume | None:
    """Columns for days in order, each with its name and its accounts; None when there was nothing on any."""
    most, total = max((n for _, n in days), default=0), sum(n for _, n in days)
    if not most:
        return None
    step, base, mean = FULL / len(days), 26 + COLUMNS, total / len(days)
    columns = tuple(_column(i, n, step, base, most) for i, (_, n) in enumerate(days))
    peak = next(name for name, n in days if n == most)
    description = f"{counted(total, 'account')} in {counted(len(days), 'day')}, {mean:.1f} a day; the most, {most:,}, on {peak}."
    return Volume(
        height=base + 20,
        base=base,
        columns=columns,
        average_y=round(base - COLUMNS * mean / most, 1),
        average=f"{mean:.1f} a day on average",
        first=days[0][0],
        last=days[-1][0],
        description=description,
        table=Table(("Day", "Accounts"), tuple((name, f"{n:,}") for name, n in days)),
    )


def _column(i: int, n: int, step: float, base: int, most: int) -> Column:
    height = round(COLUMNS * n / most, 1)
    return Column(f"{step * i + step * 0.1:.2f}%", f"{step * 0.8:.2f}%", base - height, height)


def gauge(layer: str, weeks: Sequence[tuple[str, float, LayerShare]]) -> Gauge | None:
    """Two lines for the weeks in order, each with its name, its place in time (0 to 1) and the share; None without any."""
    if not weeks:
        return None
    top = max(LEAST, *(value for _, _, s in weeks for value in (s.coverage, s.commitment)))
    ends = _spaced(*(_height(value, top) for value in (weeks[-1][2].coverage, weeks[-1][2].commitment)))
    series = (("attention", [s.coverage for _, _, s in weeks], ends[0]), ("commitment", [s.commitment for _, _, s in weeks], ends[1]))
    lines = tuple(
        Line(kind, tuple(Point(_across(at), _height(v, top)) for (_, at, _), v in zip(weeks, values, strict=True)), percent(values[-1]), y)
        for kind, values, y in series
    )
    first, last = weeks[0], weeks[-1]
    told = f"{layer}, in the week to {last[0]}: {percent(last[2].coverage)} of coverage, {percent(last[2].commitment)} of commitments"
    if len(weeks) > 1:
        told += f"; in the week to {first[0]} it was {percent(first[2].coverage)} and {percent(first[2].commitment)}"
    rows = tuple((name, percent(s.coverage), percent(s.commitment)) for name, _, s in weeks)
    table = Table(("Week to", "Share of coverage", "Share of commitments"), rows)
    return Gauge(PLOT + 34, PLOT + 12, lines, first[0], last[0], told + ".", table)


def _across(at: float) -> str:
    return f"{LEFT + (RIGHT - LEFT) * at:.2f}%"


def _height(value: float, top: float) -> float:
    return round(12 + PLOT * (1 - value / top), 1)


def _spaced(one: float, other: float) -> tuple[float, float]:
    """Two heights moved apart so that the words at them can be read."""
    short = APART - abs(one - other)
    if short <= 0:
        return one, other
    return (one - short / 2, other + short / 2) if one <= other else (one + short / 2, other - short / 2)


def spread(what: str, values: Sequence[tuple[str, Decimal, str]]) -> Spread | None:
    """Bars from zero for the values of one thing, each in words, as a number, and with who gives it; None when there is one alone."""
    most = max((value for _, value, _ in values), default=Decimal(0))
    if len({value for _, value, _ in values}) < 2 or most <= 0 or min(value for _, value, _ in values) < 0:
        return None
    ordered = sorted(values, key=lambda v: (-v[1], v[2]))
    accounts = tuple(Account(text, names, f"{value / most * 100:.2f}%", 4 + 42 * i) for i, (text, value, names) in enumerate(ordered))
    told = listed([f"{a.value} according to {a.names}" for a in accounts])
    table = Table(("Value", "Given by"), tuple((a.value, a.names) for a in accounts))
    return Spread(what, 4 + 42 * len(accounts), accounts, f"{what}: {told}.", table)


def timeline(days: Sequence[tuple[str, float, bool]]) -> Timeline | None:
    """Dots for steps in order, each with its day, its place in time (0 to 1) and whether it is here; None for fewer than two."""
    if len(days) < 2:
        return None
    levels: list[list[float]] = []
    placed = []
    for number, (_, at, here) in enumerate(days, 1):
        x = 4 + 92 * at
        level = next((i for i, taken in enumerate(levels) if all(abs(x - other) >= NEAR for other in taken)), len(levels))
        levels[level:] = levels[level:] or [[]]
        levels[level].append(x)
        placed.append((x, level, number, here))
    axis = 14 + DOT * len(levels)
    dots = tuple(Dot(f"{x:.2f}%", axis - 14 - DOT * level, number, here) for x, level, number, here in placed)
    description = f"{counted(len(days), 'step')} between {days[0][0]} and {days[-1][0]}; the numbers are those of the list."
    return Timeline(axis + 22, axis, dots, days[0][0], days[-1][0], description)
