"""The checks of a new tree: every file when it is written, every link once all are there. A failure raises BuildError.

Pages are written so that an XML parser reads them too: whatever it refuses (a tag not closed, an attribute not
quoted, a control character) is refused here, and a template of one's own has to keep to that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from groundwire.errors import BuildError

_FORBIDDEN_TAGS = frozenset({"style", "iframe", "object", "embed", "base", "form", "input", "img", "link", "meta"})
_IN_HEAD = frozenset({"meta", "link"})
_LINKS = ("href", "src", "popovertarget")
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls")
_SCHEMES = frozenset({"http", "https", "mailto"})
_FEEDS = {
    "feed.xml": "{http://www.w3.org/2005/Atom}feed",
    "rss.xml": "rss",
    "sitemap.xml": "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset",
}


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
        root = _parsed(path, content)
        if path in _FEEDS and root.tag != _FEEDS[path]:
            raise BuildError(f"{path}: starts with <{root.tag}>, not <{_FEEDS[path]}>")
    if path.endswith(".json"):
        _json(path, content)
    return Anatomy()


def resolve(anatomies: Mapping[str, Anatomy]) -> None:
    """Every link inside the site leads to a file, and to an id in it when it has a fragment; raises BuildError."""
    ids = {path: frozenset(a.ids) for path, a in anatomies.items()}
    for path, anatomy in anatomies.items():
        for link in anatomy.links:
            target, _, fragment = link.partition("#")
            if target not in ids:
                raise BuildError(f"{path}: links to {target}, which is not in the site")
            if fragment and fragment not in ids[target]:
                raise BuildError(f"{path}: links to {target}#{fragment}, and there is no such id")


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
    ids: list[str] = []
    links: list[str] = []
    scripts = headings = 0
    for element in root.iter(etree.Element):
        _refuse(path, element)
        scripts += element.tag == "script"
        headings += element.tag == "h1"
        if identity := element.get("id"):
            ids.append(identity)
        links.extend(_links(path, element, base))
        if "report" in (element.get("class") or "").split() and element.get("id") and element.find(".//button") is None:
            raise BuildError(f"{path}: the reported sentence {element.get('id')} has no citation")
    if len(set(ids)) < len(ids):
        raise BuildError(f"{path}: the id {next(i for i in ids if ids.count(i) > 1)} is there twice")
    if scripts > 1 or headings != 1 or root.find("head/title") is None:
        raise BuildError(
            f"{path}: has {scripts} scripts and {headings} first headings; there must be a title, one heading and at most one script"
        )
    return Anatomy(tuple(ids), tuple(dict.fromkeys(links)))


def _refuse(path: str, element: Any) -> None:
    """What no page may hold: styles, scripts but data, frames, forms, handlers."""
    tag = element.tag
    inside_head = tag in _IN_HEAD and element.getparent().tag == "head"
    if tag in _FORBIDDEN_TAGS and not inside_head:
        raise BuildError(f"{path}: <{tag}> must not be in a page")
    for name in element.attrib:
        if name == "style" or name.lower().startswith("on"):
            raise BuildError(f"{path}: the attribute '{name}' must not be in a page")
    if tag == "script":
        if element.get("type") != "application/ld+json" or element.get("src"):
            raise BuildError(f"{path}: a script that is not JSON-LD must not be in a page")
        _json(f"{path} (JSON-LD)", (element.text or "").encode())


def _links(path: str, element: Any, base: str) -> Iterator[str]:
    for name in _LINKS:
        value = element.get(name)
        if value is None or (element.tag == "link" and element.get("rel") == "canonical"):
            continue
        found = _inside(path, f"#{value}" if name == "popovertarget" else value, base)
        if found:
            yield found
    for name in _REFERENCES:
        yield from (f"{path}#{identity}" for identity in (element.get(name) or "").split())


def _inside(path: str, link: str, base: str) -> str | None:
    """Where a link leads inside the site, or None when it leads out of it by an allowed scheme."""
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
        target = normpath(join(dirname(path), unquote(parts.path)))
    target = target or "index.html"
    return f"{target}#{unquote(parts.fragment)}" if parts.fragment else target
