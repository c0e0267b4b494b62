"""Every error that Groundwire raises on purpose.

    GroundwireError
      ConfigError           the configuration cannot be used                    exit 2
      ClockError            the clock cannot be used (earlier than the last run) exit 2
      StoreError            the database cannot be used                         exit 2
        NewerDatabaseError  it was written by a newer program                   exit 2
      LockedError           another run holds the publication's lock            exit 75
      NotFoundError         an article, feed or record that was named is not there  exit 2
      MoveError             a status change that the table of moves forbids  exit 2
      DraftError            an edited draft that cannot be taken back  exit 2
      FetchError            one address could not be fetched
        BlockedAddressError it, or where it leads, must never be connected to
        LimitError          it went over a limit of time or size
      FeedError             one feed could not be read
      PageError             one page could not be read
      WorkerError           a job did not come back from its worker
        WorkerTimeout       it went over its time and was killed with its worker
        WorkerDied          its worker ended, or ran out of memory or stack
      ModelError            one model call failed
      NoticeError           editors could not be told by one channel
      BuildError            the new tree of pages failed its checks; the live one stays

Each says what failed, why, and what to do; the text is a line an operator reads.
"""

from __future__ import annotations

from typing import Any, ClassVar


def _rebuilt(kind: type[GroundwireError], args: tuple[Any, ...], state: dict[str, Any]) -> GroundwireError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class GroundwireError(Exception):
    """The root of all errors that Groundwire raises on purpose; each survives the way back from a worker process."""

    exit_code: ClassVar[int] = 1
    """How a command ends that this error ends."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuilt, (type(self), self.args, self.__dict__))


class ConfigError(GroundwireError):
    """The configuration cannot be used; the text names file, key and what to change."""

    exit_code = 2


class ClockError(GroundwireError):
    """The clock given, or the system's, cannot be used for this run."""

    exit_code = 2


class StoreError(GroundwireError):
    """The database cannot be used."""

    exit_code = 2


class NewerDatabaseError(StoreError):
    """The database was written by a newer version of the program."""


class LockedError(GroundwireError):
    """Another run holds the lock of this publication."""

    exit_code = 75

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"another run is working on this publication ({holder}); nothing was done")


class NotFoundError(GroundwireError):
    """Something that was named does not exist."""

    exit_code = 2


class MoveError(GroundwireError):
    """A change of status that the table of allowed moves forbids."""

    exit_code = 2


class DraftError(GroundwireError):
    """Edited drafts that cannot be taken back; the text has a line for each reason, with file and line. Nothing was changed."""

    exit_code = 2


class FetchError(GroundwireError):
    """One address could not be fetched; `url` is the one that was asked for, `kind` a short stable word, such as "dns" or "timeout"."""

    def __init__(self, url: str, reason: str, kind: str = "network") -> None:
        self.url = url
        self.reason = reason
        self.kind = kind
        super().__init__(f"{url}: {reason}")


class BlockedAddressError(FetchError):
    """The address, or one that it led to, must never be connected to."""


class LimitError(FetchError):
    """The answer went over a limit of time or size."""


class FeedError(GroundwireError):
    """One feed could not be read; `url` names it."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


class PageError(GroundwireError):
    """One page could not be read; `url` names it."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


class WorkerError(GroundwireError):
    """A job did not come back from its worker process."""


class WorkerTimeout(WorkerError):
    """The job went over its time and was killed with its worker."""


class WorkerDied(WorkerError):
    """The worker ended during the job, or ran out of memory or stack."""


class ModelError(GroundwireError):
    """One model call failed; `kind` is a short stable word, such as "timeout" or "schema"."""

    def __init__(self, kind: str, reason: str) -> None:
        self.kind = kind
        self.reason = reason
        super().__init__(f"{kind}: {reason}")


class NoticeError(GroundwireError):
    """Editors could not be told by one channel; the next run tries again."""


class BuildError(GroundwireError):
    """The new tree of pages failed its checks; the live one is untouched."""
