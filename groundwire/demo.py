"""`groundwire demo`: the real newsroom on the sample wire, sixteen days in a minute, on loopback, with no key.

Only the clock and the publishers are made up: polling, robots, extraction, grouping, writing, checks, gate and build
are those of every run. The publication it leaves behind is an ordinary one.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from time import monotonic

import click

from groundwire import newsroom
from groundwire.clock import Clock
from groundwire.config import CONFIG_NAME, Publication
from groundwire.errors import ConfigError
from groundwire.log import one_line
from groundwire.recordings import Recordings
from groundwire.records import ArticleStatus, Correction, StageReport
from groundwire.settings_file import load
from groundwire.store import articles
from groundwire.store.database import Database, open_database
from groundwire.templating import data_path
from groundwire.terminal import labelled
from groundwire.wire import Outlet, Served, Wire, serve
from groundwire.workers import WorkerPool

MARK = "This publication was made by `groundwire demo`; the next demo in this folder makes it anew."
NOTICE = "Everything here is invented: companies, people, outlets and figures. Nothing is claimed about anyone real."
RUN_AT = time(20, tzinfo=UTC)
"""When each day's run takes place: after the last text of the day."""

CONFIGURATION = """# {mark}

[site]
title = "The Sample Wire"
url = "https://sample-wire.example/"
look = {{ notice = {notice} }}

[fetch]
allow_loopback = true       # the sample wire is served from this machine
host_delay_seconds = 0      # and asks for no patience

[fetch.hosts]
{hosts}
"""


AUTHOR = """
[llm]
model = "recorded"          # answers come from the recordings: `groundwire write --replay`
on_failure = "none"

[write]
writer = "model"

[gate]
policy = "{policy}"
"""


@dataclass(frozen=True, slots=True)
class Day:
    """What one day's run did."""

    day: date
    counts: tuple[tuple[str, int], ...]
    articles: tuple[str, ...]
    notes: tuple[str, ...]


def demo(directory: Path, days: int, *, verbose: bool = False) -> None:
    """Make a publication in `directory`, run it over the first `days` days of the sample wire, and say what came of it.

    Raises ConfigError when the folder holds something else. Same input, same pages: nothing depends on the machine.
    """
    began = monotonic()
    wire = Wire.load(data_path("examples/wire"))
    prepare(directory)
    click.echo(f"{NOTICE}\nEach line is one day: what its run read and what it published. No key, no network.\n")
    with serve(wire) as served, WorkerPool() as pool:
        publication = furnish(directory, wire, served)
        for day in wire.days[:days]:
            click.echo(line(run_day(publication, served, pool, day), verbose=verbose))
    with closing(open_database(publication.database)) as db:
        for text in ending(db, publication, monotonic() - began):
            click.echo(text)


def recorded(directory: Path, policy: str = "autonomous") -> None:
    """Make a publication in `directory`, read the sample wire without writing, and write the recorded articles, one in each form.

    The author asks and checks as with a model; its answers come from the recordings. Under the policy "review" the articles wait as
    drafts. Raises ConfigError as `demo` does.
    """
    began = monotonic()
    wire, recordings = Wire.load(data_path("examples/wire")), Recordings.load()
    prepare(directory)
    click.echo(
        f"{NOTICE}\nA model's recorded answers are replayed: what the author makes of them is checked as ever. No key, no network.\n"
    )
    if recordings.warning:
        click.echo(f"{recordings.warning}\n")
    with serve(wire) as served, WorkerPool() as pool:
        publication = furnish(directory, wire, served, AUTHOR.format(policy=policy))
        for day in wire.days:
            if day <= recordings.now.date():
                read_day(publication, served, pool, day)
    replay(publication, recordings)
    with closing(open_database(publication.database)) as db:
        for text in ending(db, publication, monotonic() - began):
            click.echo(text)


def read_day(publication: Publication, served: Served, pool: WorkerPool, day: date) -> None:
    """Poll and group at the end of a day of the wire, by the rules alone, and write nothing."""
    now = datetime.combine(day, RUN_AT)
    served.at = now
    with newsroom.work(publication, Clock(now), "poll") as doing:
        doing.pool = pool
        newsroom.poll(doing)
        newsroom.find(doing)


def replay(publication: Publication, recordings: Recordings) -> None:
    """Write the recorded articles from the recorded answers, in the order of their themes, and build the site."""
    with newsroom.work(publication, Clock(recordings.now), "write") as doing:
        recordings.furnish(doing.db)
        for form, theme in recordings.themes.items():
            newsroom.write(doing, form=form, theme=theme, replay=True)
        newsroom.build(doing)


def prepare(directory: Path) -> None:
    """An empty folder for the demo; one that an earlier demo left is cleared, any other is not touched."""
    config = directory / CONFIG_NAME
    if directory.exists() and any(directory.iterdir()):
        if not config.is_file() or MARK not in config.read_text(encoding="utf-8"):
            raise ConfigError(f"'{directory}': holds something that no demo made; give another folder with --dir")
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)


def furnish(directory: Path, wire: Wire, served: Served, more: str = "") -> Publication:
    """The files of the demo's publication: settings (`more` after the common ones), feeds, outlets."""
    hosts = "\n".join(f'"{host}" = "{target}"' for host, target in sorted(served.hosts.items()))
    text = CONFIGURATION.format(mark=MARK, notice=json.dumps(NOTICE), hosts=hosts)
    (directory / CONFIG_NAME).write_text(text + more, encoding="utf-8")
    (directory / "feeds.opml").write_text(wire.opml(), encoding="utf-8")
    (directory / "outlets.toml").write_text(outlets(wire), encoding="utf-8")
    return load(directory, {})


def outlets(wire: Wire) -> str:
    """What an editor would know about the wire's outlets, as outlets.toml."""
    head = "# Who publishes what: kind is primary, report, commentary or discussion; one owner counts once.\n"
    return "\n".join([head, *(_outlet(outlet) for outlet in wire.outlets)])


def _outlet(outlet: Outlet) -> str:
    name, kind, owner = (json.dumps(text, ensure_ascii=False) for text in (outlet.name, outlet.kind, outlet.owner))
    return f"[{name}]\nkind = {kind}\nowner = {owner}\n"


def run_day(publication: Publication, served: Served, pool: WorkerPool, day: date) -> Day:
    """One ordinary run at the end of a day of the wire."""
    now = datetime.combine(day, RUN_AT)
    served.at = now
    with newsroom.work(publication, Clock(now), "run") as doing:
        doing.pool = pool
        newsroom.run(doing)
        return Day(day, _counts(doing.reports), _made(doing.db, now), _notes(doing.reports))


def _counts(reports: Sequence[StageReport]) -> tuple[tuple[str, int], ...]:
    return tuple(count for report in reports for count in report.counts)


def _notes(reports: Sequence[StageReport]) -> tuple[str, ...]:
    """What writing had to say first, then the other stages, then what failed."""
    told = sorted(reports, key=lambda report: report.stage != "write")
    return (
        *(note for report in told for note in report.notes),
        *(f"{f.subject}: {f.reason}" for report in reports for f in report.failures),
    )


def _made(db: Database, now: datetime) -> tuple[str, ...]:
    """What this run published, one line each."""
    out = [a for a in articles.with_status(db, ArticleStatus.PUBLISHED) if a.modified == now]
    return tuple(f"{'updated  ' if a.version > 1 else 'published'}  {a.headline.text}" for a in out)


def line(day: Day, *, verbose: bool) -> str:
    """One day as the terminal shows it."""
    counts = dict(day.counts)
    read = f"{day.day:%a} {day.day.day:>2} {day.day:%b}  {counts.get('feeds asked', 0):>3} feeds  {counts.get('new records', 0):>2} records"
    told = day.articles or ("nothing    " + (day.notes[0] if day.notes else ""),)
    lines = [f"{read}  {one_line(told[0])}", *(f"{'':{len(read)}}  {one_line(text)}" for text in told[1:])]
    if verbose:
        lines += [f"{'':12}{one_line(note)}" for note in day.notes]
    return "\n".join(lines)


def ending(db: Database, publication: Publication, seconds: float) -> list[str]:
    """What was published, what was held and why, where to look, and what to do next."""
    live = articles.live(db)
    held = articles.with_status(db, ArticleStatus.HELD, ArticleStatus.REJECTED)
    root = publication.root
    place = (publication.output.absolute() / "site" / "index.html").as_uri()
    command = sys.argv[0] if Path(sys.argv[0]).name == "groundwire" else "groundwire"
    rows = [("Published", f"{len(live)} articles in {sum(1 for _ in articles.with_status(db, ArticleStatus.PUBLISHED))} versions")]
    rows += [("", f"{a.headline.text} (version {a.version})") for a in live]
    rows += [("Noted", f"{a.headline.text}: {noted(c)}") for a in live for c in a.corrections]
    rows += [("Held" if a.status is ArticleStatus.HELD else "Refused", f"{a.headline.text}: {'; '.join(a.reasons)}") for a in held]
    rows += [("Took", f"{seconds:.0f} seconds"), ("Look at it", place)]
    rows += [
        ("Next", f"{command} -C {root} serve"),
        *([("", f"{command} -C {root} desk")] if held else []),
        ("", f"{command} -C {root} explain --all --check"),
        ("", f"{command} init my-newsroom"),
    ]
    return ["", *labelled(rows)]


def noted(correction: Correction) -> str:
    """A note on an article in one line of a terminal."""
    if correction.was and correction.now_is:
        return f"a cited page now says {correction.now_is}, no longer {correction.was}"
    return correction.text
