"""Addresses from outside: how one must be spelled to be asked, and which numbers may be connected to.

The deny list is our own, from the IANA special-purpose address registries (RFC 6890 and its updates), because
`ipaddress.is_global` lets multicast, ::/96, NAT64, 6to4 and site-local through on Python 3.11.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urljoin

from groundwire.errors import BlockedAddressError

MAX_LENGTH = 8_000
"""Characters of an address; longer ones are refused (RFC 9110, 4.1 asks for at least 8,000 octets)."""

DEFAULT_PORTS = {"http": 80, "https": 443}

_DENIED_V4 = tuple(
    ipaddress.IPv4Network(n)
    for n in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
        *("192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24"),
        *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""Global unicast: what lies outside (::/96, NAT64, unique local, link-local, site-local, multicast, ...) is denied as a whole."""
_DENIED_V6 = tuple(
    ipaddress.IPv6Network(n) for n in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
)
"""Denied inside 2000::/3: IETF protocols with Teredo, documentation, 6to4, AS112, the returned 6bone, documentation."""

_URL = re.compile(r"(https?)://([^/?#\\]+)([^?#]*)(\?[^#]*)?(?:#.*)?", re.IGNORECASE | re.DOTALL)
_HALF = re.compile(r"https?:(?!//[^/\\])", re.IGNORECASE)
"""Read as relative by RFC 3986 and as absolute by browsers: not taken at all."""
_AUTHORITY = re.compile(r"(\[[^\]]*\]|[^:\[\]]+)(?::([0-9]{0,5}))?")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
_PLAIN_TARGET = re.compile(r"[!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]*")
_TARGET_KEPT = "!$%&'()*+,-./:;=?@_~"
_SEPARATORS = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Address:
    """An address that is spelled well enough to be asked: host lower-case and ASCII, `target` with path and query percent-encoded."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """scheme://host:port, as the table of robots has it; the port is always there."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def netloc(self) -> str:
        return self.host if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.target}"

    @property
    def literal(self) -> str | None:
        """The number of a host that is one, else None."""
        if self.host.startswith("["):
            return self.host[1:-1]
        return self.host if self.host.rpartition(".")[2].isdecimal() else None


@lru_cache(maxsize=2048)
def parse(url: str) -> Address:
    """The address that a URL spells; raises BlockedAddressError when it must not be asked.

    Refused: other schemes than http and https, user names, control and white-space characters, host names that hold
    zero-width characters or are not names (RFC 1123, IDNA by UTS 46), and IPv4 addresses in any but the dotted form.
    """
    match = _URL.fullmatch(url) if len(url) <= MAX_LENGTH and not _UNSAFE.search(url) else None
    if match is None:
        raise BlockedAddressError(shown(url), _complaint(url), "address")
    scheme, authority, path, query = match[1].lower(), match[2], match[3], match[4] or ""
    if "@" in authority:
        raise BlockedAddressError(shown(url), "it names a user; remove what stands before '@'", "address")
    place = _AUTHORITY.fullmatch(authority)
    if place is None:
        raise BlockedAddressError(shown(url), "its host or port is not one", "address")
    port = int(place[2]) if place[2] else DEFAULT_PORTS[scheme]
    host = _host(place[1])
    if host is None or not 0 < port < 65536 or path.startswith("\\"):
        raise BlockedAddressError(shown(url), "its host is not a name or an address in its usual spelling", "address")
    return Address(scheme, host, port, _target(path.replace("\\", "/") or "/", query))


def absolute(reference: str, base: str) -> str:
    """A reference resolved against the address of what held it (RFC 3986, 5); raises BlockedAddressError when it cannot be."""
    text = reference.strip().replace(" ", "%20")
    if _UNSAFE.search(text):
        raise BlockedAddressError(shown(reference), _complaint(text), "address")
    if _HALF.match(text):
        raise BlockedAddressError(shown(reference), "it names a scheme and no host", "address")
    try:
        return urljoin(base, text)
    except ValueError:
        raise BlockedAddressError(shown(reference), "it cannot be read as an address", "address") from None


def shown(url: str) -> str:
    """An address as a message may show it: one line, not too long, no user or password."""
    text = re.sub(r"//[^/?#]*@", "//", url[:300])
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


@lru_cache(maxsize=4096)
def denied(number: str, allow_loopback: bool) -> str | None:
    """Why an IP address must not be connected to, or None when it may."""
    try:
        address = ipaddress.ip_address(number)
    except ValueError:
        return f"'{number}' is not an address"
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return f"{number} belongs to one interface"
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
    if address.is_loopback:
        return None if allow_loopback else f"{number} is this machine (fetch.allow_loopback is off)"
    return f"{number} is not a public address" if _special(address) else None


@lru_cache(maxsize=4096)
def is_loopback(number: str) -> bool:
    """Whether an IP address is this machine's own."""
    address = ipaddress.ip_address(number)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _special(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return any(address in network for network in _DENIED_V4)
    return address not in _GLOBAL_V6 or any(address in network for network in _DENIED_V6)


def _host(text: str) -> str | None:
    """A host in its one spelling, or None: names lower-case ASCII without the root's dot, IPv6 compressed in brackets."""
    if text.startswith("["):
        return _v6(text[1:-1])
    name = text.lower() if text.isascii() else _ascii_name(text)
    if name is None:
        return None
    name = name.removesuffix(".")
    if not _NAME.fullmatch(name):
        return None
    if not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return name
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError:
        return None


def _v6(text: str) -> str | None:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    return None if address.scope_id is not None else f"[{address.compressed}]"


def _ascii_name(text: str) -> str | None:
    """An international name in ASCII (UTS 46, not transitional), or None; invisible characters are refused, not mapped away."""
    import idna

    if any(unicodedata.category(c) in _SEPARATORS for c in text):
        return None
    try:
        return idna.encode(text, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None


def _target(path: str, query: str) -> str:
    target = path + query
    if _PLAIN_TARGET.fullmatch(target):
        return target
    return quote(target, safe=_TARGET_KEPT, errors="surrogateescape")


def _complaint(url: str) -> str:
    if len(url) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH:,} characters"
    if _UNSAFE.search(url):
        return "it holds control or white-space characters"
    return "only http and https addresses are fetched"
