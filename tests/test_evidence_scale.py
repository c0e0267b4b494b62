"""Comparisons with rows of the reference table, and their proof."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from evidence.citations import RULES, prove, reference_values
from evidence.figures import figures
from evidence.scale import Comparison, comparison
from groundwire.records import Figure, Target
from synth.find.lens import Reference, load_lens

LENS = Path(__file__).resolve().parent.parent / "templates" / "lenses" / "ai-stack.toml"
TABLE = load_lens(LENS).references
PUBLISHED = datetime(2026, 11, 20, tzinfo=UTC)
PLANT = Reference("plant", "the output of one plant", "1600000000", "W", "A page", "https://a.example/", "2024", measures="capacity demand")
HOME = Reference(
    "home",
    "what a home uses",
    "10000000",
    "Wh",
    "A page",
    "https://a.example/",
    "2024",
    measures="consumption per-year",
    counted="homes use",
)


def one(text: str) -> Figure:
    return figures(text, record_id="r", record_version=1, published=PUBLISHED)[0]


def compared(text: str, *table: Reference) -> str | None:
    found = comparison(one(text), table)
    return found.words if found else None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The plant has a capacity of 4 gigawatts.", "about 2.5 times the output of one plant"),
        ("The plant has a capacity of 1.6 gigawatts.", "about as much as the output of one plant"),
        ("The plant has a capacity of 640 megawatts.", "about 40% of the output of one plant"),
        ("Its consumption is 3 terawatt-hours a year.", "about as much as 300,000 homes use"),
        ("Its consumption is 31.4 terawatt-hours a year.", "about as much as 3.1 million homes use"),
    ],
)
def test_a_figure_is_set_against_the_row_that_fits(text: str, words: str) -> None:
    assert compared(text, PLANT, HOME) == words


@pytest.mark.parametrize(
    "text",
    [
        "The plant has a capacity of 40 megawatts.",  # too small to picture
        "The plant has a capacity of 90 gigawatts.",  # too large
        "The plant has a capacity of up to 4 gigawatts.",  # a bound
        "Capacity rose by 4 gigawatts.",  # the size of a change
        "It invests $4 billion.",  # no row in its unit
        "Its consumption is 3 terawatt-hours.",  # energy in no time
        "The line is for 500 kilovolts.",
    ],
)
def test_what_is_not_compared(text: str) -> None:
    assert compared(text, PLANT, HOME) is None


def test_sums_are_never_compared_across_currencies() -> None:
    row = Reference("p", "a plant", "3000000000", "money", "A page", "https://a.example/", "2024", currency="USD", measures="investment")
    assert compared("It invests $6 billion in it.", row) == "about 2 times a plant"
    assert compared("It invests 6 billion euros in it.", row) is None


TEXT = "The plant has a capacity of 4 gigawatts."


def proofs(found: Comparison, table: tuple[Reference, ...] = (PLANT,)) -> list[str | None]:
    values = reference_values(
        {"key": r.key, "statement": r.statement, "value": r.value, "unit": r.unit, "source": r.source, "date": r.date, "url": r.url}
        for r in table
    )
    return [prove(citation, lambda record, version: TEXT, values.get) for citation in found.citations]


def test_a_comparison_proves_itself_and_its_marker_shows_the_page() -> None:
    found = comparison(one(TEXT), (PLANT,))
    assert found
    calculation, row = found.citations
    assert proofs(found) == [None, None]
    assert calculation.value == "2.5" and calculation.rule in RULES
    assert row.target is Target.REFERENCE and row.rule == "plant" and row.value == "1600000000"
    assert row.quote and "https://a.example/" in row.quote and "2024" in row.quote


def test_a_comparison_fails_when_the_row_the_figure_or_the_result_changes() -> None:
    found = comparison(one(TEXT), (PLANT,))
    assert found
    assert all(proofs(found, (replace(PLANT, value="1700000000"),)))
    assert all(proofs(found, ()))
    calculation, row = found.citations
    wrong = replace(found, citations=(replace(calculation, value="2.6"), replace(row, quote="the output of ten plants")))
    assert all(proofs(wrong))
    other = replace(calculation, rule="ratio")
    assert "reads no row" in (prove(other, lambda record, version: TEXT, {"plant": "1600000000"}.get) or "")


def test_the_table_of_the_default_lens_names_a_page_for_every_row() -> None:
    rows = tomllib.loads(LENS.read_text(encoding="utf-8"))["reference"]
    assert 0 < len(rows) <= 20
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        assert (
            Decimal(row["value"]) > 0
            and row["url"].startswith("http")
            and row["source"]
            and row["date"]
            and row["accessed"] == "2026-11-20"
        )


def test_the_default_table_gives_plain_scale() -> None:
    assert compared("The campus will have a capacity of 1.4 gigawatts.", *TABLE) == "about 85% of the output of one EPR nuclear reactor"
    assert (compared("Their consumption is 3.2 terawatt-hours a year.", *TABLE) or "").startswith("about 51% of the electricity")
