"""The publish stage: articles that are out become a tree of pages, which is switched in whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from evidence.citations import prove
from evidence.independence import independent_groups
from groundwire import log
from groundwire.clock import from_text
from groundwire.config import Publication
from groundwire.outlets_file import read_outlets
from groundwire.records import Article, ArticleStatus, Failure, Outlet, OutletKind, Record, StageReport, Verdict
from groundwire.references import reference_table
from groundwire.store import articles, derived, failures, records, running
from groundwire.store import site as counts
from groundwire.store.database import Database, Row
from publish.edition import Gathering
from publish.moved import relink
from publish.notes import Lineage, spans_of
from publish.pages import Press, Whole, kept
from publish.site import Tree, mirror
from publish.syndication import IN_FEEDS, Entry
from publish.views import Retraction, Site, article_view
from publish.wording import SLUG, at_passage, clean, contact_link, counted, date_view

_OUT = (ArticleStatus.PUBLISHED, ArticleStatus.RETRACTED)
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur", "yi"})


def build(db: Database, publication: Publication, now: datetime, *, progress: log.Progress, to: Path | None = None) -> StageReport:
    """Build the site of all articles that are out, check it, and switch it in; with `to`, mirror it into a plain folder.

    Every citation is proved again first. An article with one that does not resolve is left out of the site, all of its
    pages and every link to it, and is reported; it comes back when it resolves again. `now` dates failures, never pages:
    the same database and settings give the same bytes. Raises BuildError when the new tree fails its checks, and
    OSError when it cannot be written; the live tree then stays as it is.
    """
    sound, failed = _sound(db, _live(db), reference_table(publication))
    new = _note(db, sound, failed, now)
    site = site_of(publication, sound, articles.threads(db))
    relink(publication.output)
    tree = Tree(publication.output, urlsplit(site.url).path or "/")
    _fill(db, tree, _press(publication, site, sound), sound, site, _owners(publication), progress)
    name = tree.finish()
    if name:
        tree.switch(name)
    copied = mirror(publication.output / "site", to) if to else 0
    done = (
        ("articles", len(sound)),
        ("files", tree.files),
        ("files changed", tree.written if name else 0),
        ("articles left out", len(failed)),
    )
    notes = (("the site is switched",) if name else ("the site was already as it should be",)) + (
        (f"{to}: {copied} files changed",) if to else ()
    )
    return StageReport("publish", done, new, notes)


def site_of(publication: Publication, out: Sequence[Article], threads: Sequence[Row]) -> Site:
    """What every page knows of its publication."""
    settings = publication.settings
    notice = settings.site.look.get("notice")
    return Site(
        title=clean(settings.site.title),
        url=settings.site.url,
        language=settings.site.language,
        direction="rtl" if settings.site.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        zone=ZoneInfo(settings.site.timezone),
        policy=settings.gate.policy,
        notice=clean(notice) if notice else None,
        contact=settings.site.contact,
        contact_link=contact_link(settings.site.contact, clean(settings.site.title)),
        responsible=clean(settings.site.responsible) if settings.site.responsible else None,
        reserved=settings.site.reservation == "tdm",
        articles=frozenset(a.slug for a in out),
        threads={row["id"]: (row["slug"], row["title"]) for row in threads if SLUG.fullmatch(row["slug"])},
    )


def fault_of(db: Database, article: Article, references: Mapping[str, str]) -> str | None:
    """Why an article must not be built, or None: a slug that is no slug, or the first citation that does not resolve."""
    if not SLUG.fullmatch(article.slug):
        return f"the slug {article.slug!r} is no slug"
    text_of = cache(lambda record, version: records.text_of(db, record, version))
    proof = cache(lambda citation: prove(citation, text_of, references.get))
    for n, _, sentence in articles.numbered(article):
        for citation in () if sentence.cut else sentence.citations:
            reason = proof(citation)
            if reason:
                return f"sentence {n}: {reason}"
    return None


def _live(db: Database) -> list[Article]:
    """What is out, each version with who approved its text; the reason too where a sentence stands that no check supports."""
    return [reviewed(article, articles.approval(db, article)) for article in articles.live(db)]


def reviewed(article: Article, approval: tuple[str, str] | None) -> Article:
    """An article with its approval in the note on method."""
    if approval is None:
        return article
    by, reason = approval
    doubted = sum(not s.cut and s.verdict in (Verdict.UNSUPPORTED, Verdict.CONTRADICTED) for _, _, s in articles.numbered(article))
    said = (f"approved by {by} although {counted(doubted, 'sentence')} did not pass the checks: {reason}",) if doubted else ()
    return replace(article, method=replace(article.method, reviewed_by=by, changes=(*article.method.changes, *said)))


def _sound(db: Database, live: Sequence[Article], references: Mapping[str, str]) -> tuple[list[Article], list[Failure]]:
    sound, failed = [], []
    for article in live:
        fault = fault_of(db, article, references)
        if fault:
            failed.append(Failure("article", article.slug, f"left out of the site: {fault}"))
        else:
            sound.append(article)
    return sound, failed


def _note(db: Database, sound: Sequence[Article], failed: Sequence[Failure], now: datetime) -> tuple[Failure, ...]:
    with db.transaction():
        for article in sound:
            failures.clear(db, "article", article.slug, now)
        return tuple(failure for failure in failed if failures.note(db, failure, now))


def _owners(publication: Publication) -> dict[str, str]:
    return {name: outlet.owner for name, outlet in read_outlets(publication.outlets_file).items() if outlet.owner}


def _press(publication: Publication, site: Site, out: Sequence[Article]) -> Press:
    newest = max((a.published for a in out), default=None)
    month = f"archive/{newest.astimezone(site.zone):%Y-%m}/index.html" if newest else None
    write = publication.settings.write
    return Press(site, publication.templates, month, (write.min_records, write.min_independent))


def _fill(
    db: Database, tree: Tree, press: Press, out: Sequence[Article], site: Site, owners: Mapping[str, str], progress: log.Progress
) -> None:
    """Every file of the site, the front page last."""
    gathering, entries = Gathering(site), []
    in_feeds = {a.id for a in sorted(out, key=lambda a: (a.published, a.slug))[-IN_FEEDS:]}
    for done, whole in enumerate(_wholes(db, out, site, owners), 1):
        for file in press.article(whole):
            tree.add(file)
        gathering.add(whole.article, whole.view, whole.records)
        if whole.article.id in in_feeds:
            entries.append((whole.article.published, whole.article.slug, press.entry(whole.view, whole.article)))
        progress("publish", done, len(out))
    edition = gathering.edition(counts.article_counts(db))
    for file in press.lists(edition):
        tree.add(file)
    for file in press.feeds(edition, _newest_first(entries)):
        tree.add(file)
    log.event("feeds written")
    tree.add(press.front(edition))


def _newest_first(entries: list[tuple[datetime, str, Entry]]) -> list[Entry]:
    return [entry for _, _, entry in sorted(entries, key=lambda e: (e[0], e[1]), reverse=True)]


def _wholes(db: Database, out: Sequence[Article], site: Site, owners: Mapping[str, str]) -> Iterator[Whole]:
    """Each article with its view, its records and its published versions."""
    for article in out:
        cited, lineage = _sources(db, article, owners)
        versions = [
            article if n == article.version else articles.get(db, article.id, n)
            for n, status, _ in articles.versions(db, article.id)
            if status in _OUT
        ]
        view = article_view(article, cited, lineage, site, _retraction(db, article, site))
        yield Whole(article, view, cited, lineage, versions, running.of_articles(db, [article.id]))


def _sources(db: Database, article: Article, owners: Mapping[str, str]) -> tuple[dict[str, Record], Lineage]:
    """The records that an article cites, and the independent sources of them and of the other records of its theme."""
    cited = {record for s in kept(article) for c in s.citations for record, _, _ in spans_of(c)}
    origins = counts.origins(db, cited | set(article.theme.record_ids))
    known = {r.id: r for r in records.many(db, cited | set(article.theme.record_ids) | set(origins.values()))}
    kinds = {name: said for name, kind, *_ in article.method.outlets for said in OutletKind if kind.partition(",")[0] == said}
    outlets = {r.outlet: Outlet(r.outlet, kinds.get(r.outlet, OutletKind.REPORT), owners.get(r.outlet)) for r in known.values()}
    groups = independent_groups(tuple(known.values()), derived.copies(db, known), outlets)
    lineage = Lineage({r: group[0] for group in groups for r in group}, {i: r.outlet for i, r in known.items()})
    return {i: r for i, r in known.items() if i in cited}, lineage


def _retraction(db: Database, article: Article, site: Site) -> Retraction | None:
    if article.status is not ArticleStatus.RETRACTED:
        return None
    decisions = [r for r in articles.reviews(db, article.id) if r["action"] == "retract"]
    if not decisions:
        return Retraction(article.modified, "This article was withdrawn. It stays here so that links to it keep their meaning.")
    last = decisions[-1]
    at = from_text(last["at"])
    return Retraction(at, f"Withdrawn on {date_view(at, site.zone).day} by {clean(last['by'])}: {clean(last['reason'])}")


def page_of(db: Database, publication: Publication, article: Article) -> bytes:
    """The page that a version would be, and is not yet: exactly the site's, marked as a draft; raises KeyError when a cited record is missing."""
    site = replace(site_of(publication, articles.live(db), articles.threads(db)), notice=DRAFT_NOTICE)
    whole = next(_wholes(db, [article], site, _owners(publication)))
    return next(_press(publication, site, [article]).article(whole)).content


DRAFT_NOTICE = "Preview of a draft. This page is not published."
__all__ = ["DRAFT_NOTICE", "at_passage", "build", "fault_of", "page_of", "reviewed", "site_of"]
