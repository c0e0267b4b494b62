"""An OpenAI-compatible endpoint on loopback that answers as a script says, for tests of the author."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHARACTERS_PER_TOKEN = 4
"""As real tokenizers make of English."""

Answering = Callable[[dict[str, Any]], "Reply"]


@dataclass(frozen=True)
class Reply:
    """What the endpoint says to one request: a message's content, or a raw status and body."""

    content: str | None = None
    finish_reason: str = "stop"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    usage: bool = True
    refusal: str | None = None
    read_tokens: int | None = None
    """What the server says it read of the prompt, instead of all of it."""


class ModelServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answering: Answering) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answering = answering
        self.requests: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        self.server.authorizations.append(self.headers.get("Authorization"))
        reply = self.server.answering(body)
        data = reply.raw if reply.raw is not None else json.dumps(_completion(body, reply)).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _completion(body: dict[str, Any], reply: Reply) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
    found: dict[str, Any] = {"id": "c", "object": "chat.completion", "created": 0, "model": body["model"]}
    found["choices"] = [{"index": 0, "message": message, "finish_reason": reply.finish_reason}]
    if reply.usage:
        asked = reply.read_tokens or sum(len(m["content"]) for m in body["messages"]) // CHARACTERS_PER_TOKEN + 1
        said = len(reply.content or "") // CHARACTERS_PER_TOKEN + 1
        found["usage"] = {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}
    return found


@contextmanager
def model_server(answering: Answering) -> Iterator[ModelServer]:
    """The endpoint, until the block ends."""
    with ModelServer(answering) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def is_facts(request: dict[str, Any]) -> bool:
    """Whether a request is the one for facts, which holds the pages."""
    return "<page number=" in request["messages"][1]["content"]
