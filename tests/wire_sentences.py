"""Labelled sentences against the sample wire, and the product's findings on them, given the sources as a run gives them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from evidence.checks import verdict
from evidence.independence import independent_groups
from groundwire.config import Settings
from groundwire.records import (
    Citation,
    Finding,
    Outlet,
    OutletKind,
    Record,
    RecordState,
    Sentence,
    SentenceKind,
    Severity,
    Target,
    Theme,
    Verdict,
    short_id,
    text_sha256,
)
from groundwire.templating import data_path
from groundwire.wire import Text, Wire
from synth.find.copies import find_copies
from synth.find.lens import load_lens
from synth.write import forms, proof
from synth.write.sources import Sources

DATA = Path(__file__).parent / "data"
HALVES = ("dev", "held")
CLEAN = "clean"


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage word for word; version 1 of a text is the one before its correction."""

    text: str
    quote: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence with what it cites, its fault or `clean`, and the checks whose finding names that fault."""

    id: str
    text: str
    kind: SentenceKind
    fault: str
    expected: frozenset[str]
    cites: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled sentence with what the product finds on it."""

    item: Labelled
    findings: tuple[Finding, ...]
    verdict: Verdict | None
    """None for a frame, which claims nothing."""

    @property
    def flagged(self) -> bool:
        """Whether it is cut, held, or not called supported; a note alone is no flag."""
        return self.verdict not in {Verdict.SUPPORTED, None} or any(f.severity is not Severity.NOTE for f in self.findings)

    @property
    def rightly(self) -> bool:
        """Whether a finding that flags it names the fault."""
        return self.flagged and any(f.check in self.item.expected for f in self.findings)


def load(half: str) -> tuple[Labelled, ...]:
    """The sentences of a half, in the order of the file."""
    return read(f"wire_sentences_{half}.toml")


def read(name: str) -> tuple[Labelled, ...]:
    """The sentences of a file of this form."""
    with (DATA / name).open("rb") as file:
        return tuple(map(_labelled, tomllib.load(file)["sentence"]))


def _labelled(row: Mapping[str, object]) -> Labelled:
    cites = tuple(Cited(**cited) for cited in row["cites"])  # type: ignore[attr-defined]
    expected = frozenset(row.get("expected", ()))  # type: ignore[call-overload]
    return Labelled(str(row["id"]), str(row["text"]), SentenceKind(str(row["kind"])), str(row.get("fault", CLEAN)), expected, cites)


@cache
def wire() -> Wire:
    return Wire.load(data_path("examples/wire"))


@cache
def end() -> datetime:
    """A moment after everything: all texts are out and every correction is made."""
    return max(text.published for text in wire().texts) + timedelta(hours=3)


@cache
def texts() -> Mapping[str, Text]:
    return {text.key: text for text in wire().texts}


def record_of(text: Text, version: int | None = None) -> Record:
    """A text as reading it stores it: the version of that number, without one the version that stands at the end."""
    latest = 2 if text.correction else 1
    number = version or latest
    at = end() if number == latest else text.published
    page, body = short_id("page", text.url), text.body(at)
    identity = (short_id(page, str(number)), page, number, text.url, text.url, text.outlet.name, text.title_at(at), text.author)
    return Record(*identity, text.outlet.language, text.published, text.modified(at), body, text_sha256(body), RecordState.READ)


@cache
def outlets() -> Mapping[str, Outlet]:
    return {o.name: Outlet(o.name, OutletKind(o.kind), o.owner, 0.8, False) for o in wire().outlets}


@cache
def sources() -> Sources:
    """The whole wire as the sources of one theme: every page that may be read, as it stands at the end, altered copies left out."""
    return of_records(tuple(record_of(t) for t in wire().texts if not (t.gone or t.paywalled or t.reserved or t.disallowed)))


def of_records(told: Sequence[Record], archive: tuple[Record, ...] = ()) -> Sources:
    """Records of the wire as the sources of one theme; `archive` holds earlier versions that may still be cited."""
    ordered = sorted(told, key=_order)
    copies = find_copies(ordered, outlets())
    altered = {c.record_id for c in copies if c.altered}
    found = tuple(r for r in ordered if r.id not in altered)
    groups = independent_groups(found, {c.record_id: c for c in copies}, outlets())
    theme = Theme("wire", (), tuple(r.id for r in found), (), (), len(groups), True, "the whole wire")
    lens = load_lens(Path(data_path("templates")) / "lenses" / "ai-stack.toml")
    known, form = tuple(outlets().values()), forms.load("ledger", None)
    return Sources(theme, found, (), copies, (), (), known, groups, lens, form, Settings(), (), end(), archive)


def _order(record: Record) -> tuple[datetime, str, int]:
    return record.order


def sentence_of(item: Labelled) -> Sentence:
    return Sentence(item.text, item.kind, tuple(citation_of(record_of(texts()[c.text], c.version), c.quote) for c in item.cites))


def citation_of(record: Record, quote: str) -> Citation:
    """A citation of words that the record holds; raises ValueError when it does not."""
    start = record.text.index(quote)
    return Citation(Target.PASSAGE, record.id, record.version, start, start + len(quote), quote)


def judge(item: Labelled, given: Sources | None = None) -> Judged:
    """What the product finds on a labelled sentence and what it says of it."""
    sentence = sentence_of(item)
    found = proof.findings(sentence, given or sources())
    said = None if item.kind is SentenceKind.FRAME else verdict(found, bool(sentence.citations))
    return Judged(item, found, said)


def judged(half: str) -> tuple[Judged, ...]:
    return tuple(map(judge, load(half)))


def share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0
