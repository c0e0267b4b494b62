"""A built tree mirrored into a plain folder, for hosts that do not follow links."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from groundwire.errors import BuildError
from publish.site import sync_path

MARKER = ".groundwire-site"
"""The file that marks a folder as one that `build --to` may change; it lists the files that were put there."""


def mirror(tree: Path, folder: Path) -> int:
    """Make a plain folder hold exactly the files of a tree, beside what others put there; how many files changed.

    The folder must be empty or new, or carry the marker of an earlier mirror: else BuildError. New files are written
    first, the front page last, then files of an earlier mirror that the tree no longer has are removed; nothing that a
    mirror did not write is touched.
    """
    before = _mirrored(folder)
    paths = sorted((p.relative_to(tree).as_posix() for p in tree.rglob("*") if p.is_file()), key=lambda p: (p == "index.html", p))
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{MARKER}.part"
    _mark(folder, sorted({*before, *paths}))
    changed = sum(_put(tree / path, folder, path, part) for path in paths)
    for path in sorted(set(before) - set(paths)):
        _inside(folder, path).unlink(missing_ok=True)
        _remove_empty(folder, path)
        changed += 1
    _mark(folder, paths)
    return changed


def _mirrored(folder: Path) -> list[str]:
    marker = folder / MARKER
    if marker.is_file():
        return marker.read_text(encoding="utf-8").split("\n")[:-1]
    if folder.exists() and (not folder.is_dir() or any(p.name != f"{MARKER}.part" for p in folder.iterdir())):
        raise BuildError(f"{folder}: is neither empty nor a folder that `build --to` has made (it has no {MARKER}); nothing was written")
    return []


def _put(source: Path, folder: Path, path: str, part: Path) -> bool:
    target = _inside(folder, path)
    content = source.read_bytes()
    times = source.stat()
    if not target.is_file() or target.is_symlink() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        os.utime(part, ns=(times.st_mtime_ns, times.st_mtime_ns))
        part.replace(target)
        return True
    if target.stat().st_mtime_ns != times.st_mtime_ns:
        os.utime(target, ns=(times.st_mtime_ns, times.st_mtime_ns))
    return False


def _inside(folder: Path, path: str) -> Path:
    target = folder / path
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise BuildError(f"{target}: lies outside {folder} (a link leads out of it); nothing more was written")
    return target


def _remove_empty(folder: Path, path: str) -> None:
    parent = (folder / path).parent
    while parent != folder and parent.is_dir() and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent


def _mark(folder: Path, paths: Sequence[str]) -> None:
    part = folder / f"{MARKER}.part"
    part.write_text("\n".join(paths) + "\n", encoding="utf-8")
    sync_path(part)
    part.replace(folder / MARKER)
