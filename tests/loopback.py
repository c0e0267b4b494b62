"""A scripted HTTP server on loopback, and a wire tap on sockets that never lets a test leave this machine."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

Script = Callable[[str], bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]]
"""What to answer to a request head: bytes, or a function that writes as it likes."""


def answer(status: int, *fields: str, body: bytes = b"") -> bytes:
    """A whole HTTP answer."""
    length = () if status in (204, 304) else (f"Content-Length: {len(body)}",)
    return "\r\n".join([f"HTTP/1.1 {status} X", *fields, *length, "", ""]).encode("utf-8", "surrogateescape") + body


@dataclass
class Server:
    port: int
    heads: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(script: Script, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Serve a script until the block ends; `heads` collects the requests."""
    server = Server(0)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                server.heads.append(head)
                reply = script(head)
                if isinstance(reply, bytes):
                    writer.write(reply)
                else:
                    await reply(writer)
                    break
                await writer.drain()
                if "connection: close" in head.lower():
                    break
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        await asyncio.sleep(0)


_NEVER = tuple(
    ipaddress.ip_network(n)
    for n in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "fec0::/10", "100.64.0.0/10", "192.88.99.0/24")
)


def must_not_be_reached(number: str) -> bool:
    """The tests' own opinion of an address, from the standard library's, which is not what the guard uses."""
    address = ipaddress.ip_address(number)
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        return must_not_be_reached(str(mapped))
    listed = any(address in network for network in _NEVER if network.version == address.version)
    return listed or not address.is_global or address.is_multicast or address.is_reserved


@dataclass
class Tap:
    """Every connection that was tried; those to public IPv4 addresses are led to `port` on loopback, all others refused."""

    port: int | None = None
    tried: list[tuple[str, int]] = field(default_factory=list)

    @property
    def breaches(self) -> list[tuple[str, int]]:
        return [(number, port) for number, port in self.tried if must_not_be_reached(number)]


@contextmanager
def tapped(monkeypatch: Any) -> Iterator[Tap]:
    """Tap all sockets and forbid the system's resolver."""
    tap = Tap()
    connect = socket.socket.connect

    def spy(sock: socket.socket, place: Sequence[Any]) -> None:
        tap.tried.append((place[0], place[1]))
        if tap.port is None or sock.family != socket.AF_INET or must_not_be_reached(place[0]):
            raise ConnectionRefusedError("the tap lets nothing out")
        connect(sock, ("127.0.0.1", tap.port))

    def no_lookup(*asked: Any, **_: Any) -> None:
        raise AssertionError(f"the system's resolver was asked for {asked[0]!r}")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "connect", spy)
        patch.setattr(socket.socket, "connect_ex", spy)
        patch.setattr(socket, "getaddrinfo", no_lookup)
        yield tap
