"""T3: no connection is ever opened to a denied address, on any hop, by any spelling."""

from __future__ import annotations

import asyncio
import ipaddress
import random
from collections.abc import Sequence

import pytest
from loopback import answer, must_not_be_reached, serving, tapped
from outside import needs_corpus, rows

from groundwire.addresses import denied, parse
from groundwire.config import Fetch
from groundwire.errors import BlockedAddressError, ConfigError, FetchError
from groundwire.http import MAX_HOPS, Client, Response, user_agent

PUBLIC = "93.184.216.34"
AGENT = user_agent("https://publication.example/about")
CASES = rows("own/ssrf.json") or {}


async def resolve_public(host: str) -> Sequence[str]:
    return [PUBLIC]


async def resolve_private(host: str) -> Sequence[str]:
    return ["10.0.0.5"]


def fetched(client: Client, url: str) -> asyncio.Future[Response]:
    return asyncio.ensure_future(client.get(url, limit_bytes=10_000, deadline_seconds=5))


@needs_corpus
@pytest.mark.parametrize("url", CASES.get("block", ()))
def test_t3_refused_addresses_open_no_connection(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        async with Client(Fetch(), AGENT, resolver=resolve_public) as client:
            with pytest.raises(BlockedAddressError):
                await fetched(client, url)

    with tapped(monkeypatch) as tap:
        asyncio.run(ask())
    assert tap.tried == []


@needs_corpus
@pytest.mark.parametrize("url", CASES.get("allow", ()))
def test_t3_allowed_addresses_are_tried(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        async with Client(Fetch(), AGENT, resolver=resolve_public) as client:
            with pytest.raises(FetchError, match="no connection"):
                await fetched(client, url)

    with tapped(monkeypatch) as tap:
        asyncio.run(ask())
    assert tap.tried and not tap.breaches


@needs_corpus
@pytest.mark.parametrize("case", CASES.get("dns", ()), ids=lambda c: c["name"])
def test_t3_the_checked_address_is_the_one_connected_to(case: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    lookups: list[str] = []

    async def resolve(host: str) -> Sequence[str]:
        lookups.append(host)
        return case["answers"][min(len(lookups), len(case["answers"])) - 1]

    async def ask(tap: object) -> None:
        async with serving(lambda head: answer(200, "Connection: close", body=b"ok")) as server:
            tap.port = server.port
            async with Client(Fetch(), AGENT, resolver=resolve) as client:
                for number, offered in enumerate(case["answers"], start=1):
                    before = len(tap.tried)
                    if all(must_not_be_reached(a) for a in offered):
                        with pytest.raises(BlockedAddressError):
                            await fetched(client, f"http://{case['name']}/")
                        assert len(tap.tried) == before
                    else:
                        with_answer = await asyncio.gather(fetched(client, f"http://{case['name']}/"), return_exceptions=True)
                        assert isinstance(with_answer[0], (Response, FetchError))
                        assert {address for address, _ in tap.tried[before:]} <= set(offered)
                    assert len(lookups) == number

    with tapped(monkeypatch) as tap:
        asyncio.run(ask(tap))
    assert not tap.breaches


@needs_corpus
@pytest.mark.parametrize("case", CASES.get("redirects", ()), ids=lambda c: c["chain"][0])
def test_t3_redirects_are_checked_at_every_hop(case: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    # The tap has no certificates for invented names, so https hops to them are asked over http: the guard is the same.
    chain = [step.replace("https://", "http://") for step in case["chain"]]

    async def ask(tap: object) -> list[str]:
        def script(head: str) -> bytes:
            step = len(server.heads) - 1
            if step < len(chain):
                status, location = chain[step].split(" ", 1)
                return answer(int(status), f"Location: {location}", "Set-Cookie: a=1", "Connection: close")
            return answer(200, "Connection: close", body=b"ok")

        async with serving(script) as server:
            tap.port = server.port
            async with Client(Fetch(), AGENT, resolver=resolve_public) as client:
                secrets = {"Authorization": "Basic eA==", "Cookie": "a=1"}
                asked = client.get("http://start.test/", headers=secrets, limit_bytes=10_000)
                if case["correct"].startswith("follow"):
                    assert (await asked).status == 200
                else:
                    kind = BlockedAddressError if case["correct"].startswith("refuse") else FetchError
                    with pytest.raises(kind):
                        await asked
            return server.heads

    with tapped(monkeypatch) as tap:
        heads = asyncio.run(ask(tap))
    assert not tap.breaches
    assert len(heads) <= MAX_HOPS + 1
    for head in heads:
        if "host: start.test" not in head.lower():
            assert "authorization" not in head.lower() and "cookie" not in head.lower()


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["::1"], ["::ffff:10.0.0.1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["fec0::1"], ["0.0.0.0"]]
)
def test_t3_names_that_lead_inside_are_refused(answers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(host: str) -> Sequence[str]:
        return answers

    async def ask() -> None:
        async with Client(Fetch(), AGENT, resolver=resolve) as client:
            with pytest.raises(BlockedAddressError):
                await fetched(client, "https://innocent.test/feed.xml")

    with tapped(monkeypatch) as tap:
        asyncio.run(ask())
    assert tap.tried == []


def test_loopback_opens_only_by_setting_and_on_every_port(monkeypatch: pytest.MonkeyPatch) -> None:
    async def loopback(host: str) -> Sequence[str]:
        return ["127.0.0.1"]

    async def ask(allow: bool) -> int:
        async with (
            serving(lambda head: answer(200, body=b"ok")) as server,
            Client(Fetch(allow_loopback=allow), AGENT, resolver=loopback) as client,
        ):
            first = await fetched(client, f"http://127.0.0.1:{server.port}/")
            second = await fetched(client, f"http://inner.test:{server.port}/")
            return first.status + second.status

    assert asyncio.run(ask(True)) == 400
    with pytest.raises(BlockedAddressError):
        asyncio.run(ask(False))


def test_allowing_loopback_opens_no_other_port_of_public_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        async with Client(Fetch(allow_loopback=True), AGENT, resolver=resolve_public) as client:
            for url in ("http://public.test:22/", f"http://{PUBLIC}:22/"):
                with pytest.raises(BlockedAddressError, match="port 22"):
                    await fetched(client, url)

    with tapped(monkeypatch) as tap:
        asyncio.run(ask())
    assert tap.tried == []


@pytest.mark.parametrize("target", ["127.0.0.1:80", "10.0.0.1:80", "[::1]:80", "nonsense:80", "127.0.0.1:99999"])
def test_mapped_hosts_obey_the_same_rules(target: str) -> None:
    with pytest.raises(ConfigError, match=r"news\.test"):
        Client(Fetch.model_construct(**{**Fetch().model_dump(), "hosts": {"news.test": target}}), AGENT)


@pytest.mark.parametrize("number", ["8.8.8.8", PUBLIC, "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"])
def test_public_numbers_pass(number: str) -> None:
    assert denied(number, False) is None


BLOCKED = (
    *(
        "http://127.0.0.1/",
        "http://10.0.0.1/a",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.168.1.1/",
        "http://172.16.0.1/x?y=1",
    ),
    *(
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://0.0.0.0/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
    ),
    *("http://localhost/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://198.18.0.1/", "http://255.255.255.255/"),
)
INVISIBLE = "\u200b\u200d\u2060\ufeff\u00ad\u202e\t\r\n\x00\x1f \u3000"
DOTS = "\u3002\uff0e\uff61"


def mutated(url: str, chance: random.Random) -> str:
    """The same address spelled as an attacker might: one to three tricks on host, port, user, scheme or path."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    for _ in range(chance.randint(1, 3)):
        trick = chance.randrange(13)
        if trick == 0:
            host = "".join(c.upper() if chance.random() < 0.5 else c for c in host)
        elif trick == 1:
            place = chance.randint(0, len(host))
            host = host[:place] + chance.choice(INVISIBLE) + host[place:]
        elif trick == 2:
            host = host.replace(".", chance.choice(DOTS), chance.randint(1, 3))
        elif trick == 3:
            host = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() and chance.random() < 0.5 else c for c in host)
        elif trick == 4:
            host = chance.choice(("public.test@", f"{PUBLIC}@", "a:b@", "public.test\\@", "public.test%40", "#@", "?@")) + host
        elif trick == 5:
            host += chance.choice((".", "..", ":80", ":080", ":", ":443", ":22", "%00", "%2e", ".nip.test", "#", "\\"))
        elif trick == 6:
            place = chance.randrange(len(host) or 1)
            host = host[:place] + "".join(f"%{ord(c):02x}" for c in host[place : place + 1] if ord(c) < 256) + host[place + 1 :]
        elif trick == 7:
            host = respelled(host, chance)
        elif trick == 8:
            scheme = chance.choice(("HTTP", "https", "file", "gopher", "ftp", "http:", "dict", "", "jar:http", " http"))
        elif trick == 9:
            slash = chance.choice(("/", "\\", "//", "/@public.test/", "?", "#", ";"))
        elif trick == 10:
            host = host.replace("[", "").replace("]", "") if chance.random() < 0.5 else f"[{host}]"
        elif trick == 11 and host:
            place = chance.randrange(len(host))
            host = host[:place] + host[place + 1 :]
        else:
            path += chance.choice(("?u=http://public.test/", "#a", "/../..", "%0d%0aHost: public.test", " x"))
    return f"{scheme}://{host}{slash}{path}"


def respelled(host: str, chance: random.Random) -> str:
    """An IPv4 address in one of the spellings that C libraries take, or inside an IPv6 one."""
    try:
        number = int(ipaddress.IPv4Address(host))
    except ValueError:
        return host
    parts = [number >> shift & 0xFF for shift in (24, 16, 8, 0)]
    forms = (
        *(str(number), hex(number), f"0{number:o}", f"0x{number:08X}"),
        ".".join(chance.choice((f"{p}", f"0x{p:x}", f"0{p:o}", f"{p:03d}")) for p in parts),
        *(f"{parts[0]}.{number & 0xFFFFFF}", f"{parts[0]}.{parts[1]}.{number & 0xFFFF}"),
        *(
            f"[::ffff:{host}]",
            f"[::{host}]",
            f"[64:ff9b::{host}]",
            f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]",
            f"[0:0:0:0:0:ffff:{host}]",
        ),
    )
    return chance.choice(forms)


def connections_of_mutations(count: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[tuple[str, int]]]:
    """Ask `count` mutated addresses whose names all lead inside; how many passed the spelling, and the breaches."""
    chance = random.Random(seed)
    sources = [u for u in (*BLOCKED, *CASES.get("block", ())) if u.startswith("http")]
    answered = 0

    async def ask() -> int:
        nonlocal answered
        async with Client(Fetch(), AGENT, resolver=resolve_private) as client:
            for _ in range(count):
                try:
                    await client.get(mutated(chance.choice(sources), chance), limit_bytes=10, deadline_seconds=5)
                except FetchError:
                    answered += 1
        return answered

    with tapped(monkeypatch) as tap:
        asyncio.run(ask())
    return answered, tap.breaches


def test_t3_mutations_of_blocked_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    answered, breaches = connections_of_mutations(2_000, 3, monkeypatch)
    assert answered == 2_000
    assert breaches == []


@pytest.mark.proof
def test_t3_mutations_proof(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answered, breaches = connections_of_mutations(100_000, 33, monkeypatch)
    with capsys.disabled():
        print(f"\nT3: {answered:,} mutated addresses asked, {len(breaches)} connections to a denied address")
    assert answered == 100_000
    assert breaches == []


def test_the_spelling_of_a_host_is_one() -> None:
    spellings = ("http://B\u00fccher.Example/", "http://xn--bcher-kva.example./", "http://XN--BCHER-KVA.EXAMPLE:80/")
    assert {parse(s).url for s in spellings} == {"http://xn--bcher-kva.example/"}
    assert parse("http://news.test/a b".replace(" ", "%20")).target == "/a%20b"
    assert parse("http://news.test?q=\u00e9").target == "/?q=%C3%A9"
