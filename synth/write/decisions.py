"""Editors' decisions on article versions: hold, approve, reject, retract; each allowed by the table of moves and kept in the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from groundwire.errors import MoveError
from groundwire.records import MOVES, Article, ArticleStatus
from groundwire.store import articles, running
from groundwire.store.database import Database
from synth.write.explain import failing

ACTIONS = {
    "hold": ArticleStatus.HELD,
    "approve": ArticleStatus.APPROVED,
    "reject": ArticleStatus.REJECTED,
    "retract": ArticleStatus.RETRACTED,
}


def meant(db: Database, name: str, action: str, version: int | None) -> Article:
    """The version that a decision is about: the one named, else for a retraction what is out, else the newest; raises NotFoundError."""
    return articles.find(db, name, version or (articles.out(db, name) if action == "retract" else None))


def decide(
    db: Database, name: str, action: str, version: int | None, by: str, reason: str, now: datetime, references: Mapping[str, str]
) -> Article:
    """Take one version where an editor sends it, and keep who, why and when.

    An approval names its version and is refused when a citation no longer resolves; with a retraction, versions that were
    approved and are not out yet go back to an editor. Raises NotFoundError or MoveError.
    """
    if action == "approve" and version is None:
        raise MoveError(f"'{name}': approve names a version; say which with --version")
    with db.transaction():
        article = meant(db, name, action, version)
        if action == "approve":
            _still_proved(db, article, references)
        articles.move(db, article.id, article.version, ACTIONS[action])
        articles.review(db, article, action, by, reason, now)
        for other in articles.with_status(db, ArticleStatus.APPROVED) if action == "retract" else ():
            if other.id == article.id:
                articles.move(db, other.id, other.version, ArticleStatus.HELD)
                articles.review(db, other, "hold", by, f"the article was retracted: {reason}", now)
    return articles.get(db, article.id, article.version)


def _still_proved(db: Database, article: Article, references: Mapping[str, str]) -> None:
    if not article.headline.text or article.headline.cut:
        raise MoveError(f"'{article.slug}' version {article.version} cannot be approved: it has no headline")
    lines = failing(db, article, references)
    if lines:
        raise MoveError(f"'{article.slug}' version {article.version} cannot be approved: {lines[0]}")


def publish_approved(db: Database, now: datetime, references: Mapping[str, str]) -> tuple[Article, ...]:
    """Move every approved version whose citations still resolve to published; those that do not stay, for an editor."""
    moved = []
    for article in articles.with_status(db, ArticleStatus.APPROVED):
        if ArticleStatus.PUBLISHED in MOVES[article.status] and not failing(db, article, references):
            with db.transaction():
                articles.move(db, article.id, article.version, ArticleStatus.PUBLISHED)
                running.decide(db, article.decided, now)
            moved.append(article)
    return tuple(moved)
