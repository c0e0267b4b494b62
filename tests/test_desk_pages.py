"""The desk's pages beside the review of articles: each is read, and what its forms change is stored, logged and honoured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_browser import GRID, SLUG, SUB, Browser, Sample, sample_desk

PAGES = ("/threads", "/corrections", "/forecasts", "/sources", "/feeds", "/runs", "/thresholds", "/search?q=substation", "/help",
         f"/article/{SLUG}/history", f"/article/{SLUG}/diff", f"/record/{GRID.id}")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Sample]:
    with sample_desk(tmp_path) as found:
        yield found


@pytest.fixture
def ada(desk: Sample) -> Browser:
    return desk.browser()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_read_and_changes_nothing(desk: Sample, ada: Browser, path: str) -> None:
    before = desk.dump()
    page = ada.get(path)
    assert page.status == 200 and page.tree.find(".//h1") is not None
    assert desk.dump() == before
