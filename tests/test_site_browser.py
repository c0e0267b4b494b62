"""Pages in a real browser: evidence by keyboard, both schemes, every width, paper, no script, no request to anyone else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser import chromium
from edition_sample import ARTICLE, PAGES, built, served

from groundwire.serve import serving

WIDTHS = (320, 375, 480, 640, 768, 961, 1280, 1600)
PATIENCE = 120_000
"""Milliseconds to wait for a page on a busy machine."""

ACROSS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("edition")) as address:
        yield address


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def marker(tab: Any) -> Any:
    return tab.locator(".body button.cite").first


def test_evidence_opens_and_closes_by_keyboard_and_gives_the_focus_back(tab: Any, site: str) -> None:
    tab.goto(site + ARTICLE)
    button = marker(tab)
    note = tab.locator(f"#{button.get_attribute('popovertarget')}")
    assert not note.is_visible()
    button.focus()
    tab.keyboard.press("Enter")
    assert note.is_visible()
    assert note.locator("mark").count() >= 1
    tab.keyboard.press("Tab")
    assert note.evaluate("e => e.contains(document.activeElement)")
    tab.keyboard.press("Escape")
    assert not note.is_visible()
    assert button.evaluate("e => e === document.activeElement")
    tab.keyboard.press("Space")
    note.get_by_role("button", name="Close").press("Enter")
    assert not note.is_visible()


@pytest.mark.parametrize("width", [320, 760, 1280])
def test_open_evidence_lies_inside_the_window(tab: Any, site: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 700})
    tab.goto(site + ARTICLE)
    for button in tab.locator(".body button.cite").all()[:6]:
        button.press("Enter")
        box = tab.locator(f"#{button.get_attribute('popovertarget')}").bounding_box()
        tab.keyboard.press("Escape")
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["y"] >= 0 and box["y"] + box["height"] <= 700


def test_a_marker_leads_to_its_passage_at_the_source(tab: Any, site: str) -> None:
    tab.goto(site + ARTICLE)
    marker(tab).press("Enter")
    link = tab.locator(".evidence:popover-open a[rel~=external]").first.get_attribute("href")
    assert link.startswith("https://grid-ledger.example/") and "#:~:text=Halden" in link


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(tab: Any, site: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    wide = []
    for path in PAGES:
        tab.goto(site + path)
        tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        if tab.evaluate(ACROSS) > 0:
            wide.append(path)
    assert wide == []


def test_words_of_charts_are_large_enough_and_apart_on_a_telephone(tab: Any, site: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 900})
    boxes = """[...document.querySelectorAll('svg.chart')].map(svg => [...svg.querySelectorAll('text')].map(t => {
        const r = t.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom, parseFloat(getComputedStyle(t).fontSize), t.textContent] }))"""
    for path in (ARTICLE, "stack/index.html", "stack/energy/index.html", "threads/osterby-and-the-grid/index.html"):
        tab.goto(site + path)
        charts = tab.evaluate(boxes)
        assert charts
        for words in charts:
            assert all(left >= 0 and right <= 320 and size >= 10.5 for left, _, right, _, size, _ in words), path
            for i, one in enumerate(words):
                for other in words[i + 1 :]:
                    over = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
                    assert over[0] <= 1 or over[1] <= 4, (path, one[5], other[5])


def test_light_and_dark_are_two_schemes_of_one_page(browser: Any, site: str) -> None:
    papers = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(site + ARTICLE)
        values = page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")
        papers[scheme] = [sum(map(int, value[4:-1].split(","))) for value in values]
        context.close()
    assert papers["light"][0] > 600 > papers["light"][1]
    assert papers["dark"][0] < 150 < papers["dark"][1]


def test_kinds_of_sentence_differ_without_colour(tab: Any, site: str) -> None:
    tab.goto(site + ARTICLE)
    look = "e => { const s = getComputedStyle(e); return [s.textDecorationStyle, s.fontStyle, /[◇=]/.test(e.textContent)].join() }"
    looks = {kind: tab.locator(f".body .s.{kind}").first.evaluate(look) for kind in ("report", "inference", "measure", "frame")}
    assert len(set(looks.values())) == 4


def test_paper_has_the_evidence_and_no_navigation(tab: Any, site: str) -> None:
    tab.goto(site + ARTICLE)
    tab.emulate_media(media="print")
    assert tab.locator(".evidence").first.is_visible()
    assert not tab.locator(".masthead nav").is_visible()
    assert tab.locator("details p").last.is_visible()
    assert tab.pdf(format="A4").startswith(b"%PDF")


def test_pages_say_nothing_to_the_console_and_ask_nobody_else(tab: Any, site: str) -> None:
    said, asked, failed = [], [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    for path in PAGES:
        tab.goto(site + path)
        for button in tab.locator("button.cite").all()[:3]:
            button.press("Enter")
            tab.keyboard.press("Escape")
    assert said == [] and failed == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}
    assert {urlsplit(url).path.rpartition(".")[2] for url in asked} <= {"html", "css", "svg"}


def test_a_previewed_page_loads_itself_again_and_names_what_is_wrong(tab: Any, tmp_path: Path) -> None:
    state, said = ["1"], []
    tab.on("console", lambda message: said.append(message.text))
    with serving(built(tmp_path), 0, lambda: state[0]) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        with tab.expect_response("**/-/state"):
            tab.goto(f"http://127.0.0.1:{server.server_port}/about/")
        tab.evaluate("document.title = 'before'")
        state[0] = "!templates: about.html: broken"
        tab.wait_for_selector("text=templates: about.html: broken")
        assert tab.title() == "before"
        with tab.expect_response("**/about/"):
            state[0] = "2"
        tab.wait_for_load_state()
        assert tab.title() != "before"
        server.shutdown()
    assert said == []


def test_everything_can_be_read_with_script_off(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(site + ARTICLE)
    button = marker(page)
    button.press("Enter")
    assert page.locator(f"#{button.get_attribute('popovertarget')}").is_visible()
    page.keyboard.press("Escape")
    closed = page.locator(".block details").last
    assert not closed.locator("p, table, ul").first.is_visible()
    closed.locator("summary").press("Enter")
    assert closed.locator("p, table, ul").first.is_visible()
    page.locator("text=Skip to the content").focus()
    assert page.locator("text=Skip to the content").bounding_box()["x"] >= 0
    context.close()
