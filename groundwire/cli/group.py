"""The group that all commands belong to, and the global options."""

from __future__ import annotations

from pathlib import Path

import click

from groundwire import __version__
from groundwire.cli.frame import Frame


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "-C", "directory", type=click.Path(path_type=Path), default=".", help="The publication's directory; the current one if not given."
)
@click.option(
    "--now", metavar="TIME", help="The moment to work at (ISO 8601 with offset), instead of the system clock; also GROUNDWIRE_NOW."
)
@click.option("-v", "--verbose", is_flag=True, help="A summary line, and more of what happens, on stderr.")
@click.version_option(__version__, prog_name="groundwire")
@click.pass_context
def main(context: click.Context, directory: Path, now: str | None, verbose: bool) -> None:
    """Groundwire reads feeds and publishes articles whose every sentence opens at its source.

    \b
    Start:      groundwire demo           a whole newsroom on sample news, no key, no network
                groundwire init news      your own publication
    Every day:  groundwire run            poll, write, publish; then `groundwire status`
    """
    context.obj = Frame(directory, now, verbose)
