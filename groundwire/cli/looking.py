"""Commands that only look."""

from __future__ import annotations

import sys

import click

from groundwire.cli.frame import Frame, answer, as_json, command
from groundwire.cli.group import main


@command(main)
@as_json
def status(frame: Frame, as_json: bool) -> None:
    """When each stage last worked, what waits, what is held and why, what fails."""
    from groundwire import status as module
    from groundwire.terminal import labelled, width_of

    with frame.reading() as (db, publication):
        found = module.gather(db, publication, frame.clock().now())
    answer(found.as_json(), labelled(module.lines(found, publication.settings.site.timezone), width_of(sys.stdout)), as_json)


@command(main)
@click.option("--online", is_flag=True, help="Also ask the feeds' robots.txt and the model's endpoint.")
@as_json
def doctor(frame: Frame, online: bool, as_json: bool) -> None:
    """Check machine, configuration, database and feeds; one line each, with what to do."""
    from groundwire import doctor as module

    checks = module.examine(frame.directory, frame.clock(), online=online)
    answer([c.as_json() for c in checks], module.lines(checks), as_json)
    if any(c.outcome == "fail" for c in checks):
        sys.exit(1)


@command(main)
@click.argument("article", required=False)
@click.option("--all", "everything", is_flag=True, help="Every published article.")
@click.option("--check", is_flag=True, help="Only check that each citation resolves; exit 1 when one does not.")
@as_json
def explain(frame: Frame, article: str | None, everything: bool, check: bool, as_json: bool) -> None:
    """Show what each sentence rests on. ARTICLE is a slug or an id."""
    from groundwire import explaining

    with frame.reading() as (db, publication):
        found = explaining.explain(db, publication, article, everything=everything, check=check)
    answer(found.value, found.lines, as_json)
    if found.broken:
        sys.exit(1)
