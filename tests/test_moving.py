"""A publication is its directory: copied to another path or host it goes on as if nothing had happened."""

from __future__ import annotations

import filecmp
import shutil
from contextlib import closing
from pathlib import Path

import newsrooms
import pytest
from publish_sample import earlier, fill, sample

from groundwire.store.database import open_database

NOW = "2026-11-20T06:00:00+00:00"
LATER = "2026-11-20T08:00:00+00:00"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    root = newsrooms.make(tmp_path / "here", {}, newsrooms.opml({}))
    with closing(open_database(root / "groundwire.db")) as db:
        fill(db)
    assert newsrooms.groundwire(root, "build", now=NOW).returncode == 0
    return root


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("links", [True, False], ids=["links kept", "links followed"])
def test_a_copied_directory_is_the_publication(tmp_path: Path, built: Path, links: bool) -> None:
    there = shutil.copytree(built, tmp_path / "far" / "away", symlinks=links)
    hidden = built.rename(tmp_path / "gone")
    for arguments in (("status",), ("run",), ("build",), ("explain", "--all", "--check")):
        done = newsrooms.groundwire(there, *arguments, now=LATER)
        assert (done.returncode, done.stderr) == (0, "")
    old, new = hidden / "output" / "site", there / "output" / "site"
    assert new.is_symlink()
    assert not new.readlink().is_absolute()
    assert files(new) == files(old)
    assert filecmp.cmpfiles(old, new, sorted(files(old)), shallow=False)[1:] == ([], [])
    mention = [p for p in there.rglob("*") if p.is_file() and str(tmp_path / "here").encode() in p.read_bytes()]
    assert mention == []
    retracted = newsrooms.groundwire(there, "retract", sample().slug, "--by", "E", "--reason", "moved on", now=LATER)
    assert retracted.stdout == f"{sample().slug} version 1: retracted; the site is built\n"
    assert (new / "articles" / earlier().slug / "index.html").is_file()


def test_a_folder_that_is_no_copy_of_a_tree_is_left_alone(tmp_path: Path, built: Path) -> None:
    there = shutil.copytree(built, tmp_path / "away", symlinks=False)
    (there / "output" / "site" / "mine.html").write_text("kept by hand", "utf-8")
    refused = newsrooms.groundwire(there, "build", now=LATER)
    assert (refused.returncode, "is no link to a tree; move it away" in refused.stderr) == (1, True)
    assert (there / "output" / "site" / "mine.html").read_text("utf-8") == "kept by hand"
