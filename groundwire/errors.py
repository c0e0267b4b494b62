"""Every error that Groundwire raises on purpose.

    GroundwireError
      ConfigError           the configuration cannot be used                    exit 2
      ClockError            the clock cannot be used (earlier than the last run) exit 2
      StoreError            the database cannot be used                         exit 2
        NewerDatabaseError  it was written by a newer program                   exit 2
      LockedError           another run holds the publication's lock            exit 75
      NotFoundError         an article, feed or record that was named is not there
      MoveError             a status change that the table of moves forbids
      FetchError            one address could not be fetched
        BlockedAddressError it, or where it leads, must never be connected to
        LimitError          it went over a limit of time or size
      FeedError             one feed could not be read
      PageError             one page could not be read
      ModelError            one model call failed
      BuildError            the new tree of pages failed its checks; the live one stays

Each says what failed, why, and what to do; the text is a line an operator reads.
"""

from __future__ import annotations


class GroundwireError(Exception):
    """The root of all errors that Groundwire raises on purpose."""


class ConfigError(GroundwireError):
    """The configuration cannot be used; the text names file, key and what to change."""


class ClockError(GroundwireError):
    """The clock given, or the system's, cannot be used for this run."""


class StoreError(GroundwireError):
    """The database cannot be used."""


class NewerDatabaseError(StoreError):
    """The database was written by a newer version of the program."""


class LockedError(GroundwireError):
    """Another run holds the lock of this publication."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        super().__init__(f"another run is working on this publication ({holder}); nothing was done")


class NotFoundError(GroundwireError):
    """Something that was named does not exist."""


class MoveError(GroundwireError):
    """A change of status that the table of allowed moves forbids."""


class FetchError(GroundwireError):
    """One address could not be fetched; `url` is the one that was asked for."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
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


class ModelError(GroundwireError):
    """One model call failed; `kind` is a short stable word, such as "timeout" or "schema"."""

    def __init__(self, kind: str, reason: str) -> None:
        self.kind = kind
        self.reason = reason
        super().__init__(f"{kind}: {reason}")


class BuildError(GroundwireError):
    """The new tree of pages failed its checks; the live one is untouched."""
