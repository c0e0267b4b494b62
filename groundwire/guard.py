"""The guard of the client: which addresses may be asked, and which numbers may be connected to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from groundwire.addresses import Address, denied, is_loopback, parse, shown
from groundwire.config import Fetch
from groundwire.errors import BlockedAddressError, ConfigError

_RESOLVER_THREADS = 8

Resolver = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a host name, in the order they should be tried; raises OSError when there are none."""


class Guard:
    """Where connections may lead: the resolver and the maker of sockets of the client's connector."""

    def __init__(self, settings: Fetch, resolver: Resolver | None) -> None:
        self._ports = frozenset(settings.ports)
        self._loopback = settings.allow_loopback
        self._hosts = dict(_mapping(host, target, settings.allow_loopback) for host, target in settings.hosts.items())
        self._proxy = settings.proxy
        self._threads: ThreadPoolExecutor | None = None
        self._lookup = resolver or self._system_lookup

    def admit(self, url: str) -> Address:
        """The address to connect for, when its spelling, port and literal number allow it; raises BlockedAddressError."""
        address = parse(url)
        if address.port not in self._ports and not self._loopback:
            raise BlockedAddressError(shown(url), f"port {address.port} is not allowed (fetch.ports)", "address")
        if (number := address.literal) is not None:
            self._check(address.host, number, address.port)
        elif (
            not self._loopback and (address.host == "localhost" or address.host.endswith(".localhost")) and address.host not in self._hosts
        ):
            raise BlockedAddressError(shown(url), "it names this machine (fetch.allow_loopback is off)", "address")
        return address

    def proxy_for(self, address: Address) -> str | None:
        """The proxy to ask for an address; hosts of fetch.hosts are connected to directly."""
        return None if address.host in self._hosts else self._proxy

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, Any]]:
        """Numbers that may be connected to for a host, as aiohttp's connector asks; raises BlockedAddressError when none may."""
        mapped = self._hosts.get(host)
        if mapped is not None:
            return [_result(host, *mapped)]
        numbers = await self._lookup(host)
        if self._proxy:
            return [_result(host, number, port) for number in numbers]
        allowed = [_result(host, number, port) for number in numbers if self._complaint(number, port) is None]
        if numbers and not allowed:
            raise BlockedAddressError(host, self._complaint(numbers[0], port) or "", "address")
        if not allowed:
            raise socket.gaierror(socket.EAI_NONAME, "the name has no address")
        return allowed

    async def places(self, address: Address) -> list[tuple[str, int]]:
        """The numbers and ports to connect to for an admitted address, in the order to try them; raises BlockedAddressError when there are none."""
        if (number := address.literal) is not None:
            return [(number, address.port)]
        return [(found["host"], found["port"]) for found in await self.resolve(address.host, address.port)]

    async def close(self) -> None:
        """Part of what aiohttp asks of a resolver; the client shuts the guard itself."""

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one connection, made only when its number may be connected to; raises BlockedAddressError."""
        family, kind, protocol, _, place = info
        self.stop(place[0])
        return socket.socket(family, kind, protocol)

    def stop(self, number: str) -> None:
        """The last look at a number before a connection is made to it; raises BlockedAddressError."""
        if not self._proxy and (reason := denied(number, self._loopback)):
            raise BlockedAddressError(number, reason, "address")

    def shut(self) -> None:
        """Let go of the threads that look names up."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    def _check(self, host: str, number: str, port: int) -> None:
        if reason := self._complaint(number, port):
            raise BlockedAddressError(host, reason, "address")

    def _complaint(self, number: str, port: int) -> str | None:
        reason = denied(number, self._loopback)
        if reason is None and port not in self._ports and not is_loopback(number):
            return f"port {port} is not allowed (fetch.ports)"
        return reason

    async def _system_lookup(self, host: str) -> Sequence[str]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, "groundwire-dns")
        found = await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host)
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _look_up(host: str) -> list[Any]:
    return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)


def _mapping(host: str, target: str, allow_loopback: bool) -> tuple[str, tuple[str, int]]:
    """One row of fetch.hosts, checked; raises ConfigError."""
    number, _, port = target.rpartition(":")
    number = number.removeprefix("[").removesuffix("]")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigError(f'fetch.hosts."{host}": \'{target}\' is not an address and a port; write it like "127.0.0.1:8123"')
    if reason := denied(number, allow_loopback):
        raise ConfigError(f'fetch.hosts."{host}": {reason}')
    try:
        return parse(f"http://{host}/").host, (number, int(port))
    except BlockedAddressError as error:
        raise ConfigError(f'fetch.hosts."{host}": {error.reason}') from error


def info_of(number: str, port: int) -> Any:
    """A number as getaddrinfo gives it, which is how connections are asked for."""
    family = socket.AF_INET6 if ":" in number else socket.AF_INET
    return (family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (number, port, 0, 0) if ":" in number else (number, port))


def _result(host: str, number: str, port: int) -> dict[str, Any]:
    family = socket.AF_INET6 if ":" in number else socket.AF_INET
    return {"hostname": host, "host": number, "port": port, "family": family, "proto": 0, "flags": socket.AI_NUMERICHOST}
