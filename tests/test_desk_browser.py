"""The desk in a real browser, by keyboard alone: with script and its keys, and the same without script by Tab and Enter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import chromium
from desk_browser import SLUG, WRONG
from desk_live import Live, live_desk

from groundwire.records import ArticleStatus
from groundwire.store import articles

PATIENCE = 60_000
"""Milliseconds to wait for a page on a busy machine."""
UNSUPPORTED = "#s-4"
MOST_TABS = 200
NAME = """(() => { const e = document.activeElement;
  return [e.labels && e.labels.length ? e.labels[0].textContent : "", e.ariaLabel, e.textContent, e.value].filter(Boolean).join(" ").trim() })()"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with live_desk(tmp_path) as found:
        yield found


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def tab(browser: Any, live: Live, script: bool) -> Iterator[Any]:
    """A tab in which Ada Lindt has signed in, by keyboard."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=script)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"http://{live.host}/start?token={live.sessions.start_token}")
    tab_to(page, "Ada Lindt")
    leave(page, lambda: page.keyboard.press("Enter"))
    yield page
    context.close()


def tab_to(tab: Any, name: str) -> None:
    """Go to what has a name by Tab, as far as that takes."""
    for _ in range(MOST_TABS):
        tab.keyboard.press("Tab")
        if str(tab.evaluate(NAME)).startswith(name):
            return
    raise AssertionError(f"“{name}” is not reached by Tab on {tab.url}")


def leave(tab: Any, act: Any) -> None:
    """Do what brings another page, or another content of this one, and wait for it."""
    tab.locator("main").evaluate("e => e.dataset.old = 'yes'")
    act()
    tab.locator("main:not([data-old])").wait_for()
    tab.wait_for_load_state()


def press(tab: Any, *names: str) -> None:
    """Press links and buttons one after the other, each reached by Tab."""
    for name in names:
        tab_to(tab, name)
        leave(tab, lambda: tab.keyboard.press("Enter"))


def disclose(tab: Any, name: str) -> None:
    tab_to(tab, name)
    tab.keyboard.press("Enter")


def fill(tab: Any, name: str, text: str) -> None:
    """Replace what stands in a field, reached by Tab."""
    tab_to(tab, name)
    tab.keyboard.press("ControlOrMeta+a")
    tab.keyboard.type(text)


def open_draft(tab: Any, script: bool) -> None:
    """From the queue to the draft that waits."""
    if script:
        tab.keyboard.press("j")
        leave(tab, lambda: tab.keyboard.press("o"))
    else:
        press(tab, "Power was signed for")


def test_a_draft_is_read_fixed_published_corrected_and_retracted_by_keyboard(live: Live, tab: Any, script: bool) -> None:
    open_draft(tab, script)
    # its evidence
    current = tab.locator(".s[aria-current]")
    assert current.get_attribute("id") == UNSUPPORTED[1:] and WRONG in current.inner_text() and "unsupported" in current.inner_text()
    assert tab.locator(".proof mark.off").first.inner_text() == "15 years"
    read_source(tab, script)
    # an unsupported sentence is fixed, and its verdict changes
    if script:
        tab.keyboard.press("e")
        tab.keyboard.press("ControlOrMeta+a")
        tab.keyboard.type("The contract runs for 15 years.")
        leave(tab, lambda: tab.keyboard.press("ControlOrMeta+Enter"))
    else:
        fill(tab, "Text of this sentence", "The contract runs for 15 years.")
        press(tab, "Keep and check again")
    fixed = tab.locator(UNSUPPORTED).inner_text()
    assert "supported" in fixed and "unsupported" not in fixed and "The contract runs for 15 years." in fixed
    assert tab.locator("text=Reason").count() == 0, "nothing blocks publishing any more"
    # published
    if script:
        tab.keyboard.press("p")
        leave(tab, lambda: tab.keyboard.press("Enter"))
    else:
        press(tab, "Publish")
    assert "the site is built" in tab.locator(".said").inner_text()
    assert articles.find(live.db, SLUG).status is ArticleStatus.PUBLISHED
    assert "15 " in site(live, f"articles/{SLUG}/index.html") and "25 years" not in site(live, f"articles/{SLUG}/index.html")
    correct(live, tab, script)
    retract(live, tab, script)


def site(live: Live, path: str) -> str:
    return (live.root / "output/site" / path).read_text("utf-8")


def read_source(tab: Any, script: bool) -> None:
    """Open the stored text behind the proof, and come back."""
    if script:
        leave(tab, lambda: tab.keyboard.press("o"))
    else:
        press(tab, "stored text")
    assert "as it is stored" in tab.locator("main").inner_text() and tab.locator("mark").count() >= 1
    press(tab, "Back to the draft")


def correct(live: Live, tab: Any, script: bool) -> None:
    """A correction from a reader's report reaches the page, the log and the feed."""
    if script:
        tab.keyboard.press("g")
        leave(tab, lambda: tab.keyboard.press("c"))
    else:
        press(tab, "Corrections")
    assert tab.locator("h1").inner_text() == "Corrections"
    tab_to(tab, "Correct an article")
    tab.keyboard.type("Power was signed")
    press(tab, "Begin")
    tab_to(tab, "A reader reported it")
    fill(tab, "Who, or which source", "by post")
    fill(tab, "What is wrong", "15 years")
    fill(tab, "What is right", "16 years")
    press(tab, "Correct it, dated")
    assert "A reader reported it: by post" in tab.locator("main").inner_text()
    for path in (f"articles/{SLUG}/index.html", "corrections/index.html", "feed.xml", "feed.json"):
        assert "16 years" in site(live, path), path


def retract(live: Live, tab: Any, script: bool) -> None:
    """The address stays, with a notice."""
    if script:
        tab.keyboard.press("/")
        tab.keyboard.type("substation")
        leave(tab, lambda: tab.keyboard.press("Enter"))
        tab.keyboard.press("j")
        leave(tab, lambda: tab.keyboard.press("o"))
    else:
        press(tab, "Power was signed for")
    disclose(tab, "Retract")
    fill(tab, "Why it is withdrawn", "the contract was forged")
    press(tab, "Retract for good")
    assert articles.find(live.db, SLUG).status is ArticleStatus.RETRACTED
    assert "the contract was forged" in site(live, f"articles/{SLUG}/index.html")


def test_keys_go_through_sentences_and_lists_and_can_be_turned_off(live: Live, tab: Any, script: bool) -> None:
    if not script:
        assert tab.goto(f"http://{live.host}/help") and tab.locator("#keys button").count() == 0
        return
    open_draft(tab, script)
    leave(tab, lambda: tab.keyboard.press("j"))
    assert tab.locator(".s[aria-current]").get_attribute("id") == "s-5"
    assert "s=5" in tab.url and tab.evaluate("document.activeElement.closest('.s').id") == "s-5"
    leave(tab, lambda: tab.keyboard.press("k"))
    leave(tab, lambda: tab.keyboard.press("k"))
    assert tab.locator(".s[aria-current]").get_attribute("id") == "s-3"
    leave(tab, lambda: tab.keyboard.press("a"))
    assert "accepted" in tab.locator("#s-3").inner_text()
    leave(tab, lambda: tab.keyboard.press("x"))
    assert "cut" in tab.locator("#s-3").inner_text()
    leave(tab, lambda: tab.keyboard.press("u"))
    assert "accepted" in tab.locator("#s-3").inner_text()
    tab.keyboard.press("e")
    tab.keyboard.type("jkax?")
    assert tab.evaluate("document.activeElement.value").startswith("jkax?"), "keys are letters while one types"
    tab.keyboard.press("Escape")
    leave(tab, lambda: tab.keyboard.press("?"))
    assert tab.locator("h1").inner_text() == "Keys and pages"
    tab_to(tab, "Keys are on")
    tab.keyboard.press("Enter")
    tab.keyboard.press("g")
    tab.keyboard.press("t")
    assert tab.locator("#keys button").inner_text() == "Keys are off: turn them on" and tab.url.endswith("/help")


def test_outlets_are_described_and_the_next_page_is_right_by_keyboard(live: Live, tab: Any, script: bool) -> None:
    press(tab, "Sources")
    disclose(tab, "Grid Ledger: report, guessed")
    tab_to(tab, "Muted")
    tab.keyboard.press("Space")
    press(tab, "Keep")
    assert "“Grid Ledger” is report, weight 0.8, owner not known, muted." in tab.locator(".said").inner_text()
    assert "muted = true" in (live.root / "outlets.toml").read_text()


def test_pages_say_nothing_to_the_console_and_ask_nobody_else(live: Live, tab: Any, script: bool) -> None:
    said, asked = [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    for path in ("/", f"/article/{SLUG}", f"/article/{SLUG}/diff", f"/article/{SLUG}/history", "/threads", "/corrections", "/forecasts", "/sources", "/feeds",
                 "/runs", "/thresholds", "/search?q=power", "/help"):  # fmt: skip
        tab.goto(f"http://{live.host}{path}")
    assert said == [] and {url.split("/")[2] for url in asked if not url.startswith("data:")} == {live.host}
