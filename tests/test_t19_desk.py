"""T19: no address and no form of the desk ends in an error of its own, and nothing changes without a token and an origin.

The rows of own/desk-http.json are read as sentences: what they say of a request is done, everything else about it is as it
should be, so that what is refused is refused for what the row says.
"""

from __future__ import annotations

import re
import resource
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from calling import process
from desk_browser import Sample, sample_desk
from desk_live import SLUG, Answer, Live, live_desk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outside import needs_corpus, rows

from desk import actions, app, pages_acting
from desk.sessions import Session
from groundwire.store import articles

METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE"
MEMORY_KIB = 64 * 1024
"""A body that is not kept costs less than its own size."""


@dataclass
class Asked:
    """One request that a row asks for, and what should come of it."""

    method: str
    path: str
    headers: dict[str, str | None] = field(default_factory=dict)
    length: int | None = None
    token: bool = True


def requests_of(text: str, live: Live, session: Session) -> list[Asked]:
    """The requests that a row speaks of."""
    found = re.match(rf"({METHODS})\b\s*((?:/\S*(?:,\s+(?=/))?)*)", text)
    if not found:
        return []
    method, named = found[1], found[2]
    paths = [p for p in re.split(r",?\s+", named.strip().rstrip(",")) if p] or [f"/approve/{SLUG}"]
    rest = text[found.end() :]
    headers: dict[str, str | None] = {"Cookie": live.cookie(session)}
    if method not in ("GET", "HEAD", "OPTIONS"):
        headers |= {"Origin": f"http://{live.host}", "Content-Type": "application/x-www-form-urlencoded"}
    for name, value in re.findall(r"\b([A-Z][\w-]+): (\S+?)(?=,|\s|$|\))", rest):
        headers[name] = value.replace("PORT", str(live.reach.port))
    without = " ".join(re.findall(r"\b(?:without|no)\b[^;.]*", rest))
    for name in ("Origin", "Sec-Fetch-Site", "Cookie", "Host"):
        if re.search(rf"\b{name}\b", without, re.IGNORECASE) and f"{name}: " not in rest:
            headers[name] = None
    size = re.search(r"(\d+)\s*(KB|MB|GB)\b", rest, re.IGNORECASE)
    length = int(size[1]) * {"kb": 10**3, "mb": 10**6, "gb": 10**9}[size[2].lower()] if size else None
    return [Asked(method, _real(p), dict(headers), length, "token" not in without) for p in paths]


def _real(path: str) -> str:
    """A decision about article 1 is one about the draft that waits."""
    return re.sub(r"^/(approve|article)/1(?=$|/)", rf"/\1/{SLUG}", path)


def statuses(correct: str) -> set[int]:
    return {int(n) for n in re.findall(r"\b([1-5]\d\d)\b", correct)}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live_desk(tmp_path_factory.mktemp("desk")) as found:
        yield found


def dump(live: Live) -> list[str]:
    return list(live.db.connection.iterdump())


def sent(live: Live, session: Session, asked: Asked) -> Answer:
    body = b""
    if asked.method == "POST" and asked.length is None:
        fields = live.form(session, f"/article/{SLUG}")
        body = urlencode(fields if asked.token else {k: v for k, v in fields.items() if k != "token"}).encode()
    return live.ask(asked.method, asked.path, asked.headers, body, length=asked.length)


@needs_corpus
@pytest.mark.parametrize("row", rows("own/desk-http.json"), ids=lambda row: str(row["req"])[:60])
def test_every_row_of_the_corpus(live: Live, tmp_path: Path, row: dict[str, str]) -> None:
    text, correct = row["req"], row["correct"]
    if re.match(r"start\b", text):
        started(tmp_path, text)
    elif re.search(r"\btwo editors\b|\bat once\b", text):
        at_once(tmp_path)
    elif re.match(r"(any|every|each) (page|response|answer)", text):
        on_every_page(live)
    else:
        asked_for(live, text, correct)


def asked_for(live: Live, text: str, correct: str) -> None:
    """Every request of a row is answered as it says."""
    session = live.signed_in()
    asked = requests_of(text, live, session)
    if not asked:
        pytest.fail(f"own/desk-http.json: {text!r} is no request that this test can read: teach it")
    for one in asked:
        before, memory = dump(live), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = sent(live, session, one)
        assert answer.status in statuses(correct), (one, answer.status, answer.body[:300])
        assert "Traceback" not in answer.body and "site-packages" not in answer.body
        if answer.status >= 400:
            assert dump(live) == before
        if "no content" in correct:
            assert "draft" not in answer.body.lower() and SLUG not in answer.body
        if one.length:
            assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < MEMORY_KIB


def started(root: Path, text: str) -> None:
    options = re.findall(r"--[\w-]+(?: [^\s-]\S*)?", text)
    assert options and re.search(r"no (password|proxy)", text), f"{text!r}: teach this test what is configured"
    with process(root, "desk", "--port", "0", *(word for option in options for word in option.split())) as desk:
        out, errors = desk.communicate(timeout=60)
    assert (desk.returncode, out) == (2, "")
    assert "desk.password" in errors and "desk.proxy_header" in errors and len(errors.splitlines()) == 1


def at_once(root: Path) -> None:
    """Two editors send the same approval at the same moment."""
    with live_desk(root) as live:
        sessions = [live.signed_in(0), live.signed_in(1)]
        forms = [live.form(s, f"/article/{SLUG}") for s in sessions]
        answers: dict[int, Answer] = {}
        together = threading.Barrier(2)

        def approve(n: int) -> None:
            headers = {
                "Cookie": live.cookie(sessions[n]),
                "Origin": f"http://{live.host}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            together.wait()
            answers[n] = live.ask("POST", f"/approve/{SLUG}", headers, urlencode(forms[n]).encode())

        threads = [threading.Thread(target=approve, args=(n,)) for n in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(a.status for a in answers.values()) == [303, 409]
        late = next(a for a in answers.values() if a.status == 409)
        assert "approve by" in late.body and "is published" in late.body
        approvals = [r for r in articles.reviews(live.db, articles.find(live.db, SLUG).id) if r["action"] == "approve"]
        assert len(approvals) == 1
        seen = live.ask("GET", f"/article/{SLUG}", {"Cookie": live.cookie(sessions[1])})
        assert "published" in seen.body


def on_every_page(live: Live) -> None:
    session = live.signed_in()
    for path in ("/", f"/article/{SLUG}", f"/article/{SLUG}/preview", "/nothing", "/static/desk.css", "/sign-in"):
        for cookie in (live.cookie(session), None):
            answer = live.ask("GET", path, {"Cookie": cookie})
            policy = answer.headers["content-security-policy"]
            assert "unsafe-inline" not in policy and "unsafe-eval" not in policy and "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "no-referrer"
            assert not [name for name in answer.headers if name.startswith("access-control")]
            assert not re.search(r"<style|\sstyle=|<script(?![^>]*\s(?:src=|type=.application.ld))|\son\w+=", answer.body), path


# what hypothesis finds

ROUTES = [(page.method, page.path) for part in app.PARTS for page in part.PAGES]
WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from([SLUG, "1", "0", "-1", "9" * 30, "1e9", "../..", "%00", "\x00", "a" * 3000, "‮", "'; DROP TABLE articles;--", "<b>"]),
)
NAMES = st.sampled_from(
    [
        "token",
        "version",
        "revision",
        "n",
        "text",
        "value",
        "reason",
        "passage",
        "citation",
        "section",
        "to",
        "question",
        "was",
        "now_is",
        "s",
        "from",
        "q",
        "editor",
        "password",
    ]
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    with sample_desk(tmp_path_factory.mktemp("fuzzed")) as found:
        yield found


def address(path: str, words: list[str]) -> str:
    """A route with its places filled in."""
    from urllib.parse import quote

    given = iter(words)
    return re.sub(r"\{[^}]+\}", lambda _: quote(next(given, "x"), safe="") or "x", path)


fuzzed = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@fuzzed
@given(st.sampled_from(ROUTES), st.lists(WORDS, min_size=3, max_size=3), st.dictionaries(NAMES, WORDS, max_size=5), st.booleans())
def test_no_address_and_no_query_ends_in_an_error(
    desk: Sample, route: tuple[str, str], words: list[str], query: dict[str, str], real: bool
) -> None:
    before = desk.dump()
    words = [SLUG, *words[1:]] if real else words
    answer = desk.browser().client.get(address(route[1], words), params=query, follow_redirects=False)
    assert answer.status_code < 500
    assert desk.dump() == before, "looking changes nothing"


POSTED = [path for method, path in ROUTES if method == "POST"]
ACTIONS = sorted(actions.ACTIONS | pages_acting.WHOLE | {"undo", "correct", "nothing"})


@fuzzed
@given(st.sampled_from(POSTED), st.sampled_from(ACTIONS), WORDS, st.dictionaries(NAMES, WORDS, max_size=6))
def test_no_form_ends_in_an_error(desk: Sample, path: str, action: str, word: str, fields: dict[str, str]) -> None:
    """Forms that carry the token, with any fields else."""
    browser = desk.browser()
    sent = {"version": "1", "revision": "0"} | fields | {"token": browser.session.token}
    to = address(path.replace("{action}", action), [SLUG, word])
    answer = browser.client.post(to, data=sent, follow_redirects=False)
    assert answer.status_code < 500


@fuzzed
@given(
    st.sampled_from(POSTED),
    st.sampled_from(ACTIONS),
    st.dictionaries(NAMES.filter(lambda n: n != "token"), WORDS, max_size=4),
    st.sampled_from(
        [
            "no token",
            "a wrong token",
            "another session's",
            "no cookie",
            "no origin",
            "another origin",
            "cross-site",
            "same-site",
            "another host",
        ]
    ),
)
def test_nothing_changes_without_token_and_origin(desk: Sample, path: str, action: str, fields: dict[str, str], lacks: str) -> None:
    before = desk.dump()
    browser = desk.browser()
    sent: dict[str, Any] = {"version": "1", "revision": "0", "n": "4"} | fields | {"token": browser.session.token}
    headers = {"origin": "http://127.0.0.1:8484", "sec-fetch-site": "same-origin"}
    if lacks == "no token":
        del sent["token"]
    elif lacks in ("a wrong token", "another session's"):
        sent["token"] = "wrong" if lacks == "a wrong token" else desk.browser().session.token
    elif lacks == "no cookie":
        browser.client.cookies.clear()
    elif lacks == "no origin":
        del browser.client.headers["sec-fetch-site"]
        headers = {}
    elif lacks == "another origin":
        del browser.client.headers["sec-fetch-site"]
        headers = {"origin": "https://evil.example"}
    elif lacks in ("cross-site", "same-site"):
        headers |= {"sec-fetch-site": lacks}
    else:
        headers |= {"host": "evil.example:8484"}
    answer = browser.client.post(address(path.replace("{action}", action), [SLUG]), data=sent, headers=headers, follow_redirects=False)
    assert answer.status_code in (403, 421)
    assert desk.dump() == before


def test_naughty_texts_are_shown_as_text(desk: Sample) -> None:
    browser = desk.browser()
    naughty = '<script>alert(1)</script> {{ 7*7 }} "quoted" <img src=x onerror=alert(1)>'
    page = browser.send(browser.open(1), "/edit", {"value": naughty})
    assert page.status == 200 and "49" not in page.tree.findtext(".//h1")
    assert page.tree.findtext(".//h1") == naughty
    assert not [s for s in page.tree.iter("script") if not s.get("src")] and not list(page.tree.iter("img"))


def test_the_printed_address_lets_one_browser_in_once(tmp_path: Path) -> None:
    with live_desk(tmp_path) as live:
        token = live.sessions.start_token
        first = live.ask("GET", f"/start?token={token}", {})
        assert first.status == 303
        given_cookie = first.headers["set-cookie"]
        assert "HttpOnly" in given_cookie and "SameSite=Strict" in given_cookie
        assert live.ask("GET", f"/start?token={token}", {}).status == 403
        assert live.ask("GET", "/", {}).status == 403
        who = live.ask("GET", "/", {"Cookie": given_cookie.split(";")[0]})
        assert (who.status, who.headers["location"]) == (303, "/sign-in"), "with several editors it asks who it is"
