"""The tests of the client and its guard again, for requests whose connection is not kept, and on uvloop where that can be tapped."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
import test_http_client
import test_http_guard

from groundwire.http import Client

KEPT = {"test_a_request_carries_what_it_must_and_nothing_else"}
"""What says itself whether a connection is kept."""

CLIENT = {name: test for name, test in vars(test_http_client).items() if name.startswith("test_") and name not in KEPT}
GUARD = {name: test for name, test in vars(test_http_guard).items() if name.startswith("test_") and name not in KEPT}
globals().update(CLIENT | GUARD)


def on_uvloop(main: Coroutine[Any, Any, Any]) -> Any:
    """asyncio.run on uvloop's loop, where uvloop has wheels; its own `run` would call the one that it stands in for."""
    with asyncio.Runner(loop_factory=pytest.importorskip("uvloop").new_event_loop) as runner:
        return runner.run(main)


@pytest.fixture(autouse=True, params=["asyncio", "uvloop"])
def once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request is one whose connection is not kept."""
    kept = Client.get
    monkeypatch.setattr(Client, "get", lambda self, url, **options: kept(self, url, **({"keep": False} | options)))
    if request.param == "uvloop":
        if request.function.__module__ == test_http_guard.__name__:
            pytest.skip("uvloop's connections are not made by Python's sockets, which the guard's tests tap")
        monkeypatch.setattr(asyncio, "run", on_uvloop)


def test_a_request_says_that_its_connection_is_not_kept() -> None:
    _, server = test_http_client.asked(lambda head: test_http_client.answer(200, body=b"ok"))
    lines = server.heads[0].splitlines()
    assert {line.split(":")[0].lower() for line in lines[1:] if line} == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "Connection: close" in lines


def test_a_header_field_cannot_bring_another() -> None:
    async def ask(fields: dict[str, Any]) -> None:
        async with Client(test_http_client.Fetch(allow_loopback=True), "agent") as client:
            await client.get("http://127.0.0.1:9/", headers=fields, limit_bytes=10)

    for value in ('"a"\r\nX: 1', '"a"\n', '"a"\r', '"a"\0'):
        with pytest.raises(test_http_client.FetchError):
            asyncio.run(ask({"If-None-Match": value}))
