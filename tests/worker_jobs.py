"""Jobs that misbehave, for the tests of the worker pool."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable


class Odd(Exception):
    """An error that cannot be rebuilt from its text."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def raise_odd() -> None:
    raise Odd("no way", "home")


def spin() -> None:
    while True:
        pass


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def recurse(depth: int) -> int:
    return recurse(depth + 1) + 1


def unpicklable() -> Callable[[], None]:
    return lambda: None


def noisy() -> str:
    print("noise" * 10_000)
    return "quiet"
