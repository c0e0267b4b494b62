"""A cheap HTTP server on loopback, in a thread of its own: one function answers every request, for any number of host names."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Self

__all__ = ["Asked", "Reply", "Scripted"]

DRIP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; header names are lower-case."""

    host: str
    path: str
    headers: Mapping[str, str]
    at: float
    """On the monotonic clock."""
    connection: int
    beside: int
    """How many other requests to the same host were under way."""

    @property
    def url(self) -> str:
        return f"http://{self.host}{self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer; `manner` is "whole", "silent" (never), "drip" (a byte at a time for ever), "close" (hang up), "cut", or "until"."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    manner: str = "whole"
    delay_seconds: float = 0.0
    until: Callable[[], bool] | None = None
    """With manner "until": the whole answer, once this is true."""

    def head(self) -> bytes:
        fields = [*self.headers]
        if self.status not in (204, 304) and not any(name.lower() == "content-length" for name, _ in fields):
            fields.append(("Content-Length", str(len(self.body))))
        lines = [f"HTTP/1.1 {self.status} X", *(f"{name}: {value}" for name, value in fields), "", ""]
        return "\r\n".join(lines).encode("utf-8", "surrogateescape")


Answers = Callable[[Asked], Reply]


@dataclass
class Scripted:
    """The server; a context manager. `log` keeps every request, `hosts(names)` is for the setting `fetch.hosts`."""

    answers: Answers
    port: int = 0
    log: list[Asked] = field(default_factory=list)
    keep_log: bool = True

    def __post_init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._connections = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def hosts(self, names: Iterable[str]) -> dict[str, str]:
        return dict.fromkeys(names, f"127.0.0.1:{self.port}")

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), name="scripted", daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        listening = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port, backlog=512)
        self.port = listening.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        listening.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Connection(asyncio.Protocol):
    def __init__(self, server: Scripted) -> None:
        self.server = server
        server._connections += 1
        self.number = server._connections
        self.buffer = b""
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.task is not None:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
            self._asked(head.decode("latin-1"))

    def _asked(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host = headers.get("host", "").partition(":")[0]
        counted = self.server._open
        asked = Asked(host, first.split(" ")[1], headers, monotonic(), self.number, counted[host])
        counted[host] += 1
        if self.server.keep_log:
            self.server.log.append(asked)
        reply = self.server.answers(asked)
        if reply.manner == "whole" and not reply.delay_seconds:
            self._whole(asked, reply)
        else:
            self.task = asyncio.get_running_loop().create_task(self._slowly(asked, reply))
            self.server._tasks.add(self.task)
            self.task.add_done_callback(self.server._tasks.discard)

    def _whole(self, asked: Asked, reply: Reply) -> None:
        self.server._open[asked.host] -= 1
        self.transport.write(reply.head() + reply.body if reply.status not in (204, 304) else reply.head())
        if asked.headers.get("connection", "").lower() == "close":
            self.transport.close()

    async def _slowly(self, asked: Asked, reply: Reply) -> None:
        gone = False
        try:
            await asyncio.sleep(reply.delay_seconds)
            while reply.until is not None and not reply.until():
                await asyncio.sleep(DRIP_SECONDS)
            if reply.manner in ("whole", "until"):
                gone = True
                return self._whole(asked, reply)
            if reply.manner == "silent":
                await asyncio.Event().wait()
            if reply.manner == "cut":
                self.transport.write(reply.head() + reply.body[: len(reply.body) // 2])
            if reply.manner == "drip":
                self.transport.write(Reply(reply.status, (*reply.headers, ("Content-Length", "100000000"))).head())
                for byte in reply.body or b" ":
                    self.transport.write(bytes((byte,)))
                    await asyncio.sleep(DRIP_SECONDS)
                while True:
                    self.transport.write(b" ")
                    await asyncio.sleep(DRIP_SECONDS)
        finally:
            with suppress(RuntimeError):
                self.transport.close()
            if not gone:
                self.server._open[asked.host] -= 1
        return None
