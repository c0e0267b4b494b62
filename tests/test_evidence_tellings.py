"""Who says it, what ties it together, which way it went and how firmly: sentences against one or two source sentences."""

from __future__ import annotations

import pytest

from evidence.causes import invented
from evidence.firmness import dropped
from evidence.polarity import reversed_figure, reversed_stance
from evidence.speakers import can_be_one, speakers

TWO = ("The mill lost 9 percent of its orders in March.", "Timber from the north costs 40 euros more.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Dearer timber from the north lies behind the loss of 9 percent of its orders.",
        "Anger over the price of timber cost the mill 9 percent of its orders.",
        "Alarmed by the price of timber from the north, buyers took 9 percent of their orders from the mill.",
        "The mill lost 9 percent of its orders on account of timber from the north.",
    ],
)
def test_two_facts_are_no_cause(sentence: str) -> None:
    assert invented(sentence, TWO, TWO)


def test_a_cause_in_other_words_is_one() -> None:
    source = "The mill lost 9 percent of its orders after timber from the north rose by 40 euros."
    assert not invented("Because timber from the north had risen, the mill lost 9 percent of its orders.", (source,), (source,))


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The samples prove that the water is clean.", "The samples suggest that the water is clean."),
        ("The bridge costs $6 million to mend.", "Mending the bridge costs $6 million, the county estimates."),
        ("The guild is suing the harbour.", "The guild will decide in May whether to sue the harbour."),
        ("The kiln burns straw.", "The kiln could burn straw."),
    ],
)
def test_firmer_than_the_source(sentence: str, source: str) -> None:
    assert dropped(sentence, (source,))
    assert not dropped(source, (source,))


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Owners are free to let the barns.", "Owners may not let the barns."),
        ("New piers would be required for the ferry.", "The ferry would need no new piers."),
        ("The law exempts the mill from showing its books.", "The mill must show its books under the law."),
        ("The board limits the number of boats.", "The board declines to set a cap on the number of boats."),
    ],
)
def test_what_may_and_must_be(sentence: str, source: str) -> None:
    assert reversed_stance(sentence, (source,))
    assert not reversed_stance(source, (source,))


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("The wait has come down to 43 months.", "The wait has lengthened to 43 months from 24."),
        ("The stock shed 5.4 percent.", "The shares rose 5.4 percent."),
        ("Spending worsened, reaching $1.60.", "It spent $1.60 for each dollar of revenue, down from $2.30."),
    ],
)
def test_which_way_a_figure_went(sentence: str, source: str) -> None:
    assert reversed_figure(sentence, (source,))
    assert not reversed_figure(source, (source,))


def test_who_is_named_or_not_is_told_apart() -> None:
    text = "The union of the dockers asked for more. Harlan Cable, the maker of the rope, refused."
    union, maker, analyst = (
        speakers(one)[0]
        for one in (
            "Ropes fail, the union pointed out.",
            "Ropes fail, Harlan Cable objected.",
            "Ropes fail, said Ida Brandt of Tidewell Research.",
        )
    )
    assert not can_be_one(maker, union, (text,))
    assert not can_be_one(union, maker, (text,))
    assert not can_be_one(maker, analyst, (text,))
    assert can_be_one(maker, speakers("Ropes fail, a company official said.")[0], (text,))
