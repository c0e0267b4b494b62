"""`add`: a feed or a site becomes a feed that was polled once; what is none is told and ends with 1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import newsrooms
import pytest

from groundwire.wire import Served, Wire, serve

AT = datetime(2026, 11, 6, 18, tzinfo=UTC)
NOW = "2026-11-06T18:30:00+00:00"


@pytest.fixture(scope="module")
def wire() -> Iterator[Served]:
    with serve(Wire.load(newsrooms.WIRE), AT) as served:
        yield served


@pytest.fixture
def place(tmp_path: Path, wire: Served) -> Path:
    wire.log.clear()
    return newsrooms.make(tmp_path / "news", wire.hosts, newsrooms.opml({}))


def test_a_site_gives_its_feed_and_the_first_poll_is_stored(place: Path, wire: Served) -> None:
    done = newsrooms.groundwire(place, "add", "http://gridnews.example/", now=NOW)
    assert done.returncode == 0, done.stderr
    assert "http://gridnews.example/feed.xml: added (Gridnews, 2 entries)" in done.stdout
    assert [r.path for r in wire.log] == ["/", "/feed.xml"]


def test_a_known_feed_is_not_asked_again(place: Path, wire: Served) -> None:
    newsrooms.groundwire(place, "add", "http://gridnews.example/feed.xml", now=NOW)
    asked = len(wire.log)
    done = newsrooms.groundwire(place, "add", "http://gridnews.example/feed.xml", now=NOW)
    assert (done.returncode, done.stdout) == (0, "http://gridnews.example/feed.xml: is there already\n")
    assert len(wire.log) == asked


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://nothing.example/", "http://coldaisle.example/"])
def test_what_is_no_feed_is_told_and_the_others_are_added(address: str, place: Path) -> None:
    done = newsrooms.groundwire(place, "add", address, "http://tollgate.example/", now=NOW)
    assert done.returncode == 1
    assert address in done.stderr
    assert "(Tollgate Business, 4 entries)" in done.stdout
