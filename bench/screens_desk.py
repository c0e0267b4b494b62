"""Pictures of the desk at work on the demo: an editor has put a wrong figure into an article that is out, and looks around."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from time import sleep
from typing import Any

import uvicorn

from desk.app import application
from desk.guard import access
from desk.sessions import Sessions
from groundwire.clock import Clock
from groundwire.settings_file import load
from groundwire.store import articles, runs
from groundwire.store.database import open_database

EDITOR = "Ada Lindt, managing editor"
WIDTH, HEIGHT, SCALE = 1440, 950, 0.72
"""Pixels of the window, and how far the picture is scaled down."""


def shots(browser: Any, demo: Path, to: Path, schemes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The main pages, in each scheme, as files in a folder."""
    work = demo.parent / f"{demo.name}-desk"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(demo, work, symlinks=True)
    slug = _shown(work)
    with _desk(work) as (address, cookie):
        for scheme in schemes:
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, reduced_motion="reduce"
            )
            context.add_cookies([cookie])
            tab = context.new_page()
            if scheme == schemes[0]:
                sentence = _put_wrong(tab, f"{address}/article/{slug}")
            pages = {
                "queue": "/",
                "draft": f"/article/{slug}?{sentence}",
                "diff": f"/article/{slug}/diff",
                "sources": "/sources",
                "runs": "/runs",
                "thresholds": "/thresholds?try=1&min_strength=0.6",
            }
            for name, path in pages.items():
                tab.goto(address + path)
                file = to / f"{name}-{scheme}.png"
                tab.screenshot(path=file)
                yield {"file": file.name, "bytes": file.stat().st_size}
            context.close()
    shutil.rmtree(work)


def _shown(root: Path) -> str:
    """The article that is out and cites most."""
    with closing(open_database(root / "groundwire.db")) as db:
        return max(articles.live(db), key=lambda a: (sum(len(s.citations) for _, _, s in articles.numbered(a)), a.slug)).slug


def _put_wrong(tab: Any, article: str) -> str:
    """Change a figure of the first supported sentence of the body that has one; the query that shows it."""
    tab.goto(article)
    for sentence in tab.locator(".s").all()[2:]:
        text = sentence.locator(".text").inner_text()
        if "✓" in sentence.inner_text() and re.search(r"\d", text):
            break
    n = (sentence.get_attribute("id") or "").removeprefix("s-")
    tab.goto(f"{article}?s={n}#s-{n}")
    tab.locator("#edit").fill(re.sub(r"\d", lambda d: str((int(d[0]) + 4) % 9 + 1), text, count=1))
    tab.locator("text=Keep and check again").click()
    tab.locator(f"#s-{n} .bad").wait_for()
    return f"s={n}#s-{n}"


@contextmanager
def _desk(root: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a desk an hour after the last run, and the cookie of its editor."""
    publication = load(root, {})
    with closing(open_database(publication.database)) as db:
        last = runs.last_moment(db)
    assert last is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        reach, sessions = access("127.0.0.1", port, (EDITOR,), None, None), Sessions()
        app = application(publication, Clock(last + timedelta(hours=1)), reach, sessions)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, http="h11", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            sleep(0.02)
        address = f"http://127.0.0.1:{port}"
        try:
            yield address, {"name": reach.cookie, "value": sessions.open(reach.editors[0], entered=True).id, "url": address}
        finally:
            server.should_exit = True
            thread.join()
