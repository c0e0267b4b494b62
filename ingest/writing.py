"""Writing from many tasks through one thread: what waits together is committed together.

A commit with synchronous=FULL waits for the disk, so tasks that finish at the same time share one; each task goes
on only when its own work is on the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from groundwire.log import event
from groundwire.store.database import Database

T = TypeVar("T")


class GroupWriter:
    """Runs pieces of work in the event loop's thread, several to a transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []
        self._flush: asyncio.Handle | None = None

    async def write(self, work: Callable[[], T]) -> T:
        """Do `work` in a transaction and return its result once it is committed.

        A piece that raises takes the whole transaction with it: it is a bug, and every task that waited is told.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.append((work, future))
        if self._flush is None:
            self._flush = loop.call_soon(self._commit)
        return await future

    def _commit(self) -> None:
        self._flush = None
        batch, self._waiting = self._waiting, []
        try:
            with self._db.transaction():
                results = [work() for work, _ in batch]
                event("items committing", pieces=len(batch))
        except BaseException as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
