"""The checks of a new tree: every file when it is written, every link once all are there. A failure raises BuildError.

Pages are written so that an XML parser reads them too: whatever it refuses (a tag not closed, an attribute not
quoted, a control character) is refused here, and a template of one's own has to keep to that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from posixpath import basename, dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from groundwire.errors import BuildError

SEARCH = "search/index.html"
"""The one page that may have a script, and a field to type into."""


def _xpath(expression: str, *, smart: bool = False) -> Any:
    return etree.XPath(expression, smart_strings=smart)


_FORBIDDEN = ("style", "iframe", "object", "embed", "base", "form", "input", "img")
_ONLY_IN_HEAD = ("meta", "link")
_MAY_HANDLE = (re.compile(rb"on\w+\s*="), re.compile(rb"style\s*="))
"""What looks like a handler or a style in lower case; each starts with a letter, so that most of a page is passed over quickly."""

_HANDLERS = _xpath("//@*[name()='style' or starts-with(translate(name(), 'ON', 'on'), 'on')]", smart=True)
_IDS = _xpath("/descendant::*/@id")
_LINKS = _xpath("/descendant::*/@href"), _xpath("/descendant::*/@src")
_CANONICAL = _xpath("/descendant::link[@rel='canonical']/@href")
_TARGETS = _xpath("/descendant::*/@popovertarget")
_REFERENCES = tuple(_xpath(f"/descendant::*/@{name}") for name in ("aria-labelledby", "aria-describedby", "aria-controls"))
_CLAIMS = _xpath("/descendant::*[@id][contains(@class, 'report')]")
_PLAIN = re.compile(r"(?!/)[\w./-]*", re.ASCII)
"""A relative path or a fragment that stands for itself."""

_OUTWARD = re.compile(r"https?://[^\s/]\S*")

_SCHEMES = frozenset({"http", "https", "mailto"})
_ATOM, _MAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_WANTED: dict[str, tuple[str, tuple[str, ...], str, tuple[str, ...]]] = {
    f"{_ATOM}feed": (
        ".",
        (f"{_ATOM}id", f"{_ATOM}title", f"{_ATOM}updated"),
        f"{_ATOM}entry",
        (f"{_ATOM}id", f"{_ATOM}title", f"{_ATOM}updated"),
    ),
    "rss": ("channel", ("title", "link", "description"), "item", ("guid", "title", "link")),
    f"{_MAP}urlset": (".", (), f"{_MAP}url", (f"{_MAP}loc",)),
    f"{_MAP}sitemapindex": (".", (), f"{_MAP}sitemap", (f"{_MAP}loc",)),
}
"""By the root of a feed or sitemap: where its members stand and which it must have, its entries and what each of them must have."""

_ROOTS = {"feed.xml": (f"{_ATOM}feed",), "rss.xml": ("rss",), "sitemap.xml": (f"{_MAP}urlset", f"{_MAP}sitemapindex")}
_JSON_FEED = ("version", "title", "items")


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What other files need to know of one: its ids, and where it links inside the site, as path#fragment."""

    ids: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def inspect(path: str, content: bytes, base: str = "/") -> Anatomy:
    """The anatomy of one file; raises BuildError naming file and cause. `base` is the path of the site's address."""
    if path.endswith(".html"):
        return _page(path, content, base)
    if path.endswith(".xml"):
        _feed(path, _parsed(path, content))
    if path.endswith(".json"):
        _data(path, _json(path, content))
    return Anatomy()


def _feed(path: str, root: Any) -> None:
    """A feed or a sitemap has the members that its format wants."""
    roots = _ROOTS.get(basename(path))
    if roots and root.tag not in roots:
        raise BuildError(f"{path}: starts with <{root.tag}>, not <{roots[0]}>")
    if root.tag not in _WANTED:
        return
    where, members, entry, wanted = _WANTED[root.tag]
    whole = root.find(where)
    missing = [m for m in members if whole is None or not whole.findtext(m)]
    missing += [m for e in ((whole if whole is not None else root).iterchildren(entry)) for m in wanted if not e.findtext(m)]
    if missing:
        raise BuildError(f"{path}: has no {missing[0].partition('}')[2] or missing[0]}")


def _data(path: str, data: Any) -> None:
    if path == "feed.json":
        missing = [m for m in _JSON_FEED if m not in data] + ["id" for item in data.get("items", ()) if not item.get("id")]
        if missing:
            raise BuildError(f"{path}: has no {missing[0]}")


def resolve(anatomies: Mapping[str, Anatomy]) -> tuple[str, ...]:
    """Where files that are written together link outside of them, as path#fragment, in order; raises BuildError.

    Every link among them leads to a file, and to an id in it when it has a fragment.
    """
    ids = {path: frozenset(a.ids) for path, a in anatomies.items()}
    outward: set[str] = set()
    for path, anatomy in anatomies.items():
        for link in anatomy.links:
            target, _, fragment = link.partition("#")
            if target not in ids:
                outward.add(link)
            elif fragment and fragment not in ids[target]:
                raise BuildError(f"{path}: links to {link}, and there is no such id")
    return tuple(sorted(outward))


def _parsed(path: str, content: bytes) -> Any:
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError as error:
        raise BuildError(f"{path}: is not well formed: {error}") from error


def _json(path: str, content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise BuildError(f"{path}: is no JSON: {error}") from error


def _page(path: str, content: bytes, base: str) -> Anatomy:
    root = _parsed(path, content)
    if root.tag != "html" or not root.get("lang"):
        raise BuildError(f"{path}: has no <html> with a language")
    _refuse(path, root, content)
    for claim in _CLAIMS(root):
        if "report" in claim.get("class").split() and next(claim.iter("button"), None) is None:
            raise BuildError(f"{path}: the reported sentence {claim.get('id')} has no citation")
    ids = _IDS(root)
    if len(set(ids)) < len(ids):
        raise BuildError(f"{path}: the id {next(i for i in ids if ids.count(i) > 1)} is there twice")
    scripts, headings = len(list(root.iter("script"))), len(list(root.iter("h1")))
    if scripts > 1 or headings != 1 or root.find("head/title") is None:
        raise BuildError(
            f"{path}: has {scripts} scripts and {headings} first headings; there must be a title, one heading and at most one script"
        )
    return Anatomy(tuple(ids), tuple(dict.fromkeys(_links(path, root, base))))


def _refuse(path: str, root: Any, content: bytes) -> None:
    """What no page may hold: styles, scripts but data, frames, forms, handlers. The search page has a script and a field of its own."""
    search = path == SEARCH
    for element in (*root.iter(*_FORBIDDEN), *(e for body in root.iter("body") for e in body.iter(*_ONLY_IN_HEAD))):
        if not (search and element.tag == "input"):
            raise BuildError(f"{path}: <{element.tag}> must not be in a page")
    if _may_handle(content.lower()) and (attributes := _HANDLERS(root)):
        raise BuildError(f"{path}: the attribute '{attributes[0].attrname}' must not be in a page")
    for element in root.iter("script"):
        if search and element.get("src") and element.get("type") == "module" and not element.text:
            continue
        if element.get("type") != "application/ld+json" or element.get("src"):
            raise BuildError(f"{path}: a script that is not JSON-LD must not be in a page")
        _json(f"{path} (JSON-LD)", (element.text or "").encode())


def _may_handle(content: bytes) -> bool:
    return any(content[m.start() - 1 : m.start()].isspace() for pattern in _MAY_HANDLE for m in pattern.finditer(content))


def _links(path: str, root: Any, base: str) -> Iterator[str]:
    """What a page links to inside the site, and the ids that it refers to; the links that lead out are checked by the way."""
    canonical = _CANONICAL(root)
    for value in dict.fromkeys(value for find in _LINKS for value in find(root)):
        if not _OUTWARD.fullmatch(value) and value not in canonical and (found := _inside(path, value, base)):
            yield found
    yield from (f"{path}#{identity}" for identity in _TARGETS(root))
    for value in (value for find in _REFERENCES for value in find(root)):
        yield from (f"{path}#{identity}" for identity in value.split())


def _inside(path: str, link: str, base: str) -> str | None:
    """Where a link leads inside the site, or None when it leads out of it by an allowed scheme."""
    place, _, fragment = link.partition("#")
    if _PLAIN.fullmatch(place) and _PLAIN.fullmatch(fragment):
        target = _beside(dirname(path), place) if place else path
        return f"{target}#{fragment}" if fragment else target
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        if parts.scheme not in _SCHEMES or re.search(r"\s", link):
            raise BuildError(f"{path}: the link {link!r} has a scheme that is not allowed")
        return None
    if not parts.path:
        return f"{path}#{unquote(parts.fragment)}" if parts.fragment else path
    if parts.path.startswith("/"):
        if not parts.path.startswith(base):
            raise BuildError(f"{path}: links to {parts.path}, outside the site")
        target = parts.path.removeprefix(base)
    else:
        target = _beside(dirname(path), unquote(parts.path))
    target = target or "index.html"
    return f"{target}#{unquote(parts.fragment)}" if parts.fragment else target


@lru_cache(maxsize=1024)
def _beside(folder: str, link: str) -> str:
    return normpath(join(folder, link))
