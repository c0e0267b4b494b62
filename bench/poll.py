"""Feeds polled per processor second, at first and unchanged, beside lemon24's `reader` in the same run.

    python -m bench.poll [--feeds 500] [--entries 20] [--rounds 3]

One loopback server, in a process of its own, serves the same feeds to both; each contender runs in a fresh process
that is charged with its own processor time and its workers'. Both store every entry in a SQLite file and sanitise
what they store. Rounds alternate; the best of each is compared, the ratio is the result. JSON on stdout.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


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
    paragraph = f"<p>Substation {number}-{i} carries <b>{100 + i} megawatts</b> for the <a href='http://f{number}.example/x?{i}'>campus</a>.</p>"
    body = (paragraph * 6 + "<script>alert(1)</script><img src='http://t.example/p.gif' onerror='x()'>").replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<item><title>Entry {i} of feed {number}: an order for transformers</title><link>http://f{number}.example/{i}</link>"
        f'<guid isPermaLink="false">tag:f{number}.example,2026:{i}</guid><dc:creator>Desk {number % 7}</dc:creator>'
        f"<pubDate>{moment:%a, %d %b %Y %H:%M:%S} GMT</pubDate><description>{body}</description></item>"
    )


def serve(feeds: int, entries: int) -> None:
    """Serve the feeds with validators until standard input closes; prints the port."""
    import asyncio

    bodies = [feed_body(n, entries) for n in range(feeds)]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode("latin-1").split("\r\n")
                fields = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:])}
                number = int(lines[0].split(" ")[1].rpartition("/")[2])
                etag = f'"{number}"'
                validators = f"ETag: {etag}\r\nLast-Modified: Tue, 03 Nov 2026 08:00:00 GMT\r\n"
                if fields.get("if-none-match") == etag:
                    writer.write(f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode())
                else:
                    kind = f"Content-Type: application/rss+xml\r\nContent-Length: {len(bodies[number])}\r\n"
                    writer.write(f"HTTP/1.1 200 OK\r\n{validators}{kind}\r\n".encode() + bodies[number])
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        server.close()

    asyncio.run(main())


@contextmanager
def server(feeds: int, entries: int) -> Iterator[int]:
    command = [sys.executable, "-m", "bench.poll", "--serve", "--feeds", str(feeds), "--entries", str(entries)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdin is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()


def processor_seconds() -> float:
    """What this process and its ended children have used so far."""
    return sum(u.ru_utime + u.ru_stime for u in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))


def run_groundwire(port: int, feeds: int, folder: Path) -> list[dict[str, float]]:
    """Poll with Groundwire, then again two hours later by its clock."""
    from groundwire.clock import Clock
    from groundwire.config import Fetch, Publication, Settings
    from groundwire.store import feeds as feed_store
    from groundwire.store.database import open_database
    from ingest.pipeline import poll

    hosts = {f"f{n}.example": f"127.0.0.1:{port}" for n in range(feeds)}
    publication = Publication(root=folder, settings=Settings(fetch=Fetch(allow_loopback=True, hosts=hosts, pages_per_run=0)))
    db = open_database(publication.database)
    with db.transaction():
        for n in range(feeds):
            feed_store.add(db, f"http://f{n}.example/feed/{n}", NOW)
    results = []
    for moment in (NOW, NOW + timedelta(hours=2)):
        began, wall = processor_seconds(), monotonic()
        poll(db, publication, Clock(moment), deadline=monotonic() + 600)
        results.append({"cpu": processor_seconds() - began, "wall": monotonic() - wall})
    stored = db.rows("SELECT count(*) AS n FROM items")[0]["n"]
    return [r | {"stored": stored} for r in results]


def run_reader(port: int, feeds: int, folder: Path) -> list[dict[str, float]]:
    """Update with reader, twice."""
    from reader import make_reader

    reader = make_reader(str(folder / "reader.sqlite"), feed_root=None)
    for n in range(feeds):
        reader.add_feed(f"http://127.0.0.1:{port}/feed/{n}")
    results = []
    for _ in range(2):
        began, wall = processor_seconds(), monotonic()
        reader.update_feeds(workers=20, scheduled=False)
        results.append({"cpu": processor_seconds() - began, "wall": monotonic() - wall})
    return [r | {"stored": reader.get_entry_counts().total or 0} for r in results]


CONTENDERS = {"groundwire": run_groundwire, "reader": run_reader}


def contend(name: str, port: int, feeds: int) -> list[dict[str, float]]:
    """One contender's two polls in a fresh process and folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.poll", "--contender", name, "--port", str(port), "--feeds", str(feeds), "--folder", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[dict[str, float]] = json.loads(done.stdout)
    return found


def measure(feeds: int, entries: int, rounds: int) -> dict[str, object]:
    """Feeds per processor second of both contenders and their ratios."""
    best: dict[str, list[float]] = {}
    with server(feeds, entries) as port:
        for _ in range(rounds):
            for name in CONTENDERS:
                found = contend(name, port, feeds)
                if any(r["stored"] != feeds * entries for r in found):
                    raise SystemExit(f"{name} stored {found[0]['stored']} of {feeds * entries} entries")
                rates = [feeds / r["cpu"] for r in found]
                best[name] = [max(a, b) for a, b in zip(best.get(name, [0.0, 0.0]), rates, strict=True)]
    ratios = [a / b for a, b in zip(best["groundwire"], best["reader"], strict=True)]
    rates = {name: {"first": round(r[0], 1), "unchanged": round(r[1], 1)} for name, r in best.items()}
    return {"feeds": feeds, "entries": entries, "per_cpu_second": rates, "ratio": {"first": round(ratios[0], 2), "unchanged": round(ratios[1], 2)}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
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
