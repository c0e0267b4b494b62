"""The index of a built tree for search in the browser (the extra `search`): pagefind, run as a program; without it there is no search."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from groundwire.errors import BuildError
from publish.pages import File

SECONDS = 600
"""Most time that the index may take; 10,000 articles took well under a tenth of it."""

_NEEDED = (".pf_meta", ".pf_index", ".pf_fragment", ".pagefind", ".json", "pagefind.js")
"""What the search page asks for; pagefind's own interface, with its styles, is left out."""


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("pagefind") is not None


def index(tree: Path, language: str, at: datetime) -> Iterator[File]:
    """The files of an index of the articles in a tree; raises BuildError when pagefind fails."""
    with TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "pagefind", "--site", str(tree), "--output-path", folder, "--glob", "articles/*/index.html",
            "--root-selector", "article", "--exclude-selectors", ".notes", "--force-language", language.split("-")[0], "--quiet",
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603  (no shell, own arguments)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BuildError(f"the search index could not be made: {error}") from error
        if done.returncode:
            raise BuildError(f"the search index could not be made: {done.stderr.strip().splitlines()[-1:] or done.returncode}")
        for path in sorted(p for p in Path(folder).rglob("*") if p.is_file() and p.name.endswith(_NEEDED)):
            yield File(f"pagefind/{path.relative_to(folder).as_posix()}", path.read_bytes(), at)
