"""The pool of watched workers: results, errors, deadlines, memory, and that nothing outlives its parent."""

from __future__ import annotations

import asyncio
import operator
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import worker_jobs

from groundwire.errors import FeedError, PageError, WorkerDied, WorkerTimeout
from groundwire.workers import WorkerPool
from ingest.extract import extract_page
from ingest.feeds import parse_feed

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, job_seconds=1.0) as workers:
        yield workers


def alive(pool: WorkerPool) -> bool:
    return pool.submit(operator.add, 2, 3).result() == 5


def test_results_come_back_to_their_own_jobs(pool: WorkerPool) -> None:
    futures = [pool.submit(operator.mul, n, 2) for n in range(200)]
    assert [future.result() for future in futures] == [2 * n for n in range(200)]


def test_the_pool_is_an_executor_for_asyncio(pool: WorkerPool) -> None:
    async def asked() -> int:
        return await asyncio.get_running_loop().run_in_executor(pool, operator.add, 1, 1)

    assert asyncio.run(asked()) == 2


def test_typed_errors_keep_what_they_carry(pool: WorkerPool) -> None:
    with pytest.raises(FeedError) as feed:
        pool.submit(parse_feed, b"", url="https://n.example/f", content_type=None, headers={}).result()
    assert (feed.value.url, feed.value.reason) == ("https://n.example/f", "empty body")
    with pytest.raises(PageError) as page:
        pool.submit(extract_page, b"%PDF", url="https://n.example/p", content_type="application/pdf", headers={}).result()
    assert page.value.reason == "not a page but application/pdf"


def test_a_page_is_read_within_the_memory_a_worker_has(pool: WorkerPool) -> None:
    body = (
        b"<html><body><article>"
        + b"<p>The hall draws forty megawatts from the grid, the company said on Tuesday.</p>" * 5
        + b"</article></body></html>"
    )
    page = pool.submit(extract_page, body, url="https://n.example/p", content_type="text/html", headers={}).result()
    assert "forty megawatts" in page.text


def test_a_job_over_its_time_is_stopped_and_the_pool_goes_on(pool: WorkerPool) -> None:
    futures = [pool.submit(time.sleep, 600), pool.submit(worker_jobs.spin)]
    for future in futures:
        with pytest.raises(WorkerTimeout, match="longer than 1 s"):
            future.result()
    assert alive(pool)


def test_a_worker_that_dies_fails_one_job_only(pool: WorkerPool) -> None:
    futures = [pool.submit(os._exit, 3), pool.submit(worker_jobs.kill_itself)]
    with pytest.raises(WorkerDied, match="exit code 3"):
        futures[0].result()
    with pytest.raises(WorkerDied, match="SIGKILL"):
        futures[1].result()
    assert alive(pool)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a worker")
def test_too_much_memory_is_a_typed_failure(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDied, match="out of memory"):
        pool.submit(operator.mul, b"x", 1_000_000_000).result()
    assert alive(pool)


def test_endless_recursion_is_a_typed_failure(pool: WorkerPool) -> None:
    with pytest.raises(WorkerDied, match="nested too deeply"):
        pool.submit(worker_jobs.recurse, 0).result()
    assert alive(pool)


def test_results_and_errors_that_cannot_travel_are_typed_failures(pool: WorkerPool) -> None:
    with pytest.raises((WorkerDied, AttributeError, TypeError)):
        pool.submit(worker_jobs.unpicklable).result()
    with pytest.raises(WorkerDied, match="Odd: no way home"):
        pool.submit(worker_jobs.raise_odd).result()
    assert alive(pool)


def test_what_a_job_prints_does_not_mix_with_answers(pool: WorkerPool) -> None:
    assert pool.submit(worker_jobs.noisy).result() == "quiet"


def test_workers_leave_interrupts_to_the_parent(pool: WorkerPool) -> None:
    assert pool.submit(signal.getsignal, signal.SIGINT).result() == signal.SIG_IGN


def test_a_function_of_the_main_module_is_refused(pool: WorkerPool) -> None:
    def local() -> None: ...

    local.__module__ = "__main__"
    with pytest.raises((ValueError, AttributeError)):
        pool.submit(local)


def test_closing_cancels_what_waits_ends_the_processes_and_refuses_more() -> None:
    pool = WorkerPool(1)
    process = pool.submit(os.getpid).result()
    running = pool.submit(time.sleep, 0.3)
    waiting = [pool.submit(time.sleep, 60) for _ in range(3)]
    time.sleep(0.1)
    pool.close()
    pool.close()
    assert running.result() is None
    assert all(future.cancelled() for future in waiting)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(os.getpid)


def test_a_pool_never_used_starts_nothing_and_closes() -> None:
    before = threading.active_count()
    with WorkerPool(2) as pool:
        assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(os.getpid)


SCRIPT = """
    import os, sys, time
    from groundwire.workers import WorkerPool
    pool = WorkerPool(1, job_seconds=600)
    print(pool.submit(os.getpid).result(), flush=True)
    busy = pool.submit(time.sleep, 600)
    time.sleep(600)
"""


def script(tmp_path: Path) -> subprocess.Popen[str]:
    """The pool in a script without a main guard, which a pool that imports the main module again could not bear."""
    path = tmp_path / "main_script.py"
    path.write_text(textwrap.dedent(SCRIPT))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path)


def gone(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_workers_die_with_a_parent_that_is_killed_in_the_middle_of_a_job(tmp_path: Path) -> None:
    with script(tmp_path) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        time.sleep(0.2)
        parent.kill()
        parent.wait()
        assert gone(worker)
