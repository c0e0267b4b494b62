"""The site as editors see it before it is out: with the drafts, each marked as one, in a folder of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from groundwire import log
from groundwire.clock import to_text
from groundwire.config import Publication
from groundwire.records import Article, ArticleStatus
from groundwire.store import articles, running
from groundwire.store import site as counts
from groundwire.store.database import Database
from groundwire.store.site import Out
from publish.pages import Press, Whole
from publish.printing import Printing, owners_of, site_of, sources_of
from publish.site import Tree
from publish.views import UNPUBLISHED, article_view


def preview(db: Database, publication: Publication, folder: Path, now: datetime) -> str:
    """Build what is out together with the drafts into `folder`; the name of the tree.

    Nothing of it reaches the publication's own output, and the database is only read. `now` is that of a build. Raises BuildError
    as a build does.
    """
    tree = Tree(folder, urlsplit(publication.settings.site.url).path or "/")
    edition = Printing(db, publication, tree, log.silent, drafts=_drafts(db))
    edition.articles()
    edition.lists(now)
    name = tree.finish()
    if name:
        tree.switch(name)
    return name or tree.live or ""


def page_of(db: Database, publication: Publication, article: Article) -> bytes:
    """The page that a version would be, exactly the site's, marked as a draft; raises KeyError when a record that it cites is not stored."""
    shown = article if article.status in UNPUBLISHED else replace(article, status=ArticleStatus.DRAFT, reasons=())
    site = replace(site_of(publication, counts.out(db), articles.threads(db)), preview=True, search=False)
    write = publication.settings.write
    cited, lineage = sources_of(db, shown, owners_of(publication))
    whole = Whole(shown, article_view(shown, cited, lineage, site), cited, lineage, [shown], running.of_articles(db, [shown.id]))
    press = Press(site, publication.templates, (write.min_records, write.min_independent))
    return next(press.article(whole)).content


def static(publication: Publication) -> dict[str, bytes]:
    """What the site's pages have beside them, by name: the style sheet with the look, pictures."""
    write = publication.settings.write
    press = Press(site_of(publication, (), ()), publication.templates, (write.min_records, write.min_independent))
    return {file.path.removeprefix("static/"): file.content for file in press.static()}


def _drafts(db: Database) -> list[Out]:
    """The newest version of each article when it is not out, under an address that no published article has."""
    waiting = {a.id: a for a in articles.with_status(db, *UNPUBLISHED)}
    return [_out(a) for a in waiting.values() if a.version == articles.versions(db, a.id)[-1][0]]


def _out(draft: Article) -> Out:
    slug = f"draft-{draft.version}-{draft.slug}"[:80].rstrip("-")
    row = f"{draft.status.value} {draft.reasons} {draft.corrections}"
    return Out(draft.id, slug, draft.version, draft.thread_id, to_text(draft.published), row)
