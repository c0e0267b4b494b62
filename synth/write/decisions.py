"""Editors' decisions on article versions: hold, approve, reject; each allowed by the table of moves and kept in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from groundwire.errors import MoveError
from groundwire.records import MOVES, Article, ArticleStatus
from groundwire.store import articles
from groundwire.store.database import Database
from synth.write.explain import failing

ACTIONS = {"hold": ArticleStatus.HELD, "approve": ArticleStatus.APPROVED, "reject": ArticleStatus.REJECTED}


def decide(
    db: Database, name: str, action: str, version: int | None, by: str, reason: str, now: datetime, references: Mapping[str, str]
) -> Article:
    """Take one version where an editor sends it, and keep who, why and when.

    An approval names its version and is refused when a citation no longer resolves. Raises NotFoundError or MoveError.
    """
    if action == "approve" and version is None:
        raise MoveError(f"'{name}': approve names a version; say which with --version")
    article = articles.find(db, name, version)
    with db.transaction():
        if action == "approve":
            _still_proved(db, article, references)
        articles.move(db, article.id, article.version, ACTIONS[action])
        articles.review(db, article, action, by, reason, now)
    return articles.get(db, article.id, article.version)


def _still_proved(db: Database, article: Article, references: Mapping[str, str]) -> None:
    lines = failing(db, article, references)
    if lines:
        raise MoveError(f"'{article.slug}' version {article.version} cannot be approved: {lines[0]}")


def publish_approved(db: Database, now: datetime, references: Mapping[str, str]) -> tuple[Article, ...]:
    """Move every approved version whose citations still resolve to published; those that do not stay, for an editor."""
    moved = []
    for article in articles.with_status(db, ArticleStatus.APPROVED):
        if ArticleStatus.PUBLISHED in MOVES[article.status] and not failing(db, article, references):
            articles.move(db, article.id, article.version, ArticleStatus.PUBLISHED)
            moved.append(article)
    return tuple(moved)
