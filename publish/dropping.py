"""Dropping what is kept of old sites, when something that they show was removed on demand."""

from __future__ import annotations

import shutil
from pathlib import Path


def drop_old(output: Path) -> int:
    """Remove every tree but the live one, with the list of its units; how many there were. Nothing that readers see changes."""
    trees, link = output / ".trees", output / "site"
    if not trees.is_dir():
        return 0
    live = link.readlink().name if link.is_symlink() else None
    kept = {"history", live, f"{live}.units"}
    (trees / "history").write_text(f"{live}\n" if live else "", encoding="utf-8")
    old = [path for path in sorted(trees.iterdir()) if path.name not in kept]
    for path in old:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return sum(not path.suffix for path in old)
