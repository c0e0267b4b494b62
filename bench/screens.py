"""Pictures of the pages for the documents: `python -m bench.screens [--site DIR] [--to DIR]`; makes the demo when no site is given.

Front, article, evidence, thread and stack, at two widths and in both schemes, by Debian's Chromium through playwright.
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--site", type=Path)
    parser.add_argument("--to", type=Path, default=Path(__file__).parent.parent / "docs/screens")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as driver:
        if given.site is None:
            run([sys.executable, "-m", "groundwire", "demo", "--dir", f"{made}/demo"], check=True, stdout=sys.stderr)
        site = (given.site or Path(made) / "demo/output/site").resolve()
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        print(json.dumps(list(shots(browser, site, given.to)), indent=1))
        browser.close()


if __name__ == "__main__":
    main()
