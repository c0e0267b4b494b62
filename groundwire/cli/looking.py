"""Commands that only look."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from groundwire.cli.frame import Frame, answer, as_json, command
from groundwire.cli.group import main
from groundwire.errors import ConfigError


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
@click.option("--online", is_flag=True, help="Also ask the feeds' robots.txt, and the model one small question.")
@as_json
def doctor(frame: Frame, online: bool, as_json: bool) -> None:
    """Check machine, configuration, database, feeds and model; one line each, with what to do."""
    from groundwire import doctor as module

    checks = module.examine(frame.directory, frame.clock(), online=online)
    answer([c.as_json() for c in checks], module.lines(checks), as_json)
    if any(c.outcome == "fail" for c in checks):
        sys.exit(1)


@command(main)
@as_json
def costs(frame: Frame, as_json: bool) -> None:
    """What the models took: calls, tokens and money by article, role and day, and what is left of each budget."""
    from groundwire import costs as module
    from groundwire.terminal import width_of

    with frame.reading() as (db, publication):
        found = module.gather(db, publication.settings, frame.clock().now())
    answer(found.as_json(), module.lines(found, width_of(sys.stdout)), as_json)


@command(main)
@click.argument("article", required=False)
@click.option("--all", "everything", is_flag=True, help="Every published article.")
@click.option("--check", is_flag=True, help="Only check that each citation resolves; exit 1 when one does not.")
@click.option("--review", is_flag=True, help="The record of its review at the desk, and whether it holds; exit 1 when it is void.")
@click.option(
    "--record",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --review: the file of an exported record, instead of the newest.",
)
@as_json
def explain(frame: Frame, article: str | None, everything: bool, check: bool, review: bool, record: Path | None, as_json: bool) -> None:
    """Show what each sentence rests on. ARTICLE is a slug or an id.

    --review --json writes the record of the review byte by byte as it is kept.
    """
    from groundwire import explaining

    if review or record:
        _review(frame, article, record, as_json, alone=review and not (everything or check))
        return
    with frame.reading() as (db, publication):
        found = explaining.explain(db, publication, article, everything=everything, check=check)
    answer(found.value, found.lines, as_json)
    if found.broken:
        sys.exit(1)


def _review(frame: Frame, article: str | None, record: Path | None, as_json: bool, *, alone: bool) -> None:
    from desk import verifying

    if article is None or not alone:
        raise ConfigError("explain --review: name one article by slug or id, without --all and --check; --record goes with --review")
    with frame.reading() as (db, publication):
        found = verifying.review(db, publication, article, record)
    click.echo(found.text if as_json else "\n".join(found.lines), nl=not as_json)
    if as_json:
        click.echo(found.standing.why, err=True)
    if not found.standing.holds:
        sys.exit(1)
