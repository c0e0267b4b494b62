"""Pages are read once, then asked conditionally on days 1, 3 and 7; what fails is tried again and then given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from groundwire.http import Headers
from ingest.revisit import BACK_OFF, PagePolling, page_headers, page_next, settle_page, unreadable
from ingest.schedule import Answer, NoAnswer

DAY = timedelta(days=1)
START = datetime(2026, 11, 17, 6, 0, tzinfo=UTC)


def said(status: int, *fields: tuple[str, str]) -> Answer:
    return Answer("https://news.example/a", status, Headers(fields))


def test_a_page_is_asked_again_on_days_one_three_and_seven() -> None:
    page, now, moments = PagePolling(), START, []
    while True:
        page = page_next(page, said(200, ("ETag", '"1"')), now).page
        if page.next_fetch is None:
            break
        assert page.state == "read"
        now = page.next_fetch
        moments.append(now - START)
    assert moments == [DAY, 3 * DAY, 7 * DAY]
    assert (page.state, page.checks, page.fetched) == ("done", 3, START)


def test_checks_are_conditional_and_a_304_goes_on() -> None:
    page = page_next(PagePolling(), said(200, ("ETag", '"1"'), ("Last-Modified", "a")), START).page
    assert page_headers(page) == {"If-None-Match": '"1"', "If-Modified-Since": "a"}
    page = page_next(page, said(304, ("ETag", '"2"')), START + DAY).page
    assert page_headers(page) == {"If-None-Match": '"2"', "If-Modified-Since": "a"}
    assert page.next_fetch == START + 3 * DAY


def test_missed_days_are_not_made_up() -> None:
    page = page_next(PagePolling(), said(200), START).page
    assert page_next(page, said(200), START + 5 * DAY).page.next_fetch == START + 7 * DAY
    assert page_next(page, said(200), START + 30 * DAY).page.state == "done"


@pytest.mark.parametrize("outcome", [said(500), said(404), NoAnswer("timeout", "slow")])
def test_failures_back_off_and_are_given_up_with_the_reason(outcome: Answer | NoAnswer) -> None:
    page, now = PagePolling(), START
    for pause in BACK_OFF:
        decision = page_next(page, outcome, now)
        page = decision.page
        assert (page.state, page.next_fetch, decision.given_up) == ("queued", now + pause, False)
        now = now + pause
    decision = page_next(page, outcome, now)
    assert (decision.page.state, decision.page.next_fetch, decision.given_up) == ("failed", None, True)
    assert decision.page.reason == decision.failed


@pytest.mark.parametrize("status", [401, 403, 410, 451])
def test_some_answers_are_final(status: int) -> None:
    decision = page_next(PagePolling(), said(status), START)
    assert (decision.page.state, decision.page.reason, decision.given_up) == ("failed", f"HTTP {status}", True)


@pytest.mark.parametrize("kind", ["address", "robots"])
def test_what_must_not_be_asked_is_refused(kind: str) -> None:
    decision = page_next(PagePolling(), NoAnswer(kind, "forbidden"), START)
    assert (decision.page.state, decision.page.reason, decision.given_up) == ("refused", "forbidden", True)


def test_a_page_that_was_read_is_never_failed_by_a_check() -> None:
    page = page_next(PagePolling(), said(200, ("ETag", '"1"')), START).page
    decision = page_next(page, said(410), START + DAY)
    assert (decision.page.state, decision.page.next_fetch, decision.failed) == ("read", START + 3 * DAY, "HTTP 410")
    assert page_headers(decision.page) == page_headers(page)
    assert not decision.given_up


def test_a_host_that_asks_to_wait_costs_no_try() -> None:
    decision = page_next(PagePolling(tries=3), said(429, ("Retry-After", "86400")), START)
    assert (decision.page.state, decision.page.tries, decision.page.next_fetch) == ("queued", 3, START + DAY)


def test_an_unreadable_page_stores_no_validators() -> None:
    decision = unreadable(PagePolling(), "no text was found", START)
    assert (decision.page.tries, page_headers(decision.page), decision.failed) == (1, {}, "no text was found")


def test_t17_a_moment_far_ahead_is_pulled_back() -> None:
    page = page_next(PagePolling(), said(200), START + 3650 * DAY).page
    settled = settle_page(page, START)
    assert settled.next_fetch == START + timedelta(hours=1)
    assert settled.fetched == START
    assert settle_page(settled, START) == settled


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_went_is_marked_until_it_is_back(status: int) -> None:
    page = page_next(PagePolling(), said(200), START).page
    page = page_next(page, said(500), START + DAY).page
    assert page.gone is None
    page = page_next(page, said(status), START + 3 * DAY).page
    assert (page.gone, page.state) == (START + 3 * DAY, "read")
    assert page_next(page, said(200), START + 7 * DAY).page.gone is None
    assert page_next(PagePolling(), said(status), START).page.gone is None
