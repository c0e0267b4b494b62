"""The adapter against endpoints on loopback: every way in which they differ or fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_server import ModelServer, Reply, model_server
from pydantic import BaseModel, ValidationError

from groundwire.config import Budget, Llm, Prices, Role, Roles
from groundwire.errors import ConfigError, ModelError
from groundwire.llm import Endpoint, Keys, Message, PlannedCall
from groundwire.llm.client import Client
from groundwire.llm.context import DEFAULT_CONTEXT_TOKENS
from groundwire.llm.ladder import JSON_SCHEMA, OBJECT, OBJECT_WITH_SCHEMA, PLAIN
from groundwire.store import calls
from groundwire.store.database import Database

KEY = "sk-secret-canary-0123456789"
QUESTION = (Message("system", "You count."), Message("user", "How many letters has the word?"))
LONG = (Message("system", "You count."), Message("user", "There are many words in this prompt, far more than a line. " * 200))


class Answer(BaseModel):
    word: str
    letters: int


GOOD = '{"word": "copper", "letters": 6}'


def model(db: Database, now: datetime, server: ModelServer | str, **llm: Any) -> Endpoint:
    base_url = server if isinstance(server, str) else server.base_url
    until = llm.pop("until", None)
    settings = Llm(**({"base_url": base_url, "model": "stub", "timeout_seconds": 5} | llm))
    return Endpoint(settings, Keys(KEY), db, run_id="run", now=now, until=until)


def ask(model: Endpoint, messages: tuple[Message, ...] = QUESTION, role: str = "extract") -> Answer:
    return model.ask(role, "test.txt", messages, Answer)


def wanted(request: dict[str, Any]) -> str:
    """The rung that a request is on."""
    found = request.get("response_format") or {}
    if found.get("type") == "json_schema":
        return JSON_SCHEMA
    return (OBJECT_WITH_SCHEMA if "schema" in found else OBJECT) if found else PLAIN


def rows(db: Database) -> list[Any]:
    return db.rows("SELECT * FROM calls ORDER BY rowid")


def failure(model: Endpoint, messages: tuple[Message, ...] = QUESTION) -> ModelError:
    with pytest.raises(ModelError) as caught:
        ask(model, messages)
    return caught.value


@pytest.mark.parametrize(
    ("takes", "status", "says", "tried"),
    [
        ({JSON_SCHEMA}, 400, "", 1),
        ({OBJECT_WITH_SCHEMA}, 400, "unknown response_format", 2),
        ({OBJECT}, 422, "bad", 3),
        ({PLAIN}, 501, "", 4),
    ],
)
def test_the_ladder_is_climbed_down_once_and_remembered(
    db: Database, now: datetime, takes: set[str], status: int, says: str, tried: int
) -> None:
    def answering(request: dict[str, Any]) -> Reply:
        if wanted(request) in takes:
            return Reply(GOOD)
        return Reply(status=status, raw=json.dumps({"error": {"message": says}}).encode(), headers={"x-should-retry": "false"})

    with model_server(answering) as server:
        assert ask(model(db, now, server)).letters == 6
        assert len(server.requests) == tried
        other = (Message("user", "And another word?"),)
        assert ask(model(db, now, server), other).letters == 6
        assert len(server.requests) == tried + 1
    (rung,) = takes
    told = [m["content"] for m in server.requests[-1]["messages"]]
    assert any("letters" in t and "integer" in t for t in told) == (rung != JSON_SCHEMA), "the form is in the prompt below the first rung"
    assert calls.capabilities(db, server.base_url, "stub").rung == rung  # type: ignore[union-attr]
    assert [r["state"] for r in rows(db)] == ["answered", "answered"]


def test_a_status_of_500_about_the_format_is_a_refusal_of_the_rung(db: Database, now: datetime) -> None:
    def llama_cpp_python(request: dict[str, Any]) -> Reply:
        if wanted(request) == JSON_SCHEMA:
            return Reply(status=500, raw=b'{"error": {"message": "Input should be \'text\' or \'json_object\'"}}')
        return Reply(GOOD)

    with model_server(llama_cpp_python) as server:
        assert ask(model(db, now, server)).letters == 6
        assert len(server.requests) == 5, "the client's own retries, once"
        ask(model(db, now, server), (Message("user", "Another?"),))
        assert len(server.requests) == 6


def test_an_endpoint_that_takes_a_schema_and_ignores_it_is_told_the_form_in_the_prompt(db: Database, now: datetime) -> None:
    def cloud(request: dict[str, Any]) -> Reply:
        told = any('"letters"' in m["content"] for m in request["messages"])
        return Reply(GOOD if told else "Copper has six letters.")

    with model_server(cloud) as server:
        assert ask(model(db, now, server)).letters == 6
        assert [wanted(r) for r in server.requests] == [JSON_SCHEMA, OBJECT_WITH_SCHEMA]
        ask(model(db, now, server), (Message("user", "Another?"),))
        assert len(server.requests) == 3


def test_a_rung_that_worked_once_is_not_left_for_one_wrong_answer(db: Database, now: datetime) -> None:
    answers = iter([GOOD, "nonsense", GOOD])
    with model_server(lambda request: Reply(next(answers))) as server:
        ask(model(db, now, server))
        ask(model(db, now, server), (Message("user", "Another?"),))
    assert {wanted(r) for r in server.requests} == {JSON_SCHEMA}


def test_models_that_want_other_parameters_get_them(db: Database, now: datetime) -> None:
    def reasoning(request: dict[str, Any]) -> Reply:
        if "max_tokens" in request:
            return Reply(
                status=400, raw=b'{"error": {"message": "Unsupported parameter: \'max_tokens\'. Use \'max_completion_tokens\' instead."}}'
            )
        if "temperature" in request:
            return Reply(status=400, raw=b'{"error": {"message": "Unsupported value: \'temperature\' does not support 0"}}')
        return Reply(GOOD)

    with model_server(reasoning) as server:
        ask(model(db, now, server))
        assert len(server.requests) == 3
        ask(model(db, now, server), (Message("user", "Another?"),))
        assert len(server.requests) == 4
        assert wanted(server.requests[-1]) == JSON_SCHEMA


def test_a_refusal_for_something_else_is_no_matter_of_the_ladder(db: Database, now: datetime) -> None:
    message = b'{"error": {"message": "This model\'s maximum context length is 8192 tokens"}}'
    with model_server(lambda request: Reply(status=400, raw=message)) as server:
        assert failure(model(db, now, server)).kind == "http 400"
        assert len(server.requests) == 1
    assert rows(db)[0]["input_tokens"] == 0


def test_each_role_has_its_own_model_and_endpoint(db: Database, now: datetime) -> None:
    with model_server(lambda r: Reply(GOOD)) as small, model_server(lambda r: Reply(GOOD)) as large:
        roles = Roles(write=Role(model="large", base_url=large.base_url), check=Role(model="judge"))
        asked = model(db, now, small, roles=roles, prices={"large": Prices(input=2, output=4), "stub": Prices(input=1, output=1)})
        for role in ("extract", "write", "check"):
            ask(asked, role=role)
    assert [r["model"] for r in small.requests + large.requests] == ["stub", "judge", "large"]
    assert [(r["role"], r["cost"] is None) for r in rows(db)] == [("extract", False), ("write", False), ("check", True)]
    assert asked.name_of("write") == "large"


def test_a_key_goes_to_the_host_that_it_was_given_for(db: Database, now: datetime) -> None:
    with (
        model_server(lambda r: Reply(GOOD)) as own,
        model_server(lambda r: Reply(GOOD)) as other,
        model_server(lambda r: Reply(GOOD)) as third,
    ):
        roles = Roles(write=Role(base_url=other.base_url, api_key_env="OTHER_KEY"), check=Role(base_url=third.base_url))
        asked = Endpoint(
            Llm(base_url=own.base_url, model="stub", roles=roles), Keys(KEY, {"write": "sk-other-0123456789"}), db, run_id=None, now=now
        )
        for role in ("extract", "write", "check"):
            ask(asked, role=role)
        assert [s.authorizations for s in (own, other, third)] == [[f"Bearer {KEY}"], ["Bearer sk-other-0123456789"], ["Bearer none"]]


FAULTS: dict[str, tuple[Reply, str, bool]] = {
    "cut off": (Reply(GOOD, finish_reason="length"), "cut off", True),
    "filtered": (Reply(GOOD, finish_reason="content_filter"), "refused", True),
    "refused": (Reply(None, refusal="I cannot help with that."), "refused", True),
    "empty": (Reply("   "), "empty", True),
    "broken off": (Reply(GOOD, breaks_after=60), "broken", True),
    "too slow": (Reply(GOOD, pause=0.2), "timeout", True),
    "no completion": (Reply(raw=b"<html>"), "answer", True),
    "strange shapes": (Reply(raw=b'{"choices": [{"message": null}]}'), "answer", True),
    "an error as an answer": (Reply(raw=b'{"error": {"message": "overloaded"}}'), "answer", True),
    "no key": (Reply(status=401, raw=b'{"error": {"message": "no"}}'), "http 401", False),
    "elsewhere": (Reply(status=307, headers={"Location": "http://127.0.0.1:9/"}, raw=b""), "http 307", False),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_kind_asked_once_and_counted(db: Database, now: datetime, fault: str) -> None:
    reply, kind, paid = FAULTS[fault]
    with model_server(lambda request: reply) as server:
        error = failure(model(db, now, server, timeout_seconds=1))
        assert len(server.requests) == 1, "what may have been paid is not repeated"
    assert error.kind == kind
    assert server.base_url in error.reason
    (row,) = rows(db)
    assert (row["state"], row["answer"]) == ("failed", None)
    assert bool(row["input_tokens"]) == paid


def test_an_unusable_answer_is_not_paid_again_on_the_same_day(db: Database, now: datetime) -> None:
    with model_server(lambda request: Reply(GOOD, finish_reason="length")) as server:
        for _ in range(3):
            assert failure(model(db, now, server)).kind == "cut off"
        assert len(server.requests) == 1
        failure(model(db, now.replace(day=21), server))
        assert len(server.requests) == 2


def test_five_failures_in_a_row_end_the_asking(db: Database, now: datetime) -> None:
    with model_server(lambda request: Reply("")) as server:
        asked = model(db, now, server)
        kinds = [failure(asked, (Message("user", f"Word {n}?"),)).kind for n in range(8)]
        assert len(server.requests) == 5
    assert kinds == ["empty"] * 5 + ["given up"] * 3


def test_three_failures_of_the_server_cost_nothing_and_one_answer_is_counted(db: Database, now: datetime) -> None:
    replies = iter([Reply(status=500, raw=b"{}", headers={"Retry-After": "1"})] * 3 + [Reply(GOOD)] * 9)
    with model_server(lambda request: next(replies)) as server:
        assert ask(model(db, now, server)).letters == 6
        assert len(server.requests) == 4
    assert len(rows(db)) == 1


def test_a_short_wait_is_waited_and_a_long_one_is_left_for_the_next_run(db: Database, now: datetime) -> None:
    replies = iter(
        [
            Reply(status=429, raw=b"{}", headers={"Retry-After": "1"}),
            Reply(GOOD),
            Reply(status=429, raw=b"{}", headers={"Retry-After": "20"}),
        ]
    )
    with model_server(lambda request: next(replies)) as server:
        asked = model(db, now, server, until=monotonic() + 15)
        began = monotonic()
        assert ask(asked).letters == 6
        assert monotonic() - began >= 1
        for n in range(3):
            error = failure(asked, (Message("user", f"Word {n}?"),))
            assert error.kind == "deferred" and "20 s" in error.reason
        assert len(server.requests) == 3


def test_a_prompt_that_the_server_cut_is_told_with_the_setting_and_asked_again_once_it_is_changed(db: Database, now: datetime) -> None:
    replies = iter([Reply(GOOD, read_tokens=512), Reply(GOOD)])
    with model_server(lambda request: next(replies)) as server:
        error = failure(model(db, now, server), LONG)
        assert error.kind == "prompt cut" and "num_ctx" in error.reason
        assert [r["answer"] for r in rows(db)] == [None]
        assert ask(model(db, now, server), LONG).letters == 6


def test_tokens_that_a_gateway_had_cached_were_read_as_well(db: Database, now: datetime) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 2900}}
    raw = json.dumps({"choices": [{"message": {"content": GOOD}}], "usage": usage}).encode()
    with model_server(lambda request: Reply(raw=raw)) as server:
        assert ask(model(db, now, server), LONG).letters == 6
    assert rows(db)[0]["input_tokens"] == 3000


def test_without_usage_the_estimate_counts(db: Database, now: datetime) -> None:
    with model_server(lambda request: Reply(GOOD, usage=False)) as server:
        ask(model(db, now, server), LONG)
    (row,) = rows(db)
    assert row["estimated"] == 1
    assert row["input_tokens"] > len(LONG[1].content) / 4 and row["output_tokens"] > 0


@pytest.mark.parametrize(
    "usage",
    [{"prompt_tokens": "many"}, {"prompt_tokens": -5, "completion_tokens": 0}, [], {"prompt_tokens": 1e300}, {"prompt_tokens": 2**70}],
)
def test_usage_that_cannot_be_is_no_usage(db: Database, now: datetime, usage: Any) -> None:
    raw = json.dumps({"choices": [{"message": {"content": GOOD}, "finish_reason": "stop"}], "usage": usage}).encode()
    with model_server(lambda request: Reply(raw=raw)) as server:
        ask(model(db, now, server))
    assert rows(db)[0]["estimated"] == 1 and rows(db)[0]["input_tokens"] > 0


def test_an_answer_that_no_database_takes_as_it_is(db: Database, now: datetime) -> None:
    raw = b'{"choices": [{"message": {"content": [{"type": "text", "text": "{\\"word\\": \\"\\\\u0000 \\ud800\\", "}, {"text": "\\"letters\\": 1}"}]}}]}'
    with model_server(lambda request: Reply(raw=raw)) as server:
        assert ask(model(db, now, server)).letters == 1


ECHOES: dict[str, Callable[[str], Reply]] = {
    "in an error": lambda key: Reply(status=400, raw=json.dumps({"error": {"message": f"bad key {key}"}}).encode()),
    "in an error that is no JSON": lambda key: Reply(status=403, raw=f"Bearer {key}".encode()),
    "in an answer": lambda key: Reply(json.dumps({"word": key, "letters": 1})),
    "in an answer of the wrong form": lambda key: Reply(json.dumps({"word": key, "letters": key})),
    "as an answer in parts": lambda key: Reply(
        raw=json.dumps(
            {"choices": [{"message": {"content": [{"text": '{"word": "' + key[:9]}, {"text": key[9:] + '", "letters": 1}'}]}}]}
        ).encode()
    ),
    "as another answer": lambda key: Reply(raw=json.dumps({"error": {"message": key}}).encode()),
}


@pytest.mark.parametrize("echo", ECHOES)
def test_the_key_is_in_no_row_and_no_error_even_when_the_endpoint_says_it(
    db: Database, now: datetime, echo: str, caplog: pytest.LogCaptureFixture
) -> None:
    said = ""
    with model_server(lambda request: ECHOES[echo](KEY)) as server, caplog.at_level("DEBUG"):
        try:
            said = str(ask(model(db, now, server)))
        except ModelError as error:
            said = f"{error} {error.__cause__} {error.__context__}"
        assert server.authorizations[0] == f"Bearer {KEY}"
    assert KEY not in said
    assert KEY not in "\n".join(db.connection.iterdump())
    assert KEY not in caplog.text


@pytest.mark.parametrize("key", ["sk-with a space-0123456", "sk-brokén-0123456789"])
def test_a_key_that_is_none_is_refused_without_showing_it(db: Database, now: datetime, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Endpoint(Llm(base_url="http://127.0.0.1:9/v1", model="stub"), Keys(key), db, run_id=None, now=now)
    assert "OPENAI_API_KEY" in str(caught.value) and key not in str(caught.value)


def test_nothing_is_sent_to_an_endpoint_that_is_not_named(db: Database, now: datetime) -> None:
    with pytest.raises(ConfigError, match=r"llm\.base_url"):
        Endpoint(Llm(model="stub"), Keys(KEY), db, run_id=None, now=now)


CONTEXTS: list[tuple[dict[str, Any], int]] = [
    ({}, DEFAULT_CONTEXT_TOKENS),
    ({"/v1/models": {"data": [{"id": "other", "max_model_len": 1}, {"id": "stub", "max_model_len": 32768}]}}, 32768),
    ({"/v1/models": {"data": [{"id": "stub", "owned_by": "llamacpp"}]}, "/props": {"default_generation_settings": {"n_ctx": 8192}}}, 8192),
    ({"/api/version": {"version": "0.12"}, "/api/show": {"model_info": {"llama.context_length": 8192}}}, 8192),
    ({"/api/version": {"version": "0.12"}, "/api/show": {"model_info": {"llama.context_length": 131072}}}, 8192),
    ({"/api/version": {"version": "0.12"}, "/api/show": {"parameters": "stop x\nnum_ctx 24576\n", "model_info": {}}}, 24576),
    (
        {"/api/version": {"version": "0.12"}, "/api/ps": {"models": [{"name": "stub:latest", "context_length": 4096}]}, "/api/show": {}},
        4096,
    ),
    ({"/v1/models": [], "/api/version": "x"}, DEFAULT_CONTEXT_TOKENS),
    ({"/v1/models": {"data": [7, {"id": "stub", "context_length": True}]}}, DEFAULT_CONTEXT_TOKENS),
]


@pytest.mark.parametrize(("lookups", "tokens"), CONTEXTS)
def test_the_context_is_what_the_endpoint_says_and_asked_once(db: Database, now: datetime, lookups: dict[str, Any], tokens: int) -> None:
    with model_server(lambda request: Reply(GOOD), lookups) as server:
        assert model(db, now, server).context_tokens("extract") == tokens
        asked = list(server.looked_up)
        assert model(db, now, server).context_tokens("extract") == tokens
        assert server.looked_up == asked
        assert model(db, now, server, context_tokens=2000).context_tokens("extract") == 2000, "the lesser of the two"


def test_an_answer_is_asked_no_longer_than_the_context_has_room(db: Database, now: datetime) -> None:
    lookups = {"/v1/models": {"data": [{"id": "stub", "context_length": 8192}]}}
    with model_server(lambda request: Reply(GOOD), lookups) as server:
        ask(model(db, now, server), LONG)
        (request,) = server.requests
        assert 2000 < request["max_tokens"] < 8192 - len(LONG[1].content) / 4
        assert failure(model(db, now, server), (Message("user", LONG[1].content * 6),)).kind == "too long"
        assert len(server.requests) == 1


def test_a_repeat_leaves_the_wrong_answer_out_where_there_is_no_room_for_it(db: Database, now: datetime) -> None:
    replies = iter([Reply("wrong " * 2000), Reply(GOOD)])
    with model_server(lambda request: next(replies)) as server:
        assert ask(model(db, now, server, context_tokens=9000)).letters == 6
    assert [m["role"] for m in server.requests[1]["messages"]] == ["system", "user", "user"]


def test_a_replay_asks_nobody_and_needs_no_endpoint(db: Database, now: datetime) -> None:
    with model_server(lambda request: Reply(GOOD)) as server:
        ask(model(db, now, server))
    again = Endpoint(Llm(model="another"), Keys(), db, run_id=None, now=now, replay=True)
    with again.reserve([PlannedCall("extract", 10**9, Answer)], about="x"):
        assert ask(again).letters == 6
    assert failure(again, (Message("user", "Never asked"),)).kind == "not recorded"
    assert len(rows(db)) == 1


def test_a_row_says_everything_about_its_call(db: Database, now: datetime) -> None:
    with model_server(lambda request: Reply(GOOD)) as server:
        asked = model(db, now, server, prices={"stub": Prices(input=1_000_000, output=1_000_000)}, budget=Budget(day_money=10**9))
        with asked.reserve([PlannedCall("extract", 100, Answer)], about="theme"):
            ask(asked)
    (row,) = rows(db)
    assert (row["role"], row["model"], row["base_url"], row["prompt"]) == ("extract", "stub", server.base_url, "test.txt")
    assert (row["run_id"], row["about"], row["answer"], row["error"]) == ("run", "theme", GOOD, None)
    assert json.loads(row["parameters"]) == {"temperature": 0, "max_tokens": 6000}
    assert "How many letters" in row["request"] and len(row["prompt_sha256"]) == 64
    assert row["cost"] == row["input_tokens"] + row["output_tokens"] > 0
    assert row["duration_ms"] >= 0


def test_a_small_call_finds_out_what_works(db: Database, now: datetime) -> None:
    def answering(request: dict[str, Any]) -> Reply:
        return Reply('{"planet": "Earth", "letters": 5}') if wanted(request) == OBJECT else Reply(status=400, raw=b"{}")

    with model_server(answering, {"/v1/models": {"data": [{"id": "stub", "context_length": 8192}]}}) as server:
        found = model(db, now, server).probe("write")
        assert (found.rung, found.context_tokens) == (OBJECT, 8192)
        model(db, now, server).probe("write")
        assert len(server.requests) == 6, "it really asks, from the top"
    assert {r["role"] for r in rows(db)} == {"doctor"}


def test_an_endpoint_is_told_nothing_about_the_machine(db: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-endpoint")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with model_server(lambda request: Reply(GOOD)) as server:
        ask(model(db, now, server))
    (headers,) = server.headers
    assert set(map(str.lower, headers)) <= {
        "host",
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "user-agent",
    }
    assert headers["User-Agent"].startswith("groundwire/")


CLIENT = Client("http://127.0.0.1:9/v1", KEY, 0)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(GOOD),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "message", "content", "usage", "finish_reason", "text", "prompt_tokens", "error", "refusal"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON | st.builds(lambda choice, usage: {"choices": [choice], "usage": usage}, JSON, JSON))
def test_any_answer_is_read_or_a_fault(value: Any) -> None:
    try:
        reply = CLIENT._reply(json.dumps(value).encode())
    except ModelError:
        return
    assert isinstance(reply.text, str)
    assert reply.fault or reply.text.strip()
    assert all(n is None or n > 0 for n in (reply.input_tokens, reply.output_tokens))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_a_fault(data: bytes) -> None:
    with pytest.raises(ModelError):
        CLIENT._reply(data)


@pytest.mark.parametrize(
    "base_url", ["http://127.0.0.1:99999/v1", "http://u:p@h.example/v1", "http://h.example/v1?key=x", "http://h.example:0/v1"]
)
def test_an_address_that_is_none_is_refused(base_url: str) -> None:
    with pytest.raises(ValidationError):
        Llm(base_url=base_url)


@pytest.mark.parametrize("base_url", ["http://a..b/v1", "http://" + "x" * 300 + "/v1", "http://ex\u2603ample..de/v1"])
def test_an_address_that_leads_nowhere_is_a_fault(db: Database, now: datetime, base_url: str) -> None:
    assert failure(model(db, now, base_url)).kind == "unreachable"
