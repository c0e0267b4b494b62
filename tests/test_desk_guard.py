"""Who reaches the desk: hosts, sessions, passwords, proxies, lengths; and how it starts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from calling import call
from desk_live import SLUG, Answer, Live, live_desk
from hypothesis import given
from hypothesis import strategies as st

from desk.answers import Editor, editor_of
from desk.guard import MOST_BODY, Access, access, cookie, foreign, is_loopback, known_host, proxied_editor
from desk.sessions import FREE_TRIES, IDLE_SECONDS, MOST_SESSIONS, Door, Sessions
from groundwire.config import Desk, Settings
from groundwire.errors import ConfigError

HERE = Access("127.0.0.1", 8484)


@pytest.mark.parametrize("host", ["127.0.0.1:8484", "localhost:8484", "LOCALHOST:8484", "[::1]:8484"])
def test_hosts_that_are_the_desk(host: str) -> None:
    assert known_host(host, HERE)


@pytest.mark.parametrize(
    "host",
    ["evil.example:8484", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8485", "localhost.evil.example:8484", "127.0.0.1:8484@evil.example", "", "[::1", "10.0.0.7:8484", "127.0.0.1:8484:8484", "127.0.0.1:٨٤٨٤"],
)  # fmt: skip
def test_hosts_that_are_not(host: str) -> None:
    assert not known_host(host, HERE)


def test_on_every_interface_numbers_are_hosts_and_names_are_not() -> None:
    everywhere = Access("0.0.0.0", 8484, password="x")
    assert known_host("10.0.0.7:8484", everywhere)
    assert not known_host("evil.example:8484", everywhere)
    assert known_host("desk.internal:8484", Access("desk.internal", 8484, password="x"))


@given(st.text(max_size=40))
def test_no_host_is_an_error(host: str) -> None:
    assert known_host(host, HERE) in (True, False)


@pytest.mark.parametrize(
    ("origin", "site", "passes"),
    [
        ("http://127.0.0.1:8484", None, True),
        (None, "same-origin", True),
        ("null", "same-origin", True),
        ("http://127.0.0.1:8484", "same-origin", True),
        (None, None, False),
        ("null", None, False),
        ("https://evil.example", None, False),
        ("https://evil.example", "same-origin", False),
        ("http://127.0.0.1:8484", "cross-site", False),
        ("http://127.0.0.1:8485", None, False),
        (None, "none", False),
        (None, "same-site", False),
        ("http://127.0.0.1:8484, http://evil.example", None, False),
    ],
)
def test_what_comes_from_the_desk(origin: str | None, site: str | None, passes: bool) -> None:
    assert (foreign("127.0.0.1:8484", origin, site) is None) == passes


def test_behind_a_proxy_that_changes_the_host_the_browser_s_own_word_counts() -> None:
    assert foreign("127.0.0.1:8484", "https://desk.example", "same-origin", proxied=True) is None
    assert foreign("127.0.0.1:8484", "https://desk.example", None, proxied=True)


@pytest.mark.parametrize(("host", "here"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("10.0.0.1", False), ("desk.internal", False), ("", False)])  # fmt: skip
def test_what_is_this_machine(host: str, here: bool) -> None:
    assert is_loopback(host) == here
    if not here:
        with pytest.raises(ConfigError, match=r"desk\.password"):
            access(host, 1, (), None, None)
        assert access(host, 1, (), "a password", None)


def test_editors_have_names_and_roles() -> None:
    assert editor_of(" Ada  Lindt , managing editor") == Editor("Ada Lindt", "managing editor")
    assert editor_of("Ben Oru") == Editor("Ben Oru", "editor")


def test_the_first_cookie_of_a_name_counts() -> None:
    assert cookie("a=1; groundwire-desk-1=x; groundwire-desk-1=y", "groundwire-desk-1") == "x"
    assert cookie("groundwire-desk-12=x", "groundwire-desk-1") is None


def test_a_proxy_is_believed_on_this_machine_alone() -> None:
    reach = access("127.0.0.1", 8484, ("Ada Lindt, managing editor",), None, "X-Editor")
    named = {"x-editor": ["Ada Lindt"]}
    assert proxied_editor(reach, named, "127.0.0.1") == Editor("Ada Lindt", "managing editor")
    assert proxied_editor(reach, {"x-editor": ["Carla"]}, "::1") == Editor("Carla")
    assert proxied_editor(reach, named, "10.0.0.7") is None
    assert proxied_editor(reach, {"x-editor": ["Ada Lindt", "Eve"]}, "127.0.0.1") is None
    assert proxied_editor(HERE, named, "127.0.0.1") is None


def test_the_start_token_is_worth_one_session() -> None:
    sessions = Sessions()
    token = sessions.start_token
    assert not sessions.redeem("é") and not sessions.redeem("")
    assert sessions.redeem(token) and not sessions.redeem(token) and not sessions.redeem("")


def test_sessions_end_when_they_are_idle_and_are_not_kept_without_end() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    editor = sessions.open(Editor("Ada"), entered=True)
    for _ in range(MOST_SESSIONS + 50):
        sessions.open()
    assert sessions.find(editor.id) is editor, "those that nobody signed in to end first"
    now[0] = IDLE_SECONDS + 1
    assert sessions.find(editor.id) is None


def test_a_wrong_password_makes_wait_longer_each_time() -> None:
    now = [0.0]
    door = Door("correct horse", lambda: now[0])
    for _ in range(FREE_TRIES):
        assert not door.opens("10.0.0.7", "wrong")
    assert door.waits("10.0.0.7") > 0 and not door.opens("10.0.0.7", "correct horse")
    assert door.opens("10.0.0.8", "correct horse"), "others do not wait"
    now[0] += door.waits("10.0.0.7")
    first = now[0]
    assert not door.opens("10.0.0.7", "wrong") and door.waits("10.0.0.7") > first
    now[0] += door.waits("10.0.0.7")
    assert door.opens("10.0.0.7", "correct horse")


def headers(live: Live, **more: str | None) -> dict[str, str | None]:
    return {"Origin": f"http://{live.host}", "Content-Type": "application/x-www-form-urlencoded"} | more


def signing_in(live: Live, **fields: str) -> Answer:
    page = live.ask("GET", "/sign-in", {})
    given_cookie = page.headers["set-cookie"].split(";")[0]
    token = page.body.split('name="token" value="')[1].split('"')[0]
    return live.ask("POST", "/sign-in", headers(live, Cookie=given_cookie), urlencode({"token": token} | fields).encode())


def test_a_password_lets_an_editor_in_by_name(tmp_path: Path) -> None:
    with live_desk(tmp_path, Settings(desk=Desk(password="correct horse"))) as live:
        assert live.ask("GET", "/", {}).headers["location"] == "/sign-in"
        wrong = signing_in(live, editor="Ben Oru", password="wrong")
        assert wrong.status == 403 and "The password is wrong." in wrong.body
        assert signing_in(live, editor="Nobody", password="correct horse").status == 422
        right = signing_in(live, editor="Ben Oru", password="correct horse")
        assert (right.status, right.headers["location"]) == (303, "/")
        front = live.ask("GET", "/", {"Cookie": right.headers["set-cookie"].split(";")[0]})
        assert front.status == 200 and "Ben Oru, editor" in front.body


def test_a_trusted_proxy_signs_an_editor_in(tmp_path: Path) -> None:
    with live_desk(tmp_path, Settings(desk=Desk(proxy_header="X-Editor"))) as live:
        front = live.ask("GET", "/", {"X-Editor": "Ada Lindt"})
        assert front.status == 200 and "Ada Lindt, managing editor" in front.body and "HttpOnly" in front.headers["set-cookie"]
        assert live.ask("GET", "/", {}).status == 403
        refused = live.ask("POST", f"/approve/{SLUG}", headers(live, **{"X-Editor": "Ada Lindt"}), b"version=1")
        assert refused.status == 403, "a proxy's word is no token"


def test_signing_out_ends_the_session(tmp_path: Path) -> None:
    with live_desk(tmp_path) as live:
        session = live.signed_in()
        answer = live.ask("POST", "/sign-out", headers(live, Cookie=live.cookie(session)), urlencode({"token": session.token}).encode())
        assert answer.status == 303
        assert live.ask("GET", "/", {"Cookie": live.cookie(session)}).status == 403


def test_bodies_are_read_as_far_as_they_may_be_long(tmp_path: Path) -> None:
    with live_desk(tmp_path) as live:
        session = live.signed_in()
        sent = headers(live, Cookie=live.cookie(session))
        assert live.ask("POST", f"/approve/{SLUG}", sent, b"x" * (MOST_BODY + 1)).status == 413
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        chunked = sent | {"Transfer-Encoding": "chunked", "Content-Length": None}
        assert live.ask("POST", f"/approve/{SLUG}", chunked, chunk * 20 + b"0\r\n\r\n").status == 413
        fields = urlencode({"token": session.token, "value": "x" * 500_000, "version": "1", "revision": "0", "n": "4"}).encode()
        assert live.ask("POST", f"/article/{SLUG}/edit", sent, fields).status == 422


def test_two_host_headers_are_none(tmp_path: Path) -> None:
    with live_desk(tmp_path) as live:
        answer = live.ask("GET", "/", {"Host": live.host, "host": "evil.example"})
        assert answer.status in (400, 421)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with live_desk(tmp_path) as live:
        ended = call(tmp_path, "desk", "--port", str(live.reach.port))
        assert ended.exit_code == 2 and f"desk.port {live.reach.port}" in ended.stderr
    ended = call(tmp_path, "desk", "--host", "0.0.0.0")
    assert ended.exit_code == 2 and "desk.password" in ended.stderr and len(ended.stderr.splitlines()) == 1
