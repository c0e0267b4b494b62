"""A loopback server for looking at a site; not for publishing it. A preview's pages ask it whether there is a newer one."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from groundwire.errors import ConfigError, NotFoundError

STATE, SCRIPT = "/-/state", "/-/reload.js"
"""What a previewed page asks for, and the script that asks: neither is part of any site."""

RELOAD = """
let seen = null;
const bar = document.createElement("aside");
bar.className = "notice draft";
setInterval(async () => {
  const state = await fetch("/-/state", {cache: "no-store"}).then(r => r.text(), () => seen);
  if (state.startsWith("!")) { bar.textContent = state.slice(1); document.body.prepend(bar); }
  else if (seen !== null && state !== seen) location.reload();
  if (!state.startsWith("!")) { seen = state; bar.remove(); }
}, 700);
"""

_POLICY = re.compile(rb"script-src ('|&#39;)none\1")


class _Site(SimpleHTTPRequestHandler):
    """Files of one folder; the folder's link is followed at every request, so a new tree shows at once."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        "": "application/octet-stream",
        ".xml": "application/xml",
        ".md": "text/markdown; charset=utf-8",
    }

    def __init__(self, *args: Any, state: Callable[[], str] | None, **rest: Any) -> None:
        self.state = state
        super().__init__(*args, **rest)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; a preview needs no access log."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if self.state and path == STATE:
            return self._send(HTTPStatus.OK, self.state().encode(), "text/plain; charset=utf-8")
        if self.state and path == SCRIPT:
            return self._send(HTTPStatus.OK, RELOAD.encode(), "text/javascript; charset=utf-8")
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if path.endswith("/") else file
        if self.state and file.suffix == ".html" and file.is_file():
            return self._page(HTTPStatus.OK, file)
        return super().do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            return super().send_error(code, message, explain)
        return self._page(HTTPStatus.NOT_FOUND, page)

    def _page(self, code: HTTPStatus, file: Path) -> None:
        body = file.read_bytes()
        return self._send(code, reloading(body) if self.state else body, "text/html; charset=utf-8")

    def _send(self, code: HTTPStatus, body: bytes, kind: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def reloading(page: bytes) -> bytes:
    """A page with the script that loads it again when there is a newer one, and a policy that lets it."""
    allowed = _POLICY.sub(rb"script-src \1self\1; connect-src \1self\1", page, count=1)
    head, end, tail = allowed.rpartition(b"</body>")
    return head + f'<script src="{SCRIPT}" defer=""></script>\n'.encode() + end + tail


@contextmanager
def serving(site: Path, port: int, state: Callable[[], str] | None = None) -> Iterator[ThreadingHTTPServer]:
    """A server on 127.0.0.1 that shows the site; raises NotFoundError when nothing is built, ConfigError when the port is taken.

    With `state`, which names the tree that is shown (or, after "!", what is wrong), pages load themselves again when it changes.
    """
    if not site.is_dir():
        raise NotFoundError(f"'{site}': there is no built site yet; `groundwire build` makes it")
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Site, directory=str(site), state=state))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise ConfigError(f"--port {port}: cannot be used ({error.strerror}); give another one") from None
    with server:
        yield server
