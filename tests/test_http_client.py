"""The client against a real server on loopback: limits, encodings, redirects, headers, TLS."""

from __future__ import annotations

import asyncio
import functools
import gzip
import ssl
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import brotli
import pytest
from loopback import Script, Server, answer, serving

from groundwire.config import Fetch
from groundwire.errors import BlockedAddressError, ConfigError, FetchError, LimitError
from groundwire.http import Client, Headers, Response, get_as_written, post_as_written, user_agent

AGENT = user_agent("https://publication.example/about")
PEM = Path(__file__).parent / "data" / "secure.example.pem"
"""A self-signed certificate for secure.example, for tests alone."""


def mapped(server: Server, *names: str) -> Fetch:
    return Fetch(allow_loopback=True, hosts=dict.fromkeys(names or ("news.example",), server.address))


def asked(script: Script, url: str = "http://news.example/feed.xml", limit_bytes: int = 100_000, **options: Any) -> tuple[Response, Server]:
    """The answer of a scripted server to one request, through a mapped host."""

    async def ask() -> tuple[Response, Server]:
        async with serving(script) as server, Client(mapped(server, "news.example", "other.example"), AGENT) as client:
            return await client.get(url, limit_bytes=limit_bytes, **options), server

    return asyncio.run(ask())


def encoded(coding: str, body: bytes) -> Script:
    return lambda head: answer(200, f"Content-Encoding: {coding}", body=body)


def test_a_request_carries_what_it_must_and_nothing_else() -> None:
    response, server = asked(lambda head: answer(200, "Set-Cookie: a=1", body=b"ok"), headers={"If-None-Match": 'W/"a, \\"d"'})
    names = {line.split(":")[0].lower() for line in server.heads[0].splitlines()[1:] if line}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "if-none-match"}
    assert "Host: news.example\r\n" in server.heads[0]
    assert 'If-None-Match: W/"a, \\"d"\r\n' in server.heads[0]
    assert "User-Agent: groundwire/0.1.0 (+https://publication.example/about)\r\n" in server.heads[0]
    assert (response.status, response.body, response.url) == (200, b"ok", "http://news.example/feed.xml")


def test_cookies_are_never_sent_back() -> None:
    async def ask() -> list[str]:
        async with (
            serving(lambda head: answer(200, "Set-Cookie: a=1; Path=/", body=b"ok")) as server,
            Client(mapped(server), AGENT) as client,
        ):
            for _ in range(2):
                await client.get("http://news.example/", limit_bytes=10)
            return server.heads

    assert not any("cookie" in head.lower() for head in asyncio.run(ask()))


def test_headers_are_found_in_any_case_and_validators_are_never_joined() -> None:
    headers = Headers([("ETag", '"1"'), ("etag", '"2"'), ("X-Robots-Tag", "noai"), ("x-robots-tag", "nosnippet")])
    assert headers.first("ETAG") == '"1"'
    assert headers["X-ROBOTS-TAG"] == "noai, nosnippet"
    assert headers.get("absent") is None
    assert dict(headers) == {"etag": '"1", "2"', "x-robots-tag": "noai, nosnippet"}


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"text" * 5_000, mtime=0)),
        ("x-gzip", gzip.compress(b"text" * 2_500, mtime=0) + gzip.compress(b"text" * 2_500, mtime=0)),
        ("gzip", gzip.compress(b"text" * 5_000, mtime=0) + b"trailing rubbish"),
        ("deflate", zlib.compress(b"text" * 5_000)),
        ("deflate", zlib.compress(b"text" * 5_000, wbits=-15)),
        ("br", brotli.compress(b"text" * 5_000)),
        ("identity", b"text" * 5_000),
    ],
)
def test_encodings_are_undone(coding: str, body: bytes) -> None:
    assert asked(encoded(coding, body))[0].body == b"text" * 5_000


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(bytes(range(256)) * 50, mtime=0)[:-20]),
        ("br", b"\xff" * 50),
        ("deflate", b"x" * 50),
        ("zstd", b"x"),
        ("gzip, gzip", b"x"),
        ("gzip", b"plain"),
    ],
)
def test_broken_encodings_are_failures(coding: str, body: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        asked(encoded(coding, body))
    assert caught.value.kind == "encoding"


def test_an_empty_body_needs_no_encoding() -> None:
    assert asked(encoded("gzip", b""))[0].body == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_bombs_are_cut_at_the_limit_with_little_memory(coding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": functools.partial(brotli.compress, quality=5)}[coding]
    packed = pack(bytes(100_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(LimitError, match="longer than 1,000,000 bytes"):
            asked(encoded(coding, packed), limit_bytes=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_the_limit_counts_bytes_that_arrive_whatever_the_length_says() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"2000\r\n" + b"x" * 8192 + b"\r\n")
            await writer.drain()

    with pytest.raises(LimitError) as caught:
        asked(lambda head: endless)
    assert caught.value.kind == "size"


def test_a_body_of_exactly_the_limit_is_read() -> None:
    assert len(asked(lambda head: answer(200, body=b"x" * 1000), limit_bytes=1000)[0].body) == 1000
    with pytest.raises(LimitError):
        asked(lambda head: answer(200, body=b"x" * 1001), limit_bytes=1000)


def test_a_short_body_is_a_failure() -> None:
    with pytest.raises(FetchError) as caught:
        asked(lambda head: lambda writer: written(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"))
    assert caught.value.kind == "short"


async def written(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def dripping(prefix: bytes) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(prefix)
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    return drip


@pytest.mark.parametrize("prefix", [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"])
def test_the_deadline_covers_a_slow_drip(prefix: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        asked(lambda head: dripping(prefix), deadline_seconds=0.3)
    assert caught.value.kind in ("timeout", "protocol")


def test_the_deadline_covers_all_hops_together() -> None:
    def script(head: str) -> Any:
        async def slowly(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.15)
            writer.write(answer(302, "Location: /next", "Connection: close"))
            await writer.drain()

        return slowly

    with pytest.raises(LimitError, match=r"within 0\.4 s"):
        asked(script, deadline_seconds=0.4)


def test_a_long_header_block_is_refused() -> None:
    many = [f"X-{n}: {'v' * 400}" for n in range(100)]
    with pytest.raises(LimitError, match="header block"):
        asked(lambda head: answer(200, *many, body=b"ok"))
    with pytest.raises(LimitError, match="header block"):
        asked(lambda head: answer(200, "X-Long: " + "v" * 40_000, body=b"ok"))
    assert asked(lambda head: answer(200, "X-Long: " + "v" * 20_000, body=b"ok"))[0].status == 200


def test_redirects_are_followed_noted_and_announced() -> None:
    def script(head: str) -> bytes:
        if head.startswith("GET /feed.xml"):
            return answer(301, "Location: http://other.example/b c#part")
        if head.startswith("GET /b%20c"):
            return answer(307, "Location: ../d")
        return answer(304, 'ETag: "2"')

    announced: list[str] = []

    async def before(url: str) -> None:
        announced.append(url)

    response, server = asked(script, headers={"If-None-Match": '"1"', "Authorization": "x"}, before_hop=before)
    assert response.hops == ((301, "http://other.example/b%20c"), (307, "http://other.example/d"))
    assert announced == [url for _, url in response.hops]
    assert (response.asked, response.url, response.status) == ("http://news.example/feed.xml", "http://other.example/d", 304)
    assert all('If-None-Match: "1"' in head for head in server.heads)
    assert ["Authorization" in head for head in server.heads] == [True, False, False]


def test_five_hops_are_followed_and_six_are_not() -> None:
    def chain(length: int) -> Script:
        def script(head: str) -> bytes:
            step = int(head.split()[1].strip("/") or 0)
            return answer(302, f"Location: /{step + 1}") if step < length else answer(200, body=b"ok")

        return script

    assert len(asked(chain(5), "http://news.example/")[0].hops) == 5
    with pytest.raises(FetchError, match="more than 5 redirects") as caught:
        asked(chain(6), "http://news.example/")
    assert caught.value.url == "http://news.example/"


def test_a_hop_may_be_stopped_by_who_asked() -> None:
    async def stop(url: str) -> None:
        raise FetchError(url, "robots.txt forbids it", "robots")

    with pytest.raises(FetchError) as caught:
        asked(lambda head: answer(302, "Location: /private"), before_hop=stop)
    assert (caught.value.kind, caught.value.url) == ("robots", "http://news.example/feed.xml")
    assert "http://news.example/private" in caught.value.reason


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://10.0.0.1/", "http://u:p@news.example/", "java\tscript:1", "http://[::1", "//\u200b.example/"]
)
def test_bad_targets_are_refused(location: str) -> None:
    with pytest.raises(FetchError) as caught:
        asked(lambda head: answer(302, f"Location: {location}"))
    assert isinstance(caught.value, BlockedAddressError) or "protocol" in caught.value.kind


def test_a_dead_port_is_a_connection_failure() -> None:
    async def ask() -> None:
        async with serving(lambda head: b"") as server:
            pass
        async with Client(mapped(server), AGENT) as client:
            await client.get("http://news.example/", limit_bytes=10)

    with pytest.raises(FetchError) as caught:
        asyncio.run(ask())
    assert caught.value.kind == "connection"


def test_an_unknown_name_is_a_dns_failure() -> None:
    async def none(host: str) -> list[str]:
        return []

    async def ask() -> None:
        async with Client(Fetch(), AGENT, resolver=none) as client:
            await client.get("http://nowhere.test/", limit_bytes=10)

    with pytest.raises(FetchError) as caught:
        asyncio.run(ask())
    assert caught.value.kind == "dns"


@pytest.mark.parametrize(
    "rubbish", [b"", b"\x00\x01\x02\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n"]
)
def test_what_is_not_http_is_a_failure(rubbish: bytes) -> None:
    with pytest.raises(FetchError):
        asked(lambda head: lambda writer: written(writer, rubbish), deadline_seconds=2)


def test_a_validator_in_odd_bytes_breaks_nothing() -> None:
    response, _ = asked(lambda head: answer(200, 'ETag: "\udce9"', body=b"ok"))
    assert response.headers.first("etag") == '"\udce9"'


def test_a_connection_that_is_not_kept_is_closed() -> None:
    async def ask(keep: bool) -> int:
        async with serving(lambda head: answer(200, body=b"ok")) as server, Client(mapped(server), AGENT) as client:
            for _ in range(2):
                await client.get("http://news.example/", limit_bytes=10, keep=keep)
            return server.connections

    assert (asyncio.run(ask(True)), asyncio.run(ask(False))) == (1, 2)


def secured(name: str, trust: ssl.SSLContext | None) -> Coroutine[Any, Any, Response]:
    async def ask() -> Response:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        async with (
            serving(lambda head: answer(200, body=b"ok"), context) as server,
            Client(mapped(server, name), AGENT, tls=trust) as client,
        ):
            return await client.get(f"https://{name}/", limit_bytes=10)

    return ask()


def test_a_mapped_https_host_is_proved_by_its_name() -> None:
    trust = ssl.create_default_context(cafile=str(PEM))
    assert asyncio.run(secured("secure.example", trust)).body == b"ok"
    with pytest.raises(FetchError) as caught:
        asyncio.run(secured("other.example", trust))
    assert caught.value.kind == "tls"


def test_an_untrusted_certificate_is_refused() -> None:
    with pytest.raises(FetchError) as caught:
        asyncio.run(secured("secure.example", None))
    assert caught.value.kind == "tls"


def test_a_context_that_checks_nothing_is_not_taken() -> None:
    context = ssl.create_default_context()
    context.check_hostname = False
    with pytest.raises(ValueError, match="does not check"):
        Client(Fetch(), AGENT, tls=context)


def test_a_proxy_of_the_environment_must_be_named() -> None:
    with pytest.raises(ConfigError, match=r"fetch\.proxy") as caught:
        Client(Fetch(), AGENT, environment_proxy="http://user:secret@proxy.example:3128")
    assert "secret" not in str(caught.value)


def test_a_named_proxy_is_asked_for_everything_but_literal_addresses_inside() -> None:
    async def ask() -> list[str]:
        async with serving(lambda head: answer(200, body=b"ok")) as server:
            async with Client(Fetch(proxy=f"http://127.0.0.1:{server.port}"), AGENT, environment_proxy="x") as client:
                await client.get("http://public.test/feed", limit_bytes=10)
                with pytest.raises(BlockedAddressError):
                    await client.get("http://10.0.0.1/", limit_bytes=10)
            return server.heads

    heads = asyncio.run(ask())
    assert len(heads) == 1
    assert heads[0].startswith("GET http://public.test/feed HTTP/1.1")


def test_operators_addresses_are_asked_as_written_and_not_beyond() -> None:
    async def ask() -> tuple[int, int, list[str]]:
        async with serving(lambda head: answer(302, "Location: http://10.0.0.1/", "Connection: close")) as server:
            first = await get_as_written(f"http://{server.address}/ping")
            second = await post_as_written(f"http://{server.address}/hook", b"{}")
            return first, second, server.heads

    first, second, heads = asyncio.run(ask())
    assert (first, second, len(heads)) == (302, 302, 2)
    assert heads[1].startswith("POST /hook")
    assert "content-type: application/json" in heads[1].lower()


def test_an_operators_address_that_is_dead_is_a_fetch_error() -> None:
    async def ask() -> None:
        async with serving(lambda head: b"") as server:
            pass
        await get_as_written(f"http://{server.address}/ping")

    with pytest.raises(FetchError):
        asyncio.run(ask())


def test_importing_the_client_does_not_load_aiohttp() -> None:
    probe = "import sys, groundwire.http; sys.exit('aiohttp' in sys.modules)"
    root = Path(__file__).parent.parent
    assert subprocess.run([sys.executable, "-c", probe], cwd=root, check=False).returncode == 0
