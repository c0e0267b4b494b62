"""Fixtures that every area shares: a database in memory, an empty publication, a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from groundwire.config import Publication, Settings
from groundwire.store.database import Database, open_database

# Machines are shared: how fast an example is made or run says nothing.
settings.register_profile("shared-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared-machine")


@pytest.fixture
def db() -> Iterator[Database]:
    database = open_database(None)
    yield database
    database.close()


DEMO_DAYS = 9


@pytest.fixture(scope="session")
def demo_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database of a newsroom after the first days of the sample wire, its quiet days among them; nobody writes to it."""
    from groundwire.demo import demo
    from groundwire.settings_file import load

    directory = tmp_path_factory.mktemp("demo") / "newsroom"
    demo(directory, DEMO_DAYS)
    with closing(open_database(load(directory, {}).database)) as database:
        yield database


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    return Publication(root=tmp_path, settings=Settings())


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
