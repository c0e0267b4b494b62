"""The guard of the desk: which hosts it answers, who may look, what may change something, how much it reads, what every answer carries.

The deciders are pure; `Guard` is the thin ASGI application around all others that asks them.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from desk.answers import Editor, editor_of
from desk.sessions import Door, Session, Sessions
from groundwire.errors import ConfigError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BODY = 1_000_000
"""Bytes of a request; a form of the longest article with every sentence in it has a tenth of that."""
LINGER_SECONDS = 3.0
"""How long a body that is too long is taken in and thrown away, so that its sender reads the refusal."""

SESSION = "groundwire.session"
"""Where applications find the session of a request in its scope."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: tuple[tuple[str, str], ...] = (
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
)

PUBLIC = frozenset({"/start", "/sign-in"})
"""Addresses that answer those who are not signed in; what is under /static/ does so too."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Access:
    """How the desk may be reached: where it listens, under which names, who its editors are, what lets them in."""

    host: str
    port: int
    editors: tuple[Editor, ...] = ()
    password: str | None = None
    proxy_header: str | None = None

    @property
    def cookie(self) -> str:
        """The name of the cookie; browsers share cookies between the ports of a host, so it has the port."""
        return f"groundwire-desk-{self.port}"

    @property
    def everywhere(self) -> bool:
        """Whether it listens on every interface."""
        return self.host in ("0.0.0.0", "::", "")  # noqa: S104  (compared, not bound)


def access(host: str, port: int, editors: Iterable[str], password: str | None, proxy_header: str | None) -> Access:
    """How a desk is reached; raises ConfigError when it would be open to others without a password."""
    if not is_loopback(host) and not password and not proxy_header:
        raise ConfigError(
            f"desk.host '{host}': the desk would be open to everyone who reaches that address; set desk.password, "
            "or desk.proxy_header behind a proxy that signs editors in, or listen on 127.0.0.1"
        )
    return Access(host, port, tuple(map(editor_of, editors)), password, proxy_header)


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine and no other."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def known_host(given: str, reach: Access) -> bool:
    """Whether a Host header names the desk: a name that somebody else's DNS leads here never does."""
    name, port = _split(given.lower())
    if name is None or port != reach.port:
        return False
    if name in ("127.0.0.1", "localhost", "::1") or name == reach.host.lower().strip("[]"):
        return True
    return reach.everywhere and _is_number(name)


def _split(host: str) -> tuple[str | None, int | None]:
    """Name and port of a Host header; a header without a port means 80."""
    if host.startswith("["):
        name, closed, rest = host[1:].partition("]")
        if not closed:
            return None, None
    else:
        name, colon, rest = host.partition(":")
        rest = colon + rest
    if not rest:
        return name, 80
    port = rest[1:]
    return (name, int(port)) if rest[0] == ":" and port.isascii() and port.isdigit() and len(port) <= 5 else (None, None)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def foreign(host: str, origin: str | None, site: str | None, *, proxied: bool = False) -> str | None:
    """Why a request that changes something does not come from a page of the desk, or None.

    Browsers send Origin, Sec-Fetch-Site or both; each that is there must say "same origin". A page that sends no referrer,
    as those of the desk, has the Origin "null": Sec-Fetch-Site alone decides then, and behind a proxy, which may change Host.
    """
    if site is None and origin is None:
        return "it does not say where it comes from (no Origin, no Sec-Fetch-Site)"
    if site is not None and site.lower() != "same-origin":
        return f"it comes from another site (Sec-Fetch-Site: {site[:40]})"
    own = origin is None or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())
    if own or (site is not None and (origin == "null" or proxied)):
        return None
    return f"it comes from another origin ({(origin or '')[:80]})"


def cookie(header: str, name: str) -> str | None:
    """The value of a cookie, or None; the first one counts."""
    for part in header.split(";"):
        key, equals, value = part.strip().partition("=")
        if equals and key == name:
            return value
    return None


def set_cookie(reach: Access, session: Session) -> str:
    """The header that gives a browser its session."""
    return f"{reach.cookie}={session.id}; Path=/; HttpOnly; SameSite=Strict"


def proxied_editor(reach: Access, headers: Mapping[str, list[str]], peer: str) -> Editor | None:
    """The editor whom a trusted proxy names: one on this machine, by one header, with a name in it."""
    if not reach.proxy_header or not is_loopback(peer):
        return None
    named = headers.get(reach.proxy_header.lower(), [])
    text = " ".join(named[0].split())[:120] if len(named) == 1 else ""
    return next((e for e in reach.editors if e.name == text), Editor(text)) if text and text.isprintable() else None


class Guard:
    """Lets through what may pass, and puts the headers of safety on every answer."""

    def __init__(self, inner: Application, reach: Access, sessions: Sessions, refuse: Callable[[int, str], Application]) -> None:
        self._inner, self.reach, self._sessions, self._refuse = inner, reach, sessions, refuse
        self.door = Door(reach.password) if reach.password else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self._inner(scope, receive, send)
        if scope["type"] != "http":
            return None
        headers = _headers(scope)
        hosts = headers.get("host", [])
        if len(hosts) != 1 or not known_host(hosts[0], self.reach):
            return await _plain(421, b"", with_headers(send))
        if _declared(headers) > MOST_BODY:
            return await self._too_long(receive, with_headers(send))
        made = self._session(scope, headers)
        send = with_headers(send, set_cookie(self.reach, made) if made else None)
        refusal = self._refusal(scope, headers, hosts[0])
        if refusal or scope["method"] in SAFE:
            return await (refusal or self._inner)(scope, receive, send)
        body = await _whole(receive)
        if body is None:
            return await self._too_long(receive, send)
        return await self._inner(scope, _again(body, receive), send)

    def _session(self, scope: Scope, headers: Mapping[str, list[str]]) -> Session | None:
        """Put the session of a request into its scope; returns it when a trusted proxy's word has just made it."""
        found = self._sessions.find(cookie("; ".join(headers.get("cookie", [])), self.reach.cookie))
        named = proxied_editor(self.reach, headers, (scope.get("client") or ("",))[0])
        made = None
        if named and (found is None or found.editor != named):
            found = made = self._sessions.open(named, entered=True)
        scope[SESSION] = found
        return made

    def _refusal(self, scope: Scope, headers: Mapping[str, list[str]], host: str) -> Application | None:
        session: Session | None = scope[SESSION]
        public = scope["path"] in PUBLIC or scope["path"].startswith("/static/")
        if scope["method"] not in SAFE:
            why = foreign(host, _one(headers, "origin"), _one(headers, "sec-fetch-site"), proxied=bool(self.reach.proxy_header))
            if session is None:
                why = "nobody is signed in"
            if why:
                return self._refuse(403, f"Nothing was changed: {why}.")
        if public or (session and session.entered and session.editor):
            return None
        if self.reach.password or (session and session.entered):
            return _redirect("/sign-in") if scope["method"] in SAFE else self._refuse(403, "Nothing was changed: nobody is signed in.")
        return self._refuse(403, "Open the address that `groundwire desk` printed when it started; it lets one browser in, once.")

    async def _too_long(self, receive: Receive, send: Send) -> None:
        """Refuse a long body at once, and take in what still comes for a moment: nothing of it is kept."""
        text = f"Nothing was changed: a request may have {MOST_BODY:,} bytes.".encode()
        start = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(text)).encode()), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 413, "headers": start})
        await send({"type": "http.response.body", "body": text, "more_body": True})
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while (message := await receive())["type"] == "http.request" and message.get("more_body"):
                    pass
        except TimeoutError:
            pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _whole(receive: Receive) -> bytes | None:
    """The body of a request, or None when it is longer than it may be; nothing beyond that is read."""
    parts, size = [], 0
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that was read already, then goes on."""
    left = [body]

    async def given() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return given


def with_headers(send: Send, new_cookie: str | None = None) -> Send:
    """A `send` that puts the headers of safety on an answer; a content security policy of its own stays."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            names = {name.lower() for name, _ in given}
            more = [*HEADERS, ("content-security-policy", POLICY)]
            given += [(n.encode(), v.encode()) for n, v in more if n.encode() not in names]
            given += [(b"set-cookie", new_cookie.encode())] if new_cookie and b"set-cookie" not in names else []
            message = {**message, "headers": given}
        await send(message)

    return guarded


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _one(headers: Mapping[str, list[str]], name: str) -> str | None:
    """The value of a header; several values are one that nothing equals."""
    values = headers.get(name)
    return ", ".join(values) if values else None


def _declared(headers: Mapping[str, list[str]]) -> int:
    """The length that a request says it has; what is no number is refused by the server before."""
    said = headers.get("content-length", ["0"])[0]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 20 else MOST_BODY + 1


async def _plain(status: int, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


def _redirect(to: str) -> Application:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", to.encode()), (b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    return answer
