"""T16: a hundred runs at once on one publication, editors at work meanwhile: one works, and nobody sees a locked database."""

from __future__ import annotations

import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import newsrooms
import pytest
from desk_http import DeskProcess, desk_process
from scripted_server import Asked, Reply, Scripted

from groundwire.records import ArticleStatus
from groundwire.store import articles
from groundwire.store.database import open_database
from groundwire.wire import Wire, serve

BEFORE, NOW, LATER = "2026-11-04T18:00:00+00:00", "2026-11-05T18:00:00+00:00", "2026-11-05T20:00:00+00:00"
REVIEW = '[gate]\npolicy = "review"\n'
SLOW = [f"slow{n}.example" for n in range(4)]
EMPTY = b'<rss version="2.0"><channel><title>Slow</title><item><title>One</title><guid>1</guid></item></channel></rss>'
WAVE = 10
"""Interpreters started at a time: what two cores carry."""


@dataclass
class Door:
    """A host that answers only once the door is open, so that the run that works goes on as long as the test needs."""

    asked: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)

    def __call__(self, asked: Asked) -> Reply:
        self.asked.set()
        return Reply(200, (), EMPTY) if self.open.is_set() else Reply(manner="until", until=self.open.is_set, body=EMPTY)


@dataclass
class Desk:
    """A publication with held articles, whose next run waits at a door."""

    directory: Path
    door: Door
    held: list[str]

    def start(self) -> subprocess.Popen[str]:
        return started(self.directory, "run", now=NOW)


def started(directory: Path, *arguments: str, now: str) -> subprocess.Popen[str]:
    command = newsrooms.command(directory, *arguments, now=now)
    return subprocess.Popen(command, env=newsrooms.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def in_waves(directory: Path, calls: list[tuple[str, ...]]) -> list[tuple[int, str]]:
    """The exit code and standard error of each call, so many at a time."""
    ended = []
    for first in range(0, len(calls), WAVE):
        wave = [started(directory, *call, now=NOW) for call in calls[first : first + WAVE]]
        ended += [(process.returncode, errors) for process in wave for _, errors in [process.communicate(timeout=300)]]
    return ended


@contextmanager
def newsdesk(directory: Path) -> Iterator[Desk]:
    wire, door = Wire.load(newsrooms.WIRE), Door()
    with serve(wire, at=datetime.fromisoformat(BEFORE)) as served, Scripted(door) as slow:
        newsrooms.make(directory, served.hosts | slow.hosts(SLOW), wire.opml(), REVIEW)
        first = newsrooms.groundwire(directory, "run", now=BEFORE)
        assert first.returncode == 1, first.stderr
        served.at = datetime.fromisoformat(NOW)
        urls = {f"http://{host}/feed": host for host in SLOW}
        (directory / "slow.opml").write_text(newsrooms.opml(urls), encoding="utf-8")
        assert newsrooms.groundwire(directory, "import", str(directory / "slow.opml"), now=BEFORE).returncode == 0
        with closing(open_database(directory / "groundwire.db")) as db:
            held = [article.slug for article in articles.with_status(db, ArticleStatus.HELD)]
        assert held
        try:
            yield Desk(directory, door, held)
        finally:
            door.open.set()


def overlap(directory: Path, runs: int) -> Counter[int]:
    """So many runs against one that works, with editors' decisions among them; the exit codes of the runs."""
    with newsdesk(directory) as desk:
        works = desk.start()
        assert desk.door.asked.wait(60), works.communicate(timeout=60)
        *by_command, at_desk = desk.held
        with ThreadPoolExecutor(1) as editor, ThreadPoolExecutor(1) as other, desk_process(directory, NOW) as open_desk:
            editing = [editor.submit(newsrooms.groundwire, directory, *decision, now=NOW) for decision in decided(by_command)]
            reviewing = other.submit(reviewed, open_desk, at_desk)
            others = in_waves(directory, [("run",)] * runs)
            edited = [future.result() for future in editing]
            assert [status for status, _ in reviewing.result()] == [200] * 4, reviewing.result()
            assert "takes it to the site" in reviewing.result()[-1][1]
        meanwhile = in_waves(directory, [("run",), ("status",), ("poll",), ("build",), ("feeds",)])
        desk.door.open.set()
        _, errors = works.communicate(timeout=300)

        codes = Counter(code for code, _ in others)
        said = [text for _, text in (*others, *meanwhile)] + [e.stderr for e in edited] + [errors]
        assert not [text for text in said if "locked" in text.lower() or "Traceback" in text], said
        assert works.returncode in (0, 1), errors
        assert not [(code, text) for code, text in others if len(text.splitlines()) != 1 or f"pid {works.pid}" not in text]
        assert [code for code, _ in meanwhile] == [75, 0, 75, 75, 0]
        assert [e.returncode for e in edited] == [0] * len(edited), [e.stderr for e in edited]
        assert "takes it to the site" in edited[-1].stdout
        _published(desk)
        return codes


def reviewed(desk: DeskProcess, slug: str) -> list[tuple[int, str]]:
    """What an editor does at the desk: accepts a sentence, cuts another, restores it, approves."""
    done = [desk.act(slug, action, n=n) for action, n in (("accept", "3"), ("cut", "4"), ("restore", "4"))]
    return [*done, desk.approve(slug)]


def decided(slugs: list[str]) -> list[tuple[str, ...]]:
    """What an editor does: approves all, has second thoughts about the first, approves it after all."""
    actions = [("approve", slug) for slug in slugs] + [("hold", slugs[0]), ("approve", slugs[0])]
    return [(action, slug, "--version", "1", "--reason", "read it", "--by", "Ada") for action, slug in actions]


def _published(desk: Desk) -> None:
    """What editors approved while the run worked is out, by that run or the next."""
    assert newsrooms.groundwire(desk.directory, "run", now=LATER).returncode in (0, 1)
    for slug in desk.held:
        assert (desk.directory / "output" / "site" / "articles" / slug / "index.html").is_file()


def test_twelve_runs_at_once(tmp_path: Path) -> None:
    assert overlap(tmp_path / "p", 12) == Counter({75: 12})


@pytest.mark.proof
def test_a_hundred_runs_at_once(tmp_path: Path) -> None:
    codes = overlap(tmp_path / "p", 100)
    print(f"T16: 1 run worked, {codes[75]} of {codes.total()} others left with 75, 0 saw a locked database")
    assert codes == Counter({75: 100})


def test_runs_that_start_together_take_turns(tmp_path: Path) -> None:
    newsrooms.make(tmp_path, {}, newsrooms.opml({}))
    together = [started(tmp_path, "run", now=NOW) for _ in range(8)]
    ended = [(process.communicate(timeout=120), process.returncode) for process in together]

    assert {code for _, code in ended} <= {0, 75}, ended
    assert any(code == 0 for _, code in ended)
    assert not [e for (_, e), _ in ended if "locked" in e or "Traceback" in e]


def test_a_new_database_is_made_once_by_many(tmp_path: Path) -> None:
    """The editors' commands take no lock before they open the database."""
    newsrooms.make(tmp_path, {}, newsrooms.opml({}))
    call = ("hold", "nothing", "--reason", "x", "--by", "Ada")
    together = [started(tmp_path, *call, now=NOW) for _ in range(8)]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in together]

    assert {code for _, code in ended} == {2}
    assert not [errors for errors, _ in ended if "nothing" not in errors or len(errors.splitlines()) != 1], ended


def test_threads_that_open_a_new_database_at_once_all_get_it(tmp_path: Path) -> None:
    trouble: list[str] = []
    together = threading.Barrier(6)

    def opens(path: Path) -> None:
        together.wait()
        try:
            with closing(open_database(path)) as db:
                db.rows("SELECT * FROM runs")
        except Exception as error:  # noqa: BLE001  (whatever it is, it is what this test is about)
            trouble.append(f"{type(error).__name__}: {error}")

    for n in range(15):
        threads = [threading.Thread(target=opens, args=(tmp_path / f"{n}.db",)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not trouble
