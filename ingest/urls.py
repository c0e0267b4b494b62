"""Addresses of pages: the one identity that each has however it was linked, and the links that feeds may give us.

courlan's list of tracking parameters is used, its `clean_url` is not: it drops queries without "=" ("?12345", the
whole identity of a page on old sites), cuts at quotation marks, folds "//" in paths, and takes an address out of another.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from groundwire.addresses import absolute, parse
from groundwire.errors import BlockedAddressError

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENCODED_KEPT = "!$%&'()*+,-./:;=?@_~"

_TRACKING = re.compile(
    r"(?:utm|at|mc|ga|gs|mtm|pk|piwik|matomo|hsa|itm|oly|vero|ml|mkt|wt|ns|trk|spm|guce|soc)_\w+|wt\.\w+|__hs\w+"
    r"|(?:d|fb|g|tt|tw|y|ysc)clid|gclsrc|(?:msclk|li_fat_|wbra|gbra|irclick|igsh)id|igsh|rdt_cid|sccid"
    r"|mkwid|_openstat|_hsenc|_hsmi|__s|__twitter_impression|smid|smtyp|ocid|ncid|cmpid|cmp|icid|ito|xtor|s_cid|sc_cid|sr_share"
    r"|ftag|guccounter|ref_src|ref_url|referrer|referer|share_id|sharetype|socialshare"
)
"""Parameters that never choose a page, by their whole names."""

_FROM_WHERE = frozenset({"src", "from", "via", "partner", "feed", "channel", "origin", "share", "output"})
_FROM_A_FEED = re.compile(
    r"(?:rss|atom|feed|feedburner|feedly|xml|newsletter|email|twitter|facebook|linkedin|social|share|homepage|syndication)(?:[-_.\d]\w*)?|"
)
"""Values that say only where a reader came from; other values of those parameters may choose the page and stay."""

MAX_LINK = 4_000

_PLAIN = re.compile(
    r"https?://(?=[^/]{1,253}/)((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})"
    r"(?:/(?!\.)[!$&'()*+,\-.0-9:=@A-Z_a-z~]*)+(\?[!$&'()*+,\-./0-9:=?@A-Z_a-z~]+)?"
)
"""The usual address, in the spelling that parsing and writing it again ends in: nine of ten, in a tenth of the time."""


@lru_cache(maxsize=4096)
def identity(url: str) -> str:
    """The canonical identity of a page's address: the same for all addresses that lead to the same page by their form.

    Scheme and host lower-case and in ASCII, no user, default port, fragment or tracking parameters, the query sorted by
    name, dot segments resolved, percent-encoding in one spelling, "/" for an empty path; a trailing slash is kept. What
    is not an http or https address is its own identity. Applied twice it changes nothing.
    """
    if (plain := _PLAIN.fullmatch(url)) and plain[2] is None:
        return url
    try:
        address = parse(_without_user(url.strip().replace(" ", "%20")))
    except BlockedAddressError:
        return url.strip()
    path, _, query = address.target.partition("?")
    kept = sorted(p for p in _normal(query).split("&") if p and not _tracks(p))
    kept.sort(key=lambda pair: pair.partition("=")[0])
    return f"{address.scheme}://{address.netloc}{_without_dots(_normal(path))}{'?' if kept else ''}{'&'.join(kept)}"


def clean_link(url: str, base: str) -> str | None:
    """A link out of a feed or page made absolute, or None when it must not be kept.

    Kept are http and https addresses whose host is a name or a number in its usual spelling, without user and
    password, percent-encoded, the fragment dropped. Whether it may be fetched is for the client to decide.
    """
    if len(url) > MAX_LINK:
        return None
    if _PLAIN.fullmatch(url):
        return url
    try:
        return parse(_without_user(absolute(url, base))).url
    except BlockedAddressError:
        return None


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an address as politeness counts it: lower-case, ASCII, without port; empty when it has none."""
    if plain := _PLAIN.fullmatch(url):
        return plain[1]
    try:
        return parse(url).host
    except BlockedAddressError:
        return ""


def origin_of(url: str) -> str:
    """scheme://host:port of an address, the key of its robots.txt; raises BlockedAddressError when it has none."""
    return parse(url).origin


def _without_user(url: str) -> str:
    return re.sub(r"^(https?://)[^/?#\\]*@", r"\1", url, flags=re.IGNORECASE)


def _normal(text: str) -> str:
    """Percent-encoding in its one spelling (RFC 3986, 6.2.2): unreserved characters plain, the rest in upper-case digits."""
    if "%" not in text:
        return quote(text, safe=_ENCODED_KEPT, errors="surrogateescape")
    whole = _STRAY_PERCENT.sub("%25", text)
    return quote(_ESCAPE.sub(_unescaped, whole), safe=_ENCODED_KEPT, errors="surrogateescape")


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    if "/." not in path:
        return path
    segments: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            del segments[-1:]
        elif part != ".":
            segments.append(part)
    if parts[-1] in (".", ".."):
        segments.append("")
    return "/" + "/".join(segments)


def _tracks(pair: str) -> bool:
    """Whether a name=value pair says how a reader came and not what is read."""
    name, _, value = pair.lower().partition("=")
    if _TRACKING.fullmatch(name):
        return True
    if name in _FROM_WHERE:
        return _FROM_A_FEED.fullmatch(value) is not None
    return not value.isdecimal() and _courlan_says_so(name)


@lru_cache(maxsize=1024)
def _courlan_says_so(name: str) -> bool:
    """Whether courlan's list holds the name itself: its pattern also hits names that only begin alike ("gallery" for "ga")."""
    from courlan.clean import TRACKERS_RE

    found = TRACKERS_RE.search(name)
    return found is not None and (found[0].endswith("_") or found.end() == len(name) or not name[found.end()].isalnum())
