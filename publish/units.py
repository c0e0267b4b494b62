"""What a built tree is made of: its units, in a file beside it that the next build reads.

A line of the file is one unit, its fields between tabs: name, key, files (path:hash:time between spaces), links that lead out of
the unit (between spaces), data in JSON. Paths have no white space.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of a tree: the first 32 hexadecimal digits of its SHA-256, and its time in seconds since 1970."""

    path: str
    sha256: str
    at: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Files that are written together, and a key of all that they were made from ("" when that is not known).

    The fields are as the file has them: nothing is parsed before it is wanted, because most units are taken over unseen.
    """

    name: str
    key: str
    held: str
    led: str
    data: str

    @property
    def files(self) -> tuple[Stored, ...]:
        return tuple(Stored(p, sha, int(at)) for p, sha, at in (f.split(":") for f in self.held.split(" ") if f))

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(f.partition(":")[0] for f in self.held.split(" ") if f)

    @property
    def links(self) -> tuple[str, ...]:
        """Where its pages link in the rest of the site, as path#fragment."""
        return tuple(self.led.split(" ")) if self.led else ()


def unit(name: str, key: str, files: Iterable[Stored], links: Iterable[str], data: str) -> Unit:
    held = " ".join(f"{f.path}:{f.sha256}:{f.at}" for f in files)
    return Unit(name, key, held, " ".join(sorted(set(links))), data)


def read_units(trees: Path, name: str) -> dict[str, Unit]:
    """The units of a tree by name; none when there is no file that can be read: everything is then made anew."""
    try:
        with (trees / f"{name}.units").open(encoding="utf-8", newline="\n") as lines:
            found = (Unit(*line.rstrip("\n").split("\t")) for line in lines)
            return {u.name: u for u in found}
    except (OSError, UnicodeDecodeError, TypeError):
        return {}


def units_text(units: Mapping[str, Unit]) -> Iterable[str]:
    """The lines of the file, in order of the names."""
    for _, u in sorted(units.items()):
        yield f"{u.name}\t{u.key}\t{u.held}\t{u.led}\t{u.data}\n"
