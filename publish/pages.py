"""The files of an edition, rendered one after another: pages, feeds, data. Paths are relative to the site's root."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from groundwire import templating
from groundwire.errors import BuildError
from groundwire.records import Article, Forecast, Record, Sentence, SentenceKind, Verdict
from groundwire.store.articles import numbered
from publish import data, structured
from publish.cards import Cards
from publish.edition import Card, Edition, Month, Thread
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

SEARCH_POLICY = POLICY.replace("script-src 'none'", "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'")
"""That of the search page, which alone has a script."""

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
"""What every page links to, above and below."""

SEARCH, ARCHIVE = ("Search", "search/index.html"), ("Archive", "archive/index.html")
"""What stands above where there is search, and below where there is an article."""

PAGES = ("stack/", "threads/", "forecasts/", "methodology/", "corrections/", "sources/", "about/", "ai-policy/")
"""The pages that every publication has, beside the front page."""

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
    og: tuple[tuple[str, str], ...] = ()
    """OpenGraph: properties with their content."""
    graph: Mapping[str, Any] | None = None
    """JSON-LD of a page that lists articles."""


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A sentence on the evidence page: the notes it shows, and markers of those shown above."""

    sentence: SentenceView
    notes: tuple[Note, ...]
    earlier: tuple[Marker, ...]


@dataclass(frozen=True, slots=True)
class Minimum:
    """How many records and independent sources an article needs."""

    records: int
    independent: int


@dataclass(frozen=True, slots=True)
class Whole:
    """An article with all that its files are made from."""

    article: Article
    view: ArticleView
    records: Mapping[str, Record]
    lineage: Lineage
    versions: Sequence[Article]
    forecasts: Sequence[Forecast] = ()


class Press:
    """Renders files with the templates of one publication; templates are compiled once."""

    def __init__(self, site: Site, own_templates: Path | None, minimum: tuple[int, int]) -> None:
        self.site = site
        self.own = own_templates
        self.minimum = Minimum(*minimum)
        self.env = templating.environment("site", own_templates)
        self.env.globals["_"] = site.look.say
        check_words(site.look, phrases(self.env) | {text for text, _ in (*NAV, *FOOT)} | {ARCHIVE[0], SEARCH[0]})
        self.cards = Cards(site, own_templates) if site.cards else None

    def article(self, whole: Whole) -> Iterator[File]:
        """Every file of one article."""
        a, at, base = whole.view, whole.view.touched, whole.view.path
        page = self._page(
            base,
            a.title,
            a.dek.text or a.title,
            robots="noindex" if a.retracted or a.draft else "index, max-image-preview:large",
            ai=_ai(whole.article),
            og=structured.open_graph(a, whole.article, self.site),
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
        yield text_file(f"{base}article.json", data.dumps(_data(whole, self.site)), at)
        yield text_file(f"{base}article.md", data.markdown(a), at)
        yield text_file(f"{base}provenance.json", data.dumps(data.provenance(whole.article, whole.records, self.site)), at)
        if self.cards:
            yield File(f"{base}{structured.CARD}", self.cards.png(a), at)

    def lists(self, edition: Edition) -> Iterator[File]:
        """The pages on the publication itself and those that list all of it, but for months, threads, layers and the front page."""
        at = edition.modified or FIXED
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
        yield from self.static()
        if self.site.articles:
            page = self._page("archive/", f"Archive · {title}", f"Every article of {title} by month.")
            yield self._html("archive/index.html", "months.html", at, page=page, edition=edition)
        if self.site.search:
            page = self._page("search/", f"Search · {title}", f"Search the articles of {title}.", robots="noindex")
            yield self._html("search/index.html", "search.html", FIXED, page=page, csp=SEARCH_POLICY)
            yield File("search/search.js", templating.template_path("site/search.js", self.own).read_bytes(), FIXED)

    def front(self, edition: Edition) -> File:
        page = self._page("", self.site.title, self.description)
        return self._html(
            "index.html",
            "index.html",
            edition.modified or FIXED,
            page=page,
            edition=edition,
            jsonld=structured.site_graph(self.site, edition.front),
        )

    @property
    def description(self) -> str:
        return (
            f"{self.site.title}: infrastructure stories written by software, with every reported sentence open at the passage it rests on."
        )

    def archive(self, edition: Edition, month: Month) -> File:
        page = self._page(f"archive/{month.key}/", f"{month.name} · {self.site.title}", f"Articles of {month.name}.", cards=month.cards)
        at = max(c.modified for c in month.cards)
        return self._html(month.href, "archive.html", at, page=page, edition=edition, month=month)

    def thread(self, edition: Edition, thread: Thread) -> File:
        page = self._page(
            f"threads/{thread.slug}/", f"{thread.title} · {self.site.title}", f"Articles of the thread {thread.title}.", cards=thread.cards
        )
        at = max(c.modified for c in thread.cards)
        return self._html(thread.href, "thread.html", at, page=page, edition=edition, thread=thread)

    def layer(self, edition: Edition, level: Level, href: str, cards: Sequence[Card]) -> File:
        page = self._page(
            href.removesuffix("index.html"),
            f"{level.view.name} · {self.site.title}",
            f"The layer {level.view.name}: attention, commitments, articles.",
        )
        return self._html(href, "layer.html", edition.modified or FIXED, page=page, edition=edition, level=level, cards=cards)

    def static(self) -> Iterator[File]:
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
        og: tuple[tuple[str, str], ...] = (),
        cards: Sequence[Card] = (),
    ) -> Page:
        found = [*NAV, SEARCH] if self.site.search else NAV
        nav = tuple(NavLink(self.site.look.say(text), href, href == f"{folder}index.html") for text, href in found)
        more = [ARCHIVE, *FOOT] if self.site.articles else FOOT
        foot = tuple(NavLink(self.site.look.say(text), href) for text, href in more)
        address = self.site.url + folder
        return Page(
            title,
            description,
            "../" * folder.count("/") if root is None else root,
            address if url else None,
            robots,
            nav,
            foot,
            ai,
            (og or tuple(structured.page_graph("website", title, description, address, self.site))) if url else (),
            structured.list_graph(self.site, address, title, cards) if cards else None,
        )

    def _html(self, path: str, template: str, at: datetime, **values: Any) -> File:
        return text_file(path, templating.render(self.env, template, **{"site": self.site, "csp": POLICY} | values), at)


def text_file(path: str, text: str, at: datetime) -> File:
    return File(path, (text.rstrip("\n") + "\n").encode("utf-8"), at)


def _data(whole: Whole, site: Site) -> dict[str, Any]:
    return data.article_json(whole.article, whole.view, whole.records, whole.lineage, site, whole.forecasts)


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
