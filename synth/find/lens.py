"""A subject's layers from surface to bedrock, and how to recognise them in a text."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from evidence.citations import reference_values
from groundwire.errors import ConfigError

MIN_SHARE = 0.15
"""A layer with a smaller share of a text's weight is a mention, not a layer of the text."""

ENTITY_WEIGHT = 3.0
INDEX_LETTERS = 2

MIN_WEIGHT = 2.0
"""A text with less weight than this (one strong term, or two plain ones) has no layer."""


_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Layer:
    """One floor of a subject; an ending `*` in a term stands for any letters."""

    name: str
    label: str
    terms: tuple[tuple[str, float], ...]
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """A public comparison with its own source: what it is, its value in `unit`, where it stands and as of when."""

    key: str
    statement: str
    value: str
    unit: str
    source: str
    url: str
    date: str
    accessed: str = ""
    currency: str = ""
    measures: str = ""
    """The measures of figures that may be compared with it, by spaces; "per-year" asks for a figure per year."""
    counted: str = ""
    """For a row that is counted many times over: what they are called ("US homes use in a year")."""


@dataclass(frozen=True, slots=True)
class Lens:
    """A subject with its layers from surface to bedrock; `version` changes with the file."""

    name: str
    label: str
    layers: tuple[Layer, ...]
    references: tuple[Reference, ...] = ()
    version: str = ""

    def reference_of(self, key: str) -> str | None:
        """What evidence.citations.ReferenceOf promises, for this lens's table."""
        return reference_values(asdict(row) for row in self.references).get(key)

    def label_of(self, layer: str) -> str:
        """The words for a layer on a page."""
        return next((found.label for found in self.layers if found.name == layer), layer)


def load_lens(path: Path) -> Lens:
    """The lens of a TOML file; raises ConfigError that names the file and what to change."""
    try:
        raw = path.read_bytes()
        table = tomllib.loads(raw.decode("utf-8"))
        layers = tuple(_layer(entry) for entry in table["layer"])
        references = tuple(Reference(**{name: str(value) for name, value in row.items()}) for row in table.get("reference", []))
        return Lens(path.stem, str(table["label"]), layers, references, hashlib.sha256(raw).hexdigest()[:8])
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); name a lens that is in templates/lenses") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not TOML ({error}); mend the line") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"{path}: {error} is missing or wrong; a lens has a label and [[layer]] tables with name, label and terms"
        ) from error


def _layer(entry: dict[str, Any]) -> Layer:
    terms = tuple((str(term), float(weight)) for term, weight in entry["terms"].items())
    return Layer(str(entry["name"]), str(entry["label"]), terms, tuple(str(name) for name in entry.get("entities", ())))


def layer_scores(text: str, lens: Lens) -> tuple[tuple[str, float], ...]:
    """The layers of a text with their share of its weighted terms, 0 to 1, strongest first; equal shares as in the lens.

    A term that is repeated counts with the logarithm of how often, so that one word cannot carry a text.
    """
    weights = {layer.name: _weight(text, layer) for layer in lens.layers}
    total = sum(weights.values())
    if total < MIN_WEIGHT:
        return ()
    shares = [(name, round(weight / total, 4)) for name, weight in weights.items() if weight / total >= MIN_SHARE]
    return tuple(sorted(shares, key=lambda share: -share[1]))


def _weight(text: str, layer: Layer) -> float:
    weights = dict(layer.terms) | dict.fromkeys(layer.entities, ENTITY_WEIGHT)
    counts = Counter(_terms_in(_WORD.findall(text.casefold()), _indexed(tuple(weights))))
    return sum(weights[term] * (1 + math.log(n)) for term, n in sorted(counts.items()))


Index = dict[str, tuple[tuple[tuple[str, ...], str], ...]]


@lru_cache(maxsize=64)
def _indexed(terms: tuple[str, ...]) -> Index:
    """Terms as words, longest first, by how their first word starts."""
    found: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
    for term in terms:
        words = tuple(_WORD.findall(term.casefold()))
        found[words[0][:INDEX_LETTERS]].append((words, term))
    return {start: tuple(sorted(entries, key=lambda e: (-len(e[0]), -len(e[1]), e[1]))) for start, entries in found.items()}


def _terms_in(words: Sequence[str], index: Index) -> Iterator[str]:
    """The terms that words hold, none overlapping, the longest at each place."""
    at = 0
    while at < len(words):
        found = next((e for e in index.get(words[at][:INDEX_LETTERS], ()) if _stands(words, at, *e)), None)
        if found:
            yield found[1]
        at += len(found[0]) if found else 1


def _stands(words: Sequence[str], at: int, term: tuple[str, ...], written: str) -> bool:
    """Whether a term stands at a place, its last word also with a plural's ending, or any when the term ends in an asterisk."""
    there = tuple(words[at : at + len(term)])
    if len(there) < len(term) or there[:-1] != term[:-1]:
        return False
    last = term[-1]
    return there[-1].startswith(last) if written.endswith("*") else there[-1] in {last, f"{last}s", f"{last}es"}
