"""The site as editors see it before it is out: with the drafts, each marked as one, in a folder of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from groundwire import log
from groundwire.config import Publication
from groundwire.records import Article
from groundwire.store import articles
from groundwire.store.database import Database
from publish.pipeline import fill, owners_of, press_of, references_of, site_of, sound_of
from publish.site import Tree
from publish.views import UNPUBLISHED


def preview(db: Database, publication: Publication, folder: Path) -> str:
    """Build what is out together with the drafts into `folder`; the name of the tree.

    Nothing of it reaches the publication's own output, and the database is only read. Raises BuildError as a build does.
    """
    out, _ = sound_of(db, [*articles.live(db), *_drafts(db)], references_of(publication))
    site = replace(site_of(publication, out, articles.threads(db)), preview=True)
    tree = Tree(folder, urlsplit(site.url).path or "/")
    fill(db, tree, press_of(publication, site, out), out, site, owners_of(publication), log.silent)
    name = tree.finish()
    if name:
        tree.switch(name)
    return name or tree.live or ""


def _drafts(db: Database) -> list[Article]:
    """The newest version of each article when it is not out, under an address that no published article has."""
    waiting = {a.id: a for a in articles.with_status(db, *UNPUBLISHED)}
    newest = [a for a in waiting.values() if a.version == articles.versions(db, a.id)[-1][0]]
    return [replace(a, slug=f"draft-{a.version}-{a.slug}"[:80].rstrip("-")) for a in newest]
