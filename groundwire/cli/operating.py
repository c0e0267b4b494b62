"""Commands for operating a publication over years."""

from __future__ import annotations

from pathlib import Path

import click

from groundwire.cli.frame import Frame, answer, command
from groundwire.cli.group import main


@command(main)
@click.argument("file", type=click.Path(path_type=Path))
def backup(frame: Frame, file: Path) -> None:
    """Copy the database to FILE as it is at this moment, also while a run works; an earlier copy there is replaced."""
    from groundwire import operating

    answer(None, [operating.backup(frame.publication(), file)], False)
