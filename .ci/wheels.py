"""Resolves the project, wheels only, for the Python versions and systems that nobody may have at hand."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin", "x86_64-apple-darwin", "x86_64-pc-windows-msvc")
ROOT = Path(__file__).resolve().parent.parent
NO_SOLUTION = "No solution found"

FROM_PIP = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_CERT": "SSL_CERT_FILE",
}
"""uv does not read pip's variables, so they are handed on under its own names."""


def resolve(python, platform, *options):
    """What uv says against the combination, or nothing."""
    handed_on = {uv: os.environ[pip] for pip, uv in FROM_PIP.items() if pip in os.environ}
    target = ["--python-version", python, "--python-platform", platform, "--only-binary", ":all:"]
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header", *options, *target, "pyproject.toml"]
    done = subprocess.run(command, cwd=ROOT, env={**handed_on, **os.environ}, capture_output=True, text=True)  # noqa: S603
    return done.stderr.strip() if done.returncode else ""


def resolve_again(python, platform):
    """The same from what the first answers left in uv's cache, which spares the registry; asked again when that is not enough."""
    return resolve(python, platform, "--offline") and resolve(python, platform)


def main():
    failed, first, *others = 0, *((python, platform) for platform in PLATFORMS for python in PYTHONS)
    with ThreadPoolExecutor(4) as pool:
        troubles = [resolve(*first), *pool.map(lambda each: resolve_again(*each), others)]
    for (python, platform), trouble in zip([first, *others], troubles, strict=True):
        if trouble and NO_SOLUTION not in trouble:
            sys.stdout.write(f"wheels: skipped, no package registry can be asked: {trouble.splitlines()[0]}\n")
            return failed
        if trouble:
            failed = 1
            sys.stdout.write(f"wheels: {platform} {python}: {trouble}\n")
    sys.stdout.write(f"wheels: {len(troubles)} combinations of system and Python {'do not all resolve' if failed else 'resolve'}\n")
    return failed


sys.exit(main())
