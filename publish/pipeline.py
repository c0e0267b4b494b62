"""The publish stage: articles that are out become a tree of pages, which is switched in whole."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from groundwire import log
from groundwire.config import Publication
from groundwire.records import Failure, StageReport
from groundwire.store import failures
from groundwire.store.database import Database
from publish import history, preview, wording
from publish.mirroring import mirror
from publish.moved import relink
from publish.printing import Printing
from publish.site import Tree, roll_back

at_passage = wording.at_passage
changes = history.changes
page_of = preview.page_of
static = preview.static

COLLECTED_EACH = 50_000
"""Containers made between two collections during a build (Python: 700); 400 articles take 1 MB more with none at all."""


def build(
    db: Database, publication: Publication, now: datetime, *, progress: log.Progress, to: Path | None = None, checked: bool = True
) -> StageReport:
    """Build the site of all articles that are out, check it, and switch it in; with `to`, mirror it into a plain folder.

    Only articles whose pages would change are read, proved and written, and the pages that list them. Every citation of
    theirs is proved first: an article with one that does not resolve is left out of the site, all of its pages and every link to
    it, and is reported; it comes back when it resolves again. `now` dates failures, and decides what the news sitemap and
    security.txt hold; everything else is the same for the same database and settings. `checked` False leaves the checks of
    pages and links out, for measuring what they cost. Raises BuildError when the new tree fails its checks, and OSError when it
    cannot be written; the live tree then stays as it is.
    """
    with _seldom_collected():
        return _build(db, publication, now, progress, to, checked)


def _build(db: Database, publication: Publication, now: datetime, progress: log.Progress, to: Path | None, checked: bool) -> StageReport:
    relink(publication.output)
    tree = Tree(publication.output, urlsplit(publication.settings.site.url).path or "/", checked=checked)
    edition = Printing(db, publication, tree, progress)
    failed = edition.articles()
    edition.lists(now)
    new = _note(db, edition.proved, failed, now)
    name = tree.finish()
    if name:
        tree.switch(name)
    copied = mirror(publication.output / "site", to) if to else 0
    done = (
        ("articles", len(edition.site.articles)),
        ("files", tree.files),
        ("files changed", tree.written),
        ("articles left out", len(failed)),
    )
    notes = (("the site is switched",) if name else ("the site was already as it should be",)) + (
        (f"{to}: {copied} files changed",) if to else ()
    )
    return StageReport("publish", done, new, notes)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """What a build makes holds no cycles worth the name; looking for them as often as Python does takes a twelfth of its time."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_EACH, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def rollback(publication: Publication) -> StageReport:
    """Show the tree that was live before the live one; raises NotFoundError when none is kept.

    The articles stay as they are, so the next build that changes something goes forward again.
    """
    name = roll_back(publication.output)
    return StageReport("publish", (), (), (f"the site is switched back to {name}; the next build goes forward again",))


def _note(db: Database, proved: Collection[str], failed: Sequence[Failure], now: datetime) -> tuple[Failure, ...]:
    with db.transaction():
        for slug in sorted(proved):
            failures.clear(db, "article", slug, now)
        return tuple(failure for failure in failed if failures.note(db, failure, now))
