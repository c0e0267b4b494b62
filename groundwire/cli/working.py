"""Commands that do the newsroom's work."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from groundwire.cli.frame import Frame, answer, as_json, command, dry_run
from groundwire.cli.group import main

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer


@command(main)
@dry_run
def run(frame: Frame, dry_run: bool) -> None:
    """Do everything once: poll, find, write, publish, build. Made for cron: silent when all is well."""
    from groundwire import newsroom

    if dry_run:
        with frame.reading() as (db, publication):
            answer(None, newsroom.plan(db, publication, frame.clock().now()), False)
        return
    with frame.working("run") as doing:
        newsroom.run(doing)


@command(main)
def poll(frame: Frame) -> None:
    """Ask the feeds and pages that are due, and store what they say."""
    from groundwire import newsroom

    with frame.working("poll") as doing:
        newsroom.poll(doing)


@command(main)
def derive(frame: Frame) -> None:
    """Drop everything derived (copies, stories, figures, themes) and rebuild it from what is kept."""
    from groundwire import newsroom

    with frame.working("derive") as doing:
        newsroom.derive(doing)


@command(main)
@click.option("--form", metavar="NAME", help="Write in this form instead of write.form.")
@click.option("--writer", type=click.Choice(["auto", "model", "ledger"]), help="Write with this writer instead of write.writer.")
@click.option("--theme", metavar="ID", help="Write about this theme alone; status --json lists the ids.")
@click.option("--replay", is_flag=True, help="Take the model's answers from the store; ask nobody.")
@dry_run
def write(frame: Frame, form: str | None, writer: str | None, theme: str | None, replay: bool, dry_run: bool) -> None:
    """Write, check and decide on what the stored records are worth."""
    from groundwire import newsroom

    if dry_run:
        with frame.reading() as (db, publication):
            answer(None, newsroom.plan_writing(db, publication, frame.clock().now()), False)
        return
    with frame.working("write") as doing:
        newsroom.write(doing, form=form, writer=writer, theme=theme, replay=replay)


@command(main)
@click.option(
    "--to", type=click.Path(path_type=Path), help="Also mirror the site into this plain folder, for hosts that do not follow links."
)
@dry_run
def build(frame: Frame, to: Path | None, dry_run: bool) -> None:
    """Publish what editors approved, and build the site beside the live one."""
    from groundwire import newsroom

    if dry_run:
        with frame.reading() as (db, _):
            answer(None, newsroom.plan_building(db), False)
        return
    with frame.working("build") as doing:
        newsroom.build(doing, to=to)


@command(main)
def rollback(frame: Frame) -> None:
    """Show the site as it was before the last build that changed it; the articles stay, and the next build goes forward again."""
    from groundwire import newsroom

    with frame.working("rollback") as doing:
        said = newsroom.rollback(doing)
    answer(None, said, False)


@command(main)
@as_json
def calibrate(frame: Frame, as_json: bool) -> None:
    """Fit the checks to what this publication's editors accepted and struck."""
    from groundwire import calibrating

    with frame.working("calibrate") as doing:
        found = calibrating.calibrate(doing.db, doing.publication.settings, doing.publication.root)
    answer(found.value, found.lines, as_json)


@command(main)
@click.option("--port", default=8000, show_default=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--published", is_flag=True, help="Show the built site as it is: without drafts, and pages do not load themselves again.")
def serve(frame: Frame, port: int, published: bool) -> None:
    """Show the site with its drafts at a local address, made anew when templates or articles change, until interrupted."""
    from groundwire.serve import serving

    publication = frame.publication()
    if published:
        with serving(publication.output / "site", port) as server:
            _serve(server)
        return
    from groundwire.previewing import Preview, following

    with TemporaryDirectory(prefix="groundwire-preview-") as folder:
        preview = Preview(frame.publication, Path(folder), frame.clock())
        preview.make(first=True)
        with serving(preview.site, port, preview.state) as server, following(preview, publication.root):
            _serve(server)


def _serve(server: ThreadingHTTPServer) -> None:
    click.echo(f"http://127.0.0.1:{server.server_port}/")
    with suppress(KeyboardInterrupt):
        server.serve_forever()
