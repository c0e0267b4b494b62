"""`groundwire calibrate`: what editors decided moves the score of the checks, and too few decisions move nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from calling import call
from publish_sample import fill, sample

from evidence.calibration import LEAST, Decided, fit
from evidence.score import Calibration
from groundwire import calibrating
from groundwire.config import Settings
from groundwire.records import Article, ArticleStatus, Correction, Sentence, SentenceKind
from groundwire.store import articles
from groundwire.store.database import Database, open_database
from synth.write.calibrating import decisions

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


def decided(accepted: list[float], struck: list[float]) -> tuple[Decided, ...]:
    return (*(Decided(margin, True) for margin in accepted), *(Decided(margin, False) for margin in struck))


def spread(middle: float, number: int = LEAST) -> list[float]:
    return [middle + (index % 5 - 2) / 2 for index in range(number)]


def test_editors_who_accept_less_move_the_offset_down_and_the_loss() -> None:
    found = fit(decided(spread(3.0), spread(1.0)))
    assert found is not None
    assert found.calibration.offset < -0.5
    assert found.calibration.slope > 0
    assert found.after < found.before


def test_the_same_decisions_give_the_same_calibration_in_any_order() -> None:
    given = decided(spread(2.0, 30), spread(-1.0, 25))
    assert fit(given) == fit(tuple(reversed(given)))


def test_too_few_of_a_kind_or_decisions_against_the_score_fit_nothing() -> None:
    assert fit(decided(spread(2.0, 200), spread(-1.0, LEAST - 1))) is None
    assert fit(decided(spread(-4.0, 200), spread(4.0, 200))) is None


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "groundwire.db")) as db:
        yield db


def reports(article: Article) -> list[tuple[int, Sentence]]:
    return [(n, s) for n, _, s in articles.numbered(article) if s.kind is SentenceKind.REPORT and s.citations and not s.cut]


def test_an_approved_version_accepts_its_sentences(stored: Database) -> None:
    article = replace(sample(), status=ArticleStatus.HELD)
    fill(stored, article)
    with stored.transaction():
        articles.review(stored, article, "approve", "Ada", "reads well", NOW)
    found = decisions(stored)
    assert found
    assert all(one.accepted for one in found)


def test_a_rejection_strikes_the_sentences_that_its_reason_names(stored: Database) -> None:
    article = replace(sample(), status=ArticleStatus.HELD)
    fill(stored, article)
    (number, _), (_, quoted), *_ = reports(article)
    words = " ".join(quoted.text.split()[:6])
    with stored.transaction():
        articles.review(stored, article, "reject", "Ada", f"sentence {number} is wrong, and nobody says “{words}”", NOW)
    found = decisions(stored)
    assert len(found) == 2
    assert not any(one.accepted for one in found)


def test_a_sentence_that_had_to_be_corrected_was_struck(stored: Database) -> None:
    article = sample()
    fill(stored, article)
    _, sentence = reports(article)[0]
    with stored.transaction():
        articles.correct(stored, article.id, article.version, Correction(NOW, "correction", "mended", sentence.text, "another"))
    assert [one.accepted for one in decisions(stored)] == [False]


def test_too_few_decisions_are_counted_and_change_nothing(tmp_path: Path, stored: Database) -> None:
    told = call(tmp_path, "calibrate")
    assert told.exit_code == 0
    assert "0 reported sentences were accepted" in told.stdout
    assert f"it takes {LEAST} of each" in told.stdout
    assert not (tmp_path / "groundwire.toml").exists()


def test_the_fit_is_written_where_a_run_reads_it(tmp_path: Path) -> None:
    found = calibrating.fitted(decided(spread(3.0), spread(1.0)), Settings(), tmp_path)
    slope, offset = tomllib.loads((tmp_path / "groundwire.toml").read_text(encoding="utf-8"))["gate"]["calibration"]
    assert found.value["after"] == [slope, offset]
    assert Calibration(slope, offset) != Calibration()
    assert any("before" in line for line in found.lines)
