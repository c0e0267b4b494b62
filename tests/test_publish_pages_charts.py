"""Charts as geometry: what is drawn lies inside, is told in words, and stands in a table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundwire.records import LayerShare
from publish import charts
from publish.stack import Week, by_day, stack_of

KNOWN = charts.layers_of([("chip", "Chips"), ("energy", "Energy"), ("No slug", "Odd")])
UTC_ZONE = ZoneInfo("UTC")
DAY = datetime(2026, 6, 3, 6, tzinfo=UTC)
SHARE = st.floats(0, 1, allow_nan=False)


def number(share: str) -> float:
    return float(share.removesuffix("%"))


def test_layers_have_the_colours_of_their_order_and_a_page_when_their_name_is_a_slug() -> None:
    assert [(layer.name, layer.hue, layer.href) for layer in KNOWN.values()] == [
        ("Chips", 1, "stack/chip/index.html"),
        ("Energy", 2, "stack/energy/index.html"),
        ("Odd", 3, None),
    ]


def test_a_layer_that_the_lens_does_not_have_is_named_and_not_linked() -> None:
    view = charts.layer_view("deep-sea <b>", KNOWN)
    assert (view.name, view.href) == ("Deep sea <b>", None) and 1 <= view.hue <= 8


@given(st.lists(st.tuples(SHARE, SHARE), min_size=1, max_size=8))
def test_bars_of_the_picture_stay_inside_with_room_for_their_words(shares: list[tuple[float, float]]) -> None:
    drawn = charts.picture([LayerShare("chip", a, b) for a, b in shares], KNOWN)
    if drawn is None:
        assert all(max(pair) < charts.LEAST for pair in shares)
        return
    for bar in drawn.bars:
        assert 12 <= number(bar.left) <= 50 <= number(bar.right) <= 88
    assert len(drawn.table.rows) == len(shares)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60))
def test_columns_stand_side_by_side_on_the_ground(counts: list[int]) -> None:
    drawn = charts.volume([(f"day {i}", n) for i, n in enumerate(counts)])
    if drawn is None:
        assert not any(counts)
        return
    ends = [number(c.x) + number(c.width) for c in drawn.columns]
    assert all(end <= number(after.x) + 0.02 for end, after in zip(ends, drawn.columns[1:], strict=False)) and ends[-1] <= 100
    assert all(c.y >= 20 and abs(c.y + c.height - drawn.base) < 0.2 for c in drawn.columns)
    assert [row[1] for row in drawn.table.rows] == [str(n) for n in counts]


def test_a_volume_is_told_in_words() -> None:
    drawn = charts.volume([("1 June", 0), ("2 June", 3), ("3 June", 1)])
    assert drawn and drawn.description == "4 accounts in 3 days, 1.3 a day; the most, 3, on 2 June."


@given(st.lists(st.tuples(SHARE, SHARE), min_size=1, max_size=10))
def test_the_last_values_of_a_gauge_can_be_read_beside_one_another(shares: list[tuple[float, float]]) -> None:
    weeks = [(f"week {i}", i / max(len(shares) - 1, 1), LayerShare("chip", a, b)) for i, (a, b) in enumerate(shares)]
    drawn = charts.gauge("Chips", weeks)
    assert drawn
    one, other = (line.value_y for line in drawn.lines)
    assert abs(one - other) >= charts.APART - 0.2
    assert all(0 <= p.y <= drawn.floor and 0 <= number(p.x) <= charts.RIGHT for line in drawn.lines for p in line.points)


def test_a_gauge_says_where_it_was_and_where_it_is() -> None:
    weeks = [("1 June", 0.0, LayerShare("chip", 0.2, 0.1)), ("8 June", 1.0, LayerShare("chip", 0.25, 0.4))]
    drawn = charts.gauge("Chips", weeks)
    assert drawn and drawn.description == (
        "Chips, in the week to 8 June: 25% of coverage, 40% of commitments; in the week to 1 June it was 20% and 10%."
    )


@pytest.mark.parametrize(
    "values",
    [[("$1", Decimal(1), "A")], [("$1", Decimal(1), "A"), ("$1", Decimal(1), "B")], [("-1", Decimal(-1), "A"), ("2", Decimal(2), "B")]],
)
def test_a_spread_needs_two_values_from_zero_up(values: list[tuple[str, Decimal, str]]) -> None:
    assert charts.spread("x", values) is None


def test_a_spread_draws_values_to_scale_the_largest_first() -> None:
    drawn = charts.spread("Corvane, order", [("$4.2 billion", Decimal("4.2"), "A"), ("$8.4 billion", Decimal("8.4"), "B")])
    assert drawn and [(a.value, a.width) for a in drawn.accounts] == [("$8.4 billion", "100.00%"), ("$4.2 billion", "50.00%")]
    assert drawn.description == "Corvane, order: $8.4 billion according to B and $4.2 billion according to A."


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_dots_of_a_timeline_never_cover_one_another(places: list[float]) -> None:
    drawn = charts.timeline([("day", at, False) for at in sorted(places)])
    assert drawn
    for i, one in enumerate(drawn.dots):
        assert 0 < one.y < drawn.axis and 4 <= number(one.x) <= 96
        assert all(one.y != o.y or abs(number(one.x) - number(o.x)) >= charts.NEAR - 0.011 for o in drawn.dots[i + 1 :])


def weeks(*values: tuple[int, float, float]) -> list[Week]:
    return [Week(DAY + timedelta(days=d), (LayerShare("chip", a, b),)) for d, a, b in values]


def test_a_stack_shows_the_newest_week_and_each_moment_once() -> None:
    stack = stack_of(KNOWN, weeks((7, 0.3, 0.5), (0, 0.4, 0.2), (7, 0.3, 0.5)), {}, UTC_ZONE)
    chips = stack.levels[0]
    assert (chips.coverage, chips.commitment, chips.ahead) == ("30%", "50%", "commitments are ahead of attention by 20 points")
    assert chips.gauge and [row[0] for row in chips.gauge.table.rows] == ["3 June 2026", "10 June 2026"]
    assert stack.measured and stack.measured.day == "10 June 2026"


def test_a_stack_without_a_measured_week_says_nothing_of_shares() -> None:
    stack = stack_of(KNOWN, [], {"chip": {date(2026, 6, 1): 2, date(2026, 6, 3): 1}}, UTC_ZONE)
    assert stack.week is None and stack.levels[0].gauge is None
    assert stack.levels[0].volume and [r[1] for r in stack.levels[0].volume.table.rows] == ["2", "0", "1"]
    assert stack.levels[1].volume is None


def test_days_are_those_of_the_publication() -> None:
    late = datetime(2026, 6, 3, 23, tzinfo=UTC)
    assert by_day([("chip", late, 2), ("chip", late - timedelta(hours=3), 1)], ZoneInfo("Europe/Berlin")) == {
        "chip": {date(2026, 6, 4): 2, date(2026, 6, 3): 1}
    }
