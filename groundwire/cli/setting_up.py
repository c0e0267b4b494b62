"""Commands that set a publication up."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from groundwire.cli.frame import Frame, answer, as_json, command, dry_run
from groundwire.cli.group import main


@command(main)
@click.argument("directory", type=click.Path(path_type=Path), default=".")
@click.option("--llm", metavar="openai|ollama|URL", help="Write with a model at this endpoint.")
def init(frame: Frame, directory: Path, llm: str | None) -> None:
    """Make a publication in DIRECTORY: a commented configuration and an empty list of feeds."""
    from groundwire.starting import begin

    answer(None, begin(frame.directory / directory, llm), False)


@command(main)
@click.argument("urls", nargs=-1, required=True)
@click.option(
    "--backfill",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="Read pages of the last DAYS days at first, instead of fetch.max_age_days.",
)
def add(frame: Frame, urls: tuple[str, ...], backfill: int | None) -> None:
    """Add feeds, or sites whose feed is looked for, and poll them for the first time."""
    from groundwire import newsroom

    with frame.working("add") as doing:
        answer(None, newsroom.add(doing, urls, backfill), False)


@command(main, "import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@dry_run
def import_(frame: Frame, file: Path, dry_run: bool) -> None:
    """Add every feed of an OPML file; the next run polls them."""
    from groundwire import newsroom

    if dry_run:
        with frame.reading() as (db, _):
            answer(None, newsroom.plan_import(db, file, frame.clock().now()), False)
        return
    with frame.working("import") as doing:
        answer(None, newsroom.import_feeds(doing, file), False)


@command(main)
def export(frame: Frame) -> None:
    """Print the feeds as OPML."""
    from ingest.opml import export as as_opml

    with frame.reading() as (db, publication):
        click.echo(as_opml(db, publication), nl=False)


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def feeds(context: click.Context, as_json: bool) -> None:
    """List the feeds with their state; turn one off or on, or remove it."""
    if context.invoked_subcommand is None:
        context.invoke(listed, as_json=as_json)


main.add_command(feeds)


@command(feeds, "list")
@as_json
def listed(frame: Frame, as_json: bool) -> None:
    """List the feeds with their state."""
    from groundwire import feed_list

    with frame.reading() as (db, _):
        found = feed_list.gather(db)
    answer([f.as_json() for f in found], feed_list.lines(found), as_json)


@command(feeds, "on")
@click.argument("url")
def on(frame: Frame, url: str) -> None:
    """Poll this feed again."""
    _switch(frame, url, "on")


@command(feeds, "off")
@click.argument("url")
def off(frame: Frame, url: str) -> None:
    """Do not poll this feed until it is turned on."""
    _switch(frame, url, "off")


@command(feeds, "remove")
@click.argument("url")
def remove(frame: Frame, url: str) -> None:
    """Forget this feed and its entries; pages and records stay, they are evidence."""
    _switch(frame, url, "remove")


def _switch(frame: Frame, url: str, to: str) -> None:
    from groundwire import feed_list

    with frame.reading() as (db, _):
        answer(None, [feed_list.switch(db, url, to, frame.clock().now())], False)


@click.group()
def config() -> None:
    """Read and change settings; docs/configuration.md lists them."""


main.add_command(config)


@command(config)
@click.argument("key")
@as_json
def get(frame: Frame, key: str, as_json: bool) -> None:
    """Print the value in force of one setting."""
    from groundwire.settings_file import plain, value_of

    value = value_of(frame.publication().settings, key)
    answer(value, [plain(value)], as_json)


@command(config, "set")
@click.argument("key")
@click.argument("value")
def set_(frame: Frame, key: str, value: str) -> None:
    """Set one setting in groundwire.toml; comments stay. An empty VALUE takes it out where nothing is allowed."""
    from groundwire.settings_file import change

    change(frame.directory, key, value)


@command(config, "list")
@as_json
def list_(frame: Frame, as_json: bool) -> None:
    """Print every setting in force."""
    from groundwire.settings_file import listing, shown

    found = listing(frame.publication().settings)
    answer(found, (f"{key} = {shown(value)}" for key, value in found.items()), as_json)


@command(main)
def cron(frame: Frame) -> None:
    """Print what runs this publication every hour: a crontab line and systemd units."""
    from groundwire import cron as module

    answer(None, [module.text(module.program(sys.argv[0], sys.executable), frame.publication().root)], False)


@command(main)
@click.option(
    "--dir",
    "directory",
    type=click.Path(path_type=Path),
    default="groundwire-demo",
    show_default=True,
    help="Where the demo's publication is made.",
)
@click.option("--days", type=click.IntRange(1, 16), default=16, show_default=True, help="How many days of the sample wire are run.")
@click.option("--recorded", is_flag=True, help="Show what a model's author writes: its recorded answers, one article in each form.")
@click.option(
    "--policy",
    type=click.Choice(["autonomous", "review"]),
    default="autonomous",
    help="With --recorded: publish, or let wait for the desk.",
)
def demo(frame: Frame, directory: Path, days: int, recorded: bool, policy: str) -> None:
    """Run a whole newsroom on the sample wire: invented companies, no key, no network."""
    from groundwire import demo as module

    if recorded:
        module.recorded(directory, policy)
    else:
        module.demo(directory, days, verbose=frame.verbose)
