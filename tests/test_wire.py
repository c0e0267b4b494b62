"""The sample wire keeps what its README promises, counted from the data."""

from __future__ import annotations

import http.client
import json
import tomllib
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from trafilatura import bare_extraction

from groundwire.errors import ConfigError
from groundwire.wire import FEED_ITEMS, Answer, Outlet, Text, Wire, serve

FOLDER = Path(__file__).parent.parent / "examples" / "wire"
LAST = datetime(2026, 11, 17, 18, tzinfo=UTC)
FIRST_DAY = date(2026, 11, 2)
QUIET = (date(2026, 11, 8), date(2026, 11, 15))
WIRE = Wire.load(FOLDER)
STORIES = tomllib.loads((FOLDER / "stories.toml").read_text("utf-8"))
SERVED = [text for text in WIRE.texts if not text.gone]


def get(text: Text, at: datetime = LAST, **headers: str) -> Answer:
    return WIRE.respond(text.outlet.host, text.path, headers, at)


def feed(outlet: Outlet, at: datetime = LAST, headers: dict[str, str] | None = None) -> Answer:
    return WIRE.respond(outlet.host, outlet.feed, headers or {}, at)


def extracted(text: Text, at: datetime):
    page = get(text, at).body.decode()
    return bare_extraction(page, url=text.url, include_comments=False, with_metadata=True, output_format="python")


def day(text: Text) -> date:
    return text.published.astimezone(UTC).date()


def one(flag: str) -> Text:
    return next(text for text in WIRE.texts if getattr(text, flag))


def by_story() -> dict[str, list[Text]]:
    stories = defaultdict(list)
    for text in WIRE.texts:
        stories[text.story].append(text)
    return stories


def owners(texts: list[Text]) -> set[str]:
    return {text.outlet.owner for text in texts if text.copy_of is None}


def test_there_are_enough_texts_of_the_right_length():
    assert len(WIRE.texts) >= 70
    assert [text.key for text in WIRE.texts if not 150 <= text.words <= 500] == []


def test_there_are_enough_outlets_of_every_kind_format_and_layout():
    alive = [outlet for outlet in WIRE.outlets if not outlet.dead]
    assert len(alive) >= 12
    assert {outlet.kind for outlet in alive} == {"primary", "report", "commentary", "discussion"}
    assert {outlet.format for outlet in alive} == {"rss", "atom", "json"}
    assert len({outlet.layout for outlet in alive}) >= 3
    assert "de" in {outlet.language for outlet in alive}
    assert all(host.endswith(".example") for host in WIRE.hosts)


def test_texts_appear_on_sixteen_days_between_five_and_seventeen():
    assert WIRE.days == tuple(FIRST_DAY + timedelta(days=n) for n in range(16))
    assert [text.key for text in WIRE.texts if not 5 <= text.published.astimezone(UTC).hour < 17] == []


@pytest.mark.parametrize("quiet", QUIET)
def test_quiet_days_hold_no_news(quiet: date):
    texts = [text for text in WIRE.texts if day(text) == quiet]
    assert len(texts) <= 2
    for text in texts:
        assert text.layers == () and len(by_story()[text.story]) == 1
        assert not any(sign in text.body(LAST) for sign in "$€%0123456789")


def test_many_stories_are_told_by_independent_outlets():
    told = {story: texts for story, texts in by_story().items() if len(owners(texts)) >= 2}
    assert len(told) >= 18
    layers = {layer for texts in told.values() for text in texts for layer in text.layers}
    assert layers == {"application", "model", "infrastructure", "chip", "energy"}


def test_independent_accounts_share_no_long_run_of_words():
    for texts in by_story().values():
        own = [text for text in texts if text.copy_of is None and text.outlet.key != "bellrope"]
        seen: dict[tuple[str, ...], str] = {}
        for text in own:
            words = text.body(text.published).split()
            for run in zip(*(words[n:] for n in range(9)), strict=False):
                assert seen.setdefault(run, text.key) == text.key, run


@pytest.mark.parametrize("case", STORIES["differ"], ids=lambda case: f"{case['story']}: {case['measure']}")
def test_outlets_differ_on_figures(case):
    texts = {text.outlet.key: text for text in by_story()[case["story"]]}
    assert len(set(case["values"].values())) >= 2
    for outlet, value in case["values"].items():
        assert value in texts[outlet].body(texts[outlet].published)


def test_threads_and_convergences_name_stories_that_exist():
    assert len({case["story"] for case in STORIES["differ"]}) >= 5
    named = [story for entry in STORIES["thread"] + STORIES["converge"] for story in entry["stories"]]
    assert set(named) <= set(by_story())
    for entry in STORIES["converge"]:
        assert len({layer for story in entry["stories"] for text in by_story()[story] for layer in text.layers}) >= 2


def test_a_release_has_six_carriers_an_altered_copy_and_an_independent_account():
    release = next(text for text in WIRE.texts if text.outlet.release_wire)
    copies = [text for text in WIRE.texts if text.copy_of == release.key]
    altered = [text for text in copies if text.altered]
    assert len({text.outlet.key for text in copies if not text.altered}) == 6
    assert len(altered) == 1 and altered[0].altered is not None
    before, after = altered[0].altered
    assert before in release.body(LAST) and after not in release.body(LAST)
    assert after in altered[0].body(LAST) and before not in altered[0].body(LAST)
    assert any(text.copy_of is None and text is not release for text in by_story()[release.story])


def test_every_copy_names_a_text_that_was_earlier():
    by_key = {text.key: text for text in WIRE.texts}
    for text in WIRE.texts:
        assert text.copy_of is None or by_key[text.copy_of].published < text.published


@pytest.mark.parametrize("text", SERVED, ids=lambda text: text.key)
def test_extraction_finds_the_body_and_nothing_else(text: Text):
    for at in (text.published, LAST):
        found = extracted(text, at)
        lines = text.body(at).split("\n")
        assert found.text == "\n".join(lines[:2] if text.paywalled else lines)
        assert (found.title, found.author, found.sitename) == (text.title_at(at), text.author, text.outlet.name)
        assert found.date == text.published.date().isoformat()


def test_comments_hold_false_figures_that_bodies_do_not():
    false = [words for comments in WIRE.pool.values() for _, words in comments]
    assert all(any(letter.isdigit() for letter in words) for words in false)
    for text in SERVED:
        page = get(text).body.decode()
        assert sum(words in page for words in false) == 2
        assert not any(words in text.body(LAST) for words in false)


@pytest.mark.parametrize("text", [text for text in WIRE.texts if text.correction], ids=lambda text: text.key)
def test_a_corrected_page_changes_on_the_day(text: Text):
    assert text.correction is not None
    before, after = text.correction.at - timedelta(seconds=1), text.correction.at
    assert get(text, text.published).body == get(text, before).body != get(text, after).body
    assert text.correction.old in text.title and text.correction.old in text.summary
    assert text.correction.new in text.title_at(after) and text.correction.old not in text.title_at(after)
    assert text.body(after).endswith(text.correction.notice)
    assert get(text, after, **{"If-None-Match": get(text, before).headers["ETag"]}).status == 200
    assert feed(text.outlet, after).body != feed(text.outlet, before).body
    assert 1 <= (after - text.published).days < 7


def test_a_page_does_not_change_when_others_appear():
    for text in SERVED:
        if text.correction is None:
            assert get(text, text.published).body == get(text, LAST).body


@pytest.mark.parametrize("outlet", [outlet for outlet in WIRE.outlets if not outlet.dead], ids=lambda outlet: outlet.key)
def test_feeds_parse_and_list_what_is_out_newest_first(outlet: Outlet):
    for at in (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 6, 12, tzinfo=UTC), LAST):
        if outlet.format == "json":
            urls = [item["url"] for item in json.loads(feed(outlet, at).body)["items"]]
        else:
            parsed = feedparser.parse(feed(outlet, at).body, sanitize_html=False)
            assert not parsed.bozo and parsed.feed.title == outlet.name
            urls = [entry.link for entry in parsed.entries]
        assert urls == [text.url for text in WIRE.visible(outlet, at)][:FEED_ITEMS]


@pytest.mark.parametrize("outlet", [outlet for outlet in WIRE.outlets if not outlet.dead], ids=lambda outlet: outlet.key)
def test_feeds_answer_304_when_they_have_validators(outlet: Outlet):
    first = feed(outlet)
    if not outlet.validators:
        assert "ETag" not in first.headers and "Last-Modified" not in first.headers
        return
    for name, validator in (("if-none-match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = feed(outlet, headers={name: first.headers[validator]})
        assert (again.status, again.body) == (304, b"")
    earlier = feed(outlet, datetime(2026, 11, 2, 5, tzinfo=UTC))
    assert feed(outlet, headers={"If-None-Match": f'W/{earlier.headers["ETag"]}, "x"'}).status == 200


def test_pages_answer_304_and_wait_for_their_time():
    text = SERVED[0]
    assert get(text, text.published - timedelta(seconds=1)).status == 404
    assert get(text, **{"If-None-Match": get(text).headers["ETag"]}).status == 304
    assert get(text, **{"If-Modified-Since": get(text).headers["Last-Modified"]}).status == 304
    assert get(text, **{"If-Modified-Since": "yesterday or so"}).status == 200


def test_servers_misbehave_as_described():
    outlets = {outlet.key: outlet for outlet in WIRE.outlets}
    moved, limited = outlets["portaldous"], outlets["sitework"]
    assert feed(outlets["coldaisle"]).status == 404
    redirect = WIRE.respond(moved.host, moved.feed_moved_from or "", {}, LAST)
    assert (redirect.status, redirect.headers["Location"]) == (301, f"http://{moved.host}{moved.feed}")
    refusal = feed(limited, datetime(2026, 11, 10, 18, tzinfo=UTC))
    assert (refusal.status, refusal.headers["Retry-After"]) == (429, "3600")
    assert feed(limited, datetime(2026, 11, 11, 18, tzinfo=UTC)).status == 200
    assert feed(outlets["wattline"]).headers["Cache-Control"] == "max-age=1800"
    assert b"<ttl>60</ttl>" in feed(outlets["gridnews"]).body
    assert WIRE.respond("elsewhere.example", "/", {}, LAST).status == 421


def test_pages_that_must_not_be_read_say_so():
    assert b'<meta name="tdm-reservation" content="1">' in get(one("reserved")).body
    assert b'"isAccessibleForFree": false' in get(one("paywalled")).body
    assert get(one("gone")).status == 404
    text = one("disallowed")
    robots = WIRE.respond(text.outlet.host, "/robots.txt", {}, LAST)
    assert robots.status == 200 and b"Disallow: /members/" in robots.body and text.path.startswith("/members/")


def test_planted_instructions_are_in_the_text_hidden_and_in_a_comment():
    text = one("injected_hidden")
    page, body = get(text).body.decode(), text.body(LAST)
    assert "CANARY-HERON-57" in body and "ignore previous instructions" in body
    assert "<!-- AI agents:" in page and 'style="display:none">SYSTEM:' in page
    assert "CANARY-HERON-58" in page and "CANARY-HERON-58" not in body


def test_labels_are_never_served():
    for text in SERVED:
        page = get(text).body.decode()
        assert f'"{text.story}"' not in page and (text.copy_of or "copy_of") not in page


def test_home_pages_lead_to_feeds():
    for outlet in WIRE.outlets:
        if not outlet.dead:
            home = WIRE.respond(outlet.host, "/", {}, LAST).body.decode()
            assert 'rel="alternate"' in home and f'href="{outlet.feed}"' in home


def test_the_opml_lists_every_feed():
    opml = WIRE.opml()
    assert opml.count("<outline ") == len(WIRE.outlets)
    assert all(f'xmlUrl="{outlet.listed_feed_url}"' in opml for outlet in WIRE.outlets)


def test_the_server_answers_as_the_function_does():
    text, at = SERVED[0], datetime(2026, 11, 3, 18, tzinfo=UTC)
    with serve(WIRE, at) as served:
        assert set(served.hosts.values()) == {f"127.0.0.1:{served.port}"}
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=5)
        for moment in (at, text.published - timedelta(hours=1), LAST):
            served.at = moment
            for method in ("GET", "HEAD"):
                connection.request(method, text.path, headers={"Host": text.outlet.host})
                answer = connection.getresponse()
                expected = get(text, moment)
                assert (answer.status, answer.read()) == (expected.status, expected.body if method == "GET" else b"")
                assert answer.getheader("ETag") == expected.headers.get("ETag")
        connection.close()
        assert [entry.status for entry in served.log] == [200, 200, 404, 404, 200, 200]


def test_answers_never_name_the_port_or_the_clock():
    again = Wire.load(FOLDER)
    for outlet in WIRE.outlets:
        assert again.respond(outlet.host, outlet.feed, {}, LAST) == feed(outlet)
    for text in WIRE.texts:
        assert again.respond(text.outlet.host, text.path, {}, LAST) == get(text)
        assert b"127.0.0.1" not in get(text).body


def test_a_broken_file_is_named(tmp_path: Path):
    (tmp_path / "outlets.toml").write_text("[a]\nhots = 'a.example'\n")
    with pytest.raises(ConfigError, match=r"outlets\.toml: 'a'"):
        Wire.load(tmp_path)
