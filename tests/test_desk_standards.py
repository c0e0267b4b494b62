"""The full form of what the desk's pages are held to: axe-core finds nothing on any of them, light, dark and narrow, with every part open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from desk_browser import GRID, NOW, SLUG
from desk_live import Live, live_desk
from publish_sample import DAY
from standards import faults, installed

from groundwire.clock import parse_time, to_text
from groundwire.records import Failure, StageReport
from groundwire.store import articles, feeds, runs

pytestmark = pytest.mark.proof

EARLIER = "the-queue-opened-in-spring"
PAGES = (
    "/", f"/article/{SLUG}", f"/article/{SLUG}?s=1", f"/article/{EARLIER}", f"/article/{SLUG}/history", f"/article/{EARLIER}/history",
    f"/article/{EARLIER}/diff", f"/article/{SLUG}/source/{GRID.id}", f"/record/{GRID.id}", "/threads", "/corrections",
    f"/corrections?article={EARLIER}&origin=source", "/forecasts", "/forecasts/f1", "/sources", "/feeds", "/runs", "/thresholds", "/thresholds?try=1",
    "/thresholds?try=1&min_strength=9", "/search", "/search?q=substation", "/help", "/nothing",
)  # fmt: skip


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """A desk on which every list has entries."""
    with live_desk(tmp_path) as found:
        fill(found)
        yield found


def fill(live: Live) -> None:
    db, now = live.db, parse_time(NOW)
    owner = articles.find(db, EARLIER)
    run = runs.start(db, "run", now, fixed_clock=True)
    runs.finish(db, run, now, 1, [StageReport("poll", (("feeds asked", 3),), (Failure("feed", "x", "answered 500"),), ("a note",))])
    with db.transaction():
        for i, outcome in enumerate(("open", "held")):
            row = {"id": f"f{i + 1}", "article_id": owner.id, "statement": "Osterby will have ordered transformers.", "wrong_if": "none is ordered",
                   "made": to_text(DAY - timedelta(days=40)), "due": to_text(DAY), "outcome": outcome}  # fmt: skip
            db.insert("forecasts", row)
        for name, state in (("well", "ok"), ("ill", "failed"), ("gone", "off"), ("torn", "malformed")):
            feeds.add(db, f"https://{name}.example/feed", now, outlet=name.title())
            db.update(
                "feeds", {"url": f"https://{name}.example/feed"}, {"state": state, "reason": "answered 500" if state == "failed" else None}
            )
        db.insert("calls", {"id": "c1", "run_id": run, "role": "write", "model": "maker/one", "base_url": "http://m.example", "prompt": "p",
                            "prompt_sha256": "0", "parameters": "{}", "request": "{}", "input_tokens": 900, "output_tokens": 100, "cost": 0.25,
                            "state": "answered", "asked": NOW})  # fmt: skip


def test_t19_axe_finds_nothing_on_any_page_of_the_desk(live: Live) -> None:
    program = (installed() / "axe-core/axe.min.js").read_text()
    found: list[str] = []
    with chromium() as browser:
        for scheme, width in (("light", 1440), ("dark", 1440), ("light", 320)):
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
            tab = context.new_page()
            if scheme == "light" and width > 320:
                tab.goto(f"http://{live.host}/sign-in")
                found += [f"{scheme} {width} /sign-in without a session: {fault}" for fault in faults(tab, program)]
            signed_in(context, live)
            for path in PAGES:
                tab.goto(f"http://{live.host}{path}")
                tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                found += [f"{scheme} {width} {path}: {fault}" for fault in faults(tab, program)]
            context.close()
    print(f"\naxe-core: {len(found)} violations on {len(PAGES)} pages of the desk, light, dark and 320 px")
    assert found == []


def signed_in(context: Any, live: Live) -> None:
    cookie = {"name": live.reach.cookie, "value": live.signed_in().id, "url": f"http://{live.host}"}
    context.add_cookies([cookie])


@pytest.mark.parametrize("width", [320, 640, 1024, 1440])
def test_t19_no_page_of_the_desk_is_wider_than_the_window(live: Live, width: int) -> None:
    with chromium() as browser:
        context = browser.new_context(viewport={"width": width, "height": 900})
        signed_in(context, live)
        tab = context.new_page()
        wide = []
        for path in PAGES:
            tab.goto(f"http://{live.host}{path}")
            tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            wide += [f"{path}: {over} px"] if over > 0 else []
        context.close()
    assert wide == []
