"""What is taken from an answer, and how many tokens a text has."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from groundwire.llm.asking import closed
from groundwire.llm.reading import json_of, parse
from groundwire.llm.tokens import estimate_tokens, least_tokens, was_cut


class Inner(BaseModel):
    title: str
    default: int = 0


class Answer(BaseModel):
    facts: list[Inner]


GOOD = '{"facts": [{"title": "a } and a {", "default": 1}]}'


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here it is:\n```\n{GOOD}\n```\nThat was it.",
        f"<think>First {{see}} {GOOD[:12]}</think>\n{GOOD}",
        f"I think about it, in vain</think>{GOOD}",
        f"For the form {{example}} I found {GOOD} as asked.",
        f'A small one: {{"facts": 1}} and the answer: {GOOD}',
        f'{{"note": 1}}\n{GOOD}',
        GOOD.replace("1}", '1, "html": "<b>x</b>"}'),
    ],
)
def test_the_object_is_found(text: str) -> None:
    assert parse(text, Answer) == Answer(facts=[Inner(title="a } and a {", default=1)])


@pytest.mark.parametrize(
    "text", [GOOD[:-2], f"Sure: {GOOD[:-1]}", f"```json\n{GOOD[:-2]}", "", "nothing", "<think>" + GOOD, "[" * 100_000, '{"a":' * 100_000]
)
def test_nothing_is_taken_from_what_was_cut_short(text: str) -> None:
    with pytest.raises(ValidationError):
        parse(text, Answer)
    with pytest.raises(ValidationError):
        parse(text, Inner)


@given(st.text(alphabet='{}[]":,ab<>`thinkjson\n ', max_size=80))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert isinstance(json_of(text), str)


def test_a_closed_schema_requires_every_member_and_keeps_their_names() -> None:
    schema = closed(Answer)
    inner = schema["$defs"]["Inner"]
    assert schema["additionalProperties"] is False and schema["required"] == ["facts"]
    assert inner["required"] == ["title", "default"] == list(inner["properties"])
    assert not {"pattern", "format"} & set(json.dumps(schema).split('"'))


def test_a_fence_inside_an_answer_is_part_of_it() -> None:
    inside = json.dumps({"facts": [{"title": '```json\n{"facts": []}\n```'}]})
    assert json_of(inside) == inside


ENGLISH = "The company will spend more on power plants than it has on buildings, people familiar with the plans said. " * 60
CYRILLIC = "Компания построит новую электростанцию возле города к концу года. " * 60
CHINESE = "该公司将在城市附近建设新的发电厂，预计今年年底完成。" * 60


@pytest.mark.parametrize(
    ("text", "most", "least"),
    [(ENGLISH, 3.5, 5.2), (CYRILLIC, 1.5, 4.0), (CHINESE, 0.75, 1.7)],
    ids=["English", "Cyrillic", "Chinese"],
)
def test_estimates_lie_on_both_sides_of_what_tokenizers_make(text: str, most: float, least: float) -> None:
    """`most` and `least` are characters a token, of tokenizers with small and with large vocabularies."""
    assert estimate_tokens(text) >= len(text) / most
    assert least_tokens(text) <= len(text) / least
    for characters in (most, least):
        assert not was_cut(text, int(len(text) / characters) + 1, 131_072)
    assert was_cut(text, int(len(text) / least * 0.4), None)


@pytest.mark.parametrize("size", [2048, 4096])
def test_a_prompt_cut_at_a_usual_context_is_told(size: int) -> None:
    text = (ENGLISH * 10)[: size * 5]
    assert least_tokens(text) < size < estimate_tokens(text)
    assert was_cut(text, size, None)
    assert not was_cut(text, size + 1, None)
    assert was_cut(text, size + 1, size + 1)


def test_short_prompts_are_not_judged() -> None:
    assert not was_cut("short " * 20, 1, None)
