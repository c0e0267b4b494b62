"""The desk as a server on loopback, and requests to it byte by byte: what no browser would send as well."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import uvicorn
from desk_browser import EDITORS, NOW, SLUG, draft
from publish_sample import earlier, fill

from desk.app import application
from desk.guard import Access, access
from desk.sessions import Session, Sessions
from groundwire.clock import Clock, parse_time
from groundwire.config import Publication, Settings
from groundwire.store.database import Database, open_database


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Live:
    """A running desk on the sample publication."""

    root: Path
    reach: Access
    sessions: Sessions
    db: Database

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.reach.port}"

    def signed_in(self, n: int = 0) -> Session:
        return self.sessions.open(self.reach.editors[n], entered=True)

    def cookie(self, session: Session) -> str:
        return f"{self.reach.cookie}={session.id}"

    def ask(self, method: str, path: str, headers: Mapping[str, str | None], body: bytes = b"", *, length: int | None = None) -> Answer:
        """Send a request exactly as given; a header that is None is left out. `length` is a body of so many bytes instead."""
        said = {"Host": self.host, "Connection": "close"} | dict(headers)
        if method != "GET" or body or length:
            said.setdefault("Content-Length", str(len(body) if length is None else length))
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value is not None)
        with socket.create_connection(("127.0.0.1", self.reach.port), timeout=30) as connection:
            connection.sendall(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body)
            for _ in range((length or 0) // 65536):
                connection.sendall(b"x" * 65536)
            return _answer(connection)

    def form(self, session: Session, path: str) -> dict[str, str]:
        """The hidden fields of the form that publishes a draft."""
        page = self.ask("GET", path, {"Cookie": self.cookie(session)}).body
        form = re.search(r'<form class="publish".*?</form>', page, re.DOTALL)
        assert form, page
        return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0])) | {"reason": "read"}


def _answer(connection: socket.socket) -> Answer:
    data = b""
    while part := connection.recv(65536):
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(first.split()[1]) if first else 0, headers, body.decode("utf-8", "replace"))


@contextmanager
def live_desk(root: Path, settings: Settings | None = None) -> Iterator[Live]:
    """A desk that listens on a free port."""
    publication = Publication(root=root, settings=settings or Settings())
    with closing(open_database(publication.database)) as db, socket.create_server(("127.0.0.1", 0)) as listener:
        fill(db, earlier(), draft())
        reach = access(
            "127.0.0.1", listener.getsockname()[1], EDITORS, publication.settings.desk.password, publication.settings.desk.proxy_header
        )
        sessions = Sessions()
        guard = application(publication, Clock(parse_time(NOW)), reach, sessions)
        server = uvicorn.Server(
            uvicorn.Config(guard, log_config=None, access_log=False, server_header=False, proxy_headers=False, http="h11", ws="none")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            sleep(0.01)
        try:
            yield Live(root, reach, sessions, db)
        finally:
            server.should_exit = True
            thread.join()


__all__ = ["SLUG", "Answer", "Live", "live_desk"]
