"""A publication that was copied by a tool that follows links: the live site is then a folder, a second copy of its tree."""

from __future__ import annotations

import filecmp
import shutil
from pathlib import Path


def relink(output: Path) -> None:
    """Put a link in the place of a copied live site, when it is file for file a tree that is there; else change nothing."""
    site, trees, aside = output / "site", output / ".trees", output / ".site-copied"
    shutil.rmtree(aside, ignore_errors=True)  # left by a kill below
    if site.is_symlink() or not site.is_dir() or not trees.is_dir():
        return
    tree = next((t for t in sorted(trees.iterdir()) if t.is_dir() and t.name != "building" and _same(site, t)), None)
    if tree is None:
        return
    site.rename(aside)
    site.symlink_to(Path(".trees") / tree.name, target_is_directory=True)
    shutil.rmtree(aside)


def _same(first: Path, second: Path) -> bool:
    files = _files(first)
    return files == _files(second) and not any(filecmp.cmpfiles(first, second, files, shallow=False)[1:])


def _files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())
