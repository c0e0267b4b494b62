"""The etiquette of polling, rule by rule, over every scripted scenario, and for any sequence of answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outside import needs_corpus, rows

from groundwire.http import Headers
from groundwire.records import FeedItem, FeedState, ParsedFeed
from groundwire.store import feeds
from groundwire.store.database import Database
from ingest.schedule import (
    FURTHEST,
    LONGEST,
    Answer,
    Decision,
    FeedPolling,
    HostBlock,
    NoAnswer,
    after_host_answer,
    after_poll,
    block_of,
    changes,
    conditional_headers,
    is_due,
    next_allowed,
    polling_of,
    settle,
    settle_block,
)

URL = "https://news.example/feed.xml"
HOST = HostBlock("news.example")
NEW = FeedPolling("f" * 12, URL)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)
ITEM = FeedItem("k", "https://news.example/a", "t", "s", None, None)


def parsed(**hints: Any) -> ParsedFeed:
    return ParsedFeed("Title", None, None, (ITEM,), hints.pop("malformed", None), 0, **hints)


def said(status: int, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
    if 200 <= status < 300:
        more = {"feed": parsed(), "body_sha256": "h"} | more
    return Answer(URL, status, Headers(tuple((headers or {}).items())), **more)


def poll(polling: FeedPolling, answer: Answer | NoAnswer, now: datetime = START, block: HostBlock = HOST) -> Decision:
    return after_poll(polling, block, answer, now)


def run(answers: list[Answer | NoAnswer], polling: FeedPolling = NEW, now: datetime = START) -> Iterator[tuple[datetime, Decision]]:
    """Poll as soon as it is allowed, answer after answer."""
    block = HOST
    for answer in answers:
        decision = poll(polling, answer, now, block)
        yield now, decision
        polling, block = decision.polling, decision.block
        moment = next_allowed(polling, block)
        if moment is None:
            return
        now = max(moment, now)


def scripted(row: dict[str, Any], now: datetime) -> Answer:
    """One scripted response; "+2h as HTTP-date" is a date two hours ahead of the answer."""
    fields = {}
    for name, value in row["headers"].items():
        if value.endswith(" as HTTP-date"):
            number, unit = int(value[1:].split()[0][:-1]), value.split()[0][-1]
            value = format_datetime(
                now + number * {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": HOUR, "d": DAY}[unit], usegmt=True
            )
        fields[name] = value
    hops = ()
    if row["status"] in (301, 302, 303, 307, 308):
        hops = ((row["status"], urljoin(URL, fields.pop("Location"))),)
        return said(200, {k: v for k, v in fields.items() if k != "Location"}, hops=hops)
    return said(row["status"], fields)


@needs_corpus
@pytest.mark.parametrize("scenario", rows("own/http-scenarios.json"), ids=lambda s: s["id"])
def test_scenarios(scenario: dict[str, Any]) -> None:
    polling, block, now = NEW, HOST, START
    for response in scenario["responses"]:
        decision = poll(polling, scripted(response, now), now, block)
        polling, block, asked = decision.polling, decision.block, now
        moment = next_allowed(polling, block)
        if moment is not None:
            assert moment >= now + HOUR
            now = moment
    sent = {name.lower(): value for name, value in conditional_headers(polling).items()}
    for name, value in scenario.get("next", {}).items():
        assert sent.get(name.lower()) == value
    for name in scenario.get("next_absent", ()):
        assert name.lower() not in sent
    if "next_not_before_s" in scenario:
        seconds = scenario["next_not_before_s"]
        assert (moment is None) if seconds is None else (moment is not None and moment >= asked + timedelta(seconds=seconds))
    if scenario["responses"][-1]["status"] in (302, 303, 307):
        assert polling.url == URL


def test_validators_are_replaced_together_on_200_and_one_by_one_on_304() -> None:
    first = poll(NEW, said(200, {"ETag": '"1"', "Last-Modified": "a"})).polling
    assert (first.etag, first.last_modified) == ('"1"', "a")
    kept = poll(first, said(304)).polling
    assert (kept.etag, kept.last_modified) == ('"1"', "a")
    newer = poll(first, said(304, {"ETag": 'W/"1"'})).polling
    assert (newer.etag, newer.last_modified) == ('W/"1"', "a")
    second = poll(first, said(200, {"Last-Modified": "b"})).polling
    assert (second.etag, second.last_modified) == (None, "b")


@pytest.mark.parametrize(
    "bad",
    [
        said(500, {"ETag": '"x"'}),
        said(404, {"ETag": '"x"'}),
        said(429, {"ETag": '"x"'}),
        said(403, {"ETag": '"x"'}),
        NoAnswer("timeout", "slow"),
        NoAnswer("short", "cut"),
        said(200, {"ETag": '"x"'}, feed=None, trouble="an empty answer"),
        said(200, {"ETag": '"x"'}, cut_short=True),
    ],
)
def test_validators_are_untouched_by_what_is_not_a_whole_feed(bad: Answer | NoAnswer) -> None:
    before = poll(NEW, said(200, {"ETag": '"1"', "Last-Modified": "a"})).polling
    decision = poll(before, bad)
    assert conditional_headers(decision.polling) == conditional_headers(before)
    assert decision.polling.body_sha256 == before.body_sha256
    assert decision.failure is not None and decision.kind


def test_a_first_answer_that_is_cut_short_stores_no_validators() -> None:
    decision = poll(NEW, said(200, {"ETag": '"1"'}, cut_short=True))
    assert conditional_headers(decision.polling) == {}
    assert decision.polling.state is FeedState.MALFORMED


def test_a_malformed_but_whole_feed_keeps_its_validators() -> None:
    decision = poll(NEW, said(200, {"ETag": '"1"'}, feed=parsed(malformed="not well formed")))
    assert (decision.polling.state, decision.polling.etag, decision.worked) == (FeedState.MALFORMED, '"1"', True)
    assert poll(decision.polling, said(304)).polling.state is FeedState.MALFORMED


def test_a_304_that_nobody_asked_for_is_a_failure() -> None:
    assert poll(NEW, said(304)).kind == "http-304"


@pytest.mark.parametrize("validator", ['"\udce9"', '"a\r\nX: y"', ""])
def test_validators_that_cannot_be_sent_back_are_not_stored(validator: str) -> None:
    assert poll(NEW, said(200, {"ETag": validator})).polling.etag is None


@pytest.mark.parametrize(
    ("headers", "hints", "hours"),
    [
        ({}, {}, 1),
        ({"Cache-Control": "max-age=10"}, {}, 1),
        ({"Cache-Control": "public, MAX-AGE=43200"}, {}, 12),
        ({"Cache-Control": 'max-age="43200"', "Age": "7200"}, {}, 10),
        ({"Cache-Control": "max-age=99999999999999"}, {}, 168),
        ({"Cache-Control": "s-maxage=43200"}, {}, 1),
        ({"Cache-Control": "max-age=7200", "Expires": format_datetime(START + DAY, usegmt=True)}, {}, 2),
        ({"Expires": format_datetime(START + DAY, usegmt=True)}, {}, 24),
        ({"Expires": format_datetime(START + DAY, usegmt=True), "Date": format_datetime(START + HOUR, usegmt=True)}, {}, 23),
        ({"Expires": format_datetime(START + DAY, usegmt=True), "Date": "Tue, 01 Jan 1980 00:00:00 GMT"}, {}, 24),
        ({"Expires": "0"}, {}, 1),
        ({"Expires": "-1"}, {}, 1),
        ({}, {"ttl_seconds": 10_800}, 3),
        ({}, {"ttl_seconds": 10**12}, 168),
        ({"Cache-Control": "max-age=7200"}, {"ttl_seconds": 10_800}, 3),
    ],
)
def test_no_poll_before_what_the_server_or_the_feed_asks_for(headers: dict[str, str], hints: dict[str, Any], hours: int) -> None:
    polling = poll(NEW, said(200, headers | {"ETag": '"1"'}, feed=parsed(**hints))).polling
    for decision in (poll(NEW, said(200, headers, feed=parsed(**hints))), poll(polling, said(304, headers))):
        pause = (decision.polling.next_poll or START) - START
        assert hours * HOUR <= pause <= hours * HOUR * 1.15 + timedelta(seconds=1)


def test_jitter_spreads_feeds_and_repeats_exactly() -> None:
    moments = {poll(replace(NEW, id=str(n)), said(200)).polling.next_poll for n in range(50)}
    assert len(moments) > 40
    assert poll(NEW, said(200)).polling == poll(NEW, said(200)).polling


def test_three_identical_bodies_without_validators_slow_down_to_a_day() -> None:
    pauses = [(d.polling.next_poll or n) - n for n, d in run([said(200), said(200), said(200), said(200, body_sha256="other")])]
    assert [pause >= DAY for pause in pauses] == [False, False, True, False]


def test_identical_bodies_with_validators_do_not_slow_down() -> None:
    assert all((d.polling.next_poll or n) - n < 2 * HOUR for n, d in run([said(200, {"ETag": '"1"'})] * 5))


def test_skipped_hours_and_days_are_honoured_in_utc() -> None:
    feed = parsed(skip_hours=frozenset(range(6)), skip_days=frozenset({6}))
    for hour in range(24 * 8):
        moment = poll(NEW, said(200, feed=feed), START + hour * HOUR).polling.next_poll
        assert moment is not None
        assert moment.hour >= 6 and moment.weekday() != 6


def test_skipped_days_and_the_longest_pause_hold_together() -> None:
    feed = parsed(ttl_seconds=int(LONGEST.total_seconds()), skip_days=frozenset(range(1, 7)), skip_hours=frozenset(range(1, 24)))
    for hour in range(24 * 8):
        now = START + hour * HOUR + timedelta(minutes=30)
        moment = poll(NEW, said(200, feed=feed), now).polling.next_poll
        assert moment is not None
        assert now + HOUR <= moment <= now + FURTHEST
        assert (moment.weekday(), moment.hour) == (0, 0)


@pytest.mark.parametrize("hints", [{"skip_hours": frozenset(range(24))}, {"skip_days": frozenset(range(7))}])
def test_a_list_of_all_hours_is_ignored_and_reported_once(hints: dict[str, Any]) -> None:
    first = poll(NEW, said(200, feed=parsed(**hints)))
    assert first.report is not None and "ignored" in first.report
    assert (first.polling.next_poll or START) - START < 2 * HOUR
    assert poll(first.polling, said(200, feed=parsed(**hints)), START + DAY).report is None


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_says_when_is_left_alone_till_then(status: int) -> None:
    for value in ("86400", format_datetime(START + DAY, usegmt=True)):
        decision = poll(NEW, said(status, {"Retry-After": value}))
        assert decision.block.blocked_until == START + DAY
        other = FeedPolling("other", "https://news.example/other")
        assert not is_due(other, decision.block, START + DAY - timedelta(seconds=1))
        assert is_due(other, decision.block, START + DAY)


@pytest.mark.parametrize("value", [None, "soon", "-5", "Tue, 01 Jan 1980 00:00:00 GMT", "99 Foo 2026"])
def test_a_host_that_does_not_say_waits_four_hours_doubling_to_a_week(value: str | None) -> None:
    block, pauses = HOST, []
    for _ in range(8):
        block = after_host_answer(replace(block, blocked_until=None), 429, Headers([("Retry-After", value)] if value else []), START)
        pauses.append(((block.blocked_until or START) - START) / HOUR)
    assert pauses == [4, 8, 16, 32, 64, 128, 168, 168]
    assert after_host_answer(block, 200, Headers(), START) == block
    assert after_host_answer(block, 200, Headers(), START + 8 * DAY) == HOST


@pytest.mark.parametrize("value", ["0", "1"])
def test_retry_after_nothing_still_keeps_the_run_away(value: str) -> None:
    assert after_host_answer(HOST, 503, Headers([("Retry-After", value)]), START).blocked_until == START + HOUR


def test_a_longer_wait_is_never_shortened_and_no_number_overflows() -> None:
    block = after_host_answer(HOST, 429, Headers([("Retry-After", "9" * 40)]), START)
    assert block.blocked_until is not None
    assert after_host_answer(block, 429, Headers([("Retry-After", "5")]), START).blocked_until == block.blocked_until


@pytest.mark.parametrize(
    "answer", [said(500), said(502), NoAnswer("timeout", "x"), NoAnswer("dns", "x"), NoAnswer("connection", "x"), said(200, feed=None)]
)
def test_other_trouble_backs_off_to_a_day(answer: Answer | NoAnswer) -> None:
    hours = [((d.polling.next_poll or n) - n) / HOUR for n, d in run([answer] * 8)]
    for pause, expected in zip(hours, [1, 2, 4, 8, 16, 24, 24, 24], strict=True):
        assert expected <= pause <= expected * 1.15 + 0.001


def test_a_404_backs_off_to_a_week_and_is_off_after_thirty_days() -> None:
    history = list(run([said(404)] * 40))
    pauses = [((d.polling.next_poll or n) - n) / HOUR for n, d in history[:-1]]
    for pause, expected in zip(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 168, 168], strict=False):
        assert expected <= pause <= expected * 1.15 + 0.001
    ended, last = history[-1]
    assert timedelta(days=30) <= ended - START <= timedelta(days=39)
    assert last.polling.state is FeedState.OFF and last.report is not None
    assert not is_due(last.polling, None, ended + 1000 * DAY)


def test_trouble_before_a_404_turns_nothing_off() -> None:
    failing = [d for _, d in run([said(500)] * 60)][-1].polling
    decision = poll(failing, said(404), START + 60 * DAY)
    assert (decision.polling.state, decision.polling.failures) == (FeedState.FAILED, 1)


def test_a_redirect_to_a_host_that_waits_is_no_failure() -> None:
    decision = poll(NEW, NoAnswer("waiting", "other.example asks us to wait"))
    assert (decision.failure, decision.worked, decision.polling.state) == (None, False, FeedState.OK)
    assert not is_due(decision.polling, None, START + HOUR - timedelta(seconds=1))


def test_a_410_is_off_at_once() -> None:
    decision = poll(NEW, said(410))
    assert decision.polling.state is FeedState.OFF and next_allowed(decision.polling, HOST) is None
    assert decision.report is not None and "feeds on" in decision.report


def test_success_ends_a_row_of_failures() -> None:
    failing = [d for _, d in run([said(500)] * 3)][-1].polling
    decision = poll(failing, said(200), START + DAY)
    assert decision.worked
    assert (decision.polling.failures, decision.polling.failing_since, decision.polling.reason) == (0, None, None)


def moved(to: str = "https://news.example/new", status: int = 301, **more: Any) -> Answer:
    return said(more.pop("final", 200), hops=((status, to),), **more)


def polled_on(days: list[tuple[float, Answer]], polling: FeedPolling = NEW) -> FeedPolling:
    for day, answer in days:
        polling = poll(polling, answer, START + day * DAY).polling
    return polling


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_adopted_after_three_different_days(status: int) -> None:
    answer = moved(status=status)
    assert polled_on([(0, answer), (0.1, answer), (0.2, answer), (1, answer)]).url == URL
    decision = poll(polled_on([(0, answer), (1, answer)]), answer, START + 2 * DAY)
    assert decision.polling.url == "https://news.example/new" and decision.moved
    assert decision.report is not None and "moved" in decision.report
    assert (decision.polling.moved_to, decision.polling.moved_days) == (None, ())


def test_a_304_behind_a_permanent_redirect_agrees() -> None:
    known = replace(NEW, etag='"1"')
    answers = [(day, moved(final=304)) for day in (0.0, 1.0, 2.0)]
    assert polled_on(answers, known).url == "https://news.example/new"


@pytest.mark.parametrize(
    "disturbance",
    [said(200), moved("https://news.example/elsewhere")],
)
def test_disagreement_begins_the_count_anew(disturbance: Answer) -> None:
    assert polled_on([(0, moved()), (1, moved()), (2, disturbance), (3, moved()), (4, moved())]).url == URL


def test_a_target_that_is_no_feed_is_never_adopted() -> None:
    assert polled_on([(day, moved(feed=None)) for day in range(9)]).url == URL


@pytest.mark.parametrize("status", [302, 303, 307])
def test_temporary_redirects_are_never_adopted(status: int) -> None:
    assert polled_on([(day, moved(status=status)) for day in range(9)]).url == URL


def test_only_the_permanent_part_of_a_chain_is_adopted() -> None:
    answer = said(200, hops=((301, "https://a.example/"), (308, "https://b.example/"), (302, "https://c.example/")))
    assert polled_on([(day, answer) for day in range(3)]).url == "https://b.example/"


def test_t17_a_clock_that_was_far_ahead_is_settled_without_a_burst() -> None:
    ahead = poll(NEW, said(200), START + 3650 * DAY).polling
    settled, report = settle(ahead, START)
    assert report is not None and "clock" in report
    assert not is_due(settled, None, START)
    assert settled.next_poll is not None and HOUR <= settled.next_poll - START <= 2 * HOUR
    assert all(m is None or m <= START for m in (settled.last_polled, settled.last_ok, settled.first_ok))
    assert settle(settled, START) == (settled, None)


@pytest.mark.parametrize("step", [-DAY, -HOUR, HOUR, DAY])
def test_t17_small_steps_change_nothing_and_ask_nothing_early(step: timedelta) -> None:
    polling = poll(NEW, said(200)).polling
    assert settle(polling, START + step) == (polling, None)
    assert not is_due(polling, None, START + min(step, timedelta(minutes=59)))


def test_t17_a_jump_of_ten_years_turns_no_feed_off() -> None:
    missing = poll(NEW, said(404)).polling
    assert poll(missing, said(404), START + 3650 * DAY).polling.state is FeedState.FAILED


def test_t17_a_host_blocked_by_a_wrong_clock_is_settled() -> None:
    block = after_host_answer(HOST, 429, Headers(), START + 3650 * DAY)
    settled, report = settle_block(block, START)
    assert report is not None and settled.blocked_until == START + 4 * HOUR
    assert settle_block(settled, START) == (settled, None)


ANSWERS = st.one_of(
    st.builds(NoAnswer, st.sampled_from(["timeout", "dns", "address", "redirects", "tls", "size"]), st.just("x")),
    st.builds(
        lambda status, headers, feed, cut, hops: said(
            status, headers, **({"feed": feed, "cut_short": cut} if status < 300 else {}), hops=hops
        ),
        st.sampled_from([200, 200, 200, 304, 304, 301, 400, 403, 404, 410, 418, 429, 500, 503, 599]),
        st.dictionaries(
            st.sampled_from(["ETag", "Last-Modified", "Cache-Control", "Age", "Expires", "Date", "Retry-After"]),
            st.one_of(st.text(max_size=12), st.integers(-10, 10**15).map(str), st.integers(0, 10**8).map("max-age={}".format)),
        ),
        st.one_of(
            st.none(),
            st.builds(
                lambda ttl, hours, days: parsed(ttl_seconds=ttl, skip_hours=hours, skip_days=days),
                st.one_of(st.none(), st.integers(0, 10**12)),
                st.frozensets(st.integers(0, 23)),
                st.frozensets(st.integers(0, 6)),
            ),
        ),
        st.booleans(),
        st.lists(
            st.tuples(st.sampled_from([301, 302, 308]), st.sampled_from(["https://a.example/", "https://b.example/"])), max_size=3
        ).map(tuple),
    ),
)


@settings(max_examples=300)
@given(st.lists(ANSWERS, max_size=12), st.integers(0, 7 * 24 * 3600))
def test_no_pause_is_ever_under_an_hour_or_over_a_week(answers: list[Answer | NoAnswer], offset: int) -> None:
    polling, block, now = NEW, HOST, START + timedelta(seconds=offset)
    for answer in answers:
        decision = poll(polling, answer, now, block)
        polling, block = decision.polling, decision.block
        assert decision.worked == (decision.failure is None)
        if polling.state is FeedState.OFF:
            return
        assert polling.next_poll is not None
        assert now + HOUR <= polling.next_poll <= now + FURTHEST + timedelta(seconds=1)
        assert not is_due(polling, block, now + HOUR - timedelta(seconds=1))
        if not (polling.skip_hours >= set(range(24)) or polling.skip_days >= set(range(7))):
            assert polling.next_poll.hour not in polling.skip_hours and polling.next_poll.weekday() not in polling.skip_days
        now = max(next_allowed(polling, block) or now, now)


def test_the_state_survives_the_database(db: Database) -> None:
    identifier = feeds.add(db, URL, START)
    assert identifier is not None
    before = polling_of(feeds.by_url(db, URL))
    feed = parsed(ttl_seconds=60, skip_hours=frozenset({3, 1}), skip_days=frozenset({6}))
    after = poll(before, said(200, {"ETag": '"1"'}, feed=feed, hops=((301, "https://b.example/"),))).polling
    with db.transaction():
        feeds.store_polling(db, identifier, changes(before, after))
        feeds.store_host(db, "news.example", START + DAY, "HTTP 429", 2)
    assert polling_of(feeds.by_url(db, URL)) == after
    row = feeds.blocked_hosts(db, START)["news.example"]
    assert block_of("news.example", row) == HostBlock("news.example", START + DAY, "HTTP 429", 2)
    assert block_of("other.example", None) == HostBlock("other.example")
    assert changes(after, after) == {}
