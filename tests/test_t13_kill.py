"""T13: killed at any moment, one clean run later everything is as if nothing had happened, and no reader saw a half page."""

from __future__ import annotations

import hashlib
import json
import random
import re
import shutil
import signal
import socketserver
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

import newsrooms
import pytest
from author_sample import plain
from desk_http import DeskProcess, desk_process
from model_server import ModelServer, model_server
from outside import needs_corpus, rows

from groundwire.log import EVENTS
from groundwire.wire import Served, Wire, serve

BEFORE, NOW = "2026-11-04T18:00:00+00:00", "2026-11-05T18:00:00+00:00"
CHILD = Path(__file__).with_name("kill_child.py")

MEANINGS: tuple[tuple[str, str | None], ...] = (
    (r"\bdesk\b", "decision kept"),
    (r"\block\b", "lock taken"),
    (r"(llm|model|call).*(sent|no answer|flight)", "call sent"),
    (r"(llm|model|call).*(received|answer|stored)", "call answered"),
    (r"\blog\b", "log written"),
    (r"removal|old tree|after .*switch", "tree switched"),
    (r"not switched|before .*switch|complete", "tree complete"),
    (r"(feeds?|sitemap).*index", "feeds written"),
    (r"pages? written|new tree", "page written"),
    (r"article", "article stored"),
    (r"claim|sentence", "sentence checked"),
    (r"stor(y|ies)|group|theme|signal|deriv", "stories stored"),
    (r"\bpages?\b.*(stored|after)", "page stored"),
    (r"\bpages?\b", "page fetched"),
    (r"\bin\b.*commit|transaction", "items committing"),
    (r"response|answer|body", "response read"),
    (r"feed", "feed stored"),
)
"""What a point of the corpus means, by its words; None is for what does not exist yet."""

AT_THE_DESK = "decision kept"

KEPT = {
    "items": "feed_id, key, url, title, summary, author, language, published, estimated, stated, first_seen, page_id, trouble",
    "pages": "id, identity, url, host, state, reason, published, next_fetch, fetched, tries, checks, etag, last_modified, same_as",
    "records": "id, page_id, version, url, canonical_url, outlet, title, author, language, published, fetched, text, state, reason, correction",
    "feeds": "id, url, title, state, reason, etag, last_modified, body_sha256, same_bodies, ttl_seconds, next_poll, last_polled, last_ok",
    "passages": 'record_id, n, start, "end"',
    "story_records": "story_id, record_id",
    "articles": "id, slug, version, status, writer, form, thread_id, published, modified, body, theme_id, stories, text_sha256, reasons",
    "sentences": "id, article_id, version, n, section, kind, text, verdict, cut",
    "citations": 'sentence_id, n, target, record_id, record_version, start, "end", quote, rule, value, inputs',
    "findings": 'sentence_id, n, "check", severity, message',
}
"""What must be the same, row for row, whatever happened on the way."""


def event_of(point: str) -> str | None:
    """The event that a point of the corpus means."""
    for words, event in MEANINGS:
        if re.search(words, point, re.IGNORECASE):
            return event
    pytest.fail(f"own/kill-points.json: {point!r} is not mapped to an event of groundwire.log.EVENTS: add it to MEANINGS")


@dataclass(eq=False)
class Reader(threading.Thread):
    """Reads the live site as fast as it can, as a visitor does: the front page, then what it links to."""

    site: Path
    read: int = 0
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()
        self._pages = {"index.html"} if (self.site / "index.html").exists() else set()

    def run(self) -> None:
        while not self._over.wait(0.002):
            if not self._pages and (self.site / "index.html").exists():
                self._pages = {"index.html"}
            for page in sorted(self._pages):
                self._read(page)

    def _read(self, page: str) -> None:
        try:
            text = (self.site / page).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.trouble.append(f"{page}: {error}")
            return
        self.read += 1
        if not text.rstrip().endswith("</html>"):
            self.trouble.append(f"{page}: ends with {text[-40:]!r}")
        if page == "index.html":
            self._pages |= {f"{link}index.html" for link in re.findall(r'href="((?:articles/)[a-z0-9-]+/)(?:index\.html)?"', text)}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self.join()


def site_of(directory: Path) -> dict[str, str]:
    """Every file of the live site with its hash."""
    site = (directory / "output" / "site").resolve()
    return {str(p.relative_to(site)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(site.rglob("*")) if p.is_file()}


def store_of(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What is kept, row for row; fails when the database is not whole or holds something twice."""
    with closing(sqlite3.connect(directory / "groundwire.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for table, key in (
            ("items", "feed_id, key"),
            ("records", "page_id, version"),
            ("articles", "id, version"),
            ("citations", "sentence_id, n"),
        ):
            assert db.execute(f"SELECT {key} FROM {table} GROUP BY {key} HAVING count(*) > 1").fetchall() == [], f"{table} has doubles"
        return {table: sorted(db.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr) for table, columns in KEPT.items()}


@dataclass
class Newsroom:
    """The sample wire at one moment, a publication with a site that is about to read it, and how that ends undisturbed."""

    served: Served
    prepared: Path
    empty: Path
    counts: Mapping[str, int]
    seconds: float
    site: dict[str, dict[str, str]] = field(default_factory=dict)
    store: dict[str, dict[str, list[tuple[Any, ...]]]] = field(default_factory=dict)


def child(directory: Path, *how: str) -> list[str]:
    return [sys.executable, str(CHILD), *how, *newsrooms.command(directory, "run", now=NOW)[3:]]


def copied(start: Path, directory: Path) -> Path:
    shutil.copytree(start, directory, symlinks=True)
    return directory


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    root = tmp_path_factory.mktemp("kill")
    wire = Wire.load(newsrooms.WIRE)
    patch = pytest.MonkeyPatch()
    patch.setattr(socketserver.BaseServer, "handle_error", lambda *_: None)  # it tells of every connection of a killed run
    with serve(wire, at=datetime.fromisoformat(BEFORE)) as served:
        empty = newsrooms.make(root / "empty", served.hosts, wire.opml())
        prepared = copied(empty, root / "prepared")
        assert newsrooms.groundwire(prepared, "run", now=BEFORE).returncode == 1, "the wire has a dead feed"
        served.at = datetime.fromisoformat(NOW)
        undisturbed = copied(prepared, root / "undisturbed")
        began = monotonic()
        ended = subprocess.run(
            child(undisturbed, "count", str(root / "counts")), env=newsrooms.environment(), capture_output=True, text=True
        )
        assert ended.returncode in (0, 1), ended.stderr
        room = Newsroom(served, prepared, empty, json.loads((root / "counts").read_text()), monotonic() - began)
        room.site["prepared"], room.store["prepared"] = site_of(undisturbed), store_of(undisturbed)
        yield room
    patch.undo()


def started_empty(room: Newsroom, directory: Path) -> None:
    """How a run on an empty publication ends undisturbed; run once."""
    if "empty" not in room.site:
        copied(room.empty, directory)
        assert newsrooms.groundwire(directory, "run", now=NOW).returncode == 1
        room.site["empty"], room.store["empty"] = site_of(directory), store_of(directory)


def killed_at(directory: Path, event: str, n: int) -> None:
    ended = subprocess.run(child(directory, event, str(n)), env=newsrooms.environment(), capture_output=True, text=True)
    assert ended.returncode == -signal.SIGKILL, f"{event} {n} never came: {ended.returncode} {ended.stderr}"
    store_of(directory) if event != "lock taken" else None


def killed_after(directory: Path, seconds: float) -> bool:
    process = subprocess.Popen(newsrooms.command(directory, "run", now=NOW), env=newsrooms.environment(), stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def recovered(room: Newsroom, directory: Path, start: str, asked: int, kills: int) -> None:
    """One clean run, and everything is as after an undisturbed one; `asked` requests had been made before."""
    clean = newsrooms.groundwire(directory, "run", now=NOW)
    assert clean.returncode in (0, 1), clean.stderr
    assert store_of(directory) == room.store[start]
    assert site_of(directory) == room.site[start]
    often = Counter((request.host, request.path) for request in room.served.log[asked:])
    assert max(often.values()) <= 1 + kills, "asked once more for each kill at most"


def test_every_point_of_the_corpus_is_known() -> None:
    points = rows("own/kill-points.json") or {"points": []}
    assert {event_of(point) for point in points["points"]} - {None} <= set(EVENTS)


def test_killed_at_five_points_in_a_row(room: Newsroom, tmp_path: Path) -> None:
    directory, asked = copied(room.prepared, tmp_path / "p"), len(room.served.log)
    points = (("response read", 3), ("items committing", 6), ("page fetched", 2), ("article stored", 1), ("page written", 4))
    with Reader(directory / "output" / "site") as reader:
        for event, n in points:
            killed_at(directory, event, n)
        recovered(room, directory, "prepared", asked, len(points))

    assert not reader.trouble
    assert reader.read > 100


def test_killed_at_random_moments(room: Newsroom, tmp_path: Path) -> None:
    directory, asked = copied(room.prepared, tmp_path / "p"), len(room.served.log)
    chance = random.Random(13)
    with Reader(directory / "output" / "site") as reader:
        for _ in range(2):
            killed_after(directory, chance.uniform(0.2, 0.9) * room.seconds)
        recovered(room, directory, "prepared", asked, 2)

    assert not reader.trouble


def modelled(room: Newsroom, directory: Path, server: ModelServer) -> Path:
    """The prepared publication, with a model that writes."""
    copied(room.prepared, directory)
    with (directory / "groundwire.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[llm]\nbase_url = "{server.base_url}"\nmodel = "stub"\n')
    return directory


def killed_around_calls(room: Newsroom, root: Path, kills: list[tuple[str, int]]) -> int:
    """Killed at each of these moments in a row, then one clean run: how many calls were made more than needed."""
    with model_server(plain) as server:
        undisturbed = modelled(room, root / "undisturbed", server)
        assert newsrooms.groundwire(undisturbed, "run", now=NOW).returncode in (0, 1)
        needed = len(server.requests)
        assert needed >= 2
        server.requests.clear()
        directory = modelled(room, root / "p", server)
        for event, n in kills:
            killed_at(directory, event, n)
        assert newsrooms.groundwire(directory, "run", now=NOW).returncode in (0, 1)
        asked = Counter(json.dumps(request, sort_keys=True) for request in server.requests)

    assert len(asked) == needed
    assert store_of(directory) == store_of(undisturbed)
    assert site_of(directory) == site_of(undisturbed)
    with closing(sqlite3.connect(directory / "groundwire.db")) as db:
        assert db.execute("SELECT count(*) FROM calls WHERE input_tokens > 0").fetchone()[0] >= asked.total(), "each is counted"
        twice = db.execute("SELECT prompt_sha256 FROM calls WHERE state = 'answered' GROUP BY 1 HAVING count(*) > 1").fetchall()
    assert twice == []
    return asked.total() - needed


def test_killed_around_a_call_asks_at_most_that_one_again(room: Newsroom, tmp_path: Path) -> None:
    kills = [("call sent", 1), ("call answered", 1)]
    assert killed_around_calls(room, tmp_path, kills) <= len(kills)


def reviewing(room: Newsroom, directory: Path) -> tuple[Path, str]:
    """The prepared publication after a run under policy review, and the slug of an article that waits."""
    copied(room.prepared, directory)
    with (directory / "groundwire.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[gate]\npolicy = "review"\n')
    assert newsrooms.groundwire(directory, "run", now=NOW).returncode in (0, 1)
    with closing(sqlite3.connect(directory / "groundwire.db")) as db:
        (slug,) = db.execute("SELECT slug FROM articles WHERE status = 'held' ORDER BY slug LIMIT 1").fetchone()
    return directory, slug


REVIEWED = {"reviews": "id, article_id, version, action, by, reason, at, text_sha256, record_sha256", "review_records": "sha256, record",
            "review_events": "article_id, version, n, at, by, role, action, sentence", "drafts": "article_id, version"}  # fmt: skip


def reviews_of(directory: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(directory / "groundwire.db")) as db:
        return {table: sorted(db.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr) for table, columns in REVIEWED.items()}


def killed_at_the_desk(room: Newsroom, root: Path) -> None:
    """Killed after an approval was kept and before any page of it is built: the next run publishes it, once."""
    undisturbed, slug = reviewing(room, root / "undisturbed")
    directory = copied(undisturbed, root / "p")
    with desk_process(undisturbed, NOW) as desk:
        assert desk.act(slug, "accept", n="3")[0] == 200
        assert "the site is built" in desk.approve(slug)[1]
    newsrooms.groundwire(undisturbed, "run", now=NOW)

    command = [*child(directory, AT_THE_DESK, "1")[:4], *newsrooms.command(directory, "desk", "--port", "0", now=NOW)[3:]]
    with DeskProcess(command) as desk, Reader(directory / "output" / "site") as reader:
        assert desk.act(slug, "accept", n="3")[0] == 200
        with pytest.raises(OSError):
            desk.approve(slug)
        assert desk.process.wait(60) == -signal.SIGKILL
        store_of(directory)
        assert slug not in (directory / "output/site/index.html").read_text(encoding="utf-8")
        assert newsrooms.groundwire(directory, "run", now=NOW).returncode in (0, 1)
    assert not reader.trouble
    assert (directory / "output/site/articles" / slug / "index.html").is_file()
    assert (store_of(directory), reviews_of(directory)) == (store_of(undisturbed), reviews_of(undisturbed))
    assert site_of(directory) == site_of(undisturbed)


def test_killed_between_an_approval_and_its_page(room: Newsroom, tmp_path: Path) -> None:
    killed_at_the_desk(room, tmp_path)


@pytest.mark.proof
@needs_corpus
@pytest.mark.parametrize("point", (rows("own/kill-points.json") or {"points": []})["points"])
def test_killed_at_every_point_of_the_corpus(room: Newsroom, tmp_path: Path, point: str) -> None:
    event = event_of(point)
    if event is None:
        pytest.skip(f"{point}: not built yet")
    if event == AT_THE_DESK:
        killed_at_the_desk(room, tmp_path)
        print(f"T13: {point}: killed at '{event}' 1, the next run published it, once")
        return
    if event.startswith("call"):
        repeated = killed_around_calls(room, tmp_path, [(event, 2)])
        print(f"T13: {point}: killed at '{event}' 2, {repeated} calls repeated")
        assert repeated <= 1
        return
    n = max(room.counts.get(event, 0) // 2, 1)
    directory, asked = copied(room.prepared, tmp_path / "p"), len(room.served.log)
    with Reader(directory / "output" / "site") as reader:
        killed_at(directory, event, n)
        recovered(room, directory, "prepared", asked, 1)
    print(
        f"T13: {point}: killed at '{event}' {n} of {room.counts.get(event)}, {reader.read:,} pages read meanwhile, {len(reader.trouble)} torn"
    )
    assert not reader.trouble


@pytest.mark.proof
def test_killed_at_fifty_random_moments(room: Newsroom, tmp_path: Path) -> None:
    started_empty(room, tmp_path / "undisturbed")
    chance = random.Random(1)
    killed = read = 0
    for n in range(50):
        start = ("prepared", "empty")[n % 2]
        directory, asked = copied(getattr(room, start), tmp_path / str(n)), len(room.served.log)
        with Reader(directory / "output" / "site") as reader:
            killed += killed_after(directory, chance.uniform(0.1, 1.1) * room.seconds)
            recovered(room, directory, start, asked, 1)
        assert not reader.trouble
        read += reader.read
        shutil.rmtree(directory)
    print(f"T13: {killed} of 50 runs killed at random moments, 0 lost, 0 doubled, 0 of {read:,} pages read were half or missing")
    assert killed >= 30
