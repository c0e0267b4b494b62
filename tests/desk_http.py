"""An editor at a desk that runs as a process of its own, over HTTP."""

from __future__ import annotations

import re
import subprocess
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import newsrooms

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class DeskProcess:
    """`groundwire desk`, and one editor who is signed in."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, env=newsrooms.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout
        start = self.process.stdout.readline().strip()
        assert start, self.process.communicate(timeout=30)
        self.base = start.partition("/start")[0]
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        asks = self.get(start.removeprefix(self.base))
        self.post("/sign-in", {"editor": "Ada", "token": dict(_HIDDEN.findall(asks))["token"]})

    def get(self, path: str) -> str:
        with self._open(self.base + path, timeout=120) as answer:
            text: str = answer.read().decode()
            return text

    def post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        request = urllib.request.Request(self.base + path, urlencode(fields).encode(), {"Origin": self.base})
        try:
            with self._open(request, timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def fields(self, slug: str) -> dict[str, str]:
        """What the form that publishes a draft carries."""
        form = re.search(
            rf'<form class="publish" method="post" action="/approve/{slug}">.*?</form>', self.get(f"/article/{slug}"), re.DOTALL
        )
        assert form, slug
        return dict(_HIDDEN.findall(form[0])) | {"reason": "read it"}

    def approve(self, slug: str) -> tuple[int, str]:
        return self.post(f"/approve/{slug}", self.fields(slug))

    def act(self, slug: str, action: str, **more: str) -> tuple[int, str]:
        return self.post(f"/article/{slug}/{action}", self.fields(slug) | more)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)


def desk_process(directory: Path, now: str) -> DeskProcess:
    return DeskProcess(newsrooms.command(directory, "desk", "--port", "0", now=now))
