"""Fixtures that every area shares: a database in memory, an empty publication, a moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundwire.config import Publication, Settings
from groundwire.store.database import Database, open_database


@pytest.fixture
def db() -> Iterator[Database]:
    database = open_database(None)
    yield database
    database.close()


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    return Publication(root=tmp_path, settings=Settings())


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
