"""The one guarded client for addresses from outside, and two functions for those that the operator wrote.

The only importer of aiohttp, and only once something is fetched. The guard stands in three places: an address is
parsed strictly before every hop; every number that its name resolves to is checked, and the connection is made to a
number that passed, never to the name; and each socket is checked again when it is made.

A request whose connection is not kept (`keep=False`: every poll of a feed) goes through aiohttp's own protocol and
parser without its session and pool, which cost more than all the rest of a poll that finds nothing new (ADR 0002).
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from multidict import CIMultiDict, MultiMapping

from groundwire import __version__
from groundwire.addresses import Address, absolute, shown
from groundwire.config import Fetch
from groundwire.decoding import ACCEPT_ENCODING, Body, DecodingError, TooLongError
from groundwire.errors import ConfigError, FetchError, LimitError
from groundwire.guard import Guard, Resolver, info_of

if TYPE_CHECKING:
    import aiohttp
    from aiohttp.client_proto import ResponseHandler

DEADLINE_SECONDS = 30.0
MAX_HOPS = 5
HEADER_BYTES = 32 * 1024
KEEP_SECONDS = 2.5
"""How long an idle connection is kept: longer than the pause between two pages of a host, too short for thousands to add up."""
NEXT_NUMBER_SECONDS = 0.25
"""How long one of a host's numbers is tried before the next one as well (RFC 8305, 5), aiohttp's own value."""
OPERATOR_BODY_BYTES = 64 * 1024

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_BODILESS = frozenset({204, 304})

logger = logging.getLogger("groundwire")


class Headers(Mapping[str, str]):
    """Header fields by name in any case; fields that came more than once are joined by ", "."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] | MultiMapping[str] = ()) -> None:
        self._fields = fields if isinstance(fields, MultiMapping) else CIMultiDict(fields)

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._fields.getall(name))

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.lower() for name in self._fields))

    def __len__(self) -> int:
        return len(dict.fromkeys(name.lower() for name in self._fields))

    def first(self, name: str) -> str | None:
        """The first field of that name exactly as received, or None; for validators, which are never joined."""
        return self._fields.get(name)


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer: `url` gave it, after `hops` of (status, absolute target) from `asked`; `body` is decoded."""

    asked: str
    url: str
    hops: tuple[tuple[int, str], ...]
    status: int
    headers: Headers
    body: bytes


def user_agent(contact_url: str | None) -> str:
    """How every request names itself."""
    return f"groundwire/{__version__} (+{contact_url})" if contact_url else f"groundwire/{__version__}"


class Client:
    """Fetches addresses from outside; an asynchronous context manager for one event loop.

    Raises ConfigError when the environment names a proxy (`environment_proxy`) and `fetch.proxy` does not. `tls` must
    check certificates and names, else ValueError. One host is asked as often and as quickly as the caller asks.
    """

    def __init__(
        self,
        settings: Fetch,
        agent: str,
        *,
        resolver: Resolver | None = None,
        environment_proxy: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if environment_proxy and not settings.proxy:
            raise ConfigError(
                "a proxy is set in the environment (HTTPS_PROXY or HTTP_PROXY), but not named by 'fetch.proxy'; name it there or unset it"
            )
        if tls is not None and (tls.verify_mode is not ssl.CERT_REQUIRED or not tls.check_hostname):
            raise ValueError("a TLS context that does not check certificates and host names is not used")
        self._settings = settings
        self._guard = Guard(settings, resolver)
        self._tls = tls
        self._errors: tuple[type[Exception], ...] = (OSError, ValueError)
        self._fields = {"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": ACCEPT_ENCODING}
        self._start = _lines({**self._fields, "Connection": "close"})
        self._protocol: Callable[[], ResponseHandler] | None = None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Client:
        import aiohttp
        from aiohttp.http_exceptions import HttpProcessingError

        if self._settings.proxy:
            logger.info("fetching through the proxy of fetch.proxy: it resolves names, so where a name leads cannot be checked here")
        self._errors = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError)
        self._protocol = partial(_exchange(), asyncio.get_running_loop())
        return self

    def _opened(self) -> aiohttp.ClientSession:
        """The session, made when the first request needs it."""
        import aiohttp

        if self._session is not None:
            return self._session
        connector = aiohttp.TCPConnector(
            resolver=self._guard,  # type: ignore[arg-type]
            use_dns_cache=False,
            limit=0,
            keepalive_timeout=KEEP_SECONDS,
            ssl=self._context(),
            socket_factory=self._guard.socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._fields,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            auto_decompress=False,
            trust_env=False,
            max_line_size=HEADER_BYTES,
            max_field_size=HEADER_BYTES,
        )
        # aiohttp sends a GET again by itself when the server hangs up: a request that nobody noted, without a pause.
        self._session._retry_connection = False
        return self._session

    def _context(self) -> ssl.SSLContext:
        """What TLS connections are checked by; reading the system's certificates takes milliseconds, so only once and when asked for."""
        if self._tls is None:
            self._tls = ssl.create_default_context()
            self._tls.set_alpn_protocols(("http/1.1",))
        return self._tls

    async def __aexit__(self, *_: object) -> None:
        self._protocol = None
        if self._session is not None:
            await self._session.close()
            self._session = None
        self._guard.shut()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int,
        deadline_seconds: float = DEADLINE_SECONDS,
        max_hops: int = MAX_HOPS,
        before_hop: Callable[[str], Awaitable[None]] | None = None,
        keep: bool = True,
    ) -> Response:
        """The answer of `url`, redirects followed, the body decoded and whole.

        The deadline covers everything, redirects included. `before_hop` is awaited with each redirect's absolute
        target before it is asked, and may raise. Validators in `headers` go along to every hop; Authorization and
        cookies stay with the origin they were given for. Without `keep` the server is asked to close the connection:
        nothing else is about to be asked of that host. Raises BlockedAddressError for what must not be connected to, LimitError
        for time and size, FetchError for the rest, all with the address that was asked for.
        """
        try:
            async with asyncio.timeout(deadline_seconds) as deadline:
                return await self._follow(url, dict(headers or {}), limit_bytes, max_hops, before_hop, keep)
        except FetchError as error:
            raise _renamed(error, url) from error
        except TooLongError:
            raise LimitError(shown(url), f"the answer is longer than {limit_bytes:,} bytes", "size") from None
        except self._errors as error:
            if deadline.expired():
                raise LimitError(shown(url), f"no complete answer within {deadline_seconds:g} s", "timeout") from None
            raise _explained(shown(url), error) from error

    async def _follow(
        self,
        url: str,
        headers: dict[str, str],
        limit_bytes: int,
        max_hops: int,
        before_hop: Callable[[str], Awaitable[None]] | None,
        keep: bool,
    ) -> Response:
        address = self._guard.admit(url)
        hops: list[tuple[int, str]] = []
        while True:
            answer = await self._ask(address, headers, limit_bytes, keep)
            if isinstance(answer, tuple):
                status, held, body = answer
                return Response(url, address.url, tuple(hops), status, held, body)
            target = absolute(answer.location, address.url)
            if len(hops) == max_hops:
                raise FetchError(shown(url), f"more than {max_hops} redirects", "redirects")
            following = self._guard.admit(target)
            hops.append((answer.status, following.url))
            if following.origin != address.origin:
                headers = {k: v for k, v in headers.items() if k.lower() not in _SECRET_HEADERS}
            if before_hop is not None:
                await before_hop(following.url)
            address = following

    async def _ask(self, address: Address, headers: dict[str, str], limit_bytes: int, keep: bool) -> tuple[int, Headers, bytes] | _Hop:
        if self._protocol is None:
            raise RuntimeError("the client is used outside its context")
        proxy = self._guard.proxy_for(address)
        if not keep and proxy is None:
            return await self._ask_once(address, headers, limit_bytes)
        from yarl import URL

        sent = headers if keep else {**headers, "Connection": "close"}
        async with self._opened().get(URL(address.url, encoded=True), headers=sent, allow_redirects=False, proxy=proxy) as response:
            return await _answer(address, response.status, response.raw_headers, response.headers, response.content, limit_bytes)

    async def _ask_once(self, address: Address, headers: dict[str, str], limit_bytes: int) -> tuple[int, Headers, bytes] | _Hop:
        """One request on a connection of its own."""
        request = _request(address, self._start, headers)
        protocol = await self._connected(address)
        try:
            protocol.set_response_params(
                read_until_eof=True, auto_decompress=False, max_line_size=HEADER_BYTES, max_field_size=HEADER_BYTES
            )
            assert protocol.transport is not None
            protocol.transport.write(request)
            message, content = await protocol.read()
            while message.code < 200 and message.code != 101:
                message, content = await protocol.read()
            return await _answer(address, message.code, message.raw_headers, message.headers, content, limit_bytes)
        finally:
            protocol.abort()

    async def _connected(self, address: Address) -> ResponseHandler:
        """A connection to the first number of the host that takes one, each checked right before; of several, the next is tried after a moment."""
        assert self._protocol is not None
        loop = asyncio.get_running_loop()
        tls: dict[str, Any] = {"ssl": self._context(), "server_hostname": address.host.strip("[]")} if address.scheme == "https" else {}
        places = await self._guard.places(address)
        if len(places) == 1:
            number, port = places[0]
            self._guard.stop(number)
            return (await loop.create_connection(self._protocol, number, port, **tls))[1]
        from aiohappyeyeballs import start_connection

        infos = [info_of(number, port) for number, port in places]
        connected = await start_connection(infos, happy_eyeballs_delay=NEXT_NUMBER_SECONDS, socket_factory=self._guard.socket)
        return (await loop.create_connection(self._protocol, sock=connected, **tls))[1]


@cache
def _exchange() -> type[ResponseHandler]:
    """aiohttp's protocol without its call for TCP_NODELAY, which the loops have set by then: a twentieth of an unchanged poll."""
    from aiohttp.client_proto import ResponseHandler

    class Exchange(ResponseHandler):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.Transport, transport)

        def connection_lost(self, exc: BaseException | None) -> None:
            if self.transport is not None:  # else it is we who hung up, and nobody listens any more
                super().connection_lost(exc)

    return Exchange


@dataclass(frozen=True, slots=True)
class _Hop:
    status: int
    location: str


def _lines(fields: Mapping[str, str]) -> str:
    """Header fields as they are sent; raises ValueError for one that would be more than one."""
    lines = [f"{name}: {value}" for name, value in fields.items()]
    if any("\n" in line or "\r" in line or "\0" in line for line in lines):
        raise ValueError("a header field with a line end in it")
    return "".join([f"{line}\r\n" for line in lines])


def _request(address: Address, start: str, fields: Mapping[str, str]) -> bytes:
    """The bytes of a GET."""
    return f"GET {address.target} HTTP/1.1\r\nHost: {address.netloc}\r\n{start}{_lines(fields)}\r\n".encode()


async def _answer(
    address: Address,
    status: int,
    raw: Sequence[tuple[bytes, bytes]],
    fields: MultiMapping[str],
    content: aiohttp.StreamReader,
    limit_bytes: int,
) -> tuple[int, Headers, bytes] | _Hop:
    """Status, fields and decoded body, or where to go on."""
    if 4 * len(raw) + sum(map(len, chain.from_iterable(raw))) > HEADER_BYTES:
        raise LimitError(address.url, f"its header block is longer than {HEADER_BYTES:,} bytes", "size")
    held = Headers(fields)
    if status in REDIRECTS and (location := held.first("location")):
        return _Hop(status, location)
    if status in _BODILESS:
        return status, held, b""
    body = Body(held.get("content-encoding"), limit_bytes)
    async for piece in content.iter_any():
        body.feed(piece)
    return status, held, body.value()


def _renamed(error: FetchError, url: str) -> FetchError:
    """The same failure under the address that was asked for, with where it happened when that is another."""
    if error.url == shown(url):
        return error
    return type(error)(shown(url), f"{error.reason} (at {error.url})", error.kind)


def _explained(url: str, error: Exception) -> FetchError:
    """What a failure below means, in words an operator can use."""
    import aiohttp
    from aiohttp.http_exceptions import HttpProcessingError

    if isinstance(error, DecodingError):
        return FetchError(url, str(error), "encoding")
    if isinstance(error, (aiohttp.ClientConnectorDNSError, socket.gaierror)):
        return FetchError(url, "its host name cannot be resolved", "dns")
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return FetchError(url, f"no trusted TLS connection ({_first_line(error)})", "tls")
    if isinstance(error, aiohttp.ClientPayloadError):
        return FetchError(url, "the answer was cut short", "short")
    if isinstance(error, (aiohttp.ClientResponseError, HttpProcessingError)):
        if "Got more than" in error.message or "Too many" in error.message:
            return LimitError(url, f"its header block is longer than {HEADER_BYTES:,} bytes", "size")
        return FetchError(url, f"the answer is not valid HTTP ({_first_line(error)})", "protocol")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return FetchError(url, "the server closed the connection without an answer", "connection")
    return FetchError(url, f"no connection ({_first_line(error)})", "connection")


def _first_line(error: Exception) -> str:
    return shown(str(error).splitlines()[0][:200]) if str(error) else type(error).__name__


async def get_as_written(url: str, *, deadline_seconds: float = DEADLINE_SECONDS) -> int:
    """Ask an address that the operator wrote, at exactly that host and port; the status, redirects not followed.

    Raises FetchError when there is no answer.
    """
    return await _as_written("GET", url, None, {}, deadline_seconds)


async def post_as_written(
    url: str, body: bytes, *, content_type: str = "application/json", deadline_seconds: float = DEADLINE_SECONDS
) -> int:
    """Send a body to an address that the operator wrote, at exactly that host and port; the status, redirects not followed.

    Raises FetchError when there is no answer.
    """
    return await _as_written("POST", url, body, {"Content-Type": content_type}, deadline_seconds)


async def _as_written(method: str, url: str, body: bytes | None, headers: dict[str, str], deadline_seconds: float) -> int:
    import aiohttp

    named = {"User-Agent": user_agent(None), **headers}
    timeout = aiohttp.ClientTimeout(total=deadline_seconds)
    try:
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout, trust_env=False, auto_decompress=False) as session,
            session.request(method, url, data=body, headers=named, allow_redirects=False) as response,
        ):
            await response.content.read(OPERATOR_BODY_BYTES)
            return response.status
    except TimeoutError:
        raise LimitError(shown(url), f"no complete answer within {deadline_seconds:g} s", "timeout") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _explained(shown(url), error) from error
