"""Pictures of the pages for the documents: `python -m bench.screens [--demo DIR] [--site DIR] [--to DIR] [--desk DIR]`; makes the demo when none is given.

Front, article, evidence, thread and stack, at two widths and in both schemes, by Debian's Chromium through playwright; of the desk
its main pages. `--only desk` or `--only site` makes the one without the other.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from subprocess import run
from typing import Any

from playwright.sync_api import sync_playwright

from bench import screens_desk

SIZES = {1200: (1350, 0.72), 400: (1150, 0.72)}
"""Widths in pixels, how much of the page from its top is in the picture, and how far the picture is scaled down."""

SCHEMES = ("light", "dark")


def pages(site: Path) -> dict[str, str]:
    """A page of each kind: of the articles without a note on top the one with the most evidence, and the thread with the most steps."""
    article = max(site.glob("articles/*/index.html"), key=_evidence)
    thread = max(site.glob("threads/*/index.html"), key=lambda p: (p.read_text("utf-8").count("<li"), p.parent.name))
    folder = article.parent.relative_to(site).as_posix()
    return {
        "front": "index.html",
        "article": f"{folder}/index.html",
        "evidence": f"{folder}/evidence/index.html",
        "thread": thread.relative_to(site).as_posix(),
        "stack": "stack/index.html",
    }


def _evidence(page: Path) -> tuple[bool, int, str]:
    text = page.read_text("utf-8")
    return 'class="correction"' not in text, text.count('popover=""'), page.parent.name


def shots(browser: Any, site: Path, to: Path) -> Iterator[dict[str, Any]]:
    for scheme in SCHEMES:
        for width, (height, scale) in SIZES.items():
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": height}, device_scale_factor=scale)
            tab = context.new_page()
            for name, path in pages(site).items():
                tab.goto((site / path).as_uri())
                if name == "article":
                    tab.locator(".body .s button.cite").nth(1).press("Enter")
                file = to / f"{name}-{width}-{scheme}.png"
                tab.screenshot(path=file)
                yield {"file": file.name, "bytes": file.stat().st_size}
            context.close()


def main() -> None:
    docs = Path(__file__).parent.parent / "docs"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--to", type=Path, default=docs / "screens")
    parser.add_argument("--desk", type=Path, default=docs / "desk")
    parser.add_argument("--only", choices=("site", "desk"))
    given = parser.parse_args()
    for folder in (given.to, given.desk):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as driver:
        demo = given.demo or Path(made) / "demo"
        if not given.demo and not (given.site and given.only == "site"):
            run([sys.executable, "-m", "groundwire", "demo", "--dir", str(demo)], check=True, stdout=sys.stderr)
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        found: list[dict[str, Any]] = []
        if given.only != "desk":
            found += shots(browser, (given.site or demo / "output/site").resolve(), given.to)
        if given.only != "site":
            found += screens_desk.shots(browser, demo, given.desk, SCHEMES)
        print(json.dumps(found, indent=1))
        browser.close()


if __name__ == "__main__":
    main()
