"""Trees of pages: built beside the live one, checked, synced, switched by one rename; and mirrored into plain folders.

    output/site            the live site: a relative link to .trees/NAME
    output/.trees/NAME     a whole tree; NAME is a hash of its paths and contents
    output/.trees/NAME.json  its manifest: hash, time, ids and links of each file
    output/.trees/history  names of trees, the live one first
    output/.trees/building the tree being built; whatever a killed build left is removed by the next one

A file whose content the live tree already holds is a hard link to it and is not parsed again. A file system that
has no symbolic links (Windows without the right to make them) cannot hold `output/site`: the build stops there with an
error, and nothing is published.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from groundwire import log
from groundwire.clock import from_text, to_text
from groundwire.errors import BuildError
from publish.check import Anatomy, inspect, resolve
from publish.pages import File, later

KEPT_TREES = 3
"""The live tree and two old ones."""

MARKER = ".groundwire-site"
"""The file that marks a folder as one that `build --to` may change; it lists the files that were put there."""

FSYNC_EACH = 300
"""Up to so many new files are synced one by one; beyond, one sync of everything (1,500 files: 0.03 s against 0.33 s; a slow disk, more)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a tree, as its manifest has it."""

    sha256: str
    at: datetime
    anatomy: Anatomy


Manifest = dict[str, Entry]


class Tree:
    """A new tree in the making; nothing that it does is seen by readers before `switch`."""

    def __init__(self, output: Path, base: str) -> None:
        self.trees = output / ".trees"
        self.link = output / "site"
        self.base = base
        self.building = self.trees / "building"
        self.trees.mkdir(parents=True, exist_ok=True)
        self._clear()
        self.live = self._live()
        self._before: Manifest = _read_manifest(self.trees, self.live) if self.live else {}
        self._now: Manifest = {}
        self._new: list[Path] = []
        self._folders: set[Path] = set()
        self.building.mkdir()

    @property
    def written(self) -> int:
        """How many files differ from the live tree's."""
        return len(self._new)

    @property
    def files(self) -> int:
        return len(self._now)

    def add(self, file: File) -> None:
        """Write one file and check it; raises BuildError when it fails."""
        target = self._target(file.path)
        digest = hashlib.sha256(file.content).hexdigest()
        old = self._before.get(file.path)
        if old and old.sha256 == digest and self._linked(file.path, target):
            self._now[file.path] = old
        else:
            at = later(file.at, old.at) if old else file.at
            self._now[file.path] = Entry(digest, at, inspect(file.path, file.content, self.base))
            target.write_bytes(file.content)
            os.utime(target, (at.timestamp(), at.timestamp()))
            self._new.append(target)
        log.event("page written", path=file.path)

    def _target(self, path: str) -> Path:
        target = self.building / path
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or path in self._now or not target.resolve().is_relative_to(self.building.resolve()):
            raise BuildError(f"{path}: does not lie inside the new tree, or is there twice")
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        return target

    def _linked(self, path: str, target: Path) -> bool:
        try:
            os.link(self.trees / (self.live or "") / path, target)
        except OSError:
            return False
        return True

    def finish(self) -> str | None:
        """Check the links, sync, and give the tree its name; None when it equals the live tree and was dropped."""
        resolve({path: entry.anatomy for path, entry in self._now.items()})
        name = self._name()
        if name == self.live:
            shutil.rmtree(self.building)
            return None
        self._sync()
        _replace_text(self.trees / f"{name}.json", _manifest_text(self._now))
        whole = self.trees / name
        if whole.exists():
            shutil.rmtree(self.building)
        else:
            self.building.rename(whole)
        _sync_folder(self.trees)
        log.event("tree complete", tree=name)
        return name

    def switch(self, name: str) -> None:
        """Make a finished tree the live one by one rename, and keep two old ones."""
        part = self.link.with_name(".site-next")
        part.unlink(missing_ok=True)
        part.symlink_to(Path(".trees") / name, target_is_directory=True)
        part.replace(self.link)
        _sync_folder(self.link.parent)
        log.event("tree switched", tree=name)
        self._keep(self._history(name))

    def _name(self) -> str:
        whole = "".join(f"{path}\0{entry.sha256}\n" for path, entry in sorted(self._now.items()))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]

    def _sync(self) -> None:
        if len(self._new) > FSYNC_EACH and hasattr(os, "sync"):
            os.sync()
            return
        for path in [*self._new, *sorted({p.parent for p in self._new}), self.building]:
            _sync_folder(path)

    def _live(self) -> str | None:
        if not self.link.is_symlink():
            if self.link.exists():
                raise BuildError(
                    f"{self.link}: is no link to a tree; move it away, and build again (`build --to DIR` writes into a plain folder)"
                )
            return None
        name = self.link.readlink().name
        return name if (self.trees / name).is_dir() else None

    def _history(self, live: str | None) -> list[str]:
        """Names of the trees that are there, the live one first, then as they were switched in."""
        file = self.trees / "history"
        known = file.read_text(encoding="utf-8").split() if file.is_file() else []
        return [n for n in dict.fromkeys([live, *known]) if n and (self.trees / n).is_dir()][:KEPT_TREES]

    def _clear(self) -> None:
        """Remove what builds that were killed have left: a half tree, half files, trees that never went live or are too old."""
        shutil.rmtree(self.building, ignore_errors=True)
        self.link.with_name(".site-next").unlink(missing_ok=True)
        self._keep(self._history(self._live()))

    def _keep(self, names: list[str]) -> None:
        file, text = self.trees / "history", "".join(f"{name}\n" for name in names)
        if (file.read_text(encoding="utf-8") if file.is_file() else "") != text:
            _replace_text(file, text)
        self._prune(names)

    def _prune(self, kept: list[str]) -> None:
        wanted = {"history", "building", *kept, *(f"{n}.json" for n in kept)}
        for path in self.trees.iterdir():
            if path.name not in wanted:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


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
    _replace_text(folder / MARKER, "\n".join(sorted({*before, *paths})) + "\n", part)
    changed = sum(_put(tree / path, folder, path, part) for path in paths)
    for path in sorted(set(before) - set(paths)):
        _inside(folder, path).unlink(missing_ok=True)
        _remove_empty(folder, path)
        changed += 1
    _replace_text(folder / MARKER, "\n".join(paths) + "\n", part)
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


def _manifest_text(manifest: Manifest) -> str:
    rows = {path: [e.sha256, to_text(e.at), e.anatomy.ids, e.anatomy.links] for path, e in sorted(manifest.items())}
    return json.dumps(rows, ensure_ascii=True) + "\n"


def _read_manifest(trees: Path, name: str) -> Manifest:
    """The manifest of a tree; empty when there is none to be read: every file is then written anew."""
    try:
        rows = json.loads((trees / f"{name}.json").read_text(encoding="utf-8"))
        return {path: Entry(sha, from_text(at), Anatomy(tuple(ids), tuple(links))) for path, (sha, at, ids, links) in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _replace_text(path: Path, text: str, part: Path | None = None) -> None:
    part = part or path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    _sync_folder(part)
    part.replace(path)


def _sync_folder(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
