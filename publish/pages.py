"""The files of an edition, rendered one after another: pages, feeds, data. Paths are relative to the site's root."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from groundwire import templating
from groundwire.clock import to_text
from groundwire.errors import BuildError
from groundwire.records import Article, Record, Sentence, SentenceKind, Verdict
from groundwire.store.articles import numbered
from publish import data, structured, syndication
from publish.edition import Edition, Month, Thread
from publish.history import versions_of
from publish.look import check_words, minified, phrases
from publish.notes import Lineage, Note
from publish.stack import Level
from publish.views import ArticleView, Marker, SentenceView, Site
from publish.wording import contact_link

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; script-src 'none'; base-uri 'none'; form-action 'none'"
)
"""The content security policy of every page (PROMISES, "Safe to publish")."""

HEADERS = f"/*\n  Content-Security-Policy: {POLICY}\n  Referrer-Policy: no-referrer\n  X-Content-Type-Options: nosniff"
"""For hosts that read a file `_headers`."""

FIXED = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of files that no article dates."""

NAV = (
    ("Latest", "index.html"),
    ("The stack", "stack/index.html"),
    ("Threads", "threads/index.html"),
    ("Forecasts", "forecasts/index.html"),
    ("Corrections", "corrections/index.html"),
    ("How this is made", "methodology/index.html"),
)
FOOT = (
    ("Sources", "sources/index.html"),
    ("About", "about/index.html"),
    ("AI policy", "ai-policy/index.html"),
    ("Atom", "feed.xml"),
    ("RSS", "rss.xml"),
    ("JSON Feed", "feed.json"),
)
"""What every page links to, above and below; beside the newest month of the archive."""

_PAGES = ("stack", "threads", "forecasts", "methodology", "corrections", "sources", "about", "ai-policy")
"""The pages that every publication has."""

POLICIES = {
    "autonomous": "This publication runs autonomously: an article that passes every check is published without an editor having seen it, and says so above its text. "
    "An article on which a check raises a doubt waits for a person or is refused.",
    "review": "Every article waits for an editor, who sees each sentence beside its evidence and can change, hold or refuse it.",
    "mixed": "Articles that the publication’s rules name wait for an editor; the others are published once they pass every check, and say so above their text.",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site: its path, its bytes, and when its content was made."""

    path: str
    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class NavLink:
    text: str
    href: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What the frame of a page needs; `root` leads from the page to the site's root."""

    title: str
    description: str
    root: str
    url: str | None
    robots: str
    nav: tuple[NavLink, ...]
    foot: tuple[NavLink, ...]
    ai: str = ""


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A sentence on the evidence page: the notes it shows, and markers of those shown above."""

    sentence: SentenceView
    notes: tuple[Note, ...]
    earlier: tuple[Marker, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """An article with all that its files are made from."""

    article: Article
    view: ArticleView
    records: Mapping[str, Record]
    lineage: Lineage
    versions: Sequence[Article]


class Press:
    """Renders files with the templates of one publication; templates are compiled once."""

    def __init__(self, site: Site, own_templates: Path | None, month: str | None, minimum: tuple[int, int]) -> None:
        self.site = site
        self.own = own_templates
        self.month = month
        """Path of the newest month's archive page, or None when there is none."""
        self.minimum = {"records": minimum[0], "independent": minimum[1]}
        self.env = templating.environment("site", own_templates)
        self.env.globals["_"] = site.look.say
        check_words(site.look, phrases(self.env) | {text for text, _ in (*NAV, *FOOT)} | {"Archive"})

    def article(self, whole: Whole) -> Iterator[File]:
        """Every file of one article."""
        a, at, base = whole.view, whole.view.touched, whole.view.path
        page = self._page(
            base,
            a.title,
            a.dek.text,
            robots="noindex" if a.retracted or a.draft else "index, max-image-preview:large",
            ai=_ai(whole.article),
        )
        graph = structured.article_graph(a, whole.article, whole.records, self.site)
        report = contact_link(self.site.contact, f"Error in {a.slug} version {a.version}")
        yield self._html(f"{base}index.html", "article.html", at, page=page, a=a, jsonld=graph, report_href=report)
        proof = self._page(
            f"{base}evidence/", f"Evidence: {a.title}", f"Every sentence of “{a.title}” with what it rests on.", robots="noindex"
        )
        yield self._html(f"{base}evidence/index.html", "evidence.html", at, page=proof, a=a, rows=_proofs(a), tally=_tally(a))
        past = self._page(f"{base}history/", f"Versions: {a.title}", f"The published versions of “{a.title}”.", robots="noindex")
        yield self._html(
            f"{base}history/index.html", "history.html", at, page=past, a=a, versions=versions_of(whole.versions, self.site.zone)
        )
        yield _text(f"{base}article.json", data.dumps(data.article_json(whole.article, a, whole.records, whole.lineage, self.site)), at)
        yield _text(f"{base}article.md", data.markdown(a), at)
        yield _text(f"{base}provenance.json", data.dumps(data.provenance(whole.article, whole.records, self.site)), at)

    def entry(self, view: ArticleView, article: Article) -> syndication.Entry:
        """The article as feeds carry it."""
        html = templating.render(self.env, "feed_body.html", a=view, site=self.site, base=self.site.url + view.path)
        kind = structured.LEDGER_SOURCE if view.ledger else structured.MODEL_SOURCE
        return syndication.entry(view, self.site, article.published, view.touched, html, kind)

    def lists(self, edition: Edition) -> Iterator[File]:
        """The list pages and the pages on the publication itself, all but the front page."""
        at = edition.modified or FIXED
        for month in edition.months:
            yield self._archive(edition, month)
        for thread in edition.threads:
            yield self._thread(edition, thread)
        for level in edition.stack.levels:
            if level.view.href:
                yield self._layer(edition, level, level.view.href)
        title = self.site.title
        policy = POLICIES[self.site.policy]
        for name, head, description, extra in (
            (
                "methodology",
                "How this is made",
                f"How {title} reads, writes and checks, in numbers.",
                {"policy": policy, "minimum": self.minimum},
            ),
            ("stack", "The stack", "Attention against commitment, layer by layer, week by week.", {}),
            ("threads", "Threads", f"The storylines that {title} follows.", {}),
            ("forecasts", "Forecasts", f"What {title} expected, by when, and what came of it.", {}),
            ("corrections", "Corrections", f"Every correction, notice and retraction of {title}.", {}),
            ("sources", "Sources", f"The outlets that {title} reads and cites, and how often.", {}),
            ("about", f"About {title}", f"What {title} is and who is responsible for it.", {}),
            ("ai-policy", "Use of language models", f"What software writes in {title}, and what it never does.", {"policy": policy}),
        ):
            page = self._page(f"{name}/", f"{head} · {title}", description)
            yield self._html(f"{name}/index.html", f"{name}.html", at, page=page, edition=edition, **extra)
        yield self._missing()
        yield from self._static()

    def feeds(self, edition: Edition, entries: Sequence[syndication.Entry]) -> Iterator[File]:
        """Feeds, sitemap and the files for robots and hosts."""
        at = edition.modified or FIXED
        site, description = self.site, self.description
        shared = {
            "entries": entries,
            "description": description,
            "updated": syndication.updated(entries),
            "author": site.responsible or site.title,
        }
        yield self._plain("feed.xml", at, **shared)
        yield self._plain("rss.xml", at, **shared)
        yield _text("feed.json", data.dumps(syndication.json_feed(entries, site, description)), at)
        yield self._plain("sitemap.xml", at, addresses=self._addresses(edition))
        yield _text("robots.txt", f"User-agent: *\nAllow: /\nSitemap: {site.url}sitemap.xml", FIXED)
        yield _text("_headers", HEADERS, FIXED)

    def front(self, edition: Edition) -> File:
        page = self._page("", self.site.title, self.description)
        return self._html(
            "index.html", "index.html", edition.modified or FIXED, page=page, edition=edition, jsonld=structured.site_graph(self.site)
        )

    @property
    def description(self) -> str:
        return (
            f"{self.site.title}: infrastructure stories written by software, with every reported sentence open at the passage it rests on."
        )

    def _archive(self, edition: Edition, month: Month) -> File:
        page = self._page(f"archive/{month.key}/", f"{month.name} · {self.site.title}", f"Articles of {month.name}.")
        at = max(c.modified for c in month.cards)
        return self._html(month.href, "archive.html", at, page=page, edition=edition, month=month)

    def _thread(self, edition: Edition, thread: Thread) -> File:
        page = self._page(f"threads/{thread.slug}/", f"{thread.title} · {self.site.title}", f"Articles of the thread {thread.title}.")
        at = max(c.modified for c in thread.cards)
        return self._html(thread.href, "thread.html", at, page=page, edition=edition, thread=thread)

    def _layer(self, edition: Edition, level: Level, href: str) -> File:
        page = self._page(
            href.removesuffix("index.html"),
            f"{level.view.name} · {self.site.title}",
            f"The layer {level.view.name}: attention, commitments, articles.",
        )
        return self._html(
            href, "layer.html", edition.modified or FIXED, page=page, edition=edition, level=level, cards=edition.of_layer(level.view)
        )

    def _static(self) -> Iterator[File]:
        """The style sheet with the look at its end, and the other files of static/, the publication's own before the packaged ones."""
        folders = [folder / "site/static" for folder in (templating.data_path("templates"), self.own) if folder]
        names = {path.name for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file() and path.name[0] != "."}
        if self.site.look.logo and self.site.look.logo not in names:
            raise BuildError(f"groundwire.toml: site.look.logo: there is no templates/site/static/{self.site.look.logo}")
        for name in sorted(names):
            content = templating.template_path(f"site/static/{name}", self.own).read_bytes()
            if name == "style.css":
                content = (minified(content.decode("utf-8")) + self.site.look.style + "\n").encode("utf-8")
            yield File(f"static/{name}", content, FIXED)

    def _missing(self) -> File:
        """404.html stands for any address, so its links start at the root of the host."""
        frame = self._page(
            "404/",
            f"No such page · {self.site.title}",
            "There is no such page.",
            robots="noindex",
            root=urlsplit(self.site.url).path,
            url=False,
        )
        return self._html("404.html", "404.html", FIXED, page=frame)

    def _addresses(self, edition: Edition) -> list[tuple[str, str | None]]:
        url = self.site.url
        named = [url, *(f"{url}{name}/" for name in _PAGES)]
        listed = [m.href for m in edition.months] + [t.href for t in edition.threads]
        listed += [level.view.href for level in edition.stack.levels if level.view.href]
        found: list[tuple[str, str | None]] = [
            (address, None) for address in named + [url + href.removesuffix("index.html") for href in listed]
        ]
        return found + [(url + c.href.removesuffix("index.html"), to_text(c.modified)) for c in edition.cards if not c.retracted]

    def _page(
        self,
        folder: str,
        title: str,
        description: str,
        *,
        robots: str = "index, max-image-preview:large",
        root: str | None = None,
        url: bool = True,
        ai: str = "",
    ) -> Page:
        nav = tuple(NavLink(self.site.look.say(text), href, href == f"{folder}index.html") for text, href in NAV)
        archive = (("Archive", self.month),) if self.month else ()
        foot = tuple(NavLink(self.site.look.say(text), href) for text, href in (*archive, *FOOT))
        return Page(
            title,
            description,
            "../" * folder.count("/") if root is None else root,
            self.site.url + folder if url else None,
            robots,
            nav,
            foot,
            ai,
        )

    def _html(self, path: str, template: str, at: datetime, **values: Any) -> File:
        return _text(path, templating.render(self.env, template, site=self.site, csp=POLICY, **values), at)

    def _plain(self, name: str, at: datetime, **values: Any) -> File:
        return _text(name, templating.render(self.env, name, site=self.site, **values), at)


def _text(path: str, text: str, at: datetime) -> File:
    return File(path, (text.rstrip("\n") + "\n").encode("utf-8"), at)


def _ai(article: Article) -> str:
    if article.method.reviewed_by:
        return "ai-generated"
    return "autonomous"


def _proofs(view: ArticleView) -> tuple[ProofRow, ...]:
    notes = {note.id: note for note in view.notes}
    shown: set[str] = set()
    rows = []
    for sentence in view.sentences:
        new = tuple(notes[m.target] for m in sentence.markers if m.target not in shown)
        rows.append(ProofRow(sentence, new, tuple(m for m in sentence.markers if m.target in shown)))
        shown |= {note.id for note in new}
    return tuple(rows)


def _tally(view: ArticleView) -> tuple[tuple[str, int], ...]:
    """How many sentences there are of each kind, and of those that report of each verdict."""
    kinds = Counter(s.kind for s in view.sentences)
    verdicts = Counter(s.verdict for s in view.sentences if s.verdict)
    return (
        *((kind.value, kinds[kind.value]) for kind in SentenceKind if kinds[kind.value]),
        *((v.value, verdicts[v.value]) for v in Verdict if verdicts[v.value]),
    )


def kept(article: Article) -> list[Sentence]:
    """The sentences of an article that readers see."""
    return [s for _, _, s in numbered(article) if not s.cut]


def later(at: datetime, than: datetime) -> datetime:
    """`at`, moved past the time of a file whose content it replaces, so that copying by size and time sees the change."""
    return at if at > than else than + timedelta(seconds=1)
