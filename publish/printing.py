"""Printing an edition into a tree: what did not change is taken over, what did is read, proved, rendered and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from evidence import independence
from evidence.citations import prove
from evidence.independence import independent_groups
from groundwire import log
from groundwire.clock import from_text
from groundwire.config import Publication
from groundwire.outlets_file import read_outlets
from groundwire.records import Article, ArticleStatus, Failure, Outlet, OutletKind, Record, Verdict
from groundwire.references import reference_table
from groundwire.store import articles, derived, failures, records, running
from groundwire.store import site as counts
from groundwire.store.database import Database, Row
from groundwire.store.site import Out
from publish import cards, search
from publish.charts import layers_of
from publish.edition import MEMBER, Card, Edition, Gathering, Member, member_of
from publish.knowing import known, layer_labels
from publish.look import look_of
from publish.machines import Machines
from publish.notes import Lineage, spans_of
from publish.pages import ARCHIVE, FIXED, PAGES, File, Press, Whole, kept
from publish.reuse import digest, fingerprint, sources_digest
from publish.site import Tree
from publish.syndication import IN_FEEDS, Entry
from publish.units import Unit
from publish.views import Retraction, Site, article_view
from publish.wording import SLUG, clean, contact_link, counted, date_view, web_address

_OUT = (ArticleStatus.PUBLISHED, ArticleStatus.RETRACTED)
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur", "yi"})

ENTRIES = 128
"""Feed entries that are held for feeds to come; others are made again."""

TEXTS_KEPT = 200
"""After so many articles what was read of their records' texts is dropped; those of one thread, which share records, come together."""


class Printing:
    """One edition on its way into a tree: what is out, or with `drafts` an editor's preview, which holds these too."""

    def __init__(
        self, db: Database, publication: Publication, tree: Tree, progress: log.Progress, drafts: Sequence[Out] | None = None
    ) -> None:
        self.db = db
        self.publication = publication
        self.tree = tree
        self.progress = progress
        self.preview = drafts is not None
        self.out = {o.slug: o for o in (*counts.out(db), *(drafts or ()))}
        self.references = reference_table(publication)
        self.owners = owners_of(publication)
        self.copies = counts.copies(db)
        self.gone = counts.gone(db)
        self.forgotten = counts.forgotten(db)
        self.proved: set[str] = set()
        self.done = 0
        self.keys: dict[str, str] = {}
        self.entries: dict[str, Entry] = {}
        self._set(frozenset(self.out))

    def _set(self, sound: frozenset[str]) -> None:
        """The edition holds these articles."""
        write = self.publication.settings.write
        site = site_of(self.publication, [self.out[s] for s in sorted(sound)], articles.threads(self.db))
        self.site = replace(site, preview=True, search=False) if self.preview else site
        self.press = Press(self.site, self.publication.templates, (write.min_records, write.min_independent))
        self.machines = Machines(self.press)
        self.gathering = Gathering(self.site)
        self.whole_site = fingerprint(
            self.publication,
            bool(sound),
            self.site.founded,
            self.site.cards,
            self.site.search,
            self.site.preview,
            self.site.layers,
            self.owners,
            self.references,
            self.forgotten,
        )

    def articles(self) -> list[Failure]:
        """Put every article that is sound; those that are not, with why. Articles that link to one of these are put again without the link."""
        failed: dict[str, Failure] = {}
        for slug in sorted(f.subject for f, _, _ in failures.current(self.db) if f.kind == "article" and f.subject in self.out):
            self._prove(self._read(self.out[slug]), failed)
        while True:
            self._set(frozenset(self.out) - failed.keys())
            before = len(failed)
            for thread_id, outs in groupby(
                sorted(self.out.values(), key=lambda o: (o.thread_id, o.published, o.slug)), lambda o: o.thread_id
            ):
                members = [m for out in outs if out.slug not in failed and (m := self._article(out, failed))]
                for member in members:
                    self.gathering.add(member)
                self._thread_feed(thread_id, [m.card for m in reversed(members)])
            if len(failed) == before:
                return list(failed.values())

    def _article(self, out: Out, failed: dict[str, Failure]) -> Member | None:
        """Take an article over when nothing that its pages show has changed, else put it; None when it is not sound."""
        name = f"articles/{out.slug}"
        self.done += 1
        if self.done % TEXTS_KEPT == 0:
            independence.forget()
        self.progress("publish", min(self.done, len(self.out)), len(self.out))
        known = self._known(name)
        if known and known[0].key == self._key(out, known[1]):
            self.tree.keep(known[0])
            self.keys[out.slug] = known[0].key
            return known[1]
        whole = self._whole(out)
        if out.slug not in self.proved and not self._prove(whole.article, failed, whole.records):
            return None
        depends = tuple(sorted({*whole.records, *whole.article.theme.record_ids, *whole.lineage.outlets}))
        member = member_of(whole.article, whole.view, whole.records, depends, self.site, whole.versions)
        key = self.keys[out.slug] = self._key(out, member)
        self.tree.put(name, key, self.press.article(whole), MEMBER.dump_json(member).decode())
        self._keep_entry(out.slug, whole)
        return member

    def _known(self, name: str) -> tuple[Unit, Member] | None:
        """An article as an earlier build left it, when it was the same program, with the same settings and templates."""
        unit = self.tree.known(name)
        if unit is None or not unit.key.startswith(self.whole_site[:8]):
            return None
        try:
            return unit, MEMBER.validate_json(unit.data)
        except ValueError:
            return None

    def _key(self, out: Out, member: Member) -> str:
        linked = [slug for slug in member.mentions if slug in self.site.articles]
        thread = self.site.threads.get(out.thread_id)
        return self.whole_site[:8] + digest(
            self.whole_site, out.id, out.version, out.row, thread, linked, sources_digest(member.records, self.copies, self.gone)
        )

    def _prove(self, article: Article, failed: dict[str, Failure], read: Mapping[str, Record] | None = None) -> bool:
        fault = fault_of(self.db, article, self.references, read or {})
        if fault:
            failed[article.slug] = Failure("article", article.slug, f"left out of the site: {fault}")
        else:
            self.proved.add(article.slug)
        return fault is None

    def _read(self, out: Out) -> Article:
        """An article under the address that it has in this edition, with who approved it."""
        article = articles.get(self.db, out.id, out.version)
        approval = articles.approval(self.db, article) if article.status in (*_OUT, ArticleStatus.APPROVED) else None
        return reviewed(replace(article, slug=out.slug), approval)

    def _whole(self, out: Out) -> Whole:
        """An article with its view, its records and its published versions."""
        article = self._read(out)
        cited, lineage = sources_of(self.db, article, self.owners)
        versions = [
            article if n == article.version else articles.get(self.db, article.id, n)
            for n, status, _ in articles.versions(self.db, article.id)
            if status in _OUT or n == article.version
        ]
        view = article_view(article, cited, lineage, self.site, _retraction(self.db, article, self.site))
        return Whole(article, view, cited, lineage, versions, running.of_articles(self.db, [article.id]))

    def _keep_entry(self, slug: str, whole: Whole) -> Entry:
        while len(self.entries) >= ENTRIES:
            del self.entries[next(iter(self.entries))]
        found = self.machines.entry(whole.view, whole.article, tuple(sorted(whole.records.values(), key=lambda r: r.order)))
        self.entries[slug] = found
        return found

    def lists(self, now: datetime) -> None:
        """Put every file that lists articles, the front page last; those whose articles did not change are taken over."""
        edition = self.gathering.edition(known(self.db, self.owners, self.site))
        self._feeds(edition)
        log.event("feeds written")
        self._months(edition)
        self._threads(edition)
        self._layers(edition)
        for file in (*self.press.lists(edition), self.machines.corrections_feed(edition), *self.machines.for_hosts(edition, now)):
            self.tree.add(file)
        paths = [
            "",
            *PAGES,
            *((ARCHIVE[1],) if edition.months else ()),
            *(m.href for m in edition.months),
            *(t.href for t in edition.threads),
            *(level.view.href for level in edition.stack.levels if level.view.href),
        ]
        for file in self.machines.sitemaps(edition, paths, now):
            self.tree.add(file)
        self._search(edition)
        self.tree.add(self.press.front(edition))

    def _once(self, name: str, made_from: Iterable[object], make: Callable[[], Iterable[File]]) -> None:
        """Put a unit, or take it over when it was made from the same."""
        key = digest(self.whole_site, *made_from)
        unit = self.tree.known(name)
        if unit and unit.key == key:
            self.tree.keep(unit)
        else:
            self.tree.put(name, key, make())

    def _keys(self, shown: Iterable[Card]) -> list[str]:
        return [self.keys[_slug(c)] for c in shown]

    def _months(self, edition: Edition) -> None:
        names = [m.name for m in edition.months]
        for month in edition.months:
            self._once(month.href, [names, *self._keys(month.cards)], lambda month=month: [self.press.archive(edition, month)])  # type: ignore[misc]

    def _threads(self, edition: Edition) -> None:
        for thread in edition.threads:
            self._once(thread.href, [thread.title, *self._keys(thread.cards)], lambda thread=thread: [self.press.thread(edition, thread)])  # type: ignore[misc]

    def _layers(self, edition: Edition) -> None:
        offered = [(level.name, level.view) for level in edition.stack.levels]
        for level in edition.stack.levels:
            if href := level.view.href:
                cards = edition.of_layer(level.view)
                self._once(
                    href,
                    [offered, level, *self._keys(cards)],
                    lambda level=level, href=href, cards=cards: [self.press.layer(edition, level, href, cards)],  # type: ignore[misc]
                )

    def _feeds(self, edition: Edition) -> None:
        """The site's feeds, and one for each layer, with the newest articles in full."""
        newest = edition.cards[:IN_FEEDS]
        self._once("feed.xml", self._keys(newest), lambda: self.machines.feeds(self._entries(newest)))
        for (page, name), newest_of in _by_layer(edition).items():
            self._once(
                f"{page}feed.xml",
                [name, *self._keys(newest_of)],
                lambda page=page, name=name, shown=newest_of: [self.machines.layer_feed(page, name, self._entries(shown))],  # type: ignore[misc]
            )

    def _thread_feed(self, thread_id: str, shown: Sequence[Card]) -> None:
        """The feed of a thread, made while its articles are at hand."""
        if not shown or thread_id not in self.site.threads:
            return
        slug, title = self.site.threads[thread_id]
        newest = shown[:IN_FEEDS]
        made = [clean(title), *self._keys(newest)]
        self._once(f"threads/{slug}/feed.xml", made, lambda: [self.machines.thread_feed(slug, clean(title), self._entries(newest))])

    def _entries(self, shown: Sequence[Card]) -> list[Entry]:
        slugs = [_slug(c) for c in shown]
        return [self.entries.get(slug) or self._keep_entry(slug, self._whole(self.out[slug])) for slug in slugs]

    def _search(self, edition: Edition) -> None:
        """The search index, made again when any article's pages changed."""
        if not self.site.search or not edition.cards:
            return
        made_from = sorted(self.keys.values())
        at = edition.modified or FIXED
        self._once("pagefind/", made_from, lambda: search.index(self.tree.level(), self.site.language, at))


def _slug(card: Card) -> str:
    return card.href.split("/")[1]


def _by_layer(edition: Edition) -> dict[tuple[str, str], list[Card]]:
    """The newest articles of each layer that has a page, by the page's folder and the layer's name."""
    found: dict[tuple[str, str], list[Card]] = {}
    for card in edition.cards:
        for layer in card.layers:
            if layer.href and len(cards := found.setdefault((layer.href.removesuffix("index.html"), layer.name), [])) < IN_FEEDS:
                cards.append(card)
    return found


def site_of(publication: Publication, out: Sequence[Out], threads: Sequence[Row]) -> Site:
    """What every page knows of its publication."""
    settings = publication.settings
    return Site(
        title=clean(settings.site.title),
        url=settings.site.url,
        language=settings.site.language,
        direction="rtl" if settings.site.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        zone=ZoneInfo(settings.site.timezone),
        policy=settings.gate.policy,
        look=look_of(settings.site.look),
        layers=layers_of(layer_labels(publication)),
        contact=settings.site.contact,
        contact_link=contact_link(settings.site.contact, clean(settings.site.title)),
        responsible=clean(settings.site.responsible) if settings.site.responsible else None,
        reserved=settings.site.reservation == "tdm",
        articles=frozenset(a.slug for a in out),
        threads={row["id"]: (row["slug"], row["title"]) for row in threads if SLUG.fullmatch(row["slug"])},
        founded=min((o.published for o in out), default="")[:10] or None,
        license=web_address(settings.site.look.get("license")),
        cards=cards.available(),
        search=search.available() and bool(out),
        llms_txt=settings.site.llms_txt,
    )


def fault_of(db: Database, article: Article, references: Mapping[str, str], read: Mapping[str, Record]) -> str | None:
    """Why an article must not be built, or None: a slug that is no slug, or the first citation that does not resolve.

    Texts of records that were `read` already are not read again.
    """
    if not SLUG.fullmatch(article.slug):
        return f"the slug {article.slug!r} is no slug"
    stored = cache(lambda record, version: records.text_of(db, record, version))

    def text_of(record: str, version: int) -> str | None:
        known = read.get(record)
        return known.text if known and known.version == version else stored(record, version)

    for n, _, sentence in articles.numbered(article):
        for citation in () if sentence.cut else sentence.citations:
            reason = prove(citation, text_of, references.get)
            if reason:
                return f"sentence {n}: {reason}"
    return None


def reviewed(article: Article, approval: tuple[str, str] | None) -> Article:
    """An article with its approval in the note on method; the reason too where a sentence stands that no check supports."""
    if approval is None:
        return article
    by, reason = approval
    doubted = sum(not s.cut and s.verdict in (Verdict.UNSUPPORTED, Verdict.CONTRADICTED) for _, _, s in articles.numbered(article))
    said = (f"approved by {by} although {counted(doubted, 'sentence')} did not pass the checks: {reason}",) if doubted else ()
    return replace(article, method=replace(article.method, reviewed_by=by, changes=(*article.method.changes, *said)))


def owners_of(publication: Publication) -> dict[str, str]:
    """The owners of outlets.toml by outlet."""
    return {name: outlet.owner for name, outlet in read_outlets(publication.outlets_file).items() if outlet.owner}


def sources_of(db: Database, article: Article, owners: Mapping[str, str]) -> tuple[dict[str, Record], Lineage]:
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
