"""Commands for operating a publication over years."""

from __future__ import annotations

from pathlib import Path

import click

from groundwire.cli.frame import Frame, answer, command, dry_run
from groundwire.cli.group import main


@command(main)
@click.argument("file", type=click.Path(path_type=Path))
def backup(frame: Frame, file: Path) -> None:
    """Copy the database to FILE as it is at this moment, also while a run works; an earlier copy there is replaced."""
    from groundwire import operating

    answer(None, [operating.backup(frame.publication(), file)], False)


@command(main)
@click.argument("name", metavar="URL|RECORD")
@click.option("--reason", required=True, metavar="TEXT", help="Whose demand it is and why; kept, as the address and the hash are.")
@dry_run
def forget(frame: Frame, name: str, reason: str, dry_run: bool) -> None:
    """Erase what was read at an address everywhere, make articles that cite it anew without it, and never ask there again."""
    from groundwire import operating

    if dry_run:
        with frame.reading() as (db, publication):
            answer(None, operating.plan_forgetting(db, publication, name, reason, frame.clock().now()), False)
        return
    with frame.working("forget") as doing:
        answer(None, operating.forget(doing, name, reason), False)
