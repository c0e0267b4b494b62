"""What one poll works with: the store through one thread, the client, the turns at hosts, the workers, and the tally."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from groundwire.config import Settings
from groundwire.errors import FetchError, WorkerDied, WorkerError, WorkerTimeout
from groundwire.http import DEADLINE_SECONDS, Client, Headers, Response
from groundwire.log import Progress, event
from groundwire.records import Failure
from groundwire.store import failures, feeds
from groundwire.store.database import Database
from ingest.lanes import Lanes, Turn
from ingest.schedule import HostBlock, NoAnswer, after_host_answer, block_of
from ingest.urls import host_of
from ingest.writing import GroupWriter

T = TypeVar("T")

PARALLEL_HOSTS = 64
"""Hosts that are asked at the same time."""


@dataclass(slots=True)
class Session:
    """One poll under way; `now` is its one moment."""

    db: Database
    settings: Settings
    now: datetime
    client: Client
    pool: Executor
    progress: Progress
    deadline: float
    lanes: Lanes
    writer: GroupWriter
    blocks: dict[str, HostBlock]
    request_seconds: float = DEADLINE_SECONDS
    """The whole time that one request may take."""
    turned_away: set[str] = field(default_factory=set)
    """Hosts that said 429 or 503 in this poll, from the moment they did; their blocks are stored with the answers."""
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(PARALLEL_HOSTS))
    counts: Counter[str] = field(default_factory=Counter)
    failing: set[tuple[str, str]] = field(default_factory=set)
    """Kind and subject of what is known to fail."""
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def late(self) -> bool:
        """Whether the run has used its time; what is left stays queued."""
        return monotonic() > self.deadline

    def block(self, host: str) -> HostBlock:
        return self.blocks.get(host) or HostBlock(host)

    def waits(self, host: str) -> bool:
        """Whether a host has asked us to wait beyond now."""
        block = self.blocks.get(host)
        return host in self.turned_away or (block is not None and block.blocked_until is not None and block.blocked_until > self.now)

    async def ask(
        self,
        url: str,
        turn: Turn,
        headers: dict[str, str],
        limit_bytes: int,
        admit: Callable[[str], Awaitable[None]] | None = None,
        *,
        keep: bool = True,
    ) -> Response | NoAnswer:
        """One request with its redirects, the turn going along from host to host; a failure is a value.

        Without `keep` nothing else is about to be asked of the host, and the connection is closed.
        """

        seen = {url}

        async def before_hop(target: str) -> None:
            hop = host_of(target)
            if target in seen:
                raise FetchError(target, "it redirects in a circle", "redirects")
            seen.add(target)
            await turn.at(hop)
            if self.waits(hop):
                raise FetchError(target, f"{hop} asks us to wait", "waiting")
            if admit is not None:
                await admit(target)

        try:
            answer = await self.client.get(
                url, headers=headers, limit_bytes=limit_bytes, before_hop=before_hop, deadline_seconds=self.request_seconds, keep=keep
            )
        except FetchError as error:
            return NoAnswer(error.kind, error.reason)
        if answer.status in (429, 503):
            self.turned_away.add(host_of(answer.url))
        event("response read", url=url, status=answer.status)
        return answer

    def store_block(self, block: HostBlock) -> None:
        """Keep what a host's answer says about asking it again; belongs into a write."""
        if block != self.block(block.host):
            self.blocks[block.host] = block
            feeds.store_host(self.db, block.host, block.blocked_until, block.reason, block.blocks)

    def heard(self, host: str, status: int, headers: Headers) -> HostBlock:
        """The block of a host after one of its answers."""
        return after_host_answer(self.block(host), status, headers, self.now)

    def fail(self, failure: Failure) -> None:
        """Keep a failure, and report it if it is new; belongs into a write."""
        self.failing.add((failure.kind, failure.subject))
        if failures.note(self.db, failure, self.now):
            self.failures.append(failure)

    def works(self, kind: str, subject: str) -> None:
        """What failed before works again; belongs into a write."""
        if (kind, subject) in self.failing:
            self.failing.discard((kind, subject))
            failures.clear(self.db, kind, subject, self.now)

    async def job(self, work: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Run a parser in a watched worker; raises what it raises, and WorkerError when it does not come back."""
        return await asyncio.wrap_future(self.pool.submit(work, *arguments, **named))


def said(error: WorkerError) -> str:
    """A worker's failure in an operator's words."""
    if isinstance(error, WorkerTimeout):
        return "reading it took too long and was stopped"
    return "reading it needed too much memory and was stopped" if isinstance(error, WorkerDied) else str(error)


def stored_failing(db: Database) -> set[tuple[str, str]]:
    """Kind and subject of everything that is stored as failing."""
    return {(failure.kind, failure.subject) for failure, _, _ in failures.current(db)}


def stored_blocks(db: Database) -> dict[str, HostBlock]:
    """The hosts that wait, as stored."""
    return {row["host"]: block_of(row["host"], row) for row in feeds.hosts(db)}
