"""Figures measured against labels over the sample wire, through the function that a run calls.

What counts as a figure: a number in digits or words that says how much or how many: money, a quantity with a unit, a duration
(also in a compound, "20-year agreement", or placing an event, "two years ago"), a share or change in percent or as a fraction
("a third of", "one in five"), a multiple, a count with the noun it counts, both ends of a range, both sides of a vote, and a bare
number in digits, or in words from thirteen on, whose noun is left out. A unit that stands once for two numbers counts for both.
No figures: dates, years and times of day, ordinals, dockets, names with numbers, addresses, "one" and "a" as articles,
and small numbers in words without their noun ("two of them"); the first half of "two of the eight buildings" may be read or not.
Every figure of a labelled text is labelled, so that precision can be measured. Alternatives are joined by "|". `measure` and
`entity` are labelled where the text is clear, `period` and `as_of` (the first characters of the day) where they are given; an
empty `direction` or `hedge` says that there is none.

A label of tests/data/wire_figures.jsonl is {"file", "quote", "n" (which occurrence, 1 unless set), "value", "unit", "currency",
"hedge", "entity", "measure", "direction", "period", "as_of", "optional"}; a row of "file" alone is a text without figures.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from evidence.context import title_entity
from evidence.figures import figures
from evidence.hedges import meaning
from groundwire.records import Figure

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "tests" / "data" / "wire_figures.jsonl"
TEXTS = ROOT / "examples" / "wire" / "texts"
ATTRIBUTES = ("entity", "measure", "direction", "hedge", "period", "as_of")
TOLERANCE = Decimal("0.001")
"""Relative: a third is 33.3333 in labels."""
_GERMAN = ("stromblatt",)
"""Outlets of the wire that write German."""

Label = Mapping[str, Any]


@dataclass(slots=True)
class Tally:
    """What was found, missed and wrongly found, and for each attribute how many of the labelled ones are right."""

    matched: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ATTRIBUTES, 0))
    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ATTRIBUTES, 0))
    errors: list[str] = field(default_factory=list)

    @property
    def scores(self) -> dict[str, float]:
        """Precision, recall and the accuracy of each attribute over the matched figures, 0 to 1."""
        found, known = self.matched + len(self.wrong), self.matched + len(self.missed)
        return {
            "precision": self.matched / max(found, 1),
            "recall": self.matched / max(known, 1),
            **{name: self.right[name] / max(self.asked[name], 1) for name in ATTRIBUTES},
        }


def labels(path: Path = LABELS) -> dict[str, list[Label]]:
    """The labels of each labelled text, in reading order."""
    by_file: dict[str, list[Label]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_file[row["file"]].extend([row] if "quote" in row else [])
    return dict(by_file)


def measure(by_file: Mapping[str, Sequence[Label]], texts: Path = TEXTS) -> Tally:
    """The tally of labels against what the product reads in their texts."""
    tally = Tally()
    for name in sorted(by_file):
        _, head, body = (texts / name).read_text(encoding="utf-8").split("+++", 2)
        _compare(tally, name, body.strip(), read(head, body.strip(), name), by_file[name])
    return tally


def read(head: str, body: str, name: str) -> tuple[Figure, ...]:
    """The figures of one text of the wire, as a run reads them."""
    published = re.search(r"^published = (\S+)", head, re.MULTILINE)
    title = re.search(r'^title = "(.*)"', head, re.MULTILINE)
    day = datetime.fromisoformat(published[1]) if published else datetime(2026, 11, 1, tzinfo=UTC)
    language = "de" if name.split("-")[1] in _GERMAN else "en"
    return figures(
        body,
        record_id=name,
        record_version=1,
        published=day,
        title_entity=title_entity(title[1], body) if title else None,
        language=language,
    )


def _compare(tally: Tally, name: str, body: str, found: Iterable[Figure], known: Sequence[Label]) -> None:
    free = list(found)
    for label in sorted(known, key=lambda row: bool(row.get("optional"))):
        start = _at(body, label)
        near = [figure for figure in free if figure.start < start + len(label["quote"]) and start < figure.end]
        match = next((figure for figure in near if _same(figure, label)), None)
        if match:
            free.remove(match)
        if label.get("optional"):
            free = [figure for figure in free if figure not in near] if not match else free
        elif match:
            tally.matched += 1
            _attributes(tally, name, match, label)
        else:
            tally.missed.append(f"{name}: missed {label['quote']!r} {label['value']} {label['unit']} got {[_short(f) for f in near]}")
    tally.wrong.extend(f"{name}: wrong {_short(figure)} in {body[max(0, figure.start - 40) : figure.end + 30]!r}" for figure in free)


def _short(figure: Figure) -> tuple[str, str, str, str | None]:
    return figure.quote, f"{figure.value.normalize():f}", figure.unit, figure.currency


def _at(body: str, label: Label) -> int:
    """Where a label's quote stands, counting only whole words and whole numbers."""
    pattern = re.compile(rf"(?<![\w])(?<!\d[.,]){re.escape(label['quote'])}")
    return list(pattern.finditer(body))[label.get("n", 1) - 1].start()


def _same(figure: Figure, label: Label) -> bool:
    value = Decimal(label["value"])
    currencies = {None if name in {"", "-"} else name for name in label.get("currency", "").split("|")}
    return abs(figure.value - value) <= abs(value) * TOLERANCE and figure.unit in label["unit"].split("|") and figure.currency in currencies


def _attributes(tally: Tally, name: str, figure: Figure, label: Label) -> None:
    said = {
        "entity": _entity_right(figure.entity, label) if "entity" in label else None,
        "measure": figure.measure in label["measure"].split("|") if "measure" in label else None,
        "direction": (figure.direction or "") in label.get("direction", "").split("|"),
        "hedge": (meaning(figure.hedge) or "") in label.get("hedge", "").split("|"),
        "period": any(word.lower() in (figure.period or "").lower() for word in label["period"].split("|")) if "period" in label else None,
        "as_of": (figure.as_of.isoformat() if figure.as_of else "").startswith(label["as_of"]) if "as_of" in label else None,
    }
    for attribute, right in said.items():
        if right is None:
            continue
        tally.asked[attribute] += 1
        tally.right[attribute] += right
        if not right:
            given = getattr(figure, attribute)
            tally.errors.append(f"{name}: {attribute} of {figure.quote!r} is {given!r}, labelled {label.get(attribute, '')!r}")


def _entity_right(entity: str | None, label: Label) -> bool:
    words = set((entity or "").casefold().split())
    return bool(words) and any(
        words <= set(name.casefold().split()) or set(name.casefold().split()) <= words for name in label["entity"].split("|")
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the scores; with --show also every error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    parser.add_argument("--show", action="store_true", help="list every error")
    chosen = parser.parse_args(argv)
    tally = measure(labels(chosen.labels), chosen.texts)
    for line in (*tally.missed, *tally.wrong, *tally.errors) if chosen.show else ():
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"figures {tally.matched + len(tally.missed)}\n")
    for name, score in tally.scores.items():
        sys.stdout.write(f"{name:<10} {score:.3f}{f'  of {tally.asked[name]}' if name in tally.asked else ''}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
