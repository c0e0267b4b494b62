"""What `groundwire explain ARTICLE --review` says: the record of a review, and whether it still holds for what is out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk.record import KIND, Standing, sha256, standing, verify
from groundwire.config import Publication
from groundwire.errors import ConfigError, NotFoundError
from groundwire.records import Article
from groundwire.store import articles
from groundwire.store import desk as store
from groundwire.store.database import Database

REMOVED = "words of it were removed on demand, so that it no longer has the hash that the approval names"


@dataclass(frozen=True, slots=True)
class Verified:
    """The record of a review as it is exported, how it stands, and both in lines."""

    text: str
    standing: Standing
    lines: tuple[str, ...]


def review(db: Database, publication: Publication, name: str, exported: Path | None = None) -> Verified:
    """The newest record of a review of an article, or the one in a file, verified against the approval, the database and the site.

    Raises NotFoundError when there is no such article or record, ConfigError for a file that is no record.
    """
    found = articles.find(db, name)
    kept = store.record(db, found.id)
    if kept is None:
        raise NotFoundError(f"'{found.slug}': no version of it was approved at the desk, so there is no record of a review")
    text = _read(exported) if exported else kept[2]
    record: dict[str, Any] = json.loads(text)
    out = articles.out(db, found.id)
    article = articles.get(db, found.id, out) if out else None
    stands = _named(db, found, text, whole=exported is None) or _stands(publication, record, text, article)
    notes = (REMOVED,) if exported is None and sha256(text) != kept[1] else ()
    return Verified(text, stands, tuple(_lines(record, kept[1] if exported is None else sha256(text), stands, notes)))


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
        if json.loads(text)["kind"] == KIND:
            return text
    except (UnicodeDecodeError, json.JSONDecodeError, TypeError, KeyError):
        pass
    raise ConfigError(f"{path}: is no record of a review; `groundwire explain ARTICLE --review --json` exports one")


def _named(db: Database, article: Article, text: str, *, whole: bool) -> Standing | None:
    """Why a file is not the record that an approval of the article names; None when it is, or when it is the kept one."""
    if whole or sha256(text) in {row["record_sha256"] for row in articles.reviews(db, article.id)}:
        return None
    return Standing(
        False, f"void: no approval of '{article.slug}' names a record with these bytes: it is of another article, or was changed"
    )


def _stands(publication: Publication, record: dict[str, Any], text: str, out: Article | None) -> Standing:
    """How a record stands in the database, and if it holds there, on the site."""
    stored = standing(record, out)
    if not stored.holds or out is None:
        return stored
    page = publication.output / "site" / "articles" / out.slug
    try:
        published = [(page / name).read_text(encoding="utf-8") for name in ("provenance.json", "article.json")]
    except (FileNotFoundError, NotADirectoryError):
        return Standing(True, f"{stored.why}; the site does not show it yet")
    shown = verify(text, *published)
    return Standing(shown.holds, f"{stored.why}, and so has the site" if shown.holds else shown.why)


def _lines(record: dict[str, Any], sha: str, stands: Standing, notes: tuple[str, ...]) -> Iterator[str]:
    by = record["approved_by"]
    decided = Counter(s["decision"] for s in record["sentences"])
    yield f"{record['slug']} version {record['version']}: {stands.why}"
    yield f"approved by {by['name']}, {by['role']}; began {record['began']}, ended {record['ended']}"
    yield f"{len(record['sentences'])} sentences: {', '.join(f'{n} {what}' for what, n in sorted(decided.items()))}"
    yield f"{len(record['actions'])} actions, {len({s['record'] for s in record['sources_opened']})} sources opened"
    if record["unsupported"]:
        yield f"unsupported: {', '.join(map(str, record['unsupported']))}; reason: {record['reason']}"
    yield f"text {record['text_sha256']}"
    yield f"record {sha}"
    yield from notes
