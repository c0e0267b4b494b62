from __future__ import annotations

import json
import re
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from calling import call, process

from groundwire import lock
from groundwire.clock import parse_time
from groundwire.config import Publication, Settings
from groundwire.errors import LockedError
from groundwire.store import runs
from groundwire.store.database import open_database

LOOPBACK = "[fetch]\nallow_loopback = true\nhost_delay_seconds = 0\nports = [80, {port}]\n"
FEED = b'<rss version="2.0"><channel><title>T</title><link>/</link></channel></rss>'


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.waiting = threading.Event()
        self.go_on = threading.Event()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/slow.xml":
            self.server.waiting.set()
            self.server.go_on.wait(30)
        self.send_response(404 if self.path == "/robots.txt" else 500 if self.path.startswith("/bad") else 200)
        self.send_header("Content-Length", str(len(FEED)))
        self.end_headers()
        self.wfile.write(FEED)

    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.go_on.set()
        server.shutdown()


def place(root: Path, server: Server, *feeds: str, more: str = "") -> None:
    """A publication whose feeds.opml lists paths of the server."""
    (root / "groundwire.toml").write_text(LOOPBACK.format(port=server.server_port) + more)
    lines = "".join(f'<outline type="rss" text="{f}" xmlUrl="http://127.0.0.1:{server.server_port}/{f}"/>' for f in feeds)
    (root / "feeds.opml").write_text(f'<opml version="2.0"><body>{lines}</body></opml>')


def test_a_run_with_nothing_to_do_is_silent_and_builds_a_site(tmp_path: Path) -> None:
    done = call(tmp_path, "run")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "output" / "site" / "index.html").is_file()


def test_verbose_is_one_summary_line(tmp_path: Path) -> None:
    assert len(call(tmp_path, "-v", "run").stderr.splitlines()) == 1


def test_a_failure_is_told_once_and_the_rest_is_done(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, "good.xml", "bad.xml")
    first = call(tmp_path, "run")
    assert first.exit_code == 1
    assert len(first.stderr.splitlines()) == 1
    assert f"http://127.0.0.1:{server.server_port}/bad.xml" in first.stderr
    later = call(tmp_path, "run", now="2026-11-20T12:00:00+00:00")
    assert (later.exit_code, later.stderr) == (0, "")
    assert server.asked.count("/bad.xml") == 2
    status = json.loads(call(tmp_path, "status", "--json").stdout)
    assert [f["times"] for f in status["failing"]] == [2]
    assert status["feeds"] == {"failed": 1, "ok": 1}


def test_nothing_is_asked_again_within_the_hour(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, "good.xml")
    for minute in ("00", "10", "59"):
        assert call(tmp_path, "poll", now=f"2026-11-20T06:{minute}:00+00:00").exit_code == 0
    assert server.asked.count("/good.xml") == 1


def test_add_polls_at_once_and_says_what_it_added(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server)
    added = call(tmp_path, "add", f"http://127.0.0.1:{server.server_port}/good.xml")
    assert added.exit_code == 0
    assert "/good.xml: added" in added.stdout
    assert call(tmp_path, "run").exit_code == 0
    assert server.asked.count("/good.xml") == 1


def test_a_second_run_leaves_with_75_and_names_the_first(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, "slow.xml")
    first = process(tmp_path, "run")
    assert server.waiting.wait(30)
    second = call(tmp_path, "run")
    assert second.exit_code == 75
    assert f"pid {first.pid}, run" in second.stderr
    assert f"pid {first.pid}, run" in call(tmp_path, "status").stdout
    server.go_on.set()
    assert first.communicate()[1].startswith("nothing to write yet:")
    assert first.returncode == 0
    assert call(tmp_path, "run", now=None).exit_code == 0


def test_a_killed_run_holds_nothing(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, "slow.xml")
    with closed_by_signal(tmp_path, server, signal.SIGKILL):
        pass
    assert "the last run did not end" in call(tmp_path, "status").stdout
    server.go_on.set()
    assert call(tmp_path, "run", now=None).exit_code == 0


def test_an_interrupted_run_ends_with_130_in_one_line(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, "slow.xml")
    with closed_by_signal(tmp_path, server, signal.SIGINT) as (code, told):
        assert code == 130
        assert told.splitlines() == ["stopped; what was done is kept, and the next run goes on from there"]


@contextmanager
def closed_by_signal(root: Path, server: Server, number: signal.Signals) -> Iterator[tuple[int, str]]:
    run = process(root, "run")
    assert server.waiting.wait(30)
    run.send_signal(number)
    told = run.communicate(timeout=60)[1]
    yield run.returncode, told


def test_a_moment_before_the_last_run_is_refused(tmp_path: Path) -> None:
    assert call(tmp_path, "run", now="2026-11-20T06:00:00+00:00").exit_code == 0
    refused = call(tmp_path, "run", now="2026-11-20T05:59:59+00:00")
    assert refused.exit_code == 2
    assert "is earlier than the last run (2026-11-20T06:00:00Z)" in refused.stderr
    assert call(tmp_path, "run", now=None, GROUNDWIRE_NOW="2026-11-20T06:00:00+00:00").exit_code == 0


@pytest.mark.parametrize("text", ["yesterday", "2026-11-20T06:00:00"])
def test_a_moment_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    refused = call(tmp_path, "run", now=text)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"--now '{text}': ")


def test_a_system_clock_that_stepped_back_is_told_once_and_the_run_goes_on(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, "good.xml")
    assert call(tmp_path, "run", now="2100-01-01T00:00:00+00:00").exit_code == 0
    asked = len(server.asked)
    first, second = call(tmp_path, "run", now=None), call(tmp_path, "run", now=None)
    assert (first.exit_code, second.exit_code) == (1, 0)
    assert first.stderr.startswith("clock system clock: shows ")
    assert len(server.asked) == asked


def test_a_run_that_is_not_done_still_has_its_row(tmp_path: Path) -> None:
    (tmp_path / "groundwire.toml").write_text('[write]\nlens = "nowhere"\n')
    refused = call(tmp_path, "run")
    assert refused.exit_code == 2
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        assert [(r["command"], r["exit_code"]) for r in runs.recent(db)] == [("run", 2)]


def test_a_dry_run_changes_and_asks_nothing(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, "good.xml")
    call(tmp_path, "run")
    asked, before = len(server.asked), (tmp_path / "groundwire.db").read_bytes()
    for arguments in (("run",), ("write",), ("build",)):
        dry = call(tmp_path, *arguments, "--dry-run", now="2026-11-21T06:00:00+00:00")
        assert dry.exit_code == 0
        assert dry.stdout
    assert len(server.asked) == asked
    assert (tmp_path / "groundwire.db").read_bytes() == before


def test_the_ping_address_is_told_about_start_and_end(tmp_path: Path, server: Server) -> None:
    place(tmp_path, server, more=f'[run]\nping_url = "http://127.0.0.1:{server.server_port}/ping"\n')
    assert call(tmp_path, "run").exit_code == 0
    assert server.asked == ["/ping/start", "/ping"]


def test_a_ping_address_that_is_dead_never_stops_a_run(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (tmp_path / "groundwire.toml").write_text(f'[run]\nping_url = "http://127.0.0.1:{port}/"\n')
    assert [call(tmp_path, "run").exit_code for _ in range(2)] == [1, 0]
    assert (tmp_path / "output" / "site" / "index.html").is_file()


def test_build_mirrors_the_site(tmp_path: Path) -> None:
    assert call(tmp_path, "build", "--to", str(tmp_path / "plain")).exit_code == 0
    assert (tmp_path / "plain" / "index.html").read_bytes() == (tmp_path / "output" / "site" / "index.html").read_bytes()
    assert not (tmp_path / "plain").is_symlink()


def test_serve_shows_the_site_and_its_own_page_for_what_is_missing(tmp_path: Path) -> None:
    assert call(tmp_path, "serve").exit_code == 2
    call(tmp_path, "build")
    serving = process(tmp_path, "serve", "--port", "0", "--published")
    assert serving.stdout is not None
    address = serving.stdout.readline().strip()
    with urlopen(address) as page:
        assert page.read() == (tmp_path / "output" / "site" / "index.html").read_bytes()
    serving.send_signal(signal.SIGINT)
    assert serving.communicate(timeout=30)[1] == ""
    assert serving.returncode == 0


def test_serve_shows_a_preview_and_cleans_up_behind_it(tmp_path: Path) -> None:
    call(tmp_path, "build")
    serving = process(tmp_path, "serve", "--port", "0")
    assert serving.stdout is not None
    address = serving.stdout.readline().strip()
    with urlopen(address) as page, urlopen(f"{address}-/state") as state:
        assert b"Preview with drafts" in page.read()
        assert re.fullmatch(rb"[0-9a-f]{16}", state.read())
    serving.send_signal(signal.SIGINT)
    assert serving.communicate(timeout=30)[1] == ""
    assert serving.returncode == 0


def test_the_lock_is_one_for_each_publication(tmp_path: Path) -> None:
    here, there = tmp_path / "a", tmp_path / "b"
    for root in (here, there):
        root.mkdir()
    moment = parse_time("2026-11-20T06:00:00+00:00")
    with (
        lock.held(Publication(root=here, settings=Settings()), "run", moment),
        lock.held(Publication(root=there, settings=Settings()), "run", moment),
    ):
        with (
            pytest.raises(LockedError, match="since 2026-11-20T06:00:00Z"),
            lock.held(Publication(root=here, settings=Settings()), "run", moment),
        ):
            pass
        assert lock.holder(Publication(root=here, settings=Settings()))
    assert lock.holder(Publication(root=here, settings=Settings())) is None
