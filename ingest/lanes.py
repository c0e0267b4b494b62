"""One request at a time to a host, and a pause between two, whoever asks."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from math import inf
from time import monotonic


class Lanes:
    """The turns at hosts; pauses are measured on the monotonic clock, and so is the `deadline` after which none begins."""

    def __init__(self, delay_seconds: float, deadline: float = inf) -> None:
        self.delay_seconds = delay_seconds
        self.deadline = deadline
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._free: dict[str, float] = {}
        self._delays: dict[str, float] = {}

    def slow_down(self, host: str, delay_seconds: float) -> None:
        """A host asks for a longer pause (Crawl-delay)."""
        self._delays[host] = max(delay_seconds, self.delay_seconds)

    def turn(self, host: str) -> Turn:
        """The only request to this host while it lasts (`async with`); the pause counts from its end. Look at `in_time` first."""
        return Turn(self, host)

    async def _enter(self, host: str) -> None:
        await self._locks[host].acquire()

    def _in_time(self, host: str) -> bool:
        return max(monotonic(), self._free.get(host, 0.0)) <= self.deadline

    def _exit(self, host: str) -> None:
        self._asked(host)
        self._locks[host].release()

    def _asked(self, host: str) -> None:
        self._free[host] = max(self._free.get(host, 0.0), monotonic() + self._delay(host))

    async def _pause(self, host: str) -> None:
        """Wait until the host may be asked again, and reserve that moment."""
        moment = monotonic()
        slot = max(moment, self._free.get(host, 0.0))
        self._free[host] = slot + self._delay(host)
        if slot > moment:
            await asyncio.sleep(slot - moment)

    def _delay(self, host: str) -> float:
        return self._delays.get(host, self.delay_seconds)


class Turn:
    """A turn at one host; it may go on to another, and never holds two, so that turns cannot wait for each other in a ring."""

    def __init__(self, lanes: Lanes, first: str) -> None:
        self._lanes = lanes
        self._first = first
        self._host: str | None = None
        self.in_time = False
        """Whether the host could be asked before the deadline; else nothing was waited for, and nothing may be asked."""

    async def __aenter__(self) -> Turn:
        try:
            await self.begin(self._first)
        except BaseException:
            self.leave()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    async def begin(self, host: str) -> None:
        """Have the turn, and wait for the pause when that ends in time."""
        await self._lanes._enter(host)
        self._host = host
        self.in_time = self._lanes._in_time(host)
        if self.in_time:
            await self._lanes._pause(host)

    async def at(self, host: str) -> None:
        """Have the turn at this host, and wait until it may be asked again; call it before each request."""
        if host == self._host:
            self._lanes._asked(host)
        else:
            self.leave()
            await self._lanes._enter(host)
            self._host = host
        await self._lanes._pause(host)

    def leave(self) -> None:
        """Let the next one ask."""
        if self._host is not None:
            self._lanes._exit(self._host)
            self._host = None
