"""Where outside data lies: directories named by GROUNDWIRE_CORPUS and GROUNDWIRE_BENCH, or nothing."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest


def _directory(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value and Path(value).is_dir() else None


CORPUS = _directory("GROUNDWIRE_CORPUS")
BENCH = _directory("GROUNDWIRE_BENCH")

needs_corpus = pytest.mark.skipif(CORPUS is None, reason="GROUNDWIRE_CORPUS names no directory")
needs_bench = pytest.mark.skipif(BENCH is None, reason="GROUNDWIRE_BENCH names no directory")


def rows(relative: str) -> Any:
    """The JSON file at a path inside the corpus, or an empty list when there is none, so that tests collect."""
    if CORPUS is None or not (CORPUS / relative).is_file():
        return []
    return json.loads((CORPUS / relative).read_text(encoding="utf-8"))
