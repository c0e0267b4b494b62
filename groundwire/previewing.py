"""The preview: what is out and the drafts as pages in a folder of their own, made anew when templates, settings or articles change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from groundwire.clock import Clock
from groundwire.config import Publication
from groundwire.errors import GroundwireError, NotFoundError
from groundwire.store.database import open_database
from groundwire.templating import data_path

LOOK_EVERY = 0.5
"""Seconds between two looks at the files. A change counts when two looks in a row see the same, so that a run is not followed
write by write."""

Signature = tuple[tuple[str, int, int], ...]


class Preview:
    """The pages of a preview and what became of the last attempt to make them."""

    def __init__(self, load: Callable[[], Publication], folder: Path, clock: Clock) -> None:
        self.load = load
        self.clock = clock
        self.folder = folder
        self._state = ""

    @property
    def site(self) -> Path:
        return self.folder / "site"

    def state(self) -> str:
        """The name of the tree that is shown, or "!" and why there is no newer one."""
        return self._state

    def make(self, *, first: bool = False) -> None:
        """Make the pages anew; what is wrong with them becomes the state and the pages before stay, but for the first time: it is raised."""
        try:
            self._state = self._made()
        except GroundwireError as error:
            if first:
                raise
            self._state = f"!{error}"

    def _made(self) -> str:
        from publish.preview import preview

        publication = _here(self.load())
        if not publication.database.exists():
            raise NotFoundError(f"'{publication.database}': there is nothing to show yet; `groundwire run` makes it")
        with closing(open_database(publication.database)) as db:
            return preview(db, publication, self.folder, self.clock.now())

    def follow(self, watched: Callable[[], Signature], stop: threading.Event) -> None:
        """Make the pages anew whenever what is watched has changed and rests, until stopped."""
        made = last = watched()
        while not stop.wait(LOOK_EVERY):
            now = watched()
            if now != made and now == last:
                made = now
                self.make()
            last = now


def _here(publication: Publication) -> Publication:
    """The publication as it is at the preview's own address."""
    site = publication.settings.site.model_copy(update={"url": "http://localhost/"})
    return publication.model_copy(update={"settings": publication.settings.model_copy(update={"site": site})})


def watched(root: Path) -> Signature:
    """Path, time and size of everything that a page of the publication is made from."""
    return tuple(_seen(path) for path in _files(root))


def _seen(path: Path) -> tuple[str, int, int]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return (str(path), 0, 0)
    return (str(path), stat.st_mtime_ns, stat.st_size)


def _files(root: Path) -> Iterator[Path]:
    names = ("groundwire.toml", "outlets.toml", "groundwire.db", "groundwire.db-wal")
    yield from (root / name for name in names if (root / name).is_file())
    for folder in (root / "templates", data_path("templates")):
        if folder.is_dir():
            yield from sorted(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def following(preview: Preview, root: Path) -> Iterator[None]:
    """The preview is followed on a thread of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=preview.follow, args=(lambda: watched(root), stop), name="preview", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
