"""An editor's browser without script: it follows links and fills in the forms that pages have, as a person would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lxml import html
from publish_sample import RECORDS as RECORDS
from publish_sample import earlier, fill, passage, says
from publish_sample import sample as published
from starlette.testclient import TestClient

from desk.app import application
from desk.guard import Access, Guard, access
from desk.sessions import Sessions
from groundwire.clock import Clock, parse_time
from groundwire.config import Publication, Settings
from groundwire.records import Article, ArticleStatus, Finding, Severity, Verdict
from groundwire.store.database import Database, open_database

NOW = "2026-11-20T06:00:00+00:00"
HOST = "127.0.0.1:8484"
EDITORS = ("Ada Lindt, managing editor", "Ben Oru")

GRID, SUB = RECORDS["Grid Ledger"], RECORDS["The Substation"]
WRONG = "The contract runs for 25 years."
"""A sentence of the sample draft that its source does not bear."""


def draft() -> Article:
    """A held draft whose second sentence of the body is unsupported."""
    article = published()
    first = article.sections[0]
    wrong = replace(
        says(WRONG, passage(GRID, "The contract runs for 15 years and starts in 2028.")),
        verdict=Verdict.UNSUPPORTED,
        findings=(Finding("figures", Severity.CUT, "“25 years” is not in the passage, which says “15 years”"),),
    )
    paragraphs = ((first.paragraphs[0][0], wrong, first.paragraphs[0][2]), first.paragraphs[1])
    sections = (replace(first, paragraphs=paragraphs), *article.sections[1:])
    return replace(article, sections=sections, status=ArticleStatus.HELD, reasons=("a sentence is unsupported",))


SLUG = draft().slug


@dataclass
class Page:
    """One answer, with its forms."""

    status: int
    text: str
    url: str
    headers: Any

    @property
    def tree(self) -> Any:
        return html.fromstring(self.text)

    @property
    def words(self) -> str:
        return " ".join(self.tree.find(".//main").text_content().split())

    def forms(self) -> list[tuple[str, dict[str, str]]]:
        """Action and fields of every form on the page."""
        return [(form.action, {k: v or "" for k, v in form.form_values()}) for form in self.tree.forms]

    def fields(self, action: str, **wanted: str) -> dict[str, str]:
        """The fields of the form with this action, and with these values."""
        for to, fields in self.forms():
            if to.endswith(action) and all(fields.get(k) == v for k, v in wanted.items()):
                return fields
        raise AssertionError(f"no form for {action} on {self.url}: {[to for to, _ in self.forms()]}")

    def line(self, n: int) -> str:
        """A sentence of a draft as the list shows it, with verdict and findings."""
        return " ".join(self.tree.get_element_by_id(f"s-{n}").text_content().split())


class Browser:
    """One browser, signed in as one editor."""

    def __init__(self, guard: Guard, sessions: Sessions, name: str) -> None:
        self.client = TestClient(guard, base_url=f"http://{HOST}", headers={"sec-fetch-site": "same-origin"}, raise_server_exceptions=True)
        editor = next(e for e in guard.reach.editors if e.name == name)
        self.session = sessions.open(editor, entered=True)
        self.client.cookies.set(guard.reach.cookie, self.session.id)

    def get(self, path: str) -> Page:
        return self._page(self.client.get(path))

    def post(self, path: str, **fields: str) -> Page:
        return self._page(self.client.post(path, data=fields, headers={"origin": f"http://{HOST}"}))

    def send(self, page: Page, action: str, given: dict[str, str] | None = None, **wanted: str) -> Page:
        """Fill in and send a form of a page; hidden fields and what is chosen stay as they are."""
        fields = page.fields(action, **wanted)
        to = next(to for to, f in page.forms() if f == fields and to.endswith(action))
        return self.post(to, **(fields | (given or {})))

    def open(self, n: int | None = None, slug: str = SLUG) -> Page:
        """The page of a draft, at a sentence."""
        return self.get(f"/article/{slug}" + (f"?s={n}" if n else ""))

    def _page(self, answer: Any) -> Page:
        return Page(answer.status_code, answer.text, str(answer.url), answer.headers)


@dataclass
class Sample:
    """A desk at work on a publication with one draft that waits and one article that is out."""

    root: Path
    publication: Publication
    guard: Guard
    sessions: Sessions
    db: Database

    def browser(self, name: str = "Ada Lindt") -> Browser:
        return Browser(self.guard, self.sessions, name)

    def page(self, slug: str = SLUG) -> Path:
        return self.root / "output" / "site" / "articles" / slug / "index.html"

    def published(self, slug: str = SLUG) -> tuple[str, str]:
        """What the site says of a page's provenance, and the page as data."""
        return tuple((self.page(slug).parent / name).read_text() for name in ("provenance.json", "article.json"))  # type: ignore[return-value]

    def dump(self) -> list[str]:
        return list(self.db.connection.iterdump())


def reach_of(**more: Any) -> Access:
    return access("127.0.0.1", 8484, EDITORS, more.get("password"), more.get("proxy_header"))


@contextmanager
def desk_on(root: Path, settings: Settings | None = None, now: str = NOW) -> Iterator[Sample]:
    """A desk on the database at `root`, which must be there."""
    publication = Publication(root=root, settings=settings or Settings())
    sessions = Sessions()
    guard = application(publication, Clock(parse_time(now)), reach_of(), sessions)
    with closing(open_database(publication.database)) as db, TestClient(guard, base_url=f"http://{HOST}"):
        yield Sample(root, publication, guard, sessions, db)


@contextmanager
def sample_desk(root: Path, *more: Article) -> Iterator[Sample]:
    """A desk on the sample publication."""
    with closing(open_database(root / "groundwire.db")) as db:
        fill(db, *(more or (earlier(), draft())))
    with desk_on(root) as found:
        yield found


def numbers(page: Page) -> list[int]:
    """The numbers of the sentences of a draft in the order of the page."""
    return [int(n) for n in re.findall(r'id="s-(\d+)"', page.text)]
