"""T13 and T14 of the site: killed or refused anywhere in a build, readers see the old site or the new one, whole, and the next build heals."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import publish_sample as sample
import pytest
from calling import call
from newsrooms import environment
from test_publish_build import leftovers, publication_in, run, tree

from groundwire.config import Publication
from groundwire.errors import BuildError
from groundwire.store import articles
from groundwire.store.database import Database, open_database

CHILD = Path(__file__).with_name("build_child.py")
SLUG = sample.sample().slug


@dataclass(eq=False)
class Builder:
    """Builds in processes of their own, on a publication in a folder."""

    root: Path
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        with closing(open_database(self.root / "groundwire.db")) as db:
            sample.fill(db)
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), str(self.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )

    def build(self, title: str, seconds: float | None = None) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(f"{title} {'-' if seconds is None else f'{seconds:.4f}'}\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    @property
    def site(self) -> dict[str, bytes]:
        return tree(self.root / "output/site")


@contextmanager
def builder(root: Path) -> Iterator[Builder]:
    made = Builder(root)
    try:
        yield made
    finally:
        assert made.process.stdin and made.process.stdout
        made.process.stdin.close()
        made.process.wait()
        made.process.stdout.close()


def killed_at(root: Path, moments: int) -> tuple[int, int]:
    """Kill a build at so many moments that lie evenly in it; how many were killed, and how many of these had switched."""
    killed = switched = 0
    with builder(root) as made:
        whole = {}
        for title in ("One", "Two", "One"):
            started = time.monotonic()
            assert made.build(title) == "done"
            took = time.monotonic() - started
            whole[title] = made.site
        for n in range(moments):
            old, new = ("One", "Two") if n % 2 == 0 else ("Two", "One")
            ended = made.build(new, took * (n + 0.5) / moments)
            assert ended in ("killed", "done")
            assert made.site in (whole[old], whole[new])
            killed += ended == "killed"
            switched += ended == "killed" and made.site == whole[new]
            assert made.build(new) == "done"
            assert made.site == whole[new]
            assert leftovers(root / "output") == []
    return killed, switched


def test_t13_a_build_killed_at_five_moments(tmp_path: Path) -> None:
    assert killed_at(tmp_path, 5)[0] > 0


@pytest.mark.proof
def test_t13_a_build_killed_at_fifty_moments(tmp_path: Path) -> None:
    killed, switched = killed_at(tmp_path, 50)
    print(f"T13: of 50 builds {killed} were killed under way ({switched} after the switch): the old or the new site, whole, each time")
    assert killed > 25


@dataclass(eq=False)
class Reader(threading.Thread):
    """Reads the front page and an article a thousand times a second, as long as the machine allows."""

    site: Path
    read: int = 0
    trouble: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        pages = [self.site / "index.html", self.site / f"articles/{SLUG}/index.html", self.site / "feed.xml"]
        while not self.over.wait(0.001):
            for page in pages:
                try:
                    content = page.read_bytes().rstrip()
                except OSError as error:
                    self.trouble.append(str(error))
                    continue
                self.read += 1
                if not content.endswith((b"</html>", b"</feed>")):
                    self.trouble.append(f"{page}: torn")


def polled(root: Path, publications: int) -> Reader:
    with builder(root) as made:
        made.build("First")
        reader = Reader(root / "output/site")
        reader.start()
        for n in range(publications):
            assert made.build(f"Wire{n % 7}") == "done"
        reader.over.set()
        reader.join()
    return reader


def test_t13_a_reader_through_five_publications(tmp_path: Path) -> None:
    reader = polled(tmp_path, 5)
    assert reader.trouble == [] and reader.read > 5


@pytest.mark.proof
def test_t13_a_reader_through_fifty_publications(tmp_path: Path) -> None:
    reader = polled(tmp_path, 50)
    print(f"T13: {reader.read} reads through 50 publications, {len(reader.trouble)} torn or missing")
    assert reader.trouble == []


CALLS: tuple[tuple[Any, str], ...] = (
    (os, "fsync"), (os, "sync"), (os, "link"), (os, "utime"), (os, "open"), (os, "mkdir"), (os, "rename"), (os, "replace"), (os, "symlink"),
    (os, "unlink"), (os, "rmdir"), (os, "readlink"), (Path, "write_bytes"), (Path, "open"), (Path, "read_text"), (Path, "read_bytes"), (os, "scandir"),
)  # fmt: skip
"""Every way in which a build touches the disk."""


class Failing:
    """Lets calls through and counts them; the n-th fails."""

    def __init__(self, patch: pytest.MonkeyPatch, code: int, nth: int | None) -> None:
        self.seen, self.code, self.nth = 0, code, nth
        for owner, name in CALLS:
            patch.setattr(owner, name, self._wrapped(getattr(owner, name)))

    def _wrapped(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            self.seen += 1
            if self.seen == self.nth:
                raise OSError(self.code, os.strerror(self.code), str(arguments[0]))
            return real(*arguments, **named)

        return wrapped


def corrected(db: Database, n: int) -> None:
    with db.transaction():
        note = sample.note()
        articles.correct(db, sample.sample().id, 1, type(note)(note.at, note.kind, f"{note.text} {n}"))


def refused(db: Database, wire: Publication, monkeypatch: pytest.MonkeyPatch, step: int) -> int:
    """Fail one call after another, every `step`-th; how many failed. Each time the old site is served or the new one, and the next build heals."""
    for n in range(3):
        corrected(db, n)
        run(db, wire)
    corrected(db, 3)
    with monkeypatch.context() as patch:
        counting = Failing(patch, errno.ENOSPC, None)
        run(db, wire)
    for nth in range(1, counting.seen + 1, step):
        old = tree(wire.output / "site")
        corrected(db, 3 + nth)
        with monkeypatch.context() as patch:
            Failing(patch, (errno.ENOSPC, errno.EIO, errno.EROFS)[nth % 3], nth)
            with suppress(OSError, BuildError):
                run(db, wire)
        kept = tree(wire.output / "site")
        run(db, wire)
        new = tree(wire.output / "site")
        assert kept in (old, new), nth
        assert old != new and leftovers(wire.output) == [], nth
    return len(range(1, counting.seen + 1, step))


def test_t14_some_calls_fail(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.fill(db)
    assert refused(db, publication_in(tmp_path), monkeypatch, 23) > 3


@pytest.mark.proof
def test_t14_every_call_of_a_build_fails_once(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.fill(db)
    failed = refused(db, publication_in(tmp_path), monkeypatch, 1)
    print(f"T14: {failed} calls of a build failed, one build each: the old or the new site served, the next build healed every one")


def test_t14_a_full_disk_has_the_documented_exit_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        sample.fill(db)
    assert call(tmp_path, "build").exit_code == 0
    before = tree(tmp_path / "output/site")
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        corrected(db, 1)

    def full(*_: Any, **__: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        assert call(tmp_path, "build").exit_code in (1, 2)
    assert tree(tmp_path / "output/site") == before
    assert call(tmp_path, "build").exit_code == 0
    assert tree(tmp_path / "output/site") != before
