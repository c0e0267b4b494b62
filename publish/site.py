"""Trees of pages: built beside the live one, checked, synced, switched by one rename; and gone back to.

    output/site                the live site: a relative link to .trees/NAME
    output/.trees/NAME         a whole tree; NAME is a hash of its paths and contents
    output/.trees/NAME.units   what it is made of (publish/units.py)
    output/.trees/history      names of trees, the one switched in last first
    output/.trees/building     the tree being built; whatever a killed build left is removed by the next one

A unit is a page with what belongs to it (an article with its evidence, data and history). A build names every unit: `keep`
takes one over from the live tree unseen, `put` brings its files, of which those are written and parsed that differ. The new
tree starts from the oldest one, where only what differs has to be changed, or from an empty folder; what the live tree holds
already is a hard link. A file system that has no symbolic links (Windows without the right to make them) cannot hold
`output/site`: the build stops there with an error, and nothing is published.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from groundwire import log
from groundwire.errors import BuildError, NotFoundError
from publish.check import inspect, resolve
from publish.pages import File
from publish.units import Stored, Unit, read_units, unit, units_text

KEPT_TREES = 3
"""The live tree and two old ones."""

SYNC_EACH = 300
"""Up to so many new files and folders are synced one by one; beyond, one sync of everything (1,500 files: 0.03 s against 0.33 s; a slow disk, more)."""


_NO_PATH = re.compile(r"[\s:]")


class Tree:
    """A new tree in the making; nothing that it does is seen by readers before `switch`."""

    def __init__(self, output: Path, base: str, *, checked: bool = True) -> None:
        self.trees = output / ".trees"
        self.link = output / "site"
        self.base = base
        self.checked = checked
        self.building = self.trees / "building"
        self.trees.mkdir(parents=True, exist_ok=True)
        _clear(self.trees, self.link)
        self.live = _live(self.trees, self.link)
        self._before: Mapping[str, Unit] = read_units(self.trees, self.live) if self.live else {}
        self._start: Mapping[str, Unit] | None = None
        self._now: dict[str, Unit] = {}
        self._written: set[str] = set()
        self._folders: set[Path] = set()

    @property
    def written(self) -> int:
        """How many files differ from the live tree's."""
        return len(self._written)

    @property
    def files(self) -> int:
        return sum(u.held.count(" ") + 1 for u in self._now.values())

    def known(self, name: str) -> Unit | None:
        """A unit as it was brought to this tree, else as the live tree has it."""
        return self._now.get(name) or self._before.get(name)

    def keep(self, unit: Unit) -> None:
        """Take a known unit over as it is."""
        self._now[unit.name] = unit

    def add(self, file: File) -> None:
        """Put a file that is a unit of its own."""
        self.put(file.path, "", (file,))

    def put(self, name: str, key: str, files: Iterable[File], data: str = "") -> None:
        """Bring a unit: its files that differ from the live tree's are written, and all are checked; raises BuildError.

        `key` and `data` are what the next build wants to know of it. A unit that is brought again replaces what was brought.
        """
        made = list(files)
        if name in self._now:
            self._written.difference_update(self._now[name].paths)
        before = self._before.get(name)
        old = {f.path: f for f in before.files} if before else {}
        stored = [self._stored(file, old.get(file.path)) for file in made]
        same = before is not None and tuple(stored) == before.files
        links = before.links if before and same else self._outward(made)
        self._now[name] = unit(name, key, stored, links, data)
        for file in made:
            log.event("page written", path=file.path)

    def _stored(self, file: File, old: Stored | None) -> Stored:
        """A file as the tree will hold it; written when it is new or differs, with a time past that of what it replaces."""
        digest = hashlib.sha256(file.content).hexdigest()[:32]
        if old and old.sha256 == digest:
            return old
        at = int(file.at.timestamp())
        found = Stored(file.path, digest, max(at, old.at + 1) if old else at)
        target = self._target(file.path)
        if self._start:
            target.unlink(missing_ok=True)
        target.write_bytes(file.content)
        os.utime(target, (found.at, found.at))
        self._written.add(file.path)
        return found

    def _outward(self, files: Iterable[File]) -> tuple[str, ...]:
        if not self.checked:
            return ()
        return resolve({file.path: inspect(file.path, file.content, self.base) for file in files})

    def _target(self, path: str) -> Path:
        self._begin()
        target = self.building / path
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or _NO_PATH.search(path) or path in self._written:
            raise BuildError(f"{path}: does not lie inside the new tree, or is there twice")
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            if self._start and not target.parent.resolve().is_relative_to(self.building.resolve()):
                raise BuildError(f"{path}: does not lie inside the new tree")
            self._folders.add(target.parent)
        return target

    def _begin(self) -> None:
        """The folder of the new tree: the oldest tree when there are as many as are kept, else an empty one."""
        if self._start is not None:
            return
        names = self._behind()
        oldest = names[-1] if len(names) == KEPT_TREES - 1 else None
        self._start = read_units(self.trees, oldest) if oldest else {}
        if oldest and self._start:
            (self.trees / oldest).rename(self.building)
        else:
            self.building.mkdir()

    def finish(self) -> str | None:
        """Link what did not change, check the links, sync, and give the tree its name; None when it equals the live tree."""
        name = self._name()
        if name == self.live and not self._written:
            if {n: (u.key, u.data) for n, u in self._now.items()} != {n: (u.key, u.data) for n, u in self._before.items()}:
                self._note(name)
            return None
        self.level()
        self._resolve()
        self._sync()
        self._note(name)
        whole = self.trees / name
        if whole.exists():
            shutil.rmtree(self.building)
        else:
            self.building.rename(whole)
        sync_path(self.trees)
        log.event("tree complete", tree=name)
        return name

    def level(self) -> Path:
        """The folder of the new tree, holding exactly the files of the units that were brought so far."""
        self._begin()
        start = self._start or {}
        for name, u in self._now.items():
            there = start.get(name)
            if there and there.held == u.held and not self._written.intersection(u.paths):
                continue
            known = {f.path: f for f in there.files} if there else {}
            for file in u.files:
                if file.path not in self._written and known.get(file.path) != file:
                    self._take(file.path)
        gone = {p for n, u in start.items() if (now := self._now.get(n)) is None or now.held != u.held for p in u.paths}
        gone -= {p for n, u in self._now.items() if n not in start or start[n].held != u.held for p in u.paths}
        for path in sorted(gone):
            self._remove(path)
        self._start = dict(self._now)
        return self.building

    def _take(self, path: str) -> None:
        """A file of the live tree, as a hard link; a copy where there are none."""
        source, target = self.trees / (self.live or "") / path, self.building / path
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        target.unlink(missing_ok=True)
        if not source.is_file():
            (self.trees / f"{self.live}.units").unlink(missing_ok=True)
            raise BuildError(f"{source}: is not there any more; the next build makes every page anew")
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)

    def _remove(self, path: str) -> None:
        target = self.building / path
        target.unlink(missing_ok=True)
        for folder in target.relative_to(self.building).parents:
            if folder == Path() or any((self.building / folder).iterdir()):
                return
            (self.building / folder).rmdir()

    def _resolve(self) -> None:
        """Every link from one unit to another leads to a file, and to an id in it when it has a fragment."""
        if not self.checked:
            return
        sources: dict[str, str] = {}
        for name, u in self._now.items():
            for link in u.links:
                sources.setdefault(link, name)
        ids = cache(self._ids)
        for link, name in sources.items():
            target, _, fragment = link.partition("#")
            if not (self.building / target).is_file():
                raise BuildError(f"{name}: links to {target}, which is not in the site")
            if fragment and fragment not in ids(target):
                raise BuildError(f"{name}: links to {link}, and there is no such id")

    def _ids(self, path: str) -> frozenset[str]:
        return frozenset(inspect(path, (self.building / path).read_bytes(), self.base).ids)

    def switch(self, name: str) -> None:
        """Make a finished tree the live one by one rename, and keep two old ones."""
        _switch(self.trees, self.link, name)
        _keep(self.trees, [n for n in dict.fromkeys([name, self.live, *self._behind()]) if n][:KEPT_TREES])

    def _behind(self) -> list[str]:
        """The trees beside the live one: those that were live before it, newest first, then those that one went back from."""
        names = _history(self.trees, self.live)
        at = names.index(self.live) if self.live else -1
        return names[at + 1 :] + names[: max(at, 0)]

    def _name(self) -> str:
        whole = hashlib.sha256()
        for name, u in sorted(self._now.items()):
            whole.update(f"{name}\0{u.held}\n".encode())
        return whole.hexdigest()[:16]

    def _note(self, name: str) -> None:
        _replace(self.trees / f"{name}.units", units_text(self._now))

    def _sync(self) -> None:
        if len(self._written) + len(self._folders) > SYNC_EACH and hasattr(os, "sync"):
            os.sync()
            return
        above = {p for folder in self._folders for p in (folder, *folder.parents) if p.is_relative_to(self.building)}
        for path in [*sorted(self.building / p for p in self._written), *sorted(above), self.building]:
            sync_path(path)


def roll_back(output: Path) -> str:
    """Make the tree that was live before the live one live again, by one rename; its name. Raises NotFoundError when none is kept.

    The next build that finds something to change builds on it and goes forward again.
    """
    trees, link = output / ".trees", output / "site"
    live = _live(trees, link)
    names = _history(trees, live)
    at = names.index(live) + 1 if live else 0
    if at >= len(names):
        raise NotFoundError("there is no older tree to go back to; `groundwire build` keeps the two before the live one")
    _switch(trees, link, names[at])
    return names[at]


def _switch(trees: Path, link: Path, name: str) -> None:
    part = link.with_name(".site-next")
    part.unlink(missing_ok=True)
    part.symlink_to(Path(".trees") / name, target_is_directory=True)
    part.replace(link)
    sync_path(link.parent)
    log.event("tree switched", tree=name)


def _live(trees: Path, link: Path) -> str | None:
    if not link.is_symlink():
        if link.exists():
            raise BuildError(f"{link}: is no link to a tree; move it away, and build again (`build --to DIR` writes into a plain folder)")
        return None
    name = link.readlink().name
    return name if (trees / name).is_dir() else None


def _history(trees: Path, live: str | None) -> list[str]:
    """Names of the trees that are there, as they were switched in, the last one first; the live one is among them."""
    file = trees / "history"
    known = file.read_text(encoding="utf-8").split() if file.is_file() else []
    if live not in known:
        known = [live or "", *known]
    return [n for n in dict.fromkeys(known) if n and (trees / n).is_dir()][:KEPT_TREES]


def _clear(trees: Path, link: Path) -> None:
    """Remove what builds that were killed have left: a half tree, half files, trees that never went live or are too old."""
    shutil.rmtree(trees / "building", ignore_errors=True)
    link.with_name(".site-next").unlink(missing_ok=True)
    _keep(trees, _history(trees, _live(trees, link)))


def _keep(trees: Path, names: list[str]) -> None:
    file, text = trees / "history", "".join(f"{name}\n" for name in names)
    if (file.read_text(encoding="utf-8") if file.is_file() else "") != text:
        _replace(file, [text])
    wanted = {"history", "building", *names, *(f"{n}.units" for n in names)}
    for path in trees.iterdir():
        if path.name not in wanted:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _replace(path: Path, text: Iterable[str]) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(text)
    sync_path(part)
    part.replace(path)


def sync_path(path: Path) -> None:
    """Have a file or a folder on the disk."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
