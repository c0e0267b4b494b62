"""The versions of an article, each against the one before, word by word where a sentence was rewritten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from evidence.diff import Mark, word_diff
from groundwire.records import Article, ArticleStatus
from groundwire.store.articles import numbered
from publish.wording import DateView, clean, counted, date_view

REWRITTEN = 0.5
"""Share of words that two sentences have in common when one is shown as the other rewritten; below, one went and one came.
At 0.5 the sample wire's updates show moved figures inside their sentences and no patchwork of two unrelated ones."""


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence that changed: `kind` is gone, new or rewritten; the pieces say which words."""

    kind: str
    pieces: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    number: int
    date: DateView
    retracted: bool
    headline: str
    changes: tuple[str, ...]
    """What the version itself says that it changed."""
    diff: tuple[Change, ...]
    kept: str
    summary: str


def versions_of(versions: Sequence[Article], zone: ZoneInfo) -> tuple[VersionView, ...]:
    """Newest first, each with what it changed in the text that readers see."""
    views: list[VersionView] = []
    before: list[str] | None = None
    for article in sorted(versions, key=lambda a: a.version):
        lines = [clean(s.text) for _, _, s in numbered(article) if not s.cut]
        views.append(_version(article, before, lines, zone))
        before = lines
    return tuple(reversed(views))


def _version(article: Article, before: list[str] | None, lines: list[str], zone: ZoneInfo) -> VersionView:
    diff = tuple(changes(before, lines)) if before is not None else ()
    same = len(lines) - sum(change.kind != "gone" for change in diff)
    return VersionView(
        number=article.version,
        date=date_view(article.modified, zone),
        retracted=article.status is ArticleStatus.RETRACTED,
        headline=clean(article.headline.text),
        changes=tuple(clean(c) for c in article.method.changes),
        diff=diff,
        kept=f"{counted(same, 'sentence')} unchanged",
        summary=_summary(diff),
    )


def _summary(diff: tuple[Change, ...]) -> str:
    counts = [
        (sum(c.kind == kind for c in diff), word) for kind, word in (("rewritten", "rewritten"), ("gone", "removed"), ("new", "added"))
    ]
    said = [f"{n:,} {word}" for n, word in counts if n]
    return f"Sentences: {', '.join(said)}" if said else ""


def changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    """What became of the sentences of one text in another, in reading order; what stayed is left out."""
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from _paired(before[a:b], after[c:d])


def _paired(gone: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Sentences of the new text in order, each as the likest one that went rewritten, or as new; then what is left of those that went."""
    left = list(gone)
    for sentence in new:
        likest = max(left, key=lambda old: _likeness(old, sentence), default=None)
        if likest is not None and _likeness(likest, sentence) >= REWRITTEN:
            left.remove(likest)
            yield Change("rewritten", _joined(word_diff(likest, sentence)))
        else:
            yield Change("new", (Mark("new", sentence),))
    yield from (Change("gone", (Mark("gone", sentence),)) for sentence in left)


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _joined(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Changed words with only white space between them as one change, so that a phrase is read as a phrase."""
    out: list[Mark] = []
    gone = new = ""
    for i, mark in enumerate(marks):
        inside = mark.kind == "same" and not mark.text.strip() and (gone or new) and i + 1 < len(marks)
        if mark.kind == "gone" or inside:
            gone += mark.text
        if mark.kind == "new" or inside:
            new += mark.text
        if mark.kind == "same" and not inside:
            out += [*_pair(gone, new), mark]
            gone = new = ""
    return (*out, *_pair(gone, new))


def _pair(gone: str, new: str) -> list[Mark]:
    return [Mark(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]
