"""The cost of grouping when much is stored: days of invented records through the functions that a run calls.

    python -m bench.group --records 100000      (JSON on stdout)

Each day's records are stored, then what is open is found again with its copies and stories and stored, as a run of the find stage does;
what was open before stays in the database. The first days, until as many records are open as ever will be, are not among those measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

from bench.stream import FIRST_DAY, stream
from groundwire.records import Record
from groundwire.store import derived, pages
from groundwire.store import records as store
from groundwire.store.database import Database, open_database
from synth.find import stage

SEED = 1
A_DAY = 100
"""A wire of some hundred feeds. Records that are open at once are so many times `stage.OPEN_DAYS`, whatever is stored."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day's run: records new in it, records open, processor seconds."""

    new: int
    open: int
    seconds: float


def run(db: Database, records: int, a_day: int, warm_days: int) -> Iterator[Day]:
    """Whole days until at least so many records came after the warm days."""
    left = records
    for n, arrived in enumerate(stream(SEED, a_day)):
        yield one_day(db, arrived, FIRST_DAY + timedelta(days=n + 1))
        left -= len(arrived) if n >= warm_days else 0
        if left <= 0:
            return


def one_day(db: Database, arrived: Sequence[Record], now: datetime) -> Day:
    """Store a day's records, find what is there as of `now`, store that."""
    with db.transaction():
        for record in arrived:
            pages.add(db, record.canonical_url, record.url, record.outlet, record.published, queued=False)
            store.add(db, record)
    started = process_time()
    current = stage.open_records(db, now)
    standing = stage.stand(db, current, {}, now)
    with db.transaction():
        derived.replace(db, standing.found(now, stage.RULE))
    return Day(len(arrived), len(current), process_time() - started)


def report(days: Sequence[Day], db: Database) -> dict[str, float]:
    """Processor milliseconds for each new record in the first and last tenth of the days, what was stored, and what it took.

    Of a tenth it is the median day that counts: other work on the machine makes single days dear.
    """
    tenth = max(1, len(days) // 10)
    first, last = (median(1000 * d.seconds / max(1, d.new) for d in part) for part in (days[:tenth], days[-tenth:]))
    stories = {r["state"]: r["n"] for r in db.rows("SELECT state, count(*) AS n FROM stories WHERE merged_into IS NULL GROUP BY state")}
    return {
        "records": sum(d.new for d in days),
        "days": len(days),
        "open_records": max(d.open for d in days),
        "ms_per_record_first_tenth": round(first, 3),
        "ms_per_record_last_tenth": round(last, 3),
        "last_to_first": round(last / first, 3),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)),
        "stories": sum(stories.values()),
        "stories_closed": stories.get("closed", 0),
        "copies": db.rows("SELECT count(*) AS n FROM copies")[0]["n"],
        "seconds": round(sum(d.seconds for d in days), 1),
    }


def measure(records: int, a_day: int) -> dict[str, float]:
    """The report on so many records, from a database of its own that is thrown away."""
    with TemporaryDirectory() as folder:
        db = open_database(Path(folder) / "group.db")
        days = list(run(db, records, a_day, stage.OPEN_DAYS))[stage.OPEN_DAYS :]
        found = report(days, db)
        db.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--a-day", type=int, default=A_DAY)
    args = parser.parse_args()
    print(json.dumps(measure(args.records, args.a_day), indent=2))


if __name__ == "__main__":
    main()
