"""An Executor that does each job at once, in the thread that submits it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from ingest.extract import warm

P = ParamSpec("P")
T = TypeVar("T")


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the extractor imports has something to say about what is not installed
    warm()


class Inline(Executor):
    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  (whatever a job raises is raised from its future, as by every Executor)
            future.set_exception(error)
        return future
