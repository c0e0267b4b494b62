"""A sentence gives the values of the calculations that it cites, and no figure in the place of one."""

import pytest

from evidence.checks import CheckContext, Ground, check_sentence
from groundwire.records import Sentence, SentenceKind, Severity, Target

BONDS = ("Hollinmere put the cost at $8.4 billion.", "Gridnews gave $9.4 billion. The plant has ten halls.")


def stops(text: str, *values: str) -> bool:
    grounds = tuple(Ground(Target.CALCULATION, value=value, inputs=BONDS) for value in values)
    found = check_sentence(Sentence(text, SentenceKind.MEASURE), CheckContext(grounds, known_names=("Hollinmere", "Gridnews")))
    return any(one.check in {"figure", "date"} and one.severity is Severity.CUT for one in found)


@pytest.mark.parametrize(
    ("true", "false", "values"),
    [
        ("The costs are $1 billion apart.", "The costs are $5 billion apart.", ("1000000000",)),
        ("The share is 34% against 55%.", "The share is 44% against 55%.", ("34.5", "55.4")),
        ("Behind the seven records stand five sources.", "Behind the seven records stand seven sources.", ("7", "5")),
        ("Of the 25 amounts, eleven have two sources.", "Of the 25 amounts, ten have two sources.", ("25", "11", "2")),
        ("It began on 10 November; by 16 November all had it.", "It began on 16 November; by 16 November all had it.", ("2026-11-10", "2026-11-16")),
    ],
)  # fmt: skip
def test_no_figure_and_no_date_stands_in_the_place_of_a_value(true: str, false: str, values: tuple[str, ...]) -> None:
    assert not stops(true, *values)
    assert stops(false, *values)
