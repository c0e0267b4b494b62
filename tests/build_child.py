"""Builds of one publication, each in a process of its own that may be killed: `build_child.py DIRECTORY`, then a line for each build.

A line is "TITLE SECONDS": the build with this title is killed after so many seconds; "TITLE -" lets it end. The answer is "killed" or "done".
Nothing is imported in between, so that the moments fall into the build.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from groundwire import log
from groundwire.config import Publication, Settings, Site
from groundwire.store.database import open_database
from publish.pipeline import build

NOW = datetime(2026, 6, 3, 6, 10, tzinfo=UTC)


def one(folder: Path, title: str) -> None:
    publication = Publication(root=folder, settings=Settings(site=Site(title=title, url="https://wire.example/pub/")))
    with closing(open_database(publication.database)) as db:
        build(db, publication, NOW, progress=log.silent)


def main() -> None:
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        title, seconds = line.split()
        child = os.fork()
        if child == 0:
            one(folder, title)
            os._exit(0)
        if seconds != "-":
            time.sleep(float(seconds))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else "done" if status == 0 else "failed", flush=True)


main()
