"""A passage states the figures of a sentence, of the same thing; what could be reckoned from it is not stated."""

from __future__ import annotations

import pytest

from evidence.stating import states_figures

SPEND = "Hollinmere Cloud would spend $4.4 billion on a campus in Merrow County, it said."


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        (SPEND, "The company will spend $4.4 billion on the campus."),
        (SPEND, "It is a big year. The company will spend $4,400 million on the campus."),
        ("The contract runs for 15 years.", "The contract runs for 15 years and starts in 2028."),
        ("Shares fell 3.1%.", "The shares fell 3.1% by midday."),
        ("Ground, Sitework Weekly reported, is to be broken in 2027.", "Ground is to be broken in 2027."),
        (
            "It expects a peak of 41.6 GW, up from 33.8 GW, according to Gridnews.",
            "It expects a peak of 41.6 gigawatts, up from 33.8 gigawatts.",
        ),
        ("The queue for the grid is long.", "The queue there is very long."),
        ("“We looked at 31 sites,” she said on 10 November of the wires.", "“We looked at 31 sites,” she said of the wires."),
        (
            "Osterby needs two new transformers, and each takes 30 months to deliver.",
            "Osterby will need two new transformers. Each takes 30 months to deliver.",
        ),
    ],
)
def test_a_passage_states_what_a_sentence_counts(sentence: str, passage: str) -> None:
    assert states_figures(sentence, passage)


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        (SPEND, "He told analysts that capital spending would reach about $12 billion in 2027, up from $7.6 billion this year."),
        (SPEND, "It would spend $2.2 billion on a campus here and $2.2 billion on a campus there."),
        (SPEND, "Revenue was $4.4 billion last year."),
        (SPEND, "Revenue was $4.4 billion last year. It would spend it on a campus."),
        ("The contract runs for 15 years.", "The loan runs for 15 years."),
        ("The contract runs for 15 years.", "The contract runs from 2028 to 2043."),
        ("Four of ten sites were bought.", "Six of ten sites were bought."),
        ("Osterby needs two new transformers, and each takes 30 months to deliver.", "Osterby will need two new transformers."),
        ("Tessaline denied on 10 November that the accelerator would be late.", "Tessaline has been late before."),
        ("The order doubled to 80 machines.", "The order was 40 machines."),
    ],
)
def test_a_figure_of_another_thing_or_one_that_is_reckoned_is_not_stated(sentence: str, passage: str) -> None:
    assert not states_figures(sentence, passage)
