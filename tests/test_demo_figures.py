"""Every figure that the demo publishes traces to a passage or a calculation, and no row of a ledger stands twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import pytest

from evidence.citations import calculate
from evidence.figures import Quantity, quantities
from evidence.quantities import comparable, same_quantity, supports
from groundwire.records import Article, Citation, Record, Sentence, SentenceKind, Target
from groundwire.store import articles, records
from groundwire.store.articles import numbered
from groundwire.store.database import Database

SMALL = Decimal(12)
"""Counts up to here in words are checked by the writer's own checks on how many of what it lists."""


@pytest.fixture(scope="module")
def live(demo_days: Database) -> tuple[Article, ...]:
    found = articles.live(demo_days)
    assert len(found) >= 3
    return found


def record_of(db: Database, record_id: str | None) -> Record:
    found = records.get(db, record_id or "")
    assert found, record_id
    return found


def test_every_row_of_a_ledger_quotes_its_record(demo_days: Database, live: tuple[Article, ...]) -> None:
    rows = [row for article in live for row in article.figures]
    assert rows
    for row in rows:
        figure = row.figure
        record = record_of(demo_days, figure.record_id)
        assert record.text[figure.start : figure.end] == figure.quote
        assert record.text[figure.sentence_start : figure.sentence_end].find(figure.quote) >= 0
        assert row.outlets and (record.outlet in row.outlets)


def test_no_figure_has_two_rows_and_a_conflict_is_never_with_itself(live: tuple[Article, ...]) -> None:
    for article in live:
        for a, b in combinations(article.figures, 2):
            same = a.figure.unit == b.figure.unit and a.figure.entity == b.figure.entity and a.figure.measure == b.figure.measure
            assert not (same and same_quantity(a.figure, b.figure)), (a.figure, b.figure)
        for row in article.figures:
            assert all(row.figure.quote not in other for other in row.conflict)
            assert not row.conflict or row.figure.unit.startswith("count") or row.figure.entity


def sentences(article: Article) -> Iterator[Sentence]:
    for _, _, sentence in numbered(article):
        if sentence.kind is not SentenceKind.FRAME and not sentence.cut:
            yield sentence


def texts(db: Database, citation: Citation) -> Iterator[str]:
    for source in (citation, *citation.inputs):
        if source.record_id and source.start is not None and source.end is not None:
            text = record_of(db, source.record_id).text
            start = max(text.rfind("\n", 0, source.start), 0)
            end = text.find("\n", source.end)
            yield text[start : end if end >= 0 else len(text)]


def borne(stated: Quantity, given: list[Quantity], values: set[str]) -> bool:
    if any(comparable(other, stated) and supports(other, other.step, stated, stated.step) for other in given):
        return True
    exact = (Decimal(value) for value in values if re.fullmatch(r"-?\d+(\.\d+)?", value))
    return any(abs(value - stated.value) <= stated.step / 2 for value in exact)


def test_every_number_of_a_published_sentence_is_in_a_cited_passage_or_a_calculation(
    demo_days: Database, live: tuple[Article, ...]
) -> None:
    checked, faults = 0, []
    for article in live:
        for sentence in sentences(article):
            given = [q for c in sentence.citations for text in texts(demo_days, c) for line in text.splitlines() for q in quantities(line)]
            values = {c.value for c in sentence.citations if c.value} | {i.value for c in sentence.citations for i in c.inputs}
            for stated in quantities(sentence.text):
                if stated.unit.startswith("count") and stated.value <= SMALL and not sentence.text[stated.start].isdigit():
                    continue
                checked += 1
                if not borne(stated, given, values):
                    faults.append((article.slug, sentence.text, stated))
    assert checked > 40
    assert faults == []


def test_every_calculation_gives_its_value_again(live: tuple[Article, ...]) -> None:
    for article in live:
        for sentence in sentences(article):
            for citation in sentence.citations:
                if citation.target is Target.CALCULATION:
                    assert calculate(citation.rule or "", citation.inputs) == citation.value


def test_the_wire_has_conflicts_and_the_ledger_shows_them(live: tuple[Article, ...]) -> None:
    shown = [(row.figure.quote, row.conflict) for article in live for row in article.figures if row.conflict]
    assert any(quote == "$8.4 billion" and any("$9.4 billion" in other for other in conflict) for quote, conflict in shown), shown
