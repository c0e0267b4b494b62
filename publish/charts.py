"""The picture: attention against commitment by layer, as geometry for one SVG whose words never shrink."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from groundwire.records import LayerShare
from publish.wording import clean, listed

ROW, TOP, HALF = 46, 34, 37.0
"""Pixels per layer, pixels above the first, and the widest bar in per cent of the drawing."""

_STACK = ("application", "model", "infrastructure", "chip", "energy")


@dataclass(frozen=True, slots=True)
class LayerView:
    name: str
    hue: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One layer: bars to the left and right of the middle, in per cent of the width, and their values in words."""

    layer: LayerView
    y: int
    left: str
    left_width: str
    right_width: str
    right: str
    coverage: str
    commitment: str


@dataclass(frozen=True, slots=True)
class Picture:
    height: int
    bars: tuple[Bar, ...]
    description: str


def layer_view(layer: str) -> LayerView:
    """A layer's name and the number of its colour, 1 to 5 for the AI stack, 1 to 8 for others."""
    name = clean(layer)
    hue = _STACK.index(name.lower()) + 1 if name.lower() in _STACK else 1 + hashlib.sha256(name.encode()).digest()[0] % 8
    return LayerView(name[:1].upper() + name[1:].replace("-", " ").replace("_", " "), hue)


def picture(shares: tuple[LayerShare, ...]) -> Picture | None:
    """The drawing for an article's shares, or None when they say nothing."""
    most = max((v for s in shares for v in (s.coverage, s.commitment)), default=0.0)
    if most <= 0:
        return None
    bars = tuple(_bar(i, share, HALF / most) for i, share in enumerate(shares))
    told = [f"{b.layer.name} {b.coverage} of coverage and {b.commitment} of commitments" for b in bars]
    return Picture(TOP + ROW * len(bars), bars, listed(told) + ".")


def _bar(i: int, share: LayerShare, scale: float) -> Bar:
    left, right = share.coverage * scale, share.commitment * scale
    return Bar(
        layer=layer_view(share.layer),
        y=TOP + ROW * i,
        left=f"{50 - left:.2f}%",
        left_width=f"{left:.2f}%",
        right_width=f"{right:.2f}%",
        right=f"{50 + right:.2f}%",
        coverage=f"{share.coverage * 100:.0f}%",
        commitment=f"{share.commitment * 100:.0f}%",
    )
