"""One lock for each publication, held by the operating system, so that a killed run leaves nothing stale."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from groundwire import log
from groundwire.clock import to_text
from groundwire.config import Publication
from groundwire.errors import LockedError

LOCK_NAME = "groundwire.lock"
HOLDER_NAME = "groundwire.lock.txt"


@contextmanager
def held(publication: Publication, command: str, now: datetime) -> Iterator[None]:
    """Hold the publication's lock; raises LockedError at once, naming the holder, when another process has it."""
    from filelock import FileLock, Timeout

    lock = FileLock(publication.root / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(_noted(publication) or "it has not said who it is") from None
    note = publication.root / HOLDER_NAME
    try:
        note.write_text(f"pid {os.getpid()}, {command}, since {to_text(now)}\n", encoding="utf-8")
        log.event("lock taken", command=command)
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def holder(publication: Publication) -> str | None:
    """Who holds the lock as they noted it, or None; asks for nothing, so it never stands in a run's way."""
    noted = _noted(publication)
    return noted if noted and _alive(noted) else None


def _noted(publication: Publication) -> str | None:
    try:
        return (publication.root / HOLDER_NAME).read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def _alive(noted: str) -> bool:
    """Whether the process of a note still runs; where that cannot be asked harmlessly, the note is believed."""
    pid = noted.removeprefix("pid ").split(",")[0]
    if sys.platform == "win32" or not pid.isdecimal():
        return True
    proc = Path("/proc")
    if (proc / "self").exists():
        return (proc / pid).exists()
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
