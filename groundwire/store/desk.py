"""What the desk reads and keeps: what waits for an editor, working copies of drafts, what was done to them, records of reviews."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from groundwire.clock import from_text, to_text
from groundwire.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits for an editor, with what speaks against it."""

    slug: str
    version: int
    status: str
    headline: str
    unsupported: int
    """Sentences that readers would see and that no check supports."""
    partly: int
    reasons: tuple[str, ...]
    changed: tuple[str, ...]
    """Notices of cited pages that changed since it was written; it is out then."""
    since: datetime
    edited: bool
    """An editor has begun to work on it."""


_HEADLINE = "(SELECT text FROM sentences s WHERE s.article_id = a.id AND s.version = a.version AND s.section = 'headline')"
_DOUBTED = (
    "(SELECT count(*) FROM sentences s WHERE s.article_id = a.id AND s.version = a.version AND s.cut = 0 AND s.text != '' AND s.kind != 'frame'"
    " AND coalesce(s.verdict, 'unsupported') IN (SELECT value FROM json_each(?)))"
)
_NOTICED = "(SELECT json_group_array(text) FROM corrections c WHERE c.article_id = a.id AND c.kind = 'notice' AND c.at >= a.modified)"
_EDITED = "EXISTS (SELECT 1 FROM drafts d WHERE d.article_id = a.id AND d.version = a.version)"


def waiting(db: Database) -> tuple[Waiting, ...]:
    """Every version that waits for an editor, or whose evidence changed since it went out, oldest first."""
    rows = db.rows(
        f"SELECT slug, version, status, reasons, modified, {_HEADLINE} AS headline, {_DOUBTED} AS unsupported, {_DOUBTED} AS partly,"
        f" CASE status WHEN 'published' THEN {_NOTICED} ELSE '[]' END AS noticed, {_EDITED} AS edited FROM articles a"
        " WHERE status IN ('draft', 'held', 'approved') OR (status = 'published' AND version ="
        f" (SELECT max(version) FROM articles n WHERE n.id = a.id AND n.status = 'published') AND ({_NOTICED} != '[]' OR {_EDITED}))"
        " ORDER BY modified, slug, version",
        (json.dumps(["unsupported", "contradicted"]), json.dumps(["partly"])),
    )
    return tuple(_waiting(row) for row in rows)


def _waiting(row: Row) -> Waiting:
    out = row["status"] == "published"
    return Waiting(
        slug=row["slug"],
        version=row["version"],
        status=row["status"],
        headline=row["headline"] or "",
        unsupported=row["unsupported"],
        partly=row["partly"],
        reasons=() if out else tuple(json.loads(row["reasons"])),
        changed=tuple(json.loads(row["noticed"])),
        since=from_text(row["modified"]),
        edited=bool(row["edited"]),
    )


def forecasts_due(db: Database, now: datetime) -> list[Row]:
    """The open forecasts of articles that are out that are due, the first due first, each with its article's slug."""
    return db.rows(
        "SELECT f.*, (SELECT slug FROM articles a WHERE a.id = f.article_id LIMIT 1) AS slug FROM forecasts f"
        " WHERE outcome = 'open' AND due <= ? AND EXISTS (SELECT 1 FROM articles p WHERE p.id = f.article_id AND p.status = 'published')"
        " ORDER BY due, id",
        (to_text(now),),
    )


def working(db: Database, article_id: str, version: int) -> tuple[int, str] | None:
    """Number and state of the newest revision of a version's working copy, or None when nobody works on it."""
    row = db.one(
        "SELECT revision, state FROM drafts WHERE article_id = ? AND version = ? ORDER BY revision DESC LIMIT 1", (article_id, version)
    )
    return (row["revision"], row["state"]) if row else None


def revision(db: Database, article_id: str, version: int, number: int) -> str | None:
    """The state of one revision of a working copy, or None."""
    row = db.one("SELECT state FROM drafts WHERE article_id = ? AND version = ? AND revision = ?", (article_id, version, number))
    return row["state"] if row else None


KEPT_REVISIONS = 200
"""Revisions of a working copy that can be gone back to."""


def keep(db: Database, article_id: str, version: int, number: int, state: str, by: str, now: datetime) -> None:
    """Store the next revision of a working copy; part of the caller's transaction."""
    row = {"article_id": article_id, "version": version, "revision": number, "state": state, "by": by, "at": to_text(now)}
    db.insert("drafts", row)
    db.execute("DELETE FROM drafts WHERE article_id = ? AND version = ? AND revision <= ?", (article_id, version, number - KEPT_REVISIONS))


def drop(db: Database, article_id: str, version: int) -> None:
    """Forget the working copy of a version that was decided on; what was done to it stays."""
    db.execute("DELETE FROM drafts WHERE article_id = ? AND version = ?", (article_id, version))


def note(
    db: Database, article_id: str, version: int, at: datetime, by: str, role: str, action: str, *, sentence: int | None = None,
    before: str | None = None, after: str | None = None,
) -> None:  # fmt: skip
    """Keep one thing that an editor did to a version; part of the caller's transaction."""
    n = db.rows("SELECT coalesce(max(n), 0) + 1 AS n FROM review_events WHERE article_id = ? AND version = ?", (article_id, version))[0][
        "n"
    ]
    row = {"article_id": article_id, "version": version, "n": n, "at": to_text(at), "by": by, "role": role, "action": action}
    db.insert("review_events", row | {"sentence": sentence, "before": before, "after": after})


def events(db: Database, article_id: str, version: int) -> list[Row]:
    """Everything that editors did to a version, in the order in which they did it."""
    return db.rows("SELECT * FROM review_events WHERE article_id = ? AND version = ? ORDER BY n", (article_id, version))


def keep_record(db: Database, sha256: str, article_id: str, version: int, record: str) -> None:
    """Keep the record of a review by its hash; part of the caller's transaction."""
    db.insert("review_records", {"sha256": sha256, "article_id": article_id, "version": version, "record": record}, or_ignore=True)


def record(db: Database, article_id: str, version: int | None = None) -> tuple[int, str, str] | None:
    """Version, hash and text of the newest record of a review of an article, or of one version of it; None when there is none."""
    row = db.one(
        "SELECT version, sha256, record FROM review_records WHERE article_id = ?1 AND (?2 IS NULL OR version = ?2) ORDER BY version DESC, rowid DESC LIMIT 1",
        (article_id, version),
    )
    return (row["version"], row["sha256"], row["record"]) if row else None


def name_record(db: Database, article_id: str, version: int, sha256: str) -> None:
    """Name the record of a review in the approval that it led to, the newest of that version; part of the caller's transaction."""
    db.execute(
        "UPDATE reviews SET record_sha256 = ? WHERE rowid = (SELECT max(rowid) FROM reviews WHERE article_id = ? AND version = ? AND action = 'approve')",
        (sha256, article_id, version),
    )
