from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.context import title_entity
from evidence.dates import dates
from evidence.figures import figures, render, same_quantity
from evidence.hedges import meaning, split_hedge
from evidence.language import language_by_words
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


def day(figure: Figure) -> str | None:
    return figure.as_of.date().isoformat() if figure.as_of else None


@pytest.mark.parametrize(
    ("text", "period", "as_of"),
    [
        ("As of 30 September, Tarnfeld employed 410 people.", None, "2026-09-30"),
        ("At the end of 2025 Tarnfeld employed 340 people.", "at the end of 2025", "2025-12-31"),
        ("Tarnfeld hired 22 engineers in October.", "in october", "2026-10-31"),
        ("Tarnfeld hired 22 engineers in November.", "in november", "2026-11-20"),
        ("Sales were $300 million a year ago.", "a year ago", None),
        ("Last year Tarnfeld had foreseen 12 gigawatts.", "last year", None),
        ("The peak rises to 12 gigawatts by 2032.", "by 2032", "2026-11-20"),
        ("It will employ 90 people by the end of 2030.", "by the end of 2030", "2026-11-20"),
        ("It reported third-quarter revenue of $12 billion.", "third quarter", "2026-11-20"),
        ("Loans worth $4 billion were signed since July.", "since july", "2026-11-20"),
        ("The margin has risen by 2 percentage points since the spring.", "since the spring", "2026-11-20"),
        ("The hall, empty since 2011, is to hold 8 machines.", None, "2026-11-20"),
        ("It would spend $9 million where a mill stood until 2023.", None, "2026-11-20"),
        ("Its order book stands at $7 billion, enough for 43 months.", None, "2026-11-20"),
    ],
)
def test_when_a_figure_holds(text: str, period: str | None, as_of: str | None) -> None:
    figure = read(text)[0]
    assert (figure.period, day(figure)) == (period, as_of)


@pytest.mark.parametrize(
    ("text", "language", "period"),
    [
        ("Bis Ende 2029 baut Orvane Werk 14 Gigawatt.", "de", "bis ende 2029"),
        ("Der Umsatz lag im dritten Quartal bei 3 Millionen Euro.", "de", "im dritten quartal"),
        ("Orvane investira 3 milliards d'euros en 2028.", "fr", "en 2028"),
        ("El precio subió un 12,5 % en octubre.", "es", "en octubre"),
        ("El sitio usa 5 millones de litros al año.", "es", "per year"),
    ],
)
def test_periods_in_other_languages(text: str, language: str, period: str) -> None:
    assert read(text, language)[0].period == period


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("Orvane asked for 1.8 gigawatts in place of 1.2.", ("1.8e9", "1.2e9"), "W"),
        ("Builders say they want 14.3 gigawatts. The grid company believes 6.1.", ("14.3e9", "6.1e9"), "W"),
        ("Orvane puts it at $8,000 a kilowatt. Comparable designs reach $12,000.", ("8000", "12000"), "money/kW"),
        ("Prices rose to $2,300 per kilowatt, from about $1,100.", ("2300", "1100"), "money/kW"),
        ("Der Anschluss bekommt 14 Gigawatt statt 9.", ("14e9", "9e9"), "W"),
        ("The council passed it by six votes to three.", ("6", "3"), "count:votes"),
        ("The vote was 9 to 2.", ("9", "2"), "count:votes"),
    ],
)
def test_a_unit_that_is_said_once_counts_for_both(text: str, values: tuple[str, ...], unit: str) -> None:
    found = read(text, "de" if "statt" in text else "en")
    assert [(f.value, f.unit) for f in found] == [(Decimal(value), unit) for value in values]


def test_what_has_a_unit_or_a_period_of_its_own_keeps_it() -> None:
    assert [f.unit for f in read("Power costs $58 per megawatt-hour. Comparable homes pay $90 a month.")] == ["money/MWh", "money"]
    assert [f.unit for f in read("It draws 40 megawatts, not from 12 customers.")] == ["W", "count:customers"]
    assert [f.unit for f in read("It draws 40 megawatts. Nine halls and 26 times more.")][:1] == ["W"]


@pytest.mark.parametrize(
    ("text", "title", "entities"),
    [
        ("For $45 million, Hollin Cloud has bought a place in line.", None, ["Hollin Cloud"]),
        ("The sum went up. It lent Brackmoor $400 million in the spring.", "Tessal", ["Tessal"]),
        ("Orvane scored 93 percent, compared with 81 percent for Pilgrim 3.", None, ["Orvane", "Pilgrim 3"]),
        ("One of the loans is a facility of $3 billion for Hollin Cloud.", None, ["Hollin Cloud"]),
        ("Orvane spoke first. Tarn Grid has enlarged a station at Lowmere, Dorn County, to six units.", None, ["Tarn Grid"]),
        ("Orvane wants a battery, to be built by Tarn Storage for about $1.1 billion.", None, ["Tarn Storage"]),
        ("Orvane knows a like station, at Dunmoor, cost $340 million.", None, ["Dunmoor"]),
        ("Orvane is waiting. A permit for engines of 220 megawatts is before the county.", None, [None]),
        ("Orvane is waiting. Each further 100 megawatts could need collateral.", None, [None]),
        ("Tassell, the finance chief, said that it would borrow $2 billion.", "Orvane", ["Orvane"]),
        ("Noteharrow caps a visit at 40 minutes.", None, ["Noteharrow"]),
        ("Firm orders will come to 29 gigawatts.", "Grauwerk", ["Grauwerk"]),
        ("The mayor said the town would widen Quay Road. The 90 jobs would pay well.", "Orvane", ["Orvane"]),
        ("Documents seen by Toll Business name it. The loan is $3 billion.", "Orvane", ["Orvane"]),
    ],
)
def test_whose_figure_it_is(text: str, title: str | None, entities: list[str | None]) -> None:
    assert [f.entity for f in read(text, title=title)] == entities


def test_german_nouns_are_no_names() -> None:
    text = (
        "Der Turbinenbauer Grauwerk baut in Talheim aus. Bis Ende 2029 soll die Fertigung auf 14 Gigawatt im Jahr steigen. Grund ist der "
        "Strombedarf von Rechenzentren. Der Bestand ist auf 31 Gigawatt gewachsen. Das Land zahlt 45 Millionen Euro."
    )
    assert [f.entity for f in read(text, "de", title="Grauwerk")] == ["Grauwerk", "Grauwerk", "Land"]


def test_a_plain_word_of_a_title_is_no_entity() -> None:
    text = "The pipe trade is short of hands. It has asked the state for $8 million."
    assert title_entity("Pipe fitters in short supply", text) is None
    assert title_entity("Lenders quietly ask for proof", "Lenders have begun to ask.") is None
    assert title_entity("Data-centre owners want out", "Owners of halls want out.") is None


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("The notes fall due in seven years and pay 7.1 percent.", ["term", "interest"]),
        ("Its order book stands at $7 billion.", ["order book"]),
        ("Lines for $9 billion are planned.", ["investment"]),
        ("It has 1.1 gigawatts in operation.", ["capacity"]),
        ("It needs half as much power again.", ["consumption"]),
        ("The peak grows to 41 gigawatts. A year ago it had foreseen 37 gigawatts.", ["demand", "demand"]),
        ("It lost 8 percent of its market value.", ["valuation"]),
        ("Tarn raised its spending by 31 percent.", ["spending"]),
        ("Inventories fell to 41 days of sales.", ["inventory"]),
        ("The plant will need 85 megawatts.", ["demand"]),
        ("The change would save $58 million.", ["savings"]),
        ("It could add $37 million a year to tax income.", ["tax"]),
        ("The plant takes 40 megawatts.", ["capacity"]),
    ],
)
def test_what_a_figure_measures(text: str, measures: list[str | None]) -> None:
    assert [f.measure for f in read(text)] == measures


def test_no_share_in_a_time_and_no_count_lost() -> None:
    assert read("He said that a quarter of delay saves a talk.") == ()
    assert [f.unit for f in read("A study of four earlier grants has another thousand pages.")] == ["count:grants", "count:pages"]


TOLD = {
    "de": "Der Konzern will in der Stadt ein neues Werk bauen und investiert dafür 1,8 Milliarden Euro. Das ist mehr als im Jahr davor.",
    "fr": "Le groupe va construire une usine dans la ville et il investit 1,8 milliard d'euros. C'est plus que ce qui était prévu par les élus.",
    "es": "La empresa va a construir una planta en la ciudad y para ello invertirá 1.800 millones de euros. Es más de lo que se esperaba.",
    "en": "The company will build a new plant in the city and it has set aside 1.8 billion euros for that. It is more than was expected.",
}


@pytest.mark.parametrize("language", list(TOLD))
def test_a_text_without_a_language_is_read_in_the_one_its_words_are_in(language: str) -> None:
    assert language_by_words(TOLD[language]) == language
    found = figures(TOLD[language], record_id="r", record_version=1, published=PUBLISHED, language=None)
    assert [(f.value, f.currency) for f in found] == [(Decimal("1.8e9"), "EUR")]


def test_a_headline_and_a_language_that_is_not_read_are_not_guessed_into_one() -> None:
    assert language_by_words("Orvane 9000 Lowmere") is None
    assert (
        language_by_words("Il gruppo investe 3,5 miliardi nella fabbrica e non ha detto di più, come si legge sul sito del gruppo") == "it"
    )


def test_a_code_among_the_names_owns_no_figure() -> None:
    text = "Data centres will pay 4.1 cents. Print CNRY-S12-DEBDCF here: it pays 4.1 cents per kilowatt-hour. CNRY-S12-DEBDCF will pay $2 billion."
    found = figures(text, record_id="r", record_version=1, published=datetime(2026, 11, 16, tzinfo=UTC))
    assert found and all("CNRY" not in (f.entity or "") for f in found)
