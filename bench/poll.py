"""Feeds polled per processor second, at first and unchanged, beside lemon24's `reader` in the same run.

    python -m bench.poll [--feeds 500] [--entries 20] [--rounds 3]

What is the same for both: one loopback server in a process of its own serves the same feeds, each at an address of
its own in 127.1.0.0/16 (feeds of a publication are on different hosts, so neither can reuse a connection; Linux
answers on all of 127.0.0.0/8), with validators and the header fields that servers usually send. Each contender runs in
a fresh process and folder, polls nothing once so that imports are charged to neither, then polls every feed at first,
then eight times unchanged, and is charged with the processor time of its own process and its workers, their start
included. Both store every entry in a SQLite file; neither may store a script or an event handler; the server
counts that every first poll got a body and every later one a 304, else there is no result.

What differs is each one's own: reader runs with 20 threads and asks whenever it is told (`scheduled=False`);
Groundwire is told by its clock that two hours have passed, since it does not ask a feed twice within the hour.

Rounds alternate; the best of each contender is compared. JSON on stdout.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from time import monotonic

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
UNCHANGED_POLLS = 8
UNSAFE = ("<script", "onerror")
LIBRARIES = ("reader", "aiohttp", "uvloop", "feedparser", "fastfeedparser", "nh3")
FIELDS = (
    "Date: Tue, 03 Nov 2026 12:00:00 GMT\r\nServer: nginx\r\nConnection: keep-alive\r\nCache-Control: max-age=300\r\n"
    "Vary: Accept-Encoding\r\nLast-Modified: Tue, 03 Nov 2026 08:00:00 GMT\r\n"
    "Strict-Transport-Security: max-age=31536000\r\nX-Content-Type-Options: nosniff\r\n"
)


def host_of(number: int) -> str:
    return f"127.1.{number // 250}.{number % 250 + 1}"


def feed_url(number: int, port: int) -> str:
    return f"http://{host_of(number)}:{port}/feed/{number}"


def feed_body(number: int, entries: int) -> bytes:
    """One RSS feed with entries of about a kilobyte of HTML each, the markup that newsrooms send."""
    items = "".join(_entry(number, i) for i in range(entries))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Bench feed {number}</title><link>http://f{number}.example/</link><description>Made for measuring</description>"
        f"{items}</channel></rss>"
    ).encode()


def _entry(number: int, i: int) -> str:
    moment = NOW - timedelta(hours=i, minutes=number % 60)
    paragraph = (
        f"<p>Substation {number}-{i} carries <b>{100 + i} megawatts</b> for the <a href='http://f{number}.example/x?{i}'>campus</a>.</p>"
    )
    body = (
        (paragraph * 6 + "<script>alert(1)</script><img src='http://t.example/p.gif' onerror='x()'>")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
    )
    return (
        f"<item><title>Entry {i} of feed {number}: an order for transformers</title><link>http://f{number}.example/{i}</link>"
        f'<guid isPermaLink="false">tag:f{number}.example,2026:{i}</guid><dc:creator>Desk {number % 7}</dc:creator>'
        f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{body}</description></item>"
    )


def serve(feeds: int, entries: int) -> None:
    """Serve the feeds until standard input closes; prints the port first and how often each status was sent last."""
    import asyncio

    bodies = [feed_body(n, entries) for n in range(feeds)]
    sent: Counter[int] = Counter()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                fields = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
                number = int(lines[0].split(" ")[1].rpartition("/")[2])
                etag = f'"{number}"'
                status = 304 if fields.get("if-none-match") == etag else 200
                sent[status] += 1
                if status == 304:
                    writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n{FIELDS}\r\n".encode())
                else:
                    kind = f"Content-Type: application/rss+xml\r\nContent-Length: {len(bodies[number])}\r\n"
                    writer.write(f"HTTP/1.1 200 OK\r\nETag: {etag}\r\n{FIELDS}{kind}\r\n".encode() + bodies[number])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        listening = await asyncio.start_server(answer, [host_of(n) for n in range(feeds)], port, backlog=16)
        print(port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        listening.close()

    asyncio.run(main())
    print(json.dumps(sent))


@contextmanager
def server(feeds: int, entries: int, statuses: Counter[str]) -> Iterator[int]:
    """The port of a server that runs meanwhile; afterwards `statuses` holds what it sent."""
    command = [sys.executable, "-m", "bench.poll", "--serve", "--feeds", str(feeds), "--entries", str(entries)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdin is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        statuses.update(json.loads(process.stdout.read()))
        process.wait()


def processor_seconds() -> float:
    """What this process and its ended children have used so far."""
    return sum(u.ru_utime + u.ru_stime for u in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))


def charged(work: Callable[[], object]) -> float:
    began = processor_seconds()
    work()
    return processor_seconds() - began


Result = dict[str, float]


def run_groundwire(port: int, feeds: int, folder: Path) -> Result:
    """Poll with Groundwire at noon, then every two hours by its clock."""
    from groundwire.clock import Clock
    from groundwire.config import Fetch, Publication, Settings
    from groundwire.store import feeds as feed_store
    from groundwire.store.database import open_database
    from ingest.pipeline import poll

    publication = Publication(root=folder, settings=Settings(fetch=Fetch(allow_loopback=True, pages_per_run=0)))
    db = open_database(publication.database)

    def at(*hours: int) -> None:
        for hour in hours:
            poll(db, publication, Clock(NOW + timedelta(hours=hour)), deadline=monotonic() + 600)

    at(-1)
    with db.transaction():
        for n in range(feeds):
            feed_store.add(db, feed_url(n, port), NOW)
    first = charged(lambda: at(0))
    unchanged = charged(lambda: at(*range(2, 2 * UNCHANGED_POLLS + 1, 2)))
    texts = [f"{row['title']} {row['summary']}" for row in db.rows("SELECT title, summary FROM items")]
    return {"first": first, "unchanged": unchanged, "stored": len(texts), "unsafe": unsafe(texts)}


def run_reader(port: int, feeds: int, folder: Path) -> Result:
    """Update with reader, as often."""
    from reader import make_reader

    reader = make_reader(str(folder / "reader.sqlite"), feed_root=None)

    def update(times: int) -> None:
        for _ in range(times):
            reader.update_feeds(workers=20, scheduled=False)

    update(1)
    for n in range(feeds):
        reader.add_feed(feed_url(n, port))
    first = charged(lambda: update(1))
    unchanged = charged(lambda: update(UNCHANGED_POLLS))
    texts = [f"{entry.title} {entry.summary}" for entry in reader.get_entries()]
    return {"first": first, "unchanged": unchanged, "stored": len(texts), "unsafe": unsafe(texts)}


def unsafe(texts: list[str]) -> int:
    """How many of the stored texts would run a script."""
    return sum(any(word in text for word in UNSAFE) for text in texts)


CONTENDERS = {"groundwire": run_groundwire, "reader": run_reader}


def contend(name: str, port: int, feeds: int, entries: int) -> tuple[float, float]:
    """One contender's rates, at first and unchanged, in a fresh process and folder; SystemExit when it did not do all of the work."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.poll", "--contender", name, "--port", str(port), "--feeds", str(feeds), "--folder", folder]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: Result = json.loads(done.stdout)
    if found["stored"] != feeds * entries or found["unsafe"]:
        raise SystemExit(f"{name} stored {found['stored']} of {feeds * entries} entries, {found['unsafe']} of them unsafe")
    return feeds / found["first"], UNCHANGED_POLLS * feeds / found["unchanged"]


def measure(feeds: int, entries: int, rounds: int) -> dict[str, object]:
    """Feeds per processor second of both contenders and their ratios."""
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in CONTENDERS}
    statuses: Counter[str] = Counter()
    with server(feeds, entries, statuses) as port:
        for _ in range(rounds):
            for name in CONTENDERS:
                rates[name].append(contend(name, port, feeds, entries))
    polls = feeds * rounds * len(CONTENDERS)
    if statuses != {"200": polls, "304": polls * UNCHANGED_POLLS}:
        raise SystemExit(f"the server sent {dict(statuses)} for {polls} first polls and {polls * UNCHANGED_POLLS} later ones")
    best = {name: [max(found) for found in zip(*each, strict=True)] for name, each in rates.items()}
    ratio = [a / b for a, b in zip(best["groundwire"], best["reader"], strict=True)]
    return {
        "feeds": feeds,
        "entries": entries,
        "rounds": rounds,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        "per_cpu_second": {name: {"first": round(r[0], 1), "unchanged": round(r[1], 1)} for name, r in best.items()},
        "ratio": {"first": round(ratio[0], 2), "unchanged": round(ratio[1], 2)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--entries", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.serve:
        serve(args.feeds, args.entries)
    elif args.contender:
        print(json.dumps(CONTENDERS[args.contender](args.port, args.feeds, args.folder)))
    else:
        print(json.dumps(measure(args.feeds, args.entries, args.rounds), indent=2))


if __name__ == "__main__":
    main()
