"""Figures that a writer reckons from cited ones: taken when one calculation makes them and the sentence says so, never when they look like a slip."""

from dataclasses import replace

import pytest

from evidence.grounds import stated_quantities
from evidence.quantities import supports
from evidence.reckoned import bare_follows, follows_from


def follows(sentence: str, written: str, *cited: str) -> bool:
    stated = next(one for one in stated_quantities(sentence) if written in sentence[one.quantity.start : one.quantity.end])
    return follows_from(stated, cited)


@pytest.mark.parametrize(
    ("sentence", "written", "cited"),
    [
        ("The contract comes to some $24 million a year.", "$24", ("It runs for four years and is worth about $96 million.",)),
        ("Together the four units weigh 1,640 tonnes.", "1,640", ("Four units were ordered. They weigh about 410 tonnes each.",)),
        ("They earn about $71 an hour, up from roughly $62 a year ago.", "$62", ("They earn about $71 an hour, 14 percent more than a year ago.",)),
        ("That is 70 cents less than a year before.", "70 cents", ("It spent $1.60 for each dollar of revenue, down from $2.30.",)),
        ("Net income was up by about half, to $4.1 billion.", "half", ("Net income was $4.1 billion, compared with $2.7 billion a year earlier.",)),
        ("The collateral for all of it would be $270 million.", "$270", ("Collateral is $180,000 per megawatt. The campus takes 1.5 gigawatts.",)),
        ("It lasted some 20 minutes longer than that.", "20 minutes", ("It failed for six hours.", "The company spoke of five hours and 40 minutes.")),
        ("More than one in five of the 500 was wrong.", "one in five", ("Of 500 references, 41 did not exist. Another 66 existed and were misread.",)),
    ],
)  # fmt: skip
def test_what_one_calculation_makes_follows(sentence: str, written: str, cited: tuple[str, ...]) -> None:
    assert follows(sentence, written, *cited)


@pytest.mark.parametrize(
    ("sentence", "written", "cited"),
    [
        ("It would spend about $9.4 billion on the campus.", "$9.4", ("It will spend $8.4 billion on the campus, $1 billion of it this year.",)),
        ("The deal was worth $24 million.", "$24", ("It is worth about $96 million.", "Four years have passed.")),
        ("Its value has grown by well over half.", "half", ("The order is now worth $880 million, up from $610 million.",)),
        ("It could hold full output for about six hours.", "six hours", ("It holds it for four hours. The other lasts two hours.",)),
    ],
)  # fmt: skip
def test_a_slip_and_a_chance_result_do_not_follow(sentence: str, written: str, cited: tuple[str, ...]) -> None:
    assert not follows(sentence, written, *cited)


def test_a_number_without_a_unit_has_that_of_a_figure_beside_it() -> None:
    sentence = "The cap of 1.5 gigawatts lies 0.1 above the first application."
    at = sentence.index("0.1")
    cited = ("The board capped the campus at 1.5 gigawatts. That is more than the 1.4 gigawatts in the first application.",)
    value = next(one.quantity.value for one in stated_quantities("0.1 gigawatts")) / 10**9
    assert bare_follows(value, (at, at + 3), sentence, cited)
    assert not bare_follows(value * 3, (at, at + 3), sentence, cited)


@pytest.mark.parametrize(
    ("source", "claim", "borne"),
    [
        ("340 yards", "a little over 300 metres", True),
        ("640 acres", "about 260 hectares", True),
        ("640 acres", "640 hectares", False),
        ("38 miles", "about 61 kilometres", True),
        ("38 miles", "about 38 kilometres", False),
    ],
)
def test_a_measure_may_be_given_in_the_units_of_another_system(source: str, claim: str, borne: bool) -> None:
    one, other = (stated_quantities(f"It is {text} away.")[0] for text in (source, claim))
    assert supports(one.quantity, one.quantity.step, replace(other.quantity, hedge=other.hedge), other.quantity.step) is borne
