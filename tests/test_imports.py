"""What must not be loaded, and who reads the environment."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"openai", "sklearn", "scipy", "numpy", "trafilatura", "feedparser", "aiohttp", "httpx2", "lxml", "rich", "sqlite_utils"}
PACKAGES = ("groundwire", "evidence", "ingest", "synth", "publish")

DUMP = "import atexit, sys; atexit.register(lambda: sys.stderr.write('LOADED ' + ' '.join(sys.modules)))\n"
CALL = "from groundwire.cli import main; main(prog_name='groundwire')"


def loaded(*arguments: str, cwd: Path, **environ: str) -> set[str]:
    """The top-level modules that a call of the command line has loaded when it ends."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    done = subprocess.run(
        [sys.executable, "-c", DUMP + CALL, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stderr.partition("LOADED ")[2].split()}


@pytest.mark.parametrize(
    "arguments", [("--help",), ("run", "--help"), ("status",), ("status", "--json"), ("config", "list"), ("feeds",), ("cron",), ("costs",)]
)
def test_what_only_looks_loads_nothing_heavy(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    from groundwire.store.database import open_database

    open_database(tmp_path / "groundwire.db").close()
    assert not loaded(*arguments, cwd=tmp_path) & HEAVY


def test_completion_loads_nothing_heavy(tmp_path: Path) -> None:
    modules = loaded(cwd=tmp_path, _GROUNDWIRE_COMPLETE="bash_complete", COMP_WORDS="groundwire st", COMP_CWORD="1")
    assert not modules & HEAVY


def test_help_loads_no_settings(tmp_path: Path) -> None:
    assert not loaded("--help", cwd=tmp_path) & {"pydantic"}


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_only_config_reads_the_environment() -> None:
    readers = [
        str(p.relative_to(ROOT))
        for p in sources()
        if re.search(r"\bos\.(environ|getenv)\b|from os import .*(environ|getenv)", p.read_text("utf-8"))
    ]
    assert readers == ["groundwire/config.py"]


def test_sql_is_written_in_the_store_alone() -> None:
    statement = re.compile(r"""["'](SELECT|INSERT|UPDATE|DELETE|CREATE|DROP) [\w*"]""")
    places = {str(p.relative_to(ROOT).parent) for p in sources() if statement.search(p.read_text("utf-8")) and p.name != "doctor.py"}
    assert places == {"groundwire/store"}
