"""Calling the command line: in this process, or as a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

from click.testing import CliRunner, Result
from newsrooms import command, environment

from groundwire.cli import main

NOW = "2026-11-20T06:00:00+00:00"


def call(root: Path, *arguments: str, now: str | None = NOW, **environ: str) -> Result:
    """One call on the publication at `root`; a bug shows itself as its own exception."""
    clock = ["--now", now] if now else []
    return CliRunner(env={"GROUNDWIRE_NOW": None, **environ}).invoke(main, ["-C", str(root), *clock, *arguments], catch_exceptions=False)


def process(root: Path, *arguments: str) -> subprocess.Popen[str]:
    """A call as a process of its own, started."""
    return subprocess.Popen(command(root, *arguments), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
