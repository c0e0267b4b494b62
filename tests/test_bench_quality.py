"""Quality benches: their measures on cases that can be counted by hand, the gate, and what the gate holds."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from find_sample import CHIPS, CHIPS_AGAIN, MUSEUM, PLANT, PLANT_AGAIN
from outside import BENCH, needs_bench

from bench import fit_pairs, gate, grouping_quality, quality, verification_quality
from bench import group as bench_group
from bench.gate import Measured
from bench.stream import FIRST_DAY, stream
from evidence.score import score, score_text
from synth.find import likeness
from synth.find.likeness import SIMILARITIES, Coefficients, Pairs


def rows(*texts: tuple[str, str], **more: str) -> list[dict[str, Any]]:
    return [{"id": f"{n:02}", "title": "", "text": text, "source": "", "group": group} | more for n, (text, group) in enumerate(texts)]


EVENTS = rows((PLANT, "plant"), (CHIPS, "chips"), (MUSEUM, "museum"), (PLANT_AGAIN, "plant"), (CHIPS_AGAIN, "chips"))


def test_scores_of_a_perfect_and_of_no_grouping() -> None:
    assert set(grouping_quality.scores("aabbc", "xxyyz").values()) == {1.0, 5}
    apart = grouping_quality.scores("abcd", "xxyy")
    assert (apart["bcubed_precision"], apart["bcubed_recall"], apart["ari"], apart["pair_f1"]) == (1.0, 0.5, 0.0, 0.0)


def test_scores_counted_by_hand() -> None:
    """One item of three is in the wrong one of two clusters: a a b against x x x, then y alone."""
    found = grouping_quality.scores("aabb", "xxxy")
    assert found["bcubed_precision"] == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert found["bcubed_recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, abs=1e-4)
    assert found["pair_f1"] == pytest.approx(2 * 1 / (2 + 3))
    assert found["ari"] == pytest.approx((1 - 1) / (2.5 - 1))


def test_events_are_grouped_as_a_run_groups_them() -> None:
    assert grouping_quality.measure(EVENTS)["bcubed_f1"] == 1.0


def test_where_rows_are_copies_the_origin_is_the_group() -> None:
    given = rows((PLANT, "one"), (f"From our desk. {PLANT}", "one"), (PLANT_AGAIN, "two"), kind="framed")
    assert grouping_quality.measure(given)["bcubed_f1"] == 1.0


def test_a_directory_is_measured_set_by_set(tmp_path: Path) -> None:
    for name, given in {"events": EVENTS, "other": [{"id": "1", "shape": "unknown"}], "empty": []}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "dev.jsonl").write_text("\n".join(map(json.dumps, given)), encoding="utf-8")
    assert list(quality.measure(tmp_path, "dev")) == ["events"]
    assert quality.measure(tmp_path, "test") == {}


def test_the_fit_finds_what_tells_pairs_apart() -> None:
    rng = np.random.default_rng(0)
    similarities = rng.random((400, len(SIMILARITIES)))
    same = similarities[:, SIMILARITIES.index("words")] > 0.5
    batch = fit_pairs.Batch(Pairs(np.zeros(400, int), np.ones(400, int), similarities, np.zeros(400)), same, ("a", "b"), 1.0)
    weights, intercept = fit_pairs.fit([batch], ("words", "numbers"), 1e-4)
    assert weights["words"] > 10 * weights["numbers"] >= 0 > intercept
    scores = Coefficients(weights, intercept, 0.5).score(similarities)
    assert ((scores > 0.5) == same).mean() > 0.95


def test_coefficients_are_few_and_never_against_a_likeness() -> None:
    file = Path(likeness.__file__).with_name("pair_score.json")
    assert file.stat().st_size < 50_000
    for found in likeness.coefficients():
        assert set(found.weights) <= set(SIMILARITIES) and min(found.weights.values()) >= 0 and 0 < found.cut < 1


def test_rows_that_are_odd_are_measured_or_left_out(tmp_path: Path) -> None:
    good = {"sentence": "It costs 21 crowns.", "source_text": "The ticket costs 21 crowns.", "label": 1}
    files: dict[str, list[Any]] = {
        "one_event": [{"text": "", "group": 1}],
        "twins": [{"id": "a", "text": PLANT, "group": "x"}, {"id": "a", "title": None, "text": PLANT_AGAIN, "source": 7, "group": "x"}],
        "one_sentence": [good],
        "without_label": [{**good, "label": None}, {**good, "sentence": None}, good],
        "no_object": ["text", 3, None],
    }
    for name, given in files.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "dev.jsonl").write_text("\n".join([*map(json.dumps, given), "{", ""]), encoding="utf-8")
    found = quality.measure(tmp_path, "dev")
    assert list(found) == ["one_event", "one_sentence", "twins", "without_label"]
    assert (found["twins"].figures["n"], found["twins"].figures["bcubed_f1"], found["one_event"].figures["ari"]) == (2, 1.0, 1.0)
    assert dict(found["one_sentence"].figures) == dict.fromkeys(verification_quality.FIGURES) | {"n": 1}
    assert found["without_label"].figures["n"] == 1


def test_a_set_of_whole_answers_is_known_by_its_length() -> None:
    claim = {"sentence": "The quay cracked.", "source_text": "", "label": 1}
    answer = {**claim, "sentence": " ".join([claim["sentence"]] * 20)}
    assert verification_quality.judge_of([claim, claim, answer]) is score
    assert verification_quality.judge_of([claim, answer, answer]) is score_text


def test_figures_counted_by_hand() -> None:
    found = verification_quality.figures([1, 1, 0, 0, 0], [0.9, 0.4, 0.6, 0.2, 0.1], 0.5)
    assert found["balanced_accuracy"] == pytest.approx((1 / 2 + 2 / 3) / 2, abs=1e-4)
    assert found["auc"] == pytest.approx(5 / 6, abs=1e-4)
    assert found["f1_bad"] == pytest.approx(2 * 2 / (3 + 3), abs=1e-4)
    assert found["bad_caught_at_90"] == pytest.approx(2 / 3, abs=1e-4)


def at(digest: str, **figures: float) -> dict[str, Measured]:
    return {"set": Measured(digest, figures)}


KNOWN = gate.raised(at("a", bcubed_f1=0.9, ari=0.8, bcubed_recall=0.95, n=500), {})


def test_a_fall_on_the_same_data_is_a_complaint() -> None:
    assert gate.complaints(at("a", bcubed_f1=0.9 - gate.TOLERANCE / 2, ari=0.8, bcubed_recall=0.5, n=500), KNOWN) == ()
    assert gate.complaints(at("a", bcubed_f1=0.89, ari=0.8, n=500), KNOWN) == ("set: bcubed_f1 0.89 was 0.9",)
    assert gate.complaints(at("a", bcubed_f1=0.9, n=500), KNOWN) == ("set: ari None was 0.8",)


def test_other_data_is_held_to_the_floors_only() -> None:
    assert gate.complaints(at("b", bcubed_f1=0.83, ari=0.73, n=500), KNOWN) == ()
    assert gate.complaints(at("b", bcubed_f1=0.81, ari=0.73, n=500), KNOWN) == ("set: bcubed_f1 0.81 is below its floor of 0.82",)
    assert gate.complaints(at("b", bcubed_f1=0.5, n=gate.MIN_ROWS - 1), KNOWN) == ()
    assert gate.complaints({"other": Measured("b", {"bcubed_f1": 0.1})}, KNOWN) == ()


def test_the_baseline_only_rises() -> None:
    risen = gate.raised(at("a", bcubed_f1=0.95, ari=0.7, n=500), KNOWN)["set"]
    assert (risen["figures"]["bcubed_f1"], risen["figures"]["ari"]) == (0.95, 0.8)
    assert (risen["floors"]["bcubed_f1"], risen["floors"]["ari"]) == (0.87, KNOWN["set"]["floors"]["ari"])
    assert gate.raised(at("b", bcubed_f1=0.99, n=500), KNOWN) == KNOWN


def test_the_check_fails_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set/dev.jsonl").write_text("\n".join(map(json.dumps, EVENTS)), encoding="utf-8")
    baseline = tmp_path / "baseline.json"
    options = ["--data", str(tmp_path), "--baseline", str(baseline), "--check", "--write-baseline"]
    monkeypatch.setattr("sys.argv", ["quality", *options])
    assert quality.main() == 0
    known = json.loads(baseline.read_text(encoding="utf-8"))
    assert known["set"]["figures"]["bcubed_f1"] == json.loads(capsys.readouterr().out)["set"]["bcubed_f1"] == 1.0
    known["set"]["figures"]["bcubed_f1"] = 1.1
    baseline.write_text(json.dumps(known), encoding="utf-8")
    assert quality.main() == 1
    assert "bcubed_f1 1.0 was 1.1" in capsys.readouterr().err


def test_own_cases_and_the_sample_wire_are_no_worse_than_they_were() -> None:
    found = quality.own()
    assert set(found) <= set(gate.load())
    assert gate.complaints(found, gate.load()) == ()


SETS = sorted(path for path in BENCH.glob("*/*.jsonl")) if BENCH else []


@needs_bench
@pytest.mark.parametrize("path", SETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_public_set_is_no_worse_than_it_was(path: Path) -> None:
    found = quality.measure(path.parent.parent, path.stem, [path.parent.name])
    assert gate.complaints(found, gate.load()) == ()


def test_the_cost_of_grouping_is_measured_on_what_is_new() -> None:
    found = bench_group.measure(records=60, a_day=15)
    assert 60 <= found["records"] < 90 and found["days"] == pytest.approx(4, abs=1)
    assert found["stories_closed"] > 0 and found["copies"] > 0 and found["open_records"] < 15 * 13


def test_the_stream_is_the_same_each_time() -> None:
    one, other = (list(islice(stream(7, 30), 4)) for _ in range(2))
    assert one == other != list(islice(stream(8, 30), 4))
    assert all(a.order < b.order for day in one for a, b in pairwise(day))
    assert all(day[-1].published < FIRST_DAY + timedelta(days=n + 1) for n, day in enumerate(one))
