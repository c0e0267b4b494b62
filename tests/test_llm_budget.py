"""What may be spent: worst cases are reserved before an article is started, and no budget is ever exceeded."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_server import Reply, model_server
from pydantic import BaseModel

from groundwire.budget import Usage, check_prices, starts
from groundwire.config import Budget, Llm, Prices
from groundwire.errors import ConfigError, ModelError
from groundwire.llm import Endpoint, Keys, Message, PlannedCall, prompt_tokens
from groundwire.llm.spending import Spending
from groundwire.store import calls
from groundwire.store.calls import Question
from groundwire.store.database import Database, open_database

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
PRICES = {"m": Prices(input=1000, output=4000)}


def spending(db: Database, budget: Budget, *, run_id: str | None = "run", now: datetime = NOW, zone: str = "UTC", **llm: Any) -> Spending:
    return Spending(Llm(model="m", budget=budget, **({"prices": PRICES} | llm)), db, run_id, now, zone)


def spend(
    db: Database, tokens: int, *, at: datetime = NOW, run_id: str = "run", about: str | None = None, money: float | None = 0.0
) -> None:
    question = Question("write", "m", "http://e/v1", "p", f"{tokens}{at}{about}", "{}", about)
    usage = Usage("m", tokens, 0, money)
    calls.answered(db, calls.sent(db, question, "{}", run_id, usage, money, at), "x", usage, estimated=False, duration_ms=1)


def left(found: Spending) -> dict[str, float]:
    return {limit.key.removeprefix("llm.budget."): limit.left for limit in found.left()}


def test_two_articles_cannot_use_the_same_remainder(db: Database) -> None:
    found = spending(db, Budget(day_tokens=1000))
    with found.reserve([Usage("m", 400, 200)], about="a"):
        assert left(found) == {"day_tokens": 400}
        with (
            pytest.raises(ModelError, match=r"day_tokens: 400 of 1,000 left; it may take 600") as caught,
            found.reserve([Usage("m", 600, 0)], about="b"),
        ):
            raise AssertionError("was started")
        assert caught.value.kind == "budget"
        with found.reserve([Usage("m", 400, 0)], about="c"):
            assert left(found) == {"day_tokens": 0}
    assert left(found) == {"day_tokens": 1000}, "the rest is given back"


def test_a_reservation_is_given_back_when_its_article_fails(db: Database) -> None:
    found = spending(db, Budget(run_tokens=1000))
    with pytest.raises(ModelError, match="cut off"), found.reserve([Usage("m", 1000, 0)], about="a"):
        raise ModelError("cut off", "it was")
    assert left(found) == {"run_tokens": 1000}


def test_each_period_counts_its_own_in_the_publications_zone(db: Database) -> None:
    zone = "Pacific/Auckland"  # 13 hours ahead: its day began at 11:00 UTC of the day before, its month on 31 October
    budget = Budget(run_tokens=100, day_tokens=1000, month_tokens=10_000)
    spend(db, 1, run_id="run")
    spend(db, 20, run_id="before", at=datetime(2026, 11, 19, 11, 30, tzinfo=UTC))
    spend(db, 300, run_id="before", at=datetime(2026, 11, 19, 10, 30, tzinfo=UTC))
    spend(db, 4000, run_id="before", at=datetime(2026, 10, 31, 11, 30, tzinfo=UTC))
    spend(db, 50_000, run_id="before", at=datetime(2026, 10, 31, 10, 30, tzinfo=UTC))
    assert starts(NOW, zone)[0].astimezone(UTC) == datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
    assert left(spending(db, budget, zone=zone)) == {"run_tokens": 99, "day_tokens": 979, "month_tokens": 5679}


def test_money_counts_what_was_paid_and_prices_what_was_not_priced_then(db: Database) -> None:
    spend(db, 1000, money=2.5)
    spend(db, 2000, money=None)
    assert left(spending(db, Budget(day_money=10.0))) == {"day_money": 10.0 - 2.5 - 2.0}


def test_stored_answers_about_the_same_are_not_reserved_again(db: Database) -> None:
    spend(db, 400, about="theme:1")
    spend(db, 90, about="theme:2")
    found = spending(db, Budget(day_tokens=1000))
    with found.reserve([Usage("m", 900, 0)], about="theme:1"):
        assert left(found) == {"day_tokens": 10}
    with db.transaction():
        calls.belong_to(db, "theme", "article")
    with pytest.raises(ModelError), found.reserve([Usage("m", 900, 0)], about="theme:1"):
        raise AssertionError("an article's answers are not answers of the next")


@pytest.mark.parametrize("field", ["run_money", "day_money", "month_money"])
@pytest.mark.parametrize("limit", [0.0, 5.0])
def test_a_limit_on_money_needs_every_price(field: str, limit: float) -> None:
    llm = Llm(model="m-1.5", budget=Budget(**{field: limit}), roles={"check": {"model": "judge"}}, prices=PRICES)  # type: ignore[arg-type]
    with pytest.raises(ConfigError) as caught:
        check_prices(llm, [Usage("earlier", 5, 0, None), Usage("paid", 5, 0, 1.0)])
    assert caught.value.exit_code == 2
    for name in ("m-1.5", "judge", "earlier"):
        assert f'[llm.prices."{name}"]\ninput = PRICE\noutput = PRICE' in str(caught.value)
    assert "paid" not in str(caught.value)


class Answer(BaseModel):
    word: str


@settings(max_examples=60)
@given(
    budget=st.integers(0, 12_000),
    articles=st.lists(
        st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 1500), st.sampled_from(["once", "twice", "lost"])), max_size=4), max_size=5
    ),
    nested=st.booleans(),
)
def test_no_sequence_of_articles_goes_over_a_budget(budget: int, articles: list[list[tuple[int, int, str]]], nested: bool) -> None:
    """Articles plan what they ask; calls answer within their limits, fail, or get lost; reservations overlap or not."""
    db = open_database(None)
    found = spending(db, Budget(day_tokens=budget, day_money=budget / 500))
    n = 0
    with ExitStack() as outer:
        for i, article in enumerate(articles):
            planned = [PlannedCall("write", p, Answer, a) for p, a, _ in article]
            try:
                with ExitStack() as inner:
                    (outer if nested else inner).enter_context(found.reserve([c.worst("m") for c in planned], about=str(i)))
                    for call, (prompt, most, fate) in zip(planned, article, strict=True):
                        half = call.worst("m")
                        worst = Usage("m", half.input_tokens // 2, most)
                        for _ in range(2 if fate == "twice" else 1):
                            found.draw(worst)
                            n += 1
                            question = Question("write", "m", "e", "p", str(n), "{}", str(i))
                            cost = (worst.input_tokens * 1000 + most * 4000) / 1_000_000
                            call_id = calls.sent(db, question, "{}", "run", worst, cost, NOW)
                            if fate != "lost":
                                took = Usage(
                                    "m", min(prompt, worst.input_tokens), most, min(prompt, worst.input_tokens) / 1000 + most * 0.004
                                )
                                calls.answered(db, call_id, "x", took, estimated=False, duration_ms=1)
            except ModelError as error:
                assert error.kind == "budget"
    spent = sum(u.input_tokens + u.output_tokens for u in calls.spent_since(db, NOW))
    money = sum(u.known or 0.0 for u in calls.spent_since(db, NOW))
    db.close()
    assert spent <= budget
    assert money <= budget / 500 + 1e-6


def test_what_an_article_planned_is_never_refused_on_the_way(db: Database) -> None:
    """The budget is exactly the worst case, and the endpoint makes it happen: every answer is long, and wrong at first."""
    messages = (Message("system", "Übung “mit” Zeichen. " * 50), Message("user", "text " * 400))
    planned = [PlannedCall("write", prompt_tokens(messages), Answer, 300)] * 3
    wrong = '{"wort": "' + "lang " * 150 + '"}'
    with model_server(lambda r: Reply('{"word": "x"}' if r["messages"][-1]["content"].startswith("That answer") else wrong)) as server:
        needed = sum(u.input_tokens + u.output_tokens for u in (c.worst("m") for c in planned))
        llm = Llm(base_url=server.base_url, model="m", budget=Budget(day_tokens=needed))
        model = Endpoint(llm, Keys(), db, run_id="run", now=NOW)
        with model.reserve(planned, about="theme:1"):
            for n in range(3):
                model.ask("write", "p", (*messages[:1], Message("user", messages[1].content[:-1] + str(n))), Answer, 300)
        assert len(server.requests) == 6
        with pytest.raises(ModelError, match="budget"), model.reserve(planned, about="theme:2"):
            raise AssertionError("was started")
    assert calls.spent_since(db, NOW)[0].input_tokens < needed


def test_a_call_outside_a_reservation_has_to_fit_as_well(db: Database) -> None:
    with model_server(lambda r: Reply('{"word": "x"}')) as server:
        llm = Llm(base_url=server.base_url, model="m", budget=Budget(run_tokens=500))
        model = Endpoint(llm, Keys(), db, run_id="run", now=NOW)
        with pytest.raises(ModelError, match=r"run_tokens"):
            model.ask("write", "p", (Message("user", "?"),), Answer)
        assert not server.requests
    assert not db.rows("SELECT * FROM calls")


def test_an_endpoint_that_takes_more_than_it_was_allowed_ends_the_article_at_the_budget(db: Database) -> None:
    with model_server(lambda r: Reply('{"word": "x"}', read_tokens=4000)) as server:
        llm = Llm(base_url=server.base_url, model="m", budget=Budget(run_tokens=3000))
        model = Endpoint(llm, Keys(), db, run_id="run", now=NOW)
        with pytest.raises(ModelError, match="budget"), model.reserve([PlannedCall("write", 10, Answer, 100)] * 2, about="t:1"):
            for n in range(9):
                model.ask("write", "p", (Message("user", str(n)),), Answer, 100)
        assert len(server.requests) == 1
