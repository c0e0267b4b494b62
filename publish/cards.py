"""Pictures for links that are shared (the extra `cards`): an SVG template drawn by resvg-py, its one importer; without it there are none."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from groundwire import templating
from publish.views import ArticleView, Site

WIDTH, HEIGHT = 1200, 630
LINE, LINES = 40, 4
"""Characters of a headline's line, and most lines; with SourceSerifPro-Semibold at 56 px, 40 of the widest letters in use fit."""

HALF = 430.0
"""Most pixels of a bar."""

FONT = "SourceSerifPro-Semibold.ttf"


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("resvg_py") is not None


class Cards:
    """Draws cards with the templates of one publication."""

    def __init__(self, site: Site, own: Path | None) -> None:
        self.site = site
        self.env = templating.environment("cards", own)
        self.font = str(templating.template_path(f"cards/{FONT}", own))

    def svg(self, view: ArticleView) -> str:
        """The card as SVG, all text escaped."""
        lines = textwrap.wrap(view.title, LINE, max_lines=LINES, placeholder=" …")
        bars = view.picture.bars if view.picture else ()
        return templating.render(
            self.env,
            "card.svg",
            site=self.site,
            lines=lines,
            date=view.published.day,
            note=view.disclosure.lead.rstrip("."),
            bars=[{"name": b.layer.name, "left": _pixels(b.left_width), "right": _pixels(b.right_width)} for b in bars],
        )

    def png(self, view: ArticleView) -> bytes:
        """The card as PNG of 1200 x 630 pixels; the same view gives the same bytes."""
        return bytes(_resvg()(svg_string=self.svg(view), font_files=[self.font], skip_system_fonts=True, width=WIDTH, height=HEIGHT))


def _pixels(percent: str) -> int:
    """A bar's width, which pages give in per cent of their drawing."""
    return round(float(percent.rstrip("%")) / 37.0 * HALF)


@lru_cache(maxsize=1)
def _resvg() -> Callable[..., Any]:
    drawn: Callable[..., Any] = import_module("resvg_py").svg_to_bytes
    return drawn
