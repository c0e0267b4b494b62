"""An OpenAI-compatible endpoint on loopback that answers as a script says, for tests of the author."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answering = Callable[[dict[str, Any]], "Reply"]

CHARACTERS_PER_TOKEN = 4
"""As real tokenizers make of English."""


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
    breaks_after: int | None = None
    """So many bytes of the body are sent, then the connection is closed."""
    pause: float = 0.0
    """Seconds between two bytes of the body."""


class ModelServer(ThreadingHTTPServer):
    """The endpoint; `lookups` is what it says to a GET, or to a POST beside the chat, by path."""

    daemon_threads = True

    def __init__(self, answering: Answering, lookups: Mapping[str, Any] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answering = answering
        self.lookups = dict(lookups or {})
        self.requests: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.headers: list[dict[str, str]] = []
        self.looked_up: list[str] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.server.looked_up.append(self.path)
        found = self.server.lookups.get(self.path)
        self._send(Reply(status=404 if found is None else 200, raw=json.dumps(found).encode()), {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/chat/completions"):
            self.do_GET()
            return
        self.server.requests.append(body)
        self.server.authorizations.append(self.headers.get("Authorization"))
        self.server.headers.append(dict(self.headers))
        self._send(self.server.answering(body), body)

    def _send(self, reply: Reply, body: dict[str, Any]) -> None:
        data = reply.raw if reply.raw is not None else json.dumps(_completion(body, reply)).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            for n in range(len(data) if reply.pause else 0):
                self.wfile.write(data[n : n + 1])
                self.wfile.flush()
                time.sleep(reply.pause)
            if not reply.pause:
                self.wfile.write(data[: reply.breaks_after])
        except OSError:
            return
        if reply.breaks_after is not None:
            self.close_connection = True


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
def model_server(answering: Answering, lookups: Mapping[str, Any] | None = None) -> Iterator[ModelServer]:
    """The endpoint, until the block ends."""
    with ModelServer(answering, lookups) as server:
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


STEPS = {
    "You read news pages": "facts",
    "You plan an article": "plan",
    "You write one part": "section",
    "You write one section": "rewrite",
    "You answer a reader": "questions",
    "You write headline": "opening",
    "You check sentences": "check",
    "You mend sentences": "repair",
    "You sort news reports for a newsroom. For each": "same",
    "You sort news reports for a newsroom. The": "split",
    "You name stories": "titles",
    "You choose what": "choose",
    "You judge what came": "outcome",
}
"""How the instructions of each step begin."""

UNDECIDED: dict[str, dict[str, Any]] = {
    "same": {"pairs": []},
    "split": {"parts": [], "reason": ""},
    "titles": {"stories": []},
    "choose": {"theme": 0, "reason": ""},
}
"""Answers to the questions on grouping that leave everything to the rules."""


def step_of(request: dict[str, Any]) -> str:
    """Which step of an article a request is."""
    told = request["messages"][0]["content"]
    return next(step for start, step in STEPS.items() if told.startswith(start))


def given(request: dict[str, Any]) -> str:
    """The material of a request."""
    found: str = request["messages"][1]["content"]
    return found


def numbered(request: dict[str, Any]) -> dict[str, int]:
    """The quotes of the facts that a request gives, with their numbers."""
    return {
        quote: int(n)
        for n, quote in re.findall(r'^ *\[(\d+)\] .*?: "(.*)"(?: \((?:for|against|neutral);.*\))?$', given(request), re.MULTILINE)
    }


def parts_of(request: dict[str, Any]) -> list[str]:
    """The parts of the form that a request for a plan names."""
    return re.findall(
        r"^- (\w+)(?: \(only where facts carry it\))?: ", request["messages"][0]["content"].split("Answer with:")[0], re.MULTILINE
    )


def part_of(request: dict[str, Any]) -> str:
    """The part that a request asks to be written."""
    return next(iter(re.findall(r"^Your part: (\w+)\.", given(request), re.MULTILINE)), "")


def reply_of(answer: dict[str, Any]) -> Reply:
    """An answer as the object that was asked for."""
    return Reply(json.dumps(answer, ensure_ascii=False))
