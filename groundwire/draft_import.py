"""Edited drafts taken back: every file is read and checked first, and nothing is changed when one of them fails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from groundwire import draft_files, drafts
from groundwire.config import Publication
from groundwire.draft_files import FileError, Line, Part, Written
from groundwire.errors import DraftError, NotFoundError
from groundwire.records import MOVES, Article, ArticleStatus, Citation, Question, Record, RecordState, Section, Sentence, Target
from groundwire.references import reference_table
from groundwire.store import articles, records
from groundwire.store.database import Database

FILES = "*-v[0-9]*.md"
ACTIONS = {ArticleStatus.APPROVED: "approve", ArticleStatus.REJECTED: "reject", ArticleStatus.HELD: "hold"}
OURS = ("id", "slug", "version", "writer", "form")
"""What says which version a file is of; an editor leaves it as it is."""
KEYS = frozenset({*OURS, "status", "by", "reason", "reasons", "checks"})

_PASSAGE = re.compile(r"`passage (?P<record>[0-9a-f]{12})(?: v(?P<version>\d+) (?P<start>\d+):(?P<end>\d+))?`\s*(?P<rest>.*)$")
_MADE = re.compile(r"`(?:calculation|reference) (?P<key>[0-9a-f]{12})`")
_QUOTE = re.compile(r"[“\"](?P<quote>.+?)[”\"](?:\s+-\s.*)?$")


@dataclass(frozen=True, slots=True)
class Plan:
    """What one file asks for: a new version when its text changed, and a decision when its status did."""

    base: Article
    edited: Article | None
    what: str
    """What changed in the text, in words."""
    to: ArticleStatus | None
    by: str
    reason: str

    @property
    def line(self) -> str:
        """What is done, in a line."""
        done = [f"version {self.base.version} is edited ({self.what})"] if self.edited else []
        done += [f"{'the new version' if self.edited else f'version {self.base.version}'} is {self.to.value}"] if self.to else []
        return f"{self.base.slug}: {'; '.join(done)} by {self.by}"


def plan(db: Database, publication: Publication, directory: Path, now: datetime) -> tuple[Plan, ...]:
    """What the files of a directory ask for, checked; raises DraftError with a line for everything that is wrong."""
    if not directory.is_dir():
        raise NotFoundError(f"'{directory}': no such folder; `groundwire drafts export '{directory}'` writes it")
    plans, faults = [], []
    for path in sorted(directory.glob(FILES)):
        reader = _File(db, publication, path, now)
        found = reader.plan()
        plans += [found] if found else []
        faults += reader.faults
    if faults:
        raise DraftError("\n".join(faults))
    return tuple(plans)


def carry_out(db: Database, plans: Sequence[Plan], now: datetime) -> None:
    """Store new versions and decisions, all or none; belongs under the publication's lock, on plans made under it."""
    from synth import revising

    with db.transaction():
        for wanted in plans:
            target = wanted.base
            if wanted.edited:
                changes = (f"edited by {wanted.by}: {wanted.what}",)
                target = revising.next_version(db, wanted.edited, now, wanted.base.status, changes)
                articles.add(db, target, None)
                articles.review(db, wanted.base, "edit", wanted.by, wanted.reason or f"edited: {wanted.what}", now)
                articles.move(db, wanted.base.id, wanted.base.version, ArticleStatus.REJECTED)
            if wanted.to:
                articles.move(db, target.id, target.version, wanted.to)
                articles.review(db, target, ACTIONS[wanted.to], wanted.by, wanted.reason, now)


class _File:
    """One file: what it asks for, and every fault in it with its line."""

    def __init__(self, db: Database, publication: Publication, path: Path, now: datetime) -> None:
        self.db, self.publication, self.path, self.now = db, publication, path, now
        self.faults: list[str] = []

    def _fault(self, line: int, reason: str) -> None:
        said = f"{self.path}:{line}: {reason}"
        self.faults += [] if said in self.faults else [said]

    def plan(self) -> Plan | None:
        """What the file asks for, or None for nothing, or when it is faulty."""
        try:
            written = draft_files.read(self.path.read_text(encoding="utf-8"))
            base = self._base(written)
        except FileError as error:
            self._fault(error.line, error.reason)
            return None
        except UnicodeDecodeError:
            self._fault(1, "is no UTF-8 text")
            return None
        found = self._edited(written, base)
        to = self._to(written, base)
        if self.faults or not (found.changed or to):
            return None
        if base.status not in drafts.WAITING:
            self._fault(written.line_of("version"), f"version {base.version} is {base.status.value} by now; export again and edit that")
            return None
        newest = articles.find(self.db, base.id)
        if found.changed and newest.version > base.version and newest.status is not ArticleStatus.REJECTED:
            said = f"there is a version {newest.version} by now ({newest.status.value}); edit that, or give this one the status rejected"
            self._fault(written.line_of("version"), said)
            return None
        return self._decided(written, base, found, to)

    def _base(self, written: Written) -> Article:
        """The version that the file was written of; raises FileError."""
        front = written.front
        for key in front.keys() - KEYS:
            raise FileError(written.line_of(key), f"'{key}' is no key of a draft; they are {', '.join(sorted(KEYS))}")
        for key, kind in (("id", str), ("version", int), ("status", str), ("slug", str)):
            if not isinstance(front.get(key), kind):
                raise FileError(written.line_of(key), f"'{key}' is missing or is no {'number' if kind is int else 'text'}")
        try:
            base = articles.get(self.db, front["id"], front["version"])
        except NotFoundError as error:
            raise FileError(written.line_of("version"), f"there is no version {front['version']} of '{front['slug']}' here") from error
        for key in OURS:
            if front.get(key) != getattr(base, key):
                raise FileError(written.line_of(key), f"'{key}' is {getattr(base, key)!r} and cannot be changed")
        return base

    def _edited(self, written: Written, base: Article) -> Any:
        from synth import edited, revising

        cited = _Citations(self.db, base, written)
        text = self._text(written, cited)
        lines = list(draft_files.every(written))
        found = edited.edit(base, text, revising.sources_of(self.db, self.publication, base, self.now), cited.new)
        for n, reason in found.faults:
            self._fault(lines[n - 1].n, reason)
        for label in (u for u in found.unborne if u.blocks):
            of_kind = [part for part in written.parts if part.what == label.what]
            said = "; ".join(f"{f.check}: {f.message}" for f in label.findings)
            self._fault(of_kind[label.index].n, f"is not borne by the passages under it: {said}")
        return found

    def _text(self, written: Written, cited: _Citations) -> Any:
        from synth.edited import Text

        def sentence(line: Line) -> Sentence:
            try:
                return Sentence(line.text, line.kind, cited.of(line), cut=line.cut, lead=line.lead)
            except FileError as error:
                self._fault(error.line, error.reason)
                return Sentence(line.text, line.kind, cut=True)

        def paragraphs(part: Part) -> tuple[tuple[Sentence, ...], ...]:
            return tuple(tuple(map(sentence, p)) for p in part.paragraphs)

        def together(part: Part) -> tuple[Sentence, ...]:
            return tuple(s for p in paragraphs(part) for s in p)

        headline, dek = sentence(written.headline), sentence(written.dek)
        self._in_order(written)
        return Text(
            headline,
            dek,
            tuple(Section(p.heading, paragraphs(p)) for p in written.parts if p.what == "section"),
            tuple(s for p in written.parts if p.what == draft_files.SO_FAR for s in together(p)),
            tuple(Question(p.heading or "", together(p)) for p in written.parts if p.what == draft_files.QUESTION),
        )

    def _in_order(self, written: Written) -> None:
        """Sections, then the story so far, then questions: the order in which sentences are numbered."""
        ranks = [("section", draft_files.SO_FAR, draft_files.QUESTION).index(p.what) for p in written.parts]
        for before, after, part in zip(ranks, ranks[1:], written.parts[1:], strict=False):
            if after < before:
                first = next((line.n for p in part.paragraphs for line in p), 1)
                self._fault(first, "sections stand first, then the story so far, then the questions")

    def _to(self, written: Written, base: Article) -> ArticleStatus | None:
        """The status that an editor gave, when it is another; what is no status, or no move, is a fault."""
        said, at = written.front["status"], written.line_of("status")
        if said == base.status.value or (base.status not in drafts.WAITING and said in {s.value for s in drafts.WAITING}):
            return None
        if said not in {s.value for s in ACTIONS}:
            self._fault(at, f"the status '{said}' cannot be given in a file; write approved, rejected or held")
            return None
        to = ArticleStatus(said)
        if to not in MOVES[base.status]:
            self._fault(at, f"version {base.version} is {base.status.value} and cannot become {said}")
        return to

    def _decided(self, written: Written, base: Article, found: Any, to: ArticleStatus | None) -> Plan | None:
        from synth import pipeline
        from synth.edited import unproved

        by, reason = (str(written.front.get(key, "")).strip() for key in ("by", "reason"))
        if not by:
            self._fault(written.line_of("by"), "says nobody: whoever edits or decides gives a name in 'by'")
        if to and not reason:
            self._fault(written.line_of("reason"), "gives no reason: a decision says why in 'reason'")
        if to is ArticleStatus.APPROVED:
            lines = list(draft_files.every(written))
            for n, why in unproved(found.article):
                self._fault(lines[n - 1].n, f"cannot be approved with this sentence: {why}")
            for line in pipeline.failing(self.db, found.article, reference_table(self.publication)):
                self._fault(written.line_of("status"), f"cannot be approved: {line}")
        if self.faults:
            return None
        what = f"{found.changed} {'change' if found.changed == 1 else 'changes'}" + (f", {found.struck} struck" if found.struck else "")
        return Plan(base, found.article if found.changed else None, what, to, by, reason)


class _Citations:
    """What the footnotes of a file lead to: the version's own citations, or passages that an editor found."""

    def __init__(self, db: Database, base: Article, written: Written) -> None:
        self._db = db
        self._notes = written.notes
        own = [c for _, _, s in articles.numbered(base) for c in s.citations]
        self._own = set(own)
        self._made = {drafts.key_of(c): c for c in own if c.target is not Target.PASSAGE}
        self._found: dict[str, Citation] = {}
        self.new: list[Record] = []
        """Records that new citations lead to."""

    def of(self, line: Line) -> tuple[Citation, ...]:
        """The citations of a sentence; raises FileError with the line of the footnote that leads nowhere."""
        return tuple(self._cited(line.n, name) for name in line.marks)

    def _cited(self, n: int, name: str) -> Citation:
        if name not in self._notes:
            raise FileError(n, f"there is no footnote [^{name}]")
        if name not in self._found:
            self._found[name] = self._read(*self._notes[name])
        return self._found[name]

    def _read(self, n: int, text: str) -> Citation:
        if made := _MADE.match(text):
            if made["key"] not in self._made:
                raise FileError(
                    n, "is no calculation and no reference row of this draft; an editor cites those that are there, or passages"
                )
            return self._made[made["key"]]
        passage = _PASSAGE.match(text)
        if passage is None:
            raise FileError(n, "is no citation: write `passage RECORD` and the words in quotation marks")
        record = records.get(self._db, passage["record"])
        if record is None:
            raise FileError(n, f"there is no record {passage['record']}")
        citation = _at_offsets(n, passage, record) if passage["start"] else _by_words(n, passage["rest"], record)
        if citation not in self._own:
            if record.state is not RecordState.READ:
                raise FileError(n, f"record {record.id} cannot be cited: it is {record.state.value} ({record.reason or 'no reason kept'})")
            self.new.append(record)
        return citation


def _at_offsets(n: int, found: re.Match[str], record: Record) -> Citation:
    start, end = int(found["start"]), int(found["end"])
    quote = record.text[start:end]
    if int(found["version"]) != record.version or not quote or len(quote) != end - start:
        raise FileError(n, f"record {record.id} version {found['version']} has no characters {start} to {end}")
    said = "“" + draft_files.escaped(quote) + "”"
    if not found["rest"].startswith(said):
        raise FileError(n, f"record {record.id} does not say that at {start} to {end}; it says {said}")
    return Citation(Target.PASSAGE, record.id, record.version, start, end, quote)


def _by_words(n: int, rest: str, record: Record) -> Citation:
    from evidence.quotation import find_quote

    quoted = _QUOTE.match(rest)
    span = find_quote(draft_files.unescaped(quoted["quote"]), record.text) if quoted else None
    if span is None:
        raise FileError(n, f"record {record.id} does not say that: the words in quotation marks are not in its text")
    return Citation(Target.PASSAGE, record.id, record.version, *span, record.text[slice(*span)])
