"""Programs of others that pages are held to: from the npm registry once, kept beside the environment."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM

TOOLS = ("axe-core@4.14.1", "lighthouse@12.8.2", "vnu-jar@26.9.27")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def installed() -> Path:
    """Where they lie; skips the test with the reason when they cannot be had."""
    if not (shutil.which("npm") and shutil.which("java") and CHROMIUM):
        pytest.skip("needs npm, java and Chromium")
    home = Path(sys.prefix) / "site-tools"
    stamp = home / "installed"
    if not stamp.is_file() or stamp.read_text() != " ".join(TOOLS):
        home.mkdir(exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix", str(home), *TOOLS]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip(f"npm could not install them: {done.stderr[-300:]}")
        stamp.write_text(" ".join(TOOLS))
    return home / "node_modules"


def faults(tab: Any, program: str) -> list[str]:
    """What axe-core finds wrong with the page that a tab shows."""
    tab.evaluate(program)
    result = tab.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}}})")
    return [f"{v['id']} {v['nodes'][0]['html'][:120]}" for v in result["violations"]]
