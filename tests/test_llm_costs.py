"""`groundwire costs`: every call counted once in each list, money never invented, lines that fit a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from groundwire.budget import Usage
from groundwire.config import Budget, Llm, Prices, Settings, Site
from groundwire.costs import NO_ARTICLE, gather, lines
from groundwire.store import calls
from groundwire.store.calls import Question
from groundwire.store.database import Database

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
SETTINGS = Settings(
    site=Site(timezone="Pacific/Auckland"),
    llm=Llm(model="m", prices={"now": Prices(input=1_000_000, output=2_000_000)}, budget=Budget(month_tokens=10_000, day_money=500.0)),
)


@pytest.fixture
def kept(db: Database) -> Database:
    """Calls with money told, with a price that is known now, without one; two days by the zone of the site."""
    made = (("extract", "then", 100, 50, 2.5, 18, "answered"), ("write", "now", 10, 5, None, 19, "answered"),
            ("write", "never", 7, 3, None, 19, "failed"), ("doctor", "then", 1, 1, 0.25, 19, "sent"))  # fmt: skip
    for role, model, tokens_in, tokens_out, money, day, state in made:
        question = Question(role, model, "http://e/v1", "p", f"{role}{model}", "{}", "theme:1" if role != "doctor" else None)
        usage = Usage(model, tokens_in, tokens_out, money)
        call_id = calls.sent(db, question, "{}", "run", usage, money, datetime(2026, 11, day, 12, 0, tzinfo=UTC))
        if state == "answered":
            calls.answered(db, call_id, "x", usage, estimated=False, duration_ms=1)
        elif state == "failed":
            calls.failed(db, call_id, "cut off", 1, usage=usage, fault="cut off")
    return db


def test_every_call_is_counted_once_in_each_list(kept: Database) -> None:
    found = gather(kept, SETTINGS, NOW)
    for rows in (found.articles, found.roles, found.models, found.days):
        assert sum(r.calls for r in rows) == 4 == found.total.calls
        assert sum(r.tokens for r in rows) == 177 == found.total.tokens
        assert sum(r.money for r in rows) == 2.5 + 0.25 + 20 == found.total.money
    assert [r.name for r in found.days] == ["2026-11-20", "2026-11-19"], "days of site.timezone, the newest first"
    assert [r.name for r in found.articles] == [NO_ARTICLE]
    assert {r.name: (r.unpriced, r.failed) for r in found.roles} == {"extract": (0, 0), "write": (1, 1), "doctor": (0, 0)}


def test_money_that_is_not_known_is_not_shown_as_nothing(kept: Database) -> None:
    found = gather(kept, SETTINGS, NOW)
    as_json = {r["name"]: r["money"] for r in found.as_json()["models"]}
    assert as_json == {"then": 2.75, "now": 20.0, "never": None}
    text = "\n".join(lines(found))
    assert "price unknown" in text and "20.0000 + ?" in text
    assert {limit["key"]: limit["left"] for limit in found.as_json()["limits"]}["llm.budget.month_tokens"] == 10_000 - 177


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_lines_fit_the_terminal_and_have_bars_where_there_is_room(kept: Database, width: int) -> None:
    told = list(lines(gather(kept, SETTINGS, NOW), width))
    assert max(map(len, told)) <= max(width, 80)
    assert any("█" in line for line in told[:-4]) == (width >= 100)


def test_nothing_asked_is_said_so(db: Database) -> None:
    assert list(lines(gather(db, Settings(), NOW))) == ["no model was asked yet"]
