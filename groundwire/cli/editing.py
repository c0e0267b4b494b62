"""Commands for editors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from groundwire.cli.frame import Frame, answer, command, dry_run
from groundwire.cli.group import main

Function = Callable[..., None]


def _decision(version_required: bool) -> Callable[[Function], Function]:
    """The options that every decision takes."""

    def decorate(function: Function) -> Function:
        function = click.option("--by", required=True, metavar="NAME", help="Who decides.")(function)
        function = click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the log of reviews.")(function)
        function = click.option(
            "--version",
            type=int,
            required=version_required,
            help="The version that is meant." if version_required else "The newest if not given.",
        )(function)
        return click.argument("article")(function)

    return decorate


@command(main)
@_decision(version_required=False)
def hold(frame: Frame, article: str, version: int | None, reason: str, by: str) -> None:
    """Hold a version back until an editor decides. ARTICLE is a slug or an id."""
    _decide(frame, "hold", article, version, reason, by)


@command(main)
@_decision(version_required=True)
def approve(frame: Frame, article: str, version: int, reason: str, by: str) -> None:
    """Approve the named version; it is published at once, or by the run that is under way."""
    _decide(frame, "approve", article, version, reason, by)


@command(main)
@_decision(version_required=False)
def reject(frame: Frame, article: str, version: int | None, reason: str, by: str) -> None:
    """Reject a version; it stays in the database and never goes out. ARTICLE is a slug or an id."""
    _decide(frame, "reject", article, version, reason, by)


@command(main)
@_decision(version_required=False)
def retract(frame: Frame, article: str, version: int | None, reason: str, by: str) -> None:
    """Withdraw an article that is out: its address stays, with a notice that says who and why. ARTICLE is a slug or an id."""
    _decide(frame, "retract", article, version, reason, by)


@command(main)
@click.argument("article")
@click.option("--was", required=True, metavar="TEXT", help="What the article says and is wrong, in its own words.")
@click.option("--now-is", required=True, metavar="TEXT", help="What is right instead.")
def correct(frame: Frame, article: str, was: str, now_is: str) -> None:
    """Correct an article that is out, with a dated note on it, in the log and in the feeds. ARTICLE is a slug or an id."""
    from groundwire import operating

    with frame.working("correct") as doing:
        answer(None, operating.correct(doing, article, was, now_is), False)


def _decide(frame: Frame, action: str, article: str, version: int | None, reason: str, by: str) -> None:
    from groundwire import newsroom

    said = newsroom.decide(frame.publication(), frame.clock(), newsroom.Decision(action, article, version, reason, by))
    answer(None, [said], False)


@command(main)
@click.option(
    "--host", metavar="ADDRESS", help="Listen there instead of desk.host; beyond this machine only with desk.password or desk.proxy_header."
)
@click.option("--port", type=click.IntRange(0, 65535), help="Listen there instead of desk.port; 0 takes a free one.")
def desk(frame: Frame, host: str | None, port: int | None) -> None:
    """Open the editors' desk at a local address, until interrupted; prints the address that lets one browser in."""
    from contextlib import suppress

    from desk.serving import serve

    with suppress(KeyboardInterrupt):
        serve(frame.publication(), frame.clock(), host, port, click.echo)


@click.group()
def drafts() -> None:
    """Review drafts as Markdown files, in git if you like."""


main.add_command(drafts)


@command(drafts)
@click.argument("directory", type=click.Path(path_type=Path))
def export(frame: Frame, directory: Path) -> None:
    """Write every draft and held article into DIRECTORY, one Markdown file each."""
    from groundwire.drafts import export_drafts

    with frame.reading() as (db, _):
        answer(None, [str(path) for path in export_drafts(db, directory)], False)


@command(drafts, "import")
@click.argument("directory", type=click.Path(path_type=Path))
@dry_run
def import_(frame: Frame, directory: Path, dry_run: bool) -> None:
    """Take text and status of edited drafts back from DIRECTORY; what changed is checked, and nothing is taken when a file fails."""
    from groundwire import draft_import, operating

    now = frame.clock().now()
    with frame.reading() as (db, publication):
        plans = draft_import.plan(db, publication, directory, now)
    if not dry_run and plans:
        with frame.working("drafts import") as doing:
            operating.take_back(doing, draft_import.plan(doing.db, doing.publication, directory, now))
    answer(None, [plan.line for plan in plans], False)
