"""Pages: bytes into the text of the article and what the page says about itself. trafilatura is used here alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from groundwire.errors import PageError
from groundwire.records import ExtractedPage
from ingest.clean import AUTHOR_LIMIT, html_text, language_tag, lines, one_line, shortened
from ingest.encodings import decode
from ingest.statements import Statements, linked_data, paywall_marker, reservation
from ingest.urls import clean_link, host_of
from ingest.visible import remove_comments, remove_unseen

MAX_BYTES = 10 * 1024 * 1024
# libxml2 drops what lies deeper than about 250 elements without a word; trafilatura recurses.
_MAX_DEPTH = 180
_MAX_ELEMENTS = 150_000
# No article is longer, and what trafilatura makes of one word after the other takes thirty times its size in memory.
_MAX_CHARACTERS = 2_000_000
# A page with fewer words and an invitation to subscribe is a stub, whatever its publisher declares.
_STUB_WORDS = 200
_CORRECTION_LIMIT = 1_000
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/vnd.wap.xhtml+xml")

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)(?:</style\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_VOID = frozenset(
    {
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
        *("p", "li", "dt", "dd", "tr", "td", "th", "option"),
    }
)
"""Elements that never hold others, or whose end is commonly left out."""
_DATE_ONLY = re.compile(r"\d{4}-\d\d-\d\d")
_SEPARATED = re.compile(r"\s+[-–—|·•:»/]+\s+")

_MONTH = r"(?:jan|feb|m[aä]r|apr|a[bv]r|mai|may|ju[nil]|juil|aug|ago|ao[uû]|sep|o[ck]t|nov|de[cz]|d[ié]c|ene|fév)[a-zéû]*\.?"
_BEFORE_COLON = (
    rf"(?:[\s,]+|\([^()]{{0,40}}\)|\d[\w./-]*|{_MONTH}|appended|notice|note|added|issued|of|on|to|de|del|du|vom|le|the|this|article|story)*"
)
_CORRECTION = re.compile(
    r"\W*(?:(?:corrections?|clarifications?|erratum|errata|berichtigung|korrektur|richtigstellung|rectificatif|rectificaci[oó]n|correcci[oó]n"
    rf"|fe de erratas?|précision)\b{_BEFORE_COLON}[:—–]"
    r"|corrections?\s+(?:and|&)\s+clarifications?\b"
    r"|(?:an?|the)\s+(?:earlier|previous|original|initial)\s+version\s+of\s+(?:this|the)\b"
    r"|this\s+(?:article|story|post|report|headline|piece)\s+(?:has\s+been|was)\s+(?:corrected|amended|(?:updated|changed)\s+to\s+correct)\b"
    r"|in\s+einer\s+(?:früheren|ersten|vorherigen|ursprünglichen)\s+(?:version|fassung)\b|eine\s+frühere\s+(?:version|fassung)\b"
    r"|une\s+(?:première\s+version|version\s+(?:précédente|antérieure))\b|una\s+versi[oó]n\s+(?:anterior|previa)\b)",
    re.IGNORECASE,
)
_NOTED = re.compile(
    r"\W*(?:editor['’]?s?['’]?\s+note|update[ds]?|anmerkung der redaktion|nota del editor|note de la rédaction)\b", re.IGNORECASE
)
_PUT_RIGHT = re.compile(
    r"\b(?:correct(?:ed|s|ions?)?|misstated|misidentified|misspelled|incorrectly|erroneously|earlier version|korrigiert|corrigé|corregid[oa])\b",
    re.IGNORECASE,
)

_NO_NAME = re.compile(r"https?:|www\.|[<>@{}|\\/=;_#\d]|\.(?:com|org|net|example)\b", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?:the\s+)?(?:\w+\s+){0,3}(?:staff|editors?|editorial|team|newsroom|desk|admin(?:istrator)?|redaktion|rédaction|redacci[oó]n|webmaster|agenc(?:y|ies)|"
    r"press release|(?:sponsored|branded|partner|promoted|paid) (?:content|post)|advertis(?:ement|er)|advertorial|news|online|author|guest|contributors?|unknown|anonymous|reporters?|wire|newswire|publisher)(?:\s+(?:reports?|writers?|team|staff))?",
    re.IGNORECASE,
)


def warm() -> None:
    """Import what the first page needs, so that no job's time is spent on it."""
    import htmldate  # noqa: F401
    import trafilatura  # noqa: F401


def extract_page(body: bytes, *, url: str, content_type: str | None, headers: Mapping[str, str]) -> ExtractedPage:
    """The article of a page and what the page states about itself; raises PageError when there is nothing to read.

    Dates are aware UTC, a date without a time is noon UTC. The text may be empty only when the page is reserved or
    behind a paywall. A meta refresh is not followed.
    """
    _check(body, url, content_type)
    page = _Page.of(body, url, content_type)
    statements = linked_data(page.scripts)
    reserved = reservation(page.metas, headers)
    document = _extracted(page.tree, url)
    site = _site_name(page, statements, document, url)
    title = _title(page, statements, document, site)
    text = _text(document, page, title)
    paywalled = statements.paid or _locked(page) or (len(text.split()) < _STUB_WORDS and paywall_marker(page.seen))
    if not (text or reserved or paywalled):
        raise PageError(url, "no readable text")
    return ExtractedPage(
        title=title,
        text=text,
        author=_author(page, statements, document, site),
        site_name=site,
        published=_published(page, statements, document),
        language=_language(page, headers),
        canonical_url=_canonical(page, url),
        reserved=reserved,
        paywalled=paywalled,
        correction=_correction(title, text, page.seen),
    )


def _check(body: bytes, url: str, content_type: str | None) -> None:
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind and kind not in _HTML_TYPES:
        raise PageError(url, f"not a page but {one_line(kind, 80)}")
    if not body.strip():
        raise PageError(url, "empty body")
    if len(body) > MAX_BYTES:
        raise PageError(url, f"larger than {MAX_BYTES // 1024 // 1024} MiB")
    if not kind and body.lstrip()[:5] in (b"%PDF-", b"\x89PNG\r", b"GIF87", b"GIF89", b"PK\x03\x04"):
        raise PageError(url, "not a page")


@dataclass(frozen=True, slots=True)
class _Page:
    """A page taken apart: its tree without hidden text and comments, and what was read before those went."""

    tree: Any
    metas: tuple[tuple[str, str], ...]
    scripts: tuple[str, ...]
    seen: tuple[str, ...]
    """Lines of text that a reader sees, the whole page."""
    title: str
    headline: str
    language: str
    base: str
    canonical: str

    @classmethod
    def of(cls, body: bytes, url: str, content_type: str | None) -> _Page:
        text = decode(body, content_type=content_type, html=True).text.replace("\0", "")
        scripts = tuple(m[2] for m in _SCRIPT.finditer(text) if "ld+json" in m[1].lower())
        text = _SCRIPT.sub(" ", _COMMENT.sub(" ", text))
        sheets = _STYLE.findall(text)
        tree = _parsed(_shallow(_STYLE.sub(" ", text)), url)
        metas = tuple(_metas(tree))
        canonical = next((e.get("href", "") for e in tree.iter("link") if "canonical" in e.get("rel", "").lower().split()), "")
        base = next((e.get("href", "") for e in tree.iter("base")), "")
        title = " ".join(" ".join(e.text_content() for e in list(tree.iter("title"))[:1]).split())
        remove_unseen(tree, sheets)
        remove_comments(tree)
        headline = next((e.text_content() for e in tree.iter("h1")), "")
        seen = tuple(_seen(tree))
        return cls(tree, metas, scripts, seen, title, headline, tree.get("lang") or tree.get("xml:lang") or "", base, canonical)

    def meta(self, *names: str) -> str:
        """The content of the first of the named meta elements that has one."""
        return next((content for name in names for key, content in self.metas if key == name and content), "")


def _parsed(text: str, url: str) -> Any:
    from lxml import etree, html

    # A declaration that names another encoding would be believed against the bytes it stands in.
    data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "ignore")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise PageError(url, "no readable text") from error
    if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        raise PageError(url, f"more than {_MAX_ELEMENTS:,} elements")
    if sum(map(len, tree.itertext())) > _MAX_CHARACTERS:
        raise PageError(url, f"more than {_MAX_CHARACTERS:,} characters of text")
    return tree


def _shallow(text: str) -> str:
    """The markup without the elements below the greatest depth; their text stays."""
    kept: list[str] = []
    at, depth, below = 0, 0, 0
    for match in _TAG.finditer(text):
        if match[2].lower() in _VOID or match[0].endswith("/>"):
            continue
        if match[1]:
            drop, below = below > 0, max(0, below - 1)
            depth = depth if drop else max(0, depth - 1)
        else:
            drop = depth >= _MAX_DEPTH
            below, depth = (below + 1, depth) if drop else (below, depth + 1)
        if drop:
            kept.append(text[at : match.start()])
            at = match.end()
    return "".join((*kept, text[at:])) if at else text


def _metas(tree: Any) -> Iterator[tuple[str, str]]:
    for element in tree.iter("meta"):
        name = element.get("name") or element.get("property") or element.get("itemprop") or element.get("http-equiv")
        if name:
            yield name.strip().lower(), element.get("content", "").strip()


_LINE_TAGS = frozenset(
    {
        *("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "aside", "td", "th", "tr", "br"),
        *("figcaption", "dd", "dt", "header", "footer", "main", "ul", "ol", "table", "nav", "form"),
    }
)


def _seen(tree: Any) -> Iterator[str]:
    body = tree.find("body")
    if body is None:
        return
    pieces: list[str] = []
    for event, element in _walked(body):
        pieces.append("\n" if element.tag in _LINE_TAGS else "")
        pieces.append((element.text if event == "start" else element.tail) or "")
    for line in lines("".join(pieces)).split("\n"):
        if line:
            yield line


def _walked(tree: Any) -> Any:
    from lxml import etree

    return etree.iterwalk(tree, events=("start", "end"))


def _extracted(tree: Any, url: str) -> Any:
    import trafilatura

    # The latest date allowed would else be this machine's today: the clock is the caller's affair.
    dates = {"original_date": True, "extensive_search": False, "max_date": "2199-12-31"}
    try:
        return trafilatura.bare_extraction(
            tree, url=url, include_comments=False, with_metadata=True, output_format="python", date_extraction_params=dates
        )
    except (RecursionError, ValueError, TypeError, AttributeError, LookupError, AssertionError) as error:
        raise PageError(url, f"cannot be extracted ({type(error).__name__})") from error


def _text(document: Any, page: _Page, title: str | None) -> str:
    text = lines(document.text or "") if document is not None else lines("\n".join(_paragraphs(page.tree)))
    first, _, rest = text.partition("\n")
    return rest if title and rest and first.casefold() == title.casefold() else text


def _paragraphs(tree: Any) -> Iterator[str]:
    """What a page too small for trafilatura holds: the paragraphs of its article, or of its body."""
    place = next(tree.iter("article", "main"), None)
    place = tree if place is None else place
    for element in place.iter("p", "li", "blockquote"):
        yield " ".join(element.text_content().split())


def _site_name(page: _Page, statements: Statements, document: Any, url: str) -> str | None:
    """The name the page gives its site, or None; a bare host name, which trafilatura falls back to, is none."""
    found = page.meta("og:site_name", "application-name") or statements.publisher or (document is not None and document.sitename) or ""
    name = one_line(html_text(found), 120)
    is_name = any(c.isalnum() for c in name) and not re.search(r"https?:|[<>@{}]", name)
    return name if is_name and name.lower().removeprefix("www.") not in _hosts(page, document, url) else None


def _hosts(page: _Page, document: Any, url: str) -> set[str]:
    hosts = {host_of(url), host_of(_canonical(page, url) or url), ((document is not None and document.hostname) or "").lower()}
    return {host.removeprefix("www.") for host in hosts}


def _title(page: _Page, statements: Statements, document: Any, site: str | None) -> str | None:
    extracted = document.title if document is not None else ""
    for found in (page.meta("og:title"), statements.headline, page.headline, extracted, page.title):
        title = _without_site(one_line(found or ""), site)
        if title and not re.search(r"</?\w+[^>]*>", title):
            return title
    return None


def _without_site(title: str, site: str | None) -> str:
    """The title without " - Site name" at its end or "Site name - " before it."""
    parts = _SEPARATED.split(title)
    if site and len(parts) > 1:
        if parts[-1].casefold() == site.casefold():
            return title[: title.rfind(parts[-1])].rstrip(" -–—|·•:»/")
        if parts[0].casefold() == site.casefold():
            return title[len(parts[0]) :].lstrip(" -–—|·•:»/")
    return title


def _author(page: _Page, statements: Statements, document: Any, site: str | None) -> str | None:
    """Names of people only, or None: no outlet, desk, address or handle."""
    written = (page.meta("author", "article:author", "dc.creator", "byl"), document.author if document is not None else "")
    for names in (statements.authors, *([name] for name in written)):
        people = list(dict.fromkeys(person for name in names for person in _people(name or "", site)))
        if people:
            return shortened(", ".join(people), AUTHOR_LIMIT)
    return None


_BY = re.compile(r"^\s*(?:by|von|par|por)\s+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*(?:[;,]|\band\b|\bund\b|&)\s*")


def _people(text: str, site: str | None) -> Iterable[str]:
    for part in _BETWEEN_NAMES.split(_BY.sub("", one_line(text))):
        is_name = 1 < len(part) <= 60 and " " in part and not _NO_NAME.search(part) and any(c.isalpha() for c in part)
        if is_name and not _NOBODY.fullmatch(part) and part.casefold() != (site or "").casefold():
            yield part


_DATE_METAS = ("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate", "publishdate", "parsely-pub-date")


def _published(page: _Page, statements: Statements, document: Any) -> datetime | None:
    stated = (statements.published, page.meta(*_DATE_METAS), document.date if document is not None else "")
    return next((moment for moment in map(_moment, stated) if moment is not None), None)


def _moment(text: str | None) -> datetime | None:
    text = (text or "").strip()
    try:
        found = datetime.fromisoformat(text)
        if _DATE_ONLY.fullmatch(text):
            return found.replace(hour=12, tzinfo=UTC)
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        return moment if 1900 <= moment.year < 2200 else None
    except (ValueError, OverflowError):
        return None


def _language(page: _Page, headers: Mapping[str, str]) -> str | None:
    header = next((v for k, v in headers.items() if k.lower() == "content-language"), "")
    return next((tag for tag in map(language_tag, (page.language, page.meta("content-language"), header)) if tag), None)


def _canonical(page: _Page, url: str) -> str | None:
    base = (clean_link(page.base, url) if page.base else None) or url
    for found in (page.canonical.strip(), page.meta("og:url")):
        link = clean_link(found, base) if found else None
        if link:
            return link
    return None


def _locked(page: _Page) -> bool:
    return page.meta("article:content_tier").lower() == "locked"


def _correction(title: str | None, text: str, seen: tuple[str, ...]) -> str | None:
    """What the page says it put right, in its own words, from the article and from notices outside it; None when nothing is said."""
    lines_ = dict.fromkeys((title or "", *text.split("\n"), *(line for line in seen if len(line) <= _CORRECTION_LIMIT)))
    found = [line for line in lines_ if _is_correction(line)]
    return shortened("\n".join(found), _CORRECTION_LIMIT) if found else None


def _is_correction(line: str) -> bool:
    return bool(_CORRECTION.match(line) or (_NOTED.match(line) and _PUT_RIGHT.search(line)))
