"""What a person sees while a command works: progress and tables on a terminal, nothing under cron."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TextIO

from groundwire.log import Progress, one_line, silent


@contextmanager
def progress(stream: TextIO = sys.stderr) -> Iterator[Progress]:
    """A Progress that draws one bar a stage when `stream` is a terminal, and says nothing otherwise."""
    if not stream.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(file=stream), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def draw(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield draw


def labelled(rows: Iterable[tuple[str, str]], width: int | None = None) -> Iterator[str]:
    """Lines with their labels in one column; an empty label goes on below the one before. `width` wraps the texts."""
    kept = [(label, one_line(text)) for label, text in rows]
    indent = " " * (max((len(label) for label, _ in kept), default=0) + 2)
    for label, text in kept:
        first = f"{label:<{len(indent)}}"
        yield from (
            [f"{first}{text}"]
            if width is None
            else textwrap.wrap(text, max(width, 40), initial_indent=first, subsequent_indent=f"{indent}  ")
        )


def width_of(stream: TextIO) -> int | None:
    """How many columns a terminal has, or None when the stream is no terminal: what programs read is not wrapped."""
    return shutil.get_terminal_size().columns if stream.isatty() else None
