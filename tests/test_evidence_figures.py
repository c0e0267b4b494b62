from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.dates import dates
from evidence.figures import figures, render, same_quantity
from evidence.hedges import meaning, split_hedge
from groundwire.records import Figure

PUBLISHED = datetime(2026, 11, 20, tzinfo=UTC)


def read(text: str, language: str = "en", title: str | None = None) -> tuple[Figure, ...]:
    return figures(text, record_id="r", record_version=1, published=PUBLISHED, title_entity=title, language=language)


ONE = [
    ("They spent $1.2 billion.", "$1.2 billion", "1.2e9", "money", "USD"),
    ("They spent 1.2bn on it.", "1.2bn", "1.2e9", "count", None),
    ("It cost €340m.", "€340m", "340e6", "money", "EUR"),
    ("It cost US$3bn.", "US$3bn", "3e9", "money", "USD"),
    ("It cost 9.4 billion kroner.", "9.4 billion kroner", "9.4e9", "money", "kroner"),
    ("It cost half a billion dollars.", "half a billion dollars", "0.5e9", "money", "USD"),
    ("a 120-megawatt hall", "120-megawatt", "120e6", "W", None),
    ("a load of 1.4 GW", "1.4 GW", "1.4e9", "W", None),
    ("used 2.9 gigawatt-hours", "2.9 gigawatt-hours", "2.9e9", "Wh", None),
    ("1,200 permanent jobs", "1,200 permanent jobs", "1200", "count:jobs", None),
    ("some 1.5 million GPUs", "1.5 million GPUs", "1.5e6", "count:gpus", None),
    ("about two dozen racks", "two dozen racks", "24", "count:racks", None),
    ("a 34-billion-parameter model", "34-billion-parameter", "34e9", "count:parameters", None),
    ("it fell 38%", "38%", "38", "%", None),
    ("it fell 38 per cent", "38 per cent", "38", "%", None),
    ("it rose three percentage points", "three percentage points", "3", "pp", None),
    ("it rose by a third", "a third", "33.3333", "%", None),
    ("two-thirds of them left", "two-thirds", "66.6666", "%", None),
    ("More than half of them left", "half", "50", "%", None),
    ("sales more than doubled", "doubled", "2", "x", None),
    ("four times as many", "four times", "4", "x", None),
    ("3x the output", "3x", "3", "x", None),
    ("a 15-year deal", "15-year", "15", "years", None),
    ("within 30 days", "30 days", "30", "days", None),
    ("4.1 cents per kilowatt-hour", "4.1 cents per kilowatt-hour", "0.041", "money/kWh", None),
    ("$30/MWh", "$30/MWh", "30", "money/MWh", "USD"),
    ("12 tonnes of steel", "12 tonnes", "12", "t", None),
    ("a 40-acre site", "40-acre", "40", "acre", None),
    ("at 82 metres", "82 metres", "82", "m", None),
    ("192 gigabytes of memory", "192 gigabytes", "192e9", "B", None),
]


@pytest.mark.parametrize(("text", "quote", "value", "unit", "currency"), ONE)
def test_one_figure(text: str, quote: str, value: str, unit: str, currency: str | None) -> None:
    (figure,) = read(text)
    assert (figure.quote, figure.value, figure.unit, figure.currency) == (quote, Decimal(value), unit, currency)
    assert text[figure.start : figure.end] == quote


@pytest.mark.parametrize(
    ("text", "language", "value", "unit", "currency"),
    [
        ("Sie investiert 1,2 Milliarden Euro.", "de", "1.2e9", "money", "EUR"), ("Sie baut 1.234,5 Megawatt.", "de", "1234.5e6", "W", None),
        ("Rund 340 Mio. Euro sind es.", "de", "340e6", "money", "EUR"), ("Es sind zwölf Prozent.", "de", "12", "%", None),
        ("Il coûte 340 millions d'euros.", "fr", "340e6", "money", "EUR"), ("Il crée 1 200 emplois.", "fr", "1200", "count:emplois", None),
        ("Cuesta 1.200 millones de euros.", "es", "1.2e9", "money", "EUR"), ("Sube un 12,5 %.", "es", "12.5", "%", None),
    ],
)  # fmt: skip
def test_other_notations(text: str, language: str, value: str, unit: str, currency: str | None) -> None:
    (figure,) = read(text, language)
    assert (figure.value, figure.unit, figure.currency) == (Decimal(value), unit, currency)


@pytest.mark.parametrize(
    "text",
    [
        "It opens on 11 November 2026 at 02:14 UTC.", "In 2027 it starts.", "It runs version 2.0.1 of Heron-34B.", "It is No. 1.", "Support is 24/7.",
        "They won 3-2.", "It stands at 42 Main Street.", "Phase 2 starts.", "Call +44 20 7946 0958.", "It is the 5G and A100 age.", "One of the largest opens.",
        "In the third quarter of 2027 it starts.", "See [5].", "Between March and May 2026 it rests.", "Its 2026 results are out.", "The 3rd hall opens.",
    ],
)  # fmt: skip
def test_what_is_no_quantity(text: str) -> None:
    assert read(text) == ()


def test_ranges_give_two_figures() -> None:
    low, high = read("It needs 1.2 to 1.4 GW.")
    assert (low.quote, low.value, low.unit, low.hedge) == ("1.2", Decimal("1.2e9"), "W", "from")
    assert (high.quote, high.value, high.hedge) == ("1.4 GW", Decimal("1.4e9"), "to")
    low, high = read("It costs between $1 billion and $2 billion.")
    assert (low.value, high.value, low.unit) == (Decimal("1e9"), Decimal("2e9"), "money")
    low, high = read("It costs $3-4 million.")
    assert (low.value, high.value, low.currency) == (Decimal("3e6"), Decimal("4e6"), "USD")


def test_hedges_are_kept_and_stay_outside_the_quote() -> None:
    (figure,) = read("Orla Grid plans to invest up to $5 billion by 2030.")
    assert (figure.quote, figure.hedge, figure.period, figure.measure, figure.entity) == (
        "$5 billion",
        "plans to, up to",
        "by 2030",
        "investment",
        "Orla Grid",
    )
    assert split_hedge(figure.hedge) == ("plans to", "up to")
    assert meaning(figure.hedge) == "at most"
    (figure,) = read("It reportedly raised about $2bn.")
    assert figure.hedge == "reportedly, about"


def test_entity_and_dates_come_from_the_sentence_or_the_one_before() -> None:
    first, second = read("Calder Works opened a 5 MW line. It kept its capital spending forecast at $11.2 billion for the year.")
    assert (first.entity, second.entity, second.measure, second.period) == (
        "Calder Works",
        "Calder Works",
        "spending forecast",
        "for the year",
    )
    (figure,) = read("It employs 210 people.", title="Tarn Thermal")
    assert figure.entity == "Tarn Thermal"
    (figure,) = read("As of 30 September 2026, it had 5,000 customers.")
    assert figure.as_of == datetime(2026, 9, 30, tzinfo=UTC)
    (figure,) = read("It uses 300 acre-feet a year.")
    assert (figure.period, figure.as_of) == ("per year", PUBLISHED)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("$340 billion", "$0.34 trillion", True), ("more than half of users", "57%", True), ("about 300 MW", "297 MW", True), ("18 months", "one and a half years", True),
        ("$11.2bn", "$11.2 billion", True), ("9.4 billion kroner", "9.4 million kroner", False), ("$5 million", "€5 million", False), ("5 MW", "5 MWh", False),
        ("more than 90%", "76%", False), ("$336 billion", "$340 billion", False),
    ],
)  # fmt: skip
def test_same_quantity(one: str, other: str, same: bool) -> None:
    (left,), (right,) = read(one), read(other)
    assert same_quantity(left, right) is same
    assert same_quantity(right, left) is same


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("$1.2bn", "$1.2 billion"), ("340 megawatts", "340 MW"), ("1,200 MW", "1.2 GW"), ("18,000 training jobs", "18,000 training jobs"), ("one year", "1 year"),
        ("4.1 cents per kilowatt-hour", "4.1 cents per kWh"), ("1,234,567 people", "1,234,567 people"), ("two-thirds of it", "two-thirds"), ("$9.5 a share", "$9.50 per share"),
        ("9.4 billion kroner", "9.4 billion kroner"), ("1.8-nanometre line", "1.8 nm"), ("31 percent", "31%"),
    ],
)  # fmt: skip
def test_render(text: str, written: str) -> None:
    (figure,) = read(text)
    assert render(figure) == written


@given(
    st.decimals(min_value="0.1", max_value="999", places=1),
    st.sampled_from(["$X billion", "X MW", "X percent", "€Xm", "X million homes", "X trillion kroner"]),
)
def test_what_is_written_in_house_style_reads_the_same(value: Decimal, shape: str) -> None:
    (figure,) = read(shape.replace("X", f"{value:f}"))
    (again,) = read(render(figure))
    assert same_quantity(figure, again)


@given(st.text(alphabet="0123456789.,-–$€%kMGWhbn to half a third ½/x", max_size=60))
def test_figures_never_overlap_and_always_quote_their_text(text: str) -> None:
    found = read(text)
    assert all(text[figure.start : figure.end] == figure.quote for figure in found)
    ordered = sorted((figure.start, figure.end) for figure in found)
    assert all(before[1] <= after[0] for before, after in pairwise(ordered))
    assert len({figure.id for figure in found}) == len(found)


def test_dates_are_normalised() -> None:
    text = "In the third quarter of 2027, on 11 November at 02:14 UTC, Nov. 3, 2026, in March, it may rise by 2030; Tuesday, Q3 2028, 2026-11-12 and 5 p.m."
    assert [mention.value for mention in dates(text)] == [
        "2027-Q3",
        "--11-11",
        "T02:14",
        "2026-11-03",
        "--03",
        "2030",
        "W1",
        "2028-Q3",
        "2026-11-12",
        "T17:00",
    ]
    assert all(text[mention.start : mention.end] == mention.text for mention in dates(text))
