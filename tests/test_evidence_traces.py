from __future__ import annotations

import json

import pytest

from evidence.traces import Traces, emptied

TEXT = "Halden Compute has signed for 900 megawatts of capacity at the Osterby substation, the operator said."
TITLE = "Halden signs for power"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "They wrote: “signed for 900 megawatts of capacity” and no more.",
        "HALDEN COMPUTE HAS SIGNED FOR 900",
        "On Tuesday: Halden signs for power.",
        json.dumps({"messages": [{"content": f"<page>\n{TEXT}\n</page>"}]}),
        json.dumps({"answer": json.dumps({"facts": [{"quote": "has signed\nfor 900\nmegawatts of capacity"}]})}),
    ],
)
def test_words_of_a_text_are_found_wherever_they_went(text: str) -> None:
    assert Traces([TEXT, TITLE]).held_by(text)


@pytest.mark.parametrize("text", ["", "Halden Compute has signed for 901 megawatts", "900 megawatts", "{not json", '{"a": ["b"]}'])
def test_other_words_are_left_alone(text: str) -> None:
    assert not Traces([TEXT, TITLE]).held_by(text)


def test_words_that_another_text_has_too_are_not_a_texts_own() -> None:
    own = Traces([TEXT]).without(["The operator: 900 megawatts of capacity at the Osterby substation, no less."])
    assert not own.held_by("megawatts of capacity at the Osterby substation")
    assert own.held_by("Halden Compute has signed for 900")


def test_a_short_title_is_nobodys() -> None:
    assert not Traces(["The news today"]).held_by("This was the news today.")


def test_what_json_holds_of_it_is_emptied_and_nothing_else() -> None:
    value = {"notes": [f"quarantined: {TEXT}", "nothing new"], "n": 3}
    assert emptied(value, Traces([TEXT]).held_by) == {"notes": ["", "nothing new"], "n": 3}
