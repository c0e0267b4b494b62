"""outlets.toml, the kinds that a rule guesses, and which outlet is an official one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from find_sample import CHIPS, PLANT, PLANT_AGAIN, record, scene

from groundwire.errors import ConfigError
from groundwire.outlets_file import WEIGHTS, read_outlets
from groundwire.records import Outlet, OutletKind
from synth.find.outlets import outlets_of


def written(tmp_path: Path, text: str) -> dict[str, Outlet]:
    path = tmp_path / "outlets.toml"
    path.write_text(text, encoding="utf-8")
    return read_outlets(path)


@pytest.mark.parametrize("kind", list(OutletKind))
def test_a_kind_has_its_weight_unless_set(tmp_path: Path, kind: OutletKind) -> None:
    found = written(tmp_path, f'["A"]\nkind = "{kind}"\n["B"]\nkind = "{kind}"\nweight = 0.35\n')
    assert (found["A"].weight, found["B"].weight) == (WEIGHTS[kind], 0.35)
    assert not found["A"].guessed


@pytest.mark.parametrize(
    ("name", "line", "official"),
    [
        ("Velmora Utilities Commission", "", True),
        ("Fairway Release Wire", "", False),
        ("Velmora Grid newsroom", "", False),
        ("Velmora Grid newsroom", "official = true", True),
        ("Velmora Utilities Commission", "official = false", False),
    ],
)
def test_a_public_body_is_official_and_a_release_is_not(tmp_path: Path, name: str, line: str, official: bool) -> None:
    assert written(tmp_path, f'["{name}"]\nkind = "primary"\n{line}\n')[name].official is official


def test_only_a_primary_outlet_can_be_official(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="only a primary outlet"):
        written(tmp_path, '["A"]\nkind = "report"\nofficial = true\n')


def test_a_guess_is_never_official() -> None:
    guessed = outlets_of([record(PLANT, "Velmora Ministry of Energy")], {})["Velmora Ministry of Energy"]
    assert guessed.kind is OutletKind.PRIMARY and guessed.guessed and not guessed.official


def test_a_host_tells_what_a_name_does_not() -> None:
    release = replace(record(PLANT, "Velmora"), canonical_url="https://www.prnewswire.com/velmora-plant")
    assert outlets_of([release], {})["Velmora"] == Outlet("Velmora", OutletKind.PRIMARY, None, 1.0, True)
    assert outlets_of([release], {"Velmora": Outlet("Velmora", guessed=False)})["Velmora"].kind is OutletKind.REPORT


def test_a_themes_evidence_sums_the_weight_of_each_source_once() -> None:
    known = {
        "A": Outlet("A", OutletKind.REPORT, "One Media", 0.8, False),
        "B": Outlet("B", OutletKind.REPORT, "One Media", 0.4, False),
        "C": Outlet("C", OutletKind.PRIMARY, None, 1.0, False),
        "D": Outlet("D", OutletKind.DISCUSSION, None, 0.2, False),
    }
    records = [record(PLANT, "A"), record(PLANT_AGAIN, "B"), record(CHIPS, "C"), record(f"{CHIPS} So they say.", "D")]
    there = scene(*records, outlets=known)
    assert there.weight(records) == pytest.approx(1.8)
    assert len(there.sources(records)) == 2
