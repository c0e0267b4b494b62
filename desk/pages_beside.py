"""The pages beside the review of articles, in the order of the navigation."""

from __future__ import annotations

from typing import Any

from desk import (
    pages_corrections,
    pages_feeds,
    pages_forecasts,
    pages_help,
    pages_runs,
    pages_search,
    pages_sources,
    pages_threads,
    pages_thresholds,
    pages_versions,
)

PARTS: tuple[Any, ...] = (
    pages_versions,
    pages_threads,
    pages_corrections,
    pages_forecasts,
    pages_sources,
    pages_feeds,
    pages_runs,
    pages_thresholds,
    pages_search,
    pages_help,
)
