"""A loopback server for looking at a built site; not for publishing it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from groundwire.errors import ConfigError, NotFoundError


class _Site(SimpleHTTPRequestHandler):
    """Files of one folder; the folder's link is followed at every request, so a new tree shows at once."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        "": "application/octet-stream",
        ".xml": "application/xml",
        ".md": "text/markdown; charset=utf-8",
    }

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing; a preview needs no access log."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page for what is not there."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return None


@contextmanager
def serving(site: Path, port: int) -> Iterator[ThreadingHTTPServer]:
    """A server on 127.0.0.1 that shows the site; raises NotFoundError when nothing is built, ConfigError when the port is taken."""
    if not site.is_dir():
        raise NotFoundError(f"'{site}': there is no built site yet; `groundwire build` makes it")
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Site, directory=str(site)))
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise ConfigError(f"--port {port}: cannot be used ({error.strerror}); give another one") from None
    with server:
        yield server
