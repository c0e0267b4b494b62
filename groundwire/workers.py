"""A pool of watched, long-lived worker processes for parsing what comes from outside.

A job over its time is killed with its worker, and the worker is replaced. Workers are started as plain Python
processes that talk over pipes, not through multiprocessing: nothing of the caller's main module is imported again,
so the pool works from a script, `python -m`, a test, or an installed command alike.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import logging
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import IO, Any, ParamSpec, TypeVar

from groundwire.errors import GroundwireError, WorkerDied, WorkerError, WorkerTimeout

P = ParamSpec("P")
T = TypeVar("T")

JOB_SECONDS = 5.0
MEMORY_BYTES = 768 * 1024 * 1024
# Importing a parser for the first time on a busy machine takes seconds and is not the job's fault.
WARM_SECONDS = 60.0
_WATCH_SECONDS = 0.1
_LENGTH = struct.Struct("!Q")
_PR_SET_PDEATHSIG = 1
_ENTRY = "import sys; sys.path[:] = {path!r}; from groundwire.workers import serve; serve({memory!r}, {parent!r})"


class WorkerPool(Executor):
    """An Executor whose jobs run in watched processes: `submit` a module's function, its result or error comes back pickled.

    The future raises WorkerTimeout after `job_seconds`, WorkerDied when the worker ended or ran out of memory or
    stack (on Linux it may map `memory_bytes`), or what the job raised. Before its first job of a module, a worker
    imports it and calls its `warm()`, if it has one; the job's time starts after that.
    """

    def __init__(self, count: int = 2, *, job_seconds: float = JOB_SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._count = count
        self._lanes = [_Lane(self._jobs, job_seconds, memory_bytes) for _ in range(count)]
        self._watch = threading.Thread(target=self._watching, name="workers-watch", daemon=True)
        self._started = False
        self._done = threading.Event()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The future of `fn(*args, **kwargs)`; `fn` is a function that its module's name leads to."""
        future: Future[T] = Future()
        job = _Job(future, fn.__module__, pickle.dumps((fn, args, kwargs), pickle.HIGHEST_PROTOCOL))
        if fn.__module__ == "__main__":
            raise ValueError(f"{fn.__qualname__!r} is in the main module, which workers do not import: move it to a module")
        with self._lock:
            if self._closed:
                raise RuntimeError("the worker pool is closed")
            self._start()
            self._jobs.put(job)
        return future

    def close(self) -> None:
        """End the workers after the jobs that run; jobs that still wait are cancelled."""
        self.shutdown(cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As concurrent.futures.Executor.shutdown; calling it again does nothing."""
        with self._lock:
            first, self._closed = not self._closed, True
        if cancel_futures:
            self._cancel_waiting()
        if first:
            for _ in self._lanes:
                self._jobs.put(None)
        if wait and self._started:
            for lane in self._lanes:
                lane.thread.join()
            self._done.set()
            self._watch.join()

    def _cancel_waiting(self) -> None:
        ends = 0
        with contextlib.suppress(queue.Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is None:
                    ends += 1
                else:
                    job.future.cancel()
        for _ in range(ends):
            self._jobs.put(None)

    def _start(self) -> None:
        if not self._started:
            self._started = True
            for thread in (*(lane.thread for lane in self._lanes), self._watch):
                thread.start()

    def _watching(self) -> None:
        while not self._done.wait(_WATCH_SECONDS):
            for lane in self._lanes:
                lane.check(time.monotonic())
            if not any(lane.thread.is_alive() for lane in self._lanes):
                return


@dataclass(frozen=True, slots=True)
class _Job:
    future: Future[Any]
    module: str
    payload: bytes


@dataclass(slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    warmed: set[str] = field(default_factory=set)

    def ask(self, payload: bytes) -> tuple[bool, Any]:
        """Send one message and read its answer; raises OSError, EOFError or ValueError when the process is gone."""
        assert self.process.stdin is not None and self.process.stdout is not None
        _write(self.process.stdin, payload)
        answer = _read(self.process.stdout)
        if answer is None:
            raise EOFError
        good, value = pickle.loads(answer)  # noqa: S301  (our own process; functions and frozen records only)
        return bool(good), value

    def end(self) -> int | None:
        """Close its pipes, kill it if that does not end it at once, and return its exit code."""
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError, ValueError):
                assert pipe is not None
                pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(1.0)
        self.process.kill()
        return self.process.wait()


class _Lane:
    """One worker process and the thread that feeds it; the pool's watch calls `check`."""

    def __init__(self, jobs: queue.SimpleQueue[_Job | None], job_seconds: float, memory_bytes: int) -> None:
        self.thread = threading.Thread(target=self._working, name="workers-lane", daemon=True)
        self._jobs = jobs
        self._job_seconds = job_seconds
        self._memory_bytes = memory_bytes
        self._worker: _Worker | None = None
        self._deadline: float | None = None
        self._overdue = False
        self._lock = threading.Lock()

    def check(self, now: float) -> None:
        """Kill the worker when its job is over time."""
        with self._lock:
            if self._deadline is not None and now > self._deadline and self._worker is not None:
                self._overdue = True
                self._deadline = None
                self._worker.process.kill()

    def _working(self) -> None:
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                self._answer(job)
        self._drop()

    def _answer(self, job: _Job) -> None:
        try:
            good, value = self._asked(job)
        except GroundwireError as error:
            job.future.set_exception(error)
            return
        if good:
            job.future.set_result(value)
        else:
            job.future.set_exception(value)
            if isinstance(value, WorkerError):
                self._drop()

    def _asked(self, job: _Job) -> tuple[bool, Any]:
        worker = self._worker = self._worker or self._new_worker()
        if job.module not in worker.warmed:
            good, value = self._timed(worker, pickle.dumps((_warm, (job.module,), {})), WARM_SECONDS)
            if not good:
                return good, value
            worker.warmed.add(job.module)
        return self._timed(worker, job.payload, self._job_seconds)

    def _timed(self, worker: _Worker, payload: bytes, seconds: float) -> tuple[bool, Any]:
        self._arm(time.monotonic() + seconds)
        try:
            return worker.ask(payload)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError) as error:
            overdue = self._overdue
            self._arm(None)
            code = self._drop()
            if overdue:
                raise WorkerTimeout(f"took longer than {seconds:g} s and was stopped") from error
            raise WorkerDied(f"the worker process ended ({_named(code)})") from error
        finally:
            self._arm(None)

    def _arm(self, deadline: float | None) -> None:
        with self._lock:
            self._deadline = deadline
            if deadline is not None:
                self._overdue = False

    def _new_worker(self) -> _Worker:
        entry = _ENTRY.format(path=list(sys.path), memory=self._memory_bytes, parent=os.getpid())
        pipe = subprocess.PIPE
        process = subprocess.Popen([sys.executable, "-c", entry], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603
        return _Worker(process)

    def _drop(self) -> int | None:
        with self._lock:
            worker, self._worker = self._worker, None
        return worker.end() if worker else None


def _named(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def _write(pipe: IO[bytes], payload: bytes) -> None:
    pipe.write(_LENGTH.pack(len(payload)) + payload)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """One message, or None when the other end is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    payload: bytes = pipe.read(length)
    return payload if len(payload) == length else None


def _warm(module: str) -> None:
    """Import a module and what it imports late, so that no job pays for it."""
    warm = getattr(importlib.import_module(module), "warm", None)
    if warm is not None:
        warm()


def serve(memory_bytes: int, parent: int) -> None:
    """The worker's side: answer jobs from standard input on standard output until the parent is gone."""
    _follow(parent)
    logging.disable(logging.CRITICAL)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up between the answers
    _bound(memory_bytes)
    while (payload := _read(sys.stdin.buffer)) is not None:
        _write(answers, _answered(payload))


def _follow(parent: int) -> None:
    """Leave interrupts to the parent, and end when it ends, even when it is killed in the middle of a job."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(0)


def _bound(memory_bytes: int) -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answered(payload: bytes) -> bytes:
    try:
        fn, args, kwargs = pickle.loads(payload)  # noqa: S301  (from our own parent process)
        return pickle.dumps((True, fn(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((False, WorkerDied("ran out of memory")))
    except RecursionError:
        return pickle.dumps((False, WorkerDied("nested too deeply")))
    except Exception as error:  # noqa: BLE001  (whatever a job raises is raised from its future, as by every Executor)
        return _failed(error)


def _failed(error: Exception) -> bytes:
    """The error itself when it survives pickling, else its name and text."""
    try:
        payload = pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
        pickle.loads(payload)  # noqa: S301
        return payload
    except (pickle.PicklingError, TypeError, AttributeError, ValueError):
        return pickle.dumps((False, WorkerDied(f"{type(error).__name__}: {error}"[:500])))
